"""Constant churn against its sum, what it is the limit of, and its bias."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import constant_churn, sbg
from liftledger.lifetime.constant_churn import pooled, residual
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Tenures
from tests.lifetime.tenures import drawn, fader_and_hardie, of_survivors


@given(st.floats(0, 1), st.floats(0, 0.5), st.integers(1, 60))
def test_it_is_the_sum_over_renewals(retention, discount, horizon):
    direct = sum(retention ** (k + 1) / (1 + discount) ** k for k in range(horizon))
    assert residual(retention, discount, horizon=horizon) == pytest.approx(direct)


@given(st.floats(0, 0.99), st.floats(0.01, 0.5))
def test_a_long_horizon_is_none(retention, discount):
    assert residual(retention, discount) == pytest.approx(residual(retention, discount, horizon=5000))


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.5))
def test_it_is_the_limit_of_sbg_where_customers_are_alike(retention, discount):
    many = 1e7
    alike = Fit("sBG", {"alpha": many * (1 - retention), "beta": many * retention}, ((0.0, 0.0), (0.0, 0.0)), 0.0, 1.0)
    assert residual(retention, discount) == pytest.approx(sbg.derl(alike, 1, discount).value, rel=1e-4)


@pytest.mark.parametrize("segment", ["high_end", "regular"])
@pytest.mark.parametrize("renewal", [1, 2, 5, 8])
def test_it_undervalues_customers_who_differ(segment, renewal):
    # Fader & Hardie (2010): the longer customers have stayed, the more. Churn is that of the years observed.
    tenures = of_survivors(fader_and_hardie(segment)[:8])
    model = sbg.fit(tenures)
    of_young = float(sbg.retention(model, np.array([1.0]))[0])
    assert residual(of_young, 0.1) < sbg.derl(model, renewal, 0.1).value
    assert pooled(tenures) > of_young


def test_pooled_retention_is_the_share_of_renewals():
    # 3 customers renewed 1 + 2 + 2 times; 2 of them left at the next renewal, the third was not observed further.
    assert pooled(Tenures(np.array([0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0]))) == pytest.approx(5 / 7)
    assert pooled(Tenures(np.zeros(2), np.zeros(2))) == NoEstimate("no customer was observed for a whole period")


def test_pooled_retention_is_found_again_in_customers_who_are_alike():
    # Within 4 standard errors of the share, of about 11,000 renewals.
    found = pooled(drawn(np.random.default_rng(7), 2e6, 8e6, 3000, 6))
    assert found == pytest.approx(0.8, abs=4 * (0.8 * 0.2 / 11_000) ** 0.5)


def test_customers_who_never_leave_have_no_bounded_value():
    assert residual(1.0, 0.0) == NoEstimate(
        "nobody leaves and nothing is discounted, so the value has no bound; give a horizon"
    )
    assert residual(1.0, 0.0, horizon=7) == 7
    assert residual(1.0, 0.1) == pytest.approx(11)


def test_fitted_churn_is_the_share_of_periods_after_which_customers_left_with_the_error_of_a_share():
    tenures = of_survivors([1000, 900, 810, 729])
    fit = constant_churn.fit(tenures)
    assert fit.parameters == pytest.approx({"churn": 271 / 2710})
    assert fit.errors["churn"] == pytest.approx(np.sqrt(0.1 * 0.9 / 2710))
    # 271 who left and 2,439 times that somebody stayed, by hand.
    assert fit.log_likelihood == pytest.approx(271 * np.log(0.1) + 2439 * np.log(0.9))


def test_fitted_churn_is_that_of_drawn_customers_as_often_as_it_says():
    # 400 bases of 300 customers with a churn of 8 % a month, seen for 12 months; 0.95 +- 3.9 standard errors of it.
    rng, held = np.random.default_rng(11), 0
    for _ in range(400):
        months = rng.geometric(0.08, 300)
        left = np.bincount(months[months <= 12] - 1, minlength=12).astype(float)
        going = np.zeros(12)
        going[-1] = np.sum(months > 12)
        fit = constant_churn.fit(Tenures(left, going))
        held += abs(fit.parameters["churn"] - 0.08) <= 1.959964 * fit.errors["churn"]
    assert 362 <= held <= 396


def test_value_of_the_fitted_churn_is_its_sum_whatever_the_tenure():
    fit = constant_churn.fit(of_survivors([1000, 900, 810, 729]))
    young, old = (constant_churn.mean_derl(fit, np.array(one), 0.01, horizon=36) for one in ([5.0], [0.0, 0.0, 5.0]))
    assert young == old
    assert young.value == pytest.approx(sum(0.9 ** (k + 1) / 1.01**k for k in range(36)))
    assert young.low < young.value < young.high


def test_where_nobody_left_later_there_is_no_churn_to_go_on_with():
    for tenures in (of_survivors([100, 100, 100]), Tenures(np.array([5.0, 0.0]), np.array([0.0, 95.0]))):
        assert isinstance(constant_churn.fit(tenures), NoEstimate)
