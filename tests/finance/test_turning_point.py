"""Turning points: put back into the case, they make its NPV 0 and change its sign."""

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Prior
from liftledger.finance.case import money
from tests.finance.lines import case, interval, line, measured, number, reason

effects = st.floats(0.5, 10)


def npv(first, other, *priors):
    lines = [measured(line(), first), measured(line("other", study="other", metric="orders"), other)]
    return money(case([one.line for one in lines], priors=priors), "USD", 0.95, lines)


@given(effects, st.floats(-3, 3))
def test_at_the_break_even_effect_the_npv_is_0(effect, other):
    found = number(npv(interval(effect, 1.0), interval(other, 1.0)).lines[0].break_even)
    assert number(npv(interval(found, 1.0), interval(other, 1.0)).summary.npv) == pytest.approx(0, abs=1e-8)
    step = 1e-6
    around = [number(npv(interval(found + d, 1.0), interval(other, 1.0)).summary.npv) for d in (-step, step)]
    assert around[0] < 0 < around[1]


@given(effects, effects)
def test_at_the_break_even_share_of_all_effects_the_npv_is_0(effect, other):
    share = number(npv(interval(effect, 1.0), interval(other, 1.0)).summary.break_even)
    at = npv(interval(effect * share, 1.0), interval(other * share, 1.0))
    assert number(at.summary.npv) == pytest.approx(0, abs=1e-8)


@given(effects, st.floats(0.1, 5), st.floats(-3, 3))
def test_the_npv_changes_its_sign_at_the_sd_of_the_prior(effect, se, other):
    raw = npv(interval(effect, se), interval(other, 1.0))
    answer = raw.lines[0].sign_change.answer
    assume(not isinstance(answer, NoEstimate) and 1e-3 < answer.value / se < 1e3)

    def at(sd):
        prior = Prior("revenue", 0.0, sd)
        return number(npv(interval(effect, se), interval(other, 1.0), prior).summary.npv)

    size = number(raw.lines[0].present_value)
    assert at(answer.value) == pytest.approx(0, abs=1e-9 * (abs(size) + 2000))
    assert at(answer.value * 1.001) * at(answer.value / 1.001) < 0
    assert at(answer.value * 1.001) * number(raw.summary.npv) > 0


def turning(effect, needed):
    """A case in which one unit of effect is worth 100, and the line must bring `needed`: for costs, or for others."""
    others = interval(max(-needed, 0.0) / 100, 0.0)
    lines = [measured(line(), effect), measured(line("other", study="other", metric="orders"), others)]
    costs = (Cost("build", "engineering", once=Decimal(max(needed, 0))),)
    value = case([one.line for one in lines], costs=costs, months=1, discount=Decimal(0))
    return money(value, "USD", 0.95, lines)


def test_by_hand():
    # k = 100, L = 5, s = 2, C = 300: 500 t^2 / (t^2 + 4) = 300 at t^2 = 6
    found = turning(interval(5.0, 2.0), 300.0)
    assert number(found.lines[0].sign_change) == pytest.approx(math.sqrt(6))
    assert number(found.lines[0].break_even) == pytest.approx(3)
    assert number(found.summary.break_even) == pytest.approx(0.6)
    # a loss that others can bear in part: k = 100, L = -5, C = -300, the same by symmetry
    assert number(turning(interval(-5.0, 2.0), -300.0).lines[0].sign_change) == pytest.approx(math.sqrt(6))


@pytest.mark.parametrize(
    ("effect", "needed", "why"),
    [
        (interval(5.0, 2.0), 600.0, "the NPV is not above 0, however far the effect is shrunk"),
        (interval(5.0, 2.0), -100.0, "the NPV is not below 0, however far the effect is shrunk"),
        (interval(5.0, 2.0), 0.0, "the NPV is not below 0, however far the effect is shrunk"),
        (interval(-5.0, 2.0), 100.0, "the NPV is not above 0, however far the effect is shrunk"),
        (interval(-5.0, 2.0), 0.0, "the NPV is not above 0, however far the effect is shrunk"),
        (interval(0.0, 2.0), 100.0, "the NPV is not above 0, however far the effect is shrunk"),
        (interval(5.0, 2.0), 500.0, "the NPV is 0 as measured"),
        (interval(5.0, 0.0), 300.0, "the effect has no standard error, so no prior changes it"),
    ],
)
def test_where_no_prior_around_0_changes_the_sign(effect, needed, why):
    assert reason(turning(effect, needed).lines[0].sign_change) == why


def test_a_line_that_is_worth_nothing_cannot_pay():
    nobody = measured(line(holdout=Decimal(1)), interval(5.0, 2.0))
    found = money(case([nobody.line]), "USD", 0.95, [nobody])
    assert reason(found.lines[0].break_even) == "the line brings nothing, whatever its effect"
    assert number(found.lines[0].present_value) == 0
    assert number(found.lines[0].forgone) > 0


@pytest.mark.parametrize("effect", [0.0, -1.0])
def test_losses_cannot_pay(effect):
    why = "the benefits are not above 0, so no share of the effects pays the costs"
    assert reason(turning(interval(effect, 1.0), 300.0).summary.break_even) == why
