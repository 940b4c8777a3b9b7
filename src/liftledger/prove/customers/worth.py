"""What customers who buy are expected to bring from now on: purchases by one model, what each is worth by another."""

from functools import cache

import numpy as np

from liftledger.domain.customer_value import Worth
from liftledger.domain.customers import Purchases
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.instant import DAY
from liftledger.lifetime import gamma_gamma
from liftledger.lifetime.averages import average
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers
from liftledger.prove.customers.models import Fitted

YEAR = 365 * DAY
NO_AMOUNT = "the base declares no amount, so purchases are counted and not valued"


def worth(base: Purchases, fitted: Fitted, *, unit: float, confidence: float) -> Worth:
    """Averages over the customers of a group; `unit` is what an amount's 1 is worth in major units."""
    histories, buying, spending = fitted.histories, fitted.buying, fitted.spending
    customers = int(histories.customers.sum())
    if isinstance(buying, NoEstimate):
        return Worth(fitted.group, customers, buying, buying, _money(spending) or buying, buying)
    model, ahead = fitted.model, base.terms.horizon / base.grid
    alive = average(
        [buying], lambda p: model.alive(p, histories), histories.customers, confidence=confidence, share=True
    )
    purchases = average(
        [buying], lambda p: model.expected(p, histories, ahead), histories.customers, confidence=confidence
    )
    note = "" if model.MODEL == "BG/NBD" else f"By {model.MODEL}, as BG/NBD has no parameters here."
    return Worth(
        fitted.group,
        customers,
        alive,
        purchases,
        _spend(fitted, unit, confidence),
        value(base, fitted, unit=unit, confidence=confidence),
        note,
    )


def value(base: Purchases, fitted: Fitted, *, unit: float, confidence: float) -> Answer:
    """Discounted value over the horizon, per customer, with an interval about these very customers."""
    buying, spending = fitted.buying, fitted.spending
    if reason := unvalued(fitted):
        return reason
    assert isinstance(buying, Fit) and isinstance(spending, Fit)

    @cache
    def purchases(*of_buying: tuple[str, float]) -> Numbers:
        return discounted(base, fitted, dict(of_buying))

    def said(of_buying: dict[str, float], of_spending: dict[str, float]) -> Numbers:
        return margin(base) * purchases(*of_buying.items()) * _expected_spend(of_spending, fitted, unit)

    return average([buying, spending], said, fitted.histories.customers, confidence=confidence)


def unvalued(fitted: Fitted) -> NoEstimate | None:
    """Why purchases to come have no value, where they have none."""
    if isinstance(fitted.buying, NoEstimate):
        return fitted.buying
    return None if isinstance(fitted.spending, Fit) else fitted.spending or NoEstimate(NO_AMOUNT)


def discounted(base: Purchases, fitted: Fitted, parameters: dict[str, float]) -> Numbers:
    """Of each distinct history the purchases expected in the horizon, each at its present value."""
    ahead, year = base.terms.horizon / base.grid, YEAR / base.grid
    found: Numbers = fitted.model.discounted(
        parameters, fitted.histories, horizon=ahead, rate=base.terms.discount, year=year
    )
    return found


def margin(base: Purchases) -> float:
    """What is left of an amount's 1; where no margin is declared, all of it."""
    return 1.0 if base.terms.margin is None else base.terms.margin


def _spend(fitted: Fitted, unit: float, confidence: float) -> Answer | None:
    spending = fitted.spending
    if not isinstance(spending, Fit):
        return spending
    customers = fitted.histories.customers
    return average([spending], lambda p: _expected_spend(p, fitted, unit), customers, confidence=confidence)


def _expected_spend(parameters: dict[str, float], fitted: Fitted, unit: float) -> Numbers:
    """Of the customers with each history, on average: it is linear in what each has spent."""
    repeats, customers = fitted.histories.repeats, fitted.histories.customers
    totals = np.asarray(fitted.columns["total"], dtype=np.float64) * unit
    means = totals / (customers * np.maximum(repeats, 1))
    return gamma_gamma.expected_spend(parameters, repeats, means)


def _money(spending: Fit | NoEstimate | None) -> Answer | None:
    return spending if isinstance(spending, NoEstimate) else None


def each(base: Purchases, fitted: Fitted) -> dict[str, Numbers]:
    """Columns by distinct history: what is expected of a customer who has it; there is a model of purchases."""
    buying, model, found = fitted.buying, fitted.model, fitted.histories
    columns = fitted.columns
    assert isinstance(buying, Fit)
    return {
        **{name: np.asarray(columns[name]) for name in ("repeats", "last", "observed")},
        "alive": model.alive(buying.parameters, found),
        "purchases": model.expected(buying.parameters, found, base.terms.horizon / base.grid),
        "discounted": discounted(base, fitted, buying.parameters),
    }
