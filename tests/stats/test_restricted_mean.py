"""The restricted mean against R and lifelines, and its symmetries.

Its promise under simulation is that of the findings that use it: test_time_findings.py.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.durations import Durations
from liftledger.stats.restricted_mean import restricted_mean
from liftledger.stats.survival import survival
from tests.stats.steps import MAINTAINED, NOT_MAINTAINED, breast_cancer, fruit_flies


@pytest.mark.parametrize(
    ("found", "mean", "se"), [(MAINTAINED, 52.645, 19.829), (NOT_MAINTAINED, 22.708, 4.181)], ids=["maintained", "not"]
)
def test_agrees_with_r_on_aml(found, mean, se):
    # R survival, print(survfit(Surv(time, status) ~ x, data = aml), rmean = 161): rmean and se(rmean).
    level = restricted_mean(survival(found), 161)
    assert (round(level.value, 3), round(math.sqrt(level.variance), 3)) == (mean, se)


@pytest.mark.parametrize(
    ("file", "only", "horizon", "mean"),
    [  # lifelines 0.30.3, restricted_mean_survival_time(KaplanMeierFitter().fit(time, event), t=horizon)
        (breast_cancer, {}, 2000, 1403.6170186427555),
        (breast_cancer, {"horTh": "no"}, 2000, 1340.4471083768335),
        (breast_cancer, {"horTh": "yes"}, 2000, 1513.229305759859),
        (fruit_flies, {}, 75, 50.13396932318564),
        (fruit_flies, {"group": "miR-137"}, 60, 25.58823529411764),
        (fruit_flies, {"group": "control"}, 60, 54.303556822839006),
    ],
)
def test_agrees_with_lifelines(file, only, horizon, mean):
    assert restricted_mean(survival(file(**only)), horizon).value == pytest.approx(mean, rel=1e-9)


few = st.dictionaries(st.integers(0, 12), st.integers(1, 4), max_size=6)


@given(few, few.filter(bool), st.integers(1, 12))
def test_it_is_the_sum_of_the_shares_still_without(events, censored, horizon):
    curve = survival(Durations(events, censored))
    assert restricted_mean(curve, horizon).value == pytest.approx(sum(curve.at(step) for step in range(horizon)))


@given(few, few.filter(bool), st.integers(2, 24))
def test_a_finer_grid_changes_no_time(events, censored, times):
    one = restricted_mean(survival(Durations(events, censored)), 12)
    fine = [{times * step: n for step, n in counts.items()} for counts in (events, censored)]
    other = restricted_mean(survival(Durations(*fine)), 12 * times).scaled(1 / times)
    assert (other.value, other.variance, other.third, other.units) == pytest.approx(
        (one.value, one.variance, one.third, one.units), abs=1e-9
    )


def test_an_event_at_the_horizon_counts_as_much_as_none():
    one, other = (survival(Durations({2: 3, 30: a}, {30: b})) for a, b in ((5, 0), (0, 5)))
    assert restricted_mean(one, 30).value == restricted_mean(other, 30).value == (3 * 2 + 5 * 30) / 8
    assert restricted_mean(one, 30).variance == pytest.approx(restricted_mean(other, 30).variance)
