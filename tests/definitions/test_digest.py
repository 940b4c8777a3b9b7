"""The hash of the definitions changes with their meaning, and with nothing else."""

import pytest

from liftledger.definitions import digest
from tests.definitions.project import SOUND, changed, project, with_metric

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
