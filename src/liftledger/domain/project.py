"""A project: everything that `liftledger.yaml` says."""

from typing import Literal

import msgspec

from liftledger.domain.customers import Base
from liftledger.domain.fact import Fact
from liftledger.domain.metric import Metric
from liftledger.domain.pilot import Pilot
from liftledger.domain.question import Question
from liftledger.domain.study import Dimension, Relation, Study
from liftledger.domain.value import Value

Convention = Literal["liftledger", "tea-tasting", "growthbook"]


class Project(msgspec.Struct, frozen=True):
    """All definitions, checked and resolved."""

    company: str
    currency: str
    engine: str
    facts: tuple[Fact, ...]
    units: tuple[str, ...]
    relations: tuple[Relation, ...]
    dimensions: tuple[Dimension, ...]
    metrics: tuple[Metric, ...]
    studies: tuple[Study, ...]
    as_of: int | None = None  # microseconds; None: the end of the last UTC day that all facts cover
    confidence: float = 0.95
    convention: Convention = "liftledger"
    questions: tuple[Question, ...] = ()
    value: Value | None = None
    customers: tuple[Base, ...] = ()
    pilot: Pilot | None = None
    truth: str | None = None  # of a simulated company: the file that holds its true effects

    def fact(self, name: str) -> Fact:
        return next(fact for fact in self.facts if fact.name == name)

    def metric(self, name: str) -> Metric:
        return next(metric for metric in self.metrics if metric.name == name)

    def relation(self, child: str, parent: str) -> Relation | None:
        return next((r for r in self.relations if (r.child, r.parent) == (child, parent)), None)
