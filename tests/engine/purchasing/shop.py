"""Small shops: rows of orders written by a test, and what the engine makes of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from liftledger.domain.customers import EVERYBODY, Group, Purchases, Terms
from liftledger.domain.expression import TEXT
from liftledger.domain.instant import DAY
from liftledger.domain.study import Dimension, Relation
from liftledger.engine.engine import Arrays
from liftledger.engine.purchasing.histories import histories
from liftledger.engine.purchasing.purchasers import Purchasers, purchasers, purchasers_in
from tests.engine.direct import ARM, AS_OF, World, column, dated, equals, study, wide, world, write
from tests.engine.records import USD, field

AMOUNT = field(USD, "amount", optional=True)
STATUS, CATEGORY = field(TEXT, "status", optional=True), field(TEXT, "category", optional=True)
ORDERS = dated("orders", AMOUNT, STATUS, CATEGORY)
SEEN = dated("seen", ARM)
COUNTRY, ACCOUNT = field(TEXT, "country", optional=True), field(TEXT, "account", optional=True)
USERS = wide("users", COUNTRY, ACCOUNT)
ACCOUNTS = (Relation("user", "account", "users", "account"),)
DIMENSIONS = (Dimension("country", "users", "country"), Dimension("kind", "orders", "category"))
TEST = study("test", SEEN, ())
TERMS = Terms(None, 0.1, 365 * DAY)
SHOPPERS = Purchases("shoppers", "orders", "user", column(AMOUNT), TERMS, where=equals(STATUS, "paid"))
HEADER = "user_id at amount status category"


def shoppers(**options) -> Purchases:
    return msgspec.structs.replace(SHOPPERS, **options)


def order(user, at, amount="1.00", status="paid", category="") -> tuple:
    return (user, at, amount, status, category)


@contextmanager
def shop(folder: Path, orders: Sequence[tuple], seen=(), users=(), **options) -> Iterator[World]:
    """Its facts in the engine: orders, and, where they have rows, arms and users."""
    write(folder, "orders", HEADER, orders)
    facts, studies, kinds = [ORDERS], (), {}
    if users:
        write(folder, "users", "user_id country account", users)
        facts.append(USERS)
        kinds = {"relations": ACCOUNTS, "dimensions": DIMENSIONS}
    if seen:
        write(folder, "seen", "user_id at arm", seen)
        facts.append(SEEN)
        studies = (TEST,)
    with world(folder, tuple(facts), (), studies, **kinds, **options) as one:
        yield one


def customers_of(one: World, base: Purchases = SHOPPERS, as_of: int = AS_OF) -> Purchasers:
    return purchasers(one.engine, one.project, base, as_of, one.table("orders", base.unit))


def customers_in(one: World, base: Purchases = SHOPPERS, as_of: int = AS_OF) -> Purchasers:
    """Those in the arms of the test."""
    cohort = one.cohorts["test"][base.unit]
    return purchasers_in(one.engine, one.project, base, as_of, one.table("orders", base.unit), cohort)


def listed(arrays: Arrays) -> list[tuple[int, ...]]:
    """Its rows."""
    return [tuple(int(value) for value in row) for row in zip(*arrays.values(), strict=True)]


def seen_histories(one: World, found: Purchasers, group: Group = EVERYBODY) -> list[tuple[int, ...]]:
    """(repeats, last, observed, customers) of a group."""
    return [row[:4] for row in listed(histories(one.engine, found)[group])]
