"""What the case comes to."""

from collections.abc import Mapping, Sequence

from liftledger.domain.cash import ClosedForm, Exact, Figure, Summary
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance import closed_form
from liftledger.finance.closed_form import BENEFITS, COSTS, NPV
from liftledger.finance.figure import Input, figure
from liftledger.finance.formulas.irr import BEYOND, irr
from liftledger.finance.formulas.payback import no_payback
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.summary_rows import NO_BENEFITS

UNITS = {
    "payback": "months",
    "discounted_payback": "months",
    "roi": "share",
    "irr_monthly": "share per month",
    "irr_annual": "share per year",
    "p_negative": "share",
    "break_even": "share",
}  # of the rest: the currency
Answer = Interval | Exact | NoEstimate
FORMULAS = {
    "npv": closed_form.FORMULAS["npv"],
    "benefits": closed_form.FORMULAS["benefits"],
    "costs": "sum of the present values of the costs",
    "roi": closed_form.FORMULAS["roi"],
    "payback": "when the cumulative net reaches 0 and stays there; flows are even within a month",
    "discounted_payback": "when the cumulative present value reaches 0 and stays there; flows are even within a month",
    "irr_monthly": "the monthly rate at which the net flows have a present value of 0; there is one where they change "
    "sign once",
    "irr_annual": "(1 + IRR per month)^12 - 1",
    "p_negative": closed_form.FORMULAS["p_negative"],
    "break_even": "share of all expected effects at which the NPV is 0: present value of costs / of benefits",
}


def summary(found: Reading, lines: Sequence[str], costs: Sequence[str], sure: ClosedForm) -> Summary:
    """`lines` that are priced and `costs`, by name; as sure as the closed form knows."""
    currency, last = found.workings.currency, found.workings.months
    of_lines = {name: f"money.lines.{name}.present_value" for name in lines}
    of_costs = {name: f"money.costs.{name}.present_value" for name in costs}
    both: dict[str, Input] = {"benefits": BENEFITS, "costs": COSTS}
    rate = _rate(found, "irr_monthly")

    def of(name: str, answer: Answer | float, inputs: Mapping[str, Input]) -> Figure:
        return _figure(name, answer, currency, inputs)

    return Summary(
        npv=of("npv", sure.npv.answer, both),
        benefits=of("benefits", sure.benefits.answer, of_lines),
        costs=of("costs", found.known("summary.costs"), of_costs),
        roi=of("roi", sure.roi.answer, {"NPV": NPV, "costs": COSTS}),
        payback=of("payback", *_payback(found, "payback", "cumulative")),
        discounted_payback=of("discounted_payback", *_payback(found, "discounted_payback", "cumulative_present")),
        irr_monthly=of("irr_monthly", rate, {"first month": _month(0), "last month": _month(last)}),
        irr_annual=of("irr_annual", _rate(found, "irr_annual"), {"IRR per month": "money.summary.irr_monthly"}),
        p_negative=of("p_negative", sure.p_negative.answer, {"NPV": NPV}),
        break_even=of("break_even", _or(found.number("summary.break_even"), NO_BENEFITS), both),
    )


def nothing(currency: str, reason: NoEstimate) -> Summary:
    """The summary of a case without money."""
    return Summary(**{name: _figure(name, reason, currency, {}) for name in FORMULAS})


def _figure(name: str, answer: Answer | float, currency: str, inputs: Mapping[str, Input]) -> Figure:
    return figure(f"money.summary.{name}", answer, UNITS.get(name, currency), FORMULAS[name], inputs)


def _or(number: float | None, reason: str) -> float | NoEstimate:
    return NoEstimate(reason) if number is None else number


def _rate(found: Reading, name: str) -> float | NoEstimate:
    """A rate of what comes in before it is spent is the price of a loan: there, higher is worse."""
    rate, nets = found.number(f"summary.{name}"), found.months("cash_flow.net")
    if rate is not None:
        return rate
    if next((net > 0 for net in nets if net != 0), False):
        return NoEstimate("money comes in before any is spent, so there is no return on it")
    why = irr(nets)
    return why if isinstance(why, NoEstimate) else BEYOND


def _payback(found: Reading, name: str, totals: str) -> tuple[float | NoEstimate, dict[str, Input]]:
    """And the months between whose ends the total passes 0."""
    months, last = found.number(f"summary.{name}"), int(found.known(f"summary.{name}_last"))
    if months is None:
        return no_payback(found.months(f"cash_flow.{totals}")), {}
    return months, {"last month below 0": _month(last - 1), "next month": _month(last)} if last else {}


def _month(month: int) -> str:
    return f"money.cash_flow.{month}"
