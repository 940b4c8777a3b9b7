"""A stored report against a recomputed one: nothing where they agree, and the place of every difference."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from liftledger.domain.mistake import Mistakes
from liftledger.prove.verification import decoded, differences

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
)


def encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def found(stored: object, computed: object) -> list[str]:
    return list(differences(encoded(stored), encoded(computed)))


@given(values)
def test_the_same_bytes_do_not_differ(value: object):
    assert found(value, value) == []


@given(values, values)
def test_other_values_differ_and_each_difference_is_a_line(value: object, other: object):
    assume(encoded(value) != encoded(other))
    lines = found(value, other)
    assert lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("stored", "computed", "line"),
    [
        ({"p": 0.1}, {"p": 0.2}, "p: the report has 0.1, recomputed it is 0.2"),
        ({"p": 1}, {"p": 1.0}, "p: the report has 1, recomputed it is 1.0"),
        ({"p": True}, {"p": 1}, "p: the report has true, recomputed it is 1"),
        ({"a": {"b": None}}, {"a": {"b": 3}}, "a.b: the report has null, recomputed it is 3"),
        ({"a": [{"id": "x", "n": 1}]}, {"a": [{"id": "x", "n": 2}]}, "a[x].n: the report has 1, recomputed it is 2"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]: the report has 2, recomputed it is 3"),
        ({"a": [1, 2]}, {"a": [1]}, "a[1]: in the report, recomputed there is none"),
        ({"a": [1]}, {"a": [1, 2]}, "a[1]: missing from the report"),
        ([], {}, "report.json: the report has [], recomputed it is {}"),
        ({"a": "x" * 200}, {"a": ""}, f'a: the report has "{"x" * 79}..., recomputed it is ""'),
    ],
)
def test_a_difference_is_named_by_its_place(stored: object, computed: object, line: str):
    assert found(stored, computed) == [line]


def test_an_estimate_that_is_gone_does_not_shift_the_others():
    before = [{"id": name, "value": place} for place, name in enumerate("abc")]
    assert found({"estimates": before[:1] + before[2:]}, {"estimates": before}) == [
        "estimates[b]: missing from the report"
    ]
    assert found({"estimates": before}, {"estimates": before[1:]}) == [
        "estimates[a]: in the report, recomputed there is none"
    ]
    assert found({"estimates": before[::-1]}, {"estimates": before}) == ["estimates: the order differs"]


def test_what_is_not_json_is_a_mistake():
    for text in (b"", b"{", b'"\xff"'):
        with pytest.raises(Mistakes, match=r"report\.json: it is not JSON"):
            decoded(text)
