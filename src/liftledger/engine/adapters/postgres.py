"""The PostgreSQL adapter: one transaction in one snapshot; it makes temporary tables, and its end undoes all it did.

Only what a refresh keeps is there to stay, once it says `commit`.
"""

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from sqlglot import exp

from liftledger.engine.adapters.postgres_errors import NO_TEMPORARY, STANDBY, TOO_OLD, said, unreachable
from liftledger.engine.dialect import rendered
from liftledger.engine.dialects.plain import SPACES
from liftledger.engine.engine import Engine, Refusal, Row, Watch, whole
from liftledger.engine.machine import size

OLDEST = 13
# What would change an answer, whatever the database or the role has set. Functions and types are PostgreSQL's own,
# tables without a schema are ours; a policy that would hide rows is an error.
SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "row_security": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "jit": "off",  # compiling these wide queries takes longer than it saves
}
CONNECTION = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "fallback_application_name": "liftledger",
}
SHARES = 2  # sorts and hash tables that a process of our larger queries holds at a time
SERVER = """
SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num')::int4,
    pg_catalog.current_database(), current_user, pg_catalog.pg_is_in_recovery(),
    pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY'),
    pg_catalog.current_schemas(false)::text[], pg_catalog.current_setting('server_encoding')
"""
MOMENT = """
SELECT pg_current_snapshot()::text, pg_current_wal_lsn()::text, transaction_timestamp()::timestamp(0)::text
"""
# numbers that PostgreSQL has given to its types once and for all
NUMERIC, MONEY = 1700, 790
TYPES = {
    16: "BOOLEAN", 20: "BIGINT", 21: "SMALLINT", 23: "INTEGER", 700: "FLOAT", 701: "DOUBLE",
    1082: "DATE", 1114: "TIMESTAMP", 1184: "TIMESTAMP WITH TIME ZONE", MONEY: "MONEY",
}  # fmt: skip


class Server(msgspec.Struct, frozen=True):
    """What the server says of itself and of the role."""

    version: str
    number: int
    database: str
    role: str
    standby: bool
    temporary: bool  # whether the role may make temporary tables
    schemas: list[str]  # where the role's own search_path finds tables, in its order
    encoding: str


class Postgres(Engine):
    """One connection; all that it reads is of one instant."""

    dialect = "postgres"
    package = "psycopg"

    def __init__(
        self, address: str, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None
    ) -> None:
        super().__init__(watch)
        self._address = address
        self._db = _connected(address)
        try:
            self.server = self._looked_at()
            self._spaces = "".join(sign for sign in SPACES if _holds(self.server.encoding, sign))
            self.version = self._begin(threads or 0, memory)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        import psycopg

        with contextlib.suppress(psycopg.Error):
            self._db.rollback()
        self._db.close()

    def columns(self, query: exp.Query) -> dict[str, str]:
        """Reads no rows, but locks what it would read against changes of its shape, and needs the right to."""
        found = self._cursor(rendered(exp.select("*").from_(query.subquery("q")).limit(0), self.dialect)).description
        return {column.name: _type(column) for column in found or ()}

    def table(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> None:
        super().table(name, query, rows_in=rows_in)
        self._execute(f"ANALYZE {exp.to_table(name).sql('postgres', identify=True)}")

    def view(self, name: str, query: exp.Query) -> None:
        """A subquery has a view of its own: what it computes is then computed once a row, wherever it is mentioned."""
        origin = query.args.get("from_")
        if origin is not None and isinstance(origin.this, exp.Subquery):
            query, inner = query.copy(), f"{origin.this.alias}_{name}"
            super().view(inner, origin.this.this)
            query.args["from_"].this.replace(exp.alias_(exp.to_table(inner), origin.this.alias, table=True))
        super().view(name, query)

    def fetch(self, sql: str, *values: Any) -> list[Row]:
        """What PostgreSQL says about itself."""
        return [tuple(row) for row in self._cursor(sql, values).fetchall()]

    def run(self, sql: str) -> int:
        """Runs a statement, and counts the rows that it made."""
        return int(self._cursor(sql).rowcount)

    def copy(self, sql: str, path: Path) -> int:
        """Writes a query's rows to a new CSV file with a header, every value in quotes, and counts them."""
        import psycopg

        try:
            with self._db.transaction(), path.open("wb") as file, self._db.cursor() as cursor:
                with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)") as rows:
                    for part in rows:
                        file.write(part)
                return int(cursor.rowcount)
        except psycopg.Error as error:
            raise said(error) from error

    def commit(self) -> None:
        """What was made stays, but for temporary tables and views; the session reads and makes nothing from now on."""
        import psycopg

        try:
            self._db.execute("DISCARD TEMP")
            self._db.execute("COMMIT")
        except psycopg.Error as error:
            raise said(error) from error

    @contextlib.contextmanager
    def beside(self) -> Iterator[Any]:
        """A connection whose every transaction stands at once, whatever becomes of the session."""
        import psycopg

        connection = _connected(self._address)
        try:
            connection.read_only = False
            yield connection
        except psycopg.Error as error:
            raise said(error) from error
        finally:
            connection.close()

    def _sql(self, statement: exp.Expr, *, pretty: bool = False) -> str:
        """A database that cannot hold a letter takes no statement that does: its texts need not be trimmed of it."""
        return super()._sql(statement, pretty=pretty).replace(SPACES, self._spaces)

    def _execute(self, sql: str) -> list[Row]:
        cursor = self._cursor(sql)
        return [tuple(map(whole, row)) for row in cursor.fetchall()] if cursor.description else []

    def _cursor(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        import psycopg

        try:
            with self._db.transaction():  # a savepoint: what is refused leaves the snapshot as it is
                return self._db.execute(sql, values or None)
        except psycopg.Error as error:
            raise said(error) from error
        except UnicodeDecodeError as error:  # a database in SQL_ASCII holds any bytes
            raise Refusal("it holds a text that is not UTF-8, and its encoding SQL_ASCII does not say what") from error

    def _looked_at(self) -> Server:
        import psycopg

        try:
            [row] = self._db.execute(SERVER).fetchall()
        except psycopg.Error as error:
            raise said(error) from error
        server = Server(*row)
        if server.number < OLDEST * 10_000:
            raise Refusal(TOO_OLD.format(server=server, oldest=OLDEST))
        if server.standby:
            raise Refusal(STANDBY)
        if not server.temporary:
            raise Refusal(NO_TEMPORARY.format(database=quoted(server.database), role=quoted(server.role)))
        return server

    def _begin(self, threads: int, memory: str | None) -> str:
        """The moment that all is read of. Settings end with the transaction: a pool's next user does not get them."""
        import psycopg

        settings = {**SETTINGS}
        if threads:
            settings["max_parallel_workers_per_gather"] = str(threads - 1)
        if memory:
            share = size(memory) // 1024 // (max(threads, 1) * SHARES)
            settings |= {"work_mem": f"{max(64, share)}kB", "hash_mem_multiplier": "1"}
        try:
            self._db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE")
            for name, value in settings.items():
                self._db.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))
            [(snapshot, position, now)] = self._db.execute(MOMENT).fetchall()
        except psycopg.Error as error:
            raise said(error) from error
        server = f"PostgreSQL {self.server.version.split()[0]}, database {self.server.database}"
        return f"{server}, snapshot {snapshot}, write-ahead log at {position}, {now} UTC"


def _connected(address: str) -> Any:
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise Refusal("PostgreSQL is an extra: pip install 'liftledger[postgres]'") from error
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    try:
        given = conninfo_to_dict(address)
        ours: dict[str, Any] = {name: value for name, value in CONNECTION.items() if name not in given}
        if "PGCONNECT_TIMEOUT" in os.environ:
            ours.pop("connect_timeout", None)
        return psycopg.connect(address, autocommit=True, prepare_threshold=None, client_encoding="UTF8", **ours)
    except psycopg.Error as error:
        raise unreachable(error) from error


def _holds(encoding: str, sign: str) -> bool:
    """Whether a database of this encoding can hold a letter; of encodings that Python does not know, ASCII's."""
    try:
        sign.encode("cp" + encoding[3:] if encoding.startswith("WIN") else encoding)
    except UnicodeEncodeError:
        return False
    except LookupError:
        return sign.isascii()
    return True


def quoted(name: str) -> str:
    """The name as it stands in a statement that people read."""
    return str(exp.to_identifier(name, quoted=not re.fullmatch(r"[a-z_][a-z0-9_]*", name)).sql("postgres"))


def _type(column: Any) -> str:
    """Its type in DuckDB's words, of a domain the type that it is of; what has no such word is read as text."""
    if column.type_code != NUMERIC:
        return TYPES.get(column.type_code, "VARCHAR")
    digits, scale = column.precision, column.scale
    return "NUMERIC" if digits is None or not 0 <= scale <= digits <= 38 else f"DECIMAL({digits}, {scale})"
