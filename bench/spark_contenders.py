"""One contender on Spark, one run, in a process of its own: prints its seconds and its Java's peak memory as JSON.

`python bench/spark_contenders.py NAME FOLDER MEMORY`; seconds leave out Spark's start.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from liftledger.engine.adapters.spark import Spark

THREADS = 2
ADDRESS = "local[2]"


def liftledger(spark: Spark, folder: Path) -> dict[str, float]:
    """The report's engine time: every statement that Spark ran; and all up to the finished report."""
    from liftledger.definitions.reader import read
    from liftledger.prove.measurement import measure
    from liftledger.prove.records import Records

    project = read(folder)
    started = time.perf_counter()
    measurement = measure(Records(spark, folder), project)
    whole = time.perf_counter() - started
    engine = sum(query.seconds for query in spark.queries)
    checked = "onboarding.revenue.treatment.welch"
    estimate = next(estimate for estimate in measurement.report.estimates if estimate.id == checked)
    return {"seconds": engine, "whole": whole, "check": estimate.treatment_value or 0.0}


def tuned(spark: Spark, folder: Path) -> dict[str, float]:
    """SQL written by hand for the same five metrics, in the same session."""
    sql = Path(__file__).with_name("spark_tuned.sql").read_text("utf-8")
    started = time.perf_counter()
    for name, place in {"exposures": "exposures.parquet", "events": "events"}.items():
        spark.session.read.parquet(str(folder / place)).createOrReplaceTempView(f"{name}_rows")
    rows = spark.session.sql(sql).collect()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "whole": seconds, "check": rows[1]["revenue"] / rows[1]["n"]}


CONTENDERS: dict[str, Callable[[Spark, Path], dict[str, float]]] = {"liftledger": liftledger, "tuned": tuned}

if __name__ == "__main__":
    contender, place, limit = sys.argv[1:]
    with Spark(ADDRESS, threads=THREADS, memory=limit) as spark:
        found = CONTENDERS[contender](spark, Path(place).resolve())
    java = resource.getrusage(resource.RUSAGE_CHILDREN)
    found["mib"] = java.ru_maxrss / 1024
    found["cpu"] = java.ru_utime + java.ru_stime
    json.dump(found, sys.stdout)
