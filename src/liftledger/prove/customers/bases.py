"""All customer bases of a project, one after the other."""

from collections.abc import Iterator, Mapping

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
        studies = tuple(_studies(enrolled, base.unit))
        if isinstance(base, Purchases):
            found.append(buying(records, project, base, studies, as_of))
        else:
            found.append(subscribing(records, project, base, studies, as_of))
    return tuple(found)


def _studies(enrolled: Mapping[str, Enrolled], kind: str) -> Iterator[tuple[Enrolled, Cohort]]:
    """Those with a control whose units, or their parents, are the base's kind of customers."""
    for one in enrolled.values():
        if one.study.control is not None and kind in one.cohorts:
            yield one, one.cohorts[kind]
