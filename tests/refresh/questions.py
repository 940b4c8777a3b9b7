"""What is asked of the company: facts with their rules, a few metrics of any kind, and studies of any kind over them.

A metric is drawn by its name, so that drawing it again gives another window, condition or cap of the same kind.
"""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.refresh.records import ARMS, DAYS, KEYS, KINDS, START

Definition = dict[str, Any]

WINDOW, LOOKBACK = ("6h", "2d", "7d"), ("2d", "9d")
CAPS: tuple[Definition, ...] = (
    {"high": "p75"},
    {"low": "p5", "high": "p97.5"},
    {"high": 90},
    {"low": -1, "high": 150},
)


def day(number: int) -> str:
    return str((START + timedelta(days=number)).date())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _where(chance: random.Random) -> Definition:
    one, other = map(_quoted, chance.sample(KINDS, 2))
    found = chance.choice(
        [
            None,
            f"kind = {one}",
            f"kind in ({one}, {other}) and not coalesce(paid, false)",
            "amount > 0",
            f"at >= '{day(chance.randrange(DAYS))} 06:00:00'",
        ]
    )
    return {} if found is None else {"where": found}


def _window(chance: random.Random) -> Definition:
    if chance.random() < 0.3:
        return {}
    delay = {"delay": chance.choice(["1h", "1d"])} if chance.random() < 0.2 else {}
    return {"window": chance.choice(WINDOW)} | delay


def _before(chance: random.Random) -> Definition:
    return {"lookback": chance.choice(LOOKBACK)} if chance.random() < 0.6 else {}


def _by(chance: random.Random, kind: str = "kind") -> Definition:
    return {"by": kind} if chance.random() < 0.5 else {}


def _shown(chance: random.Random) -> Definition:
    found = chance.sample(["country", "score", "latest", "started"], chance.choice([0, 0, 1, 2]))
    return {"dimensions": found} if found else {}


def _cap(chance: random.Random) -> Definition:
    return {"cap": chance.choice(CAPS)} if chance.random() < 0.5 else {}


def _both(chance: random.Random) -> Definition:
    return _where(chance) | _window(chance) | _before(chance)


def _time_to(chance: random.Random) -> Definition:
    onset: list[Definition] = [
        {},
        {"from": {"fact": "users", "column": "joined"}},
        {"from": {"fact": "events", "where": f"kind = {_quoted(chance.choice(KINDS))}"}},
        {"from": {"fact": "shown"}},
    ]
    flags = [name for name in ("recurring", "textbook") if chance.random() < 0.4]
    found = {
        "kind": "time_to",
        "fact": "events",
        "horizon": chance.choice(["4d", "9d"]),
        "grid": chance.choice(["6h", "1d"]),
    }
    return found | chance.choice(onset) | _where(chance) | _shown(chance) | dict.fromkeys(flags, True)


def _stays(chance: random.Random) -> Definition:
    onset: list[Definition] = [
        _before(chance),
        {"from": {"fact": "users", "column": "joined"}},
        {"from": {"fact": "events", "where": f"kind = {_quoted(chance.choice(KINDS))}"}},
        {"from": {"fact": "shown"}},
    ]
    found = {
        "kind": "retention",
        "fact": "events",
        "after": chance.choice(["1h", "2d", "5d"]),
        "within": chance.choice(["6h", "1d", "7d"]),
    }
    return found | chance.choice(onset) | _where(chance) | _shown(chance)


DIMENSIONS: Definition = {
    "country": {"fact": "users", "column": "country"},
    "score": {"fact": "users", "column": "score", "bands": {"low": -0.05, "high": 0.9}},
    "latest": {"fact": "events", "column": "items", "at": "start", "bands": {"none": 0, "some": 1}},
}
EVENTS = {"fact": "events"}
METRICS: Mapping[str, Callable[[random.Random], Definition]] = {
    "did": lambda c: {"kind": "conversion", **EVENTS, **_both(c), **_by(c), **_shown(c)},
    "rows_of": lambda c: {"kind": "count", **EVENTS, **_both(c), **_by(c, "way"), **_cap(c)},
    "spent": lambda c: {"kind": "sum", **EVENTS, "value": c.choice(["amount", "abs(amount)", "amount - 2 * amount"]),
                        **_both(c), **_cap(c), **_shown(c)},
    "items": lambda c: {"kind": "sum", **EVENTS, "value": "coalesce(items, 0)", **_both(c), **_by(c)},
    "product": lambda c: {"kind": "sum", **EVENTS, "value": "amount * items", **_both(c)},
    "basket": lambda c: {"kind": "mean", **EVENTS, "value": "items", **_both(c), **_shown(c)},
    "price": lambda c: {"kind": "ratio", **EVENTS, "numerator": "amount",
                        "denominator": {"value": "items", **_where(c)}, **_window(c), **_before(c)},
    "share": lambda c: {"kind": "ratio", **EVENTS, "numerator": {"value": "rows", "where": "paid"},
                        "denominator": "rows", **_window(c), **_shown(c)},
    "pace": lambda c: {"kind": "rate", **EVENTS, "per": "30d", **_both(c), **_by(c), **_shown(c)},
    "first": _time_to,
    "stays": _stays,
    "twice": lambda c: {"kind": "repeat", **EVENTS, **_both(c), **_shown(c)},
    "billed": lambda c: {"kind": "sum", "fact": "bills", "value": "amount", **_window(c), **_before(c), **_cap(c)},
    "settled": lambda c: {"kind": "time_to", "fact": "bills", "horizon": "8d", "grid": "12h"},
    "held": lambda c: {"kind": "sum", "fact": "users", "value": "spend",
                       **c.choice([{}, {"covariate": "before"}, {"covariate": "before", "dimensions": ["country"]}])},
    "seats": lambda c: {"kind": "mean", "fact": "users", "value": "score", "where": "spend > 1000"},
}  # fmt: skip
UNDATED = ("window", "delay", "lookback")  # what a study without dates cannot ask for


def _arms(chance: random.Random) -> Definition:
    arms = list(ARMS[: chance.choice([2, 3])])
    dates: Definition = {"start": day(chance.randrange(4))} if chance.random() < 0.3 else {}
    dates |= {"end": day(DAYS - chance.randrange(1, 12))} if chance.random() < 0.3 else {}
    return {"unit": "user", "assignment": {"fact": "seen", "arm": "arm"}, "control": "plain", "arms": arms} | dates


def _holdout(chance: random.Random) -> Definition:
    return {"kind": "holdout", **_arms(chance), "share": chance.choice(["10%", "1/3"])}


def _experiment(chance: random.Random) -> Definition:
    found: Definition = {"kind": "experiment", **_arms(chance)}
    if chance.random() < 0.2:
        equal = {"plain": "50%", "fancy": "50%"}
        periods = [{"shares": {"plain": "20%", "fancy": "80%"}}, {"from": day(9), "shares": equal}]
        found |= {"arms": list(ARMS[:2]), "shares": periods}
    return found


def _exposed(chance: random.Random) -> Definition:
    where = {"where": "kind = 'a'"} if chance.random() < 0.5 else {}
    return {"kind": "experiment", **_arms(chance), "exposure": {"fact": "shown", **where}}


def _population(chance: random.Random) -> Definition:
    population = chance.choice(
        [{"fact": "events", **_where(chance)}, {"fact": "users", "time": "joined"}, {"fact": "shown"}]
    )
    return {"kind": "observational", "unit": "user", "population": population}


STUDIES: Mapping[str, Callable[[random.Random], Definition]] = {
    "hold": _holdout,
    "trial": _experiment,
    "shown_to": _exposed,
    "found": _population,
    "chosen": lambda c: _arms(c) | {"kind": "observational"},
    "whole": lambda c: {"kind": "experiment", "unit": "user", "assignment": {"fact": "users", "arm": "arm"},
                        "control": "plain", "arms": list(ARMS[:2])},
    "payers": lambda c: {"kind": "observational", "unit": "account", "population": {"fact": "bills"}},
}  # fmt: skip


TERMS = {"discount": "10%", "horizon": "90d"}
BASES: Mapping[str, Callable[[random.Random], Definition]] = {
    "buyers": lambda c: {"kind": "purchases", **EVENTS, "amount": "amount", "category": "way", **_where(c), **TERMS,
                         "grid": c.choice(["1d", "2d"]), "margin": "40%", "dimensions": ["country"]},
    "visitors": lambda c: {"kind": "purchases", **EVENTS, **_where(c), **TERMS},
    "members": lambda c: {"kind": "subscriptions", "fact": "bills", "ends": "until", "amount": "amount", **TERMS},
}  # fmt: skip


FEW = 2  # metrics: such a company has a pilot, where it can have one
PILOT: Definition = {"start": day(2), "end": day(DAYS), "budget": 500}


class Questions:
    """Definitions that a change may draw anew in part."""

    def __init__(self, chance: random.Random) -> None:
        self.metrics = {name: METRICS[name](chance) for name in chance.sample(list(METRICS), chance.choice([2, 3, 4]))}
        self.studies = {name: STUDIES[name](chance) for name in chance.sample(list(STUDIES), chance.choice([1, 2]))}
        names = chance.sample(list(BASES), chance.choice([0, 0, 0, 1]))
        self.customers = {name: BASES[name](chance) for name in names}
        self.settings: Definition = {}  # as_of, confidence, ...
        self.rules = {
            "users": {},
            "seen": {},
            "shown": {},
            "events": _event_rules(chance),
            "bills": _bill_rules(chance),
        }
        self.worth: Definition | None = None

    def definitions(self, places: Mapping[str, Definition]) -> Definition:
        """`places` says where the engine finds each fact."""
        used = self.facts()
        found: Definition = {
            "company": "Lives on",
            "currency": "EUR",
            **self.settings,
            "facts": {name: places[name] | _fact(name) | self.rules[name] for name in KEYS if name in used},
            "units": {"user": {"account": {"fact": "users", "column": "account"}}, "account": {}},
            "dimensions": {name: one for name, one in DIMENSIONS.items() if one["fact"] in used},
            "metrics": self.metrics,
            "studies": {
                name: study | {"metrics": asked}
                for name, study in self.studies.items()
                if (asked := self._asked(study))
            },
        }
        if self.customers:
            found["customers"] = self.customers
        if self.worth is not None and (line := self._line()) is not None:
            found["value"] = self.worth | {"lines": {"line": line}}
        if len(self.metrics) == FEW and (criterion := self._criterion()) is not None:
            spent = {"spent": {"fact": "bills", "amount": "amount"}} if "bills" in used else {}
            found["pilot"] = PILOT | spent | {"criteria": {"harm": criterion}, "leading": list(self.metrics)[:1]}
        return found

    def facts(self) -> set[str]:
        """Facts that something is asked of."""
        found = {"users", *(metric["fact"] for metric in self.metrics.values())}
        found |= {base["fact"] for base in self.customers.values()}
        found |= {metric["from"]["fact"] for metric in self.metrics.values() if "from" in metric}
        for study in self.studies.values():
            found |= {study[part]["fact"] for part in ("assignment", "population", "exposure") if part in study}
        return found | (
            {"events"} if any("latest" in metric.get("dimensions", ()) for metric in self.metrics.values()) else set()
        )

    def _asked(self, study: Definition) -> list[str]:
        """The metrics that such a study can answer; definitions refuse the others."""
        dated = study.get("assignment", {}).get("fact") != "users"
        return [name for name, metric in self.metrics.items() if _of(study, metric) and (dated or _undated(metric))]

    def _criterion(self) -> Definition | None:
        """Of the first study and metric that can be watched from day to day."""
        for study, held in self.studies.items():
            if (
                "fancy" in held.get("arms", ())
                and held["kind"] != "observational"
                and held["assignment"]["fact"] == "seen"
            ):
                for metric in self._asked(held):
                    if _watchable(self.metrics[metric]):
                        return {"rule": "kill", "study": study, "metric": metric, "arm": "fancy", "below": 0}
        return None

    def _line(self) -> Definition | None:
        for study, held in self.studies.items():
            priced = "fancy" in held.get("arms", ()) and set(self._asked(held)) & {"first", "settled", "held"}
            if priced:
                worth = {} if (metric := min(priced)) == "held" else {"worth": 12}
                shape = {
                    "study": study,
                    "metric": metric,
                    "arm": "fancy",
                    "per": "new unit",
                    "units": 40,
                    "basis": "margin",
                }
                return shape | worth
        return None


def _watchable(metric: Definition) -> bool:
    """Whether each unit counts once, whole: definitions refuse the others."""
    percentile = any(str(limit).startswith("p") for limit in metric.get("cap", {}).values())
    return metric["fact"] == "users" or ("window" in metric and not percentile)


def _undated(metric: Definition) -> bool:
    if metric["kind"] in ("rate", "time_to", "retention") or any(name in metric for name in UNDATED):
        return False
    return not {"started", "latest"} & set(metric.get("dimensions", ()))


def _of(study: Definition, metric: Definition) -> bool:
    """Whether the metric is about units of the study: dimensions belong to users."""
    return study["unit"] == "user" or (
        metric["fact"] != "users" and "dimensions" not in metric and "from" not in metric
    )


def _fact(name: str) -> Definition:
    text, money = {"type": "text", "optional": True}, "money"
    time: Definition = {} if name == "users" else {"time": "at"}
    columns: dict[str, Definition] = {
        "users": {
            "account": text,
            "country": text,
            "score": {"type": "decimal", "scale": 2, "optional": True},
            "joined": "time",
            "arm": "text",
            "spend": money,
            "before": money,
        },
        "seen": {"arm": "text"},
        "shown": {"kind": "text"},
        "events": {
            "kind": "text",
            "way": text,
            "amount": money,
            "items": {"type": "integer", "optional": True},
            "paid": {"type": "boolean", "optional": True},
        },
        "bills": {"amount": money, "until": {"type": "time", "optional": True}},
    }
    return {"unit": KEYS[name], "keyed_by": KEYS[name], **time, "columns": columns[name]}


def _event_rules(chance: random.Random) -> Definition:
    one, other = map(_quoted, chance.sample(KINDS, 2))
    found: Definition = {"id": "event"} if chance.random() < 0.5 else {}
    if chance.random() < 0.3:
        found["merge"] = [{"same": ["kind"], "differs": ["way"], "within": "7d"}, {"same": ["way", "items"]}][
            : chance.choice([1, 2])
        ]
    if chance.random() < 0.6:
        found["on_bad_row"] = "reject"
        if chance.random() < 0.3:
            found["impossible"] = [{"row": f"kind = {one}", "after": f"kind = {other} and amount > 0"}]
        if chance.random() < 0.5:
            found["must"] = [f"kind <> {one} or coalesce(items, 0) >= 0"]
    if chance.random() < 0.3:
        found["through"] = day(DAYS + chance.randrange(3))
    return found


def _bill_rules(chance: random.Random) -> Definition:
    found: Definition = {"id": "bill"} if chance.random() < 0.5 else {}
    return found | ({"through": day(DAYS + 6)} if chance.random() < 0.5 else {})
