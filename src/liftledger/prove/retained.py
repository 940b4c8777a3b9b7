"""Retention from an onset: who was active again, of the units whose window is over, and the findings from them."""

from collections.abc import Collection, Iterator

import msgspec

from liftledger.domain.durations import Durations
from liftledger.domain.measure import plan
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.domain.project import Project
from liftledger.engine.cells import Cell
from liftledger.engine.durations import Timed
from liftledger.prove.comparison import Roles, Seen
from liftledger.prove.times import NOBODY, best, excluded, onset_notes, waiting
from liftledger.prove.totals import compared, exact

OVER = 1  # the one step, the window


class Retained(msgspec.Struct, frozen=True):
    """One metric's durations in a single step: events are units that were active in their window."""

    project: Project
    metric: Metric
    timed: Timed

    @property
    def cells(self) -> Collection[Cell]:
        return self.timed.durations

    def seen(self, roles: Roles) -> Iterator[Seen]:
        """The share, as of a retention from the start."""
        metric = self.metric
        assert metric.window is not None
        from_start = plan([msgspec.structs.replace(metric, onset=None)], self.project.facts)
        found = {role: self.timed.durations.get(cell, NOBODY) for role, cell in roles.items()}
        sums = {role: _active(metric.name, one) for role, one in found.items()}
        immature = {role: waiting(one, OVER) for role, one in found.items()}
        later = sum(one.later for one in found.values())
        yield Seen(
            name=metric.name,
            findings=compared(self.project, metric, from_start, sums),
            units={role: one.n for role, one in sums.items()},
            waiting=immature,
            ready={role: one.n > 0 or not immature[role] for role, one in sums.items()},
            starts={role: self.timed.clocks[cell] for role, cell in roles.items() if cell in self.timed.clocks},
            window=metric.delay + metric.window,
            query=self.timed.query,
            exact={role: {"units": str(one.n), **exact(one)} for role, one in sums.items()},
            excluded=excluded(found),
            best=best(later),
            notes=tuple(onset_notes(metric, later)),
        )


def _active(metric: str, durations: Durations) -> Sums:
    """Mature units, and how many of them were active."""
    active = durations.events.get(OVER, 0)
    return Sums(active + durations.censored.get(OVER, 0), {(metric,): active}, frozenset({metric}))
