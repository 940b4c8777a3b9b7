"""What an engine may use of the machine."""

import msgspec


class Resources(msgspec.Struct, frozen=True):
    """What the engine may use; None: what the machine has."""

    threads: int | None = None
    memory: str | None = None
