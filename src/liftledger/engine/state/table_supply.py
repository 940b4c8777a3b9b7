"""A fact's table: what changed of it, only its engine can tell."""

from pathlib import Path

from liftledger.domain.fact import Fact
from liftledger.domain.mistake import Mistake
from liftledger.engine.engine import Engine
from liftledger.engine.sources.raw import Raw
from liftledger.engine.sources.source import open_source
from liftledger.engine.state.look import PartState, TableState
from liftledger.engine.state.supply import Arrived, Supply


class TableSupply(Supply):
    """A table that is read whole each time."""

    is_whole = True
    changed = True

    def __init__(self, engine: Engine, fact: Fact, folder: Path) -> None:
        self._engine, self._fact, self._folder = engine, fact, folder
        self._raw: Raw | None = None

    def forget(self) -> None:
        """Nothing is known of it."""

    def open(self) -> Raw | tuple[Mistake, ...]:
        found = open_source(self._engine, self._fact, self._folder)
        if isinstance(found, Raw):
            self._raw = found
        return found

    def opened(self) -> Raw:
        assert self._raw is not None
        return self._raw

    def whole(self) -> Raw | tuple[Mistake, ...]:
        return self.opened()

    def parts(self, raw: Raw) -> tuple[PartState, ...]:
        return tuple(TableState(source) for source in raw.sources)

    def arrived(self, *, number: bool) -> Arrived | tuple[Mistake, ...]:
        raise AssertionError((self._fact.name, number))
