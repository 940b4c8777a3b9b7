"""A YAML file as nodes that know their line; scalars stay the text that was written.

YAML would turn `No` into false and `2026-01-05` into a date; here an arm may be called No, and a key decides what its
value means. Anchors, tags and several documents are refused: a definition says everything where it stands.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from liftledger.definitions.notes import Notes, Spot

BYTES_MAX = 1_000_000
DEPTH_MAX = 20
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(msgspec.Struct, frozen=True):
    """Text as written; `blank` if nothing was."""

    spot: Spot
    text: str
    blank: bool = False


class Sequence(msgspec.Struct, frozen=True):
    """A list; `spot` is where it starts."""

    spot: Spot
    items: "tuple[Node, ...]"


class Entry(msgspec.Struct, frozen=True):
    """A key (its spot and text) and its value."""

    key: Scalar
    value: "Node"


class Mapping(msgspec.Struct, frozen=True):
    """Keys with their values, in the order of the file, no key twice."""

    spot: Spot
    entries: tuple[Entry, ...]


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int | None, found: str, cure: str) -> None:
        super().__init__(found)
        self.line, self.found, self.cure = line, found, cure


def load(path: Path, place: str, notes: Notes) -> Mapping | None:
    """The file's mapping; None where there is none, with the reason in `notes`."""
    try:
        root = _Builder(_text(path), place, notes).document()
    except _Refused as refused:
        notes.add(Spot(place, refused.line), refused.found, refused.cure)
        return None
    if isinstance(root, Mapping):
        return root
    found = "the file is empty" if root is None else "the file is not a mapping"
    notes.add(Spot(place), found, "write `key: value` lines, such as `company: acme`")
    return None


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= BYTES_MAX else b""
    except FileNotFoundError:
        raise _Refused(None, "there is no such file", "`liftledger init` writes one to start from") from None
    except OSError as error:
        raise _Refused(None, f"the file cannot be read ({error.strerror})", "check the path and its rights") from None
    if size > BYTES_MAX:
        raise _Refused(None, f"the file has {size} bytes", f"definitions fit in {BYTES_MAX}; is it a data file?")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _Refused(1, "the file starts with a byte order mark", "save it as UTF-8 without one (without «BOM»)")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Refused(line, f"byte 0x{raw[error.start]:02x} is not UTF-8", "save the file as UTF-8") from None


class _Builder:
    """Events of the YAML parser, put together as nodes."""

    def __init__(self, text: str, place: str, notes: Notes) -> None:
        self.text, self.place, self.notes = text, place, notes

    def document(self) -> Node | None:
        events = self._events()
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(_line(event), "a second document starts ('---')", "keep one document a file")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 0)
        return None if isinstance(root, Scalar) and root.blank else root

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.text, Loader=LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = None if mark is None else min(mark.line + 1, self.text.count("\n") + 1)
            written = self.text.splitlines()[line - 1] if line and self.text.splitlines()[line - 1 : line] else ""
            if re.match(r"\s*\t", written):
                raise _Refused(line, "the line is indented with a tab", "indent with spaces") from None
            raise _Refused(line, f"not YAML: {_problem(error)}", "check quotes, colons and indentation here") from None
        except yaml.YAMLError as error:
            control = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]", self.text)
            line = self.text.count("\n", 0, control.start()) + 1 if control else None
            reason = "a control character" if control else str(error).splitlines()[0]
            raise _Refused(line, f"not YAML: {reason}", "remove it") from None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line = _line(event)
        spot = Spot(self.place, line)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"'*{event.anchor}' is an alias", "write the value out where it is used")
        if depth > DEPTH_MAX:
            raise _Refused(line, f"more than {DEPTH_MAX} levels inside each other", "definitions need fewer")
        if event.tag is not None and event.tag != "!":
            raise _Refused(line, f"'{event.tag}' is a tag", "write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            blank = event.style is None and event.value in NULLS
            return Scalar(spot, event.value, blank)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(spot, tuple(self._items(events, depth)))
        return Mapping(spot, tuple(self._entries(events, depth)))

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _entries(self, events: Iterator[Any], depth: int) -> Iterator[Entry]:
        first: dict[str, int | None] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key, value = self._node(event, events, depth + 1), self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.notes.add(key.spot, "a list or mapping stands as a key", "write a name before the colon")
            elif key.text in first:
                found = f"'{key.text}' is written twice, first on line {first[key.text]}"
                self.notes.add(key.spot, found, "keep one of them")
            else:
                first[key.text] = key.spot.line
                yield Entry(key, value)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _problem(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.problem, error.context) if part)
