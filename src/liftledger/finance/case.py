"""The business case: from what was measured and what finance declared to money, or to the reason why there is none."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from liftledger.domain.cash import BenefitLine, CostLine, Money, Month, Summary
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.value import Value
from liftledger.finance import remark
from liftledger.finance.benefit import benefit, refused
from liftledger.finance.cash_flow import cash_flow
from liftledger.finance.cost import cost_line, hidden, present_cost
from liftledger.finance.measured import Measured, broken_study
from liftledger.finance.npv import discount_factors
from liftledger.finance.price import Price, price
from liftledger.finance.reconciliation import beside, exclusions, reconciliations, reconciling
from liftledger.finance.summary import nothing, summary
from liftledger.finance.workings import workings


def money(value: Value, currency: str, confidence: float, measured: Sequence[Measured]) -> Money:
    """The whole case, its lines in the order of `measured`. A line that is refused counts as nothing and says so.

    Where a check failed in any study, there is no money at all: the other lines alone would be another case.
    """
    factors = discount_factors(float(value.discount), value.months)
    costs = tuple(cost_line(cost, value, factors, currency) for cost in value.costs)
    broken = list(dict.fromkeys(one.line.study for one in measured if one.broken))
    if broken:
        why = broken_study(broken)
        lines = tuple(refused(one, currency, (one.broken and one.refusals) or (f"{why}.",)) for one in measured)
        costs = tuple(hidden(cost, NoEstimate(why)) for cost in costs)
        return _money(value, (f"{why}.",), lines, costs, (), nothing(currency, NoEstimate(why)))
    left_out = {one.line.name: (*one.against, *one.cautions) for one in measured if one.against}
    prices = {
        one.line.name: price(one, one.effect, value, factors, confidence)
        for one in measured
        if not one.against and isinstance(one.effect, Interval)
    }
    spent = {cost.name: present_cost(cost, factors) for cost in value.costs}
    programs = beside(price.line for price in prices.values())
    lines = _lines(measured, prices, programs, value, currency, math.fsum(spent.values()))
    if not prices:
        why = remark.nothing_priced(left_out)
        return _money(value, (f"{why}.",), lines, costs, (), nothing(currency, NoEstimate(why)))
    priced = [price for name, price in prices.items() if name not in programs]
    flow = cash_flow(priced, value, factors)
    reasons = remark.of_case(priced, left_out)
    found = _money(value, reasons, lines, costs, flow, summary(priced, spent, flow, currency, confidence))
    return msgspec.structs.replace(
        found,
        workings=workings(priced, value, currency),
        exclusions=tuple(exclusions(lines, {one.line.name: one.line for one in measured})),
        reconciliations=reconciliations(lines, currency, confidence),
    )


def _lines(
    measured: Sequence[Measured],
    prices: Mapping[str, Price],
    programs: Mapping[str, str],
    value: Value,
    currency: str,
    costs: float,
) -> tuple[BenefitLine, ...]:
    """`programs`: lines that only reconcile, with the one that counts in their place."""
    counted = [price for name, price in prices.items() if name not in programs]

    def line(one: Measured) -> BenefitLine:
        own = prices.get(one.line.name)
        if own is None:
            return refused(one, currency, (*one.against, *one.cautions))
        others = math.fsum(price.present_value for price in counted if price is not own)
        found = benefit(own, value, currency, costs - others, remark.of_line(own))
        program = programs.get(found.name)
        return found if program is None else reconciling(found, program)

    return tuple(map(line, measured))


def _money(
    value: Value,
    reasons: tuple[str, ...],
    lines: tuple[BenefitLine, ...],
    costs: tuple[CostLine, ...],
    flow: tuple[Month, ...],
    total: Summary,
) -> Money:
    margin = None if value.margin is None else float(value.margin)
    return Money(value.months, float(value.discount), margin, reasons, lines, costs, flow, total)
