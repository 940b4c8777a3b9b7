"""Whether a stored report is what the records say: recomputed and compared, value by value."""

from collections.abc import Iterator
from typing import Any

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes

SHORT = 80
NAMED_BY = ("id", "name", "fact", "metric")  # keys that tell the items of a list apart


def differences(stored: bytes, computed: bytes) -> Iterator[str]:
    """Where the two reports differ, in the order of the file; nothing when they are the same bytes."""
    if stored == computed:
        return
    found = list(_differences("", decoded(stored), decoded(computed)))
    yield from found or ["the values are the same, but the file was rewritten: spaces, order or spelling differ"]


def decoded(report: bytes, place: str = "report.json") -> Any:
    """The JSON of a stored report, which lies at `place`. Raises Mistakes where it is none."""
    try:
        return msgspec.json.decode(report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cure = "make it again: liftledger report"
        raise Mistakes((Mistake(place, None, f"it is not JSON ({error})", cure),)) from error


def _differences(path: str, stored: Any, computed: Any) -> Iterator[str]:
    match stored, computed:
        case dict(), dict():
            for key in dict.fromkeys([*stored, *computed]):
                yield from _member(f"{path}.{_plain(key)}" if path else _plain(key), key, stored, computed)
        case list(), list():
            yield from _items(path, stored, computed)
        case _ if stored != computed or type(stored) is not type(computed):
            yield f"{path or 'report.json'}: the report has {_shown(stored)}, recomputed it is {_shown(computed)}"


def _member(path: str, key: str, stored: dict[str, Any], computed: dict[str, Any]) -> Iterator[str]:
    if key not in computed:
        yield f"{path}: the report has {_shown(stored[key])}, recomputed there is none"
    elif key not in stored:
        yield f"{path}: missing from the report, recomputed it is {_shown(computed[key])}"
    else:
        yield from _differences(path, stored[key], computed[key])


def _items(path: str, stored: list[Any], computed: list[Any]) -> Iterator[str]:
    """Items that have names are matched by them, others by their place."""
    before, after = _by_name(stored), _by_name(computed)
    for name in before:
        if name not in after:
            yield f"{path}[{name}]: in the report, recomputed there is none"
    for name, item in after.items():
        if name in before:
            yield from _differences(f"{path}[{name}]", before[name], item)
        else:
            yield f"{path}[{name}]: missing from the report"
    if list(before) != list(after) and set(before) == set(after):
        yield f"{path}: the order differs"


def _by_name(items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        name = next((str(item[key]) for key in NAMED_BY if key in item), "") if isinstance(item, dict) else ""
        found[_plain(name) if name and _plain(name) not in found else str(index)] = item
    return found


def _plain(text: str) -> str:
    """A text that cannot move a terminal's cursor."""
    return text if text.isprintable() else ascii(text)


def _shown(value: Any) -> str:
    text = _plain(msgspec.json.encode(value).decode())
    return text if len(text) <= SHORT else f"{text[:SHORT]}..."
