"""What the case comes to."""

import math
from collections.abc import Mapping, Sequence

from liftledger.domain.cash import Figure, Month, Summary
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.figure import Input, figure, scaled
from liftledger.finance.irr import Rate, annual, irr
from liftledger.finance.normal import chance_below_zero, interval
from liftledger.finance.payback import Payback, payback
from liftledger.finance.price import Price
from liftledger.finance.spread import spread
from liftledger.finance.turning_point import break_even_share

BENEFITS, COSTS, NPV = (f"money.summary.{name}" for name in ("benefits", "costs", "npv"))

SPREAD = (
    "the interval is the normal distribution's: standard errors of lines of one study are added, as if their effects "
    "moved together (an upper bound), and studies are combined as independent"
)
UNITS = {
    "payback": "months",
    "discounted_payback": "months",
    "roi": "share",
    "irr_monthly": "share per month",
    "irr_annual": "share per year",
    "p_negative": "share",
    "break_even": "share",
}  # of the rest: the currency
FORMULAS = {
    "npv": f"present value of the benefits - present value of the costs; {SPREAD}",
    "benefits": f"sum of the present values of the lines that are priced; {SPREAD}",
    "costs": "sum of the present values of the costs",
    "roi": "NPV / present value of the costs",
    "payback": "when the cumulative net reaches 0 and stays there; flows are even within a month",
    "discounted_payback": "when the cumulative present value reaches 0 and stays there; flows are even within a month",
    "irr_monthly": "the monthly rate at which the net flows have a present value of 0; there is one where they change "
    "sign once",
    "irr_annual": "(1 + IRR per month)^12 - 1",
    "p_negative": "probability that the NPV is below 0, by the normal distribution around it with its standard error",
    "break_even": "share of all expected effects at which the NPV is 0: present value of costs / of benefits",
}


def summary(
    prices: Sequence[Price], costs: Mapping[str, float], cash_flow: Sequence[Month], currency: str, confidence: float
) -> Summary:
    """`costs` are present values by name."""
    spent = math.fsum(costs.values())
    gained = interval(math.fsum(price.present_value for price in prices), spread(prices), confidence=confidence)
    npv = interval(gained.value - spent, gained.se, confidence=confidence)
    rate = _return([month.net for month in cash_flow])
    plain, discounted = payback([month.net for month in cash_flow]), payback([month.present for month in cash_flow])
    of_lines = {price.line.name: f"money.lines.{price.line.name}.present_value" for price in prices}
    of_costs = {name: f"money.costs.{name}.present_value" for name in costs}
    ends = {"first month": _month(cash_flow[0].month), "last month": _month(cash_flow[-1].month)}
    yearly = rate if isinstance(rate, NoEstimate) else annual(rate)

    def of(name: str, answer: Interval | NoEstimate | float, inputs: Mapping[str, Input]) -> Figure:
        return _figure(name, answer, currency, inputs)

    return Summary(
        npv=of("npv", npv, {"benefits": BENEFITS, "costs": COSTS}),
        benefits=of("benefits", gained, of_lines),
        costs=of("costs", spent, of_costs),
        roi=of(
            "roi", scaled(npv, 1 / spent) if spent else NoEstimate("there are no costs"), {"NPV": NPV, "costs": COSTS}
        ),
        payback=of("payback", _value(plain), _crossing(plain)),
        discounted_payback=of("discounted_payback", _value(discounted), _crossing(discounted)),
        irr_monthly=of("irr_monthly", _value(rate), ends),
        irr_annual=of("irr_annual", _value(yearly), {"IRR per month": "money.summary.irr_monthly"}),
        p_negative=of("p_negative", chance_below_zero(npv.value, npv.se), {"NPV": NPV}),
        break_even=of("break_even", break_even_share(gained.value, spent), {"benefits": BENEFITS, "costs": COSTS}),
    )


def nothing(currency: str, reason: NoEstimate) -> Summary:
    """The summary of a case without money."""
    return Summary(**{name: _figure(name, reason, currency, {}) for name in FORMULAS})


def _figure(name: str, answer: Interval | NoEstimate | float, currency: str, inputs: Mapping[str, Input]) -> Figure:
    return figure(f"money.summary.{name}", answer, UNITS.get(name, currency), FORMULAS[name], inputs)


def _return(nets: Sequence[float]) -> Rate | NoEstimate:
    """A rate of what comes in before it is spent is the price of a loan: there, higher is worse."""
    if next((net > 0 for net in nets if net != 0), False):
        return NoEstimate("money comes in before any is spent, so there is no return on it")
    return irr(nets)


def _value(found: Rate | Payback | NoEstimate) -> float | NoEstimate:
    return found if isinstance(found, NoEstimate) else found.value


def _crossing(found: Payback | NoEstimate) -> dict[str, Input]:
    """The months between whose ends the total passes 0."""
    if isinstance(found, NoEstimate) or found.last_below is None:
        return {}
    return {"last month below 0": _month(found.last_below), "next month": _month(found.last_below + 1)}


def _month(month: int) -> str:
    return f"money.cash_flow.{month}"
