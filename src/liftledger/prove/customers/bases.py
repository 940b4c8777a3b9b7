"""All customer bases of a project, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from liftledger.domain.customer_value import CustomerValue, Incremental
from liftledger.domain.customers import Purchases
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project
from liftledger.domain.slug import slug
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.records import Records

if TYPE_CHECKING:
    from liftledger.prove.customers.models import Fitted

Told = Callable[[Purchasers, "Fitted"], None]
"""Is told of each base of purchases who the customers are, as the engine keeps them, and the models of everybody."""


def customer_values(
    records: Records,
    project: Project,
    enrolled: Mapping[str, Enrolled],
    as_of: int,
    truth: Mapping[str, float],
    told: Told | None = None,
) -> tuple[CustomerValue, ...]:
    """What the report says of each base. Raises Mistakes where amounts are too large to be added up.

    `truth` is of customers, as a simulated company has it.
    """
    if not project.customers:
        return ()
    from liftledger.prove.customers.buying import buying  # with numpy and the models: most projects do without
    from liftledger.prove.customers.subscribing import subscribing

    found: list[CustomerValue] = []
    mistakes: list[Mistake] = []
    for base in project.customers:
        studies = tuple(_studies(enrolled, base.unit))
        try:
            if isinstance(base, Purchases):
                found.append(buying(records, project, base, studies, as_of, told))
            else:
                found.append(subscribing(records, project, base, studies, as_of))
        except SumTooLarge as error:
            mistakes.append(Mistake(f"customers.{base.name}", None, str(error), "leave the amount out, or correct it"))
    if mistakes:
        raise Mistakes(tuple(mistakes))
    return tuple(_with_truth(value, truth) for value in found)


def _with_truth(value: CustomerValue, truth: Mapping[str, float]) -> CustomerValue:
    """Of a simulated company, what each arm truly adds."""

    def known(one: Incremental) -> Incremental:
        key = f"{value.base}.{one.study}.{slug(one.arm)}"
        observed, modelled = (truth.get(f"{key}.{part}") for part in ("observed", "modelled"))
        return replace(one, observed_truth=observed, modelled_truth=modelled)

    return replace(value, incremental=tuple(map(known, value.incremental))) if truth else value


def _studies(enrolled: Mapping[str, Enrolled], kind: str) -> Iterator[tuple[Enrolled, Cohort]]:
    """Those with a control whose units, or their parents, are the base's kind of customers, and have a start."""
    for one in enrolled.values():
        if one.study.control is not None and kind in one.cohorts and one.cohorts[kind].dated:
            yield one, one.cohorts[kind]
