"""A scan: what is read of one fact, for which cohorts, up to when."""

import msgspec
from sqlglot import exp

from liftledger.domain.fact import Fact
from liftledger.domain.measure import Measure, Plan
from liftledger.engine.cohort import Cohort, by
from liftledger.engine.render import column, integer, named


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
        return tuple(sorted({by(name) for cohort in self.cohorts for name in cohort.dimensions}))

    @property
    def reading(self) -> dict[str, Measure]:
        """Measures of rows; the others need only to know when a unit's clock started."""
        return {key: one for key, one in self.plan.measures.items() if one.aggregate != "elapsed"}

    @property
    def elapsed(self) -> dict[str, Measure]:
        return {key: one for key, one in self.plan.measures.items() if one.aggregate == "elapsed"}

    @property
    def cohort(self) -> exp.Query:
        """All cohorts as one relation, with their index as `_study`; '' where a cohort lacks a dimension."""
        parts = [self._part(index, cohort) for index, cohort in enumerate(self.cohorts)]
        query: exp.Query = parts[0]
        for part in parts[1:]:
            query = exp.union(query, part, distinct=False)
        return query

    def _part(self, index: int, cohort: Cohort) -> exp.Query:
        own = {by(name) for name in cohort.dimensions}
        attributes = [column(name) if name in own else named(exp.Literal.string(""), name) for name in self.dimensions]
        head = [named(integer(index), "_study"), column("_unit"), column("_arm"), column("_start")]
        return exp.select(*head, *attributes).from_(cohort.table)
