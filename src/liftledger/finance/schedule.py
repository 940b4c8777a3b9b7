"""The schedule of a line: how much of the full effect falls into each month."""

from liftledger.domain.value import Line


def schedule(line: Line, months: int) -> tuple[float, ...]:
    """Shares for months 0 to `months`: nothing at the beginning, then ramp x decay in every month that counts.

    The ramp climbs in equal steps and is full in month `ramp`; the decay starts from the second month. A campaign
    counts in its own months only, with the ramp and decay of those months.
    """
    decay = float(line.decay)

    def share(month: int) -> float:
        if month == 0 or (line.per == "campaign" and month not in line.months):
            return 0.0
        ramp = min(month / line.ramp, 1.0) if line.ramp else 1.0
        return ramp * (1 - decay) ** (month - 1)

    return tuple(share(month) for month in range(months + 1))
