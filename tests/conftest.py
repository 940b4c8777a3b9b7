"""Generated examples are judged by what they find, not by how long a busy machine takes; one flag approves SQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.company import Company
from tests.servers import postgres, spark

settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption("--approve", action="store_true", help="approve the SQL that is rendered now")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config, log):
    from tests.shares import Shares

    return Shares(config, log)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A small sound company, written once its test has spoilt it."""
    return Company(tmp_path / "company")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One server for all tests; each makes what it needs in it."""
    with postgres.server() as running:
        yield running


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """One Spark for all tests, at `tests.servers.spark.ADDRESS`."""
    with spark.session() as found:
        yield found
