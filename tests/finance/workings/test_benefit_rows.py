"""Rows of a line: ramp, decay and campaign months; and what is expected of an effect after a prior, against the golden
case, numerical integration, simulation and its limits."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from tests.finance.lines import interval, line, measured, metric, posterior, worked

values = st.floats(-100, 100)
positive = st.floats(1e-3, 1e3)


def schedule(declared, months):
    return worked(measured(declared), months=months).months("lines.sales.share")


def test_at_once_and_for_ever_unless_declared():
    assert schedule(line(), 4) == (0, 1, 1, 1, 1)


def test_the_ramp_climbs_in_equal_steps():
    assert schedule(line(ramp=4), 5) == (0, 0.25, 0.5, 0.75, 1, 1)
    assert schedule(line(ramp=1), 2) == (0, 1, 1)


def test_the_decay_starts_from_the_second_month():
    assert schedule(line(decay=Decimal("0.5")), 4) == (0, 1, 0.5, 0.25, 0.125)


def test_an_effect_that_lasts_one_month():
    assert schedule(line(decay=Decimal(1)), 3) == (0, 1, 0, 0)


def test_the_golden_ramp_with_decay():
    # finance.md: ramp min(t / 3, 1), decay 3 %: 1/3, 2/3 x 0.97, 0.97^2, 0.97^3
    found = schedule(line(ramp=3, decay=Decimal("0.03")), 4)
    assert found == pytest.approx((0, 1 / 3, 2 / 3 * 0.97, 0.9409, 0.912673), rel=1e-14)


def test_a_campaign_has_the_ramp_and_decay_of_its_months():
    campaign = line(per="campaign", months=(2, 4, 9), ramp=4, decay=Decimal("0.5"))
    assert schedule(campaign, 5) == (0, 0, 0.5 * 0.5, 0, 0.125, 0)


def test_the_golden_shrinkage():
    # finance.md, F-GOLD, computed by an independent script: lift 2 % +- 0.8 %, prior 0 +- 1 %
    found = posterior(0.02, 0.008, mean=0, sd=0.01)
    assert found.weight == pytest.approx(0.6097560975609756, rel=1e-12)
    assert found.mean == pytest.approx(0.012195121951219513, rel=1e-12)
    assert found.sd == pytest.approx(0.006246950475544242, rel=1e-12)


def test_agrees_with_bayes_rule_by_numerical_integration():
    effect, se, mean, sd = 1.3, 0.7, -0.4, 0.9

    def weight(x):
        return np.exp(-0.5 * ((effect - x) / se) ** 2 - 0.5 * ((x - mean) / sd) ** 2)

    whole, first, second = (integrate.quad(lambda x, p=p: x**p * weight(x), -10, 10)[0] for p in range(3))
    found = posterior(effect, se, mean=mean, sd=sd)
    assert found.mean == pytest.approx(first / whole, rel=1e-8)
    assert found.sd == pytest.approx(np.sqrt(second / whole - (first / whole) ** 2), rel=1e-8)


def test_where_the_prior_is_true_it_is_unbiased_and_as_wide_as_it_says():
    # 200,000 true effects of the prior; bounds are 4 standard errors of the simulation
    rng = np.random.default_rng(20260101)
    truth = rng.normal(0.5, 2.0, 200_000)
    measured = rng.normal(truth, 1.5)
    found = posterior(0.0, 1.5, mean=0.5, sd=2.0)
    miss = 0.5 + found.weight * (measured - 0.5) - truth
    assert abs(miss.mean()) < 4 * found.sd / np.sqrt(len(miss))
    assert miss.std() == pytest.approx(found.sd, rel=4 / np.sqrt(2 * len(miss)))
    winners = measured > 3  # what is shown because it is large is not overstated
    assert abs(miss[winners].mean()) < 4 * found.sd / np.sqrt(winners.sum())


@given(values, positive, values)
def test_a_wide_prior_leaves_the_measurement_and_a_narrow_one_leaves_the_prior(effect, se, mean):
    wide, narrow = (posterior(effect, se, mean=mean, sd=sd) for sd in (1e9, 1e-9))
    assert (wide.mean, wide.sd) == pytest.approx((effect, se), rel=1e-6, abs=1e-6)
    assert (narrow.mean, narrow.sd) == pytest.approx((mean, 0), abs=1e-6)


@given(values, positive, values, positive)
def test_it_lies_between_the_two_and_is_surer_than_either(effect, se, mean, sd):
    found = posterior(effect, se, mean=mean, sd=sd)
    assert min(effect, mean) - 1e-9 <= found.mean <= max(effect, mean) + 1e-9
    assert found.sd <= min(se, sd)
    mirrored = posterior(-effect, se, mean=-mean, sd=sd)
    assert (mirrored.mean, mirrored.sd) == (-found.mean, found.sd)


def test_an_exact_measurement_stands():
    assert posterior(3.0, 0.0, mean=0.0, sd=1.0).mean == 3.0


def test_of_a_share_of_units_units_are_moved():
    # 2 of 100 more of 900 a month: 18 units, not 1,800 %
    one = measured(line(units=Decimal(900)), interval(0.02, 0.005), described=metric("activated", "share"))
    row = worked(one).workings.row("lines.sales.volume")
    assert (row.values, row.unit) == ((pytest.approx(18),), "units per month")
    each = measured(line(per="campaign", months=(2,)), described=metric("activated", "share"))
    assert worked(each).workings.row("lines.sales.volume").unit == "units per campaign"
    assert worked(measured(line())).workings.row("lines.sales.volume").unit == "USD per month"
