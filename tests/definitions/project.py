"""A small sound project to change, one mistake at a time."""

from pathlib import Path

from liftledger.definitions import read
from liftledger.domain.mistake import Mistakes
from liftledger.domain.project import Project

SOUND = """\
company: acme
currency: USD
facts:
  orders:
    files: data/orders-*.csv.gz
    unit: user_id
    time: ordered_at
    columns:
      amount: money
      quantity: integer
      gift: boolean
  users:
    files: users.parquet
    unit: id
    columns: {age: integer, spend_before: money, joined: time}
dimensions:
  country: {fact: users, column: country}
metrics:
  revenue: {kind: sum, fact: orders, value: amount, window: 30d}
studies:
  email:
    kind: experiment
    assignment: {fact: users, column: variant, time: joined}
    control: off
    arms: [off, on]
"""


def written(folder: Path, text: str = SOUND, **studies: str) -> Path:
    """The folder with the definitions in it."""
    (folder / "liftledger.yaml").write_text(text, encoding="utf-8")
    for name, study in studies.items():
        (folder / "studies").mkdir(exist_ok=True)
        (folder / "studies" / f"{name}.yaml").write_text(study, encoding="utf-8")
    return folder


def project(folder: Path, text: str = SOUND, **studies: str) -> Project:
    return read(written(folder, text, **studies))


CASE = """\
company: acme
currency: USD
facts:
  events:
    files: events.parquet
    unit: user_id
    time: at
    must: "amount >= 0"
    impossible: [{row: "name = 'upgraded'", after: "name = 'left'"}]
    columns: {amount: money, fee: {type: money, currency: EUR}}
  tickets:
    files: tickets.parquet
    unit: user_id
    time: opened_at
    merge:
      - {same: [ticket_id]}
      - {same: [category], differs: [channel], within: 7d}
    columns: {pages: integer, score: {type: decimal, scale: 2}}
  models: {files: models.parquet, unit: user_id, time: at, columns: {maturity: {type: decimal, scale: 2}}}
  users: {files: users.parquet, unit: user_id, columns: {signed_up: time, age: integer}}
  arms: {files: arms.parquet, unit: user_id, time: at}
dimensions:
  maturity: {fact: models, column: maturity, at: start, bands: {mature: 0.7, new: 0, growing: 0.40}}
metrics:
  ttv:
    {kind: time_to, fact: events, where: "name = 'active'", from: {fact: users, column: signed_up}, horizon: 30d,
    marks: [7d], better: lower}
  tickets_a_month: {kind: rate, fact: tickets, per: 30d, by: category, better: lower}
  offered: {kind: conversion, fact: events, where: "name = 'offered'", window: 90d}
  revenue:
    {kind: sum, fact: events, value: amount, where: "name = 'upgraded'", window: 90d, dimensions: [started, maturity]}
  basket: {kind: mean, fact: events, value: amount, window: 90d}
  capped: {kind: sum, fact: events, value: amount, window: 90d, cap: p99}
  clicks: {kind: count, fact: tickets, window: 90d}
studies:
  guide: {kind: experiment, assignment: {fact: arms, arm: arm}, control: off, arms: [off, on]}
  many:
    {kind: experiment, assignment: {fact: arms, arm: other}, control: off, arms: [off, on, more], metrics: [offered]}
  all: {kind: observational, population: arms}
questions:
  expansion: {study: guide, metric: revenue, funnel: [offered]}
  time_to_value: {study: guide, metric: ttv, arm: on, maturity: maturity}
  tickets: {study: guide, metric: tickets_a_month}
value:
  margin: 80%
  discount: 10%
  months: 24
  lines:
    faster:
      {study: guide, metric: ttv, mark: 7d, per: new unit, units: 1200, worth: 40, basis: margin,
      ramp: 3, decay: 3%, realisation: 90%}
    fewer:
      {study: guide, metric: tickets_a_month, per: unit-month, units: 20000, basis: saving,
      worth: {billing: 12.50, Bug: 30}}
    gain: {study: guide, metric: revenue, arm: on, per: campaign, months: [12, 1], units: 300, basis: revenue}
  costs:
    build: {category: engineering, once: 120000}
    serving: {category: infrastructure, monthly: 4000.50}
  priors:
    revenue: {mean: 0, sd: 20, source: A   guess.}
    ttv: {mark: 7d, mean: 0, sd: 0.02}
truth: truth.json
"""  # everything that can be said of time to value, of questions and of money


def changed(*changes: tuple[str, str], text: str = SOUND) -> str:
    """The text with each first part replaced by the second."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes(folder: Path, text: str, **studies: str) -> list[str]:
    """What is wrong with it, as people read it."""
    try:
        read(written(folder, text, **studies))
    except Mistakes as found:
        return [str(mistake) for mistake in found.mistakes]
    return []


REVENUE = "  revenue: {kind: sum, fact: orders, value: amount, window: 30d}\n"


def with_metric(*lines: str) -> str:
    """SOUND with further metrics; the first of them stands on line 20."""
    return changed((REVENUE, REVENUE + "".join(f"  {line}\n" for line in lines)))


def with_study(text: str) -> str:
    """SOUND with another study; `kind` stands on line 22."""
    head, _ = SOUND.split("  email:\n")
    return head + "  email:\n" + "".join(f"    {line}\n" for line in text.strip().splitlines())


def line_of(text: str, part: str) -> int:
    """The line of a text on which a part of it first stands."""
    return text[: text.index(part)].count("\n") + 1
