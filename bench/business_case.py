"""What a business case costs: its simulation beside the same case written by hand."""

from pathlib import Path

import msgspec
from tests.finance.cases import large

from bench.contest import contender, pair

LINES, MONTHS = 20, 36


def business_case(place: Path, runs: int) -> None:
    """Prints the rows: 20,000 draws; of each line units, ramp, decay and realisation are drawn, of each cost both."""
    workings = large(LINES, 20)
    assert workings.months == MONTHS
    place.mkdir(parents=True, exist_ok=True)
    (place / "workings.json").write_bytes(msgspec.json.encode(workings))
    ours, theirs = (contender(f"case_contenders:{name}", place) for name in ("liftledger", "by_hand"))
    found = pair(f"simulation of {LINES} lines / numpy by hand", ours, theirs, "", runs)
    seconds = sorted(run["seconds"] for run in found)[len(found) // 2]
    print(f"{'  of which liftledger':44}{seconds:7.2f}s {'<= 0.3 s':>17}", flush=True)
