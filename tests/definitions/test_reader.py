"""A project's folder becomes a project, or all of its mistakes at once."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.definitions import read
from liftledger.domain.mistake import Mistakes
from tests.definitions.project import CASE, SOUND, changed, mistakes, project, with_metric, with_study, written

ROOT = Path(__file__).resolve().parents[2]


def test_a_sound_project_is_read(tmp_path):
    found = project(tmp_path)
    assert (found.company, found.currency, found.engine, found.confidence) == ("acme", "USD", "duckdb", 0.95)
    assert [fact.name for fact in found.facts] == ["orders", "users"]
    assert found.units == ("unit",)
    assert found.as_of is None and found.convention == "liftledger"


def test_as_of_is_the_first_instant_that_does_not_count(tmp_path):
    found = project(tmp_path, changed(("company: acme", "company: acme\nas_of: 2026-04-01")))
    assert found.as_of == 1_775_001_600_000_000  # date -u -d 2026-04-01 +%s


TWELVE = """\
company: acme
currency: usd
confidence: 95%
engin: duckdb
facts:
  orders:
    files: data/orders.xls
    unit: user_id
    time: {column: at, format: "%d/%m"}
    columns:
      amount: monney
  users: {files: users.csv, unit: id}
metrics:
  buyers: {kind: conversion, fact: order}
  spend: {kind: sum, fact: orders, value: total, window: 0d}
  visits: {kind: conversion, fact: users, where: "visit like '1%'", window: 7d}
  clicks: {kind: count, fact: orders, priced: true}
studies:
  email:
    kind: experiment
    assignment: {fact: users, arm: variant}
    control: none
    arms: [a, b]
"""


def test_all_mistakes_of_a_file_are_reported_by_line(tmp_path):
    vanity = (
        "clicks are a vanity metric, which is never priced: a click says that something was noticed, not that it helped"
    )
    follows = "make it a diagnostic, and use what follows from it: conversion, revenue, retention, tickets avoided"
    assert mistakes(tmp_path, TWELVE) == [
        "liftledger.yaml:2: currency is 'usd'; did you mean 'USD'?",
        "liftledger.yaml:3: confidence is '95%'; write 0.95",
        "liftledger.yaml:4: unknown key 'engin'; did you mean 'engine'?",
        "liftledger.yaml:7: facts.orders.files is 'data/orders.xls'; its name should end in .csv, .tsv, .txt, .json, "
        ".jsonl, .ndjson, .parquet; or add `format: csv`",
        "liftledger.yaml:9: facts.orders.time.format is '%d/%m', which leaves out the year; add %Y",
        "liftledger.yaml:11: facts.orders.columns.amount is 'monney'; did you mean 'money'?",
        "liftledger.yaml:14: metrics.buyers.fact: there is no fact 'order'; did you mean 'orders'?",
        "liftledger.yaml:15: metrics.spend.window is '0d'; it must be longer than nothing; write one such as 14d",
        "liftledger.yaml:15: metrics.spend.value: column 'total' is text here; declare it under "
        "facts.orders.columns, for example `total: money`",
        "liftledger.yaml:16: metrics.visits.window: 'users' is a wide fact, whose rows have no dates; remove it, or "
        "add `time` to the fact",
        "liftledger.yaml:16: metrics.visits.where: LIKE cannot be used; list the values instead, such as status IN "
        "('paid', 'sent')",
        f"liftledger.yaml:17: metrics.clicks.priced: {vanity}; {follows}",
        "liftledger.yaml:22: studies.email.control: 'none' is none of the arms; the arms are: a and b",
    ]


def test_a_mistake_in_one_definition_brings_no_others(tmp_path):
    # revenue reads `amount`, and email assigns by `users`: neither is complained about again
    assert len(mistakes(tmp_path, changed(("amount: money", "amount: monney")))) == 1
    assert len(mistakes(tmp_path, changed(("    unit: id\n", "    unit: [id]\n")))) == 1
    assert len(mistakes(tmp_path, changed(("time: ordered_at", "time: [ordered_at]")))) == 1
    assert (
        len(mistakes(tmp_path, with_metric("aov: {kind: ratio, fact: orders, numerator: amonut, denominator: rows}")))
        == 1
    )


def test_a_study_may_have_a_file_of_its_own(tmp_path):
    base = "kind: observational\npopulation: {fact: users, time: joined}\n"
    found = project(tmp_path, SOUND, base=base)
    assert [study.name for study in found.studies] == ["email", "base"]
    assert project(tmp_path, SOUND.split("studies:")[0], base=base).studies[0].name == "base"
    (tmp_path / "studies" / "base.yaml").rename(tmp_path / "studies" / "base.yml")
    assert read(tmp_path).studies[0].name == "base"


def test_mistakes_of_a_study_name_its_file(tmp_path):
    assert mistakes(tmp_path, SOUND, base="kind: observational\n\npopulation: user\n", email="kind: holdout\n") == [
        "studies/base.yaml:3: studies.base.population.fact: there is no fact 'user'; did you mean 'users'?",
        "studies/email.yaml:1: study 'email' is also in liftledger.yaml, on line 21; keep one of them",
    ]


def test_a_missing_folder_or_file_is_said(tmp_path):
    def said(folder):
        with pytest.raises(Mistakes) as found:
            read(folder)
        return str(found.value)

    (tmp_path / "empty").mkdir()
    assert said(tmp_path / "nowhere").endswith(
        "nowhere: there is no such folder; name the folder that holds liftledger.yaml"
    )
    assert said(tmp_path / "empty").startswith("liftledger.yaml: there is no liftledger.yaml in ")
    file = written(tmp_path) / "liftledger.yaml"
    assert said(file).endswith(": it is a file; name the folder that holds liftledger.yaml")
    (tmp_path / "empty" / "liftledger.yml").touch()
    assert said(tmp_path / "empty").endswith("; rename liftledger.yml")
    (tmp_path / "empty" / "liftledger.yml").unlink()
    (tmp_path / "empty" / "liftledger.yaml").mkdir()
    assert "liftledger.yaml: the file cannot be read" in said(tmp_path / "empty")


def test_a_project_without_facts_is_refused(tmp_path):
    head = "company: acme\ncurrency: USD\n"
    assert mistakes(tmp_path, head) == ["liftledger.yaml:1: 'facts' is missing; it takes a mapping of names to facts"]
    assert mistakes(tmp_path, head + "facts: {}\n") == [
        "liftledger.yaml:3: facts: there are none; declare the tables that hold the rows"
    ]
    assert mistakes(tmp_path, head + "facts:\n") == [
        "liftledger.yaml:3: facts is empty; it takes a mapping of names to facts, or remove the line"
    ]


def test_every_kind_of_wrong_node_is_said(tmp_path):
    assert mistakes(tmp_path, with_study("kind: {a: b}\nmetrics: revenue\narms: []\nassignment: [users]")) == [
        "liftledger.yaml:22: studies.email.kind is a mapping; it takes holdout, experiment or observational",
        "liftledger.yaml:23: studies.email.metrics is a single value; it takes a list of names",
        "liftledger.yaml:24: studies.email.arms is an empty list; it takes a list of names, or remove the line",
        "liftledger.yaml:25: studies.email.assignment is a list; it takes a name, or a mapping with fact, arm, "
        "column, time, ...",
    ]


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("examples/*/liftledger.yaml")))
def test_the_examples_are_sound(name):
    assert read(ROOT / "examples" / name).studies


def test_the_path_of_the_folder_does_not_matter(tmp_path, monkeypatch):
    written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert read(Path()) == read(tmp_path) == read(Path(os.path.relpath(tmp_path)))


@pytest.mark.parametrize("scalar", list(re.finditer(r"\w+: ([^,{}\[\]\n]+)", CASE)), ids=lambda match: match.group())
def test_any_value_of_a_wrong_kind_is_one_mistake(scalar, tmp_path):
    (said,) = mistakes(tmp_path, CASE[: scalar.start(1)] + "[[x]]" + CASE[scalar.end(1) :])
    assert said.startswith(f"liftledger.yaml:{CASE.count(chr(10), 0, scalar.start(1)) + 1}: ")


places = st.sampled_from([(text, line) for text in (SOUND, CASE) for line in range(len(text.splitlines()))])
scraps = st.sampled_from(
    [
        *(
            "",
            "x",
            "[]",
            "{}",
            "null",
            "-1",
            "[a, b]",
            "{a: b}",
            "''",
            "1e308",
            "- ",
            "a: b: c",
            "&a",
            "*a",
            "!x y",
            "é",
        ),
        *("\\", "%", "{kind: sum}", "{fact: [x]}", "users", "{files: a.csv, time: t, unit: u}"),
    ]
)


@given(at=places, scrap=scraps)
def test_any_value_spoilt_gives_a_project_or_mistakes(at, scrap, tmp_path_factory):
    text, place = at[0].splitlines(), at[1]
    key, colon, _ = text[place].partition(":")
    text[place] = f"{key}{colon} {scrap}"
    for mistake in mistakes(tmp_path_factory.mktemp("spoilt"), "\n".join(text)):
        assert mistake.startswith("liftledger.yaml") and "; " in mistake


@given(at=places)
def test_any_line_left_out_gives_a_project_or_mistakes(at, tmp_path_factory):
    text, place = at[0].splitlines(), at[1]
    del text[place]
    for mistake in mistakes(tmp_path_factory.mktemp("short"), "\n".join(text)):
        assert mistake.startswith("liftledger.yaml") and "; " in mistake
