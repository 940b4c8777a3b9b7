"""Keys of `pilot`: its times and money, what ends it, and what releases its tranches."""

from typing import get_args

from liftledger.definitions import values as v
from liftledger.definitions.shapes import Items, Key, Names, Section
from liftledger.domain.pilot import Criterion

RULES = get_args(Criterion.__annotations__["rule"])
NAMES = Items(v.any_name, "a list of names")

SPENT = Section(
    "a spending",
    (
        Key("fact", v.any_name, "A dated fact with a row for each amount that was spent.", required=True),
        Key("amount", v.any_name, "Its column of money.", required=True),
    ),
)

CRITERION = Section(
    "a criterion",
    (
        Key("rule", v.choice(*RULES), "What follows once it is proven.", required=True),
        Key("study", v.any_name, "The study whose effect is watched."),
        Key("metric", v.any_name, "The metric of that study."),
        Key("arm", v.any_name, "The arm; may be left out if there is only one."),
        Key("line", v.any_name, "Instead of study, metric and arm: a benefit line, watched in money a month."),
        Key("below", v.effect, "It is proven once the effect is below this."),
        Key("above", v.effect, "It is proven once the effect is above this."),
        Key("alpha", v.alpha, "Chance, over all looks, that it is proven by accident; 5% where left out."),
        Key(
            "tuned_for",
            v.whole_number(1, 999_999_999, "a number of units"),
            "Units at which the boundary is narrowest; 5000 where left out.",
        ),
    ),
)

TRANCHE = Section(
    "a tranche",
    (
        Key("amount", v.positive_amount, "Money that it releases.", required=True),
        Key("date", v.day, "From when on.", required=True),
        Key("needs", NAMES, "Criteria that must stand well."),
    ),
)

PILOT = Section(
    "a pilot",
    (
        Key("start", v.day, "First day.", required=True),
        Key("end", v.day, "Day of the last look.", required=True),
        Key("budget", v.positive_amount, "The most that may be spent.", required=True),
        Key("spent", SPENT, "What was spent; where left out, the declared costs, day by day."),
        Key("segment", v.description, "For whom, in words."),
        Key(
            "criteria",
            Names(CRITERION, "a mapping of names to criteria", v.name, "a criterion"),
            "What ends the pilot, for ill or good; one at least kills it.",
            required=True,
        ),
        Key("leading", NAMES, "Metrics to look at, and never to decide by."),
        Key("tranches", Names(TRANCHE, "a mapping of names to tranches", v.name, "a tranche"), "Money, step by step."),
    ),
)
