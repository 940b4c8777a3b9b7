"""Subscriptions written to a folder, and the base that the engine makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from liftledger.domain.customers import Subscriptions, Terms
from liftledger.domain.expression import TEXT, TIME
from liftledger.domain.instant import DAY, instant, micros
from liftledger.engine.subscriptions.subscribers import Subscribers, subscribers
from tests.engine.direct import ARM, World, column, dated, study, wide, world, write
from tests.engine.records import USD, field

AS_OF = micros("2026-03-15")
MRR, PLAN = field(USD, "mrr", optional=True), field(TEXT, "plan", optional=True)
ENDS, TRIAL = field(TIME, "ended", optional=True), field(TEXT, "trial", optional=True)
FACT = dated("subscriptions", ENDS, MRR, PLAN, TRIAL)
ENROLLED, PEOPLE = dated("enrolled", ARM), wide("people", field(TEXT, "country", optional=True))
BASE = Subscriptions(
    "accounts", "subscriptions", "user", "ended", column(MRR), Terms(None, 0.1, 365 * DAY), plan="plan"
)


class Based(msgspec.Struct, frozen=True):
    """A base whose tables stand."""

    world: World
    of: Subscribers

    def __iter__(self):
        return iter((self.world.engine, self.of))

    @property
    def cohorts(self):
        return [kinds["user"] for kinds in self.world.cohorts.values()]


@contextmanager
def based(
    folder: Path, rows, *, base=BASE, as_of=AS_OF, arms=None, countries=None, studies=(), dimensions=()
) -> Iterator[Based]:
    """`rows`: (user, start, end or None, cents or None, plan); dates, or microseconds. `arms`: (user, start, arm)."""
    write(folder, "subscriptions", "user_id at ended mrr plan trial", [_line(*row) for row in rows])
    facts = [FACT]
    if arms is not None:
        write(folder, "enrolled", "user_id at arm", arms)
        facts.append(ENROLLED)
        studies = studies or (study("offer", ENROLLED, ()),)
    if countries is not None:
        write(folder, "people", "user_id country", countries.items())
        facts.append(PEOPLE)
    with world(folder, tuple(facts), (), tuple(studies), dimensions=dimensions) as one:
        yield Based(one, subscribers(one.engine, one.project, base, as_of, one.table("subscriptions", "user")))


def _line(user, start, end=None, cents=None, plan="", trial=""):
    amount = "" if cents is None else f"{cents / 100:.2f}"
    return user, _time(start), _time(end), amount, plan, trial


def _time(at):
    return instant(at) if isinstance(at, int) else at or ""
