"""How time grows with the events, and what a refresh costs beside a report, at one size."""

import math
import shutil
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from bench.contest import MEMORY, Run, anew, compare, contender, load, median, pair, program
from bench.records import CORRECTED, DAYS, FIRST, link

LIMITS = ("--threads", 2, "--memory", MEMORY)
REFRESHED = {  # what a refresh finds, and what it may cost beside a report
    "first": "<= 3",
    "nothing new": "<= 1 s",
    "one appended day": "<= 0.10",
    "a day of corrected orders, 1 % of units": "<= 0.20",
    "late rows of 1 % of units, any day": "<= 0.20",
}


def growth(folders: dict[int, Path], runs: int) -> None:
    """The report's engine time beside SQL by hand at each size, and how steeply it grows."""
    found: dict[int, list[Run]] = {}
    for events, folder in folders.items():
        ours, theirs = contender("liftledger", folder / "five"), contender("tuned", folder / "five")
        title = f"{events:,} events: engine time / SQL by hand"
        found[events] = pair(title, ours, theirs, "<= 1.2" if events >= 100_000_000 else "<= 1.3", runs)
    for small, large in pairwise(found):
        slopes = [
            math.log(median(found[large], one) / median(found[small], one)) / math.log(large / small)
            for one in ("seconds", "cpu")
        ]
        print(
            f"{f'slope from {small:,} to {large:,} events':44}{slopes[0]:8.2f}{slopes[1]:8.2f}{'<= 1':>9}", flush=True
        )


def metrics(folder: Path, runs: int) -> None:
    """Twenty metrics beside five, and the same by ten segments beside twenty."""
    five, twenty, segments = (contender("liftledger", folder / name) for name in ("five", "twenty", "segments"))
    pair("engine time, 20 metrics / 5 metrics", twenty, five, "<= 2.5", runs)
    pair("engine time, 20 metrics x 10 segments / 20", segments, twenty, "<= 4", runs)


def mornings(folder: Path, project: str, runs: int) -> None:
    """Whole processes of `refresh` through what happens to a company, beside the `report` at its end."""
    print(f"\n{project}: whole processes of liftledger refresh / report; {load()}")
    made = [_morning(folder, project) for _ in range(runs)]
    for name, target in REFRESHED.items():
        compare(f"refresh, {name} / report", [one[name] for one in made], [one["report"] for one in made], target)


def _morning(folder: Path, project: str) -> dict[str, Run]:
    """One sequence in a company of links; the report must have the bytes of the last refresh."""
    company, beside = anew(folder / f"refreshed-{project}"), anew(folder / "beside")
    shutil.copytree(folder / project, company, copy_function=_linked, ignore=shutil.ignore_patterns("state", "report"))
    refresh = program("refresh", company, *LIMITS)
    report = program("report", company, "--out", beside, *LIMITS)
    found = {"first": refresh(), "nothing new": refresh()}
    appended = FIRST + timedelta(days=DAYS)
    link(folder / "days" / f"{appended}.parquet", company / "events")
    if project == "running":
        link(folder / "enrolled" / f"{appended}.parquet", company / "enrolled")
    found["one appended day"] = refresh()
    corrected = company / "events" / f"{CORRECTED}.parquet"
    corrected.unlink()
    corrected.hardlink_to(folder / "corrected.parquet")
    found["a day of corrected orders, 1 % of units"] = refresh()
    link(folder / "late.parquet", company / "events")
    found["late rows of 1 % of units, any day"] = refresh()
    found["report"] = report()
    ours, theirs = ((place / "report.json").read_bytes() for place in (company / "report", beside))
    if ours != theirs:
        raise SystemExit(f"{company}: the refresh's report.json is not the report's")
    shutil.rmtree(company), shutil.rmtree(beside)
    return found


def _linked(source: str, target: str) -> None:
    if source.endswith(".yaml"):
        shutil.copy(source, target)
    else:
        Path(target).hardlink_to(source)
