"""One contender that fits a model of purchases, one run, in a process of its own: prints seconds and memory as JSON.

`python bench/lifetime_contenders.py NAME FOLDER MEMORY`; FOLDER holds a column a file, a row a customer: repeats, last
and observed; and where spending is to be fitted, of those who bought again: again (repeat purchases) and total.
"""

import json
import resource
import sys
import warnings
from pathlib import Path

import numpy as np
from clock import Clock

TIMES = ("repeats", "last", "observed")
SPENDING = ("again", "total")


def liftledger(folder: Path, memory: str) -> dict[str, float]:
    """Distinct histories are counted, as the engine does, and fitted."""
    import duckdb

    from liftledger.lifetime import bg_nbd, gamma_gamma
    from liftledger.lifetime.histories import Histories, Spending

    db = duckdb.connect(config={"threads": 2, "memory_limit": memory})
    times, spending = given(folder)

    def counted(columns: dict[str, np.ndarray]) -> list[np.ndarray]:
        db.register("given", columns)
        found = db.execute(f"SELECT {', '.join(columns)}, count(*) AS customers FROM given GROUP BY ALL ORDER BY ALL")
        return [column.astype(float) for column in found.fetchnumpy().values()]

    clock = Clock()
    fitted = bg_nbd.fit(Histories(*counted(times)))
    if spending:
        gamma_gamma.fit(Spending(*counted(spending)))
    return clock.read() | {"check": fitted.parameters["r"]}


def lifetimes(folder: Path, _: str) -> dict[str, float]:
    """As its guide does: a row a customer."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    times, spending = given(folder)
    clock = Clock()
    fitted = BetaGeoFitter().fit(*times.values())
    if spending:
        GammaGammaFitter().fit(spending["again"], spending["total"] / spending["again"])
    return clock.read() | {"check": fitted.params_["r"]}


def lifetimes_counted(folder: Path, _: str) -> dict[str, float]:
    """The same with each distinct history once, which its `weights` allow and its guide does not show."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    times, spending = given(folder)
    clock = Clock()
    rows, customers = np.unique(np.column_stack(list(times.values())), axis=0, return_counts=True)
    fitted = BetaGeoFitter().fit(*rows.T, weights=customers)
    if spending:
        GammaGammaFitter().fit(spending["again"], spending["total"] / spending["again"])
    return clock.read() | {"check": fitted.params_["r"]}


def pymc_marketing(folder: Path, _: str) -> dict[str, float]:
    """The most likely parameters under its own wide priors; compiled before, by the run that does not count."""
    import pandas as pd
    from pymc_marketing import clv

    times, spending = given(folder)
    frame = pd.DataFrame(dict(zip(("frequency", "recency", "T"), times.values(), strict=True))).rename_axis(
        "customer_id"
    )
    clock = Clock()
    model = clv.BetaGeoModel(data=frame.reset_index())
    model.fit(method="map", progressbar=False)
    if spending:
        means = {"frequency": spending["again"], "monetary_value": spending["total"] / spending["again"]}
        frame = pd.DataFrame(means).rename_axis("customer_id")
        clv.GammaGammaModel(data=frame.reset_index()).fit(method="map", progressbar=False)
    return clock.read() | {"check": float(model.fit_summary()["r"])}


def given(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Times, and spending where there is any."""
    times, spending = ({name: folder / f"{name}.npy" for name in names} for names in (TIMES, SPENDING))
    return (
        {name: np.load(path) for name, path in times.items()},
        {name: np.load(path) for name, path in spending.items() if path.exists()},
    )


if __name__ == "__main__":
    contender, place, memory = sys.argv[1:]
    warnings.simplefilter("ignore")
    found = globals()[contender](Path(place), memory)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))
