"""The true effects of a simulated company: of estimates, by their ids without methods, and of customers' value."""

from pathlib import Path

import msgspec

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.project import Project


class Truth(msgspec.Struct, frozen=True):
    """What `truth.json` holds, as far as a report needs it."""

    estimands: dict[str, float]
    customers: dict[str, float] = {}  # by base, study, arm and part


def true_effects(project: Project, folder: Path) -> Truth:
    """Nothing where the project names no file. Raises Mistakes where it cannot be read."""
    if project.truth is None:
        return Truth({})
    try:
        return msgspec.json.decode((folder / project.truth).read_bytes(), type=Truth)
    except FileNotFoundError:
        found = "there is no such file"
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        found = f"it cannot be read as true effects ({error})"
    raise Mistakes((Mistake(project.truth, None, found, "remove `truth`, or make the company again"),))
