"""What a number rests on is found to its facts, and said in the dialect that is asked for."""

import msgspec
import pytest

from liftledger.domain.mistake import Mistakes
from liftledger.domain.provenance import SCHEMA, Origin, Provenance, Query, Source
from liftledger.prove.translation import script

RAN = {
    "fact_orders": "CREATE OR REPLACE TEMPORARY TABLE fact_orders AS SELECT u AS _unit, v FROM READ_CSV(['o.csv'])",
    "orders: summary": "SELECT COUNT(*) FROM fact_orders",
    "fact_seen": "CREATE OR REPLACE TEMPORARY TABLE fact_seen AS SELECT u AS _unit FROM READ_CSV(['s.csv'])",
    "fact_other": "CREATE OR REPLACE TEMPORARY TABLE fact_other AS SELECT u AS _unit FROM READ_CSV(['x.csv'])",
    "cohort_trial": "CREATE OR REPLACE TEMPORARY VIEW cohort_trial AS SELECT _unit FROM fact_seen",
    "units_orders": "CREATE OR REPLACE TEMPORARY TABLE units_orders AS SELECT SUM(v) // 2 AS spend, 1 AS visits "
    "FROM fact_orders JOIN cohort_trial USING (_unit) GROUP BY _unit",
    "units_orders: percentile 99 of spend": "SELECT MIN(spend) FROM units_orders",
    "units_orders: percentile 99 of visits": "SELECT MIN(visits) FROM units_orders",
    "orders: units": "SELECT COUNT(*) FROM cohort_trial",
    "orders: sums": "SELECT SUM(spend * spend), SUM(visits) FROM units_orders",
}
NUMBER = "trial.spend.new.welch"


def provenance(ran=None, engine: str = "duckdb", canonical=None) -> Provenance:
    ran = ran or RAN
    sources = tuple(Source(fact, f"{fact}.csv", None, None, None) for fact in ("orders", "seen", "other"))
    queries = tuple(Query(name, sql, None, None, 0.1, canonical and canonical[name]) for name, sql in ran.items())
    origins = (Origin(NUMBER, "orders: sums", "", {"control": {"spend x spend": "4"}, "treatment": {"spend": "2"}}),)
    return Provenance(SCHEMA, "0", {}, engine, "", None, "", sources, queries, (), 0, origins)


def test_it_is_every_statement_on_the_way_from_the_facts_in_the_order_in_which_they_ran():
    assert [query.name for query in script(provenance(), NUMBER).queries] == [
        "fact_orders", "fact_seen", "cohort_trial", "units_orders",
        "units_orders: percentile 99 of spend", "orders: units", "orders: sums",
    ]  # fmt: skip


def test_in_the_words_of_the_engine_that_ran_it_is_what_was_run():
    shown = script(provenance(), NUMBER, "duckdb")
    assert shown.dialect == "duckdb"
    assert all(query.sql == RAN[query.name] for query in shown.queries)


def test_elsewhere_files_are_tables_and_the_session_is_set_up():
    shown = script(provenance(), NUMBER, "clickhouse")
    sql = {query.name: query.sql for query in shown.queries}
    assert "SET join_use_nulls = 1" in shown.opening
    assert 'FROM "orders"' in sql["fact_orders"]
    assert "READ_CSV" not in "".join(sql.values())
    assert 'intDiv(SUM(CAST("v" AS Nullable(Decimal(76, 0)))), 2) AS "spend"' in sql["units_orders"]


def test_what_another_engine_ran_is_translated_from_our_own_words():
    spoken = {name: sql.replace("READ_CSV(['o.csv'])", "source_orders") for name, sql in RAN.items()}
    ran = provenance(dict.fromkeys(RAN, "CACHE LAZY TABLE"), "local[*]", spoken)
    assert script(ran, NUMBER).queries[0].sql == "CACHE LAZY TABLE"
    assert "FROM `orders`" in script(ran, NUMBER, "spark").queries[0].sql
    assert 'FROM "orders"' in script(ran, NUMBER, "trino").queries[0].sql


def test_a_number_whose_statements_are_not_kept_has_none():
    assert script(provenance(), "trial.spend.other.welch", "trino").queries == ()


def test_what_a_warehouse_cannot_say_is_refused_in_a_sentence():
    ran = RAN | {"fact_seen": "CREATE TABLE fact_seen AS SELECT TRY_CAST(u AS DOUBLE) AS _unit FROM seen"}
    with pytest.raises(Mistakes, match=r"trial\.spend\.new\.welch: clickhouse cannot run its SQL \(TRY_CAST"):
        script(provenance(ran), NUMBER, "clickhouse")


def test_what_was_read_from_kept_tables_is_not_written_out_for_a_session_that_has_none():
    refreshed = msgspec.structs.replace(provenance(), refreshed=("nothing new: no fact was read",))
    assert script(refreshed, NUMBER).queries
    with pytest.raises(Mistakes, match=r"^trial\.spend\.new\.welch: refresh made it from .* --out DIR"):
        script(refreshed, NUMBER, "duckdb")
