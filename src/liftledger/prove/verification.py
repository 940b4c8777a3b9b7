"""Whether a stored report is what the records say: recomputed and compared, value by value."""

from collections.abc import Iterator
from typing import Any

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes

SHORT = 80


def differences(stored: bytes, computed: bytes) -> Iterator[str]:
    """Where the two reports differ, in the order of the file; nothing when they are the same bytes."""
    if stored == computed:
        return
    found = list(_differences("", decoded(stored), decoded(computed)))
    yield from found or ["the values are the same, but the file's bytes were changed (spaces, order or spelling)"]


def decoded(report: bytes) -> Any:
    """The JSON of a stored report. Raises Mistakes where it is none."""
    try:
        return msgspec.json.decode(report)
    except msgspec.DecodeError as error:
        raise Mistakes(
            (Mistake("report.json", None, f"not JSON ({error})", "make it again: liftledger report"),)
        ) from error


def _differences(path: str, stored: Any, computed: Any) -> Iterator[str]:
    match stored, computed:
        case dict(), dict():
            for key in dict.fromkeys([*stored, *computed]):
                yield from _member(f"{path}.{key}".lstrip("."), key, stored, computed)
        case list(), list():
            names = [_name(item, index) for index, item in enumerate(computed)]
            if len(stored) != len(computed):
                yield f"{path}: the report has {len(stored)}, the records give {len(computed)}"
            for name, before, after in zip(names, stored, computed, strict=False):
                yield from _differences(f"{path}[{name}]", before, after)
        case _ if stored != computed or type(stored) is not type(computed):
            yield f"{path}: the report says {_shown(stored)}, the records say {_shown(computed)}"


def _member(path: str, key: str, stored: dict[str, Any], computed: dict[str, Any]) -> Iterator[str]:
    if key not in computed:
        yield f"{path}: in the report, not in the records"
    elif key not in stored:
        yield f"{path}: not in the report, the records say {_shown(computed[key])}"
    else:
        yield from _differences(path, stored[key], computed[key])


def _name(item: Any, index: int) -> str:
    if isinstance(item, dict):
        return str(next((item[key] for key in ("id", "name", "fact", "metric") if key in item), index))
    return str(index)


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= SHORT else f"{text[:SHORT]}..."
