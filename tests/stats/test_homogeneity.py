"""Equal shares in several arms: a printed example, scipy, its own promise, and its symmetries."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.stats.homogeneity import homogeneity
from tests.data import data


def test_agrees_with_the_printed_example_of_r():
    # R, ?prop.test, Fleiss' smokers: four groups, 3 degrees of freedom, p printed to six decimals.
    example = json.loads(data("vectors/statistics.json").read_text())["chisq_R_smokers"]
    cells = [(s, n - s) for s, n in zip(example["smokers"], example["patients"], strict=True)]
    assert homogeneity(cells) == pytest.approx(example["p"], abs=5e-7)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    cells = rng.integers(1, 300, (2 + seed, 2))
    other = stats.chi2_contingency(cells, correction=False)
    assert homogeneity([(int(yes), int(no)) for yes, no in cells]) == pytest.approx(other.pvalue)


def test_false_alarms_are_as_rare_as_it_says():
    # Three arms of unlike sizes, 30 % in each; 4,000 draws, the central 99.99 % of Binomial(4000, 0.05).
    rng = np.random.default_rng(20240512)
    sizes = (200, 1000, 5000)
    draws = rng.binomial(sizes, 0.3, (4000, 3)).tolist()
    alarms = sum((homogeneity([(y, n - y) for y, n in zip(draw, sizes, strict=True)]) or 0) < 0.05 for draw in draws)
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= alarms <= most


cells = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=5)


@given(cells, st.randoms())
def test_neither_the_order_of_arms_nor_an_empty_arm_nor_the_side_matters(arms, chance):
    shuffled = chance.sample(arms, len(arms))
    answer = homogeneity(arms)
    for other in (shuffled, [*arms, (0, 0)], [(no, yes) for yes, no in arms]):
        assert homogeneity(other) == (None if answer is None else pytest.approx(answer))


def test_where_nothing_can_be_compared_there_is_no_answer():
    for arms in ([], [(5, 5)], [(5, 5), (0, 0)], [(5, 0), (7, 0)], [(0, 5), (0, 7)], [(0, 0), (0, 0)]):
        assert homogeneity(arms) is None
