"""sBG against its printed examples, another working of its formulas, its own promise, and its symmetries."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln, hyp2f1, psi

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import constant_churn, sbg
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Tenures
from tests.lifetime.tenures import drawn, fader_and_hardie, of_customers, of_survivors


def fitted(segment):
    """As they did: on years 1 to 7."""
    return sbg.fit(of_survivors(fader_and_hardie(segment)[:8]))


def known(alpha, beta, covariance=((0.01, 0.0), (0.0, 0.01))):
    return Fit("sBG", {"alpha": alpha, "beta": beta}, covariance, 0.0, 1000.0)


@pytest.mark.parametrize(
    ("segment", "alpha", "beta", "log_likelihood"),
    [  # Fader & Hardie (2007), table 2; log-likelihoods -1611.2 and -1680.3 there
        ("high_end", 0.6681, 3.8061, -1611.16),
        ("regular", 0.7041, 1.1820, -1680.27),
    ],
)
def test_parameters_are_those_that_fader_and_hardie_print(segment, alpha, beta, log_likelihood):
    found = fitted(segment)
    assert found.parameters == pytest.approx({"alpha": alpha, "beta": beta}, abs=5e-5)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=5e-3)
    assert found.customers == 1000


def test_parameters_are_those_of_the_note_on_five_years():
    # Fader & Hardie's spreadsheet note: 1000, 631, 468, 382, 326.
    found = sbg.fit(of_survivors([1000, 631, 468, 382, 326]))
    assert found.parameters == pytest.approx({"alpha": 0.7637, "beta": 1.2958}, abs=5e-4)


def test_years_8_to_12_are_foretold():
    # .460 .436 .414 .395 .378, worked from the printed parameters; 46.8 % to 39.4 % came.
    ahead = sbg.survival(fitted("high_end"), np.arange(8.0, 13.0))
    assert ahead == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=5e-4)
    assert 1000 * ahead == pytest.approx(fader_and_hardie("high_end")[8:], rel=0.05)


def test_residual_lifetimes_are_the_printed_ones():
    # jdmaturen/shifted_beta_geometric_py prints 7.530 for the 8th renewal at 10 %.
    found = fitted("high_end")
    assert sbg.derl(found, 8, 0.1).value == pytest.approx(7.529628, abs=1e-5)
    assert sbg.derl(found, 1, 0.1).value == pytest.approx(5.4145, abs=5e-5)


def test_constant_churn_undervalues_customers_by_a_third():
    found = fitted("high_end")
    first_year = float(sbg.retention(found, np.array([1.0]))[0])
    assert first_year == pytest.approx(0.8507, abs=5e-5)
    assert constant_churn.residual(first_year, 0.1) == pytest.approx(3.7532, abs=5e-5)


@pytest.mark.parametrize(
    ("alpha", "beta", "renewal", "discount", "value"),
    [  # mpmath 1.4.1, 30 digits: (beta + n - 1) / (alpha + beta + n - 1) hyp2f1(1, beta + n, alpha + beta + n, 1/(1+d))
        (0.668, 3.806, 8, 0.1, 7.529949530910972),
        (0.7, 1.2, 1, 0.00797, 9.5350562992676693),
        (0.7, 400, 60, 0.00797, 109.00235325194568),
        (3, 0.2, 1, 0.0001, 0.099988021357657917),
        (50, 400, 1, 0.002, 8.0294269828918001),
        (0.01, 3, 1, 0.001, 948.21473335524308),
        (5000, 50000, 1, 0.00797, 9.2688203949892048),
    ],
)
def test_the_sum_of_all_years_to_come_is_the_closed_form_in_thirty_digits(alpha, beta, renewal, discount, value):
    assert sbg.derl(known(alpha, beta), renewal, discount).value == pytest.approx(value, rel=1e-12)


shape = st.floats(0.05, 20)


@given(shape, shape, st.integers(1, 30), st.floats(0.005, 0.5))
def test_the_sum_of_all_years_to_come_is_the_closed_form(alpha, beta, renewal, discount):
    n = renewal
    closed = (beta + n - 1) / (alpha + beta + n - 1) * hyp2f1(1, beta + n, alpha + beta + n, 1 / (1 + discount))
    assert sbg.derl(known(alpha, beta), renewal, discount).value == pytest.approx(closed, rel=1e-8)


@given(shape, shape, st.integers(1, 9), st.floats(0, 0.5), st.integers(1, 40))
def test_errors_are_those_of_the_derivatives(alpha, beta, renewal, discount, horizon):
    # Of log S(t) - log S(n - 1) by alpha and beta: differences of psi.
    covariance = ((0.03, 0.01), (0.01, 0.02))
    t = renewal + np.arange(horizon)
    weights = np.exp(betaln(alpha, beta + t) - betaln(alpha, beta + renewal - 1)) / (1 + discount) ** (t - renewal)
    either = psi(alpha + beta + renewal - 1) - psi(alpha + beta + t)
    slopes = np.array([weights @ either, weights @ (psi(beta + t) - psi(beta + renewal - 1) + either)])
    found = sbg.derl(known(alpha, beta, covariance), renewal, discount, horizon=horizon)
    assert found.value == pytest.approx(weights.sum())
    assert found.se == pytest.approx(math.sqrt(slopes @ np.array(covariance) @ slopes), rel=1e-5)
    assert 0 < found.low < found.value < found.high


def gamma_likelihood(alpha, beta, tenures):
    """As the paper writes it, by beta functions: equations (5) and (6)."""
    t = np.arange(1, len(tenures.left) + 1)
    died = betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta)
    alive = betaln(alpha, beta + t) - betaln(alpha, beta)
    return float(tenures.left @ died + tenures.going @ alive)


@pytest.mark.parametrize("seed", range(3))
def test_no_parameters_are_likelier_by_the_papers_own_formula(seed):
    rng = np.random.default_rng(seed)
    tenures = drawn(rng, 0.8, 2.5, 2000, rng.integers(1, 20, 2000))  # cohorts of any length
    found = sbg.fit(tenures)
    alpha, beta = found.parameters.values()
    assert found.log_likelihood == pytest.approx(gamma_likelihood(alpha, beta, tenures))
    grid = [(alpha * x, beta * y) for x in (0.8, 0.99, 1, 1.01, 1.3) for y in (0.8, 0.99, 1, 1.01, 1.3)]
    assert max(gamma_likelihood(*at, tenures) for at in grid) <= found.log_likelihood + 1e-6


@pytest.mark.parametrize("segment", ["high_end", "regular"])
def test_errors_are_where_the_likelihood_falls_by_half(segment):
    # Of log-likelihoods near their maximum: one standard error away, the other parameter refitted, it is 1/2 lower.
    tenures = of_survivors(10_000 * np.array(fader_and_hardie(segment)[:8]))
    found = sbg.fit(tenures)
    alpha, beta = found.parameters.values()
    at = alpha + found.errors["alpha"]
    refitted = max(gamma_likelihood(at, beta * x, tenures) for x in np.linspace(0.99, 1.02, 3001))
    assert found.log_likelihood - refitted == pytest.approx(0.5, rel=0.02)


def test_more_customers_alike_are_the_same_customers_known_better():
    one = sbg.fit(of_survivors(fader_and_hardie("regular")[:8]))
    four = sbg.fit(of_survivors([4 * n for n in fader_and_hardie("regular")[:8]]))
    assert four.parameters == pytest.approx(one.parameters, rel=1e-4)
    assert four.errors == pytest.approx({name: error / 2 for name, error in one.errors.items()}, rel=1e-3)


@given(shape, shape, st.integers(1, 20), st.floats(0.01, 0.3))
def test_who_renews_once_more_has_the_next_residual_lifetime_ahead(alpha, beta, renewal, discount):
    # DERL(n) = r_n (1 + DERL(n + 1) / (1 + d)).
    model = known(alpha, beta)
    kept = float(sbg.retention(model, np.array([float(renewal)]))[0])
    now, later = (sbg.derl(model, n, discount).value for n in (renewal, renewal + 1))
    assert now == pytest.approx(kept * (1 + later / (1 + discount)))


@given(shape, shape, st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(1, 30))
def test_a_mean_over_customers_is_the_mean_of_their_residual_lifetimes(alpha, beta, customers, horizon):
    model, counts = known(alpha, beta), np.array(customers, dtype=float)
    found = sbg.mean_derl(model, counts, 0.01, horizon=horizon)
    if counts.sum() == 0:
        assert found == NoEstimate("there are no customers who could renew")
        return
    each = [sbg.derl(model, n + 1, 0.01, horizon=horizon).value for n in range(len(counts))]
    assert found.value == pytest.approx(counts @ each / counts.sum())


def test_without_discount_a_horizon_counts_renewals_and_no_horizon_has_no_value():
    model = known(0.668, 3.806)
    whole = sbg.derl(model, 1, 0.0, horizon=5)
    assert whole.value == pytest.approx(sbg.survival(model, np.arange(1.0, 6.0)).sum())
    assert sbg.derl(model, 1, 0.0) == NoEstimate(
        "without a discount rate or a horizon the years to come have no bounded value"
    )
    assert sbg.derl(model, 1, 1e-7) == NoEstimate(
        "at a discount of 1e-07 a period the value hardly has a bound; give a horizon"
    )
    long = sbg.derl(model, 1, 0.01, horizon=10**4)
    assert long.value == pytest.approx(sbg.derl(model, 1, 0.01).value)


@given(shape, shape)
def test_retention_rises_and_survival_falls(alpha, beta):
    model, periods = known(alpha, beta), np.arange(1.0, 40.0)
    kept, there = sbg.retention(model, periods), sbg.survival(model, np.arange(40.0))
    assert np.all(np.diff(kept) > 0)
    assert np.all(np.diff(there) < 0)
    assert there[1:] / there[:-1] == pytest.approx(kept)
    assert there[0] == 1


@pytest.mark.parametrize(
    ("tenures", "reason"),
    [
        (Tenures(np.zeros(0), np.zeros(0)), "no customer was observed for a whole period"),
        (Tenures(np.zeros(3), np.zeros(3)), "no customer was observed for a whole period"),
        (Tenures(np.zeros(2), np.array([5.0, 90.0])), "nobody left, so nothing shows how long customers stay"),
        (
            Tenures(np.array([5.0, 4.0]), np.zeros(2)),
            "everybody left, so there is nobody whose time to come could be told",
        ),
        (
            Tenures(np.array([5.0]), np.array([95.0])),
            "nobody was observed for a second period, so nothing shows how retention changes with tenure",
        ),
        (
            Tenures(np.array([5.0, 0.0, 0.0]), np.array([0.0, 0.0, 95.0])),
            "all who left did so in their first period: at the model's limit the others stay for ever",
        ),
        (
            of_survivors([1000, 900, 810, 729]),
            "retention does not rise with tenure: the model's limit is one churn of 0.1 a period for every customer",
        ),
        (
            of_survivors([1000, 900, 790, 650]),
            "retention does not rise with tenure: the model's limit is one churn of 0.13 a period for every customer",
        ),
        (
            of_survivors([1000, 900, 810, 730]),
            "the data do not tell how customers differ in churn, as retention hardly rises with tenure",
        ),
    ],
)
def test_what_has_no_most_likely_parameters_is_refused_with_the_reason(tenures, reason):
    assert sbg.fit(tenures) == NoEstimate(f"sBG: {reason}")


counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6)


@given(counts)
def test_a_refusal_is_never_of_data_with_likelier_parameters_in_the_middle(rows):
    tenures = Tenures(*np.array(rows, dtype=float).T)
    found = sbg.fit(tenures)
    if not isinstance(found, NoEstimate) or "does not rise" not in found.reason:
        return
    periods = np.arange(1, len(rows) + 1) @ (tenures.left + tenures.going)
    left = tenures.left.sum()
    constant = left * math.log(left / periods) + (periods - left) * math.log1p(-left / periods)
    grid = np.exp(np.linspace(-5, 9, 15))
    assert max(gamma_likelihood(a, b, tenures) for a in grid for b in grid) <= constant + 1e-6


def test_whoever_is_not_yet_seen_for_a_period_is_not_counted_by_the_fit():
    tenures = of_customers([0, 0, 1, 2, 2, 3, 3, 3], [False, False, True, True, False, False, False, True])
    assert tenures.left.tolist() == [1, 1, 1]
    assert tenures.going.tolist() == [0, 1, 2]
