"""Keys of `value`: benefit lines, costs, priors and the rates that make a cash-flow of them."""

from typing import get_args

from liftledger.definitions import values as v
from liftledger.definitions.shapes import Either, Items, Key, Names, Section
from liftledger.domain.value import Basis, Per

MONTHS_MAX = 120

LINE = Section(
    "a line",
    (
        Key("study", v.any_name, "The study that measured the effect.", required=True),
        Key("metric", v.any_name, "The metric of that study whose effect is priced.", required=True),
        Key("mark", v.positive_duration, "Of a time_to metric: the share by this time; its horizon where left out."),
        Key("arm", v.any_name, "The arm that is rolled out; may be left out if there is only one."),
        Key("per", v.choice(*get_args(Per)), "What the effect is counted for.", required=True),
        Key("units", v.positive_amount, "How many of them: new a month, at any time, or each time.", required=True),
        Key(
            "worth",
            Either(
                "an amount, or a mapping of categories to amounts",
                value=v.positive_amount,
                mapping=Names(v.amount, "a mapping of categories to amounts", v.any_name, "a category"),
            ),
            "Money for one more (where lower is better, one fewer) of the metric; money metrics are worth themselves.",
        ),
        Key("basis", v.choice(*get_args(Basis)), "What the money is; revenue is taken at the margin.", required=True),
        Key(
            "months",
            Items(v.whole_number(1, MONTHS_MAX, "a month"), "a list of months, 1 the first"),
            "Months of the cash-flow in which it is run.",
            required=True,
            only=("campaign",),
        ),
        Key("ramp", v.whole_number(0, MONTHS_MAX, "a number of months"), "Months until the full effect; 0: at once."),
        Key("decay", v.loss, "Share of the effect that is lost each month; 0 where left out."),
        Key("realisation", v.positive_percentage, "Share of the measured effect that is expected; 1 where left out."),
        Key("description", v.description, "For the reader of the report."),
    ),
    tag="per",
)

COST = Section(
    "a cost",
    (
        Key("category", v.text, "Under which it is shown, in words of your own.", required=True),
        Key("once", v.amount, "Amount at the beginning."),
        Key("monthly", v.amount, "Amount at each month's end."),
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

VALUE = Section(
    "value",
    (
        Key("margin", v.positive_percentage, "Gross margin, from finance; needed where a line's basis is revenue."),
        Key("discount", v.percentage, "Annual effective rate at which later money counts less.", required=True),
        Key("months", v.whole_number(1, MONTHS_MAX, "a number of months"), "Length of the cash-flow; 36 if left out."),
        Key("lines", Names(LINE, "a mapping of names to benefit lines", v.name, "a line"), "Benefits.", required=True),
        Key("costs", Names(COST, "a mapping of names to costs", v.name, "a cost"), "Costs.", required=True),
        Key(
            "priors",
            Names(PRIOR, "a mapping of metrics to priors", v.name, "a prior"),
            "What was believed of an effect before it was measured; shrinks it in the cash-flow only.",
        ),
    ),
)
