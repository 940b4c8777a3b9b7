"""A report's files appear together and whole, or not at all."""

import os
import threading
from pathlib import Path

import pytest

from liftledger.domain.mistake import Mistakes
from liftledger.prove.publication import publish


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_files_and_their_folders_are_made(tmp_path: Path):
    publish({"a": b"1", "b": b"2"}, tmp_path / "new/er")
    assert held(tmp_path / "new/er") == {"a": b"1", "b": b"2"}


def test_what_was_there_is_replaced_and_the_rest_stays(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "other").write_bytes(b"mine")
    publish({"a": b"new"}, tmp_path)
    assert held(tmp_path) == {"a": b"new", "other": b"mine"}


def test_a_failure_while_writing_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a").write_bytes(b"old")
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for folder in (tmp_path, tmp_path / "new"):
        written.clear()
        with pytest.raises(Mistakes, match=r"cannot be written here \(No space left on device\); make room, or choose"):
            publish({"a": b"1", "b": b"2"}, folder)
        assert held(tmp_path) == {"a": b"old"}


def test_an_interrupt_while_writing_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        publish({"a": b"1"}, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_files_published_at_once_belong_together(tmp_path: Path):
    names = [f"file {number}" for number in range(20)]
    threads = [
        threading.Thread(target=publish, args=(dict.fromkeys(names, bytes([writer])), tmp_path)) for writer in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(held(tmp_path).values())) == 1
    assert sorted(held(tmp_path)) == sorted(names)
