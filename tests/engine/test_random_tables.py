"""Random small tables give the same bytes on every engine, or the same mistakes."""

import os
from pathlib import Path
from typing import get_args

import pytest

from liftledger.domain.metric import Kind
from liftledger.domain.mistake import Mistakes
from liftledger.prove.resources import Resources
from liftledger.prove.verbs import make
from tests.elsewhere import on_postgres, on_spark
from tests.engine.random_tables import Tables
from tests.servers import spark
from tests.servers.postgres import Server

FEW, MORE = range(2), range(2, 10)
SOAK = range(1000, 1000 + int(os.environ.get("LIFTLEDGER_TABLES", "0")))


def answer(folder: Path) -> bytes | list[tuple[str, str]]:
    """The report, or what is wrong and what would do; places are not compared: a table is not called like a file."""
    try:
        return make(folder, resources=Resources(threads=2)).encoded
    except Mistakes as found:
        return sorted((one.found, one.cure) for one in found.mistakes)


@pytest.fixture(scope="module")
def postgres(postgres_server: Server) -> str:
    return postgres_server.database("random")


def test_the_seeds_ask_for_every_kind_of_metric():
    asked = [metric["kind"] for seed in (*FEW, *MORE) for metric in Tables(seed).definitions()["metrics"].values()]
    assert set(asked) == set(get_args(Kind))


@pytest.mark.parametrize("seed", [*FEW, *MORE, *SOAK])
def test_postgresql_answers_as_duckdb_does(seed, tmp_path, postgres):
    project = Tables(seed).write(tmp_path / "here")
    assert answer(on_postgres(project, tmp_path / "there", postgres)) == answer(project)


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize("seed", [FEW[0], *SOAK])
def test_spark_answers_as_duckdb_does(seed, tmp_path):
    project = Tables(seed).write(tmp_path / "here")
    assert answer(on_spark(project, tmp_path / "there", spark.ADDRESS)) == answer(project)
