"""Tables in PostgreSQL: few rights, one transaction, and of a state's own tables only."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from sqlglot import exp

from liftledger.domain.mistake import Mistakes
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.engine import Engine
from liftledger.engine.render import column, integer
from liftledger.engine.state.open import open_store
from liftledger.engine.state.store import Store
from tests.servers.postgres import Server

NUMBER = count(1)
KEY, OTHER = "00ff00ff00ff00ff", "11aa11aa11aa11aa"
ROLES = ("reader", "keeper")
TABLES = (
    "SELECT relname::text FROM pg_class WHERE relnamespace = 'liftledger'::regnamespace AND relkind = 'r' ORDER BY 1"
)
TEMPORARY = "SELECT count(*) FROM pg_class WHERE relpersistence = 't'"
SCHEMA = "SELECT count(*) FROM pg_namespace WHERE nspname = 'liftledger'"
KEEPING = """
import sys
from pathlib import Path
from sqlglot import exp
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.render import integer
from liftledger.engine.state.open import open_store
postgres = Postgres(sys.argv[1])
store = open_store(postgres, Path(), sys.argv[2])
store.keep("run", exp.select(exp.alias_(integer(1), "n")))
print("kept", flush=True)
sys.stdin.read()
"""


class Database(msgspec.Struct, frozen=True):
    """A database of one test, whose texts are in the order of a language."""

    server: Server
    name: str

    def address(self, user: str = "postgres") -> str:
        return self.server.address(self.name, user)

    def run(self, statements: str) -> list[tuple[Any, ...]]:
        """As the superuser."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            cursor = connection.execute(statements)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def session(self, key: str = KEY, user: str = "postgres") -> Iterator[tuple[Engine, Store]]:
        with Postgres(self.address(user)) as postgres:
            yield postgres, open_store(postgres, Path(), key)

    def refused(self, user: str) -> str:
        with pytest.raises(Mistakes) as caught, self.session(user=user):
            pass
        return str(caught.value)

    def tables(self) -> list[str]:
        return [name for (name,) in self.run(TABLES)]


@pytest.fixture
def database(postgres_server) -> Iterator[Database]:
    name = f"of_a_store_{next(NUMBER)}"
    postgres_server.database(name, icu="en-US")
    yield Database(postgres_server, name)
    postgres_server.drop(name)
    for role in ROLES:
        postgres_server.run(f"DROP ROLE IF EXISTS {role}")


def one(value: int) -> exp.Query:
    return exp.select(exp.alias_(integer(value), "n"))


def kept(database: Database, key: str, *names: str, user: str = "postgres") -> None:
    with database.session(key, user) as (_, store):
        for name in names:
            store.keep(name, one(7))
        store.commit()


# --- the role


def test_a_role_that_may_not_create_is_told_what_to_grant(database):
    database.run("CREATE ROLE reader LOGIN")
    assert database.refused("reader") == (
        "engine: the role 'reader' may make no tables in a schema liftledger, where a refresh keeps what it needs "
        f"again; GRANT CREATE ON DATABASE {database.name} TO reader, or CREATE SCHEMA liftledger AUTHORIZATION reader; "
        "or use liftledger report, which keeps nothing"
    )
    assert database.run(SCHEMA) == [(0,)]


def test_a_role_that_may_not_use_the_schema_is_told_what_to_grant(database):
    database.run("CREATE ROLE reader LOGIN; CREATE SCHEMA liftledger; GRANT USAGE ON SCHEMA liftledger TO reader")
    assert "; GRANT USAGE, CREATE ON SCHEMA liftledger TO reader; or use liftledger report" in database.refused(
        "reader"
    )


@pytest.mark.parametrize(
    "granted",
    [
        "GRANT CREATE ON DATABASE {0} TO keeper",
        "CREATE SCHEMA liftledger AUTHORIZATION keeper",
        "CREATE SCHEMA liftledger; GRANT USAGE, CREATE ON SCHEMA liftledger TO keeper",
    ],
)
def test_each_of_these_grants_is_enough_even_where_the_role_prefers_to_read_only(database, granted):
    database.run("CREATE ROLE keeper LOGIN; ALTER ROLE keeper SET default_transaction_read_only = on")
    database.run(granted.format(database.name))
    kept(database, KEY, "old", "run", user="keeper")
    with database.session(user="keeper") as (engine, store):
        assert engine.rows("read", store.read(["run"])) == [(7,)]
        store.keep("new", one(8))
        store.commit()
        store.sweep(["run", "new"])
    assert database.tables() == [f"{KEY}_new", f"{KEY}_run"]


def test_what_another_role_kept_and_this_one_may_not_read_is_missing_and_left_alone(database):
    database.run(f"CREATE ROLE keeper LOGIN; GRANT CREATE ON DATABASE {database.name} TO keeper")
    kept(database, KEY, "mine", user="keeper")
    kept(database, KEY, "theirs")
    with database.session(user="keeper") as (_, store):
        assert store.missing(["mine", "theirs"]) == {"theirs"}
        store.sweep([])
    assert database.tables() == [f"{KEY}_theirs"]


# --- the transaction


def test_nothing_but_what_was_kept_stays(database):
    with database.session() as (engine, store):
        engine.table("made", one(1))
        engine.view("seen", exp.select("n").from_("made"))
        store.keep("run", exp.select("n").from_("seen"))
        assert database.tables() == []
        store.commit()
        assert database.tables() == [f"{KEY}_run"]
        assert database.run(TEMPORARY) == [(0,)]
    assert database.run(f'SELECT n FROM liftledger."{KEY}_run"') == [(1,)]


def test_what_is_kept_is_analysed(database):
    kept(database, KEY, "run")
    assert database.run("SELECT attname::text FROM pg_stats WHERE schemaname = 'liftledger'") == [("n",)]


def test_a_session_that_is_killed_before_its_commit_leaves_nothing(database):
    command = [sys.executable, "-c", KEEPING, database.address(), KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "kept\n"
        finally:
            process.send_signal(signal.SIGKILL)
    assert database.tables() == []
    kept(database, KEY, "run")  # which waits for the end of the other, that the server sees soon
    assert database.tables() == [f"{KEY}_run"]


def test_texts_stay_told_apart_byte_by_byte_in_a_database_that_sorts_as_a_language_does(database):
    texts = exp.union(*(exp.select(exp.alias_(exp.Literal.string(text), "text")) for text in ("a", "B")))
    with database.session() as (engine, store):
        store.keep("texts", texts)
        capitals = exp.select("text").from_(store.read(["texts"]).subquery("kept"))
        assert engine.rows("read", capitals.where(column("text") < exp.Literal.string("a"))) == [("B",)]


# --- others in the same database


def test_two_companies_that_refresh_for_the_first_time_at_once_do_not_wait_for_each_other(database):
    with database.session() as (_, my_store), database.session(OTHER) as (_, your_store):
        my_store.keep("run", one(1))
        your_store.keep("run", one(2))
        your_store.commit()
        your_store.sweep(["run"])
        my_store.commit()
        my_store.sweep(["run"])
    assert database.tables() == [f"{KEY}_run", f"{OTHER}_run"]
    with database.session() as (mine, my_store):
        assert mine.rows("read", my_store.read(["run"])) == [(1,)]


def test_a_schema_that_another_makes_at_the_same_moment_is_taken_as_it_is(database):
    opened: list[Store] = []

    def open_and_keep() -> None:
        with database.session() as (_, store):
            store.keep("run", one(1))
            store.commit()
            opened.append(store)

    waiting = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.name}' AND wait_event_type = 'Lock'"
    with psycopg.connect(database.address()) as other:
        other.execute("CREATE SCHEMA liftledger")
        thread = threading.Thread(target=open_and_keep)
        thread.start()
        for _ in range(1200):
            if database.server.run(waiting) == [(1,)]:
                break
            threading.Event().wait(0.05)
        other.commit()
        thread.join(60)
    assert len(opened) == 1
    assert database.tables() == [f"{KEY}_run"]


def test_a_sweep_leaves_what_is_read_what_is_rested_upon_and_what_is_not_ours(database):
    kept(database, KEY, "read", "rested_upon", "old", "live")
    kept(database, OTHER, "old")
    database.run(f'CREATE TABLE liftledger.notes (n int); CREATE TABLE public."{KEY}_old" (n int)')
    database.run(f'CREATE VIEW liftledger.seen AS SELECT * FROM liftledger."{KEY}_rested_upon"')
    with psycopg.connect(database.address()) as reader, database.session() as (_, store):
        reader.execute(f'SELECT * FROM liftledger."{KEY}_read"')
        store.sweep(["live"])
        remaining = [f"{KEY}_live", f"{KEY}_read", f"{KEY}_rested_upon", f"{OTHER}_old", "notes"]
        assert database.tables() == remaining
        reader.rollback()
        store.sweep(["live"])
    assert database.tables() == [name for name in remaining if not name.endswith("_read")]
    assert database.run(f'SELECT count(*) FROM public."{KEY}_old"') == [(0,)]
