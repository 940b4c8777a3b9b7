"""The forest plot is a Vega-Lite spec that says what the report says, and that Vega-Lite can draw."""

import re
from pathlib import Path

import pytest
import vl_convert

from liftledger.domain.estimate import Interval
from liftledger.report import charts
from liftledger.report.charts import forest
from liftledger.report.verdict import Verdict
from tests.report.conftest import (
    armless_report,
    broken_report,
    changed_estimate,
    large_report,
    small_report,
    troubled_report,
)


def rows(report):
    return forest(report, report.studies[0])["data"]["values"]


def test_every_headline_with_a_lift_has_a_row_in_the_table_s_order():
    assert [(row["name"], row["text"]) for row in rows(small_report())][:2] == [
        ("visit · Mens E-Mail", "+72.1% (+64.1% to +80.7%)"),
        ("visit · Womens E-Mail", "+42.6% (+35.6% to +50.0%)"),
    ]
    assert len(rows(small_report())) == 6
    assert len(rows(troubled_report())) == 6  # of eight headlines two have no lift


def test_only_a_proven_estimate_is_a_filled_dot():
    spec = forest(broken_report(), broken_report().studies[0])
    dots = next(layer for layer in spec["layer"] if "stroke" in layer.get("encoding", {}))
    test = dots["encoding"]["fill"]["condition"]["test"]
    assert {verdict for verdict in charts.COLOURS if f"'{verdict}'" in test} == {Verdict.UNPROVEN, Verdict.BROKEN}


def test_a_chart_of_nothing_is_nothing():
    assert forest(armless_report(), armless_report().studies[0]) == {}


def test_one_wide_interval_does_not_dwarf_the_others():
    report = changed_estimate(small_report(), "email.spend.mens-e-mail.welch", lift=Interval(0.5, 20.0, -39.0, 40.0))
    cut = next(row for row in rows(report) if row["name"] == "spend · Mens E-Mail")
    assert cut["cut_low"] and cut["cut_high"]
    assert (cut["low"], cut["high"]) > (-10, -10) and cut["high"] < 10
    assert "−3900% to +4000%" in cut["text"].replace("\u202f", "")
    assert not any(row["cut_low"] or row["cut_high"] for row in rows(small_report()))


@pytest.mark.parametrize("report", [small_report, troubled_report, large_report])
def test_vega_lite_draws_it_without_a_browser(report):
    found = report()
    svg = vl_convert.vegalite_to_svg(forest(found, found.studies[0]))
    drawn = forest(found, found.studies[0])["data"]["values"]
    assert "NaN" not in svg
    assert [svg.count(f">{row['name']}<") for row in drawn] == [2] * len(drawn)  # the text and its halo


def test_the_page_s_style_sheet_knows_every_colour_of_the_chart():
    style = (Path(charts.__file__).parent / "assets/page.css").read_text(encoding="utf-8")
    used = {*charts.COLOURS.values(), charts.INK, charts.MUTED, charts.HAIRLINE, charts.PAPER}
    assert used <= set(re.findall(r'\.chart \[(?:fill|stroke)="(#\w{6})"\]', style))


def test_the_chart_is_told_in_words():
    words = charts.description(small_report(), small_report().studies[0])
    assert words.startswith(
        "Forest plot of lifts over No E-Mail in study email: visit · Mens E-Mail +72.1%, +64.1% to +80.7%;"
    )
