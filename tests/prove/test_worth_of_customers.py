"""From the records to a line whose worth is that of a customer: the whole way, on a club whose members subscribe."""

import pytest

from tests.company import Company, run
from tests.prove.customers.test_subscribing import USERS, club


@pytest.fixture(scope="module")
def priced(tmp_path_factory) -> Company:
    found = club(tmp_path_factory.mktemp("club"))
    found.definitions["value"] = {
        "discount": "10%",
        "margin": "80%",
        "lines": {
            "joined": {
                "benefit": "acquisition",
                "study": "trial",
                "metric": "bought",
                "per": "new unit",
                "units": 100,
                "worth": {"customers": "members", "as": "lifetime"},
                "basis": "margin",
            }
        },
        "costs": {"build": {"category": "engineering", "once": 5000}},
        "acquisition": {"spend": 9000, "customers": 30, "revenue": 40, "base": "members"},
    }
    found.assignments = [(f"u{i}", ("plain", "fancy")[i % 2], f"2026-01-{1 + i % 20:02}") for i in range(USERS)]
    return found.write()


@pytest.fixture(scope="module")
def report(priced) -> dict:
    return priced.report()


def test_a_line_is_worth_what_the_base_says_and_explain_leads_there(priced, report):
    worth = report["customers"][0]["worth"][0]
    line = next(one for one in report["money"]["workings"]["inputs"] if one["name"] == "lines.joined.worth")
    assert line["value"] == pytest.approx(worth["value"]["value"])
    assert line["sd"] == pytest.approx(worth["alike"]["se"])
    assert worth["alike"]["se"] > worth["value"]["se"]
    assert "lines.joined.worth" in report["money"]["simulation"]["drawn"]
    told = run("explain", priced.folder, line["evidence"])
    assert told.status == 0
    assert told.out.startswith("money.extras.customers.members.lifetime\nWhat a customer who stays is worth: members")


def test_ltv_to_cac_is_of_the_arms_of_the_study(report):
    ratio = {
        figure["id"]: figure["answer"]
        for table in report["money"]["extras"]
        if table["name"] == "ltv_to_cac"
        for figure in table["figures"]
    }
    plain = next(one for one in report["customers"][0]["worth"] if one["group"]["arm"] == "plain")
    before = ratio["money.extras.ltv_to_cac.trial.fancy.before"]["value"]
    assert before == pytest.approx(plain["value"]["value"] / (9000 / 30))
