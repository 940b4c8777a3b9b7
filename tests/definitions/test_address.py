"""Addresses of engines: right ones are taken, wrong ones say what was meant, secrets are not repeated."""

import re

import pytest

from liftledger.definitions.address import ENGINES
from liftledger.definitions.values import engine
from tests.definitions.project import changed, mistakes, project

OURS = ("company: acme", "company: acme\nengine: '{}'")
PASSWORD = "holds a password; leave it out here; PostgreSQL's own PGPASSWORD or ~/.pgpass gives it"


@pytest.mark.parametrize(
    "address",
    [
        "duckdb", "local", "local[*]", "local[2]", "spark://host:7077", "spark://a:7077,b:7077", "spark://[::1]:7077",
        "postgresql://reader@host:5432/shop", "postgres://host/shop", "postgresql:///shop?host=/run/postgresql",
        "postgresql://reader@host/shop?sslmode=require",
    ],
)  # fmt: skip
def test_addresses(address):
    assert engine.parse(address) == address
    assert re.search(engine.schema["pattern"], address)


@pytest.mark.parametrize(
    ("address", "cure"),
    [
        ("DuckDB", "did you mean 'duckdb'?"),
        ("local[0]", "did you mean 'local'?"),
        ("spark", f"it takes {ENGINES}"),
        ("spark://host", "add the port of its master, for example spark://host:7077"),
        ("sprak://host:7077", "did you mean 'spark://host:7077'?"),
        ("postgres:/shop", "did you mean 'postgres://shop'?"),
        ("postgreql://reader@host/shop", "did you mean 'postgresql://reader@host/shop'?"),
        ("jdbc:postgresql://host/shop", "did you mean 'postgresql://host/shop'?"),
        ("postgresql://", f"it takes {ENGINES}"),
        ("mysql://host/shop", f"there is no engine for mysql; it takes {ENGINES}"),
    ],
)
def test_what_is_no_address_says_what_was_meant_and_nothing_about_facts(tmp_path, address, cure):
    text = changed((OURS[0], OURS[1].format(address)))
    assert mistakes(tmp_path, text) == [f"liftledger.yaml:2: engine is '{address}'; {cure}"]
    assert re.search(engine.schema["pattern"], address) is None


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:secret@host/shop", "postgres:/reader:secret@host/shop", "mysql://reader:secret@host",
        "postgresql://host/shop?password=secret", "postgresql://host/shop?a=1&sslpassword=secret",
    ],
)  # fmt: skip
def test_a_password_is_refused_and_not_repeated(tmp_path, address):
    assert mistakes(tmp_path, changed((OURS[0], OURS[1].format(address)))) == [f"liftledger.yaml:2: engine {PASSWORD}"]


def test_other_mistakes_are_found_beside_a_wrong_engine(tmp_path):
    text = changed((OURS[0], OURS[1].format("spark://host")), ("currency: USD", "currency: USB"))
    assert [line.partition(" is ")[0] for line in mistakes(tmp_path, text)] == [
        "liftledger.yaml:2: engine",
        "liftledger.yaml:3: currency",
    ]


def test_the_engine_is_kept_as_it_was_written(tmp_path):
    text = changed((OURS[0], OURS[1].format("local[2]")), ("files: data/orders-*.csv.gz", "files: orders.parquet"))
    assert project(tmp_path, text).engine == "local[2]"
