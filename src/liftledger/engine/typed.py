"""A source column as the exact value that its field declares, or NULL where it does not fit."""

import re
from collections.abc import Mapping, Sequence

from sqlglot import exp, parse_one

from liftledger.domain.fact import Field
from liftledger.engine.render import all_of, integer, named, when
from liftledger.engine.zone import utc

SMALL = frozenset({"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"})
INTEGERS = SMALL | {"BIGINT"}
FLOATS = {"DOUBLE": 52, "FLOAT": 23}  # bits below which neighbours differ by less than 1
DIGITS = 18  # what an exact integer of one row may have; every engine's 64-bit integer holds them
SHORT = 4  # digits after the point up to which decimals are multiplied in 18 digits, which takes a fifth of the time
MICROS = {"unix_s": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999, in microseconds
YEAR = r"(000[1-9]|00[1-9]\d|0[1-9]\d{2}|[1-9]\d{3})"
INNER = r"(000[2-9]|00[1-9]\d|0[1-9]\d{2}|[1-8]\d{3}|9([0-8]\d{2}|9[0-8]\d|99[0-8]))"  # an offset may change the year
DAY_AND_CLOCK = r"-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"  # digits beyond microseconds are cut
OFFSET = r"[+-](0\d|1[0-5])(:?[0-5]\d)?"
ISO = rf"{YEAR}(-\d{{2}}-\d{{2}}|{DAY_AND_CLOCK})"
ISO_OFFSET = rf"{YEAR}{DAY_AND_CLOCK}Z|{INNER}{DAY_AND_CLOCK}{OFFSET}"
WRITTEN = {"Y": YEAR, "y": r"\d{2}", "b": "[A-Za-z]+", "B": "[A-Za-z]+", "p": "[AaPp][Mm]", "f": r"\d{1,6}"}
WRITTEN |= {"z": OFFSET, "%": "%"}
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
    if source_type in INTEGERS:
        return exp.cast(source, "VARCHAR")
    text = _as_text(source, source_type)
    if source_type in FLOATS:  # ids of a column with gaps often come as 17.0
        text = exp.RegexpReplace(this=text, expression=exp.Literal.string(r"\.0$"), replacement=exp.Literal.string(""))
    return exp.func("NULLIF", text, exp.Literal.string(""))


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
    text = _trimmed(_as_text(source, source_type))
    own = source_type == "VARCHAR"  # the marks are those of text; numbers are written with a point
    pattern, plain = _number_pattern(field, text) if own else (_plain_pattern(field), text)
    fits = [_matches(text, pattern)]
    if source_type in FLOATS:
        # where neighbouring floats lie closer than the last digit that is kept, one of them is the written number
        limit = integer(2 ** FLOATS[source_type] // 10**scale)
        fits.append(exp.LT(this=exp.Abs(this=source), expression=limit))
    return when(all_of(fits), _exact(plain, scale))


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
    whole, plain = rf"\d{{1,{whole_digits(field.type.scale)}}}", text
    if field.thousands:
        groups = max(1, (whole_digits(field.type.scale) - 1) // 3)
        whole = rf"(\d{{1,3}}({re.escape(field.thousands)}\d{{3}}){{1,{groups}}}|{whole})"
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.thousands), exp.Literal.string(""))
    if field.decimal != ".":
        plain = exp.func("REPLACE", plain, exp.Literal.string(field.decimal), exp.Literal.string("."))
    return _pattern(field, whole, re.escape(field.decimal)), plain


def _plain_pattern(field: Field) -> str:
    return _pattern(field, rf"\d{{1,{whole_digits(field.type.scale)}}}", r"\.")


def _pattern(field: Field, whole: str, mark: str) -> str:
    scale, sign = field.type.scale, r"\+?" if field.count else "[+-]?"
    if scale == 0:
        return f"{sign}{whole}({mark}0*)?"
    return rf"{sign}({whole}({mark}\d{{0,{scale}}}0*)?|{mark}\d{{1,{scale}}}0*)"


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
    if _is_stamp(source_type):
        micros = _stamp_micros(source, source_type)
        return _between(micros, EARLIEST, LATEST, micros.copy())
    text = _trimmed(_as_text(source, source_type))
    if field.format in (None, "iso"):
        return _micros(when(_matches(text, ISO), exp.TryCast(this=text, to=exp.DataType.build("TIMESTAMP"))))
    # without the pattern, '24' would be a year, and 'infinity' the year 1900
    stamp = exp.func("TRY_STRPTIME", text, exp.Literal.string(field.format or ""))
    return _micros(when(_matches(text, _written(field.format or "")), stamp))


def _stamp_micros(source: exp.Column, source_type: str) -> exp.Expr:
    if source_type == "TIMESTAMP_NS":  # a cast would round
        nanos = exp.Anonymous(this="EPOCH_NS", expressions=[source.copy()])
        return exp.IntDiv(this=nanos, expression=integer(1000))
    return _micros(source if source_type == "TIMESTAMP WITH TIME ZONE" else exp.cast(source, "TIMESTAMP"))


def _written(format_: str) -> str:
    """What a strptime format matches, as a regular expression."""
    letters = WRITTEN | {"Y": INNER} if "%z" in format_ else WRITTEN
    parts = re.findall(r"%(.)|([^%]+)", format_)
    return "".join(letters.get(letter, r"\d{1,2}") if letter else re.escape(literal) for letter, literal in parts)


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
    return source.copy() if source_type == "VARCHAR" else exp.cast(source, "VARCHAR")


def _trimmed(text: exp.Expr) -> exp.Expr:
    return exp.Trim(this=text.copy())


def _holds(source_type: str, scale: int) -> bool:
    """Whether it is a decimal type with at most `scale` digits after the point."""
    if not source_type.startswith("DECIMAL"):
        return False
    parameters = parse_one(f"CAST(x AS {source_type})", read="duckdb").find(exp.DataType)
    assert parameters is not None
    return int(parameters.expressions[1].name) <= scale
