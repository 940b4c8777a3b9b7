"""Tenures for the tests of contractual customers: printed, from survival curves, and drawn."""

import csv

import numpy as np

from liftledger.lifetime.histories import Tenures
from tests.data import data


def of_survivors(survivors):
    """Tenures of one cohort of which so many are there after 0, 1, 2, ... periods."""
    counts = np.asarray(survivors, dtype=float)
    going = np.zeros(len(counts) - 1)
    going[-1] = counts[-1]
    return Tenures(-np.diff(counts), going)


def of_customers(periods, left):
    """Tenures of customers seen for so many periods, some of whom left at the end of the last."""
    periods, left = np.asarray(periods), np.asarray(left, dtype=bool)
    last = int(periods.max())
    return Tenures(*(np.bincount(periods[who], minlength=last + 1)[1:].astype(float) for who in (left, ~left)))


def fader_and_hardie(segment):
    """Their 1,000 customers of a segment by year, from 0 to 12."""
    with data("sbg/fader_hardie_2007_survival.csv").open() as file:
        return [round(10 * float(row[f"{segment}_pct_alive"])) for row in csv.DictReader(file)]


def drawn(rng, alpha, beta, customers, periods):
    """Customers of the model, each seen from the start for so many periods at most."""
    lives = rng.geometric(rng.beta(alpha, beta, customers))
    seen = np.minimum(lives, np.broadcast_to(periods, customers))
    return of_customers(seen, lives <= periods)
