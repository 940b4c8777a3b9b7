"""Facts as typed tables: every used value checked, repeated rows removed and counted, nothing dropped in silence.

A loaded fact is a table or view `fact_<name>` with `_unit`, `_at` (microseconds UTC, dated facts only) and one exact
column per field.
"""

from collections.abc import Collection, Mapping
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
from liftledger.engine.render import column, integer, total, when
from liftledger.engine.source import open_source
from liftledger.engine.template import fill
from liftledger.engine.typed import INTEGERS
from liftledger.engine.unreadable import unreadable

LISTED = 1000  # rejected rows listed in the provenance
ROWS = exp.Count(this=exp.Star())
SPOKEN = {UNIT: "unit", AT: "time"}


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


class Supply(msgspec.Struct, frozen=True):
    """What was read before rows were left out."""

    rows: int
    unfit: int
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
    """Typed rows under the fact's name, without those that repeat or may be rejected."""
    fact = columns.raw.fact
    keep = duck.table if columns.parsing or fact.unit is None else duck.view
    if fact.id is None and not fact.reject:
        keep(table_of(fact.name), columns.rows())
        return _measured(duck, columns, unfit=_unfit(), supply=None)
    read = f"read_{fact.name}"
    keep(read, columns.rows())
    [(supplied, unfit)] = duck.rows(f"{fact.name}: rows that fit", fill("fit", tables={"fact": read}, unfit=_unfit()))
    if unfit and not fact.reject:
        return _refused(duck, columns, unfit)
    if fact.id is None:
        keep(table_of(fact.name), exp.select("*").from_(read).where(column(FITS)))
    else:
        distinct = [column(one.name) for one in columns.held]
        query = fill("distinct_rows", tables={"fact": read}, columns=distinct, fits=column(FITS))
        duck.table(table_of(fact.name), query)
    rejections = tuple(dict.fromkeys(one.at for one in misfits(duck, columns, LISTED))) if unfit else ()
    return _measured(duck, columns, unfit=integer(0), supply=Supply(int(supplied), int(unfit), rejections))


def _refused(duck: Duck, columns: Columns, unfit: int) -> tuple[Mistake, ...]:
    return too_many(tuple(misfits(duck, columns, LISTED)), unfit)


def _unfit() -> exp.Expr:
    return total(when(column(FITS), integer(0), integer(1)))


def _measured(duck: Duck, columns: Columns, *, unfit: exp.Expr, supply: Supply | None) -> Loaded | tuple[Mistake, ...]:
    """Reads the loaded fact once: rows, span, exact sums of what is used, and how many rows do not fit."""
    fact, held = columns.raw.fact, columns.held
    used = [one for one in held if one.name != ID]
    texts = [one.name for one in used if _is_text(one, columns.number)]
    sums = {one.name: _sum(one) for one in used if one.name not in texts}
    optional = [one.name for one in held if one.field.optional]
    span = [exp.Min(this=column(AT)), exp.Max(this=column(AT))] if fact.time else [exp.null(), exp.null()]
    distinct = [_distinct(ID) if fact.id else ROWS, _distinct(UNIT) if fact.wide and fact.unit else ROWS]
    measured = [unfit, *span, *(one.copy() for one in distinct), *sums.values()]
    measured += [exp.Count(this=column(name)) for name in optional]
    query = fill("summary", tables={"fact": table_of(fact.name)}, measured=measured)
    [(rows, misfit, first, last, ids, units, *values)] = duck.rows(f"{fact.name}: summary", query)
    if misfit:
        return _refused(duck, columns, int(misfit))
    supply = supply or Supply(rows, 0, ())
    place = columns.raw.parts[0].place
    if not rows and fact.through is None:
        found = "no row fits" if supply.rows else "there are no rows"
        return (Mistake(place, None, found, f"if that is right, say facts.{fact.name}.through: DATE"),)
    if ids != rows:
        repeating = "1 row repeats" if rows - ids == 1 else f"{rows - ids} rows repeat"
        found = f"{repeating} an id of {fact.id!r} with other contents"
        return (Mistake(place, None, found, "an id names one row; correct the export or leave `id` out"),)
    if units != rows:
        return (Mistake(place, None, _repeated_units(duck, fact), "a fact without `time` holds one row a unit"),)
    totals = dict(zip(sums, values, strict=False)) | {name: _text_total(duck, fact, name) for name in texts}
    return Loaded(
        fact,
        rows,
        supply.rows - supply.unfit - rows,
        supply.unfit,
        first,
        last,
        _named({one.name: int(totals[one.name]) for one in used}),
        {name: rows - found for name, found in zip(optional, values[len(sums) :], strict=True)},
        columns.raw.sources,
        supply.rejections,
    )


def _distinct(name: str) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[column(name)]))


def _repeated_units(duck: Duck, fact: Fact) -> str:
    query = fill("repeated_units", tables={"fact": table_of(fact.name)})
    found = sorted((str(unit), count) for unit, count in duck.rows(f"{fact.name}: repeated units", query))
    unit, count = found[0]
    several = "1 unit has" if len(found) == 1 else f"{len(found)} units have"
    return f"{several} several rows, {unit!r} has {count}"


def _is_text(held: Held, number: bool) -> bool:
    return not number if held.name == UNIT else held.field.type.name == "text"


def _sum(held: Held) -> exp.Expr:
    """Exact sum of a column: of numbers and times themselves, of booleans the true ones."""
    value = column(held.name)
    return total(when(value, integer(1), integer(0)) if held.field.type.name == "boolean" else value)


def _text_total(duck: Duck, fact: Fact, name: str) -> int:
    """Exact sum of numbers that stand for a column's texts: another text is another number."""
    query = fill("text", tables={"fact": table_of(fact.name)}, text=column(name))
    [(found,)] = duck.rows(f"{fact.name}: text of {SPOKEN.get(name, name)}", query)
    return int(found)


def _named(totals: dict[str, int]) -> dict[str, int]:
    """Totals under the names that a reader knows: those of the unit and of the time give way to a column's."""
    return {_spoken(name, totals): total for name, total in totals.items()}


def _spoken(name: str, names: Collection[str]) -> str:
    spoken = SPOKEN.get(name, name)
    return f"{spoken} of the row" if name in SPOKEN and spoken in names else spoken
