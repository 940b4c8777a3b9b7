"""The outlook of a case: what is known of its NPV before anybody decides."""

import math

import msgspec

from liftledger.domain.cash import Simulation
from liftledger.domain.workings import Workings
from liftledger.finance.formulas.information import evpi
from liftledger.finance.formulas.normal import chance_below_zero
from liftledger.finance.uncertainty.draws import Array
from liftledger.finance.workings.evaluation import Evaluation


class Outlook(msgspec.Struct, frozen=True):
    """Of the NPV."""

    mean: float
    sd: float
    p_positive: float  # probability that the NPV is above 0
    perfect: float  # what it would be worth to know the NPV before the choice (EVPI)
    source: str  # 'closed form' | 'simulation'


def outlook(workings: Workings, simulation: Simulation, draws: Array) -> Outlook:
    """In closed form where luck alone is drawn: the NPV is linear in it, so normal. Else that of `draws` of the NPV.

    Who knows the NPV beforehand leaves the draws that are below 0; who does not takes all, or none.
    """
    found = Evaluation(workings.months, workings.inputs, workings.rows)
    mean, se = found.number("summary.npv"), found.number("closed_form.npv_se")
    if mean is None or se is None or simulation.beyond_luck:
        expected = simulation.number("mean")
        upside = math.fsum(max(npv, 0.0) for npv in draws.tolist()) / len(draws)
        perfect = float(f"{max(upside - max(expected, 0.0), 0.0):.9g}")
        loss = simulation.number("p_negative")
        return Outlook(expected, simulation.number("sd"), 1 - loss, perfect, "simulation")
    return Outlook(mean, se, chance_below_zero(-mean, se), evpi(mean, se), "closed form")
