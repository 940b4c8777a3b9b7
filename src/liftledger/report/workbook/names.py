"""Defined names of inputs, so that a formula reads `=sales_units*margin`."""

import re
import unicodedata
from collections.abc import Iterable

TAKEN = {
    "tolerance", "scale", "changed", "changed_inputs", "errors_allowed", "draws", "currency", "gaps", "report_hash",
    "control_total", "ends_total", "simulation_total", "number_of_checks", "true", "false",
}  # fmt: skip
OWN = ("reported_", "simulated_")  # how names begin that the workbook defines for itself
LONGEST = 60


def defined_names(names: Iterable[str]) -> dict[str, str]:
    """Workings' name -> defined name: letters, digits and '_' of ASCII, unique whatever the case of its letters."""
    found: dict[str, str] = {}
    taken = set(TAKEN)  # besides, the workbook's own begin with 'reported_' and 'simulated_'
    for name in names:
        kind, _, own = name.partition(".")
        wanted = _plain(own or kind)
        choices = [wanted, f"{_plain(kind).removesuffix('s')}_{wanted}"]
        choices += [f"_{wanted}_{number}" for number in range(2, len(found) + 4)]
        found[name] = next(one for one in choices if one.lower() not in taken and not one.lower().startswith(OWN))
        taken.add(found[name].lower())
    return found


def _plain(text: str) -> str:
    """'_2024_push_units' of '2024 push.units'; a name that reads like a cell gets a '_'."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "_", letters)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 24]}_{name[-23:]}"
    if not re.match(r"[A-Za-z]", name):
        name = "_" + name.lstrip("_")
    return f"{name}_" if re.fullmatch(r"[A-Za-z]{1,3}\d*|[rR]\d*[cC]\d*", name) else name
