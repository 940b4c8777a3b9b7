"""How far the models can be trusted: fitted up to a day, and held against what came after it."""

from collections.abc import Iterator, Sequence

import numpy as np

from liftledger.domain.customer_value import ByRepeats, Forecast, Track
from liftledger.domain.customers import Purchases
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.instant import DAY, day
from liftledger.engine.engine import Arrays, Engine
from liftledger.engine.purchasing import forecast
from liftledger.engine.purchasing.purchasers import Purchasers
from liftledger.lifetime import bg_nbd, pareto_nbd
from liftledger.lifetime.histories import Numbers, histories_of
from liftledger.lifetime.tracking import cumulated

CALIBRATION = (2, 3)  # of the time since the first purchase of all
MORE = 7  # repeat purchases and above are shown together
POINTS = 120  # of a track that is drawn


def forecasts(engine: Engine, base: Purchases, seen: Purchasers) -> Iterator[Forecast]:
    """One of each model that has parameters; none where the records are too short to cut."""
    if seen.start is None:
        return
    first = seen.start // base.grid
    split = first + (seen.bought.end - first) * CALIBRATION[0] // CALIBRATION[1]
    if not first < split < seen.bought.end:
        return
    held = forecast.held(engine, seen, split)
    histories = histories_of(held)
    fits = [(model, model.fit(histories)) for model in (bg_nbd, pareto_nbd)]
    if all(isinstance(fit, NoEstimate) for _, fit in fits):
        return
    track = forecast.track(engine, seen, split)
    came, customers = np.asarray(held["held"], dtype=np.float64), histories.customers
    for model, fit in fits:
        if not isinstance(fit, NoEstimate):
            expected = model.expected(fit.parameters, histories, float(seen.bought.end - split)) * customers
            line = cumulated(model.expected_new, fit.parameters, track.firsts)
            yield Forecast(
                model=model.MODEL,
                until=day(split * base.grid - DAY),
                customers=int(customers.sum()),
                observed=int(came.sum()),
                expected=float(expected.sum()),
                by_repeats=tuple(_by_repeats(held, expected)),
                track=_thinned(track, line, base.grid),
            )


def _by_repeats(held: Arrays, expected: Numbers) -> Iterator[ByRepeats]:
    repeats, customers = np.asarray(held["repeats"]), np.asarray(held["customers"])
    came = np.asarray(held["held"])
    for number in range(MORE + 1):
        which = repeats >= number if number == MORE else repeats == number
        if count := int(customers[which].sum()):
            means = (float(came[which].sum()) / count, float(expected[which].sum()) / count)
            yield ByRepeats(number, number == MORE, count, *means)


def _thinned(track: forecast.Track, expected: Sequence[float], grid: int) -> Track:
    last = len(track.firsts) - 1
    every = -(-(last + 1) // POINTS)
    places = sorted({*range(last, -1, -every)})
    return Track(
        tuple(day((track.start + place + 1) * grid - DAY) for place in places),
        tuple(track.repeats[place] for place in places),
        tuple(expected[place] for place in places),
    )
