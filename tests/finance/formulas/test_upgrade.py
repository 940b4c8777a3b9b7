"""Time on the larger plan, against upgrades that are simulated one by one."""

import numpy as np
import pytest

from liftledger.finance.formulas.upgrade import gained
from tests.finance.lines import interval


def test_a_shorter_restricted_mean_is_time_on_the_larger_plan():
    # 90 days' horizon; of the units that never upgrade, time counts for the whole of it. Exact, as both sides count
    # the same units.
    rng = np.random.default_rng(11)
    control, treated = rng.exponential(200, 4000), rng.exponential(120, 4000)
    means = [np.minimum(days, 90).mean() for days in (control, treated)]
    on_plan = [np.maximum(90 - days, 0).mean() for days in (control, treated)]
    found = gained(interval(means[1] - means[0], 0.0), 300)
    assert found.value == pytest.approx((on_plan[1] - on_plan[0]) * 300 / 30)


def test_three_days_sooner_for_100_units_are_10_unit_months():
    found = gained(interval(-3.0, 0.6), 100)
    assert (found.value, found.se) == pytest.approx((10, 2))
    assert found.low < found.value < found.high
