"""Planned shares of the arms, as exact fractions that sum to one."""

from fractions import Fraction
from typing import Any

from liftledger.definitions import times
from liftledger.definitions.notes import instead, listed
from liftledger.definitions.record import Record
from liftledger.domain.study import Shares


def read_shares(study: Record, arms: tuple[str, ...], control: str) -> tuple[Shares, ...]:
    """By start. `share` is the control's, and the others split the rest; without a word an experiment's are equal."""
    if study.has("share") and study.has("shares"):
        study.refuse("share", ": `shares` is there too", "keep one of them")
        return ()
    if study.get("kind") == "holdout" and not study.has("share") and not study.has("shares"):
        cure = "say the share that is held out, such as `share: 5%`"
        study.refuse(None, ": a holdout needs its planned share", cure)
        return ()
    if "share" in study:
        return _control_share(study, arms, control)
    shares: Any = study.get("shares", "equal")
    if isinstance(shares, Record):
        return (Shares(_weights(shares, arms)),)
    if isinstance(shares, tuple):
        return _periods(shares, arms)
    return (Shares({arm: str(Fraction(1, len(arms))) for arm in arms}),)


def _control_share(study: Record, arms: tuple[str, ...], control: str) -> tuple[Shares, ...]:
    share: Fraction = study["share"]
    if not 0 < share < 1:
        study.refuse("share", f" is {_shown(share)}", "the control's share lies between 0 and 1, such as 5%")
    rest = (1 - share) / (len(arms) - 1)
    return (Shares({arm: str(share if arm == control else rest) for arm in arms}),)


def _periods(periods: tuple[Record, ...], arms: tuple[str, ...]) -> tuple[Shares, ...]:
    starts = [period.get("from") for period in periods]
    for before, period in zip(starts, periods[1:], strict=False):
        start = period.get("from")
        if not period.has("from"):
            period.refuse(None, ": 'from' is missing", "only the first period may leave it out")
        elif before is not None and start is not None and start <= before:
            period.refuse("from", f" is {times.shown(start)}, not after {times.shown(before)}", "order them by time")
    return tuple(
        Shares(_weights(period["shares"], arms), start)
        for period, start in zip(periods, starts, strict=True)
        if "shares" in period
    )


def _weights(shares: Record, arms: tuple[str, ...]) -> dict[str, str]:
    for name in shares:
        if name not in arms:
            shares.refuse(name, f": there is no arm '{name}'", instead(name, arms, "the arms are"))
    strangers = set(shares) - set(arms)
    missing = [] if strangers else [arm for arm in arms if not shares.has(arm)]
    if missing:
        cure = "give each arm a share; 0 for one that gets no units"
        shares.refuse(None, f": no share for {listed(missing)}", cure)
    weights: dict[str, Fraction] = {arm: shares[arm] for arm in arms if arm in shares}
    total = sum(weights.values(), Fraction())
    if not missing and not strangers and not shares.bad and total != 1:
        shares.refuse(None, f": the shares sum to {_shown(total)}, not to 1", _cure(list(weights.values())))
    return {arm: str(weight) for arm, weight in weights.items()}


def _cure(weights: list[Fraction]) -> str:
    if len(set(weights)) == 1:
        return f"write `equal`, or 1/{len(weights)} for each of the {len(weights)} arms"
    return "write exact shares, such as 5% and 95%, or 1/3 and 2/3"


def _shown(share: Fraction) -> str:
    """'0.999' where the decimal ends, else the fraction."""
    text = f"{float(share):.12g}"
    return text if Fraction(text) == share else str(share)
