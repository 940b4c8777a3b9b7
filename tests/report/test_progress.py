"""Progress by a clock that a test moves: when something is said, how it looks, and that it goes."""

import io
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from liftledger.report.progress import Progress
from tests.company import Company


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Seen:
    """A progress with its clock and what was written; of a terminal, what its line shows."""

    def __init__(self, width: int | None) -> None:
        self.clock, self.stream = Clock(), io.StringIO()
        self.progress = Progress(self.stream, self.clock, width=None if width is None else lambda: width)

    def after(self, seconds: float, doing: str) -> str:
        self.clock.seconds += seconds
        self.progress.now(doing)
        return self.stream.getvalue()

    @property
    def line(self) -> str:
        shown: list[str] = []
        place = 0
        for letter in self.stream.getvalue():
            if letter == "\r":
                place = 0
            else:
                shown[place : place + 1] = [letter]
                place += 1
        return "".join(shown).rstrip()


def test_a_command_that_is_over_quickly_says_nothing():
    for seen in (Seen(80), Seen(None)):
        with seen.progress:
            seen.after(0, "reading orders")
            seen.after(1.9, "adding up orders")
        assert seen.stream.getvalue() == ""


def test_in_a_terminal_one_line_rewrites_itself_and_goes():
    seen = Seen(80)
    with seen.progress:
        seen.after(2.4, "gathering the units of program")
        assert seen.line == "gathering the units of program ... 2 s"
        seen.after(1, "reading orders")
        assert seen.line == "reading orders ... 3 s"
        seen.clock.seconds += 9
        seen.progress.tick()
        assert seen.line == "reading orders ... 12 s"
    assert seen.line == ""
    assert "\n" not in seen.stream.getvalue()
    assert "\x1b" not in seen.stream.getvalue()


def test_nothing_is_written_after_the_end():
    seen = Seen(80)
    with seen.progress:
        seen.after(3, "reading orders")
    before = seen.stream.getvalue()
    seen.progress.tick()
    assert seen.stream.getvalue() == before


@pytest.mark.parametrize("width", [0, 1, 3, 10, 24])
def test_the_line_never_leaves_its_terminal(width: int):
    seen = Seen(width)
    with seen.progress:
        for _ in range(3):
            seen.after(500, "reading orders")
            seen.after(500, "gathering the units of program")
            assert len(seen.line) < max(width, 1)
    assert max(map(len, seen.stream.getvalue().split("\r"))) < max(width, 1)


def test_elsewhere_a_line_is_written_now_and_then():
    seen = Seen(None)
    with seen.progress:
        assert seen.after(9, "reading orders") == ""
        assert seen.after(3, "adding up orders") == "12 s: adding up orders\n"
        assert seen.after(4, "estimating") == "12 s: adding up orders\n"
        assert seen.after(7, "writing the page") == "12 s: adding up orders\n23 s: writing the page\n"
    assert seen.stream.getvalue() == "12 s: adding up orders\n23 s: writing the page\n"


def test_a_stream_that_is_closed_stops_nothing():
    seen = Seen(80)
    with seen.progress:
        seen.stream.close()
        seen.clock.seconds += 5
        seen.progress.now("reading orders")


# The program says that three seconds have passed before each query.
SLOW = """
import sys
from liftledger import cli
seconds = iter(range(0, 10_000, 3))
cli.monotonic = lambda: next(seconds)
sys.exit(cli.main(sys.argv[1:]))
"""


def in_terminal(folder: Path, **environment: str) -> tuple[int, str]:
    """`liftledger report` with a terminal for its errors, and what was written there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", SLOW, "report", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=os.environ | environment) as process:
        os.close(theirs)
        written = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                chunk = os.read(ours, 1 << 16)
            except OSError:  # Linux: the other end was closed
                break
            written += chunk
    os.close(ours)
    return process.returncode, written.decode()


def test_a_report_in_a_terminal_leaves_no_trace_of_its_progress(company: Company):
    status, written = in_terminal(company.write().folder, TERM="xterm")
    assert status == 0
    assert "\rreading orders ... " in written
    assert "\n" not in written
    assert written.endswith(" \r")


def test_a_terminal_that_cannot_go_back_gets_plain_lines(company: Company):
    status, written = in_terminal(company.write().folder, TERM="dumb")
    assert status == 0
    assert " s: adding up orders\r\n" in written
    assert not written.startswith("\r")


def test_mistakes_stand_on_a_clean_line(company: Company):
    company.orders[3] = ("o3", "u3", "soon", "1.00", 1)
    status, written = in_terminal(company.write().folder, TERM="xterm")
    assert status == 1
    assert " \rdata/orders.csv, row 4: column 'at' holds 'soon'" in written
