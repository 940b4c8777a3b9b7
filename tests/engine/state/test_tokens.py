"""Tokens of days: they tell which days of a table hold other rows than before, and no others."""

import msgspec
import pytest

from liftledger.domain.expression import TEXT, TIME
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.table import Token
from liftledger.engine.state.tokens import tokens
from tests.engine.direct import dated, wide
from tests.engine.records import INTEGER, USD, field

EVENTS = dated(
    "events",
    field(USD, "amount", optional=True),
    field(TEXT, "a", optional=True),
    field(TEXT, "b", optional=True),
    time=field(TIME, "happened"),
)
ARRIVING = msgspec.structs.replace(EVENTS, arrival=field(TIME, "loaded"))
CREATE = """CREATE TABLE events
    (user_id text, happened timestamp, amount decimal(12, 2), a text, b text, unused integer, loaded timestamp)"""
FIRST = 20454  # 2026-01-01


def inserted(*rows: str) -> str:
    """Each as 'user day amount a b', where - is nothing; they arrived the day after they happened."""
    values = []
    for row in rows:
        user, day, *cells = row.split()
        told = ["NULL" if cell == "-" else f"'{cell}'" for cell in cells]
        at = f"2026-01-{int(day):02}"
        values.append(f"('{user}', '{at} 12:00:00', {', '.join(told)}, 0, timestamp '{at} 13:00:00')")
    return f"INSERT INTO events VALUES {', '.join(values)}"


ROWS = inserted("u 1 1.00 x y", "v 1 2.00 - y", "u 2 - x -", "w 3 3.00 x y", "w 3 4.00 y x")


def counted(tables, fact, **options):
    """Days, from the first one on, with their tokens."""
    with tables.engine() as engine:
        raw = open_source(engine, tables.found(fact), tables.folder)
        return tokens(engine, raw, **({"whole": False} | options))


def changed(tables, fact, *statements):
    before = counted(tables, fact)
    tables.run(*statements)
    return {day - FIRST + 1 for day in counted(tables, fact).unlike(before)}


@pytest.mark.parametrize(
    ("statement", "days"),
    [
        ("UPDATE events SET unused = 7, loaded = '2027-01-01'", set()),
        (inserted("u 4 1.00 x y"), {4}),
        (inserted("u 1 1.00 x y"), {1}),  # the same row once more
        ("DELETE FROM events WHERE user_id = 'u' AND happened < '2026-01-02'", {1}),
        ("DELETE FROM events WHERE happened >= '2026-01-03'", {3}),
        ("UPDATE events SET amount = amount + 0.01 WHERE user_id = 'v'", {1}),
        ("UPDATE events SET happened = '2026-01-02 00:00:00' WHERE user_id = 'v'", {1, 2}),
        ("UPDATE events SET amount = 7 - amount WHERE user_id = 'w'", {3}),  # two rows exchange a value
        ("UPDATE events SET a = NULL, b = 'x' WHERE amount IS NULL", {2}),  # a value goes to another column
        ("UPDATE events SET a = '' WHERE user_id = 'v'", {1}),  # an empty text is not none
    ],
)
@pytest.mark.engines("duckdb", "postgres")
def test_a_day_has_another_token_where_its_rows_changed(tables, statement, days):
    tables.run(CREATE, ROWS)
    assert changed(tables, EVENTS, statement) == days


def test_rows_in_another_order_are_the_same_rows(tables):
    tables.run(CREATE, ROWS)
    again = "INSERT INTO events SELECT * FROM other ORDER BY happened DESC, amount"
    assert changed(tables, EVENTS, "CREATE TABLE other AS SELECT * FROM events", "DELETE FROM events", again) == set()
    assert changed(tables, EVENTS, "UPDATE events SET amount = 7 - amount WHERE user_id = 'w'") == {3}


@pytest.mark.parametrize(
    ("statement", "days"),
    [
        (inserted("u 4 1.00 x y"), {4}),
        ("DELETE FROM events WHERE user_id = 'v'", {1}),
        ("UPDATE events SET amount = 5, loaded = '2026-02-01' WHERE user_id = 'v'", {1}),
        ("UPDATE events SET amount = 5 WHERE user_id = 'v'", set()),  # only --full sees this
    ],
)
@pytest.mark.engines("duckdb", "postgres")
def test_with_an_arrival_a_day_is_its_rows_and_the_last_arrival(tables, statement, days):
    tables.run(CREATE, ROWS)
    assert changed(tables, ARRIVING, statement) == days


def test_arrival_is_microseconds_on_every_engine(tables):
    tables.run(CREATE, ROWS)
    last = FIRST * 86_400_000_000 + 13 * 3_600_000_000
    assert counted(tables, ARRIVING).days[FIRST] == Token(2, str(last))


def test_what_stands_between_values_may_be_in_them(tables):
    tables.run(CREATE, inserted("u 1 1.00 x|, y", "u 2 1.00 | |", "u 3 1.00 |- -"))
    swaps = ("UPDATE events SET a = 'x', b = '|,y' WHERE a = 'x|,'", "UPDATE events SET a = '||', b = '' WHERE a = '|'")
    assert changed(tables, EVENTS, *swaps, "UPDATE events SET a = NULL, b = '|-' WHERE a = '|-'") == {1, 2, 3}


@pytest.mark.engines("duckdb", "postgres")
def test_rows_whose_time_cannot_be_read_are_of_no_day(tables):
    tables.run(
        CREATE.replace("happened timestamp", "happened text"),
        ROWS,
        "UPDATE events SET happened = 'soon' WHERE user_id = 'u'",
    )
    found = counted(tables, EVENTS)
    assert found.undated.rows == 2
    assert {day: token.rows for day, token in found.days.items()} == {FIRST: 1, FIRST + 2: 2}
    assert found.rows == 5


@pytest.mark.engines("duckdb", "postgres")
def test_a_fact_that_is_read_whole_has_one_token(tables):
    tables.run("CREATE TABLE users (user_id text, seats integer)")
    users = wide("users", field(INTEGER, "seats"))
    empty = counted(tables, users, whole=True)
    assert empty.days[0].rows == 0
    tables.run("INSERT INTO users VALUES ('u', 1), ('v', 2)")
    found = counted(tables, users, whole=True)
    tables.run("UPDATE users SET seats = 3 - seats")
    assert found.days[0].rows == 2
    assert found.days != counted(tables, users, whole=True).days
