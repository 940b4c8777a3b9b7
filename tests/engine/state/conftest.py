"""Tables that change, on every engine."""

from collections.abc import Iterator

import pytest

from tests.engine.state.tables import OnPostgres, OnSpark, Tables


@pytest.fixture
def tables(engine, request, tmp_path) -> Iterator[Tables]:
    if engine == "spark":
        yield OnSpark(tmp_path)
    elif engine == "postgres":
        found = OnPostgres(tmp_path, request.getfixturevalue("postgres_server"))
        yield found
        found.run(f"DROP SCHEMA {found.schema} CASCADE")
    else:
        yield Tables(tmp_path)
