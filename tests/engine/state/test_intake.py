"""Units that come later are added to those kept: at every date they are what all rows of assignments say."""

import random

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.expression import TEXT
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.domain.metric import Metric, Term
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED, Dimension, Shares
from liftledger.engine.cohort import Enrolment, enrol, settle
from liftledger.engine.facts import table_of
from liftledger.engine.state import growth
from liftledger.engine.state.cohorts import Cohorts
from liftledger.engine.state.cohorts_kept import KeptStudy
from liftledger.engine.state.intake import Added
from liftledger.engine.state.open import open_store
from tests.engine.direct import ARM, dated, field, study, wide
from tests.engine.state.histories import given
from tests.engine.state.histories import names as numbers

FIRST, DAYS = micros("2026-01-25"), 12  # another month begins among them
SEEN, USERS = dated("seen", ARM), wide("users", field(TEXT, "plan"))
METRIC = Metric("active", "conversion", "seen", Term(), dimensions=("plan", STARTED))
SHARES = (Shares({"a": "1/2", "b": "1/2"}), Shares({"a": "1/3", "b": "2/3"}, FIRST + 5 * DAY))
SEEN_AS, SEEN_TYPES, NOBODY = "_unit _at arm", "VARCHAR BIGINT VARCHAR", ("v0", FIRST, "a")
DATED = {"start": FIRST + DAY, "end": FIRST + 9 * DAY}


class World:
    """Assignments that go on, what is kept of them, and which facts were read whole."""

    def __init__(self, tables, folder, seed=0, **options):
        self.tables, self.folder, self.key = tables, folder / "state", f"intake{next(numbers):010}"
        self.folder.mkdir()
        self.chance = random.Random(seed)
        self.study = msgspec.structs.replace(study("kept", SEEN, ("active",), **options), shares=SHARES)
        self.project = Project(
            "Acme", "USD", "duckdb", (SEEN, USERS), ("user",), (), (Dimension("plan", "users", "plan"),), (METRIC,),
            (self.study,), None,
        )  # fmt: skip
        self.state, self.version, self.read, self.entered = {}, 0, [], None
        self.rows, self.new = [], []
        self.add(*(self.row(f"u{n}", self.chance.randrange(4)) for n in range(9)))

    def row(self, unit, day, arm=None):
        at = FIRST + day * DAY + self.chance.choice([0, HOUR, 23 * HOUR])
        return unit, at, arm or self.chance.choice("ab")

    def add(self, *rows):
        """Rows in addition to all that there are."""
        self.new = list(rows)
        self.rows += rows

    def goes_on(self, day):
        """A morning: new units, known ones again, some in their other arm; now and then something earlier, or odd."""
        units = [f"u{self.chance.randrange(40)}" for _ in range(self.chance.choice([0, 1, 4]))]
        rows = [self.row(unit, day) for unit in units]
        rows += [self.row(unit, day + 1) for unit in units[:1]]
        if self.chance.random() < 0.2:
            rows.append(self.row(self.chance.choice(self.rows)[0], self.chance.randrange(day + 1)))
        if self.chance.random() < 0.15:
            rows.append(self.row("stranger", day + 3, "c"))
        self.add(*rows)

    def at(self, as_of, *, since=None):
        """Takes in what came, and holds what is known at a date against all rows; `since`: a version of them."""
        with self.tables.engine() as engine:
            self.supply(engine)
            store = open_store(engine, self.folder, self.key)
            found = self.refreshed(engine, store, as_of, since)
            assert found == self.expected(engine, as_of)
            store.commit()
        self.version, self.new = self.version + 1, []
        return found

    def supply(self, engine):
        plans = [(f"u{n}", "xyz"[n % 3]) for n in range(20)]
        rows = given(engine, f"all_{next(numbers)}", SEEN_AS, SEEN_TYPES, self.rows)
        engine.view(table_of("seen"), exp.select("*").from_(rows))
        given(engine, table_of("users"), "_unit plan", "VARCHAR VARCHAR", plans)

    def refreshed(self, engine, store, as_of, since):
        number = next(numbers)
        store.sweep({name for one in self.state.values() for name in one.names})  # nothing else is read again
        new = given(engine, f"new_{number}", SEEN_AS, SEEN_TYPES, self.new or [NOBODY])
        added = {"seen": Added(since or f"v{self.version - 1}", new)} if self.state and self.new else {}
        self.version -= not self.new
        versions, self.read = {"seen": f"v{self.version}", "users": "v"}, []
        state = msgspec.json.decode(msgspec.json.encode(self.state), type=dict[str, KeptStudy])
        cohorts = Cohorts(engine, store, number, state, versions, {}, added, self.read.append)
        found = cohorts.enrol(self.project, self.study, as_of)
        if not isinstance(found, Enrolment):
            self.state = {}
            return [str(one) for one in found]
        cohorts.settle(self.project, found, from_exposure=False)
        every = cohorts.every(found.cohort)
        units, entered = self.units(engine, found.cohort.table), cohorts.entered([every])
        assert units == [row for row in self.units(engine, every.table) if row[2] < as_of]
        self.entered = entered and [row[0] for table in entered for row in self.units(engine, table)]
        self.state = cohorts.state
        return units, msgspec.structs.replace(found, cohort=None)

    def expected(self, engine, as_of):
        anew = msgspec.structs.replace(self.study, name="anew")
        found = enrol(engine, self.project, anew, as_of)
        if not isinstance(found, Enrolment):
            return [str(one).replace("anew", "kept") for one in found]
        settle(engine, self.project, found, from_exposure=False)
        return self.units(engine, found.cohort.table), msgspec.structs.replace(found, cohort=None)

    def units(self, engine, table):
        names = [exp.column(name) for name in ("_unit", "_arm", "_start", "_by_plan", "_by_started")]
        return sorted(engine.rows("units", exp.select(*names).from_(table)))


def end(day):
    return FIRST + day * DAY


@pytest.fixture
def world(tables, tmp_path):
    made = World(tables, tmp_path)
    made.at(end(4))
    return made


def follow(made, mornings):
    for day in range(4, 4 + mornings):
        made.goes_on(day)
        made.at(end(made.chance.choice([day + 1, day + 1, day - 2, DAYS + 5])) + made.chance.choice([0, 0, HOUR]))


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("seed", range(8))
def test_after_any_mornings_units_are_those_of_all_rows(tables, tmp_path, seed, monkeypatch):
    monkeypatch.setattr(growth, "MOST", 2)
    follow(World(tables, tmp_path, seed, **(DATED if seed % 3 == 0 else {})), 8)


@pytest.mark.parametrize("seed", [1])
def test_after_some_mornings_units_are_those_of_all_rows_on_every_engine(tables, tmp_path, seed):
    follow(World(tables, tmp_path, seed), 2)


LATER = {
    "a new unit": [("v1", end(4), "a")],
    "one that is in two arms at once": [("v1", end(4), "b"), ("v1", end(4), "a")],
    "one that is known, again": [("u1", end(4), "a"), ("u2", end(4), "b")],
    "one that is known, in all arms": [("u1", end(4), "a"), ("u1", end(5), "b"), ("v2", end(5), "b")],
    "an arm without a name, in days to come": [("v1", end(9), "c")],
}


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("what", LATER)
def test_of_what_comes_later_no_other_assignment_is_read(world, what):
    known = {row[0] for row in world.rows}
    world.add(*LATER[what])
    world.at(end(6))
    assert "seen" not in world.read
    assert sorted(world.entered) == sorted({unit for unit, _, arm in LATER[what] if arm != "c"} - known)
    for day in (4, 2):
        world.at(end(day))
        assert (world.read, world.entered) == ([], ())


@pytest.mark.engines("duckdb")
@pytest.mark.parametrize("arm", "ab")
def test_a_unit_that_was_assigned_earlier_than_is_known_is_gathered_again(world, arm):
    unit, at, _ = next(row for row in world.rows if row[2] == "b")
    world.add((unit, at - 1, arm))
    world.at(end(6))
    assert "seen" in world.read and world.entered is None


@pytest.mark.engines("duckdb")
def test_of_several_arms_at_one_instant_the_first_stands(world):
    unit, at, _ = next(row for row in world.rows if row[2] == "b")
    world.add((unit, at, "a"))
    world.at(end(6))
    assert "seen" in world.read


@pytest.mark.engines("duckdb")
def test_rows_that_came_to_others_than_those_taken_in_are_not_enough(world):
    world.add(("v1", end(4), "a"))
    world.at(end(6), since="another")
    assert "seen" in world.read


@pytest.mark.engines("duckdb")
def test_an_arm_without_a_name_is_a_mistake_from_its_day_on(world):
    world.add(("v1", end(7), "c"))
    world.at(end(7))
    assert world.state["kept"].intake.unnamed == end(7)
    [told] = world.at(end(7) + 1)
    assert "is in arm 'c', which the study does not name" in told


@pytest.mark.engines("duckdb")
def test_before_anybody_was_assigned_there_is_no_report(world):
    [told] = world.at(FIRST)
    assert "no unit was assigned before the report's date" in told
