"""Maximum likelihood: the parameters of a model with their errors, or the reason why there are none."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import numpy as np

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.histories import Numbers

Likelihood = Callable[[Numbers], tuple[float, Numbers]]
"""The log-likelihood at some parameters, and its gradient in them."""

WIDEST = 12.0  # logs of parameters are looked for this far on either side of their unit: 160,000 times
LOOSEST = 2.0  # standard error of a parameter's log: its 95 % interval spans a factor of 2,500
LEVEL = 0.1  # of the log-likelihood: where a factor of e in any parameter gains less, a loose one is not followed
NEARLY = 1e-9  # of the log-likelihood: what another step would add where the maximum is reached
FLAT = 1e-9  # curvature of a direction in which nothing changes
CLOSE, APART = 1e-7, 1e-4  # of a log, by which gradients are differenced to one side and to both
STEPS, HALVINGS = 100, 20
UNFOUND = "{}: the search for the most likely parameters found no end"
OFTEN = "how customers differ in how often they buy"
SOON = "how customers differ in how soon they turn away, if they do"


class Fit(msgspec.Struct, frozen=True):
    """The most likely parameters of a model."""

    model: str
    parameters: dict[str, float]
    covariance: tuple[tuple[float, ...], ...]  # of the parameters as they are, in their order
    log_likelihood: float
    customers: float

    @property
    def errors(self) -> dict[str, float]:
        """Standard errors of the parameters."""
        return {name: self.covariance[i][i] ** 0.5 for i, name in enumerate(self.parameters)}


class Space(msgspec.Struct, frozen=True):
    """Where a model's parameters are looked for."""

    model: str
    units: dict[str, float]  # parameters in their order, each with its order of magnitude
    told: dict[str, str]  # what is not known where a parameter is not


def maximum(
    space: Space, likelihoods: Sequence[Likelihood], starts: Sequence[Sequence[float]], customers: float
) -> Fit | NoEstimate:
    """The most likely parameters, searched from several starts, which are in units of the parameters.

    The last likelihood is that of all customers; if one of some of them is before it, and tells all parameters, these
    are the only start. All parameters are above 0 and are searched by their logs. The covariance is the inverse of the
    observed information, whose entries are differences of the gradient.
    """
    units = np.array(list(space.units.values()))

    def lost(likelihood: Likelihood, logs: Numbers) -> tuple[float, Numbers]:
        parameters = units * np.exp(logs)
        value, gradient = likelihood(parameters)
        return -value, -gradient * parameters

    *parts, loss = (partial(lost, likelihood) for likelihood in likelihoods)
    places = [np.log(start) for start in starts]
    for part in parts:
        places = _told(part, places) or places
    found = _least(loss, places)
    if found is None:
        return NoEstimate(UNFOUND.format(space.model))
    least, logs = found
    information, gradient = _information(loss, logs), loss(logs)[1]
    bent, directions = np.linalg.eigh(information)
    errors = np.sqrt(directions**2 @ (1 / np.maximum(bent, FLAT)))
    loosest = int(np.argmax(errors))
    if errors[loosest] > LOOSEST or np.max(np.abs(logs)) > WIDEST:
        return NoEstimate(f"{space.model}: the data do not tell {space.told[list(space.units)[loosest]]}")
    if gradient @ np.linalg.solve(information, gradient) > 1000 * NEARLY:
        return NoEstimate(UNFOUND.format(space.model))
    parameters = units * np.exp(logs)
    covariance = parameters[:, None] * np.linalg.inv(information) * parameters
    return Fit(
        space.model,
        dict(zip(space.units, parameters.tolist(), strict=True)),
        tuple(tuple(row) for row in _symmetric(covariance).tolist()),
        -least,
        customers,
    )


def _least(loss: Likelihood, places: Sequence[Numbers]) -> tuple[float, Numbers] | None:
    """The best of what is found from each place."""
    peaks = [peak for place in places if (peak := _peak(loss, place)) is not None]
    return min(peaks, key=lambda peak: peak[0], default=None)


def _told(loss: Likelihood, places: Sequence[Numbers]) -> list[Numbers]:
    """The best of what is found from each place, if no parameter is loose there; else nothing."""
    found = _least(loss, places)
    if found is None or np.max(np.abs(found[1])) > WIDEST:
        return []
    bent = np.linalg.eigvalsh(_information(loss, found[1]))
    return [found[1]] if bent[0] > LOOSEST**-2 else []


def _peak(loss: Likelihood, logs: Numbers) -> tuple[float, Numbers] | None:
    """The least loss and where it is, or a place where a parameter is loose; None: no way down ends at either.

    Newton's steps, made to lead down whichever way the loss is bent (by the absolute curvature in each of its main
    directions) and to change no parameter by more than a factor of e, halved until the loss is less.
    """
    value, gradient = loss(logs)
    for _ in range(STEPS):
        bent, directions = np.linalg.eigh(_curvature(loss, logs, gradient))
        step = directions @ (directions.T @ gradient / np.maximum(np.abs(bent), FLAT))
        loose = bent[0] < LOOSEST**-2 and np.max(np.abs(gradient)) < LEVEL
        if loose or gradient @ step < NEARLY or np.max(np.abs(logs)) > WIDEST:
            return value, logs
        step /= max(1.0, float(np.max(np.abs(step))))
        for _ in range(HALVINGS):
            moved, slope = loss(logs - step)
            if moved < value:
                break
            step /= 2
        else:  # no digit is left to gain
            return value, logs
        logs, value, gradient = logs - step, moved, slope
    return None


def _curvature(loss: Likelihood, logs: Numbers, gradient: Numbers) -> Numbers:
    """Good enough to step by."""
    rows = [(loss(logs + step)[1] - gradient) / CLOSE for step in CLOSE * np.eye(len(logs))]
    return _symmetric(np.array(rows))


def _information(loss: Likelihood, logs: Numbers) -> Numbers:
    """Second derivatives to 8 digits."""
    rows = [(loss(logs + step)[1] - loss(logs - step)[1]) / (2 * APART) for step in APART * np.eye(len(logs))]
    return _symmetric(np.array(rows))


def _symmetric(square: Numbers) -> Numbers:
    return (square + square.T) / 2
