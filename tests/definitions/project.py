"""A small sound project to change, one mistake at a time."""

from pathlib import Path

from liftledger.definitions import read
from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project

SOUND = """\
company: acme
currency: USD
facts:
  orders:
    files: data/orders-*.csv.gz
    unit: user_id
    time: ordered_at
    columns:
      amount: money
      quantity: integer
      gift: boolean
  users:
    files: users.parquet
    unit: id
    columns: {age: integer, spend_before: money, joined: time}
dimensions:
  country: {fact: users, column: country}
metrics:
  revenue: {kind: sum, fact: orders, value: amount, window: 30d}
studies:
  email:
    kind: experiment
    assignment: {fact: users, column: variant, time: joined}
    control: off
    arms: [off, on]
"""


def written(folder: Path, text: str = SOUND, **studies: str) -> Path:
    """The folder with the definitions in it."""
    (folder / "liftledger.yaml").write_text(text, encoding="utf-8")
    for name, study in studies.items():
        (folder / "studies").mkdir(exist_ok=True)
        (folder / "studies" / f"{name}.yaml").write_text(study, encoding="utf-8")
    return folder


def project(folder: Path, text: str = SOUND, **studies: str) -> Project:
    return read(written(folder, text, **studies))


def changed(*changes: tuple[str, str]) -> str:
    """SOUND with each first text replaced by the second."""
    text = SOUND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes(folder: Path, text: str, **studies: str) -> list[str]:
    """What is wrong with it, as people read it."""
    try:
        read(written(folder, text, **studies))
    except Mistakes as found:
        return [str(mistake) for mistake in found.mistakes]
    return []


REVENUE = "  revenue: {kind: sum, fact: orders, value: amount, window: 30d}\n"


def with_metric(*lines: str) -> str:
    """SOUND with further metrics; the first of them stands on line 20."""
    return changed((REVENUE, REVENUE + "".join(f"  {line}\n" for line in lines)))


def with_study(text: str) -> str:
    """SOUND with another study; `kind` stands on line 22."""
    head, _ = SOUND.split("  email:\n")
    return head + "  email:\n" + "".join(f"    {line}\n" for line in text.strip().splitlines())
