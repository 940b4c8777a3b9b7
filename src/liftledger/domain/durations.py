"""Durations: how long units took, by steps of time, with those that were not observed for longer."""

from collections.abc import Mapping

import msgspec


class Durations(msgspec.Struct, frozen=True):
    """Units of one arm by grid step. Exact counts: all that Kaplan-Meier and the restricted mean need.

    A unit has its event at a step, or is censored at the last step that was observed to its end. Steps end with the
    horizon: units without an event by then are censored there.
    """

    events: Mapping[int, int]  # step -> units
    censored: Mapping[int, int]
    before: int = 0  # units left out: their event came before their clock started
    without: int = 0  # units left out: their clock never started, as they have no onset
    later: int = 0  # of the counted units, those whose clock started more than one step after they entered the study

    @property
    def n(self) -> int:
        """Units counted."""
        return sum(self.events.values()) + sum(self.censored.values())

    def __add__(self, other: "Durations") -> "Durations":
        return Durations(
            _added(self.events, other.events),
            _added(self.censored, other.censored),
            self.before + other.before,
            self.without + other.without,
            self.later + other.later,
        )


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {step: one.get(step, 0) + other.get(step, 0) for step in sorted({*one, *other})}
