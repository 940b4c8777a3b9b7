"""An engine by its address."""

from liftledger.domain.engine import family
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Engine, Watch


def connect(
    address: str, *, threads: int | None = None, memory: str | None = None, watch: Watch | None = None
) -> Engine:
    """The engine at an address; `threads` and `memory` (such as '4GB') limit it. Raises Refusal, Unreachable."""
    match family(address):
        case "duckdb":
            return Duck(threads=threads, memory=memory, watch=watch)
        case "spark":
            return Spark(address, threads=threads, memory=memory, watch=watch)
        case "postgres":
            return Postgres(address, threads=threads, memory=memory, watch=watch)
