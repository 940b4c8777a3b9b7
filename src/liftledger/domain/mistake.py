"""Mistakes in what a user wrote or supplied: values that are gathered and shown together."""

import msgspec

DEFINITIONS = (".yaml", ".yml")  # endings of the files that people write by hand, and whose lines they count


class Mistake(msgspec.Struct, frozen=True):
    """Where, what was found, what would do."""

    place: str  # path relative to the project, or a data file
    line: int | None  # 1-based: line of definitions; of data the row, the header not counted
    found: str
    cure: str

    def __str__(self) -> str:
        where = self.place
        if self.line is not None:
            where += f":{self.line}" if where.endswith(DEFINITIONS) else f", row {self.line}"
        return f"{where}: {self.found}; {self.cure}" if self.cure else f"{where}: {self.found}"


class Mistakes(Exception):
    """Raised when a project cannot be used; holds every mistake that was found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes
