"""A store: what was kept comes back as it was, in another session, and nothing else is touched."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from sqlglot import exp

from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.dialect import parsed
from liftledger.engine.engine import Engine, SumTooLarge
from liftledger.engine.render import column
from liftledger.engine.state.open import open_store
from liftledger.engine.state.store import Store
from tests.engine.conftest import DATABASE
from tests.servers.spark import ADDRESS

KEY, OTHER = "00ff00ff00ff00ff", "11aa11aa11aa11aa"
NUMBER = count(1)

Session = Callable[..., AbstractContextManager[tuple[Engine, Store]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Below names that mean something to those who read Parquet."""
    folder = tmp_path / "day=3" / "it's [a] 100% {b}*" / "state"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def session(engine, folder, request) -> Session:
    """A session with its store; the next one finds what was committed."""
    key = f"{next(NUMBER):016x}"

    @contextmanager
    def opened(key: str = key) -> Iterator[tuple[Engine, Store]]:
        with _engine(engine, request) as found:
            yield found, open_store(found, folder, key)

    return opened


def _engine(name: str, request) -> Engine:
    if name == "duckdb":
        return Duck(threads=1)
    if name == "spark":
        return Spark(ADDRESS, threads=1)
    return Postgres(request.getfixturevalue("postgres_server").address(DATABASE), threads=1)


def query(sql: str) -> exp.Query:
    tree = parsed(sql)
    assert isinstance(tree, exp.Query)
    return tree


def numbers(*values: int) -> exp.Query:
    return query(" UNION ALL ".join(f"SELECT CAST({value} AS BIGINT) AS n" for value in values))


def read(engine: Engine, store: Store, *names: str) -> list[int]:
    return sorted(n for (n,) in engine.rows("read", store.read(names)))


NAME = 'Größe (cm), it\'s ="1";'
EDGES = f"""
SELECT CAST(9223372036854775807 AS BIGINT) AS big, CAST(-2147483648 AS INTEGER) AS small, 'ü''x' AS text, TRUE AS yes,
    CAST({"9" * 38} AS DECIMAL(38, 0)) AS wide, CAST(1 AS BIGINT) AS "{NAME.replace('"', '""')}"
UNION ALL SELECT CAST(-9223372036854775807 - 1 AS BIGINT), CAST(2147483647 AS INTEGER), '', FALSE,
    CAST(-{"9" * 38} AS DECIMAL(38, 0)), CAST(2 AS BIGINT)
UNION ALL SELECT CAST(NULL AS BIGINT), CAST(NULL AS INTEGER), CAST(NULL AS VARCHAR), CAST(NULL AS BOOLEAN),
    CAST(NULL AS DECIMAL(38, 0)), CAST(3 AS BIGINT)
"""


def test_every_type_and_value_comes_back_as_it_was(session):
    with session() as (engine, store):
        assert store.keep("edges", query(EDGES)) == 3
        store.commit()
    with session() as (engine, store):
        types = engine.columns(store.read(["edges"]))
        rows = engine.rows("read", store.read(["edges"]))
    assert {name: type_.replace(", ", ",") for name, type_ in types.items()} == {
        "big": "BIGINT", "small": "INTEGER", "text": "VARCHAR", "yes": "BOOLEAN", "wide": "DECIMAL(38,0)",
        NAME: "BIGINT",
    }  # fmt: skip
    assert sorted(rows, key=lambda row: row[-1]) == [
        (2**63 - 1, -(2**31), "ü'x", True, 10**38 - 1, 1),
        (-(2**63), 2**31 - 1, "", False, -(10**38) + 1, 2),
        (None, None, None, None, None, 3),
    ]
    assert not any(isinstance(value, Decimal | float) for row in rows for value in row)


def test_a_sum_that_was_not_given_a_type_is_refused_before_it_becomes_a_float(session):
    loose = exp.select(exp.alias_(exp.Sum(this=column("n")), "total")).from_(numbers(1).subquery("q"))
    with session() as (engine, store):
        if not all(type_.startswith("DECIMAL(38") for type_ in engine.columns(loose).values()):
            with pytest.raises(AssertionError, match=r"HUGEINT|NUMERIC"):
                store.keep("loose", loose)
        typed = exp.select(exp.alias_(exp.cast(exp.Sum(this=column("n")), "DECIMAL(38, 0)"), "total"))
        store.keep("typed", typed.from_(numbers(2**62, 2**62, 2**62).subquery("q")))
        assert engine.rows("read", store.read(["typed"])) == [(3 * 2**62,)]
        assert next(iter(engine.columns(store.read(["typed"])).values())).replace(" ", "") == "DECIMAL(38,0)"


def test_tables_are_read_as_one_and_inside_other_queries(session):
    with session() as (engine, store):
        for name, values in {"run_1": (1, 2), "run_2": (2, 3), "run_3": ()}.items():
            store.keep(name, numbers(*values) if values else numbers(0).where(exp.false(), append=False))
        assert read(engine, store, "run_1", "run_2", "run_3") == [1, 2, 2, 3]
        assert read(engine, store, "run_3") == []
        total = exp.select(exp.func("COUNT", exp.Star())).from_(store.read(["run_1", "run_2"]).subquery("runs"))
        assert engine.rows("count", total.where(column("n").eq(2))) == [(2,)]
        store.keep("run_4", exp.select("n").from_(store.read(["run_1", "run_2"]).subquery("runs")))
        assert read(engine, store, "run_4") == [1, 2, 2, 3]


def test_every_table_that_is_kept_is_in_the_log_and_told(session):
    told: list[str] = []
    with session() as (engine, store):
        engine._watch = told.append
        store.keep("run_1", numbers(1, 2))
        [logged] = [one for one in engine.queries if one.name == "keep run_1"]
    assert (logged.rows_out, told) == (2, ["keep run_1"])
    assert "UNION ALL" in logged.sql


def test_what_was_not_committed_is_swept_and_what_is_live_stays(session, folder):
    with session() as (engine, store):
        for name in ("old", "live"):
            store.keep(name, numbers(7))
        store.commit()
    with session() as (engine, store):
        store.keep("never_committed", numbers(8))
    with session() as (engine, store):
        store.sweep(["live"])
    with session() as (engine, store):
        assert store.missing(["live", "old", "never_committed"]) == {"old", "never_committed"}
        assert read(engine, store, "live") == [7]


def test_a_name_that_a_crash_left_behind_is_free_after_a_sweep_and_not_before(session):
    with session() as (_, store):
        store.keep("run_1", numbers(1))
        store.commit()
    with session() as (engine, store):
        with pytest.raises(AssertionError, match="run_1"):
            store.keep("run_1", numbers(2))
        store.sweep([])
        store.keep("run_1", numbers(2))
        store.commit()
    with session() as (engine, store):
        assert read(engine, store, "run_1") == [2]


def test_a_query_that_fails_leaves_nothing_and_the_store_goes_on(session, folder):
    product = query("SELECT CAST(9223372036854775807 AS BIGINT) * CAST(2 AS BIGINT) AS n")
    with session() as (_, store):
        before = sorted(folder.iterdir())
        with pytest.raises(SumTooLarge):
            store.keep("wrong", exp.select("n").from_(product.subquery("q")))
        assert sorted(folder.iterdir()) == before
        store.keep("right", numbers(1))
        store.commit()
    with session() as (_, store):
        assert store.missing(["wrong", "right"]) == {"wrong"}


def test_two_states_in_one_place_do_not_touch_each_others_tables(session, engine):
    with session() as (found, store):
        store.keep("run_1", numbers(1))
        store.commit()
    with session(OTHER) as (found, store):
        assert store.missing(["run_1"]) == {"run_1"}
        store.keep("run_1", numbers(2))
        store.commit()
        if engine == "postgres":  # elsewhere a folder is of one state
            store.sweep(["run_1"])
    with session() as (found, store):
        assert read(found, store, "run_1") == [1]
    with session(OTHER) as (found, store):
        assert read(found, store, "run_1") == [2]


def test_names_that_are_longer_than_some_engines_take_are_told_apart(session):
    first, second = (f"unit_day_{'long_' * 20}{number}" for number in (1, 2))
    with session() as (engine, store):
        store.keep(first, numbers(1))
        store.keep(second, numbers(2))
        store.commit()
    with session() as (engine, store):
        assert store.missing([first, second]) == frozenset()
        store.sweep([second])
    with session() as (engine, store):
        assert store.missing([first, second]) == {first}
        assert read(engine, store, second) == [2]
