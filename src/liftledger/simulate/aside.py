"""Folders that are there whole or not at all: written aside, moved when done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `folder` at the end; on a mistake nothing stays.

    Raises FileExistsError where something is in the way: `folder` must be new or empty.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; name a folder that does not exist yet")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a folder that does not exist yet, or empty this one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".liftledger-", dir=folder if folder.exists() else folder.parent) as hidden:
        made = Path(hidden, "made")
        made.mkdir()
        yield made
        if folder.exists():  # perhaps the folder that the user stands in, so it stays and is filled
            for entry in sorted(made.iterdir()):
                entry.rename(folder / entry.name)
        else:
            made.rename(folder)
