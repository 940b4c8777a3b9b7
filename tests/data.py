"""Where the real data lie: `../shared/data` beside the project, or $LIFTLEDGER_DATA."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("LIFTLEDGER_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def data(name: str) -> Path:
    """Path of a data file; where it is missing the test is skipped, or fails if CI=true."""
    path = ROOT / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing; set LIFTLEDGER_DATA to the folder that holds it")
        pytest.skip(f"{path} is missing")
    return path
