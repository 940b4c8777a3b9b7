"""From definitions and records to a report: each kind of study, unit and metric, counted by hand on small records."""

import re
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.company import ASSIGNMENTS, ORDERS, Company, table

DAY = "2026-02-01"


def study(report: dict[str, Any], name: str = "trial") -> dict[str, Any]:
    (found,) = (one for one in report["studies"] if one["name"] == name)
    return found


def estimate(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in report["estimates"] if one["id"] == name)
    return found


def people(company: Company, rows: list[tuple[object, ...]], *columns: str, unit: str = "user") -> None:
    """A wide fact about units."""
    optional = {name: {"type": "text", "optional": True} for name in columns}
    company.definitions["facts"]["people"] = {"files": "data/people.csv", "unit": unit, "columns": optional}
    table(company.folder / "data/people.csv", (unit, *columns), rows)


# What a metric is


def test_metrics_are_what_a_person_would_count(company: Company):
    company.definitions["metrics"] = {
        "bought": {"kind": "conversion", "fact": "orders", "window": "7d", "where": "items > 0"},
        "orders": {"kind": "count", "fact": "orders", "window": "7d", "delay": "1d"},
        "revenue": {"kind": "sum", "fact": "orders", "value": "amount", "window": "7d"},
        "size": {"kind": "mean", "fact": "orders", "value": "amount"},
        "basket": {"kind": "ratio", "fact": "orders", "numerator": "items", "denominator": "rows"},
        "pace": {"kind": "rate", "fact": "orders", "per": "30d"},
    }
    report = company.write().report("--as-of", "2026-03-29")
    start = {user: at for user, _, at in ASSIGNMENTS}
    arm = {user: arm for user, arm, _ in ASSIGNMENTS}

    def day(text: str) -> float:
        month, date = int(text[5:7]), int(text[8:10])
        return (month - 1) * 31 - (3 if month > 2 else 0) + date + (0.5 + 1 / 48 if "T" in text else 0)

    after = [
        (arm[user], user, day(at) - day(start[user]), float(amount), items) for _, user, at, amount, items in ORDERS
    ]
    for group, role in (("plain", "control_value"), ("fancy", "treatment_value")):
        mine = [order for order in after if order[0] == group and order[2] >= 0]
        week = [order for order in mine if order[2] < 7]
        expected = {
            "bought.fancy.welch": len({user for _, user, _, _, items in week if items > 0}) / 40,
            "orders.fancy.welch": sum(1 <= since < 8 for _, _, since, _, _ in mine) / 40,
            "revenue.fancy.welch": sum(amount for *_, amount, _ in week) / 40,
            "size.fancy.ratio": sum(amount for *_, amount, _ in mine) / len(mine),
            "basket.fancy.ratio": sum(items for *_, items in mine) / len(mine),
            "pace.fancy.ratio": 30
            * len(mine)
            / sum(day("2026-03-29") - day(at) for _, a, at in ASSIGNMENTS if a == group),
        }
        found = {name: estimate(report, f"trial.{name}")[role] for name in expected}
        assert found == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("buyers", "alike"),
    [
        (0, True),
        (1, False),
        (40, True),
    ],
)
def test_an_arm_in_which_all_do_alike_is_told(company: Company, buyers: int, alike: bool):
    # Of the 40 users in each arm, so many buy in the control arm, and 20 in the other.
    bought = [user for user, arm, _ in ASSIGNMENTS if arm == "plain"][:buyers]
    bought += [user for user, arm, _ in ASSIGNMENTS if arm == "fancy"][:20]
    company.orders = [(f"o{user}", user, "2026-02-21", 9, 1) for user in bought]
    company.definitions["metrics"] = {"bought": {"kind": "conversion", "fact": "orders"}}
    one = estimate(company.write().report(), "trial.bought.fancy.welch")
    assert one["treatment_value"] == 0.5
    told = [text for text in one["notes"] if "units together" in text]
    note = (
        "all units of the control arm are alike, so they show no variation: it is taken from both arms' units together."
    )
    assert told == ([note] if alike else [])


def test_a_capped_metric_is_not_priced_and_says_so(company: Company):
    company.definitions["metrics"]["revenue"] |= {"cap": {"high": "p90"}}
    report = company.write().report()
    for one in report["estimates"]:
        capped = one["metric"] == "revenue"
        assert one["priceable"] is not capped
        assert any("capped" in note for note in one["notes"]) is capped


# Who takes part


def test_a_unit_in_two_arms_keeps_its_first_and_is_counted(company: Company):
    company.assignments += [("u3", "plain", "2026-02-20"), ("u3", "plain", "2026-02-21"), ("u4", "fancy", "2026-02-22")]
    report = company.write().report()
    found = study(report)
    assert found["units"] == {"plain": 40, "fancy": 40}
    assert found["contaminated"] == [
        {"arm": "fancy", "date": "2026-02-20", "units": 1},
        {"arm": "plain", "date": "2026-02-22", "units": 1},
    ]
    assert any(reason.startswith("2 units were seen in several arms") for reason in found["reasons"])
    assert found["grade"] == "randomised"


def test_arms_that_are_off_by_more_than_chance_break_the_study(company: Company):
    company.assignments = [(f"u{i}", "plain" if i % 4 else "fancy", DAY) for i in range(400)]
    report = company.write().report()
    found = study(report)
    # Pearson: 2 * (300 - 200)^2 / 200 = 100 on 1 degree of freedom
    assert (found["grade"], found["srm"]["chi2"], found["srm"]["dof"]) == ("broken", 100.0, 1)
    assert found["reasons"][0].startswith("sample ratio mismatch")
    assert {one["grade"] for one in report["estimates"]} == {"broken"}
    assert not any(one["priceable"] for one in report["estimates"])
    assert estimate(report, "trial.bought.fancy.welch")["effect"]["answer"] == "interval"  # still shown


def test_a_holdout_is_a_share_of_all(company: Company):
    company.definitions["studies"]["trial"] |= {"kind": "holdout", "share": "5%", "control": "plain"}
    company.assignments = [(f"u{i}", "fancy" if i % 20 else "plain", DAY) for i in range(400)]
    found = study(company.write().report())
    assert found["planned"] == {"plain": 0.05, "fancy": 0.95}
    assert (found["srm"]["chi2"], found["grade"]) == (0.0, "randomised")


def test_shares_may_change_and_each_period_is_held_against_its_own(company: Company):
    company.definitions["studies"]["trial"]["shares"] = [
        {"shares": {"plain": "90%", "fancy": "10%"}},
        {"from": "2026-02-10", "shares": {"plain": "50%", "fancy": "50%"}},
    ]
    before = [(f"u{i}", "plain" if i % 10 else "fancy", "2026-02-09T23:59:59") for i in range(100)]
    company.assignments = [*before, *((f"u{i}", ("plain", "fancy")[i % 2], "2026-02-10") for i in range(100, 300))]
    found = study(company.write().report())
    assert found["randomised"] == {"plain": 190, "fancy": 110}
    assert found["planned"] == {"plain": 0.5, "fancy": 0.5}
    assert (found["srm"]["chi2"], found["srm"]["dof"], found["grade"]) == (0.0, 2, "randomised")


def test_an_arm_without_a_share_leaves_the_degrees_of_freedom_and_breaks_the_study_where_it_has_units(company: Company):
    company.definitions["studies"]["trial"]["arms"] = ["plain", "fancy", "closed"]
    company.definitions["studies"]["trial"]["shares"] = {"plain": "50%", "fancy": "50%", "closed": "0%"}
    found = study(company.write().report())
    assert (found["srm"]["dof"], found["grade"], found["units"]["closed"]) == (1, "randomised", 0)
    company.assignments.append(("late", "closed", DAY))
    found = study(company.write().report())
    assert (found["srm"]["dof"], found["grade"]) == (1, "broken")
    assert found["reasons"][0].startswith("1 unit is in arm 'closed', whose planned share is 0")


def test_start_and_end_say_which_assignments_count(company: Company):
    company.definitions["studies"]["trial"] |= {"start": "2026-02-05", "end": "2026-02-10"}
    found = study(company.write().report())
    inside = Counter(arm for _, arm, at in ASSIGNMENTS if "2026-02-05" <= at < "2026-02-10")
    assert found["units"] == inside
    assert found["span"] == {"first": "2026-02-05T00:00:00Z", "last": "2026-02-09T00:00:00Z"}


def exposed(company: Company, rows: list[tuple[str, str]]) -> dict[str, Any]:
    company.definitions["facts"]["views"] = {"files": "data/views.csv", "unit": "user", "time": "at"}
    company.definitions["studies"]["trial"]["exposure"] = {"fact": "views"}
    company.write()
    table(company.folder / "data/views.csv", ("user", "at"), rows)
    return company.report()


def test_the_clock_starts_at_the_first_exposure_where_all_arms_log_it(company: Company):
    half = [user for user, _, _ in ASSIGNMENTS if int(user[1:]) % 4 < 2]
    report = exposed(company, [(user, at) for user in half for at in ("2026-03-01", "2026-03-02")])
    found = study(report)
    assert found["exposure"]["used"]
    assert found["units"] == found["exposure"]["exposed"] == {"plain": 20, "fancy": 20}
    assert found["randomised"] == {"plain": 40, "fancy": 40}  # the sample ratio is of those randomised
    assert estimate(report, "trial.bought.fancy.welch")["units"] == {"control": 20, "treatment": 20}


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (lambda arm, number: arm == "fancy", "arm 'plain' logs no exposures"),
        (lambda arm, number: arm == "fancy" or number < 20, "the arms were exposed to different degrees"),
    ],
)
def test_all_arms_start_at_assignment_where_exposures_are_not_logged_alike(seen, reason: str, company: Company):
    report = exposed(company, [(user, "2026-03-01") for user, arm, _ in ASSIGNMENTS if seen(arm, int(user[1:]))])
    found = study(report)
    assert not found["exposure"]["used"]
    assert found["exposure"]["reason"].startswith(reason)
    assert found["units"] == {"plain": 40, "fancy": 40}


def test_exposures_before_the_assignment_do_not_count(company: Company):
    report = exposed(company, [(user, "2026-01-05") for user, _, _ in ASSIGNMENTS] + [("u0", "2026-03-01")])
    assert study(report)["exposure"]["exposed"] == {"plain": 1, "fancy": 0}


def test_accounts_take_the_arm_of_their_first_user_and_count_once(company: Company):
    # Users u0 and u1 (plain, fancy) share account a0, u2 and u3 a1, ...: every account has users in both arms,
    # but those of a20 on, whose users are both in one arm.
    definitions = company.definitions
    company.assignments = [
        (f"u{i}", ("plain", "fancy")[(i % 2 if i < 40 else i // 2 % 2)], f"2026-02-{1 + i % 2:02}") for i in range(80)
    ]
    definitions["units"] = {"user": {"account": {"fact": "people", "column": "account"}}, "account": {}}
    for fact in ("assignments", "orders"):
        definitions["facts"][fact]["keyed_by"] = "user"
    company.assignments += [
        ("u80", "plain", DAY),
        ("u81", "fancy", DAY),
    ]  # of a user without an account, and a stranger
    people(company, [*((f"u{i}", f"a{i // 2}") for i in range(80)), ("u80", "")], "account")
    definitions["facts"]["people"]["keyed_by"] = "user"
    invoices = [(f"a{i}", "2026-03-01", "100.00" if i % 2 else "50.00") for i in range(40)]
    table(company.folder / "data/invoices.csv", ("account", "at", "total"), invoices)
    definitions["facts"]["invoices"] = {
        "files": "data/invoices.csv",
        "unit": "account",
        "time": "at",
        "keyed_by": "account",
        "columns": {"total": "money"},
    }
    definitions["metrics"] = {"paid": {"kind": "sum", "fact": "invoices", "value": "total"}}
    report = company.write().report()
    found = study(report)
    assert found["units"] == {"plain": 41, "fancy": 41}  # users
    assert found["unrelated"] == {"invoices": 2}
    assert found["contaminated_parents"] == {"account": 20}
    paid = estimate(report, "trial.paid.fancy.welch")
    # Accounts a0 to a19 take the arm of their even user, assigned a day earlier: plain. Of a20 to a39 every other is.
    assert paid["units"] == {"control": 30, "treatment": 10}
    assert paid["control_value"] == pytest.approx((10 * 50 + 10 * 100 + 10 * 50) / 30)
    assert paid["treatment_value"] == 100.0


def test_a_metric_of_users_in_a_study_of_accounts_is_summed_by_account(company: Company):
    definitions = company.definitions
    definitions["units"] = {"user": {"account": {"fact": "people", "column": "account"}}, "account": {}}
    definitions["facts"]["orders"]["keyed_by"] = "user"
    people(
        company, [(f"u{i}", f"a{i // 4}" if i < 72 else "") for i in range(76)], "account"
    )  # of u76 on nothing is known
    definitions["facts"]["people"]["keyed_by"] = "user"
    definitions["facts"]["assignments"] |= {"keyed_by": "account", "unit": "user"}
    company.assignments = [(f"a{i}", ("plain", "fancy")[i % 2], DAY) for i in range(20)]
    definitions["metrics"] = {"revenue": {"kind": "sum", "fact": "orders", "value": "amount"}}
    report = company.write().report()
    arm = {f"u{i}": ("plain", "fancy")[i // 4 % 2] for i in range(72)}
    plain = sum(float(amount) for _, user, at, amount, _ in ORDERS if at >= DAY and arm.get(user) == "plain")
    found = estimate(report, "trial.revenue.fancy.welch")
    assert found["units"] == {"control": 10, "treatment": 10}
    assert found["control_value"] == pytest.approx(plain / 10)
    assert study(report)["unrelated"] == {"orders": len({user for _, user, *_ in ORDERS} - set(arm))}


def test_names_that_look_like_those_of_our_own_tables_change_no_number(company: Company):
    definitions = company.definitions
    definitions["units"] = {"user": {"account": {"fact": "people", "column": "account"}}, "account": {}}
    people(company, [(f"u{i}", f"a{i // 4}") for i in range(80)], "account")
    company.put("data/bills.csv", "account,at,amount\n" + "".join(f"a{i},2026-03-01,{i}\n" for i in range(20)))
    by_account = {"files": "data/bills.csv", "keyed_by": "account", "unit": "account", "time": "at"}
    facts = definitions["facts"]
    for name in ("people", "assignments", "orders"):
        facts[name]["keyed_by"] = "user"
    definitions["metrics"] = {
        "paid": {"kind": "sum", "fact": "bills", "value": "amount"},
        "revenue": {"kind": "sum", "fact": "orders", "value": "amount"},
    }
    trial = definitions["studies"]["trial"] | {"unit": "user"}

    def values(bills: str, payers: str) -> list[object]:
        facts[bills] = by_account | {"columns": {"amount": "money"}}
        definitions["metrics"]["paid"]["fact"] = bills
        population = {"kind": "observational", "unit": "account", "population": {"fact": bills}}
        definitions["studies"] = {"trial": trial, payers: population}
        found = company.write().report()["estimates"]
        del facts[bills]
        return [(one["metric"], one["control_value"], one["treatment_value"]) for one in found]

    plain = values("bills", "payers")
    assert values("orders_by_account", "trial_account") == plain


# What can be claimed


def test_arms_that_nobody_randomised_are_compared_and_graded_so(company: Company):
    company.definitions["studies"]["trial"]["kind"] = "observational"
    company.assignments = [(f"u{i}", "plain" if i % 4 else "fancy", DAY) for i in range(80)]
    report = company.write().report()
    found = study(report)
    assert found["grade"] == "traced"
    assert found["srm"] == {
        "answer": "none",
        "reason": "nothing was randomised, so there are no planned shares to compare with",
    }
    assert any(reason.startswith("nothing was randomised: the arms may differ") for reason in found["reasons"])
    one = estimate(report, "trial.bought.fancy.welch")
    assert (one["grade"], one["effect"]["answer"]) == ("traced", "interval")


def test_several_studies_share_the_scan_of_a_fact_and_not_their_numbers(company: Company):
    company.definitions["facts"]["others"] = {"files": "data/others.csv", "unit": "user", "time": "at"}
    company.definitions["studies"]["other"] = {
        "kind": "experiment",
        "assignment": {"fact": "others", "arm": "arm"},
        "control": "a",
        "arms": ["a", "b", "c"],
        "metrics": ["revenue"],
    }
    alone = deepcopy(company.definitions)
    table(
        company.folder / "data/others.csv", ("user", "arm", "at"), [(f"u{i}", "abc"[i % 3], DAY) for i in range(10, 70)]
    )
    both = company.write().report()
    assert {one["arm"] for one in both["estimates"] if one["study"] == "other"} == {"b", "c"}
    for name in ("trial", "other"):
        company.definitions = deepcopy(alone) | {"studies": {name: alone["studies"][name]}}
        assert company.define().report()["estimates"] == [one for one in both["estimates"] if one["study"] == name]


def test_wide_facts_need_no_names_and_no_windows(tmp_path: Path):
    company = Company(tmp_path)
    company.definitions = {
        "company": "wide",
        "currency": "EUR",
        "as_of": "2026-01-01",
        "facts": {"shoppers": {"files": "data/shoppers.csv", "columns": {"spent": "money", "before": "money"}}},
        "metrics": {"spent": {"kind": "sum", "fact": "shoppers", "value": "spent", "covariate": "before"}},
        "studies": {
            "wide": {
                "kind": "experiment",
                "assignment": {"fact": "shoppers", "column": "arm"},
                "control": "no",
                "arms": ["no", "yes"],
            }
        },
    }
    rows = [("yes" if i % 2 else "no", f"{i % 7}.50", f"{i % 5}.25") for i in range(60)]
    table(company.folder / "data/shoppers.csv", ("arm", "spent", "before"), rows)
    report = company.define().report()
    found = estimate(report, "wide.spent.yes.welch")
    assert found["units"] == {"control": 30, "treatment": 30}
    assert found["maturity"]["state"] == "mature" and found["maturity"]["window_days"] is None
    for name, role in (("no", "control_value"), ("yes", "treatment_value")):
        assert found[role] == pytest.approx(sum(float(spent) for arm, spent, _ in rows if arm == name) / 30)
    assert study(report, "wide")["span"] is None
    del company.definitions["as_of"]
    with pytest.raises(
        AssertionError, match="no fact has a time, so the records do not say how far they reach; add `as_"
    ):
        company.define().report()


# When


def test_the_date_is_the_end_of_the_last_day_that_all_facts_of_the_metrics_cover(company: Company):
    assert company.write().report()["as_of"] == "2026-03-29T00:00:00Z"  # the last order is of 2026-03-28
    company.definitions["facts"]["orders"]["through"] = "2026-03-31"
    assert company.define().report()["as_of"] == "2026-04-01T00:00:00Z"
    company.definitions["facts"]["calls"] = {"files": "data/calls.csv", "unit": "user", "time": "at"}
    table(company.folder / "data/calls.csv", ("user", "at"), [("u1", "2026-03-10T23:00:00")])
    assert company.define().report()["as_of"] == "2026-04-01T00:00:00Z"  # no metric reads calls
    company.definitions["metrics"]["calls"] = {"kind": "count", "fact": "calls"}
    assert company.define().report()["as_of"] == "2026-03-11T00:00:00Z"
    company.definitions["as_of"] = "2026-03-05"
    assert company.define().report()["as_of"] == "2026-03-05T00:00:00Z"
    assert company.report("--as-of", "2026-03-01T06:00:00+01:00")["as_of"] == "2026-03-01T05:00:00Z"


def test_a_declared_date_beyond_the_records_is_taken_and_said(company: Company):
    company.definitions["as_of"] = "2026-04-15"
    report = company.write().report()
    assert report["as_of"] == "2026-04-15T00:00:00Z"
    assert study(report)["reasons"] == [
        "fact 'orders' covers the days to 2026-03-28, and the report's date is 2026-04-15:"
        " what was not recorded counts as not happened."
    ]
    company.definitions["facts"]["orders"]["through"] = "2026-04-14"
    assert study(company.define().report())["reasons"] == []


def test_rows_from_the_date_on_do_not_count(company: Company):
    early = company.write().report("--as-of", "2026-03-10")
    company.orders = [order for order in company.orders if order[2] < "2026-03-10"]
    company.definitions["facts"]["orders"]["through"] = "2026-03-31"
    late = company.write().report("--as-of", "2026-03-10")
    assert early["estimates"] == late["estimates"]


@pytest.mark.parametrize(
    ("date", "state", "waiting"),
    [("2026-02-27", "mature", 0), ("2026-02-26", "maturing", 4), ("2026-02-09", "maturing", 24)],
)
def test_only_units_whose_window_is_closed_count_and_the_others_are_shown(
    date: str, state: str, waiting: int, company: Company
):
    # Four units are assigned on each day from the first to the twentieth of February; windows are seven days. On the
    # ninth 32 are there, of which the 8 of the first two days have been observed for so long.
    found = estimate(company.write().report("--as-of", date), "trial.bought.fancy.welch")["maturity"]
    assert found["state"] == state
    assert found["window_days"] == 7.0
    assert sum(found["immature"].values()) == waiting


def test_before_any_window_is_closed_the_answer_is_to_wait(company: Company):
    report = company.write().report("--as-of", "2026-02-05")
    found = estimate(report, "trial.bought.fancy.welch")
    assert found["maturity"]["state"] == "immature"
    # fancy's first units were assigned on 2 February
    reason = "no unit of the control arm has been observed for 7 days yet; the report of 2026-02-09 can hold it"
    assert found["effect"]["reason"] == reason
    assert found["units"] == {"control": 0, "treatment": 0}


# Segments


def test_segments_are_values_of_a_dimension_and_an_unknown_one_is_kept(company: Company):
    lands = ["de", "DE", "de 2", "", "日本", "???"]
    company.definitions["dimensions"] = {"land": {"fact": "people", "column": "land"}}
    company.definitions["metrics"]["bought"]["dimensions"] = ["land"]
    people(company, [(f"u{i}", lands[i // 2 % 6]) for i in range(72)], "land")  # of u72 to u79 nothing is known
    report = company.write().report()
    found = [one for one in report["estimates"] if one["metric"] == "bought" and one["headline"] and one["segment"]]
    names = {one["segment"]["land"]: one["id"].split(".")[3] for one in found}
    assert names == {
        "": "land=unknown",
        "???": "land=unknown-2",
        "DE": "land=de",
        "de": "land=de-2",
        "de 2": "land=de-2-2",
        "日本": "land=日本",
    }
    units = {one["segment"]["land"]: sum(one["units"].values()) for one in found}
    assert units == {"": 12 + 8, "???": 12, "DE": 12, "de": 12, "de 2": 12, "日本": 12}


# All projects


@st.composite
def projects(draw: st.DrawFn) -> dict[str, Any]:
    """Definitions and assignments of many shapes over the same orders."""
    arms = draw(st.sampled_from([["plain", "fancy"], ["plain", "fancy", "E-Mail 2"], ["0", "1"]]))
    metrics: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["conversion", "count", "sum", "mean", "ratio", "rate"]))
        metric: dict[str, Any] = {"kind": kind, "fact": "orders"}
        if kind in ("sum", "mean"):
            metric["value"] = draw(st.sampled_from(["amount", "items", "amount * items"]))
        if kind == "ratio":
            metric |= {"numerator": "amount", "denominator": draw(st.sampled_from(["rows", "items"]))}
        if draw(st.booleans()):
            metric["window"] = draw(st.sampled_from(["12h", "7d", "60d"]))
        if draw(st.booleans()):
            metric["lookback"] = draw(st.sampled_from(["7d", "60d"]))
        if kind in ("sum", "count") and draw(st.booleans()):
            metric["cap"] = {"high": draw(st.sampled_from(["p99", 3]))}
        if draw(st.booleans()):
            metric["dimensions"] = ["land"]
        metrics[f"metric_{number}"] = metric
    kind = draw(st.sampled_from(["experiment", "holdout", "observational"]))
    study: dict[str, Any] = {"kind": kind, "assignment": {"fact": "assignments", "arm": "arm"}}
    study |= {"control": arms[0], "arms": arms} | ({"share": "30%"} if kind == "holdout" else {})
    units = draw(st.integers(1, 60))
    assignments = [
        (f"u{i}", draw(st.sampled_from(arms)), f"2026-0{draw(st.integers(1, 3))}-{1 + i % 28:02}") for i in range(units)
    ]
    convention = draw(st.sampled_from(["liftledger", "tea-tasting", "growthbook"]))
    return {
        "metrics": metrics,
        "studies": {"trial": study},
        "convention": convention,
        "dimensions": {"land": {"fact": "people", "column": "land"}},
        "assignments": assignments,
        "lands": [draw(st.sampled_from(["de", "DE", "fr", ""])) for _ in range(20)],
    }


@settings(max_examples=40)
@given(projects())
def test_one_headline_each_and_ids_that_are_unique_and_need_no_quotes(
    tmp_path_factory: pytest.TempPathFactory, project
):
    company = Company(tmp_path_factory.mktemp("generated"))
    company.assignments, lands = project.pop("assignments"), project.pop("lands")
    company.definitions |= project
    people(company, [(f"u{i}", land) for i, land in enumerate(lands)], "land")
    report = company.write().report()
    estimates = report["estimates"]
    assert len({one["id"] for one in estimates}) == len(estimates)
    for one in estimates:
        assert re.fullmatch(r"[\w.=-]+", one["id"])
        assert not one["id"].startswith("-")
        assert one["id"].endswith(f".{one['method']}")
    headlines = Counter()
    for one in estimates:
        segment = tuple((one["segment"] or {}).items())
        headlines[one["study"], one["metric"], one["arm"], segment] += one["headline"]
        plain = "ratio" if project["metrics"][one["metric"]]["kind"] in ("mean", "ratio", "rate") else "welch"
        assert any(
            (other["metric"], other["arm"], other["segment"], other["method"])
            == (one["metric"], one["arm"], one["segment"], plain)
            for other in estimates
        )
        if one["effect"]["answer"] == "interval":
            assert one["effect"]["low"] <= one["effect"]["value"] <= one["effect"]["high"]
            assert 0 <= one["p_value"] <= 1
    assert set(headlines.values()) == {1}
    compared = set(project["studies"]["trial"]["arms"][1:])
    whole = {(metric, arm) for _, metric, arm, segment in headlines if not segment}
    assert whole == {(metric, arm) for metric in project["metrics"] for arm in compared}
