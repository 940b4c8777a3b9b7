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

SETS = int(os.environ.get("LIFTLEDGER_CUSTOMER_BASES", "20"))
CUSTOMERS = 4000
AHEAD = {"horizon": 52.0, "rate": 0.1, "year": 52.0}


def bought(model, draw, parameters, rng):
    """Fit, and the interval of the mean discounted purchases ahead with what it is at the true parameters."""
    histories = draw(rng, parameters, CUSTOMERS, 4.0 * rng.integers(7, 27, CUSTOMERS)).histories
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
    # Intervals are those of the logs. Misses are within the central 99.7 % of a binomial; the mean error is within
    # three of its own and a tenth of one set's, since the bias of maximum likelihood is of the order 1 / customers.
    true, z = np.array(list(parameters.values())), norm.ppf(0.975)
    found, errors, held = [], [], []
    for seed in range(SETS):
        fit, said, truth = measure(parameters, np.random.default_rng((6, seed)))
        found.append(list(fit.parameters.values()))
        errors.append([fit.errors[name] / fit.parameters[name] for name in parameters])
        held.append(said.low <= truth <= said.high)
    off = np.log(np.array(found) / true)
    inside = np.column_stack((np.abs(off) <= z * np.array(errors), held))
    bias, spread = np.mean(off, axis=0), np.std(off, axis=0)
    print(f"\n{SETS} sets of {CUSTOMERS} customers")
    print(
        "held by 95 % intervals:", dict(zip((*parameters, "mean ahead"), np.mean(inside, axis=0).tolist(), strict=True))
    )
    print("bias in errors of a set:", dict(zip(parameters, np.round(bias / spread, 3).tolist(), strict=True)))
    fewest, most = binom.interval(0.997, SETS, 0.95)
    assert np.all((fewest <= np.sum(inside, axis=0)) & (np.sum(inside, axis=0) <= most))
    assert np.all(np.abs(bias) <= spread * (3 / np.sqrt(SETS) + 0.1))
