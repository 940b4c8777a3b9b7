"""NRR and GRR against the printed account, the jackknife and scipy, their own promise, and their symmetries."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from liftledger.domain.estimate import NoEstimate
from liftledger.stats.difference import difference
from liftledger.stats.revenue_retention import accounts, grr, nrr
from tests.stats.records import sums


def of(start, end):
    """Sums as an engine gives them."""
    start, end = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    columns = {"start": start, "end": end, "kept": np.minimum(start, end)}
    row = {name: int(column.sum()) for name, column in columns.items()}
    for pair in ("start_start", "end_end", "kept_kept", "start_end", "start_kept"):
        one, other = pair.split("_")
        row[pair] = int(columns[one] @ columns[other])
    return accounts(SimpleNamespace(accounts=len(start), **row))


# 1,000 at the start; +150 of expansion, -40 of contraction, -60 of churn.
TEN = of([100] * 10, [250, 60, 40, *[100] * 7])


def test_expansion_of_150_contraction_of_40_and_churn_of_60_are_105_and_90_percent():
    assert nrr(TEN).value == pytest.approx(1.05)
    assert grr(TEN).value == pytest.approx(0.90)


def test_sums_as_an_engine_gives_them_are_those_of_the_accounts():
    start, end = [100, 30, 7], [80, 45, 0]
    expected = sums(start=start, end=end, kept=np.minimum(start, end))
    found = of(start, end)
    assert found.n == 3
    assert {product: expected.totals[product] for product in found.totals} == found.totals


@pytest.mark.parametrize("seed", range(3))
def test_the_standard_error_of_nrr_agrees_with_the_jackknife(seed):
    # Leaving out one account at a time shares nothing with the delta method but the answer.
    start, end = drawn(np.random.default_rng(seed), 800, spread=0.5)
    without = (end.sum() - end) / (start.sum() - start)
    jackknife = 799 / 800 * np.sum((without - without.mean()) ** 2)
    assert nrr(of(start, end)).se == pytest.approx(math.sqrt(jackknife), rel=0.02)


@given(st.integers(1, 60), st.integers(1, 60))
def test_of_accounts_that_pay_alike_and_stay_or_leave_grr_is_wilsons_share(stayed, left):
    n = stayed + left
    found = grr(of([50] * n, [50] * stayed + [0] * left))
    # Its variance is taken as unbiased: n - 1 units of it are n of scipy's.
    other = stats.binomtest(stayed, n).proportion_ci(0.95, method="wilson")
    assert found.value == pytest.approx(stayed / n)
    assert found.low <= other.low + 1e-12
    assert found.high >= other.high - 1e-12
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.3 / n)


def drawn(rng, n, *, spread, lost=0.1, more=0.2, less=0.1):
    """Accounts, log-normal at the start, of which so many are lost, pay more, and pay less."""
    start = np.round(100 * rng.lognormal(4, spread, n))
    kind = rng.choice(4, n, p=[lost, more, less, 1 - lost - more - less])
    change = np.choose(kind, [np.zeros(n), rng.uniform(1, 2, n), rng.uniform(0.4, 0.9, n), np.ones(n)])
    return start.astype(int), np.round(start * change).astype(int)


TRUE_NRR, TRUE_GRR = 0.6 + 0.2 * 1.5 + 0.1 * 0.65, 0.8 + 0.1 * 0.65


@pytest.mark.parametrize(("n", "spread"), [(150, 0.5), (300, 1.2), (1000, 1.8)])
def test_intervals_cover_at_least_as_often_as_they_say(n, spread):
    # 1,500 draws; the central 99.99 % of Binomial(1500, 0.05) above. GRR covers more than it says where accounts lose a
    # part only, and where few large ones decide: 98 % at most.
    rng = np.random.default_rng(20240723)
    misses = np.zeros(2)
    for _ in range(1500):
        table = of(*drawn(rng, n, spread=spread))
        for place, (found, true) in enumerate(((nrr(table), TRUE_NRR), (grr(table), TRUE_GRR))):
            misses[place] += not found.low <= true <= found.high
    fewest, most = stats.binom.interval(0.9999, 1500, 0.05)
    assert fewest / 2 <= misses[0] <= most
    assert 10 <= misses[1] <= most


def test_the_difference_between_arms_covers_as_often_as_it_says():
    # Control loses 14 % of its accounts, treatment 6 %, 400 and 250 of them; 1,500 draws.
    rng = np.random.default_rng(20240724)
    gained = 0.08
    misses = np.zeros(2)
    for _ in range(1500):
        arms = [of(*drawn(rng, n, spread=1.0, lost=lost)) for n, lost in ((400, 0.14), (250, 0.06))]
        for place, measure in enumerate((nrr, grr)):
            found = difference(*(measure(arm) for arm in arms))
            misses[place] += not found.low <= gained <= found.high
    fewest, most = stats.binom.interval(0.9999, 1500, 0.05)
    assert fewest <= misses[0] <= most
    assert 10 <= misses[1] <= most


paying = st.lists(st.tuples(st.integers(1, 99), st.integers(0, 200)), min_size=2, max_size=12)


@given(paying)
def test_gross_is_at_most_all_and_at_most_net(rows):
    table = of(*zip(*rows, strict=True))
    gross, net = grr(table), nrr(table)
    if isinstance(gross, NoEstimate):
        return
    assert 0 <= gross.low <= gross.value <= gross.high <= 1
    if not isinstance(net, NoEstimate):
        assert gross.value <= net.value
        assert 0 < net.low < net.value < net.high


@given(paying, st.integers(2, 50))
def test_the_currency_does_not_matter(rows, k):
    start, end = (np.array(column) for column in zip(*rows, strict=True))
    one, other = of(start, end), of(k * start, k * end)
    assert (nrr(one), grr(one)) == (nrr(other), grr(other))


def test_where_nobody_left_gross_retention_still_has_a_width():
    # 40 accounts that pay alike: Wilson's lower end is n / (n + z^2).
    found = grr(of([100] * 40, [130] * 40))
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(40 / (40 + stats.norm.ppf(0.975) ** 2))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ([], [], "no account pays anything at the start"),
        ([0, 0], [5, 5], "no account pays anything at the start"),
        ([100], [120], "there is 1 account at the start; a variance needs 2"),
        (
            [9000, 10, 10],
            [9000, 0, 20],
            "a single account pays most of what 3 accounts pay at the start, so the share is hardly more than its own",
        ),
    ],
)
def test_what_too_few_accounts_pay_is_refused(start, end, reason):
    table = of(start, end)
    assert nrr(table) == grr(table) == NoEstimate(reason)


def test_net_retention_without_variation_is_refused():
    assert nrr(of([100, 50, 80], [0, 0, 0])) == NoEstimate(
        "no account pays anything at the end, so nothing shows how far chance moves the share"
    )
    assert nrr(of([100, 50, 80], [110, 55, 88])) == NoEstimate(
        "what accounts pay changes for all alike, so nothing shows how far chance moves the share"
    )
