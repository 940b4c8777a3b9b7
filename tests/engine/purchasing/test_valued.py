"""The file of customers: one row each, with what was expected of its history, and of its spending."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow.parquet as pq
import pytest

from liftledger.domain.customers import EVERYBODY
from liftledger.domain.instant import DAY, micros
from liftledger.engine.engine import Refusal
from liftledger.engine.purchasing.histories import histories
from liftledger.engine.purchasing.valued import Spend, write
from tests.engine.direct import AS_OF
from tests.engine.purchasing.shop import customers_of, order, shop, shoppers

pytestmark = pytest.mark.usefixtures("engine")

FIRST = micros("2026-01-05")
SEEN = (AS_OF - FIRST) // DAY - 1
SPEND = Spend(p=6.25, q=3.75, gamma=15.5, margin=0.4)
ODD = 'O\'Brien, "ü🙂"\n2'
ORDERS = [
    *(order("u", FIRST, "5.00"), order("u", FIRST + 10 * DAY, "20.00"), order("u", FIRST + 20 * DAY, "40.01")),
    *(order(ODD, FIRST + DAY, "1.50"), order("v", FIRST, "-1.00")),
]


def expected(one, found):
    """As a model would say it: a number for each history, which tells it."""
    columns = {name: np.asarray(values) for name, values in histories(one.engine, found)[EVERYBODY].items()}
    repeats, last, observed = (columns[name] for name in ("repeats", "last", "observed"))
    told = {"alive": repeats / 4, "purchases": last / 8, "discounted": observed / 16}
    return {"repeats": repeats, "last": last, "observed": observed, **told}


def written(one, base, spend, path, **more):
    found = customers_of(one, base)
    assert write(one.engine, found, expected(one, found) | more, spend, path) == found.customers
    return {row["unit"]: row for row in pq.read_table(path).to_pylist()}


def test_every_customer_has_a_row(tmp_path):
    with shop(tmp_path, ORDERS) as one:
        rows = written(one, shoppers(), SPEND, tmp_path / "out.parquet")
        assert "shoppers: value of each customer" in [query.name for query in one.engine.queries]
    of_u, of_odd = 6.25 * (15.5 + 60.01) / (6.25 * 2 + 2.75), 6.25 * 15.5 / 2.75
    assert rows == {
        "u": {
            "unit": "u", "first_purchase": date(2026, 1, 5), "last_purchase": date(2026, 1, 25), "purchases": 3,
            "revenue": Decimal("65.01"), "alive": 2 / 4, "expected_purchases": 20 / 8,
            "expected_spend": pytest.approx(of_u, rel=1e-15),
            "value": pytest.approx(0.4 * of_u * SEEN / 16, rel=1e-15),
        },
        ODD: {
            "unit": ODD, "first_purchase": date(2026, 1, 6), "last_purchase": date(2026, 1, 6), "purchases": 1,
            "revenue": Decimal("1.50"), "alive": 0.0, "expected_purchases": 0.0,
            "expected_spend": pytest.approx(of_odd, rel=1e-15),
            "value": pytest.approx(0.4 * of_odd * (SEEN - 1) / 16, rel=1e-15),
        },
    }  # fmt: skip


@pytest.mark.engines("duckdb")
def test_without_a_margin_the_value_is_revenue(tmp_path):
    with shop(tmp_path, ORDERS) as one:
        own = Spend(SPEND.p, SPEND.q, SPEND.gamma, None)
        revenue = written(one, shoppers(), own, tmp_path / "revenue.parquet")
        margin = written(one, shoppers(), SPEND, tmp_path / "margin.parquet")
    assert {u: row["value"] for u, row in margin.items()} == {
        u: pytest.approx(0.4 * row["value"], rel=1e-15) for u, row in revenue.items()
    }


@pytest.mark.engines("duckdb")
def test_what_no_model_said_is_blank(tmp_path):
    with shop(tmp_path, ORDERS) as one:
        valued = written(one, shoppers(), None, tmp_path / "valued.parquet")
        counted = written(one, shoppers(amount=None), SPEND, tmp_path / "counted.parquet")
        unknown = written(one, shoppers(), SPEND, tmp_path / "unknown.parquet", repeats=np.array([7, 8]))
    assert {(row["expected_spend"], row["value"]) for row in valued.values()} == {(None, None)}
    assert valued["u"]["revenue"] == Decimal("65.01")
    assert {(row["revenue"], row["expected_spend"], row["value"]) for row in counted.values()} == {(None, None, None)}
    assert counted["u"]["alive"] == 2 / 4
    assert {(row["alive"], row["expected_purchases"], row["value"]) for row in unknown.values()} == {(None, None, None)}


@pytest.mark.engines("duckdb")
def test_a_folder_that_is_not_there_is_said(tmp_path):
    with shop(tmp_path, ORDERS) as one:
        found = customers_of(one)
        with pytest.raises(Refusal):
            write(one.engine, found, expected(one, found), SPEND, tmp_path / "nowhere/out.parquet")
