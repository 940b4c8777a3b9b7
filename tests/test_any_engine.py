"""The whole report has the same bytes wherever its sums are made, and a machine that is lost does not change it."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from liftledger.domain.metric import Kind
from liftledger.domain.provenance import Provenance
from tests.company import Company, run
from tests.data import data
from tests.elsewhere import define, on_postgres, on_spark
from tests.prove.customers.shop import shop
from tests.servers.cluster import Cluster, reporting, wait
from tests.servers.postgres import Server

HILLSTROM = Path(__file__).parents[1] / "examples/hillstrom"
IN_PLACE = "../../../shared/data"  # where the example looks for its records
WORKERS = 2

# What a simulated company does not ask of its records already, so that its report holds metrics of every kind
MORE = """
facts:
  exposures: {files: data/exposures/*.parquet, unit: user_id, keyed_by: user, time: at, columns: {study: text}}
  surveys:
    files: data/surveys/*.parquet
    unit: user_id
    keyed_by: user
    time: sent_at
    columns: {kind: text, answered: boolean, score: {type: integer, optional: true}}
  payments: # invoices once more, without those of a large discount
    files: data/invoices/*.parquet
    unit: account_id
    keyed_by: account
    time: {column: paid_at, timezone: America/New_York}
    id: invoice_id
    on_bad_row: reject
    must: "discount <= 30"
    columns: {amount: money, discount: money, type: text}
metrics:
  discount:
    kind: ratio
    fact: payments
    numerator: discount
    denominator: {value: amount, where: "amount > 0"}
    window: 30d
    lookback: 60d
  paid:
    kind: sum
    fact: payments
    value: amount - 2 * discount
    window: 30d
    delay: 1d
    lookback: 60d
    cap: {low: p5, high: p97.5}
  paid_at_most: {kind: sum, fact: payments, value: "abs(amount)", window: 30d, lookback: 60d, cap: {high: 900}}
  payments: {kind: count, fact: payments, by: type}
  pays_twice: {kind: repeat, fact: payments, window: 60d, lookback: 60d}
  answers_again: {kind: retention, fact: surveys, where: answered, after: 14d, within: 21d, lookback: 30d}
  answers_anew: {kind: retention, fact: surveys, after: 14d, within: 21d, from: {fact: surveys, where: answered}}
  satisfaction: {kind: mean, fact: surveys, value: score, where: "answered and kind <> 'nps'"}
studies:
  shown:
    kind: experiment
    unit: user
    assignment: {fact: assignments, arm: arm, where: "study = 'onboarding'"}
    exposure: {fact: exposures, where: "study = 'onboarding'"}
    control: standard
    arms: [standard, guided]
    metrics: [first_week_tickets, time_to_value, satisfaction, discount, paid, paid_at_most, payments,
      pays_twice, answers_again, answers_anew]
"""


@pytest.fixture(scope="module")
def postgres(postgres_server: Server) -> str:
    return postgres_server.database("whole")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("cluster"), workers=WORKERS) as running:
        yield running


@pytest.fixture(scope="module")
def hillstrom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hillstrom")
    records = data("hillstrom.csv.gz")
    text = (HILLSTROM / "liftledger.yaml").read_text(encoding="utf-8")
    assert IN_PLACE in text
    (folder / "liftledger.yaml").write_text(text.replace(IN_PLACE, str(records.parent.resolve())), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company") / "meridian"
    assert run("simulate", folder, "--users", 1000, "--days", 91, "--seed", 7).status == 0
    definitions = yaml.safe_load((folder / "liftledger.yaml").read_text(encoding="utf-8"))
    for part, more in yaml.safe_load(MORE).items():
        definitions[part] |= more
    define(definitions, folder)
    return folder


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose buyers are enough for every model of purchases; the simulated company has subscribers."""
    return shop(Company(tmp_path_factory.mktemp("shop"))).folder


@pytest.fixture(scope="module", params=["hillstrom", "company", "customers"])
def project(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def expected(project: Path) -> bytes:
    """The report as one thread of DuckDB makes it."""
    return report(project, "--threads", 1)


def report(project: Path, *options: object) -> bytes:
    ran = run("report", project, *options)
    assert (ran.status, ran.err) == (0, ""), ran.err
    return (project / "report/report.json").read_bytes()


def provenance(project: Path) -> Provenance:
    return msgspec.json.decode((project / "report/provenance.json").read_bytes(), type=Provenance)


def test_the_company_has_every_kind_of_metric_and_every_way_to_leave_rows_out(company):
    found = msgspec.json.decode(report(company))
    assert {metric["kind"] for metric in found["definitions"]["metrics"]} == set(get_args(Kind))
    assert {"welch", "cuped", "ratio", "ratio-cuped"} <= {one["method"] for one in found["estimates"]}
    for left_out in ("merged", "rejected"):
        assert any(fact[left_out] for fact in found["data"]), left_out


def test_two_threads_of_duckdb(project, expected):
    assert report(project, "--threads", 2) == expected


@pytest.mark.parametrize("as_text", [False, True], ids=["as_typed", "as_text"])
def test_postgresql(project, expected, postgres, tmp_path, as_text):
    there = on_postgres(project, tmp_path / "there", postgres, as_text=as_text)
    assert report(there) == expected


def test_a_report_of_duckdb_is_verified_on_postgresql(project, expected, postgres, tmp_path):
    (tmp_path / "report.json").write_bytes(expected)
    there = on_postgres(project, tmp_path / "there", postgres)
    ran = run("verify", there, "--report", tmp_path / "report.json")
    assert (ran.status, ran.out, ran.err) == (0, "identical\n", "")


@pytest.mark.parametrize("project", ["company", "customers"], indirect=True)  # Hillstrom loses a worker, below
def test_a_cluster_of_two_workers(project, expected, cluster, tmp_path):
    there = on_spark(project, tmp_path, cluster.address)
    executors = cluster.said("ExecutorAdded")
    with reporting(cluster, "report", there) as process:
        _, complaints = process.communicate()
    assert process.returncode == 0, complaints
    assert (there / "report/report.json").read_bytes() == expected
    assert cluster.said("ExecutorAdded") - executors == WORKERS


def test_a_worker_that_is_lost_while_a_report_is_made(hillstrom, cluster, tmp_path):
    there = on_spark(hillstrom, tmp_path, cluster.address)
    before, removed = cluster.said("JobStart"), cluster.said("ExecutorRemoved")
    with reporting(cluster, "report", there) as process:
        wait(lambda: cluster.said("JobStart") > before + 10 or process.poll() is not None, "the eleventh job")
        cluster.lose_worker()
        begun = cluster.said("JobStart")
        _, complaints = process.communicate()
    cluster.add_worker()
    assert process.returncode == 0, complaints
    assert cluster.said("ExecutorRemoved") > removed
    assert cluster.said("JobStart") > begun
    assert (there / "report/report.json").read_bytes() == report(hillstrom)


def test_the_provenance_names_the_engine_and_holds_our_sql_beside_its_own(hillstrom, postgres, tmp_path):
    report(hillstrom)
    ours = provenance(hillstrom)
    there = on_postgres(hillstrom, tmp_path / "there", postgres)
    report(there)
    theirs = provenance(there)
    assert (ours.engine, theirs.engine) == ("duckdb", postgres)
    assert ours.report_sha256 == theirs.report_sha256
    assert {query.canonical for query in ours.queries} == {None}
    written = {query.name: query.sql for query in ours.queries}
    told = {query.name: query.canonical for query in theirs.queries}
    loading = {name for name in written if name.startswith("fact_")}  # reads each engine's own source
    assert {name: told[name] for name in written if name not in loading} == {
        name: sql for name, sql in written.items() if name not in loading
    }
    assert all(told[name] for name in loading)
