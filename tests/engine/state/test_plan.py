"""What a refresh will read, told from the looks of the files alone."""

from pathlib import Path

import msgspec
import pytest

from liftledger.domain.expression import TEXT
from liftledger.domain.metric import Metric, Term
from liftledger.engine.state import look
from liftledger.engine.state.plan import plan
from tests.engine.records import field
from tests.engine.state.morning import Company
from tests.engine.state.test_facts import company, events, users


@pytest.fixture(autouse=True)
def time_passes(monkeypatch):
    monkeypatch.setattr(look, "RACY", 0)


@pytest.fixture
def found(tmp_path: Path) -> Company:
    made = company(tmp_path, "csv")
    users(made, ("u", "A"))
    events(made, "e1", ("u", 1, 1, "i1"))
    events(made, "e2", ("u", 2, 1, "i2"))
    return made


def told(found: Company) -> list[str]:
    return [line for one in plan(found.project, found.folder, found.state) for line in one.changes]


def test_the_first_time_all_is_read(found):
    assert told(found) == ["users: read for the first time", "events: read for the first time"]


def test_nothing_is_read_where_nothing_changed(found):
    found.refreshed()
    plans = plan(found.project, found.folder, found.state)
    assert [one.changes for one in plans] == [(), ()]
    assert {one.fact: one.state for one in plans} == {
        name: msgspec.structs.replace(state, parts=plans[place].state.parts)
        for place, (name, state) in enumerate(found.state.items())
    }


def test_files_that_changed_are_named_and_a_table_of_units_is_read_whole(found):
    found.refreshed()
    users(found, ("u", "B"))
    (found.folder / "events/e2.csv").unlink()
    events(found, "e3", ("u", 3, 1, "i3"))
    assert told(found) == ["users/all.csv: changed", "events/e3.csv: new", "events/e2.csv: gone"]
    assert [one.whole for one in plan(found.project, found.folder, found.state)] == [True, False]


def test_a_changed_definition_is_told_as_such(found):
    found.refreshed()
    people, visits = found.project.facts
    fewer = msgspec.structs.replace(visits, columns=(*visits.columns, field(TEXT, "user", column="user_id")))
    found.project = msgspec.structs.replace(found.project, facts=(people, fewer))
    assert told(found) == ["events: its definition changed"]
    found.project = msgspec.structs.replace(found.project, facts=(people, visits))
    found.project = msgspec.structs.replace(
        found.project, metrics=(*found.project.metrics, Metric("all", "count", "events", Term(None)))
    )
    assert told(found) == []


def test_a_missing_file_is_told_and_not_an_error(found):
    found.refreshed()
    (found.folder / "users/all.csv").unlink()
    assert told(found) == ["users/*.csv: no such file"]
