"""How customers buy: worked by hand from a few purchases, and found again in simulated ones."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import DAY
from liftledger.stats.behaviour import categories, frequency, gap_days, order_value, repeat_rate
from tests.stats.records import sums

# Days of purchases with their cents, of three customers observed until day 90.
PURCHASES = ({0: 1000, 10: 3000, 40: 2000}, {30: 500}, {60: 4000, 75: 1500})
CENT = Fraction(1, 100)


def base(purchases=PURCHASES, end=90, kinds=(2, 1, 1)):
    """Sums by customer, as the engine names them."""
    days = [sorted(one) for one in purchases]
    bought = np.array([len(one) for one in days])
    return sums(
        purchases=bought,
        revenue=[sum(one.values()) for one in purchases],
        repeats=bought - 1,
        again=(bought > 1).astype(int),
        observed=[end - one[0] for one in days],
        span=[one[-1] - one[0] for one in days],
        categories=kinds,
    )


def test_six_purchases_of_three_customers():
    # 120 over 6 purchases; 3 repeats in 90 + 60 + 30 days; 2 of 3 came again; gaps of 10, 30 and 15 days; 4 categories.
    assert order_value(base(), CENT).value == pytest.approx(20)
    assert frequency(base(), DAY).value == pytest.approx(3 / 180 * 30)
    assert repeat_rate(base()).value == pytest.approx(2 / 3)
    assert gap_days(base(), DAY).value == pytest.approx(55 / 3)
    assert categories(base()).value == pytest.approx(4 / 3)


def test_a_weekly_grid_is_the_same_time():
    weeks = [{7 * day: cents for day, cents in one.items()} for one in PURCHASES]
    by_week, by_day = base(), base(weeks, end=7 * 90)
    for measure in (frequency, gap_days):
        one, other = measure(by_week, 7 * DAY), measure(by_day, DAY)
        assert (one.value, one.se) == pytest.approx((other.value, other.se))


def test_who_never_came_again_has_no_gap():
    once = base(({0: 1000}, {5: 700}), kinds=(1, 1))
    assert repeat_rate(once).value == 0
    assert repeat_rate(once).high > 0
    assert gap_days(once, DAY) == NoEstimate("the group has a denominator that sums to 0")


def test_rates_of_simulated_customers_are_found_again():
    # Poisson purchases at gamma-distributed rates of 0.05 a day, 2 to 200 days observed; 400 draws of 500 customers.
    # The time observed says nothing of a customer's rate, so repeats over days have the mean rate.
    rng = np.random.default_rng(20240726)
    misses = 0
    for _ in range(400):
        observed = rng.integers(2, 201, 500)
        repeats = rng.poisson(rng.gamma(1.5, 0.05 / 1.5, 500) * observed)
        found = frequency(sums(repeats=repeats, observed=observed), DAY)
        misses += not found.low <= 30 * 0.05 <= found.high
    fewest, most = stats.binom.interval(0.9999, 400, 0.05)
    assert fewest <= misses <= most
