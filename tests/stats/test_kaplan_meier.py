"""The drawn curve: bands against scipy and their definition, medians against statsmodels, and their promises."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.instant import DAY
from liftledger.stats.kaplan_meier import curve, share_without, thinned
from liftledger.stats.survival import survival
from tests.data import data
from tests.stats.steps import MAINTAINED, NOT_MAINTAINED, breast_cancer, durations, fruit_flies, units


def drawn(found, confidence=0.95, grid=DAY):
    return curve(found, grid=grid, confidence=confidence)


few = st.dictionaries(st.integers(0, 12), st.integers(1, 4), max_size=6)


@given(few.filter(bool))
def test_of_complete_records_bands_are_wilsons_of_the_share(events):
    found = drawn(Durations(events, {}))
    steps = units(Durations(events, {}))[0]
    for step, low, high in zip(range(13), found.low, found.high, strict=False):
        if step < steps.min() or step >= steps.max():
            continue  # 0 and 1 are below
        other = stats.binomtest(int(np.sum(steps <= step)), len(steps)).proportion_ci(0.95, method="wilson")
        assert (low, high) == pytest.approx((other.low, other.high))


@pytest.mark.parametrize("found", [MAINTAINED, NOT_MAINTAINED], ids=["maintained", "not maintained"])
def test_a_band_holds_what_is_within_z_errors_of_the_effective_number_of_units(found):
    bands, table = drawn(found), survival(found)
    for step in table.steps:
        level = share_without(table, step)
        if not 0 < level.value < 1:
            continue
        for end in (bands.low[step], bands.high[step]):
            errors = (1 - end - level.value) / math.sqrt(end * (1 - end) / level.units)
            assert abs(errors) == pytest.approx(stats.norm.ppf(0.975))


def test_before_the_first_event_and_after_the_last_bands_have_a_width():
    # Nobody of 50 at risk, and everybody of 2: Wilson's ends are z^2 / (n + z^2) and one less that.
    found = drawn(durations((3, 3, 4, 4), (1,) * 46))
    z2 = stats.norm.ppf(0.975) ** 2
    assert (found.low[0], found.share[0], found.high[0]) == pytest.approx((0, 0, z2 / (50 + z2)))
    assert (found.low[2], found.high[2]) == pytest.approx((0, z2 / (4 + z2)))
    assert found.share[4] == found.high[4] == 1
    assert 0 < found.low[4] < 1


@given(few, few.filter(bool))
def test_bands_hold_the_share_and_stay_within_0_and_1(events, censored):
    found = drawn(Durations(events, censored))
    for low, share, high in zip(found.low, found.share, found.high, strict=True):
        assert 0 <= low <= share <= high <= 1
        assert low < high
    assert list(found.share) == sorted(found.share)
    assert found.at_risk[0] == found.units
    assert len(found.days) == max(*events, *censored, 0) + 1


def observed(rng, n):
    """Of 10 units 7 ever have the event, after 10 days on average; each is observed for 5 to 40 days."""
    time = np.where(rng.random(n) < 0.7, np.ceil(rng.exponential(10, n)), 10**6)
    end = rng.integers(5, 41, n)
    return durations(time[time <= end], end[time > end])


def test_bands_and_median_cover_as_often_as_they_say():
    # 3,000 draws of 80 units. The true share by day 12 is 0.7 (1 - exp(-1.2)); half have it by day 13, the first k with
    # 0.7 (1 - exp(-k / 10)) >= 1 / 2. The median moves in whole days, so its interval covers
    # more than it says.
    rng = np.random.default_rng(20240602)
    true, median = 0.7 * (1 - math.exp(-1.2)), math.ceil(-10 * math.log(1 - 0.5 / 0.7))
    inside = median_inside = medians = 0
    for _ in range(3000):
        found = drawn(observed(rng, 80))
        inside += found.low[12] <= true <= found.high[12]
        if isinstance(found.median_days, Interval):
            medians += 1
            median_inside += found.median_days.low <= median <= found.median_days.high
    assert median == 13
    assert 0.94 <= inside / 3000 <= 0.96
    assert medians > 2000
    assert median_inside / medians >= 0.94


@pytest.mark.parametrize(
    ("file", "only", "median"),
    [  # statsmodels 0.15.0, SurvfuncRight(time, event): quantile(0.5), quantile_ci(0.5, method="asinsqrt")
        (breast_cancer, {}, (1807, 1528, 2030)),
        (breast_cancer, {"horTh": "no"}, (1528, 1280, 1814)),
        (fruit_flies, {}, (56, 53, 58)),
        (fruit_flies, {"group": "miR-137"}, (26, 19, 29)),
        (fruit_flies, {"group": "control"}, (58, 56, 60)),
    ],
)
def test_medians_agree_with_statsmodels(file, only, median):
    found = drawn(file(**only)).median_days
    assert (found.value, found.low, found.high) == median
    assert found.se == pytest.approx((median[2] - median[1]) / 2 / stats.norm.ppf(0.975))


def test_a_median_that_is_not_reached_is_none():
    assert drawn(durations((2, 5), (30, 30, 30))).median_days == NoEstimate(
        "fewer than half of the units have the event within 30 days"
    )
    # R prints 31 with an upper end of NA.
    assert drawn(MAINTAINED).median_days == NoEstimate(
        "half of the units have the event within 31 days, but the upper end of its interval lies beyond 161 days"
    )


def test_exactly_half_is_half():
    # 9 of 18 by step 5, though the product of the rounded factors is 0.5000000000000001.
    found = durations((1, 1, 2, 2, 2, 3, 4, 4, 5, *range(6, 15)))
    assert survival(found).at(5) > 0.5
    assert drawn(found).median_days.value == 5


def test_days_follow_the_grid():
    hours = drawn(durations((12, 24), (36,)), grid=DAY // 24)
    assert (hours.days[12], hours.days[24], hours.days[-1]) == (0.5, 1, 1.5)
    assert (hours.share[11], hours.share[12]) == pytest.approx((0, 1 / 3))
    assert (hours.at_risk[12], hours.at_risk[13]) == (3, 2)


def points(found):
    return zip(found.days, found.share, found.low, found.high, found.at_risk, strict=True)


def test_a_thinned_curve_keeps_its_ends_and_is_evenly_spread():
    found = drawn(Durations(dict.fromkeys(range(1, 700), 1), {720: 5000}), grid=DAY // 24)
    thin = thinned(found)
    assert len(found.days) == 721
    assert len(thin.days) == len(thin.share) == len(thin.at_risk) == 250
    assert (thin.days[0], thin.days[-1]) == (0, 30)
    steps = {round((b - a) * 24) for a, b in zip(thin.days, thin.days[1:], strict=False)}
    assert steps == {2, 3}
    assert set(points(thin)) < set(points(found))
    assert thin.median_days == found.median_days


def test_a_short_curve_is_not_thinned():
    found = drawn(MAINTAINED)
    assert thinned(found) is found


@pytest.mark.parametrize(
    ("contract", "customers", "left", "share"),
    [  # lifelines 0.30.3, KaplanMeierFitter().fit(tenure, Churn == "Yes"): still there after 12, 24, 48, 72 months
        (None, 7043, 1869, (0.8431995538158302, 0.7887363983705965, 0.7088401843460741, 0.5927901520522275)),
        ("Month-to-month", 3875, 1655, (0.7030966363488644, 0.5859154739046663, 0.397263779009727, 0.1289519006143942)),
        ("One year", 1473, 166, (0.9908082040748656, 0.9782723764279155, 0.9165468041589897, 0.5681456820286713)),
        ("Two year", 1695, 48, (1.0, 1.0, 0.995718930972045, 0.9357385806467265)),
    ],
)
def test_telcos_tenures_agree_with_lifelines(contract, customers, left, share):
    with data("telco_customer_churn.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if contract in (None, row["Contract"])]
    tenures = {churn: [int(row["tenure"]) for row in rows if row["Churn"] == churn] for churn in ("Yes", "No")}
    found = survival(durations(tenures["Yes"], tenures["No"]))
    assert (found.units, sum(found.events)) == (customers, left)
    assert [found.at(month) for month in (12, 24, 48, 72)] == pytest.approx(share, rel=1e-12)
    assert [share_without(found, month).value for month in (12, 24, 48)] == pytest.approx(share[:3], rel=1e-12)
