"""Keys of what stands around benefits and costs: scenarios, decision, acquisition, options, risks, reviews, times."""

from liftledger.definitions import values as v
from liftledger.definitions.amount_keys import AMOUNT, POSITIVE, given
from liftledger.definitions.shapes import Key, Names, Section

MONTHS = 36  # of the cash-flow, where nothing is said
MONTHS_MAX = 120
LEVELS = v.choice("low", "medium", "high")
months = v.whole_number(0, MONTHS_MAX, "a number of months")

SCENE = Section(
    "a scenario",
    (
        Key("description", v.description, "For the reader of the report."),
        Key("luck", v.bound, "Standard errors by which all effects are better than expected; 0 where left out."),
        Key("pace", v.positive_amount, "Gains take so many times as long; 1 where left out."),
        Key("overrun", v.positive_amount, "Costs are so many times as high; 1 where left out."),
        Key("ranges", v.choice("low", "high"), "Every declared range at its worse (low) or better (high) end."),
        Key(
            "inputs",
            Names(v.effect, "a mapping of inputs to numbers", v.any_name, "an input"),
            "Other values of single inputs, by their names in the report, such as lines.NAME.units.",
        ),
    ),
)

DECISION = Section(
    "a decision",
    (
        Key("scale", v.positive_percentage, "Scale where P(NPV > 0) is at least this; 90% where left out."),
        Key("stop", v.percentage, "Stop where it is at most this, and a test costs more than it is worth; 20%."),
        Key("test_monthly", v.amount, "What a month of testing on costs, the holdout included; 0 where left out."),
        Key("test_months", v.whole_number(1, MONTHS_MAX, "a number of months"), "The longest test; 12 if left out."),
    ),
)

ACQUISITION = Section(
    "an acquisition",
    (
        Key("spend", POSITIVE, "Sales and marketing of a month, fully loaded.", required=True),
        Key("customers", POSITIVE, "New customers that it brings a month.", required=True),
        Key("revenue", POSITIVE, "Monthly revenue of a new customer.", required=True),
        Key("base", v.any_name, "Customer base whose value stands beside what a customer costs."),
    ),
)

OPTION = Section(
    "an option",
    (
        Key("description", v.description, "For the reader of the report."),
        Key("once", AMOUNT, "Amount at the beginning."),
        Key("monthly", AMOUNT, "Amount at each month's end."),
        Key("staff", AMOUNT, "People that it takes, as full-time equivalents."),
        Key("staff_cost", POSITIVE, "What one of them costs a month."),
        Key("ramp", months, "Months until it serves; 0 where left out."),
        Key("exit", AMOUNT, "Amount at the end."),
        Key("delay", given(v.percentage), "Probability of a delay."),
        Key("delay_months", v.whole_number(1, MONTHS_MAX, "a number of months"), "How long it would then be."),
    ),
)

RISK = Section(
    "a risk",
    (
        Key("description", v.description, "What may happen.", required=True),
        Key("likelihood", LEVELS, "How likely it is."),
        Key("impact", LEVELS, "How much it would matter."),
        Key("response", v.description, "What is done about it."),
        Key("owner", v.text, "Who looks after it."),
    ),
)

REVIEW = Section(
    "a review",
    (
        Key("role", v.text, "Sponsor, legal, works council, ...", required=True),
        Key("name", v.text, "Who it is."),
        Key("date", v.day, "When they looked at it; left out while it is to be done."),
    ),
)

TIMELINE = Section(
    "a timeline",
    (
        Key("start", v.day, "End of month 0.", required=True),
        Key("year_end", v.whole_number(1, 12, "a month"), "Last month of the fiscal year; 12 where left out."),
        Key(
            "contract_months",
            v.whole_number(1, MONTHS_MAX, "a number of months"),
            "Length of a contract, recognised in equal parts; 12 where left out.",
        ),
        Key("sales_months", months, "Months from going live to bookings; 0 where left out."),
    ),
)
