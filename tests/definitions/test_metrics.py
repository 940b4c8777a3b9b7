"""Metrics: windows, caps and covariates fit the fact and the kind, or it is said why not."""

import pytest

from liftledger.domain.expression import TEXT, And, Column, Comparison, Number, Type
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Cap, Onset, Term
from tests.definitions.project import changed, mistakes, project, with_metric

USD = Type("money", 2, "USD")
AMOUNT = Column("amount", USD)
GIFT = Column("gift", Type("boolean"))
BEFORE = Column("spend_before", USD)


def metric(tmp_path, line: str):
    return project(tmp_path, with_metric(f"m: {line}")).metric("m")


def test_everything_that_can_be_said(tmp_path):
    found = metric(
        tmp_path,
        "{kind: sum, fact: orders, value: amount, where: gift, window: 30d, delay: 1d, lookback: 2w, "
        "cap: {low: p0.5, high: 500.00}, better: lower, role: guardrail, dimensions: [country], description: ' a  b '}",
    )
    assert found.numerator == Term(AMOUNT, GIFT)
    assert (found.window, found.delay, found.lookback) == (30 * DAY, DAY, 14 * DAY)
    assert found.cap == Cap(low_percentile=50, high=50_000)
    assert (found.better, found.role, found.priced, found.dimensions) == ("lower", "guardrail", False, ("country",))
    assert found.description == "a b"


def test_what_holds_where_nothing_is_said(tmp_path):
    found = metric(tmp_path, "{kind: count, fact: orders}")
    assert found.numerator == Term() and found.denominator is None and found.cap is None
    assert (found.window, found.delay, found.lookback, found.per) == (None, 0, None, DAY)
    assert (found.better, found.role, found.priced) == ("higher", "outcome", False)


def test_a_rate_has_its_time(tmp_path):
    assert metric(tmp_path, "{kind: rate, fact: orders, per: 30d}").per == 30 * DAY


def test_the_window_of_a_retention_begins_so_long_after(tmp_path):
    found = metric(tmp_path, "{kind: retention, fact: orders, where: gift, after: 30d, within: 14d, lookback: 4w}")
    assert (found.delay, found.window, found.lookback) == (30 * DAY, 14 * DAY, 28 * DAY)
    assert found.numerator == Term(None, GIFT) and found.onset is None and not found.clocked


def test_it_is_a_week_long_where_nothing_is_said(tmp_path):
    assert metric(tmp_path, "{kind: retention, fact: orders, after: 90d}").window == 7 * DAY


def test_its_clock_may_start_with_an_onset(tmp_path):
    found = metric(tmp_path, "{kind: retention, fact: orders, after: 30d, from: {fact: users, column: joined}}")
    assert found.onset == Onset("users", None, "joined") and found.clocked
    assert (found.delay, found.window, found.horizon, found.marks) == (30 * DAY, 7 * DAY, None, ())


def test_a_repeat_counts_rows_in_a_window(tmp_path):
    found = metric(tmp_path, "{kind: repeat, fact: orders, where: gift, window: 90d, delay: 1d, lookback: 90d}")
    assert (found.window, found.delay, found.lookback) == (90 * DAY, DAY, 90 * DAY)
    assert found.numerator == Term(None, GIFT) and found.denominator is None and found.quotient


def test_a_metric_may_be_told_apart_by_a_column(tmp_path):
    found = project(tmp_path, with_metric("m: {kind: count, fact: orders, by: shop}"))
    assert found.metric("m").by == "shop" and found.fact("orders").field("shop").type == TEXT


def test_every_dated_study_knows_when_units_started(tmp_path):
    assert metric(tmp_path, "{kind: count, fact: orders, dimensions: [started]}").dimensions == ("started",)


def test_the_condition_of_a_ratio_holds_for_both_its_parts(tmp_path):
    found = metric(
        tmp_path,
        "{kind: ratio, fact: orders, where: gift, numerator: amount, "
        "denominator: {value: rows, where: 'quantity > 1'}}",
    )
    many = Comparison(">", Column("quantity", Type("integer")), Number(1))
    assert found.numerator == Term(AMOUNT, GIFT)
    assert found.denominator == Term(None, And((GIFT, many)))


def test_a_wide_fact_has_covariates_in_its_columns(tmp_path):
    assert metric(tmp_path, "{kind: sum, fact: users, value: age, covariate: spend_before}").covariate == Term(BEFORE)
    ratio = metric(
        tmp_path,
        "{kind: ratio, fact: users, numerator: spend_before, denominator: age, "
        "covariate: {numerator: spend_before, denominator: rows}}",
    )
    assert (ratio.covariate, ratio.covariate_denominator) == (Term(BEFORE), Term())


def test_a_condition_as_covariate_counts(tmp_path):
    found = metric(tmp_path, "{kind: conversion, fact: users, where: 'age > 9', covariate: 'spend_before > 0'}")
    assert found.covariate == Term(None, Comparison(">", BEFORE, Number(0, USD)))


def test_the_only_fact_needs_no_name(tmp_path):
    text = changed(
        (
            "  users:\n    files: users.parquet\n    unit: id\n"
            "    columns: {age: integer, spend_before: money, joined: time}\n",
            "",
        ),
        (", time: joined}", "}"),
    )
    text = text.replace("dimensions:\n  country: {fact: users, column: country}\n", "").replace("fact: orders, ", "")
    assert project(tmp_path, text.replace("fact: users, ", "")).metric("revenue").fact == "orders"


VANITY = "make it a diagnostic, and use what follows from it: conversion, revenue, retention, tickets avoided"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("m: {kind: summ, fact: orders}", "metrics.m.kind is 'summ'; did you mean 'sum'?"),
        (
            "m: {fact: orders}",
            "metrics.m: 'kind' is missing; it takes conversion, count, sum, mean, ratio, rate, time_to, retention "
            "or repeat",
        ),
        (
            "m: {kind: count}",
            "metrics.m: 'fact' is missing, and there are 2; name one of orders and users",
        ),
        ("m: {kind: count, fact: order}", "metrics.m.fact: there is no fact 'order'; did you mean 'orders'?"),
        (
            "m: {kind: sum, fact: orders}",
            "metrics.m: 'value' is missing; it takes an expression over the fact's columns",
        ),
        (
            "m: {kind: ratio, fact: orders, numerator: amount}",
            "metrics.m: 'denominator' is missing; it takes an expression over the fact's columns, or a mapping with "
            "value, where",
        ),
        (
            "m: {kind: count, fact: orders, value: amount}",
            "metrics.m: 'value' does not belong to kind 'count'; it belongs to 'sum' and 'mean'",
        ),
        (
            "m: {kind: conversion, fact: orders, cap: 3}",
            "metrics.m: 'cap' does not belong to kind 'conversion'; it belongs to 'count' and 'sum'",
        ),
        (
            "m: {kind: sum, fact: orders, value: amout}",
            "metrics.m.value: column 'amout' is text here; did you mean 'amount'? Or declare it under "
            "facts.orders.columns, for example `amout: money`",
        ),
        (
            "m: {kind: count, fact: orders, where: amount}",
            "metrics.m.where: 'amount' (money USD) is no condition; compare it with something, such as `amount > 0`",
        ),
        (
            "m: {kind: count, fact: orders, window: -7d}",
            "metrics.m.window is '-7d'; a duration cannot be negative; write one such as 14d",
        ),
        (
            "m: {kind: count, fact: orders, window: 0d}",
            "metrics.m.window is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "m: {kind: count, fact: orders, window: 30}",
            "metrics.m.window is '30' without a unit; write 30d for days; m, h and w are minutes, hours and weeks",
        ),
        (
            "m: {kind: count, fact: orders, window: a month}",
            "metrics.m.window is 'a month'; it takes a duration, such as 90m, 12h, 14d or 2w",
        ),
        (
            "m: {kind: count, fact: orders, delay: 3d}",
            "metrics.m.delay: it stands without `window`; add the length that follows it, such as `window: 14d`",
        ),
        (
            "m: {kind: count, fact: orders, lookback: 0d}",
            "metrics.m.lookback is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "m: {kind: rate, fact: orders, per: 0d}",
            "metrics.m.per is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "m: {kind: sum, fact: users, value: age, lookback: 7d}",
            "metrics.m.lookback: 'users' is a wide fact, whose rows have no dates; remove it, or add `time` to "
            "the fact",
        ),
        (
            "m: {kind: rate, fact: users}",
            "metrics.m.kind: a rate needs dated rows, and 'users' is a wide fact; use mean or sum",
        ),
        (
            "m: {kind: retention, fact: orders}",
            "metrics.m: 'after' is missing; it takes a duration, such as 90m, 12h, 14d or 2w",
        ),
        (
            "m: {kind: retention, fact: orders, after: 0d}",
            "metrics.m.after is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "m: {kind: retention, fact: orders, after: 30d, within: 0d}",
            "metrics.m.within is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "m: {kind: retention, fact: orders, after: 30d, window: 7d}",
            "metrics.m: 'window' does not belong to kind 'retention'; it belongs to 'conversion', 'count', 'sum', "
            "'mean', 'ratio', 'rate' and 'repeat'",
        ),
        (
            "m: {kind: retention, fact: orders, after: 30d, from: {fact: users, column: joined}, lookback: 7d}",
            "metrics.m.lookback: it looks back from the unit's start in the study, and the clock starts with `from`, "
            "which may be later; remove one of the two",
        ),
        (
            "m: {kind: retention, fact: orders, after: 30d, from: {fact: users}}",
            "metrics.m.from: 'column' is missing, and 'users' is a wide fact, whose rows have no dates; add the column "
            "that starts the clock, such as `column: signed_up`, of type time",
        ),
        (
            "m: {kind: retention, fact: orders, after: 30d, value: amount}",
            "metrics.m: 'value' does not belong to kind 'retention'; it belongs to 'sum' and 'mean'",
        ),
        (
            "m: {kind: retention, fact: users, after: 30d}",
            "metrics.m.kind: being active again needs dated rows, and 'users' is a wide fact; name a fact with `time`, "
            "or add `time` to it",
        ),
        (
            "m: {kind: repeat, fact: users}",
            "metrics.m.kind: 'users' is a wide fact, with one row a unit, and no second one; use conversion with "
            '`where`, such as "orders > 1"',
        ),
        (
            "m: {kind: repeat, fact: orders, after: 30d}",
            "metrics.m: 'after' does not belong to kind 'repeat'; it belongs to 'retention'",
        ),
        (
            "m: {kind: repeat, fact: orders, from: {fact: users, column: joined}}",
            "metrics.m: 'from' does not belong to kind 'repeat'; it belongs to 'time_to' and 'retention'",
        ),
        (
            "m: {kind: repeat, fact: orders, by: shop}",
            "metrics.m: 'by' does not belong to kind 'repeat'; it belongs to 'conversion', 'count', 'sum' and 'rate'",
        ),
        (
            "m: {kind: count, fact: users}",
            "metrics.m.kind: 'users' is a wide fact, with one row a unit to count; use conversion with `where`",
        ),
        (
            "m: {kind: conversion, fact: users}",
            "metrics.m.kind: each unit has a row in the wide fact 'users', so all of them convert; add `where`, such "
            'as "visit = 1"',
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, covariate: quantity}",
            "metrics.m.covariate: 'orders' is a dated fact; use `lookback: 30d`: the same metric before the start is "
            "the covariate",
        ),
        (
            "m: {kind: sum, fact: users, value: age, covariate: {numerator: age, denominator: rows}}",
            "metrics.m.covariate: only a ratio has a denominator, and this is a sum; remove it",
        ),
        (
            "m: {kind: ratio, fact: users, numerator: age, denominator: rows, covariate: age}",
            "metrics.m.covariate: 'denominator' is missing; write {numerator: ..., denominator: ...}: a ratio is "
            "compared with a ratio",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: 0}",
            "metrics.m.cap is 0; a limit of 0 would erase the values; remove it, or write the amount beyond which "
            "to cap",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: {low: 5, high: 2}}",
            "metrics.m.cap.low is 5, not below the high limit 2; swap them",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: {low: p50, high: p50}}",
            "metrics.m.cap.low is 50, not below the high limit 50; swap them",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: {high: 9.999}}",
            "metrics.m.cap.high is 9.999, and the metric counts in 2 digits after the point; round it",
        ),
        (
            "m: {kind: count, fact: orders, cap: 2.5}",
            "metrics.m.cap.high is 2.5, and the metric counts in whole numbers; round it",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: {}}",
            "metrics.m.cap: it has neither `low` nor `high`; write such as {high: p99.5}",
        ),
        (
            "m: {kind: sum, fact: orders, value: amount, cap: p99.5, priced: true}",
            "metrics.m.priced: a capped estimate steers decisions but is not priced; remove `priced`, or leave 'm' "
            "uncapped and add a capped copy to steer by",
        ),
        (
            "email_clicks: {kind: count, fact: orders, priced: true}",
            "metrics.email_clicks.priced: clicks are a vanity metric, which is never priced: a click says that "
            f"something was noticed, not that it helped; {VANITY}",
        ),
        (
            "m: {kind: conversion, fact: orders, where: \"name = 'Page Viewed'\", role: north_star}",
            "metrics.m.role: page views ('Page Viewed') are a vanity metric, which is no north star: a confusing page "
            f"is viewed more often than a clear one; {VANITY}",
        ),
        (
            "m: {kind: conversion, fact: orders, dimensions: [contry]}",
            "metrics.m.dimensions[1]: there is no dimension 'contry'; did you mean 'country'?",
        ),
        (
            "m: {kind: mean, fact: orders, value: amount, by: shop}",
            "metrics.m: 'by' does not belong to kind 'mean'; it belongs to 'conversion', 'count', 'sum' and 'rate'",
        ),
        (
            "m: {kind: count, fact: orders, by: quantity}",
            "metrics.m.by: column 'quantity' is integer here; it takes a column of type text",
        ),
        (
            "revenue_before: {kind: count, fact: orders}",
            "metrics.revenue_before: a part of metric 'revenue' has this name; choose another",
        ),
        (
            "Rev-1: {kind: count, fact: orders}",
            "metrics: 'Rev-1' cannot name a metric; use a-z, 0-9 and _, a letter first; 'rev_1' would do",
        ),
        ("m: {kind: count, fact: orders, windw: 3d}", "metrics.m: unknown key 'windw'; did you mean 'window'?"),
        ("m: {kind: count, fact: orders, priced: yes}", "metrics.m.priced is 'yes'; it takes true or false"),
        ("m: {kind: count, fact: orders, better: up}", "metrics.m.better is 'up'; it takes higher or lower"),
        ("m: 5", "metrics.m is a single value; it takes a mapping with kind, fact, where, value, ..."),
        ("m:", "metrics.m is empty; it takes a mapping with kind, fact, where, value, ..., or remove the line"),
        ("revenue: {kind: count, fact: orders}", "'revenue' is written twice, first on line 19; keep one of them"),
    ],
)
def test_what_is_wrong_with_a_metric(tmp_path, line, said):
    assert mistakes(tmp_path, with_metric(line)) == [f"liftledger.yaml:20: {said}"]


def test_a_vanity_metric_may_be_a_diagnostic(tmp_path):
    assert (
        metric(tmp_path, "{kind: count, fact: orders, where: \"name = 'click'\", role: diagnostic}").role
        == "diagnostic"
    )
