"""The decision on current evidence: scale, stop or continue the test, and what more evidence would be worth."""

from collections.abc import Mapping, Sequence

from liftledger.domain.cash import Decision, Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Thresholds
from liftledger.finance.figure import Input, figure
from liftledger.finance.uncertainty.decision_text import Remarks, Testing, text
from liftledger.finance.uncertainty.next_test import Evidence, NextTest, next_test, repeated
from liftledger.finance.uncertainty.outlook import Outlook

NPV = "money.summary.npv"
NOTHING = 0.001  # of the NPV's sd: what is worth less rests on tails that nobody knows so well
LOSS = "L(u) = phi(u) - u x (1 - Phi(u)) of the standard normal distribution"
FORMULAS = {
    "evpi": f"sd of the NPV x L(|mean| / sd), where {LOSS}; where more is drawn than chance in the measurement: the "
    "mean of the draws with losses as 0, less the mean of all, or 0 if that is larger",
    "evsi": "s x L(|mean| / s), where s^2 is the sum over studies of sd^4 / (sd^2 + se^2 x months observed / months of "
    "the test), sd what the study's luck moves of the NPV, and se that before shrinkage; of a test as large as the "
    f"last where the length is not known; {LOSS}",
    "enbs": "EVSI - what the test costs: its months x the cost of a month of testing",
    "months": "the whole number of months, up to the longest declared, with the largest ENBS",
}


def decide(
    outlook: Outlook, evidence: Sequence[Evidence], thresholds: Thresholds, currency: str, remarks: Remarks
) -> Decision:
    """Scale where P(NPV > 0) reaches `scale`; stop where it is at most `stop` and no test pays; else continue.

    What nobody has measured is not scaled: it is tested first.
    """
    scale, stop, monthly = (float(one) for one in (thresholds.scale, thresholds.stop, thresholds.test_monthly))
    test = next_test(outlook.mean, evidence, monthly, thresholds.test_months_max)
    perfect, pays = outlook.perfect, _pays(test, outlook, monthly)
    verdict = _verdict(outlook.p_positive, scale, stop, pays=pays)
    if verdict == "scale" and remarks.assumed:
        verdict = "continue"
    worth = repeated(outlook.mean, evidence) if isinstance(test, NoEstimate) else test.evsi
    length, cost, net = (test,) * 3 if isinstance(test, NoEstimate) else (test.months, test.cost, test.enbs)
    measured: Mapping[str, Input] = {
        f"{name}, {one.study}": value
        for one in evidence
        for name, value in (("sd", one.sd), ("se", one.se), ("months observed", one.months))
    }

    mean, sd = _basis(outlook)

    def of(name: str, answer: float | NoEstimate, unit: str, inputs: Mapping[str, Input | NoEstimate]) -> Figure:
        known = {key: value for key, value in inputs.items() if not isinstance(value, NoEstimate)}
        return figure(f"money.decision.{name}", answer, unit, FORMULAS[name], known)

    return Decision(
        verdict=verdict,
        text=text(
            verdict, outlook, Testing(test, worth, pays, open=_matters(perfect, outlook)), thresholds, currency, remarks
        ),
        scale_at=scale,
        stop_at=stop,
        evpi=of("evpi", perfect, currency, {"mean": mean, "sd": sd}),
        evsi=of("evsi", worth, currency, {"mean": mean, **measured, "months": length}),
        enbs=of("enbs", net, currency, {"EVSI": "money.decision.evsi", "cost": cost}),
        months=of("months", length, "months", {"longest": thresholds.test_months_max, "cost of a month": monthly}),
    )


def _basis(outlook: Outlook) -> tuple[Input, Input]:
    """Mean and standard deviation, by their ids where the case holds them."""
    if outlook.source == "simulation":
        return "money.simulation.mean", "money.simulation.sd"
    return NPV, outlook.sd


def _pays(test: NextTest | NoEstimate, outlook: Outlook, monthly: float) -> bool:
    """Of a test whose errors are not known: whether one that tells all within a month would."""
    if isinstance(test, NoEstimate):
        return _matters(outlook.perfect, outlook) and outlook.perfect > monthly
    return _matters(test.evsi, outlook) and test.enbs >= 0


def _matters(worth: float, outlook: Outlook) -> bool:
    """Whether what one may learn is worth anything; where a test costs nothing, it would pay for ever."""
    return worth > NOTHING * outlook.sd


def _verdict(p_positive: float, scale: float, stop: float, *, pays: bool) -> str:
    if p_positive >= scale:
        return "scale"
    return "stop" if p_positive <= stop and not pays else "continue"
