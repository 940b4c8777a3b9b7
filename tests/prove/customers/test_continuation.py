"""What an arm's units are expected to bring: made of profiles in any order, and of units that bought nothing."""

import math

import numpy as np
import pytest

from liftledger.domain.customers import Group, Purchases, Terms
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.expression import Column, Type
from liftledger.domain.instant import DAY
from liftledger.lifetime.histories import Spending
from liftledger.prove.customers.continuation import continuation
from liftledger.prove.customers.models import fitted
from liftledger.prove.customers.profiles import profiles_of
from liftledger.prove.customers.worth import NO_AMOUNT, value
from tests.lifetime import customers

MONEY = Column("amount", Type("money", 2, "EUR"))
BASE = Purchases("shop", "orders", "user", MONEY, Terms(0.4, 0.1, 365 * DAY), grid=7 * DAY)
ARM = Group(study="trial", arm="fancy")
CENT = 0.01


def rows(buyers=900):
    """By profile, a row each; totals in cents."""
    rng = np.random.default_rng(7)
    found = customers.bg_nbd(rng, {"r": 0.9, "alpha": 8.0, "a": 1.0, "b": 3.0}, buyers, 39.0).histories
    last = np.ceil(found.last)
    repeats = np.minimum(found.repeats, last)
    spent = np.ceil(100 * rng.gamma(np.maximum(6 * repeats, 1), 1 / rng.gamma(4.0, 1 / 15.0, buyers)))
    columns = np.stack((repeats, last, np.full(buyers, 39), np.where(repeats > 0, spent, 0))).astype(int)
    alike, counts = np.unique(columns, axis=1, return_counts=True)
    return dict(zip(("repeats", "last", "observed", "total", "customers"), (*alike, counts), strict=True))


def histories_of_all(found):
    columns = np.stack([found[name] for name in ("repeats", "last", "observed")])
    alike, place = np.unique(columns, axis=1, return_inverse=True)
    counts, totals = (
        np.bincount(place.ravel(), one) for one in (found["customers"], found["customers"] * found["total"])
    )
    named = dict(zip(("repeats", "last", "observed"), alike, strict=True))
    return named | {"customers": counts.astype(int), "total": totals.astype(int)}


def models(found, *, valued=True):
    again = found["repeats"] > 0
    spending = {name: found[name][again] for name in Spending.__struct_fields__} if valued else None
    return fitted(ARM, histories_of_all(found), spending, unit=CENT, both=False)


def ahead(found, units, by=None):
    one = by or models(found)
    return continuation(BASE, one, profiles_of(found, one.histories, unit=CENT), units, confidence=0.95)


def test_it_is_the_customers_mean_value_by_the_share_of_units_who_bought():
    found = rows()
    mean = value(BASE, models(found), unit=CENT, confidence=0.95)
    assert ahead(found, 1500).value == pytest.approx(mean.value * 900 / 1500, rel=1e-12)


def test_of_other_units_it_varies_more_than_the_parameters_tell_of_these():
    found = rows()
    mean = value(BASE, models(found), unit=CENT, confidence=0.95)
    assert ahead(found, 900).se > 1.2 * mean.se


def test_the_more_units_bought_nothing_the_less_certain_is_how_many_buy():
    # The variance is that of a mean over those who bought, times their share squared, and that of the share.
    found = rows()
    all_bought, few_bought = ahead(found, 900), ahead(found, 3000)
    share = 900 / 3000
    of_share = all_bought.value**2 * share * (1 - share) / 3000
    assert few_bought.se == pytest.approx(math.sqrt((share * all_bought.se) ** 2 + of_share), rel=1e-9)


def test_profiles_may_come_in_any_order():
    found, order = rows(), np.random.default_rng(8).permutation(len(rows()["repeats"]))
    assert ahead({name: column[order] for name, column in found.items()}, 1000, models(found)) == ahead(found, 1000)


def test_without_units_or_a_model_there_is_a_reason():
    found = rows()
    assert ahead(found, 0) == NoEstimate("it has no units")
    assert ahead(found, 1000, models(found, valued=False)) == NoEstimate(NO_AMOUNT)
    few = {name: column[:20] for name, column in found.items()}
    assert "bought again" in ahead(few, 1000).reason
    nobody = {name: column[:0] for name, column in found.items()}
    assert isinstance(ahead(nobody, 1000), NoEstimate)
