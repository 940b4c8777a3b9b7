"""Parquet files and tables that Spark reads."""

from collections.abc import Mapping
from pathlib import Path

from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Refusal
from liftledger.engine.sources.raw import INCOMPLETE, Part, Raw, fingerprint


def open_spark_files(spark: Spark, fact: Fact, places: Mapping[Path, str]) -> Raw | tuple[Mistake, ...]:
    """Looks at the columns of every file; reads no rows."""
    parts: list[Part] = []
    mistakes: list[Mistake] = []
    sources: list[Source] = []
    for number, (path, place) in enumerate(places.items(), start=1):
        found = fingerprint(fact, path, place)
        if isinstance(found, Mistake):
            mistakes.append(found)
            continue
        sources.append(found)
        try:
            query = spark.files(f"source_{fact.name}_{number}", [str(path)])
            parts.append(Part(place, spark.columns(query), query))
        except Refusal as refusal:
            mistakes.append(Mistake(place, None, f"it is not a Parquet file ({refusal})", INCOMPLETE))
    if mistakes:
        return tuple(mistakes)
    query = spark.files(f"source_{fact.name}", [str(path) for path in places])
    return Raw(fact, tuple(parts), query, tuple(sources), text=False)


def open_spark_table(spark: Spark, fact: Fact, name: str) -> Raw | tuple[Mistake, ...]:
    """A table or view of Spark's catalog."""
    query = exp.select("*").from_(exp.to_table(".".join(f'"{part}"' for part in name.split("."))))
    part = Part(name, spark.columns(query), query)
    return Raw(fact, (part,), query, (Source(fact.name, name, None, None, None),), text=False)
