"""The commands as a user meets them: what they print, what they leave on disk, and how they end."""

import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from liftledger.cli import DIALECTS
from liftledger.engine import dialect as engine_dialect
from liftledger.engine.engine import Lost
from liftledger.engine.state.lock import locked
from liftledger.report.explanation import DIALECTS as NAMES
from tests.company import Company, Ran, run, table

LIFTLEDGER = [sys.executable, "-m", "liftledger"]
FILES = ("report/index.html", "report/provenance.json", "report/report.json")


@pytest.fixture
def reported(company: Company) -> Company:
    """The company with its report."""
    company.write().report()
    return company


# init


def test_init_makes_a_company_that_works_at_once(tmp_path: Path):
    made = run("init", tmp_path / "mine")
    assert (made.status, made.err) == (0, "")
    assert made.out.splitlines()[0] == str(tmp_path / "mine/liftledger.yaml")
    assert made.out.splitlines()[-1] == f"next: liftledger report {tmp_path / 'mine'}"
    assert run("check", tmp_path / "mine").out == "no mistakes\n"
    assert run("report", tmp_path / "mine").status == 0
    assert run("verify", tmp_path / "mine").out == "identical\n"


def test_init_says_where_it_cannot_write(company: Company):
    company.put("notes", "a file")
    ran = run("init", company.folder / "notes" / "mine")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"{company.folder / 'notes' / 'mine'}: the company cannot be written here (File exists)\n"


def test_init_never_writes_over_something(company: Company):
    company.put("notes.txt", "mine")
    before = company.files
    ran = run("init", company.folder)
    assert ran.status == 1
    assert ran.err.startswith(f"{company.folder} is not empty; name a folder that does not exist yet")
    assert company.files == before


# report


def test_report_prints_a_summary_and_where_the_page_is(company: Company):
    ran = run("report", company.write().folder)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Tea & Co, as of 2026-03-29 00:00 UTC, 95% intervals\n")
    assert ran.out.splitlines()[-1] == str(company.folder / "report/index.html")
    assert tuple(name for name in company.files if name.startswith("report/")) == FILES


def test_out_is_where_the_report_goes_and_the_project_is_left_alone(company: Company, tmp_path: Path):
    before = company.write().files
    ran = run("report", company.folder, "--out", tmp_path / "else/where")
    assert ran.status == 0
    assert company.files == before
    assert sorted(path.name for path in (tmp_path / "else/where").iterdir()) == [
        "index.html",
        "provenance.json",
        "report.json",
    ]
    assert run("verify", company.folder, "--report", tmp_path / "else/where/report.json").out == "identical\n"
    assert (
        run("explain", company.folder, "trial.bought.fancy", "--report", tmp_path / "else/where/report.json").status
        == 0
    )


def test_other_files_beside_the_report_stay(company: Company):
    company.write().put("report/notes.txt", "mine")
    company.report()
    assert company.files["report/notes.txt"] == b"mine"


def test_a_folder_may_have_spaces_and_letters_of_any_script(tmp_path: Path):
    company = Company(tmp_path / "チーム [a] 'b' * ünï cödé")
    company.write().report()
    split(company)
    assert run("verify", company.folder).out == "identical\n"
    assert run("check", company.folder).out == "no mistakes\n"


def test_paths_may_be_relative_to_where_the_command_runs(company: Company, monkeypatch: pytest.MonkeyPatch):
    company.write()
    monkeypatch.chdir(company.folder)
    assert run("report", ".").out.splitlines()[-1] == "report/index.html"
    assert run("verify", ".").out == "identical\n"


def test_the_report_is_the_same_bytes_on_one_and_two_threads(company: Company):
    company.write().report("--threads", 1)
    one = company.path.read_bytes()
    company.report("--threads", 2)
    assert company.path.read_bytes() == one


def test_report_validates_against_its_published_schema_and_holds_no_engine_place_or_clock(reported: Company):
    for name in ("report", "provenance"):
        schema = json.loads(run("schema", name).out)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads((reported.folder / f"report/{name}.json").read_bytes()), schema)
    text = reported.path.read_text()
    provenance = json.loads((reported.folder / "report/provenance.json").read_bytes())
    for word in (str(reported.folder), "duckdb", "orders.csv", provenance["created_at"][:13], "SELECT", "sha256"):
        assert word not in text
    assert provenance["engine"] == "duckdb"
    assert {source["place"] for source in provenance["sources"]} == {"data/assignments.csv", "data/orders.csv"}


def test_floats_have_at_most_twelve_significant_digits(reported: Company):
    written = re.findall(r"[-\d.]+(?:e[-+]?\d+)?", re.sub(r'"(?:[^"\\]|\\.)*"', "", reported.path.read_text()))
    floats = [number for number in written if "." in number or "e" in number]
    assert len(floats) > 50
    digits = [re.sub(r"e.*|[-.]", "", number).strip("0") for number in floats]
    assert max(map(len, digits)) == 12


def test_definitions_validate_against_their_published_schema(company: Company):
    schema = json.loads(run("schema").out)
    assert schema == json.loads(run("schema", "definitions").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(company.definitions, schema)
    company.definitions["studies"]["trial"]["kind"] = "experience"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(company.definitions, schema)


def test_a_project_without_studies_reports_on_its_records(company: Company):
    del company.definitions["studies"], company.definitions["metrics"]
    report = company.write().report()
    assert (report["studies"], report["estimates"]) == ([], [])
    assert {one["fact"]: one["rows"] for one in report["data"]} == {"assignments": 80, "orders": 400}
    assert run("check", company.folder).out == "no mistakes\n"
    assert "No study is declared, so nothing is compared." in run("report", company.folder).out
    assert "No study is declared, so nothing is compared." in Path(company.folder, "report/index.html").read_text()


# refresh


def test_refresh_says_what_it_read_and_prints_what_report_prints(company: Company):
    ran = run("refresh", company.write().folder)
    assert (ran.status, ran.err) == (0, "")
    read, _, shown = ran.out.partition("\n\n")
    assert [line.partition(": ")[0] for line in read.splitlines()] == ["assignments", "orders"]
    refreshed = {name: company.files[name] for name in FILES}
    assert shown == run("report", company.folder).out
    assert refreshed["report/report.json"] == company.path.read_bytes()
    assert refreshed.keys() == {name for name in company.files if name.startswith("report/")}


def test_a_refreshed_report_is_verified_from_the_rows(company: Company):
    run("refresh", company.write().folder)
    assert run("verify", company.folder).out == "identical\n"
    one_value_in_the_data(company)
    assert run("verify", company.folder).out.startswith("data[orders].fingerprint.amount: the report has ")


def test_a_refreshed_report_s_provenance_says_what_was_read_and_validates(company: Company):
    ran = run("refresh", company.write().folder)
    provenance = json.loads((company.folder / "report/provenance.json").read_bytes())
    jsonschema.validate(provenance, json.loads(run("schema", "provenance").out))
    assert ran.out.partition("\n\n")[0].splitlines() == provenance["refreshed"]
    company.report()
    assert json.loads((company.folder / "report/provenance.json").read_bytes())["refreshed"] is None


def test_a_refreshed_number_is_explained_as_one_of_kept_tables_and_its_sql_written_out_by_report(company: Company):
    run("refresh", company.write().folder)
    shown = run("explain", company.folder, "trial.revenue.fancy")
    assert shown.status == 0
    assert "SQL that was run, on kept tables: " in shown.out and "--dialect" not in shown.out
    assert "by refresh, from the tables that it keeps (state/)" in shown.out
    refused = run("explain", company.folder, "trial.revenue.fancy", "--dialect", "spark")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.endswith(
        "; for SQL that does: liftledger report FOLDER --out DIR, and explain that one with --report DIR/report.json\n"
    )
    run("report", company.folder, "--out", company.folder / "rows")
    stored = ("--report", company.folder / "rows/report.json")
    assert run("explain", company.folder, "trial.revenue.fancy", "--dialect", "spark", *stored).status == 0


def test_refresh_explained_writes_nothing(company: Company):
    before = company.write().files
    ran = run("refresh", company.folder, "--explain")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0].split() == ["fact", "to", "read", "why"]
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["assignments", "orders"]
    assert company.files == before
    assert not (company.folder / "state").exists()
    run("refresh", company.folder)
    before = company.files
    assert run("refresh", company.folder, "--explain").status == 0
    assert company.files == before


def test_a_refresh_with_nothing_new_leaves_the_report_as_it_is_and_shows_it(company: Company):
    first = run("refresh", company.write().folder)
    before = {name: company.files[name] for name in FILES}
    again = run("refresh", company.folder)
    assert (again.status, again.err) == (0, "")
    assert again.out.splitlines()[0] == "nothing new: no fact was read"
    assert again.out.partition("\n\n")[2] == first.out.partition("\n\n")[2]
    assert {name: company.files[name] for name in FILES} == before
    assert run("refresh", company.folder, "--explain").out.splitlines()[-1] == "nothing new: the report stands"


@pytest.mark.parametrize("name", FILES)
def test_a_report_that_is_not_as_it_was_written_is_made_again_without_reading_a_fact(name: str, company: Company):
    run("refresh", company.write().folder)
    report = company.path.read_bytes()
    (company.folder / name).unlink()
    foreseen = run("refresh", company.folder, "--explain").out
    assert foreseen.splitlines()[-1] == "the report is not there as it was written: it is made again"
    ran = run("refresh", company.folder)
    assert ran.out.splitlines()[:2] == ["assignments: nothing read", "orders: nothing read"]
    assert company.path.read_bytes() == report
    assert (company.folder / name).exists()


def test_what_changed_is_foreseen_and_said(company: Company):
    split(company.write())
    run("refresh", company.folder)
    header = ("order", "user", "at", "amount", "items")
    table(company.folder / "data/orders-3.csv", header, [("late", "u1", "2026-02-03T12:30:00", "7.00", 1)])
    shown = run("refresh", company.folder, "--explain").out.splitlines()
    assert shown[1].split() == ["assignments", "nothing", "unchanged"]
    assert shown[2].startswith("orders") and "at least 1 of 3 files  data/orders-3.csv: new" in shown[2]
    said = run("refresh", company.folder).out.splitlines()[:2]
    assert said[0] == "assignments: nothing read"
    assert said[1].startswith("orders: ") and said[1].endswith(" read (data/orders-3.csv: new)")
    assert run("verify", company.folder).out == "identical\n"
    company.definitions["metrics"]["bought"]["window"] = "8d"
    company.define()
    assert run("refresh", company.folder, "--explain").out.splitlines()[-1].startswith("definitions, date or program")
    assert "orders: all 3 files read" in run("refresh", company.folder).out
    assert run("refresh", company.folder, "--full").out.startswith(
        "assignments: its file read (read for the first time)"
    )


def test_a_second_refresh_says_that_another_runs_and_since_when(company: Company):
    company.write()
    with locked(company.folder / "state"):
        ran = run("refresh", company.folder)
        assert run("refresh", company.folder, "--explain").status == 0
    assert (ran.status, ran.out) == (1, "")
    said = rf"state: a refresh runs since .* UTC \(process {os.getpid()} on .*\); wait until it has ended\n"
    assert re.search(rf"{said}1 mistake; nothing was written\n$", ran.err)
    assert run("refresh", company.folder).status == 0


def test_refresh_may_write_elsewhere_and_as_of_another_date(company: Company, tmp_path: Path):
    ran = run("refresh", company.write().folder, "--out", tmp_path / "out", "--as-of", "2026-03-15")
    assert ran.out.splitlines()[-1] == str(tmp_path / "out/index.html")
    assert not (company.folder / "report").exists()
    company.report("--as-of", "2026-03-15")
    assert (tmp_path / "out/report.json").read_bytes() == company.path.read_bytes()


def test_a_refresh_that_meets_mistakes_writes_nothing(company: Company):
    run("refresh", company.write().folder)
    before = company.files
    company.orders[2] = (*company.orders[2][:3], "12.3.4", 1)
    company.write()
    ran = run("refresh", company.folder)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("data/orders.csv, row 3: column 'amount' holds '12.3.4', which is not money in EUR")
    assert ran.err.endswith("\n1 mistake; nothing was written\n")
    changed = {name for name, content in company.files.items() if before.get(name) != content}
    assert changed == {"data/orders.csv"}
    company.put("liftledger.yaml", "company: 1\n")
    explained = run("refresh", company.folder, "--explain")
    assert explained.status == 1 and explained.err.startswith("liftledger.yaml") and "written" not in explained.err


# verify


def shuffled(company: Company) -> None:
    random.Random(7).shuffle(company.orders)
    random.Random(8).shuffle(company.assignments)
    company.write()


def split(company: Company) -> None:
    header = ("order", "user", "at", "amount", "items")
    (company.folder / "data/orders.csv").unlink()
    table(company.folder / "data/orders-1.csv", header, company.orders[:150])
    table(company.folder / "data/orders-2.csv", header, company.orders[150:])
    company.definitions["facts"]["orders"]["files"] = "data/orders-*.csv"
    company.define()


def zipped(company: Company) -> None:
    path = company.folder / "data/orders.csv"
    company.put("data/orders.csv.gz", gzip.compress(path.read_bytes()))
    path.unlink()
    company.definitions["facts"]["orders"]["files"] = "data/orders.csv.gz"
    company.define()


def another_dialect(company: Company) -> None:
    path = company.folder / "data/orders.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b",", b";").replace(b"\n", b"\r\n"))


def definitions_in_another_order(company: Company) -> None:
    for part in ("facts", "metrics"):
        assert len(company.definitions[part]) > 1
    company.definitions = dict(reversed(company.definitions.items()))
    company.define()


@pytest.mark.parametrize("change", [shuffled, split, zipped, another_dialect, definitions_in_another_order])
def test_verify_says_identical_where_only_the_form_changed(change: Callable[[Company], None], reported: Company):
    change(reported)
    assert run("verify", reported.folder, "--threads", 1) == Ran(0, "identical\n", "")
    assert run("verify", reported.folder, "--threads", 2) == Ran(0, "identical\n", "")


def test_verify_says_identical_in_another_folder(reported: Company, tmp_path: Path):
    moved = reported.folder.rename(tmp_path / "moved")
    assert run("verify", moved).out == "identical\n"


def test_verify_recomputes_at_the_reports_own_date(company: Company):
    company.write().report("--as-of", "2026-03-15")
    assert run("verify", company.folder).out == "identical\n"


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Company], None]:
    """report.json with something in it changed, written as it was."""

    def spoil(company: Company) -> None:
        report = company.stored
        change(report)
        company.path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")

    return spoil


def one_value_in_the_data(company: Company) -> None:
    *order, _amount, items = company.orders[2]
    company.orders[2] = (*order, "999.99", items)
    company.write()


def one_digit_in_the_report(company: Company) -> None:
    text = company.path.read_text()
    value = company.stored["estimates"][2]["effect"]["value"]
    assert text.count(str(value)) >= 1
    company.path.write_text(text.replace(str(value), str(value)[:-1] + str((int(str(value)[-1]) + 1) % 10), 1))


def a_definition(company: Company) -> None:
    company.definitions["metrics"]["bought"]["window"] = "8d"
    company.define()


def other_bytes(company: Company) -> None:
    company.path.write_text(json.dumps(company.stored))


DIFFERENCES: dict[str, tuple[Callable[[Company], None], str]] = {
    "one value in the data": (one_value_in_the_data, "data[orders].fingerprint.amount: the report has "),
    "one digit in the report": (one_digit_in_the_report, "].effect.value: the report has "),
    "a definition": (a_definition, "definitions.hash: the report has "),
    "a key removed": (
        edited(lambda report: report.pop("confidence")),
        "confidence: missing from the report, recomputed it is 0.95",
    ),
    "a key added": (
        edited(lambda report: report.update(note="fine")),
        'note: the report has "fine", recomputed there is',
    ),
    "an estimate removed": (
        edited(lambda report: report["estimates"].pop(1)),
        "estimates[trial.revenue.fancy.welch]: missing from the report",
    ),
    "a number as a text": (
        edited(lambda report: report.update(confidence="0.95")),
        'confidence: the report has "0.95", recomputed it is 0.95',
    ),
    "bytes reformatted": (
        other_bytes,
        "the values are the same, but the file was rewritten: spaces, order or spelling",
    ),
    "a date that is none": (
        edited(lambda report: report.update(as_of="soon")),
        "as_of: the report has 'soon', which is no date",
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_verify_names_the_first_difference(name: str, reported: Company):
    change, sentence = DIFFERENCES[name]
    change(reported)
    ran = run("verify", reported.folder)
    assert ran.status == 1
    assert sentence in ran.out
    assert len(ran.out.splitlines()) == 1
    assert ran.err == ""


def test_verify_counts_the_differences_after_the_first(reported: Company):
    reported.orders = reported.orders[:350]
    reported.write()
    assert re.search(r"\(and \d+ more differences\)$", run("verify", reported.folder).out.strip())


def test_verify_of_no_report_says_how_to_make_one(company: Company):
    company.write()
    ran = run("verify", company.folder)
    assert (ran.status, ran.err) == (1, f"{company.path}: there is no such file; make it: liftledger report FOLDER\n")


def test_verify_of_another_projects_report_says_so(reported: Company, tmp_path: Path):
    other = Company(tmp_path / "other")
    other.definitions["studies"]["trial"]["start"] = "2026-03-20"  # after every assignment: no report can be made
    ran = run("verify", other.write().folder, "--report", reported.path)
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.startswith("definitions.hash: the report has ")


def test_verify_where_the_declared_date_lies_beyond_the_records(company: Company):
    company.definitions["as_of"] = "2026-09-01"
    company.write().report()
    assert run("verify", company.folder).out == "identical\n"


@pytest.mark.parametrize("text", [b"{", b"", b'{"as_of": "\xff"}'])
def test_verify_of_what_is_not_json(text: bytes, reported: Company):
    reported.path.write_bytes(text)
    ran = run("verify", reported.folder)
    assert ran.status == 1
    assert ran.err.startswith(f"{reported.path}: it is not JSON (")


@pytest.mark.parametrize("name", ["report/provenance.json", "report", "list.json"])
def test_verify_of_what_is_no_report(name: str, reported: Company):
    reported.put("list.json", "[]")
    place = reported.folder / name
    ran = run("verify", reported.folder, "--report", place)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith((f"{place}: it is not a report: it has no as_of", f"{place}: it is a folder; name the"))


# explain


def test_every_estimate_is_explained_by_its_id(reported: Company):
    for estimate in reported.stored["estimates"]:
        ran = run("explain", reported.folder, estimate["id"])
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith(estimate["id"])
        assert "SELECT" in ran.out
        assert "sha256" in ran.out


def test_an_abbreviation_is_the_headline(reported: Company):
    for estimate in reported.stored["estimates"]:
        if estimate["headline"]:
            short = estimate["id"].rpartition(".")[0]
            assert run("explain", reported.folder, short) == run("explain", reported.folder, estimate["id"])


def test_an_unknown_id_names_the_nearest(reported: Company):
    ran = run("explain", reported.folder, "trial.revenu.fancy")
    assert ran.status == 1
    assert "no estimate has the id 'trial.revenu.fancy'; the nearest are " in ran.err
    assert "trial.revenue.fancy" in ran.err
    assert "nothing was written" not in ran.err


def test_a_metric_s_name_finds_its_headlines(reported: Company):
    assert "; the nearest are trial.revenue." in run("explain", reported.folder, "revenue").err


def test_the_statements_behind_a_number_are_named_in_their_order(reported: Company):
    shown = run("explain", reported.folder, "trial.revenue.fancy").out
    before = shown.partition("SQL before it, in this order (--dialect shows it all)\n")[2].partition("\n\n")[0]
    named = [line.split("  ")[1] for line in before.splitlines()]
    assert named[0].startswith(("fact_", "read_"))
    assert named[-1] == "orders: units"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_they_are_all_written_out_in_the_words_of_each_engine(reported: Company, dialect: str):
    ran = run("explain", reported.folder, "trial.revenue.fancy", "--dialect", dialect)
    assert (ran.status, ran.err) == (0, "")
    assert f"SQL for {NAMES[dialect]}: " in ran.out
    assert "  -- orders: sums\n" in ran.out
    assert ("READ_CSV" in ran.out) == (dialect == "duckdb")


def test_every_dialect_of_the_engine_may_be_asked_for():
    assert set(DIALECTS) == set(NAMES) == set(engine_dialect.DIALECTS)


def test_explain_refuses_a_report_that_its_provenance_does_not_know(reported: Company):
    one_digit_in_the_report(reported)
    ran = run("explain", reported.folder, "trial.revenue.fancy")
    assert ran.status == 1
    assert "provenance.json belongs to another report.json" in ran.err


def test_a_report_that_stands_elsewhere_is_pointed_at(reported: Company):
    place = reported.folder / "report"
    ran = run("explain", place, "trial.revenue.fancy")
    assert ran.err == f"{place}/report/report.json: there is no such file; add --report {place}/report.json\n"


def test_explain_without_provenance_says_so(reported: Company):
    (reported.folder / "report/provenance.json").unlink()
    ran = run("explain", reported.folder, "trial.revenue.fancy")
    assert ran.status == 1
    assert "report/provenance.json: there is no such file; make it: liftledger report FOLDER" in ran.err


# as processes


# Each program says when it has come to a certain point. While it reads, DuckDB is at work for some time to come; at the
# other points it waits for its end.
READING = """
import sys
from liftledger.engine.adapters.duck import Duck
keep = Duck.table
def table(duck, name, *rest, **named):
    if name == "read_orders":
        sys.stdout.write("now\\n"); sys.stdout.flush()
    return keep(duck, name, *rest, **named)
Duck.table = table
"""
ADDING_UP = """
import sys
from liftledger.engine.adapters.duck import Duck
keep = Duck.rows
def rows(duck, name, *rest, **named):
    if name == "orders: sums":
        sys.stdout.write("now\\n"); sys.stdout.flush()
        sys.stdin.read()
    return keep(duck, name, *rest, **named)
Duck.rows = rows
"""
DRAWING = """
import sys
from liftledger.report import page
def drawn(*_, **__):
    sys.stdout.write("now\\n"); sys.stdout.flush()
    sys.stdin.read()
page.page = drawn
"""
WRITING = """
import os, sys
def fsync(descriptor):
    sys.stdout.write("now\\n"); sys.stdout.flush()
    sys.stdin.read()
os.fsync = fsync
"""
MAIN = "from liftledger.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize(
    "program", [READING, ADDING_UP, DRAWING, WRITING], ids=["reading", "adding up", "drawing", "writing"]
)
@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGKILL, -9, ""), (signal.SIGINT, 130, "stopped; nothing is half-written\n")],
    ids=["killed", "interrupted"],
)
def test_a_stopped_report_leaves_the_old_one_whole(
    number: int, status: int, said: str, program: str, company: Company, tmp_path: Path
):
    spill = tmp_path / "spill"
    spill.mkdir()
    company.write().report()
    before = {name: company.files[name] for name in FILES}
    company.orders = [(f"o{i}", f"u{i % 80}", f"2026-03-{1 + i % 28:02}", "1.00", 1) for i in range(300_000)]
    company.write()
    command = [sys.executable, "-c", program + MAIN, "report", str(company.folder), "--threads", "1"]
    pipe = subprocess.PIPE
    place = os.environ | {"TMPDIR": str(spill)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=place) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (status, "", said)
    assert {name: company.files[name] for name in FILES} == before
    if number == signal.SIGINT:
        assert [name for name in company.files if name.startswith("report/")] == list(FILES)
        assert list(spill.iterdir()) == []
    assert run("explain", company.folder, "trial.bought.fancy").status == 0


def test_a_report_can_be_made_where_nobody_listens(company: Company):
    command = f'"{sys.executable}" -m liftledger report "$0" >&-'
    ran = subprocess.run(["sh", "-c", command, str(company.write().folder)], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert company.path.exists()


def test_reports_made_at_once_do_not_mix(company: Company):
    company.write()
    processes = [
        subprocess.Popen([*LIFTLEDGER, "report", str(company.folder), "--as-of", date], stdout=subprocess.DEVNULL)
        for date in ("2026-03-20", "2026-03-25")
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert tuple(name for name in company.files if name.startswith("report/")) == FILES
    assert run("verify", company.folder).out == "identical\n"
    assert run("explain", company.folder, "trial.bought.fancy").status == 0


def test_help_names_every_command():
    ran = run("--help")
    assert ran.status == 0
    for command in ("init", "check", "report", "refresh", "explain", "verify", "schema"):
        assert re.search(rf"^    {command} ", ran.out, re.MULTILINE)
    assert run("report", "--help").status == 0


def test_wrong_usage_is_status_2():
    for arguments in (
        [],
        ["reprot", "x"],
        ["report"],
        ["schema", "of-what"],
        ["report", "x", "--thread"],
        ["report", "x", "--out", ""],
        ["refresh", "x", "--explain", "--full"],
    ):
        ran = run(*arguments)
        assert ran.status == 2
        assert ran.err.startswith("usage: liftledger")


def test_an_engine_that_goes_away_in_the_middle_is_one_sentence(company, monkeypatch):
    def lost(*_, **__):
        raise Lost("all of its workers are lost")

    monkeypatch.setattr("liftledger.prove.verbs.connect", lost)
    ran = run("report", company.write().folder)
    assert ran.status == 1
    assert ran.err == "duckdb: all of its workers are lost; run it again\n1 mistake; nothing was written\n"
