"""The starter folder: the same bytes everywhere, the truth it tells, and nothing of the user's touched."""

import csv
import hashlib
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from liftledger.simulate.starter import write_starter
from liftledger.simulate.starter.company import PLANS, VOID, company

# SHA-256 for seed 1, taken when the company was made up; users hold these files, so the changelog tells of a change.
DIGESTS = {
    "exposures.csv": "70ea22a88715b8228fe18f041daf75b03d8c146846abd2e9830465e615285e12",
    "orders.csv": "e4348c2f75e96e30c7eb2d9f5643a2b833c06dab1d83c40ce8014c8a6f74a1d8",
    "tickets.csv": "a945d11a822a0159af9edb45f74401cd7d69c3ba048975613921deecd6bb191e",
    "users.csv": "bdc1232e7dd42691eeb8a31d05f1e7a6a52358df5d84a9be908471187ce60f54",
}


@pytest.fixture(scope="module")
def starter(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("starter") / "acme"
    write_starter(folder)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "data" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_records_are_the_same_bytes_on_every_machine(starter):
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (starter / "data").iterdir()}
    assert found == DIGESTS


def test_another_seed_is_another_company():
    assert company(1) == company(1)
    assert all(one.rows != other.rows for one, other in zip(company(1), company(2), strict=True))


def test_the_returned_files_are_the_folder(tmp_path):
    files = write_starter(tmp_path / "made/on/the/way")
    assert set(files) == {path for path in (tmp_path / "made").rglob("*") if path.is_file()}
    assert {path.name for path in tmp_path.iterdir()} == {"made"}


def test_an_empty_folder_is_filled_in_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = write_starter(Path())
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / file for file in files}
    assert Path("liftledger.yaml").exists()


def test_a_folder_in_use_is_left_as_it_was(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty; name a folder that does not exist yet"):
        write_starter(tmp_path)
    with pytest.raises(FileExistsError, match="is a file; name a folder"):
        write_starter(tmp_path / "notes.txt")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_nothing_stays_behind_when_writing_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("liftledger.simulate.starter.TEMPLATES", tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        write_starter(tmp_path / "acme")
    assert list(tmp_path.iterdir()) == []


def test_users_and_arms_are_as_the_readme_tells(starter):
    users = [row["user_id"] for row in rows(starter, "users.csv")]
    exposures = rows(starter, "exposures.csv")
    assert len(users) == len(set(users)) == 4_000
    assert sorted(row["user_id"] for row in exposures) == users
    # A fair coin, 4,000 tosses: the central 99.99 % of Binomial(4000, 1/2) is 2000 +- 123.
    assert abs(Counter(row["variant"] for row in exposures)["standard"] - 2_000) <= 123


def test_three_orders_are_exported_twice_and_every_month_has_records(starter):
    orders = rows(starter, "orders.csv")
    assert len(orders) - len({row["order_id"] for row in orders}) == 3
    for name, column in (("orders.csv", "ordered_at"), ("tickets.csv", "opened_at")):
        days = [row[column][:10] for row in rows(starter, name)]
        assert min(days) < "2025-12-06"  # 30 days before the first exposure: the look back has records
        assert max(days) == "2026-03-08"  # the last day of the records


def truth(arm: str) -> tuple[float, float, float]:
    """Chance to buy within two weeks, orders a week, tickets in 30 days: expectations over the plans."""
    share = {name: plan.share / 100 for name, plan in PLANS.items()}
    valid = {name: plan.order[arm] / 1000 * (1 - VOID / 1000) for name, plan in PLANS.items()}
    return (
        sum(share[name] * (1 - (1 - valid[name]) ** 2) for name in PLANS),
        sum(share[name] * valid[name] for name in PLANS),
        sum(share[name] * plan.ticket[arm] / 1000 for name, plan in PLANS.items()) * 30 / 7,
    )


def test_the_readme_tells_the_truth(starter):
    (buys, orders, tickets), (buys_too, orders_too, tickets_too) = truth("standard"), truth("personalized")
    readme = (starter / "README.md").read_text()
    assert f"| {buys:.1%} | {buys_too:.1%} | {buys_too / buys - 1:+.1%} |".replace("%", " %") in readme
    assert f"spent within 28 days | | | {orders_too / orders - 1:+.1%} |".replace("%", " %") in readme
    assert f"| {tickets:.3f} | {tickets_too:.3f} | {tickets_too / tickets - 1:+.1%} |".replace("%", " %") in readme


def test_the_records_follow_the_truth():
    # Ten companies of 4,000 users each, whose orders within 14 days are counted from the rows. The standard error of a
    # share near 0.15 over 20,000 users is 0.0025; four of them leave one run in ten thousand outside.
    buyers: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for seed in range(100, 110):
        tables = {table.name: table.rows for table in company(seed)}
        shown = {user: (arm, at) for user, arm, at in tables["exposures"]}
        sizes.update(arm for arm, _ in shown.values())
        bought = {
            user for _, user, at, _, status in tables["orders"] if status == "paid" and within(shown[user][1], at)
        }
        buyers.update(shown[user][0] for user in bought)
    for arm in ("standard", "personalized"):
        assert buyers[arm] / sizes[arm] == pytest.approx(truth(arm)[0], abs=4 * 0.0025)


def within(shown: str, ordered: str) -> bool:
    """Whether an order came in the 14 days from the exposure on."""
    start, at = datetime.fromisoformat(shown), datetime.fromisoformat(ordered)
    return start <= at < start + timedelta(days=14)


def test_amounts_are_money_with_a_long_tail(starter):
    amounts = [row["amount"] for row in rows(starter, "orders.csv")]
    assert all(re.fullmatch(r"[0-9]{2,3}\.[0-9]{2}", amount) for amount in amounts)
    cents = sorted(int(amount.replace(".", "")) for amount in amounts)
    # A Pareto tail with index 2: the median is sqrt(2) times the least, one in a hundred ten times it.
    assert cents[len(cents) // 2] == pytest.approx(2**0.5 * 1_900, rel=0.05)
    assert cents[-len(cents) // 100] == pytest.approx(10 * 1_900, rel=0.25)
