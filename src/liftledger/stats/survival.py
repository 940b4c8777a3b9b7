"""The survival curve of one arm: the share of units still without the event, by step."""

from bisect import bisect_right

import msgspec

from liftledger.domain.durations import Durations


class Survival(msgspec.Struct, frozen=True):
    """The share of units still without the event, after each step with events; 1 before the first.

    Units that are censored at a step are at risk at it. Kaplan & Meier (1958), JASA 53, 457-481; Klein & Moeschberger
    (2003), Survival Analysis, equation (4.2.1): Y units at risk, d events, S the product of 1 - d / Y.
    """

    units: int
    last: int  # step up to which any unit was observed; -1 where there is none
    steps: tuple[int, ...]  # with events
    events: tuple[int, ...]
    at_risk: tuple[int, ...]
    share: tuple[float, ...]

    def at(self, step: int) -> float:
        """Share still without the event after a step."""
        place = bisect_right(self.steps, step)
        return self.share[place - 1] if place else 1.0

    def reaches(self, step: int) -> bool:
        """Whether the curve is known up to a step: a unit is at risk at it, or none is left without the event."""
        return self.last >= step or self.at(self.last) == 0


def survival(durations: Durations) -> Survival:
    """The curve from exact counts."""
    left, share, last = durations.n, 1.0, -1
    steps, events, at_risk, shares = [], [], [], []
    for step in sorted({*durations.events, *durations.censored}):
        had, lost = durations.events.get(step, 0), durations.censored.get(step, 0)
        if had:
            share *= (left - had) / left
            steps.append(step)
            events.append(had)
            at_risk.append(left)
            shares.append(share)
        if had or lost:
            last = step
        left -= had + lost
    return Survival(durations.n, last, tuple(steps), tuple(events), tuple(at_risk), tuple(shares))
