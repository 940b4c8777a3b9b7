"""Rules of a fact's rows: what they meet, what cannot be, and what counts once."""

import pytest

from liftledger.domain.expression import Column, Comparison, Number, Text, Type
from liftledger.domain.fact import Impossible, Merge
from liftledger.domain.instant import DAY
from tests.definitions.project import CASE, changed, mistakes, project

NAME = Column("name", Type("text"))


def orders(*lines: str) -> str:
    """SOUND with more about orders, from line 8 on."""
    return changed(("    time: ordered_at\n", "    time: ordered_at\n" + "".join(f"    {line}\n" for line in lines)))


def test_rows_that_continue_earlier_ones(tmp_path):
    fact = project(tmp_path, CASE).fact("tickets")
    assert fact.merge == (Merge(("ticket_id",)), Merge(("category",), ("channel",), 7 * DAY))
    assert [field.name for field in fact.columns] == ["ticket_id", "category", "channel"]


def test_what_every_row_meets_and_what_cannot_be(tmp_path):
    fact = project(tmp_path, CASE).fact("events")
    usd = Type("money", 2, "USD")
    assert fact.must == (Comparison(">=", Column("amount", usd), Number(0, usd)),)
    upgraded, left = (Comparison("=", NAME, Text(name)) for name in ("upgraded", "left"))
    assert fact.impossible == (Impossible(upgraded, left),)


def test_conditions_may_be_many(tmp_path):
    fact = project(tmp_path, orders("must: [gift, quantity > 0]")).fact("orders")
    quantity = Column("quantity", Type("integer"))
    assert fact.must == (Column("gift", Type("boolean")), Comparison(">", quantity, Number(0)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "merge: []",
            "merge is an empty list; it takes a list of mappings, each with same, differs and within, or remove "
            "the line",
        ),
        ("merge: [{within: 7d}]", "merge[1]: 'same' is missing; it takes a list of names"),
        ("merge: [{same: []}]", "merge[1].same is an empty list; it takes a list of names, or remove the line"),
        (
            "merge: [{same: [amount]}]",
            "merge[1].same[1]: column 'amount' is money here; it takes a column of type text or integer",
        ),
        (
            "merge: [{same: [shop], differs: [gift]}]",
            "merge[1].differs[1]: column 'gift' is boolean here; it takes a column of type text or integer",
        ),
        (
            "merge: [{same: [shop], differs: [shop]}]",
            "merge[1].differs: 'shop' stands under `same` too; keep it in one of the two",
        ),
        (
            "merge: [{same: [shop], within: 0d}]",
            "merge[1].within is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        ("must: amount", "must: 'amount' (money USD) is no condition; compare it with something, such as `amount > 0`"),
        (
            "must: [gift, quantity]",
            "must[2]: 'quantity' (integer) is no condition; compare it with something, such as `amount > 0`",
        ),
        (
            "impossible: [{row: gift}]",
            "impossible[1]: 'after' is missing; it takes an expression over the fact's columns",
        ),
        (
            "impossible: [{row: gift, after: quantity}]",
            "impossible[1].after: 'quantity' (integer) is no condition; compare it with something, such as "
            "`amount > 0`",
        ),
    ],
)
def test_what_is_wrong_with_a_rule(tmp_path, line, said):
    assert mistakes(tmp_path, orders(line)) == [f"liftledger.yaml:8: facts.orders.{said}"]


@pytest.mark.parametrize("rule", ["merge: [{same: [shop]}]", "impossible: [{row: age > 9, after: age > 9}]"])
def test_a_wide_fact_has_no_order(tmp_path, rule):
    key = rule.partition(":")[0]
    assert mistakes(tmp_path, changed(("    unit: id\n", f"    unit: id\n    {rule}\n"))) == [
        f"liftledger.yaml:15: facts.users.{key}: 'users' is a wide fact, with one row a unit and no order; remove it, "
        "or add `time` to the fact"
    ]
    assert project(tmp_path, changed(("    unit: id\n", "    unit: id\n    must: age > 9\n"))).fact("users").must
