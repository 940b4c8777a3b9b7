"""Acme, a made-up software company that gave half of its users a personalized onboarding to its new workspace.

Whole numbers and `Random.random` only, whose sequence Python promises to keep: the same rows for the same seed on
every machine.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import isqrt
from random import Random

import msgspec

DAY = 86_400  # seconds
WEEK = 7 * DAY

ENROLMENT = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())  # users are moved over during six weeks
END = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp())  # the records end before it
WEEKS_BEFORE = 5  # recorded before a user's move


class Plan(msgspec.Struct, frozen=True):
    """What a user of a plan does in any week: chances in thousandths, by arm."""

    share: int  # of all users, in hundredths
    order: dict[str, int]
    ticket: dict[str, int]


# Personalized onboarding multiplies the chance of an order by 1.3, of a ticket by 0.8. Orders are as large as before.
PLANS = {
    "free": Plan(50, {"standard": 10, "personalized": 13}, {"standard": 40, "personalized": 32}),
    "team": Plan(35, {"standard": 80, "personalized": 104}, {"standard": 80, "personalized": 64}),
    "business": Plan(15, {"standard": 300, "personalized": 390}, {"standard": 150, "personalized": 120}),
}
COUNTRIES = {"US": 40, "DE": 20, "FR": 15, "BR": 15, "JP": 10}  # in hundredths
USERS = 4_000
VOID = 40  # thousandths of the orders


class Table(msgspec.Struct, frozen=True):
    """A file of the company's exports."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class User(msgspec.Struct, frozen=True):
    """One user; times are seconds since 1970 UTC."""

    id: str
    country: str
    plan: str
    signed_up: int
    arm: str
    shown: int

    def weeks(self, chances: dict[str, int]) -> Iterator[tuple[int, int]]:
        """Start of each recorded week around the move, and the chance in it: the arm matters only after the move."""
        for week in range(-WEEKS_BEFORE, (END - self.shown) // WEEK + 1):
            yield self.shown + week * WEEK, chances["standard" if week < 0 else self.arm]


def company(seed: int) -> tuple[Table, ...]:
    """Everything that Acme exported."""
    random = Random(seed)  # noqa: S311 # a simulation, not a secret
    users = [_user(random, number) for number in range(USERS)]
    orders = _numbered("o", _happenings(random, users, "order"))
    order_rows = [(name, user, _time(at), _amount(random), _status(random)) for name, user, at in orders]
    tickets = _numbered("t", _happenings(random, users, "ticket"))
    return (
        Table("users", ("user_id", "country", "plan", "signed_up"), [_profile(user) for user in users]),
        Table(
            "exposures",
            ("user_id", "variant", "shown_at"),
            [(user.id, user.arm, _time(user.shown)) for user in sorted(users, key=lambda user: user.shown)],
        ),
        # An export that was sent again in part: three orders stand in it twice.
        Table("orders", ("order_id", "user_id", "ordered_at", "amount", "status"), order_rows + order_rows[-3:]),
        Table(
            "tickets", ("ticket_id", "user_id", "opened_at"), [(name, user, _time(at)) for name, user, at in tickets]
        ),
    )


def _user(random: Random, number: int) -> User:
    return User(
        id=f"u{10_001 + number}",
        country=_pick(random, COUNTRIES),
        plan=_pick(random, {name: plan.share for name, plan in PLANS.items()}),
        signed_up=ENROLMENT - (WEEKS_BEFORE + 1) * WEEK - _below(random, 52 * WEEK),
        arm=_pick(random, {"standard": 50, "personalized": 50}),
        shown=ENROLMENT + _below(random, 6 * WEEK),
    )


def _happenings(random: Random, users: list[User], kind: str) -> list[tuple[int, str]]:
    """When and to whom it happened, in order of time: at most once a week."""
    return sorted(
        (at, user.id)
        for user in users
        for start, chance in user.weeks(getattr(PLANS[user.plan], kind))
        if _below(random, 1000) < chance and (at := start + _below(random, WEEK)) < END
    )


def _numbered(letter: str, happenings: list[tuple[int, str]]) -> list[tuple[str, str, int]]:
    return [(f"{letter}{50_001 + place}", user, at) for place, (at, user) in enumerate(happenings)]


def _amount(random: Random) -> str:
    """From 19 dollars up to 950, most of them small: a Pareto tail with index 2, cut off."""
    cents = 1_900 * 1_000 // isqrt(400 + _below(random, 1_000_000))
    return f"{cents // 100}.{cents % 100:02}"


def _status(random: Random) -> str:
    return "void" if _below(random, 1000) < VOID else "paid"


def _profile(user: User) -> tuple[str, ...]:
    return user.id, user.country, user.plan, _time(user.signed_up)[:10]


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _below(random: Random, limit: int) -> int:
    """A whole number from 0 on, below the limit. `randrange` may change its sequence with Python; this does not."""
    return int(random.random() * limit)


def _pick(random: Random, hundredths: dict[str, int]) -> str:
    left = _below(random, 100)
    for name, share in hundredths.items():
        left -= share
        if left < 0:
            return name
    raise AssertionError("the shares sum to 100")
