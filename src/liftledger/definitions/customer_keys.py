"""Keys under `customers`: whose purchases, or whose subscriptions, are followed and valued."""

from msgspec.structs import replace

from liftledger.definitions import values as v
from liftledger.definitions.shapes import Items, Key, Section

PURCHASES, SUBSCRIPTIONS = ("purchases",), ("subscriptions",)
APART = (
    "a subscription is known to have ended, and who just buys leaves without a word, so that each needs a model "
    "of its own"
)

ENDS = replace(v.any_name, takes="a column of type time, blank while the subscription goes on")

BASE = Section(
    "a customer base",
    (
        Key(
            "kind",
            v.choice(*PURCHASES, *SUBSCRIPTIONS),
            "Whether customers buy when they like, or subscribe until they leave.",
            required=True,
        ),
        Key(
            "fact",
            v.any_name,
            "A dated fact: a row a purchase, or a row a subscription from its start; may be left out if there is one.",
        ),
        Key("unit", v.name, "Kind of unit that the customers are, where it is not that of the fact."),
        Key("where", v.expression, "Condition that rows must pass."),
        Key(
            "amount",
            v.expression,
            "Money in each row: what was paid; or what the subscription brings a month, needed there.",
        ),
        Key("category", v.any_name, "A text column: what was bought.", only=PURCHASES),
        Key(
            "grid",
            v.whole_days,
            "Rows of a customer within one step are one purchase; 1d where left out.",
            only=PURCHASES,
        ),
        Key("ends", ENDS, "Column that says when the subscription ended.", required=True, only=SUBSCRIPTIONS),
        Key("plan", v.any_name, "A text column: what is subscribed to.", only=SUBSCRIPTIONS),
        Key("margin", v.positive_percentage, "Gross margin, from finance; that under value where left out."),
        Key(
            "discount",
            v.percentage,
            "Annual effective rate at which later money counts less; that under value where left out.",
        ),
        Key("horizon", v.positive_duration, "How far ahead customers are valued.", required=True),
        Key("dimensions", Items(v.any_name, "a list of names"), "Dimensions by which customers are also shown."),
    ),
    tag="kind",
    apart=APART,
)
