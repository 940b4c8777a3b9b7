"""What a refresh says or does where its state, its clock or its disk are not as it left them: never a wrong number."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liftledger.domain.mistake import Mistakes
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.state.state import read_state
from liftledger.prove.refresh import STATE
from tests.company import Company, run, table
from tests.refresh.survivor import rubbish

FUTURE, PAST = 3 * 10**18, 0  # nanoseconds: 2065 and 1970
ORDERS = "data/orders.csv"


@pytest.fixture
def kept(company: Company) -> Company:
    """A company that was refreshed."""
    company.write()
    refreshed(company)
    return company


def refreshed(company: Company) -> None:
    """A refresh that must succeed, and give what a report gives."""
    ran = run("refresh", company.folder)
    assert (ran.status, ran.err) == (0, ""), ran.err
    assert company.path.read_bytes() == reported(company)


def reported(company: Company) -> bytes:
    out = company.folder.with_name("reported")
    ran = run("report", company.folder, "--out", out)
    assert (ran.status, ran.err) == (0, ""), ran.err
    return (out / "report.json").read_bytes()


def refused(company: Company, *sentences: str) -> None:
    """A refresh that says these, and leaves everything but the lock as it was."""
    before = files(company)
    ran = run("refresh", company.folder)
    assert (ran.status, ran.out) == (1, "")
    for sentence in sentences:
        assert sentence in ran.err
    assert "Traceback" not in ran.err
    assert files(company) == before


def files(company: Company) -> dict[str, bytes]:
    """All that is of use: what a state does not mention may go at any time."""
    left = {"lock"}
    with suppress(AssertionError, Mistakes):  # there is no state that this program reads
        left |= rubbish(company.folder / STATE)
    return {name: content for name, content in company.files.items() if name not in {f"{STATE}/{one}" for one in left}}


def correct(company: Company, row: int = 7) -> None:
    """A correction that no listing of the folder shows but by time: the number of digits stays."""
    order = company.orders[row]
    company.orders[row] = (*order[:3], "77.77" if len(str(order[3])) == 5 else "7.77", *order[4:])


def test_a_state_of_a_newer_program_is_left_alone(kept: Company):
    path = kept.folder / STATE / "state.json"
    state = json.loads(path.read_bytes())
    path.write_text(json.dumps(state | {"format": state["format"] + 1, "program": "99.1", "more": {}}))
    refused(kept, "newer program", "99.1", f"delete {kept.folder / STATE}")
    shutil.rmtree(kept.folder / STATE)
    refreshed(kept)


def test_what_an_older_program_kept_is_made_again_and_removed(kept: Company):
    path = kept.folder / STATE / "state.json"
    before = read_state(kept.folder / STATE)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": before.format - 1, "studies": "others"}))
    assert read_state(kept.folder / STATE).tables == frozenset()
    refreshed(kept)
    now = read_state(kept.folder / STATE)
    assert (now.key, now.tables & before.tables) == (before.key, frozenset())
    assert rubbish(kept.folder / STATE) == set()


def test_a_state_of_an_older_program_is_made_again(kept: Company):
    path = kept.folder / STATE / "state.json"
    state = json.loads(path.read_bytes())
    path.write_text(json.dumps(state | {"program": "0.0.1"}))
    refreshed(kept)
    path.write_text(json.dumps({"format": 0, "program": "0.0.1"}))
    refreshed(kept)


@pytest.mark.parametrize("moment", [FUTURE, PAST])
def test_clocks_that_are_set(moment: int, kept: Company):
    for path in kept.folder.rglob("*"):
        os.utime(path, ns=(moment, moment))
    refreshed(kept)
    correct(kept)
    kept.write()
    os.utime(kept.folder / ORDERS, ns=(moment, moment))
    refreshed(kept)


@pytest.mark.parametrize("renamed", [False, True], ids=["written_over", "put_in_its_place"])
def test_a_file_that_is_replaced_under_the_same_name_size_and_time(renamed: bool, kept: Company):
    path = kept.folder / ORDERS
    before, content = path.stat(), path.read_bytes()
    correct(kept)
    kept.write()
    changed = path.read_bytes()
    assert len(changed) == len(content)
    assert changed != content
    if renamed:
        other = path.with_suffix(".new")
        other.write_bytes(changed)
        other.replace(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    refreshed(kept)


def test_a_file_that_is_another_only_while_it_is_read(kept: Company, monkeypatch: pytest.MonkeyPatch):
    kept.write()
    looked_at = (kept.folder / ORDERS).read_bytes()
    longer(kept)
    kept.write()
    read_as, execute = (kept.folder / ORDERS).read_bytes(), Duck._execute
    kept.put(ORDERS, looked_at + b"o400,u1,2026-02-10T00:00:00,1.00,1\n")
    looked_at = (kept.folder / ORDERS).read_bytes()

    def replaced(duck: Duck, sql: str) -> object:
        if ORDERS in sql and (kept.folder / ORDERS).read_bytes() == looked_at:
            kept.put(ORDERS, read_as)
        return execute(duck, sql)

    with monkeypatch.context() as patched:
        patched.setattr(Duck, "_execute", replaced)
        assert run("refresh", kept.folder).status == 0
    assert (kept.folder / ORDERS).read_bytes() == read_as
    kept.put(ORDERS, looked_at)
    refreshed(kept)


def shorter(company: Company) -> None:
    company.orders = company.orders[:150]


def without_a_day(company: Company) -> None:
    day = str(company.orders[5][2])[:10]
    company.orders = [row for row in company.orders if not str(row[2]).startswith(day)]


def longer(company: Company) -> None:
    company.orders += [(f"late{n}", f"u{n}", "2026-02-11T00:00:00", "1.00", 1) for n in range(9)]


@pytest.mark.parametrize("change", [shorter, without_a_day, longer])
def test_a_fact_that_shrank_or_grew(change: Callable[[Company], None], kept: Company):
    change(kept)
    kept.write()
    refreshed(kept)


def test_a_column_whose_type_changed_is_the_mistake_that_report_tells(kept: Company):
    kept.orders = [(*row[:4], f"{row[4]} pieces") for row in kept.orders]
    kept.write()
    told = run("report", kept.folder, "--out", kept.folder / "other")
    refused(kept, *told.err.splitlines())
    kept.orders = [(*row[:4], str(row[4]).removesuffix(" pieces") + ".0") for row in kept.orders]
    kept.write()
    refreshed(kept)


def test_a_column_that_is_declared_as_another_type(kept: Company):
    kept.definitions["facts"]["orders"]["columns"]["items"] = {"type": "decimal", "scale": 1}
    kept.define()
    refreshed(kept)
    kept.definitions["facts"]["orders"]["columns"]["amount"] = {"type": "money", "currency": "JPY"}
    kept.define()
    told = run("report", kept.folder, "--out", kept.folder / "other")
    assert told.status == 1
    refused(kept, *told.err.splitlines())


def test_a_file_that_is_gone(kept: Company):
    content = (kept.folder / ORDERS).read_bytes()
    (kept.folder / ORDERS).unlink()
    refused(kept, "data/orders.csv: no such file")
    (kept.folder / ORDERS).write_bytes(content)
    refreshed(kept)


def test_the_state_of_another_company(kept: Company, tmp_path: Path):
    other = Company(tmp_path / "other")
    other.orders = [(*row[:3], "3.50", *row[4:]) for row in other.orders]
    refreshed(other.write())
    shutil.rmtree(other.folder / STATE)
    shutil.copytree(kept.folder / STATE, other.folder / STATE)
    refreshed(other)
    longer(other)
    refreshed(other.write())
    refreshed(kept)


def test_a_copy_of_the_company_goes_its_own_way(kept: Company, tmp_path: Path):
    copy = Company(tmp_path / "copy")
    shutil.copytree(kept.folder, copy.folder, dirs_exist_ok=True)
    times = (copy.folder / ORDERS).stat()
    correct(copy)
    copy.write()
    os.utime(copy.folder / ORDERS, ns=(times.st_atime_ns, times.st_mtime_ns))
    refreshed(copy)
    longer(kept)
    refreshed(kept.write())
    refreshed(copy)


@pytest.mark.parametrize(
    "target", ["/proc/liftledger", "/proc/self"], ids=["no_folder_can_be_made", "nothing_is_written"]
)
def test_a_state_that_cannot_be_written(target: str, company: Company):
    (company.write().folder / STATE).symlink_to(target)
    ran = run("refresh", company.folder)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"{company.folder / STATE}")
    assert not company.path.exists()
    (company.folder / STATE).unlink()
    refreshed(company)


def test_a_file_of_that_name_is_the_users(company: Company):
    company.write().put(STATE, "mine")
    refused(company, str(company.folder / STATE))


@pytest.mark.parametrize("kilobytes", [0, 1, 16, 40])
def test_a_disk_that_is_full_leaves_the_last_report_and_the_state(kilobytes: int, kept: Company):
    longer(kept)
    kept.write()
    before, mentioned = files(kept), read_state(kept.folder / STATE).tables
    most = kilobytes * 1024
    limited = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}));"
    program = f"{limited} from liftledger.cli import main; sys.exit(main({['refresh', str(kept.folder)]!r}))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 2
    stands = {name: content for name, content in files(kept).items() if name in before}
    assert stands == before
    refreshed(kept)
    assert rubbish(kept.folder / STATE, mentioned) == set()


def test_more_rows_in_a_new_file_are_read(kept: Company):
    kept.definitions["facts"]["orders"]["files"] = "data/orders*.csv"
    refreshed(kept.define())
    header = ("order", "user", "at", "amount", "items")
    table(kept.folder / "data/orders-2.csv", header, [("n1", "u3", "2026-02-20T10:00:00", "9.75", 2)])
    refreshed(kept)


def in_folders(company: Company, **arms: str) -> None:
    """Each arm's users, in a Parquet file in a folder that names the arm."""
    for held, named in arms.items():
        rows = [(user, datetime.fromisoformat(at)) for user, arm, at in company.assignments if arm == held]
        path = company.folder / f"data/assignments/arm={named}/one.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"user": [user for user, _ in rows], "at": [at for _, at in rows]}), path)


def test_files_that_change_places_between_folders_that_name_a_column(company: Company):
    company.definitions["facts"]["assignments"]["files"] = "data/assignments/**/*.parquet"
    in_folders(company.write(), plain="plain", fancy="fancy")
    refreshed(company)
    in_folders(company, plain="fancy", fancy="plain")
    refreshed(company)


def test_a_file_that_holds_what_other_files_folders_name(company: Company):
    company.definitions["facts"]["assignments"]["files"] = "data/assignments/**/*.parquet"
    in_folders(company.write(), plain="plain", fancy="fancy")
    refreshed(company)
    more = {"user": ["v1", "v2"], "at": [datetime(2026, 2, 3)] * 2, "arm": ["plain", "fancy"]}
    pq.write_table(pa.table(more), company.folder / "data/assignments/more.parquet")
    refreshed(company)
    assert company.stored["studies"][0]["units"] == {"plain": 41, "fancy": 41}


def test_a_fact_of_dimensions_that_cannot_be_read_any_more(company: Company):
    company.definitions["facts"]["people"] = {"files": "data/people.csv", "unit": "user", "columns": {"land": "text"}}
    company.definitions["dimensions"] = {"land": {"fact": "people", "column": "land"}}
    company.definitions["metrics"]["bought"]["dimensions"] = ["land"]
    people = "user,land\n" + "".join(f"u{i},{'XY'[i % 3 // 2]}\n" for i in range(79))
    company.write().put("data/people.csv", people)
    refreshed(company)
    company.put("data/people.csv", people.replace("land", "country"))
    refused(company, "data/people.csv: no column 'land'")
    company.put("data/people.csv", people)
    refreshed(company)


def test_true_effects_that_are_gone(kept: Company):
    kept.definitions["truth"] = "truth.json"
    kept.define()
    refused(kept, "truth.json: there is no such file")
    kept.put("truth.json", '{"estimands": {}}')
    refreshed(kept)


def test_no_two_refreshes_of_one_state_keep_tables_of_one_name(kept: Company, tmp_path: Path):
    copy = Company(tmp_path / "copy")
    shutil.copytree(kept.folder, copy.folder, dirs_exist_ok=True)
    common = read_state(kept.folder / STATE).tables
    for company in (kept, copy):
        correct(company)
        refreshed(company.write())
    one, other = (read_state(company.folder / STATE).tables - common for company in (kept, copy))
    assert one and other
    assert not one & other
