"""Rows that break a rule of their fact do not fit: they are named with what they hold, or counted and left out."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liftledger.domain.expression import TEXT, Column, Comparison, Missing, Not, Number, Or, Text
from liftledger.domain.fact import Impossible
from liftledger.domain.instant import DAY, instant, micros
from tests.engine.direct import dated, equals, write
from tests.engine.records import USD, fact, field, loaded, mistakes

pytestmark = pytest.mark.usefixtures("engine")

FIRST = micros("2026-01-01")
AMOUNT, TYPE = field(USD, "amount", optional=True), field(TEXT, "type", column="kind", optional=True)
POSITIVE = Comparison(">=", Column("amount", USD), Number(0, USD))
REFUND = Or((POSITIVE, Comparison("=", Column("type", TEXT), Text("refund"))))
REJECT = "correct it, or count and list such rows: on_bad_row: reject"
CHURNED = Impossible(equals(TYPE, "upgrade"), equals(TYPE, "cancel"))


def bills(**options):
    return dated("bills", AMOUNT, TYPE, **options)


def write_bills(folder, *rows):
    write(folder, "bills", "user_id at amount kind", rows)


# ----------------------------------------------------------------------------------------------------------------- must


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_a_row_that_does_not_meet_a_condition_is_named(tmp_path):
    write_bills(tmp_path, ("u", FIRST, 5, "sale"), ("u", FIRST, -5, "refund"), ("v", FIRST, "-5.00", "sale"))
    assert mistakes(tmp_path, bills(must=(REFUND,))) == [
        "bills.csv, row 3: columns 'amount, kind' hold '-5.00, sale', which does not meet"
        f" amount >= 0.00 or type = 'refund'; {REJECT}"
    ]
    assert mistakes(tmp_path, bills(must=(POSITIVE,))) == [
        f"bills.csv, row 2: column 'amount' holds '-5', which does not meet amount >= 0.00; {REJECT}",
        f"bills.csv, row 3: column 'amount' holds '-5.00', which does not meet amount >= 0.00; {REJECT}",
    ]


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_rows_that_do_not_meet_a_condition_are_counted_listed_and_left_out(tmp_path):
    write_bills(tmp_path, ("u", FIRST, 5, "sale"), ("u", FIRST, -5, "refund"), ("v", FIRST, "-7.00", "sale"))
    found, told = loaded(tmp_path, bills(must=(REFUND,), reject=True))
    one = found["bills"]
    assert (told, one.rows, one.rejected, one.sums["amount"]) == ([], 2, 1, 0)
    [rejection] = one.rejections
    assert (rejection.row, rejection.column, rejection.found, rejection.reason) == (
        3, "amount, kind", "-7.00, sale", "not amount >= 0.00 or type = 'refund'",
    )  # fmt: skip


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_what_cannot_be_said_of_a_blank_does_not_hold(tmp_path):
    write_bills(tmp_path, ("u", FIRST, "", "sale"), ("v", FIRST, "", "refund"), ("w", FIRST, 1, ""))
    assert mistakes(tmp_path, bills(must=(REFUND,))) == [
        "bills.csv, row 1: columns 'amount, kind' hold ', sale', which does not meet"
        f" amount >= 0.00 or type = 'refund'; {REJECT}"
    ]
    given = Not(Missing(Column("amount", USD)))
    found, _ = loaded(tmp_path, bills(must=(given,), reject=True))
    assert (found["bills"].rows, found["bills"].rejected) == (1, 2)


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_a_value_that_cannot_be_read_is_named_once_and_not_as_a_broken_condition(tmp_path):
    write_bills(tmp_path, ("u", FIRST, "x", "sale"), ("v", FIRST, -1, "sale"))
    told = mistakes(tmp_path, bills(must=(REFUND,)))
    assert [one.split(" hold")[0] for one in told] == [
        "bills.csv, row 1: column 'amount'",
        "bills.csv, row 2: columns 'amount, kind'",
    ]


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_conditions_on_parquet_and_on_facts_without_units(tmp_path):
    pq.write_table(pa.table({"amount": [100, -1, 3], "kind": ["a", "b", "refund"]}), tmp_path / "rows.parquet")
    one = fact("rows.parquet", AMOUNT, TYPE, unit=None, must=(REFUND, POSITIVE))
    assert [told.split(":")[0] for told in mistakes(tmp_path, one)] == ["rows.parquet, row 2"] * 2
    found, _ = loaded(tmp_path, fact("rows.parquet", AMOUNT, TYPE, unit=None, must=(REFUND,), reject=True))
    assert (found["rows"].rows, found["rows"].sums["amount"]) == (2, 10_300)


# ----------------------------------------------------------------------------------------------------------- impossible


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_a_row_that_cannot_come_after_another_is_named(tmp_path):
    rows = [("u", 3, "upgrade"), ("u", 1, "upgrade"), ("u", 2, "cancel"), ("v", 9, "upgrade"), ("u", 4, "cancel")]
    write_bills(tmp_path, *((user, FIRST + day * DAY, 1, kind) for user, day, kind in rows))
    assert mistakes(tmp_path, bills(impossible=(CHURNED,))) == [
        f"bills.csv, row 1: column 'kind' holds 'upgrade', which cannot come after type = 'cancel'; {REJECT}"
    ]


def test_at_the_same_instant_it_can(tmp_path):
    write_bills(tmp_path, ("u", FIRST, 1, "cancel"), ("u", FIRST, 1, "upgrade"))
    assert loaded(tmp_path, bills(impossible=(CHURNED,)))[0]["bills"].rows == 2


def test_rows_that_do_not_fit_make_nothing_impossible(tmp_path):
    write_bills(tmp_path, ("u", FIRST, -1, "cancel"), ("u", FIRST + 1, 1, "upgrade"))
    found, _ = loaded(tmp_path, bills(impossible=(CHURNED,), must=(POSITIVE,), reject=True))
    assert (found["bills"].rows, found["bills"].rejected) == (1, 1)
    assert found["bills"].rejections[0].reason == "not amount >= 0.00"


def test_impossible_rows_agree_with_plain_loops(tmp_path):
    chance = random.Random(11)
    kinds = ["", "upgrade", "cancel", "pause", "refund"]
    rows = [
        (f"u{chance.randrange(40)}", FIRST + chance.randrange(30), chance.randint(-1, 9), chance.choice(kinds))
        for _ in range(400)
    ]
    second = Impossible(equals(TYPE, "refund"), equals(TYPE, "pause"))
    write_bills(tmp_path, *rows)

    def late(row, what, after):
        return row[3] == what and any(
            one[0] == row[0] and one[3] == after and one[2] >= 0 and one[1] < row[1] for one in rows
        )

    broken = {
        place
        for place, row in enumerate(rows, start=1)
        if row[2] < 0 or late(row, "upgrade", "cancel") or late(row, "refund", "pause")
    }
    found, _ = loaded(tmp_path, bills(impossible=(CHURNED, second), must=(POSITIVE,), reject=True))
    one = found["bills"]
    numbered = {rejection.row for rejection in one.rejections}
    assert numbered in (broken, {None})  # rows of a table have no number
    assert (one.rows, one.rejected) == (len(rows) - len(broken), len(broken))
    assert one.sums["amount"] == 100 * sum(row[2] for place, row in enumerate(rows, start=1) if place not in broken)
    reasons = {rejection.reason for rejection in one.rejections}
    assert reasons == {
        "not amount >= 0.00",
        "type = 'upgrade' after type = 'cancel'",
        "type = 'refund' after type = 'pause'",
    }


@pytest.mark.engines("duckdb", "spark")  # rows of a table have no number
def test_units_named_by_integers_are_found_too(tmp_path):
    at = [instant(FIRST + step)[:-1] for step in range(3)]
    columns = {"user_id": [7, 7, 8], "at": at, "amount": [1, 1, 1], "kind": ["cancel", "upgrade", "upgrade"]}
    pq.write_table(pa.table(columns), tmp_path / "bills.parquet")
    one = fact("bills.parquet", AMOUNT, TYPE, name="bills", time=bills().time, impossible=(CHURNED,))
    assert [told.split(":")[0] for told in mistakes(tmp_path, one)] == ["bills.parquet, row 2"]
