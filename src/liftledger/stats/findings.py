"""Everything that the methods say about one metric in one arm, and which of it is the headline."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from liftledger.domain.estimate import Answer, Finding, Interval, NoEstimate
from liftledger.domain.measure import Needs, Plan
from liftledger.domain.metric import Metric
from liftledger.domain.moments import Sums
from liftledger.domain.project import Convention
from liftledger.stats.borrowed import borrowing
from liftledger.stats.cuped import cuped
from liftledger.stats.fieller import fieller
from liftledger.stats.growthbook import relative
from liftledger.stats.joint import Joint, independent
from liftledger.stats.one_slope import one_slope
from liftledger.stats.quantity import Quantity, of_arms
from liftledger.stats.skew import NOTICEABLE, skew_difference, skew_lift, skewness
from liftledger.stats.tea_tasting import log_lift
from liftledger.stats.variable import Variable
from liftledger.stats.welch import welch

Shown = tuple[float | None, float | None]  # values of control and treatment, where there is no estimate

SECOND = 1_000_000  # microseconds
NO_VARIATION = "all values are equal in each arm, so nothing shows how far chance could move the difference"
NOTHING = "no row counts for any unit: every value is 0, so nothing shows how far chance could move the difference"
EXPLAINED = "the covariate explains every value exactly, so nothing shows how far chance could move the difference"


def findings(
    metric: Metric,
    needs: Needs,
    plan: Plan,
    control: Sums,
    treatment: Sums,
    *,
    confidence: float = 0.95,
    convention: Convention = "liftledger",
) -> tuple[Finding, ...]:
    """The plain estimate first, then its skew-corrected form, CUPED, and CUPED skew-corrected.

    Corrected forms are present where the estimate's skewness exceeds 0.1, CUPED where the metric has a covariate.
    The other conventions know the plain estimate and CUPED only.
    """
    outcome, covariate = _outcome(metric, needs, plan), _covariate(needs)
    nothing = outcome.always_zero(control) and outcome.always_zero(treatment)
    alike = NOTHING if nothing else NO_VARIATION
    plain, adjusted = ("ratio", "ratio-cuped") if metric.quotient else ("welch", "cuped")
    values = of_arms(outcome, control, treatment)
    shown = _value(outcome, control), _value(outcome, treatment)

    def ours() -> Iterator[Finding]:
        joint = values if isinstance(values, NoEstimate) else independent(*values)
        if not isinstance(joint, NoEstimate):
            joint = borrowing(joint, outcome, control, treatment)
        yield from with_correction(plain, joint, shown, alike, confidence)
        if covariate is not None:
            joint = cuped(outcome, covariate, control, treatment)
            yield from with_correction(adjusted, joint, (None, None), EXPLAINED, confidence)

    def theirs() -> Iterator[Finding]:
        yield _conventional(plain, values, values, shown, alike, confidence, convention)
        if covariate is not None:
            together = convention == "tea-tasting" or not metric.quotient
            moved = one_slope(outcome, covariate, control, treatment, together=together)
            yield _conventional(adjusted, values, moved, (None, None), EXPLAINED, confidence, convention)

    return tuple(ours() if convention == "liftledger" else theirs())


def headline(found: Sequence[Finding]) -> Finding:
    """The one finding to show: CUPED where it is the more precise, corrected where its skewness calls for it."""
    by_method = {finding.method: finding for finding in found}
    chosen = found[0]
    adjusted = by_method.get("ratio-cuped" if chosen.method == "ratio" else "cuped")
    if adjusted is not None and _se(adjusted) < _se(chosen):
        chosen = adjusted
    return by_method.get(f"{chosen.method}-skew", chosen)


def best(metric: Metric, needs: Needs, plan: Plan, control: Sums, treatment: Sums) -> Joint | NoEstimate:
    """What the headline rests on, by our own methods: CUPED where it is the more precise."""
    outcome, covariate = _outcome(metric, needs, plan), _covariate(needs)
    values = of_arms(outcome, control, treatment)
    joint = values if isinstance(values, NoEstimate) else independent(*values)
    if isinstance(joint, NoEstimate):
        return joint
    joint = borrowing(joint, outcome, control, treatment)
    adjusted = NoEstimate("") if covariate is None else cuped(outcome, covariate, control, treatment)
    if isinstance(adjusted, NoEstimate) or _spread(adjusted) >= _spread(joint):
        return joint
    return adjusted


def difference_of_means(
    measure: str, control: Sums, treatment: Sums, *, unit: Fraction, confidence: float = 0.95
) -> Answer:
    """Treatment less control of a mean per unit: Welch's, skew-corrected where that is called for."""
    values = of_arms(Quantity(measure, None, unit), control, treatment)
    joint = values if isinstance(values, NoEstimate) else independent(*values)
    return headline(tuple(with_correction("welch", joint, (None, None), NO_VARIATION, confidence))).effect


def _se(finding: Finding) -> float:
    return finding.effect.se if isinstance(finding.effect, Interval) else float("inf")


def _spread(joint: Joint) -> float:
    """Standard error of the difference; nothing is known where it is 0."""
    return joint.contrast().se or float("inf")


def _outcome(metric: Metric, needs: Needs, plan: Plan) -> Quantity:
    """The metric in its own unit: measures carry decimal digits, and elapsed time is in seconds."""
    unit = Fraction(1, 10 ** plan.measures[needs.outcome].scale)
    if needs.denominator is not None:
        unit *= 10 ** plan.measures[needs.denominator].scale
    if metric.kind == "rate":
        unit *= Fraction(metric.per, SECOND)
    return Quantity(needs.outcome, needs.denominator, unit)


def _covariate(needs: Needs) -> Quantity | None:
    """In the sums' own integers: a slope takes up any unit."""
    if needs.covariate is None:
        return None
    return Quantity(needs.covariate, needs.covariate_denominator, Fraction(1))


def _value(quantity: Quantity, sums: Sums) -> float | None:
    variable = quantity.of(sums)
    return None if isinstance(variable, NoEstimate) else float(variable.value)


def with_correction(
    method: str,
    joint: Joint | NoEstimate,
    shown: Shown,
    no_variation: str,
    confidence: float,
) -> Iterator[Finding]:
    """The estimate by Welch and Fieller, and skew-corrected if need be."""
    if isinstance(joint, NoEstimate):
        yield Finding(method, *shown, joint, joint, None)
        return
    difference = joint.contrast()
    if difference.se == 0:
        nothing = NoEstimate(no_variation)
        yield Finding(method, joint.control, joint.treatment, nothing, nothing, None)
        return
    bent = skewness(difference)
    test = welch(difference, confidence=confidence)
    lift = fieller(joint, confidence=confidence)
    shown = joint.control, joint.treatment
    yield Finding(method, *shown, test.interval, lift, test.p_value, bent, joint.borrowed)
    if bent is not None and abs(bent) > NOTICEABLE:
        test, lift = skew_difference(difference, confidence=confidence), skew_lift(joint, confidence=confidence)
        yield Finding(f"{method}-skew", *shown, test.interval, lift, test.p_value, bent, joint.borrowed)


def _conventional(
    method: str,
    raw: tuple[Variable, Variable] | NoEstimate,
    values: tuple[Variable, Variable] | NoEstimate,
    shown: Shown,
    no_variation: str,
    confidence: float,
    convention: Convention,
) -> Finding:
    """The estimate by Welch, and the lift as the convention has it."""
    joint = values if isinstance(values, NoEstimate) else independent(*values)
    if isinstance(joint, NoEstimate):
        return Finding(method, *shown, joint, joint, None)
    difference = joint.contrast()
    if difference.se == 0:
        nothing = NoEstimate(no_variation)
        return Finding(method, joint.control, joint.treatment, nothing, nothing, None)
    test = welch(difference, confidence=confidence)
    if convention == "tea-tasting":
        lift = log_lift(joint, confidence=confidence)
        return Finding(method, joint.control, joint.treatment, test.interval, lift, test.p_value)
    assert not isinstance(raw, NoEstimate)
    assert not isinstance(values, NoEstimate)
    over_raw = relative(raw[0], *values, confidence=confidence)
    lift = over_raw if isinstance(over_raw, NoEstimate) else over_raw.interval
    base = float(raw[0].value)
    return Finding(method, base, base + difference.value, test.interval, lift, test.p_value)
