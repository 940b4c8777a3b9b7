"""The facts of customer bases are facts like others: their columns are read and fingerprinted, and date the report."""

import pytest

from tests.company import Company, run, table

HEADER = ("id", "user", "started", "ended", "tier", "mrr")
ROWS = [
    (f"s{i}", f"u{i}", f"2026-01-{1 + i % 28:02}", "2026-03-02" if i % 3 else "", "ab"[i % 2], 10) for i in range(60)
]
SUBSCRIPTIONS = {
    "files": "data/subscriptions.csv",
    "unit": "user",
    "time": "started",
    "id": "id",
    "columns": {"mrr": "money", "ended": {"type": "time", "optional": True}, "seats": "integer"},
}
SUBSCRIBERS = {
    "kind": "subscriptions",
    "fact": "subscriptions",
    "where": "mrr > 0",
    "ends": "ended",
    "amount": "mrr",
    "plan": "tier",
    "discount": "10%",
    "horizon": "365d",
}


@pytest.fixture
def subscribed(company: Company) -> Company:
    """A company that has subscribers too; its records are complete to the end of March."""
    company.definitions["as_of"] = "2026-04-01"
    company.definitions["facts"]["subscriptions"] = SUBSCRIPTIONS
    company.definitions["customers"] = {"subscribers": SUBSCRIBERS}
    table(company.folder / "data/subscriptions.csv", HEADER, ROWS)
    return company.write()


def facts(report):
    return {one["fact"]: one for one in report["data"]}


def test_every_column_of_a_base_is_fingerprinted_and_no_other(subscribed: Company):
    found = facts(subscribed.report())["subscriptions"]
    assert set(found["fingerprint"]) == {"unit", "time", "mrr", "ended", "tier"}


def test_a_subscription_that_goes_on_is_no_missing_value(subscribed: Company):
    assert facts(subscribed.report())["subscriptions"]["missing"] == {}
    assert "blank value" not in run("report", subscribed.folder).out


def test_check_finds_what_is_wrong_with_the_rows_of_a_base(subscribed: Company):
    assert run("check", subscribed.folder).status == 0
    table(subscribed.folder / "data/subscriptions.csv", HEADER, [*ROWS, ("late", "u1", "2026-02-01", "soon", "a", 10)])
    ran = run("check", subscribed.folder)
    assert ran.status == 1 and "'soon'" in ran.out + ran.err and "ended" in ran.out + ran.err


def test_a_subscription_that_ends_is_seen_by_a_refresh(subscribed: Company):
    assert run("refresh", subscribed.folder).status == 0
    before = facts(subscribed.stored)["subscriptions"]["fingerprint"]
    table(subscribed.folder / "data/subscriptions.csv", HEADER, [(*ROWS[0][:3], "2026-03-20", *ROWS[0][4:]), *ROWS[1:]])
    assert run("refresh", subscribed.folder).status == 0
    refreshed, after = subscribed.path.read_bytes(), facts(subscribed.stored)["subscriptions"]["fingerprint"]
    assert {name for name in after if after[name] != before[name]} == {"ended"}
    subscribed.report()
    assert subscribed.path.read_bytes() == refreshed


def test_a_base_s_fact_dates_the_report(subscribed: Company):
    for key in ("as_of", "studies", "metrics"):  # who has no study may still have customers
        del subscribed.definitions[key]
    assert subscribed.define().report()["as_of"] == "2026-01-29T00:00:00Z"  # the last one started on 2026-01-28
    subscribed.definitions["facts"]["subscriptions"] = SUBSCRIPTIONS | {"through": "2026-03-15"}
    assert subscribed.define().report()["as_of"] == "2026-03-16T00:00:00Z"
    beyond = run("report", subscribed.folder, "--as-of", "2026-03-20")
    assert beyond.status == 1 and "facts.subscriptions: it covers the days to 2026-03-15" in beyond.out + beyond.err
