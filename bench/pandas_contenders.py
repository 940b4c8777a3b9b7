"""One contender in pandas, one run, in a process of its own: prints its seconds and peak memory as JSON.

`python bench/pandas_contenders.py NAME FOLDER MEMORY`; pandas takes what memory it needs.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from clock import Clock

NAMES = ["order_completed", "feature_activated", "ticket_opened"]
KNOWN = {
    "notebook": None,  # whole files, one frame after the other
    "frugal": [("event_name", "in", NAMES)],  # rows that cannot count stay in the file
}


def units(folder: Path, filters: list[tuple[str, str, list[str]]] | None) -> pd.DataFrame:
    """One row a unit with the measures of the five metrics, after its start and before."""
    exposures = pd.read_parquet(folder / "exposures.parquet").sort_values("ts").drop_duplicates("uid")
    exposures = exposures.rename(columns={"ts": "start"})
    table = parquet.read_table(folder / "events", filters=filters)
    place = table.schema.get_field_index("value")  # decimals would become objects of Python
    events = table.set_column(place, "value", table["value"].cast("float64")).to_pandas()
    rows = events[events["event_name"].isin(NAMES)].merge(exposures, on="uid")
    since = rows["ts"] - rows["start"]
    after = (since >= pd.Timedelta(0)) & (since < pd.Timedelta(days=30))
    week = (since >= pd.Timedelta(0)) & (since < pd.Timedelta(days=7))
    before = (since >= -pd.Timedelta(days=30)) & (since < pd.Timedelta(0))
    ordered, activated, opened = (rows["event_name"] == name for name in NAMES)
    found = exposures.set_index("uid")[["variant"]]
    for name, rows_of, window in (("orders", ordered, after), ("active", activated, week), ("tickets", opened, after)):
        found[name] = rows[rows_of & window].groupby("uid").size()
        found[f"{name}_before"] = rows[rows_of & before].groupby("uid").size()
    found["revenue"] = rows[ordered & after].groupby("uid")["value"].sum()
    found["revenue_before"] = rows[ordered & before].groupby("uid")["value"].sum()
    found = found.fillna(0)
    for name, count in {"bought": "orders", "active": "active"}.items():
        for side in ("", "_before"):
            found[name + side] = (found[count + side] > 0).astype(int)
    return found


def effects(found: pd.DataFrame) -> Iterator[tuple[float, float]]:
    """Difference and standard error: of four means with CUPED, and of the order value by the delta method."""
    arms = dict(list(found.groupby("variant")))
    for name in ("bought", "revenue", "active", "tickets"):
        joint = found[[name, f"{name}_before"]].cov().to_numpy()
        slope = joint[0, 1] / joint[1, 1]
        adjusted = {arm: group[name] - slope * group[f"{name}_before"] for arm, group in arms.items()}
        error = np.sqrt(sum(values.var() / len(values) for values in adjusted.values()))
        yield adjusted["treatment"].mean() - adjusted["control"].mean(), error
    ratios = {arm: group["revenue"].sum() / group["orders"].sum() for arm, group in arms.items()}
    spread = {arm: (group["revenue"] - ratios[arm] * group["orders"]).var() for arm, group in arms.items()}
    scale = {arm: len(group) * group["orders"].mean() ** 2 for arm, group in arms.items()}
    yield ratios["treatment"] - ratios["control"], np.sqrt(sum(spread[arm] / scale[arm] for arm in arms))


if __name__ == "__main__":
    contender, place, _ = sys.argv[1:]
    clock = Clock()
    made = units(Path(place), KNOWN[contender])
    list(effects(made))
    found = clock.read()
    found["check"] = float(made.loc[made["variant"] == "treatment", "revenue"].mean())
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(found, sys.stdout)
