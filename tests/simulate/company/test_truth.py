"""The truth is what drawn companies tend to, key by key; without an effect it is 0."""

import math

import numpy as np

from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.model import Model
from liftledger.simulate.company.truth import levels_by_key, truth
from tests.simulate.company import brute

EVERYTHING = (
    "ttv=-30%~10%",
    "ttv@free=+10%",
    "activation=+8%",
    "tickets=-15%~20%",
    "tickets.billing=+20%",
    "tickets.bug@team=-40%",
    "expansion=+25%~15%",
    "expansion@business=-10%",
    "spend=+10%",
    "churn=+40%~30%",
)


def test_levels_are_what_drawn_companies_tend_to():
    # 1.6 million users in 20 blocks; every level of every study, metric, arm and segment, in units of its Monte Carlo
    # standard error (jackknife over blocks, 19 degrees of freedom: t above 6 is one in 10^5 for one level).
    model = Model(users=1_630_000, effects=Effects.parse(EVERYTHING), tail=0.7)
    expected = levels_by_key(model)
    found = dict(brute.levels(model, seed=11))
    off = {}
    for key, level in expected.items():
        for arm, value in enumerate((level.control, level.treatment)):
            counted = found[key][arm]
            off[key, arm] = (counted.value - value) / counted.se
    assert {key for key, arms in found.items() if not any(math.isnan(arm.value) for arm in arms)} == set(expected)
    assert max(abs(one) for one in off.values()) < 6, sorted(off.items(), key=lambda item: -abs(item[1]))[:5]
    # Systematic errors would make them larger together: for t of 19 degrees of freedom the root mean square is 1.06.
    assert 0.8 < np.sqrt(np.mean(np.square(list(off.values())))) < 1.3


def test_without_effects_all_truth_is_zero():
    assert set(truth(Model()).values()) == {0.0}
