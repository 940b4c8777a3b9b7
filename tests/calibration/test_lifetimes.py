"""Parameters of the models of customers are recovered from customers drawn from them, and their intervals hold them.

Few sets of customers in `make test`; `make soak` takes 1,000 of each model. Seeds are fixed: a run is the same each
time.
"""

import os

import numpy as np
import pytest
from scipy.stats import binom, norm

from liftledger.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from liftledger.lifetime.averages import average
from tests.lifetime import customers

SETS = int(os.environ.get("LIFTLEDGER_CUSTOMER_BASES", "40"))
CUSTOMERS = 4000
AHEAD = {"horizon": 52.0, "rate": 0.1, "year": 52.0}
NOW = 0.997  # how often a right method passes a test of one number


def bought(model, draw, parameters, rng):
    """Fit, and the interval of the mean discounted purchases ahead with what it is at the true parameters."""
    histories = draw(rng, parameters, CUSTOMERS, rng.uniform(26, 104, CUSTOMERS)).histories
    fit = model.fit(histories)
    truth = model.discounted(parameters, histories, **AHEAD) @ histories.customers / CUSTOMERS
    return fit, average([fit], lambda one: model.discounted(one, histories, **AHEAD), histories.customers), truth


def spent(parameters, rng):
    """Fit, and the interval of the mean spend with what it is at the true parameters."""
    spending = customers.spending(rng, parameters, CUSTOMERS)
    fit, mean = gamma_gamma.fit(spending), spending.total / spending.repeats
    truth = gamma_gamma.expected_spend(parameters, spending.repeats, mean) @ spending.customers / CUSTOMERS
    said = average([fit], lambda one: gamma_gamma.expected_spend(one, spending.repeats, mean), spending.customers)
    return fit, said, truth


@pytest.mark.parametrize(
    ("parameters", "measure"),
    [
        (
            {"r": 0.8, "alpha": 6.0, "a": 1.2, "b": 3.0},
            lambda parameters, rng: bought(bg_nbd, customers.bg_nbd, parameters, rng),
        ),
        (
            {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 12.0},
            lambda parameters, rng: bought(pareto_nbd, customers.pareto_nbd, parameters, rng),
        ),
        ({"p": 6.0, "q": 4.0, "gamma": 15.0}, spent),
    ],
    ids=["BG/NBD", "Pareto/NBD", "Gamma-Gamma"],
)
def test_parameters_are_recovered_and_intervals_of_95_percent_hold_them_as_often(parameters, measure):
    # The mean error is within what chance does to it, and misses are within the central 99.7 % of a binomial.
    true, z = np.array(list(parameters.values())), norm.ppf(0.975)
    found, errors, held, gaps = [], [], [], []
    for seed in range(SETS):
        fit, said, truth = measure(parameters, np.random.default_rng((6, seed)))
        found.append(list(fit.parameters.values()))
        errors.append(list(fit.errors.values()))
        held.append(said.low <= truth <= said.high)
        gaps.append(said.value - truth)
    inside = np.abs(np.log(found / true)) <= z * np.array(errors) / found
    bias = np.log(found / true)
    off = np.mean(bias, axis=0) / (np.std(bias, axis=0) / np.sqrt(SETS))
    print(
        f"\n{SETS} sets; intervals hold {dict(zip(parameters, np.mean(inside, axis=0), strict=True))}, the mean "
        f"{np.mean(held):.3f}; mean errors over theirs {np.round(off, 2)}, {np.mean(gaps):.2g}"
    )
    fewest, most = binom.interval(NOW, SETS, 0.95)
    assert [name for name, n in zip(parameters, np.sum(inside, axis=0), strict=True) if not fewest <= n <= most] == []
    assert fewest <= sum(held) <= most
    assert np.all(np.abs(off) <= norm.ppf((1 + NOW) / 2) + 0.1 * np.sqrt(SETS / 40))
