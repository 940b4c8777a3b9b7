"""The SQL that is run: what people approved, and nothing that engines answer differently."""

import re
from itertools import chain
from pathlib import Path

import pytest
from msgspec import structs
from sqlglot import exp, parse, parse_one

from liftledger.domain.expression import TEXT, Comparison, Number, Text
from liftledger.domain.fact import Impossible, Merge
from liftledger.domain.instant import DAY, micros
from liftledger.domain.metric import Metric, Onset, Term
from liftledger.domain.study import STARTED, Band, Dimension, Relation
from liftledger.engine.categories import categories
from liftledger.engine.dialect import CANONICAL, DIALECTS, OPENINGS, parsed, rendered
from liftledger.engine.portable import portable
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans, lifespans_by_arm
from liftledger.engine.subscriptions.movements import movements
from liftledger.engine.subscriptions.revenue_kept import revenue_kept, revenue_kept_by_arm
from liftledger.engine.subscriptions.triangle import cohorts
from tests.engine.company import counted, table
from tests.engine.direct import column, dated, equals, study, time_to, wide, world, write
from tests.engine.records import INTEGER, field
from tests.engine.subscriptions.subscribed import BASE, PLAN, based
from tests.engine.test_sums import Company

START = micros("2026-01-01")
APPROVED = Path(__file__).parent / "approved"
FACTS = {
    "small": ("seen", "shown", "users", "orders", "bills"),
    "support": ("joined", "tickets", "models", "members"),
    "subscribed": ("subscriptions", "enrolled", "people"),
}
QUOTED = re.compile(r"'([^'\\]|\\.)*'|\"[^\"]*\"|`[^`]*`|--.*|/\*.*?\*/")
CALLED = {
    "duckdb": """
        CAST COALESCE COUNT DECIMAL EPOCH_US MAX MD5 MIN NULLIF READ_CSV REGEXP_FULL_MATCH ROW_NUMBER
        SPLIT_PART SUBSTRING SUM TRIM TRY_CAST
    """,
    "spark": """
        CAST COALESCE CONV COUNT DECIMAL MAX MD5 MIN NULLIF OPTIONS REGEXP_REPLACE ROW_NUMBER SPLIT_PART
        SUBSTRING SUM TRIM TRY_CAST UNIX_MICROS
    """,
    "postgres": """
        BIT CAST COALESCE CONVERT_TO COUNT DECIMAL EXTRACT MAX MD5 MIN NULLIF REGEXP_REPLACE ROW_NUMBER
        SPLIT_PART SUBSTRING SUM TRIM
    """,
    "snowflake": """
        CAST COALESCE COUNT DATE_PART DECIMAL MAX MD5 MIN NULLIF REGEXP_LIKE REGEXP_REPLACE ROW_NUMBER
        SPLIT_PART SUBSTRING SUM TO_NUMBER TRIM TRY_CAST
    """,
    "bigquery": """
        CAST COALESCE COUNT DIV MAX MD5 MIN MOD NULLIF OFFSET REGEXP_CONTAINS REGEXP_REPLACE ROW_NUMBER
        SAFE_CAST SPLIT SUBSTRING SUM TO_HEX TRIM UNIX_MICROS
    """,
    "clickhouse": """
        CAST COALESCE COUNT Decimal HEX LOWER MAX MD5 MIN Nullable ROW_NUMBER SUBSTRING SUM arrayCount
        groupArray intDiv match nullIf parseDateTime64BestEffortOrNull reinterpretAsUInt32 replaceRegexpAll
        reverse substringIndex toDecimal256OrNull toInt64OrNull toUnixTimestamp64Micro
        unhex
    """,
    "trino": """
        CAST COALESCE COUNT DATE_DIFF DATE_TRUNC DECIMAL FROM_BASE FROM_ISO8601_TIMESTAMP_NANOS LOWER MAX
        MD5 MIN NULLIF REGEXP_LIKE REGEXP_REPLACE REPLACE ROW_NUMBER SPLIT_PART SUBSTR SUM TIMESTAMP TO_HEX
        TO_UTF8 TRIM TRY TRY_CAST
    """,
}  # functions, and types that take parameters
LOADING = ("fact_", "read_", "kept_")  # queries that load: they read a user's formats, and give rows their turns

# Every node that a query after loading may hold. No division but of whole numbers, no ROUND, no approximate function,
# no window but a sum in the order of integers, no time but integers.
ALLOWED = {
    *(exp.Select, exp.From, exp.Where, exp.Join, exp.Group, exp.Having, exp.Subquery, exp.Union, exp.Create, exp.Star),
    *(exp.Alias, exp.TableAlias, exp.Column, exp.Identifier, exp.Table, exp.Literal, exp.Null, exp.Boolean, exp.Paren),
    *(exp.Properties, exp.TemporaryProperty, exp.GroupingSets, exp.Tuple, exp.In, exp.Distinct),
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Case, exp.If),
    *(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.IntDiv, exp.Mod, exp.Abs, exp.Coalesce, exp.Cast, exp.DataType),
    *(exp.DataTypeParam, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Window, exp.Order, exp.Ordered),
    *(exp.Exists, exp.RowNumber, exp.WindowSpec),
    *(exp.MD5, exp.Substring, exp.DPipe),  # of text.sql and units_known.sql: hexadecimal digits as a number
}
CASTS = {"TEXT", "DECIMAL(38, 0)", "BIGINT"}  # labels, sums, and hexadecimal digits


@pytest.fixture(scope="module")
def queries(tmp_path_factory):
    """All that is run for a company with every kind of metric, for accounts, and for wide facts."""
    folder = tmp_path_factory.mktemp("company")
    found = list(counted(folder, Company(1).write(folder)).measured.queries)
    return [*found, *chain(*(company(tmp_path_factory.mktemp(name)) for name, company in COMPANIES.items()))]


SMALL = """
units: {user: {account: {fact: users, column: account}}, account: {}}
facts:
  seen: {files: seen.csv, unit: user_id, time: at, keyed_by: user}
  shown: {files: shown.csv, unit: user_id, time: at, keyed_by: user}
  users: {files: users.csv, unit: user_id, keyed_by: user, columns: {account: text, country: text}}
  orders: {files: orders.csv, unit: user_id, time: at, keyed_by: user, columns: {amount: money, status: text}}
  bills: {files: bills.csv, unit: account, time: at, keyed_by: account, columns: {amount: money}}
dimensions: {country: {fact: users, column: country}, account: {fact: users, column: account}}
metrics:
  conversion: {kind: conversion, fact: orders, where: "status <> 'void'", window: 14d, dimensions: [country, account]}
  spend: {kind: sum, fact: orders, value: amount, window: 14d, lookback: 30d, cap: {high: p99.5}}
  orders: {kind: rate, fact: orders}
  regulars: {kind: repeat, fact: orders, window: 14d, lookback: 30d}
  paid: {kind: sum, fact: bills, value: amount, cap: {low: 1, high: 500}}
studies:
  test:
    kind: experiment
    assignment: {fact: seen, arm: arm, where: "page = 'home'"}
    exposure: {fact: shown}
    control: standard
    arms: [standard, 'new "one"']
    shares:
      - {shares: {standard: 50%, 'new "one"': 50%}}
      - {from: 2026-01-04, shares: {standard: 1/3, 'new "one"': 2/3}}
    start: 2026-01-01
"""


def small(folder):
    arms = ("standard", 'new "one"')
    seen = [(f"u{place}", "2026-01-02", arms[place % 2], "home") for place in range(6)]
    table(folder, "seen", "user_id at arm page", [*seen, ("u1", "2026-01-05", "standard", "home")])
    table(folder, "shown", "user_id at", [(f"u{place}", "2026-01-03") for place in range(6)])
    table(folder, "users", "user_id account country", [(f"u{place}", f"A{place // 2}", "DE") for place in range(6)])
    table(
        folder, "orders", "user_id at amount status", [("u1", "2026-01-06", 5, "paid"), ("u2", "2026-01-07", 3, "void")]
    )
    table(folder, "bills", "account at amount", [("A0", "2026-01-06", 5), ("A1", "2026-01-07", 3)])
    return counted(folder, SMALL).measured.queries


def support(folder):
    """Tickets that are merged, conditions on rows, times to an event, attributes by date, accounts and their months."""
    arm, category, channel = field(TEXT, "arm"), field(TEXT, "category"), field(TEXT, "channel", optional=True)
    score, account = field(INTEGER, "score"), field(TEXT, "account", optional=True)
    again = Impossible(equals(category, "bug"), equals(category, "gone"))
    merge = (Merge(("category",), ("channel",), 7 * DAY), Merge(("channel",)))
    some = (Comparison("<>", column(category), Text("")),)
    tickets = dated("tickets", category, channel, must=some, impossible=(again,), merge=merge)
    joined, models, members = dated("joined", arm), dated("models", score), wide("members", account)
    write(folder, "joined", "user_id at arm", [(f"u{n}", START + n * 9 * DAY, "ab"[n % 2]) for n in range(4)])
    write(folder, "tickets", "user_id at category channel", [("u1", START + 30 * DAY, "bug", "mail")])
    write(folder, "models", "user_id at score", [("u1", START, 5)])
    write(folder, "members", "user_id account", [(f"u{n}", f"A{n // 2}") for n in range(4)])
    bug, onset = equals(category, "bug"), Onset("models", Comparison(">", column(score), Number(0)))
    cut = {"dimensions": ("score", STARTED), "horizon": 20 * DAY}
    metrics = (
        time_to("first_bug", tickets, bug, **cut),
        time_to("next_bug", tickets, bug, onset=onset, recurring=True, **cut),
        Metric("asks", "retention", "tickets", Term(), None, 7 * DAY, 14 * DAY, onset=onset),
    )
    bands = (Band("low", 0), Band("high", 4))
    options = {
        "dimensions": (Dimension("score", "models", "score", bands),),
        "relations": (Relation("user", "account", "members", "account"),),
    }
    studies = (study("support", joined, ("first_bug", "next_bug", "asks")),)
    with world(folder, (joined, tickets, models, members), metrics, studies, **options) as one:
        one.timed("first_bug")
        one.timed("next_bug")
        one.timed("asks")
        categories(one.engine, "fact_tickets", "category")
        return one.engine.queries


def subscribed(folder):
    """Subscriptions: plans, a dimension, a month of the start, and a study's arms."""
    rows = [("u1", "2025-01-31", "2025-03-31", 1000, "small"), ("u1", "2025-03-31", None, 1500, "large")]
    base = structs.replace(
        BASE, dimensions=("country", STARTED), where=Comparison("<>", column(PLAN), Text("internal"))
    )
    dimensions, countries = (Dimension("country", "people", "country"),), {"u1": "DE"}
    options = {"dimensions": dimensions, "countries": countries, "arms": [("u1", "2025-06-01", "a")]}
    with based(folder, rows, base=base, **options) as one:
        for reduction in (movements, kept, cohorts, revenue_kept, lifespans):
            reduction(*one)
        revenue_kept_by_arm(*one, one.cohorts, 90 * DAY)
        lifespans_by_arm(*one, one.cohorts)
        return one.world.engine.queries


COMPANIES = {"small": small, "support": support, "subscribed": subscribed}


def trees(queries):
    for query in queries:
        if not query.name.startswith(LOADING):
            yield query.name, parse_one(query.sql, read=CANONICAL)


def test_only_what_every_engine_answers_alike_is_asked_of_it(queries):
    for name, tree in trees(queries):
        for node in tree.walk():
            assert type(node) in ALLOWED, f"{name}: {node.sql(CANONICAL)}"
        for cast in tree.find_all(exp.Cast):
            assert cast.to.sql(CANONICAL) in CASTS, f"{name}: {cast.sql(CANONICAL)}"


def test_nothing_is_put_in_the_order_of_text(queries):
    for name, tree in trees(queries):
        for order in tree.find_all(exp.Order):
            assert isinstance(order.parent, exp.Window), name
            # a measure (percentile.sql), and times (subscription_changes.sql, subscriptions_overlapping.sql)
            assert [one.sql(CANONICAL) for one in order.expressions] in (["value"], ["_period"], ["_at"]), name


def test_times_are_whole_microseconds(queries):
    as_of = str(micros("2026-03-01"))
    assert any(as_of in query.sql for query in queries)
    for name, tree in trees(queries):
        assert not list(tree.find_all(exp.Interval, exp.CurrentTimestamp, exp.CurrentDate)), name


def test_loading_reads_nothing_by_guess(queries):
    """What reads a user's text does so by patterns and by casts that fail, never by the engine's own inference."""
    for query in queries:
        if query.name.startswith(LOADING):
            functions = {node.name.upper() for node in parse_one(query.sql, read=CANONICAL).find_all(exp.Anonymous)}
            assert functions <= {"READ_CSV", "EPOCH_US", "REGEXP_FULL_MATCH"}, query.name


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """The same statements by company, without the place of its folder."""
    found = {}
    for name, company in COMPANIES.items():
        folder = tmp_path_factory.mktemp(name)
        found[name] = [structs.replace(one, sql=one.sql.replace(str(folder), ".")) for one in company(folder)]
    return found


def as_run(scripts):
    """A file a statement."""
    found = {}
    for query in chain(*scripts.values()):
        found.setdefault(query.name.replace(": ", "-").replace(" ", "_"), []).append(f"{query.sql};\n")
    return {f"{name}.sql": "\n".join(parts) for name, parts in found.items()}


def translated(scripts, dialect):
    """A file a company."""
    texts = {}
    for name, script in scripts.items():
        parts = [f"{statement};" for statement in OPENINGS[dialect]]
        for query in script:
            tree = portable(parsed(query.sql), query.name, FACTS[name])
            parts.append(f"\n-- {query.name}\n{rendered(tree, dialect, pretty=True)};")
        texts[f"{name}.sql"] = "\n".join(parts) + "\n"
    return texts


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_statement_is_the_one_that_people_approved(scripts, dialect, request):
    texts = as_run(scripts) if dialect == CANONICAL else translated(scripts, dialect)
    folder = APPROVED / dialect
    if request.config.getoption("--approve"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.sql"):
            path.unlink()
        for name, text in texts.items():
            (folder / name).write_text(text)
    approved = {path.name: path.read_text() for path in folder.glob("*.sql")}
    assert texts == approved, "if the change is meant, run pytest --approve tests/engine and read the difference"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_approved_sql_is_sql_of_its_dialect(dialect):
    for path in (APPROVED / dialect).glob("*.sql"):
        text = path.read_text()
        statements = parse(text, read=dialect)[len(OPENINGS[dialect]) :]
        assert len(statements) == (1 if dialect == CANONICAL else text.count("\n-- ")), path.name
        assert not [one for one in statements if isinstance(one, exp.Command)], path.name  # not understood


@pytest.mark.parametrize("dialect", DIALECTS)
def test_approved_sql_calls_nothing_that_is_not_listed_for_its_engine(dialect):
    called = set()
    for path in (APPROVED / dialect).glob("*.sql"):
        called |= set(re.findall(r"\w+(?=\()", QUOTED.sub("", path.read_text())))
    assert called == set(CALLED[dialect].split())
