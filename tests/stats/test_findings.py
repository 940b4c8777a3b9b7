"""All findings of a metric: Hillstrom's published numbers, the headline, units, and no number from nothing."""

import csv
import gzip
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.moments import Sums
from liftledger.stats.findings import headline
from tests.data import data
from tests.stats.records import found, sums

NONE, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"


@pytest.fixture(scope="module")
def hillstrom():
    """Spend in cents and visits of each arm of the MineThatData e-mail test (2008)."""
    arms = {NONE: ([], []), MENS: ([], []), WOMENS: ([], [])}
    with gzip.open(data("hillstrom.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            spend, visit = arms[row["segment"]]
            spend.append(round(100 * float(row["spend"])))
            visit.append(int(row["visit"]))
    return arms


# Published with the data (README of our data folder): effect, ends, p-value; then Fieller's ends of the lift.
@pytest.mark.parametrize(
    ("arm", "effect", "p_value", "lift"),
    [
        (MENS, (0.769827, 0.485140, 1.054515), "1.164e-07", (0.643675, 1.977481)),
        (WOMENS, (0.424412, 0.168957, 0.679868), "1.1294e-03", (0.224162, 1.274965)),
    ],
)
def test_spend_agrees_with_hillstrom_to_every_printed_digit(hillstrom, arm, effect, p_value, lift):
    answer = found("sum", sums(y=hillstrom[NONE][0]), sums(y=hillstrom[arm][0]), scale=2)[0]
    assert answer.method == "welch"
    assert tuple(round(v, 6) for v in (answer.effect.value, answer.effect.low, answer.effect.high)) == effect
    assert f"{answer.p_value:.{len(p_value) - 6}e}" == p_value
    assert (round(answer.lift.low, 6), round(answer.lift.high, 6)) == lift


@pytest.mark.parametrize(("arm", "points"), [(MENS, 7.6590), (WOMENS, 4.5233)])
def test_visits_agree_with_hillstrom_to_every_printed_digit(hillstrom, arm, points):
    def visits(of):
        values = hillstrom[of][1]
        return Sums(len(values), {("y",): sum(values)}, frozenset({"y"}))

    answer = found("conversion", visits(NONE), visits(arm))[0]
    assert round(100 * answer.effect.value, 4) == points
    assert answer.effect.value == pytest.approx(answer.treatment_value - answer.control_value)
    assert answer.lift.value == pytest.approx(answer.effect.value / answer.control_value)


LIKED = {"y": [10, 12, 9, 14, 11, 13, 8, 12], "x": [20, 25, 18, 29, 22, 26, 15, 25]}  # x is 2 y, nearly
OTHER = {"y": [13, 15, 12, 10, 14, 11, 16, 9], "x": [27, 29, 25, 20, 28, 23, 32, 19]}


def test_cuped_is_the_headline_where_it_is_the_more_precise():
    answers = found("sum", sums(**LIKED), sums(**OTHER), before=True)
    assert [answer.method for answer in answers] == ["welch", "cuped"]
    assert answers[1].effect.se < answers[0].effect.se / 2
    assert headline(answers) is answers[1]


def test_cuped_is_not_the_headline_where_its_slope_costs_more_than_it_saves():
    noise = {"x": [5, 1, 4, 4, 1, 5, 3, 2]}
    answers = found("sum", sums(**LIKED | noise), sums(**OTHER | noise), before=True)
    assert answers[1].effect.se >= answers[0].effect.se
    assert headline(answers) is answers[0]


def test_a_skewed_estimate_is_corrected_and_the_plain_one_stays():
    buyers, more = [0] * 95 + [5, 9, 20, 44, 150], [0] * 1900 + [5, 9, 20, 44, 150] * 20
    answers = found("sum", sums(y=buyers), sums(y=more))
    assert [answer.method for answer in answers] == ["welch", "welch-skew"]
    assert abs(answers[0].skewness) > 0.1
    assert headline(answers) is answers[1]
    assert answers[1].effect.value == answers[0].effect.value
    # Few buyers in control: the truth is likelier to lie on the side of a better control.
    assert answers[1].effect.low < answers[0].effect.low


@pytest.mark.parametrize("convention", ["liftledger", "tea-tasting", "growthbook"])
def test_a_covariate_that_explains_everything_leaves_nothing_to_judge_by(convention):
    # y = 3 x + 7 in both arms, exactly, though no float holds the third of a mean.
    control, treatment = (sums(x=x, y=[3 * v + 7 for v in x]) for x in ([1, 2, 7, 3, 9, 4, 4], [2, 8, 1, 5, 5, 4]))
    *plain, adjusted = found("sum", control, treatment, before=True, convention=convention)
    assert isinstance(plain[0].effect, Interval)
    assert isinstance(adjusted.effect, NoEstimate)
    assert adjusted.effect.reason.startswith("the covariate explains every value exactly")


def test_an_even_estimate_is_not_corrected():
    values = [1, 2, 3, 4, 5, 6] * 10
    assert [answer.method for answer in found("sum", sums(y=values), sums(y=values[5:]))] == ["welch"]


def test_without_third_powers_the_plain_estimate_stands_alone():
    arm = Sums(9, {("y",): 12, ("y", "y"): 90})
    assert [(answer.method, answer.skewness) for answer in found("sum", arm, arm)] == [("welch", None)]


def test_values_come_in_the_metrics_own_unit():
    # 3 rows in 2 units that were observed for 86,400 and 172,800 seconds: 1 row a day, 30 in 30 days.
    control, treatment = sums(y=[1, 2], d=[86_400, 172_800]), sums(y=[4, 5], d=[172_800, 86_400])
    assert found("rate", control, treatment)[0].control_value == pytest.approx(1)
    assert found("rate", control, treatment, per=30 * 86_400_000_000)[0].treatment_value == pytest.approx(90)
    # 1,250 cents in 2 orders are 6.25 an order.
    orders = sums(y=[1000, 250], d=[1, 1])
    assert found("mean", orders, orders, scale=2)[0].control_value == pytest.approx(6.25)
    assert found("sum", orders, orders, scale=2)[0].effect.se == pytest.approx(math.sqrt(2 * 3.75**2))


@pytest.mark.parametrize(
    ("kind", "control", "treatment", "reason"),
    [
        ("sum", {"y": [1, 2]}, {"y": []}, "the treatment arm has no units"),
        ("sum", {"y": [1]}, {"y": [1, 2]}, "the control arm has 1 unit; a variance needs 2"),
        ("sum", {"y": [3, 3]}, {"y": [5, 5]}, "all values are equal in each arm, so nothing shows how far chance"),
        (
            "ratio",
            {"y": [1, 2], "d": [0, 0]},
            {"y": [1, 2], "d": [1, 1]},
            "the control arm has a denominator that",
        ),
        (  # one order in the control arm: its value is no quotient of units, and its variance would be 0
            "mean",
            {"y": [60, 0, 0, 0], "d": [1, 0, 0, 0]},
            {"y": [20, 27, 34, 0], "d": [1, 1, 1, 0]},
            "in the control arm a single unit makes up the denominator; a variance needs 2",
        ),
    ],
)
@pytest.mark.parametrize("convention", ["liftledger", "tea-tasting", "growthbook"])
def test_where_nothing_can_be_said_the_reason_is(kind, control, treatment, reason, convention):
    answer = found(kind, sums(**control), sums(**treatment), convention=convention)[0]
    for part in (answer.effect, answer.lift):
        assert isinstance(part, NoEstimate)
        assert part.reason.startswith(reason)
    assert answer.p_value is None
    assert headline((answer,)) is answer


def test_a_control_of_0_has_a_difference_but_no_lift():
    answer = found("sum", sums(y=[0, 0, 0, 0]), sums(y=[3, 4, 5, 6]))[0]
    assert (answer.control_value, answer.treatment_value, answer.effect.value) == (0, 4.5, 4.5)
    assert answer.lift == NoEstimate("the control value is 0, so there is no lift")


def test_without_a_pre_period_cuped_says_so_and_the_plain_estimate_leads():
    arms = sums(y=[1, 2, 5], x=[0, 0, 0]), sums(y=[2, 4, 6], x=[0, 0, 0])
    for convention in ("liftledger", "tea-tasting", "growthbook"):
        answers = found("sum", *arms, before=True, convention=convention)
        reason = NoEstimate("no pre-period: the covariate is 0 for every unit")
        assert (answers[-1].method, answers[-1].effect, answers[-1].lift) == ("cuped", reason, reason)
        assert headline(answers).method.startswith("welch")


@pytest.mark.parametrize("convention", ["tea-tasting", "growthbook"])
def test_other_conventions_know_the_plain_estimate_and_cuped_only(convention):
    arms = sums(y=[0] * 9 + [90], x=[1, 2] * 5), sums(y=[0] * 8 + [70, 90], x=[2, 1] * 5)
    methods = [answer.method for answer in found("sum", *arms, before=True, convention=convention)]
    assert methods == ["welch", "cuped"]


small = st.lists(st.tuples(*[st.sampled_from([0, 0, 1, 2, 7])] * 4), max_size=6)


@settings(max_examples=200, deadline=None)
@given(
    small,
    small,
    st.sampled_from(["sum", "ratio"]),
    st.sampled_from(["liftledger", "tea-tasting", "growthbook"]),
    st.sampled_from([1, -1]),
)
def test_any_few_integers_give_finite_numbers_or_reasons(a, b, kind, convention, sign):
    def arm(rows):
        columns = zip(*rows, strict=True) if rows else [()] * 4
        y, d, x, e = (np.array(column, dtype=int) for column in columns)
        return sums(y=sign * y, d=d, x=x, e=e)

    answers = found(kind, arm(a), arm(b), before=True, convention=convention)
    for answer in answers:
        numbers = [v for v in (answer.control_value, answer.treatment_value, answer.p_value, answer.skewness) if v]
        for part in (answer.effect, answer.lift):
            match part:
                case Interval(value, se, low, high):
                    assert low <= value <= high
                    assert low < high
                    assert se > 0
                    numbers += [value, se, low, high]
                case NoEstimate(reason):
                    assert len(reason) > 10
        assert all(math.isfinite(number) for number in numbers)
        assert (answer.p_value is None) == isinstance(answer.effect, NoEstimate)
        assert answer.p_value is None or 0 <= answer.p_value <= 1
    assert headline(answers) in answers
