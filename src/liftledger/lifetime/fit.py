"""Maximum likelihood: the parameters of a model with their errors, or the reason why there are none."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from scipy.optimize import minimize

from liftledger.domain.estimate import NoEstimate
from liftledger.lifetime.histories import Numbers

Likelihood = Callable[[Numbers], tuple[float, Numbers]]
"""The log-likelihood at some parameters, and its gradient in them."""

WIDEST = 12.0  # logs of parameters are looked for this far on either side of their unit: 160,000 times
LOOSEST = 3.0  # standard error of a parameter's log: its 95 % interval spans a factor of 128,000
NEARLY = 1e-12  # of the log-likelihood: what another step would add where the maximum is reached
STEP = 1e-4  # of a log, by which gradients are differenced
STEPS = 50


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
    nowhere: dict[str, tuple[str, str]]  # what it would mean if a parameter were 0, or beyond all limits


def maximum(
    space: Space, likelihood: Likelihood, starts: Sequence[Sequence[float]], customers: float
) -> Fit | NoEstimate:
    """The most likely parameters, searched from several starts, which are in units of the parameters.

    All parameters are above 0 and are searched by their logs: L-BFGS-B from each start (Byrd, Lu, Nocedal & Zhu 1995,
    SIAM Journal on Scientific Computing 16, 1190-1208), and from the best end Newton's steps until another would add
    nothing. The covariance is the inverse of the observed information, whose entries are differences of the gradient.
    """
    units = np.array(list(space.units.values()))

    def loss(logs: Numbers) -> tuple[float, Numbers]:
        parameters = units * np.exp(logs)
        value, gradient = likelihood(parameters)
        return -value / customers, -gradient * parameters / customers

    bounds = [(-WIDEST, WIDEST)] * len(units)
    ends = [minimize(loss, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds) for start in starts]
    best = min(ends, key=lambda end: float(end.fun))
    peak = _peak(loss, best.x, customers)
    if peak is None:
        return NoEstimate(f"{space.model}: no parameters were found that are the most likely ones")
    logs, information = peak
    spread, directions = np.linalg.eigh(information)
    errors = np.sqrt(np.sum(directions**2 / np.maximum(spread, 1e-300), axis=1))
    if float(np.max(errors)) > LOOSEST or float(np.max(np.abs(logs))) > WIDEST - 1:
        return NoEstimate(f"{space.model}: {_limit(space, logs, errors)}")
    parameters = units * np.exp(logs)
    covariance = parameters[:, None] * np.linalg.inv(information) * parameters
    return Fit(
        space.model,
        dict(zip(space.units, parameters.tolist(), strict=True)),
        tuple(tuple(row) for row in ((covariance + covariance.T) / 2).tolist()),
        likelihood(parameters)[0],
        customers,
    )


def _peak(loss: Likelihood, logs: Numbers, customers: float) -> tuple[Numbers, Numbers] | None:
    """Where the loss is least, and the information there; None: Newton's steps lead to no such place."""
    value, gradient = loss(logs)
    for _ in range(STEPS):
        information = customers * _curvature(loss, logs)
        spread, directions = np.linalg.eigh(information)
        # Downhill in every direction, however it is bent, and never by more than a factor of e.
        step = directions @ (directions.T @ gradient * customers / np.maximum(np.abs(spread), 1e-12))
        step /= max(1.0, float(np.max(np.abs(step))))
        if float(spread[0]) > 0 and customers * float(gradient @ step) < NEARLY:
            return logs, information
        if float(np.max(np.abs(logs))) > WIDEST:
            return logs, information
        for _ in range(STEPS):
            there = loss(logs - step)
            if there[0] <= value:
                break
            step /= 2
        else:
            return (logs, information) if float(spread[0]) > 0 else None
        logs, (value, gradient) = logs - step, there
    return None


def _curvature(loss: Likelihood, logs: Numbers) -> Numbers:
    rows = [loss(logs + step)[1] - loss(logs - step)[1] for step in STEP * np.eye(len(logs))]
    bent: Numbers = np.array(rows) / (2 * STEP)
    return (bent + bent.T) / 2


def _limit(space: Space, logs: Numbers, errors: Numbers) -> str:
    """What the data cannot tell from the parameters: that which is known least."""
    name = list(space.nowhere)[least := int(np.argmax(errors))]
    return space.nowhere[name][int(logs[least] > 0)]
