"""Tables as files: whole or not at all, through a full disk and a killed process; a user's files are left alone."""

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlglot import exp

from liftledger.domain.mistake import Mistakes
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import NoRoom, Refusal
from liftledger.engine.render import integer
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.files import OURS
from liftledger.engine.state.lock import locked
from liftledger.engine.state.open import open_store
from tests.engine.records import fact
from tests.servers.spark import ADDRESS

KEY = "00ff00ff00ff00ff"
START = """
import resource, sys
from pathlib import Path
from sqlglot import exp, parse_one
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.engine import Exhausted
from liftledger.engine.state.open import open_store
duck = Duck(threads=1)
store = open_store(duck, Path(sys.argv[1]), sys.argv[2])
def rows(number):
    return parse_one(f"SELECT range AS n, range * 7919 AS m FROM range({number})", read="duckdb")
# the functions of a table of numbers are DuckDB's alone
duck._sql = lambda tree, pretty=False: tree.sql("duckdb")
duck.columns = lambda tree: {"n": "BIGINT", "m": "BIGINT"}
"""
INTERRUPTED = f"""{START}
store.keep("first", rows(10))
store.commit()
store.keep("second", rows(10))
print("kept", flush=True)
store.keep("third", rows(10**12))
"""
ON_A_SMALL_DISK = f"""{START}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))  # as if the disk were full
try:
    store.keep("large", rows(1_000_000))
except Exhausted as error:
    print(f"{{error}}; {{error.cure}}")
print(store.keep("small", rows(10)))
"""


def numbers(*values: int) -> exp.Query:
    rows = [exp.select(exp.alias_(exp.cast(integer(value), "BIGINT"), "n")) for value in values]
    return exp.union(*rows, distinct=False) if len(rows) > 1 else rows[0]


def names(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix(f"{KEY}_") for path in folder.iterdir())


def test_killed_before_its_commit_only_what_was_committed_is_in_use_and_the_rest_is_swept(tmp_path):
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path), KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "kept\n"
            for _ in range(1200):
                if (tmp_path / f"{KEY}_third.parquet.aside").exists():
                    break
                threading.Event().wait(0.05)
        finally:
            process.send_signal(signal.SIGKILL)
    assert names(tmp_path) == ["first.parquet", "second.parquet", "third.parquet.aside"]
    with Duck(threads=1) as duck:
        store = open_store(duck, tmp_path, KEY)
        assert store.missing(["first", "third"]) == {"third"}
        store.sweep(["first"])
        assert names(tmp_path) == ["first.parquet"]
        assert len(duck.rows("read", store.read(["first"]))) == 10


def test_a_full_disk_is_one_sentence_and_nothing_is_left_half_written(tmp_path):
    command = [sys.executable, "-c", ON_A_SMALL_DISK, str(tmp_path), KEY]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        f"what a refresh keeps does not fit into {tmp_path}: no room is left there; "
        "make room there, or use liftledger report, which keeps nothing",
        "10",
    ]
    assert names(tmp_path) == ["small.parquet"]


def test_what_the_disk_does_not_take_in_the_end_is_not_committed(tmp_path, monkeypatch):
    with Duck(threads=1) as duck:
        store = open_store(duck, tmp_path, KEY)
        store.keep("run", numbers(1))
        monkeypatch.setattr(os, "fsync", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(NoRoom, match=r"^what a refresh keeps does not fit into "):
            store.commit()
        monkeypatch.setattr(os, "fsync", Mock(side_effect=OSError(errno.EIO, "Input/output error")))
        with pytest.raises(Mistakes, match=r": nothing can be kept here \(Input/output error\); "):
            store.commit()


def test_a_commit_writes_every_file_and_then_the_folder_through_to_the_disk(tmp_path, monkeypatch):
    flushed: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda opened: flushed.append(Path(f"/proc/self/fd/{opened}").readlink().name))
    with Duck(threads=1) as duck:
        store = open_store(duck, tmp_path, KEY)
        for name in ("one", "two"):
            store.keep(name, numbers(1))
        store.commit()
    assert flushed == [f"{KEY}_one.parquet", f"{KEY}_two.parquet", tmp_path.name]


def test_a_sweep_removes_what_we_name_so_and_nothing_else(tmp_path):
    theirs = ("lock", "state.json", ".gitignore", "texas.parquet", "texas.parquet.aside", f"{KEY}_notes.txt")
    for name in theirs:
        (tmp_path / name).touch()
    for name in (f"{KEY}_old.parquet", f"{KEY}_cut.parquet.aside", "11aa11aa11aa11aa_of_a_lost_state.parquet"):
        (tmp_path / name).touch()
    (tmp_path / f"{KEY}_of_spark.parquet").mkdir()
    (tmp_path / f"{KEY}_of_spark.parquet" / "part-0").touch()
    with Duck(threads=1) as duck:
        open_store(duck, tmp_path, KEY).sweep([])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(theirs)


def test_a_folder_that_was_taken_away_is_one_sentence(tmp_path):
    with Duck(threads=1) as duck:
        store = open_store(duck, tmp_path / "state", KEY)
        with pytest.raises(Refusal, match="No such file or directory"):
            store.keep("run", numbers(1))
        with pytest.raises(Mistakes, match="nothing can be kept here"):
            store.sweep([])


# --- a user's own patterns


def places(folder: Path, pattern: str) -> list[str]:
    with Duck(threads=1) as duck:
        found = open_source(duck, fact(pattern), folder)
        assert not isinstance(found, tuple), found
        return [part.place for part in found.parts]


@pytest.mark.parametrize("pattern", ["**/*.parquet", "*/*.parquet", "state/*.parquet", "other/../*/*.parquet"])
def test_a_pattern_finds_a_users_files_and_never_a_states(tmp_path, pattern):
    (tmp_path / "other").mkdir()
    with locked(tmp_path / "state"), Duck(threads=1) as duck:
        users = exp.select(exp.alias_(exp.Literal.string("u1"), "user_id"))
        open_store(duck, tmp_path / "state", KEY).keep("run", users)
        [kept] = [path for path in (tmp_path / "state").iterdir() if OURS.fullmatch(path.name)]
        (tmp_path / "other" / "rows.parquet").write_bytes(kept.read_bytes())
    if pattern.startswith("state"):
        with Duck(threads=1) as duck:
            assert "no such file" in str(open_source(duck, fact(pattern), tmp_path))
    else:
        assert [Path(place).name for place in places(tmp_path, pattern)] == ["rows.parquet"]


def test_a_users_folder_that_is_called_state_is_a_users(tmp_path):
    (tmp_path / "state").mkdir()
    with Duck(threads=1) as duck:
        duck.copy("SELECT 'u1' AS user_id", tmp_path / "state" / "texas.parquet")
    assert places(tmp_path, "**/*.parquet") == ["state/texas.parquet"]


# --- Spark's folders


@pytest.fixture
def spark(spark_session):
    with Spark(ADDRESS, threads=1) as spark:
        yield spark


def test_a_folder_that_spark_did_not_finish_is_not_there(tmp_path, spark):
    store = open_store(spark, tmp_path, KEY)
    store.keep("run", numbers(1))
    (tmp_path / f"{KEY}_run.parquet" / "_SUCCESS").unlink()
    assert store.missing(["run"]) == {"run"}


def test_spark_workers_that_write_where_this_process_does_not_look_are_found_out(tmp_path, spark, monkeypatch):
    monkeypatch.setattr(Spark, "_parquet", lambda self, folders: self.session.range(1))
    store = open_store(spark, tmp_path, KEY)
    with pytest.raises(Refusal, match=r"^what its workers write into the company's folder is not found there: "):
        store.keep("run", numbers(1, 2))
    assert list(tmp_path.iterdir()) == []
