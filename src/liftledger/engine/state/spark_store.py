"""What Spark keeps: a folder of Parquet files a table, one from each of its tasks."""

from pathlib import Path

from sqlglot import exp

from liftledger.engine.adapters.spark import Spark
from liftledger.engine.state.files import Files

WHOLE = "_SUCCESS"  # what Spark writes last


class SparkStore(Files):
    """Folders of Spark's own writer, where its workers and this process see the same files."""

    def __init__(self, spark: Spark, folder: Path, key: str) -> None:
        super().__init__(folder, key)
        self._spark = spark
        self._views: dict[tuple[str, ...], exp.Query] = {}

    @property
    def _engine(self) -> Spark:
        return self._spark

    def _write(self, sql: str, query: exp.Query, path: Path) -> int:
        return self._spark.write(sql, query, path)

    def _read(self, names: tuple[str, ...]) -> exp.Query:
        if names not in self._views:
            paths = [self._path(name) for name in names]
            self._views[names] = self._spark.written(f"kept_{self._key}_{len(self._views) + 1}", paths)
        return self._views[names].copy()

    def _is_whole(self, path: Path) -> bool:
        return (path / WHOLE).exists()
