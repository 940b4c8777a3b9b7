"""The log of a pilot: an honest one holds, a changed past shows, and a writer may be killed at any byte."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from liftledger.domain.mistake import Mistakes
from liftledger.domain.pilot import Criterion, Pilot
from liftledger.prove.pilot_log import CURE, NAME, Registered, Released, Terms, Turned, appending, hashed, read_log

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


def refused(folder: Path) -> str:
    with pytest.raises(Mistakes) as found:
        read_log(folder)
    return str(found.value)


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
    assert (found.torn, found.ended) == (0, True)
    assert found.told.entries == 4


def test_a_log_that_lies_elsewhere_and_is_out_of_reach_is_not_taken_for_none(tmp_path):
    (tmp_path / NAME).symlink_to("elsewhere.jsonl")
    assert refused(tmp_path) == "pilot.jsonl: it points to elsewhere.jsonl, which is not there; bring that file back"


def test_nothing_is_no_log(tmp_path):
    assert read_log(tmp_path).told is None


@pytest.mark.parametrize("line", range(3))
def test_a_changed_line_shows_in_the_one_after_it(tmp_path, line):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"2026-02-02T08", b"2026-02-02T09")
    path.write_bytes(b"".join(lines))
    place = f"pilot.jsonl line {line + 2}: it does not follow line {line + 1}"
    assert refused(tmp_path) == f"{place}: that line was changed, or one between them is gone; {CURE}"


@pytest.mark.parametrize("line", range(3))
def test_a_line_that_is_gone_shows(tmp_path, line):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[line]
    path.write_bytes(b"".join(lines))
    assert refused(tmp_path).startswith(f"pilot.jsonl line {line + 1}: ")


def test_a_changed_end_shows_to_whoever_kept_the_hash(tmp_path):
    path = write(tmp_path, *STEPS)
    kept = read_log(tmp_path).told.head
    path.write_bytes(path.read_bytes().replace(b"harm: proven", b"harm: a joke"))
    assert read_log(tmp_path).told.head != kept


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"", b"{}", b"[" * 100_000, b'{"previous":"%s","as_of":"soon"}' % (b"0" * 64)]
)
def test_what_is_no_entry_is_told(tmp_path, content):
    path = write(tmp_path, *STEPS)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], content + b"\n", *lines[2:]]))
    assert refused(tmp_path) == f"pilot.jsonl line 2: it is no entry of a pilot's log; {CURE}"


@pytest.mark.parametrize("day", [b"2026-13-02", b"soon"])
def test_a_day_that_is_none_is_no_entry_even_in_the_last_line(tmp_path, day):
    path = write(tmp_path, STEPS[3])
    path.write_bytes(path.read_bytes().replace(b"2026-02-01", day))
    assert refused(tmp_path) == f"pilot.jsonl line 1: it is no entry of a pilot's log; {CURE}"


def test_changed_criteria_show_even_in_the_last_line(tmp_path):
    path = write(tmp_path, STEPS[0])
    path.write_bytes(path.read_bytes().replace(b'"below":"0"', b'"below":"-9"'))
    what = "what is registered there does not have the SHA-256 that is given with it"
    assert refused(tmp_path) == f"pilot.jsonl line 1: {what}; {CURE}"


def test_nothing_is_written_to_a_broken_log_nor_cut_off(tmp_path):
    path = write(tmp_path, *STEPS)
    path.write_bytes(path.read_bytes().replace(b"on track", b"passed!!", 1) + b'{"previous"')
    before = path.read_bytes()
    with pytest.raises(Mistakes), appending(tmp_path):
        pass
    assert path.read_bytes() == before


def test_a_last_line_whose_end_an_editor_took_still_counts_and_is_ended_by_the_next(tmp_path):
    path = write(tmp_path, *STEPS)
    path.write_bytes(path.read_bytes()[:-1])
    found = read_log(tmp_path)
    assert (found.entries[-1].what, found.torn, found.ended) == (STEPS[3], 0, False)
    write(tmp_path, Released("third"), Released("fourth"))
    assert [entry.what for entry in read_log(tmp_path).entries[3:]] == [STEPS[3], Released("third"), Released("fourth")]
    assert b"\n\n" not in path.read_bytes()


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
    assert (torn.torn, len(torn.entries)) == (written, 4)
    with appending(tmp_path) as log:
        assert log.written.torn == written
        assert path.read_bytes() == before
        log.append("2026-02-03", "2026-02-03T08:00:00+00:00", Turned("warn", "2026-02-03", "wrong side"))
    healed = read_log(tmp_path)
    assert (healed.torn, len(healed.entries)) == (0, 5)


FLUSHING = """
import os, signal, sys
from pathlib import Path
from liftledger.prove.pilot_log import Turned, appending
def gone(opened):
    os.kill(os.getpid(), signal.SIGKILL)
with appending(Path(sys.argv[1])) as log:
    os.fsync = gone
    log.append("2026-02-03", "2026-02-03T08:00:00+00:00", Turned("warn", "2026-02-03", "wrong side"))
"""


def test_killed_between_the_write_and_the_flush_the_line_is_whole(tmp_path):
    write(tmp_path, *STEPS)
    killed = subprocess.run([sys.executable, "-c", FLUSHING, tmp_path], check=False, env=os.environ)
    assert killed.returncode == -signal.SIGKILL
    found = read_log(tmp_path)
    assert (found.torn, found.entries[-1].what) == (0, Turned("warn", "2026-02-03", "wrong side"))


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
    assert found.torn == 0
    assert len({entry.what.tranche for entry in found.entries}) == 60
