"""Source columns of a type that can never hold what is declared: one sentence for the column, not one for each row."""

from collections.abc import Iterator

from liftledger.domain.fact import Field
from liftledger.domain.mistake import Mistake
from liftledger.engine.sources.raw import Raw, arrival, fields
from liftledger.engine.typed import MICROS

NESTED = "nested"
STARTS = {
    "STRUCT": NESTED, "MAP": NESTED, "UNION": NESTED, "ARRAY": NESTED, "LIST": NESTED,
    "TIMESTAMP": "date", "DATE": "date", "TIME": "clock", "INTERVAL": "clock", "UUID": "id", "BOOLEAN": "boolean",
    "DECIMAL": "number", "NUMERIC": "number", "DOUBLE": "number", "FLOAT": "number",
    "TINYINT": "number", "SMALLINT": "number", "INTEGER": "number", "BIGINT": "number", "HUGEINT": "number",
    "UTINYINT": "number", "USMALLINT": "number", "UINTEGER": "number", "UBIGINT": "number", "UHUGEINT": "number",
}  # fmt: skip
FITTING = {"date": "time", "clock": "text", "id": "text", "boolean": "boolean", "number": "integer or decimal"}
OF_NULLS = "INTEGER"  # what is told of a Parquet column without any value


def foreign(raw: Raw) -> Iterator[Mistake]:
    """Used columns that no row could fill."""
    part = raw.parts[0]  # the others hold the same types
    for place, field in _declared(raw):
        type_ = part.columns.get(field.column)
        if type_ is not None and not (field.optional and type_ == OF_NULLS) and _never(_kind(type_), field):
            found = f"column {field.column!r} is {type_}; {place} declares {_spoken(field)}"
            yield Mistake(part.place, None, found, _cure(_kind(type_), field))


def _declared(raw: Raw) -> Iterator[tuple[str, Field]]:
    """Each field with the key that declares it."""
    fact = raw.fact
    for field in dict.fromkeys(fields(fact)):
        yield f"facts.{fact.name}.{'time' if field == fact.time else f'columns.{field.name}'}", field
    if (arrived := arrival(fact)) is not None and arrived not in fields(fact):
        yield f"facts.{fact.name}.arrival", arrived


def _kind(type_: str) -> str | None:
    """What is told of a type's values; None where they may be anything, as text may."""
    if type_.endswith("]"):
        return NESTED
    return next((kind for start, kind in STARTS.items() if type_.startswith(start)), None)


def _never(kind: str | None, field: Field) -> bool:
    match field.type.name:
        case "text":
            return kind == NESTED
        case "boolean":
            return kind in (NESTED, "date", "clock", "id")
        case "time" if field.format in MICROS:
            return kind in (NESTED, "date", "clock", "id", "boolean")
        case "time" if field.format in (None, "iso"):
            return kind in (NESTED, "number", "clock", "id", "boolean")
        case "time":  # a pattern may be of a clock, or of digits alone
            return kind in (NESTED, "id", "boolean")
    return kind in (NESTED, "date", "clock", "id", "boolean")


def _spoken(field: Field) -> str:
    return "count" if field.count else field.type.name


def _cure(kind: str | None, field: Field) -> str:
    if kind == NESTED:
        return "give it a column of its own for the part that counts, for example by a view"
    if field.type.name == "time" and kind == "number":
        return "say what it counts, for example format: unix_s"
    if field.type.name == "time" and kind == "date":
        return "it is a time already: leave `format` out"
    return f"declare it as {FITTING[kind or 'id']}, or name the right column: `column: NAME`"
