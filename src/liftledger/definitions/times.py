"""Durations, days, instants and the formats of written times; all become whole microseconds."""

import re
from functools import cache
from zoneinfo import available_timezones

from liftledger.definitions.notes import Unfit, instead
from liftledger.domain import instant as domain
from liftledger.domain.instant import DAY, micros

LENGTHS = {"m": DAY // 1440, "h": DAY // 24, "d": DAY, "w": 7 * DAY}
YEARS_MAX = 100
DURATION = r"^[0-9]{1,9}[mhdw]$"
POSITIVE_DURATION = r"^0*[1-9][0-9]{0,8}[mhdw]$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
FORMATS = ("iso", "unix_s", "unix_ms", "unix_us")
FIRST, LAST = micros("1970-01-01"), micros("2200-01-01")
DIRECTIVES = frozenset("YymdbBHIpMSfz%")


def duration(text: str) -> int:
    """'90m', '12h', '14d' or '2w'; 0 and up."""
    if re.fullmatch(r"-[0-9]+[mhdw]", text):
        raise Unfit("", "a duration cannot be negative; write one such as 14d")
    if re.fullmatch(r"[0-9]+", text):
        raise Unfit(f"is '{text}' without a unit", f"write {text}d for days; m, h and w are minutes, hours and weeks")
    if not re.fullmatch(DURATION, text):
        raise Unfit("")
    length = int(text[:-1]) * LENGTHS[text[-1]]
    if length > YEARS_MAX * 366 * DAY:
        raise Unfit("", f"at most {YEARS_MAX} years will do")
    return length


def positive_duration(text: str) -> int:
    """As `duration`, but longer than nothing."""
    length = duration(text)
    if length == 0:
        raise Unfit(f"is '{text}'", "it must be longer than nothing; write one such as 14d")
    return length


def whole_days(text: str) -> int:
    """As `positive_duration`, but of no part of a day."""
    length = positive_duration(text)
    if length % DAY:
        raise Unfit("", "it takes whole days, such as 1d or 7d")
    return length


def instant(text: str) -> int:
    """A date (its first instant) or a date and time, in UTC unless it says otherwise."""
    if not re.fullmatch(INSTANT, text):
        raise Unfit("")
    try:
        return micros(text)
    except (ValueError, OverflowError):
        raise Unfit(f"is '{text}', which is not on the calendar") from None


def moment(text: str) -> int:
    """An instant of the study's own time; literals in data, such as 9999-12-31, may lie beyond."""
    found = instant(text)
    if not FIRST <= found < LAST:
        raise Unfit("", f"it lies between {shown(FIRST)} and {shown(LAST)}")
    return found


def day_end(text: str) -> int:
    """The first instant after a UTC day."""
    if not re.fullmatch(DATE, text):
        raise Unfit("")
    return moment(text) + DAY


def shown(at: int) -> str:
    """An instant as people write it: the day, and the time of day where there is one."""
    return domain.day(at) if at % DAY == 0 else domain.instant(at)


def time_format(text: str) -> str:
    """'iso', a kind of Unix time, or a strptime pattern that fixes a day."""
    if text in FORMATS:
        return text
    directives = re.findall(r"%(.)?", text)
    if not directives:
        cure = instead(text, FORMATS, "")
        raise Unfit("", cure if cure.startswith("did") else f"it takes {', '.join(FORMATS)} or a pattern like %d-%m-%Y")
    for directive in directives:
        if directive not in DIRECTIVES:
            raise Unfit(f"is '{text}', where %{directive} is unknown", "use %Y %y %m %b %B %d %H %I %p %M %S %f %z")
    for part, letters in (("the year", "Yy"), ("the month", "mbB"), ("the day", "d")):
        if not set(letters) & set(directives):
            raise Unfit(f"is '{text}', which leaves out {part}", f"add %{letters[0]}")
    doubled = next((letter for letter in directives if letter != "%" and directives.count(letter) > 1), None)
    if doubled:
        raise Unfit(f"is '{text}', where %{doubled} stands twice", "keep one of them")
    for same in ("Yy", "mbB", "HI"):
        both = [letter for letter in directives if letter in same]
        if len(both) > 1:
            raise Unfit(f"is '{text}', where %{both[0]} and %{both[1]} say the same", "keep one of them")
    if ("I" in directives) != ("p" in directives):
        raise Unfit(f"is '{text}'", "%I (hours to 12) and %p (AM or PM) go together; %H counts to 24")
    return text


def zone(text: str) -> str:
    """An IANA time zone."""
    if text not in _zones():
        cure = instead(text, _zones(), "")
        raise Unfit("", cure if cure.startswith("did") else "it takes an IANA zone, such as Europe/Berlin or UTC")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
