"""The workings against a loop over months that shares nothing with them, against closed forms, and their symmetries."""

import itertools
import math
from decimal import Decimal
from typing import get_args

import msgspec
import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.value import Cost, Given, Prior
from liftledger.domain.workings import Apply, Constant, Of, Source, Workings
from tests.finance.lines import interval, line, measured, metric, worked

WHOLE = ("over_months", "product_over_months", "so_far", "largest", "in_month", "sign_changes", "irr")
cents = st.integers(0, 100_000).map(lambda cent: Decimal(cent) / 100)
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)


@st.composite
def lines(draw, name):
    per = draw(st.sampled_from(["new unit", "unit-month", "campaign"]))
    described = metric(name, better=draw(st.sampled_from(["higher", "lower"])))
    declared = line(
        name,
        study=draw(st.sampled_from(["one", "other"])),
        metric=name,
        per=per,
        units=draw(cents),
        worth=draw(st.none() | cents),
        basis=draw(st.sampled_from(["revenue", "margin", "saving"])),
        ramp=draw(st.integers(0, 8)),
        decay=draw(shares),
        holdout=draw(shares),
        realisation=draw(st.none() | shares),
        months=tuple(sorted(draw(st.sets(st.integers(1, 6), min_size=1)))) if per == "campaign" else (),
    )
    effect = interval(draw(st.integers(-5000, 5000)) / 1000, draw(st.floats(0.01, 3)))
    return measured(declared, effect, described=described, direction=1 if described.better == "higher" else -1)


@st.composite
def costs(draw, name):
    start = draw(st.integers(0, 5))
    return Cost(
        name,
        "x",
        once=draw(cents),
        monthly=draw(cents),
        per_decision=draw(cents),
        decisions=Decimal(draw(st.integers(0, 50))),
        start=start,
        end=draw(st.none() | st.integers(start, 12)),
    )


@st.composite
def cases(draw):
    months = draw(st.integers(6, 15))
    given = {
        "costs": tuple(draw(costs(f"c{n}")) for n in range(draw(st.integers(0, 2)))),
        "months": months,
        "discount": draw(shares),
        "margin": draw(shares),
    }
    found = [draw(lines(f"line{n}")) for n in range(draw(st.integers(1, 3)))]
    given["priors"] = tuple(
        Prior(one.line.name, draw(st.floats(-1, 1)), draw(st.floats(0.01, 3))) for one in found if draw(st.booleans())
    )
    return found, given


def by_hand(found, given):
    """Month by month, as docs/money.md says it."""
    priors = {prior.metric: prior for prior in given["priors"]}
    rate = float(1 + given["discount"])
    benefits, presents, forgone, errors = [], {}, 0.0, {"one": 0.0, "other": 0.0}
    for one in found:
        declared, effect, se = one.line, one.effect.value, one.effect.se
        if prior := priors.get(declared.name):
            precision = 1 / prior.sd**2 + 1 / se**2
            effect, se = (prior.mean / prior.sd**2 + effect / se**2) / precision, precision**-0.5
        each = one.direction * float(1 if declared.worth is None else declared.worth)
        each *= float(given["margin"]) if declared.basis == "revenue" else 1
        each *= float(1 if declared.realisation is None else declared.realisation)
        everybody, held_out = float(declared.units) * each, float(declared.holdout)
        flows = []
        for month in range(given["months"] + 1):
            runs = month in declared.months if declared.per == "campaign" else month > 0
            ramp = 1 if declared.ramp == 0 else min(month / declared.ramp, 1)
            kept = float((1 - declared.decay) ** (month - 1)) if month > 1 else 1.0
            flows.append(everybody * ramp * kept if runs else 0.0)
        of_one = sum(flow / rate ** (month / 12) for month, flow in enumerate(flows))
        benefits.append([effect * flow * (1 - held_out) for flow in flows])
        presents[declared.name] = effect * of_one * (1 - held_out)
        forgone += effect * of_one * held_out
        errors[declared.study] += abs(of_one * (1 - held_out)) * se
    spent = []
    for month in range(given["months"] + 1):
        total = 0.0
        for cost in given["costs"]:
            last = given["months"] if cost.end is None else cost.end
            total += float(cost.once) if month == cost.start else 0.0
            if max(cost.start, 1) <= month <= last:
                total += float(cost.monthly + cost.per_decision * cost.decisions)
        spent.append(total)
    net = [sum(flows) - cost for flows, cost in zip(zip(*benefits, strict=True), spent, strict=True)]
    return {
        "benefits": sum(presents.values()),
        "costs": sum(cost / rate ** (month / 12) for month, cost in enumerate(spent)),
        "npv": sum(flow / rate ** (month / 12) for month, flow in enumerate(net)),
        "npv_se": math.hypot(*errors.values()),
        "forgone": forgone,
        "net": net,
        "presents": presents,
    }


@given(cases())
def test_agrees_with_a_loop_over_the_months(drawn):
    found, given_ = drawn
    expected, workings = by_hand(found, given_), worked(*found, **given_)
    size = max(map(abs, expected["net"])) * len(expected["net"])
    for name in ("summary.benefits", "summary.costs", "summary.npv", "closed_form.npv_se", "summary.forgone"):
        own = expected[name.partition(".")[2]]
        assert workings.known(name) == pytest.approx(own, rel=1e-9, abs=1e-11 * size), name
    assert workings.months("cash_flow.net") == pytest.approx(expected["net"], rel=1e-9, abs=1e-11 * size)
    so_far = list(itertools.accumulate(workings.months("cash_flow.net")))
    assert workings.months("cash_flow.cumulative") == pytest.approx(so_far, rel=1e-9, abs=1e-11 * size)
    for name, present in expected["presents"].items():
        assert workings.known(f"lines.{name}.present") == pytest.approx(present, rel=1e-9, abs=1e-11 * size)
    months = workings.number("summary.payback")
    if months is not None:
        assert all(total >= -1e-9 * size for month, total in enumerate(so_far) if month >= months)
    assert (months is None) == (so_far[-1] < 0)


@given(cases())
def test_a_rate_of_return_is_given_where_money_goes_out_first_and_comes_in_after_that_once(drawn):
    found, given_ = drawn
    workings = worked(*found, **given_)
    net = [flow for flow in workings.months("cash_flow.net") if flow != 0]
    changes = sum((one > 0) != (other > 0) for one, other in itertools.pairwise(net))
    rate = workings.number("summary.irr_monthly")
    clear = changes == 1 and net[0] < 0
    assert bool(workings.known("summary.one_rate")) == clear
    if rate is not None:
        assert clear
        flows = workings.months("cash_flow.net")
        size = sum(abs(flow) / (1 + rate) ** month for month, flow in enumerate(flows))
        # the last digit of the rate moves 1 + rate by so large a part, and the NPV by as many such parts as months
        digit = len(flows) * 2**-52 / (1 + rate)
        assert numpy_financial.npv(rate, flows) == pytest.approx(0, abs=(1e-9 + digit) * size)
        assert workings.number("summary.irr_annual") == pytest.approx((1 + rate) ** 12 - 1, rel=1e-12)


def golden(*priors):
    sales = line(
        metric="lift", per="unit-month", units=Decimal(100_000), holdout=Decimal("0.05"), worth=Decimal(20),
        basis="revenue", ramp=3, decay=Decimal("0.03"),
    )  # fmt: skip
    one = measured(sales, interval(0.02, 0.008), described=metric("lift", "share"))
    costs = (
        Cost("build", "engineering", once=Decimal(150_000)),
        Cost("run", "infrastructure", monthly=Decimal(10_000)),
    )
    return worked(one, confidence=0.90, costs=costs, margin=Decimal("0.8"), months=36, priors=priors)


@pytest.mark.parametrize("shrunk", [False, True])
def test_every_line_of_the_golden_case_by_its_closed_form(shrunk):
    # finance.md 2.1: geometric sums; v is the monthly discount, q that and the decay, w the weight of the measurement
    v, w = 1.1 ** (-1 / 12), 0.01**2 / (0.01**2 + 0.008**2) if shrunk else 1.0
    q = 0.97 * v
    whole = v * (1 / 3 + 2 / 3 * q + q**2 * (1 - q**34) / (1 - q))
    annuity = v * (1 - v**36) / (1 - v)
    of_one, costs = 95_000 * 20 * 0.8 * whole, 150_000 + 10_000 * annuity
    npv, se = 0.02 * w * of_one - costs, 0.008 * math.sqrt(w) * of_one
    found = golden(*([Prior("lift", 0.0, 0.01)] if shrunk else []))
    expected = {
        "lines.sales.weight": w,
        "lines.sales.expected": 0.02 * w,
        "lines.sales.expected_se": 0.008 * math.sqrt(w),
        "lines.sales.present_of_one": of_one,
        "lines.sales.present": 0.02 * w * of_one,
        "lines.sales.forgone": 0.02 * w * of_one * 5 / 95,
        "lines.sales.break_even": costs / of_one,
        "summary.costs": costs,
        "summary.npv": npv,
        "closed_form.npv_se": se,
        "closed_form.npv_low": npv - 1.6448536269514722 * se,  # R: qnorm(0.95) = 1.6448536269514722
        "closed_form.npv_high": npv + 1.6448536269514722 * se,
        "closed_form.p_negative": math.erfc(npv / se / math.sqrt(2)) / 2,
        "summary.roi": npv / costs,
        "summary.break_even": costs / (0.02 * w * of_one),
        "summary.forgone": 0.02 * w * of_one * 5 / 95,
    }
    assert {name: found.number(name) for name in expected} == pytest.approx(expected, rel=1e-9)


def test_the_golden_numbers_as_they_are_printed():
    raw, shrunk = golden(), golden(Prior("lift", 0.0, 0.01))
    assert raw.known("lines.sales.present_of_one") == pytest.approx(28_492_967.97483511, rel=1e-14)
    assert raw.known("summary.npv") == pytest.approx(107_994.78, abs=0.005)
    assert raw.known("summary.payback") == pytest.approx(11.1363, abs=5e-5)
    assert raw.known("summary.irr_monthly") == pytest.approx(0.0598905, abs=5e-8)
    assert shrunk.known("summary.npv") == pytest.approx(-114_389.37, abs=0.005)
    assert shrunk.known("summary.forgone") == pytest.approx(18_288.17, abs=0.005)
    assert shrunk.number("summary.payback") is None


@given(cases(), st.floats(0.01, 100))
def test_amounts_in_another_currency_are_the_same_case(drawn, rate):
    found, given_ = drawn
    factor = Decimal(rate)

    def converted(one):
        worth = one.line.worth
        if worth is None:  # the metric is money itself: its effect and its prior are converted
            effect = interval(one.effect.value * rate, one.effect.se * rate)
            return measured(one.line, effect, described=one.metric, direction=one.direction)
        return msgspec.structs.replace(one, line=msgspec.structs.replace(one.line, worth=worth * factor))

    own = {one.line.name for one in found if one.line.worth is None}
    scaled = given_ | {
        "costs": tuple(
            msgspec.structs.replace(
                cost, once=cost.once * factor, monthly=cost.monthly * factor, per_decision=cost.per_decision * factor
            )
            for cost in given_["costs"]
        ),
        "priors": tuple(
            Prior(prior.metric, prior.mean * rate, prior.sd * rate) if prior.metric in own else prior
            for prior in given_["priors"]
        ),
    }
    here, there = worked(*found, **given_), worked(*map(converted, found), **scaled)
    size = sum(map(abs, here.months("cash_flow.net")))
    for name in ("summary.npv", "closed_form.npv_se", "summary.benefits", "summary.costs", "summary.forgone"):
        amount = here.known(name) * rate
        assert there.known(name) == pytest.approx(amount, rel=1e-9, abs=1e-9 * size * rate), name
    if here.known("closed_form.npv_se") > 1e-9 * size:
        assert there.known("closed_form.p_negative") == pytest.approx(here.known("closed_form.p_negative"), abs=1e-6)


@given(cases())
def test_the_order_of_lines_and_costs_does_not_matter(drawn):
    found, given_ = drawn
    one, other = worked(*found, **given_), worked(*found[::-1], **(given_ | {"costs": given_["costs"][::-1]}))
    size = sum(map(abs, one.months("cash_flow.net")))
    of_summary = [f"summary.{name}" for name in ("npv", "benefits", "costs", "forgone")]
    for name in (*of_summary, "closed_form.npv_se", "closed_form.p_negative"):
        expected = one.known(name)
        assert other.known(name) == pytest.approx(expected, rel=1e-9, abs=1e-9 * size), name


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_npv_is_linear_in_the_effects(one, other):
    def npv(first, second):
        return worked(
            measured(line(), interval(first, 1.0)), measured(line("b", metric="b"), interval(second, 1.0))
        ).known("summary.npv")

    assert npv(one, other) + npv(0.0, 0.0) == pytest.approx(npv(one, 0.0) + npv(0.0, other), abs=1e-7)


# --- what the workbook and the page rest on


def everything():
    """Workings with each sort of line and cost."""
    units = Given(Decimal(90), Decimal(120), "finance", "Jo", "2026-10-31")
    held_out = Decimal("0.1")
    declared = (
        measured(line("new", metric="a", given={"units": units})),
        measured(line("month", per="unit-month", worth=Decimal(3), basis="revenue", metric="b", holdout=held_out)),
        measured(line("mailing", per="campaign", months=(2, 5), study="other", metric="c"), direction=-1),
        measured(line("program", study="third", metric="d", program=True, realisation=None)),
    )  # fmt: skip
    costs = (
        Cost("plain", "x", once=Decimal(10), monthly=Decimal(1)),
        Cost("tokens", "y", per_decision=Decimal("0.01"), decisions=Decimal(900), start=2, end=7),
    )
    return worked(*declared, costs=costs, margin=Decimal("0.8"), priors=(Prior("a", 0.1, 1.0, source="six tests"),))


def parts(formula):
    yield formula
    if isinstance(formula, Apply):
        for one in formula.to:
            yield from parts(one)


def test_a_formula_uses_only_what_stands_before_it():
    workings = everything().workings
    known = [one.name for one in workings.inputs]
    for row in workings.rows:
        assert {one.name for one in parts(row.formula) if isinstance(one, Of)} <= set(known), row.name
        known.append(row.name)
    assert len(known) == len(set(known))


def test_a_formula_holds_no_number_but_0_1_and_12():
    formulas = [row.formula for row in everything().workings.rows]
    assert {one.value for formula in formulas for one in parts(formula) if isinstance(one, Constant)} == {0, 1, 12}


def test_what_is_taken_over_months_is_a_row_of_its_own():
    workings = everything().workings
    monthly = {row.name for row in workings.rows if row.monthly}
    taken = [
        (row.name, one)
        for row in workings.rows
        for part in parts(row.formula)
        if isinstance(part, Apply) and part.function in WHOLE
        for one in (part.to if part.function == "product_over_months" else part.to[:1])
    ]
    assert len(taken) > 20
    assert [name for name, one in taken if not isinstance(one, Of) or one.name not in monthly] == []


def test_every_number_says_what_it_is_in_which_unit_and_where_it_is_from():
    workings = everything().workings
    for one in workings.inputs:
        assert one.label and one.unit and one.source in get_args(Source), one.name
        assert (one.source == "measured") == bool(one.evidence) or one.name.endswith((".luck", ".realisation")), (
            one.name
        )
    labels = [one.label for one in workings.inputs]
    assert len(labels) == len(set(labels))  # each is understood by itself
    assert all(row.label and row.unit and row.part for row in workings.rows)


def test_declared_ranges_sources_owners_and_dates_stand_on_their_inputs():
    workings = everything().workings
    units = workings.input("lines.new.units")
    assert (units.value, units.low, units.high) == (100, 90, 120)
    assert (units.source, units.owner, units.date) == ("finance", "Jo", "2026-10-31")
    assert workings.input("lines.month.units").source == "assumption"
    assert {workings.input(name).source for name in ("discount", "margin")} == {"finance"}
    assert workings.input("lines.new.prior_sd").note == "six tests"


def test_what_the_programs_holdout_measured_is_realised_whole_and_not_drawn():
    workings = everything().workings
    program, other = (workings.input(f"lines.{name}.realisation") for name in ("program", "month"))
    assert (program.value, program.low, program.source) == (1.0, None, "measured")
    assert "program's own holdout" in program.note and "nobody has declared less" not in program.note
    assert other.source == "assumption"


def test_workings_can_be_written_down_and_read_back():
    workings = everything().workings
    assert msgspec.json.decode(msgspec.json.encode(workings), type=Workings) == workings
    assert all(len(row.values) == (13 if row.monthly else 1) for row in workings.rows)
    assert np.isfinite([value for row in workings.rows for value in row.values if value is not None]).all()
