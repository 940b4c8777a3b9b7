"""`liftledger value`: what it prints, what it refuses and in which words, and a file that is whole or not there."""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tests.company import Company, run, table
from tests.prove.customers.shop import BASE, orders, shop
from tests.prove.test_customer_columns import HEADER, SUBSCRIBERS, SUBSCRIPTIONS

RETURNED = [("o1", "u1", "2026-03-02", "-5.00", 1)]
ONCE = [(f"o{i}", f"u{i}", f"2026-0{1 + i % 5}-02", "5.00", 1) for i in range(300)]
COLUMNS = [
    "unit", "first_purchase", "last_purchase", "purchases", "revenue", "alive", "expected_purchases", "expected_spend",
    "value",
]  # fmt: skip


@pytest.fixture(scope="module")
def buyers(tmp_path_factory) -> Company:
    """900 who buy; nothing is written into their folder."""
    return alone(shop(Company(tmp_path_factory.mktemp("buyers"))))


def alone(company: Company) -> Company:
    """Without studies."""
    for section in ("studies", "metrics"):
        del company.definitions[section]
    return company.define()


def few(folder: Path, rows: Sequence[tuple]) -> Company:
    """Whose orders are these; the records are complete."""
    company = shop(Company(folder), list(rows))
    company.definitions["facts"]["orders"]["through"] = "2026-06-29"
    company.assignments = [("u1", "plain", "2026-02-01")]
    company.write()
    table(folder / "data/profiles.csv", ("user", "channel"), [("u1", "web")])
    return alone(company)


def said(*arguments: object) -> str:
    """What a command that must succeed prints, as one line."""
    ran = run("value", *arguments)
    assert (ran.status, ran.err) == (0, "")
    return " ".join(ran.out.split())


def refused(*arguments: object) -> str:
    ran = run("value", *arguments)
    assert (ran.status, ran.out) == (1, "")
    return ran.err


# -------------------------------------------------------------------------------------------------------- what is said


def test_it_says_what_one_is_worth_and_writes_nothing(buyers: Company):
    before = sorted(buyers.files)
    text = said(buyers.folder)
    assert "Shoppers. 900 units have bought so far. On average, one is expected to bring" in text
    assert "Half of the units are expected to bring at most" in text
    assert sorted(buyers.files) == before


def test_each_customer_s_expectations_are_written_and_the_file_is_named_last(buyers: Company, tmp_path: Path):
    path = tmp_path / "each.parquet"
    path.write_text("of yesterday")
    assert said(buyers.folder, "--customers", path).endswith(f" {path}")
    read = duckdb.sql(f"SELECT * FROM '{path}'")
    assert read.columns == COLUMNS and len(read.fetchall()) == 900
    assert [one.name for one in tmp_path.iterdir()] == ["each.parquet"]


def test_a_date_in_the_past_sees_only_what_was_there(buyers: Company):
    text = said(buyers.folder, "--as-of", "2026-01-03")
    assert text.startswith("Tea & Co, as of 2026-01-03 00:00 UTC")
    came = {user for _, user, at, _, _ in orders() if at < "2026-01-03"}
    assert f"{len(came)} units have bought so far. What one is worth cannot be said: BG/NBD: 1 customer bought" in text


def test_before_the_first_purchase_there_is_nobody(buyers: Company):
    assert "Shoppers. No unit has bought so far. From fact orders" in said(buyers.folder, "--as-of", "2025-03-01")


def test_where_there_are_no_purchases_there_is_nobody(tmp_path: Path):
    assert "Shoppers. No unit has bought so far." in said(few(tmp_path / "none", []).folder)
    text = said(few(tmp_path / "returned", RETURNED).folder)
    assert "Shoppers. No unit has bought so far." in text
    assert "1 row below 0 was netted within its day." in text
    assert "The 5.00 EUR that was returned there is taken off what arms are measured to bring" in text
    assert "1 unit had no purchase at all, and is no customer." in text


def test_where_there_are_no_subscriptions_there_is_nobody(company: Company):
    company.definitions["as_of"] = "2026-04-01"
    company.definitions["facts"]["subscriptions"] = SUBSCRIPTIONS | {"through": "2026-03-31"}
    company.definitions["customers"] = {"subscribers": SUBSCRIBERS}
    table(company.folder / "data/subscriptions.csv", HEADER, [])
    text = said(company.write().folder)
    assert "Subscribers. No unit has subscribed so far." in text
    assert "it has no subscribers. Grade: assumed." in text


@pytest.mark.parametrize(("rows", "count"), [(ONCE[:1], "1 unit has"), (ONCE, "300 units have")], ids=["one", "once"])
def test_of_customers_who_did_not_come_back_it_says_why_none_is_valued(tmp_path: Path, rows, count: str):
    company = few(tmp_path / "few", rows)
    text = said(company.folder)
    assert f"{count} bought so far. What one is worth cannot be said: BG/NBD: 0 customers bought again" in text
    assert re.search(r"BG/NBD: no parameters\. 0 customers bought again, and 100 are needed", text)
    path = tmp_path / "each.parquet"
    error = refused(company.folder, "--customers", path)
    assert error.startswith("customers.shoppers: BG/NBD: 0 customers bought again, and 100 are needed")
    assert "nothing was written; `liftledger value` without --customers says what can be said" in error
    assert not path.exists()


# ----------------------------------------------------------------------------------------------------- what is refused


def test_who_declares_no_customers_is_told_where_it_is_said_how(company: Company):
    assert refused(company.write().folder) == (
        "liftledger.yaml: no customers are declared; add `customers:`, see docs/customers.md\n"
    )


def test_a_base_is_named_where_there_are_several(tmp_path: Path):
    company = few(tmp_path / "two", orders())
    company.definitions["customers"]["callers"] = BASE | {"dimensions": ["channel"], "horizon": "30d"}
    company.define()
    path = tmp_path / "each.parquet"
    known = "write --base shoppers or --base callers\n"
    assert refused(company.folder, "--customers", path) == f"--base: there are several bases of purchases; {known}"
    assert refused(company.folder, "--customers", path, "--base", "x") == (
        f"--base: 'x' is no base of purchases; {known}"
    )
    assert not path.exists()
    text = said(company.folder, "--customers", path, "--base", "callers")
    assert "Shoppers. 900 units" in text and "Callers. 900 units" in text
    [(most,)] = duckdb.sql(f"SELECT max(expected_purchases) FROM '{path}'").fetchall()
    assert most < 30  # one a day, in 30 days


def test_a_base_without_a_file_is_refused(buyers: Company):
    assert refused(buyers.folder, "--base", "shoppers") == (
        "--base: it says whose customers are written, and no file is named for them; add --customers FILE\n"
    )


def test_subscribers_have_no_file(company: Company, tmp_path: Path):
    company.definitions["facts"]["subscriptions"] = SUBSCRIPTIONS
    company.definitions["customers"] = {"subscribers": SUBSCRIBERS}
    error = refused(company.write().folder, "--customers", tmp_path / "each.parquet")
    assert error.startswith("--customers: only bases of purchases have customers whose value is a matter of their own")


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_read(buyers: Company, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("liftledger.prove.value.running", lambda *_: pytest.fail("the records are read"))
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, found in {
        "folder": f"it is a folder; name the file, such as {tmp_path / 'folder/customers.parquet'}",
        "pipe": "it is something else than a file, and is not written over; name a file",
        "gone/each.parquet": f"there is no folder {tmp_path / 'gone'}; make it, or name a file in another one",
    }.items():
        assert refused(buyers.folder, "--customers", tmp_path / name) == f"{tmp_path / name}: {found}\n"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("liftledger.prove.value.Spill", full)
    assert refused(buyers.folder, "--customers", tmp_path / "each.parquet") == (
        f"{tmp_path / 'each.parquet'}: the customers cannot be written here (No space left on device); "
        "make room, or name a file in another folder\n"
    )
    wrong = run("value", buyers.folder, "--customers", "")
    assert wrong.status == 2 and wrong.err.endswith("argument --customers: no file is named\n")


# -------------------------------------------------------------------------------------------------------- when stopped


COUNTING = """
import sys
from liftledger.engine.adapters.duck import Duck
keep = Duck.arrays
def arrays(duck, *rest):
    sys.stdout.write("now\\n"); sys.stdout.flush()
    sys.stdin.read()
    return keep(duck, *rest)
Duck.arrays = arrays
"""
WRITTEN = """
import sys
from liftledger.engine.adapters.duck import Duck
keep = Duck.copy
def copy(duck, *rest):
    keep(duck, *rest)
    sys.stdout.write("now\\n"); sys.stdout.flush()
    sys.stdin.read()
Duck.copy = copy
"""
MAIN = "from liftledger.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("program", [COUNTING, WRITTEN], ids=["counting", "written aside"])
@pytest.mark.parametrize(
    ("number", "status", "error"),
    [(signal.SIGKILL, -9, ""), (signal.SIGINT, 130, "stopped; nothing is half-written\n")],
    ids=["killed", "interrupted"],
)
def test_who_is_stopped_leaves_the_old_file_whole(
    number: int, status: int, error: str, program: str, buyers: Company, tmp_path: Path
):
    folder, spill = tmp_path / "out", tmp_path / "spill"
    folder.mkdir()
    spill.mkdir()
    (folder / "each.parquet").write_text("of yesterday")
    command = [sys.executable, "-c", program + MAIN, "value", str(buyers.folder)]
    command += ["--customers", str(folder / "each.parquet"), "--threads", "1"]
    pipe, place = subprocess.PIPE, os.environ | {"TMPDIR": str(spill)}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=place) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (status, "", error)
    assert (folder / "each.parquet").read_text() == "of yesterday"
    if number == signal.SIGINT:
        assert list(spill.iterdir()) == []
    elif program == WRITTEN:
        said(buyers.folder, "--customers", folder / "each.parquet")  # sweeps what was left
    assert [one.name for one in folder.iterdir()] == ["each.parquet"]
