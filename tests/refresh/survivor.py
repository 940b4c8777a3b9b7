"""What holds of a company whose refresh was ended somewhere: whole files, no mixture, and a next one that heals."""

import hashlib
import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq

from liftledger.engine.state.state import read_state
from tests.refresh.changes import IN_DEFINITIONS, IN_RECORDS
from tests.refresh.company import Company
from tests.refresh.nursery import Nursery
from tests.refresh.sequence import answer, apply

REPORT, PROVENANCE, PAGE = "report.json", "provenance.json", "index.html"
OURS = {"lock", ".gitignore", "state.json"}


def rubbish(folder: Path, before: frozenset[str] = frozenset()) -> set[str]:
    """What lies in the folder of a state that neither it nor the one `before` mentions.

    Changes that turned out to be none were kept as tables without rows; these go with the next refresh.
    """
    state = read_state(folder)
    assert state
    left = {path.name for path in folder.iterdir()} - OURS
    left -= {f"{state.key}_{name}.parquet" for name in state.tables | before}
    return {name for name in left if not name.endswith(".parquet") or pq.read_metadata(folder / name).num_rows}


class Survivor:
    """A company with a report, of which the next one is about to be made."""

    def __init__(self, seed: int, folder: Path, nursery: Nursery) -> None:
        self.company, self.nursery = Company(seed, folder), nursery
        self.company.write()
        self.expected = answer(self.company)
        assert isinstance(self.expected, bytes), self.expected
        self.nursery.refreshed(self.company.folder)
        self.before, self.files = self.expected, self.published()
        self.mentioned = self.told()

    def forget(self) -> None:
        """Neither a state nor a report: the next refresh is the first."""
        shutil.rmtree(self.company.state)
        shutil.rmtree(self.company.out)
        self.mentioned = frozenset()

    def change(self, chance: random.Random) -> None:
        """Something changes, so that there is another report."""
        self.mentioned = self.told()
        while True:
            past = self.company.past()
            change = chance.choice([*IN_RECORDS, *IN_RECORDS, *IN_DEFINITIONS])
            apply(self.company, ((change.__name__, chance.randrange(10**6)),))
            self.company.as_of = None
            found = answer(self.company)
            if isinstance(found, bytes) and found != self.expected:
                self.before, self.expected = self.expected, found
                self.files = self.published()
                return
            self.company.back(past)

    def published(self) -> dict[str, bytes]:
        """The report's files by name."""
        return {path.name: path.read_bytes() for path in sorted(self.company.out.glob("[!.]*"))}

    def stands(self) -> None:
        """Each file is that of the last report or of the next, whole.

        The new report.json comes last: then all are new. Were it not yet there, a new provenance.json would say so.
        """
        files = self.published()
        if not self.files and REPORT not in files:
            return
        assert set(files) == {REPORT, PROVENANCE, PAGE}
        assert files[REPORT] in (self.before, self.expected)
        old = {name for name in files if files[name] == self.files.get(name)}
        if REPORT not in old:
            assert old == set(), f"report.json is new, {old} are not"
        belongs = json.loads(files[PROVENANCE])["report_sha256"] == hashlib.sha256(files[REPORT]).hexdigest()
        assert belongs == (old in (set(), set(files), {REPORT, PROVENANCE}))
        assert files[PAGE].rstrip().endswith(b"</html>")

    def heals(self) -> None:
        """The next refresh is as if nothing had happened, and leaves nothing of what did.

        Where the state was renewed before the end came, nothing is new, and the state before that is still to be swept.
        """
        before = self.told() | self.mentioned
        self.nursery.refreshed(self.company.folder)
        assert self.published()[REPORT] == self.expected
        self.stands_alone(before)
        self.before, self.files = self.expected, self.published()

    def told(self) -> frozenset[str]:
        """The kept tables that the state mentions."""
        state = read_state(self.company.state)
        return state.tables if state else frozenset()

    def stands_alone(self, before: frozenset[str]) -> None:
        """Nothing is there but what is of use; what the state before mentioned goes at the beginning of the next."""
        left = rubbish(self.company.state, before)
        assert not left, left
        around = {path.name for path in (*self.company.folder.iterdir(), *self.company.out.iterdir())}
        assert {name for name in around if name.startswith(".")} == set()
        assert list(self.nursery.temporary.iterdir()) == []
