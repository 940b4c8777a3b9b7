"""The folder that `liftledger init` writes: commented definitions and the records of a made-up company."""

import csv
import io
from pathlib import Path

from liftledger.simulate.aside import aside
from liftledger.simulate.starter.company import company

TEMPLATES = Path(__file__).parent


def write_starter(folder: Path, *, seed: int = 1) -> tuple[Path, ...]:
    """Write the starter into a new or empty folder and return its files; all of them or, on a mistake, none.

    Raises FileExistsError where something is in the way.
    """
    with aside(folder) as made:
        files = _write(made, seed)
    return tuple(folder / file for file in files)


def _write(folder: Path, seed: int) -> list[Path]:
    """Every file, relative to the folder."""
    texts = {Path(name): (TEMPLATES / name).read_text(encoding="utf-8") for name in ("liftledger.yaml", "README.md")}
    texts[Path(".gitignore")] = "report/\n"
    for table in company(seed):
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\n").writerows([table.columns, *table.rows])
        texts[Path("data", f"{table.name}.csv")] = lines.getvalue()
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return list(texts)
