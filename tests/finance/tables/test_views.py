"""Views of the case beside its cash."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.domain.value import Cost, Option, Timeline
from liftledger.finance.evidence.priced import priced
from liftledger.finance.tables.views import views
from liftledger.finance.workings.workings import workings
from tests.finance.lines import case, interval, line, measured, metric

COSTS = (
    Cost("build", "engineering", once=Decimal(1200), capitalise=True),
    Cost("run", "infrastructure", monthly=Decimal(10)),
)


def made(*, as_of="", **changed):
    """24 months of 100 a month in revenue at a margin of 50 %, and of 30 saved."""
    sales = line(name="sales", per="unit-month", units=Decimal(100), basis="revenue")
    saved = line(name="saved", per="unit-month", units=Decimal(30), basis="saving")
    value = msgspec.structs.replace(case([sales, saved], costs=COSTS, margin=Decimal("0.5"), months=24), **changed)
    effect = interval(1.0, 0.1)
    lines = [priced(measured(one, effect, described=metric("m", "USD")), effect, ()) for one in (sales, saved)]
    found = workings(lines, value, "USD", 0.9)
    return {one.name: one for one in views(value, found, as_of)}


def test_profit_and_loss_by_year_without_contracts_is_the_cash():
    rows = {name: cells for name, *cells in made()["pnl"].rows}
    assert rows["Gross profit on revenue, as cash"] == rows["Gross profit on revenue, earned"] == [600, 600]
    assert rows["Savings and margin"] == [360, 360]
    assert rows["Costs"] == [1320, 120]
    assert rows["Profit"] == [-360, 840]


def test_annual_contracts_earn_half_of_the_first_year_in_it():
    found = made(timeline=Timeline("2026-01-31"))["pnl"]
    rows = {name: cells for name, *cells in found.rows}
    assert rows["Gross profit on revenue, earned"][0] == pytest.approx(300, rel=1e-12)
    assert any("12 months" in said for said in found.words)


def test_what_may_be_capitalised_is_written_off_over_the_case():
    assert made()["assets"].rows == (("build", 1200, 600, 600),)


def test_what_runs_in_the_month_in_which_an_asset_is_paid_is_an_expense():
    # 1,200 at the end of month 6 and 10 from then on: 18 months are left, 6 of them in the first year
    late = Cost("build", "engineering", once=Decimal(1200), monthly=Decimal(10), start=6, capitalise=True)
    ((_, once, *years),) = made(costs=(late,))["assets"].rows
    assert (once, *years) == pytest.approx((1200, 400, 800))


def test_build_against_buy_has_a_figure_for_each_number():
    options = (Option("build", once=Decimal(100), ramp=12), Option("buy", monthly=Decimal(10)))
    found = made(options=options)["options"]
    assert [row[0] for row in found.rows] == ["build", "buy"]
    assert {one.id for one in found.figures} >= {"money.extras.options.build.net", "money.extras.options.buy.present"}
    assert "options" not in made()


def test_the_timeline_ends_with_the_case():
    found = made(timeline=Timeline("2026-01-31", sales_months=2))["timeline"]
    assert found.rows[0][:3] == ("Q1 FY2026", "2026-03-31", "2026-01-31")
    assert found.rows[-1][0] == "Q4 FY2027"


def test_a_day_before_the_case_begins_is_marked_as_past():
    found = made(timeline=Timeline("2026-12-31", sales_months=1))["timeline"]
    assert [row[2] for row in found.rows][:2] == ["2026-11-30 (past)", "2027-02-28"]
    assert any("(past)" in said for said in found.words)
    assert not any("(past)" in said for said in made(timeline=Timeline("2026-01-31"))["timeline"].words)


def test_a_day_before_the_report_is_past_although_the_case_has_begun():
    found = made(timeline=Timeline("2026-06-30", sales_months=2), as_of="2026-10-01")["timeline"]
    lives = {row[0]: row[2] for row in found.rows}
    assert lives["Q3 FY2026"] == "2026-07-31 (past)"
    assert lives["Q4 FY2026"] == "2026-10-31"
    assert any("before the report" in said for said in found.words)


def test_three_years_of_costs_beside_a_shorter_case_are_pointed_out():
    options = (Option("build", once=Decimal(100)), Option("buy", monthly=Decimal(10)))
    assert any("24 months and costs those of 36" in said for said in made(options=options)["options"].words)
    assert not any("like with like" in said for said in made(options=options, months=36)["options"].words)


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (0, "Bookings come in the month of going live."),
        (1, "From going live to bookings 1 month passes."),
        (2, "From going live to bookings 2 months pass."),
    ],
)
def test_how_long_bookings_take_reads_well(months, said):
    assert made(timeline=Timeline("2026-01-31", sales_months=months))["timeline"].words[0].startswith(said)
