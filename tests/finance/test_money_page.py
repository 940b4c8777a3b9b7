"""docs/money.md says what the code does: its example is computed, and every figure and key is described."""

import re
from pathlib import Path

import pytest

from liftledger.domain.cash import BenefitLine, Figure, Summary
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Cost, Line, Value
from liftledger.finance.formulas import churn
from liftledger.finance.formulas.acquisition import cac, payback
from liftledger.finance.formulas.npv import monthly_rate
from liftledger.finance.uncertainty.scenarios import READY
from tests.finance.tables.test_tables import everything
from tests.finance.test_golden import PRIOR, golden

PAGE = Path(__file__).parents[2] / "docs/money.md"


def told(cell):
    """The number in a cell of the example, as a fraction where it is in percent, and half of its last digit."""
    whole, decimals = re.search(r"([+-]?[\d,]+)\.?(\d*)", cell).groups()
    unit = 0.01 if "%" in cell else 1
    return float(f"{whole.replace(',', '')}.{decimals}") * unit, 0.5 * 10.0 ** -len(decimals) * unit


def test_the_example_is_computed():
    text = PAGE.read_text().partition("## An example")[2]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)[1:]
    names = {
        "effect": lambda found: found.lines[0].shrunk,
        "present value of benefits": lambda found: found.summary.benefits,
        "present value of costs": lambda found: found.summary.costs,
        "NPV": lambda found: found.summary.npv,
        "ROI": lambda found: found.summary.roi,
        "payback": lambda found: found.summary.payback,
        "P(NPV < 0)": lambda found: found.summary.p_negative,
        "break-even lift": lambda found: found.lines[0].break_even,
    }
    assert [row[0] for row in rows] == list(names)
    for name, *cells in rows:
        for cell, found in zip(cells, (golden(), golden(PRIOR)), strict=True):
            answer = names[name](found).answer
            if isinstance(answer, NoEstimate):
                assert cell == "never"
                continue
            number, half = told(cell)
            assert number == pytest.approx(answer.value, abs=half), (name, cell)


@pytest.mark.parametrize("part", [BenefitLine, Summary])
def test_every_figure_is_described(part):
    rows = {
        name
        for cell in re.findall(r"^\| (`.*?) \|", PAGE.read_text(), re.MULTILINE)
        for name in re.findall(r"`(.+?)`", cell)
    }
    figures = {name for name in part.__struct_fields__ if part.__annotations__[name] in (Figure, Figure | None)}
    assert len(figures) >= 8 and figures <= rows


def test_every_key_that_moves_money_is_described():
    text = PAGE.read_text()
    keys = {*Value.__struct_fields__, *Line.__struct_fields__, *Cost.__struct_fields__}
    labels = {"name", "description", "category", "study", "metric", "arm", "mark", "lines", "worth_by"}
    labels |= {"given", "assumed", "worth_from"}  # in YAML they are called otherwise
    assert {key for key in keys - labels if f"`{key}`" not in text} == set()


def test_every_table_is_described_by_its_title():
    rows = re.findall(r"^\| ([^|`]+) \|", PAGE.read_text().partition("## Tables beside the cash-flow")[2], re.MULTILINE)
    titles = {table.title for table in everything().values()}
    assert len(titles) >= 7 and titles <= set(rows)


def test_the_example_of_customers_is_computed():
    text = " ".join(PAGE.read_text().partition("## Tables beside the cash-flow")[2].split())
    months = payback(cac(900_000, 125), 800, 0.8)
    rate = monthly_rate(0.1)
    worth, target = churn.worth(16, 0.03, rate), churn.break_even(16, 0.03, rate, 10)
    assert f"come back in {months:g} months" in text
    assert f"is worth {worth:.2f} USD" in text and f"falls to {target:.3%}".replace("%", " %") in text


def test_every_scenario_that_each_case_has_is_described():
    text = PAGE.read_text().partition("## What if")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [scene.name for scene in READY]
