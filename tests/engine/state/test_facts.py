"""Facts by changed days: what a refresh knows is what reading everything would tell, whatever happened to the files."""

import random
from pathlib import Path

import duckdb
import msgspec
import pytest

from liftledger.domain.expression import TEXT, TIME, Column, Comparison, Number, Type
from liftledger.domain.fact import Merge
from liftledger.domain.metric import Metric, Term
from liftledger.domain.study import Relation
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.state import look
from tests.engine.records import BOOLEAN, INTEGER, USD, fact, field, project
from tests.engine.state.morning import Company, Opened, write
from tests.servers.spark import ADDRESS

EVENTS = ("user_id", "at", "name", "amount", "score", "good", "id")
USERS = ("user_id", "account_id")


@pytest.fixture(autouse=True)
def time_passes(monkeypatch):
    """Between a change and the next look there is more than the blink in which a change could be missed."""
    monkeypatch.setattr(look, "RACY", 0)


def company(folder: Path, ending: str, opened: Opened = lambda: Duck(threads=1), **options) -> Company:
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
    return Company(folder, msgspec.structs.replace(made, relations=(relation,), metrics=(metric,)), opened)


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
        for _ in range(self.random.randrange(1, 3)):
            self.random.choice(ways)()


OPTIONS = [("csv", {}), ("csv", {"id": "id"}), ("csv", {"reject": True}), ("jsonl", {"id": "id", "reject": True}),
           ("parquet", {}), ("parquet", {"id": "id"})]  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("ending", "options"), OPTIONS)
def test_a_refresh_is_as_if_all_had_been_read(tmp_path, ending, options, seed):
    found = company(tmp_path, ending, **options)
    world = World(tmp_path, ending, seed, blank=0.2, bad=options.get("reject", False))
    for _ in range(4):
        found.refreshed()
        world.morning()


@pytest.mark.usefixtures("spark_session")
def test_on_spark_too(tmp_path):
    found = company(tmp_path, "parquet", lambda: Spark(ADDRESS, threads=1), id="id")
    own = found.project.facts[1:]
    found.project = msgspec.structs.replace(found.project, engine=ADDRESS, facts=own, relations=(), metrics=())
    events(found, "e1", ("u", 1, 1, "i1"), ("v", 2, 1, "i2"), ending="parquet")
    found.refreshed()
    events(found, "e2", ("v", 2, 1, "i2"), ("u", 3, 2, "i3"), ending="parquet")
    now = found.refreshed()
    assert now.days["events"] == {day(2), day(3)}
    assert now.loaded["events"].duplicates == 1


def test_one_file_a_day_and_files_of_several_days_are_the_same(tmp_path):
    found = company(tmp_path, "parquet")
    users(found, ("u", "A"), ending="parquet")
    for number in range(1, 10):
        events(found, f"e{number}", ("u", number, 1, "i"), ("v", number, 2, "i"), ending="parquet")
    assert len(found.refreshed().days["events"]) == 9
    found.state = {}
    found.rows = {}
    events(found, "e0", ("u", 1, 1, "i"), ("v", 12, 2, "i"), ending="parquet")
    events(found, "empty", ending="parquet")
    assert found.refreshed().days["events"] == {day(number) for number in (*range(1, 10), 12)}
    events(found, "late", ("u", 12, 1, "i"), ("v", 2, 2, "i"), ending="parquet")
    now = found.refreshed()
    assert now.days["events"] == {day(2), day(12)}
    assert sum(now.changed["events"].values()) == 2
    events(found, "late", ("u", 12, 1, "i"), ("v", 2, 3, "i"), ending="parquet")
    assert sum(found.refreshed().changed["events"].values()) == 5


@pytest.mark.parametrize("kept", ["ids", "roll", "strangers"])
def test_what_somebody_removed_from_the_store_is_made_again(tmp_path, kept):
    found = company(tmp_path, "csv", id="id")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("v", 2, 1, "i2"))
    found.refreshed()
    removed = [path for path in (tmp_path / "state").rglob("*") if path.is_file() and kept in path.name]
    assert removed
    for path in removed:
        path.unlink()
    events(found, "e2", ("w", 3, 1, "i3"))
    assert found.refreshed().loaded["events"].unknown == 2


def rows_of(*rows: tuple) -> list[tuple]:
    """Rows of events: unit, day and id, and what else there is, the same in all."""
    return [(unit, f"2026-01-{day:02} 12:00:00", "a", "1.00", score, "true", id_) for unit, day, score, id_ in rows]


def events(found: Company, name: str, *rows: tuple, ending: str = "csv") -> None:
    write(found.folder / f"events/{name}.{ending}", EVENTS, rows_of(*rows))


def users(found: Company, *rows: tuple, ending: str = "csv") -> None:
    write(found.folder / f"users/all.{ending}", USERS, rows)


def day(number: int) -> int:
    return 20453 + number  # 2026-01-01 is 20,454 days after 1970-01-01


def test_nothing_is_asked_of_the_engine_where_nothing_changed(tmp_path):
    found = company(tmp_path, "csv", id="id")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("v", 2, 1, "i2"))
    first = found.refreshed()
    assert first.days == {"users": {0}, "events": {day(1), day(2)}}
    again = found.refreshed()
    assert again.days == {"users": frozenset(), "events": frozenset()}
    assert again.read == frozenset()
    assert again.loaded["events"].unknown == 1


def test_rows_that_come_late_change_the_days_that_they_are_of(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    events(found, "e2", ("u", 2, 1, "i2"), ("u", 3, 1, "i3"))
    found.refreshed()
    events(found, "e3", ("u", 4, 1, "i4"), ("v", 2, 1, "i5"))
    assert found.refreshed().days["events"] == {day(2), day(4)}


def test_days_that_a_removed_file_held_changed(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    events(found, "e2", ("u", 2, 1, "i2"))
    found.refreshed()
    (tmp_path / "events/e2.csv").unlink()
    now = found.refreshed()
    assert now.days["events"] == {day(2)}
    assert now.notes == ("events: 1 fewer row than last time",)
    assert sum(now.changed["events"].values()) == 0


def test_a_row_delivered_again_on_another_morning_is_one_row(tmp_path):
    found = company(tmp_path, "parquet", id="id")
    users(found, ("u", "A"), ending="parquet")
    events(found, "e1", ("u", 1, 1, "i1"), ("u", 2, 1, "i2"), ending="parquet")
    found.refreshed()
    events(found, "e2", ("u", 2, 1, "i2"), ("u", 3, 1, "i3"), ending="parquet")
    now = found.refreshed()
    assert (now.loaded["events"].rows, now.loaded["events"].duplicates) == (3, 1)


@pytest.mark.parametrize("other", [2, 1])
def test_an_id_names_one_row_whenever_its_rows_came(tmp_path, other):
    found = company(tmp_path, "csv", id="id")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("u", 5, 1, "i5"))
    found.refreshed()
    events(found, "e2", ("v", other, 2, "i1"))
    assert "1 row repeats an id of 'id' with other contents" in str(found.refreshed().mistakes[0])
    (tmp_path / "events/e2.csv").unlink()
    assert not found.refreshed().mistakes


def test_a_row_that_does_not_fit_stops_a_refresh_as_it_stops_a_report(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    found.refreshed()
    events(found, "e2", ("u", 2, 1, "i2"), ("u", 2, "many", "i3"))
    assert str(found.refreshed().mistakes[0]).startswith("events/e2.csv, row 2: column 'score' holds 'many'")


def test_rejected_rows_of_files_that_are_not_read_again_are_still_listed(tmp_path):
    found = company(tmp_path, "csv", reject=True)
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, "many", "i1"), ("u", 1, 1, "i2"))
    events(found, "e2", *(("u", 2, "many", f"i{number}") for number in range(3, 1500)))
    found.refreshed()
    events(found, "e0", ("u", 3, "few", "i9"))
    now = found.refreshed().loaded["events"]
    assert (now.rejected, len(now.rejections)) == (1499, 1000)
    assert [one.found for one in now.rejections[:3]] == ["few", "many", "many"]


def test_a_column_of_another_type_is_the_same_mistake(tmp_path):
    found = company(tmp_path, "parquet")
    users(found, ("u", "A"), ending="parquet")
    events(found, "e1", ("u", 1, 1, "i1"), ending="parquet")
    found.refreshed()
    with duckdb.connect() as db:
        path = tmp_path / "events/e0.parquet"
        names = ", ".join(f"'1' AS {name}" for name in EVENTS)
        db.execute(f"COPY (SELECT {names}) TO '{path}' (FORMAT parquet)")
    found_in = "events/e1.parquet: column 'score' is BIGINT here and VARCHAR in events/e0.parquet"
    assert any(found_in in str(one) for one in found.refreshed().mistakes)


def test_units_that_join_and_leave_are_known_and_unknown_again(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("v", 1, 1, "i2"), ("w", 2, 1, "i3"), ("w", 2, 2, "i4"))
    assert found.refreshed().loaded["events"].unknown == 3
    users(found, ("u", "A"), ("w", None))
    assert found.refreshed().loaded["events"].unknown == 1
    users(found, ("v", "A"))
    assert found.refreshed().loaded["events"].unknown == 3
    events(found, "e2", ("w", 3, 1, "i5"))
    assert found.refreshed().loaded["events"].unknown == 4


def test_another_definition_reads_all_again(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("u", 2, 7, "i2"))
    found.refreshed()
    own = found.project.fact("events")
    must = msgspec.structs.replace(
        own, must=(Comparison("<", Column("score", INTEGER), Number(5, Type("integer"))),), reject=True
    )
    found.project = msgspec.structs.replace(found.project, facts=(found.project.fact("users"), must))
    now = found.refreshed()
    assert now.days["events"] == {day(1)} | {day(2)}
    assert now.days["users"] == frozenset()
    assert now.loaded["events"].rejected == 1


def test_a_later_end_of_a_fact_reads_nothing(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    found.refreshed()
    later = msgspec.structs.replace(found.project.fact("events"), through=1)
    found.project = msgspec.structs.replace(found.project, facts=(found.project.fact("users"), later))
    assert found.refreshed().read == frozenset()


def test_ids_that_turn_from_numbers_into_texts_are_read_again(tmp_path):
    found = company(tmp_path, "parquet")
    plain = msgspec.structs.replace(found.project, relations=(), metrics=(), facts=found.project.facts[1:])
    found.project = plain

    def save(name: str, unit: str) -> None:
        (tmp_path / "events").mkdir(exist_ok=True)
        rest = "TIMESTAMP '2026-01-01' AS at, 'a' AS name, 1.00 AS amount, 1 AS score, true AS good, 'i' AS id"
        with duckdb.connect() as db:
            db.execute(f"COPY (SELECT {unit} AS user_id, {rest}) TO '{tmp_path}/events/{name}.parquet'")

    save("e1", "7::BIGINT")
    assert found.refreshed().changed["events"]
    assert found.state["events"].number
    save("e1", "'7'")
    found.refreshed()
    assert not found.state["events"].number


def test_a_fact_whose_rows_go_together_is_read_whole(tmp_path):
    found = company(tmp_path, "csv", merge=(Merge(("name",), within=10**12),))
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("u", 2, 1, "i2"), ("v", 2, 1, "i3"))
    assert found.refreshed().days["events"] == {0}
    assert found.refreshed().days["events"] == frozenset()
    events(found, "e0", ("u", 3, 1, "i4"))
    now = found.refreshed()
    assert now.days["events"] == {0}
    assert now.loaded["events"].merged == 2


def test_a_unit_that_is_named_twice_is_the_same_mistake(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    found.refreshed()
    users(found, ("u", "A"), ("u", "B"))
    assert "1 unit has several rows" in str(found.refreshed().mistakes[0])


def test_no_row_at_all_is_a_mistake_unless_it_is_said_to_be_right(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    found.refreshed()
    events(found, "e1")
    assert found.refreshed().loaded["events"].rows == 0
    undated = msgspec.structs.replace(found.project.fact("events"), through=None)
    found.project = msgspec.structs.replace(found.project, facts=(found.project.fact("users"), undated))
    assert "there are no rows" in str(found.refreshed().mistakes[0])


def test_files_that_have_to_be_copied_first_are_read_like_others(tmp_path):
    found = company(tmp_path, "csv")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"))
    events(found, "e2", ("ü", 1, 2, "i2"))
    for name, encoding, ends in (("e1", "utf-8", "\r\n"), ("e2", "utf-16", "\n")):
        path = tmp_path / f"events/{name}.csv"
        header, *lines = path.read_text().splitlines()
        path.write_bytes(f"{header}{ends}{chr(10).join(lines)}\n".encode(encoding))
    found.refreshed()
    events(found, "e3", ("v", 1, 3, "i3"))
    assert len(found.refreshed().changed["events"]) == 1
    events(found, "e3", ("v", 1, 4, "i3"))
    assert len(found.refreshed().changed["events"]) == 3


def test_rows_that_come_in_a_file_of_their_own_are_read_alone_unless_they_repeat(tmp_path):
    found = company(tmp_path, "csv", id="id")
    users(found, ("u", "A"))
    events(found, "e1", ("u", 1, 1, "i1"), ("u", 2, 2, "i2"))
    found.refreshed()
    events(found, "late", ("u", 1, 3, "i3"), ("v", 2, 4, "i4"), ("v", 2, 4, "i4"))
    assert sum(found.refreshed().changed["events"].values()) == 2
    events(found, "again", ("u", 1, 1, "i1"), ("v", 3, 5, "i5"))
    now = found.refreshed()
    assert sum(now.changed["events"].values()) == 3
    assert now.loaded["events"].duplicates == 2
