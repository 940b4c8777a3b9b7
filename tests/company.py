"""A small company on disk, made so that a test can spoil one thing of it, and the commands run on it in process."""

import contextlib
import csv
import io
import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import yaml

from liftledger.cli import main

DEFINITIONS: dict[str, Any] = {
    "company": "Tea & Co",
    "currency": "EUR",
    "facts": {
        "assignments": {"files": "data/assignments.csv", "unit": "user", "time": "at", "columns": {"arm": "text"}},
        "orders": {
            "files": "data/orders.csv",
            "unit": "user",
            "time": "at",
            "id": "order",
            "columns": {"amount": "money", "items": "count"},
        },
    },
    "metrics": {
        "bought": {"kind": "conversion", "fact": "orders", "window": "7d"},
        "revenue": {"kind": "sum", "fact": "orders", "value": "amount", "window": "7d", "lookback": "7d"},
        "basket": {"kind": "ratio", "fact": "orders", "numerator": "items", "denominator": "rows"},
    },
    "studies": {
        "trial": {
            "kind": "experiment",
            "assignment": {"fact": "assignments", "arm": "arm"},
            "control": "plain",
            "arms": ["plain", "fancy"],
        }
    },
}
ASSIGNMENTS = [(f"u{i}", ("plain", "fancy")[i % 2], f"2026-02-{1 + i % 20:02}") for i in range(80)]
ORDERS = [
    (f"o{i}", f"u{i * 7 % 80}", f"2026-{1 + i % 3:02}-{1 + i * 5 % 28:02}T12:30:00", f"{i * 37 % 400 / 4:.2f}", i % 4)
    for i in range(400)
]


class Ran(msgspec.Struct, frozen=True):
    """What a command left behind."""

    status: int
    out: str
    err: str


def run(*arguments: object) -> Ran:
    """`liftledger ARGUMENTS` in this process; no time passes, so that a busy machine sees no progress told."""
    out, err = io.StringIO(), io.StringIO()
    still = patch("liftledger.cli.monotonic", return_value=0.0)
    with still, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as wrong_usage:
            status = int(wrong_usage.code or 0)
    return Ran(status, out.getvalue(), err.getvalue())


def table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """A CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return path


class Company:
    """The company's folder; `definitions`, `assignments` and `orders` can be changed before `write`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.definitions = deepcopy(DEFINITIONS)
        self.assignments: list[Sequence[object]] = list(ASSIGNMENTS)
        self.orders: list[Sequence[object]] = list(ORDERS)

    def write(self) -> "Company":
        """Puts definitions and records on disk."""
        table(self.folder / "data/assignments.csv", ("user", "arm", "at"), self.assignments)
        table(self.folder / "data/orders.csv", ("order", "user", "at", "amount", "items"), self.orders)
        return self.define()

    def define(self) -> "Company":
        """Puts the definitions on disk."""
        text = yaml.safe_dump(self.definitions, sort_keys=False, allow_unicode=True)
        (self.folder / "liftledger.yaml").write_text(text, encoding="utf-8")
        return self

    def put(self, name: str, content: bytes | str) -> "Company":
        """Replaces one file by these bytes."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def report(self, *options: object) -> dict[str, Any]:
        """report.json of a report that must succeed."""
        ran = run("report", self.folder, *options)
        assert (ran.status, ran.err) == (0, ""), ran.err
        return self.stored

    @property
    def path(self) -> Path:
        return self.folder / "report/report.json"

    @property
    def stored(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_bytes()))

    @property
    def files(self) -> dict[str, bytes]:
        """Every file of the folder, and what it holds."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}
