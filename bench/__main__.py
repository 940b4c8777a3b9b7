"""`python -m bench`: prints ratios measured side by side in one run, with data size, versions and peak memory."""

import argparse
import sys
from importlib.metadata import version
from pathlib import Path

from tests.servers.postgres import server

from bench import business_case, customer_value, postgres, scale
from bench.contest import HEAD, MEMORY, alone, anew, contender, load, pair, program
from bench.records import EVENTS, UNITS, records
from bench.shoppers import CUSTOMERS

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000_000, 10_000_000, 100_000_000)
USERS = 1_000_000
EFFECTS = ("ttv=-30%", "tickets=-15%", "expansion=+25%")


def main() -> int:
    options = _options()
    versions = ", ".join(f"{name} {version(name)}" for name in ("liftledger", "duckdb", "sqlglot"))
    print(f"Python {sys.version.split()[0]}, {versions}; {load()}, 2 threads, memory limit {MEMORY};")
    print(f"records of days in Parquet, ten events a unit; median of {options.runs} runs in turn\n{HEAD}")
    if options.scale:
        return _scale(SIZES, options.runs)
    if options.value:
        return _customers(options)
    if options.case:
        return _case(options.runs)
    folder = _records(options.events)
    _scale((SIZES[0], options.events), options.runs)
    print()
    _peers(options, folder)
    print()
    alone("liftledger --help", program("--help"), "<= 0.3 s", options.runs)
    _hillstrom(options.runs)
    print()
    _company(options.users, options.runs)
    print()
    _customers(options)
    print()
    _case(options.runs)
    print()
    _postgres(options.postgres, folder, options.runs)  # last: a process counts the memory of the one that started it
    return 0


def _customers(options: argparse.Namespace) -> int:
    pythons = {name: getattr(options, name) for name in customer_value.PEERS if getattr(options, name)}
    customer_value.customer_value(ROOT / "bench-data", pythons, options.customers, options.runs)
    return 0


def _case(runs: int) -> int:
    business_case.business_case(ROOT / "bench-data" / "case", runs)
    return 0


def _scale(sizes: tuple[int, ...], runs: int) -> int:
    folders = {events: _records(events) for events in sizes}
    scale.growth(folders, runs)
    largest = folders[sizes[-1]]
    scale.metrics(largest, runs)
    for project in ("five", "running"):
        scale.mornings(largest, project, runs)
    return 0


def _records(events: int) -> Path:
    return records(ROOT / "bench-data" / f"{events}-days", events=events, units=events * UNITS // EVENTS)


def _peers(options: argparse.Namespace, folder: Path) -> None:
    """Others that answer the same from the same rows."""
    ours, five = contender("liftledger", folder / "five"), folder / "five"
    if options.peers:
        theirs = contender("tea-tasting", five, options.peers)
        pair("tea-tasting's analysis / engine time", theirs, ours, ">= 3.5", options.runs)
        pair("the same, whole processes", theirs, ours, "", options.runs, "process")
        for name, title in {"notebook": "pandas, whole files", "frugal": "pandas, filtered as it reads"}.items():
            theirs = contender(f"pandas_contenders:{name}", five, options.peers)
            pair(f"{title} / engine time", theirs, ours, ">= 10", options.runs)
    spark = [contender(f"spark_contenders:{name}", five) for name in ("liftledger", "tuned")]
    pair("on Spark: engine time / Spark SQL by hand", spark[0], spark[1], "<= 1.3", options.runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--peers", type=Path, help="the Python of the environment that has tea-tasting")
    for name in customer_value.PEERS:
        parser.add_argument(f"--{name}", type=Path, help="the Python of the environment that has it")
    parser.add_argument(
        "--postgres",
        metavar="ADDRESS",
        help="a database in which it may make a schema for a while (default: one of its own)",
    )
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--scale", action="store_true", help="1, 10 and 100 million events, and what a refresh costs")
    parser.add_argument("--value", action="store_true", help="customer value alone")
    parser.add_argument("--case", action="store_true", help="the business case alone")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="whose value is written to a file")
    parser.add_argument("--users", type=int, default=USERS, help="of the simulated company")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _postgres(address: str | None, folder: Path, runs: int) -> None:
    if address is None:
        with server() as own:
            _postgres(own.address(), folder, runs)
        return
    project = postgres.load(address, folder)
    ours, theirs = contender("liftledger", project), contender("tuned-postgres", project)
    pair("PostgreSQL: engine time / SQL by hand", ours, theirs, "<= 1.3", runs)
    postgres.drop(address)


def _hillstrom(runs: int) -> None:
    out = ROOT / "bench-data" / "hillstrom"
    project = ROOT / "examples" / "hillstrom"
    alone("liftledger report examples/hillstrom", program("report", project, "--out", out), "<= 2 s", runs)


def _company(users: int, runs: int) -> None:
    """A simulated company: making it (half as large too, for the growth of memory), and its report."""
    folder = ROOT / "bench-data" / "company"
    effects = [word for effect in EFFECTS for word in ("--effect", effect)]
    for number in (users // 2, users):
        made = program("simulate", anew(folder), "--users", number, "--seed", 7, *effects)()
        title = f"liftledger simulate, {number:9,} users"
        print(f"{title:44}{made['seconds']:7.1f}s{made['cpu']:7.1f}s   <= 60 s   {made['mib']:.0f} MiB", flush=True)
    alone("liftledger report of that company", program("report", folder), "<= 15 s", runs)
    ours, theirs = contender("company", folder), contender("answers", folder)
    pair("its engine time / three answers by hand", ours, theirs, "", runs)


if __name__ == "__main__":
    raise SystemExit(main())
