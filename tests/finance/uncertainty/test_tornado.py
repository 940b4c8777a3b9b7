"""The tornado: one input at a time, at its 10 % and 90 % points."""

from decimal import Decimal

import pytest
from scipy import stats

from liftledger.domain.value import Cost, Given
from liftledger.finance.uncertainty.tornado import tornado
from tests.finance.lines import interval, line, measured, worked

RANGES = {
    "units": Given(low=Decimal(80), high=Decimal(150)),
    "decay": Given(low=Decimal(0), high=Decimal("0.2")),
    "worth": Given(low=Decimal(3), high=Decimal(3)),  # no room in it
}
COSTS = (
    Cost("build", "engineering", once=Decimal(2000), given={"once": Given(low=Decimal(1900), high=Decimal(2100))}),
)


def case(**changed):
    declared = {"worth": Decimal(3), "decay": Decimal("0.1"), "given": RANGES} | changed
    return worked(measured(line(**declared), interval(5.0, 2.0)), costs=COSTS)


def bars():
    return {bar.input: bar for bar in tornado(case().workings)}


def test_each_uncertain_input_has_a_bar_and_no_other():
    assert set(bars()) == {"studies.test.luck", "lines.sales.units", "lines.sales.decay", "costs.build.once"}


def test_the_widest_comes_first():
    widths = [abs(bar.npv_high - bar.npv_low) for bar in tornado(case().workings)]
    assert widths == sorted(widths, reverse=True)


def test_ends_are_the_10_and_90_percent_points():
    low, high = stats.triang.ppf([0.1, 0.9], (100 - 80) / 70, 80, 70)
    units, luck = bars()["lines.sales.units"], bars()["studies.test.luck"]
    assert (units.low, units.high) == pytest.approx((low, high), rel=1e-12)
    assert (luck.low, luck.high) == pytest.approx(tuple(stats.norm.ppf([0.1, 0.9])), rel=1e-12)


def test_the_npv_is_that_of_the_case_with_this_input_alone_changed():
    units, decay, once = (bars()[name] for name in ("lines.sales.units", "lines.sales.decay", "costs.build.once"))
    for bar, key in ((units, "units"), (decay, "decay")):
        for value, npv in ((bar.low, bar.npv_low), (bar.high, bar.npv_high)):
            changed = case(**{key: Decimal(repr(value))})
            assert npv == pytest.approx(changed.known("summary.npv"), rel=1e-9)
    assert once.npv_low - once.npv_high == pytest.approx(once.high - once.low, rel=1e-9)
    assert decay.npv_low > decay.npv_high


def test_a_case_without_uncertainty_has_none():
    exact = worked(measured(line(), interval(5.0, 0.0)))
    (luck,) = tornado(exact.workings)
    assert (luck.npv_low, luck.npv_high) == (exact.known("summary.npv"),) * 2
