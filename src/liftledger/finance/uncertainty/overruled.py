"""A decision by money alone, overruled by what money does not see: harm to a guardrail, and a pilot that was killed."""

from collections.abc import Sequence

import msgspec

from liftledger.domain.cash import Decision


def overruled(decision: Decision, breaches: Sequence[str], killed: str = "") -> Decision:
    """`breaches`: guardrails and arms, in words; `killed`: since when and why the pilot is, '' where it is not.

    A killed pilot stops; a breached guardrail holds back what would be scaled, and is said beside any other verdict.
    """
    guardrails = _breached(breaches)
    against = tuple(filter(None, (f"The pilot was killed {killed}." if killed else "", guardrails)))
    if not against:
        return decision
    alone = f"By money alone, {decision.text[:1].lower()}{decision.text[1:]}"
    if killed:
        verdict, words = "stop", ["Stop:", f"the pilot was killed {killed}.", guardrails, alone]
    elif decision.verdict == "scale":
        verdict, words = "hold", ["Do not scale yet.", guardrails, alone]
    else:
        verdict, words = decision.verdict, [decision.text, guardrails]
    return msgspec.structs.replace(decision, verdict=verdict, text=" ".join(filter(None, words)), against=against)


def _breached(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f"{'Guardrail' if len(names) == 1 else 'Guardrails'} breached: {', '.join(names)}."
