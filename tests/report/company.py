"""A made-up company with three answers and a business case, and variants of it; its numbers fit one another."""

import math

import msgspec

from liftledger.domain.cash import BenefitLine, CashFlowMonth, CostLine, Exact, Figure, Money, Summary
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import (
    SCHEMA,
    Curve,
    Definitions,
    Estimate,
    FactSummary,
    Maturity,
    MetricSummary,
    Panel,
    Report,
    SampleRatio,
    Span,
    StudySummary,
)

Z = 1.959963984540054
MONTHS, DISCOUNT = 36, 0.10
STARTS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
BANDS = ("new", "growing", "mature")
CATEGORIES = ("billing", "how-to", "bug", "access", "")
UNITS = {
    "program": {"held_out": 4_803, "personalized": 43_197},
    "onboarding": {"standard": 21_540, "guided": 21_657},
    "offers": {"standard": 2_391, "model": 2_409},
}


def metric(name, kind, unit, better, *, fact="events", **more):
    return MetricSummary(name, kind, fact, f"{name.replace('_', ' ').capitalize()}, as defined.", "", unit, better,
                         more.pop("role", "outcome"), more.pop("priced", False), **more)  # fmt: skip


def share_by(name, span, better="higher"):
    return metric(f"{name}_by_{span.replace(' days', 'd')}", "time_to", "share", better, priced=True, part_of=name,
                  part="share", part_value=span)  # fmt: skip


METRICS = (
    metric("tickets_per_month", "rate", "per 30 days", "lower", fact="tickets", priced=True, role="north_star"),
    *(
        metric(f"tickets_per_month_{c or 'blank'}", "rate", "per 30 days", "lower", fact="tickets",
               part_of="tickets_per_month", part="category", part_value=c)
        for c in CATEGORIES
    ),
    metric("time_to_value", "time_to", "days", "lower", role="north_star"),
    share_by("time_to_value", "7 days"),
    share_by("time_to_value", "30 days"),
    metric("offered", "conversion", "share", "higher"),
    metric("upgraded", "conversion", "share", "higher"),
    share_by("kept_after_upgrade", "90 days"),
    metric("expansion_revenue", "sum", "USD", "higher", fact="invoices", priced=True, role="north_star"),
)  # fmt: skip


def estimate(study, name, control, effect, se, *, segment=None, method="welch", truth=None, share=1.0, **changes):
    """An estimate whose lift and interval follow from the effect and its standard error, by the normal."""
    arms = list(UNITS[study])
    where = "." + ",".join(f"{key}={value}" for key, value in segment.items()) if segment else ""
    lift, lift_se = effect / control, se / control
    found = Estimate(
        id=f"{study}.{name}.{arms[1].replace('_', '-')}{where}.{method}", study=study, metric=name, arm=arms[1],
        control=arms[0], segment=segment, unit="account" if study == "offers" else "user", method=method, headline=True,
        control_value=control, treatment_value=control + effect,
        effect=Interval(effect, se, effect - Z * se, effect + Z * se),
        lift=Interval(lift, lift_se, lift - Z * lift_se, lift + Z * lift_se),
        p_value=math.erfc(abs(effect / se) / math.sqrt(2)),
        units={"control": round(UNITS[study][arms[0]] * share), "treatment": round(UNITS[study][arms[1]] * share)},
        grade=Grade.RANDOMISED, maturity=Maturity("mature", 30.0, {"control": 0, "treatment": 0}), skewness=0.02,
        priceable=True, notes=(), truth=truth,
    )  # fmt: skip
    return msgspec.structs.replace(found, **changes)


def tickets():
    name = "tickets_per_month"
    parts = zip(CATEGORIES, (0.061, 0.142, 0.088, 0.094, 0.020), (0.0150, -0.0420, -0.0080, -0.0245, -0.0005),
                (0.0041, 0.0052, 0.0043, 0.0046, 0.0020), strict=True)  # fmt: skip
    return (
        estimate("program", name, 0.405, -0.060, 0.0098, truth=-0.0612),
        *(
            estimate("program", f"{name}_{c or 'blank'}", control, effect, se, truth=effect * 1.02,
                     p_adjusted=min(1.0, 5 * math.erfc(abs(effect / se) / math.sqrt(2))))
            for c, control, effect, se in parts
        ),
        *(
            estimate("program", name, control, effect, 0.0225, segment={"started": month}, truth=-0.0612, share=0.2)
            for month, control, effect in zip(
                STARTS, (0.395, 0.410, 0.402, 0.411, 0.407), (-0.031, -0.048, -0.062, -0.071, -0.088), strict=True)
        ),
        *(
            estimate("program", name, control, effect, 0.017, segment={"maturity": band}, truth=effect, share=0.33)
            for band, control, effect in zip(BANDS, (0.431, 0.402, 0.382), (-0.012, -0.071, -0.097), strict=True)
        ),
    )  # fmt: skip


def time_to_value():
    name = "time_to_value"
    left_out = {"before": {"control": 12, "treatment": 15}, "without": {"control": 3, "treatment": 0}}
    kept = {"method": "restricted-mean"}
    return (
        estimate("onboarding", name, 13.420, -2.113, 0.1120, excluded=left_out, truth=-2.0400, **kept),
        estimate("onboarding", name, 5.1, -0.4, 0.05, method="activated-only", headline=False, priceable=False,
                 notes=("biased: it counts only units that got there.",)),
        estimate("onboarding", f"{name}_by_7d", 0.402, 0.071, 0.0047, method="kaplan-meier", truth=0.0690),
        estimate("onboarding", f"{name}_by_30d", 0.668, 0.055, 0.0044, method="kaplan-meier", truth=0.0455),
        *(
            estimate("onboarding", name, control, effect, 0.26, segment={"started": month}, truth=-2.04, share=0.2,
                     **kept)
            for month, control, effect in zip(
                STARTS, (13.1, 13.5, 13.6, 13.4, 13.5), (-1.2, -1.7, -2.3, -2.4, -2.9), strict=True)
        ),
        *(
            estimate("onboarding", name, control, effect, 0.20, segment={"maturity": band}, truth=effect, share=0.33,
                     **kept)
            for band, control, effect in zip(BANDS, (14.0, 13.4, 12.9), (-0.9, -2.2, -3.2), strict=True)
        ),
    )  # fmt: skip


def expansion():
    name = "expansion_revenue"
    return (
        estimate("offers", "offered", 0.612, 0.004, 0.0140, truth=0.0),
        estimate("offers", "upgraded", 0.094, 0.027, 0.0090, truth=0.025),
        estimate("offers", "kept_after_upgrade_by_90d", 0.871, 0.006, 0.0290, method="kaplan-meier", truth=0.0),
        estimate("offers", name, 41.20, 14.60, 6.10, truth=12.5),
        *(
            estimate("offers", name, control, effect, 13.7, segment={"started": month}, truth=12.5, share=0.2)
            for month, control, effect in zip(
                STARTS, (40.1, 42.0, 39.7, 43.3, 41.0), (9.0, 11.8, 17.2, 14.9, 20.3), strict=True)
        ),
        *(
            estimate("offers", name, control, effect, 10.5, segment={"maturity": band}, truth=effect, share=0.33)
            for band, control, effect in zip(BANDS, (35.0, 41.0, 47.6), (3.1, 14.0, 26.4), strict=True)
        ),
    )  # fmt: skip


def curve(arm, reached, rate, units):
    """Of `reached` units in the long run, the events come at `rate` a day; bands by the normal."""
    days = tuple(30 * step / 240 for step in range(241))
    share = tuple(reached * (1 - math.exp(-rate * day)) for day in days)
    half = tuple(Z * math.sqrt(s * (1 - s) / units) for s in share)
    median = math.log(1 / (1 - 0.5 / reached)) / rate
    return Curve(
        "onboarding", "time_to_value", arm, days, share,
        tuple(max(0.0, s - h) for s, h in zip(share, half, strict=True)),
        tuple(s + h for s, h in zip(share, half, strict=True)),
        tuple(round(units * (1 - s)) for s in share), Interval(median, 0.2, median - 0.4, median + 0.4), units,
    )  # fmt: skip


def study(name, kind, unit, metrics):
    units = UNITS[name]
    total = sum(units.values())
    planned = [0.1, 0.9] if kind == "holdout" else [0.5, 0.5]
    return StudySummary(
        name=name, kind=kind, unit=unit, description="", arms=tuple(units), control=next(iter(units)),
        randomised=units, units=units, shares={arm: n / total for arm, n in units.items()},
        planned=dict(zip(units, planned, strict=True)), srm=SampleRatio(0.31, 0.5777, 1), grade=Grade.RANDOMISED,
        reasons=("Arms were planned in fixed shares.",), span=Span("2026-01-01T00:00:00Z", "2026-05-31T23:00:00Z"),
        contaminated=(), contaminated_parents={}, unrelated={}, exposure=None,
    )  # fmt: skip


def panel(topic, of, **more):
    whole = next(e for e in of if e.segment is None and e.metric == more["metric"] and e.headline)

    def ids(name):
        return tuple(e.id for e in of if e.metric == whole.metric and e.segment and name in e.segment)

    filled = {"categories": (), "harms": (), "funnel": (), "shares": (), "line": None} | more
    return Panel(topic=topic, study=whole.study, arm=whole.arm, headline=whole.id, trend=ids("started"),
                 maturity=ids("maturity"), **filled)  # fmt: skip


def figure(name, answer, unit, formula="as worked out", **inputs):
    held = Exact(answer) if isinstance(answer, int | float) else answer
    return Figure(name, held, unit, formula, {key.replace("_", " "): str(value) for key, value in inputs.items()})


def scaled(interval, factor):
    low, high = sorted((interval.low * factor, interval.high * factor))
    return Interval(interval.value * factor, abs(factor) * interval.se, low, high)


def factors():
    return [(1 + DISCOUNT) ** (-month / 12) for month in range(MONTHS + 1)]


def money(estimates, *, scale=1.0):
    """Effects x worth at full ramp from the first month on; studies independent; every present value adds up."""
    by_id = {e.id: e for e in estimates}
    annuity = sum(factors()[1:])
    priced = {
        "faster_start": ("time_to_value", "onboarding.time_to_value_by_30d.guided.kaplan-meier",
                         1200 * 40 * 0.8 * scale, "units more per month", 1200, "new unit"),
        "fewer_tickets": ("tickets", "program.tickets_per_month.personalized.welch", -20000 * 13.4 * scale,
                          "tickets fewer per month", -20000, "unit-month"),
        "expansion": ("expansion", "offers.expansion_revenue.model.welch", 300 * 0.8 * scale, "USD more per month", 300,
                      "new unit"),
    }  # fmt: skip
    costs = {"build": ("engineering", 120_000.0, 0.0), "serving": ("infrastructure", 0.0, 4_000.0)}
    spent = {name: once + monthly * annuity for name, (_, once, monthly) in costs.items()}
    gains = {name: scaled(by_id[found[1]].effect, found[2]) for name, found in priced.items()}
    total, se = sum(g.value for g in gains.values()) * annuity, math.hypot(*(g.se for g in gains.values())) * annuity
    worth = Interval(total, se, total - Z * se, total + Z * se)
    cost = sum(spent.values())
    npv = Interval(total - cost, se, total - cost - Z * se, total - cost + Z * se)
    flow = [CashFlowMonth(0, dict.fromkeys(priced, 0.0), 120_000.0, -120_000.0, 1.0, -120_000.0, -120_000.0)]
    for month in range(1, MONTHS + 1):
        benefits = {name: gain.value for name, gain in gains.items()}
        net = sum(benefits.values()) - 4_000.0
        flow.append(CashFlowMonth(month, benefits, 4_000.0, net, factors()[month], net * factors()[month],
                          flow[-1].cumulative + net))  # fmt: skip
    monthly = sum(gain.value for gain in gains.values()) - 4_000.0
    paid = 120_000.0 / monthly if 0 < 120_000.0 / monthly <= MONTHS else NoEstimate("the cash never comes back to 0")

    def line(name):
        topic, found, factor, volume, units, per = priced[name]
        e, gain, at = by_id[found], gains[name], f"money.lines.{name}"
        summary = next(m for m in METRICS if m.metric == e.metric)
        worth = scaled(gain, annuity)
        left = cost - (total - worth.value)
        return BenefitLine(
            name, topic, e.study, summary.part_of or e.metric, e.arm, e.id, e.id, per, "margin", e.grade, True,
            ("the whole measured effect is expected to hold in the roll-out: nobody has declared less.",),
            effect=figure(f"{at}.effect", e.effect, summary.unit, "the effect as measured", estimate=e.id),
            shrunk=figure(f"{at}.shrunk", e.effect, summary.unit, "as measured", effect=f"{at}.effect"),
            volume=figure(f"{at}.volume", scaled(e.effect, units), volume, "effect x units", effect=e.id, units=units),
            monthly=figure(f"{at}.monthly", gain, "USD per month", "effect x units x worth", effect=f"{at}.shrunk"),
            present_value=figure(f"{at}.present_value", worth, "USD", "sum of monthly x discount factor",
                                 monthly=f"{at}.monthly", discount=DISCOUNT),
            break_even=figure(f"{at}.break_even", left / annuity / factor, summary.unit, "NPV = 0 solved for effect",
                              NPV="money.summary.npv"),
            sign_change=figure(f"{at}.sign_change", NoEstimate("a prior is declared") if name != "expansion" else 4.2,
                               summary.unit, "sd of a prior around 0", NPV="money.summary.npv"),
            textbook=figure(f"{at}.textbook", 7_560.0, "USD per month", "reduction x units x worth")
            if topic == "time_to_value" else None,
        )  # fmt: skip

    def cost_line(name):
        category, once, monthly = costs[name]
        at = f"money.costs.{name}"
        return CostLine(name, category, figure(f"{at}.once", once, "USD", "declared"),
                        figure(f"{at}.monthly", monthly, "USD per month", "declared"),
                        figure(f"{at}.present_value", spent[name], "USD", "once + monthly x discount factors",
                               once=f"{at}.once", monthly=f"{at}.monthly"))  # fmt: skip

    loss = 0.5 * math.erfc(npv.value / npv.se / math.sqrt(2))
    end = "money.summary"
    return Money(
        MONTHS, DISCOUNT, 0.8, ("unshrunk: no prior is declared for expansion_revenue.",), tuple(map(line, priced)),
        tuple(map(cost_line, costs)), tuple(flow),
        Summary(
            npv=figure(f"{end}.npv", npv, "USD", "benefits - costs", benefits=f"{end}.benefits", costs=f"{end}.costs"),
            benefits=figure(f"{end}.benefits", worth, "USD", "sum of the lines that are priced"),
            costs=figure(f"{end}.costs", cost, "USD", "sum of the costs"),
            roi=figure(f"{end}.roi", scaled(npv, 1 / cost), "share", "NPV / costs", NPV=f"{end}.npv"),
            payback=figure(f"{end}.payback", paid, "months", "when the cash comes back to 0",
                           last_month_below_0="money.cash_flow.3"),
            discounted_payback=figure(f"{end}.discounted_payback", paid, "months", "the same, discounted"),
            irr_monthly=figure(f"{end}.irr_monthly", 0.1832, "share per month", "rate at which the NPV is 0"),
            irr_annual=figure(f"{end}.irr_annual", NoEstimate("the flows change their sign twice"), "share per year"),
            p_negative=figure(f"{end}.p_negative", loss, "share", "chance of an NPV below 0", NPV=f"{end}.npv"),
            break_even=figure(f"{end}.break_even", cost / total, "share", "costs / benefits"),
        ),
    )  # fmt: skip


def company_report(*, scale=1.0) -> Report:
    """Three answers: faster starts, fewer tickets but more about billing, more expansion; and what they are worth."""
    estimates = (*tickets(), *time_to_value(), *expansion())
    by_metric = {e.metric: e.id for e in estimates if e.segment is None and e.headline}
    categories = tuple(by_metric[f"tickets_per_month_{c or 'blank'}"] for c in CATEGORIES)
    panels = (
        panel("time_to_value", time_to_value(), metric="time_to_value", line="faster_start",
              shares=(by_metric["time_to_value_by_7d"], by_metric["time_to_value_by_30d"])),
        panel("tickets", tickets(), metric="tickets_per_month", line="fewer_tickets", categories=categories,
              harms=(by_metric["tickets_per_month_billing"],)),
        panel("expansion", expansion(), metric="expansion_revenue", line="expansion",
              funnel=tuple(by_metric[name] for name in ("offered", "upgraded", "kept_after_upgrade_by_90d"))),
    )  # fmt: skip
    standard, guided = UNITS["onboarding"].items()
    return Report(
        schema=SCHEMA, method_version="1", company="Acme", currency="USD", as_of="2026-07-01T00:00:00Z",
        confidence=0.95, convention="liftledger",
        data=(
            FactSummary("tickets", 81_200, 14, 3, Span("2025-07-01T00:00:00Z", "2026-06-30T22:10:00Z"),
                        {"category": "912"}, {"category": 40}, merged=1_904, unknown=21),
            FactSummary("invoices", 58_010, 0, 0, Span("2025-07-01T00:00:00Z", "2026-06-30T09:00:00Z"),
                        {"amount": "401277"}, {}, negative={"amount": 312}, unknown=0),
            FactSummary("users", 48_000, 0, 0, None, {}, {}),
        ),
        definitions=Definitions("4d1e" * 16, METRICS),
        studies=(study("program", "holdout", "user", 6), study("onboarding", "experiment", "user", 3),
                 study("offers", "experiment", "account", 4)),
        estimates=estimates,
        curves=(curve(standard[0], 0.70, 0.103, standard[1]), curve(guided[0], 0.74, 0.125, guided[1])),
        panels=panels, money=money(estimates, scale=scale),
    )  # fmt: skip


def real_company_report() -> Report:
    """The same company where nobody knows the truth."""
    report = company_report()
    return msgspec.structs.replace(
        report, estimates=tuple(msgspec.structs.replace(e, truth=None) for e in report.estimates)
    )


def unproven_company_report() -> Report:
    """Effects worth about as much as they cost."""
    return company_report(scale=0.4)


def losing_company_report() -> Report:
    """Effects that are worth little."""
    return company_report(scale=0.1)


def refused(report: Report, why, **changes) -> Money:
    """The case without a single amount: every line is refused for the same reason."""
    none = NoEstimate(f"not priced: {why}")
    found = report.money

    def silent(group):
        named = {name: getattr(group, name) for name in group.__struct_fields__}
        held = {name: msgspec.structs.replace(f, answer=none) for name, f in named.items() if isinstance(f, Figure)}
        return msgspec.structs.replace(group, **held)

    lines = (
        msgspec.structs.replace(silent(line), priced=False, reasons=(f"{why}.",), **changes) for line in found.lines
    )
    return msgspec.structs.replace(
        found, reasons=(f"no line is priced: {why}.",), lines=tuple(lines), costs=tuple(map(silent, found.costs)),
        cash_flow=(), summary=silent(found.summary),
    )  # fmt: skip


def broken_company_report() -> Report:
    """A tenth of the held-out users were lost, so the program is broken, and no money is shown at all."""
    report = company_report()
    why = "Sample ratio mismatch: the arms do not hold the planned shares (p = 2.1e-14)."
    studies = tuple(
        msgspec.structs.replace(s, grade=Grade.BROKEN, srm=SampleRatio(58.4, 2.1e-14, 1), reasons=(why,))
        if s.name == "program" else s
        for s in report.studies
    )  # fmt: skip
    estimates = tuple(
        msgspec.structs.replace(e, grade=Grade.BROKEN, priceable=False) if e.study == "program" else e
        for e in report.estimates
    )
    panels = tuple(msgspec.structs.replace(p, harms=()) if p.study == "program" else p for p in report.panels)
    return msgspec.structs.replace(
        report, studies=studies, estimates=estimates, panels=panels,
        money=refused(report, "a check of study program failed, so no money is shown"),
    )  # fmt: skip


def young_company_report() -> Report:
    """Nobody has been observed for a whole window yet."""
    report = company_report()
    waiting = NoEstimate("no user was observed for the whole window of 30 days")
    maturity = Maturity("immature", 30.0, {"control": 812, "treatment": 820}, "2026-07-14", "2026-08-02")
    estimates = tuple(
        msgspec.structs.replace(e, effect=waiting, lift=waiting, p_value=None, control_value=None, treatment_value=None,
                                maturity=maturity, skewness=None, priceable=False, truth=None, p_adjusted=None)
        for e in report.estimates
    )  # fmt: skip
    panels = tuple(msgspec.structs.replace(p, harms=()) for p in report.panels)
    return msgspec.structs.replace(
        report, estimates=estimates, panels=panels, curves=(), money=refused(report, "no window has closed yet")
    )


def hostile_company_report(text) -> Report:
    """Every text that a user can write, in the answers and the case."""
    report = company_report()
    arms = {"guided": text, "standard": text + "2"}

    def renamed(values):
        return {arms.get(arm, arm): value for arm, value in values.items()}

    changed = msgspec.structs.replace
    studies = tuple(
        changed(s, arms=tuple(renamed(dict.fromkeys(s.arms))), control=arms.get(s.control, s.control), reasons=(text,),
                randomised=renamed(s.randomised), units=renamed(s.units), shares=renamed(s.shares),
                planned=renamed(s.planned))
        for s in report.studies
    )  # fmt: skip
    estimates = tuple(
        changed(e, arm=arms.get(e.arm, e.arm), control=arms.get(e.control, e.control), notes=(text,),
                segment=dict.fromkeys(e.segment, text) if e.segment else None)
        for e in report.estimates
    )  # fmt: skip
    definitions = changed(
        report.definitions,
        metrics=tuple(changed(m, part_value=text) if m.part == "category" else m for m in report.definitions.metrics),
    )
    found = report.money
    case = changed(
        found, reasons=(text,), lines=tuple(changed(line, reasons=(text,), arm=text) for line in found.lines),
        costs=tuple(changed(cost, category=text) for cost in found.costs),
    )  # fmt: skip
    return changed(
        report, studies=studies, estimates=estimates, definitions=definitions, money=case,
        panels=tuple(changed(p, arm=arms.get(p.arm, p.arm)) for p in report.panels),
        curves=tuple(changed(c, arm=arms[c.arm]) for c in report.curves),
    )  # fmt: skip
