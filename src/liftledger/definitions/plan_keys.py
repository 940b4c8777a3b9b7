"""Every key of a plan: `value` as in liftledger.yaml, with lines whose effects are assumed."""

from liftledger.definitions import values as v
from liftledger.definitions.amount_keys import POSITIVE, SOURCE
from liftledger.definitions.shapes import Key, Names, Section
from liftledger.definitions.value_keys import AROUND, BASIS, BENEFIT, COSTS, COURSE, HOLDOUT, PER, RATES, UNITS

EFFECT = Section(
    "an assumed effect",
    (
        Key("value", v.effect, "The effect: treated minus not treated.", required=True),
        Key("low", v.effect, "The least that is plausible; at most the value.", required=True),
        Key("high", v.effect, "The most that is plausible; at least the value.", required=True),
        *SOURCE,
    ),
    short="value",
    beside=True,
)

ASSUMED = Section(
    "an assumed line",
    (
        BENEFIT,
        Key("effect", EFFECT, "What the treatment is assumed to change, for one unit.", required=True),
        Key("unit", v.text, "Of the effect: share, the currency, tickets, ...", required=True),
        Key("better", v.choice("higher", "lower"), "Which way is good; higher where left out."),
        PER,
        UNITS,
        HOLDOUT,
        Key("worth", POSITIVE, "Money for one more (where lower is better, one fewer); of money, left out."),
        BASIS,
        *COURSE,
    ),
    tag="per",
)

LINES = Key(
    "lines", Names(ASSUMED, "a mapping of names to assumed lines", v.name, "a line"), "Benefits.", required=True
)

PLANNED = Section(
    "the value of a plan",
    (
        *RATES,
        LINES,
        COSTS,
        *AROUND,
    ),
)

PLAN = Section(
    "a plan",
    (
        Key("company", v.text, "Whose case it is.", required=True),
        Key("currency", v.currency, "Currency of all amounts.", required=True),
        Key("as_of", v.instant, "Day as of which the plan holds.", required=True),
        Key("confidence", v.confidence, "Of the intervals; 0.95 where left out."),
        Key("description", v.description, "What is planned, for the reader of the case."),
        Key("value", PLANNED, "What the effects are worth, and what the personalization costs.", required=True),
    ),
)
