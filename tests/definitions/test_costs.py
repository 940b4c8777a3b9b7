"""Costs: amounts with their times and their answerable people, and none that the case holds already."""

from decimal import Decimal

import pytest

from liftledger.definitions import digest
from liftledger.domain.value import Cost, Given
from tests.definitions.project import CASE, changed, line_of, mistakes, project

BUILD = "    build: {category: engineering, once: 120000}\n"
PRIORS = "  priors:\n"


def costs(*written: str) -> str:
    """CASE with other costs, called a, b, ..."""
    named = "".join(f"    {name}: {{{one}}}\n" for name, one in zip("abc", written, strict=False))
    head, _, tail = CASE.partition(BUILD)
    return f"{head}{named}{PRIORS}{tail.split(PRIORS)[1]}"


def said_of(folder, *written: str) -> list[str]:
    return [said.partition(": ")[2] for said in mistakes(folder, costs(*written))]


def test_everything_that_can_be_said_of_a_cost(tmp_path):
    text = costs(
        "category: LLM tokens, per_decision: {value: 0.002, high: 0.004, note: A list price.}, decisions: 900000, "
        "start: 2, "
        "end: 24, source: contract, owner: CTO, date: 2026-05-12, capitalise: false, infrastructure: true, "
        "covers: [retraining, monitoring], description: Of   models.",
        "category: our own words, once: 5, monthly: 7.50, capitalise: true, note: As agreed.",
    )
    models, other = project(tmp_path, text).value.costs
    signed = Given(source="contract", owner="CTO", date="2026-05-12")
    assert models == Cost(
        "a",
        "LLM tokens",
        description="Of models.",
        per_decision=Decimal("0.002"),
        decisions=Decimal(900_000),
        start=2,
        end=24,
        infrastructure=True,
        covers=("retraining", "monitoring"),
        given={
            "per_decision": Given(None, Decimal("0.004"), "contract", "CTO", "2026-05-12", "A list price."),
            "decisions": signed,
        },
    )
    note = Given(note="As agreed.")
    assert (other.once, other.monthly, other.capitalise) == (5, Decimal("7.5"), True)
    assert other.given == {"once": note, "monthly": note}


def test_an_amount_s_own_source_comes_before_that_of_its_cost(tmp_path):
    text = costs(
        "category: x, once: {value: 5, owner: Jo, source: benchmark}, owner: CTO, source: finance, date: 2026-05-12"
    )
    (found,) = project(tmp_path, text).value.costs
    assert found.given["once"] == Given(source="benchmark", owner="Jo", date="2026-05-12")


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (
            "category: x, once: 5, source: contract",
            ".source is 'contract', and there is no date; say as of when it holds, such as `date: 2026-10-31`",
        ),
        (
            "category: x, once: {value: 5, source: finance}",
            ".once.source is 'finance', and there is no date; say as of when it holds, such as `date: 2026-10-31`",
        ),
        ("category: x", ": it has neither `once` nor `monthly`; add the amount, such as `monthly: 4000`"),
        (
            "category: x, per_decision: 0.002",
            ".per_decision: 'decisions' is missing, and the cost is one of them times the other; add such as "
            "`decisions: "
            "900000`",
        ),
        (
            "category: x, once: 1, decisions: 5",
            ".decisions: 'per_decision' is missing, and the cost is one of them times the other; add such as "
            "`per_decision: 0.002`",
        ),
        ("category: x, monthly: 1, start: 9, end: 8", ".end is 8, before the start, 9; swap them"),
        (
            "category: x, monthly: 1, start: 25",
            ".start is 25, and the cash-flow has 24 months; lengthen `months` of value, or write an earlier month",
        ),
        (
            "category: x, monthly: 1, end: 25",
            ".end is 25, and the cash-flow has 24 months; lengthen `months` of value, or write an earlier month",
        ),
        ("category: x, monthly: 1, end: 0", ".end is '0'; it takes a month from 1 to 120"),
        (
            "category: the holdout, monthly: 1",
            ".category is 'the holdout', and what is held out brings no benefit in the case; remove it: its price is "
            "in "
            "the case already; the report shows it, and never takes it off again",
        ),
        ("category: x, once: 1, covers: [engineerin]", ".covers[1] is 'engineerin'; did you mean 'engineering'?"),
        (
            "category: x, monthly: $500",
            ".monthly is '$500'; amounts stand without a currency, in that of the file: write 500 if it is that one, "
            "else convert it",
        ),
    ],
)
def test_what_is_wrong_with_a_cost(tmp_path, cost, said):
    assert said_of(tmp_path, cost) == [f"value.costs.a{said}"]


def test_a_comma_inside_braces_ends_an_amount(tmp_path):
    assert said_of(tmp_path, "category: x, once: 300.000,00") == [
        "value.costs.a.once is '300.000'; write 300000 or 300, whichever is meant",
        "value.costs.a: unknown key '00'; a comma ends a value in { }; write numbers with a point, such as 1234.50",
    ]


@pytest.mark.parametrize("cost", ["monthly: 1, start: 24, end: 24", "once: 0, note: The vendor does it."])
def test_a_cost_of_one_month_or_of_nothing_is_one(tmp_path, cost):
    assert said_of(tmp_path, f"category: retraining, {cost}") == []


NET = "value: 'amount - 2 * voucher - coalesce(refund, 0) + serving'"
MONEY = "columns: {amount: money, voucher: money, refund: {type: money, optional: true}, serving: money, "


def net(cost: str) -> str:
    """CASE whose revenue is less vouchers and refunds; the cost of serving was added back."""
    return changed(("columns: {amount: money, ", MONEY), ("value: amount, where", f"{NET}, where"), text=costs(cost))


@pytest.mark.parametrize(
    ("cost", "column"),
    [
        ("category: discounts given, monthly: 5", "voucher"),
        ("category: marketing, covers: [discounts given], monthly: 5", "voucher"),
        ("category: refund, monthly: 5", "refund"),
    ],
)
def test_what_a_metric_is_already_less_by_is_not_subtracted_again(tmp_path, cost, column):
    text = net(cost)
    assert mistakes(tmp_path, text) == [
        f"liftledger.yaml:{line_of(text, '    a: {category')}: value.costs.a: 'revenue', which line 'gain' prices, is "
        f"already less '{column}'; write the cost as 0 with a note: it would be taken off twice"
    ]


@pytest.mark.parametrize("category", ["serving", "engineering"])
def test_what_a_metric_still_holds_is_a_cost(tmp_path, category):
    assert mistakes(tmp_path, net(f"category: {category}, monthly: 5")) == []


def test_what_a_metric_is_already_less_by_may_be_said_to_cost_nothing_more(tmp_path):
    assert mistakes(tmp_path, net("category: discounts given, once: 0, note: Revenue is net of vouchers.")) == []


@pytest.mark.parametrize(
    "more",
    [
        "per_decision: 1, decisions: 1",
        "start: 1",
        "end: 24",
        "capitalise: true",
        "infrastructure: true",
        "covers: [content]",
        "owner: Jo",
    ],
)
def test_all_that_is_said_of_a_cost_counts_in_the_hash(tmp_path, more):
    plain = digest(project(tmp_path, CASE))
    text = changed((BUILD, BUILD.replace("once: 120000", f"once: 120000, {more}")), text=CASE)
    assert digest(project(tmp_path, text)) != plain


def test_the_order_of_what_a_cost_covers_does_not_count(tmp_path):
    one = digest(project(tmp_path, costs("category: x, once: 1, covers: [content, licences]")))
    assert digest(project(tmp_path, costs("category: x, once: 1, covers: [licences, content]"))) == one
