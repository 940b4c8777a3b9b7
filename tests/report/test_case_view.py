"""The case as text: what is unknown is left out, what is long is folded, and every number says what it holds."""

import msgspec
import pytest

from liftledger.domain.cash import Exact, Extra, Switch
from liftledger.domain.estimate import NoEstimate
from liftledger.report.case_view import BARS, case_view, cost_given, information
from tests.report.cases import cased_report
from tests.report.company import company_report, figure
from tests.report.draws import with_draws


@pytest.fixture(scope="module")
def report():
    return cased_report()


def view(report, **changes):
    return case_view(report, msgspec.structs.replace(report.money, **changes))


def sheet(found, id):  # noqa: A002
    return next(one for one in found.uncertainty if one.id == id)


def cells(found, id, row):  # noqa: A002
    return next([cell.text for cell in one] for one in sheet(found, id).rows if one[0].text == row)


def test_a_case_of_lines_and_costs_alone_shows_nothing_else():
    report = company_report()
    found = case_view(report, report.money)
    assert not any((found.verdict, found.what_if, found.tornado, found.histogram, found.given, found.formulas))
    assert found.uncertainty == found.scope == found.extras == found.people == ()
    assert found.measured == found.gaps == found.aside == ""


def test_a_scenario_says_what_differs_and_is_rounded_as_the_case_is(report):
    found = view(report)
    assert cells(found, "money-scenarios", "The case")[1] == "150\u202f000"
    assert cells(found, "money-scenarios", "The case")[-1] == "Nothing"
    slow = cells(found, "money-scenarios", "Gains take twice as long")
    assert slow[-1] == "Gains take so many times as long: 2× instead of 1×"


def test_a_scenario_near_0_is_not_rounded_to_it(report):
    case, slow, *rest = report.money.workings.scenarios
    slow = msgspec.structs.replace(slow, outcome=slow.outcome | {"summary.npv": -4229.4})
    workings = msgspec.structs.replace(report.money.workings, scenarios=(case, slow, *rest))
    found = view(report, workings=workings)
    assert cells(found, "money-scenarios", "Gains take twice as long")[1] == "−4\u202f229"


def test_a_scenario_that_changes_much_is_counted(report):
    case, slow, *rest = report.money.workings.scenarios
    changed = {one.name: one.value + 1 for one in report.money.workings.inputs[:8]}
    workings = msgspec.structs.replace(
        report.money.workings, scenarios=(case, msgspec.structs.replace(slow, inputs=changed), *rest)
    )
    found = view(report, workings=workings)
    assert cells(found, "money-scenarios", "Gains take twice as long")[-1].startswith("8 inputs")


def test_simulated_numbers_carry_the_error_of_the_simulation(report):
    errors = [row[1].small for row in sheet(view(report), "money-simulation").rows]
    assert len(errors) == 6 and all(error.startswith("± ") for error in errors)


def test_where_declared_ranges_were_drawn_the_summary_says_what_its_intervals_hold(report):
    assert "Chance in the effects alone would leave the net present value between" in view(report).aside
    alone = with_draws(report.money, drawn=("studies.program.luck",))
    assert case_view(report, alone).aside == ""


def test_a_value_that_turns_the_case_or_the_reason_why_there_is_none(report):
    rows = sheet(view(report), "money-switches").rows
    assert [row[2].text for row in rows] == ["412.6 units per month", "none"]
    assert rows[1][2].reason == "the NPV is above 0 at every rate up to 100 %"


def test_a_long_table_is_folded(report):
    few, many = (Switch("discount", Exact(0.5)),) * BARS, (Switch("discount", Exact(0.5)),) * (BARS + 1)
    assert not sheet(view(report, switches=few), "money-switches").folded
    assert sheet(view(report, switches=many), "money-switches").folded


def test_what_is_not_known_is_no_large_figure_of_the_decision(report):
    decision = report.money.decision
    silent = msgspec.structs.replace(decision.evsi, answer=NoEstimate("no effect was measured"))
    found = view(report, decision=msgspec.structs.replace(decision, evsi=silent))
    assert [head for head, _ in found.verdict.facts] == [
        "Knowing for certain would be worth", "After what that test costs", "It would run for",
    ]  # fmt: skip


def test_a_number_of_a_table_leads_to_its_figure_and_other_figures_stand_large(report):
    inside, outside = (
        figure(f"money.extras.options.{name}", value, "USD") for name, value in (("buy", 7.5), ("gap", 9))
    )
    extra = Extra("options", "Options", (), (inside, outside), ("Option", "Cost", "Done, share"), (("Buy", 7.5, 0.25),))
    (found,) = view(report, extras=(extra,)).extras
    (row,) = found.sheet.rows
    assert [(cell.text, cell.link) for cell in row] == [("Buy", ""), ("7.50", inside.id), ("25%", "")]
    assert [(head, amount.id) for head, amount in found.facts] == [("Gap", outside.id)]


def test_figures_without_rows_are_a_table(report):
    extra = Extra("churn", "Churn", (), (figure("money.extras.churn.margin", 16, "USD per month"),))
    (found,) = view(report, extras=(extra,)).extras
    assert [[cell.text for cell in row] for row in found.sheet.rows] == [["Margin", "16\u00a0USD per month"]]


def test_a_cost_says_who_stands_for_it(report):
    assert cost_given(report.money, "build") == "finance, Ann Lee, 2026-06-30"
    assert cost_given(report.money, "serving") == "assumption, nobody is named, undated"


def test_every_input_stands_with_its_source_and_what_was_drawn_is_marked(report):
    rows = {row[0].text: row for row in view(report).given.rows}
    units = rows["Faster start: new units, each month"]
    assert [cell.text for cell in units[1:]] == [
        "1\u202f200 units per month",
        "900 to 1\u202f500",
        "contract",
        "signed seats only",
    ]
    assert units[0].tag == "drawn" and units[3].small == "Jo Doe, 2026-06-01"
    assert rows["Faster start: effect as measured"][1].link.startswith("onboarding.")
    assert "Build: cost, each month" not in rows  # 0, and nobody said so


def test_the_loss_of_a_scenario_says_that_it_is_of_chance_alone_where_more_was_drawn(report):
    heads = [column.name for column in sheet(view(report), "money-scenarios").columns]
    assert "Loss by chance in the effects alone" in heads
    alone = with_draws(report.money, drawn=("studies.program.luck",))
    heads = [column.name for column in sheet(case_view(report, alone), "money-scenarios").columns]
    assert "Probability of a loss" in heads


def test_a_test_that_does_not_pay_is_not_advised(report):
    decision = report.money.decision
    for least in (-3_000.0, 0.0, 1e-9):
        net = msgspec.structs.replace(decision.enbs, answer=Exact(least))
        heads = [head for head, _ in information(msgspec.structs.replace(decision, enbs=net))]
        assert heads == ["Knowing for certain would be worth", "No test pays: the best would be worth"]
    unknown = msgspec.structs.replace(decision.enbs, answer=NoEstimate("units did not come over time"))
    length = msgspec.structs.replace(decision.months, answer=unknown.answer)
    found = list(information(msgspec.structs.replace(decision, enbs=unknown, months=length)))
    assert [head for head, _ in found] == [
        "Knowing for certain would be worth",
        "A test as large as the last would be worth",
        "After what that test costs",
    ]
