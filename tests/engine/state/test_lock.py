"""The lock of a state: one refresh at a time, whose end frees it, however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from liftledger.domain.mistake import Mistakes
from liftledger.engine.state.lock import is_state, locked

HOLDING = """
import sys
from pathlib import Path
from liftledger.engine.state.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@contextmanager
def held(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """By another process, until something is said to it."""
    command = [sys.executable, "-c", HOLDING, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def refused(folder: Path) -> str:
    with pytest.raises(Mistakes) as caught, locked(folder):
        pass
    return str(caught.value)


def test_the_second_refresh_is_told_who_holds_the_state(folder):
    with held(folder) as process:
        told = refused(folder)
    assert re.fullmatch(
        rf"{re.escape(str(folder))}: a refresh runs since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC "
        rf"\(process {process.pid} on {re.escape(socket.gethostname())}\); wait until it has ended",
        told,
    )


def test_a_refresh_that_was_killed_holds_nothing(folder):
    with held(folder) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert str(process.pid) in (folder / "lock").read_text()
    with locked(folder):
        assert f"(process {os.getpid()} on " in refused(folder)


def test_a_refresh_that_ended_says_nothing_any_more(folder):
    with pytest.raises(ZeroDivisionError), locked(folder):
        raise ZeroDivisionError
    assert (folder / "lock").read_text() == ""
    with locked(folder):
        pass


def test_a_holder_that_has_not_said_who_it_is_holds_it_too(folder):
    with held(folder):
        (folder / "lock").write_text('{"process":')
        assert refused(folder) == f"{folder}: a refresh runs already; wait until it has ended"


def test_two_states_are_held_at_once(tmp_path):
    with locked(tmp_path / "one"), locked(tmp_path / "two"):
        assert is_state(tmp_path / "one") and is_state(tmp_path / "two")


def test_the_folder_says_what_it_is_and_is_not_committed(folder):
    with locked(folder):
        pass
    assert (folder / ".gitignore").read_text() == (
        "# What liftledger refresh keeps from one time to the next. "
        "This folder may be deleted: the next refresh makes it again.\n*\n"
    )


def test_a_folder_or_file_of_a_users_is_not_taken_for_a_state(folder):
    folder.mkdir()
    (folder / "texas.parquet").write_bytes(b"")
    expected = f"{folder}: it is there already, and no refresh has made it; name it otherwise"
    assert refused(folder).startswith(expected)
    assert [path.name for path in folder.iterdir()] == ["texas.parquet"]
    (folder / "texas.parquet").unlink()
    with locked(folder):
        pass
    other = folder.with_name("file")
    other.touch()
    assert refused(other).startswith(f"{other}: it is there already")


def test_a_state_whose_lock_alone_was_removed_is_one(folder):
    with locked(folder):
        pass
    (folder / "state.json").touch()
    (folder / "lock").unlink()
    with locked(folder):
        assert is_state(folder)


def test_a_place_where_nothing_can_be_written_is_one_sentence(tmp_path):
    assert refused(tmp_path / "nowhere" / "state") == (
        f"{tmp_path}/nowhere/state: nothing can be kept here (No such file or directory); "
        "let it be written to, or use liftledger report, which keeps nothing"
    )
