"""An amount says where it comes from, alone or with its range, its source, its owner and its date."""

from decimal import Decimal

import pytest

from liftledger.definitions import digest
from liftledger.domain.value import Given
from tests.definitions.project import CASE, changed, line_of, mistakes, project

FULL = "{value: 1200, low: 1000, high: 1500, source: finance, owner: Jo Doe, date: 2026-10-31, note: As   planned.}"


def lines(folder, *changes):
    return {line.name: line for line in project(folder, changed(*changes, text=CASE)).value.lines}


def said_of(folder, *changes: tuple[str, str]) -> list[str]:
    return mistakes(folder, changed(*changes, text=CASE))


def test_everything_that_can_be_said_of_an_amount(tmp_path):
    faster = lines(tmp_path, ("units: 1200", f"units: {FULL}"))["faster"]
    assert faster.units == Decimal(1200)
    assert faster.given == {
        "units": Given(Decimal(1000), Decimal(1500), "finance", "Jo Doe", "2026-10-31", "As planned.")
    }


def test_a_bare_amount_says_nothing_more(tmp_path):
    found = project(tmp_path, CASE).value
    assert found.given == {} and all(line.given == {} for line in found.lines)
    assert all(cost.given == {} for cost in found.costs)


def test_every_amount_of_a_line_may_say_more(tmp_path):
    faster = lines(
        tmp_path,
        ("worth: 40", "worth: {value: 40, high: 60}, holdout: {value: 5%, note: So few.}"),
        ("ramp: 3", "ramp: {value: 3, low: 2, high: 6}"),
        ("decay: 3%", "decay: {value: 3%, low: 0}"),
        ("realisation: 90%", "realisation: {value: 90%, low: 60%, high: 100%}"),
    )["faster"]
    assert (faster.worth, faster.holdout, faster.ramp, faster.decay) == (40, Decimal("0.05"), 3, Decimal("0.03"))
    assert faster.given == {
        "worth": Given(high=Decimal(60)),
        "holdout": Given(note="So few."),
        "ramp": Given(Decimal(2), Decimal(6)),
        "decay": Given(low=Decimal(0)),
        "realisation": Given(Decimal("0.6"), Decimal(1)),
    }


def test_rates_say_where_they_come_from(tmp_path):
    found = project(
        tmp_path,
        changed(
            ("margin: 80%", "margin: {value: 80%, source: finance, owner: Controller, date: 2026-10-31}"),
            ("discount: 10%", "discount: {value: 0.1, low: 8%, high: 12%}"),
            text=CASE,
        ),
    ).value
    assert (found.margin, found.discount) == (Decimal("0.8"), Decimal("0.1"))
    assert found.given == {
        "margin": Given(source="finance", owner="Controller", date="2026-10-31"),
        "discount": Given(Decimal("0.08"), Decimal("0.12")),
    }


def test_the_worth_of_a_category_says_where_it_comes_from_and_has_no_range(tmp_path):
    worth = "{billing: {value: 12.50, owner: Support}, Bug: 30}"
    fewer = lines(tmp_path, ("{billing: 12.50, Bug: 30}", worth))["fewer"]
    assert fewer.worth_by == {"billing": Decimal("12.5"), "Bug": Decimal(30)}
    assert fewer.given == {"worth.billing": Given(owner="Support")}
    (said,) = said_of(tmp_path, ("billing: 12.50", "billing: {value: 12.50, low: 9}"))
    assert said.endswith(
        "value.lines.fewer.worth.billing: it has a range, and rows are counted at one worth; remove them, or write one "
        "amount with its range for all categories"
    )


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (
            "{value: 1200, low: 1300}",
            ".units.low is 1300, above the value, 1200; write low, value and high in their order",
        ),
        (
            "{value: 1200, high: 1100}",
            ".units.high is 1100, below the value, 1200; write low, value and high in their order",
        ),
        (
            "{value: 1200, source: finance}",
            ".units.source is 'finance', and there is no date; say as of when it holds, such as `date: 2026-10-31`",
        ),
        (
            "{value: 1200, source: contract, owner: Jo}",
            ".units.source is 'contract', and there is no date; say as of when it holds, such as `date: 2026-10-31`",
        ),
        (
            "{value: 1200, source: hearsay}",
            ".units.source is 'hearsay'; it takes measured, contract, finance, benchmark or assumption",
        ),
        ("{value: 1200, date: 31.10.2026}", ".units.date is '31.10.2026'; it takes a date, such as 2026-03-31"),
        (
            "{value: 1200, date: 2026-02-30}",
            ".units.date is '2026-02-30', which is not on the calendar; it takes a date, such as 2026-03-31",
        ),
        ("{low: 1000, high: 1500}", ".units: 'value' is missing; it takes an amount above 0"),
        ("{value: -3}", ".units.value is '-3'; it must be above 0"),
        ("{value: 3, lowest: 1}", ".units: unknown key 'lowest'; did you mean 'low'?"),
        ("[1200]", ".units is a list; it takes an amount above 0"),
        (
            "EUR 1200",
            ".units is 'EUR 1200'; amounts stand without a currency, in that of the file: write 1200 if it is "
            "that one, else convert it",
        ),
        ("", ".units is empty; it takes an amount above 0, or remove the line"),
    ],
)
def test_what_is_wrong_with_an_amount(tmp_path, amount, said):
    text = changed(("units: 1200", f"units: {amount}"), text=CASE)
    assert mistakes(tmp_path, text) == [
        f"liftledger.yaml:{line_of(text, '      {study: guide, metric: ttv')}: value.lines.faster{said}"
    ]


def test_a_range_may_end_at_the_value(tmp_path):
    assert said_of(tmp_path, ("units: 1200", "units: {value: 1200, low: 1200, high: 1200}")) == []


@pytest.mark.parametrize(
    "key", ["low: 1100", "high: 1300", "source: benchmark", "owner: Jo", "date: 2026-01-01", "note: N"]
)
def test_all_that_is_said_of_an_amount_counts_in_the_hash(tmp_path, key):
    before = digest(project(tmp_path, CASE))
    alone = digest(project(tmp_path, changed(("units: 1200", "units: {value: 1200}"), text=CASE)))
    more = digest(project(tmp_path, changed(("units: 1200", f"units: {{value: 1200, {key}}}"), text=CASE)))
    assert alone == before != more
