"""Rows that do not fit their definition: where they are, what they hold, what would do."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Field
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Rejection
from liftledger.engine.columns import Columns
from liftledger.engine.duck import Duck
from liftledger.engine.render import all_of, column, named
from liftledger.engine.typed import whole_digits

SHOWN = 5  # rows named per column; the rest is counted
ROW = "_row"


class Misfit(msgspec.Struct, frozen=True):
    """A value that is not what its field declares."""

    field: Field
    at: Rejection


def misfits(duck: Duck, columns: Columns, most: int) -> Iterator[Misfit]:
    """The values that do not fit in the first `most` such rows, in the order of the files and their rows."""
    checks, fact = columns.checks(), columns.raw.fact.name
    listed = 0
    for part in columns.raw.parts:
        query = _located(columns.prepared(part.query), checks, most - listed)
        for row, *cells in sorted(duck.rows(f"{fact}: rows that do not fit", query), key=lambda found: found[0]):
            values, fits = cells[: len(checks)], cells[len(checks) :]
            for field, value, fit in zip(checks, values, fits, strict=True):
                if not fit:
                    found = Rejection(
                        fact, part.place, row, field.column, value or "", f"not {_wanted(field, value or '')}"
                    )
                    yield Misfit(field, found)
            listed += 1


def _located(query: exp.Query, checks: Mapping[Field, exp.Expr], most: int) -> exp.Query:
    numbered = exp.select(exp.Star(), named(exp.Window(this=exp.RowNumber()), ROW)).from_(query.subquery("part"))
    texts = [exp.cast(exp.column(field.column, quoted=True), "VARCHAR") for field in checks]
    fits = [check.copy() for check in checks.values()]
    unfit = exp.Not(this=exp.paren(all_of([fit.copy() for fit in fits])))
    return exp.select(column(ROW), *texts, *fits).from_(numbered.subquery("raw")).where(unfit).limit(most)


def too_many(misfits: Sequence[Misfit], unfit: int) -> tuple[Mistake, ...]:
    """One mistake for each of the first misfits of a column, and a last one that counts the rest."""
    shown: list[Misfit] = []
    for field in dict.fromkeys(one.field for one in misfits):
        shown += [one for one in misfits if one.field == field][:SHOWN]
    mistakes = [Mistake(one.at.place, one.at.row, _found(one.at, one.field), _cure(one.at, one.field)) for one in shown]
    rest = unfit - len({(one.at.place, one.at.row) for one in shown})
    if rest > 0:
        text = f"{rest} more rows do not fit" if rest > 1 else "1 more row does not fit"
        mistakes.append(
            Mistake(shown[0].at.place, None, text, "correct them, or count and list them: on_bad_row: reject")
        )
    return tuple(mistakes)


def _found(one: Rejection, field: Field) -> str:
    if not one.found.strip():
        return f"column {one.column!r} is empty"
    return f"column {one.column!r} holds {one.found[:60]!r}, which is not {_wanted(field, one.found)}"


def _wanted(field: Field, found: str) -> str:
    match field.type.name:
        case "integer":
            return "a count (0 or more)" if field.count else "a whole number of at most 18 digits"
        case "decimal":
            return f"a number with at most {_digits(field, found)}"
        case "money":
            return f"money in {field.type.currency} with at most {_digits(field, found)}"
        case "boolean":
            return "true or false"
        case "time":
            return f"a time {_pattern(field)}"
    return "a text"


def _digits(field: Field, found: str) -> str:
    """What is said of the digits: those after the mark, unless it is the others that are too many."""
    scale, mark = field.type.scale, field.decimal
    most = whole_digits(scale)
    if sum(sign.isdigit() for sign in found.partition(mark)[0]) > most:
        return f"{most} digits before {mark!r}"
    return f"{scale} decimals after {mark!r}"


def _pattern(field: Field) -> str:
    zone = "" if field.timezone == "UTC" else f" that the clocks of {field.timezone} show once, between 1970 and 2100"
    if field.format in (None, "iso"):
        return f"like 2026-01-31 or 2026-01-31 12:30:00{zone}"
    return f"of the format {field.format!r}{zone}"


def _marks(found: str, field: Field) -> str:
    """The decimal and grouping marks with which the number would be one, where they are not declared."""
    for decimal, thousands in ((",", "."), (".", ",")):
        grouped = re.fullmatch(rf"\s*[+-]?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?\s*", found)
        if not (grouped or re.fullmatch(rf"\s*[+-]?\d*\{decimal}\d+\s*", found)):
            continue
        if decimal != field.decimal and found.count(thousands) == 1 and decimal not in found:
            continue  # 12.345 is rather a number with too many decimals
        wanted = {} if decimal == field.decimal else {"decimal": decimal}
        if grouped and thousands != field.thousands:
            wanted["thousands"] = thousands
        return " and ".join(f'{name}: "{mark}"' for name, mark in wanted.items())
    return ""


def _cure(one: Rejection, field: Field) -> str:
    if not one.found.strip():
        return (
            "fill it in, or declare the column optional: true" if field.name != "unit" else "every row needs its unit"
        )
    if field.type.name in ("money", "decimal") and (marks := _marks(one.found, field)):
        return f"correct it, or declare {marks}"
    if field.type.name == "time":
        if field.format not in (None, "iso"):
            return "correct it, or the declared format"
        return 'correct it, or declare the format, for example format: "%d/%m/%Y"'
    return "correct it, or count and list such rows: on_bad_row: reject"
