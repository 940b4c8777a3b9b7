"""A refresh with nothing new reads no fact; one with a new day reads that day's file alone."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liftledger.engine.adapters.duck import Duck
from tests.company import ORDERS, Company, run, table

HEADER = ("order", "user", "at", "amount", "items")
opened: list[str] = []  # by this process since it began to be asked; the hook itself cannot be taken away
sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == "open" else None)


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What DuckDB, which opens files by itself, was asked."""
    statements: list[str] = []
    original = Duck._execute

    def execute(self: Duck, sql: str) -> object:
        statements.append(sql)
        return original(self, sql)

    monkeypatch.setattr(Duck, "_execute", execute)
    return statements


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were changed in the last seconds are hashed again: every refresh here is a minute after the files."""
    now = time.time_ns
    monkeypatch.setattr("liftledger.engine.state.look.time.time_ns", lambda: now() + 60 * 10**9)


@pytest.fixture
def days(company: Company) -> Company:
    """A company whose orders come in a file a day, and that was refreshed."""
    company.write()
    (company.folder / "data/orders.csv").unlink()
    for row in ORDERS:
        rows = [one for one in ORDERS if one[2][:10] == row[2][:10]]
        table(company.folder / f"data/orders-{row[2][:10]}.csv", HEADER, rows)
    company.definitions["facts"]["orders"]["files"] = "data/orders-*.csv"
    company.define()
    assert run("refresh", company.folder).status == 0
    return company


def facts_read(company: Company, executed: list[str]) -> set[str]:
    """Files of facts that a refresh opens, by itself or by the engine."""
    opened.clear()
    executed.clear()
    ran = run("refresh", company.folder)
    assert (ran.status, ran.err) == (0, ""), ran.err
    files = {path.name for path in (company.folder / "data").iterdir()}
    told = "\n".join([*opened, *executed])
    return {name for name in files if name in told}


def test_the_first_refresh_reads_every_file(company: Company, executed: list[str]):
    company.write()
    assert facts_read(company, executed) == {"orders.csv", "assignments.csv"}


def test_nothing_new_reads_nothing_and_leaves_the_report_as_it_is(days: Company, executed: list[str]):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in days.path.parent.iterdir()}
    assert facts_read(days, executed) == set()
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in days.path.parent.iterdir()} == before


def test_another_date_or_level_reads_nothing(days: Company, executed: list[str]):
    days.definitions["confidence"] = 0.9
    days.define()
    assert facts_read(days, executed) == set()
    days.definitions["as_of"] = "2026-03-20"
    days.define()
    assert facts_read(days, executed) == set()
    assert days.stored["as_of"].startswith("2026-03-20")


def test_a_new_day_reads_that_day(days: Company, executed: list[str]):
    table(days.folder / "data/orders-2026-03-29.csv", HEADER, [("new", "u1", "2026-03-29T08:00:00", "5.00", 1)])
    assert facts_read(days, executed) == {"orders-2026-03-29.csv"}


def test_new_units_have_their_own_assignments_read_and_the_days_since_the_first_of_them_looks_back(
    days: Company, executed: list[str]
):
    days.definitions["facts"]["assignments"]["files"] = "data/assignments*.csv"
    days.define()
    assert run("refresh", days.folder).status == 0
    new = days.folder / "data/assignments-new.csv"
    table(new, ("user", "arm", "at"), [("new", "plain", "2026-03-20T09:00:00")])
    explained = run("refresh", days.folder, "--explain").out
    assert "trial: its units are gathered again" not in explained and "1 of 2 files" in explained
    recent = {path.name for path in (days.folder / "data").glob("orders-*") if path.stem >= "orders-2026-03-13"}
    assert facts_read(days, executed) == {new.name, *recent}
    assert len(recent) < 20
    assert days.stored["studies"][0]["units"] == {"plain": 41, "fancy": 40}
    days.definitions["as_of"] = "2026-03-20"
    days.define()
    assert facts_read(days, executed) == set()
    assert days.stored["studies"][0]["units"] == {"plain": 40, "fancy": 40}
    table(new, ("user", "arm", "at"), [("new", "plain", "2026-03-19T09:00:00")])
    assert "trial: its units are gathered again" in run("refresh", days.folder, "--explain").out


def test_a_corrected_day_reads_that_day(days: Company, executed: list[str]):
    path: Path = min((days.folder / "data").glob("orders-*.csv"))
    path.write_text(path.read_text().replace("T12:30:00", "T12:45:00"))
    assert facts_read(days, executed) == {path.name}


def test_a_report_that_was_lost_is_written_again_from_what_was_kept(days: Company, executed: list[str]):
    before = days.path.read_bytes()
    days.path.unlink()
    assert facts_read(days, executed) == set()
    assert days.path.read_bytes() == before
