"""The page in a real browser: it draws, leads from a number to its explanation, and shuts nobody out."""

from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NARROW, PHONE, DESKTOP = 320, 390, 1280
ALIKE = ".explanation:nth-of-type(n + 4), tbody tr:nth-of-type(n + 7)"
A4 = 673  # 210 mm less the margins of 16 mm, at 96 pixels an inch


def test_the_forest_plot_is_drawn(opened):
    tab = opened("small")
    drawn = tab.locator(".chart svg")
    expect(drawn).to_have_count(1)
    expect(drawn.locator(".mark-symbol path")).to_have_count(6)
    expect(drawn.get_by_text("spend · Mens E-Mail").first).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_chart_stays_inside_its_frame_and_cuts_no_number_off(opened, width):
    tab = opened("small", width=width)
    shown = tab.locator(".chart svg text", has_text="+118%").first
    assert shown.text_content().startswith("+118%") and "…" not in shown.text_content()
    chart, frame = tab.locator(".chart svg").bounding_box(), tab.locator("figure").bounding_box()
    assert chart["width"] <= frame["width"] + 1


def test_dark_mode_recolours_the_chart(opened):
    colours = [
        opened("small", scheme=scheme)
        .locator(".chart svg .mark-symbol path")
        .first.evaluate("mark => getComputedStyle(mark).fill")
        for scheme in ("light", "dark")
    ]
    assert colours == ["rgb(11, 107, 79)", "rgb(95, 199, 159)"]  # --better of both palettes


def test_a_number_leads_to_its_explanation_and_back(opened):
    tab = opened("small")
    explanation = tab.locator('[id="explain-email.spend.mens-e-mail.welch"]')
    expect(explanation).to_be_hidden()
    tab.get_by_label("+0.77 USD, explain spend, Mens E-Mail, welch").click()
    expect(explanation).to_be_in_viewport()
    expect(explanation.get_by_text("0.769827155895")).to_be_visible()
    explanation.get_by_role("link", name="Back to the table").click()
    expect(tab.locator('[id="row-email.spend.mens-e-mail.welch"]')).to_be_in_viewport()


def test_a_number_of_a_folded_segment_is_reached_by_its_address(opened):
    tab = opened("small")
    row = tab.locator('[id="row-email.spend.mens-e-mail.channel=web.welch"]')
    expect(row).to_be_hidden()
    tab.evaluate("location.hash = 'row-email.spend.mens-e-mail.channel=web.welch'")
    expect(row).to_be_in_viewport()


def test_the_keyboard_is_enough(opened):
    tab = opened("small")
    tab.keyboard.press("Tab")
    expect(tab.locator(".skip")).to_be_focused()
    expect(tab.locator(".skip")).to_be_in_viewport()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.evaluate("dispatchEvent(new Event('hashchange'))")  # as when it comes after the second Tab
    expect(tab.locator(".figure a").first).to_be_focused()
    expect(tab.locator(".figure a").first).to_have_css("outline-style", "solid")
    tab.keyboard.press("Enter")
    expect(tab.locator('[id="explain-email.spend.mens-e-mail.welch"]')).to_be_in_viewport()
    expect(tab.locator('[id="explain-email.spend.mens-e-mail.welch"]')).to_be_focused()


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        *product(["troubled"], [PHONE, DESKTOP], ["light", "dark"]),
        ("company", PHONE, "light"),
        ("company", DESKTOP, "dark"),
        *product(["broken", "pair", "hostile", "broken_company", "hostile_company"], [PHONE], ["light"]),
        ("valued", PHONE, "light"),
        ("valued", DESKTOP, "dark"),
        ("hostile_valued", PHONE, "light"),
        ("cased", PHONE, "light"),
        ("cased", DESKTOP, "dark"),
        ("hostile_cased", NARROW, "light"),
        ("piloted", DESKTOP, "light"),
        ("hostile_piloted", NARROW, "dark"),
        *product(["broken", "armless", "pair", "losing_company", "young_company"], [DESKTOP], ["dark"]),
    ],
)
def test_axe_finds_no_violation_and_the_page_does_not_scroll_sideways(opened, name, width, scheme):
    tab = opened(name, width=width, scheme=scheme)
    tab.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # of many alike a few are enough: axe looks at every text by itself
    tab.evaluate(f"for (const alike of document.querySelectorAll('{ALIKE}')) alike.remove()")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


def test_paper_shows_what_is_folded_in_the_light_colours(opened):
    tab = opened("company", scheme="dark")
    folded = [tab.locator(f'[id="{id_}"]') for id_ in ("explain-money.summary.npv", "explain-money.cash_flow.12")]
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    for found in folded:
        expect(found).to_be_visible()
    expect(tab.locator(".contents")).to_be_hidden()
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    tab.emulate_media(media="screen")
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    for found in folded:
        expect(found).to_be_hidden()


def test_paper_leaves_out_the_explanations_of_estimates_and_the_sql_and_says_where_they_are(opened):
    tab = opened("company")
    where = tab.get_by_text("The explanations of estimates and the SQL are left out of print")
    expect(where).to_be_hidden()
    tab.evaluate("location.hash = 'explain-offers.expansion_revenue.model.welch'")  # even where one was opened
    explanation = tab.locator('[id="explain-offers.expansion_revenue.model.welch"]')
    expect(explanation).to_be_visible()
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(where).to_be_visible()
    expect(explanation).to_be_hidden()
    expect(tab.locator("#query-1")).to_be_hidden()
    expect(tab.locator('[id="row-offers.expansion_revenue.model.welch"]')).to_be_visible()


@pytest.mark.parametrize("name", ["company", "troubled", "valued", "cased"])
def test_a_sheet_of_paper_is_laid_out_as_a_screen_and_holds_every_table(opened, name):
    tab = opened(name, width=A4)
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    columns = tab.locator(".columns").first.evaluate("found => getComputedStyle(found).gridTemplateColumns")
    assert len(columns.split()) == 2
    assert tab.evaluate("document.documentElement.scrollWidth") <= A4


def test_a_figure_of_the_money_leads_down_to_its_estimate(opened):
    tab = opened("company")
    expect(tab.locator(".chart svg")).to_have_count(17)  # three of lifts, twelve of the panels, two of the money
    tab.get_by_label("explain Net present value").first.click()
    expect(tab.locator('[id="explain-money.summary.npv"]')).to_be_in_viewport()
    tab.locator('[id="explain-money.summary.npv"] a[href="#explain-money.summary.benefits"]').click()
    expect(tab.locator('[id="explain-money.summary.benefits"]')).to_be_focused()
    tab.locator('[id="explain-money.lines.expansion.effect"] a[href^="#explain-offers"]').click()
    expect(tab.locator('[id="explain-offers.expansion_revenue.model.welch"]')).to_be_in_viewport()


def test_a_month_of_the_cash_flow_is_reached_by_its_address(opened):
    tab = opened("company")
    row = tab.locator('[id="explain-money.cash_flow.12"]')
    expect(row).to_be_hidden()
    tab.evaluate("location.hash = 'explain-money.cash_flow.12'")
    expect(row).to_be_in_viewport()


def test_without_scripts_the_numbers_are_all_there(opened):
    tab = opened("small", scripts=False)
    expect(tab.get_by_role("cell", name="+118%").first).to_be_visible()


def test_a_user_s_text_is_only_text(opened):
    tab = opened("hostile")
    expect(tab.locator("h1")).to_contain_text('<script>alert("1")</script>')
    assert tab.locator("img").count() == 0


def test_a_table_of_customers_is_downloaded_without_the_network(opened):
    tab = opened("valued")
    with tab.expect_download() as download:
        tab.get_by_label("What customers are expected to bring, by group: Shoppers, as CSV").click()
    assert download.value.suggested_filename == "customers-1-worth.csv"
    head, first, *_ = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert head.startswith("dimension,value,study,arm,customers,alive,alive_se,alive_low,alive_high,alive_reason,")
    assert first.startswith(",,,,14266,0.4127,0.0061,0.4007,0.4247,,")


def test_a_chart_of_customers_leads_to_its_folded_table(opened):
    tab = opened("valued")
    table = tab.locator("#customers-2-tenures")
    expect(table).to_be_hidden()
    tab.get_by_label("The numbers of By offers, as a table").click()
    expect(table).to_be_in_viewport()


def test_the_series_of_customers_are_told_apart_in_the_dark_too(opened):
    tab = opened("valued", scheme="dark")
    lines = tab.locator('[data-spec="customers-2-tenures-chart-3"] .mark-line path')
    colours = lines.evaluate_all("found => found.map(line => getComputedStyle(line).stroke)")
    assert len(set(colours)) == 3
    assert "rgb(140, 90, 0)" not in colours
