"""What the engine is at, in a user's words: the names of its queries are for the provenance."""

import re

STARTING, ESTIMATING = "engine", "estimates"  # stages without a query
OTHER = "working"
SAID = (
    (STARTING, "starting the engine"),
    (ESTIMATING, "estimating"),
    (r"(\w+): source", "opening {}"),
    (r"keep \w+", "keeping what the next refresh needs"),
    (r"(?:days|entries|midnights)_[0-9a-f]{16}_0(?:: .*)?", "adding up each day"),
    (r"\w+_[0-9a-f]{16}(?:_[0-9]+)+(?:: .*)?", "adding up what changed"),
    (r"clocks_\w+: (\w+)|\w+: (\w+): durations", "measuring {}"),
    (
        r"(?:units_)?(\w+?)(?:_again)?: (?:(?:sums|units|spent)(?: by day)?|moved units|percentile .*)|units_(\w+)",
        "adding up {}",
    ),
    (r"(?:fact|read|ordered|firsts|fresh|rest|all|changed|since_-?[0-9]+)_(\w+?)(?:_[1-9])?", "reading {}"),
    (r"(?:whole|marked|kept)_(\w+)", "merging rows of {}"),
    (
        r"(?:before_|entered_)?(?:cohort|(?:seen_)?(?:assigned|entering)|seen|exposed|parents|came|known|every|crossed)"
        r"_(\w+?)(?:_by_-?[0-9]+)?(?:: .*)?",
        "gathering the units of {}",
    ),
    (
        r"(\w+): (?:arms that .*|is any .*|(?:assigned|exposed) units|last (?:assignment|crossing)|earlier assignments|"
        r".* in several arms)",
        "gathering the units of {}",
    ),
    (
        r"(?:counting|steps|bought|purchasers|began|subscriptions|movements|subscribers|plans|customers|changes)_(\w+)",
        "following the customers of {}",
    ),
    (
        r"(\w+): (?:rows of purchases|(?:steps|units) without a purchase|(?:months with )?purchases.*|spending .*|rows|"
        r"purchase histories .*|sums by customer .*|concentration .*|customers.*|overlapping subscriptions|cohorts.*|"
        r"lifespans.*|subscribed now.*|MRR by month|revenue kept.*|\w+ by arm)",
        "following the customers of {}",
    ),
    (r"(?:fact_)?(\w+): .*|(units) that .*", "checking {}"),
)


def said(name: str) -> str:
    """'fact_orders' -> 'reading orders'."""
    for pattern, words in SAID:
        if found := re.fullmatch(pattern, name):
            return words.format(found[found.lastindex or 0])
    return OTHER
