"""A report's files: written aside and renamed, so that a reader never meets half a report."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.spill import Spill, sweep

ASIDE = ".liftledger-report-"


def publish(files: Mapping[str, bytes], folder: Path) -> None:
    """Puts all files into `folder`, each whole or not at all; nothing changes there before all are on disk.

    Two reports that are published at once follow each other, so that the files always belong together.
    Raises Mistakes.
    """
    try:
        with _aside(folder) as aside:
            for name, content in files.items():
                _write(aside / name, content)
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(folder):
                for name in files:
                    (aside / name).replace(folder / name)
    except OSError as error:
        found = f"the report cannot be written here ({error.strerror})"
        raise Mistakes((Mistake(str(folder), None, found, "make room, or choose another place with --out"),)) from error


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk, without those that killed publications left there or, the first time, above."""
    sweep(folder.absolute().parent, ASIDE)
    aside = Spill(_standing(folder), ASIDE)
    try:
        yield aside.path
    finally:
        aside.remove()


def _standing(folder: Path) -> Path:
    """The nearest folder that is there already: where nothing is written, nothing is made."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
