"""Keys of an amount: alone, or with its range and where it comes from."""

from typing import get_args

from liftledger.definitions import values as v
from liftledger.definitions.shapes import Key, Section, Value
from liftledger.domain.workings import Source

SOURCE = (
    Key("source", v.choice(*get_args(Source)), "Where it comes from; assumption where left out."),
    Key("owner", v.text, "Who answers for it."),
    Key("date", v.day, "As of when it holds; needed where the source is contract or finance."),
    Key("note", v.description, "What else there is to say of it."),
)


def given(value: Value) -> Section:
    """A value that may also be written as a mapping."""
    keys = (
        Key("value", value, "The amount itself.", required=True),
        Key("low", value, "The least that is plausible; at most the value."),
        Key("high", value, "The most that is plausible; at least the value."),
        *SOURCE,
    )
    return Section("an amount", keys, short="value", beside=True)


AMOUNT = given(v.amount)
POSITIVE = given(v.positive_amount)
