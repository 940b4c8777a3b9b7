"""The store that goes with an engine."""

from pathlib import Path

from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Engine
from liftledger.engine.state.parquet_store import ParquetStore
from liftledger.engine.state.postgres_store import PostgresStore
from liftledger.engine.state.spark_store import SparkStore
from liftledger.engine.state.store import Store


def open_store(engine: Engine, folder: Path, key: str) -> Store:
    """Tables in the folder of a state or in the engine's database, named after the state's key. Raises Mistakes."""
    match engine:
        case Duck():
            return ParquetStore(engine, folder, key)
        case Spark():
            return SparkStore(engine, folder, key)
        case Postgres():
            return PostgresStore(engine, key)
    raise AssertionError(engine)
