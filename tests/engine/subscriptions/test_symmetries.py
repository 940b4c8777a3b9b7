"""What must not change the answers, and what must change them in a known way. One engine: the others agree with it."""

import random

import msgspec
import pytest

from liftledger.domain.instant import DAY, instant, micros
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans, lifespans_by_arm
from liftledger.engine.subscriptions.movements import Part, movements
from liftledger.engine.subscriptions.revenue_kept import revenue_kept, revenue_kept_by_arm
from liftledger.engine.subscriptions.triangle import cohorts
from tests.engine.subscriptions.subscribed import AS_OF, based
from tests.engine.subscriptions.test_any_subscriptions import WINDOW, Records

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb")]

CYCLE = 1461 * DAY  # four years, between 1901 and 2099


class Answers(msgspec.Struct):
    """All reductions of some subscriptions."""

    movements: tuple
    kept: tuple
    cohorts: tuple
    revenue: dict
    revenue_by_arm: dict
    lifespans: dict
    lifespans_by_arm: dict


def answers(folder, rows, arms, as_of=AS_OF):
    folder.mkdir()
    with based(folder, rows, arms=arms, as_of=as_of) as one:
        return Answers(
            movements(*one),
            kept(*one),
            cohorts(*one),
            revenue_kept(*one),
            revenue_kept_by_arm(*one, one.cohorts, WINDOW),
            lifespans(*one),
            lifespans_by_arm(*one, one.cohorts),
        )


@pytest.fixture(scope="module")
def records():
    found = Records(11)
    found.rows = [row for row in found.rows if row[2] is None or row[2] >= row[1]]
    return found


@pytest.fixture(scope="module")
def plain(engine, tmp_path_factory, records):
    return answers(tmp_path_factory.mktemp("symmetries") / "plain", records.rows, records.arms)


def test_the_order_of_rows_does_not_matter(tmp_path, records, plain):
    rows, arms = records.rows[:], records.arms[:]
    random.Random(1).shuffle(rows)
    random.Random(2).shuffle(arms)
    assert answers(tmp_path / "shuffled", rows, arms) == plain


def test_a_subscription_cut_in_two_is_the_same(tmp_path, records, plain):
    chance, rows = random.Random(3), []
    for user, start, end, cents, plan in records.rows:
        last = AS_OF if end is None else end
        cut = chance.randrange(start, last + 1) if last > start else start
        rows += [(user, start, cut, cents, plan), (user, cut, end, cents, plan)] if cut > start else []
        rows += [(user, start, end, cents, plan)] if cut <= start else []
    assert len(rows) > len(records.rows)
    assert answers(tmp_path / "cut", rows, records.arms) == plain


def test_a_subscription_sold_in_two_halves_is_the_same(tmp_path, records, plain):
    rows = []
    for user, start, end, cents, plan in records.rows:
        half = None if cents is None or cents < 0 else cents // 2
        rows += [(user, start, end, cents, plan)] if half is None else []
        rows += [] if half is None else [(user, start, end, half, plan), (user, start, end, cents - half, plan)]
    assert answers(tmp_path / "halves", rows, records.arms) == plain


def test_four_years_later_all_is_the_same_by_other_names(tmp_path, records, plain):
    rows = [
        (user, start + CYCLE, None if end is None else end + CYCLE, *rest) for user, start, end, *rest in records.rows
    ]
    with based(tmp_path, rows, as_of=AS_OF + CYCLE) as one:
        found = movements(*one), kept(*one), cohorts(*one), revenue_kept(*one), lifespans(*one)
    months = tuple(msgspec.structs.replace(month, month=later(month.month)) for month in plain.movements)
    periods = tuple(msgspec.structs.replace(period, start=later(period.start)) for period in plain.kept)
    intakes = tuple(msgspec.structs.replace(intake, month=later(intake.month)) for intake in plain.cohorts)
    assert found == (months, periods, intakes, plain.revenue, plain.lifespans)


def later(name):
    return f"{int(name[:4]) + 4}{name[4:]}"


def test_twice_the_price_is_twice_the_revenue_of_the_same_accounts(tmp_path, records, plain):
    rows = [(user, start, end, cents and 2 * cents, plan) for user, start, end, cents, plan in records.rows]
    found = answers(tmp_path / "double", rows, records.arms)
    assert (found.kept, found.lifespans, found.lifespans_by_arm) == (
        plain.kept,
        plain.lifespans,
        plain.lifespans_by_arm,
    )
    for one, other in zip(plain.movements, found.movements, strict=True):
        for part, doubled in zip(msgspec.structs.astuple(one)[1:], msgspec.structs.astuple(other)[1:], strict=True):
            assert doubled == Part(part.accounts, 2 * part.mrr)
    for group, one in plain.revenue.items():
        accounts, *sums = msgspec.structs.astuple(one)
        factors = [2, 2, 2, 4, 4, 4, 4, 4]
        doubled = [factor * value for factor, value in zip(factors, sums, strict=True)]
        assert msgspec.structs.astuple(found.revenue[group]) == (accounts, *doubled)


def test_two_bases_side_by_side_add_up(tmp_path, records, plain):
    rows = records.rows + [(f"twin-{user}", *rest) for user, *rest in records.rows]
    found = answers(tmp_path / "twins", rows, records.arms)
    assert [(one.starting, one.ending) for one in found.kept] == [(2 * k.starting, 2 * k.ending) for k in plain.kept]
    assert found.lifespans == {group: one + one for group, one in plain.lifespans.items()}
    assert found.lifespans_by_arm == plain.lifespans_by_arm  # a twin is in no study


def test_what_is_reported_of_a_month_is_still_so_a_year_later(tmp_path, records):
    early = micros("2025-03-15")
    known = [row for row in records.rows if row[1] < early]
    before = answers(tmp_path / "early", known, records.arms, as_of=early)
    after = answers(tmp_path / "late", records.rows, records.arms)
    assert after.movements[: len(before.movements)] == before.movements
    assert before.movements[-1].month == instant(early - 20 * DAY)[:7]
    months = [one for one in after.kept if one.period == "month"]
    assert [one for one in before.kept if one.period == "month"] == months[: len(before.movements) - 1]


def test_every_month_adds_up(plain):
    for month in plain.movements:
        gained = month.new.mrr + month.expansion.mrr + month.reactivated.mrr
        assert month.opening.mrr + gained - month.contraction.mrr - month.churned.mrr == month.closing.mrr
    for one, following in zip(plain.movements, plain.movements[1:], strict=False):
        assert one.closing == following.opening
    names = [month.month for month in plain.movements]
    for place, month in enumerate(plain.movements):
        came = [(names.index(intake.month), intake) for intake in plain.cohorts if intake.month <= month.month]
        assert sum(intake.mrr[place - first] for first, intake in came) == month.closing.mrr


def test_gross_retention_is_no_more_than_all_and_no_more_than_net(plain):
    for one in [*plain.revenue.values(), *plain.revenue_by_arm.values()]:
        assert one.kept <= one.start and one.kept <= one.end
        assert one.kept_kept <= one.start_kept <= one.start_start
