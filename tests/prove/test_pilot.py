"""A pilot on a company's records: looks are those of the reports, kills stay, and the log is written once a look."""

import json
import random
import shutil
import signal
import subprocess
import sys
from datetime import date, timedelta

import pytest

from liftledger.engine.state.lock import locked
from liftledger.prove.pilot_log import NAME
from tests.company import Company, run
from tests.elsewhere import on_postgres

FIRST = date(2026, 3, 1)
DAYS = 40
USERS = 1200


def on(day: int) -> str:
    """The nth day of the pilot, from 0."""
    return (FIRST + timedelta(days=day)).isoformat()


def records(company: Company, *, harm: float) -> None:
    """30 users a day, half of them fancy, who spend 10 within the week; fancy ones less by `harm`."""
    chance = random.Random(5)
    company.assignments, company.orders = [], []
    for user in range(USERS):
        start, arm = user * DAYS // USERS, ("plain", "fancy")[chance.random() < 0.5]
        company.assignments.append((f"u{user}", arm, f"{on(start)}T08:00:00"))
        mean = 10 - harm * (arm == "fancy")
        for _ in range(chance.choice((0, 1, 2))):
            amount = max(0, chance.gauss(mean, 5))
            at = on(start + chance.randrange(12))
            company.orders.append((f"o{len(company.orders)}", f"u{user}", f"{at}T12:00:00", f"{amount:.2f}", 1))


@pytest.fixture
def pilot(company: Company) -> Company:
    """Kill where fancy loses more than 0.50 a user, pass where it brings more."""
    records(company, harm=0.0)
    facts = company.definitions["facts"]
    facts["assignments"]["through"] = facts["orders"]["through"] = on(DAYS + 20)
    company.definitions["metrics"]["visits"] = {"kind": "count", "fact": "orders", "window": "7d"}
    company.definitions["pilot"] = {
        "start": on(0),
        "end": on(DAYS + 10),
        "budget": 10000,
        "criteria": {
            "harm": {"rule": "kill", "study": "trial", "metric": "revenue", "below": -0.5, "tuned_for": 800},
            "gain": {"rule": "pass", "study": "trial", "metric": "revenue", "above": 2, "tuned_for": 800},
        },
        "leading": ["bought"],
        "tranches": {"second": {"amount": 4000, "date": on(20), "needs": ["harm"]}},
    }
    return company.write()


def stood(company: Company, *options: object) -> dict:
    ran = run("pilot", company.folder, "--json", *options)
    assert (ran.status, ran.err) == (0, ""), ran.err
    return json.loads(ran.out)


def log(company: Company) -> list[dict]:
    path = company.folder / NAME
    return [json.loads(line)["what"] for line in path.read_text().splitlines()] if path.exists() else []


def kinds(company: Company) -> list[str]:
    return [what.get("state", what["type"]) for what in log(company)]


def reports_until(company: Company, day: int) -> Company:
    """As if the records ended before a day."""
    facts = company.definitions["facts"]
    facts["assignments"]["through"] = facts["orders"]["through"] = on(day - 1)
    company.definitions["as_of"] = on(day)
    return company.define()


def test_each_look_is_that_of_the_report_of_its_date(pilot):
    watched = stood(pilot, "--as-of", on(30))["watched"]
    assert [one["looks"][-1]["date"] for one in watched] == [on(30), on(30)]
    looks = watched[0]["looks"]
    assert [one["date"] for one in looks] == [on(day) for day in range(30 - len(looks) + 1, 31)]
    for look in looks[:: len(looks) // 4]:
        estimates = pilot.report("--as-of", look["date"])["estimates"]
        shown = next(one for one in estimates if one["metric"] == "revenue" and one["headline"] and not one["segment"])
        assert (look["effect"], look["units"]) == (shown["effect"]["value"], sum(shown["units"].values()))
        assert look["bound"] > shown["effect"]["high"]


@pytest.mark.parametrize("refreshed", [False, True])
def test_kept_sums_and_rows_give_the_same_looks(pilot, refreshed):
    if refreshed:  # then rows come in addition, and units
        orders, assignments = pilot.orders, pilot.assignments
        pilot.orders, pilot.assignments = orders[::2], assignments[:-100]
        pilot.write()
        assert run("refresh", pilot.folder).status == 0
        pilot.orders, pilot.assignments = orders, assignments
        pilot.write()
    kept = stood(pilot, "--as-of", on(45))
    state = pilot.folder / "state"
    shutil.rmtree(state)
    pilot.put("state/notes.txt", "a user's")
    measured = stood(pilot, "--as-of", on(45))
    assert measured["watched"] == kept["watched"]
    assert measured["notes"] == [
        "Nothing was registered by then; `liftledger pilot` does it.",
        f"All rows were read: {state}: it is there already, and no refresh has made it.",
        "Only shown: with --as-of nothing is written to the log.",
    ]


def test_a_pilot_leaves_what_a_refresh_keeps_as_it_was(pilot):
    run("refresh", pilot.folder)
    state = pilot.folder / "state"
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    pilot.orders.append(("late", "u1", f"{on(3)}T12:00:00", "12.00", 1))
    pilot.write()
    stood(pilot)
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before
    assert "orders: " in run("refresh", pilot.folder).out


def test_without_harm_it_is_on_track_and_registered_once(pilot):
    del pilot.definitions["pilot"]["criteria"]["gain"]
    first, again = (stood(reports_until(pilot, 25)) for _ in range(2))
    assert (first["state"], first["date"], first["reason"]) == ("on track", first["date"], "no criterion has fired")
    assert first == again
    assert kinds(pilot) == ["registered", "on track", "released"]


def test_harm_kills_on_the_first_day_that_proves_it(pilot):
    records(pilot, harm=5)
    pilot.write()
    found = stood(reports_until(pilot, DAYS + 11))
    harm = found["watched"][0]
    beyond = [look["date"] for look in harm["looks"] if look["bound"] < -0.5]
    assert (found["state"], found["date"], harm["state"], harm["fired"]) == ("killed", beyond[0], "killed", beyond[0])
    assert found["reason"].startswith(f"harm: in the report of {beyond[0]} the effect was -")
    assert not found["tranches"][0]["released"]


def test_a_killed_pilot_stays_killed_whatever_the_records_say_later(pilot):
    records(pilot, harm=5)
    pilot.write()
    killed = stood(reports_until(pilot, DAYS))
    records(pilot, harm=-20)
    pilot.write()
    later = stood(reports_until(pilot, DAYS + 5))
    assert later["watched"][1]["state"] == "passed"
    assert (later["state"], later["date"], later["reason"]) == ("killed", killed["date"], killed["reason"])
    assert "The records as they are now no longer show why it was killed; it stays killed." in later["notes"]
    assert kinds(pilot) == ["registered", "killed"]
    asked = stood(pilot, "--as-of", on(DAYS))
    assert (asked["state"], asked["date"], asked["reason"]) == ("killed", killed["date"], killed["reason"])


def test_a_killed_pilot_is_killed_on_every_date_from_then_on_whatever_became_of_its_criteria(pilot):
    """Softened again after it was killed by a criterion that was edited in: the log alone still knows."""
    pilot.definitions["pilot"]["criteria"]["harm"]["below"] = -8
    stood(reports_until(pilot, 12))
    pilot.definitions["pilot"]["criteria"]["gain"] = {
        "rule": "kill", "study": "trial", "metric": "revenue", "below": 50, "tuned_for": 800
    }  # fmt: skip
    killed = stood(reports_until(pilot, DAYS + 10))
    assert (killed["state"], killed["date"] < on(DAYS)) == ("killed", True)
    day = (date.fromisoformat(killed["date"]) - FIRST).days
    del pilot.definitions["pilot"]["criteria"]["gain"]
    pilot.define()
    then = [stood(pilot, "--as-of", on(one)) for one in (day - 1, day, DAYS)]
    assert [(one["state"], one["date"]) for one in then[1:]] == [("killed", killed["date"])] * 2
    assert then[0]["state"] != "killed"
    assert f"The log has it killed from {killed['date']} on." in then[0]["notes"]
    assert [(one["criterion"], one["registered"]) for one in then[0]["watched"]] == [("harm", "")]


def test_asked_for_a_day_before_its_registration_it_says_when_that_was(pilot):
    stood(reports_until(pilot, 25))
    notes = stood(pilot, "--as-of", on(15))["notes"]
    assert notes[0] == "Nothing was registered by then; `liftledger pilot` does it."
    assert notes[1] == f"It was registered on {on(25)}; its criteria are shown as they are now."


def test_declared_costs_end_on_the_day_of_the_kill_and_what_was_released_stays_so(pilot):
    pilot.definitions["value"] = {
        "discount": "10%",
        "lines": {"more": {"study": "trial", "metric": "revenue", "arm": "fancy", "per": "new unit", "units": 1000,
                           "basis": "margin"}},
        "costs": {"run": {"category": "models", "monthly": 310}},
    }  # fmt: skip
    pilot.definitions["pilot"]["tranches"]["second"] = {"amount": 4000, "date": on(5)}
    before = stood(reports_until(pilot, 20))
    assert (before["spent"], before["spent_until"], before["spent_fact"]) == (200, on(20), "")
    records(pilot, harm=5)
    pilot.write()
    killed = stood(reports_until(pilot, DAYS + 5))
    days = (date.fromisoformat(killed["date"]) - FIRST).days
    assert (killed["state"], killed["spent_until"]) == ("killed", killed["date"])
    assert killed["spent"] == 10 * days  # 310 a month, in March
    assert (killed["tranches"][0]["released"], killed["tranches"][0]["reason"]) == (True, f"since {on(20)}")


def test_bills_go_on_counting_after_a_kill(pilot):
    records(pilot, harm=5)
    pilot.write()
    spending(pilot, (f"{on(3)}T10:00:00", "1000.50"), (f"{on(DAYS)}T10:00:00", "70.00"))
    found = stood(reports_until(pilot, DAYS + 5))
    assert (found["state"], found["spent"], found["spent_until"]) == ("killed", 1070.5, on(DAYS + 5))
    assert (found["spent_fact"], found["date"] < on(DAYS)) == ("bills", True)


def test_looked_at_day_by_day_it_is_killed_on_the_same_day_as_in_hindsight(pilot):
    records(pilot, harm=4)
    pilot.write()
    hindsight = stood(pilot, "--as-of", on(DAYS))["date"]
    day = (date.fromisoformat(hindsight) - FIRST).days
    found = [stood(reports_until(pilot, one)) for one in (day - 1, day, day + 1)]
    assert [(one["state"], one["date"]) for one in found[1:]] == [("killed", hindsight)] * 2
    assert found[0]["state"] == "warn"
    assert kinds(pilot) == ["registered", "warn", "killed"]


def test_gains_pass_and_release_the_tranche(pilot):
    records(pilot, harm=-20)
    pilot.write()
    found = stood(reports_until(pilot, DAYS))
    assert (found["state"], found["date"]) == ("passed", found["watched"][1]["fired"])
    assert found["tranches"][0]["released"]
    assert kinds(pilot) == ["registered", "passed", "released"]


def test_softened_criteria_are_told_and_the_old_ones_go_on_killing(pilot):
    stood(reports_until(pilot, 12))
    pilot.definitions["pilot"]["criteria"]["harm"]["below"] = -8
    records(pilot, harm=5)
    pilot.write()
    found = stood(reports_until(pilot, DAYS))
    assert found["state"] == "killed"
    assert found["reason"].startswith(f"harm (as registered on {on(12)}): ")
    assert found["notes"][0].startswith(
        f"Changed on {on(DAYS)}, after it was registered: criterion harm was: kill where revenue of fancy in trial is"
        " below -0.5, alpha 0.05, tuned for 800; and is: "
    )
    assert [one["registered"] for one in found["watched"]] == ["", "", on(12)]


def test_a_kill_criterion_whose_metric_is_gone_is_told_and_nothing_passes(pilot):
    pilot.definitions["pilot"]["criteria"]["visits"] = {
        "rule": "kill", "study": "trial", "metric": "visits", "below": -1
    }  # fmt: skip
    stood(reports_until(pilot, 12))
    del pilot.definitions["metrics"]["visits"]
    del pilot.definitions["pilot"]["criteria"]["visits"]
    records(pilot, harm=-20)
    pilot.write()
    found = stood(reports_until(pilot, DAYS))
    assert (found["watched"][1]["state"], found["state"]) == ("passed", "warn")
    assert found["reason"] == (
        f"kill criterion visits, as registered on {on(12)}: study trial has no metric visits any more"
    )


def test_a_broken_study_decides_nothing(pilot):
    records(pilot, harm=-20)
    pilot.assignments = [one for one in pilot.assignments if one[1] == "plain" or int(one[0][1:]) % 3]
    pilot.write()
    found = stood(reports_until(pilot, DAYS))
    assert [found["state"], *((one["state"], one["fired"]) for one in found["watched"])] == [
        "warn",
        *[("warn", None)] * 2,
    ]
    assert found["reason"].startswith("study trial is broken, so nothing is decided by it, and it should stop: sample")
    assert not found["tranches"][0]["released"]


def test_asked_for_a_past_date_it_writes_nothing(pilot):
    stood(pilot, "--as-of", on(20))
    assert log(pilot) == []
    stood(reports_until(pilot, 25))
    before = (pilot.folder / NAME).read_bytes()
    earlier = stood(reports_until(pilot, 15))
    assert (
        f"Only shown: the log holds a look at {on(25)} already, and the records reach to {on(15)}." in earlier["notes"]
    )
    assert (pilot.folder / NAME).read_bytes() == before


def test_the_date_on_which_it_was_registered_tells_of_results_that_were_known(pilot):
    found = stood(reports_until(pilot, 25))
    told = f"It was registered on {on(25)}, 25 days after its start: who chose the criteria may have seen its results."
    assert told in found["notes"]


def test_a_broken_log_is_one_sentence_and_nothing_is_shown_or_written(pilot):
    stood(reports_until(pilot, 12))
    path = pilot.folder / NAME
    path.write_bytes(path.read_bytes().replace(b"-0.5", b"-0.9"))
    before = path.read_bytes()
    for options in ((), ("--json",), ("--as-of", on(12))):
        ran = run("pilot", pilot.folder, *options)
        assert (ran.status, ran.out, ran.err) == (
            1,
            "",
            "pilot.jsonl line 1: what is registered there does not have the SHA-256 that is given with it; put back the"
            " copy that is whole: without it nobody can tell where the pilot stands, and nothing is written\n",
        )
    assert path.read_bytes() == before


def test_a_log_that_cannot_be_written_to_is_told(pilot):
    (pilot.folder / NAME).mkdir()
    ran = run("pilot", pilot.folder)
    assert "Is a directory" in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("start", [on(DAYS + 21), "2199-01-05"])
def test_before_it_begins_it_is_registered_although_nobody_was_assigned(pilot, start):
    """Whatever the clock says: the records end on that day, or before."""
    pilot.definitions["pilot"] |= {"start": start, "end": "2199-06-30", "tranches": {}}
    pilot.definitions["studies"]["trial"]["start"] = start
    pilot.define()
    for _ in range(2):
        found = stood(pilot)
        assert found["state"] == "on track"
        assert [(one["criterion"], one["looks"]) for one in found["watched"]] == [("harm", []), ("gain", [])]
        assert found["notes"][0].startswith("Nothing can be measured yet: studies.trial: no unit was assigned")
    assert kinds(pilot) == ["registered", "on track"]


def test_once_it_has_begun_a_study_without_units_is_a_mistake(pilot):
    pilot.definitions["studies"]["trial"]["start"] = "2199-01-05"
    ran = run("pilot", pilot.define().folder)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("studies.trial: no unit was assigned before the report's date")


def test_while_a_refresh_runs_all_rows_are_read(pilot):
    with locked(pilot.folder / "state"):
        found = stood(reports_until(pilot, 15))
    told = f"All rows were read: {pilot.folder / 'state'}: a refresh runs since"
    assert found["notes"][-1].startswith(told)
    assert kinds(pilot)[0] == "registered"


def test_two_at_once_write_one_log(pilot):
    reports_until(pilot, 25)
    command = [sys.executable, "-m", "liftledger", "pilot", pilot.folder, "--json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    one, other = (json.loads(each.communicate()[0]) for each in running)
    assert (one["watched"], one["log"]) == (other["watched"], other["log"])
    assert len(log(pilot)) == one["log"]["entries"] == len(set(map(str, log(pilot))))


STOPPED = """
import os, signal, sys
from liftledger.cli import main
from liftledger.prove import pilot_log
append, left = pilot_log.Appending.append, iter(range(1, -1, -1))
def stopping(log, *given):
    whole = os.write
    def part(opened, line):
        whole(opened, line[: int(sys.argv[2])])
        os.kill(os.getpid(), signal.SIGKILL)
    if next(left) == 0:
        os.write = part
    append(log, *given)
pilot_log.Appending.append = stopping
main(["pilot", sys.argv[1]])
"""


@pytest.mark.parametrize(("written", "torn"), [(40, True), (100_000, False)])
def test_stopped_while_it_writes_that_it_is_killed_the_next_run_knows_and_writes_it_once(pilot, written, torn):
    records(pilot, harm=5)
    reports_until(pilot.write(), DAYS)
    stopped = subprocess.run([sys.executable, "-c", STOPPED, pilot.folder, str(written)], check=False)
    assert stopped.returncode == -signal.SIGKILL
    found = stood(pilot)
    assert (found["state"], kinds(pilot)) == ("killed", ["registered", "killed"])
    told = f"The last line of {NAME} was not whole ({written} bytes), and was cut off."
    assert (told in found["notes"]) == torn


def test_without_a_pilot_it_says_what_to_add(company):
    ran = run("pilot", company.write().folder)
    assert (ran.status, ran.err) == (
        1,
        "liftledger.yaml: it declares no pilot; add `pilot:`, as in docs/pilot.md\n",
    )


def test_a_killed_pilot_that_is_no_longer_declared_is_remembered(pilot):
    records(pilot, harm=5)
    pilot.write()
    killed = stood(reports_until(pilot, DAYS))
    del pilot.definitions["pilot"]
    ran = run("pilot", pilot.define().folder)
    told = f"it declares no pilot, and pilot.jsonl holds one: killed since {killed['date']}"
    assert (ran.status, ran.err) == (1, f"liftledger.yaml: {told}; put `pilot:` back as it was registered\n")


def spending(company: Company, *amounts: tuple[str, str]) -> None:
    facts, declared = company.definitions["facts"], company.definitions["pilot"]
    facts["bills"] = {"files": "data/bills.csv", "unit": "user", "time": "at", "columns": {"amount": "money"}}
    declared["spent"] = {"fact": "bills", "amount": "amount"}
    rows = "".join(f"u1,{at},{amount}\n" for at, amount in amounts)
    company.put("data/bills.csv", f"user,at,amount\n{rows}").define()


def test_bills_are_spent_from_their_day_on_and_a_nearly_spent_budget_warns(pilot):
    spending(pilot, (f"{on(3)}T10:00:00", "1000.50"), (f"{on(9)}T10:00:00", "7000.00"), (f"{on(30)}T10:00:00", "9.00"))
    assert stood(pilot, "--as-of", on(9))["spent"] == 1000.5
    found = stood(reports_until(pilot, 20))
    assert (found["spent"], found["state"], found["date"]) == (8000.5, "warn", on(10))
    assert found["reason"].endswith("8\u202f000 of the budget of 10\u202f000 is spent")


def test_declared_costs_are_spent_day_by_day_and_a_line_is_watched_in_money(pilot):
    line = {"study": "trial", "metric": "revenue", "arm": "fancy", "per": "new unit", "units": 1000, "basis": "margin"}
    pilot.definitions["value"] = {
        "discount": "10%",
        "lines": {"more": line | {"holdout": "10%", "realisation": "50%"}},
        "costs": {"build": {"category": "engineering", "once": 3000}, "run": {"category": "models", "monthly": 310}},
    }
    pilot.definitions["pilot"]["criteria"]["worth"] = {"rule": "pass", "line": "more", "above": 225}
    pilot.define()
    found = stood(pilot, "--as-of", on(30))
    assert found["spent"] == 3000 + 310 * 30 / 31  # month 1 of the pilot is March
    (worth,) = [one for one in found["watched"] if one["criterion"] == "worth"]
    (gain,) = [one for one in found["watched"] if one["criterion"] == "gain"]
    assert (worth["unit"], worth["threshold"]) == ("EUR per month", 225)
    assert worth["looks"][-1]["effect"] == pytest.approx(1000 * 0.9 * 0.5 * gain["looks"][-1]["effect"], rel=1e-9)


def test_less_may_be_money(pilot):
    metrics, line = pilot.definitions["metrics"], {"study": "trial", "metric": "visits", "per": "new unit"}
    metrics["visits"]["better"] = "lower"
    pilot.definitions["value"] = {
        "discount": "10%",
        "lines": {"fewer": line | {"units": 100, "worth": 3, "basis": "saving"}},
        "costs": {"build": {"category": "engineering", "once": 3000}},
    }
    criteria = pilot.definitions["pilot"]["criteria"]
    criteria["worth"] = {"rule": "kill", "line": "fewer", "below": 30}
    criteria["visits"] = {"rule": "kill", "study": "trial", "metric": "visits", "above": -0.1}
    pilot.define()
    worth, visits = (
        one for one in stood(pilot, "--as-of", on(40))["watched"] if one["criterion"] in ("worth", "visits")
    )
    assert [look["bound"] for look in worth["looks"]] == pytest.approx([-300 * one["bound"] for one in visits["looks"]])


def test_in_postgres_the_looks_are_the_same(pilot, tmp_path, postgres_server):
    elsewhere = on_postgres(pilot.folder, tmp_path / "elsewhere", postgres_server.database("pilot"))
    ran = run("pilot", elsewhere, "--json", "--as-of", on(40))
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["watched"] == stood(pilot, "--as-of", on(40))["watched"]
