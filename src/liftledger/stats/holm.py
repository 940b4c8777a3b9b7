"""p-values of several tests, adjusted for how many there are."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjusted p-values: rejecting those of at most 5 % rejects any true hypothesis at all at most 5 % of the time.

    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6,
    65-70: the i-th smallest of m, times m - i + 1, and never below a smaller one's. A test without a p-value is none.
    """
    ranked = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    floor = 0.0
    for passed, (p, place) in enumerate(ranked):
        floor = max(floor, min(1.0, (len(ranked) - passed) * p))
        adjusted[place] = floor
    return tuple(adjusted)
