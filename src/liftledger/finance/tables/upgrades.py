"""Time to upgrade: how much sooner, and the time on the larger plan that it gains."""

from collections.abc import Iterator

from liftledger.domain.cash import BenefitLine, Extra, Figure
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.report import Estimate
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import scaled
from liftledger.finance.formulas.upgrade import gained
from liftledger.finance.tables.ground import Ground, id_of

NAME = "upgrades"
SOONER = (
    "Times are restricted means: a unit that has not upgraded counts with the whole horizon, so that nobody is left "
    "out. What is priced is the share that upgraded by the line's mark, not speed."
)


def upgrades(ground: Ground) -> Extra | None:
    """Of lines on upgrades that rest on a time to an event."""
    lines = [
        (one, line, one.reduction) for one, line in ground.lines("upgrade", counted=False) if one.reduction is not None
    ]
    found = tuple(figure for one, line, times in lines for figure in _figures(ground, one, line, times))
    return Extra(NAME, "Time to upgrade", (SOONER,), found) if found else None


def _figures(ground: Ground, measured: Measured, line: BenefitLine, times: Estimate) -> Iterator[Figure]:
    effect, lift, declared = times.effect, times.lift, measured.line
    treated = float(declared.units * (1 - declared.holdout))
    days = scaled(effect, -1) if isinstance(effect, Interval) else effect
    less = scaled(lift, -1) if isinstance(lift, Interval) else lift
    plan: Interval | NoEstimate = gained(effect, treated) if isinstance(effect, Interval) else effect
    rests = {"time": times.id}
    yield ground.figure(NAME, f"{line.name}.sooner", days, "days", "mean time of control - of the arm", rests)
    yield ground.figure(NAME, f"{line.name}.reduction", less, "share", "the same, as a share of control's", rests)
    yield ground.figure(
        NAME,
        f"{line.name}.gained",
        plan,
        "unit-months per month",
        "sooner x units that are treated / 30: time on the larger plan within the horizon that those of a month gain",
        {
            "sooner": id_of(NAME, f"{line.name}.sooner"),
            "units": declared.units,
            "holdout": declared.holdout or None,
        },
    )
