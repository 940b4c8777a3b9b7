"""Measured lines, made by hand: what the report would hand to finance."""

from decimal import Decimal
from typing import NamedTuple

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Estimate, Maturity, MetricSummary
from liftledger.domain.value import Cost, Given, Line, Prior, Value
from liftledger.domain.workings import Input
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.evidence.priced import priced
from liftledger.finance.workings.evaluation import Evaluation
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.summary_rows import cash_flow_rows, summary_rows, time_rows
from liftledger.finance.workings.workings import workings

Z95 = 1.959963984540054  # 97.5 % point of the normal distribution: R, qnorm(0.975) = 1.959963984540054
BUILD = Cost("build", "engineering", once=Decimal(2000), given={"once": Given(owner="CTO", date="2026-01-31")})
NET = "cash_flow.net"
NOTHING = NoEstimate("not looked at")


def interval(value, se):
    return Interval(value, se, value - Z95 * se, value + Z95 * se)


def estimate(study, metric, effect, *, lift=NOTHING, grade=Grade.RANDOMISED):
    return Estimate(
        id=f"{study}.{metric}.b.welch",
        study=study,
        metric=metric,
        arm="b",
        control="a",
        segment=None,
        unit="user",
        method="welch",
        headline=True,
        control_value=None,
        treatment_value=None,
        effect=effect,
        lift=lift,
        p_value=None,
        units={},
        grade=grade,
        maturity=Maturity("mature", None, {}),
        skewness=None,
        priceable=True,
        notes=(),
    )


def metric(name, unit="USD", *, better="higher", kind="sum", fact="invoices"):
    return MetricSummary(name, kind, fact, f"{name}.", "", unit, better, "outcome", True)


def line(name="sales", **given):
    declared = {
        "study": "test",
        "metric": "revenue",
        "arm": "b",
        "per": "new unit",
        "units": Decimal(100),
        "basis": "margin",
        "realisation": Decimal(1),
    }
    return Line(name=name, **(declared | given))


def measured(declared, effect=None, **given):
    """By default a money metric, of which more is better, with effect 5 and standard error 2."""
    described = given.pop("described", metric(declared.metric))
    grade = given.pop("grade", Grade.RANDOMISED)
    priced = estimate(declared.study, described.metric, effect or interval(5.0, 2.0), grade=grade)
    rest = {"topic": None, "counted": priced, "counted_metric": described, "direction": 1}
    return Measured(line=declared, priced=priced, metric=described, **(rest | given))


def case(lines, *, costs=(BUILD,), **given):
    """A year at 10 %, with one cost of 2,000 at the beginning."""
    return Value(tuple(lines), tuple(costs), **({"discount": Decimal("0.1"), "months": 12} | given))


def number(figure):
    """The figure's value, whether it has an interval or not."""
    assert isinstance(figure.answer, Exact | Interval), figure
    return figure.answer.value


def reason(figure):
    assert isinstance(figure.answer, NoEstimate), figure
    return figure.answer.reason


def summarised(flows):
    """The workings' summary of a cash-flow whose net is given."""
    rows = [*time_rows(), *cash_flow_rows((), (), ""), *summary_rows((), (), "")]
    net = Input(NET, "", "", 0.0, "assumption", series=tuple(map(float, flows)))
    return Evaluation(len(flows) - 1, [net], [row for row in rows if row.name != NET])


def worked(*lines, confidence=0.95, currency="USD", **given):
    """The workings of lines that are measured, all of them, read by name."""
    value = case([one.line for one in lines], **given)
    found = [priced(one, one.effect, value.priors) for one in lines]
    return Reading(workings(found, value, currency, confidence))


class Posterior(NamedTuple):
    mean: float
    sd: float
    weight: float


def posterior(effect, se, *, mean, sd):
    """What the workings expect of an effect."""
    found = worked(measured(line(), interval(effect, se)), priors=(Prior("revenue", mean, sd),), months=1)
    return Posterior(*(found.known(f"lines.sales.{name}") for name in ("expected", "expected_se", "weight")))
