"""The portfolio of own studies: which count, and what they say beside the case."""

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.finance.formulas.james_stein import positive_part
from liftledger.finance.formulas.own_prior import own_prior
from liftledger.finance.tables.portfolio import Worth, own_studies, portfolio
from tests.finance.lines import estimate, interval, metric, number, reason

EFFECTS = [0.021, 0.013, 0.034, -0.004, 0.009, 0.017, 0.030]
SES = [0.010, 0.008, 0.015, 0.010, 0.006, 0.012, 0.009]


def studies(number=7):
    found = zip(EFFECTS[:number], SES[:number], strict=True)
    return [estimate(f"study{n}", "activated", interval(*one)) for n, one in enumerate(found)]


def shown(estimates, *lines, better="higher"):
    described = metric("activated", "share", better=better)
    return portfolio(described, own_studies(estimates, "activated"), lines, "USD", 0.95)


def figures(extra):
    prefix = "money.extras.own_studies_activated."
    return {figure.id.removeprefix(prefix): figure for figure in extra.figures}


def test_only_randomised_studies_of_the_metric_over_all_units_count():
    first, *_ = given = studies()
    others = [
        msgspec.structs.replace(first, study="a", metric="paid"),
        msgspec.structs.replace(first, study="b", grade=Grade.TRACED),
        msgspec.structs.replace(first, study="c", segment={"plan": "free"}),
        msgspec.structs.replace(first, study="d", headline=False),
        msgspec.structs.replace(first, study="e", effect=NoEstimate("nobody came")),
        msgspec.structs.replace(first, study="f", effect=interval(0.1, 0.0)),
        msgspec.structs.replace(first, arm="c", effect=interval(0.1, 0.01)),  # of two arms the first
    ]
    assert own_studies([*given, *others], "activated") == {one.study: one for one in given}


def test_five_studies_are_too_few():
    assert shown(studies(5)) is None


def test_what_they_say_together():
    extra, prior = shown(studies()), own_prior(EFFECTS, SES)
    found = figures(extra)
    assert number(found["raw"]) == pytest.approx(sum(EFFECTS))
    assert found["shrunk"].answer == prior.expected([1.0] * 7, 0.95)
    won = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]  # effect above 1.96 standard errors
    assert number(found["raw_won"]) == pytest.approx(0.021 + 0.034 + 0.030)
    assert found["shrunk_won"].answer == prior.expected(won, 0.95)
    assert number(found["shrunk_won"]) < number(found["raw_won"])
    assert number(found["bias"]) > 0
    assert number(found["james_stein"]) == pytest.approx(positive_part(EFFECTS, SES) * sum(EFFECTS))
    assert found["next"].answer == prior.next_study(0.95)
    assert [row[:3] for row in extra.rows] == [
        (f"study{n}", e, s) for n, (e, s) in enumerate(zip(EFFECTS, SES, strict=True))
    ]
    assert sum(row[3] for row in extra.rows) == pytest.approx(number(found["shrunk"]))


def test_where_less_is_better_those_that_lower_it_win():
    found = figures(shown(studies(), better="lower"))
    assert number(found["raw_won"]) == 0
    lowered = [msgspec.structs.replace(one, effect=interval(-one.effect.value, one.effect.se)) for one in studies()]
    turned = figures(shown(lowered, better="lower"))
    plain = figures(shown(studies()))
    for name in ("raw_won", "bias", "shrunk"):
        assert number(turned[name]) == pytest.approx(-number(plain[name]))


def test_a_line_is_shown_what_its_effect_would_be_and_the_prior_of_the_others():
    found = figures(shown(studies(), Worth("sales", "study2", 1_000_000.0)))
    alone = own_prior(EFFECTS, SES).expected([0, 0, 1, 0, 0, 0, 0], 0.95)
    assert found["sales.expected"].answer == alone
    assert number(found["sales.present_value"]) == pytest.approx(1_000_000 * alone.value)
    others = own_prior(EFFECTS[:2] + EFFECTS[3:], SES[:2] + SES[3:])
    assert found["sales.prior"].answer == others.next_study(0.95)
    assert isinstance(found["sales.prior"].answer, Interval)


def test_a_study_is_no_prior_of_itself():
    found = figures(shown(studies(6), Worth("sales", "study2", 1_000_000.0)))
    assert reason(found["sales.prior"]).startswith("there are 5 own studies; it takes 6")
