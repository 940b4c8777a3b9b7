"""A fact's rows as they were supplied: a relation that SQL can read, the same for every kind of source."""

import errno
import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact, Field, Files
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source

CHUNK = 1 << 20
INCOMPLETE = "check the file, it may be incomplete"
FULL = (errno.ENOSPC, errno.EDQUOT)
DAMAGED = (OSError, EOFError, zlib.error)  # what reading a file that is cut or damaged raises
PART = "_part"  # of a row: which part it is from
Hashes = Mapping[Path, str]  # SHA-256 of files that were hashed already


class Part(msgspec.Struct, frozen=True):
    """One file or table: its place as a user names it, its columns (name -> DuckDB type), its rows in their order."""

    place: str
    columns: dict[str, str]
    query: exp.Query
    row: exp.Expr | None = exp.Window(this=exp.RowNumber())  # a row's number, over the query; None: rows have no order
    tags: tuple[int | str, ...] = ()  # what its rows hold as `_part` in `Raw.parted`


class Raw(msgspec.Struct, frozen=True):
    """All parts of a fact, and a query over the columns that are used of all of them."""

    fact: Fact
    parts: tuple[Part, ...]
    query: exp.Query
    sources: tuple[Source, ...]
    text: bool  # every column is VARCHAR: reading is parsing, so it is done once
    parted: exp.Query | None = None  # the same rows with their `_part`, where the engine can tell
    newest_ms: int | None = None  # when the newest file changed, where the list of files tells every change

    @property
    def columns(self) -> dict[str, str]:
        return self.parts[0].columns


def joined(fact: Fact, opened: Sequence[tuple[Part, Source]]) -> Raw:
    """Parts whose queries yield the used columns as text, one after the other."""
    parts = tuple(part for part, _ in opened)
    query = parts[0].query.copy()
    for part in parts[1:]:
        query = exp.union(query, part.query.copy(), distinct=False, copy=False)
    return Raw(fact, parts, query, tuple(source for _, source in opened), text=True)


def by_part(raw: Raw) -> tuple[exp.Query, dict[int | str, str]]:
    """The rows with their `_part`, and the place that each of its values stands for."""
    if raw.parted is not None:
        return raw.parted, {tag: part.place for part in raw.parts for tag in part.tags}
    queries: list[exp.Query] = [
        exp.select(exp.Star(), exp.Alias(this=exp.Literal.number(number), alias=exp.to_identifier(PART))).from_(
            part.query.copy().subquery("part")
        )
        for number, part in enumerate(raw.parts)
    ]
    query = queries[0]
    for more in queries[1:]:
        query = exp.union(query, more, distinct=False, copy=False)
    return query, {number: part.place for number, part in enumerate(raw.parts)}


def fields(fact: Fact) -> tuple[Field, ...]:
    """Every typed column, the one that dates the rows included."""
    return fact.columns if fact.time is None else (fact.time, *fact.columns)


def arrival(fact: Fact) -> Field | None:
    """The column that says when a row came into a table; files on this machine are known by their contents."""
    return None if isinstance(fact.source, Files) and "://" not in fact.source.pattern else fact.arrival


def used(fact: Fact) -> tuple[str, ...]:
    """Source columns that the definitions use, each once."""
    arrived = arrival(fact)
    columns = [field.column for field in (*fields(fact), *([] if arrived is None else [arrived]))]
    named = [fact.unit, fact.id, *columns]
    return tuple(dict.fromkeys(name for name in named if name is not None))


def absent(raw: Raw) -> Iterator[Mistake]:
    """Used columns that a part lacks, or holds as another type than the first part does."""
    first = raw.parts[0]
    for part in raw.parts:
        for name in used(raw.fact):
            if name not in part.columns:
                yield _missing(raw, part, name)
            elif name in first.columns and part.columns[name] != first.columns[name]:
                found = f"column {name!r} is {part.columns[name]} here and {first.columns[name]} in {first.place}"
                yield Mistake(part.place, None, found, "files of one fact hold a column as one type")


def _missing(raw: Raw, part: Part, name: str) -> Mistake:
    cure = "it has " + ", ".join(repr(one) for one in list(part.columns)[:12])
    if len(part.columns) == 1 and raw.fact.source.format == "csv":
        cure += "; is the delimiter right? declare it, for example csv: {delimiter: ';'}"
    return Mistake(part.place, None, f"no column {name!r}, which facts.{raw.fact.name} uses", cure)


def fingerprint(
    fact: Fact, path: Path, place: str, dialect: str | None = None, *, hashes: Hashes | None = None
) -> Source | Mistake:
    """A file's size and hash."""
    try:
        digest = (hashes or {}).get(path) or hashed(path)
        return Source(fact.name, place, path.stat().st_size, digest, dialect)
    except DAMAGED as error:
        return damaged(place, error)


def hashed(path: Path) -> str:
    """SHA-256 of a file. A gzip file is read to its checksum, which DuckDB does not compare. Raises DAMAGED."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    if path.suffix == ".gz":
        with gzip.open(path) as packed:
            while packed.read(CHUNK):
                pass
    return digest.hexdigest()


def damaged(place: str, error: Exception) -> Mistake:
    """A file that cannot be read to its end; a disk that is full when it is copied is no fault of the file."""
    if isinstance(error, OSError) and error.errno in FULL:
        raise error
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Mistake(place, None, f"cannot be read ({reason})", INCOMPLETE)


def table_function(name: str, paths: list[Path], options: Mapping[str, exp.Expr]) -> exp.Expr:
    """name(['path', ...], option = value, ...), with the glob signs in paths escaped: they are expanded already."""
    files = exp.Array(expressions=[exp.Literal.string(_escaped(path)) for path in paths])
    named = [exp.EQ(this=exp.to_identifier(key), expression=value) for key, value in options.items()]
    return exp.Table(this=exp.Anonymous(this=name, expressions=[files, *named]))


def _escaped(path: Path) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))
