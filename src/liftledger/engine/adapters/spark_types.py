"""Spark's types in the words that every engine shares (DuckDB's)."""

from typing import Any

WORDS = {
    "string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER", "smallint": "SMALLINT", "tinyint": "TINYINT",
    "double": "DOUBLE", "float": "FLOAT", "boolean": "BOOLEAN", "date": "DATE", "binary": "BLOB",
    "timestamp": "TIMESTAMP WITH TIME ZONE", "timestamp_ntz": "TIMESTAMP",
}  # fmt: skip


def spoken(type_: Any) -> str:
    """Nested types, intervals and the like stay in Spark's words: no field can be read from them."""
    name = str(type_.simpleString())
    if name.startswith(("varchar(", "char(", "string ")):  # of a length, of a collation
        return "VARCHAR"
    if name.startswith("decimal("):
        return name.upper().replace(",", ", ") if ", " not in name else name.upper()
    return WORDS.get(name, name)
