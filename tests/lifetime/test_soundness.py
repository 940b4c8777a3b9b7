"""Histories and amounts on which no model is fitted are refused, with all reasons at once."""

import numpy as np
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from liftledger.lifetime.histories import Histories, Spending
from liftledger.lifetime.soundness import unsound, unsound_amounts
from tests.lifetime import customers
from tests.lifetime.customers import rows


def sound():
    """150 histories, 100 with a repeat purchase."""
    once = [(0, 0, 30 + day) for day in range(50)]
    return once + [(1 + day % 3, 5 + day % 20, 30 + day % 7) for day in range(100)]


def spent(*found):
    repeats, total = np.array(found, dtype=float).reshape(-1, 2).T
    return Spending(repeats, total, np.ones(len(repeats)))


def test_sound_histories_have_no_reason():
    assert unsound(rows(*sound())) == ()
    assert unsound_amounts(spent(*((1 + i % 3, 10 + i) for i in range(100)))) == ()


def test_all_reasons_are_said_at_once():
    bad = [(0, 3, 30), (2, 40, 30), (1, 40, 30), (1, 0, 30), (1.5, 3, 30)]
    assert unsound(rows(*sound()[:70], *bad)) == (
        "2 customers bought after the end of observation",
        "1 customer bought once, and yet again later",
        "1 customer bought again at the time of the first purchase (purchases at one time are one)",
        "1 customer bought a part of a time",
        "24 customers bought again, and 100 are needed",
    )


def test_customers_are_counted_not_rows():
    assert unsound(Histories(*(np.array([value, value]) for value in (2.0, 9.0, 30.0)), np.array([60.0, 39.0]))) == (
        "99 customers bought again, and 100 are needed",
        "every customer has the same history",
    )
    found = rows(*sound(), (5, 60, 30))
    nobody = Histories(found.repeats, found.last, found.observed, np.append(np.ones(150), 0.0))
    assert unsound(nobody) == ()


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        ((-1, 0, 30), "1 customer with a number of repeat purchases below 0"),
        ((1, -1, 30), "1 customer with a time of the last purchase below 0"),
        ((1, 3, float("nan")), "1 customer without a time observed"),
        ((1, 3, float("inf")), "1 customer without a time observed"),
    ],
)
def test_numbers_that_cannot_be_are_the_only_reason(history, reason):
    assert unsound(rows(*sound(), history)) == (reason,)


def test_numbers_of_customers_cannot_be_below_0():
    found = rows(*sound())
    broken = Histories(found.repeats, found.last, found.observed, -found.customers)
    assert unsound(broken) == ("how many customers there are is missing or below 0",)


def test_nobody_is_too_few():
    assert unsound(rows()) == ("0 customers bought again, and 100 are needed",)
    assert unsound_amounts(spent()) == ("0 customers bought again, and 100 are needed",)


def test_amounts_are_of_repeat_purchases_and_above_0():
    good = [(1 + i % 3, 10.0 + i) for i in range(99)]
    assert unsound_amounts(spent(*good, (0, 5), (1, 0))) == (
        "1 customer bought not once again",
        "1 customer spent nothing",
    )
    assert unsound_amounts(spent(*good, (1, -5))) == ("1 customer with a total below 0",)
    assert unsound_amounts(spent(*((1 + i % 3, 9.99 * (1 + i % 3)) for i in range(200)))) == (
        "every customer spends the same on a purchase",
    )


@pytest.mark.parametrize("model", [bg_nbd, pareto_nbd])
def test_a_model_says_whose_reasons_they_are(model):
    found = model.fit(rows(*sound()[:60], (0, 3, 30)))
    assert found == NoEstimate(
        f"{model.MODEL}: 1 customer bought once, and yet again later; 10 customers bought again, and 100 are needed"
    )


def test_gamma_gamma_says_that_they_are_its_reasons():
    assert gamma_gamma.fit(spent((1, 5))) == NoEstimate("Gamma-Gamma: 1 customer bought again, and 100 are needed")


@pytest.mark.parametrize("model", [bg_nbd, pareto_nbd])
def test_where_nobody_turns_away_no_number_is_given_for_it(model):
    # A coin that hardly ever says so.
    rng = np.random.default_rng(3)
    staying = {"r": 1.0, "alpha": 10.0, "a": 1e-6, "b": 1.0}
    drawn = customers.bg_nbd(rng, staying, 1000, rng.uniform(20, 60, 1000))
    assert model.fit(drawn.histories) == NoEstimate(
        f"{model.MODEL}: the data do not tell how customers differ in how soon they turn away, if they do"
    )


def test_where_customers_buy_at_one_rate_no_number_is_given_for_how_they_differ():
    rng = np.random.default_rng(3)
    alike = {"r": 1e6, "alpha": 1e7, "a": 1.0, "b": 3.0}
    drawn = customers.bg_nbd(rng, alike, 1000, rng.uniform(20, 60, 1000))
    assert bg_nbd.fit(drawn.histories) == NoEstimate(
        "BG/NBD: the data do not tell how customers differ in how often they buy"
    )
