"""The statements that a number rests on, as they were run or as the engine of another dialect would run them."""

from collections.abc import Iterator

import msgspec
from sqlglot import exp

from liftledger.domain.engine import family
from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.provenance import Provenance, Query, Script
from liftledger.engine.dialect import OPENINGS, Dialect, parsed, rendered
from liftledger.engine.dialects.rule import Unportable
from liftledger.engine.portable import portable

KEPT = "refresh made it from the tables that it keeps (state/), so its SQL does not begin at the rows"
FROM_ROWS = "for SQL that does: liftledger report FOLDER --out DIR, and explain that one with --report DIR/report.json"


def script(provenance: Provenance, id: str, dialect: Dialect | None = None) -> Script:  # noqa: A002
    """What the estimate of this id rests on. Raises Mistakes where its SQL cannot be said in the dialect."""
    if dialect is not None and provenance.refreshed is not None:
        raise Mistakes((Mistake(id, None, KEPT, FROM_ROWS),))
    kept = _Kept(provenance)
    queries = tuple(kept.behind(id))
    # files have a name on Spark that only the session knew
    if dialect is None or dialect == family(provenance.engine) != "spark":
        return Script(queries, dialect or "", () if dialect is None else OPENINGS[dialect])
    try:
        translated = tuple(
            msgspec.structs.replace(query, sql=rendered(kept.portable(query.name), dialect, pretty=True))
            for query in queries
        )
    except Unportable as unportable:
        cure = "the SQL that was run is shown without --dialect"
        raise Mistakes((Mistake(id, None, f"{dialect} cannot run its SQL ({unportable})", cure),)) from unportable
    return Script(translated, dialect, OPENINGS[dialect])


class _Kept:
    """The statements of a provenance as trees."""

    def __init__(self, provenance: Provenance) -> None:
        self.facts = tuple(dict.fromkeys(source.fact for source in provenance.sources))
        self.origins = {origin.id: origin for origin in provenance.origins}
        self.queries = {query.name: query for query in provenance.queries}
        self.trees: dict[str, exp.Expr] = {}

    def behind(self, id: str) -> Iterator[Query]:  # noqa: A002
        """In the order in which they ran."""
        origin = self.origins.get(id)
        if origin is None or origin.query not in self.queries:
            return
        scan, _, asked = origin.query.partition(": ")
        ends = {origin.query, f"{scan}: units"} if asked == "sums" else {origin.query}
        wanted = self._with_sources(ends)
        measures = {measure for sums in origin.sums.values() for product in sums for measure in product.split(" x ")}
        caps = {
            name
            for name in self.queries
            if ": percentile " in name and name.partition(": ")[0] in wanted and name.rpartition(" of ")[2] in measures
        }
        yield from (query for name, query in self.queries.items() if name in wanted | caps)

    def portable(self, name: str) -> exp.Expr:
        return portable(self._tree(name), name, self.facts)

    def _with_sources(self, names: set[str]) -> set[str]:
        """Those that were kept, and the tables that they read, to the facts."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.queries]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [table.name for table in self._tree(name).find_all(exp.Table) if table.name in self.queries]
        return found

    def _tree(self, name: str) -> exp.Expr:
        if name not in self.trees:
            query = self.queries[name]
            self.trees[name] = parsed(query.canonical or query.sql)
        return self.trees[name]
