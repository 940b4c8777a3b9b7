"""Instants: whole microseconds since 1970-01-01T00:00Z, and RFC 3339 for people and files."""

from datetime import UTC, datetime, timedelta

DAY = 86_400_000_000  # microseconds
HOUR = DAY // 24
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(micros: int) -> str:
    """RFC 3339 in UTC, to the second unless there is a fraction."""
    moment = EPOCH + timedelta(microseconds=micros)
    return moment.isoformat(timespec="microseconds" if micros % 1_000_000 else "seconds").replace("+00:00", "Z")


def day(micros: int) -> str:
    """The UTC day, YYYY-MM-DD."""
    return instant(micros)[:10]


def micros(text: str) -> int:
    """Of a date (its beginning) or an RFC 3339 instant; without an offset it is UTC. ValueError on anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is beyond the calendar in UTC") from error
    return (moment - EPOCH) // timedelta(microseconds=1)


def brief(span: int) -> str:
    """A length of whole minutes as definitions and names spell it: 30d, 12h, 90m."""
    length, letter = next(pair for pair in ((DAY, "d"), (HOUR, "h"), (HOUR // 60, "m")) if span % pair[0] == 0)
    return f"{span // length}{letter}"
