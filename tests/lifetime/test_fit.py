"""The search for the most likely parameters: a part of the customers shows where, and never what."""

import numpy as np
import pytest

from liftledger.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from liftledger.lifetime.fit import Fit, Space, maximum
from liftledger.lifetime.histories import PART, growing
from tests.lifetime import customers

SPACE = Space("a model", {"mean": 1.0}, {"mean": "how much"})
CUSTOMERS = 3 * PART


def about(mean, customers=400.0):
    """The likelihood of a normal mean's log around that of another; its customers tell it to 1 in their root."""

    def at(parameters):
        apart = np.log(parameters / mean)
        return float(-customers * apart @ apart / 2), -customers * apart / parameters

    return at


def nothing(parameters):
    return 0.0, np.zeros(len(parameters))


def two_peaks(parameters):
    """The higher one at 20, the lower one at 1."""
    one, other = about(1.0)(parameters), about(20.0)(parameters)
    heights = np.array([one[0], other[0] + 5])
    shares = np.exp(heights - heights.max())
    slope = (shares[0] * one[1] + shares[1] * other[1]) / shares.sum()
    return float(heights.max() + np.log(shares.sum())), slope


def drawn(model):
    """Customers, more than are searched at first."""
    rng, number = np.random.default_rng(3), 3 * PART
    if model is gamma_gamma:
        return customers.spending(rng, {"p": 6.25, "q": 3.74, "gamma": 15.44}, number)
    observed = rng.uniform(20, 60, number)
    if model is bg_nbd:
        return customers.bg_nbd(rng, {"r": 0.6, "alpha": 8.0, "a": 0.8, "b": 2.5}, number, observed).histories
    return customers.pareto_nbd(rng, {"r": 0.6, "alpha": 8.0, "s": 0.6, "beta": 12.0}, number, observed).histories


@pytest.mark.parametrize("model", [bg_nbd, pareto_nbd, gamma_gamma], ids=lambda model: model.MODEL)
def test_many_customers_have_the_parameters_that_are_found_without_a_part_of_them(model, monkeypatch):
    found = drawn(model)
    assert len(growing(found)) == 2
    fitted = model.fit(found)
    monkeypatch.setattr(model, "growing", lambda rows: (rows,))
    whole = model.fit(found)
    assert fitted.parameters == pytest.approx(whole.parameters, rel=1e-5)
    assert fitted.errors == pytest.approx(whole.errors, rel=1e-5)
    assert fitted.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-12)


def test_the_answer_is_that_of_all_customers_where_a_part_of_them_says_another():
    found = maximum(SPACE, [about(3.0, 40.0), about(2.0)], [[1.0]], 400)
    assert isinstance(found, Fit)
    assert found.parameters["mean"] == pytest.approx(2.0) and found.errors["mean"] == pytest.approx(0.1, rel=1e-6)


def test_a_part_shows_which_peak_is_meant():
    starts = [[0.9], [22.0]]
    for part, mean in ((about(1.1, 40.0), 1.0), (about(19.0, 40.0), 20.0)):
        assert maximum(SPACE, [part, two_peaks], starts, 400).parameters["mean"] == pytest.approx(mean)


def test_a_part_that_tells_nothing_leaves_every_start():
    found = maximum(SPACE, [nothing, two_peaks], [[0.9], [22.0]], 400)
    assert found == maximum(SPACE, [two_peaks], [[0.9], [22.0]], 400)
    assert found.parameters["mean"] == pytest.approx(20.0)
