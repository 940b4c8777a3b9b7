"""Net and gross revenue retention (NRR, GRR) of the accounts that paid at a start: what they pay later, over that.

New accounts are in neither. Net counts what each pays at the end, gross no more of it than it paid at the start, so
that it is at most 100 %. Large accounts weigh more than small ones, so few of them may decide: errors rest on the
effective number of accounts, (sum of s)^2 / sum of s^2 with s what each pays at the start (Kish 1965, Survey Sampling,
section 11.7), which is their number where all pay alike.
"""

import math
from fractions import Fraction
from typing import Protocol

from liftledger.domain.estimate import Answer, Interval, NoEstimate
from liftledger.domain.grouping import grouped
from liftledger.domain.moments import Sums
from liftledger.stats.distributions import t_quantile
from liftledger.stats.ratio import ratio
from liftledger.stats.retention import of_units

START, END, KEPT = "start", "end", "kept"
FEWEST = 2.0  # effective accounts


class RevenueKept(Protocol):
    """Sums over accounts, as an engine gives them: of start and end, of the lesser of both, and of their products."""

    @property
    def accounts(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kept(self) -> int: ...
    @property
    def start_start(self) -> int: ...
    @property
    def end_end(self) -> int: ...
    @property
    def kept_kept(self) -> int: ...
    @property
    def start_end(self) -> int: ...
    @property
    def start_kept(self) -> int: ...


def accounts(row: RevenueKept) -> Sums:
    """The same as sums of three measures."""
    return Sums(
        row.accounts,
        {
            (START,): row.start,
            (END,): row.end,
            (KEPT,): row.kept,
            (START, START): row.start_start,
            (END, END): row.end_end,
            (KEPT, KEPT): row.kept_kept,
            (END, START): row.start_end,
            (KEPT, START): row.start_kept,
        },
    )


def nrr(sums: Sums, *, confidence: float = 0.95) -> Answer:
    """The quotient's logarithm, with Student's t: it cannot be below 0, and expansion has no end above."""
    effective = _effective(sums)
    if isinstance(effective, NoEstimate):
        return effective
    value, variance = _quotient(sums, END, effective)
    if value == 0:
        return NoEstimate("no account pays anything at the end, so nothing shows how far chance moves the share")
    if variance == 0:
        return NoEstimate("what accounts pay changes for all alike, so nothing shows how far chance moves the share")
    se = math.sqrt(variance)
    factor = math.exp(t_quantile((1 + confidence) / 2, effective - 1) * se / value)
    return Interval(value, se, value / factor, value * factor)


def grr(sums: Sums, *, confidence: float = 0.95) -> Answer:
    """Wilson's interval for a share of effective units: as many as have the quotient's variance g (1 - g) / units.

    They are no more than the effective accounts. Without that limit, records in which no large account happened to
    leave look certain: of 300 accounts with a log-normal spread of 1.2, intervals of 95 % held the truth 90 times.
    """
    effective = _effective(sums)
    if isinstance(effective, NoEstimate):
        return effective
    value, variance = _quotient(sums, KEPT, effective)
    units = effective if variance == 0 else min(value * (1 - value) / variance, effective)
    return of_units(value, units, confidence=confidence)


def _effective(sums: Sums) -> float | NoEstimate:
    """Effective number of accounts, or why there is no answer."""
    if sums.n == 0 or sums.total(START) <= 0:
        return NoEstimate("no account pays anything at the start")
    effective = sums.total(START) ** 2 / sums.total(START, START)
    if sums.n == 1:
        return NoEstimate("there is 1 account at the start; a variance needs 2")
    if effective < FEWEST:
        return NoEstimate(
            f"a single account pays most of what {grouped(sums.n)} accounts pay at the start, so the share is hardly "
            "more than its own"
        )
    return effective


def _quotient(sums: Sums, measure: str, effective: float) -> tuple[float, float]:
    """Value and variance by the delta method, unbiased as that of so many units."""
    found = ratio(sums, measure, START, unit=Fraction(1))
    variance = float(found.covariance(found) * (sums.n - 1) / sums.n**2)
    return float(found.value), variance * effective / (effective - 1)
