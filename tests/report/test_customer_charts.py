"""The charts of customers say what the report says, and Vega-Lite can draw them."""

import re
from pathlib import Path

import msgspec
import pytest
import vl_convert

from liftledger.domain.estimate import NoEstimate
from liftledger.report import charts
from liftledger.report.charts import MUTED, TREATED
from liftledger.report.customer_view import base_view
from liftledger.report.numbers import plain
from tests.report.customers import accounts, shoppers, valued_report


def drawings(base):
    parts = base_view(valued_report(), base, "c").parts
    return {drawing.id: drawing for part in parts for drawing in part.drawings}


def test_each_base_has_its_charts():
    assert list(drawings(shoppers())) == [
        "c-worth-chart", "c-spread-chart", "c-added-chart", "c-kept-chart", "c-concentration-chart",
        "c-track-1-chart", "c-repeats-1-chart", "c-track-2-chart", "c-repeats-2-chart",
    ]  # fmt: skip
    assert list(drawings(accounts())) == [
        "c-worth-chart", "c-added-chart", "c-kept-chart", "c-tenures-chart-1", "c-tenures-chart-2", "c-tenures-chart-3",
        "c-movements-chart", "c-movements-level", "c-revenue-chart",
    ]  # fmt: skip


@pytest.mark.parametrize("base", [shoppers, accounts])
def test_vega_lite_draws_each_without_a_browser(base):
    for name, drawing in drawings(base()).items():
        svg = vl_convert.vegalite_to_svg(drawing.spec)
        assert "NaN" not in svg and "<path" in svg, name


def test_every_colour_is_known_to_the_style_sheets():
    assets = Path(charts.__file__).parent / "assets"
    style = "".join((assets / name).read_text(encoding="utf-8") for name in ("page.css", "customers.css"))
    known = set(re.findall(r'\.chart \[(?:fill|stroke)="(#\w{6})"\]', style))
    for base in (shoppers(), accounts()):
        for name, drawing in drawings(base).items():
            assert set(re.findall(r"#[0-9a-f]{6}\b", str(drawing.spec))) <= known, name


def test_each_chart_leads_to_a_table_of_the_section():
    for base in (shoppers(), accounts()):
        view = base_view(valued_report(), base, "c")
        ids = {sheet.id for part in view.parts for sheet in part.sheets}
        assert {drawing.table for drawing in drawings(base).values()} <= ids


def test_the_modelled_part_of_a_curve_begins_where_the_observed_ends():
    spec = drawings(accounts())["c-tenures-chart-2"].spec
    model = [row for row in spec["data"]["values"] if row["group"] == "Offers: model"]
    observed = [row for row in model if row["part"] == "observed"]
    modelled = [row for row in model if row["part"] == "modelled"]
    assert observed[-1]["m"] == modelled[0]["m"] == 17
    assert observed[-1]["share"] == modelled[0]["share"] == pytest.approx(accounts().tenures[2].observed[-1], rel=1e-4)
    assert all("low" in row for row in observed) and not any("low" in row for row in modelled)
    assert "modelled at month 36" in spec["description"]


def test_control_is_muted():
    spec = drawings(accounts())["c-tenures-chart-2"].spec
    scale = spec["layer"][1]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        "Offers: standard": MUTED,
        "Offers: model": TREATED,
    }


def test_only_what_is_measured_and_proven_is_filled():
    rows = drawings(shoppers())["c-added-chart"].spec["data"]["values"]
    assert [(row["name"], row["verdict"]) for row in rows] == [
        ("personalized, measured", "better"),
        ("personalized, modelled from then on", "unproven"),
        ("model, measured", "unproven"),
    ]


def test_what_went_lies_beneath_the_line():
    rows = drawings(accounts())["c-movements-chart"].spec["data"]["values"]
    below = {row["move"] for row in rows if row["value"] < 0}
    assert below == {"Contraction", "Churned"}
    assert {row["move"] for row in rows} - below == {"New", "Expansion", "Reactivated"}


def test_the_curve_of_values_ends_below_the_very_highest_and_is_set_beside_the_mean():
    mean, curve, _ = drawings(shoppers())["c-spread-chart"].spec["layer"]
    assert mean["data"]["values"] == [{"value": 13.917}]
    values = drawings(shoppers())["c-spread-chart"].spec["data"]["values"]
    assert values[-1] == {"share": 0.99, "value": 101.25} and curve["mark"]["type"] == "line"


def test_the_charts_are_told_in_words():
    found = drawings(shoppers())
    assert "Everyone 13.92 USD (13.44 to 14.39)" in plain(found["c-worth-chart"].words)
    assert "Half of the customers are expected to bring at most 1.84 USD each" in plain(found["c-spread-chart"].words)
    assert "The highest 20% of customers hold 61.27% of revenue" in plain(found["c-concentration-chart"].words)
    assert plain(found["c-track-1-chart"].words) == (
        "BG/NBD: repeat purchases so far, fitted until 2025-09-28. By 2026-06-28 10 423 came, 9 975 were expected."
    )
    assert "7 and more: 6.11 came, 5.87 expected" in found["c-repeats-1-chart"].words


def test_nothing_is_drawn_of_what_is_not_known():
    none = NoEstimate("too few")
    base = shoppers()
    silent = msgspec.structs.replace(
        base,
        worth=tuple(msgspec.structs.replace(found, value=none) for found in base.worth),
        incremental=tuple(msgspec.structs.replace(found, observed=none, modelled=none) for found in base.incremental),
        kept=tuple(msgspec.structs.replace(found, retention=none, churn=none) for found in base.kept),
    )
    assert not {"c-worth-chart", "c-added-chart", "c-kept-chart"} & set(drawings(silent))
