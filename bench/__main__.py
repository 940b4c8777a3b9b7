"""`python -m bench`: prints ratios measured side by side in one run, with data size, versions and peak memory."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

from tests.servers.postgres import server

from bench import postgres
from bench.records import EVENTS, UNITS, records

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MEMORY = "4GB"
USERS = 1_000_000
EFFECTS = ("ttv=-30%", "tickets=-15%", "expansion=+25%")

Run = dict[str, float]


def main() -> int:
    options = _options()
    folder = records(ROOT / "bench-data" / f"{options.events}", events=options.events, units=options.units)
    versions = ", ".join(f"{name} {version(name)}" for name in ("liftledger", "duckdb", "sqlglot"))
    print(f"{options.events:,} events, {options.units:,} units, Parquet; Python {sys.version.split()[0]}, {versions};")
    print(f"{os.cpu_count()} cores, 2 threads, memory limit {MEMORY}; median of {options.runs} runs in turn\n")
    ours = (sys.executable, "liftledger", folder / "five")
    print(f"{'a / b':44}{'ratio':>8}{'target':>9}{'a s':>9}{'b s':>10}{'a MiB':>10}{'b MiB':>12}")
    _pair(
        "liftledger's engine time / SQL by hand",
        ours,
        (sys.executable, "tuned", folder / "five"),
        "<= 1.3",
        options.runs,
    )
    twenty = (sys.executable, "liftledger", folder / "twenty")
    _pair("engine time, 20 metrics / 5 metrics", twenty, ours, "<= 2.5", options.runs)
    if options.peers:
        peer = (str(options.peers), "tea-tasting", folder / "five")
        _pair("tea-tasting's analysis / engine time", peer, ours, ">= 3.5", options.runs)
        _pair("the same, whole processes", peer, ours, "", options.runs, "process")
    spark = [(sys.executable, f"spark_contenders:{name}", folder / "five") for name in ("liftledger", "tuned")]
    _pair("on Spark: engine time / Spark SQL by hand", spark[0], spark[1], "<= 1.3", options.runs)
    _postgres(options.postgres, folder, options.runs)
    print()
    _alone("liftledger --help", ["--help"], "<= 0.3 s", options.runs)
    _hillstrom(options.runs)
    print()
    _company(options.users, options.runs)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--peers", type=Path, help="the Python of the environment that has tea-tasting")
    parser.add_argument(
        "--postgres",
        metavar="ADDRESS",
        help="a database in which it may make a schema for a while (default: one of its own)",
    )
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--users", type=int, default=USERS, help="of the simulated company")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def _postgres(address: str | None, folder: Path, runs: int) -> None:
    if address is None:
        with server() as own:
            _postgres(own.address(), folder, runs)
        return
    project = postgres.load(address, folder)
    ours, theirs = (sys.executable, "liftledger", project), (sys.executable, "tuned-postgres", project)
    _pair("PostgreSQL: engine time / SQL by hand", ours, theirs, "<= 1.3", runs)
    postgres.drop(address)


def _pair(
    title: str, a: tuple[str, str, Path], b: tuple[str, str, Path], target: str, runs: int, figure: str = "seconds"
) -> None:
    """Runs a, b, a, b, ... after one of each that does not count; the ratio is the median of the pairs' ratios."""
    _contend(*a), _contend(*b)
    pairs = [(_contend(*a), _contend(*b)) for _ in range(runs)]
    ratio = statistics.median(first[figure] / second[figure] for first, second in pairs)
    seconds = [statistics.median(run[figure] for run in side) for side in zip(*pairs, strict=True)]
    memory = [max(run["mib"] for run in side) for side in zip(*pairs, strict=True)]
    figures = f"{seconds[0]:9.2f}{seconds[1]:10.2f}{memory[0]:10.0f}{memory[1]:12.0f}"
    print(f"{title:44}{ratio:8.2f}{target:>9}{figures}", flush=True)


def _contend(python: str, name: str, folder: Path) -> Run:
    script, _, contender = name.rpartition(":")
    command = [python, str(HERE / f"{script or 'contenders'}.py"), contender, str(folder), MEMORY]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    process = time.perf_counter() - started
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "process": process}


def _alone(title: str, arguments: list[str], target: str, runs: int) -> None:
    """Wall time of whole processes, warm."""
    processes = [_process(arguments) for _ in range(runs + 1)][1:]
    median = statistics.median(seconds for seconds, _ in processes)
    peak = max(mib for _, mib in processes)
    print(f"{title:44}{median:7.2f}s {target:>9}   whole process, warm; {peak:.0f} MiB", flush=True)


def _process(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of one run of liftledger."""
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "liftledger", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, arguments)
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def _hillstrom(runs: int) -> None:
    out = ROOT / "bench-data" / "hillstrom"
    project = ROOT / "examples" / "hillstrom"
    _alone("liftledger report examples/hillstrom", ["report", str(project), "--out", str(out)], "<= 2 s", runs)


def _company(users: int, runs: int) -> None:
    """A simulated company: making it (half as large too, for the growth of memory), and its report."""
    folder = ROOT / "bench-data" / "company"
    effects = [word for effect in EFFECTS for word in ("--effect", effect)]
    for number in (users // 2, users):
        shutil.rmtree(folder, ignore_errors=True)
        seconds, mib = _process(["simulate", str(folder), "--users", str(number), "--seed", "7", *effects])
        print(f"liftledger simulate, {number:9,} users        {seconds:15.1f}s   <= 60 s   {mib:.0f} MiB", flush=True)
    _alone("liftledger report of that company", ["report", str(folder)], "<= 15 s", runs)
    ours, theirs = (sys.executable, "company", folder), (sys.executable, "answers", folder)
    _pair("its engine time / three answers by hand", ours, theirs, "", runs)


if __name__ == "__main__":
    raise SystemExit(main())
