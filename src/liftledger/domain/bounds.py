"""What an input can be at all: beyond it, it is a mistake and no case."""

from liftledger.domain.workings import Input

Bound = float | None  # None: any number
BY_NAME: dict[str, tuple[Bound, Bound]] = {
    "discount": (0.0, 1.0),  # 10 is not 10 %
    "margin": (0.0, 1.0),
    "pace": (0.01, 100.0),
    "overrun": (0.0, 100.0),
    "luck": (-10.0, 10.0),
    "se": (0.0, None),
    "prior_sd": (0.0, None),
    "realisation": (0.0, 10.0),
}
FREE = ("effect", "effect_low", "effect_high", "counted", "prior_mean")  # may be below 0


def bounds(given: Input) -> tuple[Bound, Bound]:
    """The least and the most that it can be."""
    last = given.name.rpartition(".")[2]
    if last in BY_NAME:
        return BY_NAME[last]
    share = given.unit.startswith(("share", "0 or 1"))
    if last in FREE or (given.evidence and given.source == "measured"):
        return (-1.0, 1.0) if share else (None, None)
    return 0.0, 1.0 if share and not given.series else None
