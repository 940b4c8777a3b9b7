"""The house stands as DESIGN draws it: imports point one way, and nothing slow is taken in."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "src/liftledger"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
SLOW = {"altair", "numpy", "pandas", "scipy.stats"}  # scipy.stats takes 2.7 s to import, altair 1.2 s
# Only `simulate`, and projects with customers or money, load these: numpy draws and values thousands at once.
MANY = ("liftledger/simulate/company/", "liftledger/lifetime/", "liftledger/prove/customers/", "liftledger/finance/")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, as `package.module`, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_point_up_the_house_only(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    broken = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert broken == 0, capsys.readouterr().out


def test_every_package_has_its_place_among_the_layers():
    layers = next(contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    placed = {name.removeprefix("liftledger.") for layer in layers for name in layer.split(" | ")}
    assert placed == {path.parent.name for path in HOUSE.glob("*/__init__.py")} | {"cli"}


def test_nothing_slow_is_imported_anywhere():
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(HOUSE.rglob("*.py"))
        for name in imports(path)
        if any(name == slow or name.startswith(f"{slow}.") for slow in SLOW)
        and not (any(one in path.as_posix() for one in MANY) and name.partition(".")[0] == "numpy")
    ]
    assert found == []


def test_thousands_are_set_apart_in_one_place():
    # a comma is a decimal mark to half of the readers
    grouping = [path.name for path in HOUSE.rglob("*.py") if re.search(r"\{[^{}\n]*:,[^{}\n]*\}", path.read_text())]
    assert grouping == ["grouping.py"]


def test_help_loads_neither_engine_nor_statistics():
    # -X importtime writes one line a module; what is loaded for --help is what its 0.3 s are spent on.
    command = [sys.executable, "-X", "importtime", "-m", "liftledger", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[1].strip() for line in shown.stderr.splitlines() if line.startswith("import time:")}
    assert "liftledger.cli" in loaded
    assert loaded & {"duckdb", "jinja2", "numpy", "scipy", "sqlglot"} == set()
