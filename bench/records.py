"""The records of the benchmark: one file a day in Parquet, each made by DuckDB from a seed of its own.

A folder holds 91 days of events, of which the last is the day that a refresh finds new, and besides two corrections. A
project takes of them what it reads, as links. A day's bytes depend on the size and the day alone, so that days can be
made at the same time, and one of them again.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import duckdb

EVENTS, UNITS = 10_000_000, 1_000_000  # of 90 days
FIRST, DAYS = date(2026, 1, 20), 90
CORRECTED = FIRST + timedelta(days=49)
PROCESSES = 2

EXPOSURES = """
SELECT i AS uid,
       CASE WHEN hash(i) % 2 = 0 THEN 'control' ELSE 'treatment' END AS variant,
       TIMESTAMP '2026-02-20' + to_seconds(CAST(hash(i * 7) % 2419200 AS BIGINT)) AS ts
FROM range({units}) AS t(i)
"""

# the same units, enrolled day by day until the end
ENROLLED = """
SELECT i AS uid,
       CASE WHEN hash(i) % 2 = 0 THEN 'control' ELSE 'treatment' END AS variant,
       TIMESTAMP '{day}' + to_seconds(CAST(hash(i * 7) % 86400 AS BIGINT)) AS ts
FROM range({units}) AS t(i)
WHERE hash(i * 11) % {days} = {place}
"""

USERS = "SELECT i AS uid, 'segment ' || hash(i * 13) % 10 AS segment FROM range({units}) AS t(i)"

# ten a unit on average, with a skewed activity; three of six names matter (10 %, 6 %, 4 % of rows); lognormal values
ROWS = """
SELECT uid, ts, event_name, CAST(value AS DECIMAL(18, 2)) AS value
FROM (
    SELECT CAST(floor({units} * pow(random(), 2)) AS BIGINT) AS uid,
           TIMESTAMP '{day}' + to_seconds(i * 86400 // {rows}) AS ts,
           CASE WHEN r < 0.10 THEN 'order_completed' WHEN r < 0.16 THEN 'feature_activated'
                WHEN r < 0.20 THEN 'ticket_opened' WHEN r < 0.50 THEN 'page_view'
                WHEN r < 0.80 THEN 'click' ELSE 'session' END AS event_name,
           exp(3 + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS value
    FROM (SELECT i, random() AS r FROM range({rows}) AS t(i))
)
"""

# every order of a day at nine tenths of its price: rows of one unit in a hundred
REPRICED = """
SELECT uid, ts, event_name,
       CAST(CASE WHEN event_name = 'order_completed' THEN value * 0.9 ELSE value END AS DECIMAL(18, 2)) AS value
FROM '{day}'
"""

# an order of one unit in a hundred, at any time of the 90 days
LATE = """
SELECT i AS uid, TIMESTAMP '2026-01-20' + to_seconds(CAST(hash(i * 17) % 7776000 AS BIGINT)) AS ts,
       'order_completed' AS event_name, CAST(20 AS DECIMAL(18, 2)) AS value
FROM range({units}) AS t(i)
WHERE hash(i * 19) % 100 = 0
"""

DEFINITIONS = """
company: bench
currency: USD
facts:
  exposures: {{files: {exposures}, unit: uid, time: ts}}
  events: {{files: events/*.parquet, unit: uid, time: ts, columns: {{value: money}}}}
{metrics}
studies:
  onboarding:
    kind: experiment
    assignment: {{fact: exposures, arm: variant}}
    control: control
    arms: [control, treatment]
"""
SEGMENTED = """  users: {files: users.parquet, unit: uid}
dimensions:
  segment: {fact: users, column: segment}
"""

METRICS = {
    "conversion": "kind: conversion, fact: events, where: \"event_name = 'order_completed'\"",
    "revenue": "kind: sum, fact: events, value: value, where: \"event_name = 'order_completed'\"",
    "order_value": "kind: ratio, fact: events, numerator: value, denominator: rows, "
    "where: \"event_name = 'order_completed'\"",
    "activation": "kind: conversion, fact: events, where: \"event_name = 'feature_activated'\"",
    "tickets": "kind: count, fact: events, where: \"event_name = 'ticket_opened'\"",
}
WINDOWS = {"conversion": 30, "revenue": 30, "order_value": 30, "activation": 7, "tickets": 30}
SHORTER = (28, 21, 14)  # the same five metrics in other windows make twenty


def records(folder: Path, *, events: int = EVENTS, units: int = UNITS) -> Path:
    """The files and the projects `five`, `running`, `twenty` and `segments`, made unless they are there."""
    days = [FIRST + timedelta(days=place) for place in range(DAYS + 1)]
    starts = days[31:]  # with thirty days before them
    (folder / "days").mkdir(parents=True, exist_ok=True)
    (folder / "enrolled").mkdir(exist_ok=True)
    jobs = [(_day(folder, day), ROWS.format(units=units, rows=events // DAYS, day=day)) for day in days]
    jobs += [
        (folder / "enrolled" / f"{day}.parquet", ENROLLED.format(units=units, day=day, days=len(starts), place=place))
        for place, day in enumerate(starts)
    ]
    jobs += [
        (folder / f"{name}.parquet", sql.format(units=units))
        for name, sql in {"exposures": EXPOSURES, "users": USERS, "late": LATE}.items()
    ]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(_write, *zip(*jobs, strict=True)))
    _write(folder / "corrected.parquet", REPRICED.format(day=_day(folder, CORRECTED)))
    _project(folder, "five", ["exposures.parquet"], _metrics(()))
    _project(folder, "running", [f"enrolled/{day}.parquet" for day in starts[:-1]], _metrics(()), "enrolled/*.parquet")
    _project(folder, "twenty", ["exposures.parquet"], _metrics(SHORTER))
    _project(folder, "segments", ["exposures.parquet", "users.parquet"], _metrics(SHORTER, "segment"))
    return folder


def _day(folder: Path, day: date) -> Path:
    return folder / "days" / f"{day}.parquet"


def _write(path: Path, sql: str) -> None:
    """A query's rows as a file, whole or not at all; random() gives the same rows only in one thread."""
    if path.exists():
        return
    db = duckdb.connect(config={"threads": 1})
    db.execute("SELECT setseed(?)", [crc32(path.name.encode()) / 2**32])
    aside = path.with_suffix(".aside")
    db.execute(f"COPY ({sql}) TO '{aside}' (FORMAT parquet, COMPRESSION zstd)")
    aside.rename(path)


def _project(folder: Path, name: str, files: Iterable[str], metrics: str, exposures: str = "exposures.parquet") -> None:
    """Definitions, and links to the files and to the first 90 days of events."""
    project = folder / name
    for day in (FIRST + timedelta(days=place) for place in range(DAYS)):
        link(_day(folder, day), project / "events")
    for file in files:
        link(folder / file, (project / file).parent)
    text = DEFINITIONS.format(exposures=exposures, metrics=metrics)
    (project / "liftledger.yaml").write_text(text, encoding="utf-8")


def link(file: Path, folder: Path) -> None:
    """The file in another folder too, without a copy."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / file.name).exists():
        (folder / file.name).hardlink_to(file)


def _metrics(windows: tuple[int, ...], dimension: str | None = None) -> str:
    more = "" if dimension is None else f", dimensions: [{dimension}]"
    lines = ["metrics:"] if dimension is None else [SEGMENTED + "metrics:"]
    lines += [_metric(body + more, name, WINDOWS[name]) for name, body in METRICS.items()]
    lines += [_metric(body + more, f"{name}_{days}", days) for days in windows for name, body in METRICS.items()]
    return "\n".join(lines)


def _metric(body: str, title: str, days: int) -> str:
    return f"  {title}: {{{body}, window: {days}d, lookback: 30d}}"
