"""What a customer who stays is worth: by the models, by the retention curve, and by what the arms brought."""

from collections.abc import Iterator

from liftledger.domain.cash import Extra, Figure
from liftledger.domain.customer_value import CustomerValue, Tenure
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.slug import slug
from liftledger.finance.npv import monthly_rate
from liftledger.finance.retained import Parts, by_curve
from liftledger.finance.tables.ground import Ground, Number
from liftledger.finance.worth import everybody, lifetime, words

NAME = "customers"
APART = (
    "What was observed and what is extrapolated stand on lines of their own, and nothing adds them up: the first is "
    "counted or randomised, the second is a model's."
)
LIKE_THEM = {
    "subscriptions": "; the interval holds how long they stay and what they pay on average, for "
    "customers like them: that of the customers section holds the first alone, about these very customers"
}
MONTHS_A_DAY = 12 / 365


def customers(ground: Ground) -> Extra | None:
    """Of each customer base."""
    found = tuple(figure for base in ground.customers for figure in _figures(ground, base))
    return Extra(NAME, "What a customer who stays is worth", (APART,), found) if found else None


def _figures(ground: Ground, base: CustomerValue) -> Iterator[Figure]:
    found = everybody(base)
    unit = f"{ground.currency} per {base.unit}"
    if found is not None:
        yield ground.figure(
            NAME,
            f"{base.base}.lifetime",
            lifetime(base, found, confidence=ground.confidence),
            unit,
            words(base) + LIKE_THEM.get(base.kind, ""),
            {
                "customers": float(found.customers),
                "margin": base.margin,
                "discount": base.discount,
                "days": base.horizon_days,
            },
        )
    yield from _curve(ground, base, unit)
    yield from _arms(ground, base)


def _curve(ground: Ground, base: CustomerValue, unit: str) -> Iterator[Figure]:
    tenure = next((one for one in base.tenures if one.group == EVERYBODY and one.observed), None)
    found = everybody(base)
    if tenure is None or found is None:
        return
    pays = found.spend
    observed: Number
    ahead: Number
    if not isinstance(pays, Interval):
        observed = ahead = pays or NoEstimate("nothing is known of what they pay")
    else:
        observed, ahead = _parts(tenure, base, pays.value)
    months = _months(base)
    seen = min(len(tenure.observed) - 1, months)
    curve = "of a new customer, by the retention curve: sum of money a month x margin x share still there / (1 + "
    given = {
        "money a month": pays.value if isinstance(pays, Interval) else None,
        "margin": base.margin,
        "discount": base.discount,
    }
    yield ground.figure(
        NAME,
        f"{base.base}.observed",
        observed,
        unit,
        f"{curve}discount)^(t / 12) over months t from 1 to {seen}, in which the share was observed; the interval is "
        "that of the curve, as if it erred the same way in every month",
        given,
    )
    yield ground.figure(
        NAME,
        f"{base.base}.extrapolated",
        ahead,
        unit,
        f"{curve}discount)^(t / 12) over months t from {seen + 1} to {months}, for which the model goes on from the "
        "curve",
        given,
    )


def _parts(tenure: Tenure, base: CustomerValue, pays: float) -> tuple[Number, Number]:
    margin = pays * (1.0 if base.margin is None else base.margin)
    discount, months = monthly_rate(base.discount), _months(base)

    def of(observed: tuple[float, ...]) -> Parts:
        return by_curve(observed, tenure.extrapolated, margin=margin, discount=discount, months=months)

    found, low, high = of(tenure.observed), of(tenure.low).observed, of(tenure.high).observed
    observed = Interval(found.observed, (high - low) / 4, low, high)
    if len(tenure.observed) > months:
        return observed, NoEstimate("the curve was observed for as long as customers are valued")
    if not tenure.extrapolated:
        return observed, NoEstimate("no model goes on from the curve")
    return observed, found.extrapolated


def _arms(ground: Ground, base: CustomerValue) -> Iterator[Figure]:
    """What an arm brought more than control, per randomised unit."""
    unit = f"{ground.currency} per {base.unit} of the study"
    money = "revenue" if base.margin is None else "margin"
    for one in base.incremental:
        if one.observed_grade == Grade.BROKEN:
            continue
        key = f"{base.base}.{one.study}.{slug(one.arm)}"
        yield ground.figure(
            NAME,
            f"{key}.observed",
            one.observed,
            unit,
            f"measured so far: {money} of a unit of the arm - of control, by randomisation ({one.observed_grade})",
        )
        yield ground.figure(
            NAME,
            f"{key}.modelled",
            one.modelled,
            unit,
            f"from then on, by a model of each arm: {money} of a unit of the arm - of control ({one.modelled_grade})",
        )


def _months(base: CustomerValue) -> int:
    """Whole months over which a customer is valued."""
    return int(base.horizon_days * MONTHS_A_DAY + 1e-9)
