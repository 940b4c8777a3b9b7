"""`liftledger simulate` as a user meets it: what it prints, what it leaves, and what it refuses."""

import json
from pathlib import Path

import pytest

from liftledger.simulate.company.effects import NAMES
from liftledger.simulate.company.model import YEAR
from tests.company import run


def test_it_makes_a_company_and_says_what_is_next(tmp_path: Path):
    ran = run(
        "simulate", tmp_path / "acme", "--users", "1000", "--effect", "ttv=-30%", "--effect", "spend@team=+20%~5%"
    )
    assert (ran.status, ran.err) == (0, "")
    *written, following = ran.out.splitlines()
    assert following == f"next: liftledger report {tmp_path / 'acme'}"
    assert str(tmp_path / "acme/liftledger.yaml") in written
    assert all(Path(path).exists() for path in written)
    parameters = json.loads((tmp_path / "acme/truth.json").read_text())["parameters"]
    effects = [(one["name"], one["change"], one["plan"], one["decay"]) for one in parameters["effects"]["effects"]]
    assert effects == [("ttv", -0.3, None, 0.0), ("spend", 0.2, "team", 0.05)]
    assert (parameters["users"], parameters["seed"], parameters["days"], parameters["holdout"]) == (1000, 1, 181, 0.1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--effect", "speed=+10%"], "effect 'speed=+10%': no effect is called 'speed'; known are ttv, activation,"),
        (["--effect", "ttv=-30"], "effect 'ttv=-30' is not NAME[@PLAN]=CHANGE%[~DECAY%]; write it like ttv=-30%"),
        (["--effect", "ttv=-100%"], "effect 'ttv=-100%': -100 % is not above -100 %"),
        (["--users", "0"], "users is 0; it must be from 1000 to 20000000"),
        (["--users", "-5"], "argument --users: '-5' is not a whole number from 0 on"),
        (["--users", "many"], "argument --users: 'many' is not a whole number from 0 on"),
        (["--holdout", "0.1"], "holdout is '0.1'; write a share such as 10%"),
        (["--days", "0"], "days is 0; it must be from 1 to 1096"),
        (["--flaw", "bad_luck"], "argument --flaw: invalid choice: 'bad_luck' (choose from"),
    ],
)
def test_wrong_orders_are_refused_before_anything_is_written(tmp_path: Path, options: list[str], said: str):
    ran = run("simulate", tmp_path / "acme", *options)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_help_tells_how_effects_are_written_and_what_the_defaults_are():
    said = " ".join(run("simulate", "--help").out.split())
    assert "ttv=-30%, tickets.billing=+20% or expansion@free=+10%; ttv=-30%~5% loses 5% of it a month" in said
    assert f"(default: {YEAR})" in said
    assert "(default: 20000)" in said


def test_the_readme_names_every_effect():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert {name for name in NAMES if f"`{name.partition('.')[0]}`" not in readme} == set()
    assert "`tickets.CATEGORY`" in readme


def test_it_never_writes_over_something(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    ran = run("simulate", tmp_path, "--users", "1000")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"{tmp_path} is not empty; name a folder that does not exist yet")
    assert run("simulate", tmp_path / "notes.txt" / "acme", "--users", "1000").err == (
        f"{tmp_path / 'notes.txt' / 'acme'}: the company cannot be written here (File exists)\n"
    )
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
