"""Retention and churn against scipy, Telco's records, their own promise, and their symmetry."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.retention import kept, share
from tests.data import data


def test_telcos_churn_is_26_54_percent():
    with data("telco_customer_churn.csv").open() as file:
        left = [row["Churn"] == "Yes" for row in csv.DictReader(file)]
    found = kept("month", "2026-01-01", len(left), len(left) - sum(left))
    assert (found.starting, found.ending) == (7043, 5174)
    assert found.churn.value == pytest.approx(0.2654, abs=5e-5)
    assert found.retention.value == pytest.approx(0.7346, abs=5e-5)


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_interval_is_wilsons(stayed, left):
    found = share(stayed, stayed + left)
    if stayed + left == 0:
        assert found == NoEstimate("there is nobody at the start")
        return
    other = stats.binomtest(stayed, stayed + left).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((other.low, other.high))
    assert found.se > 0


@given(st.integers(1, 500), st.integers(0, 500))
def test_churn_is_what_retention_leaves(starting, left):
    found = kept("year", "2026-01-01", starting, starting - min(left, starting))
    retention, churn = found.retention, found.churn
    assert retention.value + churn.value == pytest.approx(1)
    assert (retention.low, retention.high) == pytest.approx((1 - churn.high, 1 - churn.low))
    assert retention.se == pytest.approx(churn.se)


def test_the_interval_covers_as_often_as_it_says():
    # A true retention of 0.9, 4,000 periods of 60 to 300 customers: Wilson's is 95 % on average over sizes.
    rng = np.random.default_rng(20240721)
    misses = 0
    for starting in rng.integers(60, 301, 4000):
        found = kept("month", "2026-01-01", int(starting), int(rng.binomial(starting, 0.9))).retention
        misses += not found.low <= 0.9 <= found.high
    fewest, most = stats.binom.interval(0.9999, 4000, 0.05)
    assert fewest <= misses <= most


def test_more_at_the_end_than_at_the_start_is_no_retention():
    with pytest.raises(ValueError, match="12 is no part of 10"):
        share(12, 10)
