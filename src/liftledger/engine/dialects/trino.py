"""Trino: it has no temporary tables, and its session is set to UTC."""

from sqlglot import exp

from liftledger.engine.dialects.rule import (
    Rules,
    dollars,
    exact_sum,
    is_hex,
    matching,
    pattern,
    uncollated,
    whole_division,
    worded,
)

OPENING = ("SET TIME ZONE 'UTC'",)
TIMES = {"TIMESTAMP": "TIMESTAMP(9)", "TIMESTAMPTZ": "TIMESTAMP(9) WITH TIME ZONE"}  # of itself, milliseconds
# Seconds, and the first six of nine digits after them: nothing counts microseconds but a double.
SECONDS = "DATE_DIFF('SECOND', CAST('1970-01-01 00:00:00' AS TIMESTAMP(0)), DATE_TRUNC('SECOND', x))"
DIGITS = "CAST(SUBSTR(CAST(CAST(x AS TIMESTAMP(9)) AS VARCHAR), -9, 6) AS BIGINT) /* its microseconds */"
MICROS = f"({SECONDS} * 1000000 + {DIGITS})"


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        return worded("FROM_BASE(digits, 16)", "trino", digits=node.this.expression)
    _to_nanos(node)
    return node


def _to_nanos(node: exp.Expr) -> None:
    for name, type_ in TIMES.items():
        if node.args["to"].is_type(name):
            node.set("to", exp.DataType.build(type_, dialect="trino"))
            return


def _try(node: exp.Expr) -> exp.Expr:
    """Its casts read no T between date and time, and no offset without a colon; its ISO reader no date alone."""
    if not node.args["to"].is_type(*TIMES):
        return node
    text = "x" if node.args["to"].is_type("TIMESTAMPTZ") else r"REGEXP_REPLACE(x, '\A([0-9-]{10})\z', '$1T00:00')"
    return worded(f"TRY(FROM_ISO8601_TIMESTAMP_NANOS(REPLACE({text}, ' ', 'T')))", "trino", x=node.this)


def _created(node: exp.Expr) -> exp.Expr:
    node.set("properties", None)
    node.set("replace", node.args["kind"] == "VIEW")
    return node


def _replaced(node: exp.Expr) -> exp.Expr:
    node.set("expression", exp.Literal.string(_java(pattern(node))))
    node.set("replacement", exp.Literal.string(dollars(node.args["replacement"].this)))
    return node


def _java(regex: str) -> str:
    r"""Its \d takes the digits of every script, and its $ stands before a last line break, too."""
    regex = regex.replace(r"\d", "[0-9]")
    return rf"{regex[:-1]}\z" if regex.endswith("$") else regex


TRINO: Rules = {
    exp.Sum: exact_sum,
    exp.Cast: _cast,
    exp.TryCast: _try,
    exp.Create: _created,
    exp.IntDiv: whole_division,
    exp.MD5: lambda node: worded("LOWER(TO_HEX(MD5(TO_UTF8(x))))", "trino", x=node.this),
    exp.Collate: uncollated,
    exp.RegexpReplace: _replaced,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), rf"\A({_java(pattern(node))})\z"),
    "HASH": lambda node: worded("FROM_BIG_ENDIAN_64(XXHASH64(TO_UTF8(x)))", "trino", x=node.expressions[0]),
    "EPOCH_US": lambda node: worded(MICROS, "trino", x=node.expressions[0]),
}
