"""Who counts, in which arm, since when; and what is counted about those who do not fit."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liftledger.domain.evidence import Grade
from tests.engine.company import at, counted, table, told

pytestmark = pytest.mark.usefixtures("engine")

FACTS = """
facts:
  seen: {files: seen.csv, unit: user_id, time: at}
  orders: {files: orders.csv, unit: user_id, time: at, columns: {amount: money}}
metrics:
  orders: {kind: count, fact: orders}
"""
STUDY = """
studies:
  test:
    kind: experiment
    assignment: {fact: seen, arm: arm%s}
    control: a
    arms: [a, b, c]%s
"""


def study(assignment="", more=""):
    return FACTS + STUDY % (assignment, more)


def orders(folder, *rows):
    """(user, day, ...) -> an order of a dollar at noon."""
    table(folder, "orders", "user_id at amount", [(user, at(day, 12), 1) for user, day in rows])


def everyone(arms="abc"):
    """Three users in each arm, seen on day 1."""
    return [(f"{arm}{place}", at(1), arm) for arm in arms for place in range(3)]


def arms(found, name="test"):
    return found.study(name).randomised


def test_a_unit_in_two_arms_keeps_its_first_and_is_counted_by_arm_and_day(tmp_path):
    rows = [
        *everyone(),
        ("x", at(2), "b"),
        ("x", at(5, 7), "c"),
        ("x", at(9), "a"),
        ("y", at(3), "a"),
        ("y", at(5), "b"),
    ]
    orders(tmp_path, ("x", 1), ("x", 2), ("x", 9), ("y", 4))
    random.Random(7).shuffle(rows)
    table(tmp_path, "seen", "user_id at arm", rows)
    found = counted(tmp_path, study())
    assert arms(found) == {"a": 4, "b": 4, "c": 3}
    assert [(one.arm, one.date, one.units) for one in found.study("test").contaminated] == [
        ("a", "2026-01-05", 1),
        ("b", "2026-01-05", 1),
    ]
    assert found.sums("test.orders.b") == {"n": 4, "orders": 2, "orders x orders": 4, "orders x orders x orders": 8}
    assert found.sums("test.orders.b", "control")["orders"] == 1
    assert found.sums("test.orders.c")["orders"] == 0


def test_two_arms_at_the_same_instant_go_to_the_first_in_the_studys_order(tmp_path):
    table(tmp_path, "seen", "user_id at arm", [*everyone(), ("x", at(2), "c"), ("x", at(2), "b"), ("x", at(3), "a")])
    orders(tmp_path, ("a0", 2))
    found = counted(tmp_path, study())
    assert arms(found) == {"a": 3, "b": 4, "c": 3}
    assert [(one.arm, one.date, one.units) for one in found.study("test").contaminated] == [("b", "2026-01-02", 1)]


def test_a_unit_seen_twice_in_one_arm_starts_when_it_was_first_seen(tmp_path):
    table(tmp_path, "seen", "user_id at arm", [*everyone(), ("x", at(9), "b"), ("x", at(2), "b")])
    orders(tmp_path, ("x", 1), ("x", 2), ("x", 3))
    found = counted(tmp_path, study())
    assert found.study("test").contaminated == ()
    assert found.sums("test.orders.b")["orders"] == 2


def test_the_order_of_rows_does_not_matter(tmp_path):
    chance = random.Random(1)
    seen = [
        (f"u{chance.randrange(200)}", at(chance.randint(1, 20), chance.randrange(3)), chance.choice("abc"))
        for _ in range(600)
    ]
    bought = [(f"u{chance.randrange(200)}", chance.randint(1, 40)) for _ in range(600)]
    reports = []
    for _ in range(3):
        chance.shuffle(seen)
        chance.shuffle(bought)
        table(tmp_path, "seen", "user_id at arm", seen)
        orders(tmp_path, *bought)
        reports.append(counted(tmp_path, study(), threads=len(reports) + 1).measured.report)
    assert reports[0] == reports[1] == reports[2]


def test_assignments_outside_of_the_studys_dates_do_not_count(tmp_path):
    rows = [
        *everyone(),
        ("early", at(1), "b"),
        ("x", at(1), "c"),
        ("x", at(3), "a"),
        ("late", at(9), "b"),
        ("y", at(9), "z"),
    ]
    rows = [(user, at(5) if user[0] in "abc" else when, arm) for user, when, arm in rows]
    table(tmp_path, "seen", "user_id at arm", rows)
    orders(tmp_path, ("a0", 6))
    found = counted(tmp_path, study(more="\n    start: 2026-01-03\n    end: 2026-01-09"))
    assert arms(found) == {"a": 4, "b": 3, "c": 3}
    assert found.study("test").contaminated == ()
    assert found.study("test").span.first == "2026-01-03T00:00:00Z"


def test_where_leaves_assignments_out(tmp_path):
    rows = [*((*row, "web") for row in everyone()), ("x", at(1), "b", "app"), ("y", at(1), "z", "app")]
    table(tmp_path, "seen", "user_id at arm source", rows)
    orders(tmp_path, ("a0", 6))
    assert arms(counted(tmp_path, study(assignment=", where: \"source = 'web'\""))) == {"a": 3, "b": 3, "c": 3}


def test_an_arm_that_the_study_does_not_name_is_a_mistake(tmp_path):
    table(tmp_path, "seen", "user_id at arm", [*everyone(), ("x", at(1), "B"), ("y", at(1), "z"), ("z", at(2), "z")])
    orders(tmp_path, ("a0", 6))
    cure = "it names 'a', 'b', 'c'; add the arm, or leave such rows out with assignment.where"
    assert told(tmp_path, study()) == [
        f"studies.test: 1 row of fact 'seen' is in arm 'B', which the study does not name; {cure}",
        f"studies.test: 2 rows of fact 'seen' are in arm 'z', which the study does not name; {cure}",
    ]


def test_a_study_in_the_future_has_nobody(tmp_path):
    table(tmp_path, "seen", "user_id at arm", everyone())
    orders(tmp_path, ("a0", 6))
    assert told(tmp_path, study(more="\n    start: 2026-02-01")) == [
        "studies.test: no unit was assigned before the report's date, 2026-03-01T00:00:00Z; check start, end,"
        " assignment.where and --as-of"
    ]


def test_units_assigned_from_the_reports_date_on_do_not_count(tmp_path):
    table(
        tmp_path, "seen", "user_id at arm", [*everyone(), ("x", "2026-03-01", "b"), ("y", "2026-02-28 23:59:59", "b")]
    )
    orders(tmp_path, ("a0", 6))
    assert arms(counted(tmp_path, study())) == {"a": 3, "b": 4, "c": 3}


def test_dates_far_away_are_dates(tmp_path):
    # the first and the last year that Python knows
    table(tmp_path, "seen", "user_id at arm", [*everyone(), ("x", "0001-01-01", "b"), ("x", "9999-12-31", "c")])
    table(tmp_path, "orders", "user_id at amount", [("x", "0001-01-02", 1), ("x", "9999-12-31", 1)])
    found = counted(tmp_path, study())
    assert (found.sums("test.orders.b")["orders"], found.study("test").contaminated) == (1, ())


@pytest.mark.parametrize("labels", [pa.array([0, 1, 0, 1, 0, 1]), pa.array([False, True] * 3)])
def test_arms_may_be_integers_or_booleans(tmp_path, labels):
    units = [f"u{i}" for i in range(6)]
    pq.write_table(pa.table({"user_id": units, "arm": labels, "at": [at(1)] * 6}), tmp_path / "seen.parquet")
    orders(tmp_path, ("u1", 6))
    names = [str(one).lower() for one in sorted(set(labels.to_pylist()))]
    definitions = study().replace("seen.csv", "seen.parquet").replace("a, b, c", "%r, %r" % tuple(names))  # noqa: UP031
    found = counted(tmp_path, definitions.replace("control: a", f"control: {names[0]!r}"))
    assert arms(found) == dict.fromkeys(names, 3)


# ----------------------------------------------------------------------------------------------------------- wide facts

WIDE = """
facts:
  people: {files: people.csv, %s columns: {spend: money%s}}
metrics:
  spend: {kind: sum, fact: people, value: spend}
studies:
  test: {kind: experiment, assignment: {fact: people, arm: arm%s}, control: a, arms: [a, b]}
"""


def test_a_wide_fact_is_a_study_by_itself(tmp_path):
    table(tmp_path, "people", "arm spend", [("a", 1), ("b", "2.50"), ("b", 0), ("a", 0), ("b", 4)])
    found = counted(tmp_path, WIDE % ("", "", ""))
    # 2.50 and 4 dollars: 650 cents, 62500 + 160000 = 222500 squared
    assert found.sums("test.spend.b") == {
        "n": 3,
        "spend": 650,
        "spend x spend": 222_500,
        "spend x spend x spend": 250**3 + 400**3,
    }
    assert found.study("test").span is None


def test_a_wide_fact_with_units_and_dates(tmp_path):
    rows = [("u1", "a", 1, at(1)), ("u2", "b", 2, at(2)), ("u3", "b", 4, "2026-03-02")]
    table(tmp_path, "people", "user_id arm spend joined", rows)
    found = counted(tmp_path, WIDE % ("unit: user_id,", "", ""))
    assert found.sums("test.spend.b")["n"] == 2
    found = counted(tmp_path, WIDE % ("unit: user_id,", ", joined: time", ", time: joined"))
    assert (found.sums("test.spend.b")["n"], found.sums("test.spend.b")["spend"]) == (1, 200)
    assert found.study("test").span.first == "2026-01-01T00:00:00Z"


# ------------------------------------------------------------------------------------------------------------- exposure

EXPOSED = (FACTS + STUDY % ("", "\n    exposure: {fact: shown, where: \"place = 'top'\"}")).replace(
    "facts:", "facts:\n  shown: {files: shown.csv, unit: user_id, time: at}"
)


def exposures(folder, *rows):
    table(folder, "shown", "user_id at place", [(user, at(day), place) for user, day, place in rows])


def test_where_all_arms_log_exposures_the_clock_starts_at_the_first_after_assignment(tmp_path):
    table(tmp_path, "seen", "user_id at arm", [(user, at(3), arm) for user, _, arm in everyone()])
    exposures(
        tmp_path,
        ("b0", 2, "top"),
        ("b0", 5, "top"),
        ("b0", 9, "top"),
        ("b1", 4, "bottom"),
        ("a0", 4, "top"),
        ("c0", 4, "top"),
    )
    orders(tmp_path, ("b0", 3), ("b0", 4), ("b0", 5), ("b0", 7), ("b1", 9))
    found = counted(tmp_path, EXPOSED)
    assert found.study("test").units == {"a": 1, "b": 1, "c": 1}
    assert arms(found) == {"a": 3, "b": 3, "c": 3}
    assert found.sums("test.orders.b") == {"n": 1, "orders": 2, "orders x orders": 4, "orders x orders x orders": 8}


def test_exposures_count_from_the_assignment_on_and_before_the_reports_date(tmp_path):
    table(tmp_path, "seen", "user_id at arm", [(user, at(3), arm) for user, _, arm in everyone()])
    exposed = [
        ("a0", at(4)),
        ("c0", at(4)),
        ("b0", at(3)),
        ("b1", "2026-02-28 23:59:59"),
        ("b2", "2026-03-01 00:00:00"),
    ]
    table(tmp_path, "shown", "user_id at place", [(*one, "top") for one in exposed])
    orders(tmp_path, ("b0", 3))
    found = counted(tmp_path, EXPOSED)
    assert found.study("test").exposure.exposed == {"a": 1, "b": 2, "c": 1}
    assert found.sums("test.orders.b")["orders"] == 1


def test_where_the_control_logs_none_all_start_at_assignment(tmp_path):
    table(tmp_path, "seen", "user_id at arm", everyone())
    exposures(tmp_path, ("b0", 5, "top"), ("c0", 4, "top"), ("a0", 4, "bottom"))
    orders(tmp_path, ("b0", 3), ("b0", 7), ("b1", 9))
    found = counted(tmp_path, EXPOSED)
    assert found.study("test").units == {"a": 3, "b": 3, "c": 3}
    assert not found.study("test").exposure.used
    assert found.sums("test.orders.b")["orders"] == 3


# ------------------------------------------------------------------------------------------------ accounts and users

ACCOUNTS = """
units: {user: {account: {fact: users, column: account}}, account: {}}
facts:
  seen: {files: seen.csv, unit: unit_id, time: at, keyed_by: %s}
  users: {files: users.csv, unit: user_id, keyed_by: user, columns: {account: {type: text, optional: true}}}
  bills: {files: bills.csv, unit: bill_to, time: at, keyed_by: %s, columns: {amount: money}}
metrics:
  paid: {kind: sum, fact: bills, value: amount}
studies:
  test: {kind: experiment, assignment: {fact: seen, arm: arm}, control: a, arms: [a, b]}
"""
USERS = [("u1", "A"), ("u2", "A"), ("u3", "B"), ("u4", "B"), ("u5", "C"), ("u6", ""), ("u7", "D"), ("u8", "")]


def test_an_account_takes_the_arm_of_its_first_user_once(tmp_path):
    table(tmp_path, "users", "user_id account", USERS)
    # A: u1 in b on day 2, u2 in a on day 3; B: both in b; C: u5 in a; u6 and u9 have no account
    rows = [
        ("u1", 2, "b"),
        ("u2", 3, "a"),
        ("u3", 2, "b"),
        ("u4", 5, "b"),
        ("u5", 1, "a"),
        ("u6", 1, "b"),
        ("u9", 1, "a"),
    ]
    table(tmp_path, "seen", "unit_id at arm", [(unit, at(day), arm) for unit, day, arm in rows])
    bills = [("A", 1, 5), ("A", 2, 7), ("A", 3, 1), ("B", 3, 10), ("C", 2, 3), ("D", 2, 100)]
    table(tmp_path, "bills", "bill_to at amount", [(account, at(day, 1), amount) for account, day, amount in bills])
    found = counted(tmp_path, ACCOUNTS % ("user", "account"))
    assert found.sums("test.paid.b") == {
        "n": 2,
        "paid": 1800,
        "paid x paid": 800**2 + 1000**2,
        "paid x paid x paid": 800**3 + 1000**3,
    }
    assert (found.sums("test.paid.b", "control")["n"], found.sums("test.paid.b", "control")["paid"]) == (1, 300)
    summary = found.study("test")
    assert summary.randomised == {"a": 3, "b": 4}
    assert summary.contaminated_parents == {"account": 1}
    assert summary.unrelated == {"bills": 2}


def test_facts_of_users_are_counted_for_their_account(tmp_path):
    table(tmp_path, "users", "user_id account", USERS)
    table(tmp_path, "seen", "unit_id at arm", [("A", at(2), "b"), ("B", at(2), "a"), ("C", at(2), "b")])
    bills = [("u1", 1, 5), ("u1", 3, 7), ("u2", 3, 1), ("u3", 3, 10), ("u6", 3, 3), ("u9", 3, 100)]
    table(tmp_path, "bills", "bill_to at amount", [(user, at(day), amount) for user, day, amount in bills])
    found = counted(tmp_path, ACCOUNTS % ("account", "user"))
    # A: 7 and 1 after its start; C has no bill and counts as a unit of 0
    assert (found.sums("test.paid.b")["n"], found.sums("test.paid.b")["paid x paid"]) == (2, 800**2)
    assert found.sums("test.paid.b", "control")["paid"] == 1000
    assert found.study("test").unrelated == {"bills": 2}  # u6 and u9


# --------------------------------------------------------------------------------------------------- several, and none


def test_several_studies_over_one_fact(tmp_path):
    table(
        tmp_path,
        "seen",
        "user_id at arm",
        [*everyone("ab"), ("a0", at(3), "on"), ("b0", at(3), "off"), ("b1", at(3), "on")],
    )
    orders(tmp_path, ("a0", 2), ("a0", 4), ("b0", 4), ("b1", 2), ("b1", 9))
    definitions = (
        FACTS
        + """
studies:
  one: {kind: experiment, assignment: {fact: seen, arm: arm, where: "arm in ('a', 'b')"}, control: a, arms: [a, b]}
  two:
    {kind: holdout, share: 50%, assignment: {fact: seen, arm: arm, where: "arm in ('on', 'off')"},
    control: 'off', arms: ['off', 'on']}
  all: {kind: observational, population: {fact: seen}}
"""
    )
    found = counted(tmp_path, definitions)
    queries = [query.name for query in found.measured.queries]
    assert queries.count("orders: sums") == 1
    assert found.sums("one.orders.b") == {"n": 3, "orders": 3, "orders x orders": 5, "orders x orders x orders": 9}
    assert found.sums("one.orders.b", "control")["orders"] == 2
    assert (found.sums("two.orders.on")["n"], found.sums("two.orders.on")["orders"]) == (2, 2)
    assert (found.sums("all.orders.everyone")["n"], found.sums("all.orders.everyone")["orders"]) == (6, 5)
    assert found.study("all").grade is Grade.TRACED


def test_units_named_by_integers_here_and_by_text_there_are_the_same(tmp_path):
    table(
        tmp_path, "seen", "user_id at arm", [("1", at(1), "a"), ("2", at(1), "b"), ("3", at(1), "b"), ("4", at(1), "c")]
    )
    for ids in (pa.array([2, 3, 3]), pa.array([2.0, 3.0, 3.0]), pa.array(["2", "3", "3"])):
        pq.write_table(pa.table({"user_id": ids, "at": [at(2)] * 3, "amount": [1, 2, 3]}), tmp_path / "orders.parquet")
        found = counted(tmp_path, study().replace("orders.csv", "orders.parquet"))
        assert found.sums("test.orders.b")["orders x orders"] == 5
    pq.write_table(
        pa.table({"user_id": [1, 2, 3, 4], "at": [at(1)] * 4, "arm": list("abbc")}), tmp_path / "seen.parquet"
    )
    both = study().replace("orders.csv", "orders.parquet").replace("seen.csv", "seen.parquet")
    for ids in (pa.array([2, 3, 3]), pa.array([2, 3, 3], pa.int16()), pa.array([2, 3, 3], pa.uint64())):
        pq.write_table(pa.table({"user_id": ids, "at": [at(2)] * 3, "amount": [1, 2, 3]}), tmp_path / "orders.parquet")
        assert counted(tmp_path, both).sums("test.orders.b")["orders x orders"] == 5


def test_dimensions_cut_the_arms_and_blanks_are_their_own(tmp_path):
    table(tmp_path, "seen", "user_id at arm", everyone())
    table(tmp_path, "users", "user_id country big", [("a0", "DE", 1), ("b0", "DE", 0), ("b1", "", 1), ("c0", "FR", 1)])
    orders(tmp_path, ("b0", 2), ("b1", 2), ("b1", 3), ("b2", 4), ("a0", 4))
    users = "users: {files: users.csv, unit: user_id, columns: {country: {type: text, optional: true}, big: boolean}}"
    definitions = (
        study()
        .replace("facts:", f"facts:\n  {users}")
        .replace("fact: orders}", "fact: orders, dimensions: [country, big]}")
        .replace(
            "metrics:",
            "dimensions: {country: {fact: users, column: country}, big: {fact: users, column: big}}\nmetrics:",
        )
    )
    found = counted(tmp_path, definitions)
    assert found.sums("test.orders.b")["orders"] == 4
    assert (found.sums("test.orders.b.country=de")["n"], found.sums("test.orders.b.country=de")["orders"]) == (1, 1)
    assert found.sums("test.orders.b.country=unknown")["orders x orders"] == 5  # b1 bought twice, b2 once
    assert found.sums("test.orders.b.country=fr")["n"] == 0
    assert found.sums("test.orders.b.big=true")["orders"] == 2
    assert found.sums("test.orders.b.big=unknown")["n"] == 1


# -------------------------------------------------------------------------------------------------------- hostile names


def test_names_are_only_names(tmp_path):
    arm = 'O\'Brien "x"; DROP TABLE fact_order; --'
    rows = [("u1", at(1), "a", "x"), ("u2", at(1), arm, "it's \""), ("u3", at(1), arm, "$1 ? %s")]
    table(tmp_path, "seen", "select at order start", rows)
    table(tmp_path, "orders", "select at value group", [("u2", at(2), 3, 1), ("u3", at(3), 4, 2)])
    definitions = f"""
facts:
  seen: {{files: seen.csv, unit: select, time: at, columns: {{order: text}}}}
  order: {{files: orders.csv, unit: select, time: at, columns: {{value: integer, group: integer}}}}
  where: {{files: seen2.csv, unit: select, columns: {{start: text}}}}
dimensions: {{start: {{fact: where, column: start}}, unit: {{fact: where, column: start}}}}
metrics:
  arm: {{kind: sum, fact: order, value: value * group, dimensions: [start]}}
  unit: {{kind: count, fact: order, where: "value > 3"}}
  study: {{kind: ratio, fact: order, numerator: value, denominator: group, dimensions: [unit]}}
  start: {{kind: mean, fact: order, value: group}}
  at: {{kind: conversion, fact: order}}
  units: {{kind: rate, fact: order}}
studies:
  select: {{kind: experiment, assignment: {{fact: seen, arm: order}}, control: a, arms: [a, {arm!r}]}}
""".replace(repr(arm), "'" + arm.replace("'", "''") + "'")
    table(tmp_path, "seen2", "select start", [(unit, value) for unit, _, _, value in rows])
    found = counted(tmp_path, definitions)
    name = "o-brien-x-drop-table-fact-order"
    assert found.sums(f"select.arm.{name}")["arm"] == 3 + 8
    assert found.sums(f"select.unit.{name}")["unit"] == 1
    assert found.sums(f"select.study.{name}")["study_per"] == 3
    assert found.sums(f"select.start.{name}")["start_per"] == 2
    assert found.sums(f"select.at.{name}")["at"] == 2
    assert found.sums(f"select.units.{name}")["n"] == 2
    segments = {tuple(one.segment.items()) for one in found.measured.report.estimates if one.segment}
    assert (("start", "it's \""),) in segments and (("unit", "$1 ? %s"),) in segments
