"""Reports on real records, made by the command line, against numbers that others published or computed."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.company import run
from tests.data import data

EXAMPLES = Path(__file__).parents[1] / "examples"
IN_PLACE = "../../../shared/data"  # where the examples look for their records


def reported(name: str, folder: Path) -> dict[str, Any]:
    """report.json of an example, made of the records that the tests use."""
    text = (EXAMPLES / name / "liftledger.yaml").read_text(encoding="utf-8")
    assert IN_PLACE in text
    (folder / "liftledger.yaml").write_text(text.replace(IN_PLACE, str(data(".").resolve())), encoding="utf-8")
    ran = run("report", folder)
    assert (ran.status, ran.err) == (0, "")
    return dict(json.loads((folder / "report/report.json").read_bytes()))


def only(found: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    """The one item with these values."""
    (one,) = (item for item in found if all(item[key] == value for key, value in wanted.items()))
    return one


# Numbers: ../shared/data/README.md, on the challenge's own file. Fieller's lifts: the roots, less 1, of his quadratic
# m0^2 r^2 - 2 m0 m1 r + m1^2 = t^2 (v1 + r^2 v0), by numpy.roots on the file's means and their variances, with t the
# 97.5 % quantile of scipy.stats.t at Welch's degrees of freedom.


@pytest.fixture(scope="module")
def hillstrom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    data("hillstrom.csv.gz")
    return reported("hillstrom", tmp_path_factory.mktemp("hillstrom"))


@pytest.mark.parametrize(
    ("arm", "effect", "p_value", "lift"),
    [
        ("Mens E-Mail", ("0.769827", "0.485140", "1.054515"), "1.164e-07", ("0.643675", "1.977481")),
        ("Womens E-Mail", ("0.424412", "0.168957", "0.679868"), "1.1294e-03", ("0.224162", "1.274965")),
    ],
)
def test_spend_to_all_printed_digits(hillstrom, arm, effect, p_value, lift):
    found = only(hillstrom["estimates"], metric="spend", arm=arm, method="welch", segment=None)
    assert tuple(f"{found['effect'][part]:.6f}" for part in ("value", "low", "high")) == effect
    assert tuple(f"{found['lift'][part]:.6f}" for part in ("low", "high")) == lift
    assert format(found["p_value"], f".{len(p_value.split('e')[0]) - 2}e") == p_value
    assert found["lift"]["value"] == pytest.approx(found["effect"]["value"] / found["control_value"], rel=1e-11)


@pytest.mark.parametrize(("arm", "points"), [("Mens E-Mail", "7.6590"), ("Womens E-Mail", "4.5233")])
def test_visits_in_percentage_points(hillstrom, arm, points):
    found = only(hillstrom["estimates"], metric="visit", arm=arm, method="welch", segment=None)
    assert f"{100 * found['effect']['value']:.4f}" == points


def test_the_arms_are_those_of_the_file(hillstrom):
    (study,) = hillstrom["studies"]
    assert study["arms"][0] == study["control"] == "No E-Mail"
    assert study["units"] == {"No E-Mail": 21_306, "Mens E-Mail": 21_307, "Womens E-Mail": 21_387}
    assert study["grade"] == "randomised"
    assert (f"{study['srm']['chi2']:.5f}", f"{study['srm']['p_value']:.4f}") == ("0.20253", "0.9037")


@pytest.mark.parametrize(
    ("arm", "visits", "conversions", "dollars"),
    [("Mens E-Mail", 3_894, 267, "30311.69"), ("Womens E-Mail", 3_238, 189, "23038.11")],
)
def test_totals_of_the_arms(hillstrom, arm, visits, conversions, dollars):
    for metric, treated, control in (
        ("visit", str(visits), "2262"),
        ("conversion", str(conversions), "122"),
        ("spend", dollars, "13908.33"),
    ):
        found = only(hillstrom["estimates"], metric=metric, arm=arm, method="welch", segment=None)
        digits = 2 if metric == "spend" else 0
        totals = {role: found[f"{role}_value"] * found["units"][role] for role in ("treatment", "control")}
        assert {role: f"{total:.{digits}f}" for role, total in totals.items()} == {
            "treatment": treated,
            "control": control,
        }


def test_segments_add_up_to_the_whole(hillstrom):
    for dimension in ("channel", "newbie"):
        for arm in ("Mens E-Mail", "Womens E-Mail"):
            parts = [
                one
                for one in hillstrom["estimates"]
                if one["method"] == "welch" and one["metric"] == "spend" and one["arm"] == arm
            ]
            whole = only(parts, segment=None)
            within = [one for one in parts if one["segment"] and dimension in one["segment"]]
            assert len(within) == {"channel": 3, "newbie": 2}[dimension]
            for role in ("control", "treatment"):
                assert sum(one["units"][role] for one in within) == whole["units"][role]
                total = sum(one["units"][role] * one[f"{role}_value"] for one in within)
                assert total == pytest.approx(whole["units"][role] * whole[f"{role}_value"], rel=1e-11)


def test_the_covariate_sharpens_spend_and_leaves_the_plain_estimate_standing(hillstrom):
    plain, adjusted = (
        only(hillstrom["estimates"], metric="spend", arm="Mens E-Mail", method=method, segment=None)
        for method in ("welch", "cuped")
    )
    assert adjusted["effect"]["se"] < plain["effect"]["se"]
    assert adjusted["effect"]["value"] == pytest.approx(plain["effect"]["value"], rel=0.05)


# Its simulated users through a project of ours, against its own full-precision answers (expected.json).

MEASURES = {  # metric -> kind, and the columns above and below the line
    "sessions_per_user": ("sum", "sessions", None),
    "orders_per_session": ("ratio", "orders", "sessions"),
    "orders_per_user": ("sum", "orders", None),
    "revenue_per_user": ("sum", "revenue", None),
}
THEIRS = {
    "control": ("control_value",),
    "treatment": ("treatment_value",),
    "effect_size": ("effect", "value"),
    "effect_size_ci_lower": ("effect", "low"),
    "effect_size_ci_upper": ("effect", "high"),
    "rel_effect_size": ("lift", "value"),
    "rel_effect_size_ci_lower": ("lift", "low"),
    "rel_effect_size_ci_upper": ("lift", "high"),
    "pvalue": ("p_value",),
}


@pytest.fixture(scope="module")
def tea_tasting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("tea_tasting")
    metrics: dict[str, Any] = {}
    for name, (kind, above, below) in MEASURES.items():
        metrics[name] = {"kind": kind, "fact": "users"}
        if below is None:
            metrics[name] |= {"value": above, "covariate": f"{above}_covariate"}
        else:
            metrics[name] |= {"numerator": above, "denominator": below}
            covariates = {"numerator": f"{above}_covariate", "denominator": f"{below}_covariate"}
            metrics[name]["covariate"] = covariates
    counts = [f"{name}{suffix}" for name in ("sessions", "orders") for suffix in ("", "_covariate")]
    definitions = {
        "company": "tea-tasting",
        "currency": "USD",
        "as_of": "2026-01-01",
        "convention": "tea-tasting",
        "facts": {
            "users": {
                "files": str(data("tea_tasting/users_seed42_covariates.csv").resolve()),
                "unit": "user",
                "columns": dict.fromkeys(counts, "count") | {"revenue": "money", "revenue_covariate": "money"},
            }
        },
        "metrics": metrics,
        "studies": {
            "ab": {
                "kind": "experiment",
                "assignment": {"fact": "users", "column": "variant"},
                "control": "0",
                "arms": ["0", "1"],
            }
        },
    }
    (folder / "liftledger.yaml").write_text(yaml.safe_dump(definitions), encoding="utf-8")
    assert run("report", folder).err == ""
    return dict(json.loads((folder / "report/report.json").read_bytes()))


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("covariates", [False, True], ids=["plain", "cuped"])
def test_every_number_to_twelve_digits(tea_tasting, name, covariates):
    expected = json.loads(data("tea_tasting/expected.json").read_text())["cuped" if covariates else "no_covariates"]
    plain, adjusted = ("ratio", "ratio-cuped") if MEASURES[name][0] == "ratio" else ("welch", "cuped")
    found = only(tea_tasting["estimates"], metric=name, method=adjusted if covariates else plain)
    for theirs, path in THEIRS.items():
        value = found
        for key in path:
            value = value[key]
        assert value == pytest.approx(expected[name][theirs], rel=1e-11), theirs


def test_the_arms(tea_tasting):
    expected = json.loads(data("tea_tasting/expected.json").read_text())["no_covariates"]["sample_ratio"]
    assert tea_tasting["studies"][0]["units"] == {"0": expected["control"], "1": expected["treatment"]}


# A company's raw exports without arms; row counts: ../shared/data/README.md.


@pytest.fixture(scope="module")
def ravenstack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    data("ravenstack/ravenstack_accounts.csv")
    return reported("ravenstack", tmp_path_factory.mktemp("ravenstack"))


def test_every_row_of_both_date_formats_is_read(ravenstack):
    rows = {one["fact"]: one["rows"] + one["duplicates"] + one["rejected"] for one in ravenstack["data"]}
    assert rows == {"accounts": 500, "subscriptions": 5_000, "tickets": 2_000, "churn_events": 600}
    spans = {one["fact"]: one["span"] for one in ravenstack["data"]}
    assert spans["accounts"] is None
    # grep over the files: the first and last start_date (DD-MM-YYYY) and submitted_at (ISO)
    assert spans["subscriptions"] == {"first": "2023-01-09T00:00:00Z", "last": "2024-12-31T00:00:00Z"}
    assert spans["tickets"]["last"] == "2024-12-31T00:00:00Z"


def test_it_says_what_it_cannot_claim(ravenstack):
    (study,) = ravenstack["studies"]
    assert study["grade"] == "traced"
    assert study["srm"]["reason"].startswith("nothing was randomised")
    assert any("no effect can be claimed" in reason for reason in study["reasons"])
    assert ravenstack["estimates"]
    for one in ravenstack["estimates"]:
        assert (one["method"], one["grade"], one["control"], one["p_value"]) == ("observed", "traced", None, None)
        assert (
            one["effect"]["reason"]
            == one["lift"]["reason"]
            == "the study has no arms, so there is nothing to compare with"
        )
        assert not one["priceable"]
        assert one["treatment_value"] is not None or one["units"] == {"treatment": 0}


def test_check_finds_no_mistake(ravenstack, tmp_path):
    text = (EXAMPLES / "ravenstack/liftledger.yaml").read_text(encoding="utf-8")
    (tmp_path / "liftledger.yaml").write_text(text.replace(IN_PLACE, str(data(".").resolve())), encoding="utf-8")
    assert run("check", tmp_path).out == "no mistakes\n"


# A helpdesk's log with many rows a ticket; counts: ../shared/data/README.md (5,998 events, 890 tickets).


def test_a_ticket_counts_once_however_often_it_was_touched_or_reopened(tmp_path):
    (tmp_path / "liftledger.yaml").write_text(
        f"""\
company: Helpdesk
currency: USD
facts:
  incidents:
    files: {data("incident_event_log_first5998.csv.gz").resolve()}
    unit: caller_id
    time: {{column: sys_updated_at, format: "%d-%m-%Y %H:%M"}}
    columns: {{number: text, contact_type: text}}
    merge: [{{same: [number]}}]
metrics:
  tickets: {{kind: count, fact: incidents}}
studies:
  callers: {{kind: observational, population: incidents}}
"""
    )
    assert run("report", tmp_path).status == 0
    report = json.loads((tmp_path / "report/report.json").read_text())
    (incidents,) = report["data"]
    assert (incidents["rows"], incidents["merged"]) == (890, 5998 - 890)
    (tickets,) = report["estimates"]
    assert tickets["treatment_value"] == pytest.approx(890 / tickets["units"]["treatment"])
