"""A plan is a case of assumed effects: each with its range, and read as strictly as definitions."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from liftledger.definitions import read_plan, schema
from liftledger.domain.checklist import gaps, unanswered
from liftledger.domain.instant import micros
from liftledger.domain.mistake import Mistakes
from liftledger.domain.value import Assumed, Cost, Given, Line
from tests.definitions.project import changed, line_of
from tests.definitions.test_schema import Loader

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/plan/plan.yaml"
PLAN = """\
company: acme
currency: USD
as_of: 2026-10-31
confidence: 0.9
description: A   guide for new users.
value:
  discount: 10%
  margin: 80%
  months: 12
  lines:
    started:
      benefit: time_to_value
      effect: {value: 4%, low: 1%, high: 7%, source: benchmark, owner: Jo, date: 2026-10-01}
      unit: share
      per: new unit
      units: {value: 1500, low: 1200}
      holdout: 10%
      worth: 190
      basis: revenue
    tickets:
      {effect: {value: -0.02, low: -0.04, high: 0}, unit: tickets, better: lower, per: unit-month, units: 9000,
      worth: 8.50, basis: saving}
    sales: {effect: {value: 3, low: 1, high: 5}, unit: USD, per: campaign, months: [6], units: 900, basis: margin}
  costs:
    build: {category: engineering, once: 9000}
"""


def read(folder, text: str = PLAN):
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    return read_plan(folder / "plan.yaml")


def said_of(folder, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(Mistakes) as found:
        read(folder, changed(*changes, text=PLAN))
    return [str(mistake) for mistake in found.value.mistakes]


def test_everything_that_can_be_said_of_a_plan(tmp_path):
    plan = read(tmp_path)
    assert (plan.company, plan.currency, plan.confidence) == ("acme", "USD", 0.9)
    assert plan.as_of == micros("2026-10-31")
    assert plan.description == "A guide for new users."
    assert (plan.value.discount, plan.value.margin, plan.value.months) == (Decimal("0.1"), Decimal("0.8"), 12)
    started, tickets, sales = plan.value.lines
    low, high = Decimal("0.01"), Decimal("0.07")
    assert started == Line(
        name="started",
        study="",
        metric="",
        arm="",
        per="new unit",
        units=Decimal(1500),
        basis="revenue",
        worth=Decimal(190),
        benefit="time_to_value",
        holdout=Decimal("0.1"),
        assumed=Assumed(Decimal("0.04"), low, high, "share"),
        given={
            "units": Given(low=Decimal(1200)),
            "effect": Given(low, high, "benchmark", "Jo", "2026-10-01"),
        },
    )
    assert tickets.assumed == Assumed(Decimal("-0.02"), Decimal("-0.04"), Decimal(0), "tickets", "lower")
    assert (sales.worth, sales.months, sales.assumed.metric_unit) == (None, (6,), "USD")
    assert plan.value.costs == (Cost("build", "engineering", once=Decimal(9000)),)


def test_one_month_is_a_horizon(tmp_path):
    text = changed(("months: 12", "months: 1"), ("months: [6]", "months: [1]"), text=PLAN)
    assert read(tmp_path, text).value.months == 1


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        (
            ("effect: {value: 4%, low: 1%, high: 7%, source: benchmark, owner: Jo, date: 2026-10-01}", "effect: 4%"),
            "      effect",
            "value.lines.started.effect is 0.04, without a range; write such as {value: 0.04, low: ..., high: ...}: "
            "what is "
            "assumed may well be off",
        ),
        (
            ("{value: 4%, low: 1%, high: 7%,", "{value: 4%, low: 1%,"),
            "      effect",
            "value.lines.started.effect: 'high' is missing; it takes a number, or a percentage such as 2%",
        ),
        (
            ("{value: 4%, low: 1%,", "{value: 4, low: 1%,"),
            "      effect",
            "value.lines.started.effect.value is 4, and the effect on a share lies between -1 and 1; write a "
            "difference of "
            "shares, such as 0.02 or 2%",
        ),
        (
            ("low: 1%, high", "low: 5%, high"),
            "      effect",
            "value.lines.started.effect.low is 0.05, above the value, 0.04; write low, value and high in their order",
        ),
        (
            ("      worth: 190\n", ""),
            "    started",
            "value.lines.started: 'worth' is missing, and the effect is in 'share', not in USD; say what one more is "
            "worth, "
            "such as `worth: 12.50`",
        ),
        (
            ("units: 900, basis", "units: 900, worth: 3, basis"),
            "    sales",
            "value.lines.sales.worth: the effect is in USD, which is worth itself; remove it",
        ),
        (
            ("months: [6]", "months: [13]"),
            "    sales",
            "value.lines.sales.months[1] is 13, and the cash-flow has 12 months; "
            "lengthen `months` of value, or remove it",
        ),
        (("months: 12", "months: 0"), "  months", "value.months is '0'; it takes a number of months from 1 to 120"),
        (
            ("margin: 80%", "margin: 1.8"),
            "  margin",
            "value.margin is '1.8'; it is at most 1, which is 100%; write the percentage that is meant, such as 1.8% "
            "or 18%",
        ),
        (
            ("discount: 10%", "discount: 10"),
            "  discount",
            "value.discount is '10'; it is at most 1; write 10% for a percentage",
        ),
        (
            ("unit: share", "unit: share\n      study: guide"),
            "      study",
            "value.lines.started: unknown key 'study'; an assumed line takes: benefit, effect, unit, better, per, "
            "units, "
            "holdout, worth, basis, months, ramp, decay, realisation and description",
        ),
        (
            ("worth: 190", "worth: {customers: buyers, as: lifetime}"),
            "      worth",
            "value.lines.started.worth: unknown key 'customers'; an amount takes: value, low, high, source, owner, "
            "date and "
            "note",
        ),
        (
            ("once: 9000", "once: GBP 9000"),
            "    build",
            "value.costs.build.once is 'GBP 9000'; amounts stand without a "
            "currency, in that of the file: write 9000 if it is that one, else convert it",
        ),
        (
            ("currency: USD", "currency: dollars"),
            "currency",
            "currency is 'dollars'; it takes an ISO 4217 code, such as USD or EUR",
        ),
    ],
)
def test_what_is_wrong_with_a_plan(tmp_path, change, at, said):
    found = said_of(tmp_path, change)
    text = changed(change, text=PLAN)
    assert f"plan.yaml:{line_of(text, at)}: {said}" in found


def test_lines_of_a_plan_are_one_treatment(tmp_path):
    (said,) = said_of(
        tmp_path, ("unit: USD", "unit: USD, benefit: revenue"), ("unit: tickets", "unit: tickets, benefit: deflection")
    )
    assert said.endswith(
        "value.lines.sales.benefit: line 'started' holds the same money: what those bring who get there is a part of "
        "what "
        "all bring; keep one of the two; money counted twice is no money"
    )


def test_a_plan_may_have_a_line_for_each_segment(tmp_path):
    text = PLAN.replace("unit: tickets", "unit: tickets, benefit: retention").replace(
        "unit: USD", "unit: USD, benefit: retention"
    )
    assert [one.benefit for one in read(tmp_path, text).value.lines].count("retention") == 2


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("    build: {category: engineering, once: 9000}\n", "value.costs is empty"),
        ("  margin: 80%\n", "and line started rests on revenue"),
    ],
)
def test_what_a_plan_cannot_do_without(tmp_path, lacking, said):
    assert any(said in one for one in said_of(tmp_path, (lacking, "")))


def test_a_plan_is_a_file(tmp_path):
    for path, said in ((tmp_path, "it is a folder"), (tmp_path / "none.yaml", "there is no such file")):
        with pytest.raises(Mistakes) as found:
            read_plan(path)
        (mistake,) = found.value.mistakes
        assert (mistake.found, mistake.cure) == (said, "name the YAML file that holds the plan")


def test_the_schema_accepts_what_the_reader_accepts():
    validator = Draft202012Validator(schema()["$defs"]["plan"])
    for text in (PLAN, EXAMPLE.read_text(encoding="utf-8")):
        assert [error.json_path for error in validator.iter_errors(yaml.load(text, Loader))] == []
    wrong = changed(("high: 7%,", ""), ("per: campaign, months: [6]", "per: campaign"), text=PLAN)
    paths = {error.json_path for error in validator.iter_errors(yaml.load(wrong, Loader))}
    assert paths == {"$.value.lines.started.effect", "$.value.lines.sales"}


def test_the_example_leaves_no_gap():
    plan = read_plan(EXAMPLE)
    assert gaps(plan.value.costs) == unanswered(plan.value.costs) == ()
    assert all(line.assumed is not None and line.given["units"].source == "measured" for line in plan.value.lines)
    assert all(
        one.owner for line in plan.value.lines for name, one in line.given.items() if name in ("effect", "worth")
    )
