"""What personalization costs: the categories that a case is asked for, so that a cost nobody thought of shows."""

import re
from collections.abc import Iterable

from liftledger.domain.value import Cost

# Category -> what belongs there. The holdout is none: what it costs is shown beside the case.
CHECKLIST: dict[str, str] = {
    "engineering": "building it in, and keeping it so",
    "data infrastructure": "storage, compute, transfer of data",
    "feature store": "what keeps the features of a decision at hand",
    "experimentation": "running studies: tools, people, reviews",
    "monitoring": "watching models and decisions",
    "retraining": "new models for old ones",
    "pipeline maintenance": "repairing what feeds the models",
    "compliance": "reviews by law and security, audits, records",
    "privacy requests": "access, correction and deletion for those who ask",
    "model bias audits": "whether groups of people are treated alike",
    "LLM tokens": "what models charge for a decision",
    "discounts given": "what offers take off the price",
    "content": "texts, pictures and translations, for each variant",
    "support and operations": "people who run it, and who answer for it",
    "licences": "software that is rented",
    "incidents": "an allowance for what goes wrong",
}
DISCOUNTS = "discounts given"
HOLDOUT = re.compile("(the |cost of )*(holdout|hold out|holding out)( costs?)?")  # never a cost of its own


def category(words: str) -> str | None:
    """The category of the checklist that words name, however they are spelled; None: they are the user's own."""
    plain = _plain(words)
    return next((one for one in CHECKLIST if _plain(one) == plain), None)


def is_holdout(words: str) -> bool:
    """Whether words name what it costs to leave some without treatment."""
    return HOLDOUT.fullmatch(_plain(words)) is not None


def covered(cost: Cost) -> frozenset[str]:
    """Categories of the checklist that a cost is for."""
    named = category(cost.category)
    return frozenset(cost.covers) | (frozenset() if named is None else {named})


def gaps(costs: Iterable[Cost]) -> tuple[str, ...]:
    """Categories of which nothing is declared, in the order of the checklist; a declared 0 is something."""
    filled = frozenset().union(*(covered(cost) for cost in costs))
    return tuple(one for one in CHECKLIST if one not in filled)


def unanswered(costs: Iterable[Cost]) -> tuple[str, ...]:
    """Names of costs of which some amount has neither owner nor date, so that nobody answers for it."""
    return tuple(cost.name for cost in costs if not _answered(cost))


def _answered(cost: Cost) -> bool:
    amounts = ("once", "monthly", "per_decision", "decisions")
    declared = [cost.given.get(name) for name in amounts if getattr(cost, name) or name in cost.given]
    return all(one is not None and one.owner and one.date for one in declared) and bool(declared)


def _plain(words: str) -> str:
    return re.sub(r"[\s_-]+", " ", words.strip().casefold())
