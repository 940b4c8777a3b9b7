"""Tables and views of a PostgreSQL database, with their columns in types that every engine knows."""

from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.domain.provenance import Source
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.engine import Row
from liftledger.engine.render import named
from liftledger.engine.sources.raw import Part, Raw, used

COLUMNS = """
SELECT n.nspname, c.relname, a.attname, format_type(t.oid, NULL), format_type(a.atttypid, a.atttypmod)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.oid = to_regclass(%s)
ORDER BY a.attnum
"""
TYPES = {
    "bigint": "BIGINT", "integer": "INTEGER", "smallint": "SMALLINT", "boolean": "BOOLEAN", "date": "DATE",
    "double precision": "DOUBLE", "real": "FLOAT",
    "timestamp without time zone": "TIMESTAMP", "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


def open_postgres_table(postgres: Postgres, fact: Fact, name: str) -> Raw | tuple[Mistake, ...]:
    """Its columns; reads no rows."""
    found: list[Row] = []
    for quoted in _readings(name):
        found = found or postgres.fetch(COLUMNS, quoted)
    if not found:
        cure = f"check facts.{fact.name}.table, and that the role may use its schema"
        return (Mistake(name, None, "there is no such table or view", cure),)
    schema, table = found[0][:2]
    types = {column: _type(kind, whole) for _, _, column, kind, whole in found}
    selected: list[exp.Expr] = [
        named(_value(column, types[column]), column) for column in used(fact) if column in types
    ]
    query = exp.select(*(selected or [exp.Star()])).from_(exp.table_(table, db=schema, quoted=True))
    part = Part(f"{schema}.{table}", types, query)
    return Raw(fact, (part,), query, (Source(fact.name, part.place, None, None, None),), text=False)


def _readings(name: str) -> list[str]:
    schema, point, rest = name.partition(".")
    whole = _quoted(name)
    return [whole, f"{_quoted(schema)}.{_quoted(rest)}"] if point else [whole]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(kind: str, whole: str) -> str:
    if kind == "numeric":
        return whole.replace("numeric", "DECIMAL").replace(",", ", ") if "(" in whole else "NUMERIC"
    return TYPES.get(kind, "VARCHAR")


def _value(column: str, type_: str) -> exp.Expr:
    """Texts of any kind as text that is told apart byte by byte, whatever the database's collation."""
    source = exp.column(column, quoted=True)
    if type_ != "VARCHAR":
        return source
    return exp.Collate(this=exp.cast(source, "TEXT"), expression=exp.to_identifier("C", quoted=True))
