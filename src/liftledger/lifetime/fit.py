"""A model fitted by maximum likelihood: its parameters, and how far they vary."""

import msgspec


class Fit(msgspec.Struct, frozen=True):
    """Parameters are above 0; `covariance` is theirs, in the order of `parameters`, from the observed information."""

    model: str
    parameters: dict[str, float]
    covariance: tuple[tuple[float, ...], ...]
    errors: dict[str, float]
    log_likelihood: float
    customers: float
