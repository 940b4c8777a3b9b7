"""Prints what the engines among the extras of pyproject.toml need, one requirement a line."""

import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).resolve().parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))

for name, extra in PROJECT["project"]["optional-dependencies"].items():
    if name != "case":  # pure Python and wheels: requirements.lock has it
        print(*extra, sep="\n")
