"""PostgreSQL."""

from hashlib import md5

from sqlglot import exp

from liftledger.engine.dialects.rule import Rules, exact_sum, is_hex, matching, number, pattern, whole_division

READ = ("clocks", "written", "raw", "typed")  # subqueries that read a text, which takes long
LONGEST = 63  # bytes of a name; longer ones are cut, and may then be one


def _cast(node: exp.Expr) -> exp.Expr:
    if is_hex(node):
        bits = exp.cast(exp.DPipe(this=exp.Literal.string("x"), expression=node.this.expression.copy()), "BIT(32)")
        return exp.cast(bits, "BIGINT")
    return node


def _micros(node: exp.Expr) -> exp.Expr:
    """Whole days and the rest of the day: EXTRACT(EPOCH ...) counts in NUMERIC, in half as much time again."""
    if not isinstance(node.expressions[0], exp.Column):  # reading a text twice takes longer
        epoch = exp.Extract(this=exp.var("EPOCH"), expression=node.expressions[0].copy())
        return exp.cast(exp.Mul(this=epoch, expression=number(1_000_000)), "BIGINT")
    stamp = exp.cast(node.expressions[0].copy(), "TIMESTAMP")
    days = exp.paren(exp.Sub(this=exp.cast(stamp, "DATE"), expression=_literal("1970-01-01", "DATE")))
    rest = exp.Anonymous(this="DATE_PART", expressions=[exp.Literal.string("epoch"), exp.cast(stamp.copy(), "TIME")])
    whole = exp.Mul(this=days, expression=exp.cast(number(86_400_000_000), "BIGINT"))
    return exp.Add(this=whole, expression=exp.cast(exp.Mul(this=rest, expression=number(1_000_000)), "BIGINT"))


def _literal(text: str, type_: str) -> exp.Expr:
    return exp.cast(exp.Literal.string(text), type_)


def _sum(node: exp.Expr) -> exp.Expr:
    """SUM of BIGINT is exact NUMERIC already; a product must be made in it."""
    return exact_sum(node) if node.find(exp.Mul) else node


def _once(node: exp.Expr) -> exp.Expr:
    """What a subquery computes is computed once a row: flattened, it would be wherever it is mentioned."""
    origin = node.args.get("from_")
    if origin is None or not isinstance(node, exp.Select):
        return node
    if not _adds_up(node) and origin.this.alias not in READ:
        return node
    inner = origin.this.this if isinstance(origin.this, exp.Subquery) else None
    if isinstance(inner, exp.Select) and not _adds_up(inner) and not all(map(_plain, inner.selects)):
        fence = exp.Offset(expression=number(0))
        fence.add_comments([" leaves no row out: it keeps what is above apart, to be computed once a row"])
        inner.set("offset", fence)
    return node


def _adds_up(select: exp.Select) -> bool:
    return "group" in select.args or any(one.find(exp.AggFunc) for one in select.selects)


def _plain(selected: exp.Expr) -> bool:
    return isinstance(selected.unalias(), exp.Column | exp.Star | exp.Literal)


def _md5(node: exp.Expr) -> exp.Expr:
    """Of the UTF-8 bytes, however the database stores text."""
    return exp.MD5(this=exp.Anonymous(this="CONVERT_TO", expressions=[node.this.copy(), exp.Literal.string("UTF8")]))


def _hash(node: exp.Expr) -> exp.Expr:
    """Of the bytes: a text of columns that are sorted in different ways has no order of its own."""
    text = exp.Collate(this=exp.paren(node.expressions[0].copy()), expression=exp.to_identifier("C", quoted=True))
    return exp.Anonymous(this="HASHTEXTEXTENDED", expressions=[text, number(0)])


def _first(node: exp.Expr) -> exp.Expr:
    """The value of the row with the smallest key."""
    ordered = exp.Order(this=node.this.copy(), expressions=[exp.Ordered(this=node.expression.copy())])
    values = exp.paren(exp.ArrayAgg(this=ordered))
    return exp.Bracket(this=values, expressions=[number(1)], offset=1)


def _create(node: exp.Expr) -> exp.Expr:
    if node.args["kind"] == "TABLE":
        node.set("replace", False)
    else:  # so that the columns of a view, too, are computed once a row, after conditions on them that are cheap
        barrier = exp.Property(this=exp.var("security_barrier"), value=exp.true())
        barrier.args["value"].add_comments([" keeps its query apart: each column is computed once a row"])
        node.args["properties"].append("expressions", barrier)
    return node


def short(name: str) -> str:
    """The name under which PostgreSQL knows what we call so."""
    whole = name.encode()
    if len(whole) <= LONGEST:
        return name
    cut = whole[: LONGEST - 9].decode(errors="ignore")
    return f"{cut}_{md5(whole, usedforsecurity=False).hexdigest()[:8]}"


def _short(node: exp.Expr) -> exp.Expr:
    node.set("this", short(node.this))
    return node


POSTGRES: Rules = {
    exp.Sum: _sum,
    exp.Select: _once,
    exp.Cast: _cast,
    exp.IntDiv: whole_division,
    exp.ArgMin: _first,
    exp.MD5: _md5,
    exp.RegexpFullMatch: lambda node: matching(node.this.copy(), f"^({pattern(node)})$"),
    exp.Create: _create,
    exp.Identifier: _short,
    "EPOCH_US": _micros,
    "HASH": _hash,
}
