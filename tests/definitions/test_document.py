"""YAML as nodes: text stays as written, every node knows its line, and what cannot be read is said in a sentence."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from liftledger.definitions.document import BYTES_MAX, Mapping, Scalar, Sequence, load
from liftledger.definitions.notes import Notes


def loaded(tmp_path, text: str | bytes):
    path = tmp_path / "liftledger.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    notes = Notes()
    return load(path, "liftledger.yaml", notes), [str(mistake) for mistake in notes.mistakes]


def test_scalars_stay_the_text_that_was_written(tmp_path):
    root, notes = loaded(tmp_path, "a: No\nb: 2026-01-05\nc: 1.50\nd: 'null'\ne: null\nf:\ng: off # comment\non: 1e3\n")
    assert notes == []
    assert [(e.key.text, e.value.text, e.value.blank) for e in root.entries] == [
        ("a", "No", False),
        ("b", "2026-01-05", False),
        ("c", "1.50", False),
        ("d", "null", False),
        ("e", "null", True),
        ("f", "", True),
        ("g", "off", False),
        ("on", "1e3", False),
    ]


def test_every_node_knows_its_line(tmp_path):
    root, _ = loaded(tmp_path, "# first\na:\n  b: 1\n  c: [x,\n    y]\n")
    [a] = root.entries
    b, c = a.value.entries
    assert (a.key.spot.line, b.key.spot.line, c.key.spot.line) == (2, 3, 4)
    assert [item.spot.line for item in c.value.items] == [4, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "liftledger.yaml: the file is empty; write `key: value` lines, such as `company: acme`"),
        (
            b"# only a comment\n",
            "liftledger.yaml: the file is empty; write `key: value` lines, such as `company: acme`",
        ),
        (b"~\n", "liftledger.yaml: the file is empty; write `key: value` lines, such as `company: acme`"),
        (b"- a\n", "liftledger.yaml: the file is not a mapping; write `key: value` lines, such as `company: acme`"),
        (
            b"\xef\xbb\xbfa: 1\n",
            "liftledger.yaml:1: the file starts with a byte order mark; save it as UTF-8 without one (without «BOM»)",
        ),
        (
            "a: 1\n".encode("utf-16"),
            "liftledger.yaml:1: the file starts with a byte order mark; save it as UTF-8 without one (without «BOM»)",
        ),
        (b"a: 1\nb: caf\xe9\n", "liftledger.yaml:2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (b"a:\n\tb: 1\n", "liftledger.yaml:2: the line is indented with a tab; indent with spaces"),
        (b"a: 1\nb: \x00\n", "liftledger.yaml:2: not YAML: a control character; remove it"),
        (b"a: 1\na: 2\n", "liftledger.yaml:2: 'a' is written twice, first on line 1; keep one of them"),
        (b"a: 1\n[b]: 2\n", "liftledger.yaml:2: a list or mapping stands as a key; write a name before the colon"),
        (b"a: &x [1]\nb: *x\n", "liftledger.yaml:2: '*x' is an alias; write the value out where it is used"),
        (b"a: 1\nb: !!python/name:os.system x\n", "is a tag; write the plain value"),
        (b"a: 1\n---\nb: 1\n", "liftledger.yaml:2: a second document starts ('---'); keep one document a file"),
        (b"a: " + b"[" * 30 + b"]" * 30, "liftledger.yaml:1: more than 20 levels inside each other"),
        (b"a: " + b"[" * 100_000, "liftledger.yaml:1: "),
        (b"#" * (BYTES_MAX + 1), "liftledger.yaml: the file has 1000001 bytes; definitions fit in 1000000"),
        (b"a: 'open\n", "not YAML: "),
        (b"a: b: c\n", "liftledger.yaml:1: not YAML: mapping values are not allowed in this context"),
        (b"a: @b\n", "liftledger.yaml:1: not YAML: "),
        (b"a: [1\nb: 2\n", "not YAML: "),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, text, said):
    _, notes = loaded(tmp_path, text)
    [note] = notes
    assert said in note


def test_a_bomb_of_aliases_costs_nothing(tmp_path):
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 30))
    _, notes = loaded(tmp_path, "l0: &l0 [lol]\n" + levels)
    assert notes == ["liftledger.yaml:2: '*l0' is an alias; write the value out where it is used"]


def test_a_missing_file_is_said(tmp_path):
    notes = Notes()
    assert load(tmp_path / "studies.yaml", "studies.yaml", notes) is None
    assert [str(m) for m in notes.mistakes] == [
        "studies.yaml: there is no such file; `liftledger init` writes one to start from"
    ]


words = st.text("abcxyz01 é#:'\"-", min_size=1, max_size=6)
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(words, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def plain(node):
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {entry.key.text: plain(entry.value) for entry in entries}


@given(tree=st.dictionaries(words, trees, min_size=1, max_size=4))
def test_reads_back_what_a_yaml_library_writes(tree, tmp_path_factory):
    # every scalar is text for PyYAML too, so it quotes those that would be something else
    root, notes = loaded(tmp_path_factory.mktemp("yaml"), yaml.safe_dump(tree, allow_unicode=True))
    assert notes == [] and plain(root) == tree


@given(raw=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_mapping_or_a_mistake(raw, tmp_path_factory):
    root, notes = loaded(tmp_path_factory.mktemp("bytes"), raw)
    assert root is not None or notes
