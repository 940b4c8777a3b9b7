"""Every reduction of random purchases agrees with plain loops, and knows neither order nor the calendar's beginning."""

import random
from collections import Counter

import pytest

from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.engine.purchasing.behaviour import behaviour
from liftledger.engine.purchasing.cohorts import PERIODS, Cohort, Kept, cohorts, kept, months
from liftledger.engine.purchasing.concentration import concentration
from liftledger.engine.purchasing.forecast import held, track
from liftledger.engine.purchasing.histories import histories, profiles, spending
from liftledger.engine.purchasing.steps import month as named
from tests.engine.purchasing.plain import Plain, month
from tests.engine.purchasing.shop import customers_in, customers_of, listed, order, shop, shoppers

pytestmark = pytest.mark.usefixtures("engine")

PROFILE = ("repeats", "last", "observed", "total", "customers")
AMOUNTS = ["0.00", "", "-5.00", "-12.34", "0.01", "5.00", "5.00", "12.34", "99999999.99"]
WORLDS = [  # until when, the grid, and whether purchases are valued
    (micros("2026-01-20") + 7 * HOUR, DAY, True),
    (micros("1970-02-10"), 7 * DAY, True),
    (micros("2000-03-01"), 3 * DAY, False),
]


class Shop:
    """Orders of some users in the 500 days before a date and some after it; hours repeat, so that steps are shared."""

    def __init__(self, seed):
        chance = random.Random(seed)
        self.as_of, self.grid, self.valued = WORLDS[seed]
        self.users = [f"u{place}" for place in range(40)] + ["O'Brien", "ü🙂", "U1"]
        self.account = {user: chance.choice(["A", "B", "C", ""]) for user in self.users[:30]}
        self.country = {user: chance.choice(["DE", "FR", ""]) for user in self.users[:30]}
        self.arm = {user: chance.choice("ab") for user in self.users if chance.random() < 0.8}
        self.began = {user: self._some(chance) for user in self.arm}
        self.began = {user: at for user, at in self.began.items() if at < self.as_of}
        self.orders = [
            order(
                chance.choice(self.users), self._some(chance), chance.choice(AMOUNTS),
                chance.choice(["paid", "paid", "paid", "open", ""]), chance.choice(["", "shoes", "hats", "Hats"]),
            )
            for _ in range(400)
        ]  # fmt: skip

    def _some(self, chance):
        days = round(chance.triangular(-2, 500))
        return self.as_of - self.as_of % DAY - days * DAY + chance.choice([0, 0, 1, HOUR, DAY - 1])

    @property
    def base(self):
        valued = {} if self.valued else {"amount": None}
        return shoppers(grid=self.grid, category="category", dimensions=("country", "kind"), **valued)

    @property
    def rows(self):
        """What counts, in minor units."""
        return [
            (user, at, round(float(amount) * 100) if amount else None, category)
            for user, at, amount, status, category in self.orders
            if status == "paid"
        ]

    def plain(self, rows):
        return Plain(rows, self.grid, self.as_of, valued=self.valued)

    def opened(self, folder):
        seen = [(user, at, self.arm[user]) for user, at in self.began.items()]
        return shop(
            folder, self.orders, seen, [(user, self.country[user], self.account[user]) for user in self.country]
        )

    def kind(self, user, plain):
        """The category of the user's last order, of any status, by the first purchase; of several the largest."""
        first = plain.bought[user][0][1]
        known = [(at, category) for who, at, _, _, category in self.orders if who == user and at <= first]
        return max(category for at, category in known if at == max(known)[0])

    def groups(self, plain):
        found = {EVERYBODY: list(plain.bought)}
        for user in plain.bought:
            for name, value in (("country", self.country.get(user, "")), ("kind", self.kind(user, plain))):
                found.setdefault(Group(dimension=name, value=value), []).append(user)
        return found

    def since(self):
        """What counts in a study."""
        return [row for row in self.rows if row[0] in self.began and row[1] >= self.began[row[0]]]


def check(one, found, plain, groups):
    assert {
        "rows": found.bought.rows, "unfinished": found.bought.unfinished,
        "merged": found.merged, "void": found.bought.void,
        "returned": found.bought.returned, "negative": found.bought.negative, "nobody": found.bought.nobody,
        "customers": found.customers, "purchases": found.purchases, "last": found.last,
    } == {
        "rows": len(plain.rows), "merged": len(plain.rows) - plain.steps, "void": len(plain.void),
        "unfinished": plain.unfinished, "returned": sum(plain.void), "negative": plain.negative,
        "nobody": plain.nobody, "customers": len(plain.bought), "purchases": sum(map(len, plain.bought.values())),
        "last": plain.end - 1,
    }  # fmt: skip
    assert set(found.groups) == set(groups)
    by_history = histories(one.engine, found)
    assert {group: listed(rows) for group, rows in by_history.items()} == {
        group: plain.histories(users) for group, users in groups.items()
    }
    sums = behaviour(one.engine, found)
    assert set(sums) == set(groups)
    for group, users in groups.items():
        assert sums[group].n == len(users)
        assert sums[group].totals == {product: plain.sum(users, product) for product in sums[group].totals}
    if found.base.amount is None:
        assert spending(one.engine, found) == concentration(one.engine, found) == {}
        return
    assert {group: listed(rows) for group, rows in spending(one.engine, found).items()} == {
        group: plain.spending(users) for group, users in groups.items()
    }
    by_profile = profiles(one.engine, found)
    assert set(by_profile) == ({EVERYBODY} if found.study is None else set(groups))
    for group, rows in by_profile.items():
        assert sorted(zip(*(map(int, rows[name]) for name in PROFILE), strict=True)) == plain.profiles(groups[group])
    tops = concentration(one.engine, found)
    assert tops == {group: plain.tops(users) for group, users in groups.items()}
    for group, users in groups.items():
        for top in tops[group]:
            assert top.held(len(users)) == plain.held_by_top(users, top.share)


@pytest.mark.parametrize("seed", range(len(WORLDS)))
def test_reductions_agree_with_plain_loops(tmp_path, seed):
    ours = Shop(seed)
    plain = ours.plain(ours.rows)
    assert plain.nobody and plain.void and plain.negative if ours.valued else not plain.void
    with ours.opened(tmp_path) as one:
        found = customers_of(one, ours.base, ours.as_of)
        check(one, found, plain, ours.groups(plain))
        by_month = months(one.engine, found)
        firsts = sorted({min(some) for some in plain.months().values()})
        expected = [(named(first), *plain.cohort(first)) for first in firsts]
        assert cohorts(by_month) == tuple(
            Cohort(first, size, active, revenue if ours.valued else ()) for first, size, active, revenue in expected
        )
        assert kept(by_month) == tuple(
            Kept(period, f"{named(number * length)}-01", *counts)
            for period, length in PERIODS.items()
            for number, counts in sorted(plain.kept(length).items())
        )
        for split in (plain.end - 100 * DAY // ours.grid, plain.end):
            assert listed(held(one.engine, found, split)) == plain.held(split)
            assert track(one.engine, found, split) == plain.track(split)


@pytest.mark.engines("duckdb", "postgres")
@pytest.mark.parametrize("seed", range(len(WORLDS)))
def test_in_a_study_only_what_came_after_the_start_counts(tmp_path, seed):
    ours = Shop(seed)
    plain = ours.plain(ours.since())
    assert len(plain.bought) < len(ours.plain(ours.rows).bought)
    groups = {Group(study="test", arm=arm): [user for user in plain.bought if ours.arm[user] == arm] for arm in "ab"}
    with ours.opened(tmp_path) as one:
        check(one, customers_in(one, ours.base, ours.as_of), plain, groups)


@pytest.mark.engines("duckdb", "postgres")
def test_accounts_buy_what_their_users_buy(tmp_path):
    ours = Shop(0)
    rows = [(ours.account[row[0]], *row[1:]) for row in ours.rows if ours.account.get(row[0])]
    plain = ours.plain(rows)
    with ours.opened(tmp_path) as one:
        base = shoppers(unit="account", category="category")
        check(one, customers_of(one, base, ours.as_of), plain, {EVERYBODY: list(plain.bought)})


# ----------------------------------------------------------------------------------------------------------- symmetries


def everything(one, found):
    """All numbers that know no date."""
    return (
        listed(histories(one.engine, found)[EVERYBODY]),
        listed(spending(one.engine, found)[EVERYBODY]),
        behaviour(one.engine, found),
        concentration(one.engine, found),
        listed(held(one.engine, found, found.bought.end - 90)),
        track(one.engine, found, found.bought.end - 90).repeats,
        found.merged,
    )


@pytest.mark.engines("duckdb")
def test_shuffled_and_shifted_rows_give_the_same(tmp_path):
    ours = Shop(0)
    answers = []
    for shuffled, days in ((False, 0), (True, 0), (True, 1), (True, -36_525)):
        orders = list(ours.orders)
        if shuffled:
            random.Random(days).shuffle(orders)
        moved = [(user, at + days * DAY, *rest) for user, at, *rest in orders]
        with shop(tmp_path, moved) as one:
            found = customers_of(one, shoppers(category="category"), ours.as_of + days * DAY)
            answers.append(everything(one, found))
    assert answers[1:] == answers[:1] * 3


@pytest.mark.engines("duckdb", "postgres")
def test_a_file_twice_is_merged_into_one_with_twice_the_amounts(tmp_path):
    ours = Shop(0)
    with shop(tmp_path, ours.orders) as one:
        found = customers_of(one, as_of=ours.as_of)
        once = everything(one, found)
    with shop(tmp_path, [*ours.orders, *ours.orders]) as one:
        twice = customers_of(one, as_of=ours.as_of)
        again = everything(one, twice)
    assert [(*row[:4], row[4] // 2) for row in again[0]] == once[0]
    assert again[4:6] == once[4:6]
    assert [(x, total // 2, n) for x, total, n in again[1]] == once[1]
    assert twice.merged == found.merged + found.bought.rows


@pytest.mark.engines("duckdb", "postgres")
def test_months_are_pythons(tmp_path):
    chance = random.Random(1)
    days = [chance.randrange(-719_000, 2_900_000) for _ in range(300)]
    days += [
        micros(f"{year:04}-{month}") // DAY for year in (1, 4, 1600, 1900, 2000, 2024) for month in ("02-28", "03-01")
    ]
    ends = [micros(f"{year}-12-31") // DAY for year in (1599, 1899, 1999, 2024)]
    days += [day + more for day in ends for more in (0, 1, 60, 366)]
    orders = [order(f"u{place}", day * DAY + chance.choice([0, DAY - 1])) for place, day in enumerate(days)]
    with shop(tmp_path, orders) as one:
        found = months(one.engine, customers_of(one, as_of=micros("9999-12-31")))
    expected = Counter(month(at) for _, at, *_ in orders)
    assert {one.month: one.customers for one in found.months} == expected
    assert all(one.month == one.first and one.previous is None for one in found.months)
