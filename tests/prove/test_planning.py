"""The case of a plan at its edges: what there is no number for says why, and nothing is invented."""

import pytest

from liftledger.domain.cash import Exact
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.prove.planning import planned

PLAN = """\
company: acme
currency: USD
as_of: 2026-10-31
value:
  discount: 10%
  margin: 80%
  months: 12
  lines:
    started:
      effect: {value: 4%, low: 1%, high: 7%}
      unit: share
      per: new unit
      units: 1500
      worth: 190
      basis: revenue
  costs:
    build: {category: engineering, once: 90000, monthly: 10}
"""
COST = "once: 90000, monthly: 10"
EFFECT = "{value: 4%, low: 1%, high: 7%}"


def money(folder, *changes: tuple[str, str]):
    text = PLAN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    return planned(folder / "plan.yaml").report.money


def test_all_of_it_is_assumed(tmp_path):
    found = money(tmp_path)
    assert [line.grade for line in found.lines] == [Grade.ASSUMED]
    assert found.measured_share == 0
    first = found.cash_flow[1].net
    assert first == pytest.approx(
        1500 * 0.04 * 190 * 0.8 - 10
    )  # the month's units, worth and margin, less what it costs


def test_one_month_is_a_cash_flow(tmp_path):
    found = money(tmp_path, ("months: 12", "months: 1"))
    assert [month.month for month in found.cash_flow] == [0, 1]
    assert found.summary.npv.answer.value == pytest.approx(-90_000 + (1500 * 0.04 * 190 * 0.8 - 10) / 1.1 ** (1 / 12))


def test_without_costs_there_is_no_return_on_them(tmp_path):
    found = money(tmp_path, (COST, "once: 0")).summary
    assert found.roi.answer == NoEstimate("there are no costs")
    assert isinstance(found.irr_annual.answer, NoEstimate)  # all flows are positive
    assert found.payback.answer == Exact(0.0)


def test_a_harm_stays_in_the_case(tmp_path):
    found = money(tmp_path, (EFFECT, "{value: -100%, low: -100%, high: -100%}"))
    assert found.lines[0].monthly.answer.value == pytest.approx(-1500 * 190 * 0.8)
    assert found.summary.npv.answer.se == 0
    assert isinstance(found.summary.payback.answer, NoEstimate)


def test_what_is_held_out_brings_nothing(tmp_path):
    whole, held = (money(tmp_path, ("units: 1500", f"units: 1500\n      holdout: {share}")) for share in ("0%", "25%"))
    benefits = [one.summary.benefits.answer.value for one in (whole, held)]
    assert benefits[1] == pytest.approx(0.75 * benefits[0])
    assert whole.summary.costs == held.summary.costs
