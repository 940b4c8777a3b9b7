"""Progress: in a terminal one line that rewrites itself and goes, elsewhere a plain line now and then."""

import contextlib
from collections.abc import Callable
from threading import Event, RLock, Thread
from typing import Self, TextIO

FIRST = 2  # seconds before anything is said: a command that is over quickly needs no progress
PACE = 10  # seconds between plain lines, and before the first
TICK = 1


class Progress:
    """Says on a stream what is being done, and for how long the command has run.

    `width` tells how many letters a line of the terminal holds; None: the stream is no terminal. No escape sequences
    are written, so that any terminal will do.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float], *, width: Callable[[], int] | None) -> None:
        self._stream, self._clock, self._width = stream, clock, width
        self._began = self._spoke = clock()
        self._doing, self._shown = "", 0
        self._lock = RLock()
        self._over = Event()

    def __enter__(self) -> Self:
        if self._width is not None:
            Thread(target=self._ticking, name="progress", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with self._lock:
            self._write("\r" + " " * self._shown + "\r" if self._shown else "")
            self._shown = 0

    def now(self, doing: str) -> None:
        """Tells what is done from now on."""
        with self._lock:
            if doing == self._doing:
                return
            self._doing = doing
            if self._width is not None:
                self.tick()
            elif self._clock() - self._spoke >= PACE:
                self._spoke = self._clock()
                self._write(f"{self._seconds} s: {doing}\n")

    def tick(self) -> None:
        """Rewrites the line of a terminal."""
        with self._lock:
            if self._width is None or self._over.is_set() or self._clock() - self._began < FIRST:
                return
            room = max(0, self._width() - 1)  # in its last column, a terminal would begin another line
            text = f"{self._doing} ... {self._seconds} s"
            if len(text) > room:
                text = f"{self._seconds} s"[:room]
            self._write("\r" + text.ljust(min(self._shown, room)))
            self._shown = len(text)

    @property
    def _seconds(self) -> int:
        return int(self._clock() - self._began)

    def _ticking(self) -> None:
        while not self._over.wait(TICK):
            self.tick()

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a stream that is closed: the command goes on without
            self._stream.write(text)
            self._stream.flush()
