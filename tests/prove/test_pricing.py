"""Which evidence a benefit line is priced by, and what refuses it, on estimates and customers made by hand."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.metric import Metric, Term
from liftledger.domain.project import Project
from liftledger.domain.report import encode
from liftledger.domain.value import Acquisition, CustomerWorth, Prior
from liftledger.prove.pricing import case
from tests.finance.accounts import accounts, study
from tests.finance.lines import case as value_of
from tests.finance.lines import estimate, interval, line, metric, number

STAYED = metric("stayed", "share", kind="retention", fact="events")
STAYS = estimate("test", "stayed", interval(0.02, 0.005))
ACQUISITION = Acquisition(Decimal(900_000), Decimal(125), Decimal(800), "accounts")
LIFETIME, REPLACEMENT = CustomerWorth("accounts", "lifetime"), CustomerWorth("accounts", "replacement")


def stay(**given):
    return line("stay", **{"metric": "stayed", "worth_from": LIFETIME, **given})


def priced(*lines, estimates=(STAYS,), customers=(accounts(),), studies=(study(),), **given):  # noqa: B008
    project = Project(
        company="Hand-made",
        currency="USD",
        engine="duckdb",
        facts=(),
        units=("account",),
        relations=(),
        dimensions=(),
        metrics=(Metric("stayed", "retention", "events", Term()),),
        studies=(),
        value=value_of(lines, margin=Decimal("0.8"), **given),
    )
    return case(project, studies, estimates, {"stayed": STAYED}, customers)


def test_who_stays_is_worth_what_customers_of_the_base_are():
    found = priced(stay())
    (one,) = found.lines
    assert one.priced and number(one.monthly) == pytest.approx(0.02 * 100 * 400)
    assert any(why.startswith("its worth is modelled: the margin of a customer of accounts") for why in one.reasons)
    worth = found.workings.input("lines.stay.worth")
    assert worth.value == 400 and worth.sd == 50  # of customers like them
    assert worth.evidence in {figure.id for figure in found.figures}


def test_or_what_winning_another_would_cost_and_never_both():
    found = priced(stay(worth_from=REPLACEMENT, basis="saving"), acquisition=ACQUISITION)
    assert number(found.lines[0].monthly) == pytest.approx(0.02 * 100 * 7_200)
    worth = found.workings.input("lines.stay.worth")
    assert worth.evidence in {figure.id for figure in found.figures}


@pytest.mark.parametrize(
    ("customers", "why"),
    [
        ((accounts(NoEstimate("nobody pays for a subscription now")),), "nobody pays for a subscription now"),
        ((), "nothing is known of accounts"),
    ],
)
def test_a_base_without_a_value_prices_nothing_and_says_why(customers, why):
    found = priced(stay(), customers=customers)
    assert found.lines[0].reasons == (f"its worth cannot be given: {why}.",)
    assert found.cash_flow == () and not found.lines[0].priced


def test_a_value_at_the_margin_is_not_taken_at_the_margin_again():
    found = priced(stay(basis="revenue"))
    assert "must not be taken twice" in found.lines[0].reasons[0] and not found.lines[0].priced


def test_of_several_arms_a_line_is_one():
    other = msgspec.structs.replace(STAYS, id="test.stayed.c.welch", arm="c", effect=interval(0.05, 0.005))
    found = priced(stay(), estimates=(other, STAYS))
    assert found.lines[0].estimate == STAYS.id and number(found.lines[0].effect) == 0.02


def test_benefit_on_a_broken_estimate_is_refused_with_all_money_and_every_table():
    broken = msgspec.structs.replace(STAYS, grade=Grade.BROKEN, priceable=False)
    failed = msgspec.structs.replace(study(grade=Grade.BROKEN), reasons=("arms are off by more than chance.",))
    found = priced(stay(), estimates=(broken,), studies=(failed,), acquisition=ACQUISITION)
    assert found.lines[0].reasons[0] == "study test is broken: arms are off by more than chance."
    assert found.extras == () and found.cash_flow == () and found.reconciliations == ()
    assert {type(figure.answer) for figure in found.figures} == {NoEstimate}


def test_what_is_measured_without_control_is_set_against_history_and_not_priced():
    traced = msgspec.structs.replace(STAYS, grade=Grade.TRACED, priceable=False, treatment_value=0.97)
    found = priced(stay(benefit="intervention"), estimates=(traced,))
    assert not found.lines[0].priced
    assert "interventions" in {table.name for table in found.extras}


def test_the_same_case_is_the_same_bytes():
    lines = (stay(), line("whole", study="test", metric="stayed", worth=Decimal(3)))
    one, other = (encode(priced(*lines, acquisition=ACQUISITION)) for _ in range(2))
    assert one == other


def test_six_own_studies_of_a_metric_without_a_prior_stand_beside_the_case():
    others = [estimate(f"study{n}", "stayed", interval(0.01 * n, 0.005)) for n in range(5)]
    line_of = stay(worth_from=None, worth=Decimal(400))
    plain, beside = priced(line_of), priced(line_of, estimates=(STAYS, *others))
    (own,) = (extra for extra in beside.extras if extra.name == "own_studies_stayed")
    assert [row[0] for row in own.rows] == ["test", "study0", "study1", "study2", "study3", "study4"]
    assert beside.summary == plain.summary  # shown, never applied
    assert {figure.id for figure in own.figures} <= {figure.id for figure in beside.figures}
    declared = priced(line_of, estimates=(STAYS, *others), priors=(Prior("stayed", 0.0, 0.01),))
    assert "own_studies_stayed" not in {extra.name for extra in declared.extras}


def test_lines_of_two_arms_of_a_study_are_pointed_out():
    other = msgspec.structs.replace(STAYS, id="test.stayed.c.welch", arm="c")
    declared = (stay(), line("more", metric="stayed", arm="c", worth=Decimal(5)))
    found = priced(*declared, estimates=(STAYS, other))
    assert any(
        text == "more is of another arm of test: the units of the two must be different ones, as nobody gets two "
        "treatments."
        for text in found.lines[0].reasons
    )
