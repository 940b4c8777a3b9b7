"""Every figure of the case leads to its formula, and from there to what went into it."""

import msgspec
import pytest

from liftledger.domain.cash import Exact, Extra, Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.report.explanation import explanation, find
from liftledger.report.figures import Ledger
from tests.report.company import company_report
from tests.report.conftest import small_provenance


def told(wanted):
    report = company_report()
    return explanation(report, small_provenance(report), wanted)


def test_a_figure_is_told_with_its_formula_and_its_inputs():
    text = told("money.lines.fewer_tickets.monthly")
    for part in (
        "money.lines.fewer_tickets.monthly\nFewer tickets: money a month\n",
        "16 100 USD per month (10 900 to 21 200)",
        "Formula\n  effect x units x worth\n",
        "  USD per month   16080\n",
        "  effect  -0.06  explain money.lines.fewer_tickets.shrunk\n",
        "Unshrunk: no prior is declared for expansion revenue.",
    ):
        assert part in text


def test_a_figure_of_a_table_is_called_by_what_its_id_says():
    report = company_report()
    cac = Figure("money.extras.cac_payback.cac", Exact(750.0), "USD", "spend / new customers", {"customers": "120"})
    arr = Figure("money.extras.cac_payback.accounts.offers.more_arr", NoEstimate("too few"), "USD", "a difference", {})
    tables = (Extra("cac_payback", "CAC payback", (), (cac, arr)),)
    report = msgspec.structs.replace(report, money=msgspec.structs.replace(report.money, extras=tables))
    found = explanation(report, small_provenance(report), cac.id)
    assert found.startswith("money.extras.cac_payback.cac\nCAC payback: CAC\n\n750 USD\n")
    missing = explanation(report, small_provenance(report), arr.id)
    assert "\nCAC payback: accounts, offers, more ARR\n" in missing and "No number: too few." in missing


def test_the_trail_leads_down_to_an_estimate():
    ledger, figure, steps = Ledger(company_report()), "money.summary.npv", []
    while figure in ledger.figures:
        steps.append(figure)
        figure = next(iter(ledger.figures[figure].inputs.values()), "")
        figure = "money.lines.fewer_tickets.present_value" if figure == "money.summary.benefits" else figure
    assert steps == [
        "money.summary.npv",
        *(f"money.lines.fewer_tickets.{name}" for name in ("present_value", "monthly", "shrunk", "effect")),
    ]
    assert find(company_report(), figure).metric == "tickets_per_month"


def test_a_month_of_the_cash_flow_can_be_explained():
    text = told("money.cash_flow.12")
    assert text.startswith("money.cash_flow.12\nCash-flow of month 12\n\n17 696 USD\n")
    assert "  fewer tickets             16080\n" in text


def test_a_figure_without_a_number_says_why():
    assert "No number: the flows change their sign twice." in told("money.summary.irr_annual")


@pytest.mark.parametrize(("wanted", "near"), [("money.sumary.npv", "money.summary.npv"), ("npv", "money.summary.npv")])
def test_an_unknown_id_is_answered_with_near_figures(wanted, near):
    with pytest.raises(LookupError, match=rf"no estimate or figure has the id '{wanted}'; the nearest are .*{near}"):
        find(company_report(), wanted)
