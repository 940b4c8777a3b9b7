"""Durations agree with a plain loop over units, at every edge: of clock, grid, horizon and date."""

import random
from collections import Counter, defaultdict

import pytest

from liftledger.domain.durations import Durations
from liftledger.domain.expression import TEXT, TIME
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.domain.metric import Metric, Onset, Term
from liftledger.domain.study import Dimension, Relation
from liftledger.engine.cells import Cell
from tests.engine.direct import ARM, ARMS, AS_OF, dated, equals, field, study, time_to, wide, world, write

pytestmark = pytest.mark.usefixtures("engine")

KIND = field(TEXT, "kind")
SEEN, EVENTS = dated("seen", ARM, field(TEXT, "test")), dated("events", KIND)
COUNTRY = field(TEXT, "country", optional=True)
ACCOUNT = field(TEXT, "account", optional=True)
SIGNED = field(TIME, "signed_up", optional=True)
USERS = wide("users", COUNTRY, ACCOUNT, SIGNED)
DIMENSION = Dimension("country", "users", "country")
ACCOUNTS = (Relation("user", "account", "users", "account"),)
DONE = equals(KIND, "done")
FIRST = micros("2026-01-01")


# ------------------------------------------------------------------------------------------------------- by plain loops


def duration(events, start, onset, metric):
    """What one unit adds: ('without' | 'before' | 'event' | 'censored', step, later).

    `onset`: its instants, None where the clock starts with the study.
    """
    if onset is None:
        clock = start
    else:
        begun = [at for at in onset if at < AS_OF]
        if not begun:
            return "without", 0, False
        clock = max(start, min(begun))
    happened = sorted(at for at in events if at < AS_OF)
    if metric.recurring:
        happened = [at for at in happened if at >= clock]
    elif happened and happened[0] < clock:
        return "before", 0, False
    # whole steps that had passed: counted one by one
    steps = metric.horizon // metric.grid
    seen = 0
    while seen < steps and clock + (seen + 1) * metric.grid <= AS_OF:
        seen += 1
    later = clock - start > metric.grid
    if happened:
        step = 0
        while clock + step * metric.grid < happened[0]:
            step += 1
        if step <= seen:
            return "event", step, later
    return "censored", seen, later


def reference(units, metric):
    """Durations by (arm, country) of units (arm, country, start, events, onset), with None for all countries."""
    found = defaultdict(Counter)
    for arm, country, start, events, onset in units:
        outcome, step, later = duration(events, start, onset, metric)
        for cell in ((arm, None), (arm, country)):
            found[cell][outcome, step] += 1
            found[cell]["later", 0] += later
    return {
        cell: Durations(
            {step: units for (outcome, step), units in sorted(counts.items()) if outcome == "event"},
            {step: units for (outcome, step), units in sorted(counts.items()) if outcome == "censored"},
            counts["before", 0],
            counts["without", 0],
            counts["later", 0],
        )
        for cell, counts in found.items()
    }


class Records:
    """80 users in two studies; few instants, so that events fall on clocks, on the grid's lines and on the date."""

    def __init__(self, seed):
        chance = random.Random(seed)
        lines = [FIRST + step * 6 * HOUR for step in range(240)] + [AS_OF - 1, AS_OF, AS_OF + 1]

        def some(latest=None):
            at = chance.choice(lines[:latest])
            return at + chance.choice([0, 0, 0, -1, 1, 17 * 60_000_000])

        self.users = [f"u{place}" for place in range(80)]
        self.seen = {
            (test, user): (some(), chance.choice(ARMS))
            for test in ("one", "two")
            for user in self.users
            if chance.random() < 0.9
        }
        self.seen = {key: value for key, value in self.seen.items() if value[0] < AS_OF}
        self.events = [
            (chance.choice(self.users[:70]), some(), chance.choice(["done", "opened", "other"])) for _ in range(260)
        ]
        self.country = {user: chance.choice(["DE", "FR", ""]) for user in self.users[:60]}
        self.account = {user: chance.choice(["A", "B", "C", "D", "E", ""]) for user in self.users[:60]}
        self.signed = {user: chance.choice([some(), some(120), ""]) for user in self.users[:60]}

    def write(self, folder):
        write(folder, "seen", "user_id at arm test", [(u, at, arm, t) for (t, u), (at, arm) in self.seen.items()])
        write(folder, "events", "user_id at kind", self.events)
        rows = [(user, self.country[user], self.account[user], self.signed[user]) for user in self.country]
        write(folder, "users", "user_id country account signed_up", rows)

    def of(self, user, kind):
        return [at for one, at, what in self.events if one == user and what == kind]

    def units(self, test, onset):
        for (one, user), (start, arm) in self.seen.items():
            if one == test:
                yield arm, self.country.get(user, ""), start, self.of(user, "done"), onset(user)

    def accounts(self, test, onset):
        """Each account with its first user's arm; what its users did is what it did."""
        members = defaultdict(list)
        for (one, user), (start, arm) in self.seen.items():
            if one == test and self.account.get(user):
                members[self.account[user]].append((start, ARMS.index(arm)))
        for account, first in members.items():
            start, arm = min(first)
            users = [user for user in self.account if self.account[user] == account]
            onsets = [onset(user) for user in users]
            begun = None if None in onsets else [at for one in onsets for at in one]
            yield ARMS[arm], "", start, [at for user in users for at in self.of(user, "done")], begun


ONSETS = {
    "none": (None, lambda records: lambda user: None),
    "rows": (Onset("events", equals(KIND, "opened")), lambda records: lambda user: records.of(user, "opened")),
    "column": (
        Onset("users", column="signed_up"),
        lambda records: lambda user: [at for at in [records.signed.get(user, "")] if at != ""],
    ),
}


def studies(metric):
    return tuple(study(name, SEEN, (metric,), where=equals(field(TEXT, "test"), name)) for name in ("one", "two"))


@pytest.mark.parametrize("onset", ONSETS)
@pytest.mark.parametrize(("recurring", "grid"), [(False, HOUR), (True, DAY)])
def test_durations_agree_with_plain_loops(tmp_path, onset, recurring, grid):
    declared, of_user = ONSETS[onset]
    metric = time_to(
        "ttv", EVENTS, DONE, onset=declared, recurring=recurring, grid=grid, horizon=10 * DAY, dimensions=("country",)
    )
    records = Records(f"{onset} {recurring} {grid}")
    records.write(tmp_path)
    with world(tmp_path, (SEEN, EVENTS, USERS), (metric,), studies("ttv"), dimensions=(DIMENSION,)) as one:
        timed = one.timed("ttv")
    for test in ("one", "two"):
        expected = reference(records.units(test, of_user(records)), metric)
        found = {cell: durations for cell, durations in timed.durations.items() if cell.study == test}
        assert found == {
            Cell(test, arm, None if country is None else ("country", country)): durations
            for (arm, country), durations in expected.items()
        }
    whole = [durations for cell, durations in timed.durations.items() if cell.segment is None]
    assert any(durations.events for durations in whole) and any(durations.censored for durations in whole)
    assert any(durations.before for durations in whole) != recurring
    assert any(durations.without for durations in whole) == (onset != "none")


@pytest.mark.parametrize("onset", ONSETS)
def test_durations_of_accounts_agree_with_plain_loops(tmp_path, onset):
    # events are of users and the study's units are users; an account is as early as the first of its users
    declared, of_user = ONSETS[onset]
    metric = time_to("ttv", EVENTS, DONE, onset=declared, horizon=10 * DAY, grid=HOUR)
    records = Records(onset)
    records.write(tmp_path)
    facts = (SEEN, EVENTS, USERS)
    with world(tmp_path, facts, (metric,), studies("ttv"), relations=ACCOUNTS) as one:
        timed = one.timed("ttv", "account")
    for test in ("one", "two"):
        expected = reference(records.accounts(test, of_user(records)), metric)
        found = {cell.arm: durations for cell, durations in timed.durations.items() if cell.study == test}
        assert found == {arm: durations for (arm, country), durations in expected.items() if country is None}


def test_segments_add_up_to_their_arm(tmp_path):
    metric = time_to("ttv", EVENTS, DONE, horizon=10 * DAY, grid=HOUR, dimensions=("country",))
    Records(9).write(tmp_path)
    with world(tmp_path, (SEEN, EVENTS, USERS), (metric,), studies("ttv"), dimensions=(DIMENSION,)) as one:
        timed = one.timed("ttv")
    for arm in ARMS:
        parts = [d for cell, d in timed.durations.items() if (cell.study, cell.arm) == ("one", arm) and cell.segment]
        assert len(parts) == 3
        assert parts[0] + parts[1] + parts[2] == timed.durations[Cell("one", arm, None)]


# ---------------------------------------------------------------------------------------------------------------- edges

START = micros("2026-02-01")
OTHER = ("v", START, "a", "one")  # a unit of the other arm


def units(folder, *each, start=START, onset=None, **options):
    """Durations of units in arm b with these events; clocks start with the study unless `onset` says when."""
    write(folder, "seen", "user_id at arm test", [*((f"u{n}", start, "b", "one") for n in range(len(each))), OTHER])
    opened = [] if onset is None else [(f"u{n}", onset, "opened") for n in range(len(each))]
    done = [(f"u{n}", at, "done") for n, events in enumerate(each) for at in events]
    write(folder, "events", "user_id at kind", [*done, *opened, ("w", START, "done")])
    declared = None if onset is None else Onset("events", equals(KIND, "opened"))
    metric = time_to("ttv", EVENTS, DONE, onset=declared, **({"horizon": 10 * DAY, "grid": HOUR} | options))
    with world(folder, (SEEN, EVENTS), (metric,), studies("ttv")[:1]) as one:
        return one.timed("ttv")


def one_unit(folder, *events, **options):
    return units(folder, events, **options)


B = Cell("one", "b", None)


def test_an_event_in_a_step_counts_at_its_end(tmp_path):
    steps = {0: 0, 1: 1, HOUR - 1: 1, HOUR: 1, HOUR + 1: 2, 10 * DAY - 1: 240, 10 * DAY: 240}
    timed = units(tmp_path, *([START + after] for after in steps))
    assert timed.durations[B] == Durations(Counter(steps.values()), {})


def test_after_the_horizon_is_censored_at_it(tmp_path):
    assert one_unit(tmp_path, START + 10 * DAY + 1).durations[B] == Durations({}, {240: 1})
    assert one_unit(tmp_path).durations[B] == Durations({}, {240: 1})


def test_the_step_in_which_the_date_falls_is_not_seen(tmp_path):
    start = AS_OF - 90 * 60_000_000  # one whole hour and a half
    assert one_unit(tmp_path, AS_OF - 1, start=start).durations[B] == Durations({}, {1: 1})
    assert one_unit(tmp_path, start + HOUR, start=start).durations[B] == Durations({1: 1}, {})
    assert one_unit(tmp_path, AS_OF - 1, start=AS_OF - 1).durations[B] == Durations({0: 1}, {})
    assert one_unit(tmp_path, AS_OF, start=AS_OF - HOUR).durations[B] == Durations({}, {1: 1})


def test_an_event_before_the_clock_leaves_a_unit_out_unless_it_can_happen_again(tmp_path):
    assert one_unit(tmp_path, START - 1, START + HOUR).durations[B] == Durations({}, {}, before=1)
    assert one_unit(tmp_path, START - 1, START + HOUR, recurring=True).durations[B] == Durations({1: 1}, {})
    assert one_unit(tmp_path, START - 1, recurring=True).durations[B] == Durations({}, {240: 1})


def test_the_clock_starts_at_the_later_of_start_and_onset(tmp_path):
    assert one_unit(tmp_path, START + 3 * HOUR, onset=START - DAY).durations[B] == Durations({3: 1}, {})
    assert one_unit(tmp_path, START + 3 * HOUR, onset=START + HOUR).durations[B] == Durations({2: 1}, {})
    late = one_unit(tmp_path, START + 3 * HOUR, onset=START + HOUR + 1)
    assert late.durations[B] == Durations({2: 1}, {}, later=1)
    assert one_unit(tmp_path, START + 3 * HOUR, onset=START + 4 * HOUR).durations[B] == Durations({}, {}, before=1)
    assert one_unit(tmp_path, onset=AS_OF).durations[B] == Durations({}, {}, without=1)


def test_starts_clocks_and_what_was_not_seen_to_the_horizon(tmp_path):
    begun = [AS_OF - 11 * DAY, AS_OF - 10 * DAY, AS_OF - 10 * DAY + 1, AS_OF - HOUR]
    seen = [(f"u{place}", at, "b", "one") for place, at in enumerate([*begun, AS_OF - 12 * DAY])]
    write(tmp_path, "seen", "user_id at arm test", [*seen, ("v", START, "a", "one")])
    opened = [("u0", AS_OF - 9 * DAY, "opened"), *((f"u{place}", START, "opened") for place in (1, 2, 3))]
    # u0 starts 9 days before the date, u1 10 days and is seen to the end, u2 is a microsecond short, u4 has no clock
    write(tmp_path, "events", "user_id at kind", [*opened, ("u3", AS_OF - HOUR, "done"), ("v", START, "done")])
    onset = Onset("events", equals(KIND, "opened"))
    metric = time_to("ttv", EVENTS, DONE, onset=onset, horizon=10 * DAY, grid=HOUR)
    with world(tmp_path, (SEEN, EVENTS), (metric,), studies("ttv")[:1]) as one:
        timed = one.timed("ttv")
    assert timed.durations[B] == Durations({0: 1}, {216: 1, 239: 1, 240: 1}, without=1, later=1)
    assert timed.starts[B] == (AS_OF - 12 * DAY, AS_OF - HOUR)
    assert timed.clocks[B] == (AS_OF - 10 * DAY, AS_OF - HOUR)
    assert timed.immature[B] == 3
    assert Cell("one", "a", None) not in timed.clocks


def test_a_condition_may_read_other_columns_than_the_event(tmp_path):
    amount = field(name="step", type_=TEXT)
    events = dated("events", KIND, amount)
    write(tmp_path, "seen", "user_id at arm test", [("u", START, "b", "one"), ("v", START, "a", "one")])
    write(tmp_path, "events", "user_id at kind step", [("u", START, "done", "1"), ("u", START + HOUR, "done", "2")])
    metric = time_to("ttv", events, equals(amount, "2"), horizon=DAY)
    with world(tmp_path, (SEEN, events), (metric,), studies("ttv")[:1]) as one:
        assert one.timed("ttv").durations[B] == Durations({1: 1}, {})


# ------------------------------------------------------------------------------------------ retention from an onset

AFTER, WITHIN = 5 * DAY, 2 * DAY


def retention(onset, **options):
    """Units with `done` in [clock + 5 days, clock + 7 days)."""
    return Metric("stays", "retention", "events", Term(None, DONE), None, WITHIN, AFTER, onset=onset, **options)


def kept(events, start, onset, metric):
    """What one unit adds: ('without' | 'active' | 'left' | 'immature', later)."""
    begun = [at for at in onset if at < AS_OF]
    if not begun:
        return "without", False
    clock = max(start, min(begun))
    later = clock - start > HOUR
    if clock + AFTER + WITHIN > AS_OF:
        return "immature", later
    active = any(clock + AFTER <= at < clock + AFTER + WITHIN for at in events)
    return ("active" if active else "left"), later


def kept_of(units, metric):
    found = defaultdict(Counter)
    for arm, country, start, events, onset in units:
        outcome, later = kept(events, start, onset, metric)
        for cell in ((arm, None), (arm, country)):
            found[cell][outcome] += 1
            found[cell]["later"] += later
    return {
        cell: Durations(
            {1: counts["active"]} if counts["active"] else {},
            {step: counts[what] for step, what in enumerate(("immature", "left")) if counts[what]},
            without=counts["without"],
            later=counts["later"],
        )
        for cell, counts in found.items()
    }


@pytest.mark.parametrize("onset", ["rows", "column"])
@pytest.mark.parametrize("kind", ["user", "account"])
def test_retention_from_an_onset_agrees_with_plain_loops(tmp_path, onset, kind):
    declared, of_user = ONSETS[onset]
    metric, records = retention(declared), Records(f"{onset} {kind} 12")
    records.write(tmp_path)
    with world(tmp_path, (SEEN, EVENTS, USERS), (metric,), studies("stays"), relations=ACCOUNTS) as one:
        timed = one.timed("stays", kind)
    units = records.units if kind == "user" else records.accounts
    for test in ("one", "two"):
        expected = kept_of(units(test, of_user(records)), metric)
        found = {cell.arm: durations for cell, durations in timed.durations.items() if cell.study == test}
        assert found == {arm: durations for (arm, country), durations in expected.items() if country is None}
    counted = timed.durations.values()
    assert any(one.events for one in counted) and any(1 in one.censored for one in counted)
    if kind == "user":
        assert any(0 in one.censored for one in counted) and any(one.without for one in counted)


def test_retention_by_segment_agrees_with_plain_loops(tmp_path):
    metric, records = retention(ONSETS["rows"][0], dimensions=("country",)), Records(3)
    records.write(tmp_path)
    with world(tmp_path, (SEEN, EVENTS, USERS), (metric,), studies("stays")[:1], dimensions=(DIMENSION,)) as one:
        timed = one.timed("stays")
    assert timed.durations == {
        Cell("one", arm, None if country is None else ("country", country)): durations
        for (arm, country), durations in kept_of(records.units("one", ONSETS["rows"][1](records)), metric).items()
    }


def kept_units(folder, *each, start=START, onset):
    """Units in arm b with these events, whose onset is a row `opened`."""
    write(folder, "seen", "user_id at arm test", [*((f"u{n}", start, "b", "one") for n in range(len(each))), OTHER])
    done = [(f"u{n}", at, "done") for n, events in enumerate(each) for at in events]
    write(folder, "events", "user_id at kind", [*done, *((f"u{n}", onset, "opened") for n in range(len(each)))])
    metric = retention(Onset("events", equals(KIND, "opened")))
    with world(folder, (SEEN, EVENTS), (metric,), studies("stays")[:1]) as one:
        return one.timed("stays")


def one_kept(folder, *events, **options):
    return kept_units(folder, events, **options)


@pytest.mark.parametrize(
    ("inside", "outside"), [(AFTER, [0, AFTER - 1]), (AFTER + WITHIN - 1, [AFTER + WITHIN])], ids=["begins", "ends"]
)
def test_the_window_of_a_retention_holds_its_beginning_and_not_its_end(tmp_path, inside, outside):
    timed = kept_units(tmp_path, *([START + after] for after in (inside, *outside)), onset=START)
    assert timed.durations[B] == Durations({1: 1}, {1: len(outside)})


def test_an_event_before_the_window_says_nothing_about_one_in_it(tmp_path):
    both = one_kept(tmp_path, START - DAY, START + DAY, START + AFTER, START + 20 * DAY, onset=START - DAY)
    assert both.durations[B] == Durations({1: 1}, {})


def test_a_unit_matures_by_its_clock_to_the_microsecond(tmp_path):
    # assigned long ago: what counts is when its window after the onset is over
    clock = AS_OF - AFTER - WITHIN
    assert one_kept(tmp_path, clock + AFTER, onset=clock).durations[B] == Durations({1: 1}, {}, later=1)
    early = one_kept(tmp_path, clock + 1 + AFTER, onset=clock + 1)
    assert early.durations[B] == Durations({}, {0: 1}, later=1)
    assert early.clocks[B] == (clock + 1, clock + 1) and early.starts[B] == (START, START)
    assert early.immature[B] == 1
    for onset in (AS_OF - AFTER, AS_OF - AFTER + 1, AS_OF - 1):
        assert one_kept(tmp_path, onset=onset).durations[B] == Durations({}, {0: 1}, later=1)
    assert one_kept(tmp_path, onset=AS_OF).durations[B] == Durations({}, {}, without=1)
