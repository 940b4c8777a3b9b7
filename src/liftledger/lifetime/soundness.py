"""What keeps a model from being fitted on histories or amounts, all of it, in words."""

from collections.abc import Iterable

import numpy as np

from liftledger.lifetime.histories import Histories, Numbers, Spending

REPEAT_BUYERS = 100  # fewer say too little of how customers differ


def unsound(histories: Histories) -> tuple[str, ...]:
    """Reasons why no model of purchases can be fitted; none: it can be tried."""
    x, last, observed, customers = histories.repeats, histories.last, histories.observed, histories.customers
    found = _unusable({"repeats": x, "last": last, "observed": observed}, customers)
    if found:
        return found
    held = customers > 0
    one = len(np.unique(np.stack((x, last, observed))[:, held], axis=1).T) == 1
    return tuple(
        _counted(
            customers,
            [
                (last > observed, "bought after the end of observation"),
                ((x == 0) & (last > 0), "bought only once and yet again later"),
                ((x > 0) & (last <= 0), "bought again at the time of the first purchase, which is one purchase"),
            ],
        )
    ) + _few(x, customers, "every customer has the same history" if one else "")


def unsound_amounts(spending: Spending) -> tuple[str, ...]:
    """Reasons why no model of spending can be fitted."""
    x, total, customers = spending.repeats, spending.total, spending.customers
    found = _unusable({"repeats": x, "total": total}, customers)
    if found:
        return found
    held = customers > 0
    means = (total[held & (x > 0)] / x[held & (x > 0)]) if held.any() else total[:0]
    one = len(means) > 0 and float(np.ptp(means)) <= 1e-12 * float(np.max(means))
    return tuple(
        _counted(
            customers, [(x <= 0, "have no repeat purchase"), (total <= 0, "spent 0 on their repeat purchases together")]
        )
    ) + _few(x, customers, "every customer spends the same amount on a purchase" if one else "")


def _unusable(columns: dict[str, Numbers], customers: Numbers) -> tuple[str, ...]:
    """Numbers of which nothing else can be said."""
    if any(len(column) != len(customers) for column in columns.values()):
        raise ValueError(f"columns of one length are wanted: {', '.join(columns)} and customers")
    if np.any(~np.isfinite(customers) | (customers < 0)):
        return ("a number of customers is below 0 or missing",)
    wrong = [(~np.isfinite(column), f"have no number in {name}") for name, column in columns.items()]
    wrong += [(column < 0, f"have a number below 0 in {name}") for name, column in columns.items()]
    wrong.append((columns["repeats"] % 1 > 0, "have a part of a purchase")) if np.isfinite(columns["repeats"]).all() else None
    return tuple(_counted(customers, wrong))


def _counted(customers: Numbers, wrong: Iterable[tuple[np.ndarray, str]]) -> Iterable[str]:
    for rows, what in wrong:
        if number := float(np.sum(customers[rows])):
            yield f"{number:,.0f} customers {what}"


def _few(x: Numbers, customers: Numbers, same: str) -> tuple[str, ...]:
    again = float(np.sum(customers[x > 0]))
    few = f"{again:,.0f} customers bought again; {REPEAT_BUYERS} are needed" if again < REPEAT_BUYERS else ""
    return tuple(reason for reason in (few, same) if reason)
