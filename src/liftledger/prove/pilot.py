"""Where a pilot stands: its criteria watched every day, its money, and the log by which a killed pilot stays killed."""

from datetime import UTC, datetime
from pathlib import Path

from liftledger.definitions.reader import read
from liftledger.domain.instant import micros
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.pilot import Pilot, Standing
from liftledger.domain.project import Project
from liftledger.domain.report import Report
from liftledger.engine.engine import Watch
from liftledger.prove.decided import Decided, decided
from liftledger.prove.kept_session import with_records
from liftledger.prove.pilot_log import (
    NAME,
    Appending,
    Entry,
    Registered,
    Released,
    Turned,
    Written,
    appending,
    read_log,
)
from liftledger.prove.pilot_records import Seen, seen_in
from liftledger.prove.records import Records
from liftledger.prove.registration import Register, lateness, register
from liftledger.prove.resources import Resources


def standing(folder: Path, *, as_of: int | None = None, resources: Resources, watch: Watch | None = None) -> Standing:
    """Where the pilot of a project stands. Asked for a date, it only looks. Raises Mistakes."""
    return stand(read(folder), folder, as_of=as_of, resources=resources, watch=watch)


def beside(folder: Path, report: Report, *, resources: Resources, watch: Watch | None = None) -> Standing | None:
    """Where the pilot stood by a report's date, only shown; None where none is declared. Raises Mistakes."""
    project = read(folder)
    if project.pilot is None:
        return None
    return stand(project, folder, as_of=micros(report.as_of), resources=resources, watch=watch)


def stand(
    project: Project, folder: Path, *, as_of: int | None = None, resources: Resources, watch: Watch | None = None
) -> Standing:
    """The same of a project that was read."""
    if project.pilot is None:
        cure = "add `pilot:`, as in docs/pilot.md"
        raise Mistakes((Mistake("liftledger.yaml", None, "it declares no pilot", cure),))
    known = read_log(folder)
    aims = register(project, known.entries).aims

    def look(records: Records) -> Seen:
        return seen_in(records, project, as_of, aims)

    try:
        seen, unkept = with_records(project, folder, resources, watch, look)
    except Mistakes as found:
        today = datetime.now(UTC).date().isoformat()
        if as_of is not None or known.entries or today >= project.pilot.start:
            raise
        return _foreseen(project, folder, today, found)
    notes = (f"All rows were read for each day: {unkept}.",) if unkept else ()
    if as_of is not None:
        only = "Only shown: with --as-of nothing is written to the log."
        return _told(project, seen, known, (*notes, only), asked=True)
    try:
        with appending(folder) as log:
            if register(project, log.written.entries).aims == aims:
                return _entered(project, seen, log, notes)
    except OSError as error:
        more = f"{NAME} cannot be written to ({error.strerror}), so nothing is registered."
        return _told(project, seen, known, (*notes, more))
    return stand(project, folder, resources=resources, watch=watch)  # somebody registered other criteria meanwhile


def _foreseen(project: Project, folder: Path, today: str, found: Mistakes) -> Standing:
    """Registers a pilot that has not begun, whose records may not be there yet."""
    nothing = Seen(today, (), {}, {}, ())
    note = f"Nothing can be measured yet: {found.mistakes[0]}."
    with appending(folder) as log:
        return _entered(project, nothing, log, (note,))


def _entered(project: Project, seen: Seen, log: Appending, notes: tuple[str, ...]) -> Standing:
    """Writes what is new to the log, unless it is of a later date."""
    before = log.written
    if before.torn:
        notes = (*notes, f"The last line of {NAME} was not whole ({before.torn} bytes), and was cut off.")
    last = max((entry.as_of for entry in before.entries), default="")
    if seen.until < last:
        earlier = f"Only shown: the log holds a look at {last} already, and the records reach to {seen.until}."
        return _told(project, seen, before, (*notes, earlier))
    for what in _news(seen, register(project, before.entries), before.entries):
        log.append(seen.until, datetime.now(UTC).isoformat(timespec="seconds"), what)
    return _told(project, seen, log.written, notes)


def _news(seen: Seen, known: Register, entries: tuple[Entry, ...]) -> "list[Registered | Turned | Released]":
    """What the log does not hold yet."""
    news: list[Registered | Turned | Released] = []
    if known.first is None or known.changes:
        news.append(Registered(known.sha256, known.terms, known.changes))
    now = decided(seen, known, entries)
    turned = [entry.what for entry in entries if isinstance(entry.what, Turned)]
    if not turned or turned[-1].state != now.state:
        news.append(Turned(now.state, now.date, now.reason))
    told = {entry.what.tranche for entry in entries if isinstance(entry.what, Released)}
    return [*news, *(Released(one.name) for one in now.tranches if one.released and one.name not in told)]


def _told(project: Project, seen: Seen, log: Written, notes: tuple[str, ...], *, asked: bool = False) -> Standing:
    pilot = project.pilot
    assert pilot is not None
    known = register(project, log.entries)
    now = decided(seen, known, log.entries, asked=asked)
    until = _paid(pilot, seen, now)
    return Standing(
        state=now.state,
        date=now.date,
        reason=now.reason,
        budget=float(pilot.budget),
        spent=seen.spent.get(until),
        watched=tuple(one.watched for one in seen.series),
        tranches=now.tranches,
        leading=seen.leading,
        registered=known.sha256,
        as_of=seen.until,
        start=pilot.start,
        end=pilot.end,
        currency=project.currency,
        segment=pilot.segment,
        company=project.company,
        log=log.told,
        notes=(*_notes(known, now, seen.until, pilot.start), *notes),
        spent_until=until,
        spent_fact=pilot.spent,
    )


def _paid(pilot: Pilot, seen: Seen, now: Decided) -> str:
    """Up to when money counts: a killed pilot has no more costs by plan, while the rows of a fact are real."""
    if now.state != "killed" or pilot.spent:
        return seen.until
    return max(pilot.start, min(now.date, seen.until))


def _notes(known: Register, now: Decided, until: str, start: str) -> list[str]:
    notes = [*known.notes, *now.notes, *(f"It can no longer be watched: {one}." for one in known.lost)]
    if known.first is None:
        notes.append("Nothing was registered by then.")
    elif known.first.as_of > until:
        then = "what was registered then is shown as if it had been"
        notes.append(f"Nothing was registered by {until}, but on {known.first.as_of}: {then}.")
    notes += [f"The definitions differ from what was registered: {change}." for change in known.changes]
    if known.first is not None and (late := lateness(known.first.as_of, start)):
        notes.append(late)
    return notes
