"""What is registered: every change of it is told, and kill criteria of former registrations go on counting."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.expression import Type
from liftledger.domain.fact import Fact, Field, Files
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Metric, Term
from liftledger.domain.pilot import Criterion, Pilot, Tranche
from liftledger.domain.project import Project
from liftledger.domain.study import Assignment, Study
from liftledger.domain.value import Line, Value
from liftledger.prove.pilot_log import BEGINNING, Entry, Registered, Terms, hashed
from liftledger.prove.registration import lateness, register, terms

TIME = Field("at", "at", Type("time"))
FACTS = (
    Fact("assigned", Files("a.csv", "csv"), "user", "user", TIME),
    Fact("orders", Files("o.csv", "csv"), "user", "user", TIME),
)
WEEK = Metric("week", "count", "orders", Term(), window=7 * DAY)
STUDY = Study("trial", "experiment", "user", Assignment("assigned", "arm"), ("a", "b"), "a", (), None, ("week",))
LINE = Line("sales", "trial", "week", "b", "new unit", Decimal(10), "margin", worth=Decimal(2))
HARM = Criterion("harm", "trial", "week", "b", "kill", below=Decimal(0))
WORTH = Criterion("worth", "trial", "week", "b", "kill", below=Decimal(100), line="sales")
GAIN = Criterion("gain", "trial", "week", "b", "pass", above=Decimal(1))
PILOT = Pilot("2026-01-05", "2026-06-30", Decimal(1000), criteria=(HARM, WORTH, GAIN))


def changed(value, **fields):
    return msgspec.structs.replace(value, **fields)


def project(pilot=PILOT, metric=WEEK, study=STUDY, line=LINE):
    value = Value((line,), (), Decimal("0.1"))
    return Project("A", "EUR", "duckdb", FACTS, ("user",), (), (), (metric,), (study,), value=value, pilot=pilot)


def entry(of, day="2026-01-05"):
    said = terms(of)
    return Entry(BEGINNING, day, day, Registered(hashed(said), said))


def test_nothing_changed_is_nothing_to_register():
    found = register(project(), [entry(project())])
    assert (found.changes, found.notes, found.lost) == ((), (), ())
    assert [(aim.criterion.name, aim.factor, aim.unit) for aim in found.aims] == [
        ("harm", 1.0, "rows"),
        ("worth", 20.0, "EUR per month"),
        ("gain", 1.0, "rows"),
    ]


def test_what_is_written_down_reads_back_as_the_same():
    said = terms(project())
    assert msgspec.json.decode(msgspec.json.encode(said), type=Terms) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"pilot": changed(PILOT, budget=Decimal(2000))}, ["budget was 1000, and is 2000"]),
        ({"pilot": changed(PILOT, end="2026-05-31")}, ["end was 2026-06-30, and is 2026-05-31"]),
        ({"pilot": changed(PILOT, segment="all")}, ["segment was not given, and is all"]),
        ({"pilot": changed(PILOT, spent="bills", spent_amount="x")}, ["what was spent is read from elsewhere"]),
        ({"pilot": changed(PILOT, leading=("week",))}, ["the leading indicators are others"]),
        ({"pilot": changed(PILOT, tranches=(Tranche("t", Decimal(1), "2026-02-01"),))}, ["the tranches are others"]),
        (
            {"pilot": changed(PILOT, criteria=(HARM, WORTH))},
            ["criterion gain is gone (pass where week of b in trial is above 1, alpha 0.05, tuned for 5000)"],
        ),
        ({"metric": changed(WEEK, window=8 * DAY)}, ["metric week is defined otherwise"]),
        ({"study": changed(STUDY, arms=("a", "b", "c"))}, ["study trial is defined otherwise"]),
        ({"line": changed(LINE, worth=Decimal(3))}, ["line sales is worth something else"]),
    ],
)
def test_changes_are_told(now, said):
    assert list(register(project(**now), [entry(project())]).changes) == said


@pytest.mark.parametrize(
    "now",
    [
        {"metric": changed(WEEK, description="of a week", dimensions=("plan",), role="guardrail")},
        {"study": changed(STUDY, description="trial", metrics=("week", "other"))},
        {"line": changed(LINE, ramp=3, decay=Decimal("0.1"))},
        {"pilot": changed(PILOT, budget=Decimal("1000.00"))},
    ],
)
def test_what_is_said_of_it_or_comes_after_it_is_no_change(now):
    assert register(project(**now), [entry(project())]).changes == ()


@pytest.mark.parametrize(
    ("now", "old"),
    [
        ({"pilot": changed(PILOT, criteria=(changed(HARM, below=Decimal(-1)), WORTH, GAIN))}, ["harm"]),
        ({"pilot": changed(PILOT, criteria=(changed(HARM, alpha=Decimal("0.01")), WORTH, GAIN))}, ["harm"]),
        ({"pilot": changed(PILOT, criteria=(changed(HARM, rule="warn"), WORTH, GAIN))}, ["harm"]),
        ({"pilot": changed(PILOT, criteria=(GAIN,))}, ["harm", "worth"]),
        ({"pilot": changed(PILOT, end="2026-02-28")}, ["harm", "worth"]),
        ({"pilot": changed(PILOT, end="2026-12-31")}, []),
        ({"line": changed(LINE, worth=Decimal(200))}, ["worth"]),
        ({"pilot": changed(PILOT, criteria=(HARM, WORTH))}, []),
    ],
)
def test_kill_criteria_of_old_go_on_unless_a_present_one_fires_wherever_they_would(now, old):
    found = register(project(**now), [entry(project())])
    assert [aim.criterion.name for aim in found.aims if aim.registered == "2026-01-05"] == old


def test_an_old_line_keeps_its_worth():
    found = register(project(line=changed(LINE, worth=Decimal(200))), [entry(project())])
    assert [aim.factor for aim in found.aims if aim.criterion.name == "worth"] == [2000.0, 20.0]


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"study": changed(STUDY, name="other")}, "there is no study trial any more"),
        ({"study": changed(STUDY, metrics=())}, "study trial has no metric week any more"),
        ({"study": changed(STUDY, arms=("a", "c"))}, "study trial has no arm b any more"),
        ({"metric": changed(WEEK, window=None)}, "'week' has no window: what is known of a unit grows from look to look"
         ", and the bound holds for units that count once"),
    ],
)  # fmt: skip
def test_a_kill_criterion_that_can_no_longer_be_watched_is_named(now, why):
    pilot = changed(PILOT, criteria=())
    found = register(project(pilot=pilot, **now), [entry(project())])
    assert found.lost[0] == f"kill criterion harm, as registered on 2026-01-05: {why}"
    assert not found.aims


def test_a_registration_after_the_start_is_late():
    assert lateness("2026-01-05", "2026-01-05") == ""
    assert lateness("2026-01-01", "2026-01-05") == ""
    assert lateness("2026-01-06", "2026-01-05").startswith("It was registered on 2026-01-06, 1 day after its start")
