"""Costs: how much, when, for what; and none that the case holds already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from liftledger.definitions.given import read_given
from liftledger.definitions.record import Record
from liftledger.domain.checklist import DISCOUNTS, covered, is_holdout
from liftledger.domain.expression import Arithmetic, Column, Expression, Function, Number
from liftledger.domain.metric import Metric
from liftledger.domain.value import Cost, Line

AMOUNTS = ("once", "monthly", "per_decision", "decisions")
OTHERS = ("start", "end", "capitalise", "infrastructure", "covers", "description")
DISCOUNT_WORDS = ("discount", "coupon", "voucher", "rebate")


def read_costs(record: Record | None, months: int) -> tuple[Cost, ...]:
    """`months` is the length of the cash-flow."""
    return tuple(_cost(name, record[name], months) for name in record or () if record is not None)


def _cost(name: str, cost: Record, months: int) -> Cost:
    _check_amounts(cost)
    _check_times(cost, months)
    if is_holdout(cost.get("category", "")):
        found = f" is '{cost['category']}', and what is held out brings no benefit in the case"
        cure = "remove it: its price is in the case already; the report shows it, and never takes it off again"
        cost.refuse("category", found, cure)
    stated: dict[str, Any] = {key: cost[key] for key in (*AMOUNTS, *OTHERS) if key in cost}
    return Cost(name, cost.get("category", ""), **stated, given=read_given(cost, AMOUNTS, all_of=cost))


def _check_amounts(cost: Record) -> None:
    if not any(cost.has(key) for key in ("once", "monthly", "per_decision")):
        found = ": it has neither `once` nor `monthly`"
        cost.refuse(None, found, "add the amount, such as `monthly: 4000`")
    for one, other, example in (("per_decision", "decisions", "900000"), ("decisions", "per_decision", "0.002")):
        if cost.has(one) and not cost.has(other):
            found = f": '{other}' is missing, and the cost is one of them times the other"
            cost.refuse(one, found, f"add such as `{other}: {example}`")


def _check_times(cost: Record, months: int) -> None:
    start, end = cost.get("start", 0), cost.get("end", months)
    for key, month in (("start", start), ("end", end)):
        if month > months:
            cure = "lengthen `months` of value, or write an earlier month"
            cost.refuse(key, f" is {month}, and the cash-flow has {months} months", cure)
    if cost.has("end") and end < start:
        cost.refuse("end", f" is {end}, before the start, {start}", "swap them")


def check_contained(
    costs: Record | None, read: Iterable[Cost], lines: Sequence[Line], metrics: Mapping[str, Metric]
) -> None:
    """A cost that the money of a priced metric is already less by."""
    for cost in (one for one in read if one.paid):
        for line in lines:
            column = _taken_off(cost, metrics.get(line.metric))
            if column is not None and costs is not None:
                found = f": '{line.metric}', which line '{line.name}' prices, is already less '{column}'"
                costs.refuse(cost.name, found, "write the cost as 0 with a note: it would be taken off twice")


def _taken_off(cost: Cost, metric: Metric | None) -> str | None:
    """The column that the metric subtracts, and that is what the cost is for."""
    if metric is None or metric.numerator.value is None:
        return None
    return next((column for column in _subtracted(metric.numerator.value) if _is_for(cost, column)), None)


def _subtracted(value: Expression, sign: int = 1) -> Iterator[str]:
    """Columns by which the value gets less."""
    match value:
        case Column(name=name) if sign < 0:
            yield name
        case (
            Arithmetic(operator="*", left=Number(digits=digits), right=one)
            | Arithmetic(operator="*", left=one, right=Number(digits=digits))
        ):
            yield from _subtracted(one, sign if digits > 0 else -sign)
        case Arithmetic(operator="*"):
            return  # of two columns it is not known which way it goes
        case Arithmetic(operator=operator, left=left, right=right):
            yield from _subtracted(left, sign)
            yield from _subtracted(right, -sign if operator == "-" else sign)
        case Function(name="coalesce", operands=(operand, *_)):
            yield from _subtracted(operand, sign)


def _is_for(cost: Cost, column: str) -> bool:
    """Whether the column is what the cost is for, by its name."""
    plain = column.replace("_", " ").casefold()
    own = {words.replace("_", " ").casefold() for words in (cost.name, cost.category, *cost.covers)}
    discounts = DISCOUNTS in covered(cost) and any(word in plain for word in DISCOUNT_WORDS)
    return discounts or plain in own
