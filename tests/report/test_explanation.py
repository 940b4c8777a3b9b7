"""An explanation leads from a number to its definition, method, sums, query and files."""

import msgspec
import pytest

from liftledger.domain.provenance import Query, Script
from liftledger.report.explanation import explanation, find
from liftledger.report.numbers import exact
from tests.report.cases import cased_report
from tests.report.conftest import armless_report, hostile_provenance, hostile_report, small_provenance, troubled_report


def test_it_holds_everything_that_a_number_rests_on(report, provenance):
    text = explanation(report, provenance, "email.spend.mens-e-mail.welch")
    for part in (
        "With Mens E-Mail, spend rose by 0.77 USD per customer",
        "Sum of spend per customer in the two weeks after the e-mail.",
        "welch (the headline): Difference of the means with Welch's interval",
        "  effect (USD)                          0.769827155895\n",
        "  effect, interval                      0.485139732568 to 1.05451457922\n",
        "  p-value                               1.16381496823e-07\n",
        "  Mens E-Mail  21 307 customers\n",
        "  spend * spend, Mens E-Mail  67590244973\n",
        "email.customers, 64 000 rows in, 3 rows out",
        "  FROM per_unit\n",
        f"sha256 {'9e7a' * 16}",
        "randomised: units were assigned at random",
        "Arms were planned in shares of a third each.",
        "In a business case it may be priced.",
    ):
        assert part in text


def test_the_method_may_be_left_out_and_means_the_headline(report):
    assert find(report, "email.spend.mens-e-mail").id == "email.spend.mens-e-mail.welch"
    assert find(report, "email.spend.mens-e-mail.channel=web").id == "email.spend.mens-e-mail.channel=web.welch"
    assert find(troubled_report(), "email.spend.mens-e-mail").method == "welch"
    assert find(troubled_report(), "email.spend.mens-e-mail.cuped").method == "cuped"


def test_an_unknown_id_is_answered_with_the_nearest(report):
    with pytest.raises(
        LookupError, match=r"no estimate has the id 'email\.spent\.mens'; the nearest are .*email\.spend\.mens"
    ):
        find(report, "email.spent.mens")
    with pytest.raises(LookupError, match="the nearest are email"):
        find(report, "")


def test_a_number_without_control_has_one_column_of_sums():
    report = armless_report()
    text = explanation(report, small_provenance(report), "customers.mrr.everyone")
    assert "  treatment value (USD)  22681.434\n" in text
    assert "  effect                 none: the study has no control arm" in text
    assert "Sums over units, exact\n  n  1\n" in text


def test_notes_and_maturity_are_told():
    report = troubled_report()
    text = explanation(report, small_provenance(report), "email.conversion.womens-e-mail")
    assert "The interval is corrected for skewness (Hall 1992)." in text
    assert "maturing: 120 control and 118 treatment customers wait" in text


def test_it_cannot_steer_the_terminal():
    text = explanation(hostile_report(), hostile_provenance(), "email.spend.mens-e-mail")
    assert "\x1b" not in text


def test_the_statements_behind_a_number_are_named_and_written_out_where_they_were_translated(report, provenance):
    ran = (Query("cohort_email", "CREATE TABLE c AS SELECT 1", None, 64_000, 0.1), *provenance.queries)
    named = explanation(report, provenance, "email.spend.mens-e-mail", Script(ran))
    assert "SQL before it, in this order (--dialect shows it all)\n  cohort_email  64 000 rows out\n" in named
    written = explanation(report, provenance, "email.spend.mens-e-mail", Script(ran, "trino", ("SET TIME ZONE 'UTC'",)))
    assert "SQL that was run" not in written
    assert (
        "SQL for Trino: 2 statements, to be run in this order in one session\n  SET TIME ZONE 'UTC';\n\n"
        "  -- cohort_email\n  CREATE TABLE c AS SELECT 1;\n"
    ) in written


def test_a_number_without_statements_says_so(report, provenance):
    shown = explanation(report, provenance, "email.spend.mens-e-mail", Script((), "trino"))
    assert "SQL for Trino: none is known of this number" in shown


def test_of_a_refreshed_report_it_says_that_the_sql_reads_kept_tables_and_what_was_read(report, provenance):
    refreshed = msgspec.structs.replace(provenance, refreshed=("customers: 1 of 3 files read (c.csv is new)",))
    ran = (Query("cohort_email", "CREATE TABLE c AS SELECT 1", None, 64_000, 0.1), *provenance.queries)
    text = explanation(report, refreshed, "email.spend.mens-e-mail", Script(ran))
    assert "SQL that was run, on kept tables: email.customers, 64 000 rows in, 3 rows out\n" in text
    assert "SQL before it, in this order\n  cohort_email" in text
    assert " ".join(text.partition("Made by\n")[2].split()) == (
        "liftledger 0.1.0, duckdb 2.0.0, by refresh, from the tables that it keeps (state/)."
        " `liftledger report` gives the same report.json from the rows."
        " Read by this refresh customers: 1 of 3 files read (c.csv is new)"
    )
    assert "refresh" not in explanation(report, provenance, "email.spend.mens-e-mail", Script(ran))


@pytest.fixture(scope="module")
def cased():
    return cased_report()


def test_the_first_line_of_the_case_is_explained_down_to_its_draws(cased):
    text = explanation(cased, small_provenance(cased), "money.summary.npv")
    first = cased.money.summary.npv.answer
    assert f"  interval        {exact(first.low)} to {exact(first.high)}" in text
    for part in ("draws", "20000", "20260101", "explain money.simulation.low", "faster start: new units, each month"):
        assert part in " ".join(text.split())
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "Over all draws: P5 of" in explanation(cased, small_provenance(cased), "money.simulation.p5")


def test_what_the_effects_alone_come_to_has_an_id_of_its_own(cased):
    text = explanation(cased, small_provenance(cased), "money.closed_form.npv")
    sure = cased.money.closed_form.npv.answer
    assert "Chance in the effects alone: net present value" in text
    assert f"  interval        {exact(sure.low)} to {exact(sure.high)}" in text


def test_names_of_the_workbook_are_explained_too(cased):
    text = explanation(cased, small_provenance(cased), "summary.npv")
    assert "present value of the benefits - present value of the costs" in text
    assert "explain summary.benefits" in text
    given = explanation(cased, small_provenance(cased), "lines.faster_start.units")
    for part in ("units per month  1200", "low", "900", "owner", "Jo Doe", "signed seats only"):
        assert part in given
    measured = explanation(cased, small_provenance(cased), "lines.faster_start.effect")
    assert "explain onboarding.time_to_value_by_30d.guided.kaplan-meier" in measured
    flow = explanation(cased, small_provenance(cased), "cash_flow.net")
    assert "  month 36" in flow and "by month  explain cash_flow.benefits" in flow


def test_what_a_scenario_comes_to_is_explained_by_what_it_changes(cased):
    bear = next(one for one in cased.money.workings.scenarios if one.name == "bear")
    text = explanation(cased, small_provenance(cased), "scenarios.bear.summary.npv")
    assert f"  USD  {exact(bear.outcome['summary.npv'])}" in text
    for name, value in bear.inputs.items():
        assert f"{exact(value)} instead of {exact(cased.money.workings.input(name).value)}  explain {name}" in text
    own = cased.money.workings.scenarios[0]
    assert "No input differs." in explanation(cased, small_provenance(cased), f"scenarios.{own.name}.summary.roi")


@pytest.mark.parametrize("id", ["scenarios.nobody.summary.npv", "scenarios.bear.lines.faster_start.units"])
def test_no_other_scenario_is_made_up(cased, id):  # noqa: A002
    with pytest.raises(LookupError, match="no estimate or figure has the id"):
        explanation(cased, small_provenance(cased), id)
