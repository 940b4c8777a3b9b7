"""A company whose users buy at a rate of their own, and after each purchase may stay away for good."""

from collections.abc import Iterator

import numpy as np

from tests.company import Company, table

DAYS = 180
START = np.datetime64("2026-01-01")
BASE = {
    "kind": "purchases",
    "fact": "orders",
    "amount": "amount",
    "margin": "40%",
    "discount": "10%",
    "horizon": "365d",
    "dimensions": ["channel"],
}


def orders(users: int = 900, seed: int = 5) -> Iterator[tuple[str, str, str, str, int]]:
    """Rows of 2026's first half, by the process that BG/NBD describes."""
    rng = np.random.default_rng(seed)
    number = 0
    for user in range(users):
        rate, leaves, spend = rng.gamma(0.6, 1 / 12), rng.beta(0.8, 2.5), 20 / rng.gamma(4, 1 / 3)
        at = rng.uniform(0, DAYS / 2)
        while at < DAYS:
            day = START + np.timedelta64(int(at * 86400), "s")
            yield f"o{number}", f"u{user}", str(day), f"{rng.gamma(5, spend / 5) + 0.01:.2f}", 1
            number += 1
            if rng.uniform() < leaves and number % 2:
                break
            at += rng.exponential(1 / rate)


def shop(company: Company, rows: list[tuple[str, str, str, str, int]] | None = None) -> Company:
    """The company, with these orders and a base of shoppers by channel."""
    found = list(orders()) if rows is None else rows
    users = sorted({row[1] for row in found})
    definitions = company.definitions
    definitions["as_of"] = "2026-06-30"
    definitions["customers"] = {"shoppers": dict(BASE)}
    definitions["facts"]["profiles"] = {"files": "data/profiles.csv", "unit": "user"}
    definitions["dimensions"] = {"channel": {"fact": "profiles", "column": "channel"}}
    table(company.folder / "data/profiles.csv", ("user", "channel"), [(u, ("ads", "web")[len(u) % 2]) for u in users])
    company.assignments, company.orders = [*assignments(users)], [*found]
    return company.write()


def assignments(users: list[str]) -> list[tuple[str, str, str]]:
    return [(user, ("plain", "fancy")[int(user[1:]) % 2], f"2026-02-{1 + int(user[1:]) % 20:02}") for user in users]
