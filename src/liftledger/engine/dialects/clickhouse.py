"""ClickHouse: sums and products wrap around in silence, so they are made in 76 digits, which ours cannot leave."""

from sqlglot import exp

from liftledger.engine.dialects.rule import (
    Rules,
    Unportable,
    as_table,
    is_hex,
    pattern,
    uncollated,
    worded,
)

# NULL where other engines have it: subtotals, rows without a partner, the least of no rows. A name is a column first.
OPENING = (
    "SET group_by_use_nulls = 1",
    "SET join_use_nulls = 1",
    "SET aggregate_functions_null_for_empty = 1",
    "SET prefer_column_name_to_alias = 1",
)
WIDE = "Nullable(Decimal(76, {scale}))"
TIMES = ("TIMESTAMP", "TIMESTAMPTZ")
MICROS = "CAST(x AS Nullable(DateTime64(6, 'UTC')))"


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        # digits -> 4 bytes -> a number, which takes its bytes from the last
        number = "CAST(reinterpretAsUInt32(reverse(unhex(digits))) AS Nullable(Int64))"
        return worded(number, "clickhouse", digits=node.this.expression)
    if node.args["to"].is_type(*TIMES):
        return worded(MICROS, "clickhouse", x=node.this)  # a DateTime would have whole seconds
    if node.args["to"].is_type("DECIMAL"):
        return worded(f"CAST(x AS {WIDE.format(scale=node.args['to'].expressions[1].name)})", "clickhouse", x=node.this)
    return node


def _sum(node: exp.Expr) -> exp.Expr:
    return worded(f"SUM(CAST(x AS {WIDE.format(scale=0)}))", "clickhouse", x=node.this)


def _try(node: exp.Expr) -> exp.Expr:
    """A cast to Nullable of what is no number is an error."""
    if node.args["to"].is_type(*TIMES):
        return worded("parseDateTime64BestEffortOrNull(x, 6, 'UTC')", "clickhouse", x=node.this)
    if node.args["to"].is_type("DECIMAL"):
        scale = node.args["to"].expressions[1].name
        return worded(f"toDecimal256OrNull(x, {scale})", "clickhouse", x=node.this)
    if node.args["to"].is_type("BIGINT"):
        return worded("toInt64OrNull(x)", "clickhouse", x=node.this)
    raise Unportable(f"{node.sql('duckdb')} has no equal here")


def _micros(node: exp.Expr) -> exp.Expr:
    time = node.expressions[0]
    if isinstance(time, exp.Column):
        time = worded(MICROS, "clickhouse", x=time)
    return worded("toUnixTimestamp64Micro(x)", "clickhouse", x=time)


def _replaced(node: exp.Expr) -> exp.Expr:
    words = {"x": node.this, "pattern": node.expression, "by": node.args["replacement"]}
    return worded("replaceRegexpAll(x, pattern, by)", "clickhouse", **words)


def _trimmed(node: exp.Expr) -> exp.Expr:
    """Its own function trims bytes, not letters; the signs that are trimmed are the spaces of Unicode."""
    return worded(r"replaceRegexpAll(x, '^\\p{Zs}+|\\p{Zs}+$', '')", "clickhouse", x=node.this)


def _part(node: exp.Expr) -> exp.Expr:
    assert node.args["part_index"].this == "1", "a later part is no text before a sign"
    return worded("substringIndex(x, sign, 1)", "clickhouse", x=node.this, sign=node.args["delimiter"])


def _found(node: exp.Expr) -> exp.Expr:
    """Whether it is among them: that a subquery looks at its row is new there, and was wrong at times."""
    inner = node.this
    same = inner.args["where"].this
    assert isinstance(same, exp.EQ), "one column must be the other"
    names = {table.alias_or_name for table in inner.find_all(exp.Table)}
    sides = (same.this, same.expression)
    (own,) = (side for side in sides if side.table in names)
    (asked,) = (side for side in sides if side.table not in names)
    inner = inner.copy()
    inner.set("where", None)
    inner.set("expressions", [own.copy()])
    return exp.In(this=asked.copy(), query=exp.Subquery(this=inner))


def _looking_back(node: exp.Expr) -> exp.Expr:
    """How many rows lie at least so far before this one: its frames reach no further than 2^31, its arrays do."""
    frame = node.args.get("spec")
    if frame is None or not isinstance(frame.args["end"], exp.Literal):
        return node
    (order,) = node.args["order"].expressions
    assert isinstance(node.this, exp.Count) and frame.args["end_side"] == "PRECEDING"
    all_of = exp.Window(
        this=worded("groupArray(at)", "clickhouse", at=order.this),
        partition_by=[key.copy() for key in node.args["partition_by"]],
    )
    words = {"at": order.this, "far": frame.args["end"], "rows": all_of}
    return worded("arrayCount(one -> one <= at - far, rows)", "clickhouse", **words)


CLICKHOUSE: Rules = {
    exp.Sum: _sum,
    exp.Cast: _cast,
    exp.TryCast: _try,
    exp.Create: as_table,
    exp.Exists: _found,
    exp.Window: _looking_back,
    exp.IntDiv: lambda node: worded("intDiv(a, b)", "clickhouse", a=node.this, b=node.expression),
    exp.SplitPart: _part,
    exp.Trim: _trimmed,
    exp.Collate: uncollated,
    exp.RegexpReplace: _replaced,
    exp.RegexpFullMatch: lambda node: worded(
        "match(x, p)", "clickhouse", x=node.this, p=exp.Literal.string(f"^({pattern(node)})$")
    ),
    "HASH": lambda node: worded("sipHash64(x)", "clickhouse", x=node.expressions[0]),
    "EPOCH_US": _micros,
}
