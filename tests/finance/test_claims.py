"""Claims: what a line lets one say, in numbers that multiply to its money."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.value import Prior
from liftledger.finance.case import money
from liftledger.finance.claims import claims
from tests.finance.lines import case, estimate, interval, line, measured, metric, number, reason

TICKETS = metric("tickets", "rows per user and 30 days", better="lower", fact="tickets", kind="rate")
REACHED = metric("time_to_value_by_30d", "share", kind="time_to")


def claimed(*found, **given):
    whole = money(case([one.line for one in found], **given), "USD", 0.95, found)
    return claims(whole, found), whole


def only(*found, **given):
    (claim,), whole = claimed(*found, **given)
    return claim, whole.lines[0]


def with_lift(found, value, se, control=10.0):
    changed = msgspec.structs.replace(found.priced, lift=interval(value, se), control_value=control)
    return msgspec.structs.replace(found, priced=changed, counted=changed)


def avoided(**given):
    declared = line("support", metric="tickets", units=Decimal(1000), worth=Decimal(12), basis="saving")
    return with_lift(
        measured(declared, interval(-0.5, 0.1), described=TICKETS, direction=-1, **given), -0.25, 0.05, control=2.0
    )


def test_what_is_moved_times_the_money_of_one_is_the_money_of_a_month():
    claim, priced = only(avoided())
    assert (number(claim.change), number(claim.moved), number(claim.each)) == (-0.25, 500, 12)
    assert number(claim.moved) * number(claim.each) == pytest.approx(number(priced.monthly))
    assert (claim.standing, claim.evidence) == ("proven", "test.tickets.b.welch")


def test_revenue_of_one_counts_at_the_margin():
    declared = line(units=Decimal(100), worth=Decimal(50), basis="revenue", metric="active")
    found = measured(declared, interval(0.2, 0.05), described=metric("active", "share", kind="conversion"))
    claim, priced = only(found, margin=Decimal("0.8"))
    assert (number(claim.moved), number(claim.each)) == (pytest.approx(20), 40)
    assert number(priced.monthly) == pytest.approx(20 * 40)
    assert claim.each.formula == "worth x margin"


def test_a_metric_that_is_money_is_moved_itself_and_the_margin_is_what_stays_of_one():
    claim, _ = only(measured(line(basis="revenue")), margin=Decimal("0.8"))
    assert (number(claim.moved), number(claim.each), claim.each.unit) == (500, 0.8, "share")
    claim, _ = only(measured(line(basis="margin")))
    assert number(claim.moved) == 500
    assert reason(claim.each) == "the metric is money itself"


def test_only_the_treated_and_what_is_realised_count_as_moved():
    declared = line("sales", units=Decimal(100), realisation=Decimal("0.5"))
    claim, priced = only(measured(declared))
    assert number(claim.moved) == pytest.approx(250) == number(priced.monthly)


def test_an_effect_stands_as_its_interval_does_on_the_side_that_is_money():
    def standing(effect, se, **given):
        return only(measured(line(), interval(effect, se), **given))[0].standing

    assert standing(5.0, 1.0) == "proven"
    assert standing(1.0, 1.0) == "unproven"
    assert standing(-5.0, 1.0) == "harm"
    assert standing(-5.0, 1.0, direction=-1) == "proven"
    assert standing(5.0, 1.0, grade=Grade.ASSUMED) == "assumed"
    assert standing(5.0, 1.0, refusals=("totals are capped.",)) == "unpriced"


def test_an_effect_that_a_prior_takes_back_to_0_is_not_proven():
    prior = Prior("revenue", 0.0, 1.0)
    assert only(measured(line(), interval(5.0, 2.0)))[0].standing == "proven"
    assert only(measured(line(), interval(5.0, 2.0)), priors=(prior,))[0].standing == "unproven"


def test_a_broken_study_claims_nothing():
    claim, _ = only(with_lift(measured(line(), grade=Grade.BROKEN), 0.5, 0.1))
    assert claim.standing == "unpriced"
    assert all(
        isinstance(figure.answer, NoEstimate) for figure in (claim.change, claim.moved, claim.each, claim.needed)
    )


def faster(reduction):
    declared = line("start", metric="time_to_value", worth=Decimal(40), units=Decimal(1000))
    days = metric("time_to_value", "days", better="lower", kind="time_to")
    whole = estimate("test", days.metric, interval(-2.0, 0.2), lift=reduction)
    return with_lift(measured(declared, interval(0.05, 0.005), described=REACHED, reduction=whole), 0.1, 0.01)


def test_time_to_value_is_claimed_as_the_time_that_is_saved():
    claim, _ = only(faster(interval(-0.57, 0.05)))
    assert (number(claim.change), claim.evidence, claim.benefit) == (
        -0.57, "test.time_to_value.b.welch", "time_to_value",
    )  # fmt: skip
    assert number(claim.moved) == pytest.approx(50)


def test_a_time_that_is_not_proven_to_have_changed_is_not_claimed():
    claim, _ = only(faster(interval(-0.02, 0.05)))
    assert (number(claim.change), claim.evidence) == (0.1, "test.time_to_value_by_30d.b.welch")


def test_where_the_share_in_time_is_not_proven_the_time_is_no_evidence_of_its_sign():
    one = faster(interval(-0.57, 0.05))
    unproven = msgspec.structs.replace(one, priced=msgspec.structs.replace(one.priced, effect=interval(0.05, 0.05)))
    claim, _ = only(with_lift(unproven, 0.1, 0.1))
    assert (claim.standing, number(claim.change), claim.evidence) == (
        "unproven", 0.1, "test.time_to_value_by_30d.b.welch",
    )  # fmt: skip


def test_break_even_is_told_on_the_scale_of_the_change():
    claim, priced = only(avoided())
    assert number(claim.needed) == pytest.approx(number(priced.break_even) / 2)  # of 2 tickets in the control
    assert reason(only(measured(line()))[0].needed) == "there is no value of the control to compare with"
    below, priced = only(with_lift(measured(line()), 0.5, 0.2, control=-10.0))
    assert number(below.needed) == pytest.approx(number(priced.break_even) / 10)  # more is more, also of a loss
    assert below.change.formula == "(treatment - control) / size of control, as measured"


def test_categories_with_worths_of_their_own_have_no_money_of_one():
    declared = line("support", metric="tickets", worth_by={"billing": Decimal(20)}, basis="saving")
    counted = with_lift(measured(declared, interval(-0.5, 0.1), described=TICKETS), -0.25, 0.05).counted
    found = measured(
        declared, interval(-6.0, 1.0), described=metric("support_worth", better="lower"), counted=counted,
        counted_metric=TICKETS, direction=-1,
    )  # fmt: skip
    claim, _ = only(found)
    assert (number(claim.moved), claim.moved.unit) == (50, "tickets fewer per month")
    assert reason(claim.each) == "each category has a worth of its own"


def test_the_first_questions_come_first_and_the_rest_as_declared():
    named = {
        "c": "revenue", "b": "deflection", "d": "contact", "a": "time_to_value",
    }  # fmt: skip
    found = [measured(line(name, benefit=benefit, study=name)) for name, benefit in named.items()]
    assert [claim.line for claim in claimed(*found)[0]] == ["a", "b", "c", "d"]


def test_every_figure_of_a_claim_says_what_it_rests_on():
    claim, _ = only(avoided())
    figures = [claim.change, claim.moved, claim.each, claim.needed]
    assert [figure.id for figure in figures] == [
        f"money.claims.support.{name}" for name in ("change", "moved", "each", "needed")
    ]
    assert all(figure.formula and figure.inputs for figure in figures)
    assert isinstance(claim.each.answer, Exact)
