"""A company that lives on, in a folder: its records, its definitions, and what became of its last refresh."""

import os
import random
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec

from liftledger.prove.refresh import STATE
from tests.elsewhere import define
from tests.refresh.questions import Questions
from tests.refresh.records import DATED, File, Records


class Past(msgspec.Struct):
    """All of a company that a change may alter, so that it can be taken back."""

    records: Records
    questions: Questions
    as_of: int | None


class Company:
    """On files; `forms` are those that the engine at `address` reads."""

    def __init__(
        self,
        seed: int,
        folder: Path,
        *,
        address: str = "duckdb",
        forms: tuple[str, ...] = ("csv", "csv", "jsonl", "parquet"),
    ) -> None:
        chance = random.Random(seed)
        self.folder, self.address = folder, address
        self.records, self.questions = Records(chance, forms), Questions(chance)
        self.out = folder / "report"
        self.as_of: int | None = None
        self.unseen: set[str] = set()
        self.interrupted = self.full = False
        self._on_disk: Mapping[str, File] = {}
        folder.mkdir(parents=True)

    @property
    def state(self) -> Path:
        return self.folder / STATE

    @property
    def backup(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-backup")

    def past(self) -> Past:
        """The company as it is, for `back`."""
        return deepcopy(Past(self.records, self.questions, self.as_of))

    def back(self, past: Past) -> None:
        """Takes back what has changed since."""
        self.records, self.questions, self.as_of = past.records, past.questions, past.as_of
        self.write()

    def write(self) -> None:
        """Puts records and definitions where the engine finds them."""
        times = {place: (self.folder / place).stat() for place in self.unseen if (self.folder / place).exists()}
        self._supply()
        for place, before in times.items():
            path = self.folder / place
            if path.exists() and path.stat().st_size == before.st_size:
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.unseen.clear()
        head = {} if self.address == "duckdb" else {"engine": self.address}
        define(head | self.definitions, self.folder)

    @property
    def definitions(self) -> dict[str, Any]:
        return self.questions.definitions(self._places())

    @property
    def dated(self) -> list[str]:
        """The dated facts that something is asked of."""
        return [fact for fact in DATED if fact in self.questions.facts()]

    def _supply(self) -> None:
        self.records.write(self.folder, self._on_disk)
        self._on_disk = deepcopy(self.records.files)

    def _places(self) -> dict[str, dict[str, Any]]:
        return {fact: {"files": f"data/{fact}/*.{form}"} for fact, form in self.records.forms.items()}
