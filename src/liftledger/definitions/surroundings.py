"""What stands around benefits and costs: scenarios, decision, acquisition, options, risks, reviews, timeline."""

from collections.abc import Sequence
from typing import Any

from liftledger.definitions.given import read_given
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.definitions.scenarios import read_scenarios
from liftledger.domain.value import Acquisition, Cost, Line, Option, Review, Risk, Thresholds, Timeline

SPENT = ("spend", "customers", "revenue")
SPENT_ON = ("once", "monthly", "staff", "staff_cost", "exit", "delay")


def read_surroundings(record: Record, lines: Sequence[Line], costs: Sequence[Cost], bases: list[str]) -> dict[str, Any]:
    """Fields of a Value besides lines, costs, priors and rates; `bases` are names of customer bases."""
    return {
        "scenarios": read_scenarios(record, lines, costs),
        "decision": _decision(record.get("decision")),
        "acquisition": _acquisition(record.get("acquisition"), bases),
        "options": _options(record),
        "risks": _risks(record.get("risks")),
        "reviews": tuple(_review(each) for each in record.get("reviews", ())),
        "timeline": _timeline(record.get("timeline")),
    }


def _decision(record: Record | None) -> Thresholds:
    if record is None:
        return Thresholds()
    usual = Thresholds()
    scale, stop = record.get("scale", usual.scale), record.get("stop", usual.stop)
    if stop >= scale:
        key = "stop" if record.has("stop") else "scale"
        cure = "the probability to stop at lies below that to scale at"
        record.refuse(key, f": stop at {stop} is not below scale at {scale}", cure)
    return Thresholds(
        scale, stop, record.get("test_monthly", usual.test_monthly), record.get("test_months", usual.test_months_max)
    )


def _acquisition(record: Record | None, bases: list[str]) -> Acquisition | None:
    if record is None:
        return None
    base = record.get("base", "")
    if base and base not in bases:
        cure = instead(base, bases, "the bases are") or "declare it under customers, or remove it"
        record.refuse("base", f": there is no customer base '{base}'", cure)
    given = read_given(record, SPENT)
    if not all(key in record for key in SPENT):
        return None
    return Acquisition(record["spend"], record["customers"], record["revenue"], base, given)


def _options(value: Record) -> tuple[Option, ...]:
    record: Record | None = value.get("options")
    if record is None:
        return ()
    if len(record.written) == 1:
        value.refuse(
            "options", f": '{record.written[0]}' is the only one", "add what it is compared with, or remove it"
        )
    return tuple(_option(name, record[name]) for name in record)


def _option(name: str, record: Record) -> Option:
    if not any(record.has(key) for key in ("once", "monthly", "staff", "exit")):
        record.refuse(None, ": nothing says what it costs", "add such as `once: 120000` or `monthly: 4000`")
    for one, other, why in (
        ("staff", "staff_cost", "people cost something"),
        ("staff_cost", "staff", "it is the cost of one of them"),
        ("delay", "delay_months", "a delay takes its time"),
        ("delay_months", "delay", "a delay has its probability"),
    ):
        if record.has(one) and not record.has(other):
            record.refuse(one, f": '{other}' is missing, and {why}", f"add `{other}`, or remove `{one}`")
    said = {key: record[key] for key in (*SPENT_ON, "description", "ramp", "delay_months") if key in record}
    return Option(name, **said, given=read_given(record, SPENT_ON))


def _risks(record: Record | None) -> tuple[Risk, ...]:
    return tuple(Risk(name, **{key: record[name][key] for key in record[name]}) for name in record or () if record)


def _review(record: Record) -> Review:
    if record.has("date") and not record.has("name"):
        record.refuse("date", ": nobody's name is there", "add `name`, or leave the date out while it is to be done")
    return Review(record.get("role", ""), record.get("name", ""), record.get("date", ""))


def _timeline(record: Record | None) -> Timeline | None:
    if record is None or "start" not in record:
        return None
    said = {"year_end_month": "year_end", "contract_months": "contract_months", "sales_months": "sales_months"}
    return Timeline(record["start"], **{field: record[key] for field, key in said.items() if key in record})
