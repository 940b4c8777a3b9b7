"""Nodes read by their shapes: values with their places, and every mistake of form."""

from collections.abc import Iterator
from typing import Any

from liftledger.definitions.document import Mapping, Node, Scalar, Sequence
from liftledger.definitions.notes import Notes, Spot, Unfit, instead, listed
from liftledger.definitions.shapes import Either, Items, Key, Names, Section, Shape, Value

SPLIT = "a comma ends a value in { }; write numbers with a point, such as 1234.50"


class Record:
    """A mapping that was read: values by key, each with its spot.

    `bad` holds the keys whose value was refused; they have no value, and no further complaint is due. `beside` holds
    what else was said of a value, where it was written as a mapping.
    """

    def __init__(self, path: str, spot: Spot, notes: Notes) -> None:
        self.path, self.spot, self.notes = path, spot, notes
        self.values: dict[str, Any] = {}
        self.spots: dict[str, Spot] = {}
        self.bad: set[str] = set()
        self.beside: dict[str, Record] = {}
        self._refused = False

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def has(self, key: str) -> bool:
        """Whether it was written, rightly or not."""
        return key in self.values or key in self.bad

    @property
    def written(self) -> list[str]:
        """All keys in the order of the file, refused ones too."""
        return list(self.spots)

    @property
    def sound(self) -> bool:
        """Whether nothing in it, or below it, was refused so far."""
        held = [*self.values.values(), *self.beside.values()]
        below = [part for value in held for part in (value if isinstance(value, tuple) else (value,))]
        nested = all(part.sound for part in below if isinstance(part, Record))
        return not self._refused and not self.bad and nested

    def at(self, key: str | None) -> Spot:
        return self.spot if key is None else self.spots.get(key, self.spot)

    def refuse(self, key: str | None, found: str, cure: str = "") -> None:
        """A mistake at a key's value, or at the record itself; `found` continues the path: ' is ...', ': ...'."""
        place = self.path if key is None or key not in self.spots else _path(self.path, key)
        self.notes.add(self.at(key), f"{place}{found}", cure)
        self._refused = True


_BAD = object()


def read(shape: Shape, node: Node, path: str, notes: Notes) -> Any | None:
    """What the node holds; None where it does not fit, with the reason in `notes`."""
    found = _read(shape, node, path, notes)
    return None if found is _BAD else found


def _read(shape: Shape, node: Node, path: str, notes: Notes) -> Any:
    match shape, node:
        case _, Scalar(blank=True) if not isinstance(shape, Either):
            notes.add(node.spot, f"{path} is empty", f"it takes {shape.takes}, or remove the line")
        case Either(value=Value() as inner), Scalar():
            return _read(inner, node, path, notes)
        case Either(holding=sections), Mapping() if (held := _held(sections, node)) is not None:
            return _read(held, node, path, notes)
        case (Either(items=Items() as inner), Sequence()) | (Either(mapping=(Names() | Section()) as inner), Mapping()):
            return _read(inner, node, path, notes)
        case Value(), Scalar():
            return _value(shape, node, path, notes)
        case Items(), Sequence():
            return _items(shape, node, path, notes)
        case Names(), Mapping():
            return _names(shape, node, path, notes)
        case Section(), Mapping():
            return _section(shape, node, path, notes)
        case Section(short=str() as short, beside=True), Scalar():
            return _read(shape.key(short).shape, node, path, notes)
        case Section(short=str() as short), Scalar():
            record = Record(path, node.spot, notes)
            _fill(record, shape.key(short), node.spot, node, path)
            _variants(shape, record)
            return record
        case _:
            kind = {Scalar: "a single value", Sequence: "a list", Mapping: "a mapping"}[type(node)]
            notes.add(node.spot, f"{path} is {kind}", f"it takes {shape.takes}")
    return _BAD


def _held(sections: tuple[Section, ...], node: Mapping) -> Section | None:
    """The section whose first key the mapping has."""
    written = {entry.key.text for entry in node.entries}
    return next((section for section in sections if section.keys[0].name in written), None)


class _Stated(Record):
    """A value, under `short`, with what else is said of it."""

    def __init__(self, path: str, spot: Spot, notes: Notes, short: str) -> None:
        super().__init__(path, spot, notes)
        self.short = short


def _value(shape: Value, node: Scalar, path: str, notes: Notes) -> Any:
    try:
        return shape.parse(node.text)
    except Unfit as unfit:
        found = unfit.found or f"is '{_short(node.text)}'"
        notes.add(node.spot, f"{path} {found}", unfit.cure or f"it takes {shape.takes}")
        return _BAD


def _items(shape: Items, node: Sequence, path: str, notes: Notes) -> Any:
    if not node.items:
        notes.add(node.spot, f"{path} is an empty list", f"it takes {shape.takes}, or remove the line")
        return _BAD
    read_items = [_read(shape.of, item, f"{path}[{place}]", notes) for place, item in enumerate(node.items, 1)]
    return _BAD if any(item is _BAD for item in read_items) else tuple(read_items)


def _names(shape: Names, node: Mapping, path: str, notes: Notes) -> Record:
    record = Record(path, node.spot, notes)
    for entry in node.entries:
        name = entry.key.text
        try:
            shape.name.parse(name)
        except Unfit as unfit:
            found = f"{path}: '{_short(name)}' cannot name {shape.noun}"
            notes.add(entry.key.spot, found, unfit.cure or f"it takes {shape.name.takes}")
        _fill(record, Key(name, shape.of, ""), entry.key.spot, entry.value, _path(path, name))
    return record


def _section(shape: Section, node: Mapping, path: str, notes: Notes) -> Record:
    stated = shape.short if shape.beside else None
    record = Record(path, node.spot, notes) if stated is None else _Stated(path, node.spot, notes, stated)
    keys = {key.name: key for key in shape.keys}
    for entry in node.entries:
        name = entry.key.text
        if name in keys:
            _fill(record, keys[name], entry.key.spot, entry.value, _path(path, name))
        else:
            found = f"unknown key '{_short(name)}'"
            cure = SPLIT if name.isdecimal() else instead(name, keys, f"{shape.noun} takes")
            notes.add(entry.key.spot, f"{path}: {found}" if path else found, cure)
    _variants(shape, record)
    return record


def _fill(record: Record, key: Key, spot: Spot, node: Node, path: str) -> None:
    found = _read(key.shape, node, path, record.notes)
    record.spots[key.name] = spot
    if isinstance(found, _Stated):
        found.spot = spot
        record.beside[key.name] = found
        found = found.get(found.short, _BAD)
    if found is _BAD:
        record.bad.add(key.name)
    else:
        record.values[key.name] = found
        if isinstance(found, Record):
            found.spot = spot


def _variants(shape: Section, record: Record) -> None:
    """Keys that are missing, and keys that another variant has."""
    variant = None if shape.tag is None else record.get(shape.tag)
    for key in shape.keys:
        fits = not key.only or variant is None or variant in key.only
        if fits and key.required and not record.has(key.name) and (variant is not None or not key.only):
            name = f"'{key.name}' is missing"
            record.refuse(None, f": {name}" if record.path else name, f"it takes {key.shape.takes}")
        if not fits and record.has(key.name):
            record.values.pop(key.name, None)
            record.bad.add(key.name)
            belongs = listed([f"'{only}'" for only in key.only])
            found = f": '{key.name}' does not belong to {shape.tag} '{variant}'"
            cure = f"it belongs to {belongs}" + (f": {shape.apart}" if shape.apart else "")
            record.notes.add(record.at(key.name), f"{record.path}{found}", cure)


def _path(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
