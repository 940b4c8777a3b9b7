"""A plan file -> `domain.plan.Plan`, or all of its mistakes."""

from pathlib import Path
from typing import Any

from liftledger.definitions.benefits import Priced, check_apart
from liftledger.definitions.case_keys import MONTHS
from liftledger.definitions.costs import read_costs
from liftledger.definitions.document import load
from liftledger.definitions.given import read_given
from liftledger.definitions.lines import AMOUNTS, check_months, stated
from liftledger.definitions.notes import Notes, Spot
from liftledger.definitions.plan_keys import PLAN
from liftledger.definitions.record import Record
from liftledger.definitions.record import read as read_shape
from liftledger.definitions.surroundings import read_surroundings
from liftledger.definitions.value import RATES, check_terms
from liftledger.domain.mistake import Mistakes
from liftledger.domain.plan import Plan
from liftledger.domain.value import Assumed, Line, Value

SHARE = "share"  # unit of an effect on a share of units


def read_plan(path: Path) -> Plan:
    """The plan that a file holds; raises Mistakes."""
    notes = Notes()
    plan = _plan(path, notes)
    if notes.mistakes or plan is None:
        raise Mistakes(notes.mistakes)
    return plan


def _plan(path: Path, notes: Notes) -> Plan | None:
    if not path.is_file():
        found = "it is a folder" if path.is_dir() else "there is no such file"
        notes.add(Spot(str(path)), found, "name the YAML file that holds the plan")
        return None
    root = load(path, path.name, notes)
    if root is None:
        return None
    record = read_shape(PLAN, root, "", notes)
    assert isinstance(record, Record)
    currency: str = record.get("currency", "")
    value = _value(record.get("value"), currency)
    if value is None:
        return None
    said = {key: record[key] for key in ("confidence", "description") if key in record}
    return Plan(record.get("company", ""), currency, value, record.get("as_of", 0), **said)


def _value(record: Record | None, currency: str) -> Value | None:
    if record is None:
        return None
    months: int = record.get("months", MONTHS)
    lines = _lines(record.get("lines"), currency, months)
    costs = read_costs(record.get("costs"), months)
    check_terms(record)
    around = read_surroundings(record, lines, costs, [])
    if "discount" not in record:
        return None
    return Value(
        lines, costs, record["discount"], months, record.get("margin"), given=read_given(record, RATES), **around
    )


def _lines(record: Record | None, currency: str, months: int) -> tuple[Line, ...]:
    found = [_priced(name, record[name], currency, months) for name in record or () if record is not None]
    priced = [one for one in found if one is not None]
    check_apart(priced)
    return tuple(one.line for one in priced)


def _priced(name: str, record: Record, currency: str, months: int) -> Priced | None:
    check_months(record, months)
    _check_effect(record)
    _check_worth(record, currency)
    given = read_given(record, (*AMOUNTS, "effect"))
    beside = record.beside.get("effect")
    if beside is None or not all(key in record for key in ("effect", "unit", "per", "units", "basis")):
        return None
    if "low" not in beside or "high" not in beside:
        return None
    assumed = Assumed(record["effect"], beside["low"], beside["high"], record["unit"], record.get("better", "higher"))
    said: dict[str, Any] = stated(record)
    return Priced(Line(name=name, study="", metric="", arm="", assumed=assumed, given=given, **said), record)


def _check_effect(record: Record) -> None:
    """A range, because nothing was measured; a share lies between -1 and 1."""
    beside = record.beside.get("effect")
    if beside is None:
        if "effect" in record:
            cure = f"write such as {{value: {record['effect']}, low: ..., high: ...}}: what is assumed may well be off"
            record.refuse("effect", f" is {record['effect']}, without a range", cure)
        return
    for key in ("value", "low", "high"):
        if record.get("unit") == SHARE and abs(beside.get(key, 0)) > 1:
            found = f" is {beside[key]}, and the effect on a share lies between -1 and 1"
            beside.refuse(key, found, "write a difference of shares, such as 0.02 or 2%")


def _check_worth(record: Record, currency: str) -> None:
    if "unit" not in record:
        return
    unit = record["unit"]
    if unit == currency and record.has("worth"):
        record.refuse("worth", f": the effect is in {currency}, which is worth itself", "remove it")
    elif unit != currency and not record.has("worth"):
        better = "more" if record.get("better", "higher") == "higher" else "fewer"
        found = f": 'worth' is missing, and the effect is in '{unit}', not in {currency}"
        record.refuse(None, found, f"say what one {better} is worth, such as `worth: 12.50`")
