"""The PostgreSQL adapter: one session in one snapshot; it makes temporary tables and changes nothing else."""

from typing import Any

from sqlglot import exp

from liftledger.engine.dialect import rendered
from liftledger.engine.engine import (
    Engine,
    Exhausted,
    Refusal,
    Row,
    RowTooLarge,
    SumTooLarge,
    Unreachable,
    Watch,
    whole,
)

SETTINGS = (
    ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("extra_float_digits", "1"), ("client_encoding", "UTF8"),
)  # fmt: skip
NO_RESULT: list[Row] = []


class Postgres(Engine):
    """One connection; all that it reads is of one instant."""

    dialect = "postgres"

    def __init__(
        self, address: str, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None
    ) -> None:
        super().__init__(watch)
        try:
            import psycopg
        except ImportError as error:
            raise Refusal("PostgreSQL is an extra: pip install 'liftledger[postgres]'") from error
        try:
            self._db = psycopg.connect(address, autocommit=True, application_name="liftledger")
        except psycopg.Error as error:
            raise Unreachable(str(error).strip().splitlines()[0]) from error
        settings = [*SETTINGS]
        settings += [] if threads is None else [("max_parallel_workers_per_gather", str(threads - 1))]
        settings += [] if memory is None else [("work_mem", memory)]
        for setting in settings:
            self._db.execute("SELECT set_config(%s, %s, false)", setting)
        self._db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")

    def close(self) -> None:
        self._db.close()

    def columns(self, query: exp.Query) -> dict[str, str]:
        found = self._db.execute(
            rendered(exp.select("*").from_(query.subquery("q")).limit(0), self.dialect)
        ).description
        return {column.name: str(column.type_code) for column in found or ()}

    def table(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> None:
        super().table(name, query, rows_in=rows_in)
        self._execute(f"ANALYZE {exp.to_table(name).sql('postgres', identify=True)}")

    def fetch(self, sql: str, *values: Any) -> list[Row]:
        """What PostgreSQL says about itself."""
        return self._run(sql, values)

    def _execute(self, sql: str) -> list[Row]:
        return self._run(sql, None)

    def _run(self, sql: str, values: tuple[Any, ...] | None) -> list[Row]:
        import psycopg

        try:
            with self._db.transaction():  # a savepoint: what is refused leaves the snapshot as it is
                cursor = self._db.execute(sql, values or None)
                return [tuple(map(whole, row)) for row in cursor.fetchall()] if cursor.description else NO_RESULT
        except psycopg.Error as error:
            raise _said(error) from error


def _said(error: Any) -> Exception:
    state, text = error.sqlstate or "", str(error).strip().splitlines()[0]
    if state.startswith("53"):
        return Exhausted(text)
    if state == "22003":
        return (RowTooLarge if "bigint" in text else SumTooLarge)(text)
    if state.startswith(("08", "57")):
        return Unreachable(text)
    return Refusal(text)
