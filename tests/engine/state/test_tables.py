"""Facts in tables: rows come, change and go, and reading the days of these tells what reading everything would."""

import os
import random
import sqlite3

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.expression import TEXT, TIME, Column, Comparison, Number
from liftledger.domain.fact import Merge, Table
from liftledger.domain.metric import Metric, Term
from liftledger.domain.study import Relation
from liftledger.engine.sources.source import open_source
from liftledger.engine.state import look, table_supply
from liftledger.engine.state.plan import plan
from liftledger.engine.state.tokens import tokens
from tests.engine.direct import dated, wide
from tests.engine.records import INTEGER, USD, field, project
from tests.engine.state.morning import Company
from tests.engine.state.tables import OnPostgres, OnSpark, Tables

CREATE = (
    "CREATE TABLE users (user_id text, account_id text)",
    """CREATE TABLE events
    (user_id text, happened timestamp, name text, amount decimal(12, 2), score bigint, id bigint, loaded timestamp)""",
)
FIRST = 20454  # 2026-01-01
USERS = wide("users", field(TEXT, "account_id", optional=True))
EVENTS = dated(
    "events",
    field(TEXT, "name", optional=True),
    field(USD, "amount", optional=True),
    field(INTEGER, "score"),
    time=field(TIME, "happened"),
    through=0,
)
ARRIVAL = field(TIME, "loaded")
BELOW = Comparison(">=", Column("score", INTEGER), Number(0))


@pytest.fixture(autouse=True)
def time_passes(monkeypatch):
    """Between a change of a file and the next look there is more than the blink in which a change could be missed."""
    monkeypatch.setattr(look, "RACY", 0)
    monkeypatch.setattr(table_supply, "RACY", 0)


def company(tables: Tables, **options) -> Company:
    made = project(*map(tables.found, (USERS, msgspec.structs.replace(EVENTS, **options))))
    relation = Relation("user", "account", "users", "account_id")
    metric = Metric("names", "count", "events", Term(None), by="name")
    return Company(
        tables.folder, msgspec.structs.replace(made, relations=(relation,), metrics=(metric,)), tables.engine
    )


def event(
    user: str, day: int, name: str = "bought", amount: str = "1.50", score: int = 1, number: int = 1, loaded: int = 0
) -> str:
    """A row of January that arrived in February."""
    at, arrived = f"timestamp '2026-01-{day:02} 12:00:00'", f"timestamp '2026-02-01' + interval '{loaded} hour'"
    return f"('{user}', {at}, '{name}', {amount}, {score}, {number}, {arrived})"


def inserted(*events: str) -> str:
    return f"INSERT INTO events VALUES {', '.join(events)}"


SOME = inserted(event("u", 1), event("v", 2, number=2), event("w", 3, "left", "NULL", number=3))
PEOPLE = "INSERT INTO users VALUES ('u', 'A'), ('v', 'B')"


def started(tables: Tables, **options) -> Company:
    """After a first refresh."""
    tables.run(*CREATE, PEOPLE, SOME)
    found = company(tables, **options)
    assert found.refreshed().days == {"users": {0}, "events": {FIRST, FIRST + 1, FIRST + 2}}
    return found


def days(found) -> set[int]:
    return {day - FIRST + 1 for day in found.days["events"]}


def test_what_happens_to_rows_is_read_by_the_day_and_nothing_where_nothing_did(tables):
    acme = started(tables)
    tables.run(
        inserted(event("x", 5), event("u", 1, number=9)),
        "UPDATE users SET account_id = 'C' WHERE user_id = 'u'",
        "UPDATE events SET amount = 2 WHERE user_id = 'v'",
        "DELETE FROM events WHERE user_id IN ('u', 'w')",
    )
    found = acme.refreshed()
    assert days(found) == {1, 2, 3, 5}
    assert found.days["users"] == {0}
    assert found.loaded["events"].unknown == 1
    assert found.notes == ("events: 1 fewer row than last time",)
    found = acme.refreshed()
    assert found.days == {"users": frozenset(), "events": frozenset()}
    assert ("events: days" in found.read) == isinstance(tables, OnPostgres)
    if isinstance(tables, OnSpark):
        [part] = acme.state["events"].parts
        unsettled = msgspec.structs.replace(part, settled=False)  # as if a file had changed in the moment of the look
        acme.state["events"] = msgspec.structs.replace(acme.state["events"], parts=(unsettled,))
        found = acme.refreshed()
        assert not found.days["events"] and "events: days" in found.read


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize(
    "options",
    [
        {"arrival": ARRIVAL},
        {"id": "id", "reject": True, "must": (BELOW,)},
        {"merge": (Merge(("name",)),), "reject": True, "must": (BELOW,)},
    ],
    ids=["arriving", "rejecting", "merging"],
)
def test_after_any_changes_it_is_what_reading_all_rows_tells(tables, options):
    draw, number = random.Random(1), 0
    tables.run(*CREATE, PEOPLE)
    acme = company(tables, **options)
    for step in range(5):
        statements = []
        for _ in range(draw.randint(0, 3)):
            number += 1
            row = event(
                draw.choice("uvwx"),
                draw.randint(1, 9),
                draw.choice(["bought", "left", ""]),
                draw.choice(["NULL", "0.01", "-3"]),
                draw.choice([-1, 1, 2]) if "must" in options else 1,
                number,
                step,
            )
            statements.append(inserted(*[row] * draw.choice([1, 1, 2])))
        later = f"loaded = timestamp '2026-02-01' + interval '{step} hour'"
        day = f"happened >= '2026-01-0{draw.randint(1, 8)}'"
        statements += draw.sample(
            [
                f"UPDATE events SET amount = coalesce(amount, 0) + 1, {later} WHERE {day} AND user_id = 'u'",
                f"UPDATE events SET happened = happened + interval '1 day', {later} WHERE {day} AND user_id = 'v'",
                f"DELETE FROM events WHERE {day} AND user_id = 'w'",
                "UPDATE users SET account_id = CASE WHEN account_id = 'A' THEN NULL ELSE 'A' END WHERE user_id = 'v'",
                "DELETE FROM users WHERE user_id = 'u'",
                f"INSERT INTO users VALUES ('y{step}', 'C')",
            ],
            draw.choice([0, 1, 2]),
        )
        tables.run(*statements)
        found = acme.refreshed()
        assert not found.mistakes


@pytest.mark.engines("duckdb", "postgres")
def test_what_was_corrected_in_place_under_an_arrival_counts_once_all_is_read(tables):
    acme = started(tables, arrival=ARRIVAL)
    tables.run("UPDATE events SET amount = 9, loaded = '2026-02-02' WHERE user_id = 'u'")
    assert days(acme.refreshed()) == {1}
    tables.run("UPDATE events SET amount = 5 WHERE user_id = 'u'")
    acme.state = {}
    assert days(acme.refreshed()) == {1, 2, 3}


@pytest.mark.engines("duckdb", "postgres")
def test_days_that_did_not_change_are_not_read_again(tables):
    acme = started(tables)
    tables.run(inserted(event("u", 2, number=7)))
    found = acme.refreshed()
    assert days(found) == {2}
    assert sum(found.changed["events"].values()) == 2
    assert not any(name.startswith("fact_events") for name in found.read)


@pytest.mark.engines("duckdb", "postgres")
def test_rows_that_cannot_be_dated_stop_it_or_are_counted(tables):
    tables.run(CREATE[0], CREATE[1].replace("happened timestamp", "happened text"), PEOPLE, SOME)
    acme, rejecting = company(tables), company(tables, reject=True)
    for each in (acme, rejecting):
        each.refreshed()
    tables.run("UPDATE events SET happened = 'soon' WHERE user_id = 'v'")
    told = acme.refreshed().mistakes
    assert len(told) == 1 and "holds 'soon', which is not a time" in str(told[0])
    found = rejecting.refreshed()
    assert days(found) == {2}
    assert found.loaded["events"].rejected == len(found.loaded["events"].rejections) == 1
    tables.run("UPDATE events SET happened = 'never' WHERE user_id = 'v'")
    found = rejecting.refreshed()
    assert days(found) == set()
    assert [one.found for one in found.loaded["events"].rejections] == ["never"]


@pytest.mark.engines("duckdb", "postgres")
def test_a_column_of_arrival_must_be_there_and_hold_times(tables):
    tables.run(*CREATE, PEOPLE, SOME)
    [told] = company(tables, arrival=field(TIME, "came")).refreshed().mistakes
    assert "no column 'came', which facts.events uses" in str(told)
    [told] = company(tables, arrival=field(TIME, "score")).refreshed().mistakes
    assert str(told).endswith(
        "column 'score' is BIGINT; facts.events.arrival declares time; say what it counts, for example format: unix_s"
    )


@pytest.mark.engines("duckdb", "postgres")
def test_an_id_that_comes_again_on_another_day_is_a_mistake(tables):
    acme = started(tables, id="id")
    tables.run(inserted(event("x", 8, number=1)))
    [told] = acme.refreshed().mistakes
    assert "1 row repeats an id of 'id' with other contents" in str(told)


@pytest.mark.engines("duckdb", "postgres")
def test_a_column_of_another_type_is_read_anew(tables):
    acme = started(tables)
    contents = [acme.state["events"].content]
    for change in ("ALTER COLUMN loaded TYPE date", "ALTER COLUMN score TYPE integer"):
        tables.run(f"ALTER TABLE events {change}")
        assert days(acme.refreshed()) == (set() if "loaded" in change else {1, 2, 3})
        contents.append(acme.state["events"].content)
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.engines("duckdb", "postgres")
def test_a_table_without_rows_says_so(tables):
    acme = started(tables, through=None)
    tables.run("DELETE FROM events")
    assert "there are no rows" in str(acme.refreshed().mistakes[0])


@pytest.mark.engines("postgres")
def test_rows_that_come_meanwhile_wait_for_the_next_time(tables):
    acme = started(tables)

    with tables.engine() as engine:
        raw = open_source(engine, acme.project.fact("events"), tables.folder)
        before = tokens(engine, raw, whole=False)
        tables.run(inserted(event("u", 5)))
        assert sum(engine.rows("rows", exp.select("COUNT(*)").from_(raw.query.subquery("raw")))[0]) == before.rows == 3
    assert days(acme.refreshed()) == {5}


# tables of a file


@pytest.mark.engines("duckdb")
def test_a_file_that_did_not_change_is_not_opened(tables):
    acme = started(tables)
    assert _planned(acme) == {"users": (), "events": ()}
    assert acme.refreshed().read == frozenset()
    os.utime(tables.path)
    assert acme.refreshed().read == frozenset()  # its contents are the same
    tables.run(inserted(event("x", 9)))
    before = "its file changed: each of its days is compared with the last time"
    assert _planned(acme)["events"] == (f"records.duckdb:events: {before}",)
    assert days(acme.refreshed()) == {9}


@pytest.mark.engines("duckdb")
def test_what_is_in_the_log_beside_an_sqlite_file_counts(tables):
    path = tables.folder / "records.sqlite"
    source = Table("events", path.name, "sqlite")
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("CREATE TABLE events (user_id, happened, name, amount, score)")
        database.execute("INSERT INTO events VALUES ('u', '2026-01-01', 'bought', 1, 1)")
        events = msgspec.structs.replace(EVENTS, source=source)
        acme = Company(tables.folder, project(events))
        assert days(acme.refreshed()) == {1}
        as_it_was = path.read_bytes()
        database.execute("INSERT INTO events VALUES ('u', '2026-01-02', 'bought', 1, 1)")
        assert path.read_bytes() == as_it_was
        assert days(acme.refreshed()) == {2}
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
    assert days(acme.refreshed()) == set()
    assert acme.refreshed().read == frozenset()


@pytest.mark.engines("duckdb", "postgres")
def test_a_plan_says_what_is_compared_and_what_is_not_seen(tables):
    acme = company(tables, arrival=ARRIVAL)
    assert _planned(acme)["events"] == ("events: read for the first time",)
    acme = started(tables, arrival=ARRIVAL)
    tables.run(inserted(event("x", 9)))
    told = _planned(acme)
    unseen = "the rows of each day are counted, and when the last arrived; what was corrected in place only --full sees"
    assert told["events"][0].endswith(f": {unseen}")
    assert told["users"][0].endswith("its rows are compared with the last time")


def _planned(acme: Company) -> dict[str, tuple[str, ...]]:
    return {one.fact: one.changes for one in plan(acme.project, acme.folder, acme.state)}
