"""Our SQL in the words of each engine.

Queries are written in DuckDB's dialect with the few functions in `FUNCTIONS`, all that is asked of any engine; here
they are put in the words of others. sqlglot translates what it knows; `RULES` says the rest, and what it gets wrong.
Nothing divides but whole numbers, nothing rounds, no text is put in order, and times are whole microseconds.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Literal, get_args

from sqlglot import exp

Dialect = Literal["duckdb", "spark", "postgres", "snowflake", "bigquery", "clickhouse", "trino"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
CANONICAL: Dialect = "duckdb"
LONGEST = 63  # bytes of a name in PostgreSQL; longer ones are cut, and may then be one

# Everything that a query may call; each has its test on every engine.
FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.And, exp.Or, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Abs, exp.Cast, exp.TryCast, exp.Exists),
        exp.Collate,  # to tell texts apart byte by byte, in PostgreSQL
        *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.RowNumber),
        *(exp.Trim, exp.Lower, exp.Replace, exp.Substring, exp.SplitPart, exp.MD5),
        *(exp.RegexpFullMatch, exp.RegexpReplace),
    }
)
NAMED = frozenset({"EPOCH_US", "EPOCH_NS", "TRY_STRPTIME"})  # those that sqlglot does not know
READERS = frozenset({"READ_CSV", "READ_PARQUET"})  # DuckDB's, of the files that only it reads

Rule = Callable[[exp.Expr], exp.Expr]
Rules = Mapping[type[exp.Expr] | str, Rule]


class Unportable(Exception):
    """A query calls what was not tried on every engine."""


def rendered(tree: exp.Expr, dialect: Dialect, *, pretty: bool = False, rules: Rules | None = None) -> str:
    """The statement as the engine of this dialect runs it, by its rules or those given. Raises Unportable."""
    check(tree)
    if dialect == CANONICAL:
        return tree.sql(dialect=CANONICAL, pretty=pretty)
    # from the leaves up: a rule sees its operands in the engine's words already
    turned = _rewritten(tree.copy(), rules or RULES[dialect])
    return turned.sql(dialect=dialect, pretty=pretty, identify=True)


def check(tree: exp.Expr) -> None:
    """Raises Unportable where a function is called that is not one of ours."""
    for node in tree.walk(prune=_reads):
        if isinstance(node, exp.Func) and not _reads(node) and not _known(node):
            raise Unportable(f"{node.sql(CANONICAL)}: {type(node).__name__} was not tried on every engine")


def _reads(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in READERS


def _known(node: exp.Expr) -> bool:
    return node.name.upper() in NAMED if isinstance(node, exp.Anonymous) else type(node) in FUNCTIONS


def _rewritten(tree: exp.Expr, rules: Rules) -> exp.Expr:
    for node in reversed(list(tree.walk(bfs=True))):
        rule = rules.get(node.name.upper() if isinstance(node, exp.Anonymous) else type(node))
        if rule is None:
            continue
        parent = node.parent
        turned = rule(node)
        if turned is node:
            continue
        if parent is None:
            tree = turned
        else:
            node.replace(turned)
    return tree


def exact(value: exp.Expr) -> exp.Expr:
    """An integer in 38 decimal digits, where overflow is an error on every engine."""
    return exp.cast(value, "DECIMAL(38, 0)")


def _exact_sum(node: exp.Expr) -> exp.Expr:
    """DuckDB adds whole numbers up in 128 bits; others would overflow, or do so in silence."""
    return exp.Sum(this=exact(node.this.copy()))


def _matching(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern))


def _pattern(node: exp.Expr) -> str:
    assert isinstance(node.expression, exp.Literal)
    return str(node.expression.this)


def _is_hex(node: exp.Expr) -> bool:
    """Whether it casts '0x...', the hexadecimal digits of a number."""
    return isinstance(node.this, exp.DPipe) and node.this.this.is_string and node.this.this.this == "0x"


# --- Spark


def _spark_cast(node: exp.Expr) -> exp.Expr:
    if _is_hex(node):
        decimal = exp.Anonymous(this="CONV", expressions=[node.this.expression.copy(), _number(16), _number(10)])
        return exp.cast(decimal, "BIGINT")
    if node.args["to"].is_type("TIMESTAMP", "TIMESTAMPTZ"):  # its TIMESTAMP is an instant, its clock is set to UTC
        node.set("to", exp.DataType.build("TIMESTAMPTZ"))
    return node


def _spark_micros(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="UNIX_MICROS", expressions=[exp.cast(node.expressions[0].copy(), "TIMESTAMPTZ")])


def _spark_replace(node: exp.Expr) -> exp.Expr:
    node.set("replacement", exp.Literal.string(re.sub(r"\\(\d)", r"$\1", node.args["replacement"].this)))
    return node


def _spark_create(node: exp.Expr) -> exp.Expr:
    """A table is a view whose rows are kept, and made anew from their sources where a machine is lost."""
    if node.args["kind"] != "TABLE":
        return node
    return exp.Cache(
        this=node.this.copy(),
        lazy=True,
        options=[exp.Literal.string("storageLevel"), exp.Literal.string("MEMORY_AND_DISK")],
        expression=node.expression.copy(),
    )


def _spark_window(node: exp.Expr) -> exp.Expr:
    """A number for each row, the same again where a machine is lost and its rows are read anew."""
    if isinstance(node.this, exp.RowNumber) and not node.args.get("partition_by") and not node.args.get("order"):
        return exp.Anonymous(this="MONOTONICALLY_INCREASING_ID")
    return node


SPARK: Rules = {
    exp.Window: _spark_window,
    exp.Sum: _exact_sum,
    exp.Cast: _spark_cast,
    exp.TryCast: _spark_cast,
    exp.RegexpFullMatch: lambda node: _matching(node.this.copy(), rf"\A({_pattern(node)})\z"),
    exp.RegexpReplace: _spark_replace,
    exp.Create: _spark_create,
    "EPOCH_US": _spark_micros,
}


# --- PostgreSQL


def _postgres_cast(node: exp.Expr) -> exp.Expr:
    if _is_hex(node):
        bits = exp.cast(exp.DPipe(this=exp.Literal.string("x"), expression=node.this.expression.copy()), "BIT(32)")
        return exp.cast(bits, "BIGINT")
    return node


def _postgres_micros(node: exp.Expr) -> exp.Expr:
    epoch = exp.Extract(this=exp.var("EPOCH"), expression=node.expressions[0].copy())
    return exp.cast(exp.Mul(this=epoch, expression=_number(1_000_000)), "BIGINT")


def _postgres_md5(node: exp.Expr) -> exp.Expr:
    """Of the UTF-8 bytes, however the database stores text."""
    return exp.MD5(this=exp.Anonymous(this="CONVERT_TO", expressions=[node.this.copy(), exp.Literal.string("UTF8")]))


def _postgres_create(node: exp.Expr) -> exp.Expr:
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
    exp.Sum: _exact_sum,
    exp.Cast: _postgres_cast,
    exp.IntDiv: lambda node: exp.Div(this=node.this.copy(), expression=node.expression.copy(), typed=True),
    exp.MD5: _postgres_md5,
    exp.RegexpFullMatch: lambda node: _matching(node.this.copy(), f"^({_pattern(node)})$"),
    exp.Create: _postgres_create,
    exp.Identifier: _short,
    "EPOCH_US": _postgres_micros,
}


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


RULES: Mapping[Dialect, Rules] = {"spark": SPARK, "postgres": POSTGRES}
