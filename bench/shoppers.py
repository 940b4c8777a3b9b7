"""Customers drawn from BG/NBD and Gamma-Gamma: their purchases in Parquet, a file a week, and their histories.

Rows of a week stand in the order of their times, so that those of a customer are spread over all files. A block of
customers depends on its place alone.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

CUSTOMERS, BLOCK = 10_000_000, 500_000
FIRST, DAYS = date(2025, 1, 2), 364  # a Thursday, as 1970 began: weeks of the grid are weeks of files
RATE, SCALE, TURN, STAY = 0.6, 8.0, 0.8, 2.5  # r, alpha (weeks), a, b
SHAPE, OWN, SPENT = 6.25, 3.74, 15.44  # p, q, gamma

DEFINITIONS = """
company: bench
currency: USD
as_of: {as_of}
facts:
  orders: {{files: orders/*.parquet, unit: customer, time: ts, columns: {{amount: money}}}}
customers:
  shoppers: {{kind: purchases, fact: orders, amount: amount, grid: {grid}d, margin: 40%, discount: 10%, horizon: 365d}}
"""
WEEK = """
COPY (
    SELECT customer, TIMESTAMP '{first}' + to_microseconds(since) AS ts, CAST(cents / 100 AS DECIMAL(18, 2)) AS amount
    FROM '{blocks}'
    WHERE since // 604800000000 = {week}
    ORDER BY since
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def shoppers(folder: Path, customers: int = CUSTOMERS) -> Path:
    """The files and the projects `1d` and `7d`, by the step of their grid, made unless they are there."""
    orders, aside = folder / "orders", folder / "aside"
    weeks = [orders / f"{FIRST + timedelta(days=day)}.parquet" for day in range(0, DAYS, 7)]
    if not all(path.exists() for path in weeks):
        orders.mkdir(parents=True, exist_ok=True)
        aside.mkdir(exist_ok=True)
        db = duckdb.connect(config={"threads": 2})
        for start in range(0, customers, BLOCK):
            _block(db, aside / f"{start}.parquet", start, min(BLOCK, customers - start))
        for week, path in enumerate(weeks):
            db.execute(WEEK.format(first=FIRST, blocks=aside / "*.parquet", week=week, path=path))
        for block in aside.iterdir():
            block.unlink()
        aside.rmdir()
    for grid in (1, 7):
        project = folder / f"{grid}d"
        project.mkdir(exist_ok=True)
        if not (project / "orders").exists():
            (project / "orders").symlink_to(orders.resolve())
        text = DEFINITIONS.format(as_of=FIRST + timedelta(days=DAYS), grid=grid)
        (project / "liftledger.yaml").write_text(text, encoding="utf-8")
    return folder


def _block(db: duckdb.DuckDBPyConnection, path: Path, start: int, customers: int) -> None:
    rng = np.random.default_rng(start)
    first, parts = rng.uniform(0, DAYS / 7, customers), []
    scale = rng.gamma(OWN, 1 / SPENT, customers)
    for who, times in bought(rng, first):
        cents = np.maximum(1, np.rint(rng.gamma(SHAPE, 1, len(who)) / scale[who] * 100)).astype(np.int64)
        parts.append((who + start, (times * 604_800e6).astype(np.int64), cents))
    customer, since, cents = (np.concatenate(column) for column in zip(*parts, strict=True))
    rows = {"customer": customer, "since": since, "cents": cents}
    db.register("rows", rows)
    db.execute(f"COPY (FROM rows ORDER BY since) TO '{path}' (FORMAT parquet)")
    db.unregister("rows")


def bought(rng: np.random.Generator, first: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Who bought, and when (in weeks), in the first purchase, the second, and so on; `first`: times of the first."""
    rate, turn = rng.gamma(RATE, 1 / SCALE, len(first)), rng.beta(TURN, STAY, len(first))
    who, times = np.arange(len(first)), first
    while len(who):
        yield who, times
        times = times + rng.exponential(1, len(who)) / rate[who]
        seen = times < DAYS / 7
        who, times = who[seen], times[seen]
        stays = rng.uniform(size=len(who)) >= turn[who]
        yield who[~stays], times[~stays]
        who, times = who[stays], times[stays]


def histories(folder: Path, customers: int) -> Path:
    """A column a file, a row a customer, in weeks of the grid, made unless they are there."""
    if not (folder / "observed.npy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        first = (rng := np.random.default_rng(customers)).uniform(0, DAYS / 7, customers)
        start = last = np.floor(first)
        repeats, last = np.zeros(customers), start.copy()
        for who, times in bought(rng, first):
            week = np.floor(times)
            repeats[who] += week > last[who]
            last[who] = week
        for name, column in {"repeats": repeats, "last": last - start, "observed": DAYS // 7 - 1 - start}.items():
            np.save(folder / f"{name}.npy", column)
    return folder
