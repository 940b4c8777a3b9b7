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


def run(*command: object, cwd: Path) -> str:
    """What a command prints, in an environment that does not help it to find our sources."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


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


def locked(lock: Path) -> dict[str, list[str]]:
    """Hashes of each entry of a lock, by requirement."""
    text = "\n".join(line for line in lock.read_text().splitlines() if not line.startswith("#"))
    entries = (entry.split() for entry in text.replace("\\\n", " ").splitlines())
    return {entry[0]: [word for word in entry if word.startswith("--hash=sha256:")] for entry in entries}


LOCKS = [ROOT / "requirements.lock", ROOT / "bench/requirements.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_every_entry_of_a_lock_is_pinned_and_hashed(lock: Path):
    entries = locked(lock)
    assert len(entries) > 10
    assert [name for name, hashes in entries.items() if "==" not in name or not hashes] == []


def test_everything_that_pyproject_names_is_in_the_lock():
    groups = PROJECT["dependency-groups"]
    for lock, requirements in zip(
        LOCKS,
        [PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"] + groups["dev"], groups["bench"]],
        strict=True,
    ):
        pinned = {canonicalize_name(entry.split("==")[0]) for entry in locked(lock)}
        assert {canonicalize_name(Requirement(requirement).name) for requirement in requirements} <= pinned


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
