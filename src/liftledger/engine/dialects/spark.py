"""Spark: it runs in ANSI mode, its clock set to UTC."""

from sqlglot import exp

from liftledger.engine.dialects.rule import Rules, dollars, exact_sum, is_hex, matching, number, pattern, uncollated


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        decimal = exp.Anonymous(this="CONV", expressions=[node.this.expression.copy(), number(16), number(10)])
        return exp.cast(decimal, "BIGINT")
    if node.args["to"].is_type("TIMESTAMP", "TIMESTAMPTZ"):  # its TIMESTAMP is an instant, its clock is set to UTC
        node.set("to", exp.DataType.build("TIMESTAMPTZ"))
    if isinstance(node, exp.TryCast):
        node.set("safe", True)  # without, sqlglot writes CAST
    return node


def _micros(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="UNIX_MICROS", expressions=[exp.cast(node.expressions[0].copy(), "TIMESTAMPTZ")])


def _replace(node: exp.Expr) -> exp.Expr:
    node.set("replacement", exp.Literal.string(dollars(node.args["replacement"].this)))
    return node


def _create(node: exp.Expr) -> exp.Expr:
    """A table is a view whose rows are kept, and made anew from their sources where a machine is lost."""
    if node.args["kind"] != "TABLE":
        return node
    return exp.Cache(
        this=node.this.copy(),
        lazy=True,
        options=[exp.Literal.string("storageLevel"), exp.Literal.string("MEMORY_AND_DISK")],
        expression=node.expression.copy(),
    )


def _window(node: exp.Expr) -> exp.Expr:
    """A number for each row from 1 on, the same again where a machine is lost and its rows are read anew."""
    if isinstance(node.this, exp.RowNumber) and not node.args.get("partition_by") and not node.args.get("order"):
        place = exp.Anonymous(this="MONOTONICALLY_INCREASING_ID")
        place.add_comments([" another number for each row, with gaps"])
        return exp.paren(exp.Add(this=place, expression=number(1)))
    return node


SPARK: Rules = {
    exp.Window: _window,
    exp.Sum: exact_sum,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), rf"\A({pattern(node)})\z"),
    exp.RegexpReplace: _replace,
    exp.Create: _create,
    exp.Collate: uncollated,
    "EPOCH_US": _micros,
    "HASH": lambda node: exp.Anonymous(this="XXHASH64", expressions=[node.expressions[0].copy()]),
}
