"""What was known of a unit when it started: its last row by then, its month; nothing of what came after."""

import random

import pytest

from liftledger.domain.expression import TEXT, TIME, Type
from liftledger.domain.instant import DAY, instant, micros
from liftledger.domain.metric import Metric, Term
from liftledger.domain.study import STARTED, Assignment, Band, Dimension, Exposure, Relation, Study
from liftledger.engine.cells import Cell
from tests.engine.direct import ARM, ARMS, AS_OF, dated, study, wide, world, write
from tests.engine.records import INTEGER, USD, field

pytestmark = pytest.mark.usefixtures("engine")

SEEN, ORDERS = dated("seen", ARM), dated("orders")
LEVEL, NOTE = field(Type("decimal", 2), "level", optional=True), field(TEXT, "note", optional=True)
MODELS = dated("models", LEVEL, NOTE)
BANDS = (Band("new", 0), Band("growing", 40), Band("mature", 70))
MATURITY = Dimension("maturity", "models", "level", BANDS)
FIRST = micros("2026-01-01")


def orders(*dimensions):
    return Metric("orders", "count", "orders", Term(), dimensions=dimensions)


def units(folder, facts, *dimensions, kind="user", studies=(), **options):
    """Units of each segment of arm b."""
    names = tuple(one.name for one in dimensions) + ((STARTED,) if options.pop("started", False) else ())
    studies = studies or (study("test", facts[0], ("orders",), exposure=options.pop("exposure", None)),)
    with world(folder, facts, (orders(*names),), studies, dimensions=dimensions, **options) as one:
        counted = one.counted("orders", kind)
    return {cell.segment: n for cell, n in counted.units.items() if cell.arm == "b" and cell.segment}


def test_the_last_row_at_or_before_the_start_counts(tmp_path):
    # b: at the start; c: a microsecond after it; d: the last of three; e: none; f: two at one instant
    write(tmp_path, "seen", "user_id at arm", [(u, FIRST + DAY, "b") for u in "bcdef"] + [("a", FIRST, "a")])
    rows = [("b", FIRST + DAY, "0.70"), ("c", FIRST, "0.10"), ("c", FIRST + DAY + 1, "0.90")]
    rows += [("d", FIRST, "0.90"), ("d", FIRST + 2, "0.45"), ("d", FIRST + 1, "0.95")]
    rows += [("f", FIRST, "0.05"), ("f", FIRST, "0.69"), ("f", FIRST - 1, "0.99")]
    write(tmp_path, "models", "user_id at level note", [(*row, "") for row in rows])
    write(tmp_path, "orders", "user_id at", [("b", FIRST)])
    assert units(tmp_path, (SEEN, ORDERS, MODELS), MATURITY) == {
        ("maturity", "mature"): 1,
        ("maturity", "new"): 1,
        ("maturity", "growing"): 2,
        ("maturity", ""): 1,
    }


@pytest.mark.parametrize("seed", range(3))
def test_attributes_agree_with_plain_loops(tmp_path, seed):
    chance = random.Random(seed)
    users = [f"u{place}" for place in range(60)]
    starts = {user: FIRST + chance.randrange(40) * DAY for user in users}
    rows = [
        (chance.choice(users), FIRST + chance.randrange(40) * DAY + chance.choice([0, 0, 1]),
         chance.choice(["", "-0.01", "0.00", "0.39", "0.40", "0.69", "0.70", "9"]), chance.choice(["", "x", "y", "Ä"]))
        for _ in range(300)
    ]  # fmt: skip
    write(tmp_path, "seen", "user_id at arm", [(user, at, "b") for user, at in starts.items()])
    write(tmp_path, "models", "user_id at level note", rows)
    write(tmp_path, "orders", "user_id at", [("u1", FIRST)])
    expected = {}

    def add(*segment):
        expected[segment] = expected.get(segment, 0) + 1

    for user, start in starts.items():
        known = [row for row in rows if row[0] == user and row[1] <= start]
        last = [row for row in known if row[1] == max(row[1] for row in known)]
        level = max((round(100 * float(row[2])) for row in last if row[2]), default=-1)
        add("maturity", "mature" if level >= 70 else "growing" if level >= 40 else "new" if level >= 0 else "")
        add("note", max((row[3] for row in last), default=""))
    note = Dimension("note", "models", "note")
    assert units(tmp_path, (SEEN, ORDERS, MODELS), MATURITY, note) == expected


def test_bands_of_a_wide_fact(tmp_path):
    people = wide("people", field(USD, "spend", optional=True))
    write(tmp_path, "seen", "user_id at arm", [(u, FIRST, "b") for u in "uvwxyz"])
    spend = [("u", "-0.01"), ("v", 0), ("w", "0.39"), ("x", "0.40"), ("y", "")]
    write(tmp_path, "people", "user_id spend", spend)
    write(tmp_path, "orders", "user_id at", [("u", FIRST)])
    found = units(tmp_path, (SEEN, ORDERS, people), Dimension("spend", "people", "spend", BANDS[:2]))
    assert found == {("spend", ""): 3, ("spend", "new"): 2, ("spend", "growing"): 1}


def test_where_the_clock_starts_at_exposure_the_start_is_the_exposure(tmp_path):
    shown = dated("shown")
    write(tmp_path, "seen", "user_id at arm", [(u, micros("2026-01-31"), arm) for u, arm in ("ua", "vb", "wb")])
    write(tmp_path, "shown", "user_id at", [("u", micros("2026-02-02")), ("v", micros("2026-02-03"))])
    write(tmp_path, "models", "user_id at level note", [("v", micros("2026-02-02"), 1, ""), ("v", AS_OF - 1, 0, "")])
    write(tmp_path, "orders", "user_id at", [("u", FIRST)])
    facts = (SEEN, ORDERS, MODELS, shown)
    for from_exposure, segments in (
        (True, {("maturity", "mature"): 1, (STARTED, "2026-02"): 1}),
        (False, {("maturity", ""): 2, (STARTED, "2026-01"): 2}),
    ):
        options = {"exposure": Exposure("shown"), "from_exposure": from_exposure, "started": True}
        assert units(tmp_path, facts, MATURITY, **options) == segments


# ----------------------------------------------------------------------------------------------- the month of the start


@pytest.mark.parametrize("days", [1, 40, 1500])
def test_the_month_of_the_start_is_pythons(tmp_path, days):
    chance = random.Random(days)
    starts = [AS_OF - 1 - chance.randrange(days * DAY) for _ in range(200)]
    starts += [micros(f"2026-{month:02}-01") - chance.choice([0, 1]) for month in (1, 2, 2, 2)]
    write(tmp_path, "seen", "user_id at arm", [(f"u{place}", at, "b") for place, at in enumerate(starts)])
    write(tmp_path, "orders", "user_id at", [("u1", FIRST)])
    months = [instant(at)[:7] for at in starts]
    assert units(tmp_path, (SEEN, ORDERS), started=True) == {(STARTED, m): months.count(m) for m in set(months)}


@pytest.mark.engines("duckdb", "postgres")  # 24,000 months take Spark half a minute to understand
def test_starts_long_ago_and_far_from_each_other(tmp_path):
    early = micros("0001-01-02")
    write(tmp_path, "seen", "user_id at arm", [("u", early, "b"), ("v", micros("1969-12-31"), "b"), ("w", FIRST, "b")])
    write(tmp_path, "orders", "user_id at", [("u", FIRST)])
    found = units(tmp_path, (SEEN, ORDERS), started=True)
    assert found == {(STARTED, "0001-01"): 1, (STARTED, "1969-12"): 1, (STARTED, "2026-01"): 1}


def test_an_undated_study_has_no_months(tmp_path):
    people = wide("people", ARM, field(INTEGER, "spend"))
    write(tmp_path, "people", "user_id arm spend", [("u", "a", 1), ("v", "b", 2)])
    metric = Metric("orders", "sum", "people", Term(), dimensions=(STARTED,))
    with world(tmp_path, (people,), (metric,), (study("test", people, ("orders",)),)) as one:
        counted = one.counted("orders")
    assert set(counted.units) == {Cell("test", arm, None) for arm in ARMS}


def test_several_studies_each_with_its_own_months(tmp_path):
    second = dated("second", ARM)
    write(tmp_path, "seen", "user_id at arm", [("u", micros("2026-01-05"), "b"), ("v", micros("2025-12-05"), "b")])
    write(tmp_path, "second", "user_id at arm", [("u", micros("2026-02-05"), "b")])
    write(tmp_path, "orders", "user_id at", [("u", micros("2026-02-06"))])
    studies = (study("one", SEEN, ("orders",)), study("two", second, ("orders",)))
    with world(tmp_path, (SEEN, second, ORDERS), (orders(STARTED),), studies) as one:
        counted = one.counted("orders")
    assert {(cell.study, cell.segment): n for cell, n in counted.units.items() if cell.segment} == {
        ("one", (STARTED, "2025-12")): 1,
        ("one", (STARTED, "2026-01")): 1,
        ("two", (STARTED, "2026-02")): 1,
    }
    assert counted.starts[Cell("one", "b", None)] == (micros("2025-12-05"), micros("2026-01-05"))
    assert counted.starts[Cell("two", "b", (STARTED, "2026-02"))] == (micros("2026-02-05"),) * 2


# -------------------------------------------------------------------------------------------------------------- parents


def test_accounts_are_cut_by_their_own_attributes_and_by_the_month_of_their_first_user(tmp_path):
    users = wide("users", field(TEXT, "account", optional=True), field(TEXT, "country"))
    bills = dated("bills", keyed_by="account")
    plans = dated("plans", field(TEXT, "plan"), keyed_by="account")
    write(tmp_path, "users", "user_id account country", [("u", "A", "DE"), ("v", "A", "FR"), ("w", "B", "DE")])
    days = {"u": "2026-02-03", "v": "2026-01-05", "w": "2026-02-07"}
    write(tmp_path, "seen", "user_id at arm", [(user, micros(day), "b") for user, day in days.items()])
    changes = [("A", "2026-01-05", "free"), ("A", "2026-01-06", "team"), ("B", "2026-02-01", "team")]
    write(tmp_path, "plans", "user_id at plan", [(a, micros(day), plan) for a, day, plan in changes])
    write(tmp_path, "bills", "user_id at", [("A", micros("2026-02-08"))])
    metric = Metric("bills", "count", "bills", Term(), dimensions=("plan", "country", STARTED))
    dimensions = (Dimension("plan", "plans", "plan"), Dimension("country", "users", "country"))
    relations = (Relation("user", "account", "users", "account"),)
    options = {"dimensions": dimensions, "relations": relations}
    with world(tmp_path, (SEEN, bills, plans, users), (metric,), (study("test", SEEN, ("bills",)),), **options) as one:
        of_users, counted = one.cohorts["test"]["user"], one.counted("bills", "account")
    assert of_users.dimensions == ("country", STARTED)
    assert {cell.segment: n for cell, n in counted.units.items()} == {
        None: 2,
        ("plan", "free"): 1,
        ("plan", "team"): 1,
        (STARTED, "2026-01"): 1,
        (STARTED, "2026-02"): 1,
    }


def test_a_time_as_an_attribute_has_an_order(tmp_path):
    since = field(TIME, "signed_up", optional=True)
    people = wide("people", since)
    write(tmp_path, "seen", "user_id at arm", [("u", FIRST, "b"), ("v", FIRST, "b")])
    write(tmp_path, "people", "user_id signed_up", [("u", FIRST - 1), ("v", FIRST)])
    write(tmp_path, "orders", "user_id at", [("u", FIRST)])
    bands = (Band("old", -(10**17)), Band("young", FIRST))
    found = units(tmp_path, (SEEN, ORDERS, people), Dimension("age", "people", "signed_up", bands))
    assert found == {("age", "old"): 1, ("age", "young"): 1}
    everyone = Study("all", "observational", "user", Assignment("seen", None), ("b",), None, (), None, ("orders",))
    assert units(tmp_path, (SEEN, ORDERS), studies=(everyone,), started=True) == {(STARTED, "2026-01"): 2}
