"""What this process may use of its machine: the CPUs and the memory of its container where it has one, and a disk.

Read from Linux's /proc and /sys; where they are absent, nothing is known and the engine's own defaults hold.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")
ON_DISK = Path("/var/tmp")  # noqa: S108, files in it get names that cannot be guessed
IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
UNESCAPED = re.compile(r"\\([0-7]{3})")  # a space in a mount's path is written \040


def cpus(root: Path = ROOT) -> int:
    """How many this process may keep busy: its affinity, or a container's quota where that is less."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([able, *_quotas(root)]))


def memory(root: Path = ROOT) -> int | None:
    """Bytes: the machine's, or a container's limit where that is less; None where nothing says it."""
    total = re.search(r"^MemTotal:\s+(\d+) kB$", _text(root / "proc/meminfo"), re.MULTILINE)
    limits = [int(total[1]) * 1024] if total else []
    for group, name in ((_unified(root), "memory.max"), (_of_controller(root, "memory"), "memory.limit_in_bytes")):
        limits += [int(text) for folder in group if (text := _text(folder / name).strip()).isdigit()]
    return min(limits, default=None)


def size(text: str) -> int:
    """Bytes of a size such as '4GB' (powers of 1000) or '512MiB' (of 1024), as DuckDB counts them."""
    found = re.fullmatch(r"([0-9.]+)\s*([KMGT])(I?)B", text.strip().upper())
    assert found is not None, text
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** (1 + "KMGT".index(unit)))


def spill_folder(root: Path = ROOT) -> Path:
    """Where to put what does not fit into memory: TMPDIR where that is set, else the temporary folder with most room.

    A /tmp that is kept in memory holds nothing that memory would not.
    """
    usual = Path(tempfile.gettempdir())
    if os.environ.get("TMPDIR"):
        return usual
    mounts = _text(root / "proc/self/mounts")
    folders = [one for one in (usual, ON_DISK) if os.access(one, os.W_OK) and not in_memory(one, mounts)]
    return max(folders, key=lambda one: shutil.disk_usage(one).free, default=usual)


def in_memory(folder: Path, mounts: str) -> bool:
    """Whether the file system that holds a folder is one in memory, by the text of /proc/self/mounts."""
    kinds: dict[Path, str] = {}
    for _, place, kind, *_ in (line.split() for line in mounts.splitlines()):
        kinds[Path(UNESCAPED.sub(lambda found: chr(int(found[1], 8)), place))] = kind  # the last one covers the others
    above = (folder.resolve(), *folder.resolve().parents)
    return next((kinds[place] for place in above if place in kinds), "") in IN_MEMORY


def _quotas(root: Path) -> Iterator[int]:
    """CPUs that each level of the process's groups may use, rounded up."""
    for folder in _unified(root):
        quota, _, period = _text(folder / "cpu.max").strip().partition(" ")
        yield from _rounded_up(quota, period)
    for folder in _of_controller(root, "cpu"):
        quota, period = (_text(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period"))
        yield from _rounded_up(quota, period)


def _rounded_up(quota: str, period: str) -> Iterator[int]:
    if quota.isdigit() and period.isdigit() and int(period):  # not 'max', and not '-1'
        yield -(-int(quota) // int(period))


def _unified(root: Path) -> Iterator[Path]:
    """Folders of the process's control group, version 2, from its own up to the root's."""
    return _groups(root, "", root / "sys/fs/cgroup")


def _of_controller(root: Path, controller: str) -> Iterator[Path]:
    """The same of a controller of version 1."""
    return _groups(root, controller, root / "sys/fs/cgroup" / controller)


def _groups(root: Path, controller: str, top: Path) -> Iterator[Path]:
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, place = line.split(":", 2)
        if controller in controllers.split(","):
            own = top / place.lstrip("/")  # absent where a container shows its own group as the root
            yield from (own, *(above for above in own.parents if above.is_relative_to(top)))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
