"""A Spark session: Java started without a word on the terminal, its work done here or by a cluster's workers."""

import logging
import os
import re
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liftledger.engine.engine import Refusal, Unreachable
from liftledger.engine.machine import size

REACH = 10  # seconds to reach a master
PATIENCE = 60  # seconds for a worker to take the work, which is as long as Spark asks a master
LEAST = 512  # MiB with which Spark starts at all
JAVA = "Spark needs Java 17 or later: install it (Debian: apt install default-jre-headless), or set JAVA_HOME"
SILENT = "status = off\nrootLogger.level = off\n"

# Exactness and equality do not depend on what a cluster's administrator prefers.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.caseSensitive": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.variable.substitute": "false",  # a text that holds ${...} is that text
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.legacy.storeAnalyzedPlanForView": "true",  # views of views are understood once, not at each mention
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.binaryAsString": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # the names of folders are text
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.maxMetadataStringLength": "1000",
}
START = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.app.name": "liftledger"}


class Session:
    """A session of its own: in a Spark that runs in this process already, which stays, or in one that goes with it."""

    def __init__(self, address: str, *, threads: int | None, memory: str | None) -> None:
        try:
            from pyspark import SparkContext
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Refusal("Spark is an extra: pip install 'liftledger[spark]'") from error
        logging.getLogger("SQLQueryContextLogger").disabled = True
        logging.getLogger().addFilter(_is_ours)
        for name in ("java_gateway", "clientserver"):
            logging.getLogger(f"py4j.{name}").disabled = True
        self.abandoned = False  # by all workers
        self._java: _Java | None = None
        if SparkContext._active_spark_context is None:
            self._java = _Java(address, threads, memory)
            self.spark: Any = self._java.session()
        else:
            self.spark = SparkSession.builder.getOrCreate().newSession()
        for setting in SETTINGS.items():
            self.spark.conf.set(*setting)

    @property
    def alive(self) -> bool:
        """Whether Java still runs, as far as it is ours to know."""
        return self._java is None or self._java.alive

    def workers(self) -> int:
        """How many processes do the work, besides this one's."""
        return int(self.spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) - 1

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While a statement runs on a cluster: it ends where no worker is left for as long as we wait for one."""
        if self._java is None or not self._java.cluster:
            yield
            return
        done = threading.Event()
        watch = threading.Thread(target=self._look, args=(done,), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()

    def _look(self, done: threading.Event) -> None:
        missing = 0
        while not done.wait(1):
            missing = 0 if self.workers() else missing + 1
            if missing >= PATIENCE:
                self.abandoned = True
                self.spark.sparkContext.cancelAllJobs()
                return

    def close(self) -> None:
        if self._java is None:
            self.spark.interruptAll()
            self.spark.catalog.clearCache()
        else:
            self._java.close()


class _Java:
    """The Java process of a driver, with a folder for what it says and spills; both go with it."""

    def __init__(self, address: str, threads: int | None, memory: str | None) -> None:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.java_gateway import launch_gateway

        limits = _limits(address, threads, memory)
        if not _has_java():
            raise Refusal(JAVA)
        own = "127.0.0.1" if address.startswith("local") else _seen_from(address)
        self.cluster = not address.startswith("local")
        self._folder = tempfile.TemporaryDirectory(prefix="liftledger-")
        self._interrupted = signal.getsignal(signal.SIGINT)
        folder = Path(self._folder.name)
        quiet, self._said = folder / "log4j2.properties", folder / "said"
        quiet.write_text(SILENT, encoding="utf-8")
        settings = START | SETTINGS | limits
        settings["spark.driver.defaultJavaOptions"] = f"-Dlog4j.configurationFile={quiet.as_uri()} -XX:+UseParallelGC"
        settings["spark.log.level"] = "OFF"
        if not self.cluster:
            settings["spark.local.dir"] = self._folder.name
            settings["spark.sql.warehouse.dir"] = str(folder / "warehouse")  # else one appears in the current folder
        self._conf = SparkConf(loadDefaults=False)
        for setting in settings.items():
            self._conf.set(*setting)
        try:
            with _at(own), self._said.open("wb") as said:
                launch: Any = launch_gateway
                self._gateway = launch(self._conf, {"stdout": said, "stderr": said})
        except (PySparkException, OSError) as error:
            raise Refusal(self._why()) from error
        SparkContext._gateway, SparkContext._jvm = self._gateway, self._gateway.jvm

    def session(self) -> Any:
        """The session of a new context. Raises Unreachable where no worker takes the work."""
        from py4j.protocol import Py4JError
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        try:
            context = SparkContext(gateway=self._gateway, conf=self._conf)
            self._answer_interrupts()
            if self.cluster:
                self._await(context)
            return SparkSession.builder.getOrCreate()
        except (Py4JError, OSError) as error:  # after a minute of asking
            self.close()
            raise Unreachable("it does not answer as a Spark master does") from error
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._gateway.proc is None or self._gateway.proc.poll() is None

    def close(self) -> None:
        import warnings

        from py4j.protocol import Py4JError
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        context, session = SparkContext._active_spark_context, SparkSession._instantiatedSession
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that Java has gone already
                if session is not None:
                    session.stop()
                elif context is not None:
                    context.stop()
        except (Py4JError, OSError):  # it went in the meantime
            SparkContext._active_spark_context = None
        finally:
            self._end()
            SparkContext._gateway = SparkContext._jvm = None
            self._answer_interrupts()
            self._folder.cleanup()

    def _answer_interrupts(self) -> None:
        """As before: pyspark's answer asks Java something in the middle of an answer of Java's, which breaks both."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._interrupted)

    def _end(self) -> None:
        from subprocess import TimeoutExpired

        process = self._gateway.proc
        self._gateway.shutdown()
        if process is None:
            return
        process.stdin.close()  # it ends when nobody can write to it
        try:
            process.wait(PATIENCE)
        except TimeoutExpired:
            process.kill()
            process.wait()

    def _await(self, context: Any) -> None:
        """Until a worker has started a process for us."""
        waiting = threading.Event()
        for _ in range(PATIENCE * 5):
            if context._jsc.sc().getExecutorMemoryStatus().size() > 1:
                return
            waiting.wait(0.2)
        raise Unreachable("none of its workers has the cores and the memory that are asked for, or it has no workers")

    def _why(self) -> str:
        """Why Java did not start."""
        said = self._said.read_text("utf-8", errors="replace")
        self._folder.cleanup()
        heap = re.search(r"(Invalid maximum heap size|Could not reserve enough space)[^\n]*", said)
        if heap:
            return f"Java cannot have the memory that is asked for ({heap.group(0).strip()})"
        if "UnsupportedClassVersionError" in said:
            return f"the Java that is installed is too old. {JAVA}"
        lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("WARNING")]
        return f"Java did not start ({lines[0][:200]}). {JAVA}" if lines else JAVA


def _is_ours(record: logging.LogRecord) -> bool:
    """Not py4j's, which tells the root of all loggers that a connection was interrupted."""
    return "py4j" not in record.pathname


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java" if home is None else str(Path(home, "bin", "java"))) is not None


def _limits(address: str, threads: int | None, memory: str | None) -> dict[str, str]:
    """What it may use; a driver alone does the work with all cores and a quarter of the memory that are there."""
    mebibytes = None if memory is None else size(memory) // 2**20
    if mebibytes is not None and mebibytes < LEAST:
        raise Refusal(f"Spark does not start with less than {LEAST}MiB, and --memory is {memory}")
    if address.startswith("local"):
        mebibytes = mebibytes or max(1024, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4 // 2**20)
        master = address if threads is None else f"local[{threads}]"
        return {"spark.master": master, "spark.driver.memory": f"{mebibytes}m"}
    limits = {"spark.master": address}
    limits |= {} if threads is None else {"spark.cores.max": str(threads)}
    return limits | ({} if mebibytes is None else {"spark.executor.memory": f"{mebibytes}m"})


def _seen_from(address: str) -> str:
    """Under which address of its own this machine reaches one of the masters, and so they reach it."""
    reason = ""
    for master in address.removeprefix("spark://").split(","):
        host, _, port = master.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=REACH) as reached:
                return str(reached.getsockname()[0])
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
    raise Unreachable(reason)


@contextmanager
def _at(own: str) -> Iterator[None]:
    """Java uses this address of the machine, whatever its name resolves to, unless its owner has said which."""
    if {"SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME"} & set(os.environ):
        yield
        return
    os.environ["SPARK_LOCAL_IP"] = own
    try:
        yield
    finally:
        del os.environ["SPARK_LOCAL_IP"]
