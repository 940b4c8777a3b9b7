"""All customer bases of a project, one after the other."""

from collections.abc import Mapping

from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.customers import Purchases
from liftledger.domain.project import Project
from liftledger.engine.cohort import Cohort
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.records import Records


def customer_values(
    records: Records, project: Project, enrolled: Mapping[str, Enrolled], as_of: int
) -> tuple[CustomerValue, ...]:
    """What the report says of each base. Raises SumTooLarge."""
    if not project.customers:
        return ()
    from liftledger.prove.customers.buying import buying  # with numpy and the models: most projects do without
    from liftledger.prove.customers.subscribing import subscribing

    found = []
    for base in project.customers:
        cohorts = tuple(_cohorts(enrolled, base.unit))
        say = buying if isinstance(base, Purchases) else subscribing
        found.append(say(records, project, base, cohorts, enrolled, as_of))  # type: ignore[arg-type, operator]
    return tuple(found)


def _cohorts(enrolled: Mapping[str, Enrolled], kind: str) -> list[Cohort]:
    """Of the studies with a control whose units are customers of the base."""
    return [one.cohorts[kind] for one in enrolled.values() if one.study.control is not None and kind in one.cohorts]
