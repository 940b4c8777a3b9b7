"""What would overturn a study: each danger with what the data say of it, the worst first."""

import msgspec

from liftledger.domain.estimate import NoEstimate
from liftledger.report.numbers import plain
from liftledger.report.threats import threats
from tests.report.conftest import armless_report, broken_report, changed_study, small_report, troubled_report


def found(report):
    return {plain(t.danger): (t.state, plain(t.finding)) for t in threats(report, report.studies[0])}


def test_a_clean_study_is_only_threatened_by_chance():
    told = found(small_report())
    assert {danger for danger, (state, _) in told.items() if state != "holds"} == {"Chance"}
    assert (
        told["Chance"][1] == "6 headline intervals: of 100 such intervals about 5 miss the true value by chance alone."
    )
    assert told["Customers lost from an arm (sample ratio mismatch)"] == (
        "holds",
        "Sizes fit the plan: chi-square 0.20 on 2 degrees of freedom, p = 0.90; below p = 0.001 every number is void.",
    )


def test_a_broken_study_says_which_check_failed_and_says_it_first():
    first = threats(broken_report(), broken_report().studies[0])[0]
    assert (first.state, first.danger) == ("failed", "Customers lost from an arm (sample ratio mismatch)")


def test_without_a_control_nothing_else_matters():
    first = threats(armless_report(), armless_report().studies[0])[0]
    assert (first.state, first.danger) == ("failed", "No control arm")


def test_everything_that_is_to_mind_is_counted():
    told = found(troubled_report())
    assert told["Customers seen in more than one arm"] == (
        "mind", "Found in two arms: 13 customers and 3 households. This blurs a difference.",
    )  # fmt: skip
    assert told["Outcomes that were still to come"][1] == "Windows still open, see what was left out: conversion."
    assert "conversion (Womens E-Mail)" in told["A few very large values that carry the result"][1]
    assert told["Records that are missing, doubled or without a match"][1] == (
        "Left out and counted: 2 rejected rows of customers, 7 repeated rows of customers, 5 blank values in customers "
        "and 41 units without a match in customers."
    )


def test_rows_of_unknown_units_are_told_by_fact():
    report = small_report()
    first, *others = report.data
    strangers = msgspec.structs.replace(report, data=(msgspec.structs.replace(first, unknown=1_466), *others))
    assert found(strangers)["Records that are missing, doubled or without a match"] == (
        "mind", f"Left out and counted: 1 466 rows of {first.fact} of unknown units.",
    )  # fmt: skip


def test_units_without_a_match_are_counted_by_fact():
    # the same 35 users have no account: neither the one fact of accounts nor the other can be theirs
    report = changed_study(small_report(), unrelated={"subscriptions": 35, "invoices": 35})
    told = found(report)["Records that are missing, doubled or without a match"][1]
    assert told.endswith("35 units without a match in subscriptions and 35 units without a match in invoices.")


def test_sizes_that_could_not_be_tested_are_no_good_news():
    report = changed_study(small_report(), srm=NoEstimate("shares changed daily"))
    assert found(report)["Customers lost from an arm (sample ratio mismatch)"] == (
        "mind", "Could not be tested: shares changed daily.",
    )  # fmt: skip


def test_arms_without_planned_shares_were_not_drawn():
    assert found(changed_study(small_report(), planned={}))["Arms that were not drawn at random"][0] == "mind"
