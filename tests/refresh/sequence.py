"""A sequence of changes: after each, what refresh leaves must be what a report of the same moment says, to the byte.

A sequence is written down as its steps, each of changes with a seed of its own: leaving one out leaves the others as
they are, which is how a failure is made small.
"""

import hashlib
import random
import shutil
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import msgspec

from liftledger.domain.mistake import Mistakes
from liftledger.domain.report import encode
from liftledger.prove.publication import publish
from liftledger.prove.refresh import refresh
from liftledger.prove.resources import Resources
from liftledger.prove.verbs import Made, make
from tests.refresh.changes import CHANGES, IN_DEFINITIONS, IN_RECORDS, LATER, ON_DISK
from tests.refresh.company import Company

RESOURCES = Resources(threads=1, memory="1GB")
REPORT, PROVENANCE = "report.json", "provenance.json"
MORNING = (
    "a_day_is_appended",
    "rows_come_late_in_a_new_file",
    "units_are_seen_in_a_second_arm",
    "the_date_is_declared",
    "the_date_is_asked_for",
    "nothing",
    "the_state_is_saved",
    "an_older_state_comes_back",
    "the_refresh_before_is_interrupted",
)
Step = tuple[tuple[str, int], ...]  # changes by name, each with its seed
Answer = bytes | list[str]  # a report, or what is wrong


class Interruption(Exception):
    """What ends a refresh before it has published."""


class Sequence(msgspec.Struct, frozen=True):
    """A company by its seed, and what happens to it."""

    seed: int
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        told = [" + ".join(f"{name}:{seed}" for name, seed in step) for step in self.steps]
        return "\n  ".join([f"seed {self.seed}", *told])

    def shorter(self) -> Iterator["Sequence"]:
        """The same without one step, or without one of the changes of a step."""
        for place in range(len(self.steps)):
            yield Sequence(self.seed, self.steps[:place] + self.steps[place + 1 :])
        for place, step in enumerate(self.steps):
            for one in step if len(step) > 1 else ():
                less = tuple(other for other in step if other is not one)
                yield Sequence(self.seed, (*self.steps[:place], less, *self.steps[place + 1 :]))


def sequence(seed: int, *, most: int = 6) -> Sequence:
    """The sequence of a seed: three steps or more, most of them of one change."""
    chance = random.Random(f"steps of {seed}")
    steps = []
    for _ in range(chance.randint(3, most)):
        pools = chance.choices(
            (IN_RECORDS, IN_DEFINITIONS, ON_DISK), weights=(6, 3, 2), k=chance.choice([1, 1, 1, 2, 3])
        )
        steps.append(tuple((chance.choice(pool).__name__, chance.randrange(10**6)) for pool in pools))
    return Sequence(seed, tuple(steps))


def mornings(seed: int, *, most: int = 6) -> Sequence:
    """Of a company to whose studies units are added, at changing dates."""
    chance = random.Random(f"mornings of {seed}")
    steps = []
    for _ in range(chance.randint(3, most)):
        first = chance.choice(["units_start", "units_start", "a_day_is_appended"])
        rest = chance.choices(MORNING, k=chance.choice([0, 1, 2]))
        steps.append(tuple((name, chance.randrange(10**6)) for name in (first, *rest)))
    return Sequence(seed, tuple(steps))


def answer(company: Company) -> Answer:
    """What a report says, or what is wrong."""
    try:
        return make(company.folder, as_of=company.as_of, resources=RESOURCES).encoded
    except Mistakes as found:
        return sorted(map(str, found.mistakes))


def refreshed(company: Company) -> Answer:
    """The report that a refresh leaves, or what is wrong."""
    out = company.out

    def published(made: Made) -> Mapping[str, bytes]:
        files = {PROVENANCE: encode(made.provenance), REPORT: made.encoded}
        publish(files, out)
        return files

    def interrupted(_: Made) -> Mapping[str, bytes]:
        raise Interruption

    full, company.full = company.full, False
    if company.interrupted:
        company.interrupted = False
        with suppress(Interruption, Mistakes):
            refresh(company.folder, out, interrupted, as_of=company.as_of, full=full, resources=RESOURCES)
    try:
        refresh(company.folder, out, published, as_of=company.as_of, full=full, resources=RESOURCES)
    except Mistakes as found:
        return sorted(map(str, found.mistakes))
    content, origin = ((out / name).read_bytes() for name in (REPORT, PROVENANCE))
    assert msgspec.json.decode(origin)["report_sha256"] == hashlib.sha256(content).hexdigest()
    return content


def apply(company: Company, step: Step) -> None:
    """Changes to records and definitions first: those on disk need them written."""
    for later in (False, True):
        for name, seed in step:
            if (name in LATER) == later:
                CHANGES[name](company, random.Random(seed))
        if not later:
            company.write()


Make = Callable[[int, Path], Company]


def run(played: Sequence, made: Make) -> tuple[int, int]:
    """Plays a sequence; how often there was a report, and how often a mistake. Raises AssertionError."""
    reports = mistakes = 0
    with TemporaryDirectory(prefix="liftledger-refresh-") as folder, _looks_of_few_units():
        company = made(played.seed, Path(folder) / "company")
        known: dict[bytes, Answer] = {}
        for place, step in enumerate(((), *played.steps)):
            past = company.past()
            apply(company, step)
            now = _moment(company)
            expected = known[now] if now in known else known.setdefault(now, answer(company))
            found = refreshed(company)
            if found != expected and _about_state(found, company):
                shutil.rmtree(company.state)
                found = refreshed(company)
            assert found == expected, f"after step {place}: {_difference(found, expected)}"
            if isinstance(expected, bytes):
                reports += 1
            else:
                mistakes += 1
                company.back(past)
    return reports, mistakes


@contextmanager
def _looks_of_few_units() -> Iterator[None]:
    """These companies are small: a pilot's looks count from the third unit of an arm on."""
    with mock.patch.multiple("liftledger.stats.confidence_sequence", FEWEST=3, SKEWED=9):
        yield


def smallest(failing: Sequence, made: Make, *, tries: int = 60) -> Sequence:
    """A shorter sequence that fails as well, as short as `tries` find it."""
    for shorter in failing.shorter():
        if tries <= 0:
            break
        tries -= 1
        if _fails(shorter, made):
            return smallest(shorter, made, tries=tries)
    return failing


def proven(played: Sequence, made: Make) -> tuple[int, int]:
    """Plays a sequence; where it fails, the shortest that fails as well is told with the difference."""
    try:
        return run(played, made)
    except Exception as error:
        small = smallest(played, made)
        try:
            run(small, made)
        except Exception as same:
            raise AssertionError(f"{small}\n{_where(same)}{type(same).__name__}: {same}") from same
        raise AssertionError(f"{played}\nonly now and then: {error}") from error


def _where(error: Exception) -> str:
    """The innermost frames, where it is no difference but a fault of our own."""
    return "" if str(error).startswith("after step") else "".join(traceback.format_tb(error.__traceback__)[-4:])


def _fails(played: Sequence, made: Make) -> bool:
    try:
        run(played, made)
    except Exception:
        return True
    return False


def _moment(company: Company) -> bytes:
    """Everything that a report depends on."""
    told = (company.records.files, company.definitions, company.records.texts, company.as_of)
    return hashlib.sha256(repr(told).encode()).digest()


def _about_state(found: Answer, company: Company) -> bool:
    """Whether it is one sentence that says that what was kept cannot be used."""
    return isinstance(found, list) and len(found) == 1 and str(company.state) in found[0]


def _difference(found: Answer, expected: Answer) -> str:
    if isinstance(found, list) or isinstance(expected, list):
        said = [one if isinstance(one, list) else "a report" for one in (found, expected)]
        return f"refresh gives {said[0]}, report gives {said[1]}"
    alike = [one == other for one, other in zip(found, expected, strict=False)]
    place = alike.index(False) if False in alike else len(alike)
    start = max(0, place - 300)
    return f"byte {place}:\nrefresh: {found[start : place + 80]!r}\nreport:  {expected[start : place + 80]!r}"
