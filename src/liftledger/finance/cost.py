"""Cost lines of the report: all of them count, whatever was measured."""

import msgspec

from liftledger.domain.cash import CostLine, Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Value
from liftledger.finance.figure import Input, figure
from liftledger.finance.workings.reading import Reading


def cost_line(cost: Cost, value: Value, found: Reading) -> CostLine:
    """The declared amounts and their present value."""
    own, currency = f"money.costs.{cost.name}", found.workings.currency
    first, last = max(cost.start, 1), value.months if cost.end is None else cost.end
    when = f", in months {first} to {last}" if (first, last) != (1, value.months) else ""
    return CostLine(
        name=cost.name,
        category=cost.category,
        once=figure(
            f"{own}.once",
            float(cost.once),
            currency,
            f"declared, at the end of month {cost.start}" if cost.start else "declared, at the beginning",
        ),
        monthly=_monthly(cost, found, f"at each month's end{when}"),
        present_value=figure(
            f"{own}.present_value",
            found.known(f"costs.{cost.name}.present"),
            currency,
            f"once{' / (1 + discount)^(start / 12)' if cost.start else ''} + sum over months t from {first} to {last} "
            "of monthly / (1 + discount)^(t / 12)",
            {
                "once": f"{own}.once",
                "monthly": f"{own}.monthly",
                "start": cost.start or None,
                "discount": value.discount,
            },
        ),
    )


def _monthly(cost: Cost, found: Reading, when: str) -> Figure:
    id_, unit = f"money.costs.{cost.name}.monthly", f"{found.workings.currency} per month"
    if not cost.per_decision:
        return figure(id_, float(cost.monthly), unit, f"declared, {when}")
    inputs: dict[str, Input] = {
        "monthly": cost.monthly,
        "per decision": cost.per_decision,
        "decisions": cost.decisions,
    }
    running = found.known(f"costs.{cost.name}.running")
    return figure(id_, running, unit, f"monthly + per decision x decisions, {when}", inputs)


def hidden(line: CostLine, reason: NoEstimate) -> CostLine:
    """The line without its amounts, where the report must show no money at all."""
    once, monthly, present = (
        msgspec.structs.replace(one, answer=reason) for one in (line.once, line.monthly, line.present_value)
    )
    return msgspec.structs.replace(line, once=once, monthly=monthly, present_value=present)
