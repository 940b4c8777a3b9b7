"""Incremental equals full: after any random sequence of changes, refresh leaves the bytes that a report has.

LIFTLEDGER_SEQUENCES is how many more of them are played than in `make test`.
"""

import multiprocessing
import os
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from liftledger.domain.metric import Kind
from tests.refresh.changes import CHANGES
from tests.refresh.company import Company
from tests.refresh.questions import BASES
from tests.refresh.sequence import Sequence, mornings, proven, sequence
from tests.refresh.tables import InFile, OnPostgres
from tests.servers import spark
from tests.servers.postgres import Server

SHORT, MORNINGS, BATCH = range(60), range(12), 60
MORE = int(os.environ.get("LIFTLEDGER_SEQUENCES", "0"))
FEW, MANY = range(20, 23), range(20_000, 20_000 + MORE // 50)  # elsewhere


def company(seed: int, folder: Path) -> Company:
    """Most are in files, some in tables of a file."""
    ending = {7: "duckdb", 8: "sqlite"}.get(seed % 10)
    return Company(seed, folder) if ending is None else InFile(seed, folder, ending=ending)


def on_duckdb(played: Sequence) -> tuple[int, int, str]:
    """Reports, mistakes, and what went wrong."""
    try:
        return (*proven(played, company), "")
    except AssertionError as error:
        return 0, 0, str(error)


@pytest.fixture(scope="module")
def pool():
    """Two at a time: a refresh of little data keeps one core busy."""
    with multiprocessing.get_context("spawn").Pool(2) as running:
        yield running


def play(pool, played: list[Sequence]) -> int:
    """How many mistakes there were among the reports."""
    found = pool.map(on_duckdb, played, chunksize=1)
    failures = [told for _, _, told in found if told]
    assert not failures, f"{len(failures)} of {len(played)} fail\n\n" + "\n\n".join(failures)
    reports, mistakes = (sum(one[kind] for one in found) for kind in (0, 1))
    assert reports > 4 * mistakes
    return mistakes


@pytest.mark.parametrize("first", range(0, len(SHORT) + MORE, BATCH))
def test_a_refresh_leaves_what_a_report_says(first, pool):
    assert play(pool, [sequence(seed, most=8 if first else 4) for seed in range(first, first + BATCH)]) > 0


@pytest.mark.parametrize("first", range(0, len(MORNINGS) + MORE, BATCH))
def test_a_refresh_on_mornings_on_which_units_start(first, pool):
    last = first + (BATCH if first else len(MORNINGS))
    play(pool, [mornings(30_000 + seed, most=6 if first else 4) for seed in range(first, last)])


@pytest.fixture(scope="module")
def postgres(postgres_server: Server) -> str:
    return postgres_server.database("refresh")


@pytest.mark.parametrize("arrival", [False, True], ids=["without_arrival", "with_arrival"])
@pytest.mark.parametrize("seed", [*FEW, *MANY])
def test_a_refresh_on_postgresql(seed, arrival, postgres):
    proven(sequence(seed, most=5), partial(OnPostgres, address=postgres, arrival=arrival))


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize("seed", [*FEW[:1], *MANY[::4]])
def test_a_refresh_on_spark(seed):
    proven(sequence(seed, most=3), partial(Company, address=spark.ADDRESS, forms=("parquet",)))


def test_the_sequences_hold_every_change_and_ask_for_every_kind_of_metric_and_study(tmp_path):
    drawn = Counter(name for seed in SHORT for step in sequence(seed, most=4).steps for name, _ in step)
    assert set(drawn) == set(CHANGES)
    companies = [Company(seed, tmp_path / str(seed)).definitions for seed in SHORT]
    asked = {metric["kind"] for one in companies for metric in one["metrics"].values()}
    assert asked == set(Kind.__args__)
    keys = {key for one in companies for metric in one["metrics"].values() for key in metric}
    assert keys >= {"window", "delay", "lookback", "by", "cap", "where", "dimensions", "from", "recurring", "covariate"}
    assert {study["kind"] for one in companies for study in one["studies"].values()} == {
        "holdout",
        "experiment",
        "observational",
    }
    assert {name for one in companies for name in one.get("customers", ())} == set(BASES)
    rules = {key for one in companies for fact in one["facts"].values() for key in fact}
    assert rules >= {"id", "merge", "must", "impossible", "on_bad_row", "through"}
