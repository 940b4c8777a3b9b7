"""What is counted of a fact beside its sums: amounts below 0, and rows of units that nobody knows."""

import pytest

from liftledger.domain.expression import TEXT
from liftledger.domain.instant import micros
from liftledger.domain.study import Relation
from liftledger.engine.categories import categories
from liftledger.engine.facts import load, table_of
from tests.engine.direct import dated, wide, write
from tests.engine.records import INTEGER, USD, field, loaded, project
from tests.engine.supply import supplied

pytestmark = pytest.mark.usefixtures("engine")

FIRST = micros("2026-01-01")
BILLS = dated("bills", field(USD, "amount", optional=True), field(USD, "tax"), field(INTEGER, "items"))


def test_amounts_below_0_are_counted_by_column(tmp_path):
    rows = [("u", -1, 0, -3), ("u", "-0.01", "0.01", 2), ("v", "", "-0.00", 1), ("w", 5, 5, 5)]
    write(tmp_path, "bills", "user_id at amount tax items", [(row[0], FIRST, *row[1:]) for row in rows])
    assert loaded(tmp_path, BILLS)[0]["bills"].negative == {"amount": 2, "tax": 0}


def test_rows_of_units_that_their_table_does_not_know_are_counted(tmp_path):
    users, plain = wide("users", field(TEXT, "account")), dated("visits", keyed_by="account")
    write(tmp_path, "users", "user_id account", [("u", "A"), ("v", "B")])
    units = ["u", "x", "x", "y", "v"]
    write(tmp_path, "bills", "user_id at amount tax items", [(unit, FIRST, 1, 1, 1) for unit in units])
    write(tmp_path, "visits", "user_id at", [("C", FIRST)])
    of = project(BILLS, users, plain)
    relations = (Relation("user", "account", "users", "account"),)
    for known in ((), relations):  # the only table that names users, or the one that says whose they are
        with supplied(_with(of, known), tmp_path) as world:
            found, told = load(world.engine, world.project, world.folder)
        assert not told
        assert found["bills"].unknown == 3
        assert found["users"].unknown == 0
        assert found["visits"].unknown is None


def _with(of, relations):
    return type(of)(of.company, of.currency, of.engine, of.facts, of.units, relations, (), (), ())


def test_categories_are_the_texts_that_occur(tmp_path):
    kinds = ["b", "a", "", "B", "Ä", "a", "it's"]
    tickets = dated("tickets", field(TEXT, "kind", optional=True))
    write(tmp_path, "tickets", "user_id at kind", [("u", FIRST + place, kind) for place, kind in enumerate(kinds)])
    with supplied(project(tickets), tmp_path) as world:
        load(world.engine, world.project, world.folder)
        assert categories(world.engine, table_of("tickets"), "kind") == ("", "B", "a", "b", "it's", "Ä")
