"""The hash of the definitions: what was agreed on, and nothing about where it is computed."""

import hashlib
from typing import Any

import msgspec

from liftledger.domain.project import Project


def digest(project: Project) -> str:
    """SHA-256, hex, of the definitions as JSON with sorted keys.

    Left out are the engine and where the rows are (files, tables, CSV dialect): the same numbers may come from
    elsewhere; when a row arrived, by which a refresh finds what is new and on which no number rests; and where a
    simulated company's truth is, which changes no estimate. The order in which things are written does not count
    either, but for arms: of two at the same instant the one named earlier is a unit's own. Where nothing is said of
    customers, nothing is hashed of them: what was agreed on before they could be named has the hash that it had.
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
        value = definitions["value"]
        definitions["value"] = value | {part: _by_name(value[part]) for part in ("lines", "costs")}
        definitions["value"]["priors"] = sorted(value["priors"], key=lambda prior: str(prior["metric"]))
    customers = [base | {"dimensions": sorted(base["dimensions"])} for base in definitions.pop("customers")]
    if customers:
        definitions["customers"] = _by_name(customers)
    definitions["units"] = sorted(definitions["units"])
    definitions["relations"] = sorted(definitions["relations"], key=lambda each: (each["child"], each["parent"]))
    return hashlib.sha256(_written(definitions)).hexdigest()


def _written(part: Any) -> bytes:
    return msgspec.json.encode(part, order="sorted")


def _by_name(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: str(part["name"]))
