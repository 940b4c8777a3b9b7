"""What customer value costs: fits beside other libraries, and customers from their purchases to each one's value."""

from pathlib import Path

import numpy as np
from tests.data import ROOT as DATA
from tests.lifetime import cdnow, customers

from bench.contest import MEMORY, alone, contender, load, pair, program
from bench.shoppers import CUSTOMERS, histories, shoppers

WEEKLY, SAMPLE = 1_000_000, 2_357
PEERS = {  # by the environment that they are in
    "lifetimes": {"lifetimes": "lifetimes, a row a customer", "lifetimes_counted": "lifetimes, distinct histories"},
    "pymc": {"pymc_marketing": "pymc-marketing, MAP"},
}
BUYING = {"r": 0.2426, "alpha": 4.4135, "a": 0.7929, "b": 2.4258}
SPENDING = {"p": 6.2496, "q": 3.7442, "gamma": 15.4435}


def customer_value(place: Path, pythons: dict[str, Path], number: int, runs: int) -> None:
    """Prints the rows; `pythons`: of the environments that there are."""
    found, real = (
        (place / "cdnow", "CDNOW") if (DATA / "cdnow").exists() else (place / "as-cdnow", "as many as in CDNOW")
    )
    _fits(f"BG/NBD and Gamma-Gamma, {real}", _sample(found), "<= 0.05 s", "", pythons, runs)
    weekly = histories(place / f"histories-{WEEKLY}", WEEKLY)
    _fits(f"BG/NBD, {WEEKLY:,} customers by week", weekly, "<= 0.8 s", ">= 20", pythons, runs)
    folder = shoppers(place / f"shoppers-{number}", number)
    print(f"\n{number:,} customers, from purchases to each one's value in a file; {load()}", flush=True)
    for grid in ("7d", "1d"):
        command = (
            "value",
            folder / grid,
            "--customers",
            folder / f"{grid}.parquet",
            "--threads",
            2,
            "--memory",
            MEMORY,
        )
        target = "<= 60 s" if (number, grid) == (CUSTOMERS, "7d") else ""
        alone(f"liftledger value --customers, grid: {grid}", program(*command), target, runs)


def _fits(title: str, folder: Path, target: str, ratio: str, pythons: dict[str, Path], runs: int) -> None:
    ours = contender("lifetime_contenders:liftledger", folder)
    alone(title, ours, target, runs, "histories counted, then fitted")
    for environment, python in pythons.items():
        for name, peer in PEERS[environment].items():
            theirs = contender(f"lifetime_contenders:{name}", folder, python)
            pair(f"{peer} / that", theirs, ours, ratio, runs)


def _sample(folder: Path) -> Path:
    """The CDNOW sample, a column a file, in weeks and dollars; where it is missing, as many customers drawn."""
    if not (folder / "total.npy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(SAMPLE)
        if (DATA / "cdnow").exists():
            bought, spent = cdnow.histories(), cdnow.spending()
        else:
            observed = rng.integers(189, 273, SAMPLE) / 7
            bought = customers.bg_nbd(rng, BUYING, SAMPLE, observed).histories
            spent = customers.spending(rng, SPENDING, 946)
        times = {name: getattr(bought, name) for name in ("repeats", "last", "observed")}
        for name, column in times.items():
            np.save(folder / f"{name}.npy", np.repeat(column, bought.customers.astype(int)))
        np.save(folder / "again.npy", spent.repeats)
        np.save(folder / "total.npy", spent.total)
    return folder
