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
from liftledger.engine.amounts import SPOKEN, amounts, measured, span, texts, used
from liftledger.engine.columns import AT, FITS, ID, UNIT, Columns
from liftledger.engine.engine import Engine, Refusal
from liftledger.engine.merging import merged
from liftledger.engine.misfits import misfits, too_many
from liftledger.engine.order import in_order
from liftledger.engine.render import column, commented, integer, named, total, when
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.source import open_source
from liftledger.engine.sources.unreadable import unreadable
from liftledger.engine.template import fill
from liftledger.engine.typed import INTEGERS

LISTED = 1000  # rejected rows listed in the provenance
ROWS = exp.Count(this=exp.Star())


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
    merged: int = 0
    negative: dict[str, int] = {}  # money column -> rows below 0
    unknown: int | None = None  # rows of units that the table of such units does not know; None: there is no such table


class Merged(msgspec.Struct, frozen=True):
    """What was there before rows that continue another were left out."""

    rows: int
    last: int | None  # microseconds


class Supply(msgspec.Struct, frozen=True):
    """What was read before rows were left out."""

    rows: int
    unfit: int
    rejections: tuple[Rejection, ...]
    merged: Merged | None = None


def table_of(fact: str) -> str:
    """Name of the table that holds a loaded fact."""
    return f"fact_{fact}"


def load(engine: Engine, project: Project, folder: Path) -> tuple[dict[str, Loaded], tuple[Mistake, ...]]:
    """The facts that could be loaded, and every mistake in the data of all of them."""
    raws: dict[str, Raw] = {}
    mistakes: list[Mistake] = []
    for fact in project.facts:
        engine.tell(f"{fact.name}: source")
        found = open_source(engine, fact, folder)
        if isinstance(found, Raw):
            raws[fact.name] = found
        else:
            mistakes += found
    numeric = numeric_kinds(project, raws)
    loaded: dict[str, Loaded] = {}
    for name, raw in raws.items():
        try:
            result = load_fact(engine, Columns(raw, number=raw.fact.keyed_by in numeric))
        except Refusal as refusal:
            result = (unreadable(engine, raw, refusal),)
        if isinstance(result, Loaded):
            loaded[name] = result
        else:
            mistakes += result
    return {name: _with_units(engine, project, loaded, name) for name in loaded}, tuple(mistakes)


def _with_units(engine: Engine, project: Project, loaded: Mapping[str, Loaded], name: str) -> Loaded:
    """A fact with the fingerprint of its units' names, and how many of its rows are of units that nobody knows."""
    one, known = loaded[name], known_by(project, loaded, name)
    sums, unknown = one.sums, None if known is None else 0
    told = one.fact.unit is None or UNIT in sums  # numbers were added up before
    if known not in (None, name):
        tables = {"fact": table_of(name), "known": table_of(known)}
        query = fill("unknown" if told else "units_known", tables=tables)
        [(unknown, *total)] = engine.rows(f"{name}: units that {known} does not know", query)
        sums = {UNIT: int(*total)} | sums if total else sums
    elif not told:
        sums = {UNIT: text_total(engine, one.fact, UNIT)} | sums
    return msgspec.structs.replace(one, sums=spoken(sums), unknown=unknown)


def known_by(project: Project, loaded: Collection[str], name: str) -> str | None:
    """The fact that holds the units by which a fact is keyed.

    That is the one that says to whom the units belong, or else the only wide fact that names them.
    """
    kind = project.fact(name).keyed_by
    tables = [relation.fact for relation in project.relations if relation.child == kind]
    tables = tables or [fact.name for fact in project.facts if fact.wide and fact.unit and fact.keyed_by == kind]
    return tables[0] if len(set(tables)) == 1 and tables[0] in loaded else None


def numeric_kinds(project: Project, raws: Mapping[str, Raw]) -> frozenset[str]:
    """Unit kinds whose ids are integers in every fact: they are joined as such; all others as text."""
    parents = {relation.parent for relation in project.relations}
    kinds = {raw.fact.keyed_by for raw in raws.values()} - parents
    return frozenset(
        kind
        for kind in kinds
        if all(raw.columns.get(raw.fact.unit or "") in INTEGERS for raw in raws.values() if raw.fact.keyed_by == kind)
    )


def load_fact(engine: Engine, columns: Columns) -> Loaded | tuple[Mistake, ...]:
    """Typed rows under the fact's name, without those that repeat or may be rejected."""
    made = make_table(engine, columns)
    return made if isinstance(made, tuple) else _measured(engine, columns, made)


def make_table(engine: Engine, columns: Columns) -> Supply | tuple[Mistake, ...] | None:
    """The fact's table; None where its rows were not looked at on the way."""
    fact = columns.raw.fact
    keep = engine.table if columns.parsing or fact.unit is None else engine.view
    if fact.id is None and not (fact.reject or fact.impossible or fact.merge):
        keep(table_of(fact.name), columns.rows())
        return None
    read = f"read_{fact.name}"
    keep(read, columns.rows())
    if fact.impossible:
        engine.table(f"ordered_{fact.name}", in_order(engine, columns, read))
        read = f"ordered_{fact.name}"
    [(supplied, unfit)] = engine.rows(
        f"{fact.name}: rows that fit", fill("fit", tables={"fact": read}, unfit=unfit_rows())
    )
    if unfit and not fact.reject:
        return refused(engine, columns, unfit)
    rejections = tuple(dict.fromkeys(one.at for one in misfits(engine, columns, LISTED))) if unfit else ()
    supply = Supply(int(supplied), int(unfit), rejections)
    if fact.merge:
        return _merged(engine, columns, _fitting(columns, read), supply)
    (engine.table if fact.id else keep)(table_of(fact.name), _fitting(columns, read))
    return supply


def make_again(engine: Engine, columns: Columns) -> tuple[Mistake, ...]:
    """The fact's table of rows that were looked at before: what does not fit is left out, and not counted again."""
    fact = columns.raw.fact
    if fact.merge or fact.impossible or not (fact.id or fact.reject):
        made = make_table(engine, columns)
        return made if isinstance(made, tuple) else ()
    make_some(engine, columns, table_of(fact.name))
    return ()


def make_some(engine: Engine, columns: Columns, table: str) -> None:
    """A table of rows that were looked at before, of a fact in which they do not depend on one another."""
    fact = columns.raw.fact
    keep = engine.table if columns.parsing else engine.view
    if not (fact.id or fact.reject):
        keep(table, columns.rows())
        return
    keep(f"read_{table}", columns.rows())
    (engine.table if fact.id else keep)(table, _fitting(columns, f"read_{table}"))


def _fitting(columns: Columns, read: str) -> exp.Query:
    """Of typed rows those that fit, each once where they have an id."""
    if columns.raw.fact.id is None:
        return commented(exp.select("*").from_(read).where(column(FITS)), "The rows that fit.")
    distinct = [column(one.name) for one in columns.held]
    return fill("distinct_rows", tables={"fact": read}, columns=distinct, fits=column(FITS))


def _merged(engine: Engine, columns: Columns, rows: exp.Query, supply: Supply) -> Supply | tuple[Mistake, ...]:
    """Without the rows that continue another; an id must name one row among all of them."""
    fact = columns.raw.fact
    whole = f"whole_{fact.name}"
    engine.table(whole, rows)
    measured = [named(exp.Max(this=column(AT)), "last"), named(_distinct(ID) if fact.id else ROWS.copy(), "ids")]
    [(rows_in, last, ids)] = engine.rows(
        f"{fact.name}: rows before merging", fill("summary", tables={"fact": whole}, measured=measured)
    )
    if ids != rows_in:
        return (_repeated_ids(columns, rows_in - ids),)
    engine.view(table_of(fact.name), merged(engine, columns, whole))
    return msgspec.structs.replace(supply, merged=Merged(rows_in, last))


def _repeated_ids(columns: Columns, rows: int) -> Mistake:
    repeating = "1 row repeats" if rows == 1 else f"{rows} rows repeat"
    found = f"{repeating} an id of {columns.raw.fact.id!r} with other contents"
    place = columns.raw.parts[0].place
    return Mistake(place, None, found, "an id names one row; correct the export or leave `id` out")


def no_rows(fact: Fact, place: str, supplied: int) -> Mistake:
    """Where a fact has no row, and nobody says that this is right."""
    found = "no row fits" if supplied else "there are no rows"
    return Mistake(place, None, found, f"if that is right, say facts.{fact.name}.through: DATE")


def refused(engine: Engine, columns: Columns, unfit: int) -> tuple[Mistake, ...]:
    """Rows that do not fit, as mistakes."""
    return too_many(tuple(misfits(engine, columns, LISTED)), unfit)


def unfit_rows() -> exp.Expr:
    """How many rows do not fit."""
    return total(when(column(FITS), integer(0), integer(1)))


def _measured(engine: Engine, columns: Columns, supply: Supply | None) -> Loaded | tuple[Mistake, ...]:
    """Reads the loaded fact once: rows, span, exact sums of what is used, and how many rows do not fit."""
    fact = columns.raw.fact
    asked = [
        named(unfit_rows() if supply is None else integer(0), "unfit"),
        *span(columns),
        named(_distinct(ID) if fact.id else ROWS.copy(), "ids"),
        named(_distinct(UNIT) if fact.wide and fact.unit else ROWS.copy(), "units"),
        *measured(columns),
    ]
    query = fill("summary", tables={"fact": table_of(fact.name)}, measured=asked)
    [(rows, misfit, first, last, ids, units, *values)] = engine.rows(f"{fact.name}: summary", query)
    if misfit:
        return refused(engine, columns, int(misfit))
    supply = supply or Supply(rows, 0, ())
    place = columns.raw.parts[0].place
    if not rows and fact.through is None:
        return (no_rows(fact, place, supply.rows),)
    if ids != rows:
        return (_repeated_ids(columns, rows - ids),)
    if units != rows:
        return (Mistake(place, None, _repeated_units(engine, fact), "a fact without `time` holds one row a unit"),)
    found = amounts(columns, rows, values)
    totals = found.sums | {name: text_total(engine, fact, name) for name in texts(columns) if name != UNIT}
    whole = supply.merged or Merged(rows, last)
    return Loaded(
        fact=fact,
        rows=rows,
        duplicates=supply.rows - supply.unfit - whole.rows,
        rejected=supply.unfit,
        first=first,
        last=whole.last,
        sums={one.name: totals[one.name] for one in used(columns) if one.name in totals},
        missing=found.missing,
        sources=columns.raw.sources,
        rejections=supply.rejections,
        merged=whole.rows - rows,
        negative=found.negative,
    )


def _distinct(name: str) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[column(name)]))


def _repeated_units(engine: Engine, fact: Fact) -> str:
    query = fill("repeated_units", tables={"fact": table_of(fact.name)})
    found = sorted((str(unit), count) for unit, count in engine.rows(f"{fact.name}: repeated units", query))
    unit, count = found[0]
    several = "1 unit has" if len(found) == 1 else f"{len(found)} units have"
    return f"{several} several rows, {unit!r} has {count}"


def text_total(engine: Engine, fact: Fact, name: str) -> int:
    """Exact sum of numbers that stand for a column's texts: another text is another number."""
    query = fill("text", tables={"fact": table_of(fact.name)}, text=column(name))
    [(found,)] = engine.rows(f"{fact.name}: text of {SPOKEN.get(name, name)}", query)
    return int(found)


def spoken(totals: dict[str, int]) -> dict[str, int]:
    """Totals under the names that a reader knows: those of the unit and of the time give way to a column's."""
    return {_spoken(name, totals): total for name, total in totals.items()}


def _spoken(name: str, names: Collection[str]) -> str:
    spoken = SPOKEN.get(name, name)
    return f"{spoken} of the row" if name in SPOKEN and spoken in names else spoken
