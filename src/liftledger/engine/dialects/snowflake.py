"""Snowflake: every whole number is a NUMBER(38, 0), and a larger one is an error."""

from sqlglot import exp

from liftledger.engine.dialects.rule import Rules, is_hex, matching, pattern, uncollated, worded

OPENING = ("ALTER SESSION SET TIMEZONE = 'UTC'", "ALTER SESSION SET TIMESTAMP_INPUT_FORMAT = 'AUTO'")


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        return worded("TO_NUMBER(digits, 'XXXXXXXX')", "snowflake", digits=node.this.expression)
    if node.args["to"].is_type("TIMESTAMP"):  # which of its three types that is, an account decides
        node.set("to", exp.DataType.build("TIMESTAMPNTZ"))
    return node


def _try(node: exp.Expr) -> exp.Expr:
    """Only text is ever tried, which sqlglot cannot know of a column."""
    node.set("requires_string", True)
    return _cast(node)


def _divided(node: exp.Expr) -> exp.Expr:
    """Its division rounds at the sixth digit: 0.9999999 would be 1. A multiple of the divisor divides exactly."""
    return worded("CAST((a - MOD(a, b)) / b AS BIGINT)", "snowflake", a=node.this, b=node.expression)


def _numbered(node: exp.Expr) -> exp.Expr:
    """It numbers no rows without an order."""
    if isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
        node.set("order", exp.Order(expressions=[exp.null()]))
    return node


SNOWFLAKE: Rules = {
    exp.Cast: _cast,
    exp.TryCast: _try,
    exp.IntDiv: _divided,
    exp.Window: _numbered,
    exp.Collate: uncollated,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), pattern(node)),  # anchored at both ends as it is
    "EPOCH_US": lambda node: worded("DATE_PART(EPOCH_MICROSECOND, x)", "snowflake", x=node.expressions[0]),
}
