"""A source column as the exact value that its field declares, or NULL where it does not fit."""

import re

from sqlglot import exp, parse_one

from liftledger.domain.fact import Field
from liftledger.engine.render import all_of, integer, when
from liftledger.engine.zone import utc

INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
DIGITS = 18  # what an exact integer of one row may have; every engine's 64-bit integer holds them
MICROS = {"unix_s": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
ISO = r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?"
ISO_OFFSET = ISO[:-1] + r"\s?(Z|[+-]\d{2}(:?\d{2})?)"
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def typed(source: exp.Column, source_type: str, field: Field, *, json: bool = False) -> exp.Expr:
    """`source` as BIGINT (numbers in their smallest unit, times in UTC microseconds), VARCHAR or BOOLEAN."""
    match field.type.name:
        case "text":
            return _text(source, source_type)
        case "boolean":
            return source if source_type == "BOOLEAN" else _boolean(_trimmed(source))
        case "time":
            return _time(source, source_type, field)
        case _:
            value = _number(source, source_type, field, json=json)
            return when(exp.GTE(this=value, expression=integer(0)), value.copy()) if field.count else value


def blank(source: exp.Column, source_type: str) -> exp.Expr:
    """Whether the source holds nothing."""
    missing = exp.Is(this=source, expression=exp.Null())
    if source_type != "VARCHAR":
        return missing
    return exp.Or(this=missing, expression=exp.EQ(this=_trimmed(source), expression=exp.Literal.string("")))


def needs_parsing(source_type: str, field: Field) -> bool:
    """Whether the value must be read through text, so that reading it once and keeping it pays."""
    match field.type.name:
        case "text":
            return False
        case "boolean":
            return source_type != "BOOLEAN"
        case "time":
            return not (source_type.startswith("TIMESTAMP") or source_type == "DATE" or source_type in INTEGERS)
        case _:
            return _decimal_scale(source_type) is None and source_type not in INTEGERS


def _text(source: exp.Column, source_type: str) -> exp.Expr:
    if source_type == "VARCHAR":
        return exp.func("NULLIF", source, exp.Literal.string(""))
    return exp.cast(source, "VARCHAR")


def _boolean(text: exp.Expr) -> exp.Expr:
    lower = exp.Lower(this=text)
    words = [exp.In(this=lower.copy(), expressions=[exp.Literal.string(w) for w in ws]) for ws in (TRUE, FALSE)]
    return exp.Case(ifs=[exp.If(this=words[0], true=exp.true()), exp.If(this=words[1], true=exp.false())])


def _number(source: exp.Column, source_type: str, field: Field, *, json: bool) -> exp.Expr:
    scale = field.type.scale
    held = 0 if source_type in INTEGERS else _decimal_scale(source_type)
    if held is not None and held <= scale:
        limit = integer(10 ** (DIGITS - scale))
        inside = all_of(
            [
                exp.LT(this=source.copy(), expression=limit.copy()),
                exp.GT(this=source.copy(), expression=exp.Neg(this=limit)),
            ]
        )
        value = exp.cast(source, "BIGINT") if source_type in INTEGERS else source
        scaled = value if scale == 0 else exp.Mul(this=value, expression=integer(10**scale))
        return when(inside, scaled if source_type in INTEGERS else exp.cast(scaled, "BIGINT"))
    text = _trimmed(source if source_type == "VARCHAR" else exp.cast(source, "VARCHAR"))
    pattern, plain = _number_pattern(field, text)
    fits = [_matches(text, pattern)]
    if json or source_type in ("DOUBLE", "FLOAT"):
        # a binary float carries 15 decimal digits; beyond them its text is not what was written
        fits.append(_matches(text, r"[+-]?(\d{1,18}|[\d.]{1,16})(\.0)?"))
    return when(all_of(fits), _exact(plain, scale))


def _number_pattern(field: Field, text: exp.Expr) -> tuple[str, exp.Expr]:
    scale, plain = field.type.scale, text
    whole = rf"\d{{1,{DIGITS - scale}}}"
    if field.thousands:
        mark = re.escape(field.thousands)
        whole = rf"(\d{{1,3}}({mark}\d{{3}})+|{whole})"
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.thousands), exp.Literal.string(""))
    fraction = re.escape(field.decimal) + (rf"\d{{0,{scale}}}0*" if scale else "0+")
    if field.decimal != ".":
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.decimal), exp.Literal.string("."))
    return rf"[+-]?{whole}({fraction})?", plain


def _exact(text: exp.Expr, scale: int) -> exp.Expr:
    if scale == 0:
        whole = exp.func("SPLIT_PART", text, exp.Literal.string("."), integer(1), dialect="duckdb")
        return exp.TryCast(this=whole, to=exp.DataType.build("BIGINT"))
    value = exp.TryCast(this=text, to=exp.DataType.build(f"DECIMAL({DIGITS}, {scale})"))
    return exp.cast(exp.Mul(this=value, expression=integer(10**scale)), "BIGINT")


def _time(source: exp.Column, source_type: str, field: Field) -> exp.Expr:
    if field.format in MICROS:
        number = _number(source, source_type, field, json=False)
        factor = MICROS[field.format]
        return number if factor == 1 else exp.Mul(this=number, expression=integer(factor))
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return _micros(source)
    if source_type.startswith("TIMESTAMP") or source_type == "DATE":
        return utc(_micros(exp.cast(source, "TIMESTAMP")), field.timezone)
    text = _trimmed(source if source_type == "VARCHAR" else exp.cast(source, "VARCHAR"))
    if field.format not in (None, "iso"):
        stamp = exp.func("TRY_STRPTIME", text, exp.Literal.string(field.format or ""))
        return _with_offset(stamp, field)
    local = when(_matches(text, ISO), exp.TryCast(this=text, to=exp.DataType.build("TIMESTAMP")))
    zoned = when(_matches(text, ISO_OFFSET), exp.TryCast(this=text.copy(), to=exp.DataType.build("TIMESTAMPTZ")))
    return exp.func("COALESCE", utc(_micros(local), field.timezone), _micros(zoned))


def _with_offset(stamp: exp.Expr, field: Field) -> exp.Expr:
    # a pattern with %z yields an instant, whatever the zone
    if "%z" in (field.format or ""):
        return _micros(stamp)
    return utc(_micros(exp.cast(stamp, "TIMESTAMP")), field.timezone)


def _micros(stamp: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="EPOCH_US", expressions=[stamp])


def _matches(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.Anonymous(this="REGEXP_FULL_MATCH", expressions=[text.copy(), exp.Literal.string(pattern)])


def _trimmed(text: exp.Expr) -> exp.Expr:
    return exp.Trim(this=text.copy())


def _decimal_scale(source_type: str) -> int | None:
    if not source_type.startswith("DECIMAL"):
        return None
    parameters = parse_one(f"CAST(x AS {source_type})", read="duckdb").find(exp.DataType)
    assert parameters is not None
    return int(parameters.expressions[1].name)
