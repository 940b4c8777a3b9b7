"""What subscribers are expected to pay: its error is that of other units that might have come."""

import math
from fractions import Fraction

import numpy as np
import pytest

from liftledger.domain.customers import Subscriptions, Terms
from liftledger.domain.durations import Durations
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.expression import Column, Type
from liftledger.domain.instant import DAY
from liftledger.engine.subscriptions.holdings import Held
from liftledger.engine.subscriptions.lifespans import tenures
from liftledger.lifetime import constant_churn, sbg
from liftledger.lifetime.histories import tenures_of
from liftledger.prove.customers.renewals import renewals
from liftledger.prove.customers.staying import residual

MONEY = Column("amount", Type("money", 2, "EUR"))
BASE = Subscriptions("club", "contracts", "user", "ended", MONEY, Terms(0.4, 0.1, 1095 * DAY))
CENT = Fraction(1, 100)
SUBSCRIBERS, UNITS, RESAMPLES = 1500, 2000, 400


def arm(leaving=lambda rng, n: rng.geometric(rng.beta(0.7, 5.0, n))):
    """Of each subscriber: months observed at most, the month they left in, what they pay; some left in the last one."""
    rng = np.random.default_rng(11)
    seen, left = rng.integers(0, 19, SUBSCRIBERS), leaving(rng, SUBSCRIBERS)
    soon = (left == seen + 1) & (rng.random(SUBSCRIBERS) < 0.5)
    return seen, left, soon, np.where(left > 6, 9000, 2000) + rng.integers(0, 500, SUBSCRIBERS)


def counted(seen, left, soon, paid):
    """As the engine does."""
    over, there = left <= seen, (left > seen) & ~soon
    lived = [{int(t): int(n) for t, n in zip(*np.unique(of, return_counts=True), strict=True)} for of in (
        left[over], seen[~over])]  # fmt: skip
    held = []
    for months in np.unique(seen[there]).tolist():
        of = paid[there & (seen == months)]
        held.append(Held(months, len(of), int(of.sum()), int((of**2).sum())))
    return held, Durations(*lived)


def expected(customers, model=sbg, units=UNITS):
    held, lifespans = counted(*customers)
    fit = model.fit(tenures_of(*tenures(lifespans)))
    return renewals(held, lifespans, model, fit, BASE, unit=CENT, units=units, confidence=0.95)


def rising(rng, n):
    """No model's: nobody leaves at first, then more and more."""
    return 1 + rng.binomial(30, 0.3, n)


@pytest.mark.parametrize("units", [UNITS, None], ids=["per unit", "per subscriber"])
@pytest.mark.parametrize(
    ("model", "leaving"), [(sbg, None), (constant_churn, None), (constant_churn, rising)], ids=["sBG", "one", "neither"]
)
def test_the_error_is_that_of_units_resampled_and_fitted_anew(model, leaving, units):
    customers = arm() if leaving is None else arm(leaving)
    found, rng, means = expected(customers, model, units), np.random.default_rng(12), []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, UNITS, UNITS)
        drawn = drawn[drawn < SUBSCRIBERS]  # the others never subscribed
        means.append(expected([one[drawn] for one in customers], model, units).value)
    assert found.se == pytest.approx(np.std(means), rel=4 / math.sqrt(2 * RESAMPLES))


def test_it_is_what_these_very_customers_are_expected_to_pay_but_less_certain():
    held, lifespans = counted(*arm())
    fit = sbg.fit(tenures_of(*tenures(lifespans)))
    these = residual(held, sbg, fit, BASE, unit=CENT, confidence=0.95)
    others, per_unit = expected(arm(), units=None), expected(arm())
    there = sum(one.customers for one in held)
    assert others.value == pytest.approx(these.value, rel=1e-12)
    assert per_unit.value == pytest.approx(these.value * there / UNITS, rel=1e-12)
    assert others.se > 1.1 * these.se
    assert per_unit.se > 1.5 * these.se * there / UNITS  # it varies, too, how many are there


def test_what_customers_pay_in_another_currency_changes_nothing_else():
    seen, left, soon, paid = arm()
    once, tenfold = expected((seen, left, soon, paid)), expected((seen, left, soon, 10 * paid))
    assert (tenfold.value, tenfold.se) == pytest.approx((10 * once.value, 10 * once.se), rel=1e-9)


def test_without_subscribers_or_a_model_there_is_a_reason():
    held, lifespans = counted(*arm())
    fit = sbg.fit(tenures_of(*tenures(lifespans)))
    free = [Held(one.months, one.customers, 0, 0) for one in held]

    def said(held, fit):
        return renewals(held, lifespans, sbg, fit, BASE, unit=CENT, units=UNITS, confidence=0.95)

    assert said([], fit) == said(free, fit) == NoEstimate("nobody pays for a subscription now")
    assert said(held, NoEstimate("no model")) == NoEstimate("no model")
