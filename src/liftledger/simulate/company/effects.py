"""Effects: what personalization changes in the simulated company, by how much, for whom, and how fast it fades."""

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from liftledger.simulate.company.plans import CATEGORIES, PLANS

NAMES = {
    "ttv": "time from signup to activation, of guided users who activate",
    "activation": "share of guided users who ever activate",
    "tickets": "tickets of personalized users, in every category",
    **{f"tickets.{category}": f"tickets of personalized users about {category}" for category in CATEGORIES},
    "expansion": "share of accounts with model-driven offers that upgrade",
    "spend": "revenue of an expansion that a model-driven offer led to",
    "churn": "hazard of cancelling after such an expansion",
}
SPELLING = re.compile(r"([^@=]+)(?:@([^=]+))?=([+-]?\d+(?:\.\d+)?)%(?:~(\d+(?:\.\d+)?)%)?")
EXAMPLES = "ttv=-30%, tickets.billing=+20%, ttv@free=+10% or ttv=-30%~5%"
MOST = 900  # percent


class Effect(msgspec.Struct, frozen=True):
    """A multiplier, 1 + change, of what `name` stands for.

    Each calendar month from the studies' start to a unit's start takes the share `decay` of its logarithm away.
    """

    name: str
    change: float  # -0.3 is 30 % less
    plan: str | None = None  # only of this plan
    decay: float = 0.0  # share lost a month


class Effects(msgspec.Struct, frozen=True):
    """All effects of a company; what is not named has none."""

    effects: tuple[Effect, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Effects":
        """Of `NAME[@PLAN]=CHANGE%[~DECAY%]`; ValueError says what is wrong and what would do."""
        effects = tuple(_effect(text.strip()) for text in texts)
        seen: set[tuple[str, str | None]] = set()
        for effect in effects:
            if (effect.name, effect.plan) in seen:
                raise ValueError(f"effect {_spelt(effect.name, effect.plan)!r} is given twice; give it once")
            seen.add((effect.name, effect.plan))
        return cls(effects)

    def of(self, name: str, plan: str) -> Effect:
        """The most special effect there is: of the category before that of all tickets, then of the plan."""
        by_key = {(effect.name, effect.plan): effect for effect in self.effects}
        for known in dict.fromkeys((name, name.partition(".")[0])):
            for whom in (plan, None):
                if (known, whom) in by_key:
                    return by_key[known, whom]
        return Effect(name, 0.0)


def _effect(text: str) -> Effect:
    match = SPELLING.fullmatch(text)
    if match is None:
        raise ValueError(f"effect {text!r} is not NAME[@PLAN]=CHANGE%[~DECAY%]; write it like {EXAMPLES}")
    name, plan, change, decay = match.groups()
    if name not in NAMES:
        raise ValueError(f"effect {text!r}: no effect is called {name!r}; known are {', '.join(NAMES)}")
    if plan is not None and plan not in (known := [one.name for one in PLANS]):
        raise ValueError(f"effect {text!r}: no plan is called {plan!r}; known are {', '.join(known)}")
    if not -100 < float(change) <= MOST:
        raise ValueError(f"effect {text!r}: {change} % is not above -100 % and at most +{MOST} %")
    if decay is not None and float(decay) > 100:
        raise ValueError(f"effect {text!r}: it cannot lose {decay} % of itself a month; 100 % is the most")
    return Effect(name, float(Decimal(change) / 100), plan, float(Decimal(decay or 0) / 100))


def _spelt(name: str, plan: str | None) -> str:
    return name if plan is None else f"{name}@{plan}"
