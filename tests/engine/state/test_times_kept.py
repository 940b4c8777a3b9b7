"""Durations from kept times are those from all rows, whatever came, went or was corrected since, at any date."""

import random
from contextlib import contextmanager
from itertools import count

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.expression import TEXT, TIME
from liftledger.domain.fact import Merge
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.domain.metric import Onset
from liftledger.domain.study import Dimension, Relation
from liftledger.engine.durations import Timing, count_durations
from liftledger.engine.render import column, integer
from liftledger.engine.state import kept as kept_by_day
from liftledger.engine.state.open import open_store
from liftledger.engine.state.times_kept import KeptTimes, build, names, refreshed, timed, times_key
from tests.engine.direct import ARM, ARMS, dated, equals, field, study, time_to, wide, world, write
from tests.engine.records import INTEGER

pytestmark = pytest.mark.usefixtures("engine")

KEY = "00ff00ff00ff00ff"
FIRST, DAYS, STEPS = micros("2026-01-01"), 12, 5
NEVER = 99
numbers = count(1)  # of timings: Spark makes no table twice
# a row is there from one refresh on, until another
KIND, SIGNED, FROM, UNTIL = field(TEXT, "kind"), field(TIME, "signed_up", optional=True), "born", "gone"
LIVES = (field(INTEGER, FROM), field(INTEGER, UNTIL))
SEEN, EVENTS, SIGNS = dated("seen", ARM), dated("events", KIND, *LIVES), dated("signs", SIGNED, *LIVES)
COUNTRY, ACCOUNT = field(TEXT, "country", optional=True), field(TEXT, "account", optional=True)
USERS = wide("users", COUNTRY, ACCOUNT)
ACCOUNTS = (Relation("user", "account", "users", "account"),)
PROFILES = wide("signs", SIGNED)  # as of which `signs` are the versions
ONSETS = {
    "none": (None, None),
    "rows": (Onset("events", equals(KIND, "opened")), EVENTS),
    "column": (Onset("signs", column="signed_up"), PROFILES),
}


def stated(folder):
    """The folder of a company's state."""
    (folder / "state").mkdir()
    return folder / "state"


class Lives:
    """Few users and instants, so that events fall on clocks, midnights and each other."""

    def __init__(self, seed):
        chance = self.chance = random.Random(seed)
        users = [f"u{place}" for place in range(30)]

        def some():
            return FIRST + chance.randrange(DAYS * 4) * 6 * HOUR + chance.choice([0, 0, 0, -1, 1, 17 * 60_000_000])

        def life():
            born = chance.choice([0, 0, 0, chance.randrange(STEPS)])
            return born, chance.choice([NEVER, NEVER, chance.randint(born + 1, STEPS)])

        self.seen = [(user, some(), chance.choice(ARMS)) for user in users[:26]]
        self.events = [(chance.choice(users), some(), chance.choice(["done", "opened"]), *life()) for _ in range(150)]
        for user, at, kind, _, gone in self.events[::4]:  # corrected: another row in its place, often of another day
            if gone < STEPS:
                self.events.append((user, chance.choice([at + 1, some()]), kind, gone, NEVER))
        self.signs = []
        for user in users[2:]:
            ends = sorted(chance.sample(range(1, STEPS), chance.choice([0, 0, 1, 2])))
            for born, gone in zip([0, *ends], [*ends, NEVER], strict=True):
                self.signs.append((user, FIRST, chance.choice([some(), some(), ""]), born, gone))
        self.users = [(user, chance.choice("AB"), chance.choice(["X", "Y", "Z", ""])) for user in users[3:]]

    def write(self, folder):
        write(folder, "seen", "user_id at arm", self.seen)
        write(folder, "events", "user_id at kind born gone", self.events)
        write(folder, "signs", "user_id at signed_up born gone", self.signs)
        write(folder, "users", "user_id country account", self.users)

    def changed_days(self, step):
        """Days on which events came or went at a step."""
        return {at // DAY for _, at, _, born, gone in self.events if step in (born, gone)}

    def profiles_changed(self, step):
        return any(step in (born, gone) for *_, born, gone in self.signs)

    def dates(self, number):
        """Midnights, and instants at which something happens, or just does not."""
        midnights = self.chance.sample(range(1, DAYS + 3), number)
        happened = self.chance.sample(self.events, number)
        return [FIRST + day * DAY for day in midnights] + [row[1] + self.chance.choice([0, 1]) for row in happened]


class Morning(msgspec.Struct, frozen=True):
    """The tables as they are at a step, and those with the rows of the days that changed."""

    days: frozenset[int]
    changed: str
    onset_days: frozenset[int]
    onset_changed: str | None

    @property
    def change(self):
        return {name: getattr(self, name) for name in ("days", "changed", "onset_days", "onset_changed")}


@contextmanager
def company(folder, lives, onset, *, kind="user", **options):
    """A timing of the metric, over tables that `stand` fills with the rows that are there at a step."""
    lives.write(folder)
    declared, onset_fact = ONSETS[onset]
    of_metric = options.pop("of_metric", {})
    options = {"horizon": 5 * DAY, "grid": HOUR, "dimensions": ("country",)} | options
    metric = time_to("ttv", EVENTS, equals(KIND, "done"), onset=declared, **options)
    metric = msgspec.structs.replace(metric, **of_metric)
    dimension = Dimension("country", "users", "country")
    facts = (SEEN, EVENTS, SIGNS, USERS)
    given = {"dimensions": (dimension,), "relations": ACCOUNTS}
    with world(folder, facts, (metric,), (study("one", SEEN, ("ttv",)),), **given) as found:
        sources = {name: found.table(name, kind) for name in ("events", "signs")}
        timing = Timing(
            "ttv", metric, EVENTS, "events_0",
            None if onset_fact is None else f"{onset_fact.name}_0", onset_fact, found.of_kind("ttv", kind), 0, 0,
        )  # fmt: skip
        yield found.engine, sources, timing


def stand(engine, sources, lives, step, onset):
    """Makes `events_<step>` and `signs_<step>`, and says what changed."""
    for name, source in sources.items():
        alive = exp.and_(column(FROM) <= step, column(UNTIL) > step)
        engine.table(f"{name}_{step}", exp.select("*").from_(source).where(alive))
    days = lives.changed_days(step)
    day = exp.paren(exp.IntDiv(this=column("_at"), expression=integer(DAY)))
    of_days = exp.In(this=day, expressions=[integer(one) for one in sorted(days)])
    engine.view(f"changed_{step}", exp.select("*").from_(f"events_{step}").where(of_days if days else exp.false()))
    if onset == "none":
        return Morning(frozenset(days), f"changed_{step}", frozenset(), None)
    if onset == "rows":
        return Morning(frozenset(days), f"changed_{step}", frozenset(days), f"changed_{step}")
    whole = frozenset({0} if lives.profiles_changed(step) else ())
    return Morning(frozenset(days), f"changed_{step}", whole, f"signs_{step}")


def of_rows(engine, timing, step, as_of):
    """Durations from the rows themselves, as they are at a step."""
    onset = None if timing.onset is None else f"{timing.onset_fact.name}_{step}"
    own = {"name": f"of rows {next(numbers)}", "table": f"events_{step}", "onset": onset, "as_of": as_of}
    return msgspec.structs.replace(count_durations(engine, msgspec.structs.replace(timing, **own)), query="")


def of_kept(engine, store, timing, kept, as_of):
    """Durations from kept times, where there is no fact to read."""
    name, onset = f"of kept {next(numbers)}", timing.onset and "none"
    found = timed(
        engine, store, msgspec.structs.replace(timing, name=name, table="none", onset=onset, as_of=as_of), kept
    )
    assert found.query == f"{name}: durations"
    return msgspec.structs.replace(found, query="")


def mornings(folder, lives, onset, *, steps=STEPS, quick=False, **options):
    """Refreshes step by step, comparing at two dates, or only at the end; gives the kept times of each."""
    found = []
    with company(folder, lives, onset, **options) as (engine, sources, timing):
        store, kept = open_store(engine, stated(folder), KEY), None
        for step in range(steps):
            morning = stand(engine, sources, lives, step, onset)
            if kept is None:
                kept = build(engine, store, timing, times_key(timing, ""), step)
            else:
                kept = refreshed(store, timing, kept, step, **morning.change)
            kept = msgspec.json.decode(msgspec.json.encode(kept), type=KeptTimes)
            if quick and step < steps - 1:
                continue
            for as_of in lives.dates(1):
                expected = of_rows(engine, timing, step, as_of)
                assert of_kept(engine, store, timing, kept, as_of) == expected
                assert expected.durations or as_of <= FIRST + DAY
            found.append((kept, expected))
    return found


USERS_TIMES = [("rows", True), ("none", False), ("column", False), ("rows", False), ("none", True), ("column", True)]
ACCOUNTS_TIMES = [("column", False), ("rows", True), ("column", True), ("rows", False)]


@pytest.mark.parametrize("seed", range(8))
def test_durations_are_those_of_the_rows_that_are_there_now(tmp_path, engine, seed):
    onset, recurring = USERS_TIMES[seed % len(USERS_TIMES)]
    less = {"steps": 2, "quick": True} if engine == "spark" else {}
    found = mornings(tmp_path, Lives(seed), onset, recurring=recurring, **less)
    assert less or len({str(expected) for _, expected in found}) > 1


@pytest.mark.parametrize("seed", [12, 15])
def test_retention_from_an_onset_is_that_of_the_rows_that_are_there_now(tmp_path, engine, seed):
    less = {"steps": 2, "quick": True} if engine == "spark" else {}
    kept = {"kind": "retention", "delay": DAY + 1, "window": 3 * DAY, "horizon": None}
    found = mornings(tmp_path, Lives(seed), "column" if seed % 2 else "rows", of_metric=kept, **less)
    assert less or len({str(expected) for _, expected in found}) > 1
    assert less or any(one.events for _, expected in found for one in expected.durations.values())


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(4))
def test_durations_of_accounts_are_those_of_the_rows_of_their_users(tmp_path, seed):
    onset, recurring = ACCOUNTS_TIMES[seed % len(ACCOUNTS_TIMES)]
    mornings(tmp_path, Lives(seed), onset, recurring=recurring, kind="account", dimensions=())


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("recurring", [False, True])
@pytest.mark.parametrize("onset", ["rows", "column"])
def test_at_every_date_durations_are_those_of_the_rows(tmp_path, onset, recurring):
    lives = Lives(21)
    with company(tmp_path, lives, onset, recurring=recurring) as (engine, sources, timing):
        store = open_store(engine, stated(tmp_path), KEY)
        stand(engine, sources, lives, 0, onset)
        kept = build(engine, store, timing, "key", 0)
        morning = stand(engine, sources, lives, 1, onset)
        kept = refreshed(store, timing, kept, 1, **morning.change)
        instants = {row[1] for row in lives.events[::12]}
        dates = {FIRST + day * DAY for day in range(DAYS + 8)} | instants | {one + 1 for one in instants}
        for as_of in sorted(dates):
            assert of_kept(engine, store, timing, kept, as_of) == of_rows(engine, timing, 1, as_of)
    assert len(dates) > 40


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("recurring", [False, True])
def test_many_runs_become_one(tmp_path, monkeypatch, recurring):
    monkeypatch.setattr(kept_by_day, "MOST", 2)
    found = mornings(tmp_path, Lives(3), "rows", recurring=recurring)
    assert [len(kept.events.tables) for kept, _ in found] == [1, 2, 1, 2, 1]


def moments(folder, *steps, fact=EVENTS, recurring=False, onset=None):
    """What is kept of events `done` (user, at), which stand in for all those of the days given with them."""
    lives = Lives(0)
    lives.events = [(user, at, "done", step, step) for step, (_, rows) in enumerate(steps) for user, at in rows]
    with company(folder, lives, "none", recurring=recurring) as (engine, sources, timing):
        timing = msgspec.structs.replace(timing, fact=fact)
        store, kept = open_store(engine, stated(folder), KEY), None
        for step, (days, _) in enumerate(steps):
            rows = exp.select("*").from_(sources["events"]).where(column(FROM).eq(step))
            engine.table(f"events_{step}", rows)
            if kept is None:
                kept = build(engine, store, timing, "key", step)
            else:
                kept = refreshed(store, timing, kept, step, days=days, changed=f"events_{step}")
        standing = kept.events.rows(store)
        return sorted(engine.rows("rows", standing)), sorted(names(kept))


TODAY = FIRST // DAY


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("recurring", [False, True])
def test_of_what_happens_once_a_day_keeps_its_first_else_every_instant(tmp_path, recurring):
    rows = [("u1", FIRST + 2), ("u1", FIRST + 1), ("u1", FIRST + 1), ("u1", FIRST + DAY), ("u2", FIRST + 3)]
    found, _ = moments(tmp_path, ((), rows), recurring=recurring)
    first = [("u1", TODAY, FIRST + 1), ("u1", TODAY + 1, FIRST + DAY), ("u2", TODAY, FIRST + 3)]
    assert found == sorted(first + [("u1", TODAY, FIRST + 2)] * recurring)


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("recurring", [False, True])
def test_events_may_all_be_gone_and_come_again(tmp_path, recurring):
    lives = Lives(4)
    lives.events = [(user, at, kind, 0 if kind == "opened" else 2, NEVER) for user, at, kind, *_ in lives.events]
    found = [expected for _, expected in mornings(tmp_path, lives, "rows", recurring=recurring)]
    events = [sum(sum(one.events.values()) for one in expected.durations.values()) for expected in found]
    assert events[:2] == [0, 0] and any(events[2:])


@pytest.mark.engines("duckdb")
def test_tables_whose_days_were_all_replaced_are_not_needed(tmp_path):
    days = [TODAY, TODAY + 1]
    found, tables = moments(
        tmp_path,
        ((), [("u1", FIRST)]),
        (days, [("u1", FIRST + 5), ("u2", FIRST + DAY)]),
        ([TODAY], [("u1", FIRST + 6)]),
        ([TODAY + 1, TODAY + 2], []),
    )
    assert found == [("u1", TODAY, FIRST + 6)]
    assert tables == ["events_key_2"]


@pytest.mark.engines("duckdb")
def test_a_fact_whose_rows_depend_on_other_days_is_kept_whole(tmp_path):
    events = msgspec.structs.replace(EVENTS, merge=(Merge(("kind",), within=DAY),))
    first, second = [("u1", FIRST), ("u1", FIRST + 2 * DAY)], [("u1", FIRST + DAY), ("u2", FIRST)]
    found, tables = moments(tmp_path, ((), first), ([0], second), fact=events)
    assert found == [("u1", 0, FIRST + DAY), ("u2", 0, FIRST)]
    assert tables == ["events_key_1"]


@pytest.mark.engines("duckdb")
def test_where_nothing_changed_nothing_is_kept_anew(tmp_path):
    with company(tmp_path, Lives(0), "rows") as (engine, sources, timing):
        stand(engine, sources, Lives(0), 0, "rows")
        store = open_store(engine, stated(tmp_path), KEY)
        kept = build(engine, store, timing, "key", 0)
        began = len(engine.queries)
        assert refreshed(store, timing, kept, 1) == kept
        assert len(engine.queries) == began


METRIC = time_to("ttv", EVENTS, equals(KIND, "done"), onset=Onset("events", equals(KIND, "opened")), horizon=5 * DAY)
TIMING = Timing("events: ttv", METRIC, EVENTS, "fact_events", "fact_events", EVENTS, (), FIRST, 7)


def changed(of=TIMING, **parts):
    return msgspec.structs.replace(of, **parts)


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize(
    "other",
    [
        changed(as_of=FIRST + DAY, rows=8, name="ttv again"),
        changed(metric=changed(METRIC, horizon=DAY, grid=DAY, marks=(DAY,), dimensions=("country",), textbook=True)),
        changed(fact=changed(EVENTS, through=FIRST)),
    ],
)
def test_what_only_the_durations_ask_for_changes_no_key(other):
    assert times_key(other, "v") == times_key(TIMING, "v")


@pytest.mark.engines("duckdb")
def test_what_the_kept_rows_rest_on_changes_their_key():
    others = [
        changed(metric=changed(METRIC, name="other")),
        changed(metric=changed(METRIC, recurring=True)),
        changed(metric=changed(METRIC, numerator=changed(METRIC.numerator, where=None))),
        changed(metric=changed(METRIC, onset=Onset("events")), onset_fact=EVENTS),
        changed(metric=changed(METRIC, onset=None), onset=None, onset_fact=None),
        changed(fact=changed(EVENTS, reject=True)),
        changed(onset_fact=changed(EVENTS, id="row")),
        changed(table="by_account__fact_events"),
        changed(onset="by_account__fact_events"),
    ]
    keys = [times_key(one, "v") for one in (TIMING, *others)]
    assert len({*keys, times_key(TIMING, "w")}) == 1 + len(keys) == 11
