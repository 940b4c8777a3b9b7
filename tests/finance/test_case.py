"""The business case: what is priced, what is refused, and that every number follows from those it names."""

import re
from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftledger.domain.cash import Exact, Money
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import encode
from liftledger.domain.value import Cost, Given, Prior
from liftledger.finance.case import money
from liftledger.finance.formulas.normal import interval as normal_interval
from liftledger.finance.formulas.npv import npv
from tests.finance.lines import (
    BUILD,
    NOTHING,
    case,
    estimate,
    interval,
    line,
    measured,
    metric,
    number,
    reason,
    worked,
)

RUN = Cost("run", "infrastructure", monthly=Decimal(100))
TICKETS = metric("tickets_per_month", "rows per user and 30 days", better="lower", kind="rate", fact="tickets")


def priced(*lines, confidence=0.95, **given):
    """The case of lines that are measured, all of them."""
    return money(case([one.line for one in lines], **given), "USD", confidence, lines)


def tickets(**given):
    """0.1 fewer tickets a month and user, each worth 12.50."""
    declared = line(
        "fewer_tickets",
        **(
            {
                "metric": "tickets_per_month",
                "per": "unit-month",
                "units": Decimal(2000),
                "worth": Decimal("12.50"),
                "basis": "saving",
            }
            | given
        ),
    )
    return measured(declared, interval(-0.1, 0.02), described=TICKETS, direction=-1)


def test_a_line_is_units_x_effect_x_worth_x_margin_x_realisation():
    declared = line(units=Decimal(300), worth=Decimal("1.5"), basis="revenue", realisation=Decimal("0.9"))
    found = priced(measured(declared), margin=Decimal("0.8"))
    assert number(found.lines[0].monthly) == pytest.approx(300 * 5 * 1.5 * 0.8 * 0.9)
    assert found.margin == 0.8


def test_only_revenue_is_taken_at_the_margin():
    for basis in ("margin", "saving"):
        found = priced(measured(line(basis=basis)), margin=Decimal("0.8"))
        assert number(found.lines[0].monthly) == 500


def test_fewer_is_money_where_less_is_better():
    found = priced(tickets())
    ((one,), total) = found.lines, found.summary
    assert one.monthly.answer == Interval(
        pytest.approx(2500), pytest.approx(500), pytest.approx(2500 - 980, abs=0.1), pytest.approx(2500 + 980, abs=0.1)
    )
    assert (
        one.monthly.formula
        == "-effect x units x worth x realisation, at full ramp and before decay; less of the metric is money"
    )
    assert number(one.volume) == pytest.approx(200) and one.volume.unit == "tickets fewer per month"
    assert number(total.npv) > 0


def test_harm_is_a_loss_that_stays_in_the_sum():
    good, harm = measured(line("good")), measured(line("harm", study="other"), interval(-3.0, 1.0))
    found = priced(good, harm)
    assert number(found.lines[1].present_value) < 0
    assert number(found.summary.benefits) == pytest.approx(sum(number(one.present_value) for one in found.lines))


def test_new_units_come_every_month_and_campaigns_in_theirs():
    new, campaign = measured(line("new")), measured(line("mailing", per="campaign", months=(2, 5)))
    flow = priced(new, campaign).cash_flow
    assert [month.benefits["new"] for month in flow] == [0.0, *[500.0] * 12]
    assert [month.month for month in flow if month.benefits["mailing"]] == [2, 5]
    assert priced(campaign).lines[0].monthly.unit == "USD per campaign"


def test_the_cash_flow_adds_up():
    found = priced(
        tickets(), measured(line(study="other", ramp=3, decay=Decimal("0.05"))), costs=(case([]).costs[0], RUN)
    )
    flow, total = found.cash_flow, found.summary
    assert [month.month for month in flow] == list(range(13))
    assert flow[0].costs == 2000 and flow[0].discount_factor == 1 and {month.costs for month in flow[1:]} == {100.0}
    for month in flow:
        assert month.net == pytest.approx(sum(month.benefits.values()) - month.costs)
        assert month.present == pytest.approx(month.net / 1.1 ** (month.month / 12))
    assert [month.cumulative for month in flow] == pytest.approx(np.cumsum([month.net for month in flow]))
    assert number(total.npv) == pytest.approx(sum(month.present for month in flow))
    assert number(total.npv) == pytest.approx(number(total.benefits) - number(total.costs))
    assert number(total.costs) == pytest.approx(sum(number(cost.present_value) for cost in found.costs))
    assert npv(number(total.irr_monthly), [month.net for month in flow]) == pytest.approx(0, abs=1e-6)


def test_lines_of_one_study_add_their_standard_errors_and_studies_combine_in_quadrature():
    one, same, other = (measured(line(name, study=study)) for name, study in (("a", "x"), ("b", "x"), ("c", "y")))
    sd = number(priced(one).lines[0].present_value) * 2 / 5
    assert priced(one, same).summary.npv.answer.se == pytest.approx(2 * sd)
    assert priced(one, other).summary.npv.answer.se == pytest.approx(2**0.5 * sd)
    assert priced(one, same, other).summary.npv.answer.se == pytest.approx(5**0.5 * sd)
    assert "added" in priced(one).summary.npv.formula and "independent" in priced(one).summary.npv.formula


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_npv_has_the_interval_of_the_report(confidence):
    total = priced(measured(line()), confidence=confidence).summary
    answer = total.npv.answer
    expected = normal_interval(answer.value, answer.se, confidence=confidence)
    assert (answer.low, answer.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert number(total.roi) == pytest.approx(answer.value / 2000)
    assert total.roi.answer.low == pytest.approx(answer.low / 2000)


def test_monte_carlo_agrees_with_the_closed_form():
    # Two studies, one line with a prior: 400,000 draws of the true effects. Bands are 3 standard errors of the draws.
    prior = Prior("tickets_per_month", 0.0, 0.05)
    declared = (tickets(ramp=3, decay=Decimal("0.03")), measured(line(study="other")))
    found = priced(*declared, costs=(Cost("build", "engineering", once=Decimal(26_000)),), priors=(prior,))
    answer, draws = found.summary.npv.answer, 400_000
    rng = np.random.default_rng(20260101)
    weight = 0.05**2 / (0.05**2 + 0.02**2)
    fewer = rng.normal(weight * 0.1, 0.02 * weight**0.5, draws)
    more = rng.normal(5, 2, draws)
    shares = [min(t / 3, 1) * 0.97 ** (t - 1) / 1.1 ** (t / 12) for t in range(1, 13)]
    plain = [1.1 ** (-t / 12) for t in range(1, 13)]
    values = fewer * 2000 * 12.5 * sum(shares) + more * 100 * sum(plain) - 26_000
    below = (values < 0).mean()
    assert 0.2 < below < 0.8
    assert number(found.summary.p_negative) == pytest.approx(below, abs=3 * (below * (1 - below) / draws) ** 0.5)
    assert answer.value == pytest.approx(values.mean(), abs=3 * values.std() / draws**0.5)
    assert answer.se == pytest.approx(values.std(), rel=3 / (2 * draws) ** 0.5)


def test_a_prior_shrinks_the_case_and_not_the_effect():
    prior = Prior("revenue", 0.0, 2.0, source="the last six tests")
    raw, shrunk = (priced(measured(line()), priors=priors).lines[0] for priors in ((), (prior,)))
    assert number(raw.shrunk) == number(raw.effect) == number(shrunk.effect) == 5
    found, half = shrunk.shrunk.answer, interval(2.5, 2**0.5)  # sd = se: half
    assert (found.value, found.se, found.low, found.high) == pytest.approx((half.value, half.se, half.low, half.high))
    assert number(shrunk.present_value) == pytest.approx(number(raw.present_value) / 2)
    assert "the last six tests" in shrunk.shrunk.formula
    assert reason(shrunk.sign_change) == "a prior is declared"
    assert number(shrunk.volume) == number(raw.volume)


def test_a_prior_belongs_to_one_metric_and_one_mark():
    day = 86_400_000_000
    described = metric("time_to_value_by_30d", "share", kind="time_to", fact="events")
    declared = line(metric="time_to_value", mark=30 * day, worth=Decimal(40))
    one = measured(declared, interval(0.03, 0.01), described=described)
    halving = Prior("time_to_value", 0.0, 0.01, mark=30 * day)
    assert number(priced(one, priors=(halving,)).lines[0].shrunk) == pytest.approx(0.015)
    for other in (Prior("time_to_value", 0.0, 0.01, mark=7 * day), Prior("time_to_value", 0.0, 0.01)):
        assert number(priced(one, priors=(other,)).lines[0].shrunk) == 0.03


def test_a_prior_of_tickets_is_not_one_of_what_they_cost():
    declared = line(metric="tickets_per_month", worth_by={"billing": Decimal("12.5")}, basis="saving")
    cost = metric("sales_worth", "USD per user and 30 days", better="lower", kind="rate")
    one = measured(declared, interval(-5.0, 2.0), described=cost, direction=-1, counted_metric=TICKETS)
    assert number(priced(one, priors=(Prior("tickets_per_month", 0, 2.0),)).lines[0].shrunk) == -5
    assert number(priced(one, priors=(Prior("sales_worth", 0, 2.0),)).lines[0].shrunk) == pytest.approx(-2.5)


def test_the_textbook_figure_is_shown_and_never_priced():
    declared = line(worth=Decimal(40), realisation=Decimal("0.5"))
    reduction = estimate("test", "time_to_value", interval(-3.0, 1.0), lift=interval(-0.3, 0.1))
    with_it, without = (priced(measured(declared, reduction=one)) for one in (reduction, None))
    shown = with_it.lines[0].textbook
    assert shown.answer == Interval(1200, 400, pytest.approx(416.014, abs=1e-3), pytest.approx(1983.986, abs=1e-3))
    assert shown.formula.startswith("textbook, biased: never priced")
    assert without.lines[0].textbook is None
    assert with_it.summary == without.summary


def test_a_case_says_what_nobody_has_declared():
    bare = line(per="unit-month", realisation=None)
    found = priced(measured(bare), measured(line("other")))
    assert found.reasons == (
        "unshrunk: no prior is declared for revenue.",
        "in sales: the whole measured effect is expected to hold in the roll-out (realisation 100%): nobody has "
        "declared less.",
        "in sales: a month of the cash-flow counts as 30 days.",
    )
    assert found.lines[0].reasons == tuple(text.removeprefix("in sales: ") for text in found.reasons)
    assert found.lines[1].reasons == ("unshrunk: no prior is declared for revenue.",)


def test_what_a_line_leaves_out_is_to_mind_in_the_case_too():
    said = "no worth is declared for 'billing': such rows count as nothing."
    found = priced(measured(line(), cautions=(said,)), priors=(Prior("revenue", 0.0, 1.0),))
    assert found.reasons == (f"in sales: {said}",)
    assert found.lines[0].reasons == (said,)


def test_a_line_that_is_not_priced_tells_what_it_would_leave_out():
    said = "no worth is declared for 'billing': such rows count as nothing."
    unsure = measured(line("none"), NoEstimate("all values are equal"), cautions=(said,))
    found = priced(measured(line("good")), unsure)
    assert found.lines[1].reasons == ("all values are equal.", said)
    assert found.reasons[0] == f"line none is not priced and counts as nothing: all values are equal; {said}"


@pytest.mark.parametrize(
    ("sd", "says"),
    [(0.0019, "less than a thousandth of"), (0.0021, None), (199.0, None), (201.0, "more than 100 times")],
)
def test_a_prior_of_the_wrong_scale_is_minded(sd, says):
    found = priced(measured(line()), priors=(Prior("revenue", 0.0, sd),)).reasons
    assert found == () if says is None else says in found[0] and "metric's unit, USD?" in found[0]


def test_a_refused_line_counts_as_nothing_and_says_why():
    good, capped = measured(line("good")), measured(line("capped"), refusals=("totals are capped.", "and more."))
    found = priced(good, capped)
    refused = found.lines[1]
    assert (refused.priced, refused.reasons) == (False, ("totals are capped.", "and more."))
    assert number(refused.effect) == 5
    for figure in (refused.shrunk, refused.volume, refused.monthly, refused.present_value, refused.break_even):
        assert reason(figure) == "not priced: totals are capped; and more"
    assert found.reasons[0] == "line capped is not priced and counts as nothing: totals are capped; and more."
    assert found.summary == priced(good).summary
    assert all(month.benefits.keys() == {"good"} for month in found.cash_flow)


def test_a_line_without_an_estimate_is_refused():
    found = priced(measured(line("good")), measured(line("none"), NoEstimate("arm 'b' has 1 unit")))
    assert found.lines[1].reasons == ("arm 'b' has 1 unit.",)
    assert reason(found.lines[1].effect) == "arm 'b' has 1 unit"
    assert not found.lines[1].priced and found.lines[0].priced


def test_where_nothing_is_priced_there_is_no_cash_flow():
    immature = "nothing is mature before 2026-03-01."
    found = priced(measured(line("a"), refusals=(immature,)), measured(line("b"), refusals=("totals are capped.",)))
    why = "no line is priced: a: nothing is mature before 2026-03-01; b: totals are capped"
    assert found.reasons == (f"{why}.",)
    assert found.cash_flow == ()
    assert {figure.answer for figure in of(found.summary)} == {NoEstimate(why)}
    assert number(found.costs[0].present_value) == 2000  # the costs are known all the same


def test_a_case_without_lines_says_so():
    assert priced().reasons == ("no benefit line is declared.",)


def of(part):
    return Money(1, 0.0, None, (), (), (), (), part).figures


@pytest.mark.parametrize("refusals", [(), ("the sample ratio is off (p < 0.001).",)])
def test_where_a_check_failed_there_is_no_money_at_all(refusals):
    bad = measured(line("bad", study="offers"), grade=Grade.BROKEN, refusals=refusals)
    found = priced(measured(line("good")), bad)
    why = "a check failed in study offers, so no money is shown"
    assert found.reasons == (f"{why}.",)
    assert found.cash_flow == ()
    assert [one.priced for one in found.lines] == [False, False]
    assert found.lines[0].reasons == (f"{why}.",) and found.lines[1].reasons == (refusals or (f"{why}.",))
    shown = [figure for figure in found.figures if not isinstance(figure.answer, NoEstimate)]
    assert [figure.id for figure in shown] == ["money.lines.good.effect"]
    assert {figure.answer for figure in of(found.summary)} == {NoEstimate(why)}


def test_no_effect_brings_nothing_and_costs_what_it_costs():
    found = priced(measured(line(), interval(0.0, 1.0)))
    total = found.summary
    assert (number(total.benefits), number(total.npv), number(total.roi)) == (0, -2000, -1)
    assert reason(total.break_even) == "the benefits are not above 0, so no share of the effects pays the costs"
    assert reason(total.payback) == "what was spent does not come back within 12 months"
    assert "never" in reason(total.irr_monthly) and total.irr_annual.answer == total.irr_monthly.answer
    assert 0.5 < number(total.p_negative) < 1


def test_what_comes_in_before_it_is_spent_has_no_rate_of_return():
    # 500 in the first month, halved each month, against 100 a month and nothing at the beginning
    fading = measured(line(decay=Decimal("0.5")))
    found = priced(fading, costs=(RUN,)).summary
    assert reason(found.irr_monthly) == "money comes in before any is spent, so there is no return on it"
    assert found.irr_annual.answer == found.irr_monthly.answer


def test_one_month_and_no_discount():
    found = priced(measured(line()), months=1, discount=Decimal(0))
    assert number(found.summary.npv) == 500 - 2000
    assert number(found.summary.irr_monthly) == pytest.approx(-0.75)


def test_without_costs_there_is_no_return_on_them():
    found = priced(measured(line()), costs=(Cost("free", "none"),)).summary
    assert reason(found.roi) == "there are no costs"
    assert (number(found.break_even), number(found.payback)) == (0, 0)


def test_an_exact_effect_makes_an_exact_case():
    total = priced(measured(line(), interval(5.0, 0.0))).summary
    answer = total.npv.answer
    assert answer.low == answer.value == answer.high and total.p_negative.answer == Exact(0.0)


@given(st.floats(-10, 10), st.floats(0.1, 5), st.floats(0.1, 10))
def test_a_wide_prior_is_none_and_a_narrow_one_is_all(effect, se, mean):
    one = measured(line(), interval(effect, se))
    raw = worked(one).known("summary.npv")
    wide, narrow = (worked(one, priors=(Prior("revenue", mean, sd),)).known("summary.npv") for sd in (1e7, 1e-7))
    assert wide == pytest.approx(raw, rel=1e-6, abs=1e-3)
    assert narrow == pytest.approx(worked(measured(line(), interval(mean, se))).known("summary.npv"), abs=1e-3)


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-3, 3))
def test_benefits_are_linear_in_the_effects(one, other, factor):
    def benefits(effect):
        return worked(measured(line(), interval(effect, 1.0))).known("summary.benefits")

    assert benefits(one + factor * other) == pytest.approx(benefits(one) + factor * benefits(other), abs=1e-6)


def test_every_number_has_its_own_id_and_names_what_it_rests_on():
    reduction = estimate("test", "time_to_value", interval(-3.0, 1.0), lift=interval(-0.3, 0.1))
    lines = (tickets(ramp=3), measured(line("unit", study="other", metric="formula"), reduction=reduction))
    found = priced(*lines, costs=(case([]).costs[0], RUN), priors=(Prior("formula", 0.0, 1.0),))
    ids = [figure.id for figure in found.figures]
    of_case = 10 + 4 + 8 + 4  # summary, closed form, simulation, decision
    assert len(ids) == len(set(ids)) == of_case + 2 * 7 + 1 + 2 * 3 + 2 * 4  # lines, costs, claims
    assert ids[:2] == ["money.summary.npv", "money.summary.benefits"]
    known = {*ids, *(f"money.cash_flow.{month.month}" for month in found.cash_flow)}
    known |= {one.priced.id for one in lines} | {reduction.id}
    for figure in found.figures:
        assert figure.formula and figure.unit
        for name, text in figure.inputs.items():
            drawn = name == "drawn" and text == ", ".join(found.simulation.drawn)
            assert drawn or text in known or re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", text), (figure.id, name, text)
    assert found.summary.benefits.inputs["unit"] == "money.lines.unit.present_value"


def test_a_case_is_the_same_bytes_each_time_and_can_be_read_back():
    one, again = (priced(tickets(), measured(line(study="other"))) for _ in range(2))
    assert encode(one) == encode(again)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Money) == one


def test_what_was_counted_need_not_be_what_is_priced():
    declared = line("fewer", metric="tickets_per_month", per="unit-month", units=Decimal(2000), basis="saving")
    counted = estimate("test", "tickets_per_month", interval(-0.1, 0.02))
    cost = metric("fewer_worth", "USD per user and 30 days", better="lower", kind="rate", fact="tickets")
    one = measured(
        declared, interval(-1.25, 0.3), described=cost, direction=-1, counted=counted, counted_metric=TICKETS
    )
    (found,) = priced(one).lines
    assert (found.estimate, found.counted) == ("test.fewer_worth.b.welch", "test.tickets_per_month.b.welch")
    assert (number(found.monthly), found.monthly.unit) == (2500, "USD per month")
    assert (number(found.volume), found.volume.unit) == (200, "tickets fewer per month")
    unknown = msgspec.structs.replace(one, counted=msgspec.structs.replace(counted, effect=NOTHING))
    assert priced(unknown).lines[0].volume.answer == NOTHING and priced(unknown).lines[0].priced


def test_a_case_names_costs_for_which_nobody_answers():
    bare = Cost("run", "monitoring", monthly=Decimal(5))
    found = priced(measured(line()), priors=(Prior("revenue", 0.0, 1.0),), costs=(BUILD, bare))
    assert found.reasons == ("nobody answers for what is declared of run: an owner or a date is missing.",)


@pytest.mark.parametrize(
    ("declared", "amount", "said"),
    [
        (line(), 5, ("where the money of sales is net of discounts, offers takes them off twice.",)),
        (line(), 0, ()),
        (line(worth=Decimal(3)), 5, ()),
    ],
)
def test_discounts_may_be_taken_off_a_metric_already(declared, amount, said):
    answered = {"monthly": Given(owner="Sales", date="2026-01-31")}
    offers = Cost("offers", "marketing", monthly=Decimal(amount), covers=("discounts given",), given=answered)
    found = priced(measured(declared), priors=(Prior("revenue", 0.0, 1.0),), costs=(BUILD, offers))
    assert found.reasons == said


def test_arms_of_one_study_need_units_of_their_own():
    found = priced(measured(line("one", arm="a")), measured(line("two", arm="b")), priors=(Prior("revenue", 0.0, 1.0),))
    assert found.reasons == (
        "one, two are of different arms of test: no unit gets both, so each must have units of its own.",
    )


def test_a_number_dated_after_the_report_is_pointed_out_and_counts():
    # a date says as of when a number is known; when it is paid is another thing
    later = Cost("build", "engineering", once=Decimal(2000), given={"once": Given(owner="CTO", date="2027-01-31")})
    one = measured(line())
    found = money(case([one.line], costs=(later, RUN)), "USD", 0.95, [one], as_of="2026-10-31")
    assert "dated after the report, 2026-10-31: cost build (2027-01-31)" in " ".join(found.reasons)
    assert number(found.summary.npv) == number(priced(one, costs=(later, RUN)).summary.npv)
    on_the_day = money(case([one.line], costs=(later,)), "USD", 0.95, [one], as_of="2027-01-31")
    assert not any("dated after" in said for said in on_the_day.reasons)


def test_two_studies_of_one_benefit_add_up_only_as_two_treatments():
    def said(*lines):
        return [one for one in priced(*map(measured, lines)).reasons if "tried different treatments" in one]

    sales, again = line("sales", benefit="revenue"), line("again", study="other", benefit="revenue")
    assert said(sales, again) == [
        "sales and again add up because test and other tried different treatments; of one that was tried twice, keep "
        "one line."
    ]
    assert len(said(sales, line("stay", study="other", benefit="retention"))) == 1  # revenue contains it
    assert said(sales, line("calm", study="other", benefit="deflection")) == []
    assert said(sales, line("bare", study="other")) == []
