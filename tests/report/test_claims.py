"""Claims in words: what was reduced, what it is worth, and the honest sentence where it is worth nothing."""

import msgspec
import pytest

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.report.case import case
from liftledger.report.case_summary import case_summary
from liftledger.report.claims import said
from liftledger.report.numbers import lift, plain
from tests.report.cases import cased_report
from tests.report.company import (
    broken_company_report,
    company_report,
    losing_company_report,
    unproven_company_report,
    young_company_report,
)


def changed(report, line, *, claim=(), benefit=()):
    """The same report with fields of one line and of its claim changed."""
    money = report.money

    def with_changes(found, name, changes):
        return tuple(
            msgspec.structs.replace(one, **dict(changes)) if getattr(one, name) == line else one for one in found
        )

    lines, claims = with_changes(money.lines, "name", benefit), with_changes(money.claims, "line", claim)
    return msgspec.structs.replace(report, money=msgspec.structs.replace(money, lines=lines, claims=claims))


@pytest.fixture(scope="module")
def report():
    return cased_report()


def told(report, line):
    return next(one for one in said(report, report.money) if one.line == line)


def test_a_proven_line_says_what_changed_what_that_moves_and_what_it_is_worth(report):
    found = told(report, "faster_start")
    assert plain(found.text) == (
        "We raised the share of users whose time to value is within 30 days by 8.2% with guided, worth 52.8 more users "
        "a month who get there within 30 days, at 32 USD each: 1 690 USD per month."
    )
    assert plain(found.sureness) == "95% intervals: +6.9% to +9.5%; 1 420 to 1 950 USD per month."
    assert found.basis.endswith("from the effects as expected after the priors.")
    assert found.formula.startswith("change = treatment / control - 1, as measured; money = effect x units")
    assert found.formula.endswith("; moved = money / (worth x margin)")
    assert (found.grade, found.evidence) == (Grade.RANDOMISED, "onboarding.time_to_value_by_30d.guided.kaplan-meier")


def test_an_effect_that_the_prior_takes_back_is_said_to_be_unproven(report):
    assert plain(told(report, "expansion").text) == (
        "Not proven: expansion revenue was 35% higher with model, but after the prior the interval contains 0; the "
        "case counts what is expected, 1 100 USD per month."
    )


def test_an_interval_with_0_shows_no_effect(report):
    line = report.money.lines[2]
    wide = msgspec.structs.replace(line.effect, answer=msgspec.structs.replace(line.effect.answer, low=-3.0))
    found = told(changed(report, "expansion", benefit={"effect": wide}), "expansion")
    assert "No effect can be shown: expansion revenue was 35% higher with model, and the interval" in plain(found.text)


@pytest.mark.parametrize("standing", ["unproven", "harm"])
def test_fewer_who_get_there_in_time_do_not_read_as_a_shorter_time(report, standing):
    change = msgspec.structs.replace(report.money.claims[0].change, answer=Interval(-0.02, 0.06, -0.13, 0.1))
    found = told(changed(report, "faster_start", claim={"standing": standing, "change": change}), "faster_start")
    assert "the share of users whose time to value is within 30 days " in found.text
    assert ("was 2% lower with guided" if standing == "unproven" else "fell by 2% with guided") in found.text


def test_a_lift_is_rounded_as_its_estimate_is(report):
    interval = Interval(0.1934, 0.7, -0.65, 2.04)
    change = msgspec.structs.replace(report.money.claims[2].change, answer=interval)
    found = told(changed(report, "expansion", claim={"change": change}), "expansion")
    assert lift(interval) == "+19%" and "expansion revenue was 19% higher" in found.text


def test_harm_is_called_harm(report):
    found = told(changed(report, "fewer_tickets", claim={"standing": "harm"}), "fewer_tickets")
    assert plain(found.text).startswith("Harm: tickets per month fell by 14.8% with personalized: ")
    assert plain(found.text).endswith(" a month, at 13.40 USD each, which costs 16 100 USD per month.")


def losing(report, line, **fields):
    """The line's money of a month below 0, and fields of its claim changed."""
    (monthly,) = (one.monthly for one in report.money.lines if one.name == line)
    loss = msgspec.structs.replace(monthly, answer=Interval(-800.0, 100.0, -1_000.0, -600.0))
    return told(changed(report, line, claim=fields, benefit={"monthly": loss}), line)


def test_harm_to_revenue_names_one_cost(report):
    (claim,) = (one for one in report.money.claims if one.line == "expansion")
    less = msgspec.structs.replace(claim.moved, answer=Exact(-1_000.0), unit="USD more per month")
    found = losing(report, "expansion", standing="harm", moved=less)
    assert plain(found.text).endswith(
        ": 1 000 USD less a month, which costs 800 USD per month at a gross margin of 80%."
    )


def test_an_assumed_harm_does_not_read_as_a_gain(report):
    found = losing(report, "faster_start", standing="assumed", grade=Grade.ASSUMED)
    assert found.text.startswith("Assumed, not measured: ") and ", worth" not in found.text
    assert plain(found.text).endswith(" each, which would cost 800 USD per month.")


def test_an_assumed_effect_of_0_moves_nothing(report):
    (line,) = (one for one in report.money.lines if one.name == "faster_start")
    nothing = msgspec.structs.replace(line.monthly, answer=Interval(0.0, 0.0, 0.0, 0.0))
    found = changed(report, "faster_start", claim={"standing": "assumed"}, benefit={"monthly": nothing})
    assert plain(told(found, "faster_start").text).endswith(" with guided, worth nothing.")


def test_a_change_that_is_no_quotient_is_not_explained_as_one(report):
    none = msgspec.structs.replace(report.money.claims[0].change, answer=NoEstimate("a plan has no control"))
    found = told(changed(report, "faster_start", claim={"change": none}), "faster_start")
    assert found.formula.startswith("change = the effect as measured, treatment minus control; money = ")


def test_what_was_not_randomised_is_not_claimed_as_our_doing(report):
    found = told(changed(report, "faster_start", claim={"grade": Grade.QUASI_EXPERIMENTAL}), "faster_start")
    assert "was 8.2% higher with guided, not randomised; if that is the effect, it is worth" in plain(found.text)


def test_an_assumption_is_called_one(report):
    found = told(changed(report, "faster_start", claim={"standing": "assumed", "grade": Grade.ASSUMED}), "faster_start")
    assert plain(found.text).startswith(
        "Assumed, not measured: the share of users whose time to value is within 30 days up by 8.2% with guided, worth"
    )
    assert found.sureness.startswith("Plausible: ")


def test_no_money_is_claimed_for_a_line_that_is_not_priced(report):
    reasons = {"priced": False, "reasons": ("its metric is capped.",)}
    found = told(changed(report, "expansion", claim={"standing": "unpriced"}, benefit=reasons), "expansion")
    assert found.text == "No money is claimed for expansion: its metric is capped."
    assert (found.sureness, found.basis) == ("", "")


def test_a_metric_that_is_money_is_named_once_where_there_is_no_margin(report):
    claim = report.money.claims[2]
    each = msgspec.structs.replace(claim.each, answer=NoEstimate("the metric is money itself"))
    monthly = msgspec.structs.replace(report.money.lines[2].monthly, unit="USD per month")
    found = changed(report, "expansion", claim={"standing": "proven", "each": each}, benefit={"monthly": monthly})
    assert plain(told(found, "expansion").text).endswith("with model, worth 1 100 USD per month.")


def test_without_a_lift_the_difference_is_said(report):
    claim = report.money.claims[0]
    change = msgspec.structs.replace(claim.change, answer=NoEstimate("the control is not clearly above 0"))
    found = told(changed(report, "faster_start", claim={"change": change}), "faster_start")
    assert "by 5.50 pp with guided" in plain(found.text)
    assert plain(found.sureness).startswith("95% intervals: +4.64 to +6.36 pp;")


def test_a_case_that_pays_is_said_as_its_headline():
    report = company_report()
    assert plain(str(case(report, report.money))) == (
        "Personalization is worth 430 000 USD over 36 months, after its costs."
    )


def test_a_loss_says_what_it_would_take():
    report = losing_company_report()
    assert plain(str(case(report, report.money))) == (
        "On current evidence this loses money: 177 000 USD over 36 months, after its costs. Break-even needs 362% of "
        "the effects as measured."
    )


@pytest.mark.parametrize(
    "report", [company_report(), unproven_company_report(), losing_company_report(), cased_report()]
)
def test_every_rendering_has_the_same_first_line(report):
    assert plain(str(case(report, report.money))) in " ".join(case_summary(report, report.money).split())


def test_a_loss_of_one_line_says_what_its_metric_would_have_to_do():
    report = losing_company_report()
    line = report.money.lines[0]
    needed = msgspec.structs.replace(line.break_even, answer=Exact(0.0162))
    alone = msgspec.structs.replace(report.money, lines=(msgspec.structs.replace(line, break_even=needed),))
    assert plain(str(case(report, alone))).endswith(
        "Break-even needs the share of users whose time to value is within 30 days to rise by 1.6 percentage points; "
        "expected is +5.50 percentage points."
    )
    assumed = msgspec.structs.replace(alone, lines=(msgspec.structs.replace(alone.lines[0], grade=Grade.ASSUMED),))
    assert plain(str(case(report, assumed))).endswith("; assumed is +5.50 percentage points.")


@pytest.mark.parametrize("report", [young_company_report(), broken_company_report()])
def test_without_money_the_line_says_why(report):
    assert str(case(report, report.money)).startswith(("Not yet: ", "No money is shown: "))
