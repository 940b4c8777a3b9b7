"""A benefit line of the report, with a figure for each step from the effect to its present value."""

from collections.abc import Iterator

from liftledger.domain.cash import BenefitLine, Figure
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.value import Value
from liftledger.finance import remark
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.evidence.priced import Priced
from liftledger.finance.figure import Input, figure, scaled
from liftledger.finance.formulas.normal import interval
from liftledger.finance.textbook import textbook
from liftledger.finance.uncertainty.decision_text import money
from liftledger.finance.volume import per, volume, volume_unit
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.turning_point import NOTHING, no_sign_change


def benefit(measured: Measured, one: Priced, value: Value, found: Reading, confidence: float) -> BenefitLine:
    """A line that is priced, read off the workings."""
    currency = found.workings.currency
    expected = _expected(one, found, confidence)
    return _line(
        measured,
        (*remark.of_line(measured, one), *_beyond(one, found)),
        priced=True,
        effect=_effect(measured),
        shrunk=_shrunk(measured, one, expected),
        volume=volume(measured, found),
        monthly=_monthly(measured, value, expected, found),
        present_value=_present_value(measured, value, expected, found),
        break_even=_break_even(measured, found),
        sign_change=_sign_change(measured, one, found),
        forgone=_forgone(measured, expected, found),
        textbook=textbook(measured, currency),
    )


def refused(measured: Measured, currency: str, reasons: tuple[str, ...]) -> BenefitLine:
    """A line that is not priced: its effect, where it can be shown, and why there is no money."""
    line = measured.line
    nothing = NoEstimate(f"not priced: {'; '.join(reason.removesuffix('.') for reason in reasons)}")

    def none(field: str, unit: str) -> Figure:
        return figure(_id(measured, field), nothing, unit, "not priced")

    metric_unit, money_unit = measured.metric.unit, f"{currency} {per(line)}"
    return _line(
        measured,
        reasons,
        priced=False,
        effect=_effect(measured),
        shrunk=none("shrunk", metric_unit),
        volume=none("volume", volume_unit(measured.counted_metric, line)),
        monthly=none("monthly", money_unit),
        present_value=none("present_value", currency),
        break_even=none("break_even", metric_unit),
        sign_change=none("sign_change", metric_unit),
        textbook=none("textbook", money_unit) if measured.reduction else None,
    )


def _id(measured: Measured, field: str) -> str:
    return f"money.lines.{measured.line.name}.{field}"


def _line(
    measured: Measured,
    reasons: tuple[str, ...],
    *,
    priced: bool,
    effect: Figure,
    shrunk: Figure,
    volume: Figure,
    monthly: Figure,
    present_value: Figure,
    break_even: Figure,
    sign_change: Figure,
    textbook: Figure | None,
    forgone: Figure | None = None,
) -> BenefitLine:
    line = measured.line
    return BenefitLine(
        name=line.name,
        topic=measured.topic,
        study=line.study,
        metric=line.metric,
        arm=line.arm,
        estimate=measured.priced.id,
        counted=measured.counted.id,
        per=line.per,
        basis=line.basis,
        grade=measured.priced.grade,
        priced=priced,
        reasons=reasons,
        effect=effect,
        shrunk=shrunk,
        volume=volume,
        monthly=monthly,
        present_value=present_value,
        break_even=break_even,
        sign_change=sign_change,
        textbook=textbook,
        forgone=forgone,
    )


def _effect(measured: Measured) -> Figure:
    return figure(
        _id(measured, "effect"),
        measured.effect,
        measured.metric.unit,
        "the effect as assumed, with its plausible range"
        if measured.line.assumed
        else "the effect as measured, treatment minus control",
        {"estimate": measured.priced.id},
    )


def _expected(one: Priced, found: Reading, confidence: float) -> Interval:
    """Without a prior, the interval is the estimate's own, which may be skewed."""
    if one.prior is None:
        return one.effect
    own = f"lines.{one.line.name}"
    return interval(found.known(f"{own}.expected"), found.known(f"{own}.expected_se"), confidence=confidence)


def _shrunk(measured: Measured, one: Priced, expected: Interval) -> Figure:
    prior = one.prior
    own, effect, unit = _id(measured, "shrunk"), _id(measured, "effect"), measured.metric.unit
    if prior is None:
        how = "the effect as assumed" if one.line.assumed else "the effect as measured: no prior is declared"
        return figure(own, expected, unit, how, {"effect": effect})
    source = f"; source of the prior: {prior.source}" if prior.source else ""
    return figure(
        own,
        expected,
        unit,
        "prior mean + w x (effect - prior mean), where w = prior sd^2 / (prior sd^2 + se^2); the standard error is "
        f"se x square root of w, the interval is normal{source}",
        {"effect": effect, "prior mean": prior.mean, "prior sd": prior.sd},
    )


def _monthly(measured: Measured, value: Value, expected: Interval, found: Reading) -> Figure:
    line = measured.line
    factors: dict[str, Input] = {"units": line.units}
    if line.holdout:
        factors["(1 - holdout)"] = 1 - line.holdout
    if line.worth is not None:
        factors["worth"] = line.worth
    if line.basis == "revenue":
        factors["margin"] = value.margin
    if line.realisation is not None and not line.program:
        factors["realisation"] = line.realisation
    sign, why = ("-", "; less of the metric is money") if measured.direction < 0 else ("", "")
    return figure(
        _id(measured, "monthly"),
        scaled(expected, found.known(f"lines.{line.name}.per_effect")),
        f"{found.workings.currency} {per(line)}",
        f"{sign}effect x {' x '.join(factors)}, at full ramp and before decay{why}",
        {"effect": _id(measured, "shrunk"), **factors},
    )


def _present_value(measured: Measured, value: Value, expected: Interval, found: Reading) -> Figure:
    line = measured.line
    if line.per == "campaign":
        each, when = "campaign", f"the campaign's months {', '.join(map(str, line.months))}"
    else:
        each, when = "monthly", f"months 1 to {value.months}"
    course = None if measured.worth is None else measured.worth.course
    ramp = " x min(t / ramp, 1)" if line.ramp else ""
    decay = " x (1 - decay)^(t - 1)" if line.decay else ""
    return figure(
        _id(measured, "present_value"),
        scaled(expected, found.known(f"lines.{line.name}.present_of_one")),
        found.workings.currency,
        f"sum over {when} (t) of {each}{ramp}{decay} / (1 + discount)^(t / 12)"
        if course is None
        else f"sum over {when} (t) of {each}{ramp}{decay}, of which in each later month u of the case first x stays^(u "
        "- t - 1) is earned, / (1 + discount)^(u / 12)",
        {
            each: _id(measured, "monthly"),
            "ramp": line.ramp or None,
            "decay": line.decay or None,
            "first": None if course is None else course.first,
            "stays": None if course is None else course.stays,
            "discount": value.discount,
        },
    )


def _beyond(one: Priced, found: Reading) -> Iterator[str]:
    """Of customers who stay: what they still bring when the case is over."""
    left = found.number(f"lines.{one.line.name}.beyond") if one.worth is not None and one.worth.course else None
    if left is not None:
        amount = money(left, found.workings.currency)
        yield f"a present value of {amount} comes after the last month and is not counted."


def _break_even(measured: Measured, found: Reading) -> Figure:
    own = f"lines.{measured.line.name}"
    even = found.number(f"{own}.break_even")
    return figure(
        _id(measured, "break_even"),
        NOTHING if even is None else even,
        measured.metric.unit,
        "the expected effect at which the NPV of the whole case is 0, all else as it is: (present value - NPV) / "
        "present value of one unit of effect",
        {
            "present value": _id(measured, "present_value"),
            "NPV": "money.summary.npv",
            "present value of one unit of effect": found.known(f"{own}.present_of_one"),
        },
    )


def _sign_change(measured: Measured, one: Priced, found: Reading) -> Figure:
    """Where there is no prior."""
    return figure(
        _id(measured, "sign_change"),
        _turning_sd(one, found),
        measured.metric.unit,
        "sd of a prior around 0 at which the NPV changes its sign, all else as it is: se of the effect x square root "
        "of ((present value - NPV) / NPV)",
        {"effect": measured.priced.id, "present value": _id(measured, "present_value"), "NPV": "money.summary.npv"},
    )


def _turning_sd(one: Priced, found: Reading) -> float | NoEstimate:
    if one.line.assumed:
        return NoEstimate("the effect is assumed: a prior is for what was measured")
    if one.prior is not None:
        return NoEstimate("a prior is declared")
    sd = found.number(f"lines.{one.line.name}.sign_change")
    return no_sign_change(one.effect.se, found.known("summary.npv")) if sd is None else sd


def _forgone(measured: Measured, expected: Interval, found: Reading) -> Figure | None:
    """Where units are held out."""
    line = measured.line
    if not line.holdout:
        return None
    return figure(
        _id(measured, "forgone"),
        scaled(expected, found.known(f"lines.{line.name}.forgone_of_one")),
        found.workings.currency,
        "what the units that stay without treatment would have brought: present value of one unit of effect, on all "
        "units, x holdout x effect; shown, never subtracted, because benefits count the treated only",
        {"effect": _id(measured, "shrunk"), "units": line.units, "holdout": line.holdout},
    )
