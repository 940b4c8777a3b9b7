"""Concentration against a printed rule and the closed form, the jackknife, its own promise, and its symmetries."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.concentration import lorenz, top_share


def sums(revenue):
    revenue = np.asarray(revenue, dtype=np.int64)
    totals = {("revenue",): int(revenue.sum()), ("revenue", "revenue"): int(revenue @ revenue)}
    return Sums(len(revenue), totals)


def top(revenue, share=20):
    """What an engine gives: who fills the top, and sums over those with more."""
    ordered = np.sort(np.asarray(revenue, dtype=np.int64))[::-1]
    threshold = int(ordered[-(-share * len(ordered) // 100) - 1])
    above = ordered[ordered > threshold]
    return SimpleNamespace(
        share=share, threshold=threshold, above=len(above), total=int(above.sum()), squares=int(above @ above)
    )


def held(revenue, share=20, confidence=0.95):
    return top_share(sums(revenue), "revenue", top(revenue, share), confidence=confidence)


def by_hand(revenue, weights=None, share=0.2):
    """Filled customer by customer, from the highest; each may count as more or less than one."""
    revenue = np.asarray(revenue, dtype=float)
    weights = np.ones(len(revenue)) if weights is None else weights
    order = np.argsort(-revenue, kind="stable")
    room = np.clip(share * weights.sum() - np.concatenate(([0], np.cumsum(weights[order])[:-1])), 0, weights[order])
    return room @ revenue[order] / (weights @ revenue)


def test_twenty_percent_hold_eighty_percent():
    # Pareto's rule: 5 of 25 customers bring 80 of 100.
    found = held([20, 18, 16, 14, 12, *[1] * 20])
    assert found.value == pytest.approx(0.8)
    assert found.low < 0.8 < found.high


few = st.lists(st.integers(1, 9), min_size=10, max_size=40)


@given(few, st.sampled_from([20, 33, 50]))
def test_ties_at_the_threshold_count_as_far_as_they_are_needed(revenue, share):
    # Of customers with just the threshold as many as fill the top, a part of one too: whom one takes does not matter.
    found = held(revenue, share)
    if isinstance(found, Interval):
        assert found.value == pytest.approx(by_hand(revenue, share=share / 100))


@given(few)
def test_the_error_is_that_of_customers_influence(revenue):
    # The infinitesimal jackknife (Efron 1982): n times the derivative by a customer's weight, taken from both sides, as
    # the share has a bend where the top is full with just one customer.
    found, n, tiny = held(revenue), len(revenue), 1e-7
    assume(isinstance(found, Interval))
    threshold, excess = top(revenue).threshold, np.maximum(np.array(revenue) - top(revenue).threshold, 0)
    filled = 0.2 * n - sum(one > threshold for one in revenue)
    assume(0 < filled < revenue.count(threshold))
    influence = []
    for place in range(n):
        more, less = np.ones(n), np.ones(n)
        more[place] += tiny
        less[place] -= tiny
        influence.append(n * (by_hand(revenue, more) - by_hand(revenue, less)) / (2 * tiny))
    effective = excess.sum() ** 2 / (excess @ excess) if excess.sum() else sum(revenue) ** 2 / np.dot(revenue, revenue)
    unbiased = effective / (effective - 1)
    assert np.sum(influence) == pytest.approx(0, abs=1e-4)
    assert found.se == pytest.approx(math.sqrt(np.sum(np.square(influence)) * unbiased) / n, rel=1e-4)


def lognormal(spread):
    """Draws in cents, and what the top 20% of all hold: Phi(spread - z), z the normal's 80th percentile."""
    return lambda rng, n: np.round(1e4 * rng.lognormal(0, spread, n)), stats.norm.cdf(spread - stats.norm.ppf(0.8))


def orders(rng, n):
    """Geometric numbers of orders of 25 each: a third of the customers tie at the threshold."""
    return 25 * rng.geometric(0.4, n)


# 0.6^k of the customers have more than k orders: 21.6 % more than 3 and 13 % more than 4, so that 4 is the threshold.
# Those above it have 4 + 2.5 on average, all 2.5.
TRUE_ORDERS = (0.6**4 * (4 + 2.5) + (0.2 - 0.6**4) * 4) / 2.5


@pytest.mark.parametrize(
    ("draw", "true", "n", "least"),
    [
        (*lognormal(0.5), 1000, 0.93),
        (*lognormal(1.0), 300, 0.93),
        (*lognormal(1.0), 2000, 0.93),
        (orders, TRUE_ORDERS, 500, 0.93),
        (*lognormal(1.5), 1000, 0.90),  # 5 times the mean spread: the top holds 74 %; see the docstring
    ],
    ids=["spread 0.5", "few customers", "spread 1", "ties", "spread 1.5"],
)
def test_intervals_cover_as_often_as_they_say(draw, true, n, least):
    rng = np.random.default_rng(20240731)
    found = [held(draw(rng, n)) for _ in range(1500)]
    inside = np.mean([one.low <= true <= one.high for one in found])
    assert least <= inside <= 0.97


@given(few, st.integers(2, 1000))
def test_the_currency_does_not_matter(revenue, k):
    one, other = held(revenue), held(k * np.array(revenue))
    if isinstance(one, NoEstimate):
        assert one == other
        return
    assert (one.value, one.se, one.low, one.high) == pytest.approx((other.value, other.se, other.low, other.high))


@given(few)
def test_the_top_holds_no_less_than_its_share_and_no_more_than_all(revenue):
    found = held(revenue)
    if isinstance(found, Interval):
        assert 0.2 <= found.low <= found.value <= found.high <= 1


@given(few)
def test_every_customer_twice_is_the_same_share(revenue):
    one, other = held(revenue), held(revenue * 2)
    if isinstance(one, Interval):
        assert other.value == pytest.approx(one.value)


@pytest.mark.parametrize(
    ("revenue", "reason"),
    [
        ([0] * 20, "revenue adds up to 0 or less, so there are no shares of it"),
        ([5] * 10 + [-6] * 10, "revenue adds up to 0 or less, so there are no shares of it"),
        ([7] * 20, "every customer brings the same, so nothing shows how far chance moves the share"),
        ([1000, *[1] * 19], "a single customer holds most of what the top 20% hold above the others"),
        ([3, 2, 1, 1, 1], "the top 20% of 5 customers are fewer than 2"),
    ],
)
def test_what_has_no_shares_is_refused_with_the_reason(revenue, reason):
    assert held(revenue) == NoEstimate(reason)


def test_without_customers_there_is_no_concentration():
    nobody = Sums(0, {("revenue",): 0, ("revenue", "revenue"): 0})
    assert (
        top_share(nobody, "revenue", top([1])) == lorenz(nobody, "revenue", ()) == NoEstimate("there are no customers")
    )


@given(few)
def test_the_lorenz_curve_bends_down_from_nobody_to_everybody(revenue):
    shares = (1, 5, 10, 20, 50, 90, 100)
    found = lorenz(sums(revenue), "revenue", [top(revenue, share) for share in shares])
    assert found.share == (0, 0.01, 0.05, 0.1, 0.2, 0.5, 0.9, 1)
    assert found.held == pytest.approx([by_hand(revenue, share=share) for share in found.share])
    slopes = np.diff(found.held) / np.diff(found.share)
    assert np.all(np.diff(slopes) <= 1e-9)
    assert (found.held[0], found.held[-1]) == (0, 1)
