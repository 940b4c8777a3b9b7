"""A benefit line of the report, with a figure for each step from the effect to its present value."""

from liftledger.domain.cash import BenefitLine, Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Value
from liftledger.finance.figure import figure, scaled
from liftledger.finance.measured import Measured
from liftledger.finance.price import Price
from liftledger.finance.textbook import textbook
from liftledger.finance.turning_point import break_even_effect, sign_change
from liftledger.finance.volume import per, volume, volume_unit


def benefit(price: Price, value: Value, currency: str, needed: float, reasons: tuple[str, ...]) -> BenefitLine:
    """A line that is priced; `needed` is the present value that it must bring: costs less all other benefits."""
    measured = price.measured
    return _line(
        measured,
        reasons,
        priced=True,
        effect=_effect(measured),
        shrunk=_shrunk(price),
        volume=volume(measured),
        monthly=_monthly(price, currency),
        present_value=_present_value(price, value, currency),
        break_even=_break_even(price, needed),
        sign_change=_sign_change(price, needed),
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
    )


def _effect(measured: Measured) -> Figure:
    return figure(
        _id(measured, "effect"),
        measured.effect,
        measured.metric.unit,
        "the effect as measured, treatment minus control",
        {"estimate": measured.priced.id},
    )


def _shrunk(price: Price) -> Figure:
    measured, prior = price.measured, price.prior
    own, effect, unit = _id(measured, "shrunk"), _id(measured, "effect"), measured.metric.unit
    if prior is None:
        return figure(own, price.effect, unit, "the effect as measured: no prior is declared", {"effect": effect})
    source = f"; source of the prior: {prior.source}" if prior.source else ""
    return figure(
        own,
        price.effect,
        unit,
        "prior mean + w x (effect - prior mean), where w = prior sd^2 / (prior sd^2 + se^2); the standard error is "
        f"se x square root of w, the interval is normal{source}",
        {"effect": effect, "prior mean": prior.mean, "prior sd": prior.sd},
    )


def _monthly(price: Price, currency: str) -> Figure:
    measured, line = price.measured, price.line
    factors = ["units"]
    factors += ["worth"] if line.worth is not None else []
    factors += ["margin"] if price.margin is not None else []
    factors += ["realisation"] if line.realisation is not None else []
    sign, why = ("-", "; less of the metric is money") if measured.direction < 0 else ("", "")
    return figure(
        _id(measured, "monthly"),
        scaled(price.effect, price.worth),
        f"{currency} {per(line)}",
        f"{sign}effect x {' x '.join(factors)}, at full ramp and before decay{why}",
        {
            "effect": _id(measured, "shrunk"),
            "units": line.units,
            "worth": line.worth,
            "margin": price.margin,
            "realisation": line.realisation,
        },
    )


def _present_value(price: Price, value: Value, currency: str) -> Figure:
    measured, line = price.measured, price.line
    if line.per == "campaign":
        money, when = "campaign", f"the campaign's months {', '.join(map(str, line.months))}"
    else:
        money, when = "monthly", f"months 1 to {value.months}"
    ramp = " x min(t / ramp, 1)" if line.ramp else ""
    decay = " x (1 - decay)^(t - 1)" if line.decay else ""
    return figure(
        _id(measured, "present_value"),
        scaled(price.effect, price.present_worth),
        currency,
        f"sum over {when} (t) of {money}{ramp}{decay} / (1 + discount)^(t / 12)",
        {
            money: _id(measured, "monthly"),
            "ramp": line.ramp or None,
            "decay": line.decay or None,
            "discount": value.discount,
        },
    )


def _break_even(price: Price, needed: float) -> Figure:
    measured = price.measured
    return figure(
        _id(measured, "break_even"),
        break_even_effect(price.present_worth, needed),
        measured.metric.unit,
        "the expected effect at which the NPV of the whole case is 0, all else as it is: (present value - NPV) / "
        "present value of one unit of effect",
        {
            "present value": _id(measured, "present_value"),
            "NPV": "money.summary.npv",
            "present value of one unit of effect": price.present_worth,
        },
    )


def _sign_change(price: Price, needed: float) -> Figure:
    """Where there is no prior."""
    measured = price.measured
    if price.prior is not None:
        answer: float | NoEstimate = NoEstimate("a prior is declared")
    else:
        answer = sign_change(price.raw, price.present_worth, needed)
    return figure(
        _id(measured, "sign_change"),
        answer,
        measured.metric.unit,
        "sd of a prior around 0 at which the NPV changes its sign, all else as it is: se of the effect x square root "
        "of ((present value - NPV) / NPV)",
        {"effect": measured.priced.id, "present value": _id(measured, "present_value"), "NPV": "money.summary.npv"},
    )
