"""Where a fact's rows come from, as a relation that SQL can read: files, or tables of a DuckDB or SQLite file."""

import csv
import hashlib
import sqlite3
from pathlib import Path

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact, Files, Table
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.csv_file import Shape, shape
from liftledger.engine.duck import Duck, Refusal

CHUNK = 1 << 20


class Part(msgspec.Struct, frozen=True):
    """One file or table: its place as a user names it, and a query over its rows in their order."""

    place: str
    query: exp.Query


class Raw(msgspec.Struct, frozen=True):
    """A fact's rows as they were supplied. Parts have the same columns; text formats yield VARCHAR only."""

    fact: Fact
    parts: tuple[Part, ...]
    query: exp.Query  # all parts
    columns: dict[str, str]  # source column -> DuckDB type
    sources: tuple[Source, ...]
    text: bool  # reading is parsing, so it is done once
    json: bool = False


def open_source(duck: Duck, fact: Fact, folder: Path) -> Raw | tuple[Mistake, ...]:
    """Finds the fact's files or table and looks at the columns; reads no rows."""
    try:
        match fact.source:
            case Files():
                return _open_files(duck, fact, fact.source, folder)
            case Table(format="sqlite"):
                return _open_sqlite(duck, fact, fact.source, folder)
            case Table():
                return _open_duckdb(duck, fact, fact.source, folder)
    except Refusal as refusal:
        place = fact.source.pattern if isinstance(fact.source, Files) else fact.source.database
        return (Mistake(place, None, f"cannot be read: {refusal}", "check the file, it may be incomplete"),)


def source_of(fact: Fact, path: Path, place: str, dialect: str | None = None) -> Source:
    """A file's size and hash, as the provenance keeps them."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return Source(fact.name, place, path.stat().st_size, digest.hexdigest(), dialect)


def _open_files(duck: Duck, fact: Fact, files: Files, folder: Path) -> Raw | tuple[Mistake, ...]:
    paths = [path for path in _matching(folder, files.pattern) if path.is_file()]
    if not paths:
        cure = "check facts." + fact.name + ".files; paths are relative to liftledger.yaml"
        return (Mistake(files.pattern, None, "no such file", cure),)
    places = {path: _place(path, folder, files.pattern) for path in paths}
    if files.format == "csv":
        return _open_csv(fact, files, places)
    empty = [
        Mistake(places[path], None, "the file is empty", "it needs rows") for path in paths if not path.stat().st_size
    ]
    if empty:
        return tuple(empty)
    read = _parquet if files.format == "parquet" else _json(paths, places)
    if isinstance(read, Mistake):
        return (read,)
    query = read(paths)
    columns = duck.columns(query)
    sources = tuple(source_of(fact, path, place) for path, place in places.items())
    parts = tuple(Part(place, read([path])) for path, place in places.items())
    return Raw(fact, parts, query, columns, sources, text=files.format == "json", json=files.format == "json")


def _open_csv(fact: Fact, files: Files, places: dict[Path, str]) -> Raw | tuple[Mistake, ...]:
    shapes = {path: shape(path, place, files.dialect) for path, place in places.items()}
    mistakes = [found for found in shapes.values() if isinstance(found, Mistake)]
    first_path, first = next(iter(shapes.items()))
    for path, found in shapes.items():
        if isinstance(found, Shape) and isinstance(first, Shape) and set(found.header) != set(first.header):
            differing = sorted(set(found.header) ^ set(first.header))
            text = f"its columns differ from those of {places[first_path]}: {', '.join(map(repr, differing))}"
            mistakes.append(Mistake(places[path], None, text, "files of one fact share their columns"))
    if mistakes:
        return tuple(mistakes)
    read = {path: _csv(path, found) for path, found in shapes.items() if isinstance(found, Shape)}
    assert isinstance(first, Shape)
    names = [exp.column(name, quoted=True) for name in first.header]
    selects = [exp.select(*(name.copy() for name in names)).from_(table) for table in read.values()]
    query: exp.Query = selects[0]
    for select in selects[1:]:
        query = exp.union(query, select, distinct=False)
    sources = tuple(source_of(fact, path, place, str(shapes[path])) for path, place in places.items())
    parts = tuple(Part(places[path], select) for path, select in zip(read, selects, strict=True))
    return Raw(fact, parts, query, dict.fromkeys(first.header, "VARCHAR"), sources, text=True)


def _csv(path: Path, found: Shape) -> exp.Expr:
    options: dict[str, exp.Expr] = {
        "columns": exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.Literal.string(name), expression=exp.Literal.string("VARCHAR"))
                for name in found.header
            ]
        ),
        "auto_detect": exp.false(),
        "header": exp.true(),
        "delim": exp.Literal.string(found.delimiter),
        "quote": exp.Literal.string(found.quote),
        "escape": exp.Literal.string(found.quote),
        "compression": exp.Literal.string("gzip" if path.suffix == ".gz" else "none"),
    }
    if found.encoding != "utf-8":
        options["encoding"] = exp.Literal.string(found.encoding)
    return _reader("read_csv", [path], options)


def _parquet(paths: list[Path]) -> exp.Query:
    options: dict[str, exp.Expr] = {"hive_types_autocast": exp.false()}
    if len(paths) > 1:
        options["union_by_name"] = exp.true()
    return exp.select("*").from_(_reader("read_parquet", paths, options))


def _json(paths: list[Path], places: dict[Path, str]) -> "_JsonReader | Mistake":
    try:
        return _JsonReader.over(paths, places)
    except _Unreadable as error:
        return error.mistake


class _Unreadable(Exception):
    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


class _JsonReader:
    """Reads JSON Lines as text: DuckDB's own inference would turn 12.345 into a double."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.keys = keys

    @classmethod
    def over(cls, paths: list[Path], places: dict[Path, str]) -> "_JsonReader":
        """All keys of all lines; JSON Lines have no header, so every line is looked at."""
        keys: dict[str, None] = {}
        for path in paths:
            for number, line in enumerate(_lines(path, places[path]), start=1):
                if not line.strip():
                    continue
                try:
                    found = msgspec.json.decode(line)
                except msgspec.DecodeError as error:
                    mistake = Mistake(places[path], number, f"not a JSON object ({error})", "write one object a line")
                    raise _Unreadable(mistake) from error
                if not isinstance(found, dict):
                    raise _Unreadable(Mistake(places[path], number, "not a JSON object", "write one object a line"))
                keys.update(dict.fromkeys(found))
        return cls(tuple(keys))

    def __call__(self, paths: list[Path]) -> exp.Query:
        columns = exp.Struct(
            expressions=[
                exp.PropertyEQ(this=exp.Literal.string(key), expression=exp.Literal.string("VARCHAR"))
                for key in self.keys
            ]
        )
        options: dict[str, exp.Expr] = {"format": exp.Literal.string("newline_delimited"), "columns": columns}
        return exp.select("*").from_(_reader("read_json", paths, options))


def _lines(path: Path, place: str) -> "list[bytes]":
    import gzip

    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise _Unreadable(
            Mistake(place, None, f"cannot be read ({error})", "check the file, it may be incomplete")
        ) from error
    return data.removeprefix(b"\xef\xbb\xbf").splitlines()


def _open_duckdb(duck: Duck, fact: Fact, table: Table, folder: Path) -> Raw | tuple[Mistake, ...]:
    path = folder / table.database
    if not path.is_file():
        return (Mistake(table.database, None, "no such file", f"check facts.{fact.name}.database"),)
    source = source_of(fact, path, table.database)
    name = f"source_{fact.name}"
    duck.attach(path, name)
    target = exp.to_table(table.name, dialect="duckdb")
    parts = [part.name for part in target.parts]
    where = exp.table_(parts[-1], db=parts[-2] if len(parts) > 1 else "main", catalog=name, quoted=True)
    query = exp.select("*").from_(where)
    try:
        columns = duck.columns(query)
    except Refusal as refusal:
        return (Mistake(table.database, None, f"table {table.name!r}: {refusal}", f"check facts.{fact.name}.table"),)
    return Raw(fact, (Part(f"{table.database}:{table.name}", query),), query, columns, (source,), text=False)


def _open_sqlite(duck: Duck, fact: Fact, table: Table, folder: Path) -> Raw | tuple[Mistake, ...]:
    """Copies the table as text into a CSV file of our own: DuckDB's SQLite extension would need a download."""
    path = folder / table.database
    if not path.is_file():
        return (Mistake(table.database, None, "no such file", f"check facts.{fact.name}.database"),)
    source = source_of(fact, path, table.database)
    copy = duck.spill / f"{fact.name}.csv"
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        quoted = '"' + table.name.replace('"', '""') + '"'
        cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608, an identifier, quoted
        header = tuple(column[0] for column in cursor.description)
        with copy.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([_text(value) for value in row] for row in cursor)
    except sqlite3.Error as error:
        return (Mistake(table.database, None, f"table {table.name!r}: {error}", f"check facts.{fact.name}.table"),)
    finally:
        database.close()
    query = exp.select("*").from_(_csv(copy, Shape(header, ",", '"', "utf-8", ())))
    part = Part(f"{table.database}:{table.name}", query)
    return Raw(fact, (part,), query, dict.fromkeys(header, "VARCHAR"), (source,), text=True)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)


def _reader(function: str, paths: list[Path], options: dict[str, exp.Expr]) -> exp.Expr:
    files = exp.Array(expressions=[exp.Literal.string(_literal(path)) for path in paths])
    named = [exp.EQ(this=exp.to_identifier(name), expression=value) for name, value in options.items()]
    return exp.Table(this=exp.Anonymous(this=function, expressions=[files, *named]))


def _literal(path: Path) -> str:
    """The path with glob signs escaped: Python has expanded the user's pattern already."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files of a pattern with or without wildcards, relative to the project or absolute, in order."""
    whole = folder / pattern
    steps = [step for step in whole.parts if any(sign in step for sign in "*?[")]
    if not steps:
        return [whole]
    first = whole.parts.index(steps[0])
    return sorted(Path(*whole.parts[:first]).glob(str(Path(*whole.parts[first:]))))


def _place(path: Path, folder: Path, pattern: str) -> str:
    """The path as the user would write it: relative to the project where it was declared so."""
    return str(path) if Path(pattern).is_absolute() else str(Path(path).relative_to(folder))
