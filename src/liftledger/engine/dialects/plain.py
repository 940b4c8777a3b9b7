"""What no engine but DuckDB has, in canonical SQL that all have."""

from sqlglot import exp

from liftledger.engine.civil import CIVIL
from liftledger.engine.dialects.rule import Rules, number

SPACES = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"  # what DuckDB trims


def _trim(node: exp.Expr) -> exp.Expr:
    node.set("expression", exp.Literal.string(SPACES))
    return node


def _nanos(node: exp.Expr) -> exp.Expr:
    """Elsewhere there is nothing finer than microseconds."""
    micros = exp.Anonymous(this="EPOCH_US", expressions=[node.expressions[0].copy()])
    return exp.Mul(this=micros, expression=number(1000))


PLAIN: Rules = {**CIVIL, exp.Trim: _trim, "EPOCH_NS": _nanos}
