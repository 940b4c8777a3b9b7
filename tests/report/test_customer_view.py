"""The section of a customer base: what it is worth first, then every number, or the reason why there is none."""

import csv
import io
from collections import Counter

import msgspec
import pytest

from liftledger.domain.customer_value import CustomerValue
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.report import numbers
from liftledger.report.customer_view import base_view
from liftledger.report.numbers import plain
from tests.report.customers import LONG, accounts, counted, shoppers, valued_report
from tests.report.test_page import Reader, rendered

BASES = {"shoppers": shoppers, "accounts": accounts, "counted": counted}
HORIZONS = {"horizon_days", "discount", "margin", "grid_days"}  # told in words


def seen(base):
    return base_view(valued_report(), base, "customers-1")


def sheets(base):
    return [sheet for part in seen(base).parts for sheet in part.sheets]


def leaves(value):
    """Every number that is somewhere in a value, but for those that stand in the terms."""
    match value:
        case bool() | None | str():
            return
        case int() | float():
            yield float(value)
        case dict():
            for item in value.values():
                yield from leaves(item)
        case list() | tuple():
            for item in value:
                yield from leaves(item)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                if not (isinstance(value, CustomerValue) and name in HORIZONS):
                    yield from leaves(getattr(value, name))


@pytest.mark.parametrize("name", BASES)
def test_every_number_of_a_base_is_in_a_download_with_all_its_digits(name):
    base = BASES[name]()
    held = {cell for sheet in sheets(base) for row in csv.reader(io.StringIO(sheet.csv)) for cell in row}
    assert {numbers.exact(number) for number in leaves(base)} <= held | {numbers.exact(float(base.customers))}


@pytest.mark.parametrize("name", BASES)
def test_every_answer_is_shown_with_its_interval_or_its_reason(name):
    base = BASES[name]()
    text = " ".join(Reader(rendered("valued")).text.split())
    groups = (base.worth, base.behaviour, base.revenue, base.kept, base.incremental)
    answers = [getattr(found, field) for group in groups for found in group for field in found.__struct_fields__]
    reasons = {found.reason for found in answers if isinstance(found, NoEstimate)}
    assert reasons and all(reason in text for reason in reasons)
    assert any(isinstance(found, Interval) for found in answers)


@pytest.mark.parametrize("name", BASES)
def test_no_cell_is_blank(name):
    for sheet in sheets(BASES[name]()):
        assert all(span.cell.text for row in sheet.laid_out for span in row), sheet.title


def test_the_first_sentence_says_what_a_customer_brings_on_what_and_for_how_long():
    found = seen(shoppers())
    assert plain(found.lead) == (
        "14 266 customers have bought so far. On average, one is expected to bring 13.92 USD in gross margin over the "
        "next 365 days."
    )
    assert plain(found.sureness) == (
        "95% interval: 13.44 to 14.39 USD. Counted at a gross margin of 40%, discounted at 10% a year. All of it is "
        "modelled and none of it measured: it lies ahead. The interval is about these very customers: it holds the "
        "errors of the models' parameters, not that of the models themselves."
    )


def test_it_is_said_what_the_intervals_of_what_is_modelled_hold():
    apart = "What is measured and what is modelled stand apart, and are not added up."
    for base, who in ((shoppers, "customers"), (accounts, "accounts")):
        assert next(part.words for part in seen(base()).parts if part.claims) == (
            apart,
            f"The interval of what is modelled holds that other {who} might have come, and made other parameters of "
            "the models; it does not hold that the models may be wrong.",
        )
    none = [msgspec.structs.replace(found, modelled=NoEstimate("no")) for found in shoppers().incremental]
    silent = msgspec.structs.replace(shoppers(), incremental=tuple(none))
    assert [part.words for part in seen(silent).parts if part.claims] == [(apart,)]


def test_the_true_effect_of_a_simulated_company_stands_beside_what_was_found():
    [one] = accounts().incremental
    truths = {"observed_truth": 30_000.0, "modelled_truth": 200_000.0}
    known = msgspec.structs.replace(accounts(), incremental=(msgspec.structs.replace(one, **truths),))
    measured, modelled = next(part.claims for part in seen(known).parts if part.claims)
    assert plain(measured.sureness).endswith("True effect: +30 000 USD, in the interval.")
    assert plain(modelled.sureness).endswith("True effect: +200 000 USD, outside the interval.")


def test_values_without_a_margin_are_called_revenue():
    found = seen(accounts())
    assert "expected to bring 1 412 000 USD in revenue over the next 1 095 days." in plain(found.lead)
    assert "Counted as revenue, without any cost taken off" in found.sureness


def test_a_base_without_amounts_says_why_it_is_not_valued():
    found = seen(counted())
    assert plain(found.lead).endswith(
        "What one is worth cannot be said: no amount is declared, so purchases are counted and not valued."
    )
    assert found.sureness == ""


def test_measured_and_modelled_are_claims_of_their_own_with_their_grades():
    claims = next(part for part in seen(shoppers()).parts if part.claims).claims
    assert [(claim.name, claim.grade) for claim in claims] == [
        ("Better", "randomised"), ("Modelled", "assumed"), ("Not proven", "randomised"), ("No answer", "assumed"),
    ]  # fmt: skip
    assert (
        plain(claims[0].sentence) == "Measured so far, personalized of program against control: +1.8 USD per customer."
    )
    assert plain(claims[1].sentence).startswith(
        "Modelled from then on, personalized of program against control: -0.4 USD"
    )
    assert "Its interval holds 0: not proven." in claims[1].sureness
    assert claims[3].sentence.endswith("none, the fit of arm 'standard' does not converge.")


def test_simple_values_are_labelled_each():
    (sheet,) = [sheet for sheet in sheets(shoppers()) if sheet.title.startswith("Simple values")]
    assert [row[0].cell.tag for row in sheet.laid_out] == ["simple", "simple"]


def test_what_is_modelled_of_a_tenure_says_so_and_has_no_band():
    (sheet,) = [sheet for sheet in sheets(accounts()) if sheet.title.startswith("Still subscribed")]
    everyone = sheet.rows[:37]
    assert Counter(row[3].text for row in everyone) == {"observed": 24, "modelled": 13}
    assert {row[2].values[1] for row in everyone[24:]} == {None}


def test_cohorts_are_shaded_beside_each_other_and_what_is_to_come_is_one_cell():
    shares, counts, revenue = [sheet for sheet in sheets(shoppers()) if sheet.dense]
    first, *_, last = shares.laid_out
    assert len(shares.shown) == 26 and len(first) == 26
    assert [span.cell.text for span in last] == ["2026-06", "738", "100", "not yet"]
    assert last[-1].columns == 23
    assert first[2].cell.shade == 8 > first[5].cell.shade > first[25].cell.shade
    assert counts.rows[0][3].values == (shoppers().cohorts[0].active[1],)
    assert revenue.rows[0][2].shade == 8


def test_large_revenue_is_written_in_thousands():
    (revenue,) = [sheet for sheet in sheets(accounts()) if "MRR at the month" in sheet.title]
    assert revenue.title.endswith("thousand USD")
    assert revenue.rows[0][2].text == "173"
    assert revenue.rows[0][2].values == (accounts().cohorts[0].revenue[0],)


def test_blank_and_long_groups_have_their_names():
    text = Reader(rendered("valued")).text
    assert "Channel = blank" in text and f"Channel = {LONG}" in text


def test_a_base_of_which_little_is_known_still_has_its_section():
    bare = CustomerValue("new_shop", "purchases", "customer", "orders", None, 0.1, 365.0, 1, 0, (), (), ())
    found = seen(bare)
    assert found.lead == "No customer has bought so far."
    assert found.parts == () and found.facts == ()


def test_the_section_is_reached_from_the_contents():
    found = Reader(rendered("valued"))
    assert {"#customers-1", "#customers-2", "#customers-3"} <= set(found.links)
    assert sum(link.startswith("data:text/csv") for link in found.links) >= 30


def test_only_a_report_with_customers_carries_their_style():
    assert "Customers: series beyond two" in rendered("valued")
    assert "Customers: series beyond two" not in rendered("company")
    assert "Customers" not in Reader(rendered("company")).text
