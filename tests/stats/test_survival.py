"""The survival curve against printed numbers, two other implementations, and its symmetries.

What it promises under simulation is tested where it is used: test_kaplan_meier.py, test_time_findings.py.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.durations import Durations
from liftledger.stats.survival import survival
from tests.stats.steps import MAINTAINED, NOT_MAINTAINED, breast_cancer, durations, fruit_flies, units


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        (MAINTAINED, {9: 0.909, 13: 0.818, 18: 0.716, 23: 0.614, 31: 0.491, 34: 0.368, 48: 0.184}),
        (NOT_MAINTAINED, {5: 0.8333, 8: 0.6667, 12: 0.5833, 23: 0.4861, 30: 0.2917, 43: 0.0972, 45: 0.0}),
    ],
    ids=["maintained", "not maintained"],
)
def test_agrees_with_what_r_prints(found, printed):
    # R survival, summary(survfit(Surv(time, status) ~ x, data = aml)).
    digits = max(len(str(share)) for share in printed.values()) - 2
    assert {step: round(survival(found).at(step), digits) for step in printed} == printed


# lifelines 0.30.3, KaplanMeierFitter().fit(time, event).predict(day), to 12 digits.
LIFELINES = [
    (breast_cancer, {}, 686, {71: 1, 72: 0.998511904762, 365: 0.915558104286, 1000: 0.657750395448,
                              1807: 0.499387309196, 2372: 0.380842766588, 2659: 0.342758489929}),
    (breast_cancer, {"horTh": "no"}, 440, {365: 0.896619337236, 1000: 0.620876215475, 1807: 0.450455952149,
                                           2372: 0.348366084655}),
    (breast_cancer, {"horTh": "yes"}, 246, {365: 0.949584212164, 1000: 0.723008192649, 1807: 0.58121006689,
                                            2372: 0.43790884877}),
    (fruit_flies, {}, 163, {6: 0.993865030675, 20: 0.913650306748, 47: 0.666660631107, 56: 0.429902649966,
                            60: 0.311523659396, 75: 0}),
    (fruit_flies, {"group": "miR-137"}, 34, {6: 0.970588235294, 20: 0.647058823529, 47: 0.058823529412}),
    (fruit_flies, {"group": "control"}, 129, {6: 1, 20: 0.984435085149, 47: 0.828175547824, 60: 0.378594536148}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "only", "units", "shares"), LIFELINES)
def test_agrees_with_lifelines(file, only, units, shares):
    found = survival(file(**only))
    assert found.units == units
    assert {day: found.at(day) for day in shares} == pytest.approx(shares, abs=1e-12)


few = st.dictionaries(st.integers(0, 12), st.integers(1, 4), max_size=6)


@given(few, few.filter(bool))
def test_agrees_with_scipy_at_every_step(events, censored):
    found = Durations(events, censored)
    steps, had = units(found)
    other = stats.ecdf(stats.CensoredData(steps[had], right=steps[~had])).sf
    assert [survival(found).at(step) for step in range(13)] == pytest.approx(list(other.evaluate(np.arange(13))))


@given(few, few)
def test_merging_arms_is_measuring_the_union(one, other):
    there, here = Durations(one, other), Durations(other, one)
    both = durations(
        *(np.concatenate([units(x)[0][units(x)[1] == had] for x in (there, here)]) for had in (True, False))
    )
    assert survival(there + here) == survival(both)


@given(few.filter(bool), st.integers(1, 5))
def test_without_censoring_it_is_the_share_of_units_still_without(events, times):
    found = survival(Durations({times * step: n for step, n in events.items()}, {}))
    steps = units(Durations(events, {}))[0]
    assert [found.at(times * step) for step in range(13)] == pytest.approx([np.mean(steps > k) for k in range(13)])


def test_a_unit_censored_at_a_step_is_at_risk_at_it():
    # By hand: at step 3 of 4 units, 1 of 4 has the event, though another is censored there; then 1 of 2.
    found = survival(durations((3, 5), (3, 9)))
    assert (found.at_risk, found.share) == ((4, 2), (0.75, 0.375))


def test_the_curve_is_known_while_a_unit_is_observed_or_none_is_left():
    assert survival(durations((3,), (7,))).reaches(7)
    assert not survival(durations((3,), (7,))).reaches(8)
    assert survival(durations((3, 7), (5,))).reaches(1000)
    assert not survival(durations()).reaches(0)
