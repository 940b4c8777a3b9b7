"""Contenders in turn, each in a process of its own; ratios are medians over pairs of runs side by side."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEMORY = "4GB"
COLUMNS = {"ratio": 8, "cpu": 8, "target": 9, "a s": 9, "b s": 9, "a cpu": 9, "b cpu": 9, "a MiB": 8, "b MiB": 8}
HEAD = f"{'a / b':44}" + "".join(f"{name:>{width}}" for name, width in COLUMNS.items())

Run = dict[str, float]  # seconds, cpu (seconds of processors), mib
Contender = Callable[[], Run]


def contender(name: str, folder: Path, python: str | Path = sys.executable) -> Contender:
    """`script:name` of a script in this folder; without one, of contenders.py."""
    script, _, own = name.rpartition(":")
    command = [str(python), str(HERE / f"{script or 'contenders'}.py"), own, str(folder), MEMORY]

    def run() -> Run:
        started = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        process = time.perf_counter() - started
        return {"cpu": float("nan"), **json.loads(done.stdout.strip().splitlines()[-1]), "process": process}

    return run


def program(*arguments: object) -> Contender:
    """liftledger itself, the whole process."""

    def run() -> Run:
        started = time.perf_counter()
        command = [sys.executable, "-m", "liftledger", *map(str, arguments)]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)
        seconds = time.perf_counter() - started
        return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "mib": usage.ru_maxrss / 1024}

    return run


def pair(title: str, a: Contender, b: Contender, target: str, runs: int, figure: str = "seconds") -> list[Run]:
    """Runs a, b, a, b, ... after one of each that does not count; prints, and gives the runs of a."""
    a(), b()
    pairs = [(a(), b()) for _ in range(runs)]
    compare(title, [first for first, _ in pairs], [second for _, second in pairs], target, figure)
    return [first for first, _ in pairs]


def compare(title: str, first: list[Run], second: list[Run], target: str, figure: str = "seconds") -> None:
    """Prints the median ratios of runs that were made side by side."""
    ratios = [statistics.median(a[one] / b[one] for a, b in zip(first, second, strict=True)) for one in (figure, "cpu")]
    figures = "".join(f"{median(side, one):9.2f}" for one in (figure, "cpu") for side in (first, second))
    memory = "".join(f"{max(run['mib'] for run in side):8.0f}" for side in (first, second))
    print(f"{title:44}{ratios[0]:8.2f}{ratios[1]:8.2f}{target:>9}{figures}{memory}", flush=True)


def alone(title: str, run: Contender, target: str, runs: int, what: str = "whole process, warm") -> None:
    """Prints the medians of one contender."""
    made = [run() for _ in range(runs + 1)][1:]
    peak = max(one["mib"] for one in made)
    print(
        f"{title:44}{median(made, 'seconds'):7.2f}s{median(made, 'cpu'):7.2f}s {target:>9}   "
        f"wall and processors, {what}; {peak:.0f} MiB",
        flush=True,
    )


def median(runs: list[Run], figure: str) -> float:
    return statistics.median(run[figure] for run in runs)


def anew(folder: Path) -> Path:
    """An empty place for a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def load() -> str:
    """How busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
