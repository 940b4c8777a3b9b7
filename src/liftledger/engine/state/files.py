"""Tables as files beside the company: written aside and renamed, so that each is there whole or not at all."""

import os
import re
import shutil
from abc import abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlglot import exp

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.engine import NoRoom
from liftledger.engine.sources.raw import FULL
from liftledger.engine.state.store import Store

ASIDE = ".aside"
OURS = re.compile(rf"[0-9a-f]{{16}}_[a-z0-9_]+\.parquet({re.escape(ASIDE)})?")  # of whatever state was in this folder


class Files(Store):
    """A table is a Parquet file, or a folder of such."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._new: list[Path] = []

    def missing(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(name for name in names if not self._is_whole(self._path(name)))

    def commit(self) -> None:
        with writing(self._folder):
            for path in self._new:
                for file in (*path.glob("*"), path):
                    flush(file)
            flush(self._folder)
        self._new = []

    def sweep(self, live: Collection[str]) -> None:
        kept = {self._path(name) for name in live}
        with writing(self._folder):
            for path in self._folder.iterdir():
                if OURS.fullmatch(path.name) and path not in kept:
                    _remove(path)

    def _keep(self, name: str, query: exp.Query, types: dict[str, str]) -> int:  # noqa: ARG002
        path = self._path(name)
        aside = path.with_name(path.name + ASIDE)

        def write(sql: str) -> int:
            _remove(aside)  # of a crash, or of a statement that is tried in other words now
            return self._write(sql, query, aside)

        with writing(self._folder):
            try:
                rows = self._engine.kept(f"keep {name}", query, write)
                aside.rename(path)
            except BaseException:
                _remove(aside)
                raise
        self._new.append(path)
        return rows

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._key}_{name}.parquet"

    def _is_whole(self, path: Path) -> bool:
        return path.exists()

    @abstractmethod
    def _write(self, sql: str, query: exp.Query, path: Path) -> int: ...


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What the system says where a refresh writes. Raises NoRoom, Mistakes."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom(folder) from error
        found = f"nothing can be kept here ({error.strerror or error})"
        cure = "let it be written to, or use liftledger report, which keeps nothing"
        raise Mistakes((Mistake(str(folder), None, found, cure),)) from error


def flush(path: Path) -> None:
    """What the file or folder holds is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
