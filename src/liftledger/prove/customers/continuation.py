"""What an arm's randomised units are expected to bring from now on, and how that varies with the units that came."""

import numpy as np

from liftledger.domain.customers import Purchases
from liftledger.domain.estimate import Answer, NoEstimate
from liftledger.lifetime import gamma_gamma
from liftledger.lifetime.fit import Fit
from liftledger.lifetime.histories import Numbers, dot
from liftledger.lifetime.influence import Stage, average_of_units
from liftledger.prove.customers.models import Fitted
from liftledger.prove.customers.profiles import Profiles
from liftledger.prove.customers.worth import discounted, margin, unvalued


def continuation(base: Purchases, fitted: Fitted, profiles: Profiles, units: int, *, confidence: float) -> Answer:
    """Discounted value over the horizon per randomised unit; `profiles` of those that have bought, all in the fits."""
    if units == 0:
        return NoEstimate("it has no units")
    if reason := unvalued(fitted):
        return reason
    buying, spending, model = fitted.buying, fitted.spending, fitted.model
    assert isinstance(buying, Fit) and isinstance(spending, Fit)
    counts, again = profiles.customers.astype(np.float64), profiles.repeats > 0

    def purchases(parameters: dict[str, float]) -> Numbers:
        return margin(base) * discounted(base, fitted, parameters)[profiles.history]

    def spent(parameters: dict[str, float]) -> Numbers:
        told = np.zeros(len(again))
        told[again] = gamma_gamma.log_likelihoods(parameters, profiles.repeats[again], profiles.total[again])
        return told

    often, much = purchases(buying.parameters), profiles.expected_spend(spending.parameters)
    stages = (
        Stage(
            buying,
            lambda moved: model.log_likelihoods(moved, fitted.histories)[profiles.history],
            lambda moved: dot(counts, purchases(moved) * much) / units,
        ),
        Stage(spending, spent, lambda moved: dot(counts, often * profiles.expected_spend(moved)) / units),
    )
    return average_of_units(often * much, counts, units, stages, confidence=confidence)
