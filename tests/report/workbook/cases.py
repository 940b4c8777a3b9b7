"""Cases to write as workbooks: small ones at every edge, with reports that hold their evidence."""

import random
from decimal import Decimal

import msgspec

from liftledger.domain.cash import Money
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.domain.value import Assumed, Cost, Given, Prior, Scene
from liftledger.domain.workings import Scenario
from liftledger.finance.case import money
from liftledger.finance.evidence.assumed import assumed
from liftledger.finance.uncertainty.scenarios import scenarios
from liftledger.finance.workings.evaluation import Evaluation
from liftledger.report.workbook import workbook
from tests.finance.accounts import accounts
from tests.finance.evidence.test_worth import LIFETIME, derived, read_off, stays
from tests.finance.lines import case, interval, line, measured, metric
from tests.finance.test_golden import golden
from tests.report.conftest import small_provenance, small_report

TICKETS = metric("tickets", "rows per 30 days", better="lower", kind="rate", fact="tickets")
SHARE = metric("activated", "share", kind="conversion")
SCENES = {
    "slow": {"pace": 2.0},
    "bear": {"pace": 2.0, "overrun": 1.2, "studies.test.luck": -1.28, "margin": 0.7},
    "bull": {"studies.test.luck": 1.28},
}
DIRE = Scene("dire", "Worse still.", luck=Decimal(-2), ranges="low", pace=Decimal(3))


def with_scenes(found: Money, scenes=SCENES) -> Money:
    workings = found.workings
    known = {one.name for one in workings.inputs}
    made = [Scenario("case", "The case", "", {})]
    for name, changed in scenes.items():
        own = {key: value for key, value in changed.items() if key in known}
        made.append(Scenario(name, name.capitalize(), f"A {name} one.", own))
    outcomes = [Evaluation(workings.months, workings.inputs, workings.rows, one.inputs) for one in made]
    scenarios = tuple(
        msgspec.structs.replace(one, outcome={"summary.npv": found.number("summary.npv")})
        for one, found in zip(made, outcomes, strict=True)
    )
    return msgspec.structs.replace(found, workings=msgspec.structs.replace(workings, scenarios=scenarios))


def reported(found: Money, lines) -> Report:
    """A report that holds the estimates of measured `lines`."""
    report = small_report()
    study = msgspec.structs.replace(report.studies[0], name="test")
    estimates = {one.priced.id: one.priced for one in lines}
    metrics = {one.metric.metric: one.metric for one in lines}
    return msgspec.structs.replace(
        report,
        money=found,
        studies=(*report.studies, study),
        estimates=(*report.estimates, *estimates.values()),
        definitions=msgspec.structs.replace(
            report.definitions, metrics=(*report.definitions.metrics, *metrics.values())
        ),
    )


def of(lines, *, scenes=SCENES, **given) -> Report:
    found = money(case([one.line for one in lines], **given), "USD", 0.9, lines)
    return reported(with_scenes(found, scenes), lines)


def written(report: Report) -> bytes:
    return workbook(report, small_provenance(report))


def provenance(report: Report) -> Provenance:
    return small_provenance(report)


def golden_report(*priors) -> Report:
    """F-GOLD of finance.md."""
    found = golden(*priors)
    declared = line(metric="lift")
    one = measured(declared, interval(0.02, 0.008), described=metric("lift", "share"))
    return reported(with_scenes(found), [one])


def rich_report(scenes=SCENES) -> Report:
    """Nine months with a line of each kind and every kind of input."""
    lines = [
        measured(
            line(
                "activation", metric="activated", units=Decimal(4000), worth=Decimal(12), basis="revenue", ramp=3,
                decay=Decimal("0.03"), holdout=Decimal("0.05"), realisation=Decimal("0.8"),
                given={"units": Given(Decimal(3500), Decimal(4500), "finance", "Jo Doe", "2026-10-31", "signed")},
            ),
            interval(0.05, 0.01), described=SHARE,
        ),
        measured(
            line("deflection", metric="tickets", per="unit-month", units=Decimal(20_000), worth=Decimal("1.5"),
                 basis="saving"),
            interval(-0.05, 0.02), described=TICKETS, direction=-1,
        ),
        measured(
            line("mailing", metric="revenue", per="campaign", units=Decimal(900), months=(2, 5, 6), ramp=4,
                 basis="margin"),
            interval(1.5, 0.9),
        ),
        read_off(stays(units=Decimal(700), ramp=2, decay=Decimal("0.02")), derived(LIFETIME, accounts(), None)),
    ]  # fmt: skip
    costs = (
        Cost("build", "engineering", once=Decimal(9000)),
        Cost("models", "LLM tokens", per_decision=Decimal("0.002"), decisions=Decimal(300_000), start=2, end=7),
    )
    return of(lines, costs=costs, months=9, margin=Decimal("0.8"), priors=(Prior("revenue", 0.0, 1.0),), scenes=scenes)


def ranged_report() -> Report:
    """Every kind of range, with the scenarios of the tool: of effects, units, shares, months, costs, a drawn worth."""
    said = {
        "units": Given(Decimal(150), Decimal(260)), "holdout": Given(Decimal("0.02"), Decimal("0.2")),
        "ramp": Given(Decimal(1), Decimal(5)), "decay": Given(Decimal(0), Decimal("0.1")),
        "realisation": Given(Decimal("0.5"), Decimal(1)),
    }  # fmt: skip
    start = assumed(
        line(
            "start", metric="", study="", arm="", worth=Decimal(900), basis="revenue", units=Decimal(200), ramp=3,
            decay=Decimal("0.02"), holdout=Decimal("0.05"), realisation=Decimal("0.8"), given=said,
            assumed=Assumed(Decimal("0.04"), Decimal("0.01"), Decimal("0.07"), "share"),
        )
    )  # fmt: skip
    quiet = measured(
        line("quiet", metric="tickets", per="unit-month", units=Decimal(5000), worth=Decimal("1.5"), basis="saving",
             given={"units": Given(Decimal(4000), Decimal(5500)), "decay": Given(None, Decimal("0.1")),
                    "realisation": Given(Decimal("0.4"), None)}),
        interval(-0.05, 0.02), described=TICKETS, direction=-1,
    )  # fmt: skip
    costs = (
        Cost("build", "engineering", once=Decimal(9000), given={"once": Given(Decimal(7000), Decimal(16000))}),
        Cost("run", "x", monthly=Decimal(700), given={"monthly": Given(None, Decimal(900))}),
    )
    declared = case(
        [start.line, quiet.line], costs=costs, months=9, margin=Decimal("0.8"),
        given={
            "margin": Given(Decimal("0.7"), Decimal("0.85")), "discount": Given(Decimal("0.02"), Decimal("0.4")),
        },
        scenarios=(DIRE,),
    )  # fmt: skip
    found = money(declared, "USD", 0.9, [start, quiet])
    workings = drawn_worth(found.workings, "lines.quiet.worth", 0.3)
    workings = msgspec.structs.replace(workings, scenarios=scenarios(workings, declared.scenarios))
    return reported(msgspec.structs.replace(found, workings=workings), [quiet])


def drawn_worth(workings, name, sd):
    """A worth that was read off customers, with its error."""
    inputs = tuple(msgspec.structs.replace(one, sd=sd) if one.name == name else one for one in workings.inputs)
    return msgspec.structs.replace(workings, inputs=inputs)


def edge_reports() -> dict[str, Report]:
    """One month, no cost, no error, harm, all at once and never back."""

    def one(effect=5.0, se=2.0, **declared):
        return measured(line(**declared), interval(effect, se))

    dear = (Cost("build", "engineering", once=Decimal(10**9)),)
    free = (Cost("build", "engineering"),)
    late = (Cost("build", "engineering", once=Decimal(500), start=6),)
    return {
        "onemonth": of([one()], months=1),
        "nocost": of([one()], costs=free, months=6),
        "noerror": of([one(se=0.0)], months=6),
        "harm": of([one(effect=-5.0)], months=6),
        "nothing": of([one(effect=0.0, se=0.0)], costs=free, months=6),
        "neverback": of([one()], costs=dear, months=12),
        "atonce": of([one(units=Decimal(10**7))], months=6),
        "paidlate": of([one()], costs=late, months=12),
        "faded": of([one(decay=Decimal(1), ramp=12, holdout=Decimal("0.99"))], months=12),
        "nodiscount": of([one()], discount=Decimal(0), months=6),
    }


def drawn_reports(count: int) -> dict[str, Report]:
    """Cases drawn at random, the same each time."""
    drawn = random.Random(20260101)

    def lines():
        for number in range(drawn.randint(1, 3)):
            effect = drawn.uniform(-1, 4)
            per = drawn.choice(["new unit", "unit-month", "campaign"])
            months = tuple(sorted(drawn.sample(range(1, 7), drawn.randint(1, 4)))) if per == "campaign" else ()
            declared = line(
                f"line_{number}", per=per, months=months, units=Decimal(drawn.randint(1, 900)),
                ramp=drawn.randint(0, 9), decay=Decimal(drawn.randint(0, 20)) / 100,
                holdout=Decimal(drawn.randint(0, 30)) / 100, basis=drawn.choice(["revenue", "margin", "saving"]),
            )  # fmt: skip
            yield measured(declared, interval(effect, drawn.uniform(0, 3)))

    def costs():
        for number in range(drawn.randint(1, 3)):
            yield Cost(
                f"cost_{number}", "engineering", once=Decimal(drawn.randint(0, 9000)),
                monthly=Decimal(drawn.randint(0, 300)), start=drawn.randint(0, 3),
                end=drawn.choice([None, 5]),
            )  # fmt: skip

    return {
        f"drawn{number}": of(
            list(lines()), costs=tuple(costs()), months=drawn.randint(6, 15), margin=Decimal("0.8"),
            discount=Decimal(drawn.randint(0, 30)) / 100,
            priors=(Prior("revenue", 0.0, 1.5),) if drawn.random() < 0.5 else (), scenes={"slow": {"pace": 2.0}},
        )
        for number in range(count)
    }  # fmt: skip
