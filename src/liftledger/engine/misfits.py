"""Rows that do not fit their definition: where they are, what they hold, what would do."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.expression import Expression, spelled
from liftledger.domain.expression import columns as columns_of
from liftledger.domain.fact import Fact, Field, Impossible
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Rejection
from liftledger.engine import order
from liftledger.engine.columns import TYPED, UNIT, Columns
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, named
from liftledger.engine.sources.raw import Part
from liftledger.engine.typed import shown, whole_digits

SHOWN = 5  # rows named per column; the rest is counted
ROW = "_row"
REJECT = "correct it, or count and list such rows: on_bad_row: reject"


Rule = Field | Expression | Impossible


class Misfit(msgspec.Struct, frozen=True):
    """What is not as its field declares, or a row that breaks a rule of its fact."""

    rule: Rule
    at: Rejection
    turn: int  # which of the listed rows it is in


def misfits(engine: Engine, columns: Columns, most: int) -> Iterator[Misfit]:
    """What does not fit in the first `most` such rows, in the order of the files and their rows."""
    checks: dict[Rule, exp.Expr] = dict(columns.checks().items())
    checks.update((rule, columns.over_source(one)) for rule, one in order.checks(columns.raw.fact).items())
    fact, listed = columns.raw.fact, 0
    fields = list(dict.fromkeys(one.field for one in columns.held))
    for part in columns.raw.parts:
        query = _located(columns, part, fields, checks, most - listed)
        found = engine.rows(f"{fact.name}: rows that do not fit", query)
        for row, unit, *cells in sorted(found, key=lambda one: (one[0] or 0, str(one[1:]))):
            place = part.place if row is not None or unit is None else f"{part.place}, unit {unit!r}"
            texts = zip(fields, cells, strict=False)
            values = {field: shown(text, columns.raw.columns[field.column]) for field, text in texts}
            broken = [rule for rule, fits in zip(checks, cells[len(fields) :], strict=True) if not fits]
            for rule in broken:
                about = _about(fact, rule)
                if rule in about or not set(about) & set(broken):  # a condition on what cannot be read says nothing
                    held = ", ".join(values[field] for field in about)
                    names = ", ".join(field.column for field in about)
                    at = Rejection(fact.name, place, row, names, held, _reason(rule, held))
                    yield Misfit(rule, at, listed)
            listed += 1


def rejected(engine: Engine, columns: Columns, most: int) -> tuple[tuple[Rejection, ...], ...]:
    """What does not fit in the first `most` such rows, row by row."""
    rows: dict[int, list[Rejection]] = {}
    for one in misfits(engine, columns, most):
        rows.setdefault(one.turn, []).append(one.at)
    return tuple(tuple(row) for row in rows.values())


def _about(fact: Fact, rule: Rule) -> list[Field]:
    """The fields that the rule reads, in the order of their declaration."""
    if isinstance(rule, Field):
        return [rule]
    read = columns_of(rule.row if isinstance(rule, Impossible) else rule)
    return [field for field in fact.columns if field.name in read]


def _reason(rule: Rule, found: str) -> str:
    if isinstance(rule, Field):
        return f"not {_wanted(rule, found)}"
    if isinstance(rule, Impossible):
        return f"{spelled(rule.row)} after {spelled(rule.after)}"
    return f"not {spelled(rule)}"


def _located(
    columns: Columns, part: Part, fields: Sequence[Field], checks: Mapping[Rule, exp.Expr], most: int
) -> exp.Query:
    query = columns.prepared(part.query)
    number = exp.null() if part.row is None else part.row.copy()
    numbered = exp.select(exp.Star(), named(number, ROW)).from_(query.subquery("part"))
    texts = [exp.cast(exp.column(field.column, quoted=True), "VARCHAR") for field in fields]
    fits = [check.copy() for check in checks.values()]
    unfit = exp.Not(this=exp.paren(all_of([fit.copy() for fit in fits])))
    name = columns.raw.fact.unit
    unit = exp.null() if name is None else exp.cast(exp.column(name, quoted=True), "VARCHAR")
    rows = exp.select(column(ROW), unit, *texts, *fits).from_(numbered.subquery("raw")).where(unfit).limit(most)
    rows = commented(
        rows, "Rows that do not fit: their number, unit and contents, and which fields and conditions fit."
    )
    if not columns.raw.fact.impossible:
        return rows
    return order.joined(columns.raw.fact, rows, columns.over_source(column(UNIT, TYPED)))


def too_many(misfits: Sequence[Misfit], unfit: int) -> tuple[Mistake, ...]:
    """One mistake for each of the first misfits of a column, and a last one that counts the rest."""
    shown: list[Misfit] = []
    for rule in dict.fromkeys(one.rule for one in misfits):
        shown += [one for one in misfits if one.rule == rule][:SHOWN]
    mistakes = [Mistake(one.at.place, one.at.row, _found(one), _cure(one)) for one in shown]
    rest = unfit - len({one.turn for one in shown})
    if rest > 0:
        text = f"{rest} more rows do not fit" if rest > 1 else "1 more row does not fit"
        mistakes.append(
            Mistake(shown[0].at.place, None, text, "correct them, or count and list them: on_bad_row: reject")
        )
    return tuple(mistakes)


def _found(one: Misfit) -> str:
    at, rule = one.at, one.rule
    if isinstance(rule, Field):
        if not at.found.strip():
            return f"column {at.column!r} is empty"
        return f"column {at.column!r} holds {at.found[:60]!r}, which is not {_wanted(rule, at.found)}"
    several = len(columns_of(rule.row if isinstance(rule, Impossible) else rule)) > 1
    held = f"{'columns' if several else 'column'} {at.column!r} {'hold' if several else 'holds'} {at.found[:60]!r}"
    if isinstance(rule, Impossible):
        return f"{held}, which cannot come after {spelled(rule.after)}"
    return f"{held}, which does not meet {spelled(rule)}"


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


def _cure(one: Misfit) -> str:
    found, field = one.at.found, one.rule
    if not isinstance(field, Field):
        return REJECT
    if not found.strip():
        return (
            "fill it in, or declare the column optional: true" if field.name != "unit" else "every row needs its unit"
        )
    if field.type.name in ("money", "decimal") and (marks := _marks(found, field)):
        return f"correct it, or declare {marks}"
    if field.type.name == "time":
        if field.format not in (None, "iso"):
            return "correct it, or the declared format"
        return 'correct it, or declare the format, for example format: "%d/%m/%Y"'
    return REJECT
