"""Tables of what customers cost and are worth: each number from those that it names, or why there is none."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.customer_value import Behaviour, Model
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Maturity
from liftledger.domain.value import Acquisition, Assumed, Cost, CustomerWorth, Prior
from liftledger.finance.case import money
from liftledger.finance.evidence.assumed import assumed
from liftledger.finance.formulas import churn
from liftledger.finance.formulas.npv import monthly_rate
from liftledger.finance.tables.every import tables
from liftledger.finance.tables.ground import Ground
from tests.finance.accounts import TREATED, accounts, kept, study, tenure
from tests.finance.lines import NOTHING, case, estimate, interval, line, measured, metric, number, reason

ACQUISITION = Acquisition(Decimal(900_000), Decimal(125), Decimal(800), "accounts")
BUILD = Cost("build", "engineering", once=Decimal(2_000))
SIGNED_UP = metric("signed_up", "share", kind="conversion", fact="events")
D = monthly_rate(0.1)


def converts(name="trials", *, lift=0.25, se=0.05, study_name="landing", **given):
    """A share of 20 % that converts goes up by a quarter of itself."""
    declared = line(name, metric="signed_up", study=study_name, benefit="acquisition", worth=Decimal(10), **given)
    found = estimate(study_name, "signed_up", interval(0.2 * lift, 0.2 * se), lift=interval(lift, se))
    found = msgspec.structs.replace(found, control_value=0.2, treatment_value=0.2 + 0.2 * lift)
    return msgspec.structs.replace(measured(declared, described=SIGNED_UP), priced=found, counted=found)


def made(*lines, customers=(), studies=(), **given):
    """Tables by name, of a case with these lines."""
    value = case([one.line for one in lines], **{"margin": Decimal("0.8"), **given})
    found = money(value, "USD", 0.95, lines)
    ground = Ground(value, "USD", 0.95, lines, found, customers, studies or (study(), study("landing"), study("trial")))
    return {table.name: table for table in tables(ground)}


def figures(table):
    return {figure.id.removeprefix(f"money.extras.{table.name}."): figure for figure in table.figures}


# --- CAC


def test_without_acquisition_nothing_is_said_of_what_customers_cost():
    assert made(converts()).keys() == set()


def test_cac_comes_back_in_11_and_a_quarter_months():
    found = figures(made(converts(), acquisition=ACQUISITION)["cac_payback"])
    assert number(found["cac"]) == 7_200
    assert number(found["payback"]) == pytest.approx(11.25)
    assert found["payback"].unit == "months"


def test_customers_who_leave_pay_back_later():
    found = figures(made(converts(), customers=(accounts(),), acquisition=ACQUISITION)["cac_payback"])
    earned = [640 * 0.98**t / (1 + D) ** t for t in range(1, 49)]
    months = number(found["payback_with_churn"])
    whole, part = int(months), months % 1
    assert months > 11.25
    assert sum(earned[:whole]) + part * earned[whole] == pytest.approx(7_200)
    alone = figures(made(converts(), acquisition=ACQUISITION)["cac_payback"])
    assert "no retention curve" in reason(alone["payback_with_churn"])


def test_more_of_the_same_visitors_convert_so_each_costs_less():
    found = figures(made(converts(), acquisition=ACQUISITION)["cac_payback"])
    assert number(found["conversion"]) == 0.25
    assert number(found["cac_after"]) == pytest.approx(7_200 / 1.25)
    assert number(found["payback_after"]) == pytest.approx(9)
    assert found["payback_after"].answer.se == pytest.approx(11.25 * 0.05 / 1.25**2)


def test_who_is_held_out_and_what_is_not_realised_does_not_convert():
    one = converts(holdout=Decimal("0.1"), realisation=Decimal("0.8"))
    found = figures(made(one, acquisition=ACQUISITION)["cac_payback"])
    assert number(found["conversion"]) == pytest.approx(0.25 * 0.9 * 0.8)


def test_a_prior_shrinks_conversion_too():
    prior = Prior("signed_up", 0.0, 0.01)  # as wide as the error of 0.2 x 5 %: half
    found = figures(made(converts(), acquisition=ACQUISITION, priors=(prior,))["cac_payback"])
    assert number(found["conversion"]) == pytest.approx(0.125)


def test_steps_of_the_way_to_a_customer_multiply():
    both = (converts(), converts("landings", lift=0.1, se=0.02, study_name="trial"))
    found = figures(made(*both, acquisition=ACQUISITION)["cac_payback"])
    assert number(found["conversion"]) == pytest.approx(1.25 * 1.1 - 1)
    assert found["conversion"].answer.se == pytest.approx(1.375 * ((0.05 / 1.25) ** 2 + (0.02 / 1.1) ** 2) ** 0.5)


def test_where_no_line_wins_customers_there_is_no_after():
    found = figures(made(measured(line()), acquisition=ACQUISITION)["cac_payback"])
    assert number(found["payback"]) == pytest.approx(11.25)
    assert "no line with `benefit: acquisition` is priced" in reason(found["cac_after"])


# --- LTV:CAC


def test_ltv_to_cac_before_is_of_control_and_after_of_the_treated():
    found = figures(made(measured(line()), customers=(accounts(),), acquisition=ACQUISITION)["ltv_to_cac"])
    assert number(found["test.b.before"]) == pytest.approx(360 / 7_200)
    assert number(found["test.b.after"]) == pytest.approx(432 / 7_200)
    assert found["test.b.after"].answer.se == pytest.approx(48 / 7_200)  # of other customers who might have come
    assert number(found["test.b.change"]) == pytest.approx(72 / 7_200)
    assert found["test.b.change"].answer.se == pytest.approx((36**2 + 48**2) ** 0.5 / 7_200)


def test_after_costs_what_a_customer_costs_then():
    found = figures(made(converts(), customers=(accounts(),), acquisition=ACQUISITION)["ltv_to_cac"])
    after = found["test.b.after"]
    assert number(after) == pytest.approx(432 / 5_760)
    relative = (48 / 432) ** 2 + (0.05 / 1.25) ** 2
    assert after.answer.se == pytest.approx(432 / 5_760 * relative**0.5)
    assert after.inputs["CAC"] == "money.extras.cac_payback.cac_after"


def test_models_that_an_ltv_rests_on_and_that_do_not_fit_are_named():
    fits = (
        Model(TREATED, "one churn", 44, (), None, notes=("customers did not leave as the model has it",)),
        Model(EVERYBODY, "sBG", 100, (), None, notes=("nor did all of them",)),
    )
    found = made(measured(line()), customers=(accounts(models=fits),), acquisition=ACQUISITION)["ltv_to_cac"]
    assert found.words[-1] == "Before an LTV is relied on, mind what is noted on the model of: b of test."


def test_where_no_study_is_of_its_customers_only_the_cost_changes():
    alone = accounts(worth=accounts().worth[:1])
    found = figures(made(converts(), customers=(alone,), acquisition=ACQUISITION)["ltv_to_cac"])
    assert number(found["before"]) == pytest.approx(400 / 7_200)
    assert number(found["after"]) == pytest.approx(400 / 5_760)
    assert number(found["change"]) == pytest.approx(400 / 7_200 * 0.25)
    same = figures(made(measured(line()), customers=(alone,), acquisition=ACQUISITION)["ltv_to_cac"])
    assert "nothing measured changes" in reason(same["after"])


def test_ltv_is_at_the_margin_or_it_is_none():
    found = figures(made(converts(), customers=(accounts(margin=None),), acquisition=ACQUISITION)["ltv_to_cac"])
    assert reason(found["test.b.before"]) == "LTV is taken at the margin, and accounts has none"


def test_a_base_that_is_not_named_is_asked_for():
    nameless = msgspec.structs.replace(ACQUISITION, base="")
    found = made(converts(), customers=(accounts(),), acquisition=nameless)["ltv_to_cac"]
    assert found.figures == () and found.words[0].startswith("No customer base is named")


def test_arms_of_a_broken_study_have_no_value():
    broken = (study(grade=Grade.BROKEN), study("landing"))
    found = figures(made(converts(), customers=(accounts(),), studies=broken, acquisition=ACQUISITION)["ltv_to_cac"])
    assert set(found) == {"before", "after", "change"}


# --- Customers


def test_observed_and_extrapolated_stand_on_lines_of_their_own():
    found = figures(made(measured(line()), customers=(accounts(),))["customers"])
    parts = [[16 * 0.98**t / (1 + D) ** t for t in months] for months in (range(1, 13), range(13, 37))]
    assert number(found["accounts.lifetime"]) == 400
    assert number(found["accounts.observed"]) == pytest.approx(sum(parts[0]))
    assert number(found["accounts.extrapolated"]) == pytest.approx(sum(parts[1]))
    assert found["accounts.observed"].answer.low == pytest.approx(0.9 * sum(parts[0]))
    assert "from 13 to 36" in found["accounts.extrapolated"].formula


def test_what_an_arm_brought_is_measured_and_what_it_will_bring_is_not():
    found = figures(made(measured(line()), customers=(accounts(),))["customers"])
    assert found["accounts.test.b.observed"].answer == interval(9.0, 4.0)
    assert found["accounts.test.b.modelled"].answer == interval(30.0, 25.0)
    assert "(randomised)" in found["accounts.test.b.observed"].formula
    assert "(assumed)" in found["accounts.test.b.modelled"].formula


def test_a_curve_that_was_seen_to_its_end_is_not_extrapolated():
    seen = accounts(tenures=(tenure(EVERYBODY, 36, 72),))
    found = figures(made(measured(line()), customers=(seen,))["customers"])
    assert reason(found["accounts.extrapolated"]) == "the curve was observed for as long as customers are valued"


# --- Churn and retention


def test_break_even_churn_is_of_the_companys_own_numbers():
    found = figures(made(measured(line()), customers=(accounts(),))["break_even_churn"])
    assert number(found["accounts.margin"]) == pytest.approx(16)
    assert number(found["accounts.churn"]) == pytest.approx(0.02)
    assert number(found["accounts.spend"]) == pytest.approx(20)  # 2,000 on 100 customers
    assert number(found["accounts.worth"]) == pytest.approx(16 * 0.98 / (D + 0.02))
    target = number(found["accounts.break_even"])
    assert churn.worth(16, target, D) == pytest.approx(number(found["accounts.worth"]) + 20)
    assert number(found["accounts.reduction"]) == pytest.approx(1 - target / 0.02)


def test_nobody_who_left_is_no_churn_to_reduce():
    loyal = accounts(kept=(kept("month", "2025-10-01", 100, 100),))
    found = figures(made(measured(line()), customers=(loyal,))["break_even_churn"])
    assert reason(found["accounts.reduction"]) == "nobody left, so there is no churn to reduce"


def test_of_who_just_buys_nobody_knows_the_churn():
    assert "break_even_churn" not in made(measured(line()), customers=(shop(),))


def shop(**changes):
    """300 customers who buy once a month for 30 USD; 150 are still there."""
    nothing = {"tenures": (), "revenue": (), "incremental": (), "models": ()}
    everybody = msgspec.structs.replace(accounts().worth[0], customers=300, alive=interval(0.5, 0.02))
    ways = Behaviour(EVERYBODY, 300, 900, interval(30.0, 1.0), interval(1.0, 0.1), NOTHING, NOTHING, NOTHING, NOTHING)
    found = accounts(base="shop", kind="purchases", worth=(everybody,), behaviour=(ways,), **nothing)
    return msgspec.structs.replace(found, **changes)


def test_a_5_percent_better_retention_is_of_whole_years():
    found = figures(made(measured(line()), customers=(accounts(),))["better_retention"])
    assert number(found["accounts.retention"]) == 0.8 and number(found["accounts.better"]) == pytest.approx(0.84)
    assert number(found["accounts.margin"]) == pytest.approx(192)
    assert number(found["accounts.gain"]) == pytest.approx(1.92 * (84 / 0.26 - 80 / 0.3))
    assert number(found["accounts.total"]) == pytest.approx(192 * (84 / 0.26 - 80 / 0.3))


def test_before_a_whole_year_it_is_twelve_months():
    young = accounts(kept=accounts().kept[:3])
    found = figures(made(measured(line()), customers=(young,))["better_retention"])
    assert number(found["accounts.retention"]) == pytest.approx(0.98**12)
    assert "no whole year was observed" in found["accounts.retention"].formula


def test_who_buys_is_worth_what_they_buy_in_a_year():
    found = figures(made(measured(line()), customers=(shop(),))["better_retention"])
    assert number(found["shop.margin"]) == pytest.approx(30 * 365 / 30 * 0.8)
    assert number(found["shop.total"]) == pytest.approx(150 * number(found["shop.gain"]))


def test_who_did_not_buy_for_a_month_may_still_be_a_customer():
    young = shop(kept=accounts().kept[:3])
    found = figures(made(measured(line()), customers=(young,))["better_retention"])
    why = "no whole year was observed, and who did not buy for a month may still be a customer"
    assert reason(found["shop.retention"]) == reason(found["shop.total"]) == why


# --- Expansion


def expands(**given):
    return measured(line("upsell", benefit="expansion", basis="revenue", **{"per": "unit-month", **given}))


SERVERS = Cost("servers", "infrastructure", once=Decimal(1_200), monthly=Decimal(400), infrastructure=True)


def test_expansion_is_revenue_of_a_year_against_infrastructure_of_a_year():
    # 5 a month more of 100 units: 6,000 a year; 1,200 once and 400 a month: 6,000 in the year
    found = figures(made(expands(), costs=(BUILD, SERVERS))["expansion"])
    assert number(found["upsell.each"]) == pytest.approx(60)
    assert number(found["upsell.year"]) == pytest.approx(6_000)
    assert number(found["infrastructure"]) == pytest.approx(6_000)
    assert number(found["per_dollar"]) == pytest.approx(1)
    assert found["per_dollar"].answer.se == pytest.approx(0.4)
    assert found["infrastructure"].inputs == {"servers": "money.costs.servers.present_value"}


def test_who_is_held_out_does_not_expand_and_campaigns_come_as_often_as_they_run():
    held = figures(made(expands(holdout=Decimal("0.1")), costs=(BUILD, SERVERS))["expansion"])
    assert number(held["upsell.year"]) == pytest.approx(5_400)
    twice = expands(per="campaign", months=(2, 5))
    assert number(figures(made(twice, costs=(BUILD, SERVERS))["expansion"])["upsell.year"]) == pytest.approx(1_000)


def test_campaigns_of_three_years_are_set_against_an_average_year_of_infrastructure():
    # 500 each time, once in each of three years; servers cost 12 x (1,200 + 36 x 400) / 36 = 5,200 a year
    yearly = expands(per="campaign", months=(2, 14, 26))
    found = figures(made(yearly, costs=(BUILD, SERVERS), months=36)["expansion"])
    assert number(found["upsell.year"]) == pytest.approx(500)
    assert number(found["per_dollar"]) == pytest.approx(500 / 5_200)


def test_assumed_lines_of_expansion_err_each_by_itself():
    # triangular from 0 to 12 around 6: variance 6; each brings 12 x 100 x 6 a year
    belief = Assumed(Decimal(6), Decimal(0), Decimal(12), "USD")
    lines = [
        assumed(line(name, study="", metric="", arm="", benefit="expansion", per="unit-month", assumed=belief))
        for name in ("seats", "modules")
    ]
    ratio = figures(made(*lines, costs=(BUILD, SERVERS))["expansion"])["per_dollar"].answer
    assert ratio.value == pytest.approx(2 * 12 * 100 * 6 / 6_000)
    assert ratio.se == pytest.approx(12 * 100 * (2 * 6) ** 0.5 / 6_000)


def test_without_infrastructure_the_ratio_says_what_is_missing():
    found = figures(made(expands())["expansion"])
    assert reason(found["per_dollar"]) == "no cost is marked with `infrastructure: true`"


def test_cohorts_expand_by_what_their_subscribers_pay_and_keep_paying():
    found = figures(made(measured(line()), customers=(accounts(),))["expansion"])
    assert number(found["accounts.test.b.arr"]) == pytest.approx(12 * 2)
    assert found["accounts.test.b.arr"].answer.se == pytest.approx(12)  # 0.6 and 0.8 are 1
    assert number(found["accounts.test.b.nrr"]) == pytest.approx(0.06)
    assert found["accounts.test.b.nrr"].answer.se == pytest.approx(0.05)


# --- Interventions and upgrades


def intervention(window=30.0, **given):
    """85 % of 400 stay for a month, of control 80 %."""
    found = estimate("test", "stayed", interval(0.05, 0.03))
    found = msgspec.structs.replace(
        found,
        control_value=0.8,
        treatment_value=0.85,
        units={"control": 400, "treatment": 400},
        maturity=Maturity("mature", window, {}),
    )
    declared = line("rescue", metric="stayed", benefit="intervention", worth=Decimal(50))
    one = measured(declared, described=metric("stayed", "share", kind="retention"), **given)
    return msgspec.structs.replace(one, priced=found, counted=found)


def test_an_intervention_is_set_against_control_and_against_history():
    found = figures(made(intervention(), customers=(accounts(),))["interventions"])
    assert number(found["rescue.treated"]) == 0.85 and number(found["rescue.control"]) == 0.8
    assert found["rescue.control"].answer.se == pytest.approx(0.02)
    # months that were over when the study began, on 15 December: October and November
    assert number(found["rescue.baseline"]) == pytest.approx(294 / 300)
    assert number(found["rescue.over_baseline"]) == pytest.approx(0.85 - 0.98)
    assert number(found["rescue.saved"]) == pytest.approx((0.85 - 0.98) / 0.02)


def test_a_share_that_left_is_turned_into_one_that_stayed():
    found = figures(made(intervention(direction=-1), customers=(accounts(),))["interventions"])
    assert number(found["rescue.treated"]) == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("window", "bases", "why"),
    [
        (60.0, (accounts(),), "the metric is over 60 days, and retention is counted by months, quarters and years"),
        (30.0, (), "no customer base is declared, and the line names none"),
        (30.0, (accounts(), shop()), "several customer bases are declared, and the line names none"),
        (365.0, (accounts(kept=accounts().kept[:3]),), "nobody was there before"),
    ],
)
def test_where_history_does_not_fit_there_is_no_baseline(window, bases, why):
    found = figures(made(intervention(window), customers=bases)["interventions"])
    assert reason(found["rescue.baseline"]) == reason(found["rescue.saved"]) == why
    assert number(found["rescue.treated"]) == 0.85


def test_of_several_bases_it_is_the_one_that_the_lines_worth_is_of():
    one = intervention()
    named = msgspec.structs.replace(one.line, worth_from=CustomerWorth("accounts", "lifetime"))
    one = msgspec.structs.replace(one, line=named)
    found = figures(made(one, customers=(shop(), accounts()))["interventions"])
    assert number(found["rescue.baseline"]) == pytest.approx(294 / 300)


def test_upgrades_come_sooner_and_are_not_priced_by_it():
    sooner = estimate("test", "time_to_upgrade", interval(-3.0, 0.6), lift=interval(-0.1, 0.02))
    one = measured(line("plans", benefit="upgrade", worth=Decimal(50)), reduction=sooner)
    found = figures(made(one)["upgrades"])
    assert number(found["plans.sooner"]) == 3 and number(found["plans.reduction"]) == pytest.approx(0.1)
    assert number(found["plans.gained"]) == pytest.approx(10)
    assert found["plans.sooner"].inputs == {"time": sooner.id}
    held = measured(line("plans", benefit="upgrade", worth=Decimal(50), holdout=Decimal("0.1")), reduction=sooner)
    assert number(figures(made(held)["upgrades"])["plans.gained"]) == pytest.approx(9)


# --- All of them


def everything():
    lines = (converts(), expands(), intervention())
    return made(*lines, customers=(accounts(), shop()), acquisition=ACQUISITION, costs=(BUILD, SERVERS))


def test_where_a_check_failed_no_table_is_shown():
    broken = measured(line("other", study="other"), grade=Grade.BROKEN, refusals=("study other is broken: ...",))
    assert made(converts(), broken, customers=(accounts(),), acquisition=ACQUISITION) == {}


def test_every_figure_has_an_id_of_its_own_and_names_figures_that_exist():
    found = [figure for table in everything().values() for figure in table.figures]
    ids = [figure.id for figure in found]
    assert len(set(ids)) == len(ids) > 30
    named = {text for figure in found for text in figure.inputs.values() if text.startswith("money.extras.")}
    assert named and named <= set(ids)


def test_figures_without_a_number_say_why():
    empty = accounts(NoEstimate("2 accounts have left; a fit needs 10"), worth=(), tenures=(), kept=(), revenue=())
    found = made(converts(), customers=(empty,), acquisition=ACQUISITION)
    missing = [one.answer for table in found.values() for one in table.figures if isinstance(one.answer, NoEstimate)]
    assert missing and all(one.reason for one in missing)
