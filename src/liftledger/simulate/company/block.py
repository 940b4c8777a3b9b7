"""Blocks: the company's records in parts of 20,000 accounts, each drawn from the seed and its own number only.

A block is the same however many are drawn, in whatever order. What else is drawn for it (rows of a file) takes a
stream of its own: `stream(seed, block, purpose)` with a purpose from 1 on.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from liftledger.simulate.company import activation, calendar, expansion, population, tickets
from liftledger.simulate.company.expansion import Expansions
from liftledger.simulate.company.model import Model, Whole
from liftledger.simulate.company.population import Accounts, Users, lose
from liftledger.simulate.company.tickets import Tickets

SIZE = 20_000  # accounts, about 60,000 users


class Block(msgspec.Struct, frozen=True, eq=False):
    """Everything that happened to some accounts and their users before the records end."""

    number: int
    accounts: Accounts
    users: Users
    activated_at: Whole  # by user; seconds since 1970, or NEVER
    tickets: Tickets
    expansions: Expansions  # by account


def blocks(model: Model, seed: int) -> Iterator[Block]:
    """The whole company."""
    for number in range(count(model)):
        yield block(model, seed, number)


def count(model: Model) -> int:
    """Blocks of the company."""
    return -(-calendar.accounts(model) // SIZE)


def block(model: Model, seed: int, number: int) -> Block:
    """One block, by its number from 0 on."""
    rng = stream(seed, number)
    first = number * SIZE
    accounts = population.draw_accounts(rng, model, first, min(SIZE, calendar.accounts(model) - first))
    users = population.draw_users(rng, model, accounts)
    activated_at = activation.draw(rng, model, users)
    contacts = tickets.draw(rng, model, users)
    expansions = expansion.draw(rng, model, accounts)
    recorded = msgspec.structs.replace(accounts, offers=lose(rng, accounts.offers, model.lost))
    assigned = msgspec.structs.replace(
        users,
        program=lose(rng, users.program, model.lost),
        onboarding=lose(rng, users.onboarding, model.lost),
    )
    return Block(number, recorded, assigned, activated_at, contacts, expansions)


def stream(seed: int, number: int, purpose: int = 0) -> np.random.Generator:
    """Random numbers of a block."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number, purpose])))
