"""Who is a customer, of which purchases: returns, several a day, the day that is not over, and a study's start."""

import random

import msgspec
import pytest

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.expression import Arithmetic, Number
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.purchasing.behaviour import behaviour
from liftledger.engine.purchasing.cohorts import Cohort, cohorts, kept, months
from liftledger.engine.purchasing.concentration import concentration
from liftledger.engine.purchasing.forecast import Track, held, track
from liftledger.engine.purchasing.histories import histories, spending
from tests.engine.direct import AS_OF, column, world, write
from tests.engine.purchasing.shop import (
    AMOUNT,
    HEADER,
    ORDERS,
    customers_in,
    customers_of,
    listed,
    order,
    seen_histories,
    shop,
    shoppers,
)  # fmt: skip
from tests.engine.records import USD

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb", "postgres")]

FIRST = micros("2026-01-05")
SEEN = (AS_OF - FIRST) // DAY - 1  # steps observed after that of the first purchase


def spent(one, found):
    return listed(spending(one.engine, found)[EVERYBODY])


def test_rows_of_one_day_are_one_purchase_and_amounts_add_up(tmp_path):
    orders = [order("u", FIRST, "5.00"), order("u", FIRST + DAY - 1, "2.50"), order("u", FIRST + DAY, "1.00")]
    with shop(tmp_path, [*orders, order("u", FIRST + DAY + 1, "0.10")]) as one:
        found = customers_of(one)
        assert seen_histories(one, found) == [(1, 1, SEEN, 1)]
        assert spent(one, found) == [(1, 110, 1)]
        assert behaviour(one.engine, found)[EVERYBODY].total("revenue") == 860
    assert (found.bought.rows, found.purchases, found.merged) == (4, 2, 2)


def test_a_return_is_netted_on_its_day(tmp_path):
    # u keeps a part, v sends all back the same day, w on a later one, x gets back more than ever was paid
    orders = [order("u", FIRST, "10.00"), order("u", FIRST + HOUR, "-4.00"), order("u", FIRST + 2 * DAY, "3.00")]
    orders += [order("v", FIRST, "10.00"), order("v", FIRST + HOUR, "-10.00"), order("v", FIRST + DAY, "1.00")]
    orders += [order("w", FIRST, "10.00"), order("w", FIRST + 3 * DAY, "-10.00")]
    orders += [order("x", FIRST, "-0.01"), order("y", FIRST, "0.00")]
    with shop(tmp_path, orders) as one:
        found = customers_of(one)
        assert seen_histories(one, found) == [(0, 0, SEEN - 1, 1), (0, 0, SEEN, 1), (1, 2, SEEN, 1)]
        assert spent(one, found) == [(1, 300, 1)]
    assert (found.customers, found.purchases, found.bought.nobody) == (3, 4, 2)
    assert (found.bought.void, found.bought.returned, found.bought.negative) == (4, -1001, 4)


def test_what_a_condition_leaves_out_is_no_purchase(tmp_path):
    orders = [order("u", FIRST), order("u", FIRST + DAY, status="open"), order("v", FIRST, status="")]
    with shop(tmp_path, orders) as one:
        assert seen_histories(one, customers_of(one)) == [(0, 0, SEEN, 1)]
        assert seen_histories(one, customers_of(one, shoppers(name="all", where=None))) == [
            (0, 0, SEEN, 1),
            (1, 1, SEEN, 1),
        ]


def test_without_an_amount_every_day_with_a_row_is_a_purchase(tmp_path):
    orders = [order("u", FIRST, "-1.00"), order("u", FIRST + DAY, ""), order("v", FIRST, "0.00")]
    with shop(tmp_path, orders) as one:
        found = customers_of(one, shoppers(amount=None))
        assert seen_histories(one, found) == [(0, 0, SEEN, 1), (1, 1, SEEN, 1)]
        assert spending(one.engine, found) == concentration(one.engine, found) == {}
        assert not behaviour(one.engine, found)[EVERYBODY].has("revenue")
        assert cohorts(months(one.engine, found)) == (Cohort("2026-01", 2, (2, 0), ()),)


def test_a_blank_amount_adds_nothing(tmp_path):
    with shop(tmp_path, [order("u", FIRST, ""), order("u", FIRST + HOUR, "2.00"), order("v", FIRST, "")]) as one:
        found = customers_of(one)
    assert (found.customers, found.bought.nobody, found.merged) == (1, 1, 1)


def test_an_amount_may_be_computed(tmp_path):
    twice = Arithmetic("*", column(AMOUNT), Number(2), USD)
    with shop(tmp_path, [order("u", FIRST, "2.00")]) as one:
        found = customers_of(one, shoppers(amount=twice))
        assert behaviour(one.engine, found)[EVERYBODY].total("revenue") == 400


@pytest.mark.parametrize(
    ("as_of", "rows", "unfinished"),
    [(FIRST + DAY, 2, 0), (FIRST + DAY + HOUR, 2, 1), (FIRST + 2 * DAY - 1, 2, 2), (FIRST + 2 * DAY, 4, 0)],
)
def test_the_day_that_is_not_over_does_not_count(tmp_path, as_of, rows, unfinished):
    times = (FIRST, FIRST + DAY - 1, FIRST + DAY, FIRST + DAY + HOUR)
    with shop(tmp_path, [order("u", at) for at in times]) as one:
        found = customers_of(one, as_of=as_of)
        assert seen_histories(one, found) == [(rows // 2 - 1, rows // 2 - 1, rows // 2 - 1, 1)]
    assert (found.bought.rows, found.bought.unfinished) == (rows, unfinished)


def test_nobody_bought_yet(tmp_path):
    with shop(tmp_path, [order("u", FIRST), order("v", FIRST, "-1.00")], [("u", FIRST, "b"), ("v", FIRST, "a")]) as one:
        for found in (customers_of(one, as_of=FIRST), customers_in(one, as_of=FIRST)):
            assert (found.customers, found.purchases, found.start) == (0, 0, None)
            for read in (histories, spending):
                assert {group: listed(rows) for group, rows in read(one.engine, found).items()} == {
                    group: [] for group in found.groups
                }
            assert {sums.n for sums in behaviour(one.engine, found).values()} == {0}
            assert concentration(one.engine, found) == dict.fromkeys(found.groups, ())
            assert cohorts(months(one.engine, found)) == kept(months(one.engine, found)) == ()
            assert listed(held(one.engine, found, found.bought.end)) == []
            assert track(one.engine, found, found.bought.end) == Track(found.bought.end, (), ())


def test_a_week_begins_on_thursday_as_1970_did(tmp_path):
    week = micros("2026-01-08")  # a Thursday
    orders = [order("u", week - 1), order("u", week), order("u", week + 7 * DAY - 1), order("u", week + 7 * DAY)]
    with shop(tmp_path, orders) as one:
        found = customers_of(one, shoppers(grid=7 * DAY), week + 21 * DAY)
        assert seen_histories(one, found) == [(2, 2, 3, 1)]


def test_purchases_before_1970_lie_in_steps_below_0(tmp_path):
    orders = [order("u", -1), order("u", -DAY), order("u", -DAY - 1), order("u", 0), order("v", micros("0001-01-01"))]
    with shop(tmp_path, orders) as one:
        found = customers_of(one, as_of=2 * DAY)
        assert seen_histories(one, found) == [(0, 0, 719_163, 1), (2, 2, 3, 1)]
        assert [one.month for one in cohorts(months(one.engine, found))] == ["0001-01", "1969-12"]


def test_a_revenue_beyond_64_bits_is_refused(tmp_path):
    most = "99999999999999.99"
    orders = [order("u", FIRST - place * DAY, most) for place in range(923)]
    with shop(tmp_path, orders[1:]) as one:
        assert behaviour(one.engine, customers_of(one))[EVERYBODY].total("revenue") == 922 * (10**16 - 1)
    with shop(tmp_path, orders) as one, pytest.raises(SumTooLarge):
        customers_of(one)


def test_a_row_that_was_exported_twice_is_bought_once(tmp_path):
    orders = [order("u", FIRST + place % 3 * DAY, f"{place}.00") for place in range(1, 9)]
    numbered = [(place, *row) for place, row in enumerate(orders)]
    answers = []
    for rows in (numbered, numbered + numbered[::-1]):
        write(tmp_path, "orders", f"order_id {HEADER}", rows)
        fact = msgspec.structs.replace(ORDERS, id="order_id")
        with world(tmp_path, (fact,), (), ()) as one:
            found = customers_of(one)
            answers.append((found, seen_histories(one, found), spent(one, found)))
    assert answers[1] == answers[0]
    assert (answers[0][0].bought.rows, answers[0][0].merged) == (8, 5)


# -------------------------------------------------------------------------------------------------- dimensions and arms


def test_a_dimension_is_that_of_the_first_purchase(tmp_path):
    # kind: the category of the last order by then; v bought again as another kind, w has none yet, x none at all
    orders = [order("u", FIRST - HOUR, status="open", category="hats"), order("u", FIRST, category="shoes")]
    orders += [order("v", FIRST, category="hats"), order("v", FIRST + DAY, category="shoes")]
    orders += [order("w", FIRST), order("w", FIRST + 1, category="hats"), order("x", FIRST)]
    with shop(tmp_path, orders, users=[("u", "DE", ""), ("v", "DE", ""), ("w", "", "")]) as one:
        found = customers_of(one, shoppers(dimensions=("kind", "country")))
        counts = {group: sum(rows["customers"]) for group, rows in histories(one.engine, found).items()}
    assert found.values == {"country": ("", "DE"), "kind": ("", "hats", "shoes")}
    assert counts == {
        EVERYBODY: 4,
        Group(dimension="country", value=""): 2,
        Group(dimension="country", value="DE"): 2,
        Group(dimension="kind", value=""): 2,
        Group(dimension="kind", value="hats"): 1,
        Group(dimension="kind", value="shoes"): 1,
    }


def test_of_units_in_a_study_only_purchases_from_their_start_on_count(tmp_path):
    # u bought before; v only before; w at its start; x is in no arm; of u's first day in the study a part came before
    start = FIRST + 3 * DAY + 6 * HOUR
    seen = [("u", start, "b"), ("v", start, "b"), ("w", start, "a")]
    orders = [order("u", FIRST, "9.00"), order("u", start - HOUR, "8.00"), order("u", start + HOUR, "2.00")]
    orders += [order("u", start + 5 * DAY, "1.00"), order("v", start - 1), order("w", start, "3.00"), order("x", start)]
    with shop(tmp_path, orders, seen) as one:
        found = customers_in(one)
        own = {group.arm: listed(rows) for group, rows in histories(one.engine, found).items()}
        sums = {group.arm: one for group, one in behaviour(one.engine, found).items()}
        spent = {group.arm: listed(rows) for group, rows in spending(one.engine, found).items()}
    assert found.groups == (Group(study="test", arm="a"), Group(study="test", arm="b"))
    assert own == {"a": [(0, 0, SEEN - 3, 1, 0)], "b": [(1, 5, SEEN - 3, 1, 100)]}
    assert {arm: one.total("revenue") for arm, one in sums.items()} == {"a": 300, "b": 300}
    assert spent == {"a": [], "b": [(1, 100, 1)]}


def test_categories_are_those_of_rows_that_were_paid_for(tmp_path):
    orders = [order("u", FIRST, "1.00", category="hats"), order("u", FIRST, "1.00", category="hats")]
    orders += [order("u", FIRST + DAY, "1.00", category="Hats"), order("u", FIRST + DAY, "-1.00", category="shoes")]
    orders += [order("u", FIRST + DAY, "3.00", category=""), order("v", FIRST, "1.00")]
    with shop(tmp_path, orders) as one:
        sums = behaviour(one.engine, customers_of(one, shoppers(category="category")))[EVERYBODY]
    assert (sums.total("categories"), sums.total("categories", "categories")) == (2, 4)


# ------------------------------------------------------------------------------------------------------------ by months


def test_kept_are_those_who_bought_in_two_periods_in_a_row(tmp_path):
    bought = {"u": ("2025-01-31", "2025-02-01", "2025-04-01"), "v": ("2025-02-28", "2025-02-27"), "w": ("2024-12-31",)}
    orders = [order(user, micros(day)) for user, days in bought.items() for day in days]
    with shop(tmp_path, orders) as one:
        found = kept(months(one.engine, customers_of(one, as_of=micros("2025-05-10"))))
    assert [(one.period, one.start, one.starting, one.ending) for one in found] == [
        ("month", "2025-02-01", 1, 1),
        ("month", "2025-03-01", 2, 0),
    ]  # of December, and of the last quarter of 2024, the records hold one day


def test_a_month_whose_first_day_has_a_purchase_is_whole(tmp_path):
    with shop(tmp_path, [order("u", micros("2025-01-01")), order("u", micros("2025-02-28"))]) as one:
        found = kept(months(one.engine, customers_of(one, as_of=micros("2025-03-01"))))
    assert [(one.period, one.start, one.starting, one.ending) for one in found] == [("month", "2025-02-01", 1, 1)]


def test_a_month_that_is_not_over_is_in_no_cohort(tmp_path):
    orders = [order("u", micros("2025-12-31"), "2.00"), order("u", micros("2026-02-01"), "1.00")]
    orders += [order("v", micros("2026-02-03"))]
    with shop(tmp_path, orders) as one:
        halfway = cohorts(months(one.engine, customers_of(one, as_of=micros("2026-02-15"))))
        over = cohorts(months(one.engine, customers_of(one, shoppers(name="later"), micros("2026-03-01"))))
    assert halfway == (Cohort("2025-12", 1, (1, 0), (200, 0)), Cohort("2026-02", 1, (), ()))
    assert over[0] == Cohort("2025-12", 1, (1, 0, 1), (200, 0, 100))
    assert over[1] == Cohort("2026-02", 1, (1,), (100,))


def test_what_is_held_out_are_purchases_of_those_known_by_then(tmp_path):
    split = FIRST // DAY + 10
    orders = [
        order("u", FIRST),
        order("u", FIRST + 9 * DAY),
        order("u", FIRST + 10 * DAY),
        order("u", FIRST + 30 * DAY),
    ]
    orders += [order("v", FIRST + 9 * DAY), order("w", FIRST + 10 * DAY), order("w", FIRST + 11 * DAY)]
    with shop(tmp_path, orders) as one:
        found = customers_of(one)
        assert listed(held(one.engine, found, split)) == [(0, 0, 0, 1, 0), (1, 9, 9, 1, 2)]
        followed = track(one.engine, found, split)
    assert followed.start == FIRST // DAY
    assert [place for place, first in enumerate(followed.firsts) if first] == [0, 9]
    assert [followed.repeats[place] for place in (8, 9, 10, 11, 30, SEEN)] == [0, 1, 2, 2, 3, 3]
    assert len(followed.repeats) == len(followed.firsts) == SEEN + 1


def test_the_top_may_cut_a_customer(tmp_path):
    # 7 customers: 20 % are 1.4 of them; the second highest are two with the same
    revenue = ["9.00", "5.00", "5.00", "3.00", "2.00", "2.00", "1.00"]
    orders = [order(f"u{place}", FIRST, amount) for place, amount in enumerate(revenue)]
    random.Random(1).shuffle(orders)
    with shop(tmp_path, orders) as one:
        tops = {top.share: top for top in concentration(one.engine, customers_of(one))[EVERYBODY]}
    top = tops[20]
    assert (top.threshold, top.above, top.total, top.squares, top.at) == (500, 1, 900, 810_000, 2)
    assert top.held(7) == 900 + 2 * 500 * 2 / 10
    assert (tops[1].above, tops[1].held(7), tops[100].held(7)) == (0, 63, 2700)
