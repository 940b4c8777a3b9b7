"""Bad input, end to end: one clear sentence with its place, an exit status other than 0, and nothing half-written."""

import errno
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.company import ASSIGNMENTS, ORDERS, Company, run, table

Spoil = Callable[[Company], object]
ORDERS_CSV, ASSIGNMENTS_CSV = "data/orders.csv", "data/assignments.csv"
HEADER = ("order", "user", "at", "amount", "items")
COLUMNS = {name: place for place, name in enumerate(HEADER)}


def cell(row: int, column: str, value: object) -> Spoil:
    """One value of an order replaced; rows count from 1."""

    def spoil(company: Company) -> None:
        cells = list(company.orders[row - 1])
        cells[COLUMNS[column]] = value
        company.orders[row - 1] = cells

    return spoil


def content(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    """The bytes of a file replaced."""

    def spoil(company: Company) -> None:
        company.write()
        company.put(name, change((company.folder / name).read_bytes()))

    return spoil


def packed(change: Callable[[bytes], bytes]) -> Spoil:
    """The orders as a gzip file whose bytes are changed."""

    def spoil(company: Company) -> None:
        company.definitions["facts"]["orders"]["files"] = f"{ORDERS_CSV}.gz"
        company.write()
        company.put(f"{ORDERS_CSV}.gz", change(gzip.compress((company.folder / ORDERS_CSV).read_bytes(), mtime=0)))

    return spoil


def defined(value: Any, *keys: str) -> Spoil:
    """One value of the definitions replaced."""

    def spoil(company: Company) -> None:
        place = company.definitions
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return spoil


def gone(company: Company) -> None:
    company.write()
    (company.folder / ORDERS_CSV).unlink()


def folder_instead_of_file(company: Company) -> None:
    gone(company)
    (company.folder / ORDERS_CSV).mkdir()


def many_rows(company: Company) -> None:
    """40,000 orders, the last of which has a date of another format."""
    company.orders = [(f"o{i}", f"u{i % 80}", "2026-03-01", "1.00", 1) for i in range(39_999)]
    company.orders.append(("o39999", "u7", "17/03/2026", "1.00", 1))


def strange_arm(company: Company) -> None:
    company.assignments[5] = ("u5", "Fancy", "2026-02-06")


def assigned_later(company: Company) -> None:
    company.assignments = [(user, arm, "2031-01-01") for user, arm, _ in company.assignments]


def immense(company: Company) -> None:
    """Sums of third powers of 10^15 cents need 46 digits and more."""
    company.orders = [(*order[:3], "10000000000000.00", 1) for order in company.orders]


def many_segments(company: Company) -> None:
    people = {"files": "data/people.csv", "unit": "user"}
    company.definitions["facts"]["people"] = people
    company.definitions["dimensions"] = {"city": {"fact": "people", "column": "city"}}
    company.definitions["metrics"]["bought"]["dimensions"] = ["city"]
    company.assignments = [(f"u{i}", ("plain", "fancy")[i % 2], "2026-02-01") for i in range(101)]
    table(company.folder / "data/people.csv", ("user", "city"), [(f"u{i}", f"city {i}") for i in range(101)])


NOT_MONEY = "which is not money in EUR with at most 2 decimals after '.'"
ROWS_BAD: dict[str, tuple[Spoil, str]] = {
    "1e308": (cell(9, "amount", "1e308"), f"data/orders.csv, row 9: column 'amount' holds '1e308', {NOT_MONEY}"),
    "NaN": (cell(9, "amount", "NaN"), f"data/orders.csv, row 9: column 'amount' holds 'NaN', {NOT_MONEY}"),
    "inf": (cell(9, "amount", "inf"), f"data/orders.csv, row 9: column 'amount' holds 'inf', {NOT_MONEY}"),
    "12,50": (cell(9, "amount", "12,50"), f"holds '12,50', {NOT_MONEY}; correct it, or declare decimal: \",\""),
    "a third decimal": (cell(9, "amount", "12.345"), f"column 'amount' holds '12.345', {NOT_MONEY}"),
    "hexadecimal": (cell(9, "items", "0x10"), "row 9: column 'items' holds '0x10', which is not a count (0 or more)"),
    "half a count": (cell(9, "items", "1.7"), "row 9: column 'items' holds '1.7', which is not a count (0 or more)"),
    "negative count": (cell(9, "items", "-1"), "row 9: column 'items' holds '-1', which is not a count (0 or more)"),
    "huge integer": (cell(9, "items", "9" * 30), f"row 9: column 'items' holds '{'9' * 30}', which is not a count"),
    "blank amount": (cell(9, "amount", ""), "row 9: column 'amount' is empty; fill it in, or declare the column"),
    "empty unit": (cell(9, "user", ""), "data/orders.csv, row 9: column 'user' is empty; every row needs its unit"),
    "no such day": (cell(9, "at", "2026-02-30"), "row 9: column 'at' holds '2026-02-30', which is not a time"),
    "another date format on row 40,000": (
        many_rows,
        "data/orders.csv, row 40000: column 'at' holds '17/03/2026', which is not a time like 2026-01-31",
    ),
}
FILES_BAD: dict[str, tuple[Spoil, str]] = {
    "missing file": (gone, "data/orders.csv: no such file; check facts.orders.files"),
    "folder instead of a file": (folder_instead_of_file, "data/orders.csv: it is a folder; name its files"),
    "empty file": (content(ORDERS_CSV, lambda _: b""), "data/orders.csv: the file is empty; it needs a header"),
    "header only": (
        content(ORDERS_CSV, lambda whole: whole.splitlines(keepends=True)[0]),
        "data/orders.csv: there are no rows; if that is right, say facts.orders.through: DATE",
    ),
    "gzip cut in the middle": (packed(lambda whole: whole[: len(whole) // 2]), "data/orders.csv.gz: "),
    "gzip without its end": (packed(lambda whole: whole[:-4]), "data/orders.csv.gz: "),
    "no gzip at all": (packed(gzip.decompress), "data/orders.csv.gz: "),
    "wrong delimiter": (
        defined({"delimiter": ";"}, "facts", "orders", "csv"),
        "it has 'order,user,at,amount,items'; is the delimiter right?",
    ),
    "header with a name twice": (
        content(ORDERS_CSV, lambda whole: whole.replace(b"items", b"amount", 1)),
        "data/orders.csv: the header names 'amount' twice; give every column its own name",
    ),
    "column gone": (
        content(ORDERS_CSV, lambda whole: whole.replace(b"items", b"pieces", 1)),
        "data/orders.csv: no column 'items', which facts.orders uses; it has 'order', 'user', 'at', 'amount', 'pieces'",
    ),
}
MEANING_BAD: dict[str, tuple[Spoil, str]] = {
    "id twice with other contents": (cell(9, "order", "o0"), "repeats an id of 'order' with other contents"),
    "arm that the study does not name": (strange_arm, "is in arm 'Fancy', which the study does not name; it names"),
    "study in the future": (
        defined("2031-01-01", "studies", "trial", "start"),
        "studies.trial: no unit was assigned before the report's date, 2026-03-29",
    ),
    "assignments in the future": (assigned_later, "studies.trial: no unit was assigned before the report's date"),
    "sum beyond 38 digits": (immense, "metric 'revenue': the sum of revenue x revenue x revenue has more than 38"),
    "dimension with too many values": (
        many_segments,
        "studies.trial: dimension 'city' has 101 values; a report holds at most 100; group the values",
    ),
}
STOPS = ROWS_BAD | FILES_BAD | MEANING_BAD


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def spoilt(company: Company, spoil: Spoil) -> Company:
    """The company on disk with one thing wrong."""
    spoil(company)
    return company if (company.folder / "liftledger.yaml").exists() else company.write()


@pytest.mark.parametrize("name", STOPS)
def test_bad_input_stops_the_report_with_a_sentence(name: str, company: Company, aside: Path):
    spoil, sentence = STOPS[name]
    spoilt(company, spoil)
    company.put("report/report.json", "the report of yesterday")
    before = company.files
    ran = run("report", company.folder)
    assert ran.status == 1
    assert ran.out == ""
    assert sentence in ran.err
    assert ran.err.endswith("; nothing was written\n")
    assert company.files == before
    assert list(aside.iterdir()) == []


@pytest.mark.parametrize("name", STOPS)
def test_check_says_the_same(name: str, company: Company):
    spoil, sentence = STOPS[name]
    spoilt(company, spoil)
    ran = run("check", company.folder)
    assert ran.status == 1
    assert sentence in ran.out
    assert ran.err == ""
    assert not (company.folder / "report").exists()


@pytest.mark.parametrize("name", ROWS_BAD)
def test_rows_that_do_not_fit_can_be_left_out_and_are_counted(name: str, company: Company):
    spoilt(company, defined("reject", "facts", "orders", "on_bad_row"))
    spoil, _ = ROWS_BAD[name]
    spoil(company)
    company.write()
    orders = {summary["fact"]: summary for summary in company.report()["data"]}["orders"]
    assert (orders["rows"], orders["rejected"]) == (len(company.orders) - 1, 1)


def arms_of(*users: tuple[str, str]) -> Spoil:
    def spoil(company: Company) -> None:
        company.assignments = [*(row for row in ASSIGNMENTS if row[1] == "plain"), *((*u, "2026-02-01") for u in users)]

    return spoil


def control_buys_nothing(company: Company) -> None:
    plain = {user for user, arm, _ in ASSIGNMENTS if arm == "plain"}
    company.orders = [order for order in ORDERS if order[1] not in plain]


def everyone_spends_the_same(company: Company) -> None:
    company.orders = [(f"o{i}", user, f"{at}T12:00:00", "5.00", 1) for i, (user, _, at) in enumerate(ASSIGNMENTS)]
    company.definitions["facts"]["orders"]["through"] = "2026-03-31"


def nothing_before(company: Company) -> None:
    company.orders = [order for order in ORDERS if order[2] > "2026-02-21"]


EQUAL = "all values are equal in each arm, so nothing shows how far chance could move the difference"
# What is wrong with the numbers of one metric: `report` shows the reason in their place, `check` names it.
UNANSWERABLE: dict[str, tuple[Spoil, str, str]] = {
    "arm without units": (arms_of(), "trial.revenue.fancy", "the treatment arm has no units"),
    "arm with one unit": (arms_of(("u1", "fancy")), "trial.revenue.fancy", "has 1 unit; a variance needs 2"),
    "control mean 0": (control_buys_nothing, "trial.bought.fancy", "the control value is 0, so there is no lift"),
    "all values equal": (everyone_spends_the_same, "trial.revenue.fancy", EQUAL),
    "no pre-period": (nothing_before, "trial.revenue.fancy", "no pre-period: the covariate is 0 for every unit"),
}


@pytest.mark.parametrize("name", UNANSWERABLE)
def test_a_number_that_cannot_be_given_is_a_reason_in_the_report_and_named_by_check(name: str, company: Company):
    spoil, metric, reason = UNANSWERABLE[name]
    spoilt(company, spoil)
    estimates = [one for one in company.report()["estimates"] if one["id"].startswith(f"{metric}.")]
    answers = [answer for one in estimates for answer in (one["effect"], one["lift"]) if answer["answer"] == "none"]
    assert any(reason in answer["reason"] for answer in answers)
    assert all(set(answer) == {"answer", "reason"} for answer in answers)  # no 0 and no 1 in place of a number
    checked = run("check", company.folder)
    assert checked.status == 1
    assert any(line.startswith(f"{metric}.") and reason in line for line in checked.out.splitlines())


def test_what_more_units_will_cure_is_no_mistake(company: Company):
    # Few orders: the lifts have no bounds, which the report says and check does not mind.
    spoilt(company, nothing_before)
    reasons = {one["lift"].get("reason") for one in company.report()["estimates"]}
    assert "the control value is not clearly different from 0, so the lift has no bounded interval" in reasons
    checked = run("check", company.folder).out.splitlines()
    assert checked[0].startswith("trial.revenue.fancy.cuped: no pre-period")
    assert checked[1:] == ["1 mistake"]


def test_twelve_mistakes_in_definitions_are_twelve_lines(company: Company):
    company.put(
        "liftledger.yaml",
        """\
company: Tea & Co
currency: EURO
colour: green
facts:
  orders:
    files: data/orders.csv
    unit: user
    time: {column: at, format: YYYY-MM-DD}
    columns: {amount: mony}
metrics:
  bought: {kind: conversion, fact: ordres}
  revenue: {kind: sum, fact: orders, value: amount, better: more}
  clicks: {kind: count, fact: orders, role: north_star}
  basket: {kind: ratio, fact: orders, numerator: rows}
  weekly: {kind: rate, fact: orders, per: weekly}
  sold: {kind: count, fact: orders, window: -7d}
studies:
  trial:
    kind: experiment
    assignment: {fact: orders, arm: arm}
    control: plane
    arms: [plain, fancy]
    metrics: [nothing]
""",
    )
    ran = run("check", company.folder)
    *mistakes, last = ran.out.splitlines()
    assert ran.status == 1
    assert last == "12 mistakes"
    assert [line.split(": ")[0] for line in mistakes] == [
        f"liftledger.yaml:{line}" for line in (2, 3, 8, 9, 11, 12, 13, 14, 15, 16, 21, 23)
    ]


def test_mistakes_in_definitions_data_and_assignments_are_shown_at_once(company: Company):
    cell(9, "amount", "NaN")(company)
    strange_arm(company)
    defined("elsewhere.csv", "facts", "tickets")(company)
    company.definitions["facts"]["tickets"] = {"files": "elsewhere.csv", "unit": "user"}
    company.write()
    found = run("check", company.folder).out
    assert [line.split(":")[0] for line in found.splitlines()] == [
        "elsewhere.csv",
        "data/orders.csv, row 9",
        "studies.trial",
        "3 mistakes",
    ]
    company.definitions["confidence"] = 95
    company.define()
    found = run("check", company.folder).out
    assert found.startswith("liftledger.yaml:")
    assert "data/orders.csv, row 9: column 'amount' holds 'NaN'" in found
    assert "elsewhere.csv: no such file" in found


def test_files_that_are_gone_are_the_mistake_not_the_date_that_they_would_have_told(company: Company):
    ran = run("check", company.define().folder)
    assert [line.split(";")[0] for line in ran.out.splitlines()] == [
        "data/assignments.csv: no such file",
        "data/orders.csv: no such file",
        "2 mistakes",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "liftledger.yaml: the file is empty"),
        (b"\xff\xfe\x00", "liftledger.yaml:1: "),
        (b"company: \x00", "liftledger.yaml:1: not YAML"),
        (b"[" * 5000, "liftledger.yaml:1: "),
        (b"- a\n- b\n", "liftledger.yaml: the file is not a mapping"),
        (b"company: x\ncurrency: EUR\n", "liftledger.yaml:1: 'facts' is missing"),
        (b"company: x\ncurrency: EUR\nfacts: {}\n", "liftledger.yaml:3: facts: there are none"),
    ],
)
def test_definitions_that_are_none(text: bytes, sentence: str, company: Company):
    ran = run("report", company.put("liftledger.yaml", text).folder)
    assert ran.status == 1
    assert ran.err.startswith(sentence)
    assert list(company.files) == ["liftledger.yaml"]


def test_a_project_is_a_folder_with_definitions(company: Company, tmp_path: Path):
    company.write()
    for place, sentence in {
        company.folder / "liftledger.yaml": "it is a file; name the folder that holds liftledger.yaml",
        tmp_path / "nowhere": "there is no such folder; name the folder that holds liftledger.yaml",
        company.folder / "data": "liftledger.yaml: there is no liftledger.yaml in",
    }.items():
        for command in ("check", "report"):
            ran = run(command, place)
            assert ran.status == 1
            assert sentence in ran.out + ran.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--as-of", "yesterday", "'yesterday' is no date; write 2026-01-31 or 2026-01-31T12:00"),
        ("--as-of", "2026-02-30", "'2026-02-30' is no date"),
        ("--as-of", "9999-12-31T23:00-05:00", "is no date"),  # a day later in UTC, where the calendar ends
        ("--threads", "0", "'0' is not a whole number from 1 to 1024"),
        ("--threads", "9" * 30, "is not a whole number from 1 to 1024"),
        ("--memory", "lots", "'lots' is not a size such as 500MB or 4GB"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(option: str, value: str, sentence: str, company: Company):
    ran = run("report", company.write().folder, option, value)
    assert ran.status == 2
    assert sentence in ran.err
    assert not (company.folder / "report").exists()


def test_a_date_beyond_the_records_is_refused(company: Company):
    ran = run("report", company.write().folder, "--as-of", "2027-01-01")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "facts.orders: it covers the days to 2026-03-28, and the report's date is 2027-01-01; choose an earlier date,"
        " or say until which day it is complete, for example `through: 2026-12-31`\n1 mistake; nothing was written\n"
    )
    assert not (company.folder / "report").exists()


def test_too_little_memory_is_not_blamed_on_a_file(company: Company):
    ran = run("report", company.write().folder, "--memory", "1MB")
    assert ran.status == 1
    assert ran.err == (
        "engine: the 976.5 KiB of memory that it may use are not enough; give it more with --memory, or let it use"
        " fewer --threads\n1 mistake; nothing was written\n"
    )
    assert not (company.folder / "report").exists()


def test_a_full_disk_is_not_blamed_on_the_file_that_is_copied_there(company: Company, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    content(ORDERS_CSV, lambda whole: whole.decode().encode("utf-16"))(company)
    monkeypatch.setattr("shutil.copyfileobj", full)
    monkeypatch.setenv("TMPDIR", str(company.folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    ran = run("report", company.folder)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"engine: what does not fit into memory does not fit into {company.folder} either")
    assert not (company.folder / "report").exists()


def test_a_byte_order_mark_changes_nothing(company: Company):
    plain = company.write().report()
    content(ORDERS_CSV, lambda whole: b"\xef\xbb\xbf" + whole)(company)
    assert company.report() == plain


@pytest.mark.parametrize("place", ["below a file", "no folders can be made here"])
def test_a_place_where_nothing_can_be_written(place: str, company: Company):
    company.write()
    out = Path("/proc/liftledger/report") if place != "below a file" else company.folder / "liftledger.yaml/report"
    ran = run("report", company.folder, "--out", out)
    assert ran.status == 1
    assert ran.err.startswith(f"{out}: the report cannot be written here (")
    assert "choose another place with --out" in ran.err


def liftledger(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "liftledger", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_a_full_disk_leaves_the_old_report_whole(company: Company):
    company.write().report()
    before = company.files
    # A file may not grow beyond 16 KiB here, as if the disk were full: the page is larger.
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384));"
    program = f"{limited} from liftledger.cli import main; sys.exit(main({['report', str(company.folder)]!r}))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"{company.folder}/report: the report cannot be written here (File too large); make")
    assert "Traceback" not in ran.stderr
    assert company.files == before


def test_output_that_nobody_reads_to_its_end_is_no_error(company: Company):
    # A shell gives 141 where `head` has had enough; the report is on disk.
    company.write()
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "liftledger", "report", str(company.folder)]
    ran = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, "")
    assert company.path.exists()


def test_a_terminal_that_lacks_letters_shows_the_rest(company: Company):
    company.definitions["company"] = "Chá & Cia"
    company.write()
    ran = liftledger("report", company.folder, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Ch? & Cia")


def test_a_mistake_of_our_own_is_not_passed_off_as_the_users(company: Company, monkeypatch: pytest.MonkeyPatch):
    company.write()
    monkeypatch.setattr("liftledger.prove.verbs.encode", lambda report: {}["absent"])
    with pytest.raises(KeyError, match="absent"):
        run("report", company.folder)


def test_check_counts_the_rows_that_a_definition_allows_to_leave_out(company: Company):
    company.definitions["facts"]["orders"]["on_bad_row"] = "reject"
    company.orders[3] = (*company.orders[3][:3], "12,50", 1)
    ran = run("check", company.write().folder)
    left_out = "facts.orders: 1 row does not fit and would be left out (on_bad_row: reject)"
    assert (ran.status, ran.out) == (0, f"{left_out}\nno mistakes\n")


def test_check_names_worths_that_no_category_has(company: Company):
    company.definitions["facts"]["orders"]["columns"]["kind"] = "text"
    company.definitions["metrics"]["pace"] = {"kind": "rate", "fact": "orders", "per": "30d", "by": "kind"}
    company.definitions["value"] = {
        "discount": "10%",
        "lines": {"pace": {"study": "trial", "metric": "pace", "per": "unit-month", "units": 10, "basis": "saving",
                           "worth": {"tae": 3}}},
        "costs": {"build": {"category": "people", "once": 1}},
    }  # fmt: skip
    company.write()
    rows = [(*row, ("tea", "pot")[place % 2]) for place, row in enumerate(company.orders)]
    table(company.folder / "data/orders.csv", ("order", "user", "at", "amount", "items", "kind"), rows)
    said = run("check", company.folder).out
    assert "value.lines.pace.worth: no worth is declared for 'pot', 'tea'" in said
    assert "value.lines.pace.worth: a worth is declared for 'tae', which the records do not hold" in said


BAD_PLAN = """\
company: acme
currency: USD
as_of: 2026-10-31
value:
  discount: 10
  margin: 1.8
  months: 0
  lines:
    started: {effect: 4%, unit: share, per: new unit, units: -5, holdout: 100%, worth: EUR 9, basis: revenue}
  costs:
    build: {category: engineering, once: 9000, source: contract}
"""


def test_a_plan_is_refused_with_all_of_its_mistakes(tmp_path: Path):
    (tmp_path / "plan.yaml").write_text(BAD_PLAN)
    ran = run("case", "--assumptions", tmp_path / "plan.yaml", "--out", tmp_path / "case")
    assert (ran.status, ran.out, [one.name for one in tmp_path.iterdir()]) == (1, "", ["plan.yaml"])
    assert [line.partition("; ")[0] for line in ran.err.splitlines()] == [
        "plan.yaml:5: value.discount is '10'",
        "plan.yaml:6: value.margin is '1.8'",
        "plan.yaml:7: value.months is '0'",
        "plan.yaml:9: value.lines.started.units is '-5'",
        "plan.yaml:9: value.lines.started.holdout is '100%'",
        "plan.yaml:9: value.lines.started.worth is 'EUR 9'",
        "plan.yaml:9: value.lines.started.effect is 0.04, without a range",
        "plan.yaml:11: value.costs.build.source is 'contract', and there is no date",
        "8 mistakes",
    ]
