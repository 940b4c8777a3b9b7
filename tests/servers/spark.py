"""A Spark of the tests' own, inside this process: two threads, small data, nothing said on stderr."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ADDRESS = "local[2]"
MISSING = "the tests need a Java runtime for Spark: apt-get install default-jre-headless"
# Of a small query it is the start that takes time: nothing is compiled but what must be, and that quickly; a view is
# not analysed anew wherever it is named. The tests of the cluster run Spark as it comes.
JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": JVM,
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.legacy.storeAnalyzedPlanForView": "true",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
}


@contextmanager
def session() -> Iterator[Any]:
    """The process's one Spark; engines at `ADDRESS` use it, each in a session of its own."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail(MISSING)
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="liftledger-spark-", ignore_cleanup_errors=True) as folder:
        builder = SparkSession.builder.master(ADDRESS).appName("tests")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        for name in ("spark.sql.warehouse.dir", "spark.local.dir"):
            builder = builder.config(name, f"{folder}/{name}")
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        with _quiet(Path(folder) / "log"):
            found = builder.getOrCreate()
        found.sparkContext.setLogLevel("OFF")
        try:
            yield found
        finally:
            found.stop()


@contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """What starts now says what it says to a file: the JVM talks before it can be told not to."""
    sys.stderr.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    try:
        with log.open("wb") as stream:
            for number in kept:
                os.dup2(stream.fileno(), number)
        yield
    finally:
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)
