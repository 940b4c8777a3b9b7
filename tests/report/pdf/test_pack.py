"""The PDF: four pages that hold the report's numbers, tagged, with everything in them, the same bytes each time."""

import io
import re
import socket
import sys
import time

import msgspec
import pypdf
import pytest

from liftledger.domain.cash import Figure
from liftledger.domain.mistake import Mistakes
from liftledger.report.amounts import amount, chance
from liftledger.report.numbers import plain
from liftledger.report.pdf import pack, pdf
from liftledger.report.pdf.decided import decided
from liftledger.report.pdf.room import SIZES
from tests.report.cases import cased_report, hostile_cased_report
from tests.report.company import broken_company_report, losing_company_report, young_company_report
from tests.report.conftest import HOSTILE, hostile_provenance, small_provenance
from tests.report.draws import with_draws
from tests.report.pdf.crowded import crowded_provenance, crowded_report


def opened(report, provenance):
    return pypdf.PdfReader(io.BytesIO(pdf(report, provenance)))


def words(reader):
    """All text, with one plain space where there is any."""
    return squeezed(" ".join(page.extract_text() for page in reader.pages))


def squeezed(text):
    return re.sub(r"\s+", " ", plain(text))


@pytest.fixture(scope="module")
def case():
    return cased_report()


@pytest.fixture(scope="module")
def reader(case):
    return opened(case, small_provenance())


@pytest.fixture(scope="module")
def text(reader):
    return words(reader)


def test_a_case_has_a_page_for_each_of_its_four_parts(reader):
    heads = ("Business case for personalization", "Where the money comes from", "What it rests on", "Limits, risks,")
    assert len(reader.pages) == 4
    for page, head in zip(reader.pages, heads, strict=True):
        assert head in squeezed(page.extract_text())


def test_the_decision_is_the_reports(case, text):
    summary = case.money.summary
    for figure in (
        amount(summary.npv),
        chance(summary.p_negative),
        amount(summary.payback),
        amount(summary.break_even),
    ):
        assert squeezed(figure.number) in text
    assert squeezed(amount(summary.npv).range) in text
    assert case.money.decision.text in text


def test_lines_costs_and_scenarios_stand_with_their_amounts(case, text):
    for line in case.money.lines:
        assert squeezed(amount(line.present_value).number) in text
        assert squeezed(amount(line.effect, difference=True).number) in text
    for cost in case.money.costs:
        assert squeezed(amount(cost.present_value).number) in text
    for scene in case.money.workings.scenarios:
        assert scene.label in text


def test_what_a_number_rests_on_and_how_to_check_it_is_told(case, text):
    without_spaces = text.replace(" ", "")  # a long name may be broken over two lines
    for line in case.money.lines:
        assert line.estimate in without_spaces
    for told in (case.definitions.hash, small_provenance().report_sha256):
        assert told in without_spaces
    assert "liftledger verify FOLDER" in text
    assert "Ann Lee" in text and "2026-06-30" in text  # who stands for the margin, and as of when


def test_gaps_risks_and_reviews_are_told(text):
    assert "Nothing is declared for: monitoring, licences, data and privacy review." in text
    assert "Consent is withdrawn by many." in text
    assert "Works council" in text and "to be done" in text


def test_it_is_tagged_in_a_language_with_a_title(reader):
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Acme: the business case for personalization"
    tags = list(structure(catalog["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/P"} <= {tag["/S"] for tag in tags}
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert figures and all(str(tag["/Alt"]).startswith("Cash so far") for tag in figures)


def structure(node):
    """All elements of the tree of tags."""
    found = node.get("/K", [])
    for child in found if isinstance(found, list) else [found]:
        held = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(held, dict):
            if "/S" in held:
                yield held
            yield from structure(held)


def test_every_font_is_in_the_file(reader):
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts]
    held = [font["/FontDescriptor"].get_object() for font in inner]
    assert held
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in held)
    assert all("Source-Sans-3" in str(font["/BaseFont"]) for font in fonts)


def test_words_are_broken_without_a_sign_that_only_the_machines_fonts_have(case):
    long = "Personalization demonstrably strengthens characteristic responsibilities notwithstanding. " * 9
    found = decides(case, long)
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in found.pages for font in page["/Resources"]["/Font"].values()
    }
    assert re.search(r"[a-z]-\s+[a-z]", found.pages[0].extract_text())
    assert all("Source-Sans-3" in font for font in fonts)


def decides(case, text):
    """The pack of the case with that decision."""
    decision = msgspec.structs.replace(case.money.decision, text=text)
    money = msgspec.structs.replace(case.money, decision=decision)
    return opened(msgspec.structs.replace(case, money=money), small_provenance())


def test_letters_that_no_font_has_are_boxes_and_the_reader_is_told(case, text):
    nowhere = "\U0010fffd\U0010fffc"
    assert "2 letters that stand as boxes are in no font of the machine" in words(decides(case, f"Scale {nowhere}."))
    assert "1 letter that stands as a box is in no font" in words(decides(case, nowhere[:1]))
    assert "in no font" not in text


@pytest.mark.parametrize("times", [1, 1e6, 3e8])  # the last: an NPV of 13 digits, as of a case in dong
def test_no_amount_leaves_its_cell(case, times):
    report = multiplied(case, times)
    document = pack._press().laid_out(pack._text(report, small_provenance(), dict.fromkeys(pack.PARTS, SIZES[0]), 0))
    cells = [(cell, text) for page in document.pages for cell, text in texts(page._page_box, None)]
    assert len(cells) > 100
    beyond = [
        (text.text, round(text.position_x + text.width - cell.position_x - cell.width))
        for cell, text in cells
        if text.position_x + text.width > cell.position_x + cell.border_width() + 1
    ]
    assert beyond == []


def multiplied(case, times):
    """The same case, each amount so many times as large."""
    money, unit = case.money, case.money.summary.npv.unit

    def figure(one):
        if not one.unit.startswith(unit):
            return one
        scaled = {
            key: getattr(one.answer, key) * times for key in ("value", "se", "low", "high") if hasattr(one.answer, key)
        }
        return msgspec.structs.replace(one, answer=msgspec.structs.replace(one.answer, **scaled))

    def figures(of):
        changed = {
            key: figure(getattr(of, key)) for key in of.__struct_fields__ if isinstance(getattr(of, key), Figure)
        }
        return msgspec.structs.replace(of, **changed)

    scenes = tuple(
        msgspec.structs.replace(one, outcome={key: value and value * times for key, value in one.outcome.items()})
        for one in money.workings.scenarios
    )
    bars = (
        msgspec.structs.replace(bar, npv_low=bar.npv_low * times, npv_high=bar.npv_high * times)
        for bar in money.tornado
    )
    return msgspec.structs.replace(case, money=msgspec.structs.replace(
        money, summary=figures(money.summary), lines=tuple(map(figures, money.lines)),
        costs=tuple(map(figures, money.costs)), tornado=tuple(bars),
        workings=msgspec.structs.replace(money.workings, scenarios=scenes),
    ))  # fmt: skip


def texts(box, cell):
    """Every text of the page that stands in a cell of a table, with the cell."""
    if type(box).__name__ == "TableCellBox":
        cell = box
    if type(box).__name__ == "TextBox" and cell is not None:
        yield cell, box
    for child in getattr(box, "children", ()):
        yield from texts(child, cell)


def test_the_rows_of_the_bridge_add_up_to_the_amount_that_is_told(case, text):
    net = sum(line.present_value.answer.value for line in case.money.lines if line.priced) - sum(
        cost.present_value.answer.value for cost in case.money.costs
    )
    assert f"before that they add up to {net:,.2f} USD".replace(",", " ") in text


def test_the_same_report_gives_the_same_bytes_on_another_day(case, monkeypatch):
    first, now = pdf(case, small_provenance()), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    pack._press.cache_clear()
    assert pdf(case, small_provenance()) == first


def test_nothing_is_fetched_and_no_text_becomes_markup(monkeypatch, caplog):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = words(opened(hostile_cased_report(HOSTILE), hostile_provenance()))
    assert '<script>alert("1")</script>' in found
    assert "{{ 7*7 }}" in found
    assert all(one.getMessage().startswith(".notdef glyph") for one in caplog.records)  # a script without a font


def test_thirty_lines_in_every_script_are_cut_to_four_pages_that_say_so():
    reader = opened(crowded_report(), crowded_provenance(small_provenance()))
    found = words(reader)
    assert len(reader.pages) == 4
    for noun in ("benefits, in the workbook", "lines in the workbook", "costs in the workbook", "more in provenance"):
        assert re.search(rf"\d+ more {noun}|\d+ {noun}", found), noun
    assert "150 000 USD" in found


@pytest.mark.parametrize("report", [young_company_report(), broken_company_report()])
def test_without_money_a_page_says_why_and_names_no_amount_of_the_case(report):
    reader = opened(report, small_provenance())
    found = words(reader)
    assert len(reader.pages) == 1
    assert "Why" in found and "How to recompute it" in found
    assert "Net present value" not in found


def test_without_declared_worth_it_says_what_is_missing(case):
    reader = opened(msgspec.structs.replace(case, money=None), small_provenance())
    assert len(reader.pages) == 1
    assert "Nothing is declared to be worth money." in words(reader)


def test_a_loss_is_the_headline():
    report = losing_company_report()
    assert "On current evidence this loses money" in words(opened(report, small_provenance()))


def test_without_weasyprint_it_says_what_to_install(case, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pack._press.cache_clear()
    with pytest.raises(Mistakes, match=r"liftledger\[case\]"):
        pdf(case, small_provenance())


def test_the_first_page_has_one_chance_of_a_loss_and_the_middles_of_the_draws_where_ranges_are_drawn(case):
    def heads(drawn):
        money = with_draws(case.money, drawn, p_negative=0.38, mean=47_830.0, p50=39_760.0)
        return dict(decided(msgspec.structs.replace(case, money=money), SIZES[0]).figures)

    ranged = heads(("costs.build.once",))
    assert (ranged["Probability of a loss"].number, ranged["Probability of a loss"].range) == ("38%", "")
    assert [head for head in ranged if head.endswith("of the draws")] == ["Mean of the draws", "P50 of the draws"]
    assert not any(head.endswith("of the draws") for head in heads(("studies.program.luck",)))
