"""The tree of an expression knows what it reads."""

from liftledger.domain.expression import (
    BOOLEAN,
    INTEGER,
    TEXT,
    And,
    Arithmetic,
    Column,
    Comparison,
    Function,
    Membership,
    Missing,
    Not,
    Number,
    Or,
    Text,
    Truth,
    Type,
    children,
    columns,
)

A, B, S, P = Column("a", INTEGER), Column("b", INTEGER), Column("s", TEXT), Column("p", BOOLEAN)


def test_the_columns_of_a_tree_are_those_of_all_its_parts():
    tree = And(
        (
            Comparison(">", Arithmetic("+", A, Function("abs", (B,), INTEGER), INTEGER), Number(1)),
            Or((Membership(S, (Text("x"), Text("y"))), Not(Missing(P)))),
        )
    )
    assert columns(tree) == {"a", "b", "s", "p"}
    assert columns(Number(1)) == columns(None) == frozenset()


def test_children_are_the_nodes_directly_below():
    assert children(Comparison("=", A, Number(2))) == (A, Number(2))
    assert children(Membership(S, (Text("x"),))) == (S, Text("x"))
    assert children(Function("coalesce", (A, B), INTEGER)) == (A, B)
    assert children(Not(P)) == children(Missing(P)) == (P,)
    assert children(And((P, Truth(True)))) == (P, Truth(True))
    assert children(A) == children(Number(1)) == children(Text("x")) == ()


def test_conditions_are_boolean_and_numbers_are_numeric():
    assert {node.type for node in (Comparison("=", A, B), Missing(A), Not(P), And((P, P)), Truth(False))} == {BOOLEAN}
    assert Type("money", 2, "USD").numeric and INTEGER.numeric and Type("decimal", 1).numeric
    assert not (TEXT.numeric or BOOLEAN.numeric or Type("time").numeric)
