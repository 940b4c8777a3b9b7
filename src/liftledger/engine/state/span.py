"""The rows of some days as a condition on the column that dates them, which a table can answer by itself."""

from collections.abc import Collection, Iterator
from itertools import pairwise

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Field
from liftledger.domain.instant import DAY, instant
from liftledger.engine.render import any_of, integer
from liftledger.engine.sources.raw import Raw
from liftledger.engine.typed import EARLIEST, INTEGERS, LATEST, MICROS, STAMPS

MOST = 16  # spans of days that are told apart; of more, all that lies between the first and the last is read
STAMPED = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
ZONE = DAY  # further from UTC no clock is


def of_days(raw: Raw, days: Collection[int]) -> Raw:
    """Rows among which all of these days still are, and few others where their column of time can tell them."""
    time = raw.fact.time
    if time is None or not days:
        return raw
    column = exp.column(time.column, quoted=True)
    bounds = [_between(column, raw.columns[time.column], time, *one) for one in _spans(days)]
    known = [one for one in bounds if one is not None]
    if len(known) < len(bounds):
        return raw

    def cut(query: exp.Query) -> exp.Query:
        within = any_of([one.copy() for one in known])
        return exp.select("*").from_(query.copy().subquery("source")).where(within)

    return msgspec.structs.replace(
        raw,
        parts=tuple(msgspec.structs.replace(part, query=cut(part.query)) for part in raw.parts),
        query=cut(raw.query),
        parted=None if raw.parted is None else cut(raw.parted),
    )


def _spans(days: Collection[int]) -> Iterator[tuple[int, int]]:
    """First and last microsecond of each run of days that follow one another."""
    ordered = sorted(days)
    ends = [place for place, day in enumerate(ordered[1:], 1) if day - ordered[place - 1] > 1]
    cuts = [0, *ends, len(ordered)] if len(ends) < MOST else [0, len(ordered)]
    for start, stop in pairwise(cuts):
        first, last = ordered[start], ordered[stop - 1]  # cut towards zero: day 0 is twice as long
        low = first * DAY if first > 0 else (first - 1) * DAY + 1
        high = (last + 1) * DAY - 1 if last >= 0 else last * DAY
        yield max(low, EARLIEST), min(high, LATEST)


def _between(column: exp.Expr, type_: str, time: Field, low: int, high: int) -> exp.Expr | None:
    """At least the rows of the span; None where the column would have to be read as text first."""
    if time.format in MICROS:
        if type_ not in INTEGERS:
            return None
        factor = MICROS[time.format]
        return exp.Between(this=column, low=integer(low // factor), high=integer(high // factor + 1))
    if type_ not in STAMPED:
        return None
    beyond = 0 if time.timezone == "UTC" or type_ == "TIMESTAMP WITH TIME ZONE" else ZONE
    first, last = max(low - beyond, EARLIEST), min(high + beyond, LATEST)
    return exp.Between(this=column, low=_stamp(first, type_), high=_stamp(last, type_))


def _stamp(micros: int, type_: str) -> exp.Expr:
    text = instant(micros).replace("T", " ")
    texts = {"DATE": text[:10], "TIMESTAMP WITH TIME ZONE": text.replace("Z", "+00:00")}
    return exp.cast(exp.Literal.string(texts.get(type_, text[:-1])), STAMPS.get(type_, "TIMESTAMP"))
