"""The hash of the definitions: what was agreed on, and nothing about where it is computed."""

import hashlib
from decimal import Decimal
from typing import Any

import msgspec

from liftledger.domain.project import Project
from liftledger.domain.value import Cost, Line, Value

# Fields that came after the first projects, as they are where nothing is said of them.
LINE = msgspec.to_builtins(Line("", "", "", "", "campaign", Decimal(0), "saving"))
LINE = {key: LINE[key] for key in ("benefit", "holdout", "program", "under", "assumed", "worth_from", "given")}
COST = msgspec.to_builtins(Cost("", ""))
COST = {key: COST[key] for key in COST if key not in ("name", "category", "once", "monthly", "description")}
VALUE = msgspec.to_builtins(Value((), (), Decimal(0)))
VALUE = {key: VALUE[key] for key in VALUE if key not in ("lines", "costs", "discount", "months", "margin", "priors")}


def digest(project: Project) -> str:
    """SHA-256, hex, of the definitions as JSON with sorted keys.

    Left out are the engine and where the rows are (files, tables, CSV dialect): the same numbers may come from
    elsewhere; when a row arrived, by which a refresh finds what is new and on which no number rests; and where a
    simulated company's truth is, which changes no estimate. The order in which things are written does not count
    either, but for arms: of two at the same instant the one named earlier is a unit's own. Where nothing is said of
    customers, of a pilot, or of what stands around benefits and costs, nothing is hashed of it: what was agreed on
    before it could be said has the hash that it had.
    """
    definitions: dict[str, Any] = msgspec.to_builtins(project)
    del definitions["engine"], definitions["truth"]
    for fact in definitions["facts"]:
        del fact["source"], fact["arrival"]
        fact["columns"] = _by_name(fact["columns"])
        fact["merge"] = [rule | {key: sorted(rule[key]) for key in ("same", "differs")} for rule in fact["merge"]]
        for rules in ("must", "impossible", "merge"):
            fact[rules] = sorted(fact[rules], key=_written)
    for metric in definitions["metrics"]:
        metric["dimensions"] = sorted(metric["dimensions"])
    for study in definitions["studies"]:
        study["metrics"] = sorted(study["metrics"])
    for part in ("facts", "dimensions", "metrics", "studies"):
        definitions[part] = _by_name(definitions[part])
    definitions["questions"] = sorted(definitions["questions"], key=lambda question: str(question["topic"]))
    if definitions["value"] is not None:
        definitions["value"] = _of_value(definitions["value"])
    if definitions["pilot"] is None:
        del definitions["pilot"]
    else:
        definitions["pilot"] = _of_pilot(definitions["pilot"])
    customers = [base | {"dimensions": sorted(base["dimensions"])} for base in definitions.pop("customers")]
    if customers:
        definitions["customers"] = _by_name(customers)
    definitions["units"] = sorted(definitions["units"])
    definitions["relations"] = sorted(definitions["relations"], key=lambda each: (each["child"], each["parent"]))
    return hashlib.sha256(_written(definitions)).hexdigest()


def _of_value(value: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody said."""
    lines = [_said(line, LINE) for line in value["lines"]]
    costs = [_said(cost | {"covers": sorted(cost["covers"])}, COST) for cost in value["costs"]]
    named = {part: _by_name(value[part]) for part in ("scenarios", "options", "risks")}
    reviews = sorted(value["reviews"], key=_written)
    priors = sorted(value["priors"], key=lambda prior: str(prior["metric"]))
    found = value | named | {"reviews": reviews, "priors": priors, "lines": _by_name(lines), "costs": _by_name(costs)}
    return _said(found, VALUE)


def _of_pilot(pilot: dict[str, Any]) -> dict[str, Any]:
    tranches = [one | {"needs": sorted(one["needs"])} for one in pilot["tranches"]]
    criteria, leading = _by_name(pilot["criteria"]), sorted(pilot["leading"])
    return pilot | {"criteria": criteria, "leading": leading, "tranches": _by_name(tranches)}


def _said(part: dict[str, Any], unsaid: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that hold what they hold where nothing is said."""
    return {key: one for key, one in part.items() if key not in unsaid or _written(one) != _written(unsaid[key])}


def _written(part: Any) -> bytes:
    return msgspec.json.encode(part, order="sorted")


def _by_name(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: str(part["name"]))
