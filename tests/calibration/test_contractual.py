"""sBG finds the parameters of simulated customers again, and its intervals hold the truth 95 times of 100.

200 pairs of customer bases in `make test`; `make soak` takes 4,000. Seeds are fixed: a run is the same each time.
"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from scipy.stats import binom

from liftledger.domain.estimate import Interval
from liftledger.lifetime import sbg
from liftledger.stats.difference import difference
from tests.lifetime.tenures import drawn

BASES = int(os.environ.get("LIFTLEDGER_BASES", "200"))
CORES = 2
CUSTOMERS = 4_000
CONTROL, TREATMENT = (0.7, 3.0), (0.7, 3.8)
DISCOUNT, RENEWAL, HORIZON = 0.008, 9, 36  # months: after 8 of them, what the next 36 bring


@pytest.fixture(scope="module")
def found():
    """Of each pair of bases: the parameters' errors in standard errors, and the quantities that were missed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")  # two processes on two cores
        with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
            return list(pool.map(_pair, range(BASES), chunksize=10))


def test_parameters_are_found_again(found):
    # A likelihood's bias falls with the number of customers: here a tenth of a standard error at most, and 4 standard
    # errors of the mean of the sets for chance.
    off = np.mean([errors for errors, _ in found], axis=0)
    assert np.abs(off).max() <= 0.1 + 4 / np.sqrt(BASES)


def test_intervals_of_95_percent_hold_the_truth_as_often(found):
    # The central 99.7 % of a binomial with 5 % misses: of 4,000 pairs 4 to 6 % of them.
    misses = Counter(dict.fromkeys(dict(_answers(0)), 0))
    for _, missed in found:
        misses.update(missed)
    fewest, most = binom.interval(0.997, BASES, 0.05)
    assert len(misses) == 11
    assert {answer: count for answer, count in misses.items() if not fewest <= count <= most} == {}


def _pair(seed: int) -> tuple[list[float], list[str]]:
    answers = dict(_answers(seed))
    errors = [(shown.value - true) / shown.se for name, (shown, true) in answers.items() if "parameter" in name]
    return errors, [name for name, (shown, true) in answers.items() if not shown.low <= true <= shown.high]


def _answers(seed: int) -> Iterator[tuple[str, tuple[Interval, float]]]:
    """Intervals and truths of one pair of bases, whose customers came in the last 6 to 18 months."""
    rng = np.random.default_rng(seed)
    ahead = []
    for arm, shape in (("control", CONTROL), ("treatment", TREATMENT)):
        fit = sbg.fit(drawn(rng, *shape, CUSTOMERS, rng.integers(6, 19, CUSTOMERS)))
        for (name, value), true in zip(fit.parameters.items(), shape, strict=True):
            se = fit.errors[name]
            yield f"{arm}: parameter {name}", (Interval(value, se, value - 1.96 * se, value + 1.96 * se), true)
        for renewal, horizon in ((1, None), (RENEWAL, None), (RENEWAL, HORIZON)):
            shown = sbg.derl(fit, renewal, DISCOUNT, horizon=horizon)
            yield f"{arm}: renewal {renewal} on, horizon {horizon}", (shown, _true(shape, renewal, horizon))
        ahead.append(shown)
    truths = [_true(shape, RENEWAL, HORIZON) for shape in (CONTROL, TREATMENT)]
    yield "difference", (difference(*ahead), truths[1] - truths[0])


def _true(shape: tuple[float, float], renewal: int, horizon: int | None) -> float:
    alpha, beta = shape
    renewals = renewal + np.arange(horizon or 6000)
    stay = np.cumprod((beta + renewals - 1) / (alpha + beta + renewals - 1))
    return float(np.sum(stay / (1 + DISCOUNT) ** np.arange(len(renewals))))
