"""A small company in a folder, and what is counted of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from liftledger.definitions.reader import read
from liftledger.domain.instant import micros
from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project
from liftledger.domain.report import StudySummary
from liftledger.prove.measurement import Measurement, measure
from liftledger.prove.records import Records
from tests.engine.records import written
from tests.engine.supply import supplied

HEAD = "company: Acme\ncurrency: USD\nas_of: 2026-03-01\n"


class Counted(msgspec.Struct, frozen=True):
    """A project and what was measured of it."""

    project: Project
    measured: Measurement

    def study(self, name: str) -> StudySummary:
        return next(one for one in self.measured.report.studies if one.name == name)

    def sums(self, start: str, role: str = "treatment") -> dict[str, int]:
        """Exact sums of one arm behind the estimates whose id begins so; 'n' counts the units."""
        estimate = next(
            one
            for one in self.measured.report.estimates
            if one.id.startswith(f"{start}.") and ("=" in one.id) == ("=" in start)
        )
        origin = next(one for one in self.measured.origins if one.id == estimate.id)
        return {name: int(total) for name, total in origin.sums[role].items()} | {"n": estimate.units[role]}


def table(folder: Path, name: str, header: str, rows: Iterable[Sequence[object]]) -> None:
    """Writes `name`.csv."""
    (folder / f"{name}.csv").write_text(written(header.split(), rows))


def counted(folder: Path, definitions: str, *, threads: int = 2) -> Counted:
    """Measures the project that the folder's records and these definitions make."""
    (folder / "liftledger.yaml").write_text(HEAD + definitions)
    project = read(folder)
    with supplied(project, folder, threads=threads) as world:
        return Counted(project, measure(Records(world.engine, world.folder), world.project))


def told(folder: Path, definitions: str) -> list[str]:
    """The mistakes for which nothing is measured."""
    try:
        counted(folder, definitions)
    except Mistakes as found:
        return [str(mistake) for mistake in found.mistakes]
    raise AssertionError("it was measured")


def at(day: int, hour: int = 0) -> str:
    """A time in January 2026 and on."""
    return f"2026-{1 + (day - 1) // 28:02}-{1 + (day - 1) % 28:02} {hour:02}:00:00"


def instant(text: str) -> int:
    return micros(text.replace(" ", "T"))
