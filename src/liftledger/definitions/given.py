"""Where amounts come from: their range, their source, who answers for them and as of when."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from liftledger.definitions.record import Record
from liftledger.domain.value import Given
from liftledger.domain.workings import Source

SAID = ("source", "owner", "date", "note")
DATED: tuple[Source, ...] = ("contract", "finance")  # somebody signed or closed them on a day


def read_given(record: Record, keys: Iterable[str], all_of: Record | None = None) -> dict[str, Given]:
    """What is said of these amounts; what `all_of` says holds of each that does not say it itself."""
    if all_of is not None:
        _check_dated(all_of)
    common = {} if all_of is None else {key: all_of[key] for key in SAID if key in all_of}
    found: dict[str, Given] = {}
    for key in keys:
        beside = record.beside.get(key)
        own: dict[str, Any] = {}
        if beside is not None:
            _check_range(beside)
            if all_of is None or not all_of.has("date"):
                _check_dated(beside)
            own = {name: _decimal(beside[name]) for name in ("low", "high") if name in beside}
            own |= {name: beside[name] for name in SAID if name in beside}
        if (own or common) and key in record:
            found[key] = Given(**(common | own))
    return found


def _check_range(beside: Record) -> None:
    value = beside.get("value")
    if value is None:
        return
    cure = "write low, value and high in their order"
    if beside.get("low", value) > value:
        beside.refuse("low", f" is {beside['low']}, above the value, {value}", cure)
    if beside.get("high", value) < value:
        beside.refuse("high", f" is {beside['high']}, below the value, {value}", cure)


def _check_dated(said: Record) -> None:
    if said.get("source") in DATED and not said.has("date"):
        cure = "say as of when it holds, such as `date: 2026-10-31`"
        said.refuse("source", f" is '{said['source']}', and there is no date", cure)


def _decimal(number: Decimal | int) -> Decimal:
    return Decimal(number)
