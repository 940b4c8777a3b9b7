"""The order of a unit's rows: those that cannot come after another, such as an upgrade after the end, do not fit."""

from collections.abc import Iterator

from sqlglot import exp

from liftledger.domain.fact import Fact, Impossible
from liftledger.engine.columns import AT, FITS, TYPED, UNIT, Columns
from liftledger.engine.engine import Engine
from liftledger.engine.render import all_of, column, commented, named, render
from liftledger.engine.template import fill


def in_order(engine: Engine, columns: Columns, table: str) -> exp.Query:
    """The rows of `table`, where a row that cannot come after another one is marked as one that does not fit."""
    fact = columns.raw.fact
    for place, rule in enumerate(fact.impossible):
        counts = all_of([column(FITS, "fact"), render(rule.after, "fact")])
        engine.table(_firsts(fact, place), fill("firsts", tables={"fact": table}, counts=counts))
    held = [column(one.name, TYPED) for one in columns.held]
    fits = all_of([column(FITS, TYPED), *checks(fact).values()])
    rows = exp.select(*held, named(fits, FITS)).from_(exp.alias_(exp.to_table(table), TYPED, table=True))
    rows = joined(fact, rows, column(UNIT, TYPED))
    return commented(rows, "The rows once more: one that cannot come after another one of its unit does not fit.")


def checks(fact: Fact) -> dict[Impossible, exp.Expr]:
    """Whether a row may stand where it does: of each rule, over the typed columns and `joined`."""
    return {rule: _possible(rule, place) for place, rule in enumerate(fact.impossible)}


def joined(fact: Fact, rows: exp.Select, unit: exp.Expr) -> exp.Select:
    """Rows with when their unit's first row after which some cannot come was."""
    for source, first in _sources(fact):
        own = exp.EQ(this=column("_first_unit", source), expression=unit.copy())
        rows = rows.join(exp.alias_(exp.to_table(first), source, table=True), on=own, join_type="left")
    return rows


def _sources(fact: Fact) -> Iterator[tuple[str, str]]:
    return ((_source(place), _firsts(fact, place)) for place in range(len(fact.impossible)))


def _possible(rule: Impossible, place: int) -> exp.Expr:
    late = exp.GT(this=column(AT, TYPED), expression=column("_first_at", _source(place)))
    after = all_of([exp.paren(render(rule.row, TYPED)), late])
    return exp.Not(this=exp.func("COALESCE", exp.paren(after), exp.false()))


def _source(place: int) -> str:
    return f"_first_{place + 1}"


def _firsts(fact: Fact, place: int) -> str:
    return f"firsts_{fact.name}_{place + 1}"
