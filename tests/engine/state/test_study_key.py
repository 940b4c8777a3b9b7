"""A study's key is another one exactly when its cohorts can be."""

import msgspec
import pytest

from liftledger.domain.expression import TEXT, TIME, Comparison, Text
from liftledger.domain.instant import DAY, micros
from liftledger.domain.metric import Metric, Term
from liftledger.domain.project import Project
from liftledger.domain.study import STARTED, Band, Dimension, Exposure, Relation, Shares
from liftledger.engine.state.study_key import facts_of, study_key, timed_by
from tests.engine.direct import ARM, column, dated, field, study, wide
from tests.engine.records import INTEGER, USD

AT = micros("2026-03-01")
ACCOUNT, COUNTRY, SIZE, PLAN = (
    field(TEXT, "account"),
    field(TEXT, "country"),
    field(INTEGER, "size"),
    field(TEXT, "plan"),
)
SEEN, SHOWN, PLANS = dated("seen", ARM), dated("shown"), dated("plans", PLAN)
USERS, ACCOUNTS = wide("users", ACCOUNT, COUNTRY), wide("accounts", SIZE, keyed_by="account")
PEOPLE = wide("people", ARM, field(TIME, "joined"))
EVENTS, BILLS = dated("events"), dated("bills", field(USD, "amount"), keyed_by="account")
OWNERS = wide("owners", field(TEXT, "user"), keyed_by="device")
FACTS = (SEEN, SHOWN, PLANS, USERS, ACCOUNTS, PEOPLE, EVENTS, BILLS, OWNERS, dated("opens", keyed_by="device"))
BELONGS, OWNED = Relation("user", "account", "users", "account"), Relation("device", "user", "owners", "user")
DIMENSIONS = (
    Dimension("country", "users", "country"),
    Dimension("size", "accounts", "size", (Band("small", 0), Band("big", 100))),
    Dimension("plan", "plans", "plan"),
    Dimension("other", "users", "account"),
)
METRICS = (
    Metric("active", "conversion", "events", Term(), window=DAY, dimensions=("country",)),
    Metric("paid", "sum", "bills", Term(), window=DAY, dimensions=("size",)),
    Metric("opens", "count", "opens", Term(), window=DAY),
    Metric("unused", "count", "events", Term(), dimensions=("plan",)),
)
STUDY = study("one", SEEN, ("active", "paid", "opens"), exposure=Exposure("shown"))
PROJECT = Project(
    "Acme", "USD", "duckdb", FACTS, ("user", "account", "device"), (BELONGS, OWNED), DIMENSIONS, METRICS, (STUDY,), AT
)
VERSIONS = {fact.name: "v" for fact in FACTS}
LASTS = {fact.name: AT - 1 for fact in FACTS if not fact.wide}


def changed(of, **parts):
    return msgspec.structs.replace(of, **parts)


def key(project=PROJECT, of=STUDY, versions=VERSIONS, until=AT, lasts=LASTS):
    return study_key(project, of, versions, until, lasts)


def with_metric(place, **parts):
    metrics = list(METRICS)
    metrics[place] = changed(metrics[place], **parts)
    return changed(PROJECT, metrics=tuple(metrics))


def with_fact(one, **parts):
    return changed(PROJECT, facts=tuple(changed(fact, **parts) if fact is one else fact for fact in FACTS))


def with_dimension(place, **parts):
    dimensions = list(DIMENSIONS)
    dimensions[place] = changed(dimensions[place], **parts)
    return changed(PROJECT, dimensions=tuple(dimensions))


WEB = Comparison("=", column(ARM), Text("a"))
OF_STUDY = {
    "its name": {"name": "two"},
    "its unit": {"unit": "account"},
    "the order of arms, of which a tie goes to the first": {"arms": ("b", "a")},
    "the column of arms": {"assignment": changed(STUDY.assignment, arm="other")},
    "which assignments count": {"assignment": changed(STUDY.assignment, where=WEB)},
    "the fact of assignments": {"assignment": changed(STUDY.assignment, fact="plans")},
    "what times assignments": {"assignment": changed(STUDY.assignment, time="joined")},
    "which exposures count": {"exposure": Exposure("shown", WEB)},
    "the fact of exposures": {"exposure": Exposure("plans")},
    "no exposures": {"exposure": None},
    "its start": {"start": AT - 9 * DAY},
    "its end": {"end": AT - DAY},
    "when planned shares began": {"shares": (*STUDY.shares, Shares({"a": "1/2", "b": "1/2"}, AT - DAY))},
    "a metric with one more dimension": {"metrics": (*STUDY.metrics, "unused")},
    "no metric of parents": {"metrics": ("active", "opens")},
}


@pytest.mark.parametrize("what", OF_STUDY)
def test_another_study_has_another_key(what):
    assert key(of=changed(STUDY, **OF_STUDY[what])) != key()


OF_PROJECT = {
    "a metric's dimension": with_metric(0, dimensions=("country", "plan")),
    "a metric by month of start": with_metric(0, dimensions=("country", STARTED)),
    "a metric without its dimension": with_metric(0, dimensions=()),
    "a dimension's column": with_dimension(0, column="account"),
    "a dimension's bands": with_dimension(1, bands=(Band("any", 0),)),
    "a dimension of parents": with_metric(1, dimensions=()),
    "by what a unit has its parent": changed(PROJECT, relations=(changed(BELONGS, column="country"), OWNED)),
    "no parents": changed(PROJECT, relations=(OWNED,)),
    "how assignments are read": with_fact(SEEN, reject=True),
    "how exposures are read": with_fact(SHOWN, must=(WEB,)),
    "how a dimension's fact is read": with_fact(ACCOUNTS, id="row"),
    "how the relation is read": with_fact(USERS, reject=True),
}


@pytest.mark.parametrize("what", OF_PROJECT)
def test_what_is_asked_of_the_units_is_part_of_the_key(what):
    assert key(OF_PROJECT[what]) != key()


ALIKE = {
    "the study's words": (PROJECT, changed(STUDY, description="More.", kind="holdout", control=None)),
    "planned shares": (PROJECT, changed(STUDY, shares=(Shares({"a": "1/3", "b": "2/3"}),))),
    "the order of metrics": (PROJECT, changed(STUDY, metrics=STUDY.metrics[::-1])),
    "a metric of other rows": (with_metric(0, numerator=Term(where=WEB), window=2 * DAY), STUDY),
    "a metric's fact that no cohort reads": (with_fact(EVENTS, reject=True), STUDY),
    "a fact by units below the study's": (with_fact(OWNERS, reject=True), STUDY),
    "until when a fact is complete": (with_fact(SEEN, through=AT), STUDY),
    "a dimension that no metric of it asks for": (with_dimension(2, column="at"), STUDY),
    "the company": (changed(PROJECT, company="Ajax", confidence=0.9, as_of=None), STUDY),
}


@pytest.mark.parametrize("what", ALIKE)
def test_what_no_cohort_shows_is_no_part_of_the_key(what):
    project, one = ALIKE[what]
    assert key(project, one) == key()


BY_DEVICE = with_fact(SEEN, keyed_by="device")
BY_COLUMN = study("people", PEOPLE, ("active",))
BY_COLUMN = changed(BY_COLUMN, assignment=changed(BY_COLUMN.assignment, time="joined"))
UNDATED = study("people", PEOPLE, ("active",))


READ = {"seen", "shown", "users", "accounts"}


def test_cohorts_rest_on_assignments_exposures_relations_and_dimensions():
    assert facts_of(PROJECT, STUDY) == READ
    for fact in FACTS:
        other = key(versions=VERSIONS | {fact.name: "w"})
        assert (other != key()) == (fact.name in READ)


def test_rows_of_units_below_come_by_their_relation():
    assert facts_of(BY_DEVICE, STUDY) == READ | {"owners"}
    assert key(BY_DEVICE, versions=VERSIONS | {"owners": "w"}) != key(BY_DEVICE)


def at(until, of=STUDY, **lasts):
    return key(of=of, until=until, lasts=LASTS | lasts)


@pytest.mark.parametrize("log", ["seen", "shown"])
def test_a_date_is_part_of_the_key_where_it_leaves_rows_out(log):
    whole = at(AT)
    assert at(AT + 30 * DAY) == whole == at(AT, **{log: AT - 9 * DAY})
    assert at(AT, **{log: AT}) != whole  # a row at the date does not count
    assert at(AT, **{log: AT}) != at(AT - 1, **{log: AT})
    assert at(AT + 1, **{log: AT}) == whole


def test_a_date_that_leaves_out_assignments_is_not_one_that_leaves_out_exposures():
    assert at(AT, seen=AT) != at(AT, shown=AT) != at(AT, seen=AT, shown=AT)


def test_no_row_lies_after_any_date_where_there_are_none():
    assert at(AT, seen=None) == at(AT - 99 * DAY, seen=None, shown=None) == at(AT)


def test_where_it_is_not_said_how_far_rows_reach_the_date_counts():
    assert key(lasts={}) != key() and key(lasts={}, until=AT + 1) != key(lasts={})


def test_after_a_studys_end_a_later_date_brings_no_assignment():
    ended = changed(STUDY, end=AT)
    assert at(AT, ended, seen=AT + DAY) == at(AT + 9, ended, seen=AT + DAY) == at(AT, ended)
    assert at(AT - 1, ended, seen=AT + DAY) != at(AT, ended)


@pytest.mark.parametrize("other", [fact.name for fact in FACTS if not fact.wide and fact.name not in READ])
def test_rows_of_other_facts_are_not_cut_by_the_date(other):
    assert at(AT, **{other: AT + DAY}) == at(AT)


def test_assignments_may_be_timed_by_a_column_or_not_at_all():
    assert [timed_by(PROJECT, one) for one in (STUDY, BY_COLUMN, UNDATED)] == ["seen", "people.joined", None]
    assert at(AT, BY_COLUMN, **{"people.joined": AT}) != at(AT, BY_COLUMN, **{"people.joined": AT - 1})
    assert at(AT, UNDATED) == at(AT - DAY, UNDATED)
