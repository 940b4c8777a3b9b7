"""What looks, money and log decide together, from what was seen, by hand."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.pilot import Criterion, Look, Pilot, Tranche, Watched
from liftledger.prove.decided import decided
from liftledger.prove.pilot_log import BEGINNING, Entry, Released, Terms, Turned
from liftledger.prove.pilot_records import Seen
from liftledger.prove.registration import Register
from liftledger.prove.watching import Series

DAYS = [f"2026-01-{day:02}" for day in range(2, 11)]
HARM = Criterion("harm", "s", "m", "a", "kill", below=Decimal(0))
GAIN = Criterion("gain", "s", "m", "a", "pass", above=Decimal(1))
PILOT = Pilot("2026-01-01", "2026-01-31", Decimal(100), criteria=(HARM, GAIN),
              tranches=(Tranche("next", Decimal(50), "2026-01-05", ("harm",)),))  # fmt: skip

BILLED = msgspec.structs.replace(PILOT, spent="bills", spent_amount="amount")


def series(rule="kill", states="ttttttttt", study="s"):
    """A state a day, from 2 January on: on Track, Warn, Killed, Passed; '.' before the first look that counts."""
    words = {"t": "on track", "w": "warn", "k": "killed", "p": "passed"}
    by_day = {day: words[letter] for day, letter in zip(DAYS, states, strict=False) if letter != "."}
    fired = next((day for day, state in by_day.items() if state in ("killed", "passed")), None)
    looks = tuple(Look(day, 100, 1.0, 0.5) for day in by_day)
    last = by_day[max(by_day)] if by_day else "on track"
    name = {"kill": "harm", "pass": "gain", "warn": "mind"}[rule]
    return Series(Watched(name, last, 0.0, "rows", looks, fired, f"{name} says", rule, study=study), by_day)


def stands(*watched, pilot=PILOT, entries=(), lost=(), until="2026-01-10", asked=False, written=None, **seen):
    found = Seen(until, watched, **({"broken": {}, "spent": {}, "leading": ()} | seen))
    known = Register(Terms(pilot, {}, {}, {}), (), None, "", (), (), lost)
    log = [Entry(BEGINNING, written or until, until, what) for what in entries]
    return decided(found, known, log, asked=asked)


def told(decision):
    return decision.state, decision.date, decision.reason


def test_nothing_that_fired_is_on_track_since_the_start():
    assert told(stands(series(), series("pass"))) == ("on track", "2026-01-01", "no criterion has fired")


def test_what_nobody_could_look_at_yet_is_on_track_and_says_so():
    reason = "no criterion has fired, and no look at harm counts yet"
    assert told(stands(series(states="........."), series("pass", "........."))) == ("on track", "2026-01-01", reason)


def test_before_it_begins():
    assert told(stands(until="2025-12-20")) == ("on track", "2025-12-20", "it begins on 2026-01-01")


@pytest.mark.parametrize(
    ("states", "since"),
    [
        ("twwwwwwww", "2026-01-03"),
        ("wwtwwwwww", "2026-01-05"),
        ("tttttttttw"[1:], "2026-01-10"),
        ("w........", "2026-01-02"),
    ],
)
def test_a_warning_lasts_since_the_day_from_which_on_every_day_deserved_one(states, since):
    assert told(stands(series(states=states))) == ("warn", since, "harm: harm says")


def test_several_criteria_warn_together_without_a_break():
    found = stands(series(states="twwtttttt"), series("pass", "tttwwwwww"))
    assert (found.state, found.date) == ("warn", "2026-01-03")


def test_the_first_kill_counts_whatever_else_is_true():
    late, early = series(states="ttttttkkk"), series(states="tttkkkkkk")
    assert told(stands(late, early, series("pass", "tppppppppp"))) == ("killed", "2026-01-05", "harm: harm says")
    assert stands(early, lost=("gone",)).state == "killed"
    assert stands(early, broken={"other": "study other is broken"}).state == "killed"


def test_it_passes_once_all_that_is_to_pass_has():
    one, other = series("pass", "ttpppppppp"), series("pass", "ttttpppppp")
    assert told(stands(series(), one, other)) == ("passed", "2026-01-06", "gain: gain says")
    assert stands(series(), one, series("pass")).state == "on track"
    assert stands(series()).state == "on track"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"broken": {"s": "study s is broken"}}, "study s is broken"),
        ({"lost": ("harm is gone",)}, "harm is gone"),
    ],
)
def test_what_is_not_sound_never_passes(given, reason):
    assert told(stands(series("pass", "pppppppppp"), **given)) == ("warn", "2026-01-10", reason)
    since = stands(series("pass", "pppppppppp"), entries=(Turned("warn", "2026-01-07", "study s is broken"),), **given)
    assert (since.state, since.date) == ("warn", "2026-01-07")


def test_killed_once_is_killed_for_good():
    killed = (Turned("killed", "2026-01-04", "harm: proven"), Turned("on track", "2026-01-05", "somebody wrote this"))
    found = stands(series(), series("pass", "pppppppppp"), entries=killed)
    assert told(found) == ("killed", "2026-01-04", "harm: proven")
    assert found.notes == ("The records as they are now no longer show why it was killed; it stays killed.",)


LATER = (Turned("on track", "2026-01-01", "fine"), Turned("killed", "2026-01-08", "harm: proven"))


@pytest.mark.parametrize("day", ["2026-01-08", "2026-01-09"])
def test_asked_for_a_day_from_the_kill_on_it_is_killed_although_the_log_was_written_later(day):
    found = stands(series(states="w"), entries=LATER, until=day, written="2026-07-01", asked=True)
    assert told(found) == ("killed", "2026-01-08", "harm: proven")


def test_asked_for_a_day_before_the_kill_it_is_not_killed_yet():
    found = stands(series(states="tttttt"), entries=LATER, until="2026-01-07", written="2026-07-01", asked=True)
    assert (found.state, found.date, found.notes) == ("on track", "2026-01-01", ())


def test_asked_for_a_day_before_the_kill_records_that_now_prove_it_earlier_kill():
    found = stands(series(states="ttkkkk"), entries=LATER, until="2026-01-07", written="2026-07-01", asked=True)
    assert (found.state, found.date, found.notes) == ("killed", "2026-01-04", ())


def test_today_a_kill_of_the_log_counts_even_where_the_records_end_before_it():
    assert stands(series(states="tttttt"), entries=LATER, until="2026-01-07").state == "killed"


def test_asked_for_a_day_what_was_released_later_is_judged_by_its_own_day():
    given = {"entries": (Released("next"),), "written": "2026-07-01", "asked": True}
    assert [one.released for one in stands(series(), until="2026-01-04", **given).tranches] == [False]
    due = "its date has come, its needs stand well; the log holds no release by then"
    assert [one.reason for one in stands(series(), until="2026-01-10", **given).tranches] == [due]
    assert [one.reason for one in stands(series(), until="2026-07-01", **given).tranches] == ["since 2026-07-01"]


@pytest.mark.parametrize(
    ("pilot", "spent", "said"),
    [
        (PILOT, 90.0, "declared costs come to 90 of the budget of 100"),
        (PILOT, 101.0, "declared costs come to 101, more than the budget of 100"),
        (BILLED, 90.0, "90 of the budget of 100 is spent"),
        (BILLED, 101.0, "101 is spent, more than the budget of 100"),
    ],
)
def test_declared_costs_are_not_called_spent(pilot, spent, said):
    assert stands(series(), pilot=pilot, spent={"2026-01-10": spent}).reason == said


def test_a_pass_that_corrected_records_no_longer_show_is_told():
    found = stands(series("pass"), entries=(Turned("passed", "2026-01-04", "gain: proven"),))
    assert found.state == "on track"
    assert found.notes == ("It was told as passed before; by the records and the log as they are now it has not.",)
    assert stands(series("pass", "ttttttppp"), entries=(Turned("passed", "2026-01-04", ""),)).date == "2026-01-04"


@pytest.mark.parametrize(
    ("spent", "state", "since"),
    [
        ({"2026-01-09": 70.0, "2026-01-10": 79.9}, "on track", "2026-01-01"),
        ({"2026-01-09": 70.0, "2026-01-10": 80.0}, "warn", "2026-01-10"),
        ({"2026-01-08": 79.0, "2026-01-09": 90.0, "2026-01-10": 101.0}, "warn", "2026-01-09"),
    ],
)
def test_money_warns_from_four_fifths_of_the_budget_on(spent, state, since):
    before = dict.fromkeys(["2026-01-01", *DAYS], 0.0)
    found = stands(series(), spent=before | spent)
    assert (found.state, found.date) == (state, since)


def test_it_ends_without_a_decision_as_a_warning():
    found = stands(series(), until="2026-02-03")
    assert told(found) == ("warn", "2026-02-03", "it ended on 2026-01-31 without a decision")
    assert stands(series("pass", "ppppppppp"), until="2026-02-03").state == "passed"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, ""),
        ({"until": "2026-01-04"}, "not before 2026-01-05"),
        ({"watched": (series(states="."),)}, "no look at harm counts yet"),
        ({"watched": (series(states="tttttttww"),)}, "harm stands at warn"),
        ({"watched": (series(states="tttttttkk"),)}, "the pilot is killed, and the log holds no release by then"),
        ({"watched": (series(states="tttttttkk"),), "until": "2026-01-04"}, "the pilot is killed"),
        ({"broken": {"s": "..."}}, "study s is broken"),
        ({"spent": {"2026-01-10": 100.5}}, "declared costs come to more than the budget"),
        ({"spent": {"2026-01-10": 100.5}, "pilot": BILLED}, "more than the budget is spent"),
        ({"until": "2026-02-03"}, "the pilot ended on 2026-01-31"),
    ],
)
def test_a_tranche_is_released_when_its_date_has_come_and_its_needs_stand_well(given, why):
    (tranche,) = stands(*given.pop("watched", (series(),)), **given).tranches
    assert (tranche.released, tranche.reason) == (not why, why or "its date has come, its needs stand well")


def test_what_was_released_stays_so():
    (tranche,) = stands(series(states="tttttttkk"), entries=(Released("next"),)).tranches
    assert (tranche.released, tranche.reason) == (True, "since 2026-01-10")


def test_a_criterion_of_a_former_registration_is_named_so():
    old = series(states="tttkkkkkk")
    old = msgspec.structs.replace(old, watched=msgspec.structs.replace(old.watched, registered="2025-12-31"))
    assert stands(old).reason == "harm (as registered on 2025-12-31): harm says"
