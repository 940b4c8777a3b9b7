"""The closed form: the NPV where the effects alone are uncertain, and normal."""

from liftledger.domain.cash import ClosedForm
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.figure import figure, scaled
from liftledger.finance.workings.reading import Reading
from liftledger.finance.workings.summary_rows import NO_COSTS

BENEFITS, COSTS, NPV = (f"money.summary.{name}" for name in ("benefits", "costs", "npv"))
OWN = "money.closed_form"
SPREAD = (
    "the interval is the normal distribution's: standard errors of lines of one study are added, as if their effects "
    "moved together (an upper bound), and studies are combined as independent"
)
FORMULAS = {
    "npv": f"present value of the benefits - present value of the costs; {SPREAD}",
    "benefits": f"sum of the present values of the lines that are priced; {SPREAD}",
    "roi": f"NPV / present value of the costs; {SPREAD}",
    "p_negative": "probability that the NPV is below 0, by the normal distribution around it with its standard error",
}


def closed_form(found: Reading) -> ClosedForm:
    """Nothing but chance in the effects is in it; what was declared is taken as it is."""
    currency, spent = found.workings.currency, found.known("summary.costs")
    npv, both = _interval(found, "npv"), {"benefits": BENEFITS, "costs": COSTS}
    roi = scaled(npv, 1 / spent) if spent else NoEstimate(NO_COSTS)
    loss = found.known("closed_form.p_negative")
    return ClosedForm(
        npv=figure(f"{OWN}.npv", npv, currency, FORMULAS["npv"], both),
        benefits=figure(
            f"{OWN}.benefits", _interval(found, "benefits"), currency, FORMULAS["benefits"], {"benefits": BENEFITS}
        ),
        roi=figure(f"{OWN}.roi", roi, "share", FORMULAS["roi"], {"NPV": f"{OWN}.npv", "costs": COSTS}),
        p_negative=figure(f"{OWN}.p_negative", loss, "share", FORMULAS["p_negative"], {"NPV": f"{OWN}.npv"}),
    )


def _interval(found: Reading, name: str) -> Interval:
    """Costs are certain here, so benefits have the NPV's standard error."""
    value, se = found.known(f"summary.{name}"), found.known("closed_form.npv_se")
    return Interval(value, se, found.known(f"closed_form.{name}_low"), found.known(f"closed_form.{name}_high"))
