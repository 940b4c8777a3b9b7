"""The summary over all that is uncertain: one interval, one probability of a loss, and the closed form beside them."""

from decimal import Decimal

import numpy as np
import pytest

from liftledger.domain.cash import Exact
from liftledger.domain.value import Cost, Given
from liftledger.finance.case import money
from tests.finance.lines import case, interval, line, measured, number

RANGE = {"units": Given(Decimal(50), Decimal(130))}
BUILD = Cost("build", "engineering", once=Decimal(4500), given={"once": Given(Decimal(4000), Decimal(7000))})
YEAR = sum(1.1 ** (-t / 12) for t in range(1, 13))


def priced(costs=(BUILD,), **given):
    one = measured(line(given=given), interval(5.0, 1.0))
    return money(case([one.line], costs=costs), "USD", 0.9, [one])


def by_hand(draws=400_000):
    """100 units in a range of 50 to 130, effects of 5 +- 1, a year at 10 %, against 4,500 within 4,000 to 7,000."""
    rng = np.random.default_rng(20240501)
    units, cost = rng.triangular(50, 100, 130, draws), rng.triangular(4000, 4500, 7000, draws)
    return rng.normal(5, 1, draws) * units * YEAR, cost


def test_where_ranges_are_declared_every_interval_is_that_of_the_draws():
    found = priced(units=RANGE["units"])
    total, (benefits, costs) = found.summary, by_hand()
    drawn = {"npv": benefits - costs, "benefits": benefits, "costs": costs, "roi": benefits / costs - 1}
    for name, values in drawn.items():
        answer, spread = getattr(total, name).answer, values.std()
        low, high = np.quantile(values, [0.05, 0.95])
        # 20,000 draws: an end is off by about 2 % of the sd (sqrt(0.05 x 0.95 / 20,000) / density of 0.1), thrice that
        assert (answer.low, answer.high) == pytest.approx((low, high), abs=0.06 * spread), name
        assert answer.se == pytest.approx(spread, rel=0.03), name
    assert number(total.npv) == pytest.approx(500 * YEAR - 4500)  # of every input as declared
    below = np.mean(drawn["npv"] < 0)
    assert 0.1 < below < 0.9
    assert number(total.p_negative) == pytest.approx(below, abs=4 * (below * (1 - below) / 20_000) ** 0.5)


def test_the_summary_the_simulation_and_the_decision_say_the_same():
    found = priced(units=RANGE["units"])
    run, npv = found.simulation, found.summary.npv.answer
    assert (npv.low, npv.high, npv.se) == tuple(run.number(name) for name in ("low", "high", "sd"))
    assert found.summary.p_negative.answer == run.p_negative.answer
    gain = f"{100 * (1 - run.number('p_negative')):.0f}%"
    assert f"the NPV is above 0 with a probability of {gain}" in found.decision.text
    assert found.decision.evpi.inputs == {"mean": "money.simulation.mean", "sd": "money.simulation.sd"}
    for figure in (found.summary.npv, found.summary.p_negative, run.p5):
        assert {"draws": "20000", "seed": "20260101"}.items() <= figure.inputs.items()
        assert figure.inputs["drawn"] == "studies.test.luck, lines.sales.units, costs.build.once"


def test_the_closed_form_knows_the_effects_alone():
    ranged, plain = priced(units=RANGE["units"]), priced(costs=(Cost("build", "engineering", once=Decimal(4500)),))
    for name in ("npv", "benefits", "roi", "p_negative"):
        assert getattr(ranged.closed_form, name).answer == getattr(plain.closed_form, name).answer
    assert ranged.closed_form.npv.answer.se == pytest.approx(100 * YEAR)
    assert ranged.summary.npv.answer.se > ranged.closed_form.npv.answer.se


def test_where_the_effects_alone_are_uncertain_the_closed_form_is_exact_and_is_the_summarys():
    found = priced(costs=(Cost("build", "engineering", once=Decimal(4500)),))
    assert not found.simulation.beyond_luck
    for name in ("npv", "benefits", "roi", "p_negative"):
        assert getattr(found.summary, name).answer == getattr(found.closed_form, name).answer
    assert isinstance(found.summary.costs.answer, Exact)


def test_what_is_certain_in_every_draw_has_no_interval():
    found = priced(costs=(Cost("build", "engineering", once=Decimal(4500)),), units=RANGE["units"])
    assert isinstance(found.summary.costs.answer, Exact)
    assert found.simulation.beyond_luck
