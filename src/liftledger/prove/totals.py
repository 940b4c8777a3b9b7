"""Metrics that are sums over units: their exact sums by arm, and the findings from them."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from liftledger.domain.estimate import Finding
from liftledger.domain.measure import Plan
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.domain.project import Project
from liftledger.engine.cells import Cell
from liftledger.engine.sums import Counted
from liftledger.prove.comparison import OBSERVED, UNCOMPARED, Roles, Seen
from liftledger.stats.findings import findings


class Totals(msgspec.Struct, frozen=True):
    """One metric's sums, as one scan counted them."""

    project: Project
    metric: Metric
    plan: Plan
    counted: Counted
    as_of: int

    @property
    def cells(self) -> Collection[Cell]:
        return self.counted.units

    def seen(self, roles: Roles) -> Iterator[Seen]:
        sums = {role: self.counted.sums(cell, self.plan, self.metric.name) for role, cell in roles.items()}
        starts = {role: self.counted.starts[cell] for role, cell in roles.items() if cell in self.counted.starts}
        horizon = self.plan.needs[self.metric.name].horizon
        window = self.metric.delay + self.metric.per if horizon is None and self.metric.kind == "rate" else horizon
        yield Seen(
            name=self.metric.name,
            findings=compared(self.project, self.metric, self.plan, sums),
            units={role: one.n for role, one in sums.items()},
            waiting={role: self.counted.units.get(cell, 0) - sums[role].n for role, cell in roles.items()},
            ready={
                role: role not in starts or window is None or starts[role][0] + window <= self.as_of for role in sums
            },
            starts=starts,
            window=window,
            query=self.counted.query,
            exact={role: exact(one) for role, one in sums.items()},
        )


def compared(project: Project, metric: Metric, plan: Plan, sums: Mapping[str, Sums]) -> tuple[Finding, ...]:
    """What the statistics say of sums by role; without a control, the level."""
    found = findings(
        metric,
        plan.needs[metric.name],
        plan,
        sums.get("control", sums["treatment"]),
        sums["treatment"],
        confidence=project.confidence,
        convention=project.convention,
    )
    if "control" in sums:
        return found
    return (Finding(OBSERVED, None, found[0].treatment_value, UNCOMPARED, UNCOMPARED, None),)


def exact(sums: Sums) -> dict[str, str]:
    """Products of measures, as people write them, and their sums."""
    return {" x ".join(product): str(total) for product, total in sorted(sums.totals.items())}
