"""Generated examples are judged by what they find, not by how long a busy machine takes; one flag approves SQL."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.company import Company

settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption("--approve", action="store_true", help="approve the SQL that is rendered now")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A small sound company, written once its test has spoilt it."""
    return Company(tmp_path / "company")
