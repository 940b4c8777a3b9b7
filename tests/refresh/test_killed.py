"""Killed anywhere, a refresh leaves the last good report or the next one, and a state from which the next one goes on.

LIFTLEDGER_KILLS is how many more random moments are tried than in `make test`.
"""

import os
import random
import shutil
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


def test_at_each_step_on_disk(nursery: Nursery, tmp_path: Path):
    survivor, chance = Survivor(SEED, tmp_path / "company", nursery), random.Random(SEED)
    for point in count(1):
        if chance.random() < FIRST:
            survivor.forget()
        survivor.change(chance)
        child = nursery.start(survivor.company.folder, at=point)
        if child.ended() == 0:
            break
        assert child.ended() == -signal.SIGKILL, child.said
        survivor.stands()
        survivor.heals()
    assert point > 10


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_interrupted_by_the_keyboard(part: float, nursery: Nursery, tmp_path: Path):
    survivor, chance = Survivor(SEED, tmp_path / "company", nursery), random.Random(SEED)
    survivor.change(chance)
    nursery.refreshed(survivor.company.folder)
    survivor.change(chance)
    twin = shutil.copytree(survivor.company.folder, tmp_path / "twin")
    steps = nursery.refreshed(twin).steps
    child = nursery.start(survivor.company.folder, at=round(part * steps), sends=signal.SIGINT)
    assert (child.ended(), child.said) == (130, "stopped; nothing is half-written\n")
    survivor.stands()
    survivor.heals()


def test_of_two_at_once_the_second_says_who_is_first(nursery: Nursery, tmp_path: Path):
    survivor, chance = Survivor(SEED, tmp_path / "company", nursery), random.Random(SEED)
    survivor.change(chance)
    steps = nursery.refreshed(survivor.company.folder).steps
    survivor.change(chance)
    first = nursery.start(survivor.company.folder, at=steps // 2, sends=signal.SIGSTOP)
    assert first.stops()
    with Nursery(tmp_path / "other") as other:
        second = other.start(survivor.company.folder)
        assert second.ended() == 1
    assert f"process {first.process} on" in second.said
    assert len(second.said.splitlines()) == 2, second.said
    assert survivor.published() == survivor.files
    before = survivor.told()
    first.proceed()
    assert first.ended() == 0, first.said
    assert survivor.published()["report.json"] == survivor.expected
    survivor.stands_alone(before)
