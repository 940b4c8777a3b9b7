"""Dimensions: attributes that a unit had when it started, as they stand or in bands."""

from collections.abc import Mapping
from decimal import Decimal

from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.record import Record
from liftledger.domain.expression import Type, TypeName
from liftledger.domain.slug import slug
from liftledger.domain.study import STARTED, Band, Dimension

GROUPED: tuple[TypeName, ...] = ("text", "integer", "boolean")  # few values, so that each can be a group
BANDED: tuple[TypeName, ...] = ("decimal", "integer")


def read_dimensions(record: Record | None, sheets: Mapping[str, Sheet], facts: list[str]) -> tuple[Dimension, ...]:
    """Dimensions without mistakes of form; whether one fits a study is checked with the study."""
    found = [_dimension(name, record, sheets, facts) for name in record or () if record is not None]
    return tuple(dimension for dimension in found if dimension is not None)


def _dimension(name: str, dimensions: Record, sheets: Mapping[str, Sheet], facts: list[str]) -> Dimension | None:
    if name == STARTED:
        found = f": '{STARTED}' is the month in which a unit started, which every study knows"
        dimensions.refuse(name, found, "remove it, or choose another name")
    record: Record = dimensions[name]
    sheet = sheet_of(record, "fact", sheets, facts)
    if sheet is None:
        return None
    if sheet.whole:
        _check_at(record, sheet)
    banded = record.has("bands")
    if not banded and _decimal(record, sheet):
        cure = "add bands with their lower bounds, such as `bands: {low: 0, high: 0.5}`"
        record.refuse("column", f": column '{record['column']}' is decimal, with too many values for groups", cure)
        return None
    column = sheet.column(record, "column", BANDED if banded else GROUPED)
    return (
        None
        if column is None
        else Dimension(name, sheet.name, column, _bands(record, sheet.columns.field(column).type))
    )


def _check_at(record: Record, sheet: Sheet) -> None:
    if sheet.wide and record.has("at"):
        record.refuse("at", f": '{sheet.name}' is a wide fact, whose rows have no dates", "remove it")
    if not sheet.wide and not record.has("at"):
        found = f": '{sheet.name}' has many rows a unit, and a dimension needs one"
        record.refuse("fact", found, "add `at: start`, for the last row at or before the unit's start")


def _decimal(record: Record, sheet: Sheet) -> bool:
    return "column" in record and sheet.columns.field(record["column"]).type.name == "decimal"


def _bands(record: Record, kind: Type) -> tuple[Band, ...]:
    """From the lowest, in the column's smallest unit."""
    bands: Record | None = record.get("bands")
    if bands is None:
        return ()
    if len(bands.written) < 2:
        record.refuse("bands", f": there are {len(bands.written)}", "a comparison of groups needs two bands or more")
    slugs: dict[str, str] = {}
    lows: dict[Decimal, str] = {}
    for name in bands:
        short, low = slug(name), bands[name]
        if not short:
            bands.refuse(name, ": its name has neither letter nor digit", "a band needs one, for the estimate's id")
        elif short in slugs:
            bands.refuse(name, f": it differs from '{slugs[short]}' in signs only", "rename one of them")
        if low in lows:
            bands.refuse(name, f" is {low}, as '{lows[low]}' is", "each band starts at another number")
        if low != round(low, kind.scale):
            digits = f"{kind.scale} digits after the point" if kind.scale else "whole numbers"
            bands.refuse(name, f" is {low}, and the column holds {digits}", "round it")
        slugs.setdefault(short, name)
        lows.setdefault(low, name)
    return tuple(Band(name, int(low.scaleb(kind.scale))) for low, name in sorted(lows.items()))
