"""Room on a page: how much of everything is shown, and the rest counted."""

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from liftledger.report import numbers

T = TypeVar("T")
LONG = 1e9  # an amount from here on takes more room than others


class Size(msgspec.Struct, frozen=True):
    """How much a page shows."""

    rows: int  # of a table
    sentences: int  # of a list
    letters: int  # of a name

    @property
    def words(self) -> int:
        """Letters of a sentence."""
        return 4 * self.letters


# From generous to scant: the first that a page holds is taken, and any page holds the last.
SIZES = (Size(12, 6, 60), Size(9, 4, 44), Size(6, 3, 34), Size(4, 2, 26), Size(2, 1, 18))


class Some(msgspec.Struct, Generic[T], frozen=True):
    """The first of many, and how many are left."""

    shown: tuple[T, ...]
    left: int


def some(rows: Iterable[T], most: int) -> Some[T]:
    """The first `most` of them."""
    found = tuple(rows)
    return Some(found[:most], max(0, len(found) - most))


def cut(text: str, most: int) -> str:
    """No more letters than that."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def sentence(text: str, most: int) -> str:
    """No more letters than that. What is written from right to left stays on one line: broken, it turns the rest."""
    fenced = "\u2068[^\u2069]*(?:\u2069|$)"
    return re.sub(fenced, lambda found: found[0].replace(" ", numbers.NO_BREAK), cut(text, most))


def named(name: str, size: Size) -> str:
    """A defined name as prose, fenced off where it is written from right to left."""
    return given(numbers.capital(numbers.label(name)), size)


def given(text: str, size: Size) -> str:
    """What somebody wrote into a cell, fenced off where it is written from right to left."""
    return numbers.isolated(cut(text, size.letters))
