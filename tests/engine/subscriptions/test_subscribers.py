"""Which rows are subscriptions, whose they are, and what was counted of the others."""

import msgspec
import pytest
from sqlglot import exp

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.expression import TEXT, Arithmetic, Number
from liftledger.domain.instant import instant, micros
from liftledger.domain.study import STARTED, Dimension, Relation
from liftledger.engine.engine import SumTooLarge
from liftledger.engine.subscriptions.groups import PLAN
from liftledger.engine.subscriptions.kept import kept
from liftledger.engine.subscriptions.lifespans import lifespans
from liftledger.engine.subscriptions.movements import Part, movements
from liftledger.engine.subscriptions.revenue_kept import revenue_kept
from liftledger.engine.subscriptions.subscribers import Counts, subscribers
from liftledger.engine.subscriptions.triangle import cohorts
from tests.engine.direct import column, equals, wide, world, write
from tests.engine.records import field
from tests.engine.subscriptions.subscribed import AS_OF, BASE, FACT, MRR, TRIAL, based

pytestmark = [pytest.mark.usefixtures("engine"), pytest.mark.engines("duckdb", "postgres")]


def customers(one):
    """User -> (start, left), as days."""
    query = exp.select("_unit", "_start", "_left").from_(one.of.customers)
    return {user: (_day(start), _day(left)) for user, start, left in one.world.engine.rows("customers", query)}


def _day(at):
    return None if at is None else instant(at)[:10]


NOTHING = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)


def counted(folder, rows, **options):
    """What is counted besides subscriptions, customers and those subscribed."""
    with based(folder, rows, **options) as one:
        left = msgspec.structs.replace(one.of.counts, subscriptions=0, customers=0, subscribed=0)
        return {name: n for name, n in msgspec.structs.asdict(left).items() if n}, customers(one)


def test_a_subscription_that_ends_before_it_starts_is_left_out(tmp_path):
    rows = [("u", "2026-01-02", "2026-01-01", 1000), ("v", "2026-01-01", "2026-02-01", 1000)]
    assert counted(tmp_path, rows) == ({"backwards": 1}, {"v": ("2026-01-01", "2026-02-01")})


def test_one_that_ends_at_the_instant_it_starts_makes_a_customer_who_never_paid(tmp_path):
    with based(tmp_path, [("u", "2026-01-02", "2026-01-02", 1000), ("v", "2026-01-02", None, 500)]) as one:
        engine, of = one
        assert (of.counts.empty, of.counts.customers, of.counts.overlapping) == (1, 2, 0)
        january = cohorts(engine, of)[0]
        assert (january.customers, january.active, january.mrr) == (2, (1, 1), (500, 500))
        assert lifespans(engine, of)[EVERYBODY].events == {1: 1}
        assert movements(engine, of)[0].new.accounts == 1


def test_a_negative_amount_is_left_out_and_a_blank_one_is_nothing(tmp_path):
    rows = [("u", "2026-01-02", None, -1), ("v", "2026-01-02", None, None), ("w", "2026-01-02", None, 0)]
    assert counted(tmp_path, rows) == (
        {"negative": 1, "blank": 1},
        {"v": ("2026-01-02", None), "w": ("2026-01-02", None)},
    )


def test_what_starts_at_the_date_or_later_is_late_and_what_ends_then_goes_on(tmp_path):
    rows = [("u", AS_OF, None, 100), ("u", AS_OF + 1, AS_OF - 1, 100), ("v", AS_OF - 1, AS_OF, 100)]
    rows += [("w", "2026-01-01", AS_OF - 1, 100)]
    assert counted(tmp_path, rows) == ({"late": 2}, {"v": ("2026-03-14", None), "w": ("2026-01-01", "2026-03-14")})


def test_overlapping_subscriptions_are_summed_and_counted(tmp_path):
    rows = [
        *(("u", "2026-01-01", "2026-02-01", 100), ("u", "2026-01-31", None, 50)),  # one runs when the other starts
        *(("v", "2026-01-01", "2026-02-01", 100), ("v", "2026-02-01", None, 50)),  # one follows the other
        *(("w", "2026-01-05", None, 1), ("w", "2026-01-05", None, 2), ("w", "2026-01-05", "2026-01-06", 4)),
        *(("x", "2026-01-01", None, 1), ("x", "2026-01-03", "2026-01-03", 9)),  # that one never runs
    ]
    with based(tmp_path, rows) as one:
        engine, of = one
        assert (of.counts.overlapping, of.counts.customers, of.counts.subscribed) == (3, 4, 4)
        assert [month.closing.mrr for month in movements(engine, of)] == [254, 104]
        assert [month.closing.accounts for month in movements(engine, of)] == [4, 4]


def test_rows_that_do_not_pass_where_are_not_looked_at(tmp_path):
    rows = [("u", "2026-01-01", None, 100, "", "true"), ("u", "2026-02-01", None, 100, "", "false")]
    rows += [("v", "2026-01-02", "2026-01-01", -100, "", "true")]
    base = msgspec.structs.replace(BASE, where=equals(TRIAL, "false"))
    assert counted(tmp_path, rows, base=base) == ({}, {"u": ("2026-02-01", None)})


def test_a_customer_has_left_when_the_last_subscription_is_over(tmp_path):
    rows = [
        *(("gap", "2025-01-01", "2025-02-01", 1), ("gap", "2025-05-01", None, 1)),
        *(("twice", "2025-01-01", "2025-02-01", 1), ("twice", "2025-05-01", "2025-06-01", 1)),
        *(("long", "2025-01-01", "2025-12-01", 1), ("long", "2025-05-01", "2025-06-01", 1)),
    ]
    with based(tmp_path, rows) as one:
        assert customers(one) == {
            "gap": ("2025-01-01", None),
            "twice": ("2025-01-01", "2025-06-01"),
            "long": ("2025-01-01", "2025-12-01"),
        }
        assert one.of.counts.subscribed == 1


def test_customers_are_cut_by_their_plan_and_by_what_was_known_when_they_came(tmp_path):
    rows = [
        *(("u", "2025-01-05", "2025-02-01", 100, "small"), ("u", "2025-02-01", None, 200, "large")),
        *(("v", "2025-01-31", None, 100, "Zoo"), ("v", "2025-01-31", None, 100, "small")),  # of two, the larger text
        *(("w", "2025-02-01", None, 100, ""), ("w", "2025-01-01", "2024-01-01", 100, "large")),  # the second is none
    ]
    base = msgspec.structs.replace(BASE, dimensions=("country", STARTED))
    dimensions = (Dimension("country", "people", "country"),)
    countries = {"u": "DE", "v": ""}
    with based(tmp_path, rows, base=base, dimensions=dimensions, countries=countries) as one:
        found = revenue_kept(*one, months=1)
        assert {group: sums.accounts for group, sums in found.items()} == {
            EVERYBODY: 3,
            Group("country", "DE"): 1,
            Group("country", ""): 2,
            Group(STARTED, "2025-01"): 2,
            Group(STARTED, "2025-02"): 1,
            Group(PLAN, "small"): 2,
            Group(PLAN, ""): 1,
        }
        assert set(lifespans(*one)) == set(found)


def test_a_base_without_a_subscription_is_empty(tmp_path):
    base = msgspec.structs.replace(BASE, dimensions=(STARTED,))
    with based(tmp_path, [("u", AS_OF, None, 100)], base=base) as one:
        assert one.of.counts == msgspec.structs.replace(NOTHING, late=1)
        assert (movements(*one), kept(*one), cohorts(*one)) == ((), (), ())
        assert (revenue_kept(*one), lifespans(*one)) == ({}, {})


def test_who_came_in_the_month_of_the_date_is_in_no_month_yet(tmp_path):
    with based(tmp_path, [("u", "2026-03-01", "2026-03-04", 100)], as_of=micros("2026-03-31")) as one:
        assert (movements(*one), kept(*one), cohorts(*one)) == ((), (), ())
        assert lifespans(*one)[EVERYBODY].censored == {0: 1}


def thousandfold(cents):
    """Two subscriptions of one customer and one of another, that cost a thousand times as much."""
    amount = Arithmetic("*", column(MRR), Number(1000), column(MRR).type)
    rows = [("u", "2025-01-01", None, cents), ("u", "2025-01-02", None, cents), ("v", "2025-01-01", None, cents)]
    return rows, msgspec.structs.replace(BASE, amount=amount)


def test_what_a_customer_pays_must_fit_into_64_bits(tmp_path):
    rows, base = thousandfold(9 * 10**15)
    with pytest.raises(SumTooLarge), based(tmp_path, rows, base=base):
        pass


def test_squares_must_fit_into_38_digits(tmp_path):
    rows, base = thousandfold(46 * 10**14)
    with based(tmp_path, rows, base=base) as one:
        assert movements(*one)[-1].closing.mrr == 3 * 46 * 10**17
        with pytest.raises(SumTooLarge):
            revenue_kept(*one)


def test_subscriptions_of_users_are_their_accounts_and_those_of_no_account_are_nobodys(tmp_path):
    members = wide("members", field(TEXT, "account", optional=True))
    write(tmp_path, "members", "user_id account", [("u", "A"), ("v", "A"), ("w", "B"), ("x", "")])
    rows = [("u", "2025-01-01", 100), ("v", "2025-02-01", 50), ("w", "2025-01-01", 7), ("x", "2025-01-01", 9)]
    lines = [(user, start, "", f"{cents / 100:.2f}", "", "") for user, start, cents in rows]
    write(tmp_path, "subscriptions", "user_id at ended mrr plan trial", lines)
    base = msgspec.structs.replace(BASE, unit="account")
    relations = (Relation("user", "account", "members", "account"),)
    with world(tmp_path, (FACT, members), (), (), relations=relations) as one:
        of = subscribers(one.engine, one.project, base, AS_OF, one.table("subscriptions", "account"))
        assert (of.counts.customers, of.counts.subscriptions, of.counts.overlapping) == (2, 3, 1)
        assert movements(one.engine, of)[-1].closing == Part(2, 157)
