"""DuckDB within its limits: what it takes of the machine, and what it says where that is not enough."""

from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from liftledger.engine import machine
from liftledger.engine.adapters.duck import Duck
from liftledger.engine.engine import DiskFull, Exhausted
from liftledger.engine.render import column, total
from liftledger.engine.sources.raw import table_function

LIMITS = "SELECT current_setting('threads'), current_setting('memory_limit')"
ROWS = 600_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> exp.Query:
    """Rows of 40 bytes that do not compress."""
    path = tmp_path_factory.mktemp("many") / "many.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT range AS n, md5(range::VARCHAR) AS name FROM range({ROWS})) TO '{path}' (FORMAT parquet)"
    )
    return exp.select("*").from_(table_function("read_parquet", [path], {}))


@pytest.fixture
def spills_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_it_takes_what_the_machine_gives_to_this_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "cpus", lambda: 3)
    monkeypatch.setattr(machine, "memory", lambda: 10 << 30)
    with Duck() as duck:
        assert duck._execute(LIMITS) == [(3, "8.0 GiB")]
    with Duck(threads=1, memory="1GiB") as duck:
        assert duck._execute(LIMITS) == [(1, "1.0 GiB")]


def test_a_table_larger_than_the_memory_goes_to_disk_and_the_answer_is_the_same(many: exp.Query, spills_to: Path):
    with Duck(threads=1, memory="30MB") as duck:
        duck.table("many", many)
        assert list(spills_to.glob("*/*"))
        assert duck.rows("sum", exp.select(total(column("n"))).from_("many")) == [(ROWS * (ROWS - 1) // 2,)]
    assert list(spills_to.iterdir()) == []


def test_too_little_memory_says_so(many: exp.Query, spills_to: Path):
    with pytest.raises(Exhausted) as caught, Duck(threads=1, memory="1MB") as duck:
        duck.table("many", many)
    assert str(caught.value) == "the 976.5 KiB of memory that it may use are not enough"
    assert not isinstance(caught.value, DiskFull)
    assert caught.value.cure == "give it more with --memory, or let it use fewer --threads"
    assert list(spills_to.iterdir()) == []


def test_a_full_disk_says_which_and_how_to_choose_another(many: exp.Query, spills_to: Path):
    with pytest.raises(DiskFull) as caught, Duck(threads=1, memory="30MB") as duck:
        duck._db.execute("SET max_temp_directory_size = '1MB'")  # as if no more were free
        duck.table("many", many)
    assert str(caught.value).startswith(f"what does not fit into memory does not fit into {spills_to} either")
    assert "TMPDIR=" in caught.value.cure
    assert list(spills_to.iterdir()) == []
