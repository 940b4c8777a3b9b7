"""Facts as typed tables: every used value checked, repeated rows removed and counted, nothing dropped in silence.

A loaded fact is a table or view `fact_<name>` with `_unit`, `_at` (microseconds UTC, dated facts only) and one exact
column per field.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.provenance import Rejection, Source
from liftledger.engine.columns import AT, FITS, ID, UNIT, Columns, Held
from liftledger.engine.duck import Duck, Refusal
from liftledger.engine.misfits import misfits, too_many
from liftledger.engine.raw import Raw
from liftledger.engine.render import column, exact_sum, integer, when
from liftledger.engine.source import open_source
from liftledger.engine.template import fill
from liftledger.engine.typed import INTEGERS
from liftledger.engine.unreadable import unreadable

LISTED = 1000  # rejected rows listed in the provenance


class Loaded(msgspec.Struct, frozen=True):
    """A fact in the engine. Sums are exact integers of each column's smallest unit."""

    fact: Fact
    rows: int
    duplicates: int
    rejected: int
    first: int | None  # microseconds
    last: int | None
    sums: dict[str, int]
    missing: dict[str, int]
    sources: tuple[Source, ...]
    rejections: tuple[Rejection, ...]


def table_of(fact: str) -> str:
    """Name of the table that holds a loaded fact."""
    return f"fact_{fact}"


def load(duck: Duck, project: Project, folder: Path) -> tuple[dict[str, Loaded], tuple[Mistake, ...]]:
    """The facts that could be loaded, and every mistake in the data of all of them."""
    raws: dict[str, Raw] = {}
    mistakes: list[Mistake] = []
    for fact in project.facts:
        found = open_source(duck, fact, folder)
        if isinstance(found, Raw):
            raws[fact.name] = found
        else:
            mistakes += found
    numeric = _numeric_kinds(project, raws)
    loaded: dict[str, Loaded] = {}
    for name, raw in raws.items():
        try:
            result = _load(duck, Columns(raw, number=raw.fact.keyed_by in numeric))
        except Refusal as refusal:
            result = (unreadable(duck, raw, refusal),)
        if isinstance(result, Loaded):
            loaded[name] = result
        else:
            mistakes += result
    return loaded, tuple(mistakes)


def _numeric_kinds(project: Project, raws: Mapping[str, Raw]) -> frozenset[str]:
    """Unit kinds whose ids are integers in every fact: they are joined as such; all others as text."""
    parents = {relation.parent for relation in project.relations}
    kinds = {raw.fact.keyed_by for raw in raws.values()} - parents
    return frozenset(
        kind
        for kind in kinds
        if all(raw.columns.get(raw.fact.unit or "") in INTEGERS for raw in raws.values() if raw.fact.keyed_by == kind)
    )


def _load(duck: Duck, columns: Columns) -> Loaded | tuple[Mistake, ...]:
    raw, fact, held = columns.raw, columns.raw.fact, columns.held
    table = table_of(fact.name)
    filtered = fact.id is not None or fact.reject
    read = f"read_{fact.name}" if filtered else table
    keep = duck.table if columns.parsing or fact.unit is None else duck.view
    keep(read, columns.rows())
    [(unfit,)] = duck.rows(f"{fact.name}: rows that do not fit", fill("fit", tables={"fact": read}, fits=column(FITS)))
    rejections = tuple(misfits(duck, columns, LISTED)) if unfit else ()
    if unfit and not fact.reject:
        return too_many(rejections, unfit, {one.field.column: one.field for one in held})
    if fact.id is not None:
        distinct = [column(one.name) for one in held]
        duck.table(table, fill("distinct_rows", tables={"fact": read}, columns=distinct, fits=column(FITS)))
    elif fact.reject:
        keep(table, exp.select("*").from_(read).where(column(FITS)))
    supplied = (
        duck.rows(f"{fact.name}: rows", exp.select(exp.Count(this=exp.Star())).from_(read))[0][0] if filtered else None
    )
    return _measured(duck, raw, held, supplied, unfit, rejections, columns.number)


def _measured(
    duck: Duck,
    raw: Raw,
    held: tuple[Held, ...],
    supplied: int | None,
    unfit: int,
    rejections: tuple[Rejection, ...],
    number: bool,
) -> Loaded | tuple[Mistake, ...]:
    """Reads the loaded fact once: rows, span, exact sums of what is used."""
    fact = raw.fact
    sums = {one.name: _sum(one, number) for one in held if one.name != ID}
    optional = [one.name for one in held if one.field.optional]
    measured: list[exp.Expr] = [exp.Min(this=column(AT)), exp.Max(this=column(AT))] if fact.time else []
    measured += sums.values()
    measured += [exp.Count(this=column(name)) for name in optional]
    ids = [exp.Count(this=exp.Distinct(expressions=[column(ID)]))] if fact.id else []
    units = [exp.Count(this=exp.Distinct(expressions=[column(UNIT)]))] if fact.wide and fact.unit else []
    query = fill("summary", tables={"fact": table_of(fact.name)}, measured=[*measured, *ids, *units])
    [(rows, *values)] = duck.rows(f"{fact.name}: summary", query)
    supplied = rows if supplied is None else supplied
    span = (values.pop(0), values.pop(0)) if fact.time else (None, None)
    totals = dict(zip(sums, (int(values.pop(0)) for _ in range(len(sums))), strict=True))
    missing = {name: rows - values.pop(0) for name in optional}
    distinct_ids = values.pop(0) if ids else rows
    distinct_units = values.pop(0) if units else rows
    place = raw.parts[0].place
    if not rows and fact.through is None:
        found = "there are no rows" if not supplied else "no row fits"
        return (Mistake(place, None, found, f"if that is right, say facts.{fact.name}.through: DATE"),)
    if distinct_ids != rows:
        found = f"{rows - distinct_ids} rows repeat an id of {fact.id!r} with other contents"
        return (Mistake(place, None, found, "an id names one row; correct the export or leave `id` out"),)
    if distinct_units != rows:
        return (Mistake(place, None, _repeated_units(duck, fact), "a fact without `time` holds one row a unit"),)
    return Loaded(
        fact,
        rows,
        supplied - unfit - rows,
        unfit,
        span[0],
        span[1],
        _named(totals),
        missing,
        raw.sources,
        rejections,
    )


def _repeated_units(duck: Duck, fact: Fact) -> str:
    query = fill("repeated_units", tables={"fact": table_of(fact.name)})
    found = sorted((str(unit), count) for unit, count in duck.rows(f"{fact.name}: repeated units", query))
    unit, count = found[0]
    return f"{len(found)} units have several rows, {unit!r} has {count}"


def _sum(held: Held, number: bool) -> exp.Expr:
    """Exact sum of a column: of numbers and times themselves, of text its characters, of booleans the true ones."""
    value = column(held.name)
    if held.name == UNIT:
        return exact_sum([value if number else exp.Length(this=exp.cast(value, "VARCHAR"))])
    match held.field.type.name:
        case "text":
            return exact_sum([exp.Length(this=value)])
        case "boolean":
            return exact_sum([when(value, integer(1), integer(0))])
    return exact_sum([value])


def _named(totals: dict[str, int]) -> dict[str, int]:
    """Totals under the names that a reader knows; without a unit column there is no total of units."""
    names = {UNIT: "unit", AT: "time"}
    return {names.get(name, name): total for name, total in totals.items()}
