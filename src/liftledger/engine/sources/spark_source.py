"""Parquet files and tables that Spark reads: beside the definitions, in a store of files, or in Spark's catalog."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.spark import Spark, literal
from liftledger.engine.adapters.spark_types import usable
from liftledger.engine.engine import Refusal
from liftledger.engine.render import named
from liftledger.engine.sources.raw import INCOMPLETE, PART, Hashes, Part, Raw, absent, fingerprint, used

MAGIC = (b"PAR1", b"PARE")  # what a Parquet file begins and ends with
LISTED = "not of the bytes: of the list of files with their sizes and times of change"


def open_spark_files(
    spark: Spark, fact: Fact, places: Mapping[Path, str], hashes: Hashes, label: str
) -> Raw | tuple[Mistake, ...]:
    """Looks at the columns of every file, which are then a view under the label; reads no rows."""
    view = f"source_{label}"
    found = [_sealed(path, place) or fingerprint(fact, path, place, hashes=hashes) for path, place in places.items()]
    mistakes = tuple(one for one in found if isinstance(one, Mistake))
    if mistakes:
        return mistakes
    try:
        query = spark.files(view, [literal(path) for path in places], _base(places))
    except Refusal:
        if differing := _differing(spark, fact, places, view):
            return differing
        raise
    types = spark.columns(query)
    own = [spark.names(path) for path in places]
    folders = set(types).difference(*own)  # names of folders such as day=2026-01-31
    parts = []
    for path, names in zip(places, own, strict=True):
        rows, number, tags = spark.of_file(view, path)
        columns = {name: type_ for name, type_ in types.items() if name in names or name in folders}
        parts.append(Part(places[path], columns, rows, number, tags))
    sources = tuple(one for one in found if isinstance(one, Source))
    parted = spark.with_files(view, PART)
    return tuple(_unusable(fact, parts[0])) or Raw(fact, tuple(parts), query, sources, text=False, parted=parted)


def open_spark_location(spark: Spark, fact: Fact, pattern: str) -> Raw | tuple[Mistake, ...]:
    """Files where only Spark can go, such as s3a://bucket/events or hdfs://host/events/*.parquet."""
    try:
        query = spark.files(f"source_{fact.name}", [pattern])
    except Refusal as refusal:
        return (Mistake(pattern, None, f"cannot be read ({refusal})", f"check facts.{fact.name}.files"),)
    part = Part(pattern, spark.columns(query), query, row=None)
    source, newest = _listed(spark, fact, pattern, query)
    return tuple(_unusable(fact, part)) or Raw(fact, (part,), query, (source,), text=False, newest_ms=newest)


def open_spark_table(spark: Spark, fact: Fact, name: str) -> Raw | tuple[Mistake, ...]:
    """A table or view of Spark's catalog."""
    refused = None
    for steps in _readings(name):
        query = _selected(spark, steps, [])
        try:
            types = spark.columns(query)
        except Refusal as refusal:
            if not _is_unknown(refusal):
                refused = refusal
            continue
        binary = [column for column, type_ in types.items() if type_ == "BLOB"]
        query = _selected(spark, steps, list(types), binary) if binary else query
        part = Part(name, spark.columns(query), query, row=None)
        source, _ = _listed(spark, fact, name, query)  # of a table, the list of its files need not tell all
        return tuple(_unusable(fact, part)) or Raw(fact, (part,), query, (source,), text=False)
    if refused is not None:
        return (Mistake(name, None, f"cannot be read ({refused})", f"check facts.{fact.name}.table"),)
    cure = f"check facts.{fact.name}.table; a table of another database is written database.table"
    return (Mistake(name, None, "Spark's catalog has no such table or view", cure),)


def _differing(spark: Spark, fact: Fact, places: Mapping[Path, str], view: str) -> tuple[Mistake, ...]:
    """Why files cannot be read as one: a column has other types in some of them."""
    parts = []
    for path, place in places.items():
        query = spark.files(view, [literal(path)])
        parts.append(Part(place, spark.columns(query), query))
    return tuple(absent(Raw(fact, tuple(parts), parts[0].query, (), text=False)))


def _sealed(path: Path, place: str) -> Mistake | None:
    """A mistake where a file does not begin and end as Parquet does."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            if not start:
                return Mistake(place, None, "the file is empty", INCOMPLETE)
            stream.seek(-4, 2)
            end = stream.read(4)
    except OSError:
        return None  # its fingerprint says why
    if start in MAGIC and end in MAGIC:
        return None
    reason = "it stops before its end" if start in MAGIC else "it is not a Parquet file"
    return Mistake(place, None, reason, INCOMPLETE)


def _base(paths: Mapping[Path, str]) -> Path | None:
    """The folder above those that are named after a column's value, where there is one for all files."""
    bases = set()
    for path in paths:
        steps = path.parts
        partition = next((place for place, step in enumerate(steps[:-1]) if "=" in step), None)
        bases.add(None if partition is None else Path(*steps[:partition]))
    return bases.pop() if len(bases) == 1 else None


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """As which a name can be read: whole, cut at every point, at the first, at the last."""
    cuts = [(name,), tuple(name.split(".")), tuple(name.split(".", 1)), tuple(name.rsplit(".", 1))]
    return (steps for steps in dict.fromkeys(cuts) if all(steps))


def _selected(spark: Spark, steps: tuple[str, ...], columns: list[str], binary: list[str] | None = None) -> exp.Query:
    """Of the table itself: a name alone could be that of a view of ours."""
    steps = (*spark.home, *steps) if len(steps) == 1 else steps
    identifiers = [exp.to_identifier(step, quoted=True) for step in steps]
    table: exp.Expr = identifiers[0]
    values: list[exp.Expr] = []
    for column in columns:
        value: exp.Expr = exp.column(column, quoted=True)
        values.append(named(exp.cast(value, "VARCHAR"), column) if column in (binary or ()) else value)
    if len(identifiers) > 3:
        rest = exp.Dot.build(identifiers[2:])
        table = exp.Table(this=rest, db=identifiers[1], catalog=identifiers[0])
    else:
        table = exp.Table(**dict(zip(("this", "db", "catalog"), reversed(identifiers), strict=False)))
    return exp.select(*(values or [exp.Star()])).from_(table)


def _is_unknown(refusal: Refusal) -> bool:
    return any(
        word in str(refusal) for word in ("NOT_FOUND", "REQUIRES_SINGLE_PART_NAMESPACE", "MULTI_PART", "INVALID")
    )


def _listed(spark: Spark, fact: Fact, place: str, query: exp.Query) -> tuple[Source, int | None]:
    """What stands for the version of files that are not hashed: which they are, how large, since when; and the last."""
    size, digest, newest = spark.version(query)
    return Source(fact.name, place, size, digest, None, None if digest is None else LISTED), newest


def _unusable(fact: Fact, part: Part) -> Iterator[Mistake]:
    for name in used(fact):
        if name in part.columns and not usable(part.columns[name]):
            found = f"column {name!r} is {part.columns[name]}, from which no value can be read"
            yield Mistake(part.place, None, found, "select what is in it as a column of its own, in a view")
