"""The records as a refresh asks for them: from what was kept, and from the rows of the days that changed since."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from liftledger.domain.customers import Base, Purchases, Subscriptions
from liftledger.domain.fact import Fact
from liftledger.domain.instant import DAY
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Relation, Study
from liftledger.engine.cohort import Cohort, Enrolment, Parents, keyed, keyed_name
from liftledger.engine.durations import Timed, Timing
from liftledger.engine.engine import Engine
from liftledger.engine.facts import Loaded
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.engine.scan import Scan
from liftledger.engine.spending import by_midnight
from liftledger.engine.state import sums_kept, times_kept
from liftledger.engine.state.cohorts import Cohorts
from liftledger.engine.state.cohorts_kept import restore, same
from liftledger.engine.state.days import WHOLE, FactState
from liftledger.engine.state.facts import Facts
from liftledger.engine.state.intake import Added
from liftledger.engine.state.plan import Plan
from liftledger.engine.state.series import series_by_day
from liftledger.engine.state.state import State
from liftledger.engine.state.store import Store
from liftledger.engine.state.sums_kept import KeptSums
from liftledger.engine.state.times_kept import KeptTimes
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.sums import Counted
from liftledger.prove.records import Records


class KeptRecords(Records):
    """What the last refresh kept, brought up to date where it is asked for."""

    def __init__(self, engine: Engine, folder: Path, store: Store, before: State, planned: tuple[Plan, ...]) -> None:
        super().__init__(engine, folder)
        self._store, self._before, self._planned = store, before, planned
        self._sequence = secrets.randbits(48)
        self._sums: dict[str, KeptSums] = {}
        self._times: dict[str, KeptTimes] = {}

    def state(self) -> State:
        """What to know the next time; all that the report needs was asked."""
        return msgspec.structs.replace(
            self._before,
            sequence=self._sequence,
            facts={name: one.checked(self.folder) for name, one in self._facts.state.items()},
            studies=self._cohorts.state,
            sums=self._sums,
            times=self._times,
        )

    def load(self, project: Project) -> tuple[Mapping[str, Loaded], tuple[Mistake, ...]]:
        by_fact = {one.fact: one for one in self._planned}
        before = self._before.facts
        self._facts = Facts(self.engine, self._store, project, self.folder, before, self._sequence, by_fact)
        loaded, mistakes = self._facts.load()
        self._versions = {name: self._version(project.fact(name)) for name in loaded}
        lasts = {name: one.last for name, one in loaded.items()}
        self._cohorts = Cohorts(
            self.engine,
            self._store,
            self._sequence,
            self._before.studies,
            self._versions,
            lasts,
            {name: self._added(project.fact(name)) for name in loaded if self._facts.added(name)},
            self._facts.whole,
        )
        return loaded, mistakes

    def categories(self, fact: str, column: str) -> tuple[str, ...]:
        return self._facts.categories(fact, column)

    def enrol(self, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
        return self._cohorts.enrol(project, study, as_of)

    def settle(self, project: Project, enrolment: Enrolment, *, from_exposure: bool) -> None:
        self._cohorts.settle(project, enrolment, from_exposure=from_exposure)

    def parents(self, cohort: Cohort, relation: Relation) -> Parents:
        return self._cohorts.parents(cohort, relation)

    def unrelated_units(self, cohort: Cohort, relation: Relation) -> int:
        return self._cohorts.unrelated(cohort, relation)

    def unrelated_rows(self, fact: str, relation: Relation) -> int:
        return self._facts.unrelated(fact, relation)

    def table(self, project: Project, fact: str, kind: str) -> str:
        self._project = project
        return keyed_name(project, fact, kind)

    def count(self, scan: Scan) -> Counted:
        fact, kind = scan.fact, scan.cohorts[0].kind
        name = self._sums_name(scan)
        before, every = self._before.sums.get(name), self._of_every_date(scan)
        if before is None or before.key != sums_kept.key(scan) or self._is_anew(fact):
            self._whole(fact, kind)
            kept = sums_kept.build(self.engine, self._store, every, self._sequence)
        else:
            entered = self._cohorts.entered(every.cohorts)
            kept = sums_kept.refreshed(
                self.engine,
                self._store,
                every,
                before,
                self._sequence,
                days=self._facts.days(fact.name),
                changed=self._changed(fact, kind),
                whole=partial(self._whole, fact, kind),
                before=None if entered == () else self._cohorts_before(every.cohorts),
                entered=entered or None,
                since=partial(self._since, fact, kind),
                added=self._facts.added(fact.name),
            )
        if sums_kept.needs_rows(scan, kept):
            self._whole(fact, kind)
        self._sums[name] = kept
        return sums_kept.counted(self.engine, self._store, scan, kept)

    def by_day(self, scan: Scan, metrics: Collection[str], days: Sequence[int]) -> Mapping[int, Counted]:
        kept = self._sums[self._sums_name(scan)]
        if sums_kept.needs_rows(scan, kept):
            return super().by_day(scan, metrics, days)
        series = series_by_day(self.engine, self._store, scan, kept)
        return {day: series[day] for day in days if day in series}

    def spent(self, fact: str, amount: str) -> dict[int, int]:
        return by_midnight(self.engine, fact, self._facts.whole(fact), amount)

    def time(self, timing: Timing) -> Timed:
        kind, onset = timing.cohorts[0].kind, timing.onset_fact
        facts = [timing.fact] if onset is None else [timing.fact, onset]
        key = times_kept.times_key(timing, " ".join(self._rests_on(fact, kind) for fact in facts))
        before = self._before.times.get(key)
        if before is None or any(map(self._is_anew, facts)):
            for fact in facts:
                self._whole(fact, kind)
            kept = times_kept.build(self.engine, self._store, timing, key, self._sequence)
        else:
            kept = times_kept.refreshed(
                self._store,
                timing,
                before,
                self._sequence,
                days=self._facts.days(timing.fact.name),
                changed=self._changed(timing.fact, kind),
                onset_days=self._facts.days(onset.name) if onset else (),
                onset_changed=self._changed(onset, kind) if onset else None,
                added=self._facts.added(timing.fact.name),
                onset_added=onset is not None and self._facts.added(onset.name),
            )
        self._times[key] = kept
        return times_kept.timed(self.engine, self._store, timing, kept)

    def purchasers(self, project: Project, base: Purchases, as_of: int, cohort: Cohort | None = None) -> Purchasers:
        self._all_of(project, base)
        return super().purchasers(project, base, as_of, cohort)

    def subscribers(self, project: Project, base: Subscriptions, as_of: int) -> Subscribers:
        self._all_of(project, base)
        return super().subscribers(project, base, as_of)

    def read(self) -> tuple[str, ...] | None:
        return (*map(str, self._facts.dues()), *self._facts.notes())

    def _all_of(self, project: Project, base: Base) -> None:
        """Loads all rows that a base rests on: nothing of it is kept."""
        self._project = project
        for dimension in project.dimensions:
            if dimension.name in base.dimensions:
                self._facts.whole(dimension.fact)
        self._whole(project.fact(base.fact), base.unit)

    def _sums_name(self, scan: Scan) -> str:
        return f"{scan.name}_{self._rests_on(scan.fact, scan.cohorts[0].kind)}"

    def _is_anew(self, fact: Fact) -> bool:
        """Whether a dated fact was read whole: of its days, none is known to be as it was."""
        return not fact.wide and WHOLE in self._facts.days(fact.name)

    def _version(self, fact: Fact) -> str:
        """A hash of a fact's rows as they are in the engine: rows without a name are numbered anew in each session."""
        return self._version_of(fact, self._facts.state[fact.name])

    def _added(self, fact: Fact) -> Added:
        """The rows that a fact has more than last time."""
        return Added(self._version_of(fact, self._before.facts[fact.name]), self._facts.changed(fact.name))

    def _version_of(self, fact: Fact, state: FactState) -> str:
        session = None if fact.unit else self._sequence
        written = msgspec.json.encode((state.content, session), order="sorted")
        return hashlib.sha256(written).hexdigest()

    def _rests_on(self, fact: Fact, kind: str) -> str:
        """A hash of what says, besides a fact's own rows, which unit of a kind each of them is of."""
        links = [] if fact.unit else [self._versions[fact.name]]
        relation = self._project.relation(fact.keyed_by, kind)
        links += [] if relation is None else [self._versions[relation.fact]]
        return hashlib.sha256(" ".join((kind, *links)).encode()).hexdigest()[:16]

    def _whole(self, fact: Fact, kind: str) -> str:
        """Table with all rows of a fact, by units of a kind."""
        table = self._facts.whole(fact.name)
        return self._by(table, fact, kind)

    def _since(self, fact: Fact, kind: str, instant: int) -> str:
        """Table with at least all rows of a fact since an instant, by units of a kind."""
        return self._by(self._facts.since(fact.name, instant // DAY), fact, kind)

    def _changed(self, fact: Fact, kind: str) -> str:
        """Table with the rows of the changed days; of no use where there are no such days."""
        table = self._facts.changed(fact.name)
        return self._by(table, fact, kind) if self._facts.days(fact.name) else table

    def _by(self, table: str, fact: Fact, kind: str) -> str:
        relation = self._project.relation(fact.keyed_by, kind)
        if fact.keyed_by != kind and relation is not None:
            self._facts.whole(relation.fact)
        return keyed(self.engine, self._project, fact.name, kind, table)

    def _of_every_date(self, scan: Scan) -> Scan:
        """Of the cohorts of every date where they are known: no unit moves when the date does."""
        return msgspec.structs.replace(scan, cohorts=tuple(map(self._cohorts.every, scan.cohorts)))

    def _cohorts_before(self, cohorts: Sequence[Cohort]) -> tuple[str, ...] | None:
        """Tables of the cohorts as they were; None where all are the same."""
        tables = [self._cohort_before(cohort) for cohort in cohorts]
        return (
            None
            if all(table is None for table in tables)
            else tuple(table or cohort.table for table, cohort in zip(tables, cohorts, strict=True))
        )

    def _cohort_before(self, cohort: Cohort) -> str | None:
        before = self._before.studies[cohort.study.name].cohorts[cohort.kind]
        if same(self.engine, self._store, before, self._cohorts.state[cohort.study.name].cohorts[cohort.kind]):
            return None
        was = msgspec.structs.replace(before, name=f"before_{before.name}")
        restore(self.engine, self._store, was)
        return was.name
