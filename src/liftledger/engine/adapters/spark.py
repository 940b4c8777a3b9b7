"""The Spark adapter: a session in this process, its work on a cluster (`spark://host:7077`) or here (`local[*]`)."""

import logging
import os
import sys
from pathlib import Path
from typing import Any

from sqlglot import exp

from liftledger.engine.dialect import rendered
from liftledger.engine.engine import (
    Engine,
    Exhausted,
    Refusal,
    Row,
    RowTooLarge,
    SumTooLarge,
    Unreachable,
    Watch,
    whole,
)

# Exactness and equality do not depend on what a cluster's administrator prefers.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
}


class Spark(Engine):
    """A session of its own. A Spark that runs in this process already is used, at its own address, and left running."""

    dialect = "spark"

    def __init__(
        self, address: str, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None
    ) -> None:
        super().__init__(watch)
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Refusal("Spark is an extra: pip install 'liftledger[spark]'") from error
        logging.getLogger("SQLQueryContextLogger").disabled = True
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        limits = {} if threads is None else {"spark.cores.max": str(threads)}
        limits |= {} if memory is None else {"spark.executor.memory": memory[:-1].lower()}
        builder = SparkSession.builder.master(address).appName("liftledger")
        for name, value in {**SETTINGS, **limits}.items():
            builder = builder.config(name, value)
        self._ours = SparkSession.getActiveSession() is None
        base = builder.getOrCreate()
        base.sparkContext.setLogLevel("OFF")
        self.session: Any = base if self._ours else base.newSession()
        for name, value in SETTINGS.items():
            if name.startswith("spark.sql."):
                self.session.conf.set(name, value)

    def close(self) -> None:
        if self._ours:
            self.session.stop()
        else:
            self.session.catalog.clearCache()

    def columns(self, query: exp.Query) -> dict[str, str]:
        schema = self._run(rendered(query, self.dialect)).schema
        return {field.name: _type(field.dataType) for field in schema.fields}

    def files(self, name: str, paths: list[Path]) -> exp.Query:
        """A view of Parquet files, under a name."""
        from pyspark.errors import PySparkException

        try:
            frame = self.session.read.option("mergeSchema", "true").parquet(*(str(path) for path in paths))
        except PySparkException as error:
            raise _said(error) from error
        frame.createOrReplaceTempView(name)
        return exp.select("*").from_(exp.to_table(name))

    def _execute(self, sql: str) -> list[Row]:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return [tuple(map(whole, row)) for row in self._run(sql).collect()]
        except (PySparkException, Py4JError) as error:
            raise _said(error) from error

    def _run(self, sql: str) -> Any:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return self.session.sql(sql)
        except (PySparkException, Py4JError) as error:
            raise _said(error) from error


def _said(error: Exception) -> Exception:
    text = str(error)
    if "OutOfMemoryError" in text or "No space left on device" in text:
        return Exhausted("it ran out of memory, or of room on the disk for what does not fit")
    if "ARITHMETIC_OVERFLOW" in text or "NUMERIC_VALUE_OUT_OF_RANGE" in text:
        kind = SumTooLarge if "decimal" in text.lower() or "NUMERIC_VALUE" in text else RowTooLarge
        return kind(text.splitlines()[0])
    if "SparkContext was shut down" in text or "stopped SparkContext" in text:
        return Unreachable(text.splitlines()[0])
    return Refusal(text.splitlines()[0][:400])


def _type(type_: Any) -> str:
    """Spark's type in DuckDB's words."""
    name = str(type_.simpleString())
    words = {
        "string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER", "smallint": "SMALLINT", "tinyint": "TINYINT",
        "double": "DOUBLE", "float": "FLOAT", "boolean": "BOOLEAN", "date": "DATE", "binary": "BLOB",
        "timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP",
    }  # fmt: skip
    if name.startswith(("varchar", "char")):
        return "VARCHAR"
    return words.get(name, name.upper())
