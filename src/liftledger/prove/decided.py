"""What the looks, the money and the log together decide: the state of a pilot, since when, and its tranches."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.pilot import Pilot, Release, State, Watched
from liftledger.prove.pilot_log import Entry, Released, Turned
from liftledger.prove.pilot_records import Seen
from liftledger.prove.registration import Register
from liftledger.prove.watching import Series, whole

NEARLY = 0.8  # of the budget: from here on it is said
ON_TRACK = "no criterion has fired"
DUE = "its date has come, its needs stand well"
UNTOLD = "the log holds no release by then"


class Decided(msgspec.Struct, frozen=True):
    """A state, the day on which it began, and why."""

    state: State
    date: str
    reason: str
    tranches: tuple[Release, ...]
    notes: tuple[str, ...] = ()


def decided(seen: Seen, known: Register, entries: Sequence[Entry], *, asked: bool = False) -> Decided:
    """A kill counts whatever else is true; a pass only where all else is sound.

    Of a date that is `asked` for: what the log holds of later days had not happened yet.
    """
    pilot = known.terms.pilot
    turned = [entry.what for entry in entries if isinstance(entry.what, Turned)]
    kill = next((one for one in turned if one.state == "killed"), None)
    state, date, reason = _state(seen, known)
    notes: list[str] = []
    if asked:
        entries = [one for one in entries if one.as_of <= seen.until]
        turned = [one for one in turned if one.date <= seen.until]
        kill = kill if kill is not None and kill.date <= seen.until else None
    if kill is not None:
        if state != "killed":
            notes.append("The records as they are now no longer show why it was killed; it stays killed.")
        state, date, reason = "killed", kill.date, kill.reason
    elif turned and turned[-1].state == state and (state == "passed" or not date):
        date = turned[-1].date
    elif state != "killed" and any(one.state == "passed" for one in turned):
        notes.append("It was told as passed before; by the records and the log as they are now it has not.")
    return Decided(
        state, date or seen.until, reason, tuple(_tranches(seen, pilot, state, entries, asked)), tuple(notes)
    )


def _state(seen: Seen, known: Register) -> tuple[State, str, str]:
    """What the records say now; the date is '' where they do not tell it."""
    watched = [one.watched for one in seen.series]
    fired = [one for one in watched if one.rule == "kill" and one.fired is not None]
    if fired:
        first = min(fired, key=lambda one: one.fired or "")
        return "killed", first.fired or "", f"{_named(first)}: {first.reason}"
    if unsound := [*seen.broken.values(), *known.lost]:
        return "warn", "", "; ".join(unsound)
    goals = [one for one in watched if one.rule == "pass"]
    if goals and all(one.fired for one in goals):
        last = max(goals, key=lambda one: one.fired or "")
        return "passed", last.fired or "", f"{_named(last)}: {last.reason}"
    return _run(seen, known.terms.pilot)


def _run(seen: Seen, pilot: Pilot) -> tuple[State, str, str]:
    """On track or warned, and since when without a break."""
    looks = {date for one in seen.series for date in one.states}
    dates = sorted({min(pilot.start, seen.until), seen.until, *seen.spent, *looks})
    states = [_filled(one.states, dates) for one in seen.series]
    warnings = {
        date: tuple(_warnings(seen, pilot, [one[place] for one in states], date)) for place, date in enumerate(dates)
    }
    now = bool(warnings[dates[-1]])
    begin = dates[-1]
    for date in reversed(dates):
        if bool(warnings[date]) != now:
            break
        begin = date
    waits = f"it begins on {pilot.start}" if seen.until < pilot.start else _unfired(seen.series)
    return ("warn" if now else "on track"), begin, "; ".join(warnings[dates[-1]]) or waits


def _unfired(series: Sequence[Series]) -> str:
    """Nothing has fired, which says little of what nobody could look at."""
    unseen = [_named(one.watched) for one in series if one.watched.rule == "kill" and not one.watched.looks]
    return f"{ON_TRACK}, and no look at {', '.join(unseen)} counts yet" if unseen else ON_TRACK


def _warnings(seen: Seen, pilot: Pilot, states: Sequence[State], date: str) -> Iterator[str]:
    """Why a day deserves one: a point estimate on the wrong side, a fired warning, the money, or the end."""
    for one, state in zip(seen.series, states, strict=True):
        if state == "warn":
            yield f"{_named(one.watched)}: {one.watched.reason}"
    budget, spent = float(pilot.budget), seen.spent.get(date, 0.0)
    if spent > budget:
        came = f"{whole(spent)} is spent" if pilot.spent else f"declared costs come to {whole(spent)}"
        yield f"{came}, more than the budget of {whole(budget)}"
    elif spent >= NEARLY * budget:
        part = f"{whole(spent)} of the budget of {whole(budget)}"
        yield f"{part} is spent" if pilot.spent else f"declared costs come to {part}"
    if date >= pilot.end:
        yield f"it ended on {pilot.end} without a decision"


def _filled(states: Mapping[str, State], dates: Sequence[str]) -> list[State]:
    """On each of the dates, which hold those of all looks, the state of the last look by then."""
    found: list[State] = []
    for date in dates:
        found.append(states.get(date, found[-1] if found else "on track"))
    return found


def _named(watched: Watched) -> str:
    return f"{watched.criterion} (as registered on {watched.registered})" if watched.registered else watched.criterion


def _tranches(seen: Seen, pilot: Pilot, state: State, entries: Sequence[Entry], asked: bool) -> Iterator[Release]:
    """What was released stays so: the money is out."""
    when = {entry.what.tranche: entry.as_of for entry in reversed(entries) if isinstance(entry.what, Released)}
    for one in pilot.tranches:
        amount = float(one.amount)
        if one.name in when:
            yield Release(one.name, amount, one.date, True, f"since {when[one.name]}")
        else:
            against = _against(seen, pilot, state, one.date, _needed(seen.series, one.needs))
            yield Release(one.name, amount, one.date, not against, against or DUE + (f"; {UNTOLD}" if asked else ""))


def _needed(series: Sequence[Series], needs: Sequence[str]) -> list[Watched]:
    return [one.watched for one in series if one.watched.criterion in needs]


def _against(seen: Seen, pilot: Pilot, state: State, date: str, needed: Sequence[Watched]) -> str:
    """Why a tranche is not released; '' where it is."""
    if state == "killed":
        return "the pilot is killed" if seen.until < date else f"the pilot is killed, and {UNTOLD}"
    if seen.until < date:
        return f"not before {date}"
    if seen.until > pilot.end and state != "passed":
        return f"the pilot ended on {pilot.end}"
    if seen.broken:
        return f"study {', '.join(seen.broken)} is broken"
    for one in needed:
        if not one.looks:
            return f"no look at {_named(one)} counts yet"
        if one.state not in ("on track", "passed"):
            return f"{_named(one)} stands at {one.state}"
    if seen.spent.get(seen.until, 0.0) > float(pilot.budget):
        return "more than the budget is spent" if pilot.spent else "declared costs come to more than the budget"
    return ""
