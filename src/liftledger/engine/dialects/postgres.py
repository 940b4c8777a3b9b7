"""PostgreSQL."""

from hashlib import md5

from sqlglot import exp

from liftledger.engine.dialects.rule import Rules, exact_sum, is_hex, matching, number, pattern

LONGEST = 63  # bytes of a name; longer ones are cut, and may then be one


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        bits = exp.cast(exp.DPipe(this=exp.Literal.string("x"), expression=node.this.expression.copy()), "BIT(32)")
        return exp.cast(bits, "BIGINT")
    return node


def _micros(node: exp.Expr) -> exp.Expr:
    epoch = exp.Extract(this=exp.var("EPOCH"), expression=node.expressions[0].copy())
    return exp.cast(exp.Mul(this=epoch, expression=number(1_000_000)), "BIGINT")


def _md5(node: exp.Expr) -> exp.Expr:
    """Of the UTF-8 bytes, however the database stores text."""
    return exp.MD5(this=exp.Anonymous(this="CONVERT_TO", expressions=[node.this.copy(), exp.Literal.string("UTF8")]))


def _create(node: exp.Expr) -> exp.Expr:
    if node.args["kind"] == "TABLE":
        node.set("replace", False)
    return node


def _short(node: exp.Expr) -> exp.Expr:
    name = node.this.encode()
    if len(name) > LONGEST:
        cut = name[: LONGEST - 9].decode(errors="ignore")
        node.set("this", f"{cut}_{md5(name, usedforsecurity=False).hexdigest()[:8]}")
    return node


POSTGRES: Rules = {
    exp.Sum: exact_sum,
    exp.Cast: _cast,
    exp.IntDiv: lambda node: exp.Div(this=node.this.copy(), expression=node.expression.copy(), typed=True),
    exp.MD5: _md5,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), f"^({pattern(node)})$"),
    exp.Create: _create,
    exp.Identifier: _short,
    "EPOCH_US": _micros,
}
