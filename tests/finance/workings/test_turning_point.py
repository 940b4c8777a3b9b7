"""Turning points: put back into the case, they make its NPV 0 and change its sign."""

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liftledger.domain.value import Cost, Prior
from liftledger.finance.case import money
from tests.finance.lines import case as declared
from tests.finance.lines import interval, line, measured, number, reason, worked

effects = st.floats(0.5, 10)


def found(first, other, *priors):
    """The workings of two lines, each of a study of its own."""
    lines = [measured(line(), first), measured(line("other", study="other", metric="orders"), other)]
    return worked(*lines, priors=priors)


def npv(first, other, *priors):
    return found(first, other, *priors).known("summary.npv")


@given(effects, st.floats(-3, 3))
def test_at_the_break_even_effect_the_npv_is_0(effect, other):
    even = found(interval(effect, 1.0), interval(other, 1.0)).known("lines.sales.break_even")
    assert npv(interval(even, 1.0), interval(other, 1.0)) == pytest.approx(0, abs=1e-8)
    step = 1e-6
    around = [npv(interval(even + d, 1.0), interval(other, 1.0)) for d in (-step, step)]
    assert around[0] < 0 < around[1]


@given(effects, effects)
def test_at_the_break_even_share_of_all_effects_the_npv_is_0(effect, other):
    share = found(interval(effect, 1.0), interval(other, 1.0)).known("summary.break_even")
    assert npv(interval(effect * share, 1.0), interval(other * share, 1.0)) == pytest.approx(0, abs=1e-8)


@given(effects, st.floats(0.1, 5), st.floats(-3, 3))
def test_the_npv_changes_its_sign_at_the_sd_of_the_prior(effect, se, other):
    raw = found(interval(effect, se), interval(other, 1.0))
    sd = raw.number("lines.sales.sign_change")
    assume(sd is not None and 1e-3 < sd / se < 1e3)

    def at(sd):
        return npv(interval(effect, se), interval(other, 1.0), Prior("revenue", 0.0, sd))

    size = raw.known("lines.sales.present")
    assert at(sd) == pytest.approx(0, abs=1e-9 * (abs(size) + 2000))
    assert at(sd * 1.001) * at(sd / 1.001) < 0
    assert at(sd * 1.001) * raw.known("summary.npv") > 0


def turning(effect, needed):
    """A case in which one unit of effect is worth 100, and the line must bring `needed`: for costs, or for others."""
    others = interval(max(-needed, 0.0) / 100, 0.0)
    lines = [measured(line(), effect), measured(line("other", study="other", metric="orders"), others)]
    costs = (Cost("build", "engineering", once=Decimal(max(needed, 0))),)
    value = declared([one.line for one in lines], costs=costs, months=1, discount=Decimal(0))
    return money(value, "USD", 0.95, lines)


def test_by_hand():
    # k = 100, L = 5, s = 2, C = 300: 500 t^2 / (t^2 + 4) = 300 at t^2 = 6
    even = turning(interval(5.0, 2.0), 300.0)
    assert number(even.lines[0].sign_change) == pytest.approx(math.sqrt(6))
    assert number(even.lines[0].break_even) == pytest.approx(3)
    assert number(even.summary.break_even) == pytest.approx(0.6)
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
    (only,) = money(declared([nobody.line]), "USD", 0.95, [nobody]).lines
    assert reason(only.break_even) == "the line brings nothing, whatever its effect"
    assert number(only.present_value) == 0
    assert number(only.forgone) > 0


@pytest.mark.parametrize("effect", [0.0, -1.0])
def test_losses_cannot_pay(effect):
    why = "the benefits are not above 0, so no share of the effects pays the costs"
    assert reason(turning(interval(effect, 1.0), 300.0).summary.break_even) == why
