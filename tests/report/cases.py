"""The made-up company with a whole case: workings, scenarios, chance, decision, people; its numbers fit together."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from liftledger.domain.cash import (
    Bar,
    Decision,
    Exact,
    Exclusion,
    Extra,
    Figure,
    Money,
    Reconciliation,
    Review,
    Risk,
    Switch,
)
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.pilot import Leading, Log, Look, Release, Standing, Watched
from liftledger.domain.report import Report
from liftledger.domain.value import Cost, Given, Line, Prior, Value
from liftledger.domain.workings import Scenario
from liftledger.finance.case import money
from liftledger.finance.claims import claims
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.workings.evaluation import Evaluation
from tests.report.company import METRICS, company_report

FINANCE = Given(source="finance", owner="Ann Lee", date="2026-06-30")
LINES = (
    Line("faster_start", "onboarding", "time_to_value", "guided", "new unit", Decimal(1200), "revenue",
         worth=Decimal(40), ramp=3, decay=Decimal("0.03"), realisation=Decimal("0.8"),
         given={"units": Given(Decimal(900), Decimal(1500), "contract", "Jo Doe", "2026-06-01", "signed seats only"),
                "realisation": Given(Decimal("0.6"), Decimal(1))}),
    Line("fewer_tickets", "program", "tickets_per_month", "personalized", "unit-month", Decimal(20000), "saving",
         worth=Decimal("13.4"), ramp=3, given={"worth": FINANCE}),
    Line("expansion", "offers", "expansion_revenue", "model", "new unit", Decimal(300), "revenue"),
)  # fmt: skip
COSTS = (
    Cost("build", "engineering", once=Decimal(120_000), given={"once": FINANCE}),
    Cost("serving", "infrastructure", monthly=Decimal(9_000)),
)
ESTIMATES = ("time_to_value_by_30d", "tickets_per_month", "expansion_revenue")
VALUE = Value(LINES, COSTS, Decimal("0.1"), 36, Decimal("0.8"), given={"margin": FINANCE},
              priors=(Prior("expansion_revenue", 0.0, 4.0, source="offers of two years before"),))  # fmt: skip
SCENES = {
    "slow": ("Gains take twice as long", {"pace": 2.0}),
    "overrun": ("Costs overrun 60 %", {"overrun": 1.6}),
    "bear": ("Bear", {"studies.onboarding.luck": -1.28, "studies.program.luck": -1.28, "pace": 2.0, "overrun": 1.2,
                      "lines.faster_start.units": 900.0}),
}  # fmt: skip


def cased_report() -> Report:
    """Priced as the report prices, with everything that a case may hold."""
    report = company_report()
    return msgspec.structs.replace(report, money=_whole(_priced(report)))


def hostile_cased_report(text) -> Report:
    """Every text of the case that somebody may write."""
    report, changed = cased_report(), msgspec.structs.replace
    found = report.money
    workings = found.workings
    inputs = tuple(changed(one, label=text, note=text, owner=text, date=text) for one in workings.inputs)
    scenes = tuple(changed(scene, label=text, description=text) for scene in workings.scenarios)
    rows = tuple(changed(row, label=text) for row in workings.rows)
    return changed(
        report,
        money=changed(
            found,
            workings=changed(workings, inputs=inputs, scenarios=scenes, rows=rows),
            decision=changed(found.decision, text=text),
            exclusions=(Exclusion(text, text, text),),
            reconciliations=tuple(changed(one, text=text, program=text) for one in found.reconciliations),
            gaps=(text,),
            risks=(Risk(text, text, text, text, text, text),),
            reviews=(Review(text, text, text),),
            extras=tuple(
                changed(extra, title=text, words=(text,), heads=(text, text), rows=((text, 1.0),))
                for extra in found.extras
            ),
        ),
    )


def standing(text="harm: proven to be above the threshold") -> Standing:
    """A pilot of the same company on its 60th day; `text` is whatever somebody may have written."""
    harm = tuple(Look(_day(day), 40 * day, 0.06 + 0.4 / day, 0.07 - 0.9 / day**0.8) for day in range(5, 61))
    worth = tuple(Look(_day(day), 40 * day, 21_300 - 9e4 / day, 21_300 - 4e5 / day**0.7) for day in range(5, 61))
    return Standing(
        state="killed", date="2026-03-01", reason=text, budget=250_000.0, spent=81_250.0,
        watched=(
            Watched("harm", "killed", 0.03, "per 30 days", harm, "2026-03-01", text, "kill", "above", "program",
                    "tickets_per_month", "personalized"),
            Watched("worth", "on track", 20_000.0, "USD per month", worth, None, text, "pass", "above",
                    line="faster_start"),
            Watched("later", "on track", 0.01, "share", (), None, text, "warn", "below", "onboarding", "activated",
                    text),
        ),
        tranches=(Release("second", 60_000.0, "2026-04-01", False, text),),
        leading=(Leading("offers.expansion_revenue.model.welch", "offers", "expansion_revenue", "model", "USD",
                         Interval(14.6, 6.1, 2.6, 26.6)),
                 Leading("none", "offers", "upgraded", text, "share", NoEstimate(text))),
        registered="ab" * 32, as_of="2026-03-05", start="2026-01-05", end="2026-06-30", currency="USD", segment=text,
        company=text, log=Log(3, "cd" * 32), notes=(text,), spent_until="2026-03-01",
    )  # fmt: skip


def _day(day: int) -> str:
    return str(date(2026, 1, 4) + timedelta(days=day))


def _priced(report: Report) -> Money:
    metrics = {metric.metric: metric for metric in METRICS}
    whole = {e.metric: e for e in report.estimates if e.segment is None and e.headline}
    topics = {panel.line: panel.topic for panel in report.panels}
    measured = [
        Measured(line, topics[line.name], whole[name], metrics[name], whole[name], metrics[name],
                 -1 if line.name == "fewer_tickets" else 1)
        for line, name in zip(LINES, ESTIMATES, strict=True)
    ]  # fmt: skip
    found = money(VALUE, "USD", report.confidence, measured)
    return msgspec.structs.replace(found, claims=claims(found, measured))


def _whole(found: Money) -> Money:
    workings = found.workings
    rows = [row for row in workings.rows if row.name.startswith(("summary.", "closed_form."))]
    summary = [row.name for row in rows if not row.monthly]

    def at(**given):
        evaluated = Evaluation(workings.months, workings.inputs, workings.rows, given)
        return {name: evaluated.number(name) for name in summary}

    def worth(**given):
        return at(**given)["summary.npv"]

    scenes = [Scenario("case", "The case", "As declared and measured.", {}, at())]
    scenes += [Scenario(name, label, f"{label}.", given, at(**given)) for name, (label, given) in SCENES.items()]
    moved = (("lines.faster_start.units", 900.0, 1500.0), ("lines.faster_start.realisation", 0.6, 1.0))
    bars = [Bar(name, low, high, worth(**{name: low}), worth(**{name: high})) for name, low, high in moved]
    bars.append(Bar("overrun", 1.0, 1.6, worth(), worth(overrun=1.6)))

    def figure(name, answer, unit, formula="as worked out"):
        held = Exact(answer) if isinstance(answer, int | float) else NoEstimate(answer)
        return Figure(f"money.{name}", held, unit, formula, {"NPV": "money.summary.npv"})

    return msgspec.structs.replace(
        found,
        workings=msgspec.structs.replace(workings, scenarios=tuple(scenes)),
        tornado=tuple(sorted(bars, key=lambda bar: -abs(bar.npv_high - bar.npv_low))),
        switches=(
            Switch("lines.faster_start.units", Exact(412.6)),
            Switch("discount", NoEstimate("the NPV is above 0 at every rate up to 100 %")),
        ),
        measured_share=0.62,
        decision=Decision(
            "continue", "The chance of a gain is below 90 %. Testing on for 4 months is worth more than it costs.", 0.9,
            0.2, figure("decision.evpi", 27_993.89, "USD"), figure("decision.evsi", 21_400.0, "USD"),
            figure("decision.enbs", 5_400.0, "USD"), figure("decision.months", 4, "months"),
        ),
        exclusions=(
            Exclusion("expansion", "retention", "More revenue per user already holds what retained users pay."),
        ),
        reconciliations=(
            Reconciliation(
                "fewer_tickets", ("search", "answers"), figure("reconciliations.value", 214_000.0, "USD"),
                figure("reconciliations.sum", 268_000.0, "USD"), figure("reconciliations.realisation", 0.7985, "share"),
                "The program brings 80 % of what its studies add up to.",
            ),
        ),
        gaps=("monitoring", "licences", "data and privacy review"),
        risks=(Risk("privacy", "Consent is withdrawn by many.", "low", "high", "Ask again before month 3.", ""),),
        reviews=(Review("Sponsor", "Ann Lee", "2026-07-02"), Review("Works council")),
        extras=(
            Extra(
                "build_or_buy", "Build or buy", ("Three years, at the same level of service.",),
                (figure("extras.build_or_buy.difference", 41_250.0, "USD"),), ("Option", "Once", "Present value"),
                (("Build", 150_000.0, 612_400.5), ("Buy", None, 571_150.5)),
            ),
        ),
    )  # fmt: skip
