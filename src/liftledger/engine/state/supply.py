"""Where the rows of one fact come from, as a refresh sees it: what is known of them, and which have to be read."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

import msgspec
from sqlglot import exp

from liftledger.domain.mistake import Mistake
from liftledger.engine.sources.raw import Raw
from liftledger.engine.state.days import DayState
from liftledger.engine.state.table import PartState


class Arrived(msgspec.Struct, frozen=True):
    """The rows that changed days hold now."""

    raw: Raw  # of those that were read
    days: frozenset[int]  # that changed
    rows: exp.Query  # typed, those that fit, with their `_day`; they may repeat
    supplied: Mapping[int, int]  # day -> how many they are
    measured: Mapping[int, DayState] | None  # what was told in passing of days with rows; None: rows may repeat
    parts: tuple[PartState, ...]  # all of the fact, as they are now
    everything: bool  # these are all rows of the fact
    added: bool = False  # the rows came in addition to those that the days hold, of which none was read
    only: Mapping[str, int] | None = None  # place of each part -> its only day, where fingerprints are quicker by part


class Supply(ABC):
    """One fact's files or table."""

    is_whole: bool  # all rows are read when anything changed

    @property
    @abstractmethod
    def changed(self) -> bool:
        """Whether anything is to be read."""

    @abstractmethod
    def forget(self) -> None:
        """As if nothing had been known: all is to be read again."""

    @abstractmethod
    def open(self) -> Raw | tuple[Mistake, ...]:
        """All parts with their columns; the query is of no use, for what did not change is not opened."""

    @abstractmethod
    def opened(self) -> Raw:
        """The parts that were opened until now."""

    @abstractmethod
    def whole(self) -> Raw | tuple[Mistake, ...]:
        """All parts, to be read whole."""

    @abstractmethod
    def since(self, day: int) -> Raw | tuple[Mistake, ...]:
        """At least all rows from a day on, of a dated fact."""

    @abstractmethod
    def parts(self, raw: Raw) -> tuple[PartState, ...]:
        """What is to be known next time of parts that were read whole, and of those that were not read."""

    @abstractmethod
    def arrived(self, *, number: bool, alone: bool = True) -> Arrived | tuple[Mistake, ...]:
        """Reads the rows of changed days of a dated fact; `alone`: only those that were added to them, where it can."""
