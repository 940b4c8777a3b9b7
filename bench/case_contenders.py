"""One contender that simulates a case, one run, in a process of its own: prints seconds and memory as JSON.

`python bench/case_contenders.py NAME FOLDER MEMORY`; FOLDER holds the workings.
"""

import json
import resource
import sys
from pathlib import Path

import msgspec
import numpy as np
from clock import Clock

from liftledger.domain.workings import Workings
from liftledger.finance.uncertainty.chance import DRAWS, SEED
from liftledger.finance.uncertainty.simulation import simulate

FIELDS = ("effect", "se", "units", "worth", "realisation", "ramp", "decay")


def liftledger(workings: Workings) -> dict[str, float]:
    """Any workings."""
    clock = Clock()
    found = simulate(workings)
    return clock.read() | {"check": found.number("mean")}


def by_hand(workings: Workings) -> dict[str, float]:
    """These workings only, in plain numpy, whole arrays at a time; without errors of the simulation."""
    inputs = {one.name: one for one in workings.inputs}
    names = [one.name for one in workings.inputs]
    lines = [name.removesuffix(".effect") for name in names if name.endswith(".effect")]
    costs = [name.removesuffix(".once") for name in names if name.endswith(".once")]
    studies = {
        row.name.removesuffix(".expected"): row.formula for row in workings.rows if row.name.endswith(".expected")
    }
    luck = {own: next(name for name in names if name.endswith(".luck") and name in repr(studies[own])) for own in lines}
    clock = Clock()
    rng, drawn = np.random.default_rng(SEED), {}
    for name, one in inputs.items():
        if one.sd:
            drawn[name] = rng.normal(one.value, one.sd, (DRAWS, 1))
        elif one.low is not None and one.high is not None:
            drawn[name] = rng.triangular(one.low, one.value, one.high, (DRAWS, 1))
        else:
            drawn[name] = one.value
    months = np.arange(workings.months + 1)
    discount = (1 + drawn["discount"]) ** (-months / 12)
    npv = np.zeros((DRAWS, 1))
    for own in lines:
        of = {
            field: drawn[f"{own}.{field}"]
            for field in ("effect", "se", "units", "worth", "realisation", "ramp", "decay")
        }
        share = np.minimum(months / np.maximum(of["ramp"], 1), 1) * (1 - of["decay"]) ** np.maximum(months - 1, 0)
        worth = of["units"] * of["worth"] * of["realisation"] * drawn["margin"]
        npv += (of["effect"] + of["se"] * drawn[luck[own]]) * worth * (share * discount).sum(axis=1, keepdims=True)
    for own in costs:
        npv -= drawn[f"{own}.once"] + drawn[f"{own}.monthly"] * discount[:, 1:].sum(axis=1, keepdims=True)
    figures = npv.mean(), npv.std(), np.quantile(npv, [0.05, 0.5, 0.95]), (npv < 0).mean(), np.histogram(npv, 40)
    return clock.read() | {"check": float(figures[0])}


if __name__ == "__main__":
    contender, place, _ = sys.argv[1:]
    given = msgspec.json.decode((Path(place) / "workings.json").read_bytes(), type=Workings)
    found = {"liftledger": liftledger, "by_hand": by_hand}[contender](given)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))
