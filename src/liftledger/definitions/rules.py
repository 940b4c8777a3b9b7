"""What a fact's rows must meet, which orders cannot be, and which rows continue an earlier one."""

from collections.abc import Mapping

from liftledger.definitions.facts import Sheet
from liftledger.definitions.record import Record
from liftledger.domain.expression import TypeName
from liftledger.domain.fact import Impossible, Merge

COMPARED: tuple[TypeName, ...] = ("text", "integer")  # equal or not without any doubt


def read_rules(facts: Record, sheets: Mapping[str, Sheet]) -> None:
    """Gives each sheet the rules of its fact."""
    for name, sheet in sheets.items():
        record: Record = facts[name]
        if sheet.whole and sheet.wide:
            _check_wide(record, sheet)
        sheet.ruled(
            must=sheet.conditions(record, "must"),
            impossible=tuple(filter(None, (_impossible(rule, sheet) for rule in record.get("impossible", ())))),
            merge=tuple(filter(None, (_merge(rule, sheet) for rule in record.get("merge", ())))),
        )


def _check_wide(record: Record, sheet: Sheet) -> None:
    for key in ("impossible", "merge"):
        if record.has(key):
            cure = "remove it, or add `time` to the fact"
            record.refuse(key, f": '{sheet.name}' is a wide fact, with one row a unit and no order", cure)


def _impossible(rule: Record, sheet: Sheet) -> Impossible | None:
    row, after = (sheet.expression(rule, key, "condition") for key in ("row", "after"))
    return None if row is None or after is None else Impossible(row, after)


def _merge(rule: Record, sheet: Sheet) -> Merge | None:
    same, differs = (sheet.columns_of(rule, key, COMPARED) for key in ("same", "differs"))
    for name in same:
        if name in differs:
            rule.refuse("differs", f": '{name}' stands under `same` too", "keep it in one of the two")
    return Merge(same, differs, rule.get("within")) if same else None
