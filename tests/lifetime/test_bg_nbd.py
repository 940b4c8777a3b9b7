"""BG/NBD against its paper, another implementation, its own story, and its symmetries."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from liftledger.lifetime import bg_nbd
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Histories
from tests.data import data
from tests.lifetime import cdnow, customers
from tests.lifetime.customers import changed, counted, rows

PAPER = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@pytest.fixture(scope="module")
def sample():
    return cdnow.histories()


@pytest.fixture(scope="module")
def fitted(sample):
    return bg_nbd.fit(sample)


def test_gives_the_papers_parameters_from_raw_transactions(fitted):
    # Fader, Hardie & Lee (2005), table 2: r .243, alpha 4.414, a .793, b 2.426, LL -9582.4.
    assert fitted.parameters == pytest.approx({"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}, abs=1.1e-4)
    assert {name: round(value, 3) for name, value in fitted.parameters.items()} == PAPER
    assert fitted.log_likelihood == pytest.approx(-9582.43, abs=0.005)
    assert fitted.customers == 2357


def test_gives_the_parameters_and_errors_of_lifetimes():
    # lifetimes 0.11.3, BetaGeoFitter, on the summary that it ships (times rounded to 0.01 weeks).
    with data("cdnow/cdnow_customers_summary.csv").open() as file:
        found = [[float(row[name]) for name in ("frequency", "recency", "T")] for row in csv.DictReader(file)]
    fitted = bg_nbd.fit(rows(*found))
    assert fitted.parameters == pytest.approx(
        {"r": 0.2425929282, "alpha": 4.413532265, "a": 0.7928859664, "b": 2.425752383}, rel=2e-6
    )
    assert fitted.errors == pytest.approx(
        {"r": 0.01255732070, "alpha": 0.3782214570, "a": 0.1857190719, "b": 0.7053453435}, rel=2e-6
    )


def test_foresees_what_lifetimes_foresees():
    # lifetimes 0.11.3 at the paper's parameters; expected purchases in 39 weeks.
    found = rows((0, 0, 38.86), (1, 5, 39), (2, 30.43, 38.86), (7, 20, 30), (26, 30.86, 31), (1, 38, 38))
    alive = [1, 0.3139204276, 0.7265785701, 0.4692099205, 0.9689156497, 0.7536502019]
    assert bg_nbd.alive(PAPER, found) == pytest.approx(alive, rel=1e-9)
    expected = [0.195098052, 0.2998845472, 1.2260281748, 2.9320765472, 20.7497261409, 0.7346617444]
    assert bg_nbd.expected(PAPER, found, 39.0) == pytest.approx(expected, rel=1e-9)
    times = np.array([1.0, 26.0, 52.0, 520.0])
    new = [0.0532678912, 0.9026369032, 1.4460505954, 4.9746178618]
    assert bg_nbd.expected_new(PAPER, times) == pytest.approx(new, rel=1e-9)


@pytest.mark.parametrize(
    ("parameters", "x", "observed", "ahead", "expected", "discounted"),
    [
        ((0.2426, 4.4135, 0.7929, 2.4258), 0, 0, 39, 1.1950518784095006, 1.1596926458137412),
        ((0.2426, 4.4135, 0.7929, 2.4258), 26, 31, 52, 26.585640654337112, 25.494175682230434),
        ((0.2426, 4.4135, 0.7929, 2.4258), 2000, 730, 1460, 2458.2701687150467, 1013.5001670706714),
        ((0.2426, 4.4135, 1.0001, 2.4258), 1, 0, 1000, 14.177535096072365, 10.353243783689852),
        ((3, 0.05, 0.2, 0.7), 0, 0, 39, 497.40477860826932, 481.96022388351706),
        ((3, 0.05, 0.2, 0.7), 3, 5, 500, 256.94871811300972, 176.63047558100077),
        ((1, 30, 5, 300), 3, 5, 500, 35.81592791393796, 25.148216411993749),
        ((1, 30, 5, 300), 1, 0, 1000, 37.007637806674435, 19.959179244376328),
        ((20, 1, 2, 3), 400, 100, 730, 356.55206319602594, 286.5820289688256),
    ],
)
def test_purchases_ahead_have_eight_digits_for_all_parameters(parameters, x, observed, ahead, expected, discounted):
    # mpmath 1.4.1, 40 digits: the paper's equation (10) with its 2F1, without the factor for those who turned away; and
    # the integral of its derivative at 10 % a year of 52.
    given = dict(zip(("r", "alpha", "a", "b"), parameters, strict=True))
    one = rows((x, observed, observed))
    alive = bg_nbd.alive(given, one)
    assert bg_nbd.expected(given, one, ahead) / alive == pytest.approx([expected], rel=2e-8)
    found = bg_nbd.discounted(given, one, horizon=ahead, rate=0.1, year=52) / alive
    assert found == pytest.approx([discounted], rel=2e-8)


def test_expected_purchases_are_smooth_where_the_papers_equation_divides_by_0():
    below, at, above = (
        bg_nbd.expected(PAPER | {"a": a}, rows((3, 20, 30)), 52.0)[0] for a in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert below > at > above
    assert at == pytest.approx((below + above) / 2, rel=1e-11)


def test_likelihood_is_the_mean_over_customers_of_their_histories_probability():
    # By its definition: lambda^x (1-p)^x e^(-lambda T) + p lambda^x (1-p)^(x-1) e^(-lambda t_x), over p and lambda.
    r, alpha, a, b = 0.7, 3.0, 1.3, 2.2
    x, last, observed = 2, 4.0, 10.0

    def given_turn(p):
        def density(rate):
            alive = (rate * (1 - p)) ** x * math.exp(-rate * observed)
            away = p * rate**x * (1 - p) ** (x - 1) * math.exp(-rate * last)
            return (alive + away) * alpha**r * rate ** (r - 1) * math.exp(-alpha * rate) / math.gamma(r)

        beta = math.gamma(a + b) / math.gamma(a) / math.gamma(b) * p ** (a - 1) * (1 - p) ** (b - 1)
        return quad(density, 0, np.inf)[0] * beta

    found, _ = bg_nbd.likelihood(rows((x, last, observed)))(np.array([r, alpha, a, b]))
    assert found == pytest.approx(math.log(quad(given_turn, 0, 1)[0]), rel=1e-8)


def test_customers_do_later_what_the_model_says_of_their_histories():
    # 60,000 customers drawn from the model's story; their means are within 4 standard errors of what it says.
    parameters = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5}
    rng = np.random.default_rng(6)
    force = math.log(1.1) / 52
    drawn = customers.bg_nbd(rng, parameters, 60_000, rng.integers(20, 60, 60_000), 40.0, force)
    alive = bg_nbd.alive(parameters, drawn.histories)
    expected = bg_nbd.expected(parameters, drawn.histories, 40.0)
    discounted = bg_nbd.discounted(parameters, drawn.histories, horizon=40.0, rate=0.1, year=52)
    x = drawn.histories.repeats
    for those in (x == 0, x == 1, (x > 1) & (alive < 0.5), (x > 1) & (alive >= 0.5), x > 8):
        for said, came in ((alive, drawn.alive), (expected, drawn.later), (discounted, drawn.worth)):
            gap = came[those] - said[those]
            assert abs(np.mean(gap)) <= 4 * np.std(gap) / math.sqrt(np.sum(those))


def test_another_unit_of_time_changes_alpha_only(sample, fitted):
    days = bg_nbd.fit(changed(sample, last=sample.last * 7, observed=sample.observed * 7))
    assert days.parameters == pytest.approx(fitted.parameters | {"alpha": 7 * fitted.parameters["alpha"]}, rel=1e-5)
    assert days.errors == pytest.approx(fitted.errors | {"alpha": 7 * fitted.errors["alpha"]}, rel=1e-5)
    purchases = float(sample.repeats @ sample.customers)
    assert days.log_likelihood == pytest.approx(fitted.log_likelihood - purchases * math.log(7), rel=1e-12)
    year = {"horizon": 52.0, "rate": 0.1, "year": 52.0}
    later = bg_nbd.discounted(fitted.parameters, sample, **year)
    in_days = bg_nbd.discounted(
        days.parameters,
        changed(sample, last=sample.last * 7, observed=sample.observed * 7),
        **{name: value if name == "rate" else 7 * value for name, value in year.items()},
    )
    assert in_days == pytest.approx(later, rel=1e-5)


def test_rows_may_be_split_merged_and_in_any_order(sample, fitted):
    rng = np.random.default_rng(1)
    order = rng.permutation(2 * len(sample.repeats)) % len(sample.repeats)
    split = Histories(sample.repeats[order], sample.last[order], sample.observed[order], sample.customers[order] / 2)
    for same in (split, counted(split)):
        found = bg_nbd.fit(same)
        assert isinstance(found, Fit)
        assert found.parameters == pytest.approx(fitted.parameters, rel=1e-5)
        assert found.log_likelihood == pytest.approx(fitted.log_likelihood, rel=1e-12)
    assert bg_nbd.expected(PAPER, split, 39.0) == pytest.approx(bg_nbd.expected(PAPER, sample, 39.0)[order], rel=1e-12)


positive = st.floats(0.05, 50)
histories = st.tuples(st.integers(0, 300), st.floats(0.01, 1), st.floats(0.1, 1000)).map(
    lambda found: rows((found[0], found[1] * found[2] * (found[0] > 0), found[2]))
)


@given(st.tuples(positive, positive, positive, positive), histories, st.floats(0.1, 1000))
def test_what_is_said_of_a_customer_stays_where_it_can_be(parameters, one, ahead):
    # But for the 8th digit of an integral.
    given = dict(zip(("r", "alpha", "a", "b"), parameters, strict=True))
    alive = bg_nbd.alive(given, one)[0]
    assert 0 <= alive <= 1
    assert alive == 1 or one.repeats[0] > 0
    expected = bg_nbd.expected(given, one, ahead)[0]
    rate = (given["r"] + one.repeats[0]) / (given["alpha"] + one.observed[0])
    assert 0 <= expected <= alive * rate * ahead * (1 + 1e-7)
    assert expected <= bg_nbd.expected(given, one, 2 * ahead)[0] * (1 + 1e-7)
    assert bg_nbd.discounted(given, one, horizon=ahead, rate=0.1, year=52)[0] <= expected


@given(st.tuples(positive, positive, positive, positive), histories)
def test_gradient_is_the_slope_of_the_likelihood(parameters, one):
    at, here = bg_nbd.likelihood(one), np.array(parameters)
    value, gradient = at(here)
    for slope, place, step in zip(gradient, here, 1e-5 * np.diag(here), strict=True):
        there, back = at(here + step)[0], at(here - step)[0]
        assert slope * place == pytest.approx((there - back) / 2e-5, rel=1e-5, abs=1e-5 * (1 + abs(value)))


def test_a_new_customer_has_bought_nothing_more_at_once():
    assert bg_nbd.expected_new(PAPER, np.array([0.0])) == [0]
    assert bg_nbd.expected(PAPER, rows((3, 2, 5)), 0.0) == [0]
