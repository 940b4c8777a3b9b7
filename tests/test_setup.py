"""The package builds, works where it is installed alone, and everything it is built from is pinned."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def done(*command: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that has run, in an environment that does not help it to find our sources."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | variables
    return subprocess.run(list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True)


def run(*command: object, cwd: Path) -> str:
    """What a command prints that works."""
    found = done(*command, cwd=cwd)
    assert found.returncode == 0, f"{' '.join(map(str, command))}\n{found.stdout}{found.stderr}"
    return found.stdout


def needed(requirements: list[str], seen: set[str]) -> Iterator[importlib.metadata.Distribution]:
    """The installed distributions behind the requirements, and behind theirs."""
    for requirement in map(Requirement, requirements):
        name = canonicalize_name(requirement.name)
        if name not in seen and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            seen.add(name)
            found = importlib.metadata.distribution(name)
            yield found
            yield from needed(found.requires or [], seen)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `liftledger` program in an environment of the wheel and what it declares to need, nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    for distribution in needed(PROJECT["project"]["dependencies"], set()):
        for top in {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}:
            (packages / top).symlink_to(Path(str(distribution.locate_file(top))))
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        folder / "bin/python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    run(*pip, wheel, cwd=folder)
    return folder / "bin/liftledger"


@pytest.mark.wheel
def test_the_wheel_holds_every_file_of_the_package(wheel: Path):
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "liftledger").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {"liftledger/py.typed", "liftledger/report/assets/vega.js"} <= expected
    assert {Path(name).suffix for name in expected} >= {".py", ".sql", ".js", ".yaml"}
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.wheel
def test_the_browser_library_sets_what_the_page_calls(wheel: Path):
    assert b"vegaEmbed" in zipfile.ZipFile(wheel).read("liftledger/report/assets/vega.js")


@pytest.mark.wheel
def test_the_wheel_installed_alone_makes_reports_and_verifies_a_company(alone: Path, tmp_path: Path):
    assert run(alone, "--version", cwd=tmp_path).split()[-1] == PROJECT["project"]["version"]
    assert "report" in run(alone, "--help", cwd=tmp_path)
    run(alone, "init", "company", cwd=tmp_path)
    run(alone, "report", "company", cwd=tmp_path)
    assert "vegaEmbed" in (tmp_path / "company/report/index.html").read_text()
    assert "identical" in run(alone, "verify", "company", cwd=tmp_path)


ELSEWHERE = """
company: A shop
currency: EUR
engine: {engine}
facts:
  seen: {{table: public.seen, unit: visitor, time: at}}
metrics:
  visits: {{kind: count, fact: seen, window: 7d}}
studies:
  page: {{kind: experiment, unit: visitor, assignment: {{fact: seen, arm: variant}}, control: a, arms: [a, b]}}
"""


@pytest.mark.wheel
@pytest.mark.parametrize(
    ("engine", "extra"), [("local[*]", "spark"), ("postgresql://reader@warehouse/shop", "postgres")]
)
def test_the_wheel_installed_alone_names_the_extra_that_an_engine_needs(
    alone: Path, tmp_path: Path, engine: str, extra: str
):
    (tmp_path / "liftledger.yaml").write_text(ELSEWHERE.format(engine=engine))
    found = done(alone, "report", tmp_path, cwd=tmp_path)
    assert found.returncode == 1 and found.stdout == ""
    assert f"pip install 'liftledger[{extra}]'" in found.stderr.splitlines()[0]
    assert found.stderr.splitlines()[1:] == ["1 mistake; nothing was written"]
    assert [path.name for path in tmp_path.iterdir()] == ["liftledger.yaml"]


def locked(lock: Path) -> dict[str, list[str]]:
    """Hashes of each entry of a lock, by requirement."""
    text = "\n".join(line for line in lock.read_text().splitlines() if not line.startswith("#"))
    entries = (entry.split() for entry in text.replace("\\\n", " ").splitlines())
    return {entry[0]: [word for word in entry if word.startswith("--hash=sha256:")] for entry in entries}


MAIN, ENGINES, BENCH, LIFETIMES, PYMC = LOCKS = [
    ROOT / "requirements.lock",
    ROOT / "requirements-engines.lock",
    ROOT / "bench/requirements.lock",
    ROOT / "bench/requirements-lifetimes.lock",
    ROOT / "bench/requirements-pymc.lock",
]
CASE = PROJECT["project"]["optional-dependencies"]["case"]  # `make demo` may have it: wheels, and not many
EXTRAS = [
    requirement
    for name, extra in PROJECT["project"]["optional-dependencies"].items()
    if name != "case"
    for requirement in extra
]


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(requirement).name) for requirement in requirements}


def pinned(lock: Path) -> set[str]:
    return {canonicalize_name(entry.split("==")[0]) for entry in locked(lock)}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_every_entry_of_a_lock_is_pinned_and_hashed(lock: Path):
    entries = locked(lock)
    assert len(entries) > 4
    assert [name for name, hashes in entries.items() if "==" not in name or not hashes] == []


def test_everything_that_pyproject_names_is_in_its_lock():
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    assert names(project["dependencies"] + PROJECT["build-system"]["requires"] + CASE + groups["dev"]) <= pinned(MAIN)
    assert names(EXTRAS) <= pinned(ENGINES)
    for group, lock in {"bench": BENCH, "lifetimes": LIFETIMES, "pymc": PYMC}.items():
        assert names(groups[group]) <= pinned(lock)


def test_the_drivers_of_other_engines_are_extras_alone():
    assert names(EXTRAS) == {"psycopg", "pyspark"}
    assert names(EXTRAS) & (pinned(MAIN) | names(PROJECT["project"]["dependencies"])) == set()


def test_what_writes_the_case_is_an_extra():
    assert names(CASE) == {"weasyprint", "xlsxwriter"}
    assert names(CASE) & names(PROJECT["project"]["dependencies"]) == set()


def test_both_locks_of_the_environment_agree():
    versions = locked(MAIN)
    shared = {entry: hashes for entry, hashes in locked(ENGINES).items() if entry.split("==")[0] in pinned(MAIN)}
    assert shared and shared == {entry: versions.get(entry) for entry in shared}


def test_of_the_engines_packages_only_spark_is_built_from_source():
    (wheels,) = re.findall(r"--only-binary (\S+) --no-build-isolation", (ROOT / "Makefile").read_text())
    assert pinned(ENGINES) - pinned(MAIN) == {*wheels.split(","), "pyspark"}
    assert {"setuptools", "wheel"} <= pinned(MAIN)


def test_a_first_look_does_not_wait_for_other_engines():
    waits = {
        word: ENGINES.name in run("make", "-nB", word, cwd=ROOT) for word in ("setup", "demo", "lint", "test", "bench")
    }
    assert waits == {"setup": False, "demo": False, "lint": False, "test": True, "bench": True}


def program(path: Path, *lines: str) -> Path:
    """A program of a few lines of shell; gives its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path.parent


def java(home: Path, version: str) -> Path:
    """A Java that says of itself what a real one says, on stderr; gives its home."""
    said = [
        f"    java.home = {home}",
        f"    java.specification.version = {version}",
        f'openjdk version "{version}.0.1"',
    ]
    return program(home / "bin/java", *(f"echo '{line}' >&2" for line in said)).parent


@pytest.mark.parametrize("old", ["1.8", "11", "16"])
@pytest.mark.parametrize("new", ["17", "21", "25"])
def test_a_java_that_spark_cannot_use_is_passed_over(tmp_path: Path, old: str, new: str):
    behind, fit = java(tmp_path / "old", old), java(tmp_path / "new", new)

    def chosen(home: Path, on_path: Path) -> str:
        path = f"{on_path}/bin{os.pathsep}{os.environ['PATH']}"
        return done("sh", ROOT / "scripts/java.sh", cwd=tmp_path, JAVA_HOME=str(home), PATH=path).stdout

    assert chosen(behind, fit) == chosen(fit, behind) == chosen(tmp_path / "none", fit) == f"{fit}\n"


def test_who_may_not_install_programs_is_told_the_one_command(tmp_path: Path):
    folder = program(tmp_path / "apt-get", "exit 9")
    program(tmp_path / "id", "echo 1000")
    system, path = ROOT / "scripts/system.sh", f"{folder}{os.pathsep}{os.environ['PATH']}"
    found = done("sh", system, "chromium", "postgresql", cwd=tmp_path, PATH=path)
    assert found.returncode == 1 and found.stdout == ""
    assert found.stderr.endswith(f"sudo sh {system} chromium postgresql\n")


def tracked() -> list[Path]:
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).exists()]


def test_no_file_names_a_registry_or_a_place_of_this_machine():
    # Split, so that this file does not hold what it looks for.
    registries = [r"files\.python" "hosted", r"pypi\.org/" "simple", r"registry\.npm" "js", r"deb\.debian" r"\.org"]
    addresses = re.compile("|".join([*registries, "--(extra-)?index-url", re.escape(str(ROOT))]).encode())
    assert [path for path in tracked() if addresses.search(path.read_bytes())] == []


def test_locks_with_addresses_and_environments_stay_out():
    names = ["uv.lock", ".venv/bin/python", ".venv-bench/bin/python", "demo/liftledger.yaml"]
    assert run("git", "check-ignore", *names, cwd=ROOT).split() == names
