"""Benefits: what a metric can show, what whole programs measure, and that no money is in two lines."""

import pytest

from tests.definitions.project import changed, line_of, mistakes, project
from tests.definitions.test_lines import HEAD, priced

METRICS = """\
metrics:
  left: {kind: conversion, fact: events, where: "name = 'left'", window: 90d, better: lower}
  stays: {kind: retention, fact: events, where: "name = 'seen'", after: 30d}
  tried: {kind: conversion, fact: events, where: "name = 'tried'", window: 90d}
  called: {kind: count, fact: tickets, where: "channel = 'phone'", window: 30d, better: lower}
  written: {kind: count, fact: tickets, where: "channel in ('mail', 'chat')", window: 30d, better: lower}
  urgent: {kind: count, fact: tickets, where: "pages > 3", window: 30d, better: lower}
"""
PROGRAM = """\
studies:
  whole: {kind: holdout, assignment: {fact: arms, arm: whole}, control: out, arms: [out, in], share: 5%}
"""
DEFINED = changed(("metrics:\n", METRICS), ("studies:\n", PROGRAM), text=HEAD)
NEW = "per: new unit, units: 9"
REVENUE = f"benefit: revenue, metric: revenue, {NEW}, basis: revenue"
STAYS = f"metric: stays, {NEW}, worth: 5, basis: margin"
MONEY = "money counted twice is no money"


def lines(*written: str) -> str:
    """Lines called a, b, ... of study guide, where they name no other."""
    return priced(*(one if "study:" in one else f"study: guide, {one}" for one in written), head=DEFINED)


def said_of(folder, *written: str) -> list[str]:
    return [said.partition(": ")[2] for said in mistakes(folder, lines(*written))]


@pytest.mark.parametrize(
    "line",
    [
        f"benefit: time_to_value, metric: ttv, {NEW}, worth: 5, basis: margin",
        "benefit: deflection, metric: tickets_a_month, per: unit-month, units: 9, worth: 5, basis: saving",
        f"benefit: contact, metric: called, {NEW}, worth: 5, basis: saving",
        f"benefit: expansion, metric: revenue, {NEW}, basis: revenue",
        f"benefit: retention, {STAYS}",
        f"benefit: retention, metric: left, {NEW}, worth: 5, basis: margin",
        f"benefit: acquisition, metric: tried, {NEW}, worth: 5, basis: margin",
        f"benefit: intervention, {STAYS}",
        f"benefit: upgrade, metric: ttv, {NEW}, worth: 5, basis: margin",
        REVENUE,
    ],
)
def test_what_a_line_is_good_for(tmp_path, line):
    (found,) = project(tmp_path, lines(line)).value.lines
    assert found.benefit == line.split(",")[0].removeprefix("benefit: ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            f"benefit: retention, metric: revenue, {NEW}, basis: revenue",
            ".metric: 'revenue' is a sum, which does not show 'retention'; name a metric of kind retention, conversion "
            "or time_to",
        ),
        (
            f"benefit: deflection, metric: tried, {NEW}, worth: 5, basis: saving",
            ".metric: of 'tried' more is better, and 'deflection' is that there is less; write `better: lower` at "
            "metrics.tried, or name another benefit",
        ),
        (f"benefit: loyalty, {STAYS}", ".benefit is 'loyalty'; it takes time_to_value, deflection, expansion, "),
    ],
)
def test_what_a_metric_does_not_show(tmp_path, line, said):
    (found,) = said_of(tmp_path, line)
    assert found.startswith(f"value.lines.a{said}")


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            REVENUE,
            f"benefit: retention, {STAYS}",
            "who stays goes on paying, so that a lift in revenue per user already contains it",
        ),
        (
            REVENUE,
            f"benefit: intervention, {STAYS}",
            "who was kept goes on paying, so that a lift in revenue per user already contains it",
        ),
        (
            REVENUE,
            f"benefit: expansion, metric: tried, {NEW}, worth: 5, basis: margin",
            "what customers buy on top is a part of what they bring",
        ),
        (
            REVENUE,
            f"benefit: upgrade, metric: ttv, {NEW}, worth: 5, basis: margin",
            "what an upgrade brings is a part of what its user brings",
        ),
        (
            REVENUE,
            f"benefit: time_to_value, metric: ttv, {NEW}, worth: 5, basis: margin",
            "what those bring who get there is a part of what all bring",
        ),
        (
            REVENUE,
            f"benefit: acquisition, metric: tried, {NEW}, worth: 5, basis: margin",
            "what new customers bring is a part of what all bring",
        ),
        (
            f"benefit: retention, metric: left, {NEW}, worth: 5, basis: margin",
            f"benefit: intervention, {STAYS}",
            "an intervention succeeds where somebody at risk stays, and that is retention",
        ),
        (
            f"benefit: expansion, metric: revenue, {NEW}, basis: revenue",
            f"benefit: upgrade, metric: ttv, {NEW}, worth: 5, basis: margin",
            "an upgrade is an expansion",
        ),
    ],
)
def test_lines_of_one_treatment_that_exclude_each_other(tmp_path, one, other, why):
    for first, second in ((one, other), (other, one)):
        assert said_of(tmp_path, first, second) == [
            f"value.lines.b.benefit: line 'a' holds the same money: {why}; keep one of the two; {MONEY}"
        ]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            f"benefit: retention, {STAYS}",
            f"benefit: retention, metric: left, {NEW}, worth: 5, basis: margin",
            "who stays is worth it once, whatever shows it",
        ),
        (
            f"benefit: time_to_value, metric: ttv, {NEW}, worth: 5, basis: margin",
            f"benefit: time_to_value, metric: tried, {NEW}, worth: 5, basis: margin",
            "a unit gets there once, whatever shows it",
        ),
    ],
)
def test_what_a_unit_brings_once_is_priced_by_one_metric(tmp_path, one, other, why):
    assert said_of(tmp_path, one, other) == [
        f"value.lines.b.benefit: line 'a' holds the same money: {why}; keep one of the two; {MONEY}"
    ]


def test_other_treatments_bring_money_of_their_own(tmp_path):
    other = f"study: many, arm: more, benefit: expansion, metric: offered, {NEW}, worth: 5, basis: margin"
    assert said_of(tmp_path, REVENUE, other) == []


def test_a_ticket_is_a_contact_unless_no_row_is_both(tmp_path):
    tickets = f"benefit: deflection, metric: written, {NEW}, worth: 5, basis: saving"
    assert said_of(tmp_path, tickets, f"benefit: contact, metric: called, {NEW}, worth: 9, basis: saving") == []
    assert said_of(tmp_path, tickets, f"benefit: contact, metric: urgent, {NEW}, worth: 9, basis: saving") == [
        "value.lines.b.metric: line 'a' prices 'written' over the same rows of 'tickets', and a ticket is a contact; "
        "keep "
        f"one of the two; {MONEY}"
    ]


def test_everything_that_can_be_said_of_a_program(tmp_path):
    whole, part = project(
        tmp_path, lines(f"study: whole, program: true, {REVENUE}", f"under: a, realisation: 80%, {REVENUE}")
    ).value.lines
    assert (whole.program, whole.under, whole.realisation) == (True, "", None)
    assert (part.program, part.under) == (False, "a")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (
            f"study: whole, program: true, realisation: 90%, {REVENUE}",
            None,
            ".a.realisation: the program's own holdout measured what the whole roll-out brings; remove it: there is "
            "nothing left to discount",
        ),
        (
            f"program: true, {REVENUE}",
            None,
            ".a.program: study 'guide' is an experiment, and no holdout; name the study that holds units out of the "
            "whole "
            "program, or remove it",
        ),
        (
            f"study: whole, program: true, {REVENUE}",
            f"under: c, {REVENUE}",
            ".b.under: there is no line 'c'; the lines of programs are: a",
        ),
        (
            f"study: whole, {REVENUE}",
            f"under: a, {REVENUE}",
            ".b.under: line 'a' is not of a program's holdout; add `program: true` to value.lines.a",
        ),
        (
            f"study: whole, program: true, {REVENUE}",
            f"study: whole, under: a, metric: ttv, {NEW}, worth: 5, basis: margin",
            ".b.under: line 'a' rests on the same study, 'whole'; remove it: only other studies run under a program's "
            "holdout",
        ),
        (
            f"study: whole, program: true, {REVENUE}",
            REVENUE,
            ".b.benefit: line 'a' holds the same money: a program's own holdout already contains what its studies "
            "find; "
            "write `under: a`, which reconciles it; or remove one of the two",
        ),
        (
            f"benefit: retention, {STAYS}",
            f"study: whole, program: true, {REVENUE}",
            ".a.benefit: line 'b' holds the same money: who stays goes on paying, so that a lift in revenue per user "
            "already contains it; write `under: b`, which reconciles it; or remove one of the two",
        ),
    ],
)
def test_what_is_wrong_with_a_program(tmp_path, one, other, said):
    written = (one,) if other is None else (one, other)
    assert said_of(tmp_path, *written) == [f"value.lines{said}"]


def test_a_program_does_not_run_under_another(tmp_path):
    found = said_of(
        tmp_path, f"study: whole, program: true, {REVENUE}", f"study: whole, arm: in, program: true, under: a, {STAYS}"
    )
    assert "value.lines.b.under: the line is of a program's own holdout; keep one of `program` and `under`" in found


def test_what_runs_under_a_program_is_still_not_counted_twice_where_the_program_is_not_priced(tmp_path):
    whole = f"study: whole, program: true, benefit: acquisition, metric: tried, {NEW}, worth: 5, basis: margin"
    (said,) = said_of(tmp_path, whole, f"under: a, {REVENUE}", f"under: a, benefit: retention, {STAYS}")
    assert said.startswith("value.lines.c.benefit: line 'b' holds the same money: who stays goes on paying")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("100%", "is '100%'; it must be below 100%: nobody would be treated"),
        ("1", "is '1'; it must be below 100%: nobody would be treated"),
        ("5", "is '5'; it is at most 1; write 5% for a percentage"),
    ],
)
def test_somebody_is_treated(tmp_path, share, said):
    assert said_of(tmp_path, f"{REVENUE}, holdout: {share}") == [f"value.lines.a.holdout {said}"]
    assert said_of(tmp_path, f"{REVENUE}, holdout: 0%") == []


def test_mistakes_stand_on_the_line_of_what_is_wrong(tmp_path):
    text = lines(REVENUE, f"benefit: retention, {STAYS}")
    (said,) = mistakes(tmp_path, text)
    assert said.startswith(f"liftledger.yaml:{line_of(text, '    b: {study')}: ")
