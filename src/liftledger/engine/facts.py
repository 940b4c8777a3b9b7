"""Facts as typed tables: every used value checked, repeated rows removed and counted, nothing dropped in silence.

A loaded fact is a table or view `fact_<name>` with `_unit`, `_at` (microseconds UTC, dated facts only) and one exact
column per field.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.expression import TEXT
from liftledger.domain.fact import Fact, Field
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.provenance import Rejection, Source
from liftledger.engine.duck import Duck, Refusal
from liftledger.engine.misfits import misfits, too_many
from liftledger.engine.render import all_of, any_of, column, integer, named, total, when
from liftledger.engine.source import Raw, open_source
from liftledger.engine.template import fill
from liftledger.engine.typed import INTEGERS, blank, needs_parsing, typed

UNIT, AT, ID, FITS = "_unit", "_at", "_id", "_fits"
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


class Held(msgspec.Struct, frozen=True):
    """A raw column that the typed table holds, under its name there."""

    name: str
    field: Field


def table_of(fact: str) -> str:
    """Name of the table that holds a loaded fact."""
    return f"fact_{fact}"


def load(duck: Duck, project: Project, folder: Path) -> tuple[dict[str, Loaded], tuple[Mistake, ...]]:
    """The facts that could be loaded, and every mistake in the data of all of them."""
    raws: dict[str, Raw] = {}
    mistakes: list[Mistake] = []
    for fact in project.facts:
        found = open_source(duck, fact, folder)
        absent = tuple(_absent(found)) if isinstance(found, Raw) else found
        mistakes += absent
        if isinstance(found, Raw) and not absent:
            raws[fact.name] = found
    numeric = _numeric_kinds(project, raws)
    loaded: dict[str, Loaded] = {}
    for name, raw in raws.items():
        try:
            result = _load(duck, raw, number=raw.fact.keyed_by in numeric)
        except Refusal as refusal:
            result = (_unreadable(raw, refusal),)
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


def _absent(raw: Raw) -> Iterator[Mistake]:
    """Columns that the definitions use and the source lacks."""
    fact, place = raw.fact, raw.parts[0].place
    used = {fact.unit, fact.id, *(field.column for field in _fields(fact))} - {None}
    shown = ", ".join(repr(name) for name in list(raw.columns)[:12])
    for name in sorted(str(name) for name in used if name not in raw.columns):
        cure = f"it has {shown}"
        if len(raw.columns) == 1 and raw.text and not raw.json:
            cure += "; is the delimiter right? declare it, for example csv: {delimiter: ';'}"
        yield Mistake(place, None, f"no column {name!r}, which facts.{fact.name} uses", cure)


def _fields(fact: Fact) -> tuple[Field, ...]:
    return fact.columns if fact.time is None else (fact.time, *fact.columns)


def _held(fact: Fact) -> list[Held]:
    held = [] if fact.unit is None else [Held(UNIT, Field("unit", fact.unit, TEXT))]
    held += [] if fact.time is None else [Held(AT, fact.time)]
    held += [] if fact.id is None else [Held(ID, Field("id", fact.id, TEXT))]
    return held + [Held(field.name, field) for field in fact.columns]


def _value(held: Held, raw: Raw, number: bool) -> exp.Expr:
    source, source_type = exp.column(held.field.column, quoted=True), raw.columns[held.field.column]
    if held.name == UNIT and number:
        return exp.cast(source, "BIGINT")
    return typed(source, source_type, held.field, json=raw.json)


def _fit(held: Held, raw: Raw, number: bool) -> exp.Expr:
    present = _present(exp.paren(_value(held, raw, number)))
    if not held.field.optional:
        return present
    source = exp.column(held.field.column, quoted=True)
    return exp.paren(any_of([present, blank(source, raw.columns[held.field.column])]))


def _load(duck: Duck, raw: Raw, *, number: bool) -> Loaded | tuple[Mistake, ...]:
    fact, held = raw.fact, _held(raw.fact)
    table = table_of(fact.name)
    filtered = fact.id is not None or fact.reject
    read = f"read_{fact.name}" if filtered else table
    query = _typed_rows(raw, held, number)
    parsing = any(needs_parsing(raw.columns[one.field.column], one.field) for one in held if one.name != UNIT)
    keep = duck.table if raw.text or parsing or fact.unit is None else duck.view
    keep(read, query)
    [(unfit,)] = duck.rows(f"{fact.name}: rows that do not fit", fill("fit", tables={"fact": read}, fits=column(FITS)))
    rejections = tuple(misfits(duck, raw, _checks(raw, held, number), LISTED)) if unfit else ()
    if unfit and not fact.reject:
        return too_many(rejections, unfit, {one.field.column: one.field for one in held})
    if fact.id is not None:
        distinct = [column(one.name) for one in held]
        keep = duck.table
        keep(table, fill("distinct_rows", tables={"fact": read}, columns=distinct, fits=column(FITS)))
    elif fact.reject:
        keep(table, exp.select("*").from_(read).where(column(FITS)))
    supplied = (
        duck.rows(f"{fact.name}: rows", exp.select(exp.Count(this=exp.Star())).from_(read))[0][0] if filtered else None
    )
    return _measured(duck, raw, held, supplied, unfit, rejections, number)


def _typed_rows(raw: Raw, held: list[Held], number: bool) -> exp.Query:
    """Typed columns, and whether all of them fit: a required one fits when it is not NULL."""
    columns = [named(_value(one, raw, number), one.name) for one in held]
    if raw.fact.unit is None:
        columns.insert(0, named(exp.Window(this=exp.RowNumber()), UNIT))
    fits = [_present(column(one.name)) for one in held if not one.field.optional]
    for one in (one for one in held if one.field.optional):
        columns.append(named(_fit(one, raw, number), f"{FITS}_{one.name}"))
        fits.append(column(f"{FITS}_{one.name}"))
    typed_columns = exp.select(*columns).from_(raw.query.copy().subquery("raw"))
    return exp.select(exp.Star(), named(all_of(fits), FITS)).from_(typed_columns.subquery("typed"))


def _present(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=value, expression=exp.Null()))


def _checks(raw: Raw, held: list[Held], number: bool) -> dict[str, exp.Expr]:
    """Source column -> whether its value fits."""
    return {one.field.column: _fit(one, raw, number) for one in held}


def _measured(
    duck: Duck,
    raw: Raw,
    held: list[Held],
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
        return total(value if number else exp.Length(this=value))
    match held.field.type.name:
        case "text":
            return total(exp.Length(this=value))
        case "boolean":
            return total(when(value, integer(1), integer(0)))
    return total(value)


def _named(totals: dict[str, int]) -> dict[str, int]:
    """Totals under the names that a reader knows; without a unit column there is no total of units."""
    names = {UNIT: "unit", AT: "time"}
    return {names.get(name, name): total for name, total in totals.items()}


def _unreadable(raw: Raw, refusal: Refusal) -> Mistake:
    text = str(refusal)
    place = next((part.place for part in raw.parts if Path(part.place).name in text), raw.parts[0].place)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line is None:
        return Mistake(place, None, f"cannot be read ({text})", "check the file, it may be incomplete")
    fields = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    number = int(line.group(1)) - 1
    if fields:
        found = f"the row has {fields.group(2)} fields, the header has {fields.group(1)}"
        return Mistake(place, number, found, "quote fields that hold the delimiter, or correct the row")
    if "unterminated quote" in text:
        return Mistake(
            place, number, "a quote is opened and never closed", "correct the row, or declare csv: {quote: ...}"
        )
    if "unicode" in text.lower():
        return Mistake(place, number, "a character is not UTF-8", "declare csv: {encoding: latin-1} or the right one")
    return Mistake(place, number, "the row cannot be read as CSV", "check delimiter and quotes")
