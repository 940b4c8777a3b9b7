"""BigQuery: its sums of INT64 are INT64; BIGNUMERIC holds 38 whole digits."""

from sqlglot import exp

from liftledger.engine.dialects.rule import (
    Rules,
    as_table,
    exact_sum,
    matching,
    pattern,
    uncollated,
    worded,
)

OPENING = ("SET @@time_zone = 'UTC'",)


def _cast(node: exp.Expr) -> exp.Expr:
    """Its NUMERIC has at most 29 digits before the point; its TIMESTAMP is an instant, DATETIME is a clock's time."""
    if node.args["to"].is_type("DECIMAL"):
        node.set("to", exp.DataType.build("BIGNUMERIC", dialect="bigquery"))
    elif node.args["to"].is_type("TIMESTAMP"):
        node.set("to", exp.DataType.build("TIMESTAMPTZ"))
    return node


def _try(node: exp.Expr) -> exp.Expr:
    """It reads no time of day without seconds."""
    if node.args["to"].is_type("TIMESTAMP"):
        seconds = r"SAFE_CAST(REGEXP_REPLACE(x, r'([ T][0-9]{2}:[0-9]{2})$', r'\1:00') AS TIMESTAMP)"
        return worded(seconds, "bigquery", x=node.this)
    return _cast(node)


def _ordered(node: exp.Expr) -> exp.Expr:
    """NULL comes first unless told otherwise, which its windows cannot be; what is put in order is never NULL."""
    node.set("nulls_first", True)
    return node


def _part(node: exp.Expr) -> exp.Expr:
    assert node.args["part_index"].this == "1", "a later part might not be there"
    return worded("SPLIT(x, sign)[OFFSET(0)]", "bigquery", x=node.this, sign=node.args["delimiter"])


BIGQUERY: Rules = {
    exp.Sum: exact_sum,
    exp.Cast: _cast,
    exp.TryCast: _try,
    exp.Create: as_table,
    exp.Ordered: _ordered,
    exp.SplitPart: _part,
    exp.Collate: uncollated,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), f"^({pattern(node)})$"),
    "HASH": lambda node: worded("FARM_FINGERPRINT(x)", "bigquery", x=node.expressions[0]),
    "EPOCH_US": lambda node: worded("UNIX_MICROS(x)", "bigquery", x=node.expressions[0]),
}
