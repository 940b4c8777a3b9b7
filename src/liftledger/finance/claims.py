"""Claims: what each benefit line lets one say, in numbers that rest on the priced figures and nothing else."""

import math
from collections.abc import Iterable

import msgspec

from liftledger.domain.cash import BenefitLine, Claim, Exact, Figure, Money, Proof
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.money import MINOR_DIGITS
from liftledger.domain.report import Estimate
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import figure, scaled

FIRST = ("time_to_value", "deflection", "expansion")  # the questions that a case is asked first
OF_TOPICS = {"time_to_value": "time_to_value", "tickets": "deflection", "expansion": "expansion"}


def claims(money: Money, measured: Iterable[Measured]) -> tuple[Claim, ...]:
    """One a line, but for those that only reconcile to a program: time to value, support and expansion first.

    Called when all else of the case is known; `measured` are the lines' estimates.
    """
    by_line = {one.line.name: one for one in measured}
    found = [_claim(money, line, by_line[line.name]) for line in money.lines if line.name in by_line and not line.under]
    return tuple(sorted(found, key=lambda claim: FIRST.index(claim.benefit) if claim.benefit in FIRST else len(FIRST)))


def _claim(money: Money, line: BenefitLine, measured: Measured) -> Claim:
    standing = _standing(line, measured)
    evidence = _evidence(measured, standing)
    each = _each(money, line, measured)
    return Claim(
        line=line.name,
        benefit=_benefit(measured),
        standing=standing,
        grade=line.grade,
        evidence=evidence.id,
        change=figure(
            _id(line, "change"),
            NoEstimate("a check failed") if measured.broken else evidence.lift,
            "share",
            f"{_relative(evidence)}, as {'assumed' if line.grade is Grade.ASSUMED else 'measured'}",
            {"estimate": evidence.id},
        ),
        moved=_moved(line, measured, each),
        each=each,
        needed=_needed(line, measured),
    )


def _id(line: BenefitLine, field: str) -> str:
    return f"money.claims.{line.name}.{field}"


def _benefit(measured: Measured) -> str:
    """As declared; else what its question or its metric says plainly."""
    line, metric = measured.line, measured.counted_metric
    if line.benefit:
        return line.benefit
    if measured.topic:
        return OF_TOPICS.get(measured.topic, "")
    if metric.kind == "time_to":
        return "time_to_value"
    return "revenue" if metric.unit in MINOR_DIGITS and metric.better == "higher" else ""


def _standing(line: BenefitLine, measured: Measured) -> Proof:
    """Read from the intervals of the effect as measured and as expected, in the direction that is money."""
    effect, expected = line.effect.answer, line.shrunk.answer
    if not line.priced or not isinstance(effect, Interval) or not isinstance(expected, Interval):
        return "unpriced"
    if line.grade is Grade.ASSUMED:
        return "assumed"
    if any(one.low <= 0 <= one.high for one in (effect, expected)):
        return "unproven"
    return "proven" if effect.value * measured.direction > 0 else "harm"


def _evidence(measured: Measured, standing: Proof) -> Estimate:
    """The time to value itself, where its priced share by a time is proven and it is too; else what is priced or
    counted, of which alone one may say that its interval holds 0."""
    reduction = measured.reduction if standing == "proven" else None
    return reduction if reduction and _proven(reduction) * measured.direction < 0 else measured.counted


def _proven(estimate: Estimate) -> int:
    """The sign of the lift, 0 where the interval holds 0."""
    lift = estimate.lift
    if not isinstance(lift, Interval):
        return 0
    return (lift.low > 0) - (lift.high < 0)


def _each(money: Money, line: BenefitLine, measured: Measured) -> Figure:
    """Worth, at the margin where it is revenue; of a metric that is money, what the margin leaves of it."""
    inputs = {one.name: one.value for one in money.workings.inputs} if money.workings else {}
    worth = inputs.get(f"lines.{line.name}.worth")
    margin = inputs.get("margin", money.margin) if line.basis == "revenue" else None
    factors = [one for one in (worth, margin) if one is not None]
    answer: float | NoEstimate = math.prod(factors)
    if not line.priced:
        answer = NoEstimate("the line is not priced")
    elif measured.line.worth_by:
        answer = NoEstimate("each category has a worth of its own")
    elif not factors:
        answer = NoEstimate("the metric is money itself")
    unit = money.summary.npv.unit if worth is not None else "share"
    named = {"worth": worth, "margin": margin}
    formula = " x ".join(name for name, one in named.items() if one is not None) or "the metric's own money"
    return figure(_id(line, "each"), answer, unit, formula, named)


def _moved(line: BenefitLine, measured: Measured, each: Figure) -> Figure:
    """The line's money over the money of one, so that both multiply to it; by category, what was counted."""
    own, monthly, unit = _id(line, "moved"), line.monthly, line.volume.unit
    if measured.line.worth_by or not isinstance(monthly.answer, Interval):
        return msgspec.structs.replace(line.volume, id=own)
    if not isinstance(each.answer, Exact):
        return figure(own, monthly.answer, unit, "the line's money", {"money": monthly.id})
    if not each.answer.value:
        return figure(own, NoEstimate("one of them is worth nothing"), unit, "not priced")
    inputs = {"money": monthly.id, "money of one": each.id}
    return figure(own, scaled(monthly.answer, 1 / each.answer.value), unit, "the line's money / money of one", inputs)


def _relative(evidence: Estimate) -> str:
    """How a lift is worked out; from a control below 0, more is a rise too."""
    below = evidence.control_value is not None and evidence.control_value < 0
    return "(treatment - control) / size of control" if below else "treatment / control - 1"


def _needed(line: BenefitLine, measured: Measured) -> Figure:
    control, effect = measured.priced.control_value, line.break_even.answer
    answer: float | NoEstimate
    if isinstance(effect, NoEstimate):
        answer = effect
    elif not control:
        answer = NoEstimate("there is no value of the control to compare with")
    else:
        answer = effect.value / abs(control)  # as a lift is: a control below 0 does not turn it around
    inputs = {"effect": line.break_even.id, "control": control}
    formula = "effect at which the NPV is 0 / size of the control's value"
    return figure(_id(line, "needed"), answer, "share", formula, inputs)
