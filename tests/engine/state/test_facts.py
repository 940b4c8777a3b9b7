"""Facts by changed days: what a refresh knows is what reading everything would tell, whatever happened to the files."""

import random
from pathlib import Path

import msgspec
import pytest

from liftledger.domain.expression import TEXT, TIME
from liftledger.domain.metric import Metric, Term
from liftledger.domain.study import Relation
from liftledger.engine.state import look
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, project
from tests.engine.state.morning import Company, write

EVENTS = ("user_id", "at", "name", "amount", "score", "good", "id")
USERS = ("user_id", "account_id")


@pytest.fixture(autouse=True)
def time_passes(monkeypatch):
    """Between a change and the next look there is more than the blink in which a change could be missed."""
    monkeypatch.setattr(look, "RACY", 0)


def company(folder: Path, ending: str, **options) -> Company:
    columns = (
        field(TEXT, "name", optional=True),
        field(USD, "amount", optional=True),
        field(INTEGER, "score"),
        field(BOOLEAN, "good", optional=True),
    )
    form = {"csv": "csv", "jsonl": "json", "parquet": "parquet"}[ending]
    source = type(fact("x.csv").source)
    events = fact(
        source(f"events/*.{ending}", form), *columns, name="events", time=field(TIME, "at"), through=0, **options
    )
    users = fact(source(f"users/*.{ending}", form), field(TEXT, "account_id", optional=True), name="users")
    made = project(users, events)
    relation = Relation("user", "account", "users", "account_id")
    metric = Metric("names", "count", "events", Term(None), by="name")
    return Company(folder, msgspec.structs.replace(made, relations=(relation,), metrics=(metric,)))


class World:
    """Files of rows that a random generator changes."""

    def __init__(self, folder: Path, ending: str, seed: int, *, blank: float, bad: bool) -> None:
        self.random, self.folder, self.ending = random.Random(seed), folder, ending
        self.blank, self.bad = blank, bad
        self.files: dict[str, list[tuple]] = {}
        self.users = {f"u{number}": self.random.choice(["A", "B", None]) for number in range(6)}
        self.number = 0
        for _ in range(3):
            self.append()
        self.people()

    def row(self, day: int | None = None) -> tuple:
        draw = self.random
        day = draw.randrange(1, 9) if day is None else day
        self.number += 1
        unit = f"u{draw.randrange(9)}"
        at = f"2026-01-{day:02} {draw.randrange(24):02}:{draw.randrange(60):02}:00"
        name = draw.choice(["a", "b", "Ä", None])
        amount = None if draw.random() < self.blank else f"{draw.randrange(-500, 500) / 100:.2f}"
        score = "many" if self.bad and draw.random() < 0.1 else draw.randrange(10)
        return unit, at, name, amount, score, draw.choice(["true", "false", None]), f"i{self.number}"

    def append(self) -> None:
        day = self.random.randrange(1, 9)
        name = f"e{len(self.files):03}-{self.number}"
        rows = [self.row(day) for _ in range(self.random.randrange(0 if self.files else 1, 6))]
        self.save(name, rows or ([] if self.ending != "jsonl" else [self.row(day)]))

    def late(self) -> None:
        name = self.random.choice(sorted(self.files))
        self.save(name, [*self.files[name], *(self.row() for _ in range(2))])

    def corrected(self) -> None:
        name = self.random.choice(sorted(self.files))
        rows = self.files[name]
        self.save(name, [(*self.row()[:6], row[6]) if self.random.random() < 0.4 else row for row in rows])

    def again(self) -> None:
        """Rows are delivered once more, in another file."""
        name = self.random.choice(sorted(self.files))
        rows = self.random.sample(self.files[name], len(self.files[name]) // 2)
        self.save(f"a{self.number}-{len(self.files)}", [*rows, self.row()])

    def removed(self) -> None:
        if len(self.files) > 1:
            name = self.random.choice(sorted(self.files))
            del self.files[name]
            self.path(name).unlink()

    def people(self) -> None:
        unit = f"u{self.random.randrange(9)}"
        self.users[unit] = self.random.choice(["A", "B", None])
        if self.random.random() < 0.3:
            self.users.pop(self.random.choice(sorted(self.users)))
        write(self.folder / f"users/all.{self.ending}", USERS, sorted(self.users.items()))

    def path(self, name: str) -> Path:
        return self.folder / f"events/{name}.{self.ending}"

    def save(self, name: str, rows: list[tuple]) -> None:
        self.files[name] = rows
        write(self.path(name), EVENTS, rows)

    def morning(self) -> None:
        ways = [self.append, self.append, self.late, self.corrected, self.again, self.removed, self.people]
        for _ in range(self.random.randrange(3)):
            self.random.choice(ways)()


OPTIONS = [("csv", {}), ("csv", {"id": "id"}), ("csv", {"reject": True}), ("jsonl", {"id": "id", "reject": True}),
           ("parquet", {}), ("parquet", {"id": "id"})]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("ending", "options"), OPTIONS)
def test_a_refresh_is_as_if_all_had_been_read(tmp_path, ending, options, seed):
    found = company(tmp_path, ending, **options)
    world = World(tmp_path, ending, seed, blank=0.2, bad=options.get("reject", False))
    for _ in range(6):
        found.refreshed()
        world.morning()
