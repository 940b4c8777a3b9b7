"""Mistakes found while reading, gathered so that all of them are shown at once."""

from collections.abc import Collection
from difflib import get_close_matches

import msgspec

from liftledger.domain.mistake import Mistake


class Spot(msgspec.Struct, frozen=True):
    """A line of a definitions file; the file's path is relative to the project."""

    place: str
    line: int | None = None


class Unfit(Exception):
    """A value that does not fit: what was found, and what would do ('' leaves it to the reader of the key)."""

    def __init__(self, found: str, cure: str = "") -> None:
        super().__init__(found, cure)
        self.found = found
        self.cure = cure


class Notes:
    """The mistakes so far."""

    def __init__(self) -> None:
        self._mistakes: dict[Mistake, None] = {}

    def add(self, spot: Spot, found: str, cure: str = "") -> None:
        self._mistakes[Mistake(spot.place, spot.line, found, cure)] = None

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """By file and line."""
        return tuple(sorted(self._mistakes, key=lambda mistake: (mistake.place, mistake.line or 0)))


def instead(word: str, known: Collection[str], noun: str) -> str:
    """What to write in place of an unknown name: the nearest one, or all there are."""
    folded = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{folded[close[0]]}'?"
    return f"{noun}: {listed(known)}" if known else ""


def listed(names: Collection[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    *most, final = names
    return f"{', '.join(most)} {last} {final}" if most else final
