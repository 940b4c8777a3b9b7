"""Reading: the numbers of workings that were evaluated."""

from liftledger.domain.workings import Workings


class Reading:
    """Values of rows and inputs by name."""

    def __init__(self, workings: Workings) -> None:
        self.workings = workings
        self._values = {row.name: row.values for row in workings.rows}

    def number(self, name: str) -> float | None:
        """Of a row that is not monthly; None where there is no number."""
        return self._values[name][0]

    def known(self, name: str) -> float:
        """Of a row that always has a number."""
        (found,) = self._values[name]
        assert found is not None, name
        return found

    def months(self, name: str) -> tuple[float, ...]:
        """Of a monthly row that always has numbers, from month 0."""
        found = tuple(value for value in self._values[name] if value is not None)
        assert len(found) == self.workings.months + 1, name
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._values
