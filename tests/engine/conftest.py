"""The whole suite on every engine: a module that uses the fixture `engine` runs on each, with the same rows.

`@pytest.mark.engines("duckdb", ...)` keeps a test to those that it is about. Of generated examples, the slow engines
see a few: they are told by a profile, so such a test has no number of its own, and says `@given` inside, where the
profile is that of its engine. Of random worlds, numbered by `seed`, Spark sees the first, and so it does of the cases
of a test with `@pytest.mark.first_on_spark`.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from liftledger.engine.adapters.duck import Duck
from liftledger.engine.adapters.postgres import Postgres
from liftledger.engine.adapters.spark import Spark
from liftledger.engine.engine import Engine
from tests.engine.supply import Host, hosted, on_duckdb, on_postgres, on_spark
from tests.servers.spark import ADDRESS

ENGINES = ("duckdb", "spark", "postgres")
EXAMPLES = {"duckdb": 100, "spark": 5, "postgres": 10}
DATABASE = "suite"

for name, examples in EXAMPLES.items():
    settings.register_profile(name, settings.get_profile("untimed"), max_examples=examples)


def pytest_configure(config):
    config.addinivalue_line("markers", "engines(*names): runs on these engines only")
    config.addinivalue_line("markers", "first_on_spark: Spark sees the first of its cases")


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("engines")
        metafunc.parametrize("engine", mark.args if mark else ENGINES, indirect=True, scope="module")


def pytest_collection_modifyitems(config, items):
    seen: set[str] = set()
    more = [item for item in items if _is_one_more_world_of_spark(item) or _is_one_more_case(item, seen)]
    config.hook.pytest_deselected(items=more)
    items[:] = [item for item in items if item not in more]


def _is_one_more_world_of_spark(item) -> bool:
    given = getattr(item, "callspec", None)
    return given is not None and given.params.get("engine") == "spark" and given.params.get("seed", 0) != 0


def _is_one_more_case(item, seen: set[str]) -> bool:
    given = getattr(item, "callspec", None)
    if given is None or given.params.get("engine") != "spark" or item.get_closest_marker("first_on_spark") is None:
        return False
    test = item.nodeid.partition("[")[0]
    if test in seen:
        return True
    seen.add(test)
    return False


@pytest.fixture(scope="module")
def engine(request) -> Iterator[str]:
    """The engine to which `supplied` gives the rows of a test."""
    settings.load_profile(request.param)
    with hosted(_host(request)):
        yield request.param
    settings.load_profile("untimed")


def _host(request) -> Host:
    if request.param == "spark":
        request.getfixturevalue("spark_session")
        return on_spark
    if request.param == "postgres":
        return on_postgres(request.getfixturevalue("postgres_server"), request.getfixturevalue("suite_database"))
    return on_duckdb


@pytest.fixture(scope="session")
def suite_database(postgres_server) -> str:
    """One database for all, whose texts are in the order of a language: nothing may depend on it."""
    postgres_server.database(DATABASE, icu="en-US")
    return DATABASE


@pytest.fixture(scope="module")
def asked(engine, request) -> Iterator[Engine]:
    """The engine itself, for questions about no fact."""
    opened: dict[str, Callable[[], Engine]] = {
        "duckdb": lambda: Duck(threads=1),
        "spark": lambda: Spark(ADDRESS, threads=1),
        "postgres": lambda: Postgres(request.getfixturevalue("postgres_server").address(DATABASE), threads=1),
    }
    with opened[engine]() as found:
        yield found
