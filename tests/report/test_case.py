"""The business case in words: worth, loss, not proven, not yet, and no money at all."""

import re

import msgspec
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report.case import State, case
from liftledger.report.money_view import money_view
from liftledger.report.numbers import plain
from tests.report.company import (
    broken_company_report,
    company_report,
    losing_company_report,
    unproven_company_report,
    young_company_report,
)


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


def test_a_loss_is_called_one():
    found = told(losing_company_report())
    assert found.state is State.LOSS
    assert plain(str(found)) == (
        "Personalization costs more than it brings: a loss of 177 000 USD over 36 months, after its costs."
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
