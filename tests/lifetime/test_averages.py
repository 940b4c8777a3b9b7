"""Means over customers and their intervals."""

import math

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.estimate import Interval
from liftledger.lifetime import bg_nbd, gamma_gamma
from liftledger.lifetime.averages import average
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Histories
from tests.lifetime import cdnow

CERTAIN = Fit("model", {"m": 3.0, "k": 2.0}, ((0.0, 0.0), (0.0, 0.0)), 0.0, 5.0)
LOOSE = Fit("model", {"m": 3.0, "k": 2.0}, ((0.04, 0.01), (0.01, 0.09)), 0.0, 5.0)


def test_the_error_is_that_of_the_delta_method_by_hand():
    # The mean of m * k * (1, 2, 4) for 1, 1 and 2 customers is 2.75 m k; its slopes are 2.75 k and 2.75 m, so that its
    # variance is 2.75^2 (4 * 0.04 + 2 * 6 * 0.01 + 9 * 0.09) = 2.75^2 * 1.09.
    rows, customers = np.array([1.0, 2, 4]), np.array([1.0, 1, 2])
    found = average([LOOSE], lambda one: one["m"] * one["k"] * rows, customers)
    error = 2.75 * math.sqrt(1.09)
    assert (found.value, found.se) == pytest.approx((16.5, error), rel=1e-7)
    half = stats.norm.ppf(0.975) * error / 16.5
    assert (found.low, found.high) == pytest.approx((16.5 * math.exp(-half), 16.5 * math.exp(half)), rel=1e-7)


def test_errors_of_independent_models_add_up_in_quadrature():
    one, rows = np.ones(1), np.array([2.0])
    both = average([LOOSE, LOOSE], lambda a, b: (a["m"] + b["k"]) * rows, one)
    assert (both.value, both.se) == pytest.approx((10, 2 * math.sqrt(0.04 + 0.09)), rel=1e-7)


def test_an_interval_of_a_share_stays_between_0_and_1():
    # 3 / (3 + k) with k = 2 is 0.6 and varies with k by 3 / 25; log odds then by 3 / 25 / 0.24.
    found = average([LOOSE], lambda one: np.array([3 / (3 + one["k"])]), np.ones(1), share=True, confidence=0.9)
    assert (found.value, found.se) == pytest.approx((0.6, 0.3 * 3 / 25), rel=1e-7)
    odds = math.log(1.5) + stats.norm.ppf(0.95) * np.array([-1, 1]) * found.se / 0.24
    assert (found.low, found.high) == pytest.approx(tuple(1 / (1 + np.exp(-odds))), rel=1e-7)
    near = average([LOOSE], lambda one: np.array([1 - 1e-3 * one["k"]]), np.ones(1), share=True)
    assert 0 < near.low < near.value < near.high < 1


def test_what_is_certain_has_no_width():
    rows = np.array([0.0, 4.0])
    assert average([CERTAIN], lambda one: one["k"] * rows, np.ones(2)) == Interval(4.0, 0.0, 4.0, 4.0)
    assert average([LOOSE], lambda one: 0 * rows, np.ones(2)) == Interval(0.0, 0.0, 0.0, 0.0)
    assert average([LOOSE], lambda one: np.ones(2), np.ones(2), share=True) == Interval(1.0, 0.0, 1.0, 1.0)


def test_the_error_of_cdnows_value_is_what_small_moves_of_the_parameters_make_of_it():
    # 200 draws of the parameters from a normal distribution of a hundredth of their covariance: a tenth of the error.
    histories, rng = cdnow.histories(), np.random.default_rng(6)
    fits = bg_nbd.fit(histories), gamma_gamma.fit(cdnow.spending())
    some = Histories(*(getattr(histories, name)[::20] for name in Histories.__struct_fields__))

    def value(buying, spending):
        spend = gamma_gamma.expected_spend(spending, np.zeros(1), np.zeros(1))
        return bg_nbd.discounted(buying, some, horizon=52.0, rate=0.1, year=52.0) * spend

    def moved():
        for fit in fits:
            values = rng.multivariate_normal(list(fit.parameters.values()), np.array(fit.covariance) / 100)
            yield dict(zip(fit.parameters, values, strict=True))

    found = average(fits, value, some.customers)
    values = [float(value(*moved()) @ some.customers / np.sum(some.customers)) for _ in range(200)]
    assert 10 * np.std(values) == pytest.approx(found.se, rel=4 / math.sqrt(2 * 200))
    assert np.mean(values) == pytest.approx(found.value, abs=4 * np.std(values) / math.sqrt(200))
