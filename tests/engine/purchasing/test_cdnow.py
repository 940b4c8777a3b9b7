"""CDNOW's raw transactions become the published customers and their histories (Fader, Hardie & Lee 2005)."""

import csv
from collections import Counter

import pytest
from sqlglot import exp

from liftledger.domain.customers import EVERYBODY
from liftledger.domain.instant import micros
from liftledger.engine.purchasing.histories import spending
from tests.data import data
from tests.engine.purchasing.shop import customers_of, listed, order, seen_histories, shop, shoppers

END = micros("1997-10-01")  # 39 weeks; then 39 more were held out
REPEATERS = 946


def transactions():
    for line in data("cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        yield order(customer, micros(f"{day[:4]}-{day[4:6]}-{day[6:]}"), dollars)


def summary(name):
    with data(f"cdnow/{name}").open(newline="") as file:
        yield from csv.DictReader(file)


def in_days(weeks):
    return round(float(weeks) * 7)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with shop(tmp_path_factory.mktemp("cdnow"), list(transactions())) as one:
        yield one


def test_counted_purchases_are_the_published_histories(opened):
    published = list(summary("cdnow_customers_summary.csv"))
    found = customers_of(opened, shoppers(amount=None), END)
    assert found.customers == len(published) == 2357
    expected = Counter((int(float(row["frequency"])), in_days(row["recency"]), in_days(row["T"])) for row in published)
    assert seen_histories(opened, found) == sorted((*history, n) for history, n in expected.items())


def test_repeat_purchases_are_worth_what_was_published(opened):
    found = customers_of(opened, shoppers(name="valued"), END)
    query = exp.select("unit", "purchases - 1", "last - first", f"{found.last} - first", "revenue - initial")
    known = {
        int(unit): (x, last, seen, total / 100 / x if x else 0.0)
        for unit, x, last, seen, total in opened.engine.rows("spending", query.from_(found.table))
    }
    for row in summary("cdnow_customers_summary_with_transactions.csv"):
        customer = int(row["ID"])
        if customer in known:
            published = (int(row["x"]), in_days(row["t_x"]), in_days(row["T"]))
            assert known[customer][:3] == published
            assert known[customer][3] == pytest.approx(float(row["zbar"]), abs=0.00501)


def test_of_valued_purchases_free_ones_are_none(opened):
    # 8 customers have one order of 0.00 and no other by then; nobody's repeat purchase is free
    found = customers_of(opened, shoppers(), END)
    assert (found.customers, found.bought.void, found.bought.nobody, found.bought.returned) == (2349, 8, 8, 0)
    assert sum(row[2] for row in listed(spending(opened.engine, found)[EVERYBODY])) == REPEATERS
