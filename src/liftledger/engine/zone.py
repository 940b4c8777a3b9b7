"""Local clock times of a zone as UTC, where hours that a clock skips or repeats are no answer."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from liftledger.engine.render import integer, when

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
SECOND = 1_000_000

# local microseconds from which the offset (microseconds) holds; None: skipped, twice, or beyond the known years
Piece = tuple[int, int | None]


@cache
def pieces(zone: str) -> tuple[Piece, ...]:
    """The zone's local time line, cut where its offset changes."""
    began, ended = _offset(zone, FIRST), _offset(zone, LAST)
    found: list[Piece] = [(-(2**62), None), (_micros(FIRST) + began, began)]
    for instant in _changes(zone):
        before, after = _offset(zone, instant - timedelta(seconds=1)), _offset(zone, instant)
        found += [(_micros(instant) + min(before, after), None), (_micros(instant) + max(before, after), after)]
    return (*found, (_micros(LAST) + ended, None))


def utc(local: exp.Expr, zone: str) -> exp.Expr:
    """Microseconds UTC of local microseconds; NULL for a local time that is ambiguous or does not exist."""
    if zone == "UTC":
        return local
    return _choose(local, pieces(zone))


def _choose(local: exp.Expr, parts: tuple[Piece, ...]) -> exp.Expr:
    # a balanced tree of CASE: seven comparisons reach one of a century's pieces
    if len(parts) == 1:
        offset = parts[0][1]
        return exp.null() if offset is None else exp.Sub(this=local.copy(), expression=integer(offset))
    middle = len(parts) // 2
    condition = exp.LT(this=local.copy(), expression=integer(parts[middle][0]))
    return when(condition, _choose(local, parts[:middle]), _choose(local, parts[middle:]))


def _offset(zone: str, instant: datetime) -> int:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * SECOND


def _micros(instant: datetime) -> int:
    return int(instant.timestamp()) * SECOND


def _changes(zone: str) -> list[datetime]:
    found, step, day = [], timedelta(days=7), FIRST
    while day < LAST:
        if _offset(zone, day) != _offset(zone, day + step):
            low, high = day, day + step
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, low) else (low, middle)
            found.append(high)
        day += step
    return found
