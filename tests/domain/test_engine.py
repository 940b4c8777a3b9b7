"""Addresses of engines: which family, and how one is shown to a reader."""

import pytest

from liftledger.domain.engine import family, public


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("duckdb", "duckdb"),
        ("local", "spark"),
        ("local[*]", "spark"),
        ("spark://host:7077", "spark"),
        ("postgresql://reader@host/shop", "postgres"),
        ("postgres://host/shop", "postgres"),
    ],
)
def test_the_family_is_told_by_the_address(address: str, expected: str):
    assert family(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "duckdb",
        "local[2]",
        "spark://host:7077",
        "spark://[::1]:7077",
        "postgresql://reader@host:5432/shop?sslmode=require",
        "postgresql:///shop?host=/run/postgresql",
        "postgresql://host:5432/shop?application_name=a@b:c",
    ],
)
def test_an_address_without_a_secret_is_shown_as_it_is(address: str):
    assert public(address) == address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://reader:secret@host/shop", "postgresql://reader@host/shop"),
        ("postgresql://reader:sec/r@et@host:5432/shop", "postgresql://reader@host:5432/shop"),
        ("postgresql://:secret@host/shop", "postgresql://@host/shop"),
        ("postgresql://host/shop?password=secret", "postgresql://host/shop"),
        ("postgresql://host/shop?a=1&PASSWORD=secret&sslpassword=secret&b=2", "postgresql://host/shop?a=1&b=2"),
        ("mysql:/reader:secret@host", "mysql:/reader@host"),
    ],
)
def test_user_and_host_are_shown_and_a_password_never(address: str, shown: str):
    assert public(address) == shown
