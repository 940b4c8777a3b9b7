"""Killed anywhere, a refresh leaves the last good report or the next one, and a state from which the next one goes on.

LIFTLEDGER_KILLS is how many more random moments are tried than in `make test`.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.refresh.nursery import Nursery
from tests.refresh.survivor import Survivor

KILLS = 50 + int(os.environ.get("LIFTLEDGER_KILLS", "0"))
COMPANIES = 5  # one after the other, so that a failure is near its beginning
FIRST = 0.2  # share of them that nothing was kept for
SEED = 3


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery") / "temporary") as running:
        yield running


@pytest.mark.parametrize("number", range(COMPANIES))
def test_at_a_random_moment(number: int, nursery: Nursery, tmp_path: Path):
    survivor, chance, killed, long = Survivor(number, tmp_path / "company", nursery), random.Random(number), 0, 1.0
    while killed < KILLS / COMPANIES:
        if chance.random() < FIRST:
            survivor.forget()
        survivor.change(chance)
        begun = time.monotonic()
        child = nursery.start(survivor.company.folder)
        time.sleep(chance.uniform(0, long))
        child.kill()
        if child.ended() == -signal.SIGKILL:
            killed += 1
        else:
            assert child.ended() == 0, child.said
            long = time.monotonic() - begun
        survivor.stands()
        survivor.heals()


@pytest.mark.parametrize("first", [False, True], ids=["a_later_refresh", "the_first"])
def test_at_each_step_on_disk(first: bool, nursery: Nursery, tmp_path: Path):
    survivor, chance = Survivor(SEED, tmp_path / "company", nursery), random.Random(SEED)
    for point in count(1):
        if first:
            survivor.forget()
        survivor.change(chance)
        child = nursery.start(survivor.company.folder, at=point)
        if child.ended() == 0:
            break
        assert child.ended() == -signal.SIGKILL, child.said
        survivor.stands()
        survivor.heals()
    assert point > 10
