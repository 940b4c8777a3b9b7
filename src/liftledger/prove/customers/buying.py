"""A base of purchases in the report's words."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from liftledger.domain.customer_value import Cohort as Month
from liftledger.domain.customer_value import CustomerValue, Distribution, Incremental, Kept, Simple, Worth
from liftledger.domain.customers import EVERYBODY, Group, Purchases
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import DAY
from liftledger.domain.moments import Sums
from liftledger.domain.project import Project
from liftledger.engine.cohort import Cohort
from liftledger.engine.engine import Engine
from liftledger.engine.purchasing.behaviour import behaviour
from liftledger.engine.purchasing.brought import brought
from liftledger.engine.purchasing.cohorts import cohorts as by_month
from liftledger.engine.purchasing.cohorts import kept, months
from liftledger.engine.purchasing.concentration import concentration
from liftledger.engine.purchasing.histories import histories, profiles, spending
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.lifetime.simple import by_orders, lifespan
from liftledger.prove.customers.bases import Told
from liftledger.prove.customers.behaviours import behaviours
from liftledger.prove.customers.churn import pooled
from liftledger.prove.customers.continuation import continuation
from liftledger.prove.customers.distribution import distribution
from liftledger.prove.customers.forecasts import forecasts
from liftledger.prove.customers.increments import increments
from liftledger.prove.customers.models import Fitted, fitted
from liftledger.prove.customers.profiles import profiles_of
from liftledger.prove.customers.remarks import of_purchases
from liftledger.prove.customers.worth import unvalued, worth
from liftledger.prove.enrolment import Enrolled
from liftledger.prove.records import Records
from liftledger.stats.concentration import lorenz
from liftledger.stats.retention import kept as stats_kept

MONTH = 365 * DAY // 12


def buying(
    records: Records,
    project: Project,
    base: Purchases,
    studies: Sequence[tuple[Enrolled, Cohort]],
    as_of: int,
    told: Told | None,
) -> CustomerValue:
    """Reads the purchases once for everybody, and once a study for those in its arms. Raises SumTooLarge."""
    engine, confidence = records.engine, project.confidence
    seen = records.purchasers(project, base, as_of)
    armed = [records.purchasers(project, base, as_of, cohort) for _, cohort in studies]
    unit = Fraction(1, 10**base.amount.type.scale) if base.amount else Fraction(1)
    sums = {group: one for part in (seen, *armed) for group, one in behaviour(engine, part).items()}
    tops = {group: one for part in (seen, *armed) for group, one in concentration(engine, part).items()}
    models = [one for part in (seen, *armed) for one in _models(engine, part, unit)]
    if told is not None:
        told(seen, next(one for one in models if one.group == EVERYBODY))
    calendar = months(engine, seen)
    stayed = tuple(
        stats_kept(one.period, one.start, one.starting, one.ending, confidence=confidence) for one in kept(calendar)
    )
    curve = lorenz(sums[EVERYBODY], "revenue", tops[EVERYBODY]) if base.amount else None
    ways = tuple(behaviours(base, sums, tops, unit=unit, confidence=confidence))
    return CustomerValue(
        base=base.name,
        kind="purchases",
        unit=base.unit,
        fact=base.fact,
        margin=base.terms.margin,
        discount=base.terms.discount,
        horizon_days=base.terms.horizon / DAY,
        grid_days=base.grid // DAY,
        customers=seen.customers,
        remarks=tuple(of_purchases(base, seen, project.currency)),
        cohorts=tuple(
            Month(one.month, one.customers, one.active, tuple(float(amount * unit) for amount in one.revenue))
            for one in by_month(calendar)
        ),
        kept=stayed,
        behaviour=ways,
        concentration=None if isinstance(curve, NoEstimate) else curve,
        models=tuple(model for one in models for model in one.models),
        forecasts=tuple(forecasts(engine, base, seen)),
        worth=tuple(_worths(base, models, unit, confidence)),
        distribution=_distribution(engine, base, seen, models, unit),
        simple=tuple(_simple(base, sums, stayed, unit)),
        incremental=tuple(_incremental(engine, base, studies, armed, models, unit, confidence)),
    )


def _models(engine: Engine, seen: Purchasers, unit: Fraction) -> Iterator[Fitted]:
    found, spent = histories(engine, seen), spending(engine, seen)
    for group, arrays in found.items():
        money = spent[group] if seen.base.amount else None
        yield fitted(group, arrays, money, unit=float(unit), both=group == EVERYBODY)


def _worths(base: Purchases, models: Sequence[Fitted], unit: Fraction, confidence: float) -> Iterator[Worth]:
    return (worth(base, one, unit=float(unit), confidence=confidence) for one in models)


def _distribution(
    engine: Engine, base: Purchases, seen: Purchasers, models: Sequence[Fitted], unit: Fraction
) -> Distribution | None:
    found = next(one for one in models if one.group == EVERYBODY)
    if unvalued(found):
        return None
    return distribution(base, found, profiles_of(profiles(engine, seen)[EVERYBODY], found.histories, unit=float(unit)))


def _simple(base: Purchases, sums: Mapping[Group, Sums], stayed: Sequence[Kept], unit: Fraction) -> Iterator[Simple]:
    """Of everybody: the life span is that of the monthly churn, which no group has of its own."""
    found, churn = sums[EVERYBODY], pooled(stayed, "month")
    if base.amount is None or found.n == 0 or found.total("observed") == 0:
        return
    stay = churn if isinstance(churn, NoEstimate) else lifespan(churn)
    yield by_orders(
        EVERYBODY,
        order_value=float(Fraction(found.total("revenue"), found.total("purchases")) * unit),
        frequency=float(Fraction(found.total("repeats") * MONTH, found.total("observed") * base.grid)),
        lifespan=stay,
        margin=base.terms.margin,
    )


def _incremental(
    engine: Engine,
    base: Purchases,
    studies: Sequence[tuple[Enrolled, Cohort]],
    armed: Sequence[Purchasers],
    models: Sequence[Fitted],
    unit: Fraction,
    confidence: float,
) -> Iterator[Incremental]:
    if base.amount is None:
        return
    by_group = {one.group: one for one in models}
    margin = Fraction(1) if base.terms.margin is None else Fraction(str(base.terms.margin))
    for (enrolled, cohort), seen in zip(studies, armed, strict=True):
        revenue, spent = brought(engine, seen, cohort), profiles(engine, seen)
        ahead = {}
        for group, units in revenue.items():
            one = by_group[group]
            bought = profiles_of(spent[group], one.histories, unit=float(unit))
            ahead[group] = continuation(base, one, bought, units.n, confidence=confidence)
        yield from increments(enrolled, base.unit, revenue, ahead, unit=unit * margin, confidence=confidence)
