"""What a rule is, and what the rules of several dialects share."""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp, parse_one

Rule = Callable[[exp.Expr], exp.Expr]
Rules = Mapping[type[exp.Expr] | str, Rule]  # by the node's type, or the upper-case name of a function sqlglot lacks


class Unportable(Exception):
    """A query calls what was not tried on every engine."""


def exact(value: exp.Expr) -> exp.Expr:
    """An integer in 38 decimal digits, where overflow is an error on every engine."""
    return exp.cast(value, "DECIMAL(38, 0)")


def exact_sum(node: exp.Expr) -> exp.Expr:
    """DuckDB adds whole numbers up in 128 bits; others would overflow, or do so in silence."""
    return exp.Sum(this=exact(node.this.copy()))


def matching(text: exp.Expr, pattern: str) -> exp.Expr:
    """Whether the text holds a match of the pattern."""
    return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern))


def pattern(node: exp.Expr) -> str:
    """The regular expression that it tries, always a literal."""
    assert isinstance(node.expression, exp.Literal)
    return str(node.expression.this)


def is_hex(node: exp.Expr) -> bool:
    """Whether it casts '0x...', the hexadecimal digits of a number."""
    return isinstance(node.this, exp.DPipe) and node.this.this.is_string and node.this.this.this == "0x"


def number(value: int) -> exp.Expr:
    """A literal."""
    return exp.Literal.number(value)


def worded(sql: str, dialect: str, **parts: exp.Expr) -> exp.Expr:
    """An expression of a dialect, where each column that a part is named after is that part."""
    tree = parse_one(sql, read=dialect)
    assert isinstance(tree, exp.Expr)
    for column in list(tree.find_all(exp.Column)):
        if column.name in parts:
            column.replace(parts[column.name].copy())
    return tree


def whole_division(node: exp.Expr) -> exp.Expr:
    """Where `/` of whole numbers is whole."""
    return exp.Div(this=node.this.copy(), expression=node.expression.copy(), typed=True)


def dollars(replacement: str) -> str:
    r"""What stands for a match, where a group is $1 and not \1."""
    return re.sub(r"\\(\d)", r"$\1", replacement)


def as_table(node: exp.Expr) -> exp.Expr:
    """A view's rows kept, where no view can read what a session keeps."""
    node.set("kind", "TABLE")
    return node


def uncollated(node: exp.Expr) -> exp.Expr:
    """Only PostgreSQL must be told to compare texts byte by byte."""
    plain: exp.Expr = node.this.copy()
    return plain
