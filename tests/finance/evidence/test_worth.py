"""Worth that is read off a customer base: its number, its error, and where it must not be used."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.customer_value import Model, Parameter
from liftledger.domain.customers import EVERYBODY
from liftledger.domain.estimate import NoEstimate
from liftledger.domain.value import Acquisition, CustomerWorth, Given
from liftledger.finance.case import money
from liftledger.finance.evidence import worth
from liftledger.finance.evidence.worth import cautions, refusals, resolved
from liftledger.finance.formulas.npv import monthly_rate
from tests.finance.accounts import accounts
from tests.finance.lines import case, interval, line, measured, metric, number

LIFETIME, REPLACEMENT = CustomerWorth("accounts", "lifetime"), CustomerWorth("accounts", "replacement")
ACQUISITION = Acquisition(Decimal(900_000), Decimal(125), Decimal(800), "accounts")
ERROR = 50.0  # of customers like them
D = monthly_rate(0.1)
STAYED = metric("stayed", "share", kind="retention", fact="events")


def derived(wanted, base, acquisition):
    return worth.derived(wanted, base, acquisition)


def stays(wanted=LIFETIME, **given):
    declared = {"metric": "stayed", "worth_from": wanted, "basis": "margin", **given}
    return line("stay", **declared)


def read_off(declared, found):
    """The line as pricing hands it to finance, with an effect of 2 more of 100 who stay."""
    return measured(resolved(declared, found), interval(0.02, 0.005), described=STAYED, worth=found)


def test_a_customer_who_stays_is_worth_what_is_expected_of_all_customers():
    found = derived(LIFETIME, accounts(), ACQUISITION)
    assert (found.answer.value, found.answer.se) == (400.0, pytest.approx(ERROR))
    assert found.id == "money.extras.customers.accounts.lifetime"
    assert found.words == (
        "modelled: the margin of a customer of accounts from now on, expected by sBG over 1095 days and discounted at "
        "10% a year"
    )


def test_or_what_it_costs_to_win_another():
    found = derived(REPLACEMENT, accounts(), ACQUISITION)
    assert found.answer == 7_200 and found.id == "money.extras.cac_payback.cac"
    (mind,) = cautions(stays(REPLACEMENT), found)
    assert "one who need not be won anew" in mind


def test_the_line_is_priced_with_it():
    one = read_off(stays(), derived(LIFETIME, accounts(), None))
    found = money(case([one.line]), "USD", 0.95, [one])
    assert number(found.lines[0].monthly) == pytest.approx(0.02 * 100 * 400)


def test_the_input_is_drawn_with_its_own_error_and_names_its_figure():
    one = read_off(stays(), derived(LIFETIME, accounts(), None))
    found = money(case([one.line]), "USD", 0.95, [one]).workings.input("lines.stay.worth")
    assert (found.value, found.source) == (400.0, "assumption") and found.sd == pytest.approx(ERROR)
    assert found.evidence == "money.extras.customers.accounts.lifetime" and found.note.startswith("modelled: ")


def test_a_replaced_customer_costs_what_is_declared_and_is_not_drawn():
    one = read_off(stays(REPLACEMENT, basis="saving"), derived(REPLACEMENT, accounts(), ACQUISITION))
    found = money(case([one.line]), "USD", 0.95, [one]).workings.input("lines.stay.worth")
    assert (found.value, found.sd, found.evidence) == (7_200, None, "money.extras.cac_payback.cac")


def test_a_lifetime_is_earned_as_time_goes_by_and_that_is_said():
    # 16 a month of 400 are 4 %; a stream that begins so is worth 400 at 10 % a year if 96.8 % of it are left each month
    found = derived(LIFETIME, accounts(), None)
    assert found.course.first == pytest.approx(16 / 400)
    assert found.course.stays == pytest.approx(1 + D - 16 / 400)
    (mind,) = cautions(stays(), found)
    assert "4 % of it a month after the customer stays and each month 96.8 % of the month before" in mind
    assert mind.endswith("what comes after the last month of the case does not count.")


def flows(months, gained):
    """By hand: those who stay in a month bring 4 % of 400 a month later, and from then on what is left."""
    left = 1 + D - 0.04
    return [sum(gained[s] * 400 * 0.04 * left ** (t - 1 - s) for s in range(t)) for t in range(months + 1)]


@pytest.mark.parametrize(("months", "ramp", "decay"), [(1, 0, 0), (12, 0, 0), (36, 6, 3), (120, 1, 0)])
def test_the_cash_flow_holds_what_is_earned_within_the_case_and_nothing_after_it(months, ramp, decay):
    declared = stays(ramp=ramp, decay=Decimal(decay) / 100)
    one = read_off(declared, derived(LIFETIME, accounts(), None))
    found = money(case([one.line], months=months), "USD", 0.95, [one])
    gained = [0.0] + [2 * min(t / max(ramp, 1), 1) * (1 - decay / 100) ** (t - 1) for t in range(1, months + 1)]
    by_hand = flows(months, gained)
    assert [month.benefits["stay"] for month in found.cash_flow] == pytest.approx(by_hand, rel=1e-9)
    within = sum(flow / (1 + D) ** t for t, flow in enumerate(by_hand))
    assert number(found.lines[0].present_value) == pytest.approx(within, rel=1e-9)
    whole = sum(400 * each / (1 + D) ** t for t, each in enumerate(gained))
    (beyond,) = found.workings.row("lines.stay.beyond").values
    assert beyond == pytest.approx(whole - within, rel=1e-9)
    assert found.lines[0].reasons[-1].endswith("comes after the last month and is not counted.")


def test_payback_waits_for_the_money():
    # 800 of worth a month would pay 2,000 back within the third; as cash the months after it bring 32, 63 and 93
    one = read_off(stays(), derived(LIFETIME, accounts(), None))
    found = money(case([one.line], months=36), "USD", 0.95, [one])
    assert 12 < number(found.summary.payback) < 14


def test_a_replacement_is_saved_at_once():
    found = derived(REPLACEMENT, accounts(), ACQUISITION)
    assert found.course is None
    one = read_off(stays(REPLACEMENT, basis="saving"), found)
    assert money(case([one.line]), "USD", 0.95, [one]).cash_flow[1].benefits["stay"] == pytest.approx(2 * 7_200)


def test_of_who_buys_as_much_is_first_as_an_equal_part_of_all_months_would_be():
    found = derived(LIFETIME, accounts(kind="purchases"), None).course
    assert 1 / found.first == pytest.approx(sum((1 + D) ** -t for t in range(1, 37)))


def test_who_is_worth_less_than_a_month_s_margin_brings_it_in_the_first():
    found = derived(LIFETIME, accounts(interval(10.0, 1.0)), None).course
    assert found.stays == 0.05 and found.first == pytest.approx(1 + D - 0.05)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (NoEstimate("2 accounts have left; a fit needs 10"), "its worth cannot be given: 2 accounts have left; a fit"),
        (interval(-1.0, 1.0), "its worth is not above 0."),
    ],
)
def test_a_base_without_a_value_prices_nothing(value, why):
    found = derived(LIFETIME, accounts(value), None)
    (said,) = refusals(stays(), found, accounts(value))
    assert said.startswith(why)


def test_a_base_of_which_nothing_is_known_prices_nothing():
    found = derived(LIFETIME, None, None)
    assert list(refusals(stays(), found, None)) == ["its worth cannot be given: nothing is known of accounts."]
    assert resolved(stays(), found) == stays()


@pytest.mark.parametrize(
    ("basis", "margin", "wanted", "why"),
    [
        ("revenue", 0.8, LIFETIME, "must not be taken twice"),
        ("margin", None, LIFETIME, "are valued at revenue"),
        ("revenue", 0.8, REPLACEMENT, "of which no margin is taken"),
    ],
)
def test_the_margin_is_taken_once(basis, margin, wanted, why):
    of = accounts(margin=margin)
    (said,) = refusals(stays(wanted, basis=basis), derived(wanted, of, ACQUISITION), of)
    assert why in said


@pytest.mark.parametrize(
    ("basis", "margin", "wanted"),
    [("margin", 0.8, LIFETIME), ("revenue", None, LIFETIME), ("saving", 0.8, REPLACEMENT)],
)
def test_where_it_is_taken_once_nothing_is_refused(basis, margin, wanted):
    of = accounts(margin=margin)
    assert list(refusals(stays(wanted, basis=basis), derived(wanted, of, ACQUISITION), of)) == []


def test_the_models_named_are_those_that_it_rests_on():
    fits = tuple(
        Model(EVERYBODY, name, 9, (Parameter("a", 1.0, 0.1),) if fitted else (), None)
        for name, fitted in (("BG/NBD", False), ("Pareto/NBD", True), ("Gamma-Gamma", True))
    )
    assert "expected by Pareto/NBD and Gamma-Gamma over" in derived(LIFETIME, accounts(models=fits), None).words


def test_of_who_buys_the_error_is_that_of_these_very_customers():
    shoppers = accounts(kind="purchases", worth=(msgspec.structs.replace(accounts().worth[0], alike=None),))
    assert derived(LIFETIME, shoppers, None).answer == interval(400.0, 40.0)


def test_what_winning_another_costs_is_drawn_in_the_range_of_spend_and_customers():
    given = {
        "spend": Given(low=Decimal(800_000), high=Decimal(1_000_000), source="finance", owner="Jo"),
        "customers": Given(low=Decimal(100)),
    }
    acquisition = Acquisition(Decimal(900_000), Decimal(125), Decimal(800), "accounts", given)
    one = read_off(stays(REPLACEMENT, basis="saving"), derived(REPLACEMENT, accounts(), acquisition))
    found = money(case([one.line]), "USD", 0.95, [one]).workings.input("lines.stay.worth")
    assert (found.low, found.value, found.high) == (6_400, 7_200, 10_000)
    assert (found.source, found.owner) == ("finance", "Jo")
