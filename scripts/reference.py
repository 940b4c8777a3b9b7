"""Writes the tables of docs/definitions.md from the registry of keys, between the marks that stand there.

python scripts/reference.py             # rewrites the file
python scripts/reference.py --check     # fails where the file is not as it would be written
"""

import re
import sys
from pathlib import Path

from liftledger.definitions import amount_keys, case_keys, customer_keys, keys, pilot_keys, plan_keys, value_keys
from liftledger.definitions.shapes import Key, Section
from liftledger.domain.checklist import CHECKLIST

PAGE = Path(__file__).resolve().parents[1] / "docs" / "definitions.md"
SECTIONS: dict[str, Section] = {
    "project": keys.PROJECT,
    "fact": keys.FACT,
    "csv": keys.DIALECT,
    "time": keys.TIME,
    "column": keys.COLUMN,
    "impossible": keys.IMPOSSIBLE,
    "merge": keys.MERGE,
    "located": keys.LOCATED,
    "dimension": keys.DIMENSION,
    "metric": keys.METRIC,
    "term": keys.TERM,
    "covariate": keys.COVARIATE,
    "cap": keys.CAP,
    "onset": keys.ONSET,
    "study": keys.STUDY,
    "assignment": keys.ASSIGNMENT,
    "population": keys.POPULATION,
    "exposure": keys.EXPOSURE,
    "period": keys.PERIOD,
    "question": keys.QUESTION,
    "base": customer_keys.BASE,
    "value": value_keys.VALUE,
    "line": value_keys.LINE,
    "cost": value_keys.COST,
    "prior": value_keys.PRIOR,
    "amount": amount_keys.AMOUNT,
    "customers": value_keys.WORTH_OF,
    "acquisition": case_keys.ACQUISITION,
    "option": case_keys.OPTION,
    "scenario": case_keys.SCENE,
    "decision": case_keys.DECISION,
    "timeline": case_keys.TIMELINE,
    "risk": case_keys.RISK,
    "review": case_keys.REVIEW,
    "pilot": pilot_keys.PILOT,
    "criterion": pilot_keys.CRITERION,
    "tranche": pilot_keys.TRANCHE,
    "spent": pilot_keys.SPENT,
    "plan": plan_keys.PLAN,
    "planned": plan_keys.PLANNED,
    "assumed": plan_keys.ASSUMED,
    "effect": plan_keys.EFFECT,
}
LISTED = re.compile(r"(<!-- checklist -->\n).*?(<!-- end checklist -->)", re.DOTALL)
MARKED = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(section: Section) -> str:
    """One row a key, in the registry's order."""
    head = ["| key | takes | what | when |", "| --- | --- | --- | --- |"]
    rows = [
        f"| `{key.name}` | {_cell(key.shape.takes)} | {_cell(key.help)} | {_when(key, section)} |"
        for key in section.keys
    ]
    return "\n".join([*head, *rows, ""])


def checklist() -> str:
    """One row a category of costs."""
    rows = [f"| `{category}` | {_cell(what)} |" for category, what in CHECKLIST.items()]
    return "\n".join(["| category | what belongs there |", "| --- | --- |", *rows, ""])


def written(text: str) -> str:
    """The page with its tables as the registry has them."""
    text = LISTED.sub(lambda mark: mark[1] + checklist() + mark[2], text)
    return MARKED.sub(lambda mark: mark[1] + table(SECTIONS[mark[2]]) + mark[3], text)


def _when(key: Key, section: Section) -> str:
    if not key.only or section.tag is None:
        return "needed" if key.required else ""
    others = [variant for variant in section.key(section.tag).shape.schema["enum"] if variant not in key.only]
    if len(others) == 1 and not key.required:
        return f"not for {section.tag} `{others[0]}`"
    variants = ", ".join(f"`{variant}`" for variant in key.only)
    return f"{'needed' if key.required else 'only'} for {section.tag} {variants}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    found = PAGE.read_text(encoding="utf-8")
    made = written(found)
    if "--check" in sys.argv and made != found:
        sys.exit(f"{PAGE}: the tables are not those of the registry; run: python scripts/reference.py")
    PAGE.write_text(made, encoding="utf-8")
