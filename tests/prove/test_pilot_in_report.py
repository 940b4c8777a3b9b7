"""A report says where the pilot stood by its date: from its own sums, and from the log as from any other input."""

import json
import shutil

import pytest

from liftledger.prove.pilot_log import NAME
from tests.company import run
from tests.prove.test_pilot import DAYS, kinds, on, pilot, records, reports_until, stood  # noqa: F401


def shown(pilot, *options):  # noqa: F811
    return pilot.report(*options)["pilot"]


def test_the_report_and_the_command_say_the_same_of_every_date(pilot):  # noqa: F811
    records(pilot, harm=4)
    reports_until(pilot.write(), DAYS)
    for day in (3, 15, 28, DAYS):
        one, other = shown(pilot, "--as-of", on(day)), stood(pilot, "--as-of", on(day))
        assert other["notes"].pop() == "Only shown: with --as-of nothing is written to the log."
        assert one == other


def test_without_a_pilot_there_is_none(company):
    assert shown(company.write()) is None


def test_a_report_reads_the_log_and_writes_none(pilot):  # noqa: F811
    records(pilot, harm=5)
    reports_until(pilot.write(), DAYS)
    first = shown(pilot)
    assert (first["state"], first["log"]) == ("killed", None)
    assert first["notes"] == [
        "Nothing was registered by then; `liftledger pilot` does it.",
        f"By {on(DAYS)} its log did not hold that it is killed: `liftledger pilot` writes it down, for good.",
    ]
    assert not (pilot.folder / NAME).exists()
    told = stood(pilot)
    before = (pilot.folder / NAME).read_bytes()
    assert shown(pilot) == told
    assert run("verify", pilot.folder).status == 0
    assert (pilot.folder / NAME).read_bytes() == before


def test_a_killed_pilot_stays_killed_in_every_report_from_that_day_on(pilot):  # noqa: F811
    records(pilot, harm=5)
    reports_until(pilot.write(), DAYS)
    killed = stood(pilot)
    pilot.definitions["pilot"]["criteria"]["harm"]["below"] = -50
    records(pilot, harm=-20)
    reports_until(pilot.write(), DAYS + 5)
    found = [shown(pilot, "--as-of", on(day)) for day in (2, DAYS, DAYS + 5)]
    assert [(one["state"], one["date"]) for one in found[1:]] == [("killed", killed["date"])] * 2
    assert found[0]["state"] != "killed"


@pytest.mark.parametrize("command", ["report", "refresh", "check", "verify"])
def test_a_broken_log_is_a_mistake_as_in_any_other_input(pilot, command):  # noqa: F811
    stood(reports_until(pilot, 12))
    pilot.report()
    path = pilot.folder / NAME
    path.write_bytes(path.read_bytes().replace(b"-0.5", b"-0.9"))
    before = {one.name: one.read_bytes() for one in pilot.path.parent.iterdir()}
    ran = run(command, pilot.folder)
    told = ran.err + ran.out
    assert ran.status == 1
    assert told.startswith("pilot.jsonl line 1: what is registered there does not have the SHA-256 that is given")
    assert {one.name: one.read_bytes() for one in pilot.path.parent.iterdir()} == before


def test_a_report_of_an_earlier_date_stays_what_it_was_whatever_the_log_says_since(pilot):  # noqa: F811
    records(pilot, harm=4)
    pilot.write()
    stood(reports_until(pilot, 12))
    assert run("report", pilot.folder, "--out", pilot.folder / "then").status == 0
    assert stood(reports_until(pilot, DAYS))["state"] == "killed"
    assert kinds(pilot)[-1] == "killed"
    reports_until(pilot, 12)
    assert run("verify", pilot.folder, "--report", pilot.folder / "then/report.json").out == "identical\n"


def test_the_log_of_another_project_is_told_by_what_it_registered(pilot, tmp_path):  # noqa: F811
    stood(reports_until(pilot, 12))
    lines = (pilot.folder / NAME).read_text()
    other = tmp_path / "other"
    shutil.copytree(pilot.folder, other)
    (other / NAME).write_text(lines)
    written = (other / "liftledger.yaml").read_text()
    (other / "liftledger.yaml").write_text(written.replace("trial", "attempt").replace("harm", "damage"))
    ran = run("pilot", other, "--json", "--as-of", on(12))
    found = json.loads(ran.out)
    assert found["state"] == "warn"
    assert found["reason"] == f"kill criterion harm, as registered on {on(12)}: there is no study trial any more"
    assert any(
        note.startswith("The definitions differ from what was registered: criterion harm is gone")
        for note in found["notes"]
    )


def test_a_refresh_is_the_report_with_a_pilot_too(pilot):  # noqa: F811
    records(pilot, harm=4)
    orders, assignments = pilot.orders, pilot.assignments
    pilot.orders, pilot.assignments = orders[::2], assignments[:-100]
    reports_until(pilot.write(), 30)

    def same(*options):
        assert run("refresh", pilot.folder, "--out", pilot.folder / "kept", *options).status == 0
        pilot.report(*options)
        assert (pilot.folder / "kept/report.json").read_bytes() == pilot.path.read_bytes()

    same()
    stood(pilot)  # the log alone is new
    same()
    assert run("refresh", pilot.folder, "--out", pilot.folder / "kept").out.startswith("nothing new")
    pilot.orders, pilot.assignments = orders, assignments
    reports_until(pilot.write(), DAYS)
    same()
    stood(pilot)
    pilot.definitions["pilot"]["criteria"]["harm"]["below"] = -50
    pilot.define()
    same()
    same("--as-of", f"{on(25)}T13:30")
