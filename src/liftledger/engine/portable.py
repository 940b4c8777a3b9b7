"""A statement as any engine could run it: over tables that are named after the facts, not over files."""

from collections.abc import Collection

from sqlglot import exp

from liftledger.engine.dialect import reads


def portable(tree: exp.Expr, name: str, facts: Collection[str]) -> exp.Expr:
    """`name`: the statement's own. Files and the tables that an adapter made of them become the fact's table."""
    tree = tree.copy()
    for table in list(tree.find_all(exp.Table)):
        fact = _source(table, name, facts)
        if fact is not None:
            named = exp.table_(fact, quoted=True)
            table.replace(exp.alias_(named, table.alias, table=True) if table.alias else named)
    for union in reversed(list(tree.find_all(exp.Union))):  # of a fact's files, which are one table there
        if union.this == union.expression:
            union.replace(union.this.copy())
    return tree


def _source(table: exp.Table, name: str, facts: Collection[str]) -> str | None:
    """The fact that the table holds as it was supplied, if it does."""
    if reads(table.this):
        return next(fact for fact in facts if name in (f"fact_{fact}", f"read_{fact}"))
    place = table.catalog or table.name
    return next((fact for fact in facts if place == f"source_{fact}"), None)
