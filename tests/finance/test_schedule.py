"""The schedule: ramp, decay and campaign months."""

from decimal import Decimal

import pytest

from tests.finance.lines import line, measured, worked


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


def test_the_golden_case_of_a_ramp_with_decay():
    # finance.md: ramp min(t / 3, 1), decay 3 %: 1/3, 2/3 x 0.97, 0.97^2, 0.97^3
    found = schedule(line(ramp=3, decay=Decimal("0.03")), 4)
    assert found == pytest.approx((0, 1 / 3, 2 / 3 * 0.97, 0.9409, 0.912673), rel=1e-14)


def test_a_campaign_has_the_ramp_and_decay_of_its_months():
    campaign = line(per="campaign", months=(2, 4, 9), ramp=4, decay=Decimal("0.5"))
    assert schedule(campaign, 5) == (0, 0, 0.5 * 0.5, 0, 0.125, 0)
