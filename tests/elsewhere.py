"""A project on another engine: its records where that engine reads them, and its definitions with these places."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import yaml
from psycopg import sql

# DuckDB's types in PostgreSQL's words, where they differ
NATIVE = {"VARCHAR": "text", "DOUBLE": "double precision", "FLOAT": "real"}


class Plain(yaml.SafeDumper):
    """YAML without aliases, which definitions may not hold."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def define(definitions: Mapping[str, Any], folder: Path) -> None:
    """Puts definitions into a folder."""
    text = yaml.dump(definitions, Dumper=Plain, sort_keys=False, allow_unicode=True)
    (folder / "liftledger.yaml").write_text(text, encoding="utf-8")


def on_duckdb(project: Path, folder: Path) -> Path:
    """The same project in a folder of its own."""
    definitions = _definitions(project)
    for fact in definitions["facts"].values():
        fact["files"] = str(_pattern(project, fact))
    return _written(definitions, project, folder)


def on_spark(project: Path, folder: Path, address: str) -> Path:
    """Facts as one Parquet file each."""
    definitions = _definitions(project) | {"engine": address}
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as db:
        for name, fact in definitions["facts"].items():
            file = folder / f"{name}.parquet"
            db.execute(f"COPY (SELECT * FROM {_relation(project, fact)}) TO '{file}' (FORMAT parquet)")
            _moved(fact, files=str(file))
    return _written(definitions, project, folder)


def on_postgres(project: Path, folder: Path, address: str, *, as_text: bool = False) -> Path:
    """Facts as tables of a schema named like the folder, in types like those of the files, or all of them as text."""
    definitions = _definitions(project) | {"engine": address}
    with duckdb.connect() as db, psycopg.connect(address, autocommit=True) as server:
        db.execute("SET TimeZone = 'UTC'")
        server.execute("SET TimeZone = 'UTC'")
        schema = sql.Identifier(folder.name)
        server.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        server.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        for name, fact in definitions["facts"].items():
            relation = _relation(project, fact)
            types = {row[0]: row[1] for row in db.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
            columns = {column: "text" if as_text else NATIVE.get(kind, kind) for column, kind in types.items()}
            table = sql.Identifier(folder.name, name)
            listed = sql.SQL(", ").join(
                sql.SQL(f"{{}} {kind}").format(sql.Identifier(c)) for c, kind in columns.items()
            )
            server.execute(sql.SQL("CREATE TABLE {} ({})").format(table, listed))
            rows = db.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {relation}").fetchall()
            with server.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                for row in rows:
                    copy.write_row(row)
            _moved(fact, table=f"{folder.name}.{name}")
    return _written(definitions, project, folder)


def _definitions(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "liftledger.yaml").read_text(encoding="utf-8")))


def _pattern(project: Path, fact: Mapping[str, Any]) -> Path:
    return (project / fact["files"]).resolve()


def _relation(project: Path, fact: Mapping[str, Any]) -> str:
    files = _pattern(project, fact)
    return f"read_parquet('{files}')" if files.suffix == ".parquet" else f"read_csv('{files}', all_varchar = true)"


def _moved(fact: dict[str, Any], **place: str) -> None:
    for key in ("files", "csv", "format"):
        fact.pop(key, None)
    fact |= place


def _written(definitions: Mapping[str, Any], project: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    define(definitions, folder)
    if (truth := definitions.get("truth")) is not None:
        shutil.copy(project / truth, folder / truth)
    return folder
