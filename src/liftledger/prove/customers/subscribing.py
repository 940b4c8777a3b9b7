"""A base of subscriptions in the report's words."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import ModuleType

import msgspec

from liftledger.domain.customer_value import Cohort as Intake
from liftledger.domain.customer_value import CustomerValue, Incremental, Kept, Model, Movement, Revenue, Simple, Worth
from liftledger.domain.customers import EVERYBODY, Group, Subscriptions
from liftledger.domain.durations import Durations
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.domain.instant import DAY, day
from liftledger.domain.project import Project
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.subscriptions.holdings import Held, holdings, holdings_by_arm
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans, lifespans_by_arm, tenures
from liftledger.engine.subscriptions.movements import Month, Part, movements
from liftledger.engine.subscriptions.paid import paid
from liftledger.engine.subscriptions.revenue_kept import compared, revenue_kept, revenue_kept_by_arm
from liftledger.engine.subscriptions.subscribers import Subscribers
from liftledger.engine.subscriptions.triangle import cohorts as by_month
from liftledger.lifetime import constant_churn, sbg
from liftledger.lifetime.agreement import agreement
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Tenures, tenures_of
from liftledger.lifetime.simple import by_churn, margin_multiples
from liftledger.prove.customers.churn import pooled
from liftledger.prove.customers.increments import increments
from liftledger.prove.customers.models import said_of
from liftledger.prove.customers.monthly import MONTH, months_ahead
from liftledger.prove.customers.remarks import of_subscriptions
from liftledger.prove.customers.renewals import renewals
from liftledger.prove.customers.staying import tenure, worth
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.records import Records
from liftledger.stats.retention import kept as retained
from liftledger.stats.revenue_retention import accounts, grr, nrr

YEAR = 365 * DAY
NOBODY = "Nobody subscribed yet on {}, so there is no revenue retention over 12 months, net or gross."
VALUED = "Of the time ahead, {} are valued: whole months only."
IN_STUDY = "start in the study"
CONVENTIONS = (
    "Who paused and came back had not left: their life span goes through the pause.",
    "Values are per customer who is subscribed now; the month that has begun is paid, and not in them.",
)


class Known(msgspec.Struct, frozen=True):
    """What is known of a group's subscriptions."""

    group: Group
    lifespans: Durations
    held: tuple[Held, ...]
    model: ModuleType  # how long they stay
    fit: Fit | NoEstimate
    models: tuple[Model, ...]  # that one comes last


def subscribing(
    records: Records, project: Project, base: Subscriptions, studies: Sequence[tuple[Enrolled, Cohort]], as_of: int
) -> CustomerValue:
    """Reads the subscriptions once. Raises SumTooLarge."""
    engine, confidence = records.engine, project.confidence
    of = records.subscribers(project, base, as_of)
    cohorts = [cohort for _, cohort in studies]
    unit = Fraction(1, 10**base.amount.type.scale)
    groups = tuple(_groups(engine, of, cohorts))
    revenue = tuple(_revenue(engine, of, cohorts, confidence))
    stayed = tuple(
        retained(one.period, one.start, one.starting, one.ending, confidence=confidence) for one in kept(engine, of)
    )
    return CustomerValue(
        base=base.name,
        kind="subscriptions",
        unit=base.unit,
        fact=base.fact,
        margin=base.terms.margin,
        discount=base.terms.discount,
        horizon_days=base.terms.horizon / DAY,
        grid_days=None,
        customers=of.counts.customers,
        remarks=(
            *of_subscriptions(base, of.counts),
            *CONVENTIONS,
            VALUED.format(_months(months_ahead(base))),
            *_missing(revenue, of),
        ),
        cohorts=tuple(
            Intake(one.month, one.customers, one.active, tuple(float(amount * unit) for amount in one.mrr))
            for one in by_month(engine, of)
        ),
        kept=stayed,
        models=tuple(model for one in groups for model in one.models),
        worth=tuple(_worths(base, groups, unit, confidence)),
        simple=tuple(_simple(base, groups, stayed, unit)),
        tenures=tuple(tenure(one.group, one.lifespans, one.model, one.fit, base, confidence) for one in groups),
        movements=tuple(_movement(one, unit) for one in movements(engine, of)),
        revenue=revenue,
        incremental=tuple(_incremental(engine, of, studies, groups, unit, confidence)),
    )


def _groups(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort]) -> Iterator[Known]:
    lived, held = lifespans(engine, of), holdings(engine, of)
    if cohorts:
        lived |= lifespans_by_arm(engine, of, cohorts)
        held |= holdings_by_arm(engine, of, cohorts)
    for group, durations in sorted(lived.items(), key=lambda item: _order(item[0])):
        yield known(group, durations, held.get(group, ()))


def known(group: Group, lifespans: Durations, held: Sequence[Held]) -> Known:
    """With the model of how long they stay: sBG; where it has no parameters, one churn."""
    left, going = tenures(lifespans)
    found = tenures_of(left, going)
    fit, one = sbg.fit(found), constant_churn.fit(found)
    said = _said(group, sbg, fit, lifespans.n, found)
    if isinstance(fit, Fit) or isinstance(one, NoEstimate):
        return Known(group, lifespans, tuple(held), sbg, fit, (said,))
    more = _said(group, constant_churn, one, lifespans.n, found)
    return Known(group, lifespans, tuple(held), constant_churn, one, (said, more))


def _order(group: Group) -> tuple[str, ...]:
    """Everybody first, then dimensions, then studies."""
    return tuple(one or "" for one in (group.study, group.arm, group.dimension, group.value))


def _said(group: Group, model: ModuleType, fit: Fit | NoEstimate, customers: int, tenures: Tenures) -> Model:
    """With a warning where customers did not leave as the model has it."""
    warning = None
    if isinstance(fit, Fit):
        found = agreement(fit, tenures, model.retention)
        warning = None if isinstance(found, NoEstimate) else found.warning
    return said_of(group, model.MODEL, fit, customers, () if warning is None else (warning,))


def _worths(base: Subscriptions, groups: Sequence[Known], unit: Fraction, confidence: float) -> Iterator[Worth]:
    for one in groups:
        yield worth(one.group, one.lifespans, one.held, one.model, one.fit, base, unit=unit, confidence=confidence)


def _simple(base: Subscriptions, groups: Sequence[Known], stayed: Sequence[Kept], unit: Fraction) -> Iterator[Simple]:
    """Of everybody: the churn is that of all whole months together."""
    held = next((one.held for one in groups if one.group == EVERYBODY), ())
    customers, churn = sum(one.customers for one in held), pooled(stayed, "month")
    if not customers or isinstance(churn, NoEstimate):
        return
    mrr = float(Fraction(sum(one.mrr for one in held), customers) * unit)
    margin = 1.0 if base.terms.margin is None else base.terms.margin
    yield by_churn(EVERYBODY, mrr=mrr, churn=churn, margin=base.terms.margin)
    monthly = (1 + base.terms.discount) ** (MONTH / YEAR) - 1
    yield from margin_multiples(EVERYBODY, margin=mrr * margin, retention=1 - churn, discount=monthly)


def _movement(found: Month, unit: Fraction) -> Movement:
    parts: Mapping[str, Part] = {
        name: getattr(found, name) for name in msgspec.structs.asdict(found) if name != "month"
    }
    money = {name: float(part.mrr * unit) for name, part in parts.items()}
    return Movement(found.month, **money, accounts={name: part.accounts for name, part in parts.items()})


def _revenue(engine: Engine, of: Subscribers, cohorts: Sequence[Cohort], confidence: float) -> Iterator[Revenue]:
    since = day(compared(of.as_of)[0])
    found = {group: (since, one) for group, one in revenue_kept(engine, of).items()}
    if cohorts:
        found |= {group: (IN_STUDY, one) for group, one in revenue_kept_by_arm(engine, of, cohorts, YEAR).items()}
    for group, (start, one) in found.items():
        sums = accounts(one)
        yield Revenue(group, start, one.accounts, nrr(sums, confidence=confidence), grr(sums, confidence=confidence))


def _missing(revenue: Sequence[Revenue], of: Subscribers) -> Iterator[str]:
    """Why there is no revenue retention of all customers, where there is none."""
    if not any(one.group == EVERYBODY for one in revenue):
        yield NOBODY.format(day(compared(of.as_of)[0]))


def _incremental(
    engine: Engine,
    of: Subscribers,
    studies: Sequence[tuple[Enrolled, Cohort]],
    groups: Sequence[Known],
    unit: Fraction,
    confidence: float,
) -> Iterator[Incremental]:
    """Money a month x days is turned into money; a month has 365 / 12 days."""
    if not studies:
        return
    revenue = paid(engine, of, [cohort for _, cohort in studies])
    base, by_group = of.base, {one.group: one for one in groups}
    margin = Fraction(1) if base.terms.margin is None else Fraction(str(base.terms.margin))
    for enrolled, cohort in studies:
        ahead: dict[Group, Answer] = {}
        for arm in cohort.study.arms:
            group = Group(study=cohort.study.name, arm=arm)
            known, units = by_group.get(group), revenue[group].n
            if known is None or not units:
                ahead[group] = NoEstimate("it has no subscribers")
            else:
                ahead[group] = renewals(
                    known.held,
                    known.lifespans,
                    known.model,
                    known.fit,
                    base,
                    unit=unit,
                    units=units,
                    confidence=confidence,
                )
        yield from increments(
            enrolled,
            base.unit,
            revenue,
            ahead,
            doubts={one.group: one.models[-1].notes for one in groups},
            unit=unit * margin * Fraction(12, 365),
            confidence=confidence,
        )


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"
