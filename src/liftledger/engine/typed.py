"""A source column as the exact value that its field declares, or NULL where it does not fit."""

import re
from collections.abc import Mapping, Sequence

from sqlglot import exp, parse_one

from liftledger.domain.fact import Field
from liftledger.engine.civil import ISO, ISO_OFFSET, written
from liftledger.engine.render import all_of, integer, named, when
from liftledger.engine.zone import utc

SMALL = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"})
INTEGERS = SMALL | {"BIGINT"}
FLOATS = {"DOUBLE": 52, "FLOAT": 23}  # bits below which neighbours differ by less than 1
PLACES = {"DOUBLE": 6, "FLOAT": 3}  # digits after the point that a float read as text may have
DIGITS = 18  # what an exact integer of one row may have; every engine's 64-bit integer holds them
SHORT = 4  # digits after the point up to which decimals are multiplied in 18 digits, which takes a fifth of the time
MICROS = {"unix_s": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999, in microseconds
FIRST, LAST = "0001-01-01", "9999-12-31"
STAMPS = {"DATE": "DATE", "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}  # any other is a TIMESTAMP
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def typed(source: exp.Column, source_type: str, field: Field) -> exp.Expr:
    """`source` as BIGINT (numbers in their smallest unit, times in UTC microseconds), VARCHAR or BOOLEAN.

    Clock times of a zone are read from the column that `with_instants` added.
    """
    match field.type.name:
        case "text":
            return _text(source, source_type)
        case "boolean":
            return source if source_type == "BOOLEAN" else _boolean(_trimmed(_as_text(source, source_type)))
        case "time":
            return _time(source, source_type, field)
    return _number(source, source_type, field)


def with_instants(query: exp.Query, fields: Sequence[Field], types: Mapping[str, str]) -> exp.Query:
    """The rows with the instants of all clock times of a zone: its time line is long, so they are looked up once."""
    zoned = [field for field in fields if _in_zone(field, types[field.column])]
    if not zoned:
        return query
    clocks = [_clock(exp.column(field.column, quoted=True), types[field.column], field) for field in zoned]
    read = exp.select(exp.Star(), *(named(clock, _shown(field)) for clock, field in zip(clocks, zoned, strict=True)))
    instants = [named(utc(exp.column(_shown(field), quoted=True), field.timezone), _instant(field)) for field in zoned]
    return exp.select(exp.Star(), *instants).from_(read.from_(query.subquery("source")).subquery("clocks"))


def blank(source: exp.Column, source_type: str) -> exp.Expr:
    """Whether the source holds nothing."""
    missing = exp.Is(this=source, expression=exp.Null())
    if source_type != "VARCHAR":
        return missing
    return exp.Or(this=missing, expression=exp.EQ(this=_trimmed(source), expression=exp.Literal.string("")))


def shown(cell: str | None, source_type: str) -> str:
    """A cell that an engine cast to text, as people are told of it: floats and instants are written in many ways."""
    if not cell:
        return ""
    if source_type in FLOATS:
        return repr(float(cell))
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return re.sub(r"(:[0-9.]+)$", r"\1+00", cell)
    return cell


def whole_digits(scale: int) -> int:
    """How many digits a number may have before the point, so that it can be made an integer without overflow."""
    return DIGITS - (2 * scale if scale <= SHORT else scale)


def needs_parsing(source_type: str, field: Field) -> bool:
    """Whether the value must be read through text, so that reading it once and keeping it pays."""
    match field.type.name:
        case "text":
            return False
        case "boolean":
            return source_type != "BOOLEAN"
        case "time":
            return not (_is_stamp(source_type) or source_type in INTEGERS)
    return source_type not in INTEGERS and not _holds(source_type, field.type.scale)


def _text(source: exp.Column, source_type: str) -> exp.Expr:
    text = _as_text(source, source_type)
    return exp.func("NULLIF", text, exp.Literal.string("")) if source_type == "VARCHAR" else text


def _boolean(text: exp.Expr) -> exp.Expr:
    lower = exp.Lower(this=text)
    words = [exp.In(this=lower.copy(), expressions=[exp.Literal.string(w) for w in ws]) for ws in (TRUE, FALSE)]
    return exp.Case(ifs=[exp.If(this=words[0], true=exp.true()), exp.If(this=words[1], true=exp.false())])


def _number(source: exp.Column, source_type: str, field: Field) -> exp.Expr:
    scale = field.type.scale
    if source_type in INTEGERS:
        whole = exp.cast(source, "BIGINT")
        scaled = whole if scale == 0 else exp.Mul(this=whole, expression=integer(10**scale))
        return _within(source, scaled, field, small=source_type in SMALL)
    if _holds(source_type, scale):
        return _within(
            source, _shifted(source if scale <= SHORT else exp.cast(source, f"DECIMAL(38, {scale})"), scale), field
        )
    if source_type in FLOATS:
        return _of_float(source, source_type, scale, at_least=0 if field.count else None)
    text = _trimmed(_as_text(source, source_type))
    own = source_type == "VARCHAR"  # the marks are those of text; numbers are written with a point
    pattern, plain = _number_pattern(field, text) if own else (_plain_pattern(field), text)
    return when(_matches(text, pattern), _exact(plain, scale))


def _of_float(source: exp.Column, source_type: str, scale: int, *, at_least: int | None = None) -> exp.Expr:
    """The only number with so many digits after the point that this float is nearest to, if there is one.

    Floats as text differ between engines; their arithmetic does not, as long as a result is exact or rounded once.
    """
    wide = source.copy() if source_type == "DOUBLE" else exp.cast(source, "DOUBLE")
    digits = exp.Mul(this=wide, expression=integer(10**scale)) if scale else wide
    nearest = exp.Floor(this=exp.Add(this=digits, expression=exp.cast(exp.Literal.number("0.5"), "DOUBLE")))
    # above, neighbouring floats lie further apart than half of the last digit that is kept
    limit = min(2 ** (FLOATS[source_type] - (scale > 0)) // 10**scale, 10 ** whole_digits(scale))
    small: list[exp.Expr] = [exp.LT(this=exp.Abs(this=source.copy()), expression=integer(limit))]
    if at_least is not None:
        small.append(exp.GTE(this=source.copy(), expression=integer(at_least)))
    number = exp.cast(nearest, "BIGINT")
    again: exp.Expr = exp.cast(number.copy(), "DOUBLE")
    if scale:
        again = exp.Div(this=again, expression=exp.cast(integer(10**scale), "DOUBLE"))
    if source_type == "FLOAT":
        again = exp.cast(again, "FLOAT")
    return when(all_of(small), when(exp.EQ(this=again, expression=source.copy()), number))


def _within(source: exp.Expr, value: exp.Expr, field: Field, *, small: bool = False) -> exp.Expr:
    """`value` where the source has few enough digits, and is no negative count."""
    limit = integer(10 ** whole_digits(field.type.scale))
    conditions: list[exp.Expr] = []
    if not small or field.type.scale > DIGITS - 10:
        conditions.append(exp.LT(this=source, expression=limit))
        conditions.append(exp.GT(this=source, expression=exp.Neg(this=limit)))
    if field.count:
        conditions = [*conditions[:1], exp.GTE(this=source, expression=integer(0))]
    return when(all_of([one.copy() for one in conditions]), value) if conditions else value


def _number_pattern(field: Field, text: exp.Expr) -> tuple[str, exp.Expr]:
    """How the number is written, and its text with a decimal point and without grouping."""
    whole, plain = f"[0-9]{{1,{whole_digits(field.type.scale)}}}", text
    if field.thousands:
        groups = max(1, (whole_digits(field.type.scale) - 1) // 3)
        whole = f"([0-9]{{1,3}}({re.escape(field.thousands)}[0-9]{{3}}){{1,{groups}}}|{whole})"
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.thousands), exp.Literal.string(""))
    if field.decimal != ".":
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.decimal), exp.Literal.string("."))
    return _pattern(field, whole, re.escape(field.decimal)), plain


def _plain_pattern(field: Field) -> str:
    return _pattern(field, f"[0-9]{{1,{whole_digits(field.type.scale)}}}", r"\.")


def _pattern(field: Field, whole: str, mark: str) -> str:
    scale, sign = field.type.scale, r"\+?" if field.count else "[+-]?"
    if scale == 0:
        return f"{sign}{whole}({mark}0*)?"
    return f"{sign}({whole}({mark}[0-9]{{0,{scale}}}0*)?|{mark}[0-9]{{1,{scale}}}0*)"


def _exact(text: exp.Expr, scale: int) -> exp.Expr:
    if scale == 0:
        whole = exp.func("SPLIT_PART", text, exp.Literal.string("."), integer(1), dialect="duckdb")
        return exp.TryCast(this=whole, to=exp.DataType.build("BIGINT"))
    value = exp.TryCast(this=text, to=exp.DataType.build(f"DECIMAL({DIGITS if scale <= SHORT else 38}, {scale})"))
    return _shifted(value, scale)


def _shifted(value: exp.Expr, scale: int) -> exp.Expr:
    """A decimal as the integer of its last digit."""
    return exp.cast(value if scale == 0 else exp.Mul(this=value, expression=integer(10**scale)), "BIGINT")


def _time(source: exp.Column, source_type: str, field: Field) -> exp.Expr:
    """Microseconds UTC within the years 1 to 9999."""
    if field.format in MICROS:
        factor = MICROS[field.format]
        number = exp.paren(_number(source, source_type, field))
        value = number if factor == 1 else exp.Mul(this=number, expression=integer(factor))
        return _between(number, EARLIEST // factor + 1, LATEST // factor, value)
    if _in_zone(field, source_type):
        stamp: exp.Expr = exp.column(_instant(field), quoted=True)
    else:
        stamp = _clock(source, source_type, field)
    if source_type == "VARCHAR" and field.format in (None, "iso"):
        text = _trimmed(source)
        zoned = when(_matches(text, ISO_OFFSET), exp.TryCast(this=text, to=exp.DataType.build("TIMESTAMPTZ")))
        return exp.func("COALESCE", stamp, _micros(zoned))
    return stamp


def _clock(source: exp.Column, source_type: str, field: Field) -> exp.Expr:
    """Microseconds as the clock showed them; of instants, UTC."""
    if source_type == "TIMESTAMP_NS":  # only DuckDB has it; a cast would round
        return exp.IntDiv(this=exp.Anonymous(this="EPOCH_NS", expressions=[source.copy()]), expression=integer(1000))
    if _is_stamp(source_type):
        return _in_years(source, source_type, _micros(_stamp(source, source_type)))
    text = _trimmed(_as_text(source, source_type))
    if field.format in (None, "iso"):
        return _micros(when(_matches(text, ISO), exp.TryCast(this=text, to=exp.DataType.build("TIMESTAMP"))))
    # without the pattern, '24' would be a year, and 'infinity' the year 1900
    stamp = exp.func("TRY_STRPTIME", text, exp.Literal.string(field.format or ""))
    return _micros(when(_matches(text, written(field.format or "")), stamp))


def _in_years(source: exp.Column, source_type: str, value: exp.Expr) -> exp.Expr:
    """`value` in the years 1 to 9999; there are dates beyond, and some engines know an infinite one."""
    if source_type == "TIMESTAMP_NS":  # from 1677 to 2262
        return value
    kind = STAMPS.get(source_type, "TIMESTAMP")
    low, high = (FIRST, LAST) if kind == "DATE" else (f"{FIRST} 00:00:00", f"{LAST} 23:59:59.999999")
    if kind == "TIMESTAMPTZ":
        low, high = f"{low}+00:00", f"{high}+00:00"
    first, last = (exp.cast(exp.Literal.string(one), kind) for one in (low, high))
    return when(exp.Between(this=_stamp(source, source_type), low=first, high=last), value)


def _stamp(source: exp.Column, source_type: str) -> exp.Expr:
    """A date or time as a type that every engine has."""
    if source_type in ("TIMESTAMP_S", "TIMESTAMP_MS"):
        return exp.TryCast(this=source.copy(), to=exp.DataType.build("TIMESTAMP"))
    return source.copy()


def _in_zone(field: Field, source_type: str) -> bool:
    """Whether the column holds clock times of a zone other than UTC."""
    if field.type.name != "time" or field.timezone == "UTC" or field.format in MICROS:
        return False
    return source_type != "TIMESTAMP WITH TIME ZONE" and "%z" not in (field.format or "")


def _shown(field: Field) -> str:
    return f"_shown_{field.name}"


def _instant(field: Field) -> str:
    return f"_instant_{field.name}"


def _is_stamp(source_type: str) -> bool:
    return source_type.startswith("TIMESTAMP") or source_type == "DATE"


def _between(number: exp.Expr, low: int, high: int, value: exp.Expr) -> exp.Expr:
    return when(exp.Between(this=number.copy(), low=integer(low), high=integer(high)), value)


def _micros(stamp: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="EPOCH_US", expressions=[stamp.copy()])


def _matches(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpFullMatch(this=text.copy(), expression=exp.Literal.string(pattern))


def _as_text(source: exp.Column, source_type: str) -> exp.Expr:
    """As every engine would write it; NULL for floats of too many digits and days beyond the year 9999."""
    if source_type == "VARCHAR":
        return source.copy()
    text = exp.cast(source, "VARCHAR")
    if source_type in FLOATS:
        return _float_text(source, source_type)
    if source_type == "TIMESTAMP WITH TIME ZONE":  # some engines leave out that it is in UTC
        plain = _without(text, r"\+00$")
        return _in_years(source, source_type, exp.DPipe(this=plain, expression=exp.Literal.string("+00")))
    return _in_years(source, source_type, text) if _is_stamp(source_type) else text


def _float_text(source: exp.Column, source_type: str) -> exp.Expr:
    """17.0 as 17: ids of a column with gaps often come as such."""
    places = PLACES[source_type]
    last = exp.Literal.number(f"0.{'1'.zfill(places)}")
    decimal = exp.Mul(this=exp.cast(_of_float(source, source_type, places), "DECIMAL(18, 0)"), expression=last)
    fraction = _without(exp.cast(exp.paren(decimal), "VARCHAR"), "0+$")
    return exp.func("COALESCE", exp.cast(_of_float(source, source_type, 0), "VARCHAR"), fraction)


def _without(text: exp.Expr, pattern: str) -> exp.Expr:
    nothing = exp.Literal.string("")
    return exp.RegexpReplace(this=text, expression=exp.Literal.string(pattern), replacement=nothing)


def _trimmed(text: exp.Expr) -> exp.Expr:
    return exp.Trim(this=text.copy())


def _holds(source_type: str, scale: int) -> bool:
    """Whether it is a decimal type with at most `scale` digits after the point."""
    if not source_type.startswith("DECIMAL"):
        return False
    parameters = parse_one(f"CAST(x AS {source_type})", read="duckdb").find(exp.DataType)
    assert parameters is not None
    return int(parameters.expressions[1].name) <= scale
