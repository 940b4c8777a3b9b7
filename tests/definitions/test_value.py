"""What effects are worth: rates, costs and priors are said, and on the right scale."""

from decimal import Decimal

import pytest

from liftledger.domain.instant import DAY
from liftledger.domain.value import Cost, Prior
from tests.definitions.project import CASE, changed, line_of, mistakes, project


def said_of(tmp_path, *changes: tuple[str, str]) -> list[str]:
    return mistakes(tmp_path, changed(*changes, text=CASE))


def test_everything_that_can_be_said(tmp_path):
    found = project(tmp_path, CASE).value
    assert (found.margin, found.discount, found.months) == (Decimal("0.8"), Decimal("0.1"), 24)
    assert found.costs == (
        Cost("build", "engineering", once=Decimal(120_000)),
        Cost("serving", "infrastructure", monthly=Decimal("4000.5")),
    )
    assert found.priors == (Prior("revenue", 0, 20, source="A guess."), Prior("ttv", 0, 0.02, mark=7 * DAY))


def test_what_holds_where_nothing_is_said(tmp_path):
    assert project(tmp_path, CASE.replace("  months: 24\n", "")).value.months == 36
    assert project(tmp_path, CASE.split("value:\n")[0]).value is None


def test_the_truth_of_a_simulated_company_is_a_file_of_its_own(tmp_path):
    assert project(tmp_path, CASE).truth == "truth.json"
    assert project(tmp_path).truth is None


@pytest.mark.parametrize("path", ["/etc/truth.json", "../truth.json", "a/../../b", "C:truth.json", "a\\\\b", "~/truth"])
def test_the_truth_stays_in_the_folder(tmp_path, path):
    (said,) = said_of(tmp_path, ("truth: truth.json", f"truth: {path}"))
    assert said.endswith("; write a path inside the folder of liftledger.yaml, relative to it, such as truth.json")


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        (("  discount: 10%\n", ""), "  margin:", "value: 'discount' is missing; it takes a share, such as 10% or 0.1"),
        (
            ("discount: 10%", "discount: 10"),
            "  discount",
            "value.discount is '10'; it is at most 1; write 10% for a percentage",
        ),
        (("margin: 80%", "margin: 800%"), "  margin", "value.margin is '800%'; it is at most 100%"),
        (("margin: 80%", "margin: 800"), "  margin", "value.margin is '800'; it is at most 1"),
        (
            ("discount: 10%", "discount: -5%"),
            "  discount",
            "value.discount is '-5%'; it lies between 0 and 1 (0% and 100%)",
        ),
        (
            ("  margin: 80%\n", ""),
            "value:\n",
            "value: 'margin' is missing, and line gain rests on revenue; finance must give the gross margin, such "
            "as `margin: 80%`; there is no default",
        ),
        (("margin: 80%", "margin: 0"), "  margin", "value.margin is '0'; it must be above 0"),
        (("months: 24", "months: 121"), "  months", "value.months is '121'; it takes a number of months from 1 to 120"),
        (
            ("{category: engineering, once: 120000}", "{category: engineering}"),
            "    build",
            "value.costs.build: it has neither `once` nor `monthly`; add the amount, such as `monthly: 4000`",
        ),
        (
            ("{category: engineering, once", "{once"),
            "    build",
            "value.costs.build: 'category' is missing; it takes text",
        ),
        (
            ("once: 120000", "once: -5"),
            "    build",
            "value.costs.build.once is '-5'; an amount is 0 or more: costs are written without a sign, and are "
            "taken off",
        ),
        (
            ("    revenue: {mean", "    offered: {mean"),
            "    offered: {mean",
            "value.priors.offered: no line rests on 'offered', and a prior acts on nothing else; lines rest "
            "on: ttv, fewer_worth and revenue",
        ),
        (("sd: 20,", "sd: 0,"), "    revenue: {mean", "value.priors.revenue.sd is '0'; it must be above 0"),
        (
            ("mean: 0, sd: 20, ", "sd: 20, "),
            "    revenue: {sd",
            "value.priors.revenue: 'mean' is missing; it takes a number",
        ),
        (
            ("{mean: 0, sd: 20", "{mark: 7d, mean: 0, sd: 20"),
            "    revenue: {mark",
            "value.priors.revenue.mark: 'revenue' is a sum, and marks belong to time_to metrics; remove it",
        ),
        (
            ("sd: 0.02", "sd: 5"),
            "    ttv: {mark",
            "value.priors.ttv.sd is 5, which is on another scale: the metric is a share, between 0 and 1; "
            "write the effect as a difference of shares, such as 0.02",
        ),
        (
            ("mean: 0, sd: 0.02", "mean: -1, sd: 0.02"),
            "    ttv: {mark",
            "value.priors.ttv.mean is -1, which is on another scale: the metric is a share, between 0 and 1; "
            "write the effect as a difference of shares, such as 0.02",
        ),
        (
            ("    ttv: {mark: 7d, ", "    ttv: {"),
            "    ttv: {mean",
            "value.priors.ttv: the share of 'ttv' by 30d is not priced; write `mark: 7d`, or price that share",
        ),
    ],
)
def test_what_is_wrong_with_value(tmp_path, change, at, said):
    text = changed(change, text=CASE)
    assert mistakes(tmp_path, text) == [f"liftledger.yaml:{line_of(text, at)}: {said}"]


def test_benefits_and_costs_are_needed(tmp_path):
    head, tail = CASE.split("  costs:\n")
    rest = tail.partition("  priors:")[2].partition("truth")[0]
    (said,) = mistakes(tmp_path, f"{head}  priors:{rest}")
    assert said.endswith("value: 'costs' is missing; it takes a mapping of names to costs")
    (said,) = mistakes(tmp_path, f"{head}  costs: {{}}\n")
    assert said.endswith("value.costs: there are none; add at least one")
    head = CASE.partition("  lines:")[0]
    (said,) = mistakes(tmp_path, f"{head}  costs: {{build: {{category: x, once: 1}}}}\n")
    assert said.endswith("value: 'lines' is missing; it takes a mapping of names to benefit lines")
    (said,) = mistakes(tmp_path, f"{head}  lines: {{}}\n  costs: {{build: {{category: x, once: 1}}}}\n")
    assert said.endswith("value.lines: there are none; add at least one")


def test_all_mistakes_of_a_case_are_reported_at_once(tmp_path):
    found = said_of(
        tmp_path,
        ("  margin: 80%\n", ""),
        ("discount: 10%", "discount: 10"),
        ("metric: ttv, mark: 7d", "metric: ttv, mark: 8d"),
        ("units: 300", "units: many"),
        ("monthly: 4000.50", "mothly: 4000.50"),
        ("truth: truth.json", "truth: ../truth.json"),
    )
    assert [said.split(": ")[1].split(" is ")[0] for said in found] == [
        "value",
        "value.discount",
        "value.lines.faster.mark",
        "value.lines.gain.units",
        "value.costs.serving",
        "value.costs.serving",
        "value.priors.ttv.mark",
        "truth",
    ]


def test_a_line_with_worth_by_category_has_its_prior_in_money(tmp_path):
    text = CASE.replace("  priors:\n", "  priors:\n    fewer_worth: {mean: 0, sd: 2}\n")
    assert Prior("fewer_worth", 0, 2) in project(tmp_path, text).value.priors


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        (
            "tickets_a_month: {mean: 0, sd: 2}",
            "value.priors.tickets_a_month: no line rests on 'tickets_a_month', and a prior acts on nothing else; lines "
            "rest on: ttv, fewer_worth and revenue",
        ),
        (
            "fewer_worth: {mean: 0, sd: 2, mark: 7d}",
            "value.priors.fewer_worth.mark: 'fewer_worth' is money, and marks belong to time_to metrics; remove it",
        ),
    ],
)
def test_a_prior_is_of_what_the_line_rests_on(tmp_path, prior, said):
    (found,) = said_of(tmp_path, ("  priors:\n", f"  priors:\n    {prior}\n"))
    assert said in found
