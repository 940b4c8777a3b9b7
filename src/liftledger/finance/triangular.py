"""The triangular distribution: what is known of a number is its lowest, its most likely and its highest value."""

import math


def point(share: float, low: float, mode: float, high: float) -> float:
    """The value below which it lies with probability `share`.

    Kotz & van Dorp (2004), Beyond Beta, section 1.1; an end may be the mode.
    """
    if low == high:
        return mode
    if share * (high - low) <= mode - low:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))
