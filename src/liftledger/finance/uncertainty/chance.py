"""Chance: what is uncertain of a case, how much of that was measured, and what to do."""

from collections.abc import Mapping

import msgspec

from liftledger.domain.cash import Decision, Simulation, Summary
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Thresholds
from liftledger.domain.workings import Workings

DRAWS = 20_000
SEED = 20_260_101


class Chance(msgspec.Struct, frozen=True):
    """As `Money` keeps it."""

    summary: Summary
    simulation: Simulation
    measured_share: float | None  # None: nothing is uncertain
    decision: Decision


def chance_of(
    workings: Workings,
    total: Summary,
    thresholds: Thresholds,
    months: Mapping[str, float],
    *,
    confidence: float,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Chance | NoEstimate:
    """`total` is the summary as the closed form knows it. `months`: study -> for how many months it has taken in units;
    a study whose units came at once is left out.
    """
    # numpy, which only projects with money load
    from liftledger.finance.uncertainty.decision import decide
    from liftledger.finance.uncertainty.decision_text import remarks
    from liftledger.finance.uncertainty.draws import draw
    from liftledger.finance.uncertainty.luck import evidence
    from liftledger.finance.uncertainty.measured_share import measured_share
    from liftledger.finance.uncertainty.outlook import outlook
    from liftledger.finance.uncertainty.over_draws import over_draws
    from liftledger.finance.uncertainty.simulation import simulation

    drawn = draw(workings, draws, seed)
    found = simulation(drawn, seed, confidence, workings.currency)
    if isinstance(found, NoEstimate):
        return found
    decision = decide(
        outlook(workings, found, drawn.npv),
        evidence(workings, months),
        thresholds,
        workings.currency,
        remarks(workings),
    )
    return Chance(over_draws(total, found, drawn, confidence), found, measured_share(workings, drawn), decision)
