"""Where a pilot stands: what the records show, and its log, put together."""

from collections.abc import Iterable

from liftledger.domain.instant import day
from liftledger.domain.pilot import Pilot, Standing
from liftledger.domain.project import Project
from liftledger.domain.report import Estimate
from liftledger.prove.decided import Decided, decided
from liftledger.prove.opening import Opened
from liftledger.prove.pilot_log import Turned, Written
from liftledger.prove.pilot_records import Seen, seen_in
from liftledger.prove.records import Records
from liftledger.prove.registration import Register, lateness, register


def reported(
    records: Records, project: Project, found: Opened, estimates: Iterable[Estimate], log: Written
) -> Standing:
    """By a report's date, once all of the report was counted. Raises Mistakes.

    `project` is as it was declared: what the data add to it was not registered.
    """
    aims = register(project, log.by(day(found.until)).entries).aims
    return stood(project, seen_in(records, found, aims, estimates), log, asked=True)


def stood(project: Project, seen: Seen, log: Written, notes: tuple[str, ...] = (), *, asked: bool = False) -> Standing:
    """Where it stands; of a date that is `asked` for, what was registered and released later is left out."""
    pilot = project.pilot
    assert pilot is not None
    then = log.by(seen.until) if asked else log
    known = register(project, then.entries)
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
        log=then.told,
        notes=(*_notes(known, now, seen.until, pilot.start, then), *notes),
        spent_until=until,
        spent_fact=pilot.spent,
    )


def _paid(pilot: Pilot, seen: Seen, now: Decided) -> str:
    """Up to when money counts: a killed pilot has no more costs by plan, while the rows of a fact are real."""
    if now.state != "killed" or pilot.spent:
        return seen.until
    return max(pilot.start, min(now.date, seen.until))


def _notes(known: Register, now: Decided, until: str, start: str, log: Written) -> list[str]:
    notes = [*known.notes, *now.notes, *(f"It can no longer be watched: {one}." for one in known.lost)]
    if known.first is None:
        notes.append("Nothing was registered by then; `liftledger pilot` does it.")
    notes += [f"The definitions differ from what was registered: {change}." for change in known.changes]
    if known.first is not None and (late := lateness(known.first.as_of, start)):
        notes.append(late)
    held = any(isinstance(one.what, Turned) and one.what.state == "killed" for one in log.entries)
    if now.state == "killed" and not held:
        notes.append(f"By {until} its log did not hold that it is killed: `liftledger pilot` writes it down, for good.")
    return notes
