"""Pareto/NBD against its notes, another implementation, its own story, and its symmetries."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyperu

from liftledger.lifetime import pareto_nbd
from liftledger.lifetime.histories import Histories
from tests.lifetime import cdnow, customers
from tests.lifetime.customers import changed, counted, rows

PAPER = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}


@pytest.fixture(scope="module")
def sample():
    return cdnow.histories()


@pytest.fixture(scope="module")
def fitted(sample):
    return pareto_nbd.fit(sample)


def test_gives_the_papers_parameters_from_raw_transactions(fitted):
    # Fader, Hardie & Lee (2005), Marketing Science 24, table 2: .553, 10.578, .606, 11.669 and LL -9595.0.
    assert fitted.parameters == pytest.approx(PAPER, abs=2e-3)
    assert fitted.log_likelihood == pytest.approx(-9594.98, abs=0.005)
    assert fitted.customers == 2357


def test_foresees_what_lifetimes_foresees():
    # lifetimes 0.11.3, ParetoNBDFitter at the paper's parameters; expected purchases in 39 weeks.
    found = rows((0, 0, 38.86), (1, 5, 39), (2, 30.43, 38.86), (7, 20, 30), (26, 30.86, 31), (1, 38, 38))
    alive = [0.2952866046, 0.2540437876, 0.8691675592, 0.606268446, 0.9979187311, 1]
    assert pareto_nbd.alive(PAPER, found) == pytest.approx(alive, rel=1e-9)
    expected = [0.1070814682, 0.2580933135, 1.4551231933, 3.5480246839, 20.1170260774, 1.0337557156]
    assert pareto_nbd.expected(PAPER, found, 39.0) == pytest.approx(expected, rel=1e-9)
    times = np.array([1.0, 26.0, 52.0, 520.0])
    new = [0.0509798432, 0.9085747887, 1.4729968034, 5.4235744852]
    assert pareto_nbd.expected_new(PAPER, times) == pytest.approx(new, rel=1e-9)


@pytest.mark.parametrize(
    ("parameters", "history", "log_likelihood", "alive"),
    [
        ((0.5533, 10.5776, 0.6062, 11.6681), (0, 0, 39), -0.52169141524751638, 0.29428288230073018),
        ((0.5533, 10.5776, 0.6062, 11.6681), (3, 3, 200), -9.2957108322246724, 8.441310754821414e-5),
        ((0.5533, 10.5776, 0.6062, 11.6681), (400, 90, 100), 143.913731344709, 2.0489578944490545e-14),
        ((0.5533, 10.5776, 0.6062, 11.6681), (2000, 600, 730), 361.09589443132315, 5.7931267025450965e-165),
        ((0.55, 10.5, 0.6, 0.02), (0, 0, 39), -0.025622302718528088, 0.0046408177990379547),
        ((0.55, 10.5, 0.6, 0.02), (1, 0.5, 39), -5.2922644997699109, 0.0099913840561350997),
        ((2, 0.05, 0.4, 30), (0, 0, 39), -7.3238295630242556, 0.0017811707862218704),
        ((2, 0.05, 0.4, 30), (3, 3, 200), -13.151227064537293, 4.2669856633441096e-8),
        ((0.05, 100, 3, 1), (26, 30.86, 31), -81.955789356243466, 0.98675057339864772),
        ((40, 200, 0.3, 500), (3, 3, 200), -11.258450575641241, 6.8605334627887689e-11),
        ((1, 1, 0.01, 0.001), (5, 7, 7), -7.7776955900467416, 1.0),
    ],
)
def test_likelihood_has_nine_digits_for_all_parameters(parameters, history, log_likelihood, alive):
    # mpmath 1.4.1, 40 digits: Fader & Hardie (2005), note 009, with both of its 2F1, for alpha above and below beta.
    one = rows(history)
    value, _ = pareto_nbd.likelihood(one)(np.array(parameters, dtype=float))
    assert value == pytest.approx(log_likelihood, rel=1e-9, abs=1e-9)
    given = dict(zip(("r", "alpha", "s", "beta"), parameters, strict=True))
    assert pareto_nbd.alive(given, one) == pytest.approx([alive], rel=1e-8, abs=0)


def test_purchases_ahead_without_an_end_are_the_papers_dert():
    # Fader, Hardie & Lee (2005), "RFM and CLV", equation (2), with Tricomi's function; 15 % a year of 52 weeks.
    delta = math.log(1.15) / 52
    found = rows((0, 0, 38.86), (2, 30.43, 38.86), (7, 20, 30), (26, 30.86, 31))
    _, _, s, beta = PAPER.values()
    stays = delta ** (s - 1) * (beta + found.observed) ** s * hyperu(s, s, delta * (beta + found.observed))
    rate = (PAPER["r"] + found.repeats) / (PAPER["alpha"] + found.observed)
    dert = pareto_nbd.alive(PAPER, found) * rate * stays
    assert pareto_nbd.discounted(PAPER, found, horizon=200 * 52, rate=0.15, year=52) == pytest.approx(dert, rel=1e-7)


def test_expected_purchases_are_smooth_where_the_notes_equation_divides_by_0():
    below, at, above = (
        pareto_nbd.expected(PAPER | {"s": s}, rows((3, 20, 30)), 52.0)[0] for s in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert below > at > above
    assert at == pytest.approx((below + above) / 2, rel=1e-11)


def test_customers_do_later_what_the_model_says_of_their_histories():
    # 60,000 customers drawn from the model's story; their means are within 4 standard errors of what it says.
    parameters = {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 12.0}
    rng = np.random.default_rng(6)
    force = math.log(1.1) / 52
    drawn = customers.pareto_nbd(rng, parameters, 60_000, rng.integers(20, 60, 60_000), 40.0, force)
    alive = pareto_nbd.alive(parameters, drawn.histories)
    expected = pareto_nbd.expected(parameters, drawn.histories, 40.0)
    discounted = pareto_nbd.discounted(parameters, drawn.histories, horizon=40.0, rate=0.1, year=52)
    x = drawn.histories.repeats
    for those in (x == 0, x == 1, (x > 1) & (alive < 0.5), (x > 1) & (alive >= 0.5), x > 8):
        for said, came in ((alive, drawn.alive), (expected, drawn.later), (discounted, drawn.worth)):
            gap = came[those] - said[those]
            assert abs(np.mean(gap)) <= 4 * np.std(gap) / math.sqrt(np.sum(those))


def test_another_unit_of_time_changes_alpha_and_beta_only(sample, fitted):
    days = pareto_nbd.fit(changed(sample, last=sample.last * 7, observed=sample.observed * 7))
    longer = {name: 7 * fitted.parameters[name] for name in ("alpha", "beta")}
    assert days.parameters == pytest.approx(fitted.parameters | longer, rel=1e-4)
    purchases = float(sample.repeats @ sample.customers)
    assert days.log_likelihood == pytest.approx(fitted.log_likelihood - purchases * math.log(7), rel=1e-12)


def test_rows_may_be_split_merged_and_in_any_order(sample, fitted):
    rng = np.random.default_rng(1)
    order = rng.permutation(2 * len(sample.repeats)) % len(sample.repeats)
    split = Histories(sample.repeats[order], sample.last[order], sample.observed[order], sample.customers[order] / 2)
    for same in (split, counted(split)):
        value, gradient = pareto_nbd.likelihood(same)(np.array(list(fitted.parameters.values())))
        assert value == pytest.approx(fitted.log_likelihood, rel=1e-12)
        assert gradient * np.array(list(fitted.errors.values())) == pytest.approx(0, abs=1e-3)
    assert pareto_nbd.alive(PAPER, split) == pytest.approx(pareto_nbd.alive(PAPER, sample)[order], rel=1e-12)


positive = st.floats(0.05, 50)
histories = st.tuples(st.integers(0, 300), st.floats(0.01, 1), st.floats(0.1, 1000)).map(
    lambda found: rows((found[0], found[1] * found[2] * (found[0] > 0), found[2]))
)


@given(st.tuples(positive, positive, positive, positive), histories, st.floats(0.1, 1000))
def test_what_is_said_of_a_customer_stays_where_it_can_be(parameters, one, ahead):
    # But for the 8th digit of an integral.
    given = dict(zip(("r", "alpha", "s", "beta"), parameters, strict=True))
    alive = pareto_nbd.alive(given, one)[0]
    assert 0 <= alive <= 1
    expected = pareto_nbd.expected(given, one, ahead)[0]
    rate = (given["r"] + one.repeats[0]) / (given["alpha"] + one.observed[0])
    assert 0 <= expected <= alive * rate * ahead * (1 + 1e-7)
    assert expected <= pareto_nbd.expected(given, one, 2 * ahead)[0] * (1 + 1e-7)
    assert pareto_nbd.discounted(given, one, horizon=ahead, rate=0.1, year=52)[0] <= expected


@given(st.tuples(positive, positive, positive, positive), histories)
def test_gradient_is_the_slope_of_the_likelihood(parameters, one):
    at, here = pareto_nbd.likelihood(one), np.array(parameters)
    value, gradient = at(here)
    for slope, place, step in zip(gradient, here, 1e-5 * np.diag(here), strict=True):
        there, back = at(here + step)[0], at(here - step)[0]
        assert slope * place == pytest.approx((there - back) / 2e-5, rel=1e-5, abs=1e-5 * (1 + abs(value)))
