"""Sums agree with plain loops over the same rows, with SQL written by hand, and with themselves in any order."""

import random

import duckdb
import pytest

from liftledger.domain.expression import TEXT, Choice, Number, Type
from liftledger.domain.instant import DAY, micros
from liftledger.domain.instant import instant as shown
from liftledger.domain.measure import plan
from liftledger.domain.metric import Metric, Term
from liftledger.engine.cells import Cell
from tests.engine.company import counted, table, told
from tests.engine.direct import dated, equals, study, world, write
from tests.engine.records import field
from tests.engine.reference import Part, assigned, measured, percentile, products

pytestmark = pytest.mark.usefixtures("engine")

AS_OF = micros("2026-03-01")
DEFINITIONS = """
facts:
  seen: {files: seen.csv, unit: user_id, time: at}
  events:
    files: "%s"
    unit: user_id
    time: at
    columns: {amount: money, items: {type: integer, optional: true}, kind: text}
  users: {files: users.csv, unit: user_id, columns: {country: text, plan: text}}
dimensions: {country: {fact: users, column: country}, plan: {fact: users, column: plan}}
metrics:
  buys: {kind: conversion, fact: events, where: "kind = 'buy'", window: 14d, lookback: 7d, dimensions: [country, plan]}
  events: {kind: count, fact: events}
  spend: {kind: sum, fact: events, value: amount, where: "kind <> 'view'", window: 10d, delay: 2d, lookback: 20d}
  items: {kind: sum, fact: events, value: items, window: 5d}
  basket: {kind: mean, fact: events, value: items, window: 12d, lookback: 9d}
  price: {kind: ratio, fact: events, numerator: amount, denominator: items, window: 20d, lookback: 5d}
  share: {kind: ratio, fact: events, numerator: {value: rows, where: "kind = 'buy'"}, denominator: rows}
  pace: {kind: rate, fact: events, where: "kind = 'view'", per: 30d, delay: 3d, window: 37d, lookback: 10d}
  always: {kind: rate, fact: events}
  stays: {kind: retention, fact: events, where: "kind = 'buy'", after: 9d, within: 4d, lookback: 7d}
  again: {kind: repeat, fact: events, where: "kind = 'buy'", window: 14d, lookback: 7d}
  ever_again: {kind: repeat, fact: events, where: "kind <> 'back'"}
  capped: {kind: sum, fact: events, value: amount, window: 10d, lookback: 20d, cap: {low: -20, high: 80.50}}
  clipped: {kind: sum, fact: events, value: amount, window: 10d, lookback: 20d, cap: {low: p5, high: p90.5}}
  frequent: {kind: count, fact: events, cap: {high: p75}}
studies:
  test: {kind: experiment, assignment: {fact: seen, arm: arm}, control: a, arms: [a, b, c]}
"""


class Company:
    """Random records: 90 users, some in two arms, some assigned late, some never; amounts below 0 too."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.users = [f"u{place}" for place in range(90)]
        self.country = {user: chance.choice(["DE", "FR"]) for user in self.users[:70]}
        self.plan = {user: "pro" if place % 3 else "free" for place, user in enumerate(self.country)}
        self.seen = [
            (user, micros("2026-01-10") + chance.randrange(55) * DAY + chance.randrange(DAY), chance.choice("abc"))
            for user in self.users[:80]
            for _ in range(1 + (chance.random() < 0.2))
        ]
        self.events = [self._event(chance) for _ in range(900)]

    def _event(self, chance: random.Random) -> dict:
        return {
            "user_id": chance.choice(self.users),
            "at": micros("2025-12-15") + chance.randrange(80) * DAY + chance.randrange(DAY),
            "amount": chance.randint(-2000, 9999),
            "items": chance.choice([None, 0, 1, 2, 5]),
            "kind": chance.choice(["buy", "view", "back"]),
        }

    def write(self, folder, *, shuffled: int | None = None, files: int = 1) -> str:
        chance, seen, events = random.Random(shuffled), list(self.seen), list(self.events)
        if shuffled is not None:
            chance.shuffle(seen)
            chance.shuffle(events)
        table(folder, "seen", "user_id at arm", [(user, shown(at), arm) for user, at, arm in seen])
        table(folder, "users", "user_id country plan", [(u, self.country[u], self.plan[u]) for u in self.country])
        lines = [
            (
                e["user_id"],
                shown(e["at"]),
                f"{e['amount'] / 100:.2f}",
                "" if e["items"] is None else e["items"],
                e["kind"],
            )
            for e in events
        ]
        for place in range(files):
            table(folder, f"events{place}", "user_id at amount items kind", lines[place::files])
        return DEFINITIONS % ("events*.csv" if files > 1 else "events0.csv")


def amount(row):
    return row["amount"]


def items(row):
    return row["items"]


def kind(*kinds):
    return lambda row: row["kind"] in kinds


def has_items(row):
    return row["items"] is not None


D = DAY
# metric -> (horizon, the parts by the names that the plan gives them)
WITNESS = {
    "buys": (
        14 * D,
        {"buys": Part(where=kind("buy"), high=14 * D, binary=True),
         "buys_before": Part(where=kind("buy"), low=-7 * D, high=0, binary=True)},
    ),
    "events": (None, {"events": Part()}),
    "spend": (
        12 * D,
        {"spend": Part(amount, kind("buy", "back"), 2 * D, 12 * D),
         "spend_before": Part(amount, kind("buy", "back"), -20 * D, 0)},
    ),
    "items": (5 * D, {"items": Part(items, high=5 * D)}),
    "basket": (
        12 * D,
        {"basket": Part(items, high=12 * D), "basket_per": Part(where=has_items, high=12 * D),
         "basket_before": Part(items, low=-9 * D, high=0),
         "basket_per_before": Part(where=has_items, low=-9 * D, high=0)},
    ),
    "price": (
        20 * D,
        {"price": Part(amount, high=20 * D), "price_per": Part(items, high=20 * D),
         "price_before": Part(amount, low=-5 * D, high=0), "price_per_before": Part(items, low=-5 * D, high=0)},
    ),
    "share": (None, {"share": Part(where=kind("buy")), "events": Part()}),
    "pace": (
        40 * D,
        {"pace": Part(where=kind("view"), low=3 * D, high=40 * D),
         "pace_per": Part(low=3 * D, high=40 * D, elapsed=True),
         "pace_before": Part(where=kind("view"), low=-10 * D, high=0)},
    ),
    "stays": (
        13 * D,
        {"stays": Part(where=kind("buy"), low=9 * D, high=13 * D, binary=True),
         "stays_before": Part(where=kind("buy"), low=-7 * D, high=0, binary=True)},
    ),
    "again": (
        14 * D,
        {"again": Part(where=kind("buy"), high=14 * D, binary=True, least=2),
         "buys": Part(where=kind("buy"), high=14 * D, binary=True),
         "again_before": Part(where=kind("buy"), low=-7 * D, high=0, binary=True, least=2),
         "buys_before": Part(where=kind("buy"), low=-7 * D, high=0, binary=True)},
    ),
    "ever_again": (
        None,
        {"ever_again": Part(where=kind("buy", "view"), binary=True, least=2),
         "ever_again_per": Part(where=kind("buy", "view"), binary=True)},
    ),
    "always": (None, {"events": Part(), "always_per": Part(elapsed=True)}),
}  # fmt: skip
CAPPED = {
    "capped": (10 * D, {"capped": Part(amount, high=10 * D), "capped_before": Part(amount, low=-20 * D, high=0)}),
    "clipped": (10 * D, {"clipped": Part(amount, high=10 * D), "clipped_before": Part(amount, low=-20 * D, high=0)}),
    "frequent": (None, {"frequent": Part()}),
}
LIMITS = {"capped": lambda totals: (-2000, 8050)}
LIMITS["clipped"] = lambda totals: (percentile(totals, 500), percentile(totals, 9050))
LIMITS["frequent"] = lambda totals: (None, percentile(totals, 7500))


def limited(total, low, high):
    if total == 0:
        return 0
    total = total if low is None else max(total, low)
    return min(total, high)


def witness(company, metric, arm, dimension=None, value=None):
    """Sums of one metric over the units of one arm, or of one segment of it."""
    horizon, parts = (WITNESS | CAPPED)[metric]
    everyone = assigned(company.seen, company.events, AS_OF, "abc")
    totals = {
        name: {unit.name: measured(part, unit, AS_OF, horizon) for unit in everyone} for name, part in parts.items()
    }
    totals = {}
    for name, part in parts.items():
        totals[name] = {unit.name: measured(part, unit, AS_OF, horizon) for unit in everyone}
    if metric in LIMITS:
        for name, found in totals.items():
            low, high = LIMITS[metric](list(found.values()))
            totals[name] = {unit: limited(total, low, high) for unit, total in found.items()}
    chosen = [
        unit.name
        for unit in everyone
        if unit.arm == arm
        and (horizon is None or unit.start + horizon <= AS_OF)
        and (dimension is None or getattr(company, dimension).get(unit.name, "unknown").lower() == value)
    ]
    binary = frozenset(name for name, part in parts.items() if part.binary)
    columns = {name: [found[unit] for unit in chosen] for name, found in totals.items()}
    return products(columns, binary) | {"n": len(chosen)}


@pytest.mark.parametrize("seed", range(3))
def test_every_kind_of_metric_agrees_with_plain_loops(tmp_path, seed):
    company = Company(seed)
    found = counted(tmp_path, company.write(tmp_path))
    for metric in WITNESS | CAPPED:
        for arm in "bc":
            assert found.sums(f"test.{metric}.{arm}") == witness(company, metric, arm), metric
        assert found.sums(f"test.{metric}.b", "control") == witness(company, metric, "a"), metric
    for segment in (*(("country", one) for one in ("de", "fr", "unknown")), ("plan", "free"), ("plan", "pro")):
        there = "test.buys.b.{}={}".format(*segment)
        assert found.sums(there) == witness(company, "buys", "b", *segment)
        assert found.sums(there, "control") == witness(company, "buys", "a", *segment)


def test_sums_by_dimension_are_the_same_however_many_combinations_there_are(tmp_path, monkeypatch):
    definitions = Company(6).write(tmp_path)
    few = counted(tmp_path, definitions).measured
    monkeypatch.setattr("liftledger.engine.sums.FEW", 0)
    many = counted(tmp_path, definitions).measured
    assert few.report == many.report
    assert [query.sql for query in few.queries] != [query.sql for query in many.queries]


def test_segments_add_up_to_their_arm(tmp_path):
    found = counted(tmp_path, Company(4).write(tmp_path))
    parts = [found.sums(f"test.buys.c.country={country}") for country in ("de", "fr", "unknown")]
    assert found.sums("test.buys.c") == {name: sum(part[name] for part in parts) for name in parts[0]}


@pytest.mark.engines("duckdb", "postgres")  # of Spark, the tests' cluster shows it
def test_sums_are_the_same_on_any_threads_in_any_order_and_from_several_files(tmp_path):
    company = Company(5)
    reports = []
    for threads, shuffled, files in ((1, None, 1), (2, 3, 1), (2, 9, 4)):
        found = counted(tmp_path, company.write(tmp_path, shuffled=shuffled, files=files), threads=threads)
        reports.append(found.measured.report)
    assert reports[0].estimates == reports[1].estimates == reports[2].estimates
    assert reports[0].data == reports[1].data == reports[2].data


BY_HAND = {
    "buys": """
        WITH per_user AS (
            SELECT arm, count(*) FILTER (
                kind = 'buy' AND e.at >= start AND e.at < start + INTERVAL 14 DAY) > 0 AS y
            FROM first_arm LEFT JOIN events e USING (user_id)
            WHERE start + INTERVAL 14 DAY <= TIMESTAMP '2026-03-01' GROUP BY user_id, arm
        ) SELECT arm, count(*) n, count(*) FILTER (y) FROM per_user GROUP BY arm
    """,
    "spend": """
        WITH per_user AS (
            SELECT user_id, arm, coalesce(sum(amount) FILTER (
                kind <> 'view' AND e.at >= start + INTERVAL 2 DAY AND e.at < start + INTERVAL 12 DAY), 0) y
            FROM first_arm LEFT JOIN events e USING (user_id)
            WHERE start <= TIMESTAMP '2026-03-01' - INTERVAL 12 DAY GROUP BY user_id, arm
        ) SELECT arm, count(*) n, sum(y) FROM per_user GROUP BY arm
    """,
    "events": """
        SELECT arm, count(DISTINCT first_arm.user_id) n, count(e.at)
        FROM first_arm LEFT JOIN events e ON e.user_id = first_arm.user_id AND e.at BETWEEN start
            AND TIMESTAMP '2026-02-28 23:59:59.999999'
        GROUP BY arm
    """,
    "items": """
        SELECT arm, count(DISTINCT first_arm.user_id) n, sum(items)
        FROM first_arm LEFT JOIN (SELECT * FROM events) e
            ON e.user_id = first_arm.user_id AND e.at >= start AND e.at < start + INTERVAL 5 DAY
        WHERE start + INTERVAL 5 DAY <= TIMESTAMP '2026-03-01'
        GROUP BY arm
    """,
}


@pytest.mark.first_on_spark
@pytest.mark.parametrize("metric", BY_HAND)
def test_sums_agree_with_sql_written_by_hand(tmp_path, metric):
    found = counted(tmp_path, Company(6).write(tmp_path))
    db = duckdb.connect()
    for name in ("seen", "events0"):
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{tmp_path}/{name}.csv')")
    db.execute("""
        CREATE VIEW events AS
        SELECT user_id, CAST("at" AS TIMESTAMP) AS "at", CAST(amount * 100 AS INT) AS amount, items, kind FROM events0
    """)
    db.execute("""
        CREATE TABLE first_arm AS
        SELECT DISTINCT ON (user_id) user_id, arm, CAST("at" AS TIMESTAMP) AS start
        FROM seen WHERE CAST("at" AS TIMESTAMP) < '2026-03-01' ORDER BY user_id, "at", arm
    """)
    by_hand = {arm: (n, total) for arm, n, total in db.execute(BY_HAND[metric]).fetchall()}
    ours = {arm: found.sums(f"test.{metric}.{arm}") for arm in "bc"} | {"a": found.sums(f"test.{metric}.b", "control")}
    assert {arm: (sums["n"], sums[metric]) for arm, sums in ours.items()} == by_hand


# ----------------------------------------------------------------------------------------------------- edges of windows


def test_windows_begin_with_the_start_and_end_before_their_end(tmp_path):
    start = micros("2026-01-10 06:00:00")
    table(tmp_path, "seen", "user_id at arm", [(user, shown(start), arm) for user, arm in ("ua", "vb")])
    edges = [start - 1, start, start + 2 * DAY - 1, start + 2 * DAY, AS_OF - 1, AS_OF, start - DAY, start - DAY - 1]
    table(tmp_path, "events", "user_id at amount", [("v", shown(at), 10**place) for place, at in enumerate(edges)])
    definitions = """
facts:
  seen: {files: seen.csv, unit: user_id, time: at}
  events: {files: events.csv, unit: user_id, time: at, columns: {amount: integer}}
metrics:
  short: {kind: sum, fact: events, value: amount, window: 2d, lookback: 1d}
  late: {kind: sum, fact: events, value: amount, window: 30d, delay: 2d}
  open: {kind: sum, fact: events, value: amount}
studies:
  test: {kind: experiment, assignment: {fact: seen, arm: arm}, control: a, arms: [a, b]}
"""
    found = counted(tmp_path, definitions)
    assert found.sums("test.short.b")["short"] == 110
    assert found.sums("test.short.b")["short_before"] == 1_000_001
    assert found.sums("test.late.b")["late"] == 1000
    assert found.sums("test.open.b")["open"] == 11110


def test_a_percentile_is_the_smallest_total_that_reaches_its_rank(tmp_path):
    # Totals 0, 0, 1, 2 | 3, 4 in the other arm: of the four others than 0, half are at most 2.
    table(tmp_path, "users", "arm amount", [("a", 0), ("a", 0), ("a", 1), ("a", 2), ("b", 3), ("b", 4)])
    definitions = """
facts:
  users: {files: users.csv, columns: {amount: integer}}
metrics:
  high: {kind: sum, fact: users, value: amount, cap: {high: p50}}
  low: {kind: sum, fact: users, value: amount, cap: {low: p50}}
studies:
  test: {kind: experiment, assignment: {column: arm}, control: a, arms: [a, b]}
"""
    found = counted(tmp_path, definitions)
    assert (found.sums("test.high.b", "control")["high"], found.sums("test.high.b")["high"]) == (3, 4)
    assert (found.sums("test.low.b", "control")["low"], found.sums("test.low.b")["low"]) == (4, 7)


@pytest.mark.parametrize(("moment", "mature"), [("2026-02-22 00:00:00", 2), ("2026-02-22 00:00:01", 1)])
def test_a_unit_is_mature_once_its_window_has_closed(tmp_path, moment, mature):
    table(tmp_path, "seen", "user_id at arm", [("u", "2026-01-01", "a"), ("v", "2026-01-01", "b"), ("w", moment, "b")])
    table(tmp_path, "events", "user_id at", [("w", "2026-02-25"), ("v", "2026-01-05")])
    definitions = """
facts:
  seen: {files: seen.csv, unit: user_id, time: at}
  events: {files: events.csv, unit: user_id, time: at}
metrics:
  events: {kind: count, fact: events, window: 7d}
studies:
  test: {kind: experiment, assignment: {fact: seen, arm: arm}, control: a, arms: [a, b]}
"""
    found = counted(tmp_path, definitions)
    assert (found.sums("test.events.b")["n"], found.sums("test.events.b")["events"]) == (mature, mature)
    estimate = found.measured.report.estimates[0]
    assert estimate.maturity.immature == {"control": 0, "treatment": 2 - mature}


def test_arms_without_rows_have_units_and_zeros(tmp_path):
    table(
        tmp_path,
        "seen",
        "user_id at arm",
        [("u", "2026-01-01", "a"), ("v", "2026-01-01", "a"), ("w", "2026-01-01", "b")],
    )
    table(tmp_path, "events", "user_id at amount items kind", [("zz", "2026-01-02", 1, 1, "buy")])
    table(tmp_path, "users", "user_id country plan", [("v", "DE", "pro")])
    found = counted(tmp_path, DEFINITIONS.replace("a, b, c", "a, b") % "events.csv")
    assert found.sums("test.spend.b", "control")["n"] == 2
    assert set(found.sums("test.clipped.b", "control").values()) == {0, 2}
    assert found.sums("test.always.b")["always_per"] == 59 * 86_400
    assert found.sums("test.buys.b.country=de")["n"] == 0


# ------------------------------------------------------------------------------------------------------------ 38 digits

LARGE = """
facts:
  people: {files: people.csv, unit: user_id, columns: {amount: integer, factor: integer}}
metrics:
  small: {kind: sum, fact: people, value: factor}
  large: {kind: sum, fact: people, value: %s}
studies:
  test: {kind: experiment, assignment: {fact: people, arm: arm}, control: a, arms: [a, b]}
"""
REFUSED = "has more than 38 digits; cap it, or declare its column with a smaller scale"


def people(folder, *amounts):
    rows = [(f"u{place}", "ab"[place % 2], amount, 1) for place, amount in enumerate(amounts)]
    table(folder, "people", "user_id arm amount factor", rows)


@pytest.mark.parametrize(
    "amounts",
    [
        [1, 10**15],  # its cube has 45 digits: one product too large
        [1, 5 * 10**12, 1, -(10**13)],  # a cube of 10^39
        [1, 4 * 10**12, 1, 4 * 10**12],  # cubes of 0.64 x 10^38 whose sum, 1.28 x 10^38, lies below 2^127
    ],
)
def test_a_sum_beyond_38_digits_is_refused_and_named(tmp_path, amounts):
    people(tmp_path, *amounts)
    assert told(tmp_path, LARGE % "amount") == [
        f"liftledger.yaml: metric 'large': the sum of large x large x large {REFUSED}"
    ]


def test_sums_of_38_digits_are_exact(tmp_path):
    # 4641588833612^3 < 10^38 < 4641588833613^3
    people(tmp_path, 3, 4_641_588_833_612, -5, 0)
    assert counted(tmp_path, LARGE % "amount").sums("test.large.b")["large x large x large"] == 4_641_588_833_612**3
    people(tmp_path, 3, 4_641_588_833_613, -5, 0)
    assert len(told(tmp_path, LARGE % "amount")) == 1


def test_a_product_in_a_row_that_is_too_large_is_refused_and_named(tmp_path):
    people(tmp_path, 1, 10**17)
    for value in ("amount * amount", "amount * amount, cap: {high: p99}"):
        assert told(tmp_path, LARGE % value) == [
            "liftledger.yaml: metric 'large': the value of a row has more than 18 digits;"
            " correct the row, or declare its column with a smaller scale"
        ]


# ----------------------------------------------------------------------------------------- rates of what rows are worth


def test_a_rate_may_add_up_what_each_row_is_worth(tmp_path):
    # a bug 30 dollars, billing 12.50, anything else nothing: per unit over the time that it was observed
    text, usd = field(TEXT, "kind", optional=True), Type("money", 2, "USD")
    tickets, arms = dated("tickets", text), dated("seen", field(TEXT, "arm"))
    worth = Choice(((equals(text, "bug"), Number(3000, usd)), (equals(text, "billing"), Number(1250, usd))), usd)
    cost = Metric("cost", "rate", "tickets", Term(worth), per=30 * DAY, window=30 * DAY, lookback=20 * DAY)
    bugs = Metric("bugs", "rate", "tickets", Term(where=equals(text, "bug")), part_of="tickets", value_of_by="bug")
    chance = random.Random(8)
    starts = {f"u{place}": AS_OF - 1 - chance.randrange(45 * DAY) for place in range(40)}
    rows = [
        {"user_id": f"u{chance.randrange(40)}", "at": AS_OF - 70 * DAY + chance.randrange(75 * DAY), "kind": one}
        for one in chance.choices(["bug", "billing", "other", ""], k=400)
    ]
    write(tmp_path, "seen", "user_id at arm", [(unit, at, "b") for unit, at in starts.items()])
    write(tmp_path, "tickets", "user_id at kind", [(row["user_id"], row["at"], row["kind"]) for row in rows])
    with world(tmp_path, (arms, tickets), (cost, bugs), (study("test", arms, ("cost", "bugs")),)) as one:
        found = {metric.name: one.counted(metric.name) for metric in (cost, bugs)}
    everyone = assigned([(unit, at, "b") for unit, at in starts.items()], rows, AS_OF, "ab")
    cents = {"bug": 3000, "billing": 1250}
    parts = {
        "cost": Part(lambda row: cents.get(row["kind"], 0), high=30 * DAY),
        "cost_per": Part(high=30 * DAY, elapsed=True),
        "cost_before": Part(lambda row: cents.get(row["kind"], 0), low=-20 * DAY, high=0),
        "bugs": Part(where=kind("bug")),
        "bugs_per": Part(elapsed=True),
    }
    assert plan([cost], [tickets]).measures["cost"].scale == 2
    asked = ((cost, 30 * DAY, ("cost", "cost_per", "cost_before")), (bugs, None, ("bugs", "bugs_per")))
    for metric, horizon, names in asked:
        mature = [unit for unit in everyone if horizon is None or unit.start + horizon <= AS_OF]
        expected = products({name: [measured(parts[name], unit, AS_OF, horizon) for unit in mature] for name in names})
        sums = found[metric.name].sums(Cell("test", "b", None), plan([metric], [tickets]), metric.name)
        assert {" x ".join(product): total for product, total in sums.totals.items()} == expected
        assert sums.n == len(mature)
