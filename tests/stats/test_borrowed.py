"""An arm whose units are all alike borrows the variation of both arms' units together."""

import math

import numpy as np
import pytest

from liftledger.domain.durations import Durations
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Metric, Term
from liftledger.stats.findings import headline
from liftledger.stats.time_findings import share_findings
from tests.stats.records import found, sums

NOBODY, HALF = [0, 0, 0, 0], [0, 0, 1, 1]


def test_nobody_of_four_beside_two_of_four():
    answer = found("sum", sums(y=NOBODY), sums(y=HALF))[0]
    # by hand: 2 of all 8, so 12/7/8 is their variance; 1/3 that of the two of four; each over its 4 units
    assert answer.effect.se == pytest.approx(math.sqrt(12 / 7 / 8 / 4 + 1 / 3 / 4))
    assert answer.effect.value == 0.5


def test_swapping_the_arms_mirrors_it():
    one = found("sum", sums(y=NOBODY), sums(y=HALF))[0].effect
    other = found("sum", sums(y=HALF), sums(y=NOBODY))[0].effect
    assert (other.value, other.se, other.low, other.high) == pytest.approx((-one.value, one.se, -one.high, -one.low))


def test_arms_with_variation_keep_their_own():
    answer = found("sum", sums(y=[0, 0, 0, 1]), sums(y=HALF))[0]
    assert answer.effect.se == pytest.approx(math.sqrt(1 / 4 / 4 + 1 / 3 / 4))


@pytest.mark.parametrize(
    ("control", "treatment", "arm"),
    [
        (NOBODY, HALF, "control"),
        (HALF, NOBODY, "treatment"),
        ([3, 3, 3, 3], HALF, "control"),  # alike, and not 0
        ([5, -5, 5, -5], HALF, None),  # 0 in all, and not alike
        (NOBODY, NOBODY, None),  # nothing to borrow
    ],
)
def test_the_arm_that_borrows_is_named(control, treatment, arm):
    assert {one.borrowed for one in found("sum", sums(y=control), sums(y=treatment))} == {arm}


def test_other_conventions_do_not_borrow():
    assert found("sum", sums(y=NOBODY), sums(y=HALF), convention="tea-tasting")[0].borrowed is None


@pytest.mark.parametrize(
    ("control", "treatment", "arm"),
    [
        (Durations({}, {1: 4}), Durations({1: 2}, {1: 2}), "control"),
        (Durations({1: 2}, {1: 2}), Durations({1: 4}, {}), "treatment"),
        (Durations({}, {1: 4}), Durations({}, {1: 4}), None),
        (Durations({1: 1}, {1: 3}), Durations({1: 2}, {1: 2}), None),
    ],
)
def test_the_arm_whose_durations_borrow_is_named(control, treatment, arm):
    metric = Metric("ttv", "time_to", "events", Term(), horizon=DAY, grid=DAY, marks=(DAY,), better="lower")
    assert share_findings(metric, DAY, control, treatment)[0].borrowed == arm


def test_quotients_borrow_too():
    # by hand: both arms together have 2 rows over 12 days; the deviations y - d/6 of the 8 units, squared and over 7,
    # over the mean of d (1.5) squared, over 4 units; the treatment's own: y - d/3 over its mean (1.5)
    d = np.array([1, 2, 1, 2])
    answer = found("rate", sums(y=NOBODY, d=d), sums(y=HALF, d=d), per=1_000_000)[0]
    both = np.concatenate([NOBODY - d / 6, HALF - d / 6])
    own = HALF - d / 3
    expected = (both**2).sum() / 7 / 1.5**2 / 4 + (own**2).sum() / 3 / 1.5**2 / 4
    assert answer.effect.se == pytest.approx(math.sqrt(expected))


def test_there_is_nothing_to_adjust_where_all_values_are_alike():
    arms = sums(y=NOBODY, x=[1, 2, 3, 5]), sums(y=HALF, x=[1, 2, 3, 5])
    answers = found("sum", *arms, before=True)
    reason = NoEstimate("all units of the control arm have the same value, so there is nothing to adjust")
    assert next(one for one in answers if one.method == "cuped").effect == reason
    assert headline(answers).method.startswith("welch")


def test_complete_durations_are_as_conversions():
    metric = Metric("ttv", "time_to", "events", Term(), horizon=DAY, grid=DAY, marks=(DAY,), better="lower")
    answer = share_findings(metric, DAY, Durations({}, {1: 4}), Durations({1: 2}, {1: 2}))[0]
    assert answer.effect.se == pytest.approx(found("sum", sums(y=NOBODY), sums(y=HALF))[0].effect.se)


def test_rare_events_in_a_small_arm_raise_no_more_false_alarms_than_promised():
    # 28 units beside 246, of which 3 in 100 have it: in two of five draws nobody of the 28 does. Own variances alone
    # would call a third of all draws a difference; the band is 5 % and three standard errors of 600 draws.
    rng = np.random.default_rng(20261122)
    alarms = 0
    for _ in range(600):
        few, many = (rng.random(28) < 0.03).astype(int), (rng.random(246) < 0.03).astype(int)
        p_value = headline(found("sum", sums(y=few), sums(y=many))).p_value
        alarms += p_value is not None and p_value < 0.05
    assert alarms <= 600 * 0.05 + 3 * math.sqrt(600 * 0.05 * 0.95)
