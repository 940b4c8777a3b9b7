"""Where a pilot stands, for a terminal."""

from collections.abc import Iterator

from liftledger.domain.estimate import Interval
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.pilot import Look, Release, Standing, Watched
from liftledger.report import numbers
from liftledger.report.terminal import GAP, INDENT, columns, widths, wrapped

HEAD = ("criterion", "rule", "effect", "bound", "threshold", "looks", "state")
LABELS = {"on track": "ON TRACK", "warn": "WARNING", "killed": "KILLED", "passed": "PASSED"}


def pilot_text(standing: Standing) -> str:
    """State and reason, criteria, money, indicators, and what to mind."""
    return "\n".join(_lines(standing)) + "\n"


def pilot_sentence(standing: Standing) -> str:
    """'The pilot: KILLED since 2026-02-23: more_tickets: ... .'"""
    return f"The pilot: {_stands(standing)}"


def _stands(standing: Standing) -> str:
    return f"{LABELS[standing.state]} since {standing.date}: {standing.reason.rstrip('.')}."


def _lines(standing: Standing) -> Iterator[str]:
    period = f"pilot of {standing.start} to {standing.end}, report of {standing.as_of}"
    yield wrapped(f"{standing.company}: {period}")
    if standing.segment:
        yield wrapped(standing.segment, INDENT)
    yield ""
    yield wrapped(_stands(standing))
    if standing.watched:
        yield ""
        yield from _table([HEAD, *map(_criterion, standing.watched)])
        yield wrapped(
            "bound: the effect is at least (>=) or at most (<=) that at all looks, but for the chance alpha",
            INDENT,
        )
    yield ""
    yield _money(standing)
    yield from (wrapped(_tranche(one, standing.currency), INDENT) for one in standing.tranches)
    if standing.leading:
        yield ""
        yield "leading indicators, which decide nothing:"
        for one in standing.leading:
            effect = one.effect
            said = (
                f"{change(effect.value, one.unit)} ({change(effect.low, one.unit)} to {change(effect.high, one.unit)})"
                if isinstance(effect, Interval)
                else effect.reason
            )
            yield wrapped(f"{numbers.label(one.metric)}, {one.arm}: {said}", INDENT)
    if standing.notes:
        yield ""
        yield from (wrapped(note) for note in standing.notes)
    yield ""
    yield wrapped(f"registered: {standing.registered[:16]}{_log(standing)}")


def _criterion(one: Watched) -> tuple[str, ...]:
    name = f"{one.criterion} ({one.registered})" if one.registered else one.criterion
    threshold = f"{'>' if one.side == 'above' else '<'} {change(one.threshold, one.unit)}"
    if not one.looks:
        return (name, one.rule, "none", "none", threshold, "none yet", one.state)
    look = shown(one)
    bound = f"{'>=' if one.side == 'above' else '<='} {bare(look.bound, one.unit)}"
    looks = f"{one.looks[0].date} to {look.date}"
    return (name, one.rule, bare(look.effect, one.unit), bound, threshold, looks, one.state)


def shown(one: Watched) -> Look:
    """The look that fired, or the last."""
    return next((look for look in one.looks if look.date == one.fired), one.looks[-1])


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    rows = [tuple(map(numbers.plain, row)) for row in rows]
    room = widths(rows)
    for row in rows:
        cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, room, strict=True))
        yield (INDENT + GAP.join(cells)).rstrip()


def _money(standing: Standing) -> str:
    budget = f"{numbers.count(round(standing.budget))} {standing.currency}"
    if standing.spent is None:
        return numbers.plain(f"budget: {budget}; {unpaid(standing)}")
    return numbers.plain(f"{paid(standing)}: {numbers.count(round(standing.spent))} of a budget of {budget}")


def unpaid(standing: Standing) -> str:
    """Why nothing is said of what is spent."""
    return f"what is spent is {'not known yet' if standing.spent_fact else 'not declared'}"


def paid(standing: Standing) -> str:
    """What the money is that counts against the budget, and up to when."""
    until = f"up to {standing.spent_until}"
    if standing.spent_fact:
        return f"spent by the records of {standing.spent_fact} {until}"
    ends = ", when it was killed" if standing.state == "killed" and standing.spent_until == standing.date else ""
    return f"declared costs {until}{ends}"


def _tranche(one: Release, currency: str) -> str:
    state = "released" if one.released else "not released"
    amount = f"{numbers.count(round(one.amount))} {currency}"
    return f"tranche {one.name}, {amount}, from {one.date}: {state} ({one.reason})"


def _log(standing: Standing) -> str:
    if standing.log is None:
        return "; no log yet"
    entries = standing.log.entries
    return f"; log of {entries} {numbers.plural('entry', entries)}, the last {standing.log.head[:16]}"


def change(value: float, unit: str) -> str:
    """'+1.20 pp', '+21 300 USD per month', '-0.0312 rows'."""
    return f"{bare(value, unit)} {'pp' if unit == 'share' else unit}"


def bare(value: float, unit: str) -> str:
    """Three digits, or whole units of money."""
    if unit == "share":
        value *= 100
    money = unit.partition(" ")[0] in MINOR_DIGITS
    places = 0 if money and abs(value) >= 1000 else numbers.significant(value, 3)
    return numbers.fixed(value, places, signed=True)
