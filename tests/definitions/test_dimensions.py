"""Dimensions: what a unit was when it started, and never what it became."""

import pytest

from liftledger.domain.study import Band, Dimension
from tests.definitions.project import CASE, changed, line_of, mistakes, project
from tests.definitions.test_units import KEYED, RELATED

USERS = "country: {fact: users, column: country}"


def test_a_column_of_a_wide_fact(tmp_path):
    assert project(tmp_path).dimensions == (Dimension("country", "users", "country"),)


def test_the_last_value_before_the_start_in_bands_from_the_lowest(tmp_path):
    (found,) = project(tmp_path, CASE).dimensions
    bands = (Band("new", 0), Band("growing", 40), Band("mature", 70))  # hundredths: the column's scale is 2
    assert found == Dimension("maturity", "models", "maturity", bands)


@pytest.mark.parametrize("column", ["country", "quantity", "gift"])
def test_text_integers_and_booleans_of_a_dated_fact_need_no_bands(tmp_path, column):
    text = changed((USERS, f"country: {{fact: orders, column: {column}, at: start}}"))
    assert project(tmp_path, text).dimensions == (Dimension("country", "orders", column),)


def test_numbers_of_a_wide_fact_may_have_bands(tmp_path):
    text = changed((USERS, "age: {fact: users, column: age, bands: {young: -1, old: 40}}"))
    assert project(tmp_path, text).dimensions == (
        Dimension("age", "users", "age", (Band("young", -1), Band("old", 40))),
    )


AFTER = (
    "write `start`: what came after it the treatment may have changed, and then groups of equal values are no longer "
    "comparable between the arms"
)


@pytest.mark.parametrize(
    ("dimension", "said"),
    [
        *(
            (f"{{fact: orders, column: shop, at: {at}}}", f".at is '{at}'; {AFTER}")
            for at in ("now", "end", "as_of", "latest", "exposure")
        ),
        (
            "{fact: orders, column: shop}",
            ".fact: 'orders' has many rows a unit, and a dimension needs one; add `at: start`, for the last row at or "
            "before the unit's start",
        ),
        (
            "{fact: users, column: country, at: start}",
            ".at: 'users' is a wide fact, whose rows have no dates; remove it",
        ),
        (
            "{fact: users, column: spend_before}",
            ".column: column 'spend_before' is money here; it takes a column of type text, integer or boolean",
        ),
        (
            "{fact: users, column: score, bands: {low: 0, high: 1}}",
            ".column: column 'score' is text here; declare it under facts.users.columns: `score: {type: decimal, "
            "scale: 2}`",
        ),
        (
            "{fact: users, column: age, bands: {low: 0}}",
            ".bands: there are 1; a comparison of groups needs two bands or more",
        ),
        (
            "{fact: users, column: age, bands: {low: 0, high: 0}}",
            ".bands.high is 0, as 'low' is; each band starts at another number",
        ),
        (
            "{fact: users, column: age, bands: {low: 0, high: 0.5}}",
            ".bands.high is 0.5, and the column holds whole numbers; round it",
        ),
        (
            "{fact: users, column: age, bands: {a b: 0, a-b: 5}}",
            ".bands.a-b: it differs from 'a b' in signs only; rename one of them",
        ),
        (
            "{fact: users, column: age, bands: {+: 0, b: 5}}",
            ".bands.+: its name has neither letter nor digit; a band needs one, for the estimate's id",
        ),
        ("{fact: users, column: age, bands: {a: x, b: 5}}", ".bands.a is 'x'; it takes a number"),
    ],
)
def test_what_is_wrong_with_a_dimension(tmp_path, dimension, said):
    text = changed((USERS, f"d: {dimension}"))
    assert mistakes(tmp_path, text) == [f"liftledger.yaml:17: dimensions.d{said}"]


def test_decimals_are_no_groups(tmp_path):
    text = changed((", bands: {mature: 0.7, new: 0, growing: 0.40}", ""), text=CASE)
    assert mistakes(tmp_path, text) == [
        f"liftledger.yaml:{line_of(text, '  maturity: {')}: dimensions.maturity.column: column 'maturity' is decimal, "
        "with too many values for groups; add bands with their lower bounds, such as `bands: {low: 0, high: 0.5}`"
    ]


def test_the_month_of_the_start_is_built_in(tmp_path):
    assert mistakes(tmp_path, changed((USERS, "started: {fact: users, column: country}"))) == [
        "liftledger.yaml:17: dimensions.started: 'started' is the month in which a unit started, which every study "
        "knows; remove it, or choose another name"
    ]


@pytest.mark.parametrize("dimension", ["started", "country"])
def test_what_was_at_the_start_needs_a_start(tmp_path, dimension):
    text = changed(
        (USERS, "country: {fact: orders, column: country, at: start}"),
        ("window: 30d", f"dimensions: [{dimension}]"),
        (", time: joined}", "}"),
    )
    assert mistakes(tmp_path, text) == [
        f"liftledger.yaml:23: studies.email.assignment: metric 'revenue' is shown by '{dimension}', which needs the "
        "units' start, and 'users' does not date it; add the column that does, such as `assignment: {fact: users, "
        "time: ...}`"
    ]


def test_a_dimension_must_be_of_the_study_s_unit(tmp_path):
    accounts = "  accounts: {files: a.csv, unit: id, keyed_by: account}\n"
    text = changed(
        *KEYED, RELATED, ("  users:\n", accounts + "  users:\n"), ("country: {fact: users", "country: {fact: accounts")
    )
    text = text.replace("window: 30d", "window: 30d, dimensions: [country]")
    assert mistakes(tmp_path, text) == [
        "liftledger.yaml:26: studies.email: dimension 'country' is an attribute of 'account', and the study's unit is "
        "'user'; choose metrics without it, or a dimension of the study's unit"
    ]
