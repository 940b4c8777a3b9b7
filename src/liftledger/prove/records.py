"""The records as a measurement asks for them. Here every answer is read from all rows, and nothing is kept."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from liftledger.domain.customers import Purchases, Subscriptions
from liftledger.domain.mistake import Mistake
from liftledger.domain.project import Project
from liftledger.domain.study import Relation, Study
from liftledger.engine.by_day import count_by_day
from liftledger.engine.categories import categories
from liftledger.engine.cohort import Cohort, Enrolment, Parents, enrol, keyed, parents, settle, unrelated
from liftledger.engine.durations import Timed, Timing, count_durations
from liftledger.engine.engine import Engine
from liftledger.engine.facts import Loaded, load, table_of
from liftledger.engine.purchasing.purchasers import Purchasers, purchasers, purchasers_in
from liftledger.engine.scan import Scan
from liftledger.engine.spending import by_midnight
from liftledger.engine.subscriptions.subscribers import Subscribers, subscribers
from liftledger.engine.sums import Counted, count


class Records:
    """A project's records on its engine; what is asked first is `load`."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder

    def load(self, project: Project) -> tuple[Mapping[str, Loaded], tuple[Mistake, ...]]:
        """The facts that could be loaded, and every mistake in the data of all of them."""
        return load(self.engine, project, self.folder)

    def categories(self, fact: str, column: str) -> tuple[str, ...]:
        """Each text of a column once, in the order of their code points; '' where some row has none."""
        return categories(self.engine, table_of(fact), column)

    def enrol(self, project: Project, study: Study, as_of: int) -> Enrolment | tuple[Mistake, ...]:
        """Who was assigned in a study."""
        return enrol(self.engine, project, study, as_of)

    def settle(self, project: Project, enrolment: Enrolment, *, from_exposure: bool) -> None:
        """Makes the table of the study's own cohort."""
        settle(self.engine, project, enrolment, from_exposure=from_exposure)

    def parents(self, cohort: Cohort, relation: Relation) -> Parents:
        """The parents of a cohort's units, each once."""
        return parents(self.engine, cohort, relation)

    def unrelated_units(self, cohort: Cohort, relation: Relation) -> int:
        """Units of a cohort that the relation gives no parent."""
        return unrelated(self.engine, cohort.table, relation)

    def unrelated_rows(self, fact: str, relation: Relation) -> int:
        """Units that have rows of a fact, and that the relation gives no parent."""
        return unrelated(self.engine, table_of(fact), relation)

    def table(self, project: Project, fact: str, kind: str) -> str:
        """Name of the table of a fact's rows by units of a kind."""
        return keyed(self.engine, project, fact, kind)

    def count(self, scan: Scan) -> Counted:
        """The sums of one scan. Raises SumTooLarge."""
        return count(self.engine, scan)

    def by_day(self, scan: Scan, metrics: Collection[str], days: Sequence[int]) -> Mapping[int, Counted]:
        """What `count` would find of whole arms at some midnights up to the scan's date, once it was counted.

        Of metrics whose units count whole from a known day on. By midnight, in days since 1970; days on which no unit
        was there yet may be missing. Raises SumTooLarge.
        """
        return count_by_day(self.engine, scan, metrics, days)

    def spent(self, fact: str, amount: str) -> dict[int, int]:
        """Sums of a money column of a dated fact, by the midnight from which on they count."""
        return by_midnight(self.engine, fact, table_of(fact), amount)

    def time(self, timing: Timing) -> Timed:
        """The durations of one metric."""
        return count_durations(self.engine, timing)

    def purchasers(self, project: Project, base: Purchases, as_of: int, cohort: Cohort | None = None) -> Purchasers:
        """The customers of a base; with a cohort, those of them who are in a study."""
        rows = self.table(project, base.fact, base.unit)
        if cohort is None:
            return purchasers(self.engine, project, base, as_of, rows)
        return purchasers_in(self.engine, project, base, as_of, rows, cohort)

    def subscribers(self, project: Project, base: Subscriptions, as_of: int) -> Subscribers:
        """The customers of a base."""
        return subscribers(self.engine, project, base, as_of, self.table(project, base.fact, base.unit))

    def read(self) -> tuple[str, ...] | None:
        """What was read, in sentences, where the rest was kept; None: all was read."""
        return None
