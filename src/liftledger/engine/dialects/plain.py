"""What no engine but DuckDB has, in canonical SQL that all have."""

from sqlglot import exp

from liftledger.engine.civil import CIVIL, SECONDS, from_iso
from liftledger.engine.dialects.rule import Rules, number

SPACES = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"  # what DuckDB trims


def _trim(node: exp.Expr) -> exp.Expr:
    spaces = exp.Literal.string(SPACES)
    spaces.add_comments([" every space of Unicode"])
    node.set("expression", spaces)
    return node


def _nanos(node: exp.Expr) -> exp.Expr:
    """Elsewhere there is nothing finer than microseconds."""
    micros = exp.Anonymous(this="EPOCH_US", expressions=[node.expressions[0].copy()])
    return exp.Mul(this=micros, expression=number(1000))


PLAIN: Rules = {**CIVIL, exp.Trim: _trim, "EPOCH_NS": _nanos}

# What the engines that run here read of ISO text themselves; the others are told everything.
SPARKS: Rules = {**PLAIN, exp.TryCast: from_iso(steps=(), zoned=(SECONDS,), days=False)}
POSTGRESES: Rules = {**PLAIN, exp.TryCast: from_iso(zoned=())}
