"""The page is one file, holds every number with its explanation, and takes nobody's text for markup."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

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
VARIANTS = ["small", "broken", "armless", "troubled", "pair", "large", *COMPANIES]


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
