"""What the engine is at is said in words that a user knows: reading, gathering, adding up."""

import re
from pathlib import Path

import pytest

from liftledger.definitions.reader import read
from liftledger.engine.connect import connect
from liftledger.prove.measurement import measure
from liftledger.prove.records import Records
from liftledger.prove.refresh import refresh
from liftledger.prove.resources import Resources
from liftledger.prove.stage import OTHER, said
from liftledger.prove.verbs import Made
from tests.company import ASSIGNMENTS, Company, table


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("engine", "starting the engine"),
        ("orders: source", "opening orders"),
        ("fact_orders", "reading orders"),
        ("read_orders", "reading orders"),
        ("firsts_subscriptions_1", "reading subscriptions"),
        ("orders: rows that fit", "checking orders"),
        ("orders: text of unit", "checking orders"),
        ("assignments: units that users does not know", "checking assignments"),
        ("fact_tickets: values of category", "checking tickets"),
        ("marked_tickets", "merging rows of tickets"),
        ("seen_program", "gathering the units of program"),
        ("program: assigned units", "gathering the units of program"),
        ("program: arms that it does not name", "gathering the units of program"),
        ("program: accounts with units in several arms", "gathering the units of program"),
        ("cohort_program", "gathering the units of program"),
        ("cohort_program_by_20500", "gathering the units of program"),
        ("cohort_program: first and last start", "gathering the units of program"),
        ("events: time_to_value: durations", "measuring time_to_value"),
        ("clocks_subscriptions: kept_after_upgrade", "measuring kept_after_upgrade"),
        ("units_invoices", "adding up invoices"),
        ("units_invoices: percentile 99.5 of m1", "adding up invoices"),
        ("invoices: units", "adding up invoices"),
        ("invoices: sums", "adding up invoices"),
        ("invoices: sums by day", "adding up invoices"),
        ("bills: spent by day", "adding up bills"),
        ("keep unit_day_orders_1", "keeping what the next refresh needs"),
        ("keep days_0123456789abcdef_7", "keeping what the next refresh needs"),
        ("days_0123456789abcdef_0: rows", "adding up each day"),
        ("touched_0123456789abcdef_7", "adding up what changed"),
        ("touched_0123456789abcdef_7: units", "adding up what changed"),
        ("restarted_0123456789abcdef_7_0", "adding up what changed"),
        ("before_cohort_program", "gathering the units of program"),
        ("invoices_again: sums", "adding up invoices"),
        ("invoices: moved units", "adding up invoices"),
        ("fresh_orders", "reading orders"),
        ("changed_orders", "reading orders"),
        ("orders: days", "checking orders"),
        ("orders: ids of changed days", "checking orders"),
        ("units that are known no longer", "checking units"),
        ("program: last assignment", "gathering the units of program"),
        ("estimates", "estimating"),
        ("something new", OTHER),
    ],
)
def test_a_query_is_said_in_words(name: str, words: str):
    assert said(name) == words


def test_every_query_of_a_report_has_words(company: Company):
    stages: list[str] = []
    with connect("duckdb", watch=stages.append) as engine:
        measure(Records(engine, company.write().folder), read(company.folder))
    assert [name for name in stages if said(name) == OTHER] == []
    assert list(dict.fromkeys(map(said, stages))) == [
        "opening assignments",
        "opening orders",
        "reading assignments",
        "checking assignments",
        "reading orders",
        "checking orders",
        "gathering the units of trial",
        "adding up orders",
        "estimating",
    ]


def test_every_query_of_a_refresh_has_words_that_name_no_table_of_ours(company: Company, tmp_path: Path):
    words: list[str] = []

    def publish(made: Made) -> dict[str, bytes]:
        return {"report.json": made.encoded}

    for orders, units in ((300, 70), (350, 70), (400, 80)):
        table(
            company.folder / f"data/{orders}.csv", ("order", "user", "at", "amount", "items"), company.orders[:orders]
        )
        company.assignments = list(ASSIGNMENTS[:units])
        company.definitions["facts"]["orders"]["files"] = "data/[0-9]*.csv"
        refresh(company.write().folder, tmp_path, publish, resources=Resources(), watch=words.append)
    assert "keeping what the next refresh needs" in words and "adding up what changed" in words
    assert [one for one in words if one == OTHER or re.search("[0-9a-f]{16}", one)] == []
