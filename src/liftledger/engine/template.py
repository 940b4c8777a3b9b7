"""SQL kept in readable files and filled through the syntax tree: names go in as identifiers, never as text."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from sqlglot import exp, parse_one

from liftledger.engine.dialect import CANONICAL

Fill = exp.Expr | Sequence[exp.Expr]


@cache
def _template(name: str) -> exp.Expr:
    return parse_one(files("liftledger.engine").joinpath("sql", f"{name}.sql").read_text("utf-8"), read=CANONICAL)


def fill(name: str, *, tables: Mapping[str, str | exp.Query] | None = None, **columns: Fill) -> exp.Query:
    """The query in `sql/<name>.sql` with its placeholders replaced.

    A table named in `tables` becomes another table or a subquery; `$name` becomes an expression or, in a list
    (SELECT, GROUP BY), several.
    """
    query = _template(name).copy()
    for table in list(query.find_all(exp.Table)):
        target = (tables or {}).get(table.name)
        if isinstance(target, str):
            table.replace(exp.alias_(exp.to_table(target), table.alias_or_name, table=True))
        elif target is not None:
            table.replace(target.copy().subquery(table.alias_or_name, copy=False))
    for place in list(query.find_all(exp.Placeholder)):
        value = columns[place.name]
        if isinstance(value, exp.Expr):
            place.replace(value.copy())
        else:
            _splice(place, [item.copy() for item in value])
    for where in list(query.find_all(exp.Where)):
        if where.this == exp.true():  # nothing to leave out
            where.pop()
    for group in list(query.find_all(exp.Group)):
        if not any(group.args.values()):  # one group of all rows
            group.pop()
    assert isinstance(query, exp.Query)
    return query


def expression(sql: str, **parts: exp.Expr) -> exp.Expr:
    """An expression whose `$name` become others."""
    tree = parse_one(sql, read=CANONICAL)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(parts[place.name].copy())
    return tree


def _splice(place: exp.Expr, items: list[exp.Expr]) -> None:
    parent, key = place.parent, place.arg_key
    assert parent is not None and key is not None
    siblings = parent.args[key]
    at = next(index for index, sibling in enumerate(siblings) if sibling is place)
    parent.set(key, [*siblings[:at], *items, *siblings[at + 1 :]])
