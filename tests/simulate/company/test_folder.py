"""A company's folder is there whole or not at all, and its definitions, truth and README speak of the same things."""

import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from liftledger.simulate.company import folder as module
from liftledger.simulate.company.folder import ordered, write_company
from liftledger.simulate.company.model import Model

SMALL = Model(users=1_500)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("simulated") / "company"
    write_company(made, ordered(1_500, ["ttv=-30%", "tickets.bug@team=+20%~5%"], "12.5%", None, "sample_ratio"), seed=3)
    return made


@pytest.fixture(scope="module")
def definitions(folder):
    return yaml.safe_load((folder / "liftledger.yaml").read_text())


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr("liftledger.simulate.company.block.SIZE", 200)


def test_the_same_seed_is_the_same_bytes_and_another_is_another_company(tmp_path, small_blocks):
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        write_company(tmp_path / name, SMALL, seed=seed)
    one, again, other = (digests(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one.keys() == other.keys()
    same = {name for name in one if one[name] == other[name]}
    assert same == {".gitignore", "data/costs/00001.parquet", "liftledger.yaml"}


def test_what_is_returned_stands_in_the_folder(tmp_path):
    written = write_company(tmp_path / "on/the/way", SMALL, seed=1)
    assert {path for path in written if path.parent.name != "data"} == {
        path for path in (tmp_path / "on/the/way").iterdir() if path.name != "data"
    }
    assert {path for path in written if path.parent.name == "data"} == set((tmp_path / "on/the/way/data").iterdir())


def test_nothing_stays_behind_when_it_ends_midway(tmp_path, monkeypatch, small_blocks):
    whole = module.records

    def broken(model, seed, block):
        if block.number == 1:
            raise KeyboardInterrupt
        return whole(model, seed, block)

    monkeypatch.setattr(module, "records", broken)
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(KeyboardInterrupt):
            write_company(tmp_path / name, SMALL, seed=1)
    assert list(tmp_path.rglob("*")) == [tmp_path / "empty"]


def test_a_folder_in_use_is_left_as_it_was(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty; name a folder that does not exist yet"):
        write_company(tmp_path, SMALL, seed=1)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_every_column_that_the_definitions_name_is_in_the_files(folder, definitions):
    declared = {}
    for name, fact in definitions["facts"].items():
        assert list(folder.glob(fact["files"])), name
        columns = {fact[key] for key in ("unit", "time", "id") if key in fact} | set(fact.get("columns", {}))
        columns |= {
            column for rule in fact.get("merge", []) for key in ("same", "differs") for column in rule.get(key, [])
        }
        found = {
            column: kind
            for column, kind, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{folder}/{fact['files']}'").fetchall()
        }
        assert columns <= set(found), name
        declared[name] = columns
        for column, kind in fact.get("columns", {}).items():
            kind = kind if isinstance(kind, str) else kind["type"]
            native = {"text": "VARCHAR", "time": "TIMESTAMP", "money": "DECIMAL(18,2)", "decimal": "DECIMAL(18,2)"}
            assert found[column] == native[kind], (name, column)
    for dimension in definitions["dimensions"].values():
        assert dimension["column"] in declared[dimension["fact"]]


def test_conditions_ask_for_values_that_the_files_hold(folder, definitions):
    for metric in definitions["metrics"].values():
        for column, value in re.findall(r"(\w+) = '([^']+)'", metric.get("where", "")):
            files = f"{folder}/{definitions['facts'][metric['fact']]['files']}"
            assert duckdb.sql(f"SELECT count(*) FROM '{files}' WHERE {column} = '{value}'").fetchall()[0][0] > 0


def test_every_arm_of_the_definitions_is_in_the_files(folder, definitions):
    users = f"{folder}/data/assignments/*.parquet"
    for name, study in definitions["studies"].items():
        query = f"SELECT DISTINCT arm FROM '{users}' WHERE study = '{name}'"
        if name == "offers":
            query = f"SELECT DISTINCT arm FROM '{folder}/data/account_assignments/*.parquet'"
        assert {arm for (arm,) in duckdb.sql(query).fetchall()} == set(study["arms"])
        assert study["arms"][0] == study["control"]
        assert set(study["metrics"]) <= set(definitions["metrics"])
    assert definitions["studies"]["program"]["share"] == "12.5%"


def test_each_true_effect_is_of_a_metric_that_its_study_has(folder, definitions):
    truth = json.loads((folder / definitions["truth"]).read_text())
    of_metric = {}
    for name, metric in definitions["metrics"].items():
        shares = {f"{name}_by_{mark}" for mark in [*metric.get("marks", []), metric.get("horizon")] if mark}
        categories = {f"{name}_{value}" for value in ("billing", "usage", "bug", "access")} if "by" in metric else set()
        of_metric[name] = {name} | shares | categories
    dimensions = {"started", *definitions["dimensions"]}
    unknown = []
    for key in truth["estimands"]:
        study, metric, arm, *segment = key.split(".")
        known = {part for one in definitions["studies"][study]["metrics"] for part in of_metric[one]}
        fits = metric in known and arm in definitions["studies"][study]["arms"][1:]
        unknown += [key] if not fits or not {part.split("=")[0] for part in segment} <= dimensions else []
    assert unknown == ["program.fewer_tickets_worth.personalized"]  # what a benefit line rests on
    worth = definitions["value"]["lines"]["fewer_tickets"]["worth"]
    priced = sum(
        price * truth["estimands"][f"program.tickets_per_month_{category}.personalized"]
        for category, price in worth.items()
    )
    assert truth["estimands"]["program.fewer_tickets_worth.personalized"] == pytest.approx(priced)
    headlines = {
        f"{study}.{metric}.{definition['arms'][1]}"
        for study, definition in definitions["studies"].items()
        for metric in definition["metrics"]
    }
    assert headlines <= set(truth["estimands"])


def test_the_parameters_that_made_it_are_kept(folder):
    parameters = json.loads((folder / "truth.json").read_text())["parameters"]
    assert (parameters["users"], parameters["seed"], parameters["holdout"], parameters["lost"]) == (
        1_500,
        3,
        0.125,
        0.3,
    )
    assert [one["name"] for one in parameters["effects"]["effects"]] == ["ttv", "tickets.bug"]


def test_the_flaw_shows_in_the_ratio_of_every_study(tmp_path):
    # chi2 with one degree of freedom is above 15 by chance in one of ten thousand.
    write_company(tmp_path / "flawed", ordered(8_000, [], "10%", None, "sample_ratio"), seed=1)
    arms = f"""
        SELECT study, arm, count(*) FROM '{tmp_path}/flawed/data/assignments/*.parquet' GROUP BY ALL
        UNION ALL
        SELECT 'offers', arm, count(*) FROM '{tmp_path}/flawed/data/account_assignments/*.parquet' GROUP BY ALL
    """
    found = {(study, arm): units for study, arm, units in duckdb.sql(arms).fetchall()}
    planned = {"program": ("held_out", 0.1), "onboarding": ("standard", 0.5), "offers": ("standard", 0.5)}
    for study, (control, share) in planned.items():
        units = sum(count for (of, _), count in found.items() if of == study)
        gap = found[study, control] - share * units
        assert gap > 0
        assert gap**2 / (units * share * (1 - share)) > 15


def test_the_readme_tells_effects_flaw_and_rows(folder):
    readme = (folder / "README.md").read_text()
    assert "- `ttv` -30 %: time from signup to activation" in readme
    assert "- `tickets.bug` +20 % of accounts on plan team: " in readme
    assert "what starts a month later loses 5 % of it" in readme
    assert "- a flaw: 30 % of the treated units' assignments were not recorded" in readme
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d\u202f]+) \|", readme, re.MULTILINE))
    assert set(told) == {path.name for path in (folder / "data").iterdir()}
    for fact, rows in told.items():
        [(count,)] = duckdb.sql(f"SELECT count(*) FROM '{folder}/data/{fact}/*.parquet'").fetchall()
        assert f"{count:,}".replace(",", "\u202f") == rows


def test_a_young_company_holds_the_same_files_and_no_truth_of_what_is_not_over_yet(tmp_path, folder):
    write_company(tmp_path / "young", ordered(1_000, ["expansion=+25%"], "10%", 3, None), seed=1)
    assert digests(tmp_path / "young").keys() == digests(folder).keys()
    truth = json.loads((tmp_path / "young/truth.json").read_text())["estimands"]
    assert "program.tickets_per_month.personalized" in truth
    assert "offers.expansion_revenue.model" not in truth
    assert "2026-01-03" in (tmp_path / "young/README.md").read_text()  # the third day of the studies


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((0, [], "10%", None, None), "users is 0; it must be from 1000 to 20000000"),
        ((999, [], "10%", None, None), "users is 999; it must be from 1000 to 20000000"),
        ((5_000, [], "10", None, None), "holdout is '10'; write a share such as 10%"),
        ((5_000, [], "0%", None, None), "holdout is 0.0; it must be above 0 and below 1 (0.1 means 10 %)"),
        ((5_000, [], "10%", 0, None), "days is 0; it must be from 1 to 1096"),
        ((5_000, [], "10%", 9_999, None), "days is 9999; it must be from 1 to 1096"),
        (
            (5_000, ["speed=+10%"], "10%", None, None),
            "no effect is called 'speed'; known are ttv, activation, tickets,",
        ),
        ((5_000, ["ttv=-30"], "10%", None, None), "effect 'ttv=-30' is not NAME[@PLAN]=CHANGE%[~DECAY%]"),
        ((5_000, ["ttv=-30%", "ttv=-20%"], "10%", None, None), "effect 'ttv' is given twice; give it once"),
        ((5_000, ["activation=+900%"], "10%", None, None), "100 % is the most"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_a_sentence(order, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        ordered(*order)
