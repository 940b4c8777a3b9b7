"""Keys of `value`: benefit lines, costs, priors and the rates that make a cash-flow of them."""

from typing import get_args

from liftledger.definitions import values as v
from liftledger.definitions.amount_keys import AMOUNT, POSITIVE, SOURCE, given
from liftledger.definitions.case_keys import (
    ACQUISITION,
    DECISION,
    MONTHS_MAX,
    OPTION,
    REVIEW,
    RISK,
    SCENE,
    TIMELINE,
    months,
)
from liftledger.definitions.shapes import Either, Items, Key, Names, Section
from liftledger.domain.checklist import CHECKLIST
from liftledger.domain.value import Basis, Benefit, Per

WORTH_OF = Section(
    "a worth of customers",
    (
        Key("customers", v.any_name, "The customer base.", required=True),
        Key("as", v.choice("lifetime", "replacement"), "What they bring, or what replacing one costs.", required=True),
    ),
)

BENEFIT = Key("benefit", v.choice(*get_args(Benefit)), "What the line is good for; says what it may not be added to.")
PER = Key("per", v.choice(*get_args(Per)), "What the effect is counted for.", required=True)
UNITS = Key("units", POSITIVE, "How many of them: new a month, at any time, or each time.", required=True)
HOLDOUT = Key("holdout", given(v.holdout), "Share of the units that stays without treatment; 0 where left out.")
BASIS = Key("basis", v.choice(*get_args(Basis)), "What the money is; revenue is taken at the margin.", required=True)
COURSE = (
    Key(
        "months",
        Items(v.whole_number(1, MONTHS_MAX, "a month"), "a list of months, 1 the first"),
        "Months of the cash-flow in which it is run.",
        required=True,
        only=("campaign",),
    ),
    Key("ramp", given(months), "Months until the full effect; 0: at once."),
    Key("decay", given(v.loss), "Share of the effect that is lost each month; 0 where left out."),
    Key(
        "realisation", given(v.positive_percentage), "Share of the measured effect that is expected; 1 where left out."
    ),
    Key("description", v.description, "For the reader of the report."),
)

LINE = Section(
    "a line",
    (
        BENEFIT,
        Key("study", v.any_name, "The study that measured the effect.", required=True),
        Key("metric", v.any_name, "The metric of that study whose effect is priced.", required=True),
        Key("mark", v.positive_duration, "Of a time_to metric: the share by this time; its horizon where left out."),
        Key("arm", v.any_name, "The arm that is rolled out; may be left out if there is only one."),
        Key("program", v.boolean, "Whether the study is the program's own holdout, which contains all other studies."),
        Key("under", v.any_name, "Line of the program under whose holdout the study runs: only reconciled to it."),
        PER,
        UNITS,
        HOLDOUT,
        Key(
            "worth",
            Either(
                "an amount, or a mapping of categories to amounts",
                value=v.positive_amount,
                mapping=Names(AMOUNT, "a mapping of categories to amounts", v.any_name, "a category"),
                holding=(POSITIVE, WORTH_OF),
            ),
            "Money for one more (where lower is better, one fewer) of the metric; money metrics are worth themselves.",
        ),
        BASIS,
        *COURSE,
    ),
    tag="per",
)

COST = Section(
    "a cost",
    (
        Key("category", v.text, "Of the checklist, or in words of your own.", required=True),
        Key(
            "covers",
            Items(v.choice(*CHECKLIST), "a list of categories of the checklist"),
            "Categories of the checklist that it is for, besides its own.",
        ),
        Key("once", AMOUNT, "Amount in the month `start`."),
        Key("monthly", AMOUNT, "Amount at each month's end."),
        Key("per_decision", AMOUNT, "Amount for each decision."),
        Key("decisions", AMOUNT, "Decisions a month."),
        Key("start", months, "Month of `once`, and before which nothing runs; 0, the beginning, where left out."),
        Key(
            "end", v.whole_number(1, MONTHS_MAX, "a month"), "Last month in which it runs; the last of all if left out."
        ),
        *SOURCE,
        Key("capitalise", v.boolean, "Whether it may be an asset, which the controller decides."),
        Key("infrastructure", v.boolean, "Whether it counts as a dollar of infrastructure."),
        Key("description", v.description, "For the reader of the report."),
    ),
)

PRIOR = Section(
    "a prior",
    (
        Key("mark", v.positive_duration, "Of a time_to metric: the share by this time; its horizon where left out."),
        Key("mean", v.number, "Expected effect, in the metric's unit.", required=True),
        Key("sd", v.positive_number, "How far off it may well be, in the same unit.", required=True),
        Key("source", v.description, "Where it comes from."),
    ),
)

RATES = (
    Key("margin", given(v.positive_percentage), "Gross margin, from finance; needed where a line's basis is revenue."),
    Key("discount", given(v.rate), "Annual effective rate at which later money counts less.", required=True),
    Key("months", v.whole_number(1, MONTHS_MAX, "a number of months"), "Length of the cash-flow; 36 if left out."),
)
LINES = Key("lines", Names(LINE, "a mapping of names to benefit lines", v.name, "a line"), "Benefits.", required=True)
COSTS = Key("costs", Names(COST, "a mapping of names to costs", v.name, "a cost"), "Costs.", required=True)
PRIORS = Key(
    "priors",
    Names(PRIOR, "a mapping of metrics to priors", v.name, "a prior"),
    "What was believed of an effect before it was measured; shrinks it in the cash-flow only.",
)
AROUND = (
    Key("acquisition", ACQUISITION, "What new customers cost."),
    Key("options", Names(OPTION, "a mapping of names to options", v.name, "an option"), "Build, buy or open source."),
    Key("scenarios", Names(SCENE, "a mapping of names to scenarios", v.name, "a scenario"), "Other courses."),
    Key("decision", DECISION, "When to scale and when to stop, and what testing on costs."),
    Key("timeline", TIMELINE, "When revenue is recognised."),
    Key("risks", Names(RISK, "a mapping of names to risks", v.name, "a risk"), "What may go wrong."),
    Key("reviews", Items(REVIEW, "a list of mappings, each with role"), "Who sponsors the case, and who looked at it."),
)

VALUE = Section("value", (*RATES, LINES, COSTS, PRIORS, *AROUND))
