"""One contender, one run, in a process of its own: prints its seconds and peak memory as JSON.

`python bench/contenders.py NAME FOLDER MEMORY`; the engine's time leaves out imports and process start.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clock import Clock

THREADS = 2


def liftledger(folder: Path, memory: str) -> dict[str, float]:
    """The report's engine time: every statement that the engine ran; and all up to the finished report."""
    return _report(folder, memory, "onboarding.revenue.treatment.welch")


def company(folder: Path, memory: str) -> dict[str, float]:
    """The same of a simulated company: three studies, their metrics by dimension, the whole report."""
    return _report(folder, memory, "offers.expansion_revenue.model.welch")


def _report(folder: Path, memory: str, checked: str) -> dict[str, float]:
    from liftledger.definitions.reader import read
    from liftledger.engine.connect import connect
    from liftledger.prove.measurement import measure
    from liftledger.prove.records import Records

    project = read(folder)
    spent: list[dict[str, float]] = []
    with connect(project.engine, threads=THREADS, memory=memory) as engine:
        execute = engine._execute

        def timed(sql: str) -> list[tuple[Any, ...]]:
            clock = Clock()
            rows = execute(sql)
            spent.append(clock.read())
            return rows

        engine._execute = timed
        clock = Clock()
        measurement = measure(Records(engine, folder), project)
        whole = clock.read()
    estimate = next(estimate for estimate in measurement.report.estimates if estimate.id == checked)
    engine_time = {figure: sum(one[figure] for one in spent) for figure in ("seconds", "cpu")}
    return engine_time | {"whole": whole["seconds"], "check": estimate.treatment_value or 0.0}


def answers(folder: Path, memory: str) -> dict[str, float]:
    """SQL written by hand for the company's three answers alone."""
    import duckdb

    sql = Path(__file__).with_name("answers.sql").read_text("utf-8")
    db = duckdb.connect(config={"threads": THREADS, "memory_limit": memory})
    os.chdir(folder)
    clock = Clock()
    [(_, _, revenue)] = db.execute(sql).fetchall()
    spent = clock.read()
    model = next(row for row in revenue if row["arm"] == "model")
    return spent | {"whole": spent["seconds"], "check": model["total"] / model["n"]}


def tuned(folder: Path, memory: str) -> dict[str, float]:
    """SQL written by hand for the same five metrics."""
    import duckdb

    sql = Path(__file__).with_name("tuned.sql").read_text("utf-8")
    db = duckdb.connect(config={"threads": THREADS, "memory_limit": memory})
    os.chdir(folder)
    clock = Clock()
    rows = db.execute(sql).fetchall()
    spent = clock.read()
    return spent | {"whole": spent["seconds"], "check": rows[1][2] / rows[1][0]}


def tuned_postgres(folder: Path, memory: str) -> dict[str, float]:
    """The same in PostgreSQL, in a session that is set as liftledger's."""
    from liftledger.definitions.reader import read
    from liftledger.engine.connect import connect

    sql = Path(__file__).with_name("postgres_tuned.sql").read_text("utf-8")
    with connect(read(folder).engine, threads=THREADS, memory=memory) as engine:
        clock = Clock()
        rows = engine.fetch(sql)
        spent = clock.read()
    return spent | {"whole": spent["seconds"], "check": rows[1][2] / rows[1][0]}


def tea_tasting(folder: Path, memory: str) -> dict[str, float]:
    """The same task as tea-tasting's guides put it: one row a unit through Ibis on DuckDB, then the experiment."""
    import ibis
    import tea_tasting as tt

    db = ibis.duckdb.connect(threads=THREADS, memory_limit=memory)
    exposures = db.read_parquet(str(folder / "exposures.parquet"))
    events = db.read_parquet(str(folder / "events" / "*.parquet"))
    clock = Clock()
    first = exposures.group_by("uid").agg(variant=exposures.variant.min(), start=exposures.ts.min())
    rows = first.left_join(events, "uid")
    after = (rows.ts >= rows.start) & (rows.ts < rows.start + ibis.interval(days=30))
    week = (rows.ts >= rows.start) & (rows.ts < rows.start + ibis.interval(days=7))
    before = (rows.ts >= rows.start - ibis.interval(days=30)) & (rows.ts < rows.start)
    name = rows.event_name

    def total(condition: "ibis.expr.types.BooleanValue") -> "ibis.expr.types.NumericValue":
        return rows.value.cast("float64").sum(where=condition).fill_null(0.0)

    def number(condition: "ibis.expr.types.BooleanValue") -> "ibis.expr.types.NumericValue":
        return rows.count(where=condition)

    def some(condition: "ibis.expr.types.BooleanValue") -> "ibis.expr.types.NumericValue":
        return condition.any().fill_null(False).cast("int64")

    ordered, activated, opened = name == "order_completed", name == "feature_activated", name == "ticket_opened"
    units = rows.group_by("uid").agg(
        variant=rows.variant.min(),
        revenue=total(ordered & after), revenue_before=total(ordered & before),
        orders=number(ordered & after), orders_before=number(ordered & before),
        bought=some(ordered & after), bought_before=some(ordered & before),
        active=some(activated & week), active_before=some(activated & before),
        tickets=number(opened & after), tickets_before=number(opened & before),
    )  # fmt: skip
    experiment = tt.Experiment(
        conversion=tt.Mean("bought", "bought_before"),
        revenue=tt.Mean("revenue", "revenue_before"),
        order_value=tt.RatioOfMeans("revenue", "orders", "revenue_before", "orders_before"),
        activation=tt.Mean("active", "active_before"),
        tickets=tt.Mean("tickets", "tickets_before"),
    )
    result = experiment.analyze(units, control="control")
    spent = clock.read()
    return spent | {"whole": spent["seconds"], "check": float(result["revenue"].rel_effect_size)}


CONTENDERS: dict[str, Callable[[Path, str], dict[str, float]]] = {
    "liftledger": liftledger,
    "tuned": tuned,
    "tuned-postgres": tuned_postgres,
    "company": company,
    "answers": answers,
    "tea-tasting": tea_tasting,
}

if __name__ == "__main__":
    contender, place, limit = sys.argv[1:]
    found = CONTENDERS[contender](Path(place).resolve(), limit)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(found, sys.stdout)
