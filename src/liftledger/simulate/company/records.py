"""The rows of every file, of one block: what the model drew, as a company's systems would export it."""

import numpy as np

from liftledger.simulate.company import contacts, growth, invoices, usage
from liftledger.simulate.company.beliefs import believe
from liftledger.simulate.company.block import Block, stream
from liftledger.simulate.company.contracts import contracts
from liftledger.simulate.company.decisions import decide
from liftledger.simulate.company.model import OFFERS, ONBOARDING, PROGRAM, Model
from liftledger.simulate.company.parquet import Column, key, label, time
from liftledger.simulate.company.plans import PLANS, REGIONS
from liftledger.simulate.company.surveys import ask

NUMBERS = 10_000_000  # ids that a block may use of each kind of thing
DRAWN = ("tickets", "events", "invoices", "beliefs", "decisions", "surveys", "exposures", "downgrades")
STUDIES = ("program", "onboarding")
EXPOSED = 0.97  # of the users with an onboarding arm
LOADING = 600  # seconds at most between assignment and exposure

Table = dict[str, Column]


def records(model: Model, seed: int, block: Block) -> dict[str, Table]:
    """The block's table of each fact. All times are before the records end."""
    until, first = model.as_of, NUMBERS * block.number
    random = {name: stream(seed, block.number, purpose) for purpose, name in enumerate(DRAWN, start=1)}
    users, accounts, expansions = block.users, block.accounts, block.expansions
    personalized = users.program == PROGRAM.index("personalized")
    beliefs = believe(random["beliefs"], users.signed_up_at, until)
    since = np.where(users.program >= 0, users.signed_up_at, until)
    downgraded_at = invoices.downgrades(random["downgrades"], accounts, expansions, until)
    off = invoices.discounts(random["invoices"], accounts)
    rows = contacts.rows(random["tickets"], block.tickets, until)
    return {
        "accounts": _accounts(block),
        "users": _users(block),
        "assignments": _assignments(block),
        "account_assignments": _account_assignments(block),
        "exposures": _exposures(random["exposures"], block, until),
        "events": usage.events(random["events"], users.number, users.signed_up_at, block.activated_at, until),
        "tickets": contacts.columns(rows, block.tickets, users.number, first),
        "self_models": growth.self_models(users.number, users.signed_up_at, users.maturity, personalized, until),
        "offers": invoices.offers(accounts, expansions, first),
        "subscriptions": invoices.subscriptions(accounts, expansions, downgraded_at, until),
        "invoices": invoices.invoices(accounts, expansions, downgraded_at, off, until=until, first=first),
        "contracts": contracts(accounts, expansions, downgraded_at, off, first=first),
        "beliefs": beliefs.columns(users.number, first),
        "decisions": decide(
            random["decisions"],
            beliefs,
            users=users.number,
            personalized=personalized,
            since=since,
            start=model.start,
            until=until,
            belief=first,
            first=first,
        ),
        "surveys": ask(random["surveys"], users.number, users.signed_up_at, personalized, until=until, first=first),
    }


def _accounts(block: Block) -> Table:
    accounts = block.accounts
    return {
        "account_id": key("a", accounts.number),
        "plan": label(accounts.plan, [plan.name for plan in PLANS]),
        "region": label(accounts.region, tuple(REGIONS)),
    }


def _users(block: Block) -> Table:
    users = block.users
    return {
        "user_id": key("u", users.number),
        "account_id": key("a", block.accounts.number[users.account]),
        "signed_up": time(users.signed_up_at),
        "plan": label(users.plan, [plan.name for plan in PLANS]),
        "region": label(block.accounts.region[users.account], tuple(REGIONS)),
    }


def _assignments(block: Block) -> Table:
    """One row a user and study."""
    arms = np.stack([block.users.program, block.users.onboarding], axis=1)
    place, study = np.nonzero(arms >= 0)
    return {
        "user_id": key("u", block.users.number[place]),
        "at": time(block.users.signed_up_at[place]),
        "study": label(study, STUDIES),
        "arm": label(arms[place, study] + len(PROGRAM) * study, PROGRAM + ONBOARDING),
    }


def _account_assignments(block: Block) -> Table:
    place = np.flatnonzero(block.accounts.offers >= 0)
    return {
        "account_id": key("a", block.accounts.number[place]),
        "at": time(block.accounts.entered_at[place]),
        "arm": label(block.accounts.offers[place], OFFERS),
    }


def _exposures(random: np.random.Generator, block: Block, until: int) -> Table:
    """One row a user who saw the onboarding."""
    users = block.users
    at = users.signed_up_at + random.integers(1, LOADING, len(users))
    place = np.flatnonzero((random.random(len(users)) < EXPOSED) & (users.onboarding >= 0) & (at < until))
    return {
        "user_id": key("u", users.number[place]),
        "at": time(at[place]),
        "study": label(np.full(len(place), STUDIES.index("onboarding")), STUDIES),
        "arm": label(users.onboarding[place], ONBOARDING),
    }
