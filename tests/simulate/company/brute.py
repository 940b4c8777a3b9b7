"""Every level of a simulated company, counted from drawn blocks the plain way, with its Monte Carlo standard error."""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from liftledger.simulate.company.block import Block, blocks
from liftledger.simulate.company.model import DAY, HOUR, NEVER, Model
from liftledger.simulate.company.plans import CATEGORIES, PLANS, REGIONS

Value = Callable[[np.ndarray], float]


class Counted(msgspec.Struct, frozen=True, eq=False):
    """A level and how far chance could have moved it (jackknife over blocks)."""

    value: float
    se: float


def levels(model: Model, seed: int) -> Iterator[tuple[str, list[Counted]]]:
    """Key, and [control, treatment]."""
    counts: dict[str, tuple[Value, list[list[np.ndarray]]]] = {}
    for block in blocks(model, seed):
        for key, value, arm, numbers in _of(model, block):
            counts.setdefault(key, (value, [[], []]))[1][arm].append(numbers)
    for key, (value, arms) in counts.items():
        yield key, [_jackknife(value, np.array(numbers)) for numbers in arms]


def _jackknife(value: Value, numbers: np.ndarray) -> Counted:
    total, n = numbers.sum(axis=0), len(numbers)
    others = np.array([value(total - one) for one in numbers])
    return Counted(value(total), float(np.sqrt((n - 1) * others.var())))


def _of(model: Model, block: Block):
    """(key, value of summed numbers, arm, the block's numbers)"""
    users, accounts, made = block.users, block.accounts, block.expansions
    by_category = np.zeros((len(users), len(CATEGORIES)))
    np.add.at(by_category, (block.tickets.user, block.tickets.category), 1)
    early = block.tickets.opened_at < users.signed_up_at[block.tickets.user] + 7 * DAY
    first_week = np.bincount(block.tickets.user[early], minlength=len(users))
    seconds = model.as_of - users.signed_up_at
    week_old = seconds >= 7 * DAY
    region = accounts.region[users.account]
    for study, name, arms in (
        ("program", "personalized", users.program),
        ("onboarding", "guided", users.onboarding),
    ):
        for segment, inside in _segments("", users.plan, region, users.signed_up_at, users.maturity):
            for arm in (0, 1):
                chosen = inside & (arms == arm)

                def key(metric, study=study, name=name, segment=segment):
                    return f"{study}.{metric}.{name}{segment}"

                rows, time = by_category[chosen], seconds[chosen].sum()
                yield key("tickets_per_month"), _monthly, arm, np.array([rows.sum(), time])
                for place, category in enumerate(CATEGORIES):
                    yield key(f"tickets_per_month_{category}"), _monthly, arm, np.array([rows[:, place].sum(), time])
                old = chosen & week_old
                yield key("first_week_tickets"), _quotient, arm, np.array([first_week[old].sum(), old.sum()])
                table = _life_table(model, users.signed_up_at[chosen], block.activated_at[chosen], 720)
                yield key("time_to_value"), _restricted, arm, table
                for days in (7, 30):
                    yield key(f"time_to_value_by_{days}d"), _happened_by(days), arm, table
    end = np.where(accounts.offers >= 0, accounts.entered_at, 0) + 90 * DAY
    upgraded, refunded = made.upgraded_at < end, made.refunded_at < end
    for segment, inside in _segments("account_", accounts.plan, accounts.region, accounts.entered_at, None):
        for arm in (0, 1):
            entered = inside & (accounts.offers == arm)
            mature = entered & (end <= model.as_of)

            def key(metric, segment=segment):
                return f"offers.{metric}.model{segment}"

            n, expanded = mature.sum(), (mature & upgraded).sum()
            paid, back = made.cents[mature & upgraded].sum() / 100, made.cents[mature & refunded].sum() / 100
            yield key("offered"), _quotient, arm, np.array([(mature & (made.offered_at < end)).sum(), n])
            yield key("upgraded"), _quotient, arm, np.array([expanded, n])
            older = entered & (end + 30 * DAY <= model.as_of)
            kept = older & upgraded & (made.cancelled_at > made.upgraded_at.clip(max=2**40) + 30 * DAY)
            yield key("kept_30"), _quotient, arm, np.array([kept.sum(), older.sum()])
            yield key("expansion_revenue"), _quotient, arm, np.array([paid - back, n])
            yield key("revenue_per_expansion"), _quotient, arm, np.array([paid, expanded])
            yield key("refunds"), _quotient, arm, np.array([(mature & refunded).sum(), n])
            table = _life_table(model, accounts.entered_at[entered], made.upgraded_at[entered], 2160)
            yield key("time_to_upgrade"), _restricted, arm, table
            for days in (30, 90):
                yield key(f"time_to_upgrade_by_{days}d"), _happened_by(days), arm, table
            ever = entered & (made.upgraded_at < NEVER)
            table = _life_table(model, made.upgraded_at[ever], made.cancelled_at[ever], 2160)
            yield key("kept_after_upgrade"), _restricted, arm, table
            for days in (30, 60, 90):
                yield key(f"kept_after_upgrade_by_{days}d"), _kept_for(days), arm, table


def _segments(of, plan, region, start, maturity):
    yield "", np.ones(len(plan), bool)
    for place, one in enumerate(PLANS):
        yield f".{of}plan={one.name}", plan == place
    for place, name in enumerate(REGIONS):
        yield f".{of}region={name}", region == place
    if maturity is not None:
        for name, low, high in (("new", 0, 40), ("growing", 40, 70), ("mature", 70, 100)):
            yield f".maturity={name}", (low <= maturity) & (maturity < high)
    month = np.where(start == NEVER, 0, start).astype("datetime64[s]").astype("datetime64[M]")
    for name in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"):
        yield f".started={name}", month == np.datetime64(name)


def _life_table(model, start, event, steps):
    """Units by whole hours: [events in step k + 1, leaving before step k + 1 is over], at risk last."""
    taken = np.where(event == NEVER, steps + 1.0, np.ceil((np.minimum(event, 2**40) - start) / HOUR))
    seen = np.minimum((model.as_of - start) // HOUR, steps)
    happened = taken <= seen
    events = np.bincount(taken[happened].astype(int), minlength=steps + 1)[1:]
    last = np.where(happened, taken, seen).astype(int)
    leaving = np.bincount(last, minlength=steps + 1)
    at_risk = leaving[::-1].cumsum()[::-1][1:]
    return np.stack([events, at_risk])


def _curve(table):
    events, at_risk = table
    with np.errstate(invalid="ignore"):
        return np.concatenate([[1.0], np.cumprod(1 - events / at_risk)])


def _restricted(table):
    return _curve(table)[:-1].sum() / 24 if table[1, -1] else np.nan


def _happened_by(days):
    return lambda table: 1 - _curve(table)[24 * days]


def _kept_for(days):
    return lambda table: _curve(table)[24 * days]


def _quotient(numbers):
    with np.errstate(invalid="ignore"):
        return numbers[0] / numbers[1]


def _monthly(numbers):
    return 30 * DAY * _quotient(numbers)
