"""Groups of customers: everybody and those with a value of a dimension, or the arms of studies; one query for all."""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.engine.cells import together
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Row
from liftledger.engine.render import column, commented, integer, named
from liftledger.engine.subscriptions.subscribers import OWN_PLAN, Subscribers

PLAN = "plan at first start"  # a group's dimension; what a project calls a dimension has no spaces


def everybody(of: Subscribers) -> exp.Select:
    """A row a customer, with the dimensions; as the rows of studies have it, `_study` and `_arm` are 0."""
    query = exp.select(named(integer(0), "_study"), exp.Star()).from_(of.customers)
    return commented(query, "All customers, as if in one study.")


def units(cohorts: Sequence[Cohort]) -> exp.Select:
    """A row a study and unit, without dimensions; `_at`: when it started in the study."""
    names = [column(name) for name in ("_study", "_unit", "_arm")]
    started = named(column("_start"), "_at")
    return exp.select(*names, started).from_(together(cohorts).subquery("cohort"))


def by_group(of: Subscribers, rows: Sequence[Row]) -> Iterator[tuple[Group, Row]]:
    """Each row's group, and what follows its keys."""
    keys = 2 + len(of.dimensions)
    for row in rows:
        values = zip(of.dimensions, row[2:keys], strict=True)  # the others are NULL in a row of one
        cut = next(((dimension, value) for dimension, value in values if value is not None), None)
        yield EVERYBODY if cut is None else _of(*cut), row[keys:]


def by_arm(cohorts: Sequence[Cohort], rows: Sequence[Row]) -> Iterator[tuple[Group, Row]]:
    """Each row's group, and what follows its keys."""
    for study, arm, *values in rows:
        owner = cohorts[int(study)].study
        yield Group(study=owner.name, arm=owner.arms[int(arm)]), tuple(values)


def _of(dimension: str, value: str) -> Group:
    return Group(dimension=PLAN if dimension == OWN_PLAN else dimension, value=value)
