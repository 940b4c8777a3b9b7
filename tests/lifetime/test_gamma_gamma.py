"""Gamma-Gamma against its note, another implementation, its own story, and its symmetries."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import gamma_gamma
from liftledger.lifetime.histories import Spending
from tests.data import data
from tests.lifetime import cdnow, customers

NOTE = {"p": 6.25, "q": 3.74, "gamma": 15.44}


@pytest.fixture(scope="module")
def sample():
    return cdnow.spending()


@pytest.fixture(scope="module")
def fitted(sample):
    return gamma_gamma.fit(sample)


def test_gives_the_notes_parameters_from_raw_transactions(fitted):
    # Fader & Hardie (2013), note 025, section 4: p 6.25, q 3.74, gamma 15.44 on 946 customers.
    assert fitted.parameters == pytest.approx({"p": 6.2496, "q": 3.7442, "gamma": 15.4435}, abs=1e-4)
    assert {name: round(value, 2) for name, value in fitted.parameters.items()} == NOTE
    assert fitted.customers == 946


def test_gives_the_parameters_and_errors_of_lifetimes():
    # lifetimes 0.11.3, GammaGammaFitter, on the summary that it ships (means rounded to a cent).
    with data("cdnow/cdnow_customers_summary_with_transactions.csv").open() as file:
        found = [(float(row["x"]), float(row["zbar"])) for row in csv.DictReader(file) if float(row["x"]) > 0]
    repeats, mean = np.array(found).T
    fitted = gamma_gamma.fit(Spending(repeats, repeats * mean, np.ones(len(mean))))
    assert fitted.parameters == pytest.approx({"p": 6.248802496, "q": 3.744588461, "gamma": 15.44774806}, rel=2e-6)
    assert fitted.errors == pytest.approx({"p": 1.189687048, "q": 0.2901656174, "gamma": 4.159993929}, rel=2e-6)


def test_expects_the_spend_that_lifetimes_expects():
    # lifetimes 0.11.3, conditional_expected_average_profit; without a repeat purchase the population's mean, 35.2.
    found = gamma_gamma.expected_spend(NOTE, np.array([0.0, 1, 2, 10]), np.array([np.nan, 10, 50, 35]))
    assert found == pytest.approx([35.2189781022, 17.6863181313, 47.342519685, 35.0091968118], rel=1e-11)


def test_customers_spend_later_what_the_model_says_of_their_purchases():
    # 100,000 customers drawn from the model's story, by how often they bought and how much they spent.
    parameters = {"p": 3.0, "q": 5.0, "gamma": 40.0}
    rng = np.random.default_rng(6)
    scale = rng.gamma(parameters["q"], 1 / parameters["gamma"], 100_000)
    repeats = rng.integers(0, 5, 100_000).astype(float)
    total, later = rng.gamma(parameters["p"] * np.maximum(repeats, 1e-9), 1 / scale), rng.gamma(3.0, 1 / scale)
    means = np.where(repeats > 0, total / np.maximum(repeats, 1), np.nan)
    expected = gamma_gamma.expected_spend(parameters, repeats, means)
    for those in (repeats == 0, repeats == 1, (repeats > 1) & (means < 20), (repeats > 1) & (means > 60)):
        gap = later[those] - expected[those]
        assert abs(np.mean(gap)) <= 4 * np.std(gap) / math.sqrt(np.sum(those))


def test_another_currency_changes_gamma_only(sample, fitted):
    cents = gamma_gamma.fit(Spending(sample.repeats, sample.total * 100, sample.customers))
    assert cents.parameters == pytest.approx(fitted.parameters | {"gamma": 100 * fitted.parameters["gamma"]}, rel=1e-5)
    assert cents.log_likelihood == pytest.approx(fitted.log_likelihood - 946 * math.log(100), rel=1e-12)


def test_rows_may_be_split_and_in_any_order(sample, fitted):
    order = np.random.default_rng(1).permutation(2 * 946) % 946
    found = gamma_gamma.fit(Spending(sample.repeats[order], sample.total[order], sample.customers[order] / 2))
    assert found.parameters == pytest.approx(fitted.parameters, rel=1e-5)
    assert found.log_likelihood == pytest.approx(fitted.log_likelihood, rel=1e-12)


positive = st.floats(0.05, 50)


@given(st.tuples(positive, positive, positive), st.integers(1, 300), st.floats(0.01, 1e6))
def test_gradient_is_the_slope_of_the_likelihood(parameters, repeats, total):
    at = gamma_gamma.likelihood(Spending(np.array([float(repeats)]), np.array([total]), np.ones(1)))
    here = np.array(parameters)
    value, gradient = at(here)
    for slope, place, step in zip(gradient, here, 1e-5 * np.diag(here), strict=True):
        there, back = at(here + step)[0], at(here - step)[0]
        assert slope * place == pytest.approx((there - back) / 2e-5, rel=1e-5, abs=1e-5 * (1 + abs(value)))


@given(st.floats(0.1, 50), st.floats(1.01, 50), st.integers(1, 100), st.floats(0.01, 1e4))
def test_a_customers_expected_spend_lies_between_their_own_mean_and_everybodys(p, q, repeats, mean):
    given = {"p": p, "q": q, "gamma": 20.0}
    everybody, own = gamma_gamma.expected_spend(given, np.array([0.0, repeats]), np.array([0.0, mean]))
    assert min(everybody, mean) * (1 - 1e-9) <= own <= max(everybody, mean) * (1 + 1e-9)


def test_dependence_is_the_correlation_of_counts_and_means(sample):
    # Fader, Hardie & Lee (2005), "RFM and CLV", section 3: 0.11 for CDNOW's repeat buyers.
    found = gamma_gamma.dependence(sample)
    assert found == pytest.approx(np.corrcoef(sample.repeats, sample.total / sample.repeats)[0, 1], rel=1e-12)
    assert round(found, 2) == 0.11
    twice = Spending(np.tile(sample.repeats, 2), np.tile(sample.total, 2), np.tile(sample.customers, 2) * 3)
    assert gamma_gamma.dependence(twice) == pytest.approx(found, rel=1e-12)


def test_spending_without_a_finite_mean_has_no_estimate():
    rng = np.random.default_rng(0)
    found = gamma_gamma.fit(customers.spending(rng, {"p": 3.0, "q": 0.7, "gamma": 1.0}, 2000))
    assert isinstance(found, NoEstimate)
    assert found.reason.startswith("Gamma-Gamma: spending has no finite mean (q = 0.6")


def test_where_customers_are_alike_how_they_differ_is_not_made_up():
    rng = np.random.default_rng(0)
    repeats = rng.integers(1, 6, 1000).astype(float)
    # Means of many purchases vary less than they would if only purchases differed: nothing is left between customers.
    means = rng.gamma(3 * repeats**2) / (3 * repeats**2)
    found = gamma_gamma.fit(Spending(repeats, repeats * means, np.ones(1000)))
    assert found == NoEstimate("Gamma-Gamma: the data do not tell how customers differ in how much they spend")
