"""What the tables are made of: the case, and what is known of its customers."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from liftledger.domain.cash import BenefitLine, Figure, Money
from liftledger.domain.customer_value import CustomerValue, Worth
from liftledger.domain.customers import Group
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import StudySummary
from liftledger.domain.slug import slug
from liftledger.domain.value import Benefit, Value
from liftledger.finance import figure as figures
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import Input
from liftledger.finance.formulas.npv import monthly_rate

Number = Interval | float | NoEstimate


class Arms(msgspec.Struct, frozen=True):
    """Customers of a base in an arm of a study, and those in its control."""

    study: str
    arm: str
    treated: Worth
    control: Worth

    @property
    def key(self) -> str:
        return f"{self.study}.{slug(self.arm)}"


class Ground(msgspec.Struct, frozen=True):
    """The case as it was priced, and all that it rests on."""

    value: Value
    currency: str
    confidence: float
    measured: Sequence[Measured]
    money: Money
    customers: Sequence[CustomerValue]
    studies: Sequence[StudySummary]

    @property
    def monthly(self) -> float:
        """Discount rate of a month."""
        return monthly_rate(float(self.value.discount))

    def base(self, name: str) -> CustomerValue | None:
        return next((one for one in self.customers if one.base == name), None)

    def lines(self, benefit: Benefit, *, counted: bool = True) -> Iterator[tuple[Measured, BenefitLine]]:
        """Lines that are good for it: those in the cash-flow, or all that have figures."""
        made = {line.name: line for line in self.money.lines}
        for one in self.measured:
            line = made[one.line.name]
            if one.line.benefit == benefit and (line.priced or (line.under and not counted)):
                yield one, line

    def arms(self, base: CustomerValue) -> Iterator[Arms]:
        """Of studies whose units are the base's customers, where no check failed."""
        found = {one.group: one for one in base.worth}
        for study in (study for study in self.studies if study.grade is not Grade.BROKEN):
            control = found.get(Group(study=study.name, arm=study.control))
            for arm in study.arms:
                treated = found.get(Group(study=study.name, arm=arm))
                if arm != study.control and control is not None and treated is not None:
                    yield Arms(study.name, arm, treated, control)

    def figure(
        self, table: str, key: str, answer: Number, unit: str, formula: str, inputs: Mapping[str, Input] | None = None
    ) -> Figure:
        """A number of a table, under its id."""
        return figures.figure(id_of(table, key), answer, unit, formula, inputs)


def id_of(table: str, key: str) -> str:
    """Of a number of a table."""
    return f"money.extras.{table}.{key}"


def margin_of(base: CustomerValue) -> float | NoEstimate:
    """The gross margin of a base, where one is declared."""
    return NoEstimate(f"no margin is declared for {base.base}") if base.margin is None else base.margin
