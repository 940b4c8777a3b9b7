"""Agreement of sBG with tenures: worked by hand, against records that it fits and does not fit, and its promise."""

import csv

import numpy as np
import pytest
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime import sbg
from liftledger.lifetime.agreement import agreement
from liftledger.lifetime.fit import Fit
from tests.data import data
from tests.lifetime.tenures import drawn, fader_and_hardie, of_customers, of_survivors

EVEN = Fit("sBG", {"alpha": 1.0, "beta": 1.0}, ((0.1, 0.0), (0.0, 0.1)), 0.0, 100.0)  # 1/2, 1/3, 1/4, ... leave


def test_four_years_worked_by_hand():
    # Of 120, 50, 40 and 24 at risk 70, 10, 16 and 6 left; 60, 50/3, 10 and 4.8 were expected, the last two in one cell:
    # 10^2 / 30 + (20/3)^2 / (100/9) + 7.2^2 / (7.5 + 3.84).
    found = agreement(EVEN, of_survivors([120, 50, 40, 24, 18]))
    chi2 = 100 / 30 + (20 / 3) ** 2 / (100 / 9) + 7.2**2 / 11.34
    assert (found.chi2, found.dof) == (pytest.approx(chi2), 1)
    assert found.p_value == pytest.approx(stats.chi2.sf(chi2, 1))
    assert (found.since, found.observed) == (2, pytest.approx(32 / 114))
    assert found.expected == pytest.approx((50 / 3 + 14.8) / 114)


def test_years_that_the_model_describes_give_no_warning():
    tenures = of_survivors(fader_and_hardie("regular")[:8])
    assert agreement(sbg.fit(tenures), tenures).warning is None


def test_telcos_customers_leave_again_after_years():
    # By Kaplan-Meier 13 % of those on monthly contracts are there after 72 months; sBG has 36 %.
    with data("telco_customer_churn.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["Contract"] == "Month-to-month"]
    tenures = of_customers([int(row["tenure"]) for row in rows], [row["Churn"] == "Yes" for row in rows])
    fit = sbg.fit(tenures)
    found = agreement(fit, tenures)
    assert sbg.survival(fit, np.array([72.0]))[0] == pytest.approx(0.361, abs=5e-4)
    assert found.observed > 1.3 * found.expected
    assert found.warning.startswith("customers did not leave as the model has it (chi-square ")


def test_customers_of_the_model_are_doubted_as_often_as_it_says():
    # 200 bases, the central 99.99 % of Binomial(200, 0.05) at 5 %.
    rng = np.random.default_rng(20240727)
    doubted = 0
    for _ in range(200):
        tenures = drawn(rng, 0.8, 4.0, 1500, rng.integers(4, 13, 1500))
        doubted += agreement(sbg.fit(tenures), tenures).p_value < 0.05
    fewest, most = stats.binom.interval(0.9999, 200, 0.05)
    assert fewest <= doubted <= most


def test_few_leavers_say_nothing_of_the_model():
    assert agreement(EVEN, of_survivors([12, 7, 5, 4])) == NoEstimate(
        "too few customers left in too few periods to tell whether they left as the model has it"
    )
