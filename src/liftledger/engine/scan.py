"""A scan: what is read of one fact, for which cohorts, up to when."""

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.measure import Measure, Plan
from liftledger.engine.cells import dimensions, together
from liftledger.engine.cohort import Cohort


class Scan(msgspec.Struct, frozen=True):
    """One pass over `table` (the fact's rows by the cohorts' unit kind) for all measures of `plan`."""

    name: str
    fact: Fact
    table: str
    cohorts: tuple[Cohort, ...]
    plan: Plan
    as_of: int
    rows: int

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Columns of the cohorts' dimensions."""
        return dimensions(self.cohorts)

    @property
    def several(self) -> bool:
        """Whether a unit may be there once in each of several studies."""
        return len(self.cohorts) > 1

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells its units apart."""
        return ("_study", "_unit") if self.several else ("_unit",)

    @property
    def cohort(self) -> exp.Query:
        """All cohorts as one relation."""
        return together(self.cohorts)

    @property
    def reading(self) -> dict[str, Measure]:
        """Measures of rows; the others need only to know when a unit's clock started."""
        return {key: one for key, one in self.plan.measures.items() if one.aggregate != "elapsed"}

    @property
    def elapsed(self) -> dict[str, Measure]:
        return {key: one for key, one in self.plan.measures.items() if one.aggregate == "elapsed"}
