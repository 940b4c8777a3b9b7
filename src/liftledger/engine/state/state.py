"""What a refresh knows of the last one: `state.json`, replaced as a whole."""

import os
import secrets
from pathlib import Path

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes

FILE, FORMAT = "state.json", 1


class State(msgspec.Struct, frozen=True):
    """All that was kept, by name. Tables that it does not mention are of no use to anybody."""

    format: int
    key: str  # 16 hexadecimal digits, in the names of tables where several companies share a database
    sequence: int  # how many refreshes there were
    program: str  # version
    served: (
        str  # hash of the definitions, the date asked for, and all else that the report depends on besides the facts
    )
    published: dict[str, str] = {}  # file of the report -> SHA-256


class _Format(msgspec.Struct, frozen=True):
    format: int
    program: str = ""


def fresh(program: str) -> State:
    """The state of a company that was never refreshed."""
    return State(FORMAT, secrets.token_hex(8), 0, program, "")


def read_state(folder: Path) -> State | None:
    """The last good state, if one can be used. Raises Mistakes where it is of a newer program."""
    try:
        found = (folder / FILE).read_bytes()
        told = msgspec.json.decode(found, type=_Format)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    if told.format > FORMAT:
        text = f"it was written by a newer program, liftledger {told.program}"
        cure = f"use that one, or delete {folder}: it is made again from the records"
        raise Mistakes((Mistake(str(folder / FILE), None, text, cure),))
    try:
        return msgspec.json.decode(found, type=State) if told.format == FORMAT else None
    except msgspec.ValidationError:
        return None


def write_state(folder: Path, state: State) -> None:
    """Replaces the state; a reader meets the old one or the new one, whole."""
    aside = folder / f"{FILE}.aside"
    with aside.open("wb") as stream:
        stream.write(msgspec.json.encode(state, order="sorted"))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(folder / FILE)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
