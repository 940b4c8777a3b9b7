"""What a process may use: the least of what machine and container allow, in the files of Linux as it writes them."""

from pathlib import Path

import pytest

from liftledger.engine import machine

GB = 1 << 30
MEMINFO = "MemTotal:       16777216 kB\nMemFree:         1234567 kB\n"  # 16 GB
UNLIMITED_V1 = "9223372036854771712\n"
MOUNTS = (
    "/dev/vda / ext4 rw,relatime 0 0\n"
    "tmpfs /tmp tmpfs rw,nosuid 0 0\n"
    "/dev/vdb /tmp/on\\040disk ext4 rw 0 0\n"
    "tmpfs /run tmpfs rw 0 0\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine of 16 GB without any group."""
    return written(tmp_path, {"proc/meminfo": MEMINFO})


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_machine_without_a_container_gives_all_its_memory(root: Path):
    assert machine.memory(root) == 16 * GB


@pytest.mark.parametrize(
    "files",
    [
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{2 * GB}\n"},
        {
            "proc/self/cgroup": "0::/kubepods/pod1/app\n",
            "sys/fs/cgroup/kubepods/memory.max": "max\n",
            "sys/fs/cgroup/kubepods/pod1/memory.max": f"{2 * GB}\n",
            "sys/fs/cgroup/kubepods/pod1/app/memory.max": f"{3 * GB}\n",
        },
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n0::/docker/1\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GB}\n",  # the container's own folder is not shown
        },
        {
            "proc/self/cgroup": "4:memory:/user\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED_V1,
            "sys/fs/cgroup/memory/user/memory.limit_in_bytes": f"{2 * GB}\n",
        },
    ],
    ids=["version 2", "version 2, the pod's limit is less", "version 1, in a container", "version 1, on the host"],
)
def test_a_container_gives_no_more_memory_than_its_limit(files: dict[str, str], root: Path):
    assert machine.memory(written(root, files)) == 2 * GB


def test_a_limit_beyond_the_machine_gives_the_machine(root: Path):
    files = {"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED_V1}
    assert machine.memory(written(root, files)) == 16 * GB


def test_where_nothing_says_how_much_memory_there_is_it_is_unknown(tmp_path: Path):
    assert machine.memory(tmp_path) is None


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        ({}, 8),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 8),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "10000 100000\n"}, 1),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "3200000 100000\n"}, 8),
        (
            {
                "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            8,
        ),
    ],
)
def test_as_many_threads_as_cpus_that_the_process_may_keep_busy(
    files: dict[str, str], cpus: int, root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    assert machine.cpus(written(root, files)) == cpus


@pytest.mark.parametrize(
    ("folder", "found"),
    [("/", False), ("/tmp", True), ("/tmp/a/b", True), ("/tmp/on disk/a", False), ("/var/tmp", False), ("/run", True)],
)
def test_a_folder_is_in_memory_where_its_file_system_is(folder: str, found: bool):
    assert machine.in_memory(Path(folder), MOUNTS) is found


def test_a_temporary_folder_in_memory_is_no_place_to_spill_to(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert machine.spill_folder(written(root, {"proc/self/mounts": MOUNTS})) == Path("/var/tmp")
    everything = "tmpfs / tmpfs rw 0 0\n"
    assert machine.spill_folder(written(root, {"proc/self/mounts": everything})) == Path("/tmp")


def test_a_folder_that_the_user_names_is_used_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = written(tmp_path / "root", {"proc/self/mounts": "tmpfs / tmpfs rw 0 0\n"})
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert machine.spill_folder(root) == tmp_path


def test_a_size_means_the_same_on_every_engine():
    assert [machine.size(text) for text in ("4GB", "4GiB", "1.5 kb", "512MiB")] == [4 * 10**9, 2**32, 1500, 2**29]
