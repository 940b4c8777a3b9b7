"""A clock of the wall and of this process's own processor time: on a busy machine only the second says much."""

import time


class Clock:
    def __init__(self) -> None:
        self._wall, self._own = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self._wall, "cpu": time.process_time() - self._own}
