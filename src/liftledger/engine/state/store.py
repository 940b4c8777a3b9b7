"""The store: tables that outlive the session in which they were made."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

from sqlglot import exp

from liftledger.engine.engine import Engine

NAME = re.compile(r"[a-z0-9_]{1,200}")
TYPE = re.compile(r"BIGINT|INTEGER|VARCHAR|BOOLEAN|DECIMAL\(\d+, ?\d+\)")  # that come back as they were, everywhere


class Store(ABC):
    """Each table is written once, whole, under a name that is never used again.

    A refresh that ended after its `commit` and before anybody knew of it leaves tables that are of no use: the next one
    begins with `sweep`.
    """

    def keep(self, name: str, query: exp.Query) -> int:
        """Keeps a query's rows, and says how many. Raises Exhausted, and what every query may."""
        assert NAME.fullmatch(name) and self.missing([name]), name
        types = self._engine.columns(query)
        assert all(map(TYPE.fullmatch, types.values())), types  # a sum of BIGINT, for one, is HUGEINT, then DOUBLE
        return self._keep(name, query, types)

    def read(self, names: Sequence[str]) -> exp.Query:
        """All rows of all of them, one after the other; they have the same columns."""
        assert names
        return self._read(tuple(names))

    @abstractmethod
    def missing(self, names: Collection[str]) -> frozenset[str]:
        """Those of the names under which nothing is kept: somebody removed it."""

    @abstractmethod
    def commit(self) -> None:
        """What was kept survives from now on; nothing more is kept or read by this one."""

    @abstractmethod
    def sweep(self, live: Collection[str]) -> None:
        """Removes what is kept under all other names, and what a crash left. Touches nothing that is not ours."""

    @property
    @abstractmethod
    def _engine(self) -> Engine: ...

    @abstractmethod
    def _keep(self, name: str, query: exp.Query, types: dict[str, str]) -> int: ...

    @abstractmethod
    def _read(self, names: tuple[str, ...]) -> exp.Query: ...
