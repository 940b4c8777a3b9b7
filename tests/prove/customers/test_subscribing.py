"""A base of subscriptions: each number of the report against the same by another way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from liftledger.lifetime import sbg
from liftledger.lifetime.histories import tenures_of
from tests.company import Company, run, table

ALL = {"dimension": None, "value": None, "study": None, "arm": None}
START, AS_OF = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
USERS = 800
BASE = {
    "kind": "subscriptions",
    "fact": "subscriptions",
    "ends": "ended",
    "amount": "mrr",
    "plan": "tier",
    "margin": "80%",
    "discount": "10%",
    "horizon": "1095d",
}


def subscriptions(seed: int = 3) -> Iterator[tuple[str, str, str, str, str, str]]:
    """A subscription a user, who leaves in some month by a chance of their own."""
    rng = np.random.default_rng(seed)
    for user in range(USERS):
        began = START + timedelta(days=int(rng.integers(0, 500)))
        months = int(rng.geometric(rng.beta(0.7, 5)))
        ended = began + timedelta(days=30 * months)
        plan, mrr = (("basic", 20.0), ("pro", 90.0))[user % 3 == 0]
        over = f"{ended:%Y-%m-%d}" if ended < AS_OF else ""
        yield f"s{user}", f"u{user}", f"{began:%Y-%m-%d}", over, plan, f"{mrr:.2f}"


def club(folder: Path) -> Company:
    """Members who subscribe; who is in which arm of its study is still to be said."""
    found = Company(folder)
    found.definitions["as_of"] = f"{AS_OF:%Y-%m-%d}"
    found.definitions["facts"]["subscriptions"] = {
        "files": "data/subscriptions.csv",
        "unit": "user",
        "time": "started",
        "id": "id",
        "columns": {"mrr": "money", "ended": {"type": "time", "optional": True}},
    }
    found.definitions["customers"] = {"members": dict(BASE)}
    table(found.folder / "data/subscriptions.csv", ("id", "user", "started", "ended", "tier", "mrr"), subscriptions())
    return found


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Company:
    found = club(tmp_path_factory.mktemp("club"))
    found.definitions["truth"] = "truth.json"
    found.put("truth.json", json.dumps({"estimands": {}, "customers": {"members.trial.fancy.observed": 1.5}}))
    found.assignments = [(f"u{i}", ("plain", "fancy")[i % 2], f"2025-06-{1 + i % 20:02}") for i in range(USERS)]
    return found.write()


@pytest.fixture(scope="module")
def base(company) -> dict:
    return company.report()["customers"][0]


def of(parts, **group):
    return next(one for one in parts if one["group"] == ALL | group)


def dates(row) -> tuple[datetime, datetime | None]:
    ended = datetime.fromisoformat(row[3]).replace(tzinfo=UTC) if row[3] else None
    return datetime.fromisoformat(row[2]).replace(tzinfo=UTC), ended


def months_between(first: datetime, last: datetime) -> int:
    """Whole calendar months."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def test_value_is_what_each_subscriber_pays_times_the_months_that_one_of_their_tenure_stays(base):
    rows = [(*dates(row), float(row[5])) for row in subscriptions()]
    there = [(months_between(began, AS_OF), mrr) for began, ended, mrr in rows if ended is None]
    left, going = [0] * 60, [0] * 60
    for began, ended, _ in rows:
        if ended is None:
            seen = months_between(began, AS_OF)
            if seen:
                going[seen - 1] += 1
            continue
        whole = months_between(began, ended)
        month = whole if (ended.day == began.day or began.day > 28) and whole else whole + 1
        if month <= months_between(began, AS_OF):
            left[month - 1] += 1
        elif months_between(began, AS_OF):
            going[months_between(began, AS_OF) - 1] += 1
    fit = sbg.fit(tenures_of(left, going))
    monthly = 1.1 ** (1 / 12) - 1
    stay = [sbg.derl(fit, tenure + 1, monthly, horizon=36).value for tenure, _ in there]
    value = 0.8 * sum(months * mrr for months, (_, mrr) in zip(stay, there, strict=True)) / len(there)
    found = of(base["worth"])
    assert found["customers"] == len(there)
    assert found["spend"]["value"] == pytest.approx(np.mean([mrr for _, mrr in there]))
    assert found["value"]["value"] == pytest.approx(value, rel=0.02)  # days 29 to 31 end their months otherwise


def test_what_an_arm_paid_is_its_subscriptions_since_its_start_day_by_day(base):
    starts = {f"u{i}": datetime(2025, 6, 1 + i % 20, tzinfo=UTC) for i in range(USERS)}
    paid = {f"u{i}": 0.0 for i in range(USERS)}
    for row in subscriptions():
        began, ended = dates(row)
        since = max(began, starts[row[1]])
        paid[row[1]] += float(row[5]) * max(((ended or AS_OF) - since).days, 0) * 12 / 365
    arms = [np.array([paid[f"u{i}"] for i in range(USERS) if i % 2 == odd]) for odd in (0, 1)]
    [found] = base["incremental"]
    assert found["observed"]["value"] == pytest.approx(0.8 * (arms[1].mean() - arms[0].mean()))
    assert found["observed"]["se"] == pytest.approx(0.8 * np.sqrt(sum(a.var(ddof=1) / a.size for a in arms)))


def test_what_an_arm_truly_adds_stands_beside_it_where_it_is_known(base):
    [found] = base["incremental"]
    assert (found["observed_truth"], found["modelled_truth"]) == (1.5, None)


def test_movements_close_where_the_next_month_opens(base):
    months = base["movements"]
    for one, after in pairwise(months):
        moved = one["new"] + one["expansion"] - one["contraction"] - one["churned"] + one["reactivated"]
        assert one["closing"] == pytest.approx(one["opening"] + moved)
        assert one["closing"] == after["opening"]


def test_every_group_has_its_model_its_value_and_its_curve(base):
    groups = [{}, {"dimension": "plan at first start", "value": "basic"}, {"study": "trial", "arm": "fancy"}]
    for group in groups:
        curve = of(base["tenures"], **group)
        assert of(base["models"], **group)["model"] == "sBG"
        assert len(curve["observed"]) == len(curve["low"]) == len(curve["hazard"])
        assert len(curve["months"]) == len(curve["observed"]) + len(curve["extrapolated"])
        assert list(curve["observed"]) == sorted(curve["observed"], reverse=True)
        whole = [*curve["observed"][-1:], *curve["extrapolated"]]
        assert whole == sorted(whole, reverse=True)
        assert of(base["worth"], **group)["value"]["answer"] in ("interval", "none")


def test_refresh_gives_the_same_bytes(company, base, tmp_path):
    assert run("refresh", company.folder, "--out", tmp_path).status == 0
    assert (tmp_path / "report.json").read_bytes() == company.path.read_bytes()


def test_customers_of_subscriptions_have_no_file_of_their_own(company, tmp_path):
    ran = run("value", company.folder, "--customers", tmp_path / "each.parquet")
    assert ran.status == 1 and "purchases" in ran.err and not (tmp_path / "each.parquet").exists()


def test_why_there_is_no_revenue_retention_before_a_year_is_said(company):
    said = " ".join(run("value", company.folder, "--as-of", "2025-09-01").out.split())
    assert "Nobody subscribed yet on 2024-09-01, so there is no revenue retention over 12 months" in said
    assert "Nobody subscribed yet" not in run("value", company.folder).out
