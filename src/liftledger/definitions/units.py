"""Kinds of unit, and how they belong to each other."""

from collections.abc import Mapping

from liftledger.definitions.facts import Sheet, sheet_of
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.domain.study import Relation

ONLY_KIND = "unit"  # its name where nobody gives it one


def read_kinds(project: Record) -> tuple[str, ...]:
    """Those under `units`; where that is left out, those that facts and studies name; else the only kind there is."""
    units: Record | None = project.get("units")
    if units is not None:
        nested = (name for kind in units for name in (kind, *units[kind]))
        return tuple(dict.fromkeys(nested)) or (ONLY_KIND,)
    named = [
        project[section][name] for section in ("facts", "studies") if section in project for name in project[section]
    ]
    kinds = (
        record.get(key) for record in named for key in ("keyed_by", "unit") if key == "keyed_by" or "kind" in record
    )
    return tuple(dict.fromkeys(kind for kind in kinds if kind is not None)) or (ONLY_KIND,)


def read_relations(units: Record | None, sheets: Mapping[str, Sheet], facts: list[str]) -> tuple[Relation, ...]:
    """Which kind belongs to which, and where that is written."""
    relations: list[Relation] = []
    for child in units or ():
        assert units is not None
        for parent in units[child]:
            record: Record = units[child][parent]
            if child == parent:
                units[child].refuse(parent, f": '{child}' belongs to itself", "name the kind that it belongs to")
            elif any((other.child, other.parent) == (parent, child) for other in relations):
                units[child].refuse(parent, f": '{parent}' belongs to '{child}' above", "keep one of the two")
            sheet = _wide(record, sheets, facts, child)
            column = sheet.column(record, "column", ("text",)) if sheet else None
            if sheet and column:
                relations.append(Relation(child, parent, sheet.name, column))
    return tuple(relations)


def _wide(record: Record, sheets: Mapping[str, Sheet], facts: list[str], kind: str) -> Sheet | None:
    """A wide fact of a kind of unit: one row a unit, so that the unit has one value."""
    sheet = sheet_of(record, "fact", sheets, facts)
    if sheet is None or not sheet.whole:
        return sheet
    if not sheet.wide:
        cure = "name a fact without `time`, with one row a unit"
        record.refuse("fact", f": '{sheet.name}' has many rows a unit, and a relation needs one", cure)
        return None
    if sheet.keyed_by != kind:
        record.refuse("fact", f": '{sheet.name}' is keyed by '{sheet.keyed_by}'", f"name a wide fact keyed by '{kind}'")
        return None
    if sheet.unit is None:
        record.refuse("fact", f": '{sheet.name}' does not name its units", f"add `unit` to facts.{sheet.name}")
        return None
    return sheet


def known_kind(record: Record, key: str, kinds: tuple[str, ...]) -> str | None:
    """The kind of unit named under a key."""
    kind: str | None = record.get(key)
    if kind is not None and kind not in kinds:
        record.refuse(key, f": there is no kind of unit '{kind}'", instead(kind, kinds, "the kinds are"))
        return None
    return kind
