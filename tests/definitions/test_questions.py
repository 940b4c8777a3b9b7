"""Questions: each is answered by a metric that can answer it, in a study that has a control."""

import pytest

from liftledger.domain.question import Question
from tests.definitions.project import CASE, changed, line_of, mistakes, project

STUDY = "{study: guide, metric: ttv, arm: on, maturity: maturity}"


def asked(question: str, topic: str = "time_to_value") -> str:
    """CASE with another question, and nothing priced."""
    text = CASE[: CASE.index("questions:")]
    return f"{text}questions:\n  {topic}: {question}\n"


def test_they_stand_in_the_order_of_the_report(tmp_path):
    assert project(tmp_path, CASE).questions == (
        Question("time_to_value", "guide", "ttv", "on", maturity="maturity"),
        Question("tickets", "guide", "tickets_a_month", "on"),
        Question("expansion", "guide", "revenue", "on", funnel=("offered",)),
    )


def test_one_of_several_arms_is_named(tmp_path):
    found = project(tmp_path, asked("{study: many, metric: offered, arm: more}", "expansion")).questions
    assert found == (Question("expansion", "many", "offered", "more"),)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("{metric: ttv}", ": 'study' is missing; it takes a name"),
        ("{study: guid, metric: ttv}", ".study: there is no study 'guid'; did you mean 'guide'?"),
        (
            "{study: all, metric: ttv}",
            ".study: 'all' has no arms to compare, and so shows no effect; name a study with arms and a control",
        ),
        ("{study: guide, metric: tv}", ".metric: there is no metric 'tv'; did you mean 'ttv'?"),
        (
            "{study: many, metric: ttv, arm: on}",
            ".metric: study 'many' does not measure 'ttv'; add it to the metrics of studies.many, or name one "
            "of offered",
        ),
        (
            "{study: guide, metric: offered}",
            ".metric: 'offered' is a conversion, which does not answer 'time_to_value'; name a metric of kind time_to",
        ),
        (
            "{study: guide, metric: ttv, arm: off}",
            ".arm: 'off' is the control, with which others are compared; name on",
        ),
        ("{study: guide, metric: ttv, arm: onn}", ".arm: study 'guide' has no arm 'onn'; did you mean 'on'?"),
        (
            "{study: guide, metric: ttv, maturity: matur}",
            ".maturity: there is no dimension 'matur'; did you mean 'maturity'?",
        ),
        (
            "{study: guide, metric: ttv, funnel: [offerd]}",
            ".funnel[1]: there is no metric 'offerd'; did you mean 'offered'?",
        ),
        (
            "{study: guide, metric: ttv, funnel: [offered, revenue]}",
            ".funnel[2]: 'revenue' is a sum, and a funnel counts units; name metrics of kind conversion",
        ),
        (
            "{study: guide, metric: ttv, funnel: [offered, offered]}",
            ".funnel[2]: 'offered' stands there twice; keep one of them",
        ),
        ("{study: guide, metric: ttv, funel: [offered]}", ": unknown key 'funel'; did you mean 'funnel'?"),
    ],
)
def test_what_is_wrong_with_a_question(tmp_path, question, said):
    text = asked(question)
    place = f"liftledger.yaml:{line_of(text, '  time_to_value:')}: questions.time_to_value"
    assert mistakes(tmp_path, text) == [f"{place}{said}"]


@pytest.mark.parametrize(
    ("topic", "metric", "kinds"),
    [
        ("tickets", "ttv", "conversion, count, sum or rate"),
        ("tickets", "basket", "conversion, count, sum or rate"),
        ("expansion", "ttv", "conversion, count, sum, mean, ratio or rate"),
    ],
)
def test_a_metric_must_be_able_to_answer(tmp_path, topic, metric, kinds):
    (said,) = mistakes(tmp_path, asked(f"{{study: guide, metric: {metric}}}", topic))
    assert said.endswith(f"which does not answer '{topic}'; name a metric of kind {kinds}")


def test_one_of_several_arms_must_be_named(tmp_path):
    (said,) = mistakes(tmp_path, asked("{study: many, metric: offered}", "expansion"))
    assert said.endswith("'arm' is missing, and study 'many' has 2 besides the control; name one of on and more")


def test_a_funnel_is_of_one_study(tmp_path):
    text = changed(
        ("metrics: [offered]}", "metrics: [basket]}"),
        text=asked("{study: many, metric: basket, arm: on, funnel: [offered]}", "expansion"),
    )
    (said,) = mistakes(tmp_path, text)
    assert said.endswith("funnel[1]: study 'many' does not measure 'offered'; add it to the metrics of studies.many")


def test_there_are_three(tmp_path):
    (said,) = mistakes(tmp_path, asked(STUDY, "ticket"))
    assert said.endswith("questions: 'ticket' cannot name a question; did you mean 'tickets'?")


def test_maturity_is_an_attribute_of_the_study_s_unit(tmp_path):
    text = asked("{study: guide, metric: ttv, maturity: size}")
    text = text.replace("unit: user_id", "unit: user_id\n    keyed_by: user", 2)
    text = text.replace("unit: user_id, ", "unit: user_id, keyed_by: user, ")
    text = text.replace("  arms: {", "  accounts: {files: a.csv, unit: id, keyed_by: account}\n  arms: {")
    text = text.replace(
        "dimensions:\n",
        "units: {user: {account: {fact: users, column: account}}}\ndimensions:\n  size: {fact: accounts, "
        "column: size}\n",
    )
    (said,) = mistakes(tmp_path, text)
    assert said.endswith(
        ".maturity: 'size' is an attribute of 'account', and the study's unit is 'user'; name a dimension of 'user'"
    )


def test_maturity_at_the_start_needs_a_start(tmp_path):
    text = asked("{study: flat, metric: whole, maturity: maturity}", "expansion")
    text = changed(
        ("metrics:\n", "metrics:\n  whole: {kind: count, fact: tickets}\n"),
        (
            "studies:\n",
            "studies:\n  flat: {kind: experiment, assignment: {fact: users, arm: arm}, control: a, arms: [a, b], "
            "metrics: [whole]}\n",
        ),
        text=text,
    )
    (said,) = mistakes(tmp_path, text)
    assert said.endswith(
        ".maturity: 'maturity' is that at the units' start, and 'users' does not date it; add `time` to the "
        "assignment of studies.flat"
    )


def test_a_mistake_in_a_study_or_metric_brings_no_others(tmp_path):
    assert len(mistakes(tmp_path, changed(("arms: [off, on]}", "arms: [of, on]}"), text=asked(STUDY)))) == 1
    assert len(mistakes(tmp_path, changed(("kind: time_to,", "kind: time_too,"), text=asked(STUDY)))) == 1
    assert len(mistakes(tmp_path, changed(("at: start", "at: now"), text=asked(STUDY)))) == 1
