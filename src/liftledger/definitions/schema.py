"""The JSON Schema of liftledger.yaml for editors, made from the same table that the reader follows."""

from typing import Any

from liftledger.definitions.keys import PROJECT, STUDY
from liftledger.definitions.plan_keys import PLAN
from liftledger.definitions.shapes import Either, Items, Key, Names, Section, Shape, Value

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]


def schema() -> Json:
    """Of liftledger.yaml; `#/$defs/study` is that of a file in studies/, `#/$defs/plan` that of a plan."""
    return {
        "$schema": DRAFT,
        "title": "liftledger.yaml",
        "description": "Definitions of a Liftledger project.",
        **_of(PROJECT),
        "$defs": {"study": _of(STUDY), "plan": _of(PLAN)},
    }


def _of(shape: Shape) -> Json:
    match shape:
        case Value():
            return dict(shape.schema)
        case Items():
            return {"type": "array", "items": _of(shape.of), "minItems": 1}
        case Names():
            return {"type": "object", "propertyNames": _names(shape.name), "additionalProperties": _of(shape.of)}
        case Either():
            return {"anyOf": [_of(inner) for inner in shape.shapes]}
        case Section():
            section = _section(shape)
            return {"anyOf": [_of(shape.key(shape.short).shape), section]} if shape.short else section


def _names(name: Value) -> Json:
    return {key: value for key, value in name.schema.items() if key != "type"}


def _section(shape: Section) -> Json:
    found: Json = {
        "type": "object",
        "properties": {key.name: {"description": key.help, **_of(key.shape)} for key in shape.keys},
        "additionalProperties": False,
        "required": [key.name for key in shape.keys if key.required and not key.only],
    }
    rules = [_variant(shape.tag, variant, shape.keys) for variant in _variants(shape) if shape.tag]
    return {**found, "allOf": rules} if rules else found


def _variants(shape: Section) -> list[str]:
    return [] if shape.tag is None else list(_of(shape.key(shape.tag).shape)["enum"])


def _variant(tag: str, variant: str, keys: tuple[Key, ...]) -> Json:
    """What one variant needs, and what it must not have."""
    needed = [key.name for key in keys if key.required and variant in key.only]
    foreign = [key.name for key in keys if key.only and variant not in key.only]
    return {
        "if": {"properties": {tag: {"const": variant}}, "required": [tag]},
        "then": {"required": needed, "properties": dict.fromkeys(foreign, False)},
    }
