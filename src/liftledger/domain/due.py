"""What is due: what a refresh has to read of each fact, and why."""

import msgspec

FEW = 3  # reasons in a sentence


class Due(msgspec.Struct, frozen=True):
    """What a refresh reads of one fact."""

    fact: str
    read: str = ""  # '1 of 91 files', 'all 91 files'; '': nothing
    why: tuple[str, ...] = ()  # 'events/2026-04-20.parquet: new'

    def __str__(self) -> str:
        if not self.read:
            return f"{self.fact}: nothing read"
        why = f" ({'; '.join(told(self.why, FEW))})" if self.why else ""
        return f"{self.fact}: {self.read} read{why}"


class Outlook(msgspec.Struct, frozen=True):
    """What a refresh would do."""

    dues: tuple[Due, ...]
    notes: tuple[str, ...] = ()


def told(reasons: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The first of them, and how many more there are; one alone is not put off."""
    if len(reasons) <= most + 1:
        return reasons
    return (*reasons[:most], f"and {len(reasons) - most} more")
