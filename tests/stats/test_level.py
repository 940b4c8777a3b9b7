"""How a level varies: against derivatives taken numerically, scipy, and what holds for complete records."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.durations import Durations
from liftledger.stats.kaplan_meier import share_without
from liftledger.stats.level import Level
from liftledger.stats.restricted_mean import restricted_mean
from liftledger.stats.survival import survival
from tests.stats.steps import MAINTAINED, NOT_MAINTAINED, breast_cancer, fruit_flies, units

READINGS = [restricted_mean, share_without]
ids = ["restricted mean", "share"]


def sf(found):
    """The survival function by scipy."""
    steps, had = units(found)
    return stats.ecdf(stats.CensoredData(steps[had], right=steps[~had])).sf


@pytest.mark.parametrize("reading", READINGS, ids=ids)
@pytest.mark.parametrize("found", [MAINTAINED, NOT_MAINTAINED], ids=["maintained", "not maintained"])
@pytest.mark.parametrize("until", [20, 31, 44])
def test_variance_and_third_cumulant_are_those_of_the_units_influence(reading, found, until):
    # The infinitesimal jackknife (Efron 1982): a unit's influence is n times the derivative by its weight.
    n, tiny = found.n, 1e-5
    influence = []
    for kind in ("events", "censored"):
        for step, count in getattr(found, kind).items():
            values = []
            for change in (-tiny, tiny):
                counts = {"events": dict(found.events), "censored": dict(found.censored)}
                counts[kind][step] += change
                values.append(reading(survival(Durations(**counts)), until).value)
            influence += [n * (values[1] - values[0]) / (2 * tiny)] * count
    level = reading(survival(found), until)
    assert np.sum(influence) == pytest.approx(0, abs=1e-6)
    assert level.variance == pytest.approx(np.sum(np.square(influence)) / n**2, rel=1e-6)
    assert level.third == pytest.approx(np.sum(np.power(influence, 3)) / n**3, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("found", "until"), [(breast_cancer, 2000), (fruit_flies, 60)])
def test_effective_units_times_variance_is_the_spread_of_one_unit(found, until):
    curve = survival(found())
    still = sf(found()).evaluate(np.arange(until))
    mean_square = np.sum((2 * np.arange(until) + 1) * still)
    share = sf(found()).evaluate(until)
    for level, spread in (
        (restricted_mean(curve, until), mean_square - np.sum(still) ** 2),
        (share_without(curve, until), share * (1 - share)),
    ):
        assert level.units * level.variance == pytest.approx(spread)
        assert level.units < curve.units


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize(
    ("found", "marks"), [(breast_cancer, (365, 1000, 1807, 2372)), (fruit_flies, (20, 47, 56, 60))]
)
def test_greenwood_agrees_with_scipy(found, marks):
    other, curve = sf(found()), survival(found())
    low = other.confidence_interval(0.68, method="linear").low  # narrow, so that it is not cut off at 0
    for mark in marks:
        se = (other.evaluate(mark) - low.evaluate(mark)) / stats.norm.ppf(0.84)
        assert math.sqrt(share_without(curve, mark).variance) == pytest.approx(se)


few = st.dictionaries(st.integers(0, 12), st.integers(1, 4), min_size=2, max_size=8)


@given(few, st.integers(1, 13))
def test_of_complete_records_it_is_a_mean_of_units(events, until):
    steps = units(Durations(events, {}))[0]
    curve = survival(Durations(events, {}))
    for level, values in (
        (restricted_mean(curve, until), np.minimum(steps, until)),
        (share_without(curve, until), steps > until),
    ):
        assert level.value == pytest.approx(np.mean(values), abs=1e-12)
        assert level.variance == pytest.approx(np.var(values) / len(values), abs=1e-12)
        assert level.third == pytest.approx(np.mean((values - np.mean(values)) ** 3) / len(values) ** 2, abs=1e-12)
        assert level.units == pytest.approx(len(values))


@given(few, few)
def test_censoring_leaves_fewer_effective_units_and_never_fewer_than_2(events, censored):
    found = Durations(events, censored)
    curve = survival(found)
    for level in (restricted_mean(curve, curve.last), share_without(curve, curve.last)):
        assume(level.variance > 0)
        assert 2 - 1e-9 <= level.units <= found.n + 1e-9


def test_skewness_needs_3_effective_units():
    assert Level(1.0, 1.0, 1.0, 2.9).source(control=True).third is None
    assert Level(1.0, 1.0, 1.0, 3.0).source(control=True).third is not None
