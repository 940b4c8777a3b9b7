"""The benchmark's records as tables of a PostgreSQL database, and the project that reads them there."""

from pathlib import Path

import duckdb
import psycopg

SCHEMA = "liftledger_bench"  # made anew by every run, and dropped after it
TABLES = {
    "exposures": "uid bigint, variant text, ts timestamp",
    "events": "uid bigint, ts timestamp, event_name text, value numeric(18, 2)",
}
FILES = {"exposures": "exposures.parquet", "events": "events/*.parquet"}
CHUNK = 1 << 20


def load(address: str, folder: Path) -> Path:
    """Copies the rows of the project `five`; the folder of the project that reads them there."""
    with psycopg.connect(address, autocommit=True) as database:
        drop(address)
        database.execute(f"CREATE SCHEMA {SCHEMA}")
        for table, columns in TABLES.items():
            database.execute(f"CREATE TABLE {SCHEMA}.{table} ({columns})")
            _copy(database, folder / "five" / FILES[table], f"{SCHEMA}.{table}")
            database.execute(f"VACUUM ANALYZE {SCHEMA}.{table}")
    project = folder / "postgres"
    project.mkdir(exist_ok=True)
    text = (folder / "five" / "liftledger.yaml").read_text("utf-8")
    text = text.replace("company: bench", f"company: bench\nengine: {address}")
    for table in TABLES:
        text = text.replace(f"files: {FILES[table]}", f"table: {SCHEMA}.{table}")
    (project / "liftledger.yaml").write_text(text, encoding="utf-8")
    return project


def drop(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _copy(database: psycopg.Connection, source: Path, table: str) -> None:
    aside = source.parent / "rows.csv"
    duckdb.connect().execute(f"COPY (SELECT * FROM '{source}') TO '{aside}' (HEADER false)")
    with aside.open("rb") as stream, database.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        while chunk := stream.read(CHUNK):
            copy.write(chunk)
    aside.unlink()
