"""Metrics that are sums over units: their exact sums by arm, and the findings from them."""

from collections.abc import Collection, Iterator

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
            findings=self._findings(sums),
            units={role: one.n for role, one in sums.items()},
            waiting={role: self.counted.units.get(cell, 0) - sums[role].n for role, cell in roles.items()},
            ready={
                role: role not in starts or window is None or starts[role][0] + window <= self.as_of for role in sums
            },
            starts=starts,
            window=window,
            query=self.counted.query,
            exact={role: _exact(one) for role, one in sums.items()},
        )

    def _findings(self, sums: dict[str, Sums]) -> tuple[Finding, ...]:
        found = findings(
            self.metric,
            self.plan.needs[self.metric.name],
            self.plan,
            sums.get("control", sums["treatment"]),
            sums["treatment"],
            confidence=self.project.confidence,
            convention=self.project.convention,
        )
        if "control" in sums:
            return found
        return (Finding(OBSERVED, None, found[0].treatment_value, UNCOMPARED, UNCOMPARED, None),)


def _exact(sums: Sums) -> dict[str, str]:
    """Products of measures, as people write them, and their sums."""
    return {" x ".join(product): str(total) for product, total in sorted(sums.totals.items())}
