"""A store whose tables go with the session: for what one report alone reads of them."""

from collections.abc import Collection
from functools import reduce

from sqlglot import exp

from liftledger.engine.engine import Engine
from liftledger.engine.render import commented
from liftledger.engine.state.store import Store


class SessionStore(Store):
    """Temporary tables."""

    def __init__(self, engine: Engine) -> None:
        self._session = engine
        self._names: set[str] = set()

    def missing(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(names) - self._names

    def commit(self) -> None:
        """Nothing of it survives."""

    def sweep(self, live: Collection[str]) -> None:
        """Nothing is there that another session has made."""

    @property
    def _engine(self) -> Engine:
        return self._session

    def _keep(self, name: str, query: exp.Query, types: dict[str, str]) -> int:  # noqa: ARG002
        self._session.table(name, query)
        self._names.add(name)
        rows = exp.select(exp.Count(this=exp.Star()).as_("rows")).from_(name)
        [(found,)] = self._session.rows(f"{name}: rows", commented(rows, "How many were kept."))
        return int(found)

    def _read(self, names: tuple[str, ...]) -> exp.Query:
        parts: list[exp.Query] = [exp.select("*").from_(name) for name in names]
        return reduce(lambda one, other: exp.union(one, other, distinct=False), parts)
