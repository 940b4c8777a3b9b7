"""The outlook of a case: what is known of its NPV before anybody decides."""

import msgspec

from liftledger.domain.cash import Simulation
from liftledger.domain.workings import Workings
from liftledger.finance.evaluation import Evaluation
from liftledger.finance.luck import is_luck
from liftledger.finance.normal import chance_below_zero


class Outlook(msgspec.Struct, frozen=True):
    """Of the NPV."""

    mean: float
    sd: float
    p_positive: float  # probability that the NPV is above 0
    source: str  # 'closed form' | 'simulation'


def outlook(workings: Workings, simulation: Simulation) -> Outlook:
    """In closed form where luck alone is drawn: the NPV is linear in it, so normal. Else that of the simulation."""
    found = Evaluation(workings.months, workings.inputs, workings.rows)
    mean, se = found.number("summary.npv"), found.number("summary.npv_se")
    if mean is None or se is None or not all(map(is_luck, simulation.drawn)):
        return Outlook(simulation.mean, simulation.sd, 1 - simulation.p_negative, "simulation")
    return Outlook(mean, se, chance_below_zero(-mean, se), "closed form")
