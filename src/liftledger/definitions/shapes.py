"""Shapes of what may be written: the vocabulary in which `keys` declares liftledger.yaml.

A shape says what is allowed and how to read it; `check` and `schema` both follow it, so they cannot drift apart.
"""

from collections.abc import Callable
from typing import Any, Union

import msgspec


class Value(msgspec.Struct, frozen=True):
    """A scalar. `parse` takes the text as written and raises Unfit; `takes` completes «it takes ...»."""

    takes: str
    parse: Callable[[str], Any]
    schema: dict[str, Any]


class Items(msgspec.Struct, frozen=True):
    """A list."""

    of: "Shape"
    takes: str


class Names(msgspec.Struct, frozen=True):
    """A mapping from names of the user's own choice."""

    of: "Shape"
    takes: str
    name: Value  # what a name may be
    noun: str


class Key(msgspec.Struct, frozen=True):
    """One key of a section. `only`: the variants of the section that have it (all, where empty)."""

    name: str
    shape: "Shape"
    help: str
    required: bool = False
    only: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A mapping with known keys.

    `tag` names the key whose value selects the variant. `short`: a scalar in place of the mapping is read as the
    value of this key. `beside`: whoever holds the mapping holds that value, and what else it says stands beside it.
    `apart`: why a key of one variant does not belong to another.
    """

    noun: str
    keys: tuple[Key, ...]
    tag: str | None = None
    short: str | None = None
    apart: str = ""
    beside: bool = False

    def key(self, name: str) -> Key:
        return next(key for key in self.keys if key.name == name)

    @property
    def takes(self) -> str:
        if self.short and self.beside:
            return self.key(self.short).shape.takes
        alone = f"{self.key(self.short).shape.takes}, or " if self.short else ""
        names = [key.name for key in self.keys]
        return f"{alone}a mapping with {', '.join(names[:4])}{', ...' if names[4:] else ''}"


class Either(msgspec.Struct, frozen=True):
    """Another shape for each kind of node; a mapping that has the first key of a section in `holding` is read as it."""

    takes: str
    value: Value | None = None
    items: Items | None = None
    mapping: "Names | Section | None" = None
    holding: tuple[Section, ...] = ()

    @property
    def shapes(self) -> "tuple[Shape, ...]":
        return (*(one for one in (self.value, self.items, self.mapping) if one is not None), *self.holding)


Shape = Union[Value, Items, Names, Section, Either]  # noqa: UP007  # quoted above, so it cannot be `|`
