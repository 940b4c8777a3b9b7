"""Tables that change between refreshes: in a DuckDB file, in PostgreSQL, and in files that only Spark can go to."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import duckdb
import msgspec
import psycopg

from liftledger.domain.fact import Fact, Files, Table
from liftledger.domain.project import Project
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Engine
from tests.engine.conftest import DATABASE
from tests.servers.postgres import Server
from tests.servers.spark import ADDRESS

numbers = count(1)


class Tables:
    """The tables of some facts, on the engine on which the test runs; statements are those that all databases know."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "records.duckdb"

    def run(self, *statements: str) -> None:
        """What happens to the records meanwhile; a table is made as `CREATE TABLE name (...)`."""
        with duckdb.connect(str(self.path)) as database:
            for statement in statements:
                database.execute(statement)

    def found(self, fact: Fact) -> Fact:
        """The fact, whose rows are in the table that is called as it."""
        return msgspec.structs.replace(fact, source=Table(fact.name, self.path.name, "duckdb"))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """A session that sees the tables as they are now."""
        with Duck(threads=1) as found:
            yield found

    def project(self, *facts: Fact) -> Project:
        found = tuple(map(self.found, facts))
        return Project("Acme", "USD", "duckdb", found, ("user",), (), (), (), ())


class OnSpark(Tables):
    """Files made anew of tables whenever these change."""

    def run(self, *statements: str) -> None:
        super().run(*statements)
        with duckdb.connect(str(self.path)) as database:
            for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                (self.folder / name).mkdir(exist_ok=True)
                for old in (self.folder / name).iterdir():
                    old.unlink()
                place = self.folder / name / f"part-{next(numbers)}.parquet"
                database.execute(f"COPY {name} TO '{place}' (FORMAT parquet)")

    def found(self, fact: Fact) -> Fact:
        return msgspec.structs.replace(fact, source=Files(f"file://{self.folder / fact.name}", "parquet"))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        with Spark(ADDRESS, threads=1) as found:
            found.session.conf.set("spark.sql.shuffle.partitions", "1")
            yield found


class OnPostgres(Tables):
    """A schema of a database."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.address = server.address(DATABASE)
        self.schema = f"changing{next(numbers)}"
        self.run(f"CREATE SCHEMA {self.schema}")

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.address) as connection:
            for statement in (f"SET search_path TO {self.schema}", *statements):
                connection.execute(statement.encode())

    def found(self, fact: Fact) -> Fact:
        return msgspec.structs.replace(fact, source=Table(f"{self.schema}.{fact.name}", "", "postgres"))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        with Postgres(self.address, threads=1) as found:
            yield found
