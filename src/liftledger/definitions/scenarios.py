"""Scenarios: levers over all lines, and other values of inputs that the case has."""

from collections.abc import Iterator, Sequence

from liftledger.definitions.case_keys import MONTHS
from liftledger.definitions.notes import instead
from liftledger.definitions.record import Record
from liftledger.domain.value import Cost, Line, Scene

LEVERS = ("pace", "overrun", "luck")  # keys of their own
SHARES = ("discount", "margin", "holdout", "decay", "realisation")  # inputs that lie between 0 and 1
LINE = ("effect", "se", "units", "holdout", "realisation", "ramp", "decay")
TIMES = ("start", "end")  # months of the cash-flow
SIGNED = ("effect", "prior_mean", "luck")


def read_scenarios(value: Record, lines: Sequence[Line], costs: Sequence[Cost]) -> tuple[Scene, ...]:
    """Scenarios without mistakes of form."""
    record: Record | None = value.get("scenarios")
    priors: Record | None = value.get("priors")
    known = input_names(lines, costs, margin=value.has("margin"), priors=list(priors or ()))
    sure = all(part is None or part.sound for part in (value.get("lines"), value.get("costs"), priors))
    months: int = value.get("months", MONTHS)
    return tuple(_scene(name, record[name], known, months, sure=sure) for name in record or () if record is not None)


def input_names(lines: Sequence[Line], costs: Sequence[Cost], *, margin: bool, priors: Sequence[str]) -> list[str]:
    """Names of the workings' inputs, where every line is priced; as `finance.workings` has them."""
    found = ["discount", *(["margin"] if margin else []), "pace", "overrun"]
    found += [f"studies.{study}.luck" for study in dict.fromkeys(line.study for line in lines) if study]
    for line in lines:
        own = [key for key in LINE if line.assumed is None or key != "se"]
        own += ["prior_mean", "prior_sd"] if (line.worth_metric if line.worth_by else line.metric) in priors else []
        own += ["worth"] if line.worth is not None or line.worth_from is not None else []
        found += [f"lines.{line.name}.{key}" for key in own]
    for cost in costs:
        found += [f"costs.{cost.name}.{key}" for key in _of_cost(cost)]
    return found


def _of_cost(cost: Cost) -> Iterator[str]:
    yield from ("once", "monthly")
    if cost.per_decision:
        yield from ("per_decision", "decisions")
    if cost.start:
        yield "start"
    if cost.end is not None:
        yield "end"


def _scene(name: str, record: Record, known: Sequence[str], months: int, *, sure: bool) -> Scene:
    """`sure` where all inputs are known, because nothing that makes them was refused."""
    inputs: Record | None = record.get("inputs")
    if name == "base":
        record.refuse(None, ": 'base' is the case itself", "change the case, or give the scenario another name")
    if not record.written or (inputs is not None and not inputs.written):
        record.refuse(None, ": it changes nothing", "add such as `overrun: 1.2`, or remove it")
    for one in inputs or ():
        assert inputs is not None
        _check_input(inputs, one, known, months, sure=sure)
    said = {key: record[key] for key in ("description", *LEVERS, "ranges") if key in record}
    return Scene(name, **said, inputs={} if inputs is None else {one: inputs[one] for one in inputs})


def _check_input(inputs: Record, name: str, known: Sequence[str], months: int, *, sure: bool) -> None:
    if name not in known:
        if sure:
            near = instead(name, known, "")
            cure = near if near.startswith("did") else f"name one such as {known[-1]} or {known[0]}"
            inputs.refuse(name, f": the case has no input '{name}'", cure)
        return
    kind = name.rpartition(".")[2]
    if kind in SHARES and not 0 <= inputs[name] <= 1:
        inputs.refuse(name, f" is {inputs[name]}", f"{kind} lies between 0 and 1 (0% and 100%)")
    elif kind in TIMES and not (inputs[name] == int(inputs[name]) and 0 <= inputs[name] <= months):
        inputs.refuse(name, f" is {inputs[name]}", f"write a whole month of the cash-flow, from 0 to {months}")
    elif kind not in SIGNED and inputs[name] < 0:
        inputs.refuse(name, f" is {inputs[name]}", "it must not be below 0")
