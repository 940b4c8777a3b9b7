"""Time to value, tickets and expansion: from definitions and records to panels and money, counted by hand."""

import json
from typing import Any

import pytest

from tests.company import ASSIGNMENTS, Company, run, table

ARM = {user: arm for user, arm, _ in ASSIGNMENTS}
START = {user: int(at[-2:]) for user, _, at in ASSIGNMENTS}  # day of February
PLAIN = [user for user, arm in ARM.items() if arm == "plain"]
FANCY = [user for user, arm in ARM.items() if arm == "fancy"]
CATEGORIES = ("bug", "how to", "billing")


def day(number: int, time: str = "00:00:00") -> str:
    """The nth day from 1 February 2026 on."""
    return f"2026-{2 + (number - 1) // 28:02}-{1 + (number - 1) % 28:02}T{time}"


@pytest.fixture
def saas(company: Company) -> Company:
    """80 users: fancy activate after 2 days, half of plain after 4 (one each otherwise); fancy has more billing."""
    facts, metrics = company.definitions["facts"], company.definitions["metrics"]
    facts["events"] = {"files": "data/events.csv", "unit": "user", "time": "at", "columns": {"name": "text"}}
    facts["events"]["through"] = "2026-03-31"
    days = dict.fromkeys(FANCY, 2) | dict.fromkeys(PLAIN[::2], 4) | {FANCY[0]: 5, PLAIN[0]: 2}
    rows = [(user, "activated", day(START[user] + after, "00:30:00")) for user, after in days.items()]
    table(company.folder / "data/events.csv", ("user", "name", "at"), rows)
    facts["tickets"] = {
        "files": "data/tickets.csv",
        "unit": "user",
        "time": "at",
        "columns": {"category": {"type": "text", "optional": True}},
        "through": "2026-03-31",
    }
    tickets = [(user, "bug", day(START[user] + 1 + n)) for user in PLAIN for n in range(1 + int(user[1:]) % 3)]
    tickets += [(user, "bug", day(START[user] + 3)) for user in FANCY[::3]]
    tickets += [(user, "billing", day(START[user] + 5)) for user in [*PLAIN[::10], *FANCY[::2]]]
    tickets += [(user, "", day(START[user] + 6)) for user in FANCY[:1]]
    table(company.folder / "data/tickets.csv", ("user", "category", "at"), tickets)
    metrics["ttv"] = {
        "kind": "time_to", "fact": "events", "where": "name = 'activated'", "horizon": "10d", "marks": ["3d"],
        "better": "lower",
    }  # fmt: skip
    metrics["contacts"] = {"kind": "rate", "fact": "tickets", "per": "30d", "by": "category", "better": "lower"}
    company.definitions["questions"] = {
        "time_to_value": {"study": "trial", "metric": "ttv"},
        "tickets": {"study": "trial", "metric": "contacts"},
        "expansion": {"study": "trial", "metric": "revenue", "funnel": ["bought"]},
    }
    company.definitions["value"] = {
        "margin": "80%",
        "discount": "10%",
        "months": 12,
        "lines": {
            "faster": {"study": "trial", "metric": "ttv", "mark": "3d", "per": "new unit", "units": 100, "worth": 20,
                       "basis": "margin"},
            "fewer": {"study": "trial", "metric": "contacts", "per": "unit-month", "units": 1000,
                      "worth": {"bug": 30, "billing": "12.5"}, "basis": "saving"},
        },
        "costs": {"build": {"category": "engineering", "once": 5000, "monthly": 250}},
    }  # fmt: skip
    return company


def made(company: Company, *options: str) -> dict[str, Any]:
    return company.write().report("--as-of", "2026-03-29", *options)


def estimates(report: dict[str, Any], metric: str, **segment: str) -> dict[str, Any]:
    (found,) = (
        one
        for one in report["estimates"]
        if one["metric"] == metric and one["headline"] and one["segment"] == (segment or None)
    )
    return found


def test_time_to_value_is_the_mean_time_until_activation_or_the_horizon(saas):
    found = estimates(made(saas), "ttv")
    fancy = (39 * 49 + 121) / 40 / 24  # two days and half an hour, in steps of an hour: at 49 hours
    plain = (49 + 19 * 97 + 20 * 240) / 40 / 24
    assert found["treatment_value"] == pytest.approx(fancy) and found["control_value"] == pytest.approx(plain)
    assert found["effect"]["value"] == pytest.approx(fancy - plain)
    assert found["method"].startswith("restricted-mean") and found["units"] == {"control": 40, "treatment": 40}
    assert found["maturity"]["state"] == "mature"


def test_shares_by_each_mark_are_metrics_of_their_own(saas):
    report = made(saas)
    soon, late = estimates(report, "ttv_by_3d"), estimates(report, "ttv_by_10d")
    assert (soon["control_value"], soon["treatment_value"]) == (1 / 40, 39 / 40)
    assert (late["control_value"], late["treatment_value"]) == (0.5, 1)
    (summary,) = (one for one in report["definitions"]["metrics"] if one["metric"] == "ttv_by_3d")
    assert (summary["part_of"], summary["part"], summary["part_value"]) == ("ttv", "share", "3 days")
    assert (summary["unit"], summary["better"]) == ("share", "higher")


def test_curves_are_of_every_arm(saas):
    curves = {one["arm"]: one for one in made(saas)["curves"]}
    assert curves["fancy"]["median_days"]["value"] == pytest.approx(49 / 24)
    assert curves["plain"]["median_days"]["answer"] == "none"  # half of them: no telling whether more would
    assert curves["plain"]["share"][-1] == 0.5 and curves["plain"]["days"][0] == 0


def test_each_category_in_the_data_is_counted_by_itself(saas):
    report = made(saas)
    whole = estimates(report, "contacts")
    parts = [estimates(report, f"contacts_{name}") for name in ("bug", "billing", "unknown")]
    for role in ("control_value", "treatment_value"):
        assert sum(part[role] for part in parts) == pytest.approx(whole[role])
    assert all(part["p_adjusted"] >= part["p_value"] for part in parts if part["p_value"] is not None)
    assert whole["p_adjusted"] is None


def test_the_worth_of_tickets_is_that_of_each_category(saas):
    report = made(saas)
    worth = estimates(report, "fewer_worth")
    bug, billing = estimates(report, "contacts_bug"), estimates(report, "contacts_billing")
    for role in ("control_value", "treatment_value"):
        assert worth[role] == pytest.approx(30 * bug[role] + 12.5 * billing[role])
    (summary,) = (one for one in report["definitions"]["metrics"] if one["metric"] == "fewer_worth")
    assert summary["unit"] == "EUR per unit and 30 days"


def test_harm_in_a_category_stands_first(saas):
    (panel,) = (one for one in made(saas)["panels"] if one["topic"] == "tickets")
    assert panel["categories"][0].startswith("trial.contacts_billing.fancy.")
    assert [one.split(".")[1] for one in panel["harms"]] == ["contacts_billing"]
    assert panel["line"] == "fewer"


def test_trends_are_by_month_of_start(saas):
    report = made(saas)
    panel = report["panels"][0]
    assert panel["topic"] == "time_to_value" and len(panel["trend"]) == 1  # all started in February
    trend = estimates(report, "ttv", started="2026-02")
    assert trend["id"] == panel["trend"][0] and trend["units"] == {"control": 40, "treatment": 40}


def test_money_is_the_effect_times_units_times_worth(saas):
    report = made(saas)
    money = report["money"]
    faster, fewer = money["lines"]
    # 39 in 40 of 100 new users a month activate within 3 days instead of 1 in 40; each is worth 20 of margin
    assert faster["monthly"]["answer"]["value"] == pytest.approx(100 * 38 / 40 * 20)
    worth = estimates(report, "fewer_worth")["effect"]["value"]
    assert fewer["monthly"]["answer"]["value"] == pytest.approx(-worth * 1000)
    month = 1.1 ** (1 / 12) - 1
    factor = sum((1 + month) ** -t for t in range(1, 13))
    npv = (1900 - 1000 * worth - 250) * factor - 5000
    assert money["summary"]["npv"]["answer"]["value"] == pytest.approx(npv)
    assert len(money["cash_flow"]) == 13
    assert any("'' " in text or "''" in text for text in fewer["reasons"])  # blank categories have no worth


def test_no_money_at_all_where_a_study_is_broken(saas):
    saas.assignments = [row for row in saas.assignments if row[1] == "fancy" or int(row[0][1:]) % 8 == 0]
    report = made(saas)
    assert report["studies"][0]["grade"] == "broken"
    money = report["money"]
    assert money["cash_flow"] == [] and all(not line["priced"] for line in money["lines"])
    figures = [figure for part in (*money["lines"], money["summary"]) for figure in part.values()]
    shown = [one for one in figures if isinstance(one, dict) and one["answer"]["answer"] != "none"]
    assert shown == []
    worth = estimates(report, "fewer_worth")
    assert worth["control_value"] is None and "no money is shown" in worth["effect"]["reason"]


def test_what_is_immature_says_when_it_will_not_be(saas):
    report = saas.write().report("--as-of", "2026-02-08")
    found = estimates(report, "ttv")
    # the first units of both arms started on 1 and 2 February, and are observed for 10 days on the 12th
    assert found["effect"]["answer"] == "none" and "2026-02-12" in found["effect"]["reason"]
    assert (found["maturity"]["state"], found["maturity"]["first"]) == ("immature", "2026-02-12")
    (faster,) = (one for one in report["money"]["lines"] if one["name"] == "faster")
    assert not faster["priced"]


def test_true_effects_stand_beside_the_estimates(saas):
    saas.definitions["truth"] = "truth.json"
    path = saas.folder / "truth.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"estimands": {"trial.ttv.fancy": -4.98}, "parameters": {}}))
    report = made(saas)
    assert estimates(report, "ttv")["truth"] == -4.98 and estimates(report, "contacts")["truth"] is None


@pytest.mark.parametrize("text", ["", "[]", '{"estimands": {"a": "b"}}'])
def test_true_effects_that_cannot_be_read_are_a_mistake(saas, text):
    saas.definitions["truth"] = "truth.json"
    saas.write()
    (saas.folder / "truth.json").write_text(text)
    assert "truth.json: it cannot be read as true effects" in run("report", saas.folder).err


def signups(saas: Company, signed_up: dict[str, str]) -> Company:
    """Time to value counts from a wide table of signups."""
    table(saas.folder / "data/people.csv", ("user", "signed_up"), signed_up.items())
    saas.definitions["facts"]["people"] = {
        "files": "data/people.csv",
        "unit": "user",
        "columns": {"signed_up": {"type": "time", "optional": True}},
    }
    saas.definitions["metrics"]["ttv"]["from"] = {"fact": "people", "column": "signed_up"}
    return saas


def test_users_without_signup_and_those_who_activated_before_it_are_left_out_and_counted(saas):
    before = {user: day(START[user]) for user in ARM}
    before[FANCY[1]] = ""
    before[PLAIN[2]] = day(START[PLAIN[2]] + 4, "00:29:00")  # a minute before it activates: its time is an hour
    before[FANCY[2]] = day(START[FANCY[2]] + 2, "00:31:00")  # a minute after it
    found = estimates(made(signups(saas, before)), "ttv")
    assert found["excluded"] == {"before": {"control": 0, "treatment": 1}, "without": {"control": 0, "treatment": 1}}
    assert found["units"] == {"control": 40, "treatment": 38}
    assert found["control_value"] == pytest.approx((49 + 1 + 18 * 97 + 20 * 240) / 40 / 24)


def test_a_clock_that_starts_after_the_start_proves_no_effect(saas):
    report = made(signups(saas, {user: day(START[user], "12:00:00") for user in ARM}))
    found = estimates(report, "ttv")
    assert found["grade"] == "traced" and not found["priceable"]
    assert any("80 units' clocks start after entering the study" in note for note in found["notes"])
    (faster,) = (one for one in report["money"]["lines"] if one["name"] == "faster")
    assert not faster["priced"] and faster["monthly"]["answer"]["answer"] == "none"


def test_signups_before_the_start_leave_the_groups_as_randomised(saas):
    report = made(signups(saas, dict.fromkeys(ARM, "2025-12-24T12:00:00")))
    assert estimates(report, "ttv")["grade"] == "randomised"
    assert estimates(report, "ttv")["control_value"] == pytest.approx((49 + 19 * 97 + 20 * 240) / 40 / 24)


def test_a_horizon_beyond_the_data_says_so(saas):
    saas.definitions["metrics"]["ttv"] |= {"horizon": "90d", "marks": ["3d"]}
    found = estimates(made(saas), "ttv")
    assert found["effect"]["reason"].endswith("observed for 90 days yet; the report of 2026-05-03 can hold it")
    assert found["maturity"]["complete"] == "2026-05-21"
    assert estimates(made(saas), "ttv_by_3d")["effect"]["answer"] == "interval"


def test_categories_that_would_be_called_alike_are_numbered(saas):
    path = saas.folder / "data/tickets.csv"
    path.write_text(path.read_text().replace("how to", "How-To!").replace("bug", "BUG", 3))
    report = made(saas)
    names = [one["metric"] for one in report["definitions"]["metrics"] if one["part"] == "category"]
    assert sorted(names) == ["contacts_billing", "contacts_bug", "contacts_bug_2", "contacts_unknown"]


def test_too_many_categories_are_a_mistake(saas):
    rows = [(f"u{n}", f"category {n}", day(3)) for n in range(60)]
    table(saas.folder / "data/tickets.csv", ("user", "category", "at"), rows)
    said = run("report", saas.write().folder, "--as-of", "2026-03-29").err
    assert "metrics.contacts.by: column 'category' has 60 values; a report holds at most 50" in said


def test_a_rate_needs_units_that_were_observed_for_as_long_as_it_is_given_for(saas):
    report = saas.write().report("--as-of", "2026-02-28")
    found = estimates(report, "contacts")
    # fancy's first users started on 2 February
    assert found["effect"]["reason"].endswith("observed for 30 days yet; the report of 2026-03-04 can hold it")
    (fewer,) = (one for one in report["money"]["lines"] if one["name"] == "fewer")
    assert not fewer["priced"]
    assert estimates(saas.report("--as-of", "2026-03-04"), "contacts")["effect"]["answer"] == "interval"


def test_an_estimate_that_a_few_large_values_carry_is_not_priced(saas):
    saas.definitions["value"]["lines"] = {
        "sales": {"study": "trial", "metric": "revenue", "per": "new unit", "units": 10, "basis": "revenue"}
    }
    saas.assignments = [row for row in saas.assignments if row[1] == "fancy" or int(row[0][1:]) % 20 == 0]
    saas.definitions["studies"]["trial"]["shares"] = {"plain": "10%", "fancy": "90%"}
    saas.orders = [(f"o{user}", user, f"2026-02-{START[user]:02}T23:00", 1, 1) for user in ARM]
    saas.orders[1] = (*saas.orders[1][:3], 900, 1)
    saas.definitions["facts"]["orders"]["through"] = "2026-03-31"
    report = made(saas)
    found = estimates(report, "revenue")
    assert abs(found["skewness"]) > 1 and not found["priceable"]
    (sales,) = report["money"]["lines"]
    assert not sales["priced"] and "a few very large values carry its estimate" in sales["reasons"][0]
