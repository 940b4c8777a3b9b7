"""A base of purchases: each number of the report against the same by another way."""

import json

import duckdb
import numpy as np
import pytest

from liftledger.lifetime import bg_nbd, gamma_gamma
from liftledger.lifetime.histories import Histories, Spending
from tests.company import Company, run
from tests.prove.customers.shop import orders, shop

DAY = np.timedelta64(1, "D")
ALL = {"dimension": None, "value": None, "study": None, "arm": None}


@pytest.fixture(scope="module")
def sold(tmp_path_factory) -> Company:
    return shop(Company(tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def base(sold) -> dict:
    return sold.report()["customers"][0]


def histories() -> tuple[Histories, Spending]:
    """By hand: a row a customer."""
    bought: dict[str, dict[int, float]] = {}
    for _, user, at, amount, _ in orders():
        day = int(np.datetime64(at, "D").astype(int))
        if np.datetime64(at) < np.datetime64("2026-06-30"):
            days = bought.setdefault(user, {})
            days[day] = days.get(day, 0.0) + float(amount)
    end = int(np.datetime64("2026-06-29").astype(int))
    days = [sorted(one) for one in bought.values()]
    ones = np.ones(len(days))
    repeats = np.array([len(one) - 1.0 for one in days])
    total = np.array([sum(list(dict(sorted(one.items())).values())[1:]) for one in bought.values()])
    last = np.array([float(one[-1] - one[0]) for one in days])
    observed = np.array([float(end - one[0]) for one in days])
    found = Histories(repeats, last, observed, ones)
    return found, Spending(repeats[repeats > 0], total[repeats > 0], ones[repeats > 0])


def of(parts, **group):
    return next(one for one in parts if one["group"] == ALL | group)


def test_models_are_those_of_one_row_a_customer(base):
    found, spending = histories()
    for name, fit in (("BG/NBD", bg_nbd.fit(found)), ("Gamma-Gamma", gamma_gamma.fit(spending))):
        said = next(one for one in base["models"] if one["model"] == name and one["group"] == ALL)
        assert {one["name"]: one["value"] for one in said["parameters"]} == pytest.approx(fit.parameters, rel=1e-4)
        assert {one["name"]: one["se"] for one in said["parameters"]} == pytest.approx(fit.errors, rel=1e-3)
        assert said["log_likelihood"] == pytest.approx(fit.log_likelihood, rel=1e-9)


def test_value_is_the_mean_over_customers_of_purchases_times_spend_times_margin(base):
    found, spending = histories()
    buying, money = bg_nbd.fit(found).parameters, gamma_gamma.fit(spending).parameters
    means = np.zeros(len(found.repeats))
    means[found.repeats > 0] = spending.total / spending.repeats
    spend = gamma_gamma.expected_spend(money, found.repeats, means)
    ahead = bg_nbd.discounted(buying, found, horizon=365.0, rate=0.1, year=365.0)
    said = of(base["worth"])
    assert said["value"]["value"] == pytest.approx(0.4 * np.mean(ahead * spend), rel=1e-4)
    assert said["spend"]["value"] == pytest.approx(np.mean(spend), rel=1e-4)
    assert said["alive"]["value"] == pytest.approx(np.mean(bg_nbd.alive(buying, found)), rel=1e-4)
    assert said["purchases"]["value"] == pytest.approx(np.mean(bg_nbd.expected(buying, found, 365.0)), rel=1e-4)


def test_channels_and_arms_split_the_customers(base):
    channels = [one for one in base["behaviour"] if one["group"]["dimension"] == "channel"]
    assert sum(one["customers"] for one in channels) == base["customers"]
    assert sum(one["purchases"] for one in channels) == of(base["behaviour"])["purchases"]
    arms = [one for one in base["behaviour"] if one["group"]["study"] == "trial"]
    assert {one["group"]["arm"] for one in arms} == {"plain", "fancy"}
    assert sum(one["customers"] for one in arms) <= base["customers"]


def test_what_an_arm_brought_is_its_units_revenue_after_their_start_on_margin(base):
    starts = {f"u{i}": np.datetime64(f"2026-02-{1 + i % 20:02}") for i in range(900)}
    users = {row[1] for row in orders()}
    spent = dict.fromkeys(users, 0.0)
    for _, user, at, amount, _ in orders():
        if starts[user] <= np.datetime64(at) < np.datetime64("2026-06-30"):
            spent[user] += float(amount)
    arms = [np.array([spent[u] for u in users if int(u[1:]) % 2 == odd]) for odd in (0, 1)]
    [found] = base["incremental"]
    assert (found["study"], found["arm"], found["observed_grade"]) == ("trial", "fancy", "randomised")
    assert found["observed"]["value"] == pytest.approx(0.4 * (arms[1].mean() - arms[0].mean()))
    se = 0.4 * np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms))
    assert found["observed"]["se"] == pytest.approx(se)
    assert found["modelled_grade"] == "assumed"


def test_what_is_returned_on_a_later_day_is_taken_off_what_an_arm_brought(tmp_path):
    kept = [row for row in orders() if row[2] < "2026-05"]
    returned = [(f"r{row[0]}", row[1], "2026-05-20T12:00:00", f"-{row[3]}", 1) for row in kept if int(row[1][1:]) % 2]
    company = shop(Company(tmp_path), [*kept, *returned])
    [found] = company.report()["customers"][0]["incremental"]
    starts = {row[1]: np.datetime64(f"2026-02-{1 + int(row[1][1:]) % 20:02}") for row in kept}
    brought = dict.fromkeys(starts, 0.0)
    for _, user, at, amount, _ in (*kept, *returned):
        if starts[user] <= np.datetime64(at):
            brought[user] += float(amount)
    arms = [np.array([brought[u] for u in brought if int(u[1:]) % 2 == odd]) for odd in (0, 1)]
    assert found["observed"]["value"] == pytest.approx(0.4 * (arms[1].mean() - arms[0].mean()))
    assert found["observed"]["value"] < 0


def test_the_forecast_holds_a_model_of_two_thirds_of_the_time_against_the_last(base):
    found = next(one for one in base["forecasts"] if one["model"] == "BG/NBD")
    assert found["until"] == "2026-04-30"  # of 2026-01-01 to 2026-06-29, 180 days
    assert found["observed"] == sum(round(one["customers"] * one["observed"]) for one in found["by_repeats"])
    assert found["expected"] == pytest.approx(sum(one["customers"] * one["expected"] for one in found["by_repeats"]))
    assert found["track"]["days"][-1] == "2026-06-29"
    cut = found["track"]["days"].index(found["until"]) if found["until"] in found["track"]["days"] else None
    assert cut is None or found["track"]["observed"][-1] - found["track"]["observed"][cut] == found["observed"]


def test_refresh_and_verify_give_the_same_bytes(sold, base, tmp_path):
    assert run("refresh", sold.folder, "--out", tmp_path).status == 0
    assert (tmp_path / "report.json").read_bytes() == sold.path.read_bytes()
    assert run("verify", sold.folder).out == "identical\n"


def test_each_customers_value_is_one_of_those_that_the_report_averages_and_spreads_out(sold, base, tmp_path):
    ran = run("value", sold.folder, "--customers", tmp_path / "each.parquet")
    assert ran.status == 0, ran.err
    said, spread = of(base["worth"]), base["distribution"]
    each = duckdb.sql(f"SELECT value, alive FROM '{tmp_path / 'each.parquet'}'").fetchnumpy()
    assert len(each["value"]) == said["customers"]
    assert np.mean(each["value"]) == pytest.approx(said["value"]["value"], rel=1e-9)
    assert np.mean(each["alive"]) == pytest.approx(said["alive"]["value"], rel=1e-9)
    assert spread["share"] == [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]
    percentiles = np.percentile(each["value"], [100 * share for share in spread["share"]], method="inverted_cdf")
    assert spread["value"] == pytest.approx(list(percentiles), rel=1e-9)


def test_without_enough_repeat_buyers_there_are_reasons_and_no_numbers(tmp_path):
    rows = [row for row in orders() if int(row[1][1:]) < 60]
    company = shop(Company(tmp_path), rows)
    found = company.report()["customers"][0]
    assert all(not one["parameters"] and "bought again" in one["reason"] for one in found["models"])
    assert {one["value"]["answer"] for one in found["worth"]} == {"none"}
    assert found["distribution"] is None
    assert "modelled" in json.dumps(found["incremental"])
    ran = run("value", company.folder, "--customers", tmp_path / "each.parquet")
    assert ran.status == 1 and "bought again" in ran.err and not (tmp_path / "each.parquet").exists()


def test_value_says_what_is_missing(company: Company):
    assert "no customers are declared" in run("value", company.write().folder).err
