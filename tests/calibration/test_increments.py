"""Incremental customer value of simulated shops whose true effect is known: how often the intervals hold it.

Few shops in `make test`; `make soak` takes 1,000. The measured part must hold the truth as often as it says, 95 %, and
of 1,000 did 953 times. The modelled part did 926 times, which is 2 to 3 % short: it must 90 %, and is asked no more.

Of the first 200 shops it did 188 times. Its differences varied with a standard deviation of 4.98 and their mean error
was 4.85; they were 0.47 too high (3 % of 13.96). Purchases are counted by the week, for which a large control arm is
expected to buy 1.4 % more than it does. With the errors of parameters and mean added up as if they were independent,
73 % of the intervals held the truth of such shops (with weeks rounded up).

That is of shops where customers buy as the models say. Where they do not, no interval knows.
"""

import os
from fractions import Fraction

import numpy as np
from scipy.stats import binom

from liftledger.domain.customers import Group, Purchases, Terms
from liftledger.domain.estimate import Interval
from liftledger.domain.expression import Column, Type
from liftledger.domain.instant import DAY
from liftledger.domain.moments import Sums
from liftledger.prove.customers.continuation import continuation
from liftledger.prove.customers.models import fitted
from liftledger.prove.customers.profiles import profiles_of
from liftledger.stats.difference import difference
from liftledger.stats.findings import difference_of_means
from tests.lifetime import customers

SHOPS = int(os.environ.get("LIFTLEDGER_SHOPS", "40"))
UNITS, WEEKS, AHEAD = 2000, 39, 52
ARMS = {  # personalization makes customers buy more often, and stay longer
    "control": {"r": 0.9, "alpha": 8.0, "a": 1.0, "b": 3.0},
    "treated": {"r": 1.0, "alpha": 8.0, "a": 0.8, "b": 3.0},
}
SPEND = {"p": 6.0, "q": 4.0, "gamma": 15.0}
MONEY = Column("amount", Type("money", 2, "EUR"))
BASE = Purchases("shop", "orders", "user", MONEY, Terms(None, 0.1, AHEAD * 7 * DAY), grid=7 * DAY)
CENT = Fraction(1, 100)


def arm(parameters, rng, units):
    """Purchases of an arm's units in whole weeks, what each spent in cents, and what they bring later."""
    force = np.log1p(0.1) / (365 / 7)
    drawn = customers.bg_nbd(rng, parameters, units, float(WEEKS), float(AHEAD), force)
    found = drawn.histories
    last = np.floor(rng.random(units) + found.last)  # weeks begin some time before the first purchase
    repeats = np.minimum(found.repeats, last)  # purchases of one week are one
    scale = 1 / rng.gamma(SPEND["q"], 1 / SPEND["gamma"], units)
    first, total = (
        np.round(100 * rng.gamma(SPEND["p"] * np.maximum(n, 1e-9), scale)) for n in (np.ones(units), repeats)
    )
    total = np.where(repeats > 0, np.maximum(total, repeats), 0)
    return repeats, last, first, total, SPEND["p"] * scale * drawn.worth


def columns(repeats, last, total):
    """As the engine gives them: histories, what was spent, and both together."""
    alike, place = np.unique(np.stack((repeats, last)), axis=1, return_inverse=True)
    counted = np.bincount(place.ravel())
    totals = np.bincount(place.ravel(), total)
    histories = {"repeats": alike[0], "last": alike[1], "observed": np.full(len(counted), WEEKS), "customers": counted}
    bought = repeats > 0
    spending = {"repeats": repeats[bought], "total": total[bought], "customers": np.ones(bought.sum())}
    every = {"repeats": repeats, "last": last, "observed": np.full(len(last), WEEKS), "total": total}
    return histories | {"total": totals}, spending, every | {"customers": np.ones(len(last))}


def sums(revenue):
    cents = [int(one) for one in revenue]
    totals = {("revenue",) * power: sum(one**power for one in cents) for power in (1, 2, 3)}
    return Sums(len(cents), totals)


def truth():
    """From a million units an arm: the differences of what was spent within the window, and of what came later."""
    rng = np.random.default_rng(8)
    found = {name: arm(parameters, rng, 1_000_000) for name, parameters in ARMS.items()}
    seen, later = ({name: one.mean() for name, one in part.items()} for part in (
        {name: (first + total) / 100 for name, (_, _, first, total, _) in found.items()},
        {name: ahead for name, (*_, ahead) in found.items()},
    ))  # fmt: skip
    return seen["treated"] - seen["control"], later["treated"] - later["control"]


def shop(seed):
    """The measured and the modelled difference of one shop."""
    rng = np.random.default_rng((9, seed))
    revenue, ahead = {}, {}
    for name, parameters in ARMS.items():
        repeats, last, first, total, _ = arm(parameters, rng, UNITS)
        histories, spending, profiles = columns(repeats, last, total)
        revenue[name] = sums(first + total)
        models = fitted(Group(study="shop", arm=name), histories, spending, unit=0.01, both=False)
        bought = profiles_of(profiles, models.histories, unit=0.01)
        ahead[name] = continuation(BASE, models, bought, UNITS, confidence=0.95)
    measured = difference_of_means("revenue", revenue["control"], revenue["treated"], unit=CENT, confidence=0.95)
    return measured, difference(ahead["control"], ahead["treated"])


def test_measured_customer_value_holds_the_truth_as_often_as_it_says_and_modelled_nearly():
    true = truth()
    held, said = ({"measured": 0, "modelled": 0} for _ in range(2))
    for seed in range(SHOPS):
        for name, found, one in zip(held, shop(seed), true, strict=True):
            if isinstance(found, Interval):
                held[name] += found.low <= one <= found.high
                said[name] += 1
    print(", ".join(f"{name}: {held[name]} of {said[name]} hold the truth" for name in held), f"({SHOPS} shops)")
    assert min(said.values()) >= 0.9 * SHOPS
    for name, least in (("measured", 0.95), ("modelled", 0.9)):
        fewest, most = (binom.interval(0.997, said[name], share)[end] for end, share in enumerate((least, 0.95)))
        assert fewest <= held[name] <= most, name
