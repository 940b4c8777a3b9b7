"""Reading a fact for some cohorts: one scan for all sums, and one for each metric whose units have clocks."""

from collections.abc import Mapping, Sequence

import msgspec

from liftledger.domain.measure import plan
from liftledger.domain.metric import Metric
from liftledger.domain.project import Project
from liftledger.engine.cohort import Cohort
from liftledger.engine.durations import Timing
from liftledger.engine.facts import Loaded
from liftledger.engine.scan import Scan
from liftledger.prove.comparison import Counting
from liftledger.prove.records import Records
from liftledger.prove.retained import Retained
from liftledger.prove.times import Times
from liftledger.prove.totals import Totals


class Reading(msgspec.Struct, frozen=True):
    """All cohorts are of one kind of unit."""

    records: Records
    project: Project
    loaded: Mapping[str, Loaded]
    kind: str
    cohorts: tuple[Cohort, ...]
    as_of: int

    def count(self, metrics: Sequence[Metric]) -> dict[str, Counting]:
        """By metric; all are of one fact, and used by some of the studies. Raises SumTooLarge."""
        found: dict[str, Counting] = {one.name: self._timed(one) for one in metrics if one.clocked}
        if scan := self.scan(metrics):
            counted = self.records.count(scan)
            found |= {
                metric.name: Totals(self.project, metric, scan.plan, counted, self.as_of)
                for metric in metrics
                if not metric.clocked
            }
        return found

    def scan(self, metrics: Sequence[Metric]) -> Scan | None:
        """What is read for those of the metrics that are sums; None: there are no such."""
        sums = [metric for metric in metrics if not metric.clocked]
        if not sums:
            return None
        fact = sums[0].fact
        return Scan(
            self._name(fact),
            self.project.fact(fact),
            self._table(fact),
            self.cohorts,
            plan(sums, self.project.facts),
            self.as_of,
            self.loaded[fact].rows,
        )

    def _timed(self, metric: Metric) -> Counting:
        onset = metric.onset
        timing = Timing(
            name=f"{self._name(metric.fact)}: {metric.name}",
            metric=metric,
            fact=self.project.fact(metric.fact),
            table=self._table(metric.fact),
            onset=None if onset is None else self._table(onset.fact),
            onset_fact=None if onset is None else self.project.fact(onset.fact),
            cohorts=tuple(cohort for cohort in self.cohorts if metric.name in cohort.study.metrics),
            as_of=self.as_of,
            rows=self.loaded[metric.fact].rows,
        )
        timed = self.records.time(timing)
        return (Times if metric.kind == "time_to" else Retained)(self.project, metric, timed)

    def _table(self, fact: str) -> str:
        return self.records.table(self.project, fact, self.kind)

    def _name(self, fact: str) -> str:
        return fact if self.kind == self.project.fact(fact).keyed_by else f"{fact}_by_{self.kind}"
