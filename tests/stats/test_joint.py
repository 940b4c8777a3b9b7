"""Contrasts of two arms against numpy on the rows."""

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.joint import independent
from liftledger.stats.quantity import of_arms
from tests.stats.records import MEAN, sums


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 2.5), (0.3, -1), (0, 1)])
def test_cumulants_of_a_contrast_are_those_of_the_rows(a, b):
    rng = np.random.default_rng(1)
    control, treatment = rng.integers(0, 90, 50), rng.integers(0, 60, 80)
    contrast = independent(*of_arms(MEAN, sums(y=control), sums(y=treatment))).contrast(a, b)
    assert contrast.value == pytest.approx(a * treatment.mean() - b * control.mean())
    parts = [(part.variance, part.third) for part in contrast.parts]
    for part, sample, factor in zip(parts, (treatment, control), (a, -b), strict=True):
        n = len(sample)
        assert part == pytest.approx((np.var(factor * sample, ddof=1) / n, stats.kstat(factor * sample, 3) / n**2))


def test_without_third_powers_there_is_no_third_cumulant():
    squares = Sums(5, {("y",): 10, ("y", "y"): 30})
    parts = independent(*of_arms(MEAN, squares, squares)).contrast().parts
    assert [part.third for part in parts] == [None, None]


def test_one_unit_has_no_variance():
    one, two = sums(y=[4]), sums(y=[4, 5])
    assert independent(*of_arms(MEAN, two, one)) == NoEstimate("the treatment arm has 1 unit; a variance needs 2")
    assert independent(*of_arms(MEAN, one, two)) == NoEstimate("the control arm has 1 unit; a variance needs 2")
