"""Tables and views of DuckDB and SQLite files."""

import sqlite3
from pathlib import Path

from sqlglot import exp

from liftledger.domain.fact import Fact, Table
from liftledger.domain.mistake import Mistake
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.engine import Refusal
from liftledger.engine.sources.raw import Hashes, Part, Raw, fingerprint
from liftledger.engine.sources.text_copy import copied


def open_duckdb(duck: Duck, fact: Fact, table: Table, path: Path, hashes: Hashes) -> Raw | tuple[Mistake, ...]:
    """Attaches the file, read-only."""
    source = fingerprint(fact, path, table.database, hashes=hashes)
    if isinstance(source, Mistake):
        return (source,)
    catalog = f"source_{fact.name}"
    duck.attach(path, catalog)
    refused = None
    for schema, name in _readings(table.name):
        query = exp.select("*").from_(exp.table_(name, db=schema, catalog=catalog, quoted=True))
        try:
            part = Part(f"{table.database}:{table.name}", duck.columns(query), query)
        except Refusal as refusal:
            refused = refused or refusal
            continue
        return Raw(fact, (part,), query, (source,), text=False)
    return (Mistake(table.database, None, f"table {table.name!r}: {refused}", f"check facts.{fact.name}.table"),)


def open_sqlite(duck: Duck, fact: Fact, table: Table, path: Path, hashes: Hashes) -> Raw | tuple[Mistake, ...]:
    """Copies the table as text: DuckDB's own reader of SQLite files would need a download."""
    source = fingerprint(fact, path, table.database, hashes=hashes)
    if isinstance(source, Mistake):
        return (source,)
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        cursor = _selected(database, table.name)
        header = [column[0] for column in cursor.description]
        records = ([_text(value) for value in row] for row in cursor)
        query = copied(duck.free("csv"), header, records)
    except sqlite3.Error as error:
        return (Mistake(table.database, None, f"table {table.name!r}: {error}", f"check facts.{fact.name}.table"),)
    finally:
        database.close()
    part = Part(f"{table.database}:{table.name}", dict.fromkeys(header, "VARCHAR"), query)
    return Raw(fact, (part,), query, (source,), text=True)


def _readings(name: str) -> list[tuple[str, str]]:
    """(schema, table) as which a name can be read: whole, or cut at a point."""
    schema, point, rest = name.partition(".")
    return [("main", name), (schema, rest)] if point else [("main", name)]


def _selected(database: sqlite3.Connection, name: str) -> sqlite3.Cursor:
    refused = None
    for schema, table in _readings(name):
        try:
            return database.execute(f"SELECT * FROM {_quoted(schema)}.{_quoted(table)}")  # noqa: S608, identifiers, quoted
        except sqlite3.OperationalError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str:
    """A value as SQLite would write it; a BLOB looks like nothing else."""
    if value is None:
        return ""
    return f"x'{value.hex()}'" if isinstance(value, bytes) else str(value)
