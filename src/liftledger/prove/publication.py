"""A report's files: written aside and renamed, so that a reader never meets half a report."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def publish(files: Mapping[str, bytes], folder: Path) -> None:
    """Puts all files into `folder`, each whole or not at all; nothing changes there before all are on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".report-", dir=folder) as aside:
        for name, content in files.items():
            _write(Path(aside) / name, content)
        for name in files:
            (Path(aside) / name).replace(folder / name)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
