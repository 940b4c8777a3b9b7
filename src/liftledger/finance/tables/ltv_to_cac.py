"""LTV:CAC: what a customer is worth for each unit of money that winning one costs, before and after."""

from collections.abc import Iterator

from liftledger.domain.cash import Extra, Figure
from liftledger.domain.customer_value import CustomerValue, Worth
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.evidence.worth import everybody, lifetime, words
from liftledger.finance.formulas.acquisition import cac
from liftledger.finance.formulas.arithmetic import less, product, quotient
from liftledger.finance.tables.cac_payback import NAME as CAC
from liftledger.finance.tables.cac_payback import cac_after, conversion
from liftledger.finance.tables.ground import Ground, id_of

NAME = "ltv_to_cac"
TIMES = "times"
NOT_RANDOMISED = (
    "The value of a customer is modelled for each arm, of those who are customers of it: it is an assumption that both "
    "go on as they do, and the intervals do not hold whether the models are right. What was measured of the arms so "
    "far stands under «What a customer who stays is worth»."
)
ABOUT = {
    "subscriptions": "The intervals hold that other customers might have come, stayed otherwise and paid otherwise.",
    "purchases": "The intervals are about these very customers: they hold the errors of the models' parameters only.",
}
MIND = "Before an LTV is relied on, mind what is noted on the model of: {}."
NO_BASE = "No customer base is named under acquisition, so no value stands beside what a customer costs."


def ltv_to_cac(ground: Ground) -> Extra | None:
    """Where the project says what acquisition costs."""
    declared = ground.value.acquisition
    if declared is None:
        return None
    base = ground.base(declared.base)
    if base is None:
        return Extra(NAME, "LTV:CAC before and after", (NO_BASE,), ())
    said = (f"LTV is {words(base)}.", NOT_RANDOMISED, ABOUT[base.kind], *_doubts(ground, base))
    return Extra(NAME, "LTV:CAC before and after", said, tuple(_figures(ground, base)))


def _doubts(ground: Ground, base: CustomerValue) -> Iterator[str]:
    """Of models that an LTV rests on, those about which something is noted."""
    arms = [one.group for pair in ground.arms(base) for one in (pair.control, pair.treated)] or [EVERYBODY]
    doubted = dict.fromkeys(model.group for model in base.models if model.group in arms and model.notes)
    if doubted:
        whose = ("all customers" if group == EVERYBODY else f"{group.arm} of {group.study}" for group in doubted)
        yield MIND.format(", ".join(whose))


def _figures(ground: Ground, base: CustomerValue) -> Iterator[Figure]:
    pairs = list(ground.arms(base))
    for arms in pairs:
        yield from _pair(ground, base, f"{arms.key}.", arms.control, arms.treated)
    found = everybody(base)
    if not pairs and found is not None:
        yield from _pair(ground, base, "", found, found)


def _pair(ground: Ground, base: CustomerValue, key: str, control: Worth, treated: Worth) -> Iterator[Figure]:
    """With a customer of control before, and one of the treated after, at what one costs then."""
    cost, later = _cost(ground), cac_after(ground)
    changed = not isinstance(later, NoEstimate)
    before = _ratio(ground, base, control, cost)
    after = _ratio(ground, base, treated, later if changed else cost)
    if control is treated and not changed:
        after = NoEstimate("nothing measured changes what a customer is worth, or what one costs")
    whose = "all customers" if control is treated else "the treated arm"
    used = id_of(CAC, "cac_after" if changed else "cac")
    yield ground.figure(
        NAME,
        f"{key}before",
        before,
        TIMES,
        "LTV of " + ("all customers" if control is treated else "the control arm") + " / CAC",
        {"LTV": _number(control), "CAC": id_of(CAC, "cac")},
    )
    yield ground.figure(
        NAME,
        f"{key}after",
        after,
        TIMES,
        f"LTV of {whose} / CAC{' after' if changed else ''}; both are taken as independent (delta method)",
        {"LTV": _number(treated), "CAC": used},
    )
    if isinstance(before, NoEstimate) or isinstance(after, NoEstimate):
        change = before if isinstance(before, NoEstimate) else after
    elif control is treated:
        lift = conversion(ground)
        change = lift if isinstance(lift, NoEstimate) else product(before, lift, confidence=ground.confidence)
    else:
        change = less(after, before, confidence=ground.confidence)
    yield ground.figure(
        NAME,
        f"{key}change",
        change,
        TIMES,
        "after - before" + ("; arms are independent" if control is not treated else " = before x conversion"),
        {"after": id_of(NAME, f"{key}after"), "before": id_of(NAME, f"{key}before")},
    )


def _ratio(ground: Ground, base: CustomerValue, whose: Worth, cost: Interval | NoEstimate) -> Interval | NoEstimate:
    if base.margin is None:
        return NoEstimate(f"LTV is taken at the margin, and {base.base} has none")
    value = lifetime(whose)
    if isinstance(value, NoEstimate) or isinstance(cost, NoEstimate):
        return value if isinstance(value, NoEstimate) else cost
    return quotient(value, cost, confidence=ground.confidence)


def _cost(ground: Ground) -> Interval | NoEstimate:
    declared = ground.value.acquisition
    assert declared is not None
    cost = cac(float(declared.spend), float(declared.customers))
    return cost if isinstance(cost, NoEstimate) else Interval(cost, 0.0, cost, cost)


def _number(whose: Worth) -> float | None:
    return whose.value.value if isinstance(whose.value, Interval) else None
