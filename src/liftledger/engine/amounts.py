"""What one pass over a fact's rows tells: their span, exact sums of what is used, and what is missing or negative."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlglot import exp

from liftledger.engine.columns import AT, ID, UNIT, Columns, Held
from liftledger.engine.render import column, integer, named, total, when

SPOKEN = {UNIT: "unit", AT: "time"}


class Amounts(msgspec.Struct, frozen=True):
    """By column of the fact's table; sums of texts are told apart (`texts`)."""

    sums: dict[str, int]
    missing: dict[str, int]
    negative: dict[str, int]


def used(columns: Columns) -> list[Held]:
    """The columns that are summed."""
    return [one for one in columns.held if one.name != ID]


def texts(columns: Columns) -> list[str]:
    """Those of them whose sum is one of numbers that stand for their texts."""
    return [one.name for one in used(columns) if _is_text(one, columns.number)]


def span(columns: Columns) -> list[exp.Expr]:
    """The first and the last time."""
    dated = columns.raw.fact.time is not None
    return [
        named(exp.Min(this=column(AT)) if dated else exp.null(), "first"),
        named(exp.Max(this=column(AT)) if dated else exp.null(), "last"),
    ]


def measured(columns: Columns) -> list[exp.Expr]:
    """What `amounts` reads."""
    return [
        *(named(value, f"sum_of_{SPOKEN.get(name, name)}") for name, value in _sums(columns).items()),
        *(named(exp.Count(this=column(one)), f"rows_with_{SPOKEN.get(one, one)}") for one in _optional(columns)),
        *(named(_below_zero(name), f"rows_with_negative_{name}") for name in _money(columns)),
    ]


def amounts(columns: Columns, rows: int, values: Sequence[Any]) -> Amounts:
    """Of a number of rows, from the values of `measured`."""
    read = iter(values)
    sums = {name: int(next(read)) for name in _sums(columns)}
    missing = {name: rows - next(read) for name in _optional(columns)}
    return Amounts(sums, missing, {name: next(read) for name in _money(columns)})


def _sums(columns: Columns) -> dict[str, exp.Expr]:
    apart = texts(columns)
    return {one.name: _sum(one) for one in used(columns) if one.name not in apart}


def _optional(columns: Columns) -> list[str]:
    return [one.name for one in columns.held if one.field.optional]


def _money(columns: Columns) -> list[str]:
    return [one.name for one in columns.held if one.field.type.name == "money"]


def _below_zero(name: str) -> exp.Expr:
    return exp.Count(this=when(exp.LT(this=column(name), expression=integer(0)), integer(1)))


def _is_text(held: Held, number: bool) -> bool:
    return not number if held.name == UNIT else held.field.type.name == "text"


def _sum(held: Held) -> exp.Expr:
    """Exact sum of a column: of numbers and times themselves, of booleans the true ones."""
    value = column(held.name)
    return total(when(value, integer(1), integer(0)) if held.field.type.name == "boolean" else value)
