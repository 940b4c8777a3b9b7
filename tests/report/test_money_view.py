"""Money as the page's text has it."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.finance.case import money
from liftledger.report.money_view import money_view
from liftledger.report.page import page
from tests.finance.lines import case, interval, line, measured
from tests.report.cases import cased_report
from tests.report.company import figure


@pytest.mark.parametrize("share", ["0", "0.2"])
def test_what_a_holdout_forgoes_stands_beside_the_costs(share):
    one = measured(line("program", holdout=Decimal(share)), interval(5.0, 1.0))
    found = money(case([one.line]), "USD", 0.95, [one])
    shown = [(name, amount.id, amount.known) for name, amount in money_view(found).forgone]
    assert shown == ([("program", "money.lines.program.forgone", True)] if share != "0" else [])


def test_and_is_on_the_page_with_its_explanation(provenance):
    report = cased_report()
    first, *others = report.money.lines
    forgone = figure(
        f"money.lines.{first.name}.forgone", 1234.0, report.currency, "what is held out would have brought"
    )
    lines = (msgspec.structs.replace(first, forgone=forgone), *others)
    html = page(msgspec.structs.replace(report, money=msgspec.structs.replace(report.money, lines=lines)), provenance)
    text = html.replace("\u202f", " ").replace("\u00a0", " ")
    said = f'forgo <a href="#explain-{forgone.id}">1 234 {report.currency}</a>. It is shown and never subtracted'
    assert f"Held out of {first.name.replace('_', ' ')}:" in text and said in text
    assert f'id="explain-{forgone.id}"' in html
