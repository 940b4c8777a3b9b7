"""A store that forgets: tables of the session under names that are used once."""

from collections.abc import Sequence

from sqlglot import exp

from liftledger.engine.engine import Engine


class Shelf:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rows: dict[str, int] = {}  # by table
        self.asked: list[str] = []  # tables that were read

    def keep(self, name: str, query: exp.Query) -> int:
        assert name not in self.rows
        self.engine.table(f"kept_{name}", query)
        counted = exp.select(exp.alias_(exp.Count(this=exp.Star()), "rows")).from_(f"kept_{name}")
        [(self.rows[name],)] = self.engine.rows(name, counted)
        return self.rows[name]

    def read(self, names: Sequence[str]) -> exp.Query:
        self.asked += names
        first, *rest = [exp.select("*").from_(exp.to_table(f"kept_{name}")) for name in names]
        query: exp.Query = first
        for part in rest:
            query = exp.union(query, part, distinct=False)
        return query
