"""What DuckDB keeps: one Parquet file a table."""

from pathlib import Path

from sqlglot import exp

from liftledger.engine.adapters.duck import Duck
from liftledger.engine.sources.raw import table_function
from liftledger.engine.state.files import Files


class ParquetStore(Files):
    """Files of DuckDB's own writer."""

    def __init__(self, duck: Duck, folder: Path, key: str) -> None:
        super().__init__(folder, key)
        self._duck = duck

    @property
    def _engine(self) -> Duck:
        return self._duck

    def _write(self, sql: str, query: exp.Query, path: Path) -> int:  # noqa: ARG002
        return self._duck.copy(sql, path)

    def _read(self, names: tuple[str, ...]) -> exp.Query:
        options = {"hive_partitioning": exp.false()}  # a folder above it may be called day=3
        return exp.select("*").from_(table_function("read_parquet", [self._path(name) for name in names], options))
