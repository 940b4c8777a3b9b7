"""`liftledger pilot`: where the pilot stands without the rest of the report, and the log by which it stays killed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from liftledger.definitions.reader import read
from liftledger.domain.instant import day
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.pilot import Standing
from liftledger.domain.project import Project
from liftledger.engine.engine import Watch
from liftledger.prove.decided import decided
from liftledger.prove.kept_session import with_records
from liftledger.prove.opening import Unborn
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
from liftledger.prove.pilot_records import Seen, foreseen, glanced
from liftledger.prove.records import Records
from liftledger.prove.registration import Aim, Register, register
from liftledger.prove.resources import Resources
from liftledger.prove.standing import stood


def standing(folder: Path, *, as_of: int | None = None, resources: Resources, watch: Watch | None = None) -> Standing:
    """Where the pilot of a project stands. Asked for a date, it only looks. Raises Mistakes."""
    project = read(folder)
    if project.pilot is None:
        raise Mistakes((_undeclared(read_log(folder)),))
    pilot = _Watching(project, folder, resources, watch)
    if as_of is None:
        return pilot.today()
    return pilot.on(as_of, "Only shown: with --as-of nothing is written to the log.")


class _Watching(msgspec.Struct, frozen=True):
    """One run."""

    project: Project
    folder: Path
    resources: Resources
    watch: Watch | None

    def on(self, as_of: int, why: str) -> Standing:
        """Where it stood by a date, as the report of that date has it; and why nothing is written."""
        log = read_log(self.folder)
        seen, notes = self._look(as_of, register(self.project, log.by(day(as_of)).entries).aims)
        found = stood(self.project, seen, log, asked=True)
        return msgspec.structs.replace(found, notes=(*found.notes, *_later(log, found), *notes, why))

    def today(self) -> Standing:
        """Where it stands, and writes to the log what is new."""
        known = read_log(self.folder)
        aims = register(self.project, known.entries).aims
        try:
            seen, notes = self._look(None, aims)
        except Mistakes as found:
            if not (today := self._before_it_begins(known, found)):
                raise
            return self._foreseen(today, aims, found)
        if seen.until < (last := _last(known)):
            earlier = f"Only shown: the log holds a look at {last} already, and the records reach to {seen.until}."
            return stood(self.project, seen, known, (*notes, earlier))
        try:
            with appending(self.folder) as log:
                if register(self.project, log.written.entries).aims == aims and seen.until >= _last(log.written):
                    return self._entered(seen, log, notes)
        except OSError as error:
            more = f"{NAME} cannot be written to ({error.strerror}), so nothing is registered."
            return stood(self.project, seen, known, (*notes, more))
        return self.today()  # somebody registered other criteria, or looked at a later day, meanwhile

    def _look(self, as_of: int | None, aims: tuple[Aim, ...]) -> tuple[Seen, tuple[str, ...]]:
        def look(records: Records) -> Seen:
            return glanced(records, self.project, as_of, aims)

        seen, unkept = with_records(self.project, self.folder, self.resources, self.watch, look)
        return seen, ((f"All rows were read: {unkept}.",) if unkept else ())

    def _before_it_begins(self, known: Written, found: Mistakes) -> str:
        """Today, of a pilot that has not begun and whose records may not be there yet; '' where it has."""
        assert self.project.pilot is not None
        start = self.project.pilot.start
        if isinstance(found, Unborn):
            today = day(found.until)
            begun = today > start  # on its first day, nobody can have been assigned before
        else:
            today = datetime.now(UTC).date().isoformat()
            begun = today >= start
        return "" if begun or _last(known) > start else max(today, _last(known))

    def _foreseen(self, today: str, aims: tuple[Aim, ...], found: Mistakes) -> Standing:
        """Registers a pilot that has not begun."""
        with appending(self.folder) as log:
            return self._entered(
                foreseen(self.project, today, aims), log, (f"Nothing can be measured yet: {found.mistakes[0]}.",)
            )

    def _entered(self, seen: Seen, log: Appending, notes: tuple[str, ...]) -> Standing:
        """Writes what is new to the log."""
        before = log.written
        if before.torn:
            notes = (*notes, f"The last line of {NAME} was not whole ({before.torn} bytes), and was cut off.")
        for what in _news(seen, register(self.project, before.entries), before.entries):
            log.append(seen.until, datetime.now(UTC).isoformat(timespec="seconds"), what)
        return stood(self.project, seen, log.written, notes)


def _undeclared(log: Written) -> Mistake:
    """That no pilot is declared, and what the log says of one that was."""
    found, cure = "it declares no pilot", "add `pilot:`, as in docs/pilot.md"
    turned = [entry.what for entry in log.entries if isinstance(entry.what, Turned)]
    if turned:
        last = next((one for one in turned if one.state == "killed"), turned[-1])
        found = f"{found}, and {NAME} holds one: {last.state} since {last.date}"
        cure = "put `pilot:` back as it was registered"
    return Mistake("liftledger.yaml", None, found, cure)


def _last(log: Written) -> str:
    """Day of the last look that it holds."""
    return max((entry.as_of for entry in log.entries), default="")


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


def _later(log: Written, then: Standing) -> Iterator[str]:
    """What the log holds of later days, sentences."""
    registered = next((entry.as_of for entry in log.entries if isinstance(entry.what, Registered)), "")
    if registered > then.as_of:
        yield f"It was registered on {registered}; its criteria are shown as they are now."
    turned = (entry.what for entry in log.entries if isinstance(entry.what, Turned))
    kill = next((one.date for one in turned if one.state == "killed"), "")
    if kill > then.as_of:
        earlier = "; the records as they are now show it earlier" if then.state == "killed" else ""
        yield f"The log has it killed from {kill} on{earlier}."
