"""Figures: how a number of the case goes on record."""

from collections.abc import Mapping
from decimal import Decimal

from liftledger.domain.cash import Exact, Figure
from liftledger.domain.estimate import Interval, NoEstimate

Input = Decimal | float | str | None


def figure(
    id: str,  # noqa: A002
    answer: Interval | Exact | NoEstimate | float,
    unit: str,
    formula: str,
    inputs: Mapping[str, Input] | None = None,
) -> Figure:
    """`inputs` are numbers or ids; those that the formula does not use, None, are left out."""
    named = {name: text(value) for name, value in (inputs or {}).items() if value is not None}
    return Figure(id, Exact(answer) if isinstance(answer, int | float) else answer, unit, formula, named)


def text(value: Decimal | float | str) -> str:
    """A number with its digits; an id as it is."""
    match value:
        case str():
            return value
        case Decimal():
            return f"{value:f}"
    return f"{value:.12g}"


def scaled(answer: Interval, factor: float) -> Interval:
    """The interval in another unit; a negative factor turns it around."""
    low, high = sorted((answer.low * factor, answer.high * factor))
    return Interval(answer.value * factor, abs(factor) * answer.se, low, high)
