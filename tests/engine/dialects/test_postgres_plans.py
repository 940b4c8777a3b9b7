"""What is said to PostgreSQL so that it does no work twice, and none in NUMERIC that BIGINT can do."""

import pytest
from sqlglot import parse_one

from liftledger.engine.dialect import rendered


def said(sql: str) -> str:
    return rendered(parse_one(sql, read="duckdb"), "postgres")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT SUM(x) FROM t", 'SELECT SUM("x") FROM "t"'),
        ("SELECT SUM(x * y) FROM t", 'SELECT SUM(CAST("x" * "y" AS DECIMAL(38, 0))) FROM "t"'),
    ],
)
def test_a_sum_of_integers_is_exact_by_itself_and_a_product_is_made_so(ours, theirs):
    assert said(ours) == theirs


def test_what_a_subquery_computes_for_sums_is_computed_once_a_row():
    assert said("SELECT SUM(z), MAX(z) FROM (SELECT x + y AS z FROM t) AS s").endswith('FROM "t" OFFSET 0) AS "s"')


@pytest.mark.parametrize(
    "ours",
    [
        "SELECT SUM(x), MAX(x) FROM (SELECT x FROM t) AS s",  # nothing is computed
        "SELECT z FROM (SELECT x + y AS z FROM t) AS s",  # nothing is added up
        "SELECT SUM(z) FROM (SELECT SUM(x) AS z FROM t GROUP BY y) AS s",  # PostgreSQL keeps it apart anyway
    ],
)
def test_other_subqueries_are_left_to_the_planner(ours):
    assert "OFFSET" not in said(ours)


def test_microseconds_are_counted_in_whole_days_and_the_rest():
    assert said("SELECT EPOCH_US(x)") == (
        "SELECT (CAST(CAST(\"x\" AS TIMESTAMP) AS DATE) - CAST('1970-01-01' AS DATE)) * CAST(86400000000 AS BIGINT) + "
        "CAST(DATE_PART('epoch', CAST(CAST(\"x\" AS TIMESTAMP) AS TIME)) * 1000000 AS BIGINT)"
    )
