"""A metric's definition as the sentence that its reader gets."""

from typing import Any

import pytest

from liftledger.domain.instant import DAY
from liftledger.prove.wording import span
from tests.company import Company

SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"kind": "conversion", "where": "items > 0", "window": "14d"},
        "Share of units with at least one row of orders where items > 0, in the 14 days from start.",
        "share",
    ),
    ({"kind": "count"}, "Rows of orders per unit, from start to the report's date.", "rows"),
    (
        {"kind": "sum", "value": "amount", "window": "1d", "delay": "12h", "lookback": "7d"},
        "Sum of amount over rows of orders, per unit, in the 1 day from 12 hours after start;"
        " adjusted for the same in the 7 days before start (CUPED).",
        "EUR",
    ),
    (
        {"kind": "sum", "value": "amount", "cap": {"high": 250, "low": -20}},
        "Sum of amount over rows of orders, per unit, from start to the report's date;"
        " a unit's total is capped below at -20 and above at 250.",
        "EUR",
    ),
    (
        {"kind": "sum", "value": "items", "cap": {"high": "p99.5"}},
        "Sum of items over rows of orders, per unit, from start to the report's date;"
        " a unit's total is capped above at the 99.5 percentile of totals other than 0.",
        "items",
    ),
    (
        {"kind": "mean", "value": "amount"},
        "Average of amount over rows of orders, clustered by unit, from start to the report's date.",
        "EUR",
    ),
    (
        {"kind": "ratio", "numerator": "amount", "denominator": "rows"},
        "The total of amount over rows of orders divided by the number of rows of orders, clustered by unit,"
        " from start to the report's date.",
        "EUR",
    ),
    (
        {"kind": "ratio", "numerator": "rows", "denominator": "rows", "where": "items > 1"},
        "The number of rows of orders where items > 1 divided by the number of rows of orders where items > 1,"
        " clustered by unit, from start to the report's date.",
        "rows per row",
    ),
    (
        {"kind": "rate", "per": "30d"},
        "Rows of orders per unit and 30 days of observed time, from start to the report's date.",
        "rows per unit and 30 days",
    ),
]


@pytest.mark.parametrize(("definition", "sentence", "unit"), SENTENCES, ids=lambda part: str(part)[:40])
def test_a_definition_is_one_complete_sentence(definition: dict[str, Any], sentence: str, unit: str, company: Company):
    company.definitions["metrics"] = {"it": {"fact": "orders", **definition}}
    (summary,) = company.write().report()["definitions"]["metrics"]
    assert (summary["definition"], summary["unit"]) == (sentence, unit)


@pytest.mark.parametrize(
    ("micros", "said"),
    [(DAY, "1 day"), (14 * DAY, "14 days"), (DAY // 2, "12 hours"), (DAY // 24, "1 hour"), (DAY // 16, "90 minutes")],
)
def test_spans_are_said_in_their_largest_whole_unit(micros: int, said: str):
    assert span(micros) == said
