"""The log of a pilot: an honest one holds, a changed past shows, and a writer may be killed at any byte."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from liftledger.domain.pilot import Criterion, Pilot
from liftledger.prove.pilot_log import NAME, Registered, Released, Terms, Turned, appending, hashed, read_log

TERMS = Terms(
    Pilot(
        "2026-01-05", "2026-06-30", Decimal(250000), criteria=(Criterion("harm", "s", "m", "a", "kill", Decimal(0)),)
    ),
    {"line": 0.1},
    {"m": "00"},
    {"s": "11"},
)
STEPS = (
    Registered(hashed(TERMS), TERMS),
    Turned("on track", "2026-01-05", "no criterion has fired"),
    Released("second"),
    Turned("killed", "2026-02-01", "harm: proven"),
)


def write(folder: Path, *steps) -> Path:
    with appending(folder) as log:
        for step in steps:
            log.append("2026-02-02", "2026-02-02T08:00:00+00:00", step)
    return folder / NAME


def test_an_honest_log_reads_as_it_was_written(tmp_path):
    write(tmp_path, *STEPS[:2])
    write(tmp_path, *STEPS[2:])
    found = read_log(tmp_path)
    assert tuple(entry.what for entry in found.entries) == STEPS
    assert (found.broken, found.torn) == ("", 0)
    assert found.told.entries == 4


def test_nothing_is_no_log(tmp_path):
    assert read_log(tmp_path).told is None


@pytest.mark.parametrize("line", range(3))
def test_a_changed_line_shows_in_the_one_after_it(tmp_path, line):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"2026-02-02T08", b"2026-02-02T09")
    path.write_bytes(b"".join(lines))
    after = f"line {line + 2} does not follow line {line + 1}"
    assert read_log(tmp_path).broken == f"{after}: a line was changed, or one between them is gone"


@pytest.mark.parametrize("line", range(3))
def test_a_line_that_is_gone_shows(tmp_path, line):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[line]
    path.write_bytes(b"".join(lines))
    assert read_log(tmp_path).broken


def test_a_changed_end_shows_to_whoever_kept_the_hash(tmp_path):
    path = write(tmp_path, *STEPS)
    kept = read_log(tmp_path).told.head
    path.write_bytes(path.read_bytes().replace(b"harm: proven", b"harm: a joke"))
    assert read_log(tmp_path).broken == ""
    assert read_log(tmp_path).told.head != kept


def test_what_is_no_entry_is_told_and_a_kill_after_it_still_read(tmp_path):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"\xff\xfe\n", *lines[2:]]))
    found = read_log(tmp_path)
    assert found.broken == "line 2 is no entry"
    assert STEPS[3] in [entry.what for entry in found.entries]


TORN = """
import os, signal, sys
from pathlib import Path
from liftledger.prove.pilot_log import Turned, appending
whole = os.write
def part(opened, line):
    whole(opened, line[: int(sys.argv[2])])
    os.kill(os.getpid(), signal.SIGKILL)
with appending(Path(sys.argv[1])) as log:
    os.write = part
    log.append("2026-02-03", "2026-02-03T08:00:00+00:00", Turned("warn", "2026-02-03", "wrong side"))
"""


@pytest.mark.parametrize("written", [0, 1, 100])
def test_killed_while_it_writes_only_the_torn_line_is_lost(tmp_path, written):
    path = write(tmp_path, *STEPS)
    before = path.read_bytes()
    killed = subprocess.run([sys.executable, "-c", TORN, tmp_path, str(written)], check=False, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    torn = read_log(tmp_path)
    assert (torn.torn, torn.broken, len(torn.entries)) == (written, "", 4)
    with appending(tmp_path) as log:
        assert log.written.torn == written
        assert path.read_bytes() == before
        log.append("2026-02-03", "2026-02-03T08:00:00+00:00", Turned("warn", "2026-02-03", "wrong side"))
    healed = read_log(tmp_path)
    assert (healed.torn, healed.broken, len(healed.entries)) == (0, "", 5)


SEVERAL = """
import sys
from pathlib import Path
from liftledger.prove.pilot_log import Released, appending
for number in range(20):
    with appending(Path(sys.argv[1])) as log:
        log.append("2026-02-03", "2026-02-03T08:00:00+00:00", Released(f"{sys.argv[2]}-{number}"))
"""


def test_several_writers_make_one_chain(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", SEVERAL, tmp_path, str(one)]) for one in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    found = read_log(tmp_path)
    assert (found.broken, found.torn) == ("", 0)
    assert len({entry.what.tranche for entry in found.entries}) == 60
