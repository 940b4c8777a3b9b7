"""Customer bases: purchases or subscriptions, never both, and nothing of finance's is made up."""

import pytest

from liftledger.definitions import digest
from liftledger.domain.customers import Purchases, Subscriptions, Terms
from liftledger.domain.expression import Column, Comparison, Text, Type
from liftledger.domain.instant import DAY
from tests.definitions.project import CASE, changed, line_of, mistakes, project

USD = Type("money", 2, "USD")
HEAD = """\
company: acme
currency: USD
units: {user: {account: {fact: users, column: account_id}}, account: {}}
facts:
  orders:
    files: orders.csv
    unit: user_id
    keyed_by: user
    time: {column: paid_at}
    columns: {amount: money, fee: {type: money, currency: EUR}, quantity: integer, weight: {type: decimal, scale: 2}}
  plans:
    files: plans.csv
    unit: account_id
    keyed_by: account
    time: started_at
    columns: {mrr: money, ended_at: {type: time, optional: true}, noticed_at: time, seats: integer}
  users: {files: users.csv, unit: user_id, keyed_by: user, columns: {age: integer}}
  accounts:
    files: accounts.csv
    unit: account_id
    keyed_by: account
    columns: {mrr: money, ended_at: {type: time, optional: true}}
  regions: {files: regions.csv, keyed_by: user}
dimensions:
  channel: {fact: users, column: channel}
  grade: {fact: orders, column: grade, at: start}
  size: {fact: accounts, column: size}
  region: {fact: regions, column: region}
"""
RATES = "discount: 10%, horizon: 365d"
BOUGHT = f"kind: purchases, fact: orders, {RATES}"
SUBSCRIBED = f"kind: subscriptions, fact: plans, ends: ended_at, amount: mrr, {RATES}"
APART = (
    "a subscription is known to have ended, and who just buys leaves without a word, so that each needs a model of "
    "its own"
)


def with_bases(*bases: str, head: str = HEAD) -> str:
    """A project with customer bases, called a, b, ..."""
    return f"{head}customers:\n" + "".join(f"  {name}: {{{base}}}\n" for name, base in zip("abc", bases, strict=False))


def read(folder, *bases: str, head: str = HEAD):
    return project(folder, with_bases(*bases, head=head)).customers


def test_everything_that_can_be_said_of_purchases(tmp_path):
    (found,) = read(
        tmp_path,
        "kind: purchases, fact: orders, unit: user, where: status = 'paid', amount: amount * 2, category: shelf, "
        "grid: 1w, margin: 40%, discount: 8.5%, horizon: 180d, dimensions: [channel, grade]",
    )
    assert (found.name, found.fact, found.unit) == ("a", "orders", "user")
    assert found.terms == Terms(0.4, 0.085, 180 * DAY)
    assert found.where == Comparison("=", Column("status", Type("text")), Text("paid"))
    assert found.amount.type == USD
    assert (found.category, found.grid, found.dimensions) == ("shelf", 7 * DAY, ("channel", "grade"))


def test_what_purchases_may_leave_out(tmp_path):
    (found,) = read(tmp_path, BOUGHT)
    assert found == Purchases("a", "orders", "user", None, Terms(None, 0.1, 365 * DAY), None, None, DAY, ())


def test_everything_that_can_be_said_of_subscriptions(tmp_path):
    (found,) = read(
        tmp_path, f"{SUBSCRIBED}, unit: account, where: seats > 1, plan: tier, margin: 1, dimensions: [size]"
    )
    assert (found.ends, found.amount, found.plan) == ("ended_at", Column("mrr", USD), "tier")
    assert found.where is not None and found.terms == Terms(1.0, 0.1, 365 * DAY)
    assert (found.unit, found.dimensions) == ("account", ("size",))


def test_what_subscriptions_may_leave_out(tmp_path):
    terms = Terms(None, 0.1, 365 * DAY)
    assert read(tmp_path, SUBSCRIBED) == (
        Subscriptions("a", "plans", "account", "ended_at", Column("mrr", USD), terms, None, None, ()),
    )


def test_the_only_fact_needs_no_name(tmp_path):
    text = "company: a\ncurrency: USD\nfacts: {orders: {files: o.csv, unit: user, time: at}}\n"
    (found,) = read(tmp_path, f"kind: purchases, {RATES}", head=text)
    assert (found.fact, found.unit) == ("orders", "unit")


def test_orders_of_users_are_those_of_their_account(tmp_path):
    (found,) = read(tmp_path, f"{BOUGHT}, unit: account, dimensions: [size]")
    assert (found.unit, found.dimensions) == ("account", ("size",))


def test_a_project_may_have_customers_and_nothing_else(tmp_path):
    found = project(tmp_path, with_bases(BOUGHT))
    assert (found.metrics, found.studies, len(found.customers)) == ((), (), 1)


def test_several_bases_may_rest_on_one_fact(tmp_path):
    found = read(tmp_path, f"{BOUGHT}, where: quantity > 1", BOUGHT, SUBSCRIBED)
    assert [base.name for base in found] == ["a", "b", "c"]


VALUE = CASE[CASE.index("value:\n") : CASE.index("truth:")]
PRICED = CASE[: CASE.index("value:\n")]
EVENTS = "kind: purchases, fact: events, horizon: 365d"


def test_margin_and_discount_are_those_under_value_where_nothing_else_is_said(tmp_path):
    (found,) = read(tmp_path, f"{EVENTS}, amount: amount", head=PRICED + VALUE)
    assert found.terms == Terms(0.8, 0.1, 365 * DAY)


def test_a_base_s_own_margin_and_discount_come_first(tmp_path):
    (found,) = read(tmp_path, f"{EVENTS}, amount: amount, margin: 35%, discount: 0%", head=PRICED + VALUE)
    assert found.terms == Terms(0.35, 0.0, 365 * DAY)


def test_without_any_margin_values_are_revenue(tmp_path):
    value = changed(("  margin: 80%\n", ""), ("basis: revenue", "basis: margin"), text=VALUE)
    (found,) = read(tmp_path, f"{EVENTS}, amount: amount", head=PRICED + value)
    assert found.terms.margin is None


def test_purchases_that_are_only_counted_have_no_margin(tmp_path):
    (found,) = read(tmp_path, EVENTS, head=PRICED + VALUE)
    assert found.terms == Terms(None, 0.1, 365 * DAY)


def test_columns_that_a_base_uses_are_columns_of_its_fact(tmp_path):
    found = project(
        tmp_path,
        with_bases(f"{BOUGHT}, amount: amount, category: shelf, where: status = 'paid'", f"{SUBSCRIBED}, plan: tier"),
    )
    names = {fact.name: {field.name for field in fact.columns} for fact in found.facts}
    assert names["orders"] == {"amount", "shelf", "status", "grade"}  # grade is a dimension
    assert names["plans"] == {"mrr", "ended_at", "tier"}


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (f"fact: orders, {RATES}", ": 'kind' is missing; it takes purchases or subscriptions"),
        (f"kind: purchase, fact: orders, {RATES}", ".kind is 'purchase'; did you mean 'purchases'?"),
        (f"kind: contractual, fact: orders, {RATES}", ".kind is 'contractual'; it takes purchases or subscriptions"),
        (
            f"kind: purchases, {RATES}",
            ": 'fact' is missing, and there are 5; name one of orders, plans, users, accounts and regions",
        ),
        (f"kind: purchases, fact: order, {RATES}", ".fact: there is no fact 'order'; did you mean 'orders'?"),
        (
            f"kind: purchases, fact: users, {RATES}",
            ".fact: 'users' is a wide fact, whose rows have no dates, and a purchase has one; name a fact with `time`, "
            "or add `time` to it",
        ),
        (f"{BOUGHT}, unit: usr", ".unit: there is no kind of unit 'usr'; did you mean 'user'?"),
        (f"{BOUGHT}, unit: usr, dimensions: [size]", ".unit: there is no kind of unit 'usr'; did you mean 'user'?"),
        (
            f"{SUBSCRIBED}, unit: user",
            ".unit: 'plans' is keyed by 'account', and nothing says to which 'user' each belongs; say under units how "
            "'account' leads to 'user', or write `unit: account`",
        ),
        (
            f"{BOUGHT}, where: amount",
            ".where: 'amount' (money USD) is no condition; compare it with something, such as `amount > 0`",
        ),
        (
            f"{BOUGHT}, amount: total",
            ".amount: column 'total' is text here; declare it under facts.orders.columns, for example `total: money`",
        ),
        (
            f"{BOUGHT}, amount: quantity",
            ".amount: it is an integer, and not money; declare it under facts.orders.columns, for example "
            "`quantity: money`",
        ),
        (
            f"{BOUGHT}, amount: weight * 2",
            ".amount: it is a decimal, and not money; declare it under facts.orders.columns, for example "
            "`weight: money`",
        ),
        (
            f"{BOUGHT}, amount: fee",
            ".amount: it is in EUR, and the report is in USD; convert it before it comes here",
        ),
        (
            f"{BOUGHT}, category: quantity",
            ".category: column 'quantity' is integer here; it takes a column of type text",
        ),
        (f"{BOUGHT}, grid: 12h", ".grid is '12h'; it takes whole days, such as 1d or 7d"),
        (f"{BOUGHT}, grid: 36h", ".grid is '36h'; it takes whole days, such as 1d or 7d"),
        (f"{BOUGHT}, grid: 0d", ".grid is '0d'; it must be longer than nothing; write one such as 14d"),
        (f"{BOUGHT}, grid: daily", ".grid is 'daily'; it takes whole days, such as 1d, 7d or 2w"),
        (f"{BOUGHT}, amount: amount, margin: 0", ".margin is '0'; it must be above 0"),
        (f"{BOUGHT}, amount: amount, margin: 120%", ".margin is '120%'; it is at most 100%"),
        (
            f"{BOUGHT}, amount: amount, margin: 40",
            ".margin is '40'; it is at most 1; write 40% for a percentage",
        ),
        (
            f"{BOUGHT}, margin: 40%",
            ".margin: without `amount` there is no revenue that it is a share of; add what was paid, such as "
            "`amount: total`, or remove it",
        ),
        (
            "kind: purchases, fact: orders, horizon: 365d",
            ": 'discount' is missing; finance must give the annual rate at which later money counts less, such as "
            "`discount: 10%`, here or under value; there is no default",
        ),
        (
            "kind: purchases, fact: orders, discount: 10, horizon: 365d",
            ".discount is '10'; it is at most 1; write 10% for a percentage",
        ),
        (
            "kind: purchases, fact: orders, discount: -5%, horizon: 365d",
            ".discount is '-5%'; it lies between 0 and 1 (0% and 100%)",
        ),
        (
            "kind: purchases, fact: orders, discount: 10%",
            ": 'horizon' is missing; it takes a duration, such as 90m, 12h, 14d or 2w",
        ),
        (
            "kind: purchases, fact: orders, discount: 10%, horizon: 0d",
            ".horizon is '0d'; it must be longer than nothing; write one such as 14d",
        ),
        (
            "kind: purchases, fact: orders, discount: 10%, horizon: 365",
            ".horizon is '365' without a unit; write 365d for days; m, h and w are minutes, hours and weeks",
        ),
        (
            f"{BOUGHT.replace('365d', '6d')}, grid: 7d",
            ".horizon of 6d is too short to value anything; value customers over 7d at least",
        ),
        (
            SUBSCRIBED.replace("365d", "30d"),
            ".horizon of 30d is too short to value anything; value customers over 31d at least",
        ),
        (f"{BOUGHT}, dimensions: [chanel]", ".dimensions[1]: there is no dimension 'chanel'; did you mean 'channel'?"),
        (
            f"{BOUGHT}, dimensions: [channel, channel]",
            ".dimensions[2]: 'channel' stands there twice; keep one of them",
        ),
        (
            f"{BOUGHT}, dimensions: [size]",
            ".dimensions[1]: 'size' is an attribute of 'account', and the customers are of kind 'user'; name a "
            "dimension of 'user'",
        ),
        (
            f"{BOUGHT}, dimensions: [region]",
            ".dimensions[1]: 'regions', which holds 'region', does not name its units; add `unit` to facts.regions",
        ),
        (
            f"{BOUGHT}, dimensions: [started]",
            ".dimensions[1]: 'started' is the month in which a unit started in a study; remove it: customers are "
            "always shown by the month in which they came",
        ),
        (
            f"{BOUGHT}, ends: paid_at",
            f": 'ends' does not belong to kind 'purchases'; it belongs to 'subscriptions': {APART}",
        ),
        (
            f"{BOUGHT}, plan: tier",
            f": 'plan' does not belong to kind 'purchases'; it belongs to 'subscriptions': {APART}",
        ),
        (
            f"{SUBSCRIBED}, grid: 1d",
            f": 'grid' does not belong to kind 'subscriptions'; it belongs to 'purchases': {APART}",
        ),
        (
            f"{SUBSCRIBED}, category: tier",
            f": 'category' does not belong to kind 'subscriptions'; it belongs to 'purchases': {APART}",
        ),
        (
            f"kind: subscriptions, fact: accounts, ends: ended_at, amount: mrr, {RATES}",
            ".fact: 'accounts' is a wide fact, whose rows have no dates, and a subscription starts on one; name a "
            "fact with `time`, or add `time` to it",
        ),
        (
            f"kind: subscriptions, fact: plans, amount: mrr, {RATES}",
            ": 'ends' is missing; it takes a column of type time, blank while the subscription goes on",
        ),
        (
            f"kind: subscriptions, fact: plans, ends: ended_at, {RATES}",
            ": 'amount' is missing; add what a subscription brings a month, such as `amount: mrr`",
        ),
        (
            f"kind: subscriptions, fact: plans, ends: left_at, amount: mrr, {RATES}",
            ".ends: column 'left_at' is text here; declare it under facts.plans.columns: `left_at: {type: time, "
            "optional: true}`",
        ),
        (
            f"kind: subscriptions, fact: plans, ends: noticed_at, amount: mrr, {RATES}",
            ".ends: column 'noticed_at' may not be blank; declare it under facts.plans.columns: `noticed_at: {type: "
            "time, optional: true}`",
        ),
        (
            f"kind: subscriptions, fact: plans, ends: started_at, amount: mrr, {RATES}",
            ".ends: column 'started_at' is the time of 'plans', at which a subscription starts; name the column that "
            "says when it ended",
        ),
        (f"{SUBSCRIBED}, plan: seats", ".plan: column 'seats' is integer here; it takes a column of type text"),
        (f"{BOUGHT}, catgory: shelf", ": unknown key 'catgory'; did you mean 'category'?"),
    ],
)
def test_what_is_wrong_with_a_base(tmp_path, base, said):
    text = with_bases(base)
    (found,) = mistakes(tmp_path, text)
    assert found == f"liftledger.yaml:{line_of(text, '  a: {')}: customers.a{said}"


def test_a_fact_holds_purchases_or_subscriptions_but_not_both(tmp_path):
    text = with_bases(SUBSCRIBED, f"kind: purchases, fact: plans, {RATES}", BOUGHT)
    place = f"liftledger.yaml:{line_of(text, '  b: {')}: customers.b.fact"
    assert mistakes(tmp_path, text) == [
        f"{place}: 'plans' holds subscriptions for customers.a, and here purchases; keep one of the two: {APART}"
    ]


def test_the_only_fact_holds_one_kind_too(tmp_path):
    head = "company: a\ncurrency: USD\nfacts: {f: {files: f.csv, unit: user, time: at, columns: {mrr: money, "
    head += "ended_at: {type: time, optional: true}}}}\n"
    text = with_bases(
        f"kind: purchases, {RATES}", f"kind: subscriptions, ends: ended_at, amount: mrr, {RATES}", head=head
    )
    (found,) = mistakes(tmp_path, text)
    assert "customers.b: 'f' holds purchases for customers.a, and here subscriptions" in found


def test_names_are_unique(tmp_path):
    text = with_bases(BOUGHT, BOUGHT).replace("  b: {", "  a: {")
    (found,) = mistakes(tmp_path, text)
    assert "'a' is written twice" in found


def test_names_are_plain(tmp_path):
    (found,) = mistakes(tmp_path, with_bases(BOUGHT).replace("  a: {", "  Our shoppers: {"))
    assert found.endswith(
        "'Our shoppers' cannot name a customer base; use a-z, 0-9 and _, a letter first; 'our_shoppers' would do"
    )


def test_a_wrong_rate_under_value_is_one_mistake(tmp_path):
    value = changed(("discount: 10%", "discount: 10"), text=VALUE)
    (found,) = mistakes(tmp_path, with_bases(EVENTS, head=PRICED + value))
    assert "value.discount is '10'" in found


def test_a_value_that_cannot_be_read_is_one_mistake(tmp_path):
    (found,) = mistakes(tmp_path, with_bases(EVENTS, head=f"{PRICED}value: [1]\n"))
    assert "value is a list" in found


def test_what_is_wrong_with_a_fact_is_not_said_again_of_its_customers(tmp_path):
    text = changed(
        ("    time: {column: paid_at}\n", "    time: {colum: paid_at}\n"), text=with_bases(f"{BOUGHT}, unit: account")
    )
    found = mistakes(tmp_path, text)
    assert found and all("customers" not in one for one in found)


def test_all_mistakes_are_told_at_once(tmp_path):
    text = with_bases(
        "kind: purchases, fact: orders, grid: 5h, category: quantity, ends: paid_at, horizon: 0d",
        "kind: subscriptions, fact: plans, ends: noticed_at, amount: seats, unit: user",
    )
    assert len(mistakes(tmp_path, text)) == 10


def test_the_hash_is_the_same_as_ever_where_there_are_no_customers(tmp_path):
    assert digest(project(tmp_path)) == "7c64e487a42e2213c6fda464de0e277271a7a4cdea77b1a8fea5eb83e66e12a2"
    assert digest(project(tmp_path, CASE)) == "43cf3dd1a0cd0aa23e6da9b6ee6b9b981044eac76f42255ca0e5e2035d427e13"


def hashed(folder, *bases: str) -> str:
    return digest(project(folder, with_bases(*bases)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{BOUGHT}, grid: 1d", BOUGHT),
        (f"{BOUGHT}, unit: user", BOUGHT),
        (BOUGHT.replace("10%", "0.10"), BOUGHT),
        (f"{BOUGHT}, dimensions: [channel, grade]", f"{BOUGHT}, dimensions: [grade, channel]"),
    ],
)
def test_what_does_not_change_the_hash(tmp_path, one, other):
    assert hashed(tmp_path, one) == hashed(tmp_path, other)


def test_the_order_of_bases_does_not_change_the_hash(tmp_path):
    text = with_bases(BOUGHT, SUBSCRIBED)
    lines = text.splitlines(keepends=True)
    assert digest(project(tmp_path, text)) == digest(project(tmp_path, "".join([*lines[:-2], lines[-1], lines[-2]])))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{BOUGHT}, grid: 7d", BOUGHT),
        (f"{BOUGHT}, where: quantity > 1", BOUGHT),
        (f"{BOUGHT}, amount: amount", BOUGHT),
        (f"{BOUGHT}, category: shelf", BOUGHT),
        (f"{BOUGHT}, unit: account", BOUGHT),
        (f"{BOUGHT}, dimensions: [channel]", BOUGHT),
        (BOUGHT.replace("10%", "11%"), BOUGHT),
        (BOUGHT.replace("365d", "364d"), BOUGHT),
        (f"{BOUGHT}, amount: amount, margin: 40%", f"{BOUGHT}, amount: amount"),
        (f"{SUBSCRIBED}, plan: tier", SUBSCRIBED),
    ],
)
def test_what_changes_the_hash(tmp_path, one, other):
    assert hashed(tmp_path, one) != hashed(tmp_path, other)


def test_customers_change_the_hash(tmp_path):
    assert hashed(tmp_path, BOUGHT) != digest(project(tmp_path, HEAD))


def test_a_base_has_no_name_that_could_be_that_of_another_in_a_study(tmp_path):
    (found,) = mistakes(tmp_path, f"{HEAD}customers:\n  shop__trial: {{{BOUGHT}}}\n")
    assert (
        "customers.shop__trial: 'shop__trial' holds '__', which stands between a base and a study; write one '_'"
        in found
    )
