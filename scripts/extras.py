"""Prints what the extras of pyproject.toml need, one requirement a line."""

import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).resolve().parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))

for extra in PROJECT["project"]["optional-dependencies"].values():
    print(*extra, sep="\n")
