"""The summary over the draws: its intervals and its probability of a loss, where more is uncertain than effects."""

from collections.abc import Iterator

import msgspec
import numpy as np

from liftledger.domain.cash import Exact, Figure, Simulation, Summary
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.finance.figure import text
from liftledger.finance.uncertainty.draws import Draws
from liftledger.finance.uncertainty.simulation import deviation, inputs, rounded

OVER = (
    "with every input as declared or measured; the interval holds the share 'confidence' of the joint draws of all "
    "that is uncertain, as many are below it as above, and its standard error is their standard deviation"
)
FORMULAS = {
    "npv": f"present value of the benefits - present value of the costs, {OVER}",
    "benefits": f"sum of the present values of the lines that are priced, {OVER}",
    "costs": f"sum of the present values of the costs, {OVER}",
    "roi": f"NPV / present value of the costs, {OVER}",
}
LOSS = "share of the joint draws of all that is uncertain in which the NPV is below 0"
OF_NPV = {f"{words} of the draws": f"money.simulation.{name}"
          for words, name in (("lower end", "low"), ("upper end", "high"), ("standard deviation", "sd"))}  # fmt: skip


def over_draws(total: Summary, found: Simulation, drawn: Draws, confidence: float) -> Summary:
    """`total` as the closed form knows it, which is all where luck alone was drawn: the NPV is linear in it."""
    if not found.beyond_luck:
        return total
    given = {name: text(one) for name, one in inputs(found.draws, found.seed, found.drawn).items() if one is not None}
    spread = {"confidence": text(confidence)} | given
    npv = _spread(total.npv, found.number("sd"), found.number("low"), found.number("high"), OF_NPV | spread)
    loss = msgspec.structs.replace(
        total.p_negative,
        answer=Exact(found.number("p_negative")),
        formula=LOSS,
        inputs={"share of the draws": found.p_negative.id, **given},
    )
    others = dict(_others(total, drawn, confidence, spread))
    return msgspec.structs.replace(total, npv=npv, p_negative=loss, **others)


def _others(total: Summary, drawn: Draws, confidence: float, given: dict[str, str]) -> Iterator[tuple[str, Figure]]:
    for name, values in drawn.amounts.items():
        if np.isfinite(values).all() and np.ptp(values) > 0:
            low, high = (rounded(float(np.quantile(values, share))) for share in _ends(confidence))
            yield name, _spread(getattr(total, name), rounded(deviation(values)), low, high, given)


def _ends(confidence: float) -> tuple[float, float]:
    return (1 - confidence) / 2, (1 + confidence) / 2


def _spread(figure: Figure, sd: float, low: float, high: float, given: dict[str, str]) -> Figure:
    """The figure with another interval."""
    if isinstance(figure.answer, NoEstimate):
        return figure
    name = figure.id.rpartition(".")[2]
    answer = Interval(figure.answer.value, sd, low, high)
    return msgspec.structs.replace(figure, answer=answer, formula=FORMULAS[name], inputs=figure.inputs | given)
