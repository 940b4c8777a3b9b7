"""The Spark adapter: a session in this process, its work on a cluster (`spark://host:7077`) or here (`local[*]`)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlglot import exp

from liftledger.engine.adapters.limbs import LIMBS
from liftledger.engine.adapters.spark_errors import said
from liftledger.engine.adapters.spark_session import Session
from liftledger.engine.adapters.spark_types import spoken
from liftledger.engine.dialect import rendered
from liftledger.engine.dialects.rule import Rules
from liftledger.engine.engine import Arrays, Engine, Lost, Refusal, Row, SumTooLarge, Watch, whole

PIECE = 32 << 20  # bytes of a source for one task
MOST = 4096  # tasks
COMPRESSION = "lz4_raw"  # as DuckDB's
Answer = TypeVar("Answer")
UNSHARED = (
    "what its workers write into the company's folder is not found there: "
    "move it to where they see it too, or use liftledger report, which keeps nothing"
)
PATH, INDEX = "_file_of_row", "_index_of_row"


class Spark(Engine):
    """A session of its own. A Spark that runs in this process already is used, at its own address, and left running."""

    dialect = "spark"
    package = "pyspark"

    def __init__(
        self, address: str, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None
    ) -> None:
        super().__init__(watch)
        self._session = Session(address, threads=threads, memory=memory)
        self._rules: Rules | None = None
        self._bytes = 0
        self._read(0)

    @property
    def session(self) -> Any:
        """Spark's own session."""
        return self._session.spark

    def close(self) -> None:
        self._session.close()

    def rows(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> list[Row]:
        """As every engine's; sums in the quick words where their values fit."""
        return self._quickly(query, partial(super().rows, name, query, rows_in=rows_in))

    def arrays(self, name: str, query: exp.Query) -> Arrays:
        """As every engine's; sums in the quick words where their values fit."""
        return self._quickly(query, partial(super().arrays, name, query))

    def kept(self, name: str, query: exp.Query, keep: Callable[[str], int]) -> int:
        """As every engine's; sums in the quick words where their values fit."""
        return self._quickly(query, partial(super().kept, name, query, keep))

    def _quickly(self, query: exp.Query, run: Callable[[], Answer]) -> Answer:
        if query.find(exp.Sum):
            self._rules = LIMBS
            try:
                return run()
            except SumTooLarge:
                pass
            finally:
                self._rules = None
        return run()

    def table(self, name: str, query: exp.Query, *, rows_in: int | None = None) -> None:
        """As every engine's; columns of one table are not kept a second time."""
        if _is_plain(query):
            self.view(name, query)
        else:
            super().table(name, query, rows_in=rows_in)

    def columns(self, query: exp.Query) -> dict[str, str]:
        return {field.name: spoken(field.dataType) for field in self._run(rendered(query, self.dialect)).schema.fields}

    @property
    def home(self) -> tuple[str, str]:
        """Catalog and database of a table's name that says neither."""
        return str(self.session.catalog.currentCatalog()), str(self.session.catalog.currentDatabase())

    def files(self, name: str, paths: Sequence[str], base: Path | None = None) -> exp.Query:
        """Parquet files as a view under a name of ours; columns are told apart by their names."""
        reader = self.session.read.option("mergeSchema", "true")
        if base is not None:
            reader = reader.option("basePath", str(base))
        with self._speaking():
            frame = reader.parquet(*paths)
            frame = self._with_instants(frame)
            frame.createOrReplaceTempView(name)
            located = frame.selectExpr("*", f"_metadata.file_path AS {PATH}", f"_metadata.row_index + 1 AS {INDEX}")
            located.createOrReplaceTempView(f"rows_of_{name}")
            self._read(int(str(frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())))
        return exp.select("*").from_(exp.to_table(name))

    def with_files(self, name: str, alias: str) -> exp.Query:
        """The rows of a view with the place of each one's file."""
        place = exp.Alias(this=exp.column(PATH), alias=exp.to_identifier(alias))
        return exp.select(exp.Star(), place).from_(exp.to_table(f"rows_of_{name}"))

    def of_file(self, name: str, path: Path) -> tuple[exp.Query, exp.Expr, tuple[str, ...]]:
        """The rows of one of the files of a view, each row's number in it, and how the file's place may be spelled."""
        uri = str(self._at(str(path)).toUri().toString())
        spellings = (uri, uri.replace("file:///", "file:/"))
        own = exp.In(this=exp.column(PATH), expressions=[exp.Literal.string(one) for one in spellings])
        return exp.select("*").from_(exp.to_table(f"rows_of_{name}")).where(own), exp.column(INDEX), spellings

    def write(self, sql: str, query: exp.Query, path: Path) -> int:
        """Writes a query's rows, by one of its statements, to a new folder of Parquet files, and counts them."""
        from pyspark.sql import Observation
        from pyspark.sql.functions import col, count, lit

        seen = Observation()
        with self._speaking(), self._session.watched():
            types = self._run(rendered(query, self.dialect)).schema.fields  # whatever the quick words make of them
            columns = [col(_quoted(one.name)).cast(one.dataType).alias(one.name) for one in types]
            frame = self.session.sql(sql).select(columns).observe(seen, count(lit(1)).alias("rows"))
            frame.write.option("compression", COMPRESSION).parquet(f"file:{path.absolute()}")
            written = int(seen.get["rows"])
            found = self._parquet([path]).count() if any(path.glob("*.parquet")) else None
        if found != written:
            raise Refusal(UNSHARED)
        return written

    def written(self, name: str, paths: Sequence[Path]) -> exp.Query:
        """The rows of such folders, as a view under a name of ours."""
        with self._speaking():
            frame = self._parquet(paths)
            frame.createOrReplaceTempView(name)
            self._read(int(str(frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())))
        return exp.select("*").from_(exp.to_table(name))

    def _parquet(self, folders: Sequence[Path]) -> Any:
        return self.session.read.parquet(*(f"file:{literal(folder.absolute())}" for folder in folders))

    def names(self, path: Path) -> frozenset[str]:
        """The columns that a file itself holds."""
        with self._speaking():
            return frozenset(str(field.getName()) for field in self._fields(self._at(str(path))))

    def _fields(self, path: Any) -> list[Any]:
        """What the end of a Parquet file says of its columns."""
        parquet = self._jvm.org.apache.parquet.hadoop
        reader = parquet.ParquetFileReader.open(parquet.util.HadoopInputFile.fromPath(path, self._hadoop))
        try:
            return list(reader.getFooter().getFileMetaData().getSchema().getFields())
        finally:
            reader.close()

    def _with_instants(self, frame: Any) -> Any:
        """Times in nanoseconds, which Spark knows as numbers only, as times in whole microseconds."""
        longs = {name for name, type_ in frame.dtypes if type_ == "bigint"}
        paths = frame.inputFiles()
        if not longs or not paths:
            return frame
        from pyspark.sql.functions import expr

        for field in self._fields(self._path(paths[0])):
            name, written = str(field.getName()), str(field.toString())
            if name in longs and "NANOS" in written:
                quoted = "`" + name.replace("`", "``") + "`"
                instant = f"timestamp_micros(({quoted} - pmod({quoted}, 1000)) DIV 1000)"
                kind = "TIMESTAMP" if "NANOS,true" in written else "TIMESTAMP_NTZ"
                frame = frame.withColumn(name, expr(f"CAST({instant} AS {kind})"))
        return frame

    def version(self, query: exp.Query) -> tuple[int | None, str | None, int | None]:
        """Bytes of the files that a query reads, a digest of their list, when the newest changed; None: it reads none.

        That is in milliseconds since 1970, by the clock of where they are.
        """
        with self._speaking():
            frame = self._run(rendered(query, self.dialect))
            self._read(int(str(frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())))
            lines, size, newest = [], 0, 0
            for name in sorted(frame.inputFiles()):
                path = self._path(name)
                status = path.getFileSystem(self._hadoop).getFileStatus(path)
                size += int(status.getLen())
                newest = max(newest, int(status.getModificationTime()))
                lines.append(f"{name}\t{status.getLen()}\t{status.getModificationTime()}\n")
        if not lines:
            return None, None, None
        return size, hashlib.sha256("".join(lines).encode()).hexdigest(), newest

    def _path(self, uri: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(self._jvm.java.net.URI(uri))

    @property
    def _jvm(self) -> Any:
        return self.session._jvm

    @property
    def _hadoop(self) -> Any:
        return self.session._jsparkSession.sessionState().newHadoopConf()

    def _at(self, path: str) -> Any:
        """A file's place as Spark spells it."""
        found = self._jvm.org.apache.hadoop.fs.Path(path)
        return found.getFileSystem(self._hadoop).makeQualified(found)

    def _read(self, size: int) -> None:
        """As many tasks as the cores can share, and more where the largest source is large."""
        self._bytes = max(self._bytes, size)
        tasks = max(self.session.sparkContext.defaultParallelism, min(MOST, self._bytes // PIECE))
        self.session.conf.set("spark.sql.shuffle.partitions", str(tasks))

    def _sql(self, statement: exp.Expr, *, pretty: bool = False) -> str:
        return rendered(statement, self.dialect, pretty=pretty, rules=self._rules)

    def _execute(self, sql: str) -> list[Row]:
        with self._speaking(), self._session.watched():
            return [tuple(map(whole, row)) for row in self.session.sql(sql).collect()]

    def _run(self, sql: str) -> Any:
        with self._speaking():
            return self.session.sql(sql)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """What Spark says, in our words."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, Py4JError, OSError) as error:
            if self._session.abandoned:
                raise Lost("all of its workers are lost") from error
            raise said(error, alive=self._session.alive) from error


def literal(path: Path) -> str:
    """The path where no sign stands for others: the user's own pattern is expanded already."""
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in str(path))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _is_plain(query: exp.Query) -> bool:
    """Whether it names columns of one table and does nothing else."""
    if not isinstance(query, exp.Select) or {key for key, value in query.args.items() if value} != {
        "expressions",
        "from_",
    }:
        return False
    columns = all(isinstance(one.unalias(), exp.Column | exp.Star) for one in query.expressions)
    return columns and isinstance(query.args["from_"].this, exp.Table)
