"""Evidence grades: how far a number can be trusted to be an effect."""

from enum import StrEnum


class Grade(StrEnum):
    """From strongest to weakest; a broken number is shown, greyed, and never priced."""

    RANDOMISED = "randomised"
    QUASI_EXPERIMENTAL = "quasi-experimental"
    TRACED = "traced"
    ASSUMED = "assumed"
    BROKEN = "broken"


MEANING: dict[Grade, str] = {
    Grade.RANDOMISED: "units were assigned at random, so the difference between the arms is the effect",
    Grade.QUASI_EXPERIMENTAL: "not randomised; the comparison rests on a design that can be wrong",
    Grade.TRACED: "observed without a randomised control; it says what happened, not what caused it",
    Grade.ASSUMED: "not measured; somebody's number",
    Grade.BROKEN: "a check failed, so the number is shown but must not be used",
}
