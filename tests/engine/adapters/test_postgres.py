"""PostgreSQL: one snapshot, few rights, nothing left behind; each failure is one sentence."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import psycopg
import pytest
from sqlglot import exp, parse_one

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.fact import Fact, Field, Table
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.engine import Exhausted, Refusal, RowTooLarge, SumTooLarge, Unreachable
from liftledger.engine.facts import Loaded, load, table_of
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.source import open_source
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, held, project
from tests.servers.postgres import Server

NUMBER = count(1)
READER = "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"


class Database(msgspec.Struct, frozen=True):
    """A database of one test."""

    server: Server
    name: str

    def run(self, statements: str) -> list[tuple[Any, ...]]:
        """As the superuser."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            cursor = connection.execute(statements)
            return cursor.fetchall() if cursor.description else []

    def address(self, user: str = "postgres") -> str:
        return self.server.address(self.name, user)


@pytest.fixture
def database(postgres_server) -> Iterator[Database]:
    yield from _database(postgres_server, "ENCODING 'UTF8' LOCALE 'C.UTF-8'")


def _database(server: Server, kind: str) -> Iterator[Database]:
    name = f"of_a_test_{next(NUMBER)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE template0 {kind}")
    yield Database(server, name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    for role in ("reader", "keeper"):
        server.run(f"DROP ROLE IF EXISTS {role}")


def of(table: str, *columns: Field, **options: Any) -> Fact:
    return fact(Table(table, "", "postgres"), *columns, **options)


def read(address: str, one: Fact) -> tuple[dict[str, Loaded], list[tuple[Any, ...]]]:
    """What is loaded, and its typed rows by unit."""
    with Postgres(address) as postgres:
        found, mistakes = load(postgres, project(one), Path())
        assert not mistakes, mistakes
        columns = [exp.column(name, quoted=True) for name in held(one)]
        rows = postgres.rows("rows", exp.select(*columns).from_(table_of(one.name)))
        return found, sorted(rows, key=lambda row: str(row[0]))


def values(address: str, one: Fact) -> list[Any]:
    return [row[-1] for row in read(address, one)[1]]


def mistakes(address: str, one: Fact) -> list[str]:
    with Postgres(address) as postgres:
        found, told = load(postgres, project(one), Path())
    assert not found
    return [str(mistake) for mistake in told]


def refused(address: str) -> str:
    with pytest.raises((Refusal, Unreachable)) as error:
        Postgres(address)
    return str(error.value)


def asked(postgres: Postgres, sql: str) -> list[tuple[Any, ...]]:
    return postgres.rows("asked", parse_one(sql, read="duckdb"))


# --- the session


def test_all_that_is_read_is_of_the_instant_at_which_the_session_began(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    with Postgres(database.address()) as postgres:
        database.run("INSERT INTO orders VALUES ('u2', 2)")
        found, told = load(postgres, project(of("orders", field(INTEGER))), Path())
    assert not told and found["rows"].rows == 1


def test_a_table_that_was_emptied_after_that_instant_is_refused_not_read_as_empty(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    database.run("CREATE VIEW seen AS SELECT * FROM orders")
    with Postgres(database.address()) as postgres:
        database.run("TRUNCATE orders")
        _, told = load(postgres, project(of("seen", field(INTEGER))), Path())
    assert [str(one) for one in told] == [
        "public.seen: public.orders was emptied or written anew just now; run again when that is done"
    ]


def test_a_table_that_is_read_cannot_be_emptied_meanwhile(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    one = of("orders", field(INTEGER))
    with Postgres(database.address()) as postgres:
        assert isinstance(open_source(postgres, one, Path()), Raw)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            database.run("SET lock_timeout = '10ms'; TRUNCATE orders")


def test_what_a_role_or_a_database_prefers_changes_no_answer(database):
    database.run("""
        CREATE TABLE events (user_id text, "at" timestamp, dated date, zoned timestamptz, share float8, held text);
        INSERT INTO events VALUES ('u1', '2026-03-04 05:06:07.000008', '2026-03-04', '2026-03-04 05:06:07+00',
            123456.78, 'YES'), ('u2', '2026-12-04', '2026-12-04', '2026-12-04', 0.1, 'no')
    """)
    one = of(
        "events", field(TIME, "dated"), field(TIME, "zoned"), field(USD, "share"), field(BOOLEAN, "held"),
        time=field(TIME, "at"),
    )  # fmt: skip
    expected = read(database.address(), one)
    database.run(READER)
    database.run("CREATE SCHEMA reader; GRANT USAGE ON SCHEMA reader TO reader")
    database.run("CREATE FUNCTION reader.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'no' $$")
    database.run("CREATE FUNCTION reader.count(text) RETURNS int LANGUAGE sql AS $$ SELECT 7 $$")
    database.run("CREATE TABLE reader.pg_class (oid oid, relname name, relnamespace oid, relkind char)")
    preferred = {
        "TimeZone": "'America/St_Johns'", "DateStyle": "'SQL, DMY'", "IntervalStyle": "'sql_standard'",
        "extra_float_digits": "-15", "standard_conforming_strings": "off", "transform_null_equals": "on",
        "search_path": "reader, pg_catalog, public", "default_transaction_read_only": "on",
        "default_transaction_isolation": "'read committed'", "client_encoding": "'LATIN1'", "bytea_output": "'escape'",
    }  # fmt: skip
    for name, value in preferred.items():
        database.run(f"ALTER ROLE reader SET {name} = {value}")
    loaded, rows = read(database.address("reader"), one)
    assert rows == expected[1]
    assert loaded["rows"].sums == expected[0]["rows"].sums


def test_a_users_table_that_is_called_like_one_of_ours_is_the_users(database):
    database.run("CREATE TABLE fact_rows AS SELECT 'u1' AS user_id, 17 AS value")
    assert values(database.address(), of("fact_rows", field(INTEGER))) == [17]
    assert database.run("SELECT value FROM public.fact_rows") == [(17,)]


def test_a_policy_that_would_hide_rows_is_an_error(database):
    database.run("CREATE TABLE orders AS SELECT 'u' || i AS user_id, i AS value FROM generate_series(1, 3) AS i")
    database.run(READER)
    database.run("ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
    database.run("CREATE POLICY few ON orders TO reader USING (value < 2)")
    assert mistakes(database.address("reader"), of("orders", field(INTEGER))) == [
        'public.orders: cannot be read (query would be affected by row-level security policy for table "orders"); '
        "a policy hides rows from this role; let a role read it that sees all of them (BYPASSRLS)"
    ]


def test_settings_end_with_the_session_and_limits_are_shared_out(database):
    with Postgres(database.address(), threads=3, memory="1.5GiB") as postgres:
        shown = {name: postgres.fetch(f"SHOW {name}")[0][0] for name in ("work_mem", "hash_mem_multiplier")}
        [(workers,)] = postgres.fetch("SHOW max_parallel_workers_per_gather")
    # half for each of three processes, as a process may hold two sorts or hash tables
    assert shown == {"work_mem": "256MB", "hash_mem_multiplier": "1"} and workers == "2"


def test_the_provenance_names_server_database_and_snapshot(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    found, _ = read(database.address(), of("orders", field(INTEGER)))
    [source] = found["rows"].sources
    [(server,)] = database.run("SHOW server_version")
    assert source.place == "public.orders"
    assert source.version.startswith(f"PostgreSQL {server.split()[0]}, database {database.name}, snapshot ")


# --- the role


def test_a_role_that_may_only_read_is_enough_and_nothing_of_ours_is_left(database):
    database.run("CREATE TABLE orders AS SELECT 'u' || i AS user_id, i AS value FROM generate_series(1, 3) AS i")
    database.run(READER)
    database.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER ROLE reader SET default_transaction_read_only = on")
    before = database.run("SELECT count(*) FROM pg_class")
    assert values(database.address("reader"), of("orders", field(INTEGER))) == [1, 2, 3]
    assert database.run("SELECT count(*) FROM pg_class") == before


def test_some_columns_are_enough(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value, 'secret' AS card")
    database.run("CREATE ROLE reader LOGIN; GRANT SELECT (user_id, value) ON orders TO reader")
    assert values(database.address("reader"), of("orders", field(INTEGER))) == [1]
    [told] = mistakes(database.address("reader"), of("orders", field(TEXT, "card")))
    assert told.startswith("public.orders: cannot be read (permission denied for table orders)")


def test_a_role_that_may_make_no_temporary_tables_is_told_what_to_grant(database):
    database.run(f"CREATE ROLE reader LOGIN; REVOKE TEMPORARY ON DATABASE {database.name} FROM PUBLIC")
    assert refused(database.address("reader")) == (
        "the role may make no temporary tables, which hold what is added up: "
        f"GRANT TEMPORARY ON DATABASE {database.name} TO reader"
    )


def test_a_table_that_the_role_may_not_read_is_told_with_the_grant(database):
    database.run('CREATE TABLE "Orders" AS SELECT 1 AS user_id, 1 AS value; CREATE ROLE reader LOGIN')
    assert mistakes(database.address("reader"), of("Orders", field(INTEGER))) == [
        "public.Orders: cannot be read (permission denied for table Orders); "
        'GRANT SELECT ON "public"."Orders" TO "reader"'
    ]


def test_a_schema_that_the_role_may_not_use_is_told_with_the_grant(database):
    database.run("CREATE ROLE reader LOGIN; CREATE SCHEMA sales; CREATE TABLE sales.orders (user_id int, value int)")
    assert mistakes(database.address("reader"), of("sales.orders", field(INTEGER))) == [
        'sales.orders: cannot be read (permission denied for schema sales); GRANT USAGE ON SCHEMA "sales" TO "reader"'
    ]


def test_no_more_than_totals_and_labels_are_fetched(database):
    database.run("""
        CREATE TABLE orders AS SELECT 'u' || i % 40 AS user_id, i AS value, TIMESTAMP '2026-01-01' AS "at"
        FROM generate_series(1, 200) AS i
    """)
    with Postgres(database.address()) as postgres:
        load(postgres, project(of("orders", field(INTEGER), time=field(TIME, "at"))), Path())
        fetched = [query.rows_out for query in postgres.queries if not query.sql.startswith("CREATE")]
    assert fetched and max(fetched) == 1


# --- what goes wrong


def test_a_server_that_is_not_there():
    assert refused("postgresql://postgres@127.0.0.1:1/shop") == "Connection refused"


def test_a_database_or_role_that_is_not_there(postgres_server):
    assert refused(postgres_server.address("nowhere")) == 'database "nowhere" does not exist'
    assert refused(postgres_server.address(user="nobody")) == 'role "nobody" does not exist'


def test_an_address_that_libpq_does_not_read(postgres_server):
    assert refused(f"{postgres_server.address()}?colour=red") == 'invalid URI query parameter: "colour"'
    assert refused("postgresql:///?service=nowhere") == 'definition of service "nowhere" not found'
    assert (
        refused(f"{postgres_server.address()}?sslmode=require") == "server does not support SSL, but SSL was required"
    )


def test_a_password_that_nobody_gave(postgres_server, monkeypatch):
    """The server trusts whoever asks, so what libpq says is said for it."""
    said = psycopg.OperationalError("connection to server failed: fe_sendauth: no password supplied")
    monkeypatch.setattr(psycopg, "connect", Mock(side_effect=said))
    assert refused(postgres_server.address()) == "it asks for a password: PGPASSWORD or ~/.pgpass gives it"


def test_without_the_driver_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refused("postgresql://postgres@127.0.0.1/shop") == (
        "PostgreSQL is an extra: pip install 'liftledger[postgres]'"
    )


def test_a_table_that_is_not_there(database):
    database.run("CREATE TABLE orders (user_id int)")
    assert mistakes(database.address(), of("Orders")) == [
        f"Orders: there is no such table or view in the database {database.name!r}; did you mean 'public.orders'?"
    ]
    [told] = mistakes(database.address(), of("refunds"))
    assert told.endswith(
        "check facts.rows.table, and write its schema, as in schema.table; "
        "without one the role's search_path is looked through"
    )


def test_a_column_that_is_not_there(database):
    database.run("CREATE TABLE orders (user_id int, amount int)")
    assert mistakes(database.address(), of("orders", field(INTEGER))) == [
        "public.orders: no column 'value', which facts.rows uses; it has 'user_id', 'amount'"
    ]


def test_a_column_that_was_dropped_since_the_session_began(database):
    database.run("CREATE TABLE orders AS SELECT 1 AS user_id, 1 AS value")
    with Postgres(database.address()) as postgres:
        database.run("ALTER TABLE orders DROP COLUMN value")
        _, [told] = load(postgres, project(of("orders", field(INTEGER))), Path())
    assert str(told).startswith('public.orders: cannot be read (column "value" does not exist)')


def test_a_server_that_goes_away_is_unreachable(database):
    with Postgres(database.address()) as postgres:
        [(own,)] = postgres.fetch("SELECT pg_backend_pid()")
        database.run(f"SELECT pg_terminate_backend({own}, 5000)")
        with pytest.raises(Unreachable, match=r"^the server went away: |^the connection was lost: "):
            asked(postgres, "SELECT 1")
        with pytest.raises(Unreachable, match=r"^the connection was lost: "):
            asked(postgres, "SELECT 1")


def test_a_statement_that_takes_longer_than_the_role_may(database):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    database.run("CREATE VIEW slow AS SELECT user_id, value + length(pg_sleep(30)::text) AS value FROM orders")
    database.run("CREATE ROLE reader LOGIN; GRANT SELECT ON slow TO reader")
    database.run("ALTER ROLE reader SET statement_timeout = '200ms'")
    with Postgres(database.address("reader")) as postgres, pytest.raises(Exhausted) as stopped:
        load(postgres, project(of("slow", field(INTEGER))), Path())
    assert str(stopped.value) == "the server ended a statement (canceling statement due to statement timeout)"
    assert "statement_timeout" in stopped.value.cure


def test_room_that_the_role_may_not_use_up(database):
    database.run("CREATE TABLE texts AS SELECT md5(i::text) AS text FROM generate_series(1, 50000) AS i")
    database.run(READER)
    database.run("ALTER ROLE reader SET temp_file_limit = '100kB'; ALTER ROLE reader SET work_mem = '64kB'")
    full = r"ran out of room \(temporary file size exceeds temp_file_limit"
    with Postgres(database.address("reader")) as postgres, pytest.raises(Exhausted, match=full):
        asked(postgres, "SELECT text, count(*) FROM public.texts GROUP BY text")


def test_a_row_and_a_sum_that_leave_their_digits_are_told_apart(database):
    with Postgres(database.address()) as postgres:
        with pytest.raises(RowTooLarge):
            asked(postgres, "SELECT CAST(9000000000000000000 AS BIGINT) * CAST(2 AS BIGINT)")
        with pytest.raises(SumTooLarge) as error:
            asked(postgres, f"SELECT SUM(CAST({'9' * 20} AS DECIMAL(38, 0)) * CAST({'9' * 20} AS DECIMAL(38, 0)))")
        assert not isinstance(error.value, RowTooLarge)
        assert asked(postgres, "SELECT 1") == [(1,)]  # the session and its snapshot go on


def test_ctrl_c_ends_the_statement_on_the_server(database, tmp_path):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 1 AS value")
    database.run("CREATE VIEW slow AS SELECT user_id, value + length(pg_sleep(60)::text) AS value FROM orders")
    (tmp_path / "liftledger.yaml").write_text(
        f"company: Acme\ncurrency: USD\nas_of: 2026-03-01\nengine: {database.address()}\n"
        "facts:\n  rows: {table: slow, unit: user_id, columns: {value: integer}}\n"
    )
    command = [sys.executable, "-m", "liftledger", "report", str(tmp_path)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sleeping = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.name}' AND wait_event = 'PgSleep'"
    try:
        for _ in range(600):
            if running.poll() is not None or database.server.run(sleeping) == [(1,)]:
                break
            threading.Event().wait(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, err) == (130, "stopped; nothing is half-written\n"), out
    assert database.server.run(sleeping) == [(0,)]
    assert [path.name for path in tmp_path.iterdir()] == ["liftledger.yaml"]


# --- tables and names


@pytest.mark.parametrize(
    "relation",
    [
        "CREATE VIEW found AS SELECT * FROM orders",
        "CREATE MATERIALIZED VIEW found AS SELECT * FROM orders",
        "CREATE TABLE found (LIKE orders) PARTITION BY LIST (user_id); "
        "CREATE TABLE one PARTITION OF found DEFAULT; INSERT INTO found SELECT * FROM orders",
    ],
)
def test_views_and_partitioned_tables_are_tables(database, relation):
    database.run("CREATE TABLE orders AS SELECT 'u1' AS user_id, 17 AS value")
    for statement in relation.split("; "):
        database.run(statement)
    assert values(database.address(), of("found", field(INTEGER))) == [17]


def test_foreign_tables_are_tables(database):
    database.run("CREATE EXTENSION postgres_fdw; CREATE TABLE orders AS SELECT 'u1' AS user_id, 17 AS value")
    options = f"host '127.0.0.1', port '{database.server.port}', dbname '{database.name}'"
    database.run(f"CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})")
    database.run("CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'postgres', password_required 'false')")
    database.run(
        "CREATE FOREIGN TABLE found (user_id text, value int) SERVER other "
        "OPTIONS (schema_name 'public', table_name 'orders')"
    )
    assert values(database.address(), of("found", field(INTEGER))) == [17]


@pytest.mark.parametrize(
    ("schema", "table", "written"),
    [
        ("public", "Orders", "Orders"),
        ("public", "order items", "order items"),
        ("My Schema", "Order Items", "My Schema.Order Items"),
        ("public", "v1.orders", "v1.orders"),
        ("a.b", "c.d", "a.b.c.d"),
        ("public", 'say "cheese"', 'say "cheese"'),
        ("public", "it's 100%", "it's 100%"),
        ("public", "日本", "日本"),
    ],
)
def test_names_are_found_as_they_are_written(database, schema, table, written):
    quoted = psycopg.sql.Identifier(schema, table).as_string()
    database.run(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    database.run(f"""CREATE TABLE {quoted} ("user_id", "Größe ""x""\") AS SELECT 'u1', 17""")
    column = field(INTEGER, "size", column='Größe "x"')
    assert values(database.address(), of(written, column)) == [17]


def test_a_name_without_a_schema_is_looked_up_where_the_role_looks(database):
    database.run("CREATE SCHEMA sales; CREATE TABLE sales.orders AS SELECT 'u1' AS user_id, 1 AS value")
    database.run("CREATE TABLE public.orders AS SELECT 'u1' AS user_id, 2 AS value")
    assert values(database.address(), of("orders", field(INTEGER))) == [2]
    database.run("ALTER ROLE postgres IN DATABASE " + database.name + " SET search_path = sales, public")
    assert values(database.address(), of("orders", field(INTEGER))) == [1]


def test_a_name_that_can_mean_two_tables_is_told(database):
    database.run('CREATE SCHEMA a; CREATE TABLE a.b (user_id int); CREATE TABLE public."a.b" (user_id int)')
    [told] = mistakes(database.address(), of("a.b"))
    assert told == (
        "a.b: it is table 'a.b' of schema 'public' and table 'b' of schema 'a'; "
        "write the schema too, or name one of them otherwise by a view"
    )


# --- types


def one_value(database: Database, sql: str, type_: Type) -> list[Any]:
    database.run(f"CREATE TABLE held AS SELECT 'u1' AS user_id, {sql} AS value")
    return values(database.address(), of("held", field(type_)))


@pytest.mark.parametrize(
    ("sql", "type_", "value"),
    [
        ("7::int2", INTEGER, 7), ("7::int4", INTEGER, 7), ("7::int8", INTEGER, 7), ("7::positive", INTEGER, 7),
        ("7.25::numeric(12, 2)", USD, 725), ("7.250::numeric", USD, 725), ("700::numeric(5, -2)", USD, 70000),
        ("7.25::numeric(50, 2)", USD, 725), ("7.25::float8", USD, 725), ("7.25::float4", USD, 725),
        ("'7.25'::text", USD, 725), ("'7.25'::money", USD, 725), ("7.25::price", USD, 725),
        ("'a'::text", TEXT, "a"), ("'a'::varchar(9)", TEXT, "a"), ("'a'::char(9)", TEXT, "a"),
        ("'A'::citext", TEXT, "A"),
        ("'sad'::mood", TEXT, "sad"), ("'{a,\"b c\"}'::text[]", TEXT, '{a,"b c"}'),
        ("'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid", TEXT, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("'{\"a\": 1}'::jsonb", TEXT, '{"a": 1}'), ("'{\"a\":1}'::json", TEXT, '{"a":1}'),
        ("'\\xff00'::bytea", TEXT, "\\xff00"), ("'1 day 2 hours'::interval", TEXT, "1 day 02:00:00"),
        ("'10.0.0.1'::inet", TEXT, "10.0.0.1/32"), ("ROW(1, 'a')::pair", TEXT, "(1,a)"),
        ("true", BOOLEAN, True), ("'yes'::text", BOOLEAN, True),
        ("'1970-01-02'::date", TIME, 86_400_000_000), ("'1970-01-01 00:00:01.5'::timestamp(1)", TIME, 1_500_000),
        ("'1970-01-01 01:00+01'::timestamptz", TIME, 0),
        ("'9999-12-31 23:59:59.999999'::timestamp", TIME, 253_402_300_799_999_999),
        ("'0001-01-01'::date", TIME, -62_135_596_800_000_000),
        ("'2026-03-29 01:30'::moment", TIME, 1_774_747_800_000_000),
    ],
)  # fmt: skip
def test_every_type_is_read_as_what_it_holds(database, sql, type_, value):
    database.run("CREATE EXTENSION citext")
    database.run("CREATE TYPE mood AS ENUM ('sad', 'ok')")
    database.run("CREATE TYPE pair AS (number int, letter text)")
    database.run("CREATE DOMAIN price AS numeric(12, 2) CHECK (value > 0)")
    database.run("CREATE DOMAIN whole AS int8; CREATE DOMAIN positive AS whole CHECK (value > 0)")
    database.run("CREATE DOMAIN moment AS timestamp")
    assert one_value(database, sql, type_) == [value]


@pytest.mark.parametrize(
    ("sql", "type_", "found"),
    [
        ("'NaN'::numeric", USD, "NaN"), ("'Infinity'::numeric", USD, "Infinity"), ("'NaN'::numeric(9, 2)", USD, "NaN"),
        ("'NaN'::float8", USD, "nan"), ("'-Infinity'::float4", INTEGER, "-inf"),
        ("'infinity'::timestamp", TIME, "infinity"), ("'-infinity'::timestamptz", TIME, "-infinity"),
        ("'infinity'::date", TIME, "infinity"), ("'12000-01-01'::timestamp", TIME, "12000-01-01 00:00:00"),
        ("'0044-03-15 BC'::date", TIME, "0044-03-15 BC"),
    ],
)  # fmt: skip
def test_values_that_are_no_number_or_no_time_do_not_fit(database, sql, type_, found):
    database.run(f"CREATE TABLE held AS SELECT 'u1' AS user_id, {sql} AS value")
    [told] = mistakes(database.address(), of("held", field(type_)))
    assert f"column 'value' holds {found!r}, which is not" in told


# --- encodings and collations

TEXTS = ("a", "A", "ä", "a\u0308", "ß", "ss", "é", "", " x ")


def fingerprints(address: str, *texts: str) -> dict[str, int]:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET client_encoding = 'UTF8'")
        connection.execute("CREATE TABLE told (user_id text, value text)")
        for place, text in enumerate(texts):
            connection.execute("INSERT INTO told VALUES (%s, %s)", (f"u{place}", text))
    found, rows = read(address, of("told", field(TEXT, optional=True)))
    assert [row[-1] or "" for row in rows] == list(texts)
    return found["rows"].sums


@pytest.mark.parametrize(
    "kind",
    [
        "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8'",
        "ENCODING 'LATIN1' LOCALE 'C'",
        "ENCODING 'SQL_ASCII' LOCALE 'C'",
    ],
)
def test_texts_have_the_same_fingerprints_whatever_the_database_stores_them_in(postgres_server, database, kind):
    texts = [text for text in TEXTS if "\u0308" not in text]
    for other in _database(postgres_server, kind):
        assert fingerprints(other.address(), *texts) == fingerprints(database.address(), *texts)


def test_texts_that_a_collation_takes_for_one_are_told_apart(database):
    database.run("CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
    database.run("CREATE TABLE told (user_id text COLLATE blind, value text COLLATE blind)")
    database.run("INSERT INTO told VALUES ('u1', 'a'), ('U1', 'A'), ('ú1', 'ä')")
    assert database.run("SELECT count(DISTINCT user_id) FROM told") == [(1,)]
    found, rows = read(database.address(), of("told", field(TEXT)))
    assert found["rows"].rows == 3 and {row[-1] for row in rows} == {"a", "A", "ä"}


def test_bytes_of_an_encoding_that_nobody_knows_are_told(postgres_server):
    for other in _database(postgres_server, "ENCODING 'SQL_ASCII' LOCALE 'C'"):
        other.run("CREATE TABLE told AS SELECT 'u1' AS user_id, E'caf\\xe9' AS value")
        [told] = mistakes(other.address(), of("told", field(TEXT)))
        assert "it holds a text that is not UTF-8" in told


def test_a_text_of_the_definitions_that_the_database_cannot_hold_is_told(postgres_server):
    for other in _database(postgres_server, "ENCODING 'LATIN1' LOCALE 'C'"):
        with Postgres(other.address()) as postgres, pytest.raises(Refusal, match="the definitions hold a text that"):
            asked(postgres, "SELECT '日本' = 'x'")
