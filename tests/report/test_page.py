"""The page is one file, holds every number with its explanation, and takes nobody's text for markup."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from liftledger.domain.provenance import Rejection
from liftledger.report.page import page
from tests.report import conftest
from tests.report.conftest import HOSTILE, hostile_provenance, hostile_report, small_provenance


class Reader(HTMLParser):
    """Gathers elements, ids, links and scripts as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.scripts, self.text, self.attributes = [], [], [], [], "", set()
        self._script = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes |= found.keys()
        self._script = [found, ""] if tag in ("script", "style") else None
        if self._script:
            self.scripts.append((tag, self._script))
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.links.append(found["href"])

    def handle_endtag(self, tag):
        self._script = None

    def handle_data(self, data):
        if self._script:
            self._script[1] += data
        else:
            self.text += f" {data}"


def rendered(name):
    report = getattr(conftest, f"{name}_report")()
    return page(report, small_provenance(report))


COMPANIES = [
    *("company", "real_company", "unproven_company", "losing_company"),
    *("broken_company", "young_company", "hostile_company"),
]
VALUED = ["valued", "hostile_valued"]
CASED = ["cased", "hostile_cased", "piloted", "hostile_piloted"]
VARIANTS = ["small", "broken", "armless", "troubled", "pair", "large", *COMPANIES, *VALUED, *CASED]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_link_leads_somewhere_on_the_page_and_no_id_is_used_twice(name):
    found = Reader(rendered(name))
    assert len(found.ids) == len(set(found.ids))
    assert {link for link in found.links if not link.startswith(("#", "data:"))} == set()
    targets = {link[1:] for link in found.links if link.startswith("#")}
    assert targets <= set(found.ids)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_estimate_is_in_a_table_and_has_its_explanation(name):
    ids = set(Reader(rendered(name)).ids)
    for estimate in getattr(conftest, f"{name}_report")().estimates:
        assert {f"row-{estimate.id}", f"explain-{estimate.id}"} <= ids


def test_nothing_is_fetched_and_only_known_scripts_run(report, provenance):
    text = page(report, provenance)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "http" not in policy
    found = Reader(text)
    assert not {"src", "srcset", "action", "style"} & found.attributes
    for tag, (attributes, content) in found.scripts:
        if attributes.get("type") == "application/json":
            json.loads(content)
        else:
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, tag


def test_a_user_s_text_never_becomes_markup():
    text = page(hostile_report(), hostile_provenance())
    found, plain = Reader(text), Reader(rendered("small"))
    assert "img" not in found.tags
    assert found.tags.count("script") == plain.tags.count("script")
    assert not any(name.startswith("on") for name in found.attributes)
    assert "<script>alert" not in text and "</script><script>alert" not in text
    assert HOSTILE.split("\x1b")[0] in found.text
    assert "{{ 7*7 }}" in found.text
    spec = next(content for _, (attributes, content) in found.scripts if attributes.get("type") == "application/json")
    assert any(HOSTILE in row["name"] for row in json.loads(spec)["data"]["values"])


def test_broken_numbers_come_after_the_reason():
    text = rendered("broken")
    assert 'class="study broken"' in text
    assert text.index("do not use these numbers") < text.index("What changed, and how sure")
    assert text.index("the arms do not hold the planned shares") < text.index("What changed, and how sure")


def test_a_study_without_arms_says_what_cannot_be_claimed():
    found = Reader(rendered("armless"))
    assert "Nothing can be claimed as an effect here" in found.text
    assert "No control arm." in found.text
    assert "Sample ratio: not tested, nothing was randomised." in found.text


def test_what_was_left_out_is_counted():
    text = " ".join(Reader(rendered("troubled")).text.split())
    for part in (
        "conversion maturing Womens E-Mail 14 days 120 118",
        "No E-Mail 2024-03-02 12",
        "3 households had customers in several arms",
        "41 customers without a related unit in customers.",
        "Every assigned customer is analysed, exposed or not. The control arm logs no exposures.",
        "customers 64 000 7 2 undated undated spend 5",
    ):
        assert part in text


def test_the_page_is_the_same_every_time(report, provenance):
    assert page(report, provenance) == page(report, provenance)


def words(name):
    return " ".join(Reader(rendered(name)).text.split())


def test_harm_is_told_before_the_money_and_the_money_before_the_panels():
    text = words("company")
    harm = text.index("Harm is proven: tickets per month, billing")
    assert harm < text.index("Personalization is worth") < text.index("With guided, time to value fell")


def test_a_broken_company_shows_no_money_at_all():
    found, text = Reader(rendered("broken_company")), words("broken_company")
    assert not any("money." in name for name in (*found.ids, *found.links))
    assert "No money is shown: study 'program' is broken." in text
    for part in ("Net present value", "Payback", "120 000", "Not yet"):
        assert part not in text


def test_a_young_company_says_when_it_will_know():
    found, text = Reader(rendered("young_company")), words("young_company")
    assert not any("money." in name for name in (*found.ids, *found.links))
    assert text.count("The first answer can be given on 2026-07-14") == 7  # the case, and each question twice


def test_each_figure_of_the_case_has_its_explanation():
    ids = set(Reader(rendered("company")).ids)
    money = conftest.company_report().money
    assert {f"explain-{figure.id}" for figure in money.figures} <= ids
    assert {f"explain-money.cash_flow.{month.month}" for month in money.cash_flow} <= ids


def test_the_textbook_figure_is_labelled():
    text = words("company").replace("\u202f", " ").replace("\u00a0", " ")
    assert "would be 7 560 USD per month. It is biased, and is never priced" in text


def test_only_a_simulated_company_has_truths():
    assert "A simulated company." in words("company") and "True effect" in words("company")
    assert "simulated" not in words("real_company") and "True effect" not in words("real_company")


def test_parts_are_no_outcomes_of_their_own():
    text = words("company")
    start = text.index("What changed, and how sure that is")
    outcomes = text[start : text.index("On what evidence", start)]
    assert "tickets per month fell" in outcomes and "billing" not in outcomes
    assert "By month of start: 5 estimates" in text


def test_what_was_merged_below_0_or_unknown_is_in_the_table_of_data():
    text = words("company")
    assert "tickets 81 200 14 3 1 904 21" in text.replace("\u202f", " ")
    assert "none amount 312" in text
    assert "Continue another" not in words("small") and "Below 0" not in words("small")


def test_left_out_units_are_told_with_their_study():
    assert "time to value, guided : left out: 12 control and 15 treatment users" in words("company")


def test_a_rejected_row_of_a_table_is_shown_by_its_unit_and_without_a_number(report, provenance):
    rejected = Rejection("payments", "sales.payments, unit 'u7'", None, "total", "oops", "not money in EUR")
    text = page(report, msgspec.structs.replace(provenance, rejected=(rejected,), rejected_listed=1))
    assert 'sales.payments, unit &#39;u7&#39;</th><td class="number"></td><td>total</td>' in text


def test_a_refreshed_report_says_what_it_was_made_from(report, provenance):
    made = Reader(page(report, msgspec.structs.replace(provenance, refreshed=("nothing was read",)))).text
    assert "by refresh, from the tables that it keeps;  liftledger report  gives the same report.json" in made
    assert "by refresh" not in Reader(page(report, provenance)).text


def test_files_that_were_made_beside_the_page_are_linked_and_no_others(report):
    cased = conftest.cased_report()
    provenance = small_provenance(cased)
    files = {"case.xlsx", "case.pdf"}
    assert not files & set(Reader(page(cased, provenance)).links)
    assert files & set(Reader(page(cased, provenance, downloads=["case.pdf"])).links) == {"case.pdf"}
    assert files <= set(Reader(page(cased, provenance, downloads=["case.xlsx", "case.pdf"])).links)


def test_a_case_says_what_to_do_what_is_missing_and_who_stands_for_it():
    text = words("cased").replace("\u202f", " ").replace("\u00a0", " ")
    for part in (
        "Continue testing",
        "Testing on for 4 months is worth more than it costs.",
        "We reduced tickets per month by 14.8% with personalized",
        "Nothing is declared for: monitoring, licences and data and privacy review.",
        "finance, Ann Lee, 2026-06-30",
        "assumption, nobody is named, undated",
        "62% of the net present value's variance comes from what was measured",
        "20 000 joint draws, seed 20260101",
        "Works council nobody yet to be done",
        "More revenue per user already holds what retained users pay.",
        "The program brings 80 % of what its studies add up to.",
        "Build 150 000 612 400",
    ):
        assert part in text, part


def test_the_formula_of_a_figure_s_row_stands_in_its_explanation():
    text = words("cased")
    start = text.index("In the workings", text.index("money.summary.npv", text.index("Explanations")))
    assert "net present value = present value of the benefits − present value of the costs" in text[start : start + 200]


def test_only_a_case_with_workings_has_a_what_if():
    assert "what-if" in Reader(rendered("cased")).ids
    assert "what-if" not in Reader(rendered("company")).ids


def test_what_is_calculated_with_in_the_browser_is_what_the_report_holds():
    scripts = [content for _, (attributes, content) in Reader(rendered("cased")).scripts
               if attributes.get("id") == "what-if-data"]  # fmt: skip
    (held,) = map(json.loads, scripts)
    workings = conftest.cased_report().money.workings
    assert {one["name"]: one["value"] for one in held["inputs"]} == {one.name: one.value for one in workings.inputs}
    formulas = json.loads(msgspec.json.encode([row.formula for row in workings.rows]))
    assert [row["formula"] for row in held["rows"]] == formulas


def test_a_pilot_says_where_it_stands_and_why():
    text = words("piloted").replace("\u202f", " ").replace("\u00a0", " ")
    for part in (
        "Killed Since 2026-03-01. Harm: proven to be above the threshold.",
        "From 2026-01-05 to 2026-06-30; as of 2026-03-05. Declared costs up to 2026-03-01, when it was killed: "
        "81 250 USD of a budget of 250 000 USD.",
        "Harm kill tickets per month, personalized; alpha 5%",
        "killed, 2026-03-01",
        "Second 60 000 USD 2026-04-01 not released",
        "Its log holds 3 entries.",
    ):
        assert part in text, part


def test_a_hostile_pilot_is_only_text():
    found = Reader(rendered("hostile_piloted"))
    assert "img" not in found.tags and HOSTILE.split("\x1b")[0] in found.text


def test_only_a_pilot_has_a_section():
    assert "pilot" in Reader(rendered("piloted")).ids
    assert "pilot" not in Reader(rendered("cased")).ids
