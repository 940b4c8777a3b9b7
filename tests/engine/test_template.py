"""Templates: names go in as identifiers and values as literals, so that no text of a user becomes SQL."""

from importlib.resources import files

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from liftledger.domain.expression import And, Column, Comparison, Membership, Not, Number, Or, Text, Type
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.dialect import CANONICAL
from liftledger.engine.engine import Refusal
from liftledger.engine.render import column, integer, named, render
from liftledger.engine.template import fill

DB = duckdb.connect()
TEMPLATES = sorted(path.name for path in files("liftledger.engine").joinpath("sql").iterdir())


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_opens_with_a_sentence(name):
    first = files("liftledger.engine").joinpath("sql", name).read_text("utf-8").splitlines()[0]
    assert first.startswith("-- ") and len(first) > 20


def test_a_template_that_was_filled_is_not_changed_for_the_next():
    once = fill("repeated_units", tables={"fact": "a"}).sql(CANONICAL)
    fill("repeated_units", tables={"fact": "b"})
    assert fill("repeated_units", tables={"fact": "a"}).sql(CANONICAL) == once


def test_a_condition_that_is_always_true_is_left_out():
    query = fill("assignments", tables={"fact": "a"}, at=integer(0), arm=integer(0), counts=exp.true())
    assert query.find(exp.Where) is None


text = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=20)


@given(text, text)
def test_any_text_is_a_value_and_any_name_is_a_name(name, value):
    query = exp.select(named(exp.Literal.string(value), name))
    found = DB.execute(query.sql(CANONICAL))
    assert found.description[0][0] == name
    assert found.fetchall() == [(value,)]


def test_expressions_keep_their_meaning_without_relying_on_precedence():
    a, b = Column("a", Type("boolean")), Column("b", Type("boolean"))
    n = Column("n", Type("integer"))
    with Duck(threads=1) as duck:
        rows = exp.select("*").from_("(VALUES (TRUE, FALSE, 3), (FALSE, FALSE, -2), (FALSE, TRUE, 0)) AS t(a, b, n)")
        duck.table("t", rows)

        def passing(condition):
            found = duck.rows("t", exp.select(column("n")).from_("t").where(render(condition, "t")))
            return sorted(number for (number,) in found)

        assert passing(And((Or((a, b)), Comparison(">=", n, Number(0))))) == [0, 3]
        assert passing(Or((And((a, b)), Not(Or((a, b)))))) == [-2]
        assert passing(Not(And((a, Comparison("=", n, Number(3)))))) == [-2, 0]
        assert passing(Membership(n, (Number(-2), Number(3)))) == [-2, 3]
        assert passing(Comparison("=", Text("it's"), Text("it's"))) == [-2, 0, 3]


def test_what_the_engine_refuses_is_a_sentence():
    with pytest.raises(Refusal, match="none does not exist"), Duck(threads=1) as duck:
        duck.rows("x", exp.select("*").from_("none"))
    with pytest.raises(Refusal, match=r"(?i)memory"):
        Duck(memory="much")


def test_the_engines_files_go_when_it_goes():
    with Duck(threads=1) as duck:
        path = duck.free("csv")
        path.write_text("x")
        assert duck.free("csv") != path
    assert not path.parent.exists()


def test_an_apostrophe_in_a_comment_changes_no_text():
    """After one, DuckDB takes a no-break space in a text for a plain one."""
    spaces = [exp.Literal.string("\u00a0"), exp.Literal.string(" ")]
    query = exp.select(named(exp.EQ(this=spaces[0], expression=spaces[1]), "same"))
    query.add_comments(["whether a unit's name is blank"])
    with Duck() as duck:
        assert duck.rows("same", query) == [(False,)]
        assert "unit's" in duck.queries[0].sql
