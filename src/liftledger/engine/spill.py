"""A folder for a while: it goes with the process that made it, or at the next start where that one was killed.

An engine puts there what does not fit into memory.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "liftledger-spill-"


class Spill:
    """A new folder inside `home`, locked for as long as it is in use; what is left of others that ended is removed.

    The system frees a lock at the end of its process, however that ends. A process number would not do: another
    container that shares the folder counts its processes differently.
    """

    def __init__(self, home: Path, prefix: str = PREFIX) -> None:
        sweep(home, prefix)
        self._lock: int | None = None
        while self._lock is None:  # it may be swept away before it is locked
            self._folder = tempfile.TemporaryDirectory(prefix=prefix, dir=home)
            self.path = Path(self._folder.name)
            self._lock = _held(self.path, fcntl.LOCK_EX)
            if self._lock is None:
                self._folder.cleanup()

    def remove(self) -> None:
        """Removes the folder with what it holds."""
        self._folder.cleanup()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def sweep(home: Path, prefix: str = PREFIX) -> None:
    """Removes our folders that nobody holds any more."""
    for folder in home.glob(f"{prefix}*"):
        lock = _held(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _held(folder: Path, kind: int) -> int | None:
    """A lock on a folder of this user; None where it is gone or held by another."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, kind)
        if os.fstat(lock).st_uid == os.getuid() and folder.exists():
            return lock
    except OSError:
        pass
    os.close(lock)
    return None
