"""Rows of the whole case: its cash-flow, and what that comes to."""

from collections.abc import Iterable, Iterator, Sequence

from liftledger.domain.value import Cost
from liftledger.domain.workings import Formula, Month, Nothing, Of, Row, apply
from liftledger.finance.evidence.priced import Priced

NO_COSTS = "there are no costs"
NO_BENEFITS = "the benefits are not above 0, so no share of the effects pays the costs"
NEVER = "what was spent does not come back"
NO_RATE = "money does not go out first and come in after that, once"


def time_rows() -> Iterator[Row]:
    """What the months are for money."""
    factor = 1 / (1 + Of("discount")) ** (Month() / 12)
    yield Row("discount_factor", "Discount factor", "share", "Time", factor, monthly=True)
    yield Row("runs", "1 after the beginning", "0 or 1", "Time", apply("minimum", Month(), 1), monthly=True)


def cash_flow_rows(lines: Sequence[Priced], costs: Sequence[Cost], currency: str) -> Iterator[Row]:
    """All lines and costs together, month by month."""

    def row(name: str, label: str, formula: Formula) -> Row:
        return Row(f"cash_flow.{name}", label, currency, "Cash flow", formula, monthly=True)

    yield row("benefits", "Benefits", _sum(f"lines.{one.line.name}.benefit" for one in lines))
    yield row("costs", "Costs", _sum(f"costs.{cost.name}.cost" for cost in costs))
    yield row("net", "Net", Of("cash_flow.benefits") - Of("cash_flow.costs"))
    yield row("present", "Present value of the net", Of("cash_flow.net") * Of("discount_factor"))
    yield row("cumulative", "Net so far", apply("so_far", Of("cash_flow.net")))
    yield row("cumulative_present", "Present value so far", apply("so_far", Of("cash_flow.present")))
    yield row("outstanding", "Still to come back", apply("maximum", 0 - Of("cash_flow.cumulative"), 0))


def summary_rows(lines: Sequence[Priced], costs: Sequence[Cost], currency: str) -> Iterator[Row]:
    """What the cash-flow comes to."""
    yield from _values(lines, costs, currency)
    yield _row("roi", "Return on the costs", "share", _choose(_of("costs"), _of("npv") / _of("costs"), NO_COSTS))
    yield from _payback("payback", "Payback", "net", "cumulative", currency)
    yield from _payback("discounted_payback", "Payback, discounted", "present", "cumulative_present", currency)
    yield from _rate_of_return(currency)
    share = _choose(apply("less", 0, _of("benefits")), _of("costs") / _of("benefits"), NO_BENEFITS)
    yield _row("break_even", "Share of the expected effects at which the NPV is 0", "share", share)


def _values(lines: Sequence[Priced], costs: Sequence[Cost], currency: str) -> Iterator[Row]:
    benefits = _sum(f"lines.{one.line.name}.present" for one in lines)
    spent = _sum(f"costs.{cost.name}.present" for cost in costs)
    forgone = _sum(f"lines.{one.line.name}.forgone" for one in lines)
    yield _row("benefits", "Present value of the benefits", currency, benefits)
    yield _row("costs", "Present value of the costs", currency, spent)
    yield _row("npv", "Net present value", currency, _of("benefits") - _of("costs"))
    yield _row("forgone", "Present value that the holdouts forgo: shown, never subtracted", currency, forgone)


def _payback(name: str, label: str, flow: str, total: str, currency: str) -> Iterator[Row]:
    """Even within a month; a total that recovers and falls below 0 again has not paid back."""
    each, so_far, last = Of(f"cash_flow.{flow}"), Of(f"cash_flow.{total}"), _of(f"{name}_last")
    below = apply("less", so_far, 0) * (Month() + 1)
    yield _row(f"{name}_below", f"{label}: month + 1 where the total is below 0", "months", below, monthly=True)
    months = apply("largest", _of(f"{name}_below"))
    yield _row(f"{name}_last", f"{label}: months until the total is last below 0", "months", months)
    in_time = apply("less", last, apply("over_months", Of("runs")) + 1)
    yield _row(f"{name}_in_time", f"{label}: 1 where the total is not below 0 at the end", "0 or 1", in_time)
    before, after = apply("in_month", so_far, last - 1), apply("in_month", each, last)
    yield _row(f"{name}_before", f"{label}: the total when it is last below 0", currency, before)
    yield _row(f"{name}_after", f"{label}: what the month after that brings", currency, after)
    crossing = last - 1 - _of(f"{name}_before") / _of(f"{name}_after")
    point = apply("choose", last * _of(f"{name}_in_time"), crossing, 0)
    yield _row(f"{name}_crossing", f"{label}: when the total crosses 0 for the last time", "months", point)
    yield _row(name, label, "months", _choose(_of(f"{name}_in_time"), _of(f"{name}_crossing"), NEVER))


def _rate_of_return(currency: str) -> Iterator[Row]:
    """There is one where money goes out first and comes in after that.

    With one change of sign, the total falls first exactly if more is out at some time than at the end.
    """
    end = apply("in_month", Of("cash_flow.outstanding"), apply("over_months", Of("runs")))
    changes = apply("sign_changes", Of("cash_flow.net"))
    most = apply("largest", Of("cash_flow.outstanding"))
    yield _row("outstanding_most", "Most that is still to come back at any time", currency, most)
    yield _row("sign_changes", "Changes of sign of the net", "times", changes)
    flag = apply("equal", _of("sign_changes"), 1) * apply("less", end, _of("outstanding_most"))
    yield _row("one_rate", "1 where money goes out first, and comes in after that", "0 or 1", flag)
    monthly = _choose(_of("one_rate"), apply("irr", Of("cash_flow.net")), NO_RATE)
    yield _row("irr_monthly", "Internal rate of return", "share per month", monthly)
    yearly = _choose(_of("one_rate"), (1 + _of("irr_monthly")) ** 12 - 1, NO_RATE)
    yield _row("irr_annual", "Internal rate of return a year", "share per year", yearly)


def _row(name: str, label: str, unit: str, formula: Formula, *, monthly: bool = False) -> Row:
    return Row(f"summary.{name}", label, unit, "Summary", formula, monthly)


def _of(name: str) -> Of:
    return Of(f"summary.{name}")


def _choose(flag: Formula, number: Formula, reason: str) -> Formula:
    return apply("choose", flag, number, Nothing(reason))


def _sum(names: Iterable[str]) -> Formula:
    return apply("add", *map(Of, names), 0)
