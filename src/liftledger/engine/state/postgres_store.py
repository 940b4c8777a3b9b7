"""What PostgreSQL keeps: tables of a schema of ours, made in the session's one transaction."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from sqlglot import exp

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.adapters.postgres import Postgres, quoted
from liftledger.engine.dialects.postgres import short
from liftledger.engine.engine import Row
from liftledger.engine.render import named
from liftledger.engine.state.store import Store

SCHEMA = "liftledger"
PURPOSE = "What liftledger refresh keeps from one time to the next; its tables may be dropped while none runs."
PATIENCE = "1s"  # for somebody who reads a table that is to go; it goes the next time

MAY_KEEP = """
SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = %s
"""
MAY_BEGIN = "SELECT has_database_privilege(current_database(), 'CREATE')"
READABLE = """
SELECT c.relname::text
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND starts_with(c.relname::text, %s) AND has_table_privilege(c.oid, 'SELECT')
"""
OWN = """
SELECT c.relname::text
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND starts_with(c.relname::text, %s) AND pg_has_role(c.relowner, 'USAGE')
"""


class PostgresStore(Store):
    """Tables called after the state's key: several companies may share one database."""

    def __init__(self, postgres: Postgres, key: str) -> None:
        self._postgres = postgres
        self._key = key
        self._prepare()

    @property
    def _engine(self) -> Postgres:
        return self._postgres

    def missing(self, names: Collection[str]) -> frozenset[str]:
        found = {name for (name,) in self._postgres.fetch(READABLE, SCHEMA, f"{self._key}_")}
        return frozenset(name for name in names if self._called(name) not in found)

    def commit(self) -> None:
        self._postgres.commit()

    def sweep(self, live: Collection[str]) -> None:
        """At once, whatever becomes of the session; tables that somebody reads, or rests a view on, stay for now."""
        from psycopg import errors

        kept = {self._called(name) for name in live}
        with self._postgres.beside() as connection:
            found = {name for (name,) in _at_once(connection, OWN, SCHEMA, f"{self._key}_")}
            for name in sorted(found - kept):
                drop = f"SET LOCAL lock_timeout = '{PATIENCE}'; DROP TABLE IF EXISTS {_of_ours(name).sql('postgres')}"
                with suppress(errors.LockNotAvailable, errors.DependentObjectsStillExist):
                    _at_once(connection, drop)

    def _keep(self, name: str, query: exp.Query, types: dict[str, str]) -> int:
        table = self._table(name).sql("postgres")
        rows = self._postgres.kept(
            f"keep {name}", _collated(query, types), lambda sql: self._postgres.run(f"CREATE TABLE {table} AS {sql}")
        )
        self._postgres.run(f"ANALYZE {table}")
        return rows

    def _read(self, names: tuple[str, ...]) -> exp.Query:
        rows = [exp.select("*").from_(self._table(name)) for name in names]
        return rows[0] if len(rows) == 1 else exp.union(*rows, distinct=False)

    def _table(self, name: str) -> exp.Table:
        return _of_ours(self._called(name))

    def _called(self, name: str) -> str:
        return short(f"{self._key}_{name}")

    def _prepare(self) -> None:
        """The schema is there at once: two first refreshes need not wait for each other's end."""
        from psycopg import errors

        server = self._postgres.server
        with self._postgres.beside() as connection:
            allowed = [may for (may,) in _at_once(connection, MAY_KEEP, SCHEMA)]
            [(may_begin,)] = _at_once(connection, MAY_BEGIN)
            if allowed == [True]:
                return
            role, database = quoted(server.role), quoted(server.database)
            if allowed == [False]:
                raise _refused(server.role, f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {role}")
            if not may_begin:
                grant = f"GRANT CREATE ON DATABASE {database} TO {role}"
                raise _refused(server.role, f"{grant}, or CREATE SCHEMA {SCHEMA} AUTHORIZATION {role}")
            # another refresh may be quicker
            with suppress(errors.UniqueViolation, errors.DuplicateSchema):
                _at_once(connection, f"CREATE SCHEMA {SCHEMA}")
                _at_once(connection, f"COMMENT ON SCHEMA {SCHEMA} IS '{PURPOSE}'")


def _refused(role: str, grant: str) -> Mistakes:
    found = f"the role {role!r} may make no tables in a schema {SCHEMA}, where a refresh keeps what it needs again"
    cure = f"{grant}; or use liftledger report, which keeps nothing"
    return Mistakes((Mistake("engine", None, found, cure),))


def _of_ours(table: str) -> exp.Table:
    return exp.table_(table, db=SCHEMA, quoted=True)


def _collated(query: exp.Query, types: dict[str, str]) -> exp.Query:
    """The query, its texts told apart byte by byte for good, whatever the database's collation."""
    texts = {name for name, type_ in types.items() if type_ == "VARCHAR"}
    if not texts:
        return query
    values = [named(_text(name) if name in texts else _column(name), name) for name in types]
    return exp.select(*values).from_(query.subquery("kept"))


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def _text(name: str) -> exp.Expr:
    return exp.Collate(this=exp.cast(_column(name), "TEXT"), expression=exp.to_identifier("C", quoted=True))


def _at_once(connection: Any, sql: str, *values: Any) -> list[Row]:
    """A statement that stands at its end; names are PostgreSQL's own."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        cursor = connection.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []
