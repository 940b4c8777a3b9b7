"""Interventions against the baseline: shares, what was saved, and their errors."""

import numpy as np
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.intervention import pooled, saved, share
from tests.finance.lines import interval


def test_a_share_errs_as_its_units_do():
    # square root of 0.2 x 0.8 / 400 = 0.02
    found = share(0.2, 400, confidence=0.95)
    assert (found.value, found.se) == pytest.approx((0.2, 0.02))
    assert isinstance(share(0.2, 0, confidence=0.95), NoEstimate)


def test_periods_together_are_all_their_customers():
    found = pooled(85 + 170, 100 + 200, confidence=0.95)
    assert found.value == pytest.approx(0.85)
    assert isinstance(pooled(0, 0, confidence=0.95), NoEstimate)


def test_of_20_who_would_have_left_5_were_saved():
    assert saved(interval(0.85, 0.01), interval(0.80, 0.01), confidence=0.95).value == pytest.approx(0.25)


def test_who_stays_as_ever_was_not_saved_and_who_all_stay_were_all_saved():
    assert saved(interval(0.8, 0.01), interval(0.8, 0.01), confidence=0.95).value == pytest.approx(0)
    assert saved(interval(1.0, 0.0), interval(0.8, 0.01), confidence=0.95).value == pytest.approx(1)


def test_its_error_is_that_of_draws():
    rng = np.random.default_rng(10)
    kept, base = rng.normal(0.85, 0.01, 200_000), rng.normal(0.8, 0.012, 200_000)
    found = saved(interval(0.85, 0.01), interval(0.8, 0.012), confidence=0.95)
    assert found.se == pytest.approx(((kept - base) / (1 - base)).std(), rel=0.03)


def test_where_nobody_left_nobody_is_saved():
    assert isinstance(saved(interval(0.9, 0.01), interval(1.0, 0.0), confidence=0.95), NoEstimate)
