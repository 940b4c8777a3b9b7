"""A pilot is registered before it begins: times in their order, money that suffices, and what ends it."""

from decimal import Decimal

import pytest

from liftledger.definitions import digest
from liftledger.domain.pilot import Criterion, Pilot, Tranche
from tests.definitions.project import CASE, changed, line_of, mistakes, project

COSTS = """\
  costs:
    files: costs.parquet
    unit: user_id
    time: at
    columns: {amount: money, fee: {type: money, currency: EUR}, weight: integer}
  names: {files: names.parquet, unit: user_id, columns: {amount: money}}
"""
PILOT = """\
pilot:
  start: 2026-01-05
  end: 2026-06-30
  budget: 250000
  segment: new   workspaces in Europe
  spent: {fact: costs, amount: amount}
  criteria:
    harm: {rule: kill, study: guide, metric: offered, below: -1%, alpha: 2.5%, tuned_for: 800}
    worth: {rule: pass, line: kept, above: 20000}
  leading: [offered, revenue]
  tranches:
    second: {amount: 60000, date: 2026-04-01, needs: [harm, worth]}
    first: {amount: 90000, date: 2026-01-05}
"""
LINE = "    kept: {study: guide, metric: offered, per: new unit, units: 9, worth: 5, basis: saving}\n"
WHOLE = changed(("facts:\n", f"facts:\n{COSTS}"), ("  lines:\n", f"  lines:\n{LINE}"), text=CASE) + PILOT


def said_of(folder, *changes: tuple[str, str]) -> list[str]:
    return [said.partition(": ")[2] for said in mistakes(folder, changed(*changes, text=WHOLE))]


def test_everything_that_can_be_said(tmp_path):
    assert project(tmp_path, WHOLE).pilot == Pilot(
        "2026-01-05",
        "2026-06-30",
        Decimal(250_000),
        "costs",
        "amount",
        "new workspaces in Europe",
        (
            Criterion(
                "harm", "guide", "offered", "on", "kill", Decimal("-0.01"), alpha=Decimal("0.025"), tuned_for=800
            ),
            Criterion("worth", "guide", "offered", "on", "pass", above=Decimal(20_000), line="kept"),
        ),
        ("offered", "revenue"),
        (
            Tranche("second", Decimal(60_000), "2026-04-01", ("harm", "worth")),
            Tranche("first", Decimal(90_000), "2026-01-05"),
        ),
    )


def test_what_holds_where_little_is_said(tmp_path):
    little = (
        "pilot: {start: 2026-01-05, end: 2026-01-06, budget: 1, criteria: {harm: {rule: kill, line: kept, below: 0}}}\n"
    )
    found = project(tmp_path, WHOLE.split("pilot:\n")[0] + little).pilot
    assert (found.spent, found.spent_amount, found.segment, found.leading, found.tranches) == ("", "", "", (), ())
    assert (found.criteria[0].alpha, found.criteria[0].tuned_for) == (Decimal("0.05"), 5000)
    assert project(tmp_path, CASE).pilot is None


HARM, WORTH = "below: -1%, alpha", "line: kept, above: 20000"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("end: 2026-06-30", "end: 2026-01-05"), ".end is 2026-01-05, not after the start, 2026-01-05; swap them"),
        (("end: 2026-06-30", "end: 30.6.2026"), ".end is '30.6.2026'; it takes a date, such as 2026-03-31"),
        (("budget: 250000", "budget: 0"), ".budget is '0'; it must be above 0"),
        (
            ("budget: 250000", "budget: 120000"),
            ".tranches: they come to 150000, and the budget is 120000; lower them, or raise the budget",
        ),
        (
            ("date: 2026-04-01", "date: 2026-07-01"),
            ".tranches.second.date is 2026-07-01, after the pilot ends, 2026-06-30; write an earlier day",
        ),
        (
            ("date: 2026-01-05", "date: 2026-01-04"),
            ".tranches.first.date is 2026-01-04, before the pilot starts, 2026-01-05; write a later day",
        ),
        (
            ("needs: [harm, worth]", "needs: [harms]"),
            ".tranches.second.needs[1]: there is no criterion 'harms'; did you mean 'harm'?",
        ),
        (
            ("needs: [harm, worth]", "needs: [harm, harm]"),
            ".tranches.second.needs[2]: 'harm' stands there twice; keep one of them",
        ),
        (("amount: 60000", "amount: -60000"), ".tranches.second.amount is '-60000'; it must be above 0"),
        (
            ("leading: [offered, revenue]", "leading: [offerd]"),
            ".leading[1]: there is no metric 'offerd'; did you mean 'offered'?",
        ),
        (
            ("leading: [offered, revenue]", "leading: [offered, offered]"),
            ".leading[2]: 'offered' stands there twice; keep one of them",
        ),
        (
            ("rule: kill", "rule: warn"),
            ".criteria: none of them ends the pilot where it does harm; add one with `rule: kill`, decided before "
            "anything is seen",
        ),
        (
            (HARM, "alpha"),
            ".criteria.harm: it has no threshold; add `above` or `below`, such as `below: 0`",
        ),
        (
            (HARM, "below: -1%, above: 1%, alpha"),
            ".criteria.harm.above: `below` is there too, and a criterion has one side; keep one of them, or write two",
        ),
        (
            (HARM, "above: 1%, alpha"),
            ".criteria.harm.above is where it would kill, and of 'offered' more is better; write `below: 0.01`, or "
            "another rule",
        ),
        (
            (WORTH, "line: kept, below: 20000"),
            ".criteria.worth.below is where it would pass, and of a line more money is better; write `above: 20000`, "
            "or "
            "another rule",
        ),
        (
            (HARM, "below: -5, alpha"),
            ".criteria.harm.below is -5, which is on another scale: the metric is a share, between 0 and 1; write the "
            "effect as a difference of shares, such as 0.02 or 2%",
        ),
        (
            ("alpha: 2.5%", "alpha: 50%"),
            ".criteria.harm.alpha is '50%'; it lies between 0 and 50%: the chance of a false alarm, such as 5%",
        ),
        (
            ("alpha: 2.5%", "alpha: 0"),
            ".criteria.harm.alpha is '0'; it lies between 0 and 50%: the chance of a false alarm, such as 5%",
        ),
        (
            ("alpha: 2.5%", "alpha: 5"),
            ".criteria.harm.alpha is '5'; it is at most 1; write 5% for a percentage",
        ),
        (
            ("metric: offered, below", "below"),
            ".criteria.harm: 'metric' is missing; name a study and its metric, or a benefit line",
        ),
        (
            ("study: guide, metric: offered, below", "study: guid, metric: offered, below"),
            ".criteria.harm.study: there is no study 'guid'; did you mean 'guide'?",
        ),
        (
            (WORTH, "line: keep, above: 20000"),
            ".criteria.worth.line: there is no line 'keep'; did you mean 'kept'?",
        ),
        (
            (WORTH, "line: kept, study: guide, above: 20000"),
            ".criteria.worth.study: it is the line's own; remove it, or the line",
        ),
        (
            (WORTH, "line: kept, above: 20000.005"),
            ".criteria.worth.above is 20000.005, and USD has 2 digits; round it",
        ),
        (
            ("fact: costs", "fact: names"),
            ".spent.fact: 'names' has no dates, and so does not say what was spent by when; name a fact with `time`",
        ),
        (("fact: costs", "fact: cost"), ".spent.fact: there is no fact 'cost'; did you mean 'costs'?"),
        (
            ("costs, amount: amount", "costs, amount: fee"),
            ".spent.amount: it is in EUR, and the report is in USD; convert it before it comes here",
        ),
        (
            ("costs, amount: amount", "costs, amount: weight"),
            ".spent.amount: column 'weight' is integer here; it takes a column of type money",
        ),
        (("  criteria:\n", "  criterias:\n"), ": 'criteria' is missing; it takes a mapping of names to criteria"),
    ],
)
def test_what_is_wrong_with_a_pilot(tmp_path, change, said):
    assert said_of(tmp_path, change)[0] == f"pilot{said}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("metric: offered, below: -1%", "metric: ttv, above: 1%"),
            ".harm.metric: units of 'ttv' are counted by steps of time from a clock of their own, so it has no daily "
            "series; watch a metric with a window, such as a conversion in 14d",
        ),
        (
            ("metric: offered, below: -1%", "metric: tickets_a_month, above: 0.1"),
            ".harm.metric: 'tickets_a_month' has no window: what is known of a unit grows from look to look, and the "
            "bound holds for units that count once; give it one, for example `window: 30d`",
        ),
        (
            (WORTH, "line: gain, above: 20000"),
            ".worth.line: line 'gain' brings money by campaign, not by month; give the threshold in the metric: study, "
            "metric and arm instead of the line",
        ),
    ],
)
def test_what_cannot_be_watched_from_day_to_day(tmp_path, change, said):
    assert said_of(tmp_path, change) == [f"pilot.criteria{said}"]


def test_less_may_be_better(tmp_path):
    found = said_of(
        tmp_path,
        ("metric: offered, below: -1%", "metric: fewer, above: 0.05"),
        ("metrics:\n", "metrics:\n  fewer: {kind: count, fact: tickets, window: 30d, better: lower}\n"),
    )
    assert found == []


def test_all_mistakes_of_a_pilot_are_reported_at_once(tmp_path):
    changes = (
        ("budget: 250000", "budget: 0"),
        (HARM, "alpha"),
        (WORTH, "line: keep, above: 1"),
        ("[offered, revenue]", "[x]"),
    )
    text = changed(*changes, text=WHOLE)
    assert [said.split(": ")[0] for said in mistakes(tmp_path, text)] == [
        f"liftledger.yaml:{line_of(text, part)}"
        for part in ("  budget:", "    harm:", "    worth: {rule", "  leading:")
    ]


def test_a_criterion_on_a_line_with_a_mistake_is_not_another_mistake(tmp_path):
    (said,) = said_of(tmp_path, ("units: 9, worth: 5", "units: none, worth: 5"))
    assert said.startswith("value.lines.kept.units")


@pytest.mark.parametrize(
    "change",
    [
        ("budget: 250000", "budget: 250001"),
        ("-1%", "-2%"),
        ("alpha: 2.5%", "alpha: 5%"),
        ("needs: [harm, worth]", "needs: [harm]"),
    ],
)
def test_what_was_registered_counts_in_the_hash(tmp_path, change):
    before = digest(project(tmp_path, WHOLE))
    assert digest(project(tmp_path, changed(change, text=WHOLE))) != before


@pytest.mark.parametrize(
    "change",
    [
        ("budget: 250000", "budget: 250000.00"),
        ("-1%", "-0.01"),
        ("needs: [harm, worth]", "needs: [worth, harm]"),
        ("[offered, revenue]", "[revenue, offered]"),
    ],
)
def test_how_it_was_written_does_not(tmp_path, change):
    before = digest(project(tmp_path, WHOLE))
    assert digest(project(tmp_path, changed(change, text=WHOLE))) == before
