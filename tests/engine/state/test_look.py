"""A look at files tells which have to be read, and hashes no file that is as it was."""

import os
from pathlib import Path

import pytest

from liftledger.domain.mistake import Mistake
from liftledger.engine.state import look as looking
from liftledger.engine.state.look import FileState, Look, changes, look
from tests.engine.records import fact

ROWS = fact("data/*.csv")
HOUR = 3_600_000_000_000


@pytest.fixture
def later(monkeypatch):
    """Looks happen an hour after the files were written."""
    now = looking.time.time_ns
    monkeypatch.setattr(looking.time, "time_ns", lambda: now() + HOUR)


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Names of the files that are hashed."""
    names: list[str] = []
    real = looking.hashed
    monkeypatch.setattr(looking, "hashed", lambda path: names.append(path.name) or real(path))
    return names


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def looked(folder: Path, before: tuple[FileState, ...] = ()) -> Look:
    found = look(ROWS, folder, before)
    assert isinstance(found, Look)
    return found


def known(found: Look) -> tuple[FileState, ...]:
    """What would be stored after all that changed was read."""
    return tuple(
        one.again() if one.unchanged else FileState(one.place, one.mark, one.seen_ns, one.sha256 or "", None, {})
        for one in found.files
    )


def told(found: Look) -> list[str]:
    return [f"{place}: {how}" for place, how in changes("rows", found)]


@pytest.mark.usefixtures("later")
def test_what_is_as_it_was_is_not_hashed_again(tmp_path, hashed):
    write(tmp_path, "a.csv", "1")
    write(tmp_path, "b.csv", "2")
    first = looked(tmp_path)
    assert hashed == ["a.csv", "b.csv"]
    again = looked(tmp_path, known(first))
    assert hashed == ["a.csv", "b.csv"]
    assert not again.changed
    assert told(again) == []


@pytest.mark.usefixtures("later")
def test_files_that_are_new_changed_and_gone_are_named(tmp_path):
    write(tmp_path, "a.csv", "1")
    gone = write(tmp_path, "b.csv", "2")
    before = known(looked(tmp_path))
    write(tmp_path, "a.csv", "one")
    gone.unlink()
    write(tmp_path, "c.csv", "3")
    assert told(looked(tmp_path, before)) == ["data/c.csv: new", "data/a.csv: changed", "data/b.csv: gone"]


@pytest.mark.usefixtures("later")
def test_many_files_are_counted(tmp_path):
    for number in range(1200):
        write(tmp_path, f"{number}.csv", "1")
    assert told(looked(tmp_path)) == ["rows: 1\u202f200 files new"]


@pytest.mark.usefixtures("later")
def test_a_file_that_was_only_touched_did_not_change(tmp_path, hashed):
    path = write(tmp_path, "a.csv", "1")
    before = known(looked(tmp_path))
    os.utime(path)
    found = looked(tmp_path, before)
    assert not found.changed
    assert hashed == ["a.csv"] * 2
    assert not looked(tmp_path, known(found)).changed
    assert hashed == ["a.csv"] * 2


@pytest.mark.usefixtures("later")
def test_a_file_replaced_by_one_of_the_same_name_size_and_time_changed(tmp_path):
    path = write(tmp_path, "a.csv", "1")
    before = known(looked(tmp_path))
    other = write(tmp_path, "aside", "2")
    status = path.stat()
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert told(looked(tmp_path, before)) == ["data/a.csv: changed"]


@pytest.mark.usefixtures("later")
def test_a_file_rewritten_in_place_with_its_old_time_changed(tmp_path):
    path = write(tmp_path, "a.csv", "1")
    before, status = known(looked(tmp_path)), path.stat()
    path.write_text("2")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert told(looked(tmp_path, before)) == ["data/a.csv: changed"]


def test_a_file_changed_in_the_moment_of_the_last_look_is_hashed_again(tmp_path, hashed):
    write(tmp_path, "a.csv", "1")
    before = known(looked(tmp_path))
    assert before[0].racy
    assert not looked(tmp_path, before).changed
    assert hashed == ["a.csv"] * 2


def test_after_the_clock_was_set_back_a_file_is_hashed_rather_than_believed(tmp_path, hashed, monkeypatch):
    write(tmp_path, "a.csv", "1")
    now = looking.time.time_ns
    monkeypatch.setattr(looking.time, "time_ns", lambda: now() - HOUR)
    before = known(looked(tmp_path))
    assert not looked(tmp_path, before).changed
    assert hashed == ["a.csv"] * 2


@pytest.mark.usefixtures("later")
def test_an_older_time_is_another_time(tmp_path):
    path = write(tmp_path, "a.csv", "1")
    before = known(looked(tmp_path))
    path.write_text("2")
    os.utime(path, ns=(0, 0))
    assert told(looked(tmp_path, before)) == ["data/a.csv: changed"]


@pytest.mark.usefixtures("later")
def test_a_packed_file_that_is_cut_has_no_hash_and_has_to_be_opened(tmp_path):
    path = tmp_path / "data" / "a.csv.gz"
    path.parent.mkdir()
    path.write_bytes(b"\x1f\x8b\x08")
    found = look(fact("data/*.csv.gz"), tmp_path, ())
    assert isinstance(found, Look)
    assert [one.sha256 for one in found.fresh] == [None]


def test_no_file_at_all_is_a_mistake(tmp_path):
    found = look(ROWS, tmp_path, ())
    assert isinstance(found, Mistake)
    assert "no such file" in str(found)
