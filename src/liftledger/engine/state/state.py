"""What a refresh knows of the last one: `state.json`, replaced as a whole."""

import os
import re
import secrets
from pathlib import Path

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.engine.state import sums_kept, times_kept
from liftledger.engine.state.cohorts_kept import KeptStudy
from liftledger.engine.state.days import FactState
from liftledger.engine.state.sums_kept import KeptSums
from liftledger.engine.state.times_kept import KeptTimes

FILE, FORMAT = "state.json", 2
KEY = re.compile(r"[0-9a-f]{16}")


class State(msgspec.Struct, frozen=True):
    """All that was kept, by name. Tables that it does not mention are of no use to anybody."""

    format: int
    key: str  # 16 hexadecimal digits, in the names of tables where several companies share a database
    sequence: int  # of the last refresh; no other has it, not even one that began with a copy of this state
    program: str  # version
    served: (
        str  # hash of the definitions, the date asked for, and all else that the report depends on besides the facts
    )
    published: dict[str, str] = {}  # file of the report -> SHA-256
    facts: dict[str, FactState] = {}
    studies: dict[str, KeptStudy] = {}
    sums: dict[str, KeptSums] = {}  # by reading
    times: dict[str, KeptTimes] = {}

    @property
    def tables(self) -> frozenset[str]:
        """Names of all tables of the store that it rests on."""
        parts = [one.tables for one in self.facts.values()] + [one.names for one in self.studies.values()]
        parts += [sums_kept.names(one) for one in self.sums.values()]
        return frozenset().union(*parts, *(times_kept.names(one) for one in self.times.values()))


def renewed(state: State) -> State:
    """As if nothing had been kept; names that were used are not used again."""
    return State(FORMAT, state.key, state.sequence, state.program, "")


class _Format(msgspec.Struct, frozen=True):
    """What every format has."""

    format: int
    key: str = ""
    sequence: int = 0
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
    if told.format < FORMAT:  # by its key, what it kept is found and removed
        known = KEY.fullmatch(told.key)
        return State(FORMAT, told.key, told.sequence, told.program, "") if known else None
    try:
        return msgspec.json.decode(found, type=State)
    except msgspec.ValidationError:
        return None


def write_state(folder: Path, state: State) -> None:
    """Replaces the state; a reader meets the old one or the new one, whole."""
    aside = folder / f"{FILE}.aside"
    with aside.open("wb") as stream:
        stream.write(msgspec.json.encode(state))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(folder / FILE)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
