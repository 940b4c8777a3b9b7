"""Closed forms of the model beside numeric integration and scipy's distributions."""

import numpy as np
import pytest
from scipy import integrate, stats

from liftledger.simulate.company import activation, calendar, expansion, tickets
from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.model import BANDS, DAY, Model
from liftledger.simulate.company.plans import CATEGORIES, PLANS
from liftledger.simulate.company.population import maturities

MODEL = Model(
    effects=Effects.parse(["ttv=-30%~10%", "activation=+8%", "tickets=-15%~20%", "expansion=+25%", "spend=+10%"])
)
MARCH = 2  # the third month of the studies


@pytest.mark.parametrize("plan", range(3))
@pytest.mark.parametrize("maturity", [0, 50, 99])
def test_share_activated_is_a_cure_model(plan, maturity):
    # From the parameters: a share ever * 1.08^strength activates, after a lognormal time with median * 0.7^(strength
    # * 0.9^2) in March; the density is integrated.
    one, strength = PLANS[plan], 1 + (maturity / 100 - 0.5)
    ever = one.activated * (0.85 + 0.3 * maturity / 100) * 1.08**strength
    median = one.hours * 0.7 ** (strength * 0.9**2)
    density = stats.lognorm(activation.SIGMA, scale=median).pdf
    found = activation.activated(MODEL, guided=True, steps=720)[plan, maturity, MARCH]
    for hours in (1, 168, 720):
        assert found[hours] == pytest.approx(ever * integrate.quad(density, 0, hours, limit=200)[0], rel=1e-8)
    assert found[0] == 0


def test_without_guidance_no_month_differs():
    found = activation.activated(MODEL, guided=False, steps=24)
    assert np.ptp(found, axis=2).max() == 0


def test_maturities_are_those_of_the_beta():
    for plan, shares in zip(PLANS, maturities(), strict=True):
        assert shares.sum() == pytest.approx(1)
        beta = stats.beta(*plan.maturity)
        assert shares[BANDS["mature"] :].sum() == pytest.approx(beta.sf(0.7))
        assert shares[37] == pytest.approx(integrate.quad(beta.pdf, 0.37, 0.38)[0])


def test_contacts_are_the_integral_of_their_rate():
    elapsed = np.array([DAY, 7 * DAY, 40 * DAY])
    for seconds, found in zip(elapsed, tickets.burdened(elapsed), strict=True):
        expected, _ = integrate.quad(lambda t: 2.5 if t < 7 * DAY else 1.0, 0, seconds, points=[7 * DAY])
        assert found == pytest.approx(expected)


def test_rates_of_tickets_take_the_effect_to_the_power_of_maturity_and_decay():
    found = tickets.rates(MODEL, personalized=True)
    assert found.shape == (3, 100, 6, len(CATEGORIES))
    assert found[1, 80, MARCH, 2] == pytest.approx(PLANS[1].tickets[2] * 0.85 ** (1.3 * 0.8**2))
    assert found[1, 50, 0, 2] == pytest.approx(PLANS[1].tickets[2] * 0.85)


def test_time_to_upgrade_is_an_offer_day_and_a_lognormal_time():
    # The offer comes 1 to 14 days after entry, each day as likely; the mean over days of scipy's distribution.
    after = stats.lognorm(expansion.SIGMA, scale=20)
    for days in (0, 1, 5, 30, 90):
        expected = np.mean([after.cdf(days - offer) for offer in range(1, 15)])
        assert expansion.upgraded_within(np.array([days * DAY]))[0] == pytest.approx(expected)


def test_refunds_come_up_to_four_weeks_after_the_upgrade():
    upgraded = [expansion.upgraded_within(np.array([(90 - lag) * DAY]))[0] for lag in range(1, 29)]
    assert expansion.refunded_within(90 * DAY) == pytest.approx(np.mean(upgraded))


def test_revenue_of_an_expansion_is_the_mean_of_whole_cents():
    # The mean of amounts rounded to the cent, summed cent by cent from the survival function:
    # E[round(X)] = sum over k >= 0 of P(X >= k + 1/2). Up to 20,000 dollars, beyond which 1e-6 of the mean is left.
    model = Model(tail=0.5)
    one = stats.lognorm(0.5, scale=120.0 * 100)
    cents = one.sf(np.arange(2_000_000) + 0.5).sum()
    assert expansion.dollars(model, treated=False)[0, 0] == pytest.approx(cents / 100, rel=1e-6)
    assert expansion.dollars(MODEL, treated=True)[0, 0] == pytest.approx(
        1.1 * expansion.dollars(MODEL, treated=False)[0, 0]
    )


def test_entry_days_add_up():
    # All accounts enter but those founded in the last two weeks: half a year is longer than the roll-out.
    founded, entered = calendar.founded(MODEL), calendar.entered(MODEL)
    assert founded.sum() == pytest.approx(1)
    assert entered.sum() == pytest.approx(1 - founded[-14:].sum())


def test_users_join_at_their_accounts_founding_or_whole_weeks_later():
    founded, signed_up = calendar.founded(MODEL), calendar.signed_up(MODEL)
    expected = sum(0.4 * 0.6**weeks * founded[200 - 7 * weeks] for weeks in range(29))
    assert signed_up[200] == pytest.approx(expected)
