"""Retention and repeat purchases from records to estimates, against plain counting and textbook formulas."""

import math
import random
from statistics import fmean, variance

import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.instant import DAY, micros
from liftledger.domain.instant import instant as shown
from liftledger.stats.distributions import t_quantile
from tests.engine.company import counted, table

AS_OF = micros("2026-03-01")
START = micros("2026-01-01")
AFTER, WITHIN = 20 * DAY, 7 * DAY
DEFINITIONS = """
facts:
  seen: {files: seen.csv, unit: user_id, time: at}
  events: {files: events.csv, unit: user_id, time: at, columns: {kind: text}}
  users: {files: users.csv, unit: user_id, columns: {country: text, signed_up: {type: time, optional: true}}}
dimensions: {country: {fact: users, column: country}}
metrics:
  stays: {kind: retention, fact: events, where: "kind = 'buy'", after: 20d, dimensions: [country]}
  same: {kind: conversion, fact: events, where: "kind = 'buy'", delay: 20d, window: 7d, dimensions: [country]}
  from_signup:
    {kind: retention, fact: events, where: "kind = 'buy'", after: 20d, from: {fact: users, column: signed_up},
    dimensions: [country]}
  from_trial:
    {kind: retention, fact: events, where: "kind = 'buy'", after: 20d, from: {fact: events, where: "kind = 'try'"}}
  again: {kind: repeat, fact: events, where: "kind = 'buy'", window: 27d, dimensions: [country]}
studies:
  test: {kind: experiment, assignment: {fact: seen, arm: arm}, control: a, arms: [a, b]}
"""


class Company:
    """Users who start within 50 days, try within 40 more or before or never, and buy a few times."""

    def __init__(self, seed, *, signup=lambda chance, start: start - chance.randrange(30) * DAY):
        chance = random.Random(seed)
        self.users = {f"u{place}": "ab"[place % 2] for place in range(160)}
        self.start = {user: START + chance.randrange(50 * DAY) for user in self.users}
        self.country = {user: chance.choice(["DE", "FR"]) for user in self.users}
        self.signed = {user: signup(chance, at) for user, at in self.start.items()}
        self.events = [
            (user, START + chance.randrange(70 * DAY), chance.choice(["buy", "buy", "buy", "try"]))
            for user in self.users
            for _ in range(chance.randrange(8))
        ]

    def measured(self, folder, **options):
        table(
            folder, "seen", "user_id at arm", [(user, shown(self.start[user]), arm) for user, arm in self.users.items()]
        )
        signed = [(user, self.country[user], at and shown(at)) for user, at in self.signed.items()]
        table(folder, "users", "user_id country signed_up", signed)
        table(folder, "events", "user_id at kind", [(user, shown(at), kind) for user, at, kind in self.events])
        return counted(folder, DEFINITIONS, **options)

    def times(self, user, kind="buy"):
        return [at for one, at, what in self.events if one == user and what == kind and at < AS_OF]

    def active(self, arm, clock, country=None):
        """0 or 1 of each mature unit of an arm; how many are immature; how many have no clock."""
        mature, immature, without = [], 0, 0
        for user, one in self.users.items():
            if one == arm and country in (None, self.country[user]):
                at = clock(user)
                if at is None:
                    without += 1
                elif at + AFTER + WITHIN > AS_OF:
                    immature += 1
                else:
                    mature.append(int(any(at + AFTER <= when < at + AFTER + WITHIN for when in self.times(user))))
        return mature, immature, without

    def from_trial(self, user):
        tried = self.times(user, "try")
        return max(self.start[user], min(tried)) if tried else None

    def from_signup(self, user):
        return None if self.signed[user] is None else max(self.start[user], self.signed[user])


def estimate(found, name):
    return next(one for one in found.measured.report.estimates if one.id == name)


def welch(control, treatment):
    """Difference of means and its interval, as in the textbook."""
    parts = [variance(one) / len(one) for one in (control, treatment)]
    effect, se = fmean(treatment) - fmean(control), math.sqrt(sum(parts))
    pairs = zip(parts, (control, treatment), strict=True)
    dof = se**4 / sum(part**2 / (len(one) - 1) for part, one in pairs)
    half = se * t_quantile(0.975, dof)
    return pytest.approx((effect, se, effect - half, effect + half), rel=1e-9)


def told(interval):
    return interval.value, interval.se, interval.low, interval.high


@pytest.fixture(scope="module")
def company():
    return Company(1)


@pytest.fixture(scope="module")
def found(company, tmp_path_factory):
    return company.measured(tmp_path_factory.mktemp("retained"))


@pytest.mark.parametrize(("metric", "country"), [
    ("stays", None), ("stays", "DE"), ("from_signup", None), ("from_signup", "FR"), ("from_trial", None),
])  # fmt: skip
def test_retention_is_the_share_of_mature_units_that_were_active(company, found, metric, country):
    clock = {"stays": company.start.get, "from_signup": company.from_signup, "from_trial": company.from_trial}[metric]
    (control, waiting_a, out_a), (treatment, waiting_b, out_b) = (company.active(arm, clock, country) for arm in "ab")
    segment = "" if country is None else f".country={country.lower()}"
    one = estimate(found, f"test.{metric}.b{segment}.welch")
    assert (one.control_value, one.treatment_value) == (fmean(control), fmean(treatment))
    assert told(one.effect) == welch(control, treatment)
    assert one.units == {"control": len(control), "treatment": len(treatment)}
    assert one.maturity.immature == {"control": waiting_a, "treatment": waiting_b} and waiting_a and waiting_b
    assert one.maturity.window_days == 27
    assert one.excluded == ({"without": {"control": out_a, "treatment": out_b}} if out_a or out_b else {})


def test_without_an_onset_it_is_a_conversion_with_a_delay(found):
    def answers(metric):
        return [
            (one.segment, one.method, one.effect, one.lift, one.units, one.maturity, one.grade)
            for one in found.measured.report.estimates
            if one.metric == metric
        ]

    assert answers("stays") == answers("same") == answers("from_signup")  # all signed up before they started


def test_it_is_randomised_until_a_clock_starts_after_its_unit(found):
    assert estimate(found, "test.stays.b.welch").grade is Grade.RANDOMISED
    signed = estimate(found, "test.from_signup.b.welch")
    assert (signed.grade, signed.notes, signed.excluded) == (Grade.RANDOMISED, (), {})
    tried = estimate(found, "test.from_trial.b.welch")
    assert tried.grade is Grade.TRACED and not tried.priceable and sum(tried.excluded["without"].values()) > 10
    (note,) = [note for note in tried.notes if "clocks start" in note]
    assert note.endswith(
        "after entering the study, with a row of events: the treatment may have changed who gets there, so the "
        "difference is no proven effect (more than 1 hour later)."
    )


def test_its_maturity_is_that_of_the_clocks(tmp_path):
    # all were assigned two months ago, and signed up so late that one microsecond decides
    late = AS_OF - AFTER - WITHIN
    edge = Company(2, signup=lambda chance, start: late + 1)
    edge.start = dict.fromkeys(edge.users, START)
    one = estimate(edge.measured(tmp_path), "test.from_signup.b.welch")
    assert one.maturity.state == "immature" and one.units == {"control": 0, "treatment": 0}
    assert one.maturity.immature == {"control": 80, "treatment": 80}
    assert (one.maturity.first, one.maturity.complete) == ("2026-03-02", "2026-03-02")
    assert one.effect == NoEstimate(
        "no unit of the control arm has been observed for 27 days yet; the report of 2026-03-02 can hold it"
    )
    edge.signed = dict.fromkeys(edge.users, late)
    one = estimate(edge.measured(tmp_path), "test.from_signup.b.welch")
    assert one.maturity.state == "mature" and one.units == {"control": 80, "treatment": 80}
    assert one.maturity.immature == {"control": 0, "treatment": 0} and isinstance(one.effect, Interval)


def test_units_without_the_onset_are_left_out_and_counted(tmp_path):
    some = Company(3, signup=lambda chance, start: None if chance.random() < 0.3 else start)
    one = estimate(some.measured(tmp_path), "test.from_signup.b.welch")
    without = {arm: some.active(arm, some.from_signup)[2] for arm in "ab"}
    assert one.excluded == {"without": {"control": without["a"], "treatment": without["b"]}}
    assert min(without.values()) > 10


@pytest.mark.parametrize("country", [None, "DE", "FR"])
def test_a_repeat_is_a_quotient_of_two_sums_over_units(company, found, country):
    def units(arm):
        for user, one in company.users.items():
            start = company.start[user]
            if one == arm and country in (None, company.country[user]) and start + AFTER + WITHIN <= AS_OF:
                rows = sum(start <= at < start + AFTER + WITHIN for at in company.times(user))
                yield int(rows >= 2), int(rows >= 1)

    def linearised(pairs):
        """The quotient, and its variance by the delta method (Deng, Knoblich & Lu 2018, section 2.2)."""
        again, once = (sum(column) for column in zip(*pairs, strict=True))
        share, mean = again / once, once / len(pairs)
        return share, variance([(y - share * x) / mean for y, x in pairs]) / len(pairs)

    segment = "" if country is None else f".country={country.lower()}"
    one = estimate(found, f"test.again.b{segment}.ratio")
    (control, spread_a), (treatment, spread_b) = (linearised(list(units(arm))) for arm in "ab")
    assert (one.control_value, one.treatment_value) == pytest.approx((control, treatment), rel=1e-12)
    assert (one.effect.value, one.effect.se) == pytest.approx((treatment - control, math.sqrt(spread_a + spread_b)))
    assert 0 < control < 1 and one.units["control"] == len(list(units("a")))


def test_they_are_said_in_words(found):
    said = {one.metric: (one.unit, one.definition) for one in found.measured.report.definitions.metrics}
    assert said["stays"] == (
        "share",
        "Share of units with at least one row of events where kind = 'buy', in the 7 days from 20 days after start.",
    )
    assert said["from_trial"] == (
        "share",
        "Share of units with at least one row of events where kind = 'buy', in the 7 days from 20 days after the first "
        "row of events where kind = 'try' (or start, where that is later).",
    )
    assert said["again"] == (
        "share",
        "Share of the units with a row of events where kind = 'buy' that have at least two, clustered by unit, in the "
        "27 days from start.",
    )
