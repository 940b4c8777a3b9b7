"""The simulation of a case: what its NPV comes to when all that is uncertain is drawn together."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from liftledger.domain.cash import Figure, Simulation
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.workings import Workings
from liftledger.finance.figure import Input, figure
from liftledger.finance.uncertainty.chance import DRAWS, SEED
from liftledger.finance.uncertainty.draws import Array, Draws, draw

DIGITS = 9  # more than the simulation knows; the last ones of a power differ between machines
BINS = 60  # at most
POINTS = {"p5": 0.05, "p50": 0.50, "p95": 0.95}
OWN = "money.simulation"
FORMULAS = {
    "mean": "mean of the NPV over the joint draws of all that is uncertain",
    "sd": "standard deviation of the NPV over the joint draws of all that is uncertain",
    **{name: f"what the NPV is below in {share:.0%} of the joint draws of all that is uncertain"
       for name, share in POINTS.items()},
    "low": "what the NPV is below in (1 - confidence) / 2 of the joint draws of all that is uncertain",
    "high": "what the NPV is above in (1 - confidence) / 2 of the joint draws of all that is uncertain",
    "p_negative": "share of the joint draws of all that is uncertain in which the NPV is below 0",
}  # fmt: skip


def simulate(
    workings: Workings, *, draws: int = DRAWS, seed: int = SEED, confidence: float = 0.95
) -> Simulation | NoEstimate:
    """All inputs with a standard deviation or a range are drawn, in antithetic pairs; `draws` is even."""
    return simulation(draw(workings, draws, seed), seed, confidence, workings.currency)


def simulation(drawn: Draws, seed: int, confidence: float, currency: str) -> Simulation | NoEstimate:
    """Antithetic pairs are single observations in the errors: the two of a pair are not independent."""
    npv = drawn.npv
    missing = int((~np.isfinite(npv)).sum())
    if missing:
        return NoEstimate(f"in {missing} of {len(npv)} draws there is no NPV")
    mean = math.fsum(npv) / len(npv)
    squares = (npv - mean) ** 2
    sd = deviation(npv)
    ordered = np.sort(npv)
    found = {"mean": mean, "sd": sd, "p_negative": float(np.mean(npv < 0))}
    errors = {"mean": _error(npv), "sd": _error(squares) / (2 * sd) if sd else 0.0}
    for name, share in {**POINTS, "low": (1 - confidence) / 2, "high": (1 + confidence) / 2}.items():
        found[name] = float(np.quantile(ordered, share))
        ends = np.clip(share + np.array([-1, 1]) * _error(npv <= found[name]), 0, 1)
        low, high = np.quantile(ordered, ends)
        errors[name] = float(high - low) / 2
    noise = 1e-9 * sd  # of pairs that cancel, as those of a linear case do, rounding is left
    errors = {name: error if error > noise else 0.0 for name, error in errors.items()}
    edges = _edges(float(ordered[0]), float(ordered[-1]), sd)
    counts = np.histogram(npv, edges)[0] if edges else ()
    errors = _rounded({**errors, "p_negative": _error(npv < 0)})
    given = inputs(len(npv), seed, drawn.inputs)

    def of(name: str, value: float) -> Figure:
        unit = "share" if name == "p_negative" else currency
        own = {"standard error of the simulation": errors[name], **given}
        return figure(f"{OWN}.{name}", value, unit, FORMULAS[name], own)

    return Simulation(
        draws=len(npv),
        seed=seed,
        **{name: of(name, value) for name, value in _rounded(found).items()},
        errors=errors,
        drawn=tuple(drawn.inputs),
        bins=edges,
        counts=tuple(int(count) for count in counts),
    )


def inputs(draws: int, seed: int, drawn: Iterable[str]) -> dict[str, Input]:
    """What a figure of the draws rests on."""
    return {"draws": draws, "seed": seed, "drawn": ", ".join(drawn) or "nothing"}


def deviation(values: Array) -> float:
    """Standard deviation of the draws."""
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((values - mean) ** 2) / (len(values) - 1))


def _error(values: Array | NDArray[np.bool_]) -> float:
    """Standard error of the values' mean."""
    first, second = np.split(values.astype(float), 2)
    means = (first + second) / 2
    mean = math.fsum(means) / len(means)
    return math.sqrt(math.fsum((means - mean) ** 2) / (len(means) - 1) / len(means))


def _edges(lowest: float, highest: float, sd: float) -> tuple[float, ...]:
    """Multiples of a round number, so that 0 is one of them; none where all draws are the same."""
    if not sd:
        return ()
    exponent = math.floor(math.log10(sd / 5))
    widths = (round(lead * 10.0**power, 12) for power in range(exponent, exponent + 9) for lead in (1, 2, 5))
    width = next(one for one in widths if one >= sd / 5 and (highest - lowest) / one < BINS - 2)
    first, last = math.floor(lowest / width), math.floor(highest / width) + 1
    return tuple(float(f"{step * width:.12g}") for step in range(first, last + 1))


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: rounded(number) for name, number in numbers.items()}


def rounded(number: float) -> float:
    """To the digits that are the same on every machine."""
    return float(f"{number:.{DIGITS}g}")
