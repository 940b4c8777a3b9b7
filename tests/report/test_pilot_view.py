"""Where a pilot stands, in a terminal: short, exact, and nothing in it can steer the terminal."""

import io
import zipfile

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.pilot import Leading, Log, Look, Release, Standing, Watched
from liftledger.report.case_summary import case_summary
from liftledger.report.pdf.checking import checking
from liftledger.report.pdf.room import SIZES
from liftledger.report.pilot_view import pilot_text
from liftledger.report.summary import summary
from liftledger.report.workbook import workbook
from tests.report.conftest import cased_report, piloted_report, small_provenance

LOOKS = (
    Look("2026-03-13", 900, 0.08, 0.04),
    Look("2026-03-14", 1000, 0.09, 0.0512),
    Look("2026-03-15", 1100, 0.2, 0.1),
)
HARM = Watched("harm", "killed", 0.05, "rows", LOOKS, "2026-03-14", "proven", "kill", "above")
WORTH = Watched(
    "worth", "warn", 20000.0, "USD per month", (Look("2026-03-15", 1100, 18250.4, -1200.25),), None, "not there",
    "pass", "above", line="activation",
)  # fmt: skip
STANDING = Standing(
    state="killed",
    date="2026-03-14",
    reason="harm: proven",
    budget=250000.0,
    spent=None,
    watched=(HARM, WORTH),
    tranches=(Release("second", 60000.0, "2026-04-01", False, "the pilot is killed"),),
    leading=(),
    registered="ab" * 32,
    as_of="2026-03-15",
    start="2026-01-05",
    end="2026-06-30",
    currency="USD",
    segment="new workspaces in Europe",
    company="Acme",
    log=Log(3, "cd" * 32),
)


def shown(**changes) -> list[str]:
    return pilot_text(msgspec.structs.replace(STANDING, **changes)).splitlines()


def test_a_killed_pilot():
    assert shown() == [
        "Acme: pilot of 2026-01-05 to 2026-06-30, report of 2026-03-15",
        "    new workspaces in Europe",
        "",
        "KILLED since 2026-03-14: harm: proven.",
        "",
        "    criterion  rule  effect   bound       threshold                looks                     state",
        "    harm       kill  +0.0900  >= +0.0512  > +0.0500 rows           2026-03-13 to 2026-03-14  killed",
        "    worth      pass  +18 250  >= -1 200   > +20 000 USD per month  2026-03-15 to 2026-03-15  warn",
        "    bound: the effect is at least (>=) or at most (<=) that at all looks, but for the chance alpha",
        "",
        "budget: 250 000 USD; what is spent is not declared",
        "    tranche second, 60 000 USD, from 2026-04-01: not released (the pilot is killed)",
        "",
        "registered: abababababababab; log of 3 entries, the last cdcdcdcdcdcdcdcd",
    ]


@pytest.mark.parametrize(("state", "word"), [("on track", "ON TRACK"), ("warn", "WARNING"), ("passed", "PASSED")])
def test_other_states(state, word):
    assert f"{word} since 2026-03-14: harm: proven." in shown(state=state)


def test_a_criterion_without_looks_and_one_of_a_former_registration():
    early = msgspec.structs.replace(HARM, looks=(), fired=None, state="on track", registered="2026-01-05", unit="share")
    (line,) = [line for line in shown(watched=(early,)) if "harm (" in line]
    assert " ".join(line.split()) == "harm (2026-01-05) kill none none > +5.00 pp none yet on track"


def test_money_indicators_and_notes():
    lines = shown(
        spent=61250.5,
        spent_until="2026-03-15",
        spent_fact="bills",
        leading=(
            Leading("t.a.b.welch", "t", "activated", "b", "share", Interval(0.012, 0.01, -0.008, 0.032)),
            Leading("t.c.b.welch", "t", "churned", "b", "share", NoEstimate("no unit yet")),
        ),
        notes=("Nothing was registered by then.",),
        log=None,
    )
    assert "spent by the records of bills up to 2026-03-15: 61 250 of a budget of 250 000 USD" in lines
    assert "    activated, b: +1.20 pp (-0.800 pp to +3.20 pp)" in lines
    assert "    churned, b: no unit yet" in lines
    assert "Nothing was registered by then." in lines
    assert lines[-1] == "registered: abababababababab; no log yet"


@pytest.mark.parametrize(
    ("state", "until", "said"),
    [("killed", "2026-03-14", "2026-03-14, when it was killed"), ("warn", "2026-03-15", "2026-03-15")],
)
def test_declared_costs_are_called_so_and_end_with_a_kill(state, until, said):
    lines = shown(state=state, spent=61250.5, spent_until=until)
    assert f"declared costs up to {said}: 61 250 of a budget of 250 000 USD" in lines


def test_a_tranche_that_was_released_before_a_kill_says_since_when():
    released = Release("second", 60000.0, "2026-02-01", True, "since 2026-02-03")
    assert "    tranche second, 60 000 USD, from 2026-02-01: released (since 2026-02-03)" in shown(tranches=(released,))


def test_no_name_can_steer_the_terminal():
    evil = "\x1b[2Jharm"
    text = pilot_text(
        msgspec.structs.replace(STANDING, company=evil, watched=(msgspec.structs.replace(HARM, criterion=evil),))
    )
    assert "\x1b" not in text


SENTENCE = "The pilot: KILLED since 2026-03-01: harm: proven to be above the threshold."


def test_summary_case_and_paper_say_where_it_stands():
    report = piloted_report()
    provenance = small_provenance(report)
    assert report.money is not None
    assert SENTENCE in summary(report)
    assert SENTENCE in case_summary(report, report.money)
    assert checking(report, provenance, report.money, SIZES[0]).limits.shown[0] == SENTENCE


def test_the_workbook_says_it_too():
    report = piloted_report()
    with zipfile.ZipFile(io.BytesIO(workbook(report, small_provenance(report)))) as book:
        assert SENTENCE.encode() in book.read("xl/sharedStrings.xml")


def test_without_a_pilot_nothing_is_said_of_it():
    assert "The pilot" not in summary(cased_report())
