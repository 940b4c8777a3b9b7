"""The what-if in a real browser: beside what is reported, which never changes; by keyboard, aloud, and not on paper."""

import pytest
from playwright.sync_api import expect

from liftledger.finance.workings.evaluation import Evaluation
from liftledger.report.amounts import written
from tests.report.conftest import cased_report

pytestmark = pytest.mark.browser


def field(tab, name):
    return tab.locator(f'[data-lever="{name}"] [type=number]')


def slider(tab, name):
    return tab.locator(f'[data-lever="{name}"] [type=range]')


def unfold(tab):
    tab.evaluate("for (const folded of document.querySelectorAll('.levers details')) folded.open = true")


def outcome(tab, name):
    return tab.locator(f'[data-outcome="summary.{name}"]')


def reported(tab):
    """Every cell that must never change."""
    return tab.locator("#money-summary, [data-outcome] td:nth-child(2)").all_text_contents()


def at(**given):
    workings = cased_report().money.workings
    return Evaluation(workings.months, workings.inputs, workings.rows, given)


def test_with_nothing_changed_it_says_what_is_reported(opened):
    tab = opened("cased")
    rows = tab.locator("[data-outcome]")
    expect(rows).to_have_count(9)
    for row in rows.all():
        there, here = row.locator("td").all()
        assert here.locator("span").text_content() == there.evaluate("cell => cell.firstChild.textContent")
    expect(tab.get_by_text("Nothing is changed.")).to_be_visible()
    expect(tab.get_by_role("button", name="Back to what is reported")).to_be_disabled()


def test_a_typed_number_is_worked_out_beside_the_reported_one_and_taken_back(opened):
    tab = opened("cased")
    before = reported(tab)
    unfold(tab)
    field(tab, "lines.faster_start.units").fill("3000")
    field(tab, "costs.build.once").fill("250000")
    found = at(**{"lines.faster_start.units": 3000.0, "costs.build.once": 250_000.0})
    expect(outcome(tab, "costs").locator("[data-what] span")).to_have_text(
        written(found.number("summary.costs"), "USD")
    )
    changed = tab.locator("[data-changes] li")
    assert changed.all_text_contents() == [
        "Faster start: new units, each month: 3\u202f000 units per month instead of 1\u202f200 units per month",
        "Build: cost, once: 250\u202f000 USD instead of 120\u202f000 USD",
    ]
    assert reported(tab) == before
    tab.get_by_role("button", name="Back to what is reported").click()
    expect(changed).to_have_count(0)
    expect(field(tab, "costs.build.once")).to_have_value("120000")
    expect(outcome(tab, "costs").locator("[data-moved]")).to_have_count(0)


def test_the_last_digit_of_what_is_reported_comes_back_when_it_is_typed_again(opened):
    tab = opened("cased")
    field(tab, "margin").fill("70")
    expect(tab.locator("[data-changes] li")).to_have_count(1)
    field(tab, "margin").fill("80")
    expect(tab.locator("[data-changes] li")).to_have_count(0)


def test_the_keyboard_moves_a_slider_and_the_number_follows(opened):
    tab = opened("cased")
    discount = slider(tab, "discount")
    discount.focus()
    tab.keyboard.press("ArrowRight")
    expect(field(tab, "discount")).to_have_value("10.5")
    expect(discount).to_have_attribute("aria-valuetext", "10.5% per year")
    tab.keyboard.press("Tab")
    expect(field(tab, "discount")).to_be_focused()
    expect(field(tab, "discount")).to_have_css("outline-style", "solid")


def test_what_follows_is_said_aloud_once_one_stops(opened):
    tab = opened("cased")
    said = tab.get_by_role("status")
    expect(said).to_have_text("")
    field(tab, "overrun").fill("2")
    expect(said).to_contain_text("Net present value −")
    expect(said).to_contain_text("Changed: 1.")
    expect(said).to_have_attribute("aria-live", "polite")


def test_a_number_that_cannot_be_is_refused_and_the_last_one_counts(opened):
    tab = opened("cased")
    field(tab, "margin").fill("70")
    counted = outcome(tab, "npv").locator("[data-what] span").text_content()
    field(tab, "margin").fill("800")
    expect(tab.get_by_text("It must be at least 0 and at most 100; the last number counts.")).to_be_visible()
    expect(field(tab, "margin")).to_have_attribute("aria-invalid", "true")
    expect(outcome(tab, "npv").locator("[data-what] span")).to_have_text(counted)
    field(tab, "margin").fill("")
    expect(tab.get_by_text("It must be a number; the last one counts.")).to_be_visible()
    field(tab, "margin").fill("60")
    expect(tab.locator(".refused:not(:empty)")).to_have_count(0)


def test_where_there_is_no_number_it_says_why(opened):
    tab = opened("cased")
    field(tab, "overrun").fill("3")
    expect(outcome(tab, "payback").locator("[data-what]")).to_have_text("nonewhat was spent does not come back")


def test_a_scenario_is_loaded_with_all_that_it_changes(opened):
    tab = opened("cased")
    tab.get_by_role("button", name="Bear").click()
    scene = cased_report().money.workings.scenarios[-1]
    expect(tab.locator("[data-changes] li")).to_have_count(len(scene.inputs))
    expect(field(tab, "pace")).to_have_value("2")
    loss = tab.locator("#money-scenarios + thead + tbody tr", has_text="Bear").locator("td").nth(1).text_content()
    expect(outcome(tab, "p_negative").locator("[data-what] span")).to_have_text(loss)


def test_on_a_phone_the_answer_stays_in_sight_while_a_lever_is_moved(opened):
    tab = opened("cased", width=390)
    slider(tab, "overrun").scroll_into_view_if_needed()
    field(tab, "overrun").fill("2")
    expect(tab.locator(".now")).to_be_in_viewport()
    expect(tab.locator(".now")).to_contain_text("What if: Net present value −")


def test_a_number_of_many_digits_is_seen_whole_in_its_field(opened):
    tab = opened("cased")
    unfold(tab)
    typed = field(tab, "costs.build.once")
    for width in (1280, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        typed.fill("1000000")
        assert typed.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
        typed.fill("2" * 30)
        assert typed.evaluate("one => one.scrollWidth - one.clientWidth") > 0  # what is measured can be seen


def test_on_the_narrowest_phone_both_numbers_are_in_sight(opened):
    tab = opened("cased", width=320)
    tab.evaluate(
        "document.querySelectorAll('[data-what] span').forEach(one => one.textContent = '−11 000 000 000 JPY')"
    )
    edges = tab.locator("[data-outcome] td").evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert edges and max(edges) <= 320


def test_paper_leaves_it_out(opened):
    tab = opened("cased")
    field(tab, "overrun").fill("2")
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(tab.locator("#what-if")).to_be_hidden()
    expect(tab.locator("#money-summary")).to_be_visible()


def test_without_scripts_it_says_that_it_needs_them(opened):
    tab = opened("cased", scripts=False)
    expect(tab.get_by_text("This part needs JavaScript.")).to_be_visible()
    expect(tab.locator(".bench")).to_be_hidden()
    expect(tab.get_by_role("row", name="Net present value").first).to_be_visible()


def test_a_user_s_text_is_only_text_where_changes_are_listed(opened):
    tab = opened("hostile_cased")
    field(tab, "overrun").fill("2")
    expect(tab.locator("[data-changes] li").first).to_contain_text('<script>alert("1")</script>')
    assert tab.locator("img").count() == 0
