"""Expressions of the domain as SQL syntax trees."""

import contextlib
from collections.abc import Sequence

from sqlglot import exp

from liftledger.domain.expression import (
    And,
    Arithmetic,
    Choice,
    Column,
    Comparison,
    Expression,
    Function,
    Instant,
    Membership,
    Missing,
    Not,
    Number,
    Or,
    Text,
    Truth,
)
from liftledger.domain.instant import HOUR, brief, instant

ARITHMETIC = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
COMPARISON = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
FUNCTION = {"abs": "ABS", "coalesce": "COALESCE"}


def render(node: Expression, table: str) -> exp.Expr:
    """The tree over `table`'s columns."""

    def below(child: Expression) -> exp.Expr:
        return render(child, table)

    match node:
        case Column(name=name):
            return column(name, table)
        case Number(digits=digits):
            return integer(digits)
        case Text(value=value):
            return exp.Literal.string(value)
        case Truth(value=value):
            return exp.Boolean(this=value)
        case Instant(micros=micros):
            return moment(micros)
        case Arithmetic(operator=operator, left=left, right=right):
            return exp.paren(ARITHMETIC[operator](this=below(left), expression=below(right)), copy=False)
        case Comparison(operator=operator, left=left, right=right):
            return COMPARISON[operator](this=below(left), expression=below(right))
        case Membership(operand=operand, options=options):
            return exp.In(this=below(operand), expressions=[below(option) for option in options])
        case Missing(operand=operand):
            return exp.Is(this=below(operand), expression=exp.Null())
        case Not(operand=operand):
            return exp.Not(this=exp.paren(below(operand), copy=False))
        case And(terms=terms):
            return all_of([below(term) for term in terms])
        case Or(terms=terms):
            return any_of([below(term) for term in terms])
        case Function(name=name, operands=operands):
            return exp.func(FUNCTION[name], *(below(operand) for operand in operands), dialect="duckdb")
        case Choice(cases=cases):
            ifs = [exp.If(this=below(condition), true=below(number)) for condition, number in cases]
            return exp.Case(ifs=ifs, default=integer(0))


def column(name: str, table: str | None = None) -> exp.Column:
    """A column; names that a user chose are quoted, ours (`_unit`, `_at`, ...) need no quotes."""
    return exp.column(identifier(name), table=table)


def named(value: exp.Expr, name: str) -> exp.Alias:
    """value AS name."""
    return exp.Alias(this=value, alias=identifier(name))


def identifier(name: str) -> exp.Identifier:
    """Quoted unless it is one of ours; a user's name never begins with an underscore."""
    return exp.to_identifier(name, quoted=not name.startswith("_"))


def commented(query: exp.Select, *lines: str) -> exp.Select:
    """The query under a sentence that says what its rows are, as those of `sql/` have."""
    query.add_comments([f" {line}" for line in lines])
    return query


def grouped(keys: Sequence[str], selected: Sequence[exp.Expr], rows: exp.Query, name: str) -> exp.Select:
    """Rows by some of their columns, and what is selected of each group; the trees are taken as they are."""
    query = exp.Select(expressions=[*map(column, keys), *selected])
    query.from_(rows.subquery(name, copy=False), copy=False)
    return query.group_by(*map(column, keys), copy=False)


def integer(value: int) -> exp.Expr:
    """A literal; negative ones as a sign before it."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def moment(micros: int) -> exp.Expr:
    """A literal of microseconds since 1970, and beside it, for people, the time that it is."""
    literal = integer(micros)
    with contextlib.suppress(OverflowError):  # before the year 1
        literal.add_comments([f" {instant(micros)}"])
    return literal


def span(micros: int) -> exp.Expr:
    """A literal of microseconds, and beside it, for people, how long that is."""
    literal = integer(micros)
    if micros % (HOUR // 60) == 0:
        literal.add_comments([f" {brief(micros)}"])
    return literal


def all_of(terms: list[exp.Expr]) -> exp.Expr:
    """TRUE when there is none."""
    return exp.and_(*terms, copy=False) if terms else exp.true()


def any_of(terms: list[exp.Expr]) -> exp.Expr:
    """FALSE when there is none."""
    return exp.or_(*terms, copy=False) if terms else exp.false()


def when(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Case:
    """CASE WHEN condition THEN then [ELSE otherwise] END."""
    case = exp.Case(ifs=[exp.If(this=condition, true=then)])
    return case if otherwise is None else exp.Case(ifs=case.args["ifs"], default=otherwise)


def total(value: exp.Expr) -> exp.Expr:
    """Sum of 64-bit integers of rows, 0 over none; DuckDB adds them up in 128 bits, and says so when that overflows."""
    return exp.func("COALESCE", exp.Sum(this=value), integer(0))
