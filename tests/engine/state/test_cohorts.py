"""Cohorts that rest on nothing new are given back as they were made; units that moved are noticed."""

import random
from contextlib import contextmanager
from itertools import count

import msgspec
import pytest
from sqlglot import exp

from liftledger.definitions.reader import read
from liftledger.domain.instant import micros
from liftledger.engine.engine import Engine
from liftledger.engine.state.cohorts import Cohorts
from liftledger.engine.state.cohorts_kept import KeptCohort, KeptStudy, keep_cohort, same
from liftledger.engine.state.open import open_store
from liftledger.engine.state.store import Store
from liftledger.engine.state.study_key import facts_of
from liftledger.prove.derived import derived
from liftledger.prove.enrolment import assign, settled
from liftledger.prove.records import Records
from tests.engine.asked import given_rows
from tests.engine.company import HEAD, at, table
from tests.engine.supply import supplied

pytestmark = pytest.mark.usefixtures("engine")

AS_OF = micros("2026-04-01")
JOINED, SHOWN = at(60), at(80)  # the last of each: 2026-03-04 and 2026-03-24, at midnight
DEFINITIONS = """
units: {user: {account: {fact: users, column: account}}, account: {}}
facts:
  seen: {files: seen.csv, unit: user_id, time: at, keyed_by: user}
  shown: {files: shown.csv, unit: user_id, time: at, keyed_by: user}
  users:
    files: users.csv
    unit: user_id
    keyed_by: user
    columns: {account: {type: text, optional: true}, joined: time}
  accounts: {files: accounts.csv, unit: account_id, keyed_by: account, columns: {size: integer}}
  plans: {files: plans.csv, unit: user_id, time: at, keyed_by: user, columns: {plan: text}}
  opens: {files: opens.csv, unit: user_id, time: at, keyed_by: user}
  bills: {files: bills.csv, unit: account_id, time: at, keyed_by: account, columns: {amount: money}}
dimensions:
  plan: {fact: plans, column: plan, at: start}
  size: {fact: accounts, column: size, bands: {small: 0, large: 50}}
metrics:
  opens: {kind: count, fact: opens, dimensions: [plan, started]}
  paid: {kind: sum, fact: bills, value: amount}
  active: {kind: conversion, fact: opens}
studies:
  test:
    kind: experiment
    assignment: {fact: seen, arm: arm}
    exposure: {fact: shown}
    control: a
    arms: [a, b]
    metrics: [opens, paid]
  joined: {kind: observational, unit: user, population: {fact: users, time: joined}, metrics: [opens]}
  all: {kind: observational, unit: user, population: {fact: users}, metrics: [active]}
"""


def write(folder, seed=0):
    """60 users of 12 accounts; some are in both arms, in no account, or never exposed."""
    chance = random.Random(seed)

    def some(first=1, last=59):
        return at(chance.randint(first, last), chance.randrange(24))

    users = [f"u{place}" for place in range(60)]
    accounts = [f"A{place}" for place in range(12)]
    seen = [(user, some(), chance.choice("ab")) for user in users[1:50] for _ in range(chance.choice([1, 1, 2]))]
    seen += [("u0", at(1), "a"), ("u0", at(2), "b")]
    table(folder, "seen", "user_id at arm", seen)
    table(folder, "shown", "user_id at", [("u0", SHOWN), *((user, some(30, 79)) for user in users)])
    table(
        folder,
        "users",
        "user_id account joined",
        [("u3", "A1", JOINED), *((u, chance.choice([*accounts, ""]), some()) for u in users[4:])],
    )
    table(folder, "accounts", "account_id size", [(one, chance.randint(1, 99)) for one in accounts[1:]])
    table(folder, "plans", "user_id at plan", [(chance.choice(users), some(), chance.choice("xyz")) for _ in range(90)])
    table(folder, "opens", "user_id at", [(chance.choice(users), some()) for _ in range(40)])
    table(folder, "bills", "account_id at amount", [(chance.choice(accounts), some(), 5) for _ in range(40)])
    (folder / "liftledger.yaml").write_text(HEAD + DEFINITIONS)


class Remembering(Records):
    """Asks what was kept before the records."""

    def __init__(self, engine, folder, cohorts):
        super().__init__(engine, folder)
        self.cohorts = cohorts

    def enrol(self, project, study, as_of):
        return self.cohorts.enrol(project, study, as_of)

    def settle(self, project, enrolment, *, from_exposure):
        self.cohorts.settle(project, enrolment, from_exposure=from_exposure)

    def parents(self, cohort, relation):
        return self.cohorts.parents(cohort, relation)

    def unrelated_units(self, cohort, relation):
        return self.cohorts.unrelated(cohort, relation)


class Company(msgspec.Struct, frozen=True):
    """Loaded records, and the versions of their facts."""

    engine: Engine
    project: object
    loaded: object
    store: Store

    def remembering(self, sequence, before, **versions):
        given = dict.fromkeys(self.loaded, "v") | versions
        lasts = {name: one.last for name, one in self.loaded.items()}
        kept = msgspec.json.decode(msgspec.json.encode(before), type=dict[str, KeptStudy])
        cohorts = Cohorts(self.engine, self.store, sequence, kept, given, lasts)
        return Remembering(self.engine, None, cohorts)

    def enrolled(self, records, as_of=AS_OF):
        """All that is known of the studies, and the rows of their cohorts."""
        assigned, mistakes = assign(records, self.project, self.loaded, as_of)
        assert not mistakes, mistakes
        found = [settled(records, self.project, one) for one in assigned]
        return found, {
            cohort.table: self.rows(exp.to_table(cohort.table)) for one in found for cohort in one.cohorts.values()
        }

    def rows(self, table):
        return sorted(self.engine.rows("rows", exp.select("*").from_(table)))

    def asked(self, since):
        return [query.sql for query in self.engine.queries[since:]]


@contextmanager
def company(folder):
    write(folder)
    with supplied(read(folder), folder) as world:
        records = Records(world.engine, world.folder)
        loaded, mistakes = records.load(world.project)
        assert not mistakes, mistakes
        state = folder / "state"
        state.mkdir(exist_ok=True)
        store = open_store(world.engine, state, "00ff00ff00ff00ff")
        yield Company(world.engine, _by_size(derived(records, world.project)), loaded, store)


def _by_size(project):
    """With a dimension of accounts, which only the maturity of a question could ask for."""
    metrics = (
        msgspec.structs.replace(one, dimensions=("size",)) if one.name == "paid" else one for one in project.metrics
    )
    return msgspec.structs.replace(project, metrics=tuple(metrics))


def test_what_rests_on_nothing_new_is_given_back_without_reading_a_fact(tmp_path):
    with company(tmp_path) as here:
        first = here.remembering(1, {})
        made, units = here.enrolled(first)
        assert set(units) == {"cohort_test", "above_test__account", "cohort_joined", "cohort_all"}
        began = len(here.engine.queries)
        again = here.remembering(2, first.cohorts.state)
        assert here.enrolled(again) == (made, units)
        assert [sql for sql in here.asked(began) if "fact_" in sql] == []
        assert again.cohorts.state == first.cohorts.state
        kept = first.cohorts.state["test"]
        assert kept.names == {"cohort_test_1", "above_test__account_1"}
        copy = keep_cohort(here.engine, here.store, "copy", exp.select("*").from_("cohort_test"), 2)
        assert same(here.engine, here.store, kept.cohorts["user"], copy)
    test = made[0]
    assert test.enrolment.crossings and test.enrolment.exposed and test.evidence.exposure.used
    assert test.contaminated_parents["account"] and test.unrelated["bills"]
    assert {row[1] for row in units["cohort_test"]} == {0, 1} and len(units["above_test__account"]) > 5


@pytest.mark.engines("duckdb", "postgres")
def test_cohorts_are_kept_as_they_are_without_keeping(tmp_path):
    with company(tmp_path) as here:
        made, units = here.enrolled(here.remembering(1, {}))
    with company(tmp_path) as here:
        assert here.enrolled(Records(here.engine, tmp_path)) == (made, units)


def rests_on(kept):
    return kept.key, kept.intake and kept.intake.version


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("fact", ["seen", "shown", "users", "accounts", "plans", "opens", "bills"])
def test_only_the_studies_that_read_a_changed_fact_are_made_again(tmp_path, fact):
    with company(tmp_path) as here:
        first = here.remembering(1, {})
        here.enrolled(first)
        again = here.remembering(2, first.cohorts.state, **{fact: "w"})
        here.enrolled(again)
        reading = {one.name for one in here.project.studies if fact in facts_of(here.project, one)}
        before, now = first.cohorts.state, again.cohorts.state
        assert {name for name in now if now[name].names != before[name].names} == reading
        assert {name for name in now if rests_on(now[name]) != rests_on(before[name])} == reading
        for name, one in now.items():
            for kind, cohort in one.cohorts.items():
                assert same(here.engine, here.store, before[name].cohorts[kind], cohort)


DATES = [
    *("2026-01-20", "2026-02-14", "2026-03-04", "2026-03-05"),
    *("2026-03-06", "2026-03-24", "2026-03-25", "2026-03-26"),
]


@pytest.mark.engines("duckdb")
def test_at_every_date_cohorts_are_those_that_are_made_at_it(tmp_path):
    given_back = set()
    with company(tmp_path) as here:
        kept = {}
        for sequence, date in enumerate(DATES):
            as_of = micros(date)
            records = here.remembering(sequence, kept)
            given_back |= {
                (one.name, date) for one in here.project.studies if records.cohorts.stands(here.project, one, as_of)
            }
            found = here.enrolled(records, as_of)
            kept = records.cohorts.state
            anew = here.remembering(100 + sequence, {})
            assert here.enrolled(anew, as_of) == found
            keys = [{name: one.key for name, one in state.items()} for state in (kept, anew.cohorts.state)]
            assert keys[0] == keys[1]
    dates = {name: sorted(date for one, date in given_back if one == name) for name in ("test", "joined", "all")}
    # from the second date on that leaves nobody out; a study that grows knows the units of every date
    assert dates == {"test": DATES[-1:], "joined": DATES[1:], "all": DATES[1:]}


# ---------------------------------------------------------------------------------------------------------- moved units

UNITS = [("u1", 0, 5, "x"), ("u2", 1, 5, "x"), ("u3", 1, 7, ""), ("u4", 0, 7, "y")]
MOVED = {
    "nothing": UNITS,
    "another order": UNITS[::-1],
    "an arm": [("u1", 1, 5, "x"), *UNITS[1:]],
    "a start": [("u1", 0, 6, "x"), *UNITS[1:]],
    "a segment": [("u1", 0, 5, ""), *UNITS[1:]],
    "two that changed places": [("u1", 1, 5, "x"), ("u2", 0, 5, "x"), *UNITS[2:]],
    "one that came": [*UNITS, ("u5", 0, 5, "x")],
    "one that went": UNITS[1:],
    "one in place of another": [("u5", 0, 5, "x"), *UNITS[1:]],
    "nobody": [],
}


@pytest.mark.engines("duckdb", "postgres")
def test_it_is_noticed_when_any_unit_moved(asked, tmp_path):
    store, sequences = open_store(asked, tmp_path, "00ff00ff00ff00ff"), count()

    def kept(rows):
        types = ("VARCHAR", "INTEGER", "BIGINT", "VARCHAR")
        given = given_rows(asked, types, [[str(value) for value in row] for row in rows or UNITS])
        names = zip("abcd", ("_unit", "_arm", "_start", "_by_plan"), strict=True)
        units = exp.select(*(exp.alias_(exp.column(given), name) for given, name in names)).from_(given)
        return keep_cohort(asked, store, "cohort", units if rows else units.where(exp.false()), next(sequences))

    before = kept(UNITS)
    alike = {what for what, rows in MOVED.items() if same(asked, store, before, kept(rows))}
    assert alike == {"nothing", "another order"}
    assert same(asked, store, before, before)


def test_units_of_other_names_or_segments_are_not_compared():
    units = KeptCohort("cohort", ("cohort_1",), 4, {"_unit": "VARCHAR", "_arm": "INTEGER", "_start": "BIGINT"})
    for other in ({"_unit": "BIGINT"}, {"_by_plan": "VARCHAR"}):
        now = msgspec.structs.replace(units, tables=("cohort_2",), columns=units.columns | other)
        assert not same(None, None, units, now)
