"""How tests are shared out among processes (`pytest -n 2`): what has to be set up is set up by one of them."""

from xdist.scheduler import LoadScopeScheduling

SPARK = ("[spark", "_spark")  # in the names of tests that use `spark_session`, and of a few that need nothing
SINGLE = "tests/refresh/"  # takes minutes a file, and little that its tests have in common


class Shares(LoadScopeScheduling):
    """A share is done by one process: all of Spark, of the rest a file or, where that takes long, a test.

    The largest come first: Spark takes about as long as all others.
    """

    def _split_scope(self, nodeid: str) -> str:
        if any(name in nodeid for name in SPARK):
            return "spark"
        return nodeid if nodeid.startswith(SINGLE) else nodeid.partition("::")[0]
