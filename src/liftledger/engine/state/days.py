"""A dated fact day by day: what is known of the rows of each, so that only changed days are read again."""

import msgspec
from sqlglot import exp

from liftledger.domain.instant import DAY
from liftledger.engine.columns import AT
from liftledger.engine.render import column, integer
from liftledger.engine.state.files import FileState

WHOLE = 0  # the one day of a fact that is always read whole


class DayState(msgspec.Struct, frozen=True):
    """What `Loaded` says, of one day's rows. Sums are text, for JSON's numbers end at 64 bits; names are the table's."""

    rows: int
    supplied: int  # rows that fit, before those that repeat were left out
    first: int | None
    last: int | None
    sums: dict[str, str]
    missing: dict[str, int] = {}
    negative: dict[str, int] = {}
    merged: int = 0
    texts: dict[str, tuple[str, ...] | None] = {}  # of the columns that metrics go by; None: there are too many to keep
    token: str = ""  # of a table's day: tells whether it changed


class Kept(msgspec.Struct, frozen=True):
    """Rows by `_day` in tables of the store: name -> the days that live there; older rows of a day were replaced."""

    tables: dict[str, tuple[int, ...]] = {}


class Strangers(msgspec.Struct, frozen=True):
    """Units of a fact's rows that another fact does not know, or knows no parent of."""

    known: str  # the other fact
    column: str | None  # its column of the parent; None: being named there is enough
    rows: int
    units: int
    kept: Kept  # (_day, _unit, _rows)


class FactState(msgspec.Struct, frozen=True):
    """All that is needed to give back `Loaded` without reading."""

    key: str  # hash of the fact's definition and of how this program reads it
    number: bool  # its units are integers
    parts: tuple[FileState, ...]
    days: dict[int, DayState]
    ids: Kept | None = None  # (_day, _id) of a dated fact with an id
    roll: str | None = None  # table of the store: the units of a wide fact that others ask about, with their parents
    strangers: tuple[Strangers, ...] = ()


def day_of(at: exp.Expr | None = None) -> exp.Expr:
    """The day of a row: whole days since 1970, cut towards zero as every engine's integer division does."""
    return exp.IntDiv(this=at or column(AT), expression=integer(DAY))
