"""A case with thirty lines, twenty costs and everything else that is too much, in every script."""

import msgspec

from liftledger.domain.cash import Exclusion
from liftledger.domain.provenance import Source
from liftledger.domain.value import Review, Risk
from tests.report.cases import cased_report

SCRIPTS = (
    "Personalised onboarding for workspaces in Southern and Eastern Europe, second wave",
    "تخصيص تجربة المستخدم في أول ثلاثين يومًا بعد التسجيل",
    "新規ユーザー向けのパーソナライズされたオンボーディング体験",
    "התאמה אישית של חוויית המשתמש בשלושים הימים הראשונים",
    "Εξατομικευμένη υποδοχή νέων χρηστών",
    "Персонализированное знакомство с продуктом",
    "Zażółć_gęślą_jaźń_und_größere_Übersichtlichkeit_ohne_ein_einziges_Leerzeichen_im_ganzen_Wort",
)
SENTENCE = "It is long, because whoever wrote it had much to say and nobody asked them to be short. " * 4


def name(place):
    return f"{SCRIPTS[place % len(SCRIPTS)]} {place}"


def crowded_report():
    report, changed = cased_report(), msgspec.structs.replace
    found = report.money
    lines = tuple(
        changed(found.lines[place % 3], name=name(place), arm=name(place), reasons=(f"{place}: {SENTENCE}",))
        for place in range(30)
    )
    claims = tuple(changed(found.claims[place % 3], line=name(place)) for place in range(30))
    costs = tuple(changed(found.costs[place % 2], name=name(place), category=name(place)) for place in range(20))
    workings = found.workings
    inputs = tuple(
        changed(one, name=name(place), label=name(place), owner=name(place), source="finance")
        for place, one in enumerate(workings.inputs)
    )
    scenarios = tuple(
        changed(workings.scenarios[place % 3], name=name(place), label=name(place), description=f"{place}: {SENTENCE}")
        for place in range(12)
    )
    return changed(
        report,
        company=name(0),
        money=changed(
            found,
            lines=lines, claims=claims, costs=costs,
            reasons=tuple(f"{place}: {SENTENCE}" for place in range(20)),
            workings=changed(workings, inputs=inputs, scenarios=scenarios),
            tornado=tuple(changed(found.tornado[place % 3], input=one.name) for place, one in enumerate(inputs)),
            switches=(),
            decision=changed(found.decision, text=SENTENCE * 4),
            exclusions=tuple(Exclusion(name(place), name(place + 1), SENTENCE) for place in range(20)),
            reconciliations=tuple(changed(found.reconciliations[0], text=SENTENCE) for _ in range(5)),
            gaps=tuple(name(place) for place in range(30)),
            risks=tuple(Risk(name(n), SENTENCE, "medium", "high", SENTENCE, name(n)) for n in range(15)),
            reviews=tuple(Review(name(n), name(n), "2026-07-02") for n in range(20)),
        ),
    )  # fmt: skip


def crowded_provenance(provenance):
    sources = tuple(Source("orders", f"data/{name(n)}.csv", 1_000, f"{n:064x}", None) for n in range(40))
    return msgspec.structs.replace(provenance, sources=sources)
