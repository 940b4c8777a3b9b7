"""Exact sums at the speed of machine words: of 64-bit integers, their upper and lower 32 bits are added up apart.

Spark adds decimals of 38 digits up as objects, which takes ten times as long. In these words each row's value is a
BIGINT, whose overflow is an error; a statement where that happens is run again in the plain words, with 38 digits.
"""

from sqlglot import exp

from liftledger.engine.dialects.rule import Rules, exact
from liftledger.engine.dialects.spark import SPARK

BASE = 2**32


def _narrow(node: exp.Expr) -> exp.Expr:
    """A decimal without digits after its point as a 64-bit integer."""
    if not _is_exact(node):
        return SPARK[exp.Cast](node)
    inner = node.this
    return exp.cast(inner.copy(), "BIGINT")


def _sum(node: exp.Expr) -> exp.Expr:
    if isinstance(node.parent, exp.Window) or _of_sums(node):
        return SPARK[exp.Sum](node)
    if node.parent is not None and _is_exact(node.parent):  # of one unit: it fits, or is run again
        return node
    value = exp.cast(node.this.copy(), "BIGINT")
    upper = exp.Anonymous(this="SHIFTRIGHT", expressions=[value, exp.Literal.number(32)])
    lower = exp.BitwiseAnd(this=value.copy(), expression=exp.Literal.number(BASE - 1))
    shifted = exp.Mul(this=exact(exp.Sum(this=upper)), expression=exact(exp.Literal.number(BASE)))
    whole = exp.paren(exp.Add(this=shifted, expression=exact(exp.Sum(this=lower))))
    whole.add_comments([" the sum, its upper and lower 32 bits added up apart"])
    return whole


def _is_exact(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.args["to"].is_type("DECIMAL(38, 0)")


def _of_sums(node: exp.Expr) -> bool:
    """Whether it adds up what a subquery summed, which 64 bits may not hold."""
    select = node.find_ancestor(exp.Select)
    source = select and select.args.get("from_")
    if not source or not isinstance(source.this, exp.Subquery):
        return False
    # a unit's own sum is a cast to BIGINT by now
    summed = {one.alias for one in source.this.this.selects if one.find(exp.Sum) and not isinstance(one.this, exp.Cast)}
    return any(column.name in summed for column in node.find_all(exp.Column))


LIMBS: Rules = {**SPARK, exp.Cast: _narrow, exp.Sum: _sum}
