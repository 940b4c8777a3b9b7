"""The charts of the panels and of the money say what the report says, and Vega-Lite can draw them."""

import re
from pathlib import Path

import msgspec
import pytest
import vl_convert

from liftledger.domain.estimate import Interval
from liftledger.report import charts
from liftledger.report.answer import answers
from liftledger.report.money_charts import waterfall
from liftledger.report.money_view import money_view
from liftledger.report.numbers import plain
from liftledger.report.panels import view
from tests.report.company import company_report, losing_company_report, young_company_report


def drawings(report):
    """Every chart of the panels and of the money, by its id."""
    views = [view(report, answer, answer.topic, money=True) for answer in answers(report)]
    money = money_view(report.money)
    found = [drawing for made in views for drawing in made.drawings] + [money.waterfall, money.cash_flow]
    return {drawing.id: drawing for drawing in found if drawing}


def test_each_question_has_its_charts():
    assert list(drawings(company_report())) == [
        *("time_to_value-curves", "time_to_value-trend", "time_to_value-maturity", "time_to_value-marks"),
        *("tickets-trend", "tickets-categories", "tickets-maturity", "tickets-levels"),
        *("expansion-trend", "expansion-funnel", "expansion-maturity", "expansion-levels"),
        *("money-waterfall", "money-cash"),
    ]
    assert [name for name in drawings(young_company_report()) if not name.startswith("money")] == []


@pytest.mark.parametrize("report", [company_report, losing_company_report])
def test_vega_lite_draws_each_without_a_browser(report):
    for name, drawing in drawings(report()).items():
        svg = vl_convert.vegalite_to_svg(drawing.spec)
        assert "NaN" not in svg and "<path" in svg, name


def test_every_colour_is_known_to_the_page_s_style_sheet():
    style = (Path(charts.__file__).parent / "assets/page.css").read_text(encoding="utf-8")
    known = set(re.findall(r'\.chart \[fill="(#\w{6})"\]', style)) | set(
        re.findall(r'\.chart \[stroke="(#\w{6})"\]', style)
    )
    for name, drawing in drawings(company_report()).items():
        assert set(re.findall(r"#[0-9a-f]{6}\b", str(drawing.spec))) <= known, name


def test_the_trend_sets_the_interval_off_from_control():
    rows = drawings(company_report())["tickets-trend"].spec["data"]["values"]
    first = rows[0]
    # control 0.395, effect -0.031 with a standard error of 0.0225
    assert (first["month"], first["control"], first["treated"]) == ("2026-01", 0.395, pytest.approx(0.364))
    assert first["high"] - first["control"] == pytest.approx(-0.031 + 1.959964 * 0.0225, abs=1e-6)
    assert first["low"] < first["treated"] < first["high"]


def test_proven_harm_comes_first_and_is_told_in_words():
    found = drawings(company_report())["tickets-categories"]
    assert [row["name"] for row in found.spec["data"]["values"]] == [
        "Billing: harm is proven", "How-to", "Bug", "Access", "Blank"
    ]  # fmt: skip
    assert "Billing: harm is proven +0.0150" in plain(found.words)
    assert all(row["truth"] is not None for row in found.spec["data"]["values"])


def test_the_funnel_shows_both_arms_of_each_step():
    found = drawings(company_report())["expansion-funnel"]
    assert plain(found.words) == (
        "Share of each step by arm: Offered: 61.6% model against 61.2% standard; Upgraded: 12.1% model against 9.4% "
        "standard; Kept after upgrade by 90 days: 87.7% model against 87.1% standard."
    )
    assert "between the arms" in found.caption


def test_the_curves_are_told_in_words():
    found = drawings(company_report())["time_to_value-curves"]
    assert "guided 72.3% against standard 66.8%" in found.words
    assert "Half are there after 9.0 days with guided and after 12.2 days with standard." in found.caption


def test_the_waterfall_ends_where_the_steps_lead():
    *steps, net = drawings(company_report())["money-waterfall"].spec["data"]["values"]
    assert [step["to"] for step in steps[:-1]] == [step["from"] for step in steps[1:]]
    assert (net["name"], net["from"]) == ("Net present value", 0.0)
    assert steps[-1]["to"] == pytest.approx(net["to"])
    assert [step["text"][0] for step in steps] == ["+", "+", "+", "−", "−"]


def test_the_cash_flow_marks_its_payback_where_there_is_one():
    assert "paid back after 6.8 months" in plain(drawings(company_report())["money-cash"].words)
    losing = drawings(losing_company_report())["money-cash"]
    assert "not paid back: the cash never comes back to 0" in losing.words
    assert "Paid back" not in str(losing.spec)


def test_a_benefit_whose_interval_holds_0_is_hollow_and_called_unproven():
    money = company_report().money
    first, *others = money.lines
    open_ended = msgspec.structs.replace(
        first, present_value=msgspec.structs.replace(first.present_value, answer=Interval(10.0, 10.0, -9.6, 29.6))
    )
    bars = waterfall(msgspec.structs.replace(money, lines=(open_ended, *others)))["data"]["values"]
    assert (bars[0]["sort"], bars[0]["name"].endswith(", not proven")) == ("unproven", True)
    assert waterfall(money)["data"]["values"][0]["sort"] == "gain"
