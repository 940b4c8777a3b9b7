"""What can be watched from day to day, and why the rest cannot."""

from decimal import Decimal

import msgspec
import pytest

from liftledger.definitions.watchable import unwatchable
from liftledger.domain.expression import Type
from liftledger.domain.fact import Fact, Field, Files
from liftledger.domain.instant import DAY
from liftledger.domain.metric import Cap, Metric, Onset, Term
from liftledger.domain.pilot import Criterion
from liftledger.domain.project import Project
from liftledger.domain.study import Assignment, Study
from liftledger.domain.value import Line, Value

TIME = Field("at", "at", Type("time"))
FACTS = (
    Fact("assigned", Files("a.csv", "csv"), "user", "user", TIME),
    Fact("orders", Files("o.csv", "csv"), "user", "user", TIME),
    Fact("users", Files("u.csv", "csv"), "user", "user"),
)
WEEK = Metric("week", "count", "orders", Term(), window=7 * DAY)
STUDY = Study("trial", "experiment", "user", Assignment("assigned", "arm"), ("a", "b"), "a", (), None, ("week",))
LINE = Line("sales", "trial", "week", "b", "new unit", Decimal(10), "margin", worth=Decimal(2))
HARM = Criterion("harm", "trial", "week", "b", "kill", below=Decimal(0))


def refused(criterion=HARM, metric=WEEK, study=STUDY, line=LINE):
    value = Value((line,), (), Decimal("0.1"))
    project = Project("A", "EUR", "duckdb", FACTS, ("user",), (), (), (metric,), (study,), value=value)
    found = unwatchable(project, criterion)
    return None if found is None else found[0]


def changed(value, **fields):
    return msgspec.structs.replace(value, **fields)


def test_a_metric_with_a_window_in_a_randomised_study_can_be_watched():
    assert refused() is None
    assert refused(changed(HARM, line="sales")) is None
    assert refused(metric=changed(WEEK, cap=Cap(high=50))) is None


def test_what_is_known_of_a_unit_once_and_for_all_needs_no_window():
    assert refused(metric=Metric("week", "sum", "users", Term())) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"below": None}, "it has no threshold"),
        ({"above": Decimal(1)}, "it has two thresholds"),
        ({"alpha": Decimal("0.5")}, "alpha is 0.5"),
        ({"alpha": Decimal(0)}, "alpha is 0"),
        ({"tuned_for": 0}, "tuned_for is 0"),
    ],
)
def test_a_criterion_that_says_nothing(changes, said):
    assert refused(changed(HARM, **changes)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"window": None}, "has no window"),
        ({"window": None, "kind": "rate"}, "has no window"),
        ({"kind": "time_to", "horizon": 7 * DAY}, "counted by steps of time"),
        ({"kind": "retention", "onset": Onset("orders")}, "counted by steps of time"),
        ({"cap": Cap(high_percentile=9950)}, "capped at a percentile"),
    ],
)
def test_metrics_without_a_daily_series(changes, said):
    assert said in refused(metric=changed(WEEK, **changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "observational"}, "nothing was randomised"),
        ({"arms": ("everyone",), "control": None}, "nothing was randomised"),
        ({"assignment": Assignment("users", "arm")}, "has no dates"),
    ],
)
def test_studies_that_prove_nothing_from_day_to_day(changes, said):
    assert said in refused(study=changed(STUDY, **changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"mark": DAY}, "rests on a time to an event"), ({"per": "campaign", "months": (1,)}, "brings money by campaign")],
)
def test_lines_without_a_worth_by_the_month(changes, said):
    assert said in refused(changed(HARM, line="sales"), line=changed(LINE, **changes))


def test_no_money_is_put_on_what_is_capped():
    assert "is capped" in refused(changed(HARM, line="sales"), metric=changed(WEEK, cap=Cap(high=50)))
