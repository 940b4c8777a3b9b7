"""Tables and views of a PostgreSQL database, with their columns in types that every engine knows."""

from collections.abc import Sequence

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.engine import Refusal
from liftledger.engine.render import named
from liftledger.engine.sources.raw import Part, Raw, used

# Tables, partitioned and foreign ones, views, materialized views: all that can be read.
NAMED = """
SELECT c.oid::int8, n.nspname::text, c.relname::text
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname = ANY(%s) AND c.relname = %s
ORDER BY array_position(%s, n.nspname::text)
LIMIT 1
"""
ALIKE = """
SELECT n.nspname::text, c.relname::text
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname NOT LIKE 'pg%%'
    AND lower(%s::text) IN (lower(c.relname::text), lower(n.nspname::text || '.' || c.relname::text))
ORDER BY 1, 2
LIMIT 3
"""
COLUMNS = """
SELECT a.attname::text
FROM pg_attribute AS a
WHERE a.attrelid = %s::int8::oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
# Rows of a table that is emptied or written anew are gone for older snapshots too. From now on our locks prevent that.
REWRITTEN = """
SELECT c.oid::regclass::text
FROM pg_locks AS held
JOIN pg_class AS c ON c.oid = held.relation
WHERE held.pid = pg_backend_pid() AND held.locktype = 'relation' AND c.relfilenode <> 0
    AND c.relfilenode <> pg_relation_filenode(c.oid)
"""
RIGHTS = """
SELECT has_schema_privilege(%s, 'USAGE'), has_any_column_privilege(%s::int8::oid, 'SELECT'),
    row_security_active(%s::int8::oid)
"""


class Found(msgspec.Struct, frozen=True):
    """A table or view."""

    oid: int
    schema: str
    name: str

    @property
    def place(self) -> str:
        """As a user may write it."""
        return f"{self.schema}.{self.name}"

    @property
    def table(self) -> exp.Table:
        return exp.table_(self.name, db=self.schema, quoted=True)


def open_postgres_table(postgres: Postgres, fact: Fact, name: str) -> Raw | tuple[Mistake, ...]:
    """Its columns; reads no rows."""
    found = _found(postgres, name)
    if len(found) != 1:
        return (_unclear(postgres, fact, name, found),)
    [table] = found
    columns = [column for (column,) in postgres.fetch(COLUMNS, table.oid)]
    wanted = [exp.column(column, quoted=True) for column in used(fact) if column in columns]
    try:
        types = postgres.columns(exp.select(*wanted).from_(table.table) if wanted else _whole(table))
    except Refusal as refusal:
        return (Mistake(table.place, None, f"cannot be read ({refusal})", _right(postgres, table)),)
    if rewritten := postgres.fetch(REWRITTEN):
        cure = "run again when that is done"
        return (Mistake(table.place, None, f"{rewritten[0][0]} was emptied or written anew just now", cure),)
    values = [named(_value(column, types[column.name]), column.name) for column in wanted]
    query = exp.select(*values).from_(table.table) if values else _whole(table)
    part = Part(table.place, {column: _read(types.get(column, "")) for column in columns}, query)
    source = Source(fact.name, table.place, None, None, None, postgres.version)
    return Raw(fact, (part,), query, (source,), text=False)


def _whole(table: Found) -> exp.Select:
    return exp.select("*").from_(table.table)


def _found(postgres: Postgres, name: str) -> list[Found]:
    """The tables that the name can mean: whole, where the role's search_path looks; or a schema's, cut at a point."""
    pieces = name.split(".")
    readings = [(".".join(pieces[:cut]), ".".join(pieces[cut:])) for cut in range(1, len(pieces))]
    found = _named(postgres, postgres.server.schemas, name)
    for schema, table in readings:
        found += _named(postgres, [schema], table)
    return found


def _named(postgres: Postgres, schemas: Sequence[str], name: str) -> list[Found]:
    return [Found(*row) for row in postgres.fetch(NAMED, list(schemas), name, list(schemas))]


def _unclear(postgres: Postgres, fact: Fact, name: str, found: Sequence[Found]) -> Mistake:
    if found:
        several = " and ".join(f"table {one.name!r} of schema {one.schema!r}" for one in found)
        return Mistake(name, None, f"it is {several}", "write the schema too, or name one of them otherwise by a view")
    cure = f"check facts.{fact.name}.table"
    if alike := postgres.fetch(ALIKE, name):
        cure = "did you mean " + " or ".join(repr(".".join(row)) for row in alike) + "?"
    elif "." not in name:
        cure += ", and write its schema, as in schema.table; without one the role's search_path is looked through"
    return Mistake(name, None, f"there is no such table or view in the database {postgres.server.database!r}", cure)


def _right(postgres: Postgres, table: Found) -> str:
    """What the role lacks to read it."""
    [(schema, select, hidden)] = postgres.fetch(RIGHTS, table.schema, table.oid, table.oid)
    place, role = table.table.sql("postgres"), postgres.server.role
    if not schema:
        return f'GRANT USAGE ON SCHEMA {exp.to_identifier(table.schema, quoted=True).sql("postgres")} TO "{role}"'
    if not select:
        return f'GRANT SELECT ON {place} TO "{role}"'
    if hidden:
        return "a policy hides rows from this role; let a role read it that sees all of them (BYPASSRLS)"
    return "check its columns, what it reads, and the role's rights to them"


def _read(type_: str) -> str:
    """The type of what is read of a column."""
    return "NUMERIC" if type_ == "MONEY" else type_


def _value(source: exp.Column, type_: str) -> exp.Expr:
    """Texts of any kind as text that is told apart byte by byte, whatever the database's collation."""
    if type_ == "MONEY":  # as a number: as text its digits would wear the signs of a country
        return exp.cast(source.copy(), "NUMERIC")
    if type_ != "VARCHAR":
        return source.copy()
    return exp.Collate(this=exp.cast(source.copy(), "TEXT"), expression=exp.to_identifier("C", quoted=True))
