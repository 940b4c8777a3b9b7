"""Rows of the ticket system: a contact is one row or several, as some are reopened and some move to another channel."""

import msgspec
import numpy as np

from liftledger.simulate.company.model import DAY, Small, Whole
from liftledger.simulate.company.parquet import Column, key, label, time
from liftledger.simulate.company.plans import CATEGORIES
from liftledger.simulate.company.tickets import WEEK, Tickets

CHANNELS = ("email", "chat", "phone")
STATUS = ("solved", "reopened", "moved")
REOPENED, REOPENED_DAYS = 0.10, 60  # of the contacts, within
MOVED = 0.06  # of the contacts that may be


class Rows(msgspec.Struct, frozen=True, eq=False):
    """One entry a row: first all contacts, then those reopened, then those moved."""

    contact: Whole  # place in the Tickets; a moved row has a ticket of its own
    at: Whole  # seconds since 1970
    channel: Small
    status: Small


def rows(random: np.random.Generator, tickets: Tickets, until: int) -> Rows:
    """Every row is before `until`.

    All contacts of a user about a category come through one channel, and one is moved only if the next is more than
    a week after the move: else the rule that joins moved rows would join contacts that are two.
    """
    every = np.arange(len(tickets))
    channel = ((tickets.user + tickets.category) % len(CHANNELS)).astype(np.int8)
    again = tickets.opened_at + random.integers(1, REOPENED_DAYS * DAY, len(every))
    reopened = np.flatnonzero((random.random(len(every)) < REOPENED) & (again < until))
    away = tickets.opened_at + random.integers(1, WEEK, len(every))
    moves = (random.random(len(every)) < MOVED) & (away < until) & (following(tickets) > away + WEEK)
    moved = np.flatnonzero(moves)
    return Rows(
        np.concatenate([every, reopened, moved]),
        np.concatenate([tickets.opened_at, again[reopened], away[moved]]),
        np.concatenate([channel, channel[reopened], (channel[moved] + 1) % len(CHANNELS)]).astype(np.int8),
        np.repeat(np.arange(3, dtype=np.int8), [len(every), len(reopened), len(moved)]),
    )


def following(tickets: Tickets) -> Whole:
    """When the same user's next contact about the same category is; far away where there is none."""
    order = np.lexsort((tickets.opened_at, tickets.category, tickets.user))
    user, category, at = tickets.user[order], tickets.category[order], tickets.opened_at[order]
    follows = np.full(len(order), np.iinfo(np.int64).max)
    same = (user[1:] == user[:-1]) & (category[1:] == category[:-1])
    follows[:-1][same] = at[1:][same]
    found = np.empty_like(follows)
    found[order] = follows
    return found


def columns(rows: Rows, tickets: Tickets, users: Whole, first: int) -> dict[str, Column]:
    """As the file has them; ids count from `first`, and those of moved rows follow."""
    moved = rows.status == STATUS.index("moved")
    ticket = rows.contact.copy()
    ticket[moved] = len(tickets) + np.arange(moved.sum())
    return {
        "ticket_id": key("t", first + ticket),
        "user_id": key("u", users[tickets.user[rows.contact]]),
        "opened_at": time(rows.at),
        "category": label(tickets.category[rows.contact], CATEGORIES),
        "channel": label(rows.channel, CHANNELS),
        "status": label(rows.status, STATUS),
    }
