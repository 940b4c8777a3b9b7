"""The business case in words: worth, loss, not proven, not yet, and no money at all."""

import re

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report.case import State, case
from liftledger.report.money_view import money_view
from liftledger.report.numbers import plain
from tests.report.cases import cased_report
from tests.report.company import (
    broken_company_report,
    company_report,
    losing_company_report,
    unproven_company_report,
    young_company_report,
)
from tests.report.draws import with_draws


def told(report):
    return case(report, report.money)


# Worked by hand from tests/report/company.py: 36 months at 10 % a year give an annuity factor of 31.186 (the sum of
# 1.1^(-t/12)); (2 112 + 16 080 + 3 504) x 31.186 = 676 619 of benefits, and 120 000 + 4 000 x 31.186 = 244 746 of
# costs, so 431 873 is left, and the costs are 36 % of the benefits.
def test_a_case_that_is_worth_something():
    found = told(company_report())
    assert found.state is State.WORTH
    assert plain(str(found)) == "Personalization is worth 430 000 USD over 36 months, after its costs."
    assert plain(found.sureness) == "95% interval: 250 000 to 620 000 USD. Probability of a loss: below 0.1%."
    assert [(head, plain(figure.text)) for head, figure in found.figures] == [
        ("Net present value", "430 000 USD"),
        ("Probability of a loss", "below 0.1%"),
        ("Payback", "6.8 months"),  # 120 000 / (21 696 - 4 000)
        ("Break-even", "36% of the effects as measured"),
    ]


def test_what_would_overturn_it():
    assert [plain(text) for text in told(company_report()).overturn] == [
        "The effects may shrink to 36% of what was measured before the case is worth nothing.",
        "Expansion is taken as measured, as no prior is declared. A prior around 0 with a standard deviation of "
        "4.20 USD would bring the net present value to 0.",
        "Unshrunk: no prior is declared for expansion revenue.",
    ]


def test_an_interval_with_0_is_not_proven():
    found = told(unproven_company_report())
    assert found.state is State.UNPROVEN
    assert plain(str(found)).startswith("Not proven: the best guess is 26 000 USD over 36 months")


def test_a_case_without_some_of_its_lines_says_of_how_many_it_is():
    report = company_report()
    first, *others = report.money.lines
    left = msgspec.structs.replace(first, priced=False, reasons=("totals are capped.",))
    found = case(report, msgspec.structs.replace(report.money, lines=(left, *others)))
    assert plain(str(found)) == (
        "No verdict, as faster start is not priced: the rest is 430 000 USD over 36 months, after its costs and with 2 "
        "of 3 benefit lines priced."
    )
    assert found.state is State.UNPROVEN


def test_a_line_that_only_reconciles_to_the_program_leaves_nothing_open():
    report = company_report()
    first, *others = report.money.lines
    beside = msgspec.structs.replace(first, priced=False, under="fewer_tickets", reasons=("it runs under it.",))
    money = msgspec.structs.replace(report.money, lines=(beside, *others))
    found = case(report, money)
    assert found.state is State.WORTH and "benefit lines priced" not in str(found)
    shown = money_view(money).lines[0]
    assert shown.priced and shown.present_value.known and shown.reasons == ("it runs under it.",)


def test_the_rest_of_a_case_is_called_a_loss_where_it_is_one():
    report = losing_company_report()
    first, *others = report.money.lines
    left = msgspec.structs.replace(first, priced=False, reasons=("totals are capped.",))
    found = case(report, msgspec.structs.replace(report.money, lines=(left, *others)))
    assert "not priced: the rest is a loss of 177 000 USD over 36 months" in plain(str(found))


def drawn(report, mean, low, high):
    """The same case, in which a declared range was drawn too: what the draws come to."""
    money = with_draws(report.money, mean=mean, sd=(high - low) / 4, low=low, high=high, p_negative=0.3)
    return msgspec.structs.replace(report, money=money)


def graded(report, *grades):
    """The same case, its first lines so graded."""
    lines = report.money.lines
    weaker = tuple(msgspec.structs.replace(line, grade=g) for line, g in zip(lines, grades, strict=False))
    return msgspec.structs.replace(
        report, money=msgspec.structs.replace(report.money, lines=weaker + lines[len(grades) :])
    )


def test_what_nobody_has_measured_is_never_said_to_be_worth_anything():
    found = told(graded(company_report(), *[Grade.ASSUMED] * 3))
    assert found.state is State.UNPROVEN
    assert plain(str(found)) == (
        "Assumed, not measured: 430 000 USD over 36 months, after its costs, if everything is as declared."
    )
    assert plain(found.sureness) == (
        "If the declared ranges hold: 95% interval: 250 000 to 620 000 USD; probability of a loss: below 0.1%."
    )


def test_one_assumed_line_is_named_before_the_amount():
    found = told(graded(company_report(), Grade.RANDOMISED, Grade.ASSUMED))
    assert found.state is State.UNPROVEN
    assert str(found).startswith("In part assumed, not measured (fewer tickets): 430")
    assert dict(found.figures)["Break-even"].unit == "of the effects as measured or assumed"


def test_the_loss_of_a_plan_rests_on_what_is_assumed():
    found = told(graded(losing_company_report(), *[Grade.ASSUMED] * 3))
    assert found.state is State.UNPROVEN
    assert plain(str(found)) == (
        "Assumed, not measured: a loss of 177 000 USD over 36 months, after its costs, if everything is as declared. "
        "Break-even needs 362% of the effects as assumed."
    )


def test_what_all_draws_come_to_stands_beside_the_inputs_as_declared():
    found = told(drawn(unproven_company_report(), -12_000.0, -200_000.0, 180_000.0))
    assert plain(str(found)) == (
        "Not proven: 30 000 USD over 36 months, after its costs, with every input as declared, a loss of 10 000 USD on "
        "average over all that is uncertain; the interval contains 0."
    )
    plan = graded(unproven_company_report(), *[Grade.ASSUMED] * 3)
    assert str(told(plan)).startswith("Not proven: 26")  # no guess is the best of what nobody has measured


def test_a_best_guess_is_what_is_expected_too():
    found = told(drawn(unproven_company_report(), 28_000.0, -200_000.0, 180_000.0))
    assert plain(str(found)) == (
        "Not proven: the best guess is 30 000 USD over 36 months, after its costs, but the interval contains 0."
    )


def test_the_verdict_rests_on_the_draws():
    found = told(drawn(company_report(), 390_000.0, 20_000.0, 760_000.0))
    assert (found.state, plain(str(found))) == (
        State.WORTH,
        "Personalization is worth 430 000 USD over 36 months, after its costs, with every input as declared, 390 000 "
        "USD on average over all that is uncertain.",
    )
    assert told(drawn(company_report(), 390_000.0, -20_000.0, 760_000.0)).state is State.UNPROVEN
    other = told(drawn(losing_company_report(), 90_000.0, 10_000.0, 170_000.0))
    assert other.state is State.UNPROVEN
    assert "a gain of 90 000 USD on average over all that is uncertain; the two differ in sign." in plain(str(other))


def test_a_loss_whose_interval_holds_0_is_not_proven_either():
    found = told(drawn(losing_company_report(), -177_000.0, -390_000.0, 30_000.0))
    assert found.state is State.UNPROVEN
    assert plain(str(found)) == (
        "Not proven: on current evidence a loss of 180 000 USD over 36 months, after its costs, and the interval "
        "contains 0. Break-even needs 362% of the effects as measured."
    )


def test_a_single_month_is_one():
    report = company_report()
    found = case(report, msgspec.structs.replace(report.money, months=1))
    assert "over 1 month, after" in str(found)
    assert money_view(msgspec.structs.replace(report.money, months=1)).terms[0] == "1 month"


def test_a_loss_is_called_one():
    found = told(losing_company_report())
    assert found.state is State.LOSS
    assert plain(str(found)) == (
        "On current evidence this loses money: 177 000 USD over 36 months, after its costs. Break-even needs 362% of "
        "the effects as measured."
    )
    assert plain(found.overturn[0]).startswith("The effects would have to be 362% of what was measured")


def test_a_broken_study_leaves_no_money_and_says_why():
    found = told(broken_company_report())
    assert (found.state, found.shown, found.amount, found.figures) == (State.BROKEN, False, "", ())
    assert str(found) == "No money is shown: study 'program' is broken."
    assert found.reasons == ("Program: Sample ratio mismatch: the arms do not hold the planned shares (p = 2.1e-14).",)


def test_a_young_company_says_when():
    found = told(young_company_report())
    assert (found.state, found.shown) == (State.YOUNG, False)
    assert str(found) == (
        "Not yet: no window has closed. The first answer can be given on 2026-07-14; all units so far are observed in "
        "full on 2026-08-02."
    )


def test_nothing_priced_for_another_reason():
    report = company_report()
    silent = msgspec.structs.replace(
        report.money, cash_flow=(), reasons=("no line is priced: expansion_revenue is capped.",),
        lines=(), summary=msgspec.structs.replace(
            report.money.summary, npv=msgspec.structs.replace(report.money.summary.npv, answer=NoEstimate("nothing"))
        ),
    )  # fmt: skip
    found = case(report, silent)
    assert (found.state, found.reasons) == (State.SILENT, ("No line is priced: expansion revenue is capped.",))


def test_the_weakest_of_the_priced_lines_gives_the_grade():
    report = company_report()
    first, second, *others = report.money.lines
    weaker = msgspec.structs.replace(first, grade=Grade.ASSUMED)
    unpriced = msgspec.structs.replace(second, grade=Grade.BROKEN, priced=False)
    found = case(report, msgspec.structs.replace(report.money, lines=(weaker, unpriced, *others)))
    assert found.grade is Grade.ASSUMED


@pytest.mark.parametrize("report", [broken_company_report(), young_company_report()])
def test_what_is_not_shown_names_no_amount(report):
    found = told(report)
    assert not re.search(r"\d\s?(USD|million)", " ".join((str(found), *found.reasons, *found.overturn)))


def test_an_amount_that_is_written_as_0_is_no_loss():
    found = told(drawn(with_npv(company_report(), -193.0), mean=-193.0, low=-60_000.0, high=60_000.0))
    assert "a loss of 0" not in plain(str(found)) and "0 USD" in plain(str(found))


def with_npv(report, value):
    npv = msgspec.structs.replace(report.money.summary.npv, answer=Interval(value, 30_000.0, -60_000.0, 60_000.0))
    summary = msgspec.structs.replace(report.money.summary, npv=npv)
    return msgspec.structs.replace(report, money=msgspec.structs.replace(report.money, summary=summary))


def test_what_stands_against_the_decision_is_said_first_of_what_would_overturn_it():
    report = cased_report()
    against = ("Guardrail breached: tickets_per_month with guided in onboarding.",)
    decision = msgspec.structs.replace(report.money.decision, against=against)
    found = case(report, msgspec.structs.replace(report.money, decision=decision))
    assert found.overturn[0] == "Guardrail breached: tickets per month with guided in onboarding."
    assert found.overturn[1:] == case(report, report.money).overturn
