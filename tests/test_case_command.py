"""`liftledger case`: what it prints and writes, what it refuses, and that no case stays beside another report."""

import zipfile
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from tests.company import Company, run

PLAN = Path(__file__).parents[1] / "examples/plan/plan.yaml"
FILES = {"case.pdf", "case.xlsx", "index.html", "provenance.json", "report.json"}
VALUE = {
    "discount": "10%",
    "margin": "40%",
    "months": 12,
    "lines": {
        "baskets": {
            "study": "trial",
            "metric": "revenue",
            "per": "new unit",
            "units": {"value": 900, "low": 500, "high": 1200},
            "basis": "revenue",
        }
    },
    "costs": {"build": {"category": "engineering", "once": 2000, "owner": "CTO", "date": "2026-02-01"}},
}


@pytest.fixture
def priced(company: Company) -> Company:
    company.definitions["value"] = VALUE
    return company.write()


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("plan") / "out"
    ran = run("case", "--assumptions", PLAN, "--out", out)
    assert (ran.status, ran.err) == (0, "")
    return out, ran.out


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_plan_gives_a_whole_pack_without_a_record(planned):
    out, said = planned
    assert names(out) == FILES
    assert said.splitlines()[-3:] == [str(out / name) for name in ("case.xlsx", "case.pdf", "index.html")]
    assert "Grade: assumed." in said and "Grade: randomised." not in said
    assert (out / "case.pdf").read_bytes().startswith(b"%PDF-")
    assert zipfile.is_zipfile(out / "case.xlsx")


def test_a_plan_gives_the_same_bytes_again(planned, tmp_path):
    assert run("case", "--assumptions", PLAN, "--out", tmp_path / "again").status == 0
    for name in ("case.pdf", "case.xlsx", "report.json"):
        assert (tmp_path / "again" / name).read_bytes() == (planned[0] / name).read_bytes(), name


def strings(workbook: Path) -> str:
    with zipfile.ZipFile(workbook) as parts:
        return parts.read("xl/sharedStrings.xml").decode()


def test_the_workbook_of_a_plan_says_how_a_plan_is_checked(planned, priced):
    told = strings(planned[0] / "case.xlsx")
    assert "liftledger case --assumptions PLAN" in told and "liftledger verify" not in told
    assert run("case", priced.folder).status == 0
    told = strings(priced.folder / "report/case.xlsx")
    assert "liftledger verify FOLDER" in told and "--assumptions" not in told


def test_the_case_of_records_is_beside_their_report_and_the_page_leads_to_it(priced):
    ran = run("case", priced.folder)
    out = priced.folder / "report"
    assert (ran.status, ran.err, names(out)) == (0, "", FILES)
    reported = (out / "report.json").read_bytes()
    assert run("report", priced.folder, "--out", priced.folder / "plain").status == 0
    assert (priced.folder / "plain/report.json").read_bytes() == reported
    assert 'href="case.xlsx"' in (out / "index.html").read_text()
    assert 'href="case.xlsx"' not in (priced.folder / "plain/index.html").read_text()
    assert run("verify", priced.folder).out == "identical\n"


WRONG = {
    "margin": (1.5, "value.margin is '1.5'; it is at most 1, which is 100%; write the percentage that is meant"),
    "discount": (10, "value.discount is '10'; it is at most 1; write 10% for a percentage"),
    "months": (0, "value.months is '0'; it takes a number of months from 1 to 120"),
    "holdout": ("100%", ".holdout is '100%'; it must be below 100%: nobody would be treated"),
    "once": ("2000 GBP", ".once is '2000 GBP'; amounts stand without a currency, in that of the file"),
    "source": ("contract", ".source is 'contract', and there is no date; say as of when it holds"),
}


@pytest.mark.parametrize("planned_only", [True, False])
def test_all_that_is_wrong_with_the_money_is_said_at_once_and_nothing_is_written(company, tmp_path, planned_only):
    value = deepcopy(VALUE)
    ((_, sales),), ((_, build),) = value["lines"].items(), value["costs"].items()
    places = {"holdout": sales, "once": build, "source": build}
    for key, (wrong, _) in WRONG.items():
        places.get(key, value)[key] = wrong
    build.pop("date")
    if planned_only:
        for key in ("study", "metric"):
            sales.pop(key)
        sales |= {"effect": {"value": 5, "low": 1, "high": 9}, "unit": "EUR"}
        folder = tmp_path / "plan"
        folder.mkdir()
        plan = folder / "plan.yaml"
        plan.write_text(yaml.safe_dump({"company": "X", "currency": "EUR", "as_of": "2026-10-31", "value": value}))
        ran = run("case", "--assumptions", plan, "--out", folder / "out")
    else:
        company.definitions["value"] = value
        ran, folder = run("case", company.write().folder), company.folder
    assert ran.status == 1 and ran.out == ""
    said = ran.err.splitlines()
    assert said[-1] == f"{len(WRONG)} mistakes; nothing was written"
    for _, expected in WRONG.values():
        assert sum(expected in one for one in said) == 1, expected
    assert {path.name for path in folder.iterdir()} <= {"plan.yaml", "liftledger.yaml", "data"}


@pytest.mark.parametrize("command", ["report", "refresh"])
def test_a_case_stays_beside_its_own_report_and_goes_with_another(priced, command):
    out = priced.folder / "report"
    assert run("case", priced.folder).status == 0
    same = run(command, priced.folder)
    assert (same.status, same.err, names(out)) == (0, "", FILES)
    assert 'href="case.pdf"' in (out / "index.html").read_text()
    priced.definitions["value"] = VALUE | {"discount": "12%"}
    other = run(command, priced.define().folder)
    assert other.status == 0
    assert other.err == "case.xlsx and case.pdf of another report: removed; `liftledger case` makes them again\n"
    assert names(out) == FILES - {"case.pdf", "case.xlsx"}
    assert 'href="case.pdf"' not in (out / "index.html").read_text()


def test_scenarios_stand_side_by_side_as_they_are_named(priced):
    ran = run("case", priced.folder, "--scenario", "base", "--scenario", "slow")
    assert ran.status == 0
    assert "base" in ran.out and "slow" in ran.out and "bull" not in ran.out


def test_an_unknown_scenario_is_told_with_those_that_there_are(priced):
    ran = run("case", priced.folder, "--scenario", "baer")
    assert ran.status == 1
    assert ran.err.startswith("--scenario: there is no scenario 'baer'; its scenarios are base, bear, bull")
    assert not (priced.folder / "report").exists()


@pytest.mark.parametrize("arguments", [(), ("somewhere", "--assumptions", PLAN)])
def test_either_a_folder_or_a_plan(arguments):
    ran = run("case", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "liftledger case: error: name either a folder or --assumptions FILE\n"


def test_a_project_that_says_nothing_of_money_has_no_case(company):
    ran = run("case", company.write().folder)
    assert ran.status == 1
    assert ran.err.endswith(
        "nothing says what effects are worth; add `value:`, see docs/money.md\n1 mistake; nothing was written\n"
    )


def test_a_plan_that_is_not_there(tmp_path):
    ran = run("case", "--assumptions", tmp_path / "plan.yaml")
    assert (ran.status, ran.out) == (1, "")
    assert "there is no such file; name the YAML file that holds the plan" in ran.err
