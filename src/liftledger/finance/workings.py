"""Workings of a case: its declared and measured numbers as inputs, and every formula from them to the summary."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from liftledger.domain.value import Cost, Given, Value
from liftledger.domain.workings import Formula, Input, Month, Nothing, Of, Row, Workings, apply
from liftledger.finance.evaluation import Evaluation
from liftledger.finance.price import Price
from liftledger.finance.worth import drawn


def workings(prices: Sequence[Price], value: Value, currency: str) -> Workings:
    """Of the lines that are priced, evaluated."""
    inputs = (*_terms(value, prices), *(one for price in prices for one in _line_inputs(price, value, currency)))
    inputs = (*inputs, *(one for cost in value.costs for one in _cost_inputs(cost, currency)))
    rows = (*_times(), *(row for price in prices for row in _line(price, currency)))
    rows = (*rows, *(row for cost in value.costs for row in _cost(cost, currency)))
    rows = (*rows, *_cash_flow(prices, value.costs, currency), *_summary(prices, currency))
    found = Evaluation(value.months, inputs, rows)
    rows = tuple(msgspec.structs.replace(row, values=found.numbers(row.name)) for row in rows)
    return Workings(value.months, currency, inputs, rows)


# --- inputs


def _terms(value: Value, prices: Sequence[Price]) -> Iterator[Input]:
    yield _input("discount", "Discount rate", "share per year", value.discount, value.given.get("discount"), "finance")
    if value.margin is not None:
        yield _input("margin", "Gross margin", "share", value.margin, value.given.get("margin"), "finance")
    yield Input("pace", "Gains take so many times as long", "times", 1.0, "assumption")
    yield Input("overrun", "Costs are so many times as high", "times", 1.0, "assumption")
    for study in _studies(prices):
        label = f"Luck of {study}: standard errors by which its effects are better than expected"
        yield Input(f"studies.{study}.luck", label, "standard errors", 0.0, "measured", sd=1.0)


def _line_inputs(price: Price, value: Value, currency: str) -> Iterator[Input]:
    line, measured, own = price.line, price.measured, f"lines.{price.line.name}"
    unit, evidence = measured.metric.unit, measured.priced.id
    yield Input(f"{own}.effect", "Effect as measured", unit, price.raw.value, "measured", evidence=evidence)
    yield Input(f"{own}.se", "Its standard error", unit, price.raw.se, "measured", evidence=evidence)
    if price.prior is not None:
        yield Input(f"{own}.prior_mean", "Prior mean", unit, price.prior.mean, "assumption", note=price.prior.source)
        yield Input(f"{own}.prior_sd", "Prior standard deviation", unit, price.prior.sd, "assumption")
    yield _input(f"{own}.units", "Units", f"per {line.per}", line.units, line.given.get("units"))
    yield _input(
        f"{own}.holdout", "Share that stays without treatment", "share", line.holdout, line.given.get("holdout")
    )
    if line.worth is not None:
        yield drawn(_input(f"{own}.worth", "Worth", currency, line.worth, line.given.get("worth")), measured.worth)
    realisation = 1 if line.realisation is None else line.realisation
    yield _input(f"{own}.realisation", "Realisation", "share", realisation, line.given.get("realisation"))
    yield _input(f"{own}.ramp", "Ramp", "months", line.ramp, line.given.get("ramp"))
    yield _input(f"{own}.decay", "Decay", "share per month", line.decay, line.given.get("decay"))
    if line.per == "campaign":
        marks = tuple(float(month in line.months) for month in range(value.months + 1))
        yield Input(f"{own}.campaign", "Campaign runs", "0 or 1", sum(marks), "assumption", series=marks)


def _cost_inputs(cost: Cost, currency: str) -> Iterator[Input]:
    own = f"costs.{cost.name}"
    yield _input(f"{own}.once", "Once", currency, cost.once, cost.given.get("once"))
    yield _input(f"{own}.monthly", "Monthly", f"{currency} per month", cost.monthly, cost.given.get("monthly"))


def _input(name: str, label: str, unit: str, value: object, given: Given | None, source: str = "assumption") -> Input:
    given = given or Given(source=source)  # type: ignore[arg-type]
    low, high = (None if one is None else float(one) for one in (given.low, given.high))
    return Input(
        name, label, unit, float(value), given.source, low, high,  # type: ignore[arg-type]
        owner=given.owner, date=given.date, note=given.note,
    )  # fmt: skip


# --- rows


def _times() -> Iterator[Row]:
    factor = (1 + Of("discount")) ** (0 - Month() / 12)
    yield Row("discount_factor", "Discount factor", "share", "Time", factor, monthly=True)
    yield Row("runs", "After the beginning", "0 or 1", "Time", apply("minimum", Month(), 1), monthly=True)


def _line(price: Price, currency: str) -> Iterator[Row]:
    line, own, metric = price.line, f"lines.{price.line.name}", price.measured.metric
    effect, se = Of(f"{own}.effect"), Of(f"{own}.se")

    def row(name: str, label: str, unit: str, formula: Formula, *, monthly: bool = False) -> Row:
        return Row(f"{own}.{name}", label, unit, line.name, formula, monthly)

    if price.prior is None:
        weight: Formula = apply("add", 1)
        mean: Formula = effect
    else:
        variance = Of(f"{own}.prior_sd") ** 2
        weight = variance / (variance + se**2)
        mean = Of(f"{own}.prior_mean") + Of(f"{own}.weight") * (effect - Of(f"{own}.prior_mean"))
    sign = 1 if price.measured.direction > 0 else -1
    luck = Of(f"studies.{line.study}.luck")
    yield row("weight", "Weight of the measurement", "share", weight)
    yield row(
        "expected_se", "Standard error of the expected effect", metric.unit, se * apply("root", Of(f"{own}.weight"))
    )
    yield row("expected", "Expected effect", metric.unit, mean + sign * luck * Of(f"{own}.expected_se"))
    worth: Formula = Of(f"{own}.units") * (1 - Of(f"{own}.holdout")) * Of(f"{own}.realisation")
    if line.worth is not None:
        worth *= Of(f"{own}.worth")
    if line.basis == "revenue":
        worth *= Of("margin")
    yield row("per_effect", "Money of one unit of effect", f"{currency} per month", worth if sign > 0 else -worth)
    ramp = apply("minimum", Month() / (apply("maximum", Of(f"{own}.ramp"), 1) * Of("pace")), 1)
    kept = (1 - Of(f"{own}.decay")) ** apply("maximum", Month() - 1, 0)
    share: Formula = ramp * kept
    if line.per == "campaign":
        share *= Of(f"{own}.campaign")
    yield row("share", "Share of the full effect", "share", share, monthly=True)
    money = Of(f"{own}.expected") * Of(f"{own}.per_effect") * Of(f"{own}.share")
    yield row("benefit", "Benefit", currency, money, monthly=True)
    one = Of(f"{own}.per_effect") * apply("product_over_months", Of(f"{own}.share"), Of("discount_factor"))
    yield row("present_of_one", "Present value of one unit of effect", currency, one)
    yield row("present", "Present value", currency, Of(f"{own}.expected") * Of(f"{own}.present_of_one"))
    spread = apply("absolute", Of(f"{own}.present_of_one")) * Of(f"{own}.expected_se")
    yield row("present_se", "Standard error of the present value", currency, spread)


def _cost(cost: Cost, currency: str) -> Iterator[Row]:
    own = f"costs.{cost.name}"
    flow = (Of(f"{own}.once") * (1 - Of("runs")) + Of(f"{own}.monthly") * Of("runs")) * Of("overrun")
    yield Row(f"{own}.cost", "Cost", currency, cost.name, flow, monthly=True)
    present = apply("product_over_months", Of(f"{own}.cost"), Of("discount_factor"))
    yield Row(f"{own}.present", "Present value", currency, cost.name, present, monthly=False)


def _cash_flow(prices: Sequence[Price], costs: Sequence[Cost], currency: str) -> Iterator[Row]:
    def row(name: str, label: str, formula: Formula) -> Row:
        return Row(name, label, currency, "Cash flow", formula, monthly=True)

    yield row("cash_flow.benefits", "Benefits", _sum(f"lines.{price.line.name}.benefit" for price in prices))
    yield row("cash_flow.costs", "Costs", _sum(f"costs.{cost.name}.cost" for cost in costs))
    yield row("cash_flow.net", "Net", Of("cash_flow.benefits") - Of("cash_flow.costs"))
    yield row("cash_flow.present", "Present value of the net", Of("cash_flow.net") * Of("discount_factor"))
    yield row("cash_flow.cumulative", "Net so far", apply("so_far", Of("cash_flow.net")))
    yield row("cash_flow.cumulative_present", "Present value so far", apply("so_far", Of("cash_flow.present")))


def _summary(prices: Sequence[Price], currency: str) -> Iterator[Row]:
    def row(name: str, label: str, unit: str, formula: Formula, *, monthly: bool = False) -> Row:
        return Row(f"summary.{name}", label, unit, "Summary", formula, monthly)

    benefits, costs, npv, se = (Of(f"summary.{name}") for name in ("benefits", "costs", "npv", "npv_se"))
    factor = Of("discount_factor")
    present = [apply("product_over_months", Of(f"cash_flow.{name}"), factor) for name in ("benefits", "costs")]
    yield row("benefits", "Present value of the benefits", currency, present[0])
    yield row("costs", "Present value of the costs", currency, present[1])
    yield row("npv", "Net present value", currency, benefits - costs)
    together = [_sum(f"lines.{p.line.name}.present_se" for p in prices if p.line.study == s) for s in _studies(prices)]
    squares = apply("add", *(one**2 for one in together), 0)
    yield row("npv_se", "Its standard error", currency, apply("root", squares))
    none = Nothing("there are no costs")
    yield row("roi", "Return on the costs", "share", apply("choose", costs, npv / costs, none))
    for name, label, flow, total in (
        ("payback", "Payback", "net", "cumulative"),
        ("discounted_payback", "Payback, discounted", "present", "cumulative_present"),
    ):
        yield from _payback(name, label, Of(f"cash_flow.{flow}"), Of(f"cash_flow.{total}"))
    changes = Of("summary.sign_changes")
    yield row("sign_changes", "Changes of sign of the net", "times", apply("sign_changes", Of("cash_flow.net")))
    one_rate = apply("equal", changes, 1)
    several = Nothing("the flows do not change sign exactly once")
    monthly = apply("choose", one_rate, apply("irr", Of("cash_flow.net")), several)
    yield row("irr_monthly", "Internal rate of return", "share per month", monthly)
    yearly = apply("choose", one_rate, (1 + Of("summary.irr_monthly")) ** 12 - 1, several)
    yield row("irr_annual", "Internal rate of return a year", "share per year", yearly)
    sure = apply("less", npv, 0)
    chance = apply("choose", se, apply("normal_cdf", (0 - npv) / se), sure)
    yield row("p_negative", "Probability that the NPV is below 0", "share", chance)
    share = apply("choose", apply("less", 0, benefits), costs / benefits, Nothing("the benefits are not above 0"))
    yield row("break_even", "Share of the expected effects at which the NPV is 0", "share", share)


def _payback(name: str, label: str, flow: Of, total: Of) -> Iterator[Row]:
    own, last = f"summary.{name}", Of(f"summary.{name}_last")
    below = apply("less", total, 0) * (Month() + 1)
    yield Row(
        f"{own}_below", f"{label}: month + 1 where the total is below 0", "months", "Summary", below, monthly=True
    )
    months = apply("largest", Of(f"{own}_below"))
    yield Row(
        f"{own}_last", f"{label}: months until the total is last below 0", "months", "Summary", months, monthly=False
    )
    end = apply("largest", apply("add", Month(), 1))
    crossing = last - 1 - apply("in_month", total, last - 1) / apply("in_month", flow, last)
    never = Nothing("what was spent does not come back")
    found = apply("choose", last, apply("choose", apply("less", last, end), crossing, never), apply("add", 0))
    yield Row(own, label, "months", "Summary", found, monthly=False)


def _sum(names: Iterable[str]) -> Formula:
    found = [Of(name) for name in names]
    return apply("add", *found, 0) if found else apply("add", 0)


def _studies(prices: Sequence[Price]) -> list[str]:
    return list(dict.fromkeys(price.line.study for price in prices))
