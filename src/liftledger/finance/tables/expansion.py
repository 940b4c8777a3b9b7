"""Expansion per dollar of infrastructure: what accounts pay more, against what it takes to serve it."""

import math
from collections.abc import Iterator

from liftledger.domain.cash import BenefitLine, Extra, Figure
from liftledger.domain.customer_value import Revenue
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.slug import slug
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.evidence.priced import draw_of
from liftledger.finance.figure import scaled
from liftledger.finance.formulas import expansion as formula
from liftledger.finance.formulas.arithmetic import less, together
from liftledger.finance.tables.ground import Ground, id_of

NAME = "expansion"
MARGINAL = (
    "Always what the treated pay more than control: never the gross expansion of the treated alone. Revenue, before "
    "the margin, at the full effect, without ramp and decay."
)
COUNTS = "units x (1 - holdout) x realisation"


def expansion(ground: Ground) -> Extra | None:
    """Where lines expand, or arms of a base keep their revenue differently."""
    found = (*_lines(ground), *_cohorts(ground))
    return Extra(NAME, "Expansion per dollar of infrastructure", (MARGINAL,), found) if found else None


def _lines(ground: Ground) -> Iterator[Figure]:
    lines = list(ground.lines("expansion"))
    if not lines:
        return
    cost = infrastructure(ground)
    for one, line in lines:
        yield _each(ground, one, line)
        yield _yearly(ground, one, line)
    marked = {cost.name: f"costs.{cost.name}" for cost in ground.value.costs if cost.infrastructure}
    yield ground.figure(
        NAME,
        "infrastructure",
        cost,
        f"{ground.currency} per year",
        "costs that are marked as infrastructure, one-off amounts among them: 12 x their sum over the cash-flow / its "
        "months, not discounted",
        {name: f"money.{key}.present_value" for name, key in marked.items()},
    )
    years = [(one.line, _year(one, line, ground.value.months)) for one, line in lines]
    known = [(draw_of(line), answer) for line, answer in years if isinstance(answer, Interval)]
    whole = together(known, confidence=ground.confidence) if len(known) == len(lines) else None
    missing = NoEstimate("a line of expansion has no interval")
    ratio = cost if isinstance(cost, NoEstimate) else formula.per_money(whole, cost) if whole else missing
    yield ground.figure(
        NAME,
        "per_dollar",
        ratio,
        f"{ground.currency} per {ground.currency}",
        "expansion of a year, of all lines, / infrastructure of a year",
        {
            **{line.name: id_of(NAME, f"{line.name}.year") for _, line in lines},
            "infrastructure": id_of(NAME, "infrastructure"),
        },
    )


def _each(ground: Ground, measured: Measured, line: BenefitLine) -> Figure:
    """Marginal revenue of one unit: recurring a year, or once where a unit counts once."""
    recurs, worth = line.per == "unit-month", measured.line.worth
    answer = line.shrunk.answer
    if isinstance(answer, Interval):
        answer = scaled(answer, measured.direction * float(1 if worth is None else worth))
        answer = formula.yearly(answer) if recurs else answer
    when = "per unit and year" if recurs else f"per {line.per}"
    return ground.figure(
        NAME,
        f"{line.name}.each",
        _number(answer),
        f"{ground.currency} {when}",
        "expected effect" + (" x worth" if worth is not None else "") + (" x 12" if recurs else ", over its window"),
        {"effect": line.shrunk.id, "worth": worth},
    )


def _yearly(ground: Ground, measured: Measured, line: BenefitLine) -> Figure:
    declared = measured.line
    times = "campaigns of the cash-flow x 12 / months" if line.per == "campaign" else "12"
    worth = " x worth" if declared.worth is not None else ""
    return ground.figure(
        NAME,
        f"{line.name}.year",
        _year(measured, line, ground.value.months),
        f"{ground.currency} per year",
        f"expected effect{worth} x {COUNTS} x {times}",
        {
            "effect": line.shrunk.id,
            "worth": declared.worth,
            "units": declared.units,
            "holdout": declared.holdout or None,
            "realisation": declared.realisation,
        },
    )


def _year(measured: Measured, line: BenefitLine, months: int) -> Interval | NoEstimate:
    answer, declared = line.shrunk.answer, measured.line
    if not isinstance(answer, Interval):
        return _number(answer)
    factor = measured.direction * float(declared.units) * (1 - float(declared.holdout))
    factor *= float(1 if declared.worth is None else declared.worth)
    factor *= float(1 if declared.realisation is None else declared.realisation)
    if declared.per == "campaign":
        factor *= len(declared.months) / months
    return formula.yearly(scaled(answer, factor))


def _number(answer: object) -> Interval | NoEstimate:
    if isinstance(answer, Interval | NoEstimate):
        return answer
    return NoEstimate("the effect has no interval")


def infrastructure(ground: Ground) -> float | NoEstimate:
    """Of an average year of the cash-flow."""
    workings = ground.money.workings
    names = [cost.name for cost in ground.value.costs if cost.infrastructure]
    if not names:
        return NoEstimate("no cost is marked with `infrastructure: true`")
    if workings is None:
        return NoEstimate("nothing is priced")
    rows = [workings.row(f"costs.{name}.cost").values for name in names]
    total = math.fsum(value or 0.0 for row in rows for value in row)
    return formula.yearly_cost(total, ground.value.months)


def _cohorts(ground: Ground) -> Iterator[Figure]:
    """Of arms of a base of subscriptions: what their subscribers pay, and how much of the revenue they keep."""
    for base in ground.customers:
        kept = {(one.group.study, one.group.arm): one for one in base.revenue}
        for arms in ground.arms(base):
            treated, control = arms.treated.spend, arms.control.spend
            if base.kind != "subscriptions" or treated is None or control is None:
                continue
            if isinstance(treated, Interval) and isinstance(control, Interval):
                found: Interval | NoEstimate = formula.yearly(less(treated, control, confidence=ground.confidence))
            else:
                found = treated if isinstance(treated, NoEstimate) else NoEstimate("control has no revenue")
            yield ground.figure(
                NAME,
                f"{base.base}.{arms.key}.arr",
                found,
                f"{ground.currency} per {base.unit} and year",
                "12 x (money a month of a subscriber of the arm - of control): of those who stayed, so that who stays "
                "may differ too",
            )
            pair = kept.get((arms.study, arms.arm)), kept.get((arms.study, _control(ground, arms.study)))
            if pair[0] is not None and pair[1] is not None:
                yield _retained(ground, f"{base.base}.{arms.study}.{slug(arms.arm)}.nrr", pair[0], pair[1])


def _retained(ground: Ground, key: str, treated: Revenue, control: Revenue) -> Figure:
    found: Interval | NoEstimate
    if isinstance(treated.nrr, Interval) and isinstance(control.nrr, Interval):
        found = less(treated.nrr, control.nrr, confidence=ground.confidence)
    else:
        found = treated.nrr if isinstance(treated.nrr, NoEstimate) else NoEstimate("control has none")
    return ground.figure(NAME, key, found, "share", "net revenue retention over 12 months of the arm - of control")


def _control(ground: Ground, study: str) -> str | None:
    return next(one.control for one in ground.studies if one.name == study)
