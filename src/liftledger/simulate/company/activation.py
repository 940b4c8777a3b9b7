"""Activation: some users never reach value; the others do after a lognormal time."""

import numpy as np
from scipy.special import ndtr

from liftledger.simulate.company.model import DAY, HOUR, NEVER, Floats, Model, Whole, month_of
from liftledger.simulate.company.plans import PLANS
from liftledger.simulate.company.population import Users

SIGMA = 1.2  # of the logarithm of the time to activation


def draw(rng: np.random.Generator, model: Model, users: Users) -> Whole:
    """When each user activates; NEVER also where that is not before the records end."""
    n = len(users)
    guided = users.onboarding == 1
    month = np.where(guided, month_of((users.signed_up_at - model.start) // DAY), 0)
    strength = np.where(guided, model.strength(users.maturity), 0.0)
    ever = _ever()[users.plan, users.maturity] * np.exp(model.logarithms("activation")[users.plan, month] * strength)
    hours = _hours()[users.plan] * np.exp(model.logarithms("ttv")[users.plan, month] * strength)
    activates = rng.random(n) < ever
    took = np.ceil(np.minimum(HOUR * hours * np.exp(SIGMA * rng.standard_normal(n)), 1e9)).astype(np.int64)
    at = users.signed_up_at + np.maximum(took, 1)
    return np.where(activates & (at < model.as_of), at, NEVER)


def activated(model: Model, *, guided: bool, steps: int) -> Floats:
    """Share activated within 0, 1, ... `steps` hours, by plan, maturity in hundredths, month of signup and hours."""
    logs = [model.logarithms(name)[:, None, :] * guided for name in ("activation", "ttv")]
    strength = model.strength(np.arange(100))[None, :, None]
    ever = _ever()[:, :, None] * np.exp(logs[0] * strength)
    hours = _hours()[:, None, None] * np.exp(logs[1] * strength)
    with np.errstate(divide="ignore"):
        elapsed = np.log(np.arange(steps + 1))
    return np.asarray(ever[..., None] * ndtr((elapsed - np.log(hours)[..., None]) / SIGMA))


def _ever() -> Floats:
    """By plan and maturity in hundredths."""
    return np.array([[plan.ever(maturity / 100) for maturity in range(100)] for plan in PLANS])


def _hours() -> Floats:
    """By plan."""
    return np.array([plan.hours for plan in PLANS])
