"""The facts of one refresh: changed days are read, all else is known from the last time."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Relation
from liftledger.engine.engine import Engine
from liftledger.engine.facts import Loaded
from liftledger.engine.state.days import FactState
from liftledger.engine.state.files import Change


class Store(Protocol):
    """Where tables are kept from one refresh to the next."""

    def keep(self, name: str, query: exp.Query) -> int: ...

    def read(self, names: Sequence[str]) -> exp.Query: ...


class Plan(msgspec.Struct, frozen=True):
    """What of one fact will be read, and why."""

    fact: str
    changes: tuple[Change, ...]  # none: nothing of it is read
    whole: bool  # all rows are read, not only those of changed days
    notes: tuple[str, ...] = ()


def plan(project: Project, folder: Path, before: Mapping[str, FactState]) -> tuple[Plan, ...]:
    """By looking at files alone: no row is read, no engine asked."""


class Facts:
    """The records of a project as one refresh sees them. What is asked first is `load`."""

    state: dict[str, FactState]  # to be stored

    def __init__(
        self, engine: Engine, store: Store, project: Project, folder: Path, before: Mapping[str, FactState]
    ) -> None: ...

    def load(self) -> tuple[dict[str, Loaded], tuple[Mistake, ...]]:
        """The same as `facts.load`, from the rows of changed days."""

    def days(self, fact: str) -> frozenset[int]:
        """Days that hold other rows than last time, or did; of a fact read whole {0}."""

    def changed(self, fact: str) -> str:
        """Name of a table with all rows that the changed days hold now, as in `table_of(fact)`."""

    def whole(self, fact: str) -> str:
        """`table_of(fact)` with all its rows, made where nobody asked for it yet."""

    def categories(self, fact: str, column: str) -> tuple[str, ...]:
        """Each text of a column once, in the order of their code points; '' where some row has none."""

    def unrelated(self, fact: str, relation: Relation) -> int:
        """Units that have rows of a fact, and that the relation gives no parent."""

    def notes(self) -> tuple[str, ...]:
        """What a person should know: «orders: 1,200 fewer rows than last time»."""
