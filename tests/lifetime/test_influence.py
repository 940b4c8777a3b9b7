"""How an average over units varies with the units that came, each fact by another way."""

import math

import numpy as np
import pytest

from liftledger.domain.estimate import Interval
from liftledger.lifetime import bg_nbd, gamma_gamma, pareto_nbd
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Histories, Spending
from liftledger.lifetime.influence import Stage, average_of_units, influence, scores
from tests.lifetime import cdnow, customers

BUYING = {"r": 0.9, "alpha": 8.0, "a": 1.0, "b": 3.0}
RESAMPLES = 200
SPEND = {"p": 6.0, "q": 4.0, "gamma": 15.0}


def one_of(columns, row):
    """A customer of a row, alone."""
    of = type(columns)
    found = {name: getattr(columns, name)[row : row + 1] for name in of.__struct_fields__}
    return of(**found | {"customers": np.ones(1)})


def told(model, parameters, columns):
    if model is gamma_gamma:
        return gamma_gamma.log_likelihoods(parameters, columns.repeats, columns.total)
    return model.log_likelihoods(parameters, columns)


def fitted(model):
    """CDNOW's customers."""
    columns = cdnow.spending() if model is gamma_gamma else cdnow.histories()
    return columns, model.fit(columns)


@pytest.mark.parametrize("model", (bg_nbd, pareto_nbd, gamma_gamma))
def test_log_likelihoods_of_customers_add_up_to_what_is_maximised(model):
    columns, fit = fitted(model)
    for factor in (1.0, 0.7, 1.6):
        parameters = {name: factor * size for name, size in fit.parameters.items()}
        whole = model.likelihood(columns)(np.array(list(parameters.values())))[0]
        assert told(model, parameters, columns) @ columns.customers == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("model", (bg_nbd, pareto_nbd, gamma_gamma))
def test_scores_are_gradients_of_each_customers_likelihood_and_add_up_to_0_at_the_maximum(model):
    columns, fit = fitted(model)
    found = scores(Stage(fit, lambda moved: told(model, moved, columns), lambda _: 0.0))
    sizes = np.array(list(fit.parameters.values()))
    for row in range(0, len(columns.repeats), len(columns.repeats) // 20):
        assert found[:, row] * sizes == pytest.approx(
            model.likelihood(one_of(columns, row))(sizes)[1] * sizes, rel=1e-6, abs=1e-7
        )
    # A step of a thousandth of a standard error would leave a thousandth of the information: sum / error = 0.001.
    summed = np.sum(found * columns.customers, axis=1)
    assert np.max(np.abs(summed * np.array(list(fit.errors.values())))) < 1e-3


def test_a_mean_by_its_own_model_varies_as_a_sample_mean_does():
    # Exponential amounts: the likeliest mean m is the sample's, information n / m^2, and a unit's score (x - m) / m^2.
    # A model that says m of each of n customers among N units says the sum of x over N: an average like any other.
    amounts = np.random.default_rng(3).exponential(4.0, 300)
    m, n, units = float(np.mean(amounts)), 300, 1000
    fit = Fit("exponential", {"m": m}, ((m**2 / n,),), 0.0, n)
    stage = Stage(fit, lambda one: -np.log(one["m"]) - amounts / one["m"], lambda one: one["m"] * n / units)
    found = average_of_units(np.full(n, m), np.ones(n), units, [stage])
    each = np.append(amounts, np.zeros(units - n))
    assert (found.value, found.se) == pytest.approx((np.mean(each), np.std(each) / math.sqrt(units)), rel=1e-6)


def test_without_models_it_is_the_variance_of_a_mean():
    found = average_of_units(np.array([3.0, 5.0]), np.array([2.0, 1.0]), 4, [])
    each = np.array([3.0, 3.0, 5.0, 0.0])
    assert (found.value, found.se) == pytest.approx((np.mean(each), np.std(each) / 2))
    assert found.low < found.value < found.high
    assert average_of_units(np.zeros(2), np.ones(2), 4, []) == Interval(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("model", (bg_nbd, pareto_nbd))
def test_a_few_customers_more_or_less_move_the_mean_of_models_fitted_anew_by_their_influence(model):
    columns, fit = fitted(model)
    whole = float(np.sum(columns.customers))

    def mean(moved, customers_):
        return float(model.expected(moved, columns, 39.0) @ customers_ / whole)

    def with_more(row, customers_):
        changed = columns.customers + np.where(np.arange(len(columns.repeats)) == row, customers_, 0)
        found = customers.changed(columns, customers=changed)
        return mean(model.fit(found).parameters, changed)

    by_fit = influence(
        Stage(
            fit,
            lambda moved: model.log_likelihoods(moved, columns),
            lambda moved: mean(moved, columns.customers),
        )
    )
    each = by_fit + model.expected(fit.parameters, columns, 39.0) / whole
    for row in (0, len(each) // 2, len(each) - 1):
        assert (with_more(row, 0.5) - with_more(row, -0.5)) == pytest.approx(each[row], rel=0.02)


# ------------------------------------------------------------------------------------------- a shop, by BG/NBD


def shop(buyers=800):
    """Histories with what each customer spent on repeat purchases."""
    rng = np.random.default_rng(4)
    found = customers.bg_nbd(rng, BUYING, buyers, 39.0).histories
    scale = 1 / rng.gamma(SPEND["q"], 1 / SPEND["gamma"], buyers)
    return found, rng.gamma(SPEND["p"] * np.maximum(found.repeats, 1), scale)


def fits_of(histories, totals):
    again = histories.repeats > 0
    spending = Spending(histories.repeats[again], totals[again], histories.customers[again])
    return bg_nbd.fit(histories), gamma_gamma.fit(spending)


def expected(buying, spending, histories, totals):
    spend = gamma_gamma.expected_spend(spending, histories.repeats, totals / np.maximum(histories.repeats, 1))
    return bg_nbd.discounted(buying, histories, horizon=52.0, rate=0.1, year=52.0) * spend


def measured(histories, totals, units):
    """The average over units, a row a customer or some of them."""
    fits = fits_of(histories, totals)
    buying, spending = (one.parameters for one in fits)
    again = histories.repeats > 0

    def often(moved):
        return bg_nbd.log_likelihoods(moved, histories)

    def mean(often, much):
        return float(expected(often, much, histories, totals) @ histories.customers / units)

    def spent(moved):
        found = np.zeros(len(again))
        found[again] = gamma_gamma.log_likelihoods(moved, histories.repeats[again], totals[again])
        return found

    stages = (
        Stage(fits[0], often, lambda moved: mean(moved, spending)),
        Stage(fits[1], spent, lambda moved: mean(buying, moved)),
    )
    values = expected(buying, spending, histories, totals)
    return average_of_units(values, histories.customers, units, stages)


def test_the_error_is_that_of_shops_resampled_and_fitted_anew():
    histories, totals = shop()
    units, buyers, rng = 1000, len(totals), np.random.default_rng(5)
    found = measured(histories, totals, units)
    means = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(rng.integers(0, units, units), minlength=units)[:buyers]  # the last ones bought nothing
        some = drawn > 0
        of = customers.changed(histories, customers=drawn.astype(float))
        part = Histories(*(getattr(of, name)[some] for name in Histories.__struct_fields__))
        buying, spending = (one.parameters for one in fits_of(part, totals[some]))
        means.append(expected(buying, spending, part, totals[some]) @ part.customers / units)
    assert found.se == pytest.approx(np.std(means), rel=4 / math.sqrt(2 * RESAMPLES))


def test_twice_the_units_have_half_the_variance():
    histories, totals = shop()
    once = measured(histories, totals, 1000)
    twice = measured(customers.changed(histories, customers=2 * histories.customers), totals, 2000)
    assert (twice.value, twice.se) == pytest.approx((once.value, once.se / math.sqrt(2)), rel=1e-5)


def test_rows_that_are_split_or_in_another_order_change_nothing():
    histories, totals = shop()
    once = measured(customers.changed(histories, customers=3 * histories.customers), totals, 2500)
    order = np.random.default_rng(6).permutation(np.repeat(np.arange(len(totals)), 2))
    split = Histories(*(getattr(histories, name)[order] for name in Histories.__struct_fields__))
    first = np.zeros(len(order), bool)
    first[np.unique(order, return_index=True)[1]] = True
    found = measured(customers.changed(split, customers=np.where(first, 1.0, 2.0)), totals[order], 2500)
    assert (found.value, found.se, found.low, found.high) == pytest.approx(
        (once.value, once.se, once.low, once.high), rel=1e-5
    )


def test_units_apart_from_their_rows_mean_are_as_if_each_had_a_row():
    each = np.array([3.0, 9.0, 5.0, 0.0])
    found = average_of_units(np.array([6.0, 5.0]), np.array([2.0, 1.0]), 4, [], apart=18.0)
    assert (found.value, found.se) == pytest.approx((np.mean(each), np.std(each) / 2))


def test_units_outside_the_average_move_it_through_the_fit_only():
    # Exponential waiting times tell m, and the average is over those who wait still: m is expected of each of them.
    amounts = np.random.default_rng(3).exponential(4.0, 300)
    m, n = float(np.mean(amounts)), 300
    fit = Fit("exponential", {"m": m}, ((m**2 / n,),), 0.0, n)
    stage = Stage(fit, lambda one: -np.log(one["m"]) - amounts / one["m"], lambda one: one["m"])
    inside = (np.arange(n) < 100).astype(float)
    found = average_of_units(np.full(n, m), np.ones(n), 100, [stage], among=inside)
    assert (found.value, found.se) == pytest.approx((m, np.std(amounts) / math.sqrt(n)), rel=1e-6)
