"""Spill folders go with their engine, and with the next one where that was killed; never while one uses them."""

import subprocess
import sys
from pathlib import Path

from liftledger.engine.spill import PREFIX, Spill

HOLDS = """
import sys
from pathlib import Path
from liftledger.engine.spill import Spill
spill = Spill(Path(sys.argv[1]))
(spill.path / "block").write_text("x")
print(spill.path, flush=True)
sys.stdin.read()
"""


def test_a_folder_goes_with_all_that_it_holds(tmp_path: Path):
    spill = Spill(tmp_path)
    (spill.path / "block").write_text("x")
    spill.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_at_the_next_start_and_not_before(tmp_path: Path):
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        Spill(tmp_path).remove()
        assert (left / "block").exists()
        other.kill()
        other.wait()
    assert (left / "block").exists()
    Spill(tmp_path).remove()
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_swept_away(tmp_path: Path):
    (tmp_path / "liftledger-mine").mkdir()
    (tmp_path / f"{PREFIX}notes.txt").write_text("mine")
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "liftledger-mine")
    before = sorted(tmp_path.iterdir())
    Spill(tmp_path).remove()
    assert sorted(tmp_path.iterdir()) == before
