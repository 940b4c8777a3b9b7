"""The records of the benchmark: exposures and events in Parquet, made once by DuckDB from a seed."""

from pathlib import Path

import duckdb

EVENTS, UNITS = 10_000_000, 1_000_000

EXPOSURES = """
COPY (
    SELECT i AS uid,
           CASE WHEN hash(i) % 2 = 0 THEN 'control' ELSE 'treatment' END AS variant,
           TIMESTAMP '2026-02-20' + to_seconds(CAST(hash(i * 7) % 2419200 AS BIGINT)) AS ts
    FROM range({units}) AS t(i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

# ten a unit on average, with a skewed activity; three of six names matter (10 %, 6 %, 4 % of rows); lognormal values
ROWS = """
COPY (
    SELECT uid, ts, event_name, CAST(value AS DECIMAL(18, 2)) AS value
    FROM (
        SELECT CAST(floor({units} * pow(random(), 2)) AS BIGINT) AS uid,
               TIMESTAMP '2026-01-20' + to_seconds(i * 7776000 // {events}) AS ts,
               CASE WHEN r < 0.10 THEN 'order_completed' WHEN r < 0.16 THEN 'feature_activated'
                    WHEN r < 0.20 THEN 'ticket_opened' WHEN r < 0.50 THEN 'page_view'
                    WHEN r < 0.80 THEN 'click' ELSE 'session' END AS event_name,
               exp(3 + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) AS value
        FROM (SELECT i, random() AS r FROM range({events}) AS t(i))
    )
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

DEFINITIONS = """
company: bench
currency: USD
as_of: 2026-04-20
facts:
  exposures: {{files: exposures.parquet, unit: uid, time: ts}}
  events: {{files: events.parquet, unit: uid, time: ts, columns: {{value: money}}}}
metrics:
{metrics}
studies:
  onboarding:
    kind: experiment
    assignment: {{fact: exposures, arm: variant}}
    control: control
    arms: [control, treatment]
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
    """Writes the files and two projects, `five` and `twenty`, unless they are there; same DuckDB, same rows."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "events.parquet").exists():
        db = duckdb.connect()
        db.execute("SET enable_progress_bar = false")
        db.execute("SET threads = 1")  # random() gives the same rows only in one thread
        db.execute("SELECT setseed(0.5)")
        db.execute(EXPOSURES.format(units=units, path=folder / "exposures.parquet"))
        db.execute(ROWS.format(units=units, events=events, path=folder / "events.aside"))
        (folder / "events.aside").rename(folder / "events.parquet")
    for name, windows in (("five", ()), ("twenty", SHORTER)):
        project = folder / name
        project.mkdir(exist_ok=True)
        (project / "liftledger.yaml").write_text(_definitions(windows), encoding="utf-8")
        for file in ("exposures.parquet", "events.parquet"):
            if not (project / file).exists():
                (project / file).hardlink_to(folder / file)
    return folder


def _definitions(windows: tuple[int, ...]) -> str:
    lines = [_metric(body, name, WINDOWS[name]) for name, body in METRICS.items()]
    lines += [_metric(body, f"{name}_{days}", days) for days in windows for name, body in METRICS.items()]
    return DEFINITIONS.format(metrics="\n".join(lines))


def _metric(body: str, title: str, days: int) -> str:
    return f"  {title}: {{{body}, window: {days}d, lookback: 30d}}"
