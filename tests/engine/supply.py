"""The rows that a test writes, given to the engine on which it runs: the same texts and values on every one."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import psycopg
from psycopg import sql
from sqlglot import exp

from liftledger.domain.fact import Fact, Files, Table
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.dialect import CANONICAL, rendered
from liftledger.engine.engine import Engine
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.source import open_source
from tests.servers.postgres import Server
from tests.servers.spark import ADDRESS


class Supplied(msgspec.Struct, frozen=True):
    """An engine, and the project as it finds the facts."""

    engine: Engine
    project: Project
    folder: Path
    schema: str = ""  # of its tables

    def told(self, mistakes: Iterable[Mistake]) -> list[str]:
        """The sentences, about files as the test wrote them."""
        return [str(mistake).removeprefix(f"{self.schema}.") for mistake in mistakes]


Host = Callable[[Project, Path, int], AbstractContextManager[Supplied]]


@contextmanager
def on_duckdb(project: Project, folder: Path, threads: int) -> Iterator[Supplied]:
    """The files as they are."""
    with Duck(threads=threads) as duck:
        yield Supplied(duck, project, folder)


@contextmanager
def on_spark(project: Project, folder: Path, threads: int) -> Iterator[Supplied]:
    """Parquet files that are called as the test's: texts of CSV and JSON as text, Parquet as it is."""
    with TemporaryDirectory(prefix="liftledger-supply-") as copies:
        target = Path(copies)
        with Duck(threads=1) as duck:
            facts = tuple(_as_parquet(duck, fact, folder, target) for fact in project.facts)
        with Spark(ADDRESS, threads=threads) as spark:
            spark.session.conf.set("spark.sql.shuffle.partitions", "1")
            yield Supplied(spark, msgspec.structs.replace(project, facts=facts, engine=ADDRESS), target)


def on_postgres(server: Server, database: str) -> Host:
    """Tables that are called as the test's files, in a schema that goes with the engine."""
    schemas = count(1)

    @contextmanager
    def supplied(project: Project, folder: Path, threads: int) -> Iterator[Supplied]:
        schema, address = f"rows{next(schemas)}", server.address(database)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
            with Duck(threads=1) as duck:
                facts = tuple(_as_table(duck, fact, folder, connection, schema) for fact in project.facts)
            try:
                with Postgres(address, threads=threads) as postgres:
                    yield Supplied(
                        postgres, msgspec.structs.replace(project, facts=facts, engine=address), folder, schema
                    )
            finally:
                connection.execute(f"DROP SCHEMA {schema} CASCADE")

    return supplied


_hosts: list[Host] = [on_duckdb]


@contextmanager
def hosted(host: Host) -> Iterator[None]:
    """What is supplied meanwhile is supplied there; without it, to DuckDB."""
    _hosts.append(host)
    try:
        yield
    finally:
        _hosts.pop()


def supplied(project: Project, folder: Path, *, threads: int = 2) -> AbstractContextManager[Supplied]:
    """The engine on which the test runs, with the facts of the folder."""
    return _hosts[-1](project, folder, threads)


def _read(duck: Duck, fact: Fact, folder: Path) -> Raw:
    """As DuckDB reads it; a test of a source that cannot be read is a test of DuckDB."""
    found = open_source(duck, fact, folder)
    assert isinstance(found, Raw), found
    return found


def _as_parquet(duck: Duck, fact: Fact, folder: Path, target: Path) -> Fact:
    assert isinstance(fact.source, Files)
    for part in _read(duck, fact, folder).parts:
        copy = target / part.place
        copy.parent.mkdir(parents=True, exist_ok=True)
        if fact.source.format == "parquet":
            shutil.copyfile(folder / part.place, copy)
        else:
            path = exp.Literal.string(str(copy)).sql(CANONICAL)
            duck._execute(f"COPY ({rendered(part.query, CANONICAL)}) TO {path} (FORMAT parquet)")
    return msgspec.structs.replace(fact, source=Files(fact.source.pattern, "parquet"))


TYPES = {
    "DOUBLE": "double precision", "FLOAT": "real", "BLOB": "bytea", "HUGEINT": "numeric(38, 0)",
    "TIMESTAMP WITH TIME ZONE": "timestamptz", "UBIGINT": "numeric(20, 0)", "UINTEGER": "bigint",
    "TINYINT": "smallint", "UTINYINT": "smallint", "USMALLINT": "integer",
}  # fmt: skip


def _as_table(duck: Duck, fact: Fact, folder: Path, connection: psycopg.Connection, schema: str) -> Fact:
    assert isinstance(fact.source, Files)
    query = _read(duck, fact, folder).query
    types = duck.columns(query)
    rows = duck._execute(rendered(query, CANONICAL))
    typed = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_postgres_type(type_))) for name, type_ in types.items()
    ]
    table = sql.Identifier(schema, fact.source.pattern)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(typed)))
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
        for row in rows:
            copy.write_row(row)
    return msgspec.structs.replace(fact, source=Table(f"{schema}.{fact.source.pattern}", "", "postgres"))


def _postgres_type(type_: str) -> str:
    return "text" if type_ == "VARCHAR" else TYPES.get(type_, type_)
