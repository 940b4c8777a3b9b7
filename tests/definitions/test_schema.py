"""The JSON Schema accepts what the reader accepts, key by key."""

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from liftledger.definitions import schema
from liftledger.definitions.document import load
from liftledger.definitions.keys import PROJECT
from liftledger.definitions.notes import Notes
from liftledger.definitions.record import read
from liftledger.definitions.shapes import Either, Items, Names, Section, Value
from tests.definitions.project import CASE, SOUND
from tests.definitions.test_reader import TWELVE

ROOT = Path(__file__).resolve().parents[2]


class Loader(yaml.SafeLoader):
    """YAML as editors see it: version 1.2, where dates are text and No is no boolean."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), list("tf"))


def errors(text: str) -> list[str]:
    found = yaml.load(text, Loader)
    return [error.json_path for error in Draft202012Validator(schema()).iter_errors(found)]


def test_it_is_a_schema():
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/liftledger.yaml")), ids=lambda path: path.parent.name)
def test_the_examples_fit(path):
    assert errors(path.read_text(encoding="utf-8")) == []


def test_a_sound_project_fits_and_a_wrong_one_does_not():
    assert errors(SOUND) == errors(CASE) == []
    assert len(errors(TWELVE)) >= 5  # those of form; what hangs together is beyond a schema


def test_every_key_is_described():
    bare = [key.name for section in sections(PROJECT) for key in section.keys if not key.help.endswith(".")]
    assert bare == []


def sections(shape) -> list[Section]:
    """All sections below a shape."""
    match shape:
        case Section():
            return [shape, *(inner for key in shape.keys for inner in sections(key.shape))]
        case Items(of=inner) | Names(of=inner):
            return sections(inner)
        case Either():
            return [inner for part in shape.shapes for inner in sections(part)]
    return []


def accepted(shape) -> dict:
    """A tree of the keys that the reader follows."""
    match shape:
        case Section():
            below = {key.name: accepted(key.shape) for key in shape.keys}
            return below if shape.short is None else {"|": accepted(shape.key(shape.short).shape), **below}
        case Names(of=inner):
            return {"*": accepted(inner)}
        case Items(of=inner):
            return {"[]": accepted(inner)}
        case Either():
            return {"?": [accepted(part) for part in shape.shapes]}
    return {}


def described(json: dict) -> dict:
    """The same tree, from the schema."""
    if "anyOf" in json:
        parts = [described(part) for part in json["anyOf"]]
        closed = [part for part in json["anyOf"] if "properties" in part]
        if len(json["anyOf"]) == 2 and closed and closed[0] is json["anyOf"][1] and "items" not in json["anyOf"][0]:
            return {"|": parts[0], **parts[1]}
        return {"?": parts}
    if "properties" in json:
        assert json["additionalProperties"] is False
        return {name: described(inner) for name, inner in json["properties"].items()}
    if "additionalProperties" in json:
        return {"*": described(json["additionalProperties"])}
    return {"[]": described(json["items"])} if "items" in json else {}


def test_schema_and_reader_know_the_same_keys():
    assert described(schema()) == accepted(PROJECT)


@pytest.mark.parametrize("place", range(len(sections(PROJECT))))
def test_the_reader_takes_each_key_and_no_other(place, tmp_path):
    section = sections(PROJECT)[place]
    path = tmp_path / "section.yaml"
    path.write_text("".join(f"{key.name}: x\n" for key in section.keys) + "surplus: x\n", encoding="utf-8")
    notes = Notes()
    read(section, load(path, path.name, notes), "", notes)
    unknown = [mistake for mistake in notes.mistakes if "unknown key" in mistake.found]
    assert [mistake.line for mistake in unknown] == [len(section.keys) + 1]


def test_variants_agree_with_the_reader():
    head = "company: a\ncurrency: USD\nfacts: {f: {files: a.csv}}\nmetrics:\n  m: "
    assert errors(head + "{kind: sum, fact: f, value: v, cap: p99}") == []
    assert errors(head + "{kind: sum, fact: f}") == ["$.metrics.m"]
    assert errors(head + "{kind: conversion, fact: f, cap: p99}") == ["$.metrics.m"]
    assert errors(head + "{kind: time_to, fact: f, horizon: 30d, from: {fact: g, column: c}}") == []
    assert errors(head + "{kind: time_to, fact: f}") == ["$.metrics.m"]
    assert errors(head + "{kind: time_to, fact: f, horizon: 30d, window: 30d}") == ["$.metrics.m"]


def test_variants_of_lines_agree_with_the_reader():
    assert errors(CASE.replace("per: campaign, months: [12, 1]", "per: campaign")) == ["$.value.lines.gain"]
    assert errors(CASE.replace("per: campaign, months", "per: new unit, months")) == ["$.value.lines.gain"]
    assert errors(CASE.replace("  tickets: {study", "  ticket: {study")) == ["$.questions"]


def test_variants_of_customers_agree_with_the_reader():
    head = "company: a\ncurrency: USD\nfacts: {f: {files: a.csv}}\ncustomers:\n  c: "
    assert errors(head + "{kind: purchases, fact: f, grid: 1d, margin: 40%, discount: 0.1, horizon: 365d}") == []
    assert errors(head + "{kind: subscriptions, fact: f, ends: e, amount: m, plan: p, horizon: 365d}") == []
    assert errors(head + "{kind: purchases, fact: f, plan: p, horizon: 365d}") == ["$.customers.c"]
    assert errors(head + "{kind: subscriptions, fact: f, amount: m, horizon: 365d}") == ["$.customers.c"]
    assert errors(head + "{kind: subscriptions, fact: f, ends: e, grid: 1d, horizon: 365d}") == ["$.customers.c"]


def test_scalars_that_yaml_takes_for_numbers_or_booleans_fit():
    text = SOUND.replace("arms: [off, on]", "arms: [off, 1, true]\n    shares: {off: 0.5, 1: 1/4, true: 25%}")
    assert errors(text.replace("1: 1/4", "'1': 1/4").replace("true: 25", "'true': 25")) == []


def test_every_value_of_the_registry_has_a_schema():
    values = [key.shape for section in sections(PROJECT) for key in section.keys if isinstance(key.shape, Value)]
    assert values and all("type" in value.schema or "enum" in value.schema for value in values)
