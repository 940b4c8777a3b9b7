"""The Spark adapter: a session in this process, its work on a cluster (`spark://host:7077`) or here (`local[*]`)."""

from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from liftledger.engine.adapters.limbs import LIMBS
from liftledger.engine.adapters.spark_errors import said
from liftledger.engine.adapters.spark_session import Session
from liftledger.engine.adapters.spark_types import spoken
from liftledger.engine.dialect import rendered
from liftledger.engine.dialects.rule import Rules
from liftledger.engine.engine import Engine, Row, SumTooLarge, Watch, whole

PIECE = 32 << 20  # bytes of a source for one task
MOST = 4096  # tasks


class Spark(Engine):
    """A session of its own. A Spark that runs in this process already is used, at its own address, and left running."""

    dialect = "spark"

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
        if query.find(exp.Sum):
            self._rules = LIMBS
            try:
                return super().rows(name, query, rows_in=rows_in)
            except SumTooLarge:
                pass
            finally:
                self._rules = None
        return super().rows(name, query, rows_in=rows_in)

    def columns(self, query: exp.Query) -> dict[str, str]:
        return {field.name: spoken(field.dataType) for field in self._run(rendered(query, self.dialect)).schema.fields}

    def files(self, name: str, paths: Sequence[str]) -> exp.Query:
        """A view of Parquet files, under a name of ours; columns are told apart by their names."""
        try:
            frame = self.session.read.option("mergeSchema", "true").parquet(*paths)
            frame.createOrReplaceTempView(name)
            self._read(int(str(frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())))
        except Exception as error:
            raise said(error, alive=self._session.alive) from error
        return exp.select("*").from_(exp.to_table(name))

    def _read(self, size: int) -> None:
        """As many tasks as the cores can share, and more where the largest source is large."""
        self._bytes = max(self._bytes, size)
        tasks = max(self.session.sparkContext.defaultParallelism, min(MOST, self._bytes // PIECE))
        self.session.conf.set("spark.sql.shuffle.partitions", str(tasks))

    def _sql(self, statement: exp.Expr, *, pretty: bool = False) -> str:
        return rendered(statement, self.dialect, pretty=pretty, rules=self._rules)

    def _execute(self, sql: str) -> list[Row]:
        try:
            return [tuple(map(whole, row)) for row in self.session.sql(sql).collect()]
        except Exception as error:
            raise said(error, alive=self._session.alive) from error

    def _run(self, sql: str) -> Any:
        try:
            return self.session.sql(sql)
        except Exception as error:
            raise said(error, alive=self._session.alive) from error
