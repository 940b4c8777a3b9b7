"""The hash of the definitions changes with their meaning, and with nothing else."""

import pytest

from liftledger.definitions import digest
from tests.definitions.project import CASE, SOUND, changed, project, with_metric

WINDOW = "revenue: {kind: sum, fact: orders, value: amount, window: 30d}"


def test_it_is_sha256_in_hex(tmp_path):
    found = digest(project(tmp_path))
    assert len(found) == 64 and int(found, 16) > 0


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n" + SOUND,
        changed(("company: acme\ncurrency: USD\n", ""), ("facts:", "currency: USD\ncompany: acme\nfacts:")),
        changed((WINDOW, "revenue: {window: 30d, value: ' amount', fact: orders, kind: sum}")),
        changed(("window: 30d", "window: 720h")),
        changed(("arms: [off, on]", "arms: [on, off]\n    shares: {on: 50%, off: 1/2}")),
        changed(("company: acme", "company: acme\nengine: duckdb\nconfidence: 0.950")),
        changed(("files: data/orders-*.csv.gz", "files: elsewhere/*.csv\n    csv: {delimiter: ;}")),
        changed(("files: users.parquet", "table: users\n    database: users.duckdb")),
        changed(("time: ordered_at", "time: ordered_at\n    arrival: {column: loaded_at, format: unix_s}")),
        changed(("quantity: integer", "quantity: money")),  # no definition uses it
    ],
)
def test_what_does_not_count(tmp_path, text):
    before = digest(project(tmp_path))
    assert digest(project(tmp_path, text)) == before


@pytest.mark.parametrize(
    "text",
    [
        changed(("company: acme", "company: other")),
        changed(("currency: USD", "currency: EUR")),
        changed(("company: acme", "company: acme\nas_of: 2026-04-01")),
        changed(("company: acme", "company: acme\nconfidence: 0.9")),
        changed(("company: acme", "company: acme\nconvention: growthbook")),
        changed(("window: 30d", "window: 31d")),
        changed(("value: amount", "value: amount * 2")),
        changed(("value: amount", "value: quantity")),
        changed(("unit: user_id", "unit: account_id")),
        changed(("control: off", "control: on")),
        changed(("kind: experiment", "kind: holdout\n    shares: equal")),
        changed(("column: variant", "column: arm")),
        changed(("arms: [off, on]", "arms: [off, on]\n    share: 5%")),
        changed(("arms: [off, on]", "arms: [off, on, other]")),
        changed(("time: ordered_at", "time: ordered_at\n    through: 2026-03-31")),
        changed(("time: ordered_at", "time: ordered_at\n    on_bad_row: reject")),
        changed(("time: ordered_at", "time: ordered_at\n    id: order_id")),
        with_metric("buyers: {kind: conversion, fact: orders}"),
    ],
)
def test_what_counts(tmp_path, text):
    before = digest(project(tmp_path))
    assert digest(project(tmp_path, text)) != before


RULES = "      - {same: [ticket_id]}\n      - {same: [category], differs: [channel], within: 7d}\n"
BUILD, SERVING = (
    f"    {line}\n"
    for line in (
        "build: {category: engineering, once: 120000}",
        "serving: {category: infrastructure, monthly: 4000.50}",
    )
)
EXPANSION = "  expansion: {study: guide, metric: revenue, funnel: [offered]}\n"


@pytest.mark.parametrize(
    "change",
    [
        ("truth: truth.json\n", ""),
        ("truth: truth.json", "truth: elsewhere/truth.json"),
        ("{mature: 0.7, new: 0, growing: 0.40}", "{new: 0.0, growing: 0.4, mature: 0.7}"),
        (RULES, "".join(reversed(RULES.splitlines(keepends=True)))),
        (EXPANSION, ""),  # and again below
        (BUILD + SERVING, SERVING + BUILD),
        ("{billing: 12.50, Bug: 30}", "{Bug: 30.0, billing: 12.5}"),
        ("months: [12, 1]", "months: [1, 12]"),
        ("discount: 10%", "discount: 0.10"),
        ("marks: [7d]", "marks: [30d, 1w]"),
    ],
)
def test_what_does_not_count_in_a_case(tmp_path, change):
    text = changed(change, text=CASE)
    if change[0] == EXPANSION:
        text = changed(("value:\n", f"{EXPANSION}value:\n"), text=text)
    before = digest(project(tmp_path, CASE))
    assert digest(project(tmp_path, text)) == before


@pytest.mark.parametrize(
    "change",
    [
        ("amount >= 0", "amount > 0"),
        ("{row: \"name = 'upgraded'\"", "{row: \"name = 'renewed'\""),
        ("within: 7d", "within: 8d"),
        ("growing: 0.40", "growing: 0.5"),
        ("{mature: 0.7", "{ripe: 0.7"),
        ("from: {fact: users, column: signed_up}, ", ""),
        ("marks: [7d]", "marks: [7d, 14d]"),
        ("better: lower}\n  tickets_a_month", "better: lower, grid: 1d}\n  tickets_a_month"),
        ("by: category, ", "by: channel, "),
        ("funnel: [offered]", "arm: on"),
        (", maturity: maturity}", "}"),
        ("margin: 80%", "margin: 81%"),
        ("units: 1200", "units: 1201"),
        ("billing: 12.50", "billing: 12.51"),
        ("ramp: 3", "ramp: 4"),
        ("monthly: 4000.50", "monthly: 4000"),
        ("sd: 0.02", "sd: 0.03"),
    ],
)
def test_what_counts_in_a_case(tmp_path, change):
    before = digest(project(tmp_path, CASE))
    assert digest(project(tmp_path, changed(change, text=CASE))) != before


def test_what_was_agreed_on_before_pilots_and_whole_cases_keeps_its_hash(tmp_path):
    # CASE, hashed by the definitions as they were before amounts had sources, and costs a start.
    assert digest(project(tmp_path, CASE)) == "43cf3dd1a0cd0aa23e6da9b6ee6b9b981044eac76f42255ca0e5e2035d427e13"
