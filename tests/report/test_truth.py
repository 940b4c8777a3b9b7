"""On a simulated company the truth stands beside each estimate."""

from liftledger.report.headline import by_name
from liftledger.report.table import grouped, row
from liftledger.report.truth import score
from tests.report.company import company_report, real_company_report, young_company_report


def rows(report):
    metrics = by_name(report)
    return {e.id: row(e, metrics[e.metric]) for e in report.estimates}


def test_the_headline_intervals_that_hold_the_truth_are_counted():
    # of the 13 headlines over all units one lies outside: by 30 days 5.5 points +- 0.86, in truth 4.55
    found = score(company_report())
    assert (found.holding, found.known) == (12, 13)
    assert str(found) == "Of 13 headline intervals, 12 hold the truth; about 12 are expected to."
    assert score(real_company_report()) is None
    assert score(young_company_report()) is None


def test_a_row_tells_the_truth_as_exactly_as_its_estimate():
    found = rows(company_report())
    inside = found["onboarding.time_to_value.guided.restricted-mean"]
    outside = found["onboarding.time_to_value_by_30d.guided.kaplan-meier"]
    assert (inside.truth.replace("\u202f", " "), inside.held) == ("−2.04 days", "in the interval")
    assert (outside.truth.replace("\u202f", " "), outside.held) == ("+4.55 pp", "outside the interval")
    assert rows(real_company_report())[inside.id].truth == ""


def test_parts_stand_beneath_their_metric():
    report = company_report()
    shuffled = sorted(report.headlines("program"), key=lambda e: e.metric, reverse=True)
    names = [rows(report)[e.id].part for e in grouped(shuffled, by_name(report))]
    assert names == ["", "billing", "how-to", "bug", "access", "blank"]
    assert rows(report)["onboarding.time_to_value_by_7d.guided.kaplan-meier"].metric == "time to value by 7 days"


def test_methods_and_left_out_units_are_told_in_words():
    found = rows(company_report())
    whole = found["onboarding.time_to_value.guided.restricted-mean"]
    assert whole.method == "restricted mean"
    assert whole.excluded == (
        "left out: 12 control and 15 treatment users whose event came before their clock started; 3 control users "
        "whose clock never started"
    )
    assert found["onboarding.time_to_value.guided.activated-only"].method == "units with the event only, biased"
    assert (
        found["onboarding.time_to_value.guided.started=2026-01.restricted-mean"].segment == "month of start = 2026-01"
    )
