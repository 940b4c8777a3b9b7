"""Metrics that are times to an event: durations by arm, the findings from them, and the curves."""

from collections.abc import Collection, Iterator

import msgspec

from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Finding
from liftledger.domain.evidence import Grade
from liftledger.domain.metric import Metric, share_by
from liftledger.domain.project import Project
from liftledger.domain.report import Curve
from liftledger.domain.study import Study
from liftledger.engine.cells import Cell
from liftledger.engine.durations import Timed
from liftledger.prove.comparison import OBSERVED, UNCOMPARED, Roles, Seen
from liftledger.prove.wording import span
from liftledger.stats.kaplan_meier import curve, thinned
from liftledger.stats.time_findings import share_findings, time_findings

NOBODY = Durations({}, {})


class Times(msgspec.Struct, frozen=True):
    """One metric's durations, as one scan counted them."""

    project: Project
    metric: Metric
    timed: Timed

    @property
    def cells(self) -> Collection[Cell]:
        return self.timed.durations

    def seen(self, roles: Roles) -> Iterator[Seen]:
        """The restricted mean, and the share by each mark."""
        metric = self.metric
        found = {role: self.timed.durations.get(cell, NOBODY) for role, cell in roles.items()}
        control, treatment = found.get("control", found["treatment"]), found["treatment"]
        confidence = self.project.confidence
        assert metric.horizon is not None
        times = time_findings(metric, control, treatment, confidence=confidence)
        yield self._seen(metric.name, metric.horizon, roles, found, times)
        for mark in metric.marks:
            shares = share_findings(metric, mark, control, treatment, confidence=confidence)
            yield self._seen(share_by(metric.name, mark), mark, roles, found, shares)

    def _seen(
        self, name: str, window: int, roles: Roles, found: dict[str, Durations], findings: tuple[Finding, ...]
    ) -> Seen:
        later = sum(one.later for one in found.values())
        return Seen(
            name=name,
            findings=findings if "control" in roles else _levels(findings),
            units={role: one.n for role, one in found.items()},
            waiting={role: waiting(one, window // self.metric.grid) for role, one in found.items()},
            ready={role: _ready(one, window // self.metric.grid) for role, one in found.items()},
            starts={role: self.timed.clocks[cell] for role, cell in roles.items() if cell in self.timed.clocks},
            window=window,
            query=self.timed.query,
            exact={role: _exact(one) for role, one in found.items()},
            excluded=excluded(found),
            best=best(later),
            notes=tuple(onset_notes(self.metric, later)),
        )

    def curves(self, study: Study) -> Iterator[Curve]:
        """Of each arm over all units."""
        for arm in study.arms:
            durations = self.timed.durations.get(Cell(study.name, arm, None), NOBODY)
            if durations.n:
                yield self._curve(study.name, arm, durations)

    def _curve(self, study: str, arm: str, durations: Durations) -> Curve:
        metric = self.metric
        drawn = thinned(curve(durations, grid=metric.grid, confidence=self.project.confidence))
        return Curve(
            study=study,
            metric=metric.name,
            arm=arm,
            days=drawn.days,
            share=drawn.share,
            low=drawn.low,
            high=drawn.high,
            at_risk=drawn.at_risk,
            median_days=drawn.median_days,
            units=drawn.units,
        )


def _levels(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return (Finding(OBSERVED, None, findings[0].treatment_value, UNCOMPARED, UNCOMPARED, None),)


def waiting(durations: Durations, steps: int) -> int:
    """Units without the event that were not observed to the end."""
    return sum(units for step, units in durations.censored.items() if step < steps)


def _ready(durations: Durations, steps: int) -> bool:
    """Whether the curve reaches the end: somebody was observed that long, or nobody is left."""
    return any(step >= steps for step in durations.censored) or not waiting(durations, steps)


def _exact(durations: Durations) -> dict[str, str]:
    return {
        "units": str(durations.n),
        "units with the event": str(sum(durations.events.values())),
        "units censored": str(sum(durations.censored.values())),
        "steps until the event, summed": str(sum(step * units for step, units in durations.events.items())),
        "steps until censored, summed": str(sum(step * units for step, units in durations.censored.items())),
    }


def excluded(found: dict[str, Durations]) -> dict[str, dict[str, int]]:
    """Units left out, by why and role."""
    counted = {
        "before": {role: one.before for role, one in found.items()},
        "without": {role: one.without for role, one in found.items()},
    }
    return {why: units for why, units in counted.items() if any(units.values())}


def best(later: int) -> Grade:
    """The best grade where so many clocks start after their units entered the study."""
    return Grade.TRACED if later else Grade.RANDOMISED


def onset_notes(metric: Metric, later: int) -> Iterator[str]:
    """That clocks which start late are no proof."""
    if later and metric.onset is not None:
        units = "1 unit's clock starts" if later == 1 else f"{later} units' clocks start"
        yield (
            f"{units} after entering the study, with a row of {metric.onset.fact}: the treatment may have changed who"
            f" gets there, so the difference is no proven effect (more than {span(metric.grid)} later)."
        )
