"""What stands around benefits and costs: decision, acquisition, options, risks, reviews, timeline."""

from decimal import Decimal

import pytest

from liftledger.definitions import digest
from liftledger.domain.value import Acquisition, Given, Option, Review, Risk, Thresholds, Timeline
from tests.definitions.project import CASE, changed, mistakes, project

BASES = "customers:\n  buyers: {kind: purchases, fact: events, amount: amount, horizon: 365d}\n"


def around(*said: str) -> str:
    lines = "".join(f"  {one}\n" for one in said)
    return changed(("truth: truth.json", f"{lines}{BASES}truth: truth.json"), text=CASE)


def said_of(folder, *said: str) -> list[str]:
    return [one.partition(": ")[2] for one in mistakes(folder, around(*said))]


def test_everything_that_can_be_said(tmp_path):
    found = project(
        tmp_path,
        around(
            "decision: {scale: 95%, stop: 10%, test_monthly: 4000, test_months: 9}",
            "acquisition: {spend: {value: 9000, source: finance, date: 2026-05-12}, customers: 12, revenue: 80, base: "
            "buyers}",
            "options: {build: {once: 9, monthly: 1, staff: 2.5, staff_cost: 12000, ramp: 4, exit: 1, delay: 30%, "
            "delay_months: 3, description: Ours.}, buy: {monthly: {value: 2, owner: Jo}}}",
            "timeline: {start: 2026-01-31, year_end: 6, contract_months: 24, sales_months: 2}",
            "risks: {privacy: {description: A complaint., likelihood: low, impact: high, response: Ask., owner: Jo}}",
            "reviews: [{role: Legal, name: Ann, date: 2026-10-01}, {role: Works council}]",
        ),
    ).value
    assert found.decision == Thresholds(Decimal("0.95"), Decimal("0.1"), Decimal(4000), 9)
    assert found.acquisition == Acquisition(
        Decimal(9000), Decimal(12), Decimal(80), "buyers", {"spend": Given(source="finance", date="2026-05-12")}
    )
    assert found.options == (
        Option(
            "build", "Ours.", Decimal(9), Decimal(1), Decimal("2.5"), Decimal(12_000), 4, Decimal(1), Decimal("0.3"), 3
        ),
        Option("buy", monthly=Decimal(2), given={"monthly": Given(owner="Jo")}),
    )
    assert found.timeline == Timeline("2026-01-31", 6, 24, 2)
    assert found.risks == (Risk("privacy", "A complaint.", "low", "high", "Ask.", "Jo"),)
    assert found.reviews == (Review("Legal", "Ann", "2026-10-01"), Review("Works council"))


def test_what_holds_where_nothing_is_said(tmp_path):
    found = project(tmp_path, CASE).value
    assert found.decision == Thresholds(Decimal("0.9"), Decimal("0.2"), Decimal(0), 12)
    assert (found.acquisition, found.timeline) == (None, None)
    assert (found.options, found.risks, found.reviews, found.scenarios) == ((), (), (), ())
    assert project(tmp_path, around("timeline: {start: 2026-01-31}")).value.timeline == Timeline(
        "2026-01-31", 12, 12, 0
    )


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            "decision: {scale: 20%, stop: 30%}",
            "value.decision.stop: stop at 0.3 is not below scale at 0.2; the probability to stop at lies below that to "
            "scale at",
        ),
        (
            "decision: {scale: 15%}",
            "value.decision.scale: stop at 0.2 is not below scale at 0.15; the probability to stop at lies below that "
            "to "
            "scale at",
        ),
        ("decision: {scale: 120%}", "value.decision.scale is '120%'; it is at most 100%"),
        ("decision: {test_months: 0}", "value.decision.test_months is '0'; it takes a number of months from 1 to 120"),
        (
            "acquisition: {spend: 1, customers: 1, revenue: 1, base: buyer}",
            "value.acquisition.base: there is no customer base 'buyer'; did you mean 'buyers'?",
        ),
        (
            "acquisition: {spend: 1, customers: 0, revenue: 1}",
            "value.acquisition.customers is '0'; it must be above 0",
        ),
        (
            "acquisition: {spend: 1, revenue: 1}",
            "value.acquisition: 'customers' is missing; it takes an amount above 0",
        ),
        (
            "options: {build: {once: 1}}",
            "value.options: 'build' is the only one; add what it is compared with, or remove it",
        ),
        (
            "options: {build: {ramp: 1}, buy: {once: 1}}",
            "value.options.build: nothing says what it costs; add such as `once: 120000` or `monthly: 4000`",
        ),
        (
            "options: {build: {staff: 1}, buy: {once: 1}}",
            "value.options.build.staff: 'staff_cost' is missing, and people cost something; add `staff_cost`, or "
            "remove "
            "`staff`",
        ),
        (
            "options: {build: {once: 1, delay: 30%}, buy: {once: 1}}",
            "value.options.build.delay: 'delay_months' is missing, and a delay takes its time; add `delay_months`, or "
            "remove `delay`",
        ),
        (
            "options: {build: {once: 1, delay: 130%, delay_months: 3}, buy: {once: 1}}",
            "value.options.build.delay is '130%'; it is at most 100%",
        ),
        ("timeline: {year_end: 12}", "value.timeline: 'start' is missing; it takes a date, such as 2026-03-31"),
        (
            "timeline: {start: 2026-01-31, year_end: 13}",
            "value.timeline.year_end is '13'; it takes a month from 1 to 12",
        ),
        ("risks: {privacy: {owner: Jo}}", "value.risks.privacy: 'description' is missing; it takes text"),
        (
            "risks: {privacy: {description: x, impact: huge}}",
            "value.risks.privacy.impact is 'huge'; it takes low, medium or high",
        ),
        (
            "reviews: [{role: Legal, date: 2026-10-01}]",
            "value.reviews[1].date: nobody's name is there; add `name`, or leave the date out while it is to be done",
        ),
        ("reviews: [{name: Ann}]", "value.reviews[1]: 'role' is missing; it takes text"),
    ],
)
def test_what_is_wrong(tmp_path, one, said):
    assert said_of(tmp_path, one) == [said]


@pytest.mark.parametrize(
    "one",
    [
        "decision: {scale: 95%}",
        "acquisition: {spend: 1, customers: 1, revenue: 1}",
        "options: {build: {once: 1}, buy: {once: 2}}",
        "timeline: {start: 2026-01-31}",
        "risks: {privacy: {description: A complaint.}}",
        "reviews: [{role: Legal}]",
    ],
)
def test_all_of_it_counts_in_the_hash(tmp_path, one):
    plain = digest(project(tmp_path, around()))
    assert digest(project(tmp_path, around(one))) != plain


def test_the_order_of_options_and_reviews_does_not_count(tmp_path):
    one = digest(project(tmp_path, around("options: {a: {once: 1}, b: {once: 2}}", "reviews: [{role: A}, {role: B}]")))
    other = around("options: {b: {once: 2}, a: {once: 1}}", "reviews: [{role: B}, {role: A}]")
    assert digest(project(tmp_path, other)) == one
