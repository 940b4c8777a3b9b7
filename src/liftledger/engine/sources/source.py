"""Where a fact's rows come from: files, a table of a DuckDB or SQLite file, or one of the engine's own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeGuard

from liftledger.domain.fact import Fact, Files, Table
from liftledger.domain.mistake import Mistake
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import DiskFull, Engine, Refusal
from liftledger.engine.sources.csv_file import open_csv
from liftledger.engine.sources.database import open_duckdb, open_sqlite
from liftledger.engine.sources.foreign import foreign
from liftledger.engine.sources.json_file import open_json
from liftledger.engine.sources.parquet_file import open_parquet
from liftledger.engine.sources.postgres_table import open_postgres_table
from liftledger.engine.sources.raw import FULL, INCOMPLETE, Hashes, Raw, absent
from liftledger.engine.sources.spark_source import open_spark_files, open_spark_location, open_spark_table
from liftledger.engine.state.lock import STATE, is_state

WILD = "*?["


def open_source(engine: Engine, fact: Fact, folder: Path, *, hashes: Hashes | None = None) -> Raw | tuple[Mistake, ...]:
    """Finds the fact's files or table and checks that the used columns are there."""
    if not is_local(fact.source):
        return checked(_saying(engine, fact, lambda: _opened(engine, fact, folder, hashes or {})))
    places = files(fact, folder)
    return (places,) if isinstance(places, Mistake) else checked(open_files(engine, fact, places))


def checked(found: Raw | tuple[Mistake, ...]) -> Raw | tuple[Mistake, ...]:
    """Whether every part holds the used columns, as one type that can hold what is declared."""
    if isinstance(found, Raw):
        return tuple(absent(found)) or tuple(foreign(found)) or found
    return found


def is_local(source: Files | Table) -> TypeGuard[Files]:
    """Whether rows come from files that this program itself can look at."""
    return isinstance(source, Files) and "://" not in source.pattern


def files(fact: Fact, folder: Path) -> dict[Path, str] | Mistake:
    """The fact's files in their order, each with its place as the user would write it."""
    assert is_local(fact.source)
    pattern = fact.source.pattern
    paths = _matching(folder, pattern)
    return _missing(fact, pattern, paths) or {path: _place(path, folder, pattern) for path in paths}


def open_files(
    engine: Engine, fact: Fact, places: Mapping[Path, str], *, hashes: Hashes | None = None, label: str | None = None
) -> Raw | tuple[Mistake, ...]:
    """Some or all of the fact's files. Those with a known hash are not hashed again; `label` is of views in Spark."""
    return _saying(engine, fact, lambda: _of_files(engine, fact, places, hashes or {}, label or fact.name))


def _saying(engine: Engine, fact: Fact, opened: Callable[[], Raw | tuple[Mistake, ...]]) -> Raw | tuple[Mistake, ...]:
    """What was opened, or why it could not be."""
    try:
        return opened()
    except Refusal as refusal:
        place = fact.source.pattern if isinstance(fact.source, Files) else fact.source.database or fact.source.name
        return (Mistake(place, None, f"cannot be read ({refusal})", INCOMPLETE),)
    except OSError as error:
        if isinstance(engine, Duck) and error.errno in FULL:
            raise DiskFull(engine.spills_to) from error
        raise


def _of_files(
    engine: Engine, fact: Fact, places: Mapping[Path, str], hashes: Hashes, label: str
) -> Raw | tuple[Mistake, ...]:
    match engine, fact.source:
        case Spark(), _:
            return open_spark_files(engine, fact, places, hashes, label)
        case Duck(), Files(format="csv", dialect=dialect):
            return open_csv(engine, fact, dialect, places, hashes)
        case Duck(), Files(format="parquet"):
            return open_parquet(engine, fact, places, hashes)
        case Duck(), Files(format="json"):
            return open_json(engine, fact, places, hashes)
    raise AssertionError((engine, fact.source))


def _opened(engine: Engine, fact: Fact, folder: Path, hashes: Hashes) -> Raw | tuple[Mistake, ...]:
    match engine, fact.source:
        case Spark(), Files(pattern=pattern):
            return open_spark_location(engine, fact, pattern)
        case Spark(), Table(name=name):
            return open_spark_table(engine, fact, name)
        case Postgres(), Table(name=name):
            return open_postgres_table(engine, fact, name)
        case Duck(), Table(database=database, format=form):
            path = folder / database
            if not path.is_file():
                return (Mistake(database, None, "no such file", f"check facts.{fact.name}.database"),)
            return (open_sqlite if form == "sqlite" else open_duckdb)(engine, fact, fact.source, path, hashes)
    raise AssertionError((engine, fact.source))


def _missing(fact: Fact, pattern: str, paths: list[Path]) -> Mistake | None:
    if any(path.is_file() for path in paths):
        return None
    if any(path.is_dir() for path in paths):
        return Mistake(pattern, None, "it is a folder", f"name its files, for example {pattern.rstrip('/')}/*.csv")
    cure = f"check facts.{fact.name}.files; paths are relative to liftledger.yaml"
    return Mistake(pattern, None, "no such file", cure)


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files of a pattern with or without wildcards, relative to the project or absolute, in order."""
    steps = Path(pattern).parts
    wild = next((place for place, step in enumerate(steps) if any(sign in step for sign in WILD)), None)
    if wild is None or (folder / pattern).exists():
        return [folder / pattern]
    # only the user's pattern is one: a folder above it may be called anything
    found = folder.joinpath(*steps[:wild]).glob(str(Path(*steps[wild:])))
    files = sorted(path for path in found if path.is_file())
    return _users(files, folder / STATE)


def _users(files: list[Path], state: Path) -> list[Path]:
    """Those that are not of what a refresh keeps, however the pattern came there."""
    if not is_state(state):
        return files
    kept = state.resolve()
    return [path for path in files if not path.resolve().is_relative_to(kept)]


def _place(path: Path, folder: Path, pattern: str) -> str:
    """The path as the user would write it: relative to the project where it was declared so."""
    return str(path) if Path(pattern).is_absolute() else str(path.relative_to(folder))
