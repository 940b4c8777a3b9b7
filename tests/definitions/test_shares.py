"""Planned shares are exact and sum to one."""

from fractions import Fraction

import pytest

from liftledger.definitions import times
from liftledger.domain.study import Shares
from tests.definitions.project import mistakes, project, with_study

TWO = "kind: holdout\nassignment: {fact: users, arm: variant, time: joined}\ncontrol: off\narms: [on, off]\n"
THREE = "kind: experiment\nassignment: {fact: users, arm: variant, time: joined}\ncontrol: a\narms: [a, b, c]\n"


def shares(tmp_path, text: str):
    return project(tmp_path, with_study(text)).studies[0].shares


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (TWO + "share: 5%", {"off": "1/20", "on": "19/20"}),
        (THREE + "share: 10%", {"a": "1/10", "b": "9/20", "c": "9/20"}),
        (THREE + "shares: {a: 1/3, b: 1/3, c: 1/3}", {"a": "1/3", "b": "1/3", "c": "1/3"}),
        (THREE + "shares: {c: 0, a: 0.1, b: 90%}", {"a": "1/10", "b": "9/10", "c": "0"}),
        (TWO + "shares: equal", {"off": "1/2", "on": "1/2"}),
    ],
)
def test_shares_are_exact(tmp_path, text, weights):
    assert shares(tmp_path, text) == (Shares(weights),)
    assert sum(map(Fraction, weights.values())) == 1


def test_a_holdout_says_its_share(tmp_path):
    # real holdouts are rarely halves: taken as such, a sound one would look broken
    cure = "say the share that is held out, such as `share: 5%`"
    assert mistakes(tmp_path, with_study(TWO)) == [
        f"liftledger.yaml:21: studies.email: a holdout needs its planned share; {cure}"
    ]


def test_shares_may_change(tmp_path):
    text = TWO + "shares:\n- shares: {on: 1/2, off: 1/2}\n- {from: 2026-02-01, shares: {on: 90%, off: 10%}}"
    assert shares(tmp_path, text) == (
        Shares({"off": "1/2", "on": "1/2"}),
        Shares({"off": "1/10", "on": "9/10"}, times.instant("2026-02-01")),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO + "share: 5", "share is '5'; a share is at most 1; write 5% for a percentage"),
        (TWO + "share: 500%", "share is '500%'; a share is at most 100%"),
        (TWO + "share: 0", "share is 0; the control's share lies between 0 and 1, such as 5%"),
        (TWO + "share: 100%", "share is 1; the control's share lies between 0 and 1, such as 5%"),
        (
            TWO + "shares: {on: 50%, off: 40%}",
            "shares: the shares sum to 0.9, not to 1; write exact shares, such as 5% and 95%, or 1/3 and 2/3",
        ),
        (
            THREE + "shares: {a: 33.3%, b: 33.3%, c: 33.3%}",
            "shares: the shares sum to 0.999, not to 1; write `equal`, or 1/3 for each of the 3 arms",
        ),
        (
            THREE + "shares: {a: 1/3, b: 1/3, c: 1/4}",
            "shares: the shares sum to 11/12, not to 1; write exact shares, such as 5% and 95%, or 1/3 and 2/3",
        ),
        (THREE + "shares: {a: 1}", "shares: no share for b and c; give each arm a share; 0 for one that gets no units"),
        (THREE + "shares: {a: 1/2, b: 1/2, cc: 0}", "shares.cc: there is no arm 'cc'; did you mean 'c'?"),
        (THREE + "shares: {a: x, b: 1/2, c: 0}", "shares.a is 'x'; it takes a share, such as 5%, 1/3 or 0.5"),
        (THREE + "shares: equl", "shares is 'equl'; did you mean 'equal'?"),
        (
            TWO + "shares: [{shares: {on: 1, off: 0}}, {shares: {on: 1, off: 0}}]",
            "shares[2]: 'from' is missing; only the first period may leave it out",
        ),
        (
            TWO + "shares: [{from: 2026-02-01, shares: {on: 1, off: 0}}, {from: 2026-01-01, shares: {on: 1, off: 0}}]",
            "shares[2].from is 2026-01-01, not after 2026-02-01; order them by time",
        ),
        (TWO + "shares: [{from: 2026-02-01}]", "shares[1]: 'shares' is missing; it takes a mapping of arms to shares"),
    ],
)
def test_what_is_wrong_with_shares(tmp_path, text, said):
    assert mistakes(tmp_path, with_study(text)) == [f"liftledger.yaml:26: studies.email.{said}"]


def test_one_of_share_and_shares(tmp_path):
    assert mistakes(tmp_path, with_study(TWO + "shares: equal\nshare: 5%")) == [
        "liftledger.yaml:27: studies.email.share: `shares` is there too; keep one of them"
    ]
