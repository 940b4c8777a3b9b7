"""The folder of a simulated company: records, definitions, the truth and a README."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import msgspec

from liftledger.domain.grouping import grouped
from liftledger.simulate.aside import aside
from liftledger.simulate.company import calendar, costs, standing
from liftledger.simulate.company.block import blocks
from liftledger.simulate.company.effects import NAMES, Effects
from liftledger.simulate.company.model import BASELINE, BEGIN, DAY, YEAR, Model
from liftledger.simulate.company.parquet import Tables
from liftledger.simulate.company.records import records
from liftledger.simulate.company.truth import truth

TEMPLATES = Path(__file__).parent
FEWEST, MOST = 1_000, 20_000_000  # users; fewer leave some files without rows
FLAWS = {"sample_ratio": 0.3}  # share of each study's treated units whose assignments were not recorded
PILOT_LEFT = 90 * DAY  # from the end of the records to that of the pilot
UNCHANGED = ("program.unsubscribed.personalized", "onboarding.unsubscribed.guided")  # alike in all arms
WORTH = {"access": "8", "billing": "12.50", "bug": "30", "usage": "9"}  # what a contact costs, USD
PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,6})?)%")


def ordered(users: int, effects: Sequence[str], holdout: str, days: int | None, flaw: str | None) -> Model:
    """The model of a company as somebody spells it; ValueError says what is wrong and what would do."""
    if not FEWEST <= users <= MOST:
        raise ValueError(f"users is {users}; it must be from {FEWEST} to {MOST}")
    share = PERCENT.fullmatch(holdout)
    if share is None:
        raise ValueError(f"holdout is {holdout!r}; write a share such as 10%")
    return Model(
        users=users,
        days=YEAR if days is None else days,
        holdout=float(share[1]) / 100,
        effects=Effects.parse(effects),
        lost=0.0 if flaw is None else FLAWS[flaw],
    )


def write_company(folder: Path, model: Model, *, seed: int) -> tuple[Path, ...]:
    """Write a company into a new or empty folder, block by block; return what stands in it.

    All of it or, on a mistake, nothing. Raises FileExistsError where something is in the way.
    """
    with aside(folder) as made:
        described = _records(made / "data", model, seed)
        texts = {
            "README.md": _filled("README.md", _facts(model) | {"tables": "\n".join(described)}),
            "liftledger.yaml": _filled("liftledger.yaml", _facts(model)),
            "truth.json": json.dumps(_truth(model, seed), indent=2) + "\n",
            ".gitignore": "report/\n",
        }
        for name, text in texts.items():
            (made / name).write_bytes(text.encode())
        names = [*sorted(texts), *(f"data/{fact.name}" for fact in sorted((made / "data").iterdir()))]
    return tuple(folder / name for name in names)


def _records(folder: Path, model: Model, seed: int) -> list[str]:
    """Writes all records; the lines of the README's table about them."""
    rows: dict[str, int] = {}
    columns: dict[str, list[str]] = {}
    with Tables(folder) as tables:
        for block in blocks(model, seed):
            for fact, table in records(model, seed, block).items():
                columns[fact] = list(table)
                rows[fact] = rows.get(fact, 0) + tables.write(fact, block.number, table)
        begin = int(BEGIN.timestamp())
        booked = costs.book(model.users, begin=begin, start=model.start, until=model.as_of)
        columns["costs"] = list(booked)
        rows["costs"] = tables.write("costs", 0, booked)
    return [
        f"| `{fact}` | {grouped(rows[fact])} | {', '.join(f'`{name}`' for name in columns[fact])} |" for fact in rows
    ]


def _filled(name: str, facts: dict[str, str]) -> str:
    return Template((TEMPLATES / name).read_text(encoding="utf-8")).substitute(facts)


def _facts(model: Model) -> dict[str, str]:
    """What the texts say of this company."""
    study_months = model.days / 30
    new_users = model.users * calendar.signed_up(model)[BASELINE:].sum() / calendar.signed_up(model).sum()
    new_accounts = calendar.accounts(model) * calendar.founded(model)[BASELINE:].sum()
    build, serving = float(_round(850 * model.users**0.5)), float(_round(1_000 + 0.1 * model.users))
    accounts = float(_round(new_accounts / study_months))
    return {
        "users": str(model.users),
        "new_users": _round(new_users / study_months),
        "new_accounts": f"{accounts:.0f}",
        "half_accounts": _round(accounts / 2),
        "acquisition": _round(900 * accounts),  # what it spends to win them, USD a month
        "build": f"{build:.0f}",
        "build_high": _round(1.5 * build),
        "serving": f"{serving:.0f}",
        "buy": _round(2 * serving),
        "budget": _round(build + 24 * serving),
        "worth": ", ".join(f"{category}: {amount}" for category, amount in WORTH.items()),
        "holdout": f"{100 * model.holdout:.6g}%",
        "first_day": BEGIN.date().isoformat(),
        "start": _day(model.start),
        "last_day": _day(model.as_of - DAY),
        "end": _day(model.as_of + PILOT_LEFT),
        "effects": "\n".join(f"- {line}" for line in _effects(model)) or "- nothing: the arms differ by chance alone",
    }


def _effects(model: Model) -> Iterator[str]:
    for effect in model.effects.effects:
        whom = f" of accounts on plan {effect.plan}" if effect.plan else ""
        fades = f"; what starts a month later loses {100 * effect.decay:.6g} % of it" if effect.decay else ""
        yield f"`{effect.name}` {100 * effect.change:+.6g} %{whom}: {NAMES[effect.name]}{fades}"
    if model.lost:
        yield f"a flaw: {100 * model.lost:.6g} % of the treated units' assignments were not recorded"


def _truth(model: Model, seed: int) -> dict[str, Any]:
    """True effects by the ids of estimates without their methods; of customers by base, study, arm and part."""
    estimands = truth(model) | dict.fromkeys(UNCHANGED, 0.0)
    estimands["program.fewer_tickets_worth.personalized"] = sum(
        float(amount) * estimands[f"program.tickets_per_month_{category}.personalized"]
        for category, amount in WORTH.items()
    )
    customers = standing.truth(model)
    return {"estimands": estimands, "customers": customers, "parameters": {"seed": seed, **msgspec.to_builtins(model)}}


def _round(value: float) -> str:
    """Two significant digits, as a plan would have it; at least 1."""
    return f"{max(1, float(f'{value:.2g}')):.0f}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
