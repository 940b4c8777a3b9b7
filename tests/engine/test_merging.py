"""Rows that continue an earlier row count once, as plain loops over each unit's rows find them."""

import random
from itertools import groupby

import pytest
from sqlglot import exp

from liftledger.domain.expression import TEXT
from liftledger.domain.fact import Merge
from liftledger.domain.instant import DAY, HOUR, micros
from liftledger.engine.facts import load, table_of
from tests.engine.direct import dated, write
from tests.engine.records import INTEGER, field, loaded, mistakes, project
from tests.engine.supply import supplied

pytestmark = pytest.mark.usefixtures("engine")

FIRST = micros("2026-01-01")
TICKET, CATEGORY = field(TEXT, "ticket", optional=True), field(TEXT, "category", optional=True)
CHANNEL, AGENT = field(TEXT, "channel", optional=True), field(TEXT, "agent")
NUMBER = field(INTEGER, "number")
REOPENED = Merge(("ticket",))
MOVED = Merge(("category",), ("channel",), 7 * DAY)
HEADER = "user_id at number ticket category channel agent"


def tickets(*rules, **options):
    columns = (NUMBER, TICKET, CATEGORY, CHANNEL, AGENT)
    return dated("tickets", *columns, **({"merge": rules, "through": 1} | options))


def kept(folder, rows, *rules, threads=2, **options):
    """Numbers of the rows that count, and how many were merged."""
    write(folder, "tickets", HEADER, rows)
    one = tickets(*rules, **options)
    with supplied(project(one), folder, threads=threads) as world:
        found, told = load(world.engine, world.project, world.folder)
        assert not told, told
        numbers = world.engine.rows("numbers", exp.select(exp.column("number", quoted=True)).from_(table_of("tickets")))
    return sorted(number for (number,) in numbers), found["tickets"].merged


def continues(row, earlier, rule):
    """Whether one row continues another that has its turn before it."""

    def values(one, names):
        return [one[HEADER.split().index(name)] for name in names]

    same = all(a == b != "" for a, b in zip(values(row, rule.same), values(earlier, rule.same), strict=True))
    others = zip(values(row, rule.differs), values(earlier, rule.differs), strict=True)
    differ = all(a != "" and b != "" and a != b for a, b in others)
    return same and differ and (rule.within is None or row[1] - earlier[1] <= rule.within)


def by_loops(rows, *rules):
    """`number` tells rows of one instant apart, and is the first of their columns."""
    turns = sorted(rows, key=lambda row: (row[0], row[1], row[2]))
    found = []
    for _, mine in groupby(turns, key=lambda row: row[0]):
        mine = list(mine)
        for place, row in enumerate(mine):
            if not any(continues(row, earlier, rule) for rule in rules for earlier in mine[:place]):
                found.append(row[2])
    return sorted(found)


def records(seed, rows=500, users=12):
    chance = random.Random(seed)
    return [
        (
            f"u{chance.randrange(users)}",
            FIRST + chance.randrange(60) * 12 * HOUR + chance.choice([0, 0, 0, 1, -1]),
            number,
            chance.choice(["", *"tuvwxyz"]),
            chance.choice(["", "billing", "bug"]),
            chance.choice(["", "mail", "chat", "phone"]),
            chance.choice(["ann", "bob"]),
        )
        for number in range(rows)
    ]


RULES = [
    (REOPENED, MOVED),
    (REOPENED,),
    (MOVED,),
    (Merge(("ticket", "category"), (), DAY),),
    (Merge(("category",), ("channel",)),),
    (Merge(("category",), ("channel", "agent"), 2 * DAY),),
    (Merge((), ("channel", "agent", "ticket"), 12 * HOUR),),
]


@pytest.mark.first_on_spark
@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("seed", range(2))
def test_what_counts_is_what_plain_loops_find(tmp_path, rules, seed):
    rows = records(seed)
    numbers, merged = kept(tmp_path, rows, *rules)
    assert numbers == by_loops(rows, *rules)
    assert 0 < merged == len(rows) - len(numbers)


def test_the_order_of_rows_and_threads_do_not_matter(tmp_path):
    rows = records(5)
    found = kept(tmp_path, rows, REOPENED, MOVED)
    random.Random(1).shuffle(rows)
    assert kept(tmp_path, rows, REOPENED, MOVED, threads=1) == found


def ticket(number, days, ticket="", category="", channel="", agent="ann", user="u"):
    return (user, FIRST + round(days * DAY), number, ticket, category, channel, agent)


def test_a_reopened_ticket_is_not_a_new_one_however_much_later(tmp_path):
    rows = [ticket(1, 0, "t"), ticket(2, 300, "t"), ticket(3, 1, "s"), ticket(4, 2, "t", user="v")]
    assert kept(tmp_path, rows, REOPENED) == ([1, 3, 4], 1)


def test_from_mail_to_chat_and_back_is_one_contact(tmp_path):
    rows = [ticket(number, 6 * number, category="bug", channel=c) for number, c in enumerate(["mail", "chat", "mail"])]
    assert kept(tmp_path, rows, MOVED) == ([0], 2)  # the last continues the second, twelve days after the first


def test_a_week_is_a_week(tmp_path):
    rows = [ticket(1, 0, category="bug", channel="mail"), ticket(2, 7, category="bug", channel="chat")]
    assert kept(tmp_path, rows, MOVED) == ([1], 1)
    rows[1] = (*rows[1][:1], rows[1][1] + 1, *rows[1][2:])
    assert kept(tmp_path, rows, MOVED) == ([1, 2], 0)


def test_the_same_channel_again_or_another_category_is_a_new_contact(tmp_path):
    rows = [
        ticket(1, 0, category="bug", channel="mail"),
        ticket(2, 1, category="bug", channel="mail"),
        ticket(3, 1, category="billing", channel="chat"),
    ]
    assert kept(tmp_path, rows, MOVED) == ([1, 2, 3], 0)


def test_blank_values_are_neither_the_same_nor_others(tmp_path):
    rows = [
        ticket(1, 0),
        ticket(2, 1),
        ticket(3, 2, category="bug"),
        ticket(4, 3, category="bug", channel="chat"),
        ticket(5, 4, category="bug"),
    ]
    assert kept(tmp_path, rows, REOPENED, MOVED) == ([1, 2, 3, 4, 5], 0)


@pytest.mark.first_on_spark
@pytest.mark.parametrize("rules", [(REOPENED, MOVED), (MOVED, REOPENED)])
def test_of_rows_at_one_instant_one_stays_whatever_the_rules(tmp_path, rules):
    channels = ["mail", "chat", "phone", "fax"]
    rows = [ticket(number, 1, "t", "bug", channel) for number, channel in enumerate(channels)]
    for turned in (rows, rows[::-1]):
        assert kept(tmp_path, turned, *rules) == ([0], 3)
    # without the ticket, too: each of the others differs from one that comes first
    assert kept(tmp_path, rows, MOVED) == ([0], 3)


def test_rows_that_are_alike_count_once(tmp_path):
    rows = [ticket(7, 1, "t", "bug", "mail")] * 3
    assert kept(tmp_path, rows, REOPENED) == ([7], 2)


def test_a_unit_of_5000_rows(tmp_path):
    chance = random.Random(3)
    rows = [
        ("u", FIRST + chance.randrange(300) * HOUR, number, f"t{chance.randrange(4000)}", "bug",
         chance.choice(["mail", "chat"]), "ann")
        for number in range(5000)
    ]  # fmt: skip
    rules = (REOPENED, Merge(("category",), ("channel",), HOUR))
    numbers, merged = kept(tmp_path, rows, *rules)
    assert len(numbers) + merged == 5000
    first: dict[str, int] = {}
    for row in rows:
        first[row[3]] = min(row[1], first.get(row[3], row[1]))
    kept_rows = [rows[number] for number in numbers]
    assert len({row[3] for row in kept_rows}) == len(kept_rows)  # of each ticket one row, its first
    assert all(row[1] == first[row[3]] for row in kept_rows)
    # of each hour at most one channel's rows stay, as the other's come later or were there an hour before
    stay = set(numbers)
    for at in {row[1] for row in rows}:
        assert len({row[5] for row in rows if row[1] == at and row[2] in stay}) <= 1


# ---------------------------------------------------------------------------------- beside ids and rows that do not fit


def test_repeated_and_rejected_rows_are_no_merged_ones(tmp_path):
    columns = (NUMBER, TICKET)
    rows = [("u", FIRST, 1, "t", "a"), ("u", FIRST, 1, "t", "a"), ("u", FIRST + 1, 2, "t", "b")]
    rows += [("u", FIRST + 2, "x", "t", "c"), ("u", FIRST + 3, 4, "s", "d")]
    write(tmp_path, "tickets", "user_id at number ticket event", rows)
    one = dated("tickets", *columns, merge=(REOPENED,), id="event", reject=True)
    found, told = loaded(tmp_path, one)
    one = found["tickets"]
    assert (told, one.rows, one.duplicates, one.rejected, one.merged) == ([], 2, 1, 1, 1)
    assert one.sums["number"] == 1 + 4


def test_one_id_with_two_contents_is_a_mistake_even_where_one_of_them_would_be_merged(tmp_path):
    rows = [("u", FIRST, 1, "t", "a"), ("u", FIRST + 1, 2, "t", "a")]
    write(tmp_path, "tickets", "user_id at number ticket event", rows)
    assert mistakes(tmp_path, dated("tickets", NUMBER, TICKET, merge=(REOPENED,), id="event")) == [
        "tickets.csv: 1 row repeats an id of 'event' with other contents; an id names one row; correct the export or"
        " leave `id` out"
    ]


def test_the_records_reach_as_far_as_their_last_row_even_where_it_is_merged(tmp_path):
    write(tmp_path, "tickets", "user_id at number ticket", [("u", FIRST, 1, "t"), ("u", FIRST + DAY, 2, "t")])
    found, _ = loaded(tmp_path, dated("tickets", NUMBER, TICKET, merge=(REOPENED,)))
    assert (found["tickets"].first, found["tickets"].last, found["tickets"].rows) == (FIRST, FIRST + DAY, 1)
