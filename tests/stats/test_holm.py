"""Holm against printed numbers, the closure that defines it, its own promise, and its symmetries."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.stats.holm import holm

# Benjamini & Hochberg (1995), JRSS-B 57, 289-300, section 3.2: 15 hypotheses of a trial of thrombolysis.
TRIAL = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
)  # fmt: skip


def test_agrees_with_the_worked_example():
    # Wikipedia, "Holm-Bonferroni method": H1 and H4 are rejected at 5 %, H2 and H3 are not. By hand: 4 x 0.005,
    # 3 x 0.01, 2 x 0.03, and 0.04 not below the one before it.
    assert holm((0.01, 0.04, 0.03, 0.005)) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_agrees_with_statsmodels():
    # statsmodels 0.15.0, multipletests(TRIAL, method="holm").
    expected = (0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, *(1,) * 6)
    assert holm(TRIAL) == pytest.approx(expected)


p_values = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@given(p_values)
def test_it_is_bonferroni_of_the_worst_group_that_a_test_is_in(found):
    # Closed testing (Marcus, Peritz & Gabriel 1976): reject where every group with the test is rejected.
    def worst(place):
        others = [p for i, p in enumerate(found) if i != place]
        groups = [(found[place], *g) for size in range(len(found)) for g in combinations(others, size)]
        return max(min(1.0, len(group) * min(group)) for group in groups)

    assert holm(found) == pytest.approx([worst(place) for place in range(len(found))])


def test_a_true_hypothesis_is_rejected_in_at_most_5_percent_of_families():
    # 3 true and 2 false hypotheses, 4,000 draws. True ones are then tested as 3, each at 5 % / 3.
    rng = np.random.default_rng(20240601)
    z = rng.normal(size=(4000, 5)) + np.array([0, 0, 0, 5, 5])
    wrong = sum(min(holm(tuple(2 * stats.norm.sf(abs(row))))[:3]) <= 0.05 for row in z)
    fewest, most = stats.binom.interval(0.9999, 4000, 1 - (1 - 0.05 / 3) ** 3)
    assert fewest <= wrong <= most


@given(st.permutations(list(TRIAL[:7])))
def test_the_order_of_the_tests_does_not_matter(shuffled):
    assert holm(shuffled) == tuple(holm(TRIAL[:7])[TRIAL.index(p)] for p in shuffled)


@given(p_values, st.integers(0, 6))
def test_what_gave_no_p_value_is_no_test(found, place):
    with_none = [*found[:place], None, *found[place:]]
    answer = holm(with_none)
    assert answer[min(place, len(found))] is None
    assert tuple(p for p in answer if p is not None) == holm(found)


def test_a_single_test_stays_as_it_is():
    assert holm((0.03,)) == (0.03,)
    assert holm(()) == ()
