"""Benefit lines: an effect is priced on its own span of time, in its own unit, and once."""

from decimal import Decimal

import pytest

from liftledger.domain.instant import DAY
from liftledger.domain.value import Line
from tests.definitions.project import CASE, changed, line_of, mistakes, project

HEAD = CASE[: CASE.index("value:\n")]
COSTS = "  costs: {serving: {category: infrastructure, monthly: 4000}}\n"
TICKETS = "study: guide, metric: tickets_a_month"
REVENUE = "study: guide, metric: revenue"
NEVER = "a window is never rescaled to another length"


def priced(*lines: str, head: str = HEAD) -> str:
    """CASE with other lines, called a, b, ...; the first on the line that `place` gives."""
    named = "".join(f"    {name}: {{{line}}}\n" for name, line in zip("abcd", lines, strict=False))
    return f"{head}value:\n  margin: 80%\n  discount: 10%\n{COSTS}  lines:\n{named}"


def place(text: str, name: str = "a") -> str:
    return f"liftledger.yaml:{line_of(text, f'    {name}: {{study')}: value.lines.{name}"


def test_everything_that_can_be_said(tmp_path):
    faster, fewer, gain = project(tmp_path, CASE).value.lines
    assert faster == Line(
        "faster", "guide", "ttv", "on", "new unit", Decimal(1200), "margin", mark=7 * DAY, worth=Decimal(40), ramp=3,
        decay=Decimal("0.03"), realisation=Decimal("0.9"),
    )  # fmt: skip
    assert (fewer.worth, fewer.worth_by) == (None, {"billing": Decimal("12.5"), "Bug": Decimal(30)})
    assert (fewer.per, fewer.basis, fewer.mark, fewer.realisation) == ("unit-month", "saving", None, None)
    assert (gain.worth, gain.months, gain.basis) == (None, (1, 12), "revenue")


def test_the_share_by_the_horizon_is_priced_where_no_mark_is_named(tmp_path):
    text = priced("study: guide, metric: ttv, per: new unit, units: 9.5, worth: 40, basis: margin")
    (line,) = project(tmp_path, text).value.lines
    assert (line.mark, line.units) == (30 * DAY, Decimal("9.5"))


@pytest.mark.parametrize(
    "metric",
    [
        "m: {kind: rate, fact: tickets, per: 30d, window: 90d}",
        "m: {kind: count, fact: tickets, window: 30d}",
        "m: {kind: conversion, fact: tickets, window: 720h, delay: 7d}",
    ],
)
def test_what_is_given_per_thirty_days_is_priced_by_the_unit_month(tmp_path, metric):
    head = changed(("metrics:\n", f"metrics:\n  {metric}\n"), text=HEAD)
    text = priced("study: guide, metric: m, per: unit-month, units: 9, worth: 5, basis: saving", head=head)
    assert project(tmp_path, text).value.lines[0].metric == "m"


@pytest.mark.parametrize(
    "metric", ["m: {kind: conversion, fact: users, where: age > 9}", "m: {kind: sum, fact: users, value: age}"]
)
def test_a_wide_fact_counts_a_unit_whole(tmp_path, metric):
    head = changed(("metrics:\n", f"metrics:\n  {metric}\n"), text=HEAD)
    text = priced("study: guide, metric: m, per: new unit, units: 9, worth: 5, basis: saving", head=head)
    assert project(tmp_path, text).value.lines[0].metric == "m"


def test_money_of_another_currency_is_worth_what_is_said(tmp_path):
    head = changed(("metrics:\n", "metrics:\n  m: {kind: sum, fact: events, value: fee, window: 90d}\n"), text=HEAD)
    line = "study: guide, metric: m, per: new unit, units: 9, basis: revenue"
    assert project(tmp_path, priced(f"{line}, worth: 1.08", head=head)).value.lines[0].worth == Decimal("1.08")
    (said,) = mistakes(tmp_path, priced(line, head=head))
    assert said.endswith(
        "'worth' is missing, and 'm' is not in USD; say what one more of it is worth, such as `worth: 12.50`"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "study: guid, metric: ttv, per: new unit, units: 1, worth: 1, basis: margin",
            ".study: there is no study 'guid'; did you mean 'guide'?",
        ),
        (
            "study: all, metric: ttv, per: new unit, units: 1, worth: 1, basis: margin",
            ".study: 'all' has no arms to compare, and so shows no effect; name a study with arms and a control",
        ),
        (f"{TICKETS}, per: unit, units: 1, worth: 1, basis: saving", ".per is 'unit'; did you mean 'new unit'?"),
        (f"{TICKETS}, per: unit-month, units: 0, worth: 1, basis: saving", ".units is '0'; it must be above 0"),
        (f"{TICKETS}, per: unit-month, units: '20,000', worth: 1, basis: saving", ".units is '20,000'; write 20000"),
        (f"{TICKETS}, per: unit-month, units: 1, worth: -1, basis: saving", ".worth is '-1'; it must be above 0"),
        (f"{TICKETS}, per: unit-month, units: 1, worth: 1", ": 'basis' is missing; it takes revenue, margin or saving"),
        (
            f"{TICKETS}, per: unit-month, units: 1, worth: 1, basis: saving, mark: 7d",
            ".mark: 'tickets_a_month' is a rate, and marks belong to time_to metrics; remove it",
        ),
        (
            "study: guide, metric: ttv, mark: 14d, per: new unit, units: 1, worth: 1, basis: margin",
            ".mark is 14d, which is none of the marks of 'ttv'; its marks are 7d and 30d; or add it to them",
        ),
        (
            f"{TICKETS}, per: unit-month, units: 1, basis: saving",
            ": 'worth' is missing, and 'tickets_a_month' is not in USD; say what one fewer of it is worth, "
            "such as `worth: 12.50`",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: margin, worth: 1",
            ".worth: 'revenue' is money, which is worth itself; remove it",
        ),
        (
            f"{TICKETS}, per: unit-month, units: 1, worth: {{}}, basis: saving",
            ".worth: there are no categories; write such as {billing: 12.50, bug: 30}",
        ),
        (
            f"{TICKETS}, per: unit-month, units: 1, worth: {{bug: 1.0051}}, basis: saving",
            ".worth.bug is 1.0051, and USD has 2 digits; round it",
        ),
        (
            "study: guide, metric: offered, per: new unit, units: 1, worth: {bug: 1}, basis: saving",
            ".worth: 'offered' is a conversion; only rows have a category each; write one amount",
        ),
        (
            "study: guide, metric: plain, per: new unit, units: 1, worth: {bug: 1}, basis: saving",
            ".worth: nothing says which category a row of 'plain' has; add the column that does to "
            "metrics.plain, such as `by: category`; or write one amount",
        ),
        (
            f"{REVENUE}, per: unit-month, units: 1, basis: margin",
            f".per is 'unit-month', and 'revenue' is over 90d; {NEVER}: declare the metric per 30d, as a rate "
            f"with `per: 30d` or with `window: 30d`",
        ),
        (
            "study: guide, metric: daily, per: unit-month, units: 1, worth: 1, basis: saving",
            f".per is 'unit-month', and 'daily' is a rate per 1d; {NEVER}: declare the metric per 30d, as a "
            f"rate with `per: 30d` or with `window: 30d`",
        ),
        (
            "study: guide, metric: ttv, per: unit-month, units: 1, worth: 1, basis: saving",
            f".per is 'unit-month', and 'ttv' is a time to an event; {NEVER}: declare the metric per 30d, as a "
            f"rate with `per: 30d` or with `window: 30d`",
        ),
        (
            f"{TICKETS}, per: new unit, units: 1, worth: 1, basis: saving",
            ".per is 'new unit', and 'tickets_a_month' is a rate per 30d; write `per: unit-month`, or price a "
            "count with a window",
        ),
        (
            f"{TICKETS}, per: campaign, months: [1], units: 1, worth: 1, basis: saving",
            ".per is 'campaign', and 'tickets_a_month' is a rate per 30d; write `per: unit-month`, or price a "
            "count with a window",
        ),
        (
            "study: guide, metric: open, per: new unit, units: 1, worth: 1, basis: saving",
            f".per is 'new unit', and 'open' is without a window; {NEVER}: add `window` to the metric, the time "
            f"after its start that a unit counts for",
        ),
        (
            f"{REVENUE}, per: campaign, units: 1, basis: margin",
            ": 'months' is missing; it takes a list of months, 1 the first",
        ),
        (
            f"{REVENUE}, per: new unit, months: [1], units: 1, basis: margin",
            ": 'months' does not belong to per 'new unit'; it belongs to 'campaign'",
        ),
        (
            f"{REVENUE}, per: campaign, months: [1, 37], units: 1, basis: margin",
            ".months[2] is 37, and the cash-flow has 36 months; lengthen `months` of value, or remove it",
        ),
        (
            f"{REVENUE}, per: campaign, months: [3, 3], units: 1, basis: margin",
            ".months[2] is 3, which stands there twice; keep one of them",
        ),
        (
            f"{REVENUE}, per: campaign, months: [0], units: 1, basis: margin",
            ".months[1] is '0'; it takes a month from 1 to 120",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: margin, ramp: 1.5",
            ".ramp is '1.5'; it takes a number of months from 0 to 120",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: margin, decay: 100%",
            ".decay is '100%'; it must be below 100%: nothing would be left after a month",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: margin, realisation: 0",
            ".realisation is '0'; it must be above 0",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: margin, realisation: 90",
            ".realisation is '90'; it is at most 1; write 90% for a percentage",
        ),
        (
            "study: guide, metric: basket, per: new unit, units: 1, basis: margin",
            ".metric: 'basket' is a mean, which is not per unit, so there is nothing to multiply; price a sum, "
            "a count, a rate, a conversion, a retention or a time_to",
        ),
        (
            "study: guide, metric: twice, per: new unit, units: 1, worth: 5, basis: margin",
            ".metric: 'twice' is a repeat, which is not per unit, so there is nothing to multiply; price a sum, "
            "a count, a rate, a conversion, a retention or a time_to",
        ),
        (
            "study: guide, metric: stays, per: unit-month, units: 1, worth: 5, basis: margin",
            ".per is 'unit-month', and 'stays' is a retention after 60d; write `per: new unit`: it is a share of the "
            "units that start, once",
        ),
        (
            "study: guide, metric: stays, per: new unit, units: 1, worth: 5, basis: margin, mark: 7d",
            ".mark: 'stays' is a retention, and marks belong to time_to metrics; remove it",
        ),
        (
            "study: guide, metric: stays, per: new unit, units: 1, basis: margin",
            ": 'worth' is missing, and 'stays' is not in USD; say what one more unit that stays is worth, such as "
            "`worth: 12.50`",
        ),
        (
            "study: guide, metric: capped, per: new unit, units: 1, basis: margin",
            ".metric: 'capped' is capped, and a capped estimate is never priced; price an uncapped copy of it, "
            "and steer by this one",
        ),
        (
            "study: guide, metric: clicks, per: new unit, units: 1, worth: 1, basis: margin",
            ".metric: clicks are a vanity metric, which is never priced: a click says that something was "
            "noticed, not that it helped; price what follows from it: conversion, revenue, retention, tickets "
            "avoided",
        ),
    ],
)
def test_what_is_wrong_with_a_line(tmp_path, line, said):
    more = (
        "  plain: {kind: count, fact: tickets, window: 90d}\n"
        "  daily: {kind: rate, fact: tickets}\n"
        "  open: {kind: count, fact: tickets}\n"
        "  stays: {kind: retention, fact: events, after: 60d, within: 30d}\n"
        "  twice: {kind: repeat, fact: events, window: 90d}\n"
    )
    text = priced(line, head=changed(("metrics:\n", f"metrics:\n{more}"), text=HEAD))
    assert mistakes(tmp_path, text) == [f"{place(text)}{said}"]


def test_what_a_line_rests_on_keeps_its_name(tmp_path):
    head = changed(("metrics:\n", "metrics:\n  a_worth: {kind: count, fact: tickets}\n"), text=HEAD)
    text = priced(f"{TICKETS}, per: unit-month, units: 1, worth: {{bug: 1}}, basis: saving", head=head)
    assert mistakes(tmp_path, text) == [
        f"{place(text)}: what it rests on is called 'a_worth', as a metric is; rename the line"
    ]


WORTH = "per: new unit, units: 1, worth: 1, basis: saving"
MORE = """\
  all_gone: {kind: sum, fact: events, value: amount, where: "name = 'left'", window: 90d}
  big: {kind: conversion, fact: events, where: "name = 'offered' and amount > 9", window: 90d}
  bugs: {kind: count, fact: tickets, where: "category = 'bug'", window: 90d}
  early: {kind: count, fact: tickets, window: 7d}
  late: {kind: count, fact: tickets, window: 7d, delay: 7d}
  bills: {kind: count, fact: tickets, where: "category = 'billing'", window: 90d}
  pages: {kind: sum, fact: tickets, value: pages, window: 7d}
  score: {kind: sum, fact: tickets, value: score, window: 7d}
"""
CROWDED = changed(("metrics:\n", f"metrics:\n{MORE}"), text=HEAD)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            "study: guide, metric: ttv, mark: 7d, " + WORTH,
            "study: guide, metric: ttv, arm: on, " + WORTH,
            "'ttv' in the same arm of the same study",
        ),
        (
            f"{REVENUE}, per: new unit, units: 1, basis: revenue",
            "study: guide, metric: all_gone, per: new unit, units: 1, basis: revenue",
            "'revenue', a sum over 'events' too, and both may hold the same revenue",
        ),
        (
            f"study: guide, metric: offered, {WORTH}",
            f"study: guide, metric: big, {WORTH}",
            "'offered', and what 'big' counts is a part of what 'offered' counts",
        ),
        (
            f"study: guide, metric: bugs, {WORTH}",
            f"{TICKETS}, per: unit-month, units: 1, worth: 1, basis: saving",
            "'bugs', and what 'bugs' counts is a part of what 'tickets_a_month' counts",
        ),
    ],
)  # fmt: skip
def test_money_is_counted_once(tmp_path, first, second, said):
    text = priced(first, second, head=CROWDED)
    assert mistakes(tmp_path, text) == [
        f"{place(text, 'b')}.metric: line 'a' prices {said}; keep one of the two; money counted twice is no money"
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"study: guide, metric: early, {WORTH}", f"study: guide, metric: late, {WORTH}"),  # other days
        (f"study: guide, metric: bugs, {WORTH}", f"study: guide, metric: bills, {WORTH}"),  # other rows
        (f"study: guide, metric: pages, {WORTH}", f"study: guide, metric: score, {WORTH}"),  # other numbers of a row
        (f"study: many, arm: on, metric: offered, {WORTH}", f"study: many, arm: more, metric: offered, {WORTH}"),
        (f"study: many, arm: on, metric: offered, {WORTH}", f"study: guide, metric: offered, {WORTH}"),
    ],
)
def test_what_differs_is_counted(tmp_path, first, second):
    assert len(project(tmp_path, priced(first, second, head=CROWDED)).value.lines) == 2
