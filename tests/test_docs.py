"""The documents tell the truth: commands print what is shown, definitions are accepted, links lead somewhere."""

import contextlib
import importlib.util
import io
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from liftledger.cli import _parser, main
from liftledger.definitions import read
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.metric import Kind, Role
from liftledger.domain.project import Convention
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.simulate.starter import write_starter
from liftledger.stats.formula import FORMULAS
from tests.data import data

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "src/liftledger/simulate/starter"
EXAMPLES = sorted((ROOT / "examples").glob("*/README.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), *EXAMPLES]
BLOCK = re.compile(r"^```(\w*) ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
PROGRESS = re.compile(r"^[0-9]+ s: .*\n", re.MULTILINE)  # said where a machine is slow
PICTURE_BYTES = 250_000


class Block(msgspec.Struct, frozen=True):
    """A fenced block: its language, what stands after it, its text."""

    language: str
    label: str
    text: str


def blocks(page: Path, *languages: str) -> list[Block]:
    found = [Block(*match.groups()) for match in BLOCK.finditer(page.read_text())]
    return [block for block in found if block.language in languages]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """An empty folder to work in, with the examples in it, beside the data."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples", project / "examples", ignore=shutil.ignore_patterns("report"))
    (tmp_path / "shared").mkdir()
    monkeypatch.chdir(project)
    return project


def run(command: str) -> str:
    """What a command prints, errors too; only ours and `sed` are known."""
    words = shlex.split(command)
    if words[0] == "sed":
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return done.stdout
    assert words[0] == "liftledger", command
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        main(words[1:])
    return PROGRESS.sub("", printed.getvalue())


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what it is said to print."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def alike(shown: str, printed: str) -> bool:
    """Whether it prints what is shown, where a line of three points stands for any lines."""
    parts = (re.escape(part.rstrip()) for part in re.split(r"^\.\.\.$\n?", shown, flags=re.MULTILINE))
    return re.fullmatch(r"(?:.*\n)*?".join(f"{part}\\s*?" for part in parts), printed + "\n") is not None


SECTION = re.compile(r"^(?=\w+:)", re.MULTILINE)


def added(definitions: str, piece: str) -> str:
    """Definitions with the entries of a piece at the end of their sections, where a reader puts them."""
    sections = {part.partition(":")[0]: part for part in SECTION.split(definitions) if part}
    for part in filter(None, SECTION.split(piece)):
        name, _, entries = part.rstrip("\n").partition(":\n")
        whole = sections.setdefault(name, f"\n{name}:\n")
        body = whole.rstrip("\n")
        sections[name] = f"{body}\n{entries}{whole[len(body) :]}"
    return "".join(sections.values())


def test_a_piece_goes_to_the_end_of_its_sections():
    whole = "company: A\n\nfacts: # tables\n  a: 1\n\nmetrics:\n  c: 1\n"
    assert added(whole, "facts:\n  b: 2\n\nvalue:\n  d: 3\n") == (
        "company: A\n\nfacts: # tables\n  a: 1\n  b: 2\n\nmetrics:\n  c: 1\n\nvalue:\n  d: 3\n"
    )


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_print_what_is_shown(page, place):
    for block in blocks(page, "csv", "yaml", "console"):
        if block.language != "console":
            if block.label:
                path = place / block.label.removeprefix("+")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(added(path.read_text(), block.text) if block.label.startswith("+") else block.text)
            continue
        if block.label.startswith("data="):
            folder = data(block.label.removeprefix("data=")).parent
            (place.parent / "shared" / "data").symlink_to(folder, target_is_directory=True)
        for command, shown in sessions(block.text):
            printed = run(command)
            assert alike(shown, printed), f"$ {command}\n{printed}"


def test_a_line_of_points_stands_for_any_lines():
    assert alike("a\n...\nd\n", "a\nb\nc\nd\n") and alike("...\nb\n", "a\nb\n") and alike("a\n", "a\n\n")
    assert not alike("a\n...\nd\n", "a\nb\n") and not alike("a\n", "a\nb\n") and not alike("b\n", "a\nb\n")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_shell_lines_are_words_of_the_makefile(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for block in blocks(page, "sh"):
        for line in block.text.splitlines():
            words = line.partition("#")[0].split()
            assert words == [".", ".venv/bin/activate"] or (words[0] == "make" and set(words[1:]) <= targets), line


def test_the_starter_s_commands_work(tmp_path, monkeypatch):
    write_starter(tmp_path / "acme")
    monkeypatch.chdir(tmp_path / "acme")
    commands = re.findall(r"^    (liftledger .*?)(?: +#.*)?$", (STARTER / "README.md").read_text(), re.MULTILINE)
    assert [command.split()[1] for command in commands] == ["check", "report", "explain", "verify"]
    printed = [run(command) for command in commands]
    assert printed[0] == "no mistakes\n" and printed[3] == "identical\n"
    assert "Conversion rose by" in printed[1] and "What a user spends in four weeks." in printed[2]


PIECES = {
    f"{named(page)}-{n}": block
    for page in PAGES
    for n, block in enumerate(blocks(page, "yaml"), start=1)
    if not block.label.startswith("+")  # read by the commands of their page
}


@pytest.mark.parametrize("block", PIECES.values(), ids=PIECES.keys())
def test_definitions_are_accepted(block, tmp_path):
    """Whole files as they stand; pieces as a part of the starter."""
    text = block.text
    if block.label.startswith("studies/"):
        (tmp_path / "studies").mkdir()
        (tmp_path / block.label).write_text(text)
        text = ""
    if not text.startswith("company:"):
        whole = yaml.safe_load((STARTER / "liftledger.yaml").read_text())
        for section, entries in (yaml.safe_load(text) or {}).items():
            whole[section] = whole.get(section, {}) | entries
        text = yaml.safe_dump(whole, allow_unicode=True)
    (tmp_path / "liftledger.yaml").write_text(text)
    assert read(tmp_path).studies


WAREHOUSE = """
REVOKE ALL ON DATABASE shop FROM PUBLIC;
CREATE SCHEMA web;
CREATE SCHEMA sales;
CREATE TABLE web.visits (user_id text, first_seen timestamptz, variant text);
CREATE TABLE sales.payments (user_id text, paid_at timestamptz, total numeric);
INSERT INTO web.visits SELECT i, '2026-05-04Z', CASE WHEN i <= 10 THEN 'standard' ELSE 'personal' END
FROM generate_series(1, 20) AS i;
INSERT INTO sales.payments SELECT i, '2026-05-08Z', i + 0.25 FROM generate_series(1, 20) AS i;
INSERT INTO sales.payments VALUES ('1', '2026-05-20Z', 9) -- after the window
"""


@pytest.fixture
def shop(postgres_server, tmp_path) -> Iterator[Path]:
    """A folder with the definitions of docs/engines.md, whose role has nothing but that page's rights."""
    page = ROOT / "docs/engines.md"
    (rights,) = blocks(page, "sql")
    (definitions,) = (block.text for block in blocks(page, "yaml") if "postgresql://" in block.text)
    address = postgres_server.database("shop")
    grant(postgres_server, f"{WAREHOUSE};{rights.text}")
    role, _, host = address.removeprefix("postgresql://").partition("@")
    assert role != "liftledger"
    (tmp_path / "liftledger.yaml").write_text(definitions.replace("warehouse.example/shop", host))
    try:
        yield tmp_path
    finally:
        postgres_server.drop("shop")
        postgres_server.run("DROP ROLE IF EXISTS liftledger")


def grant(postgres_server, statements: str) -> None:
    for statement in statements.strip().removesuffix(";").split(";"):
        postgres_server.run(statement, database="shop")


def test_the_rights_that_the_page_grants_are_enough_for_a_report(shop):
    assert "+174%" in run(f"liftledger report {shop}")  # means of 5.75 and 15.75
    assert run(f"liftledger verify {shop}") == "identical\n"


def test_a_refresh_needs_the_rights_that_its_own_page_adds(shop, postgres_server):
    refused = run(f"liftledger refresh {shop}")
    assert "liftledger report" in refused and refused.endswith("1 mistake; nothing was written\n")
    assert not (shop / "report").exists()
    (rights,) = blocks(ROOT / "docs/refresh.md", "sql")
    grant(postgres_server, rights.text)
    assert "+174%" in run(f"liftledger refresh {shop}")
    assert run(f"liftledger verify {shop}") == "identical\n"


def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts/reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_keys_are_those_of_the_registry():
    made = reference()
    text = made.PAGE.read_text()
    assert made.written(text) == text, "run: python scripts/reference.py"
    assert {name for _, name, _ in made.MARKED.findall(text)} == set(made.SECTIONS)


def test_every_section_of_the_registry_has_its_table():
    from liftledger.definitions.keys import PROJECT
    from liftledger.definitions.plan_keys import PLAN
    from tests.definitions.test_schema import sections

    documented = {section.noun for section in reference().SECTIONS.values()}
    assert documented == {section.noun for root in (PROJECT, PLAN) for section in sections(root)}


def test_every_field_of_the_report_is_described():
    described: dict[str, list[list[str]]] = {}
    for part in (ROOT / "docs/report.md").read_text().split("\n### ")[1:]:
        head, _, text = part.partition("\n")
        tables = re.findall(r"^\| field \| what \|\n\|[- |]+\n((?:\|.*\n)+)", text, re.MULTILINE)
        described[head] = [re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) for table in tables]
    answers = [fields(Interval), fields(NoEstimate)]
    structs = {name: [found] for root in (Report, Provenance) for name, found in definitions(root).items()}
    assert described == {name: found for name, found in structs.items() if name not in ("Interval", "NoEstimate")} | {
        "Answers": answers
    }


def definitions(root: type) -> dict[str, list[str]]:
    """Every object of a JSON Schema with its properties."""
    found = msgspec.json.schema(root)["$defs"]
    return {name: list(one["properties"]) for name, one in found.items() if "properties" in one}


def fields(struct: type) -> list[str]:
    return definitions(struct)[struct.__name__]


@pytest.mark.parametrize("page", [*PAGES, STARTER / "README.md"], ids=named)
def test_links_lead_somewhere(page):
    text = BLOCK.sub("", page.read_text())
    links = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)
    for link in links:
        path, _, anchor = link.partition("#")
        if path.startswith("https://"):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """Of a page's headings, as they are made where it is shown."""
    heads = re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_command_and_option_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    (commands,) = (action for action in _parser()._actions if action.choices and not action.option_strings)
    for name, command in commands.choices.items():
        (row,) = re.findall(rf"^\| `liftledger {name}\b.*$", readme, re.MULTILINE)
        options = {option for action in command._actions for option in action.option_strings} - {"-h", "--help"}
        assert set(re.findall(r"--[a-z-]+", row)) == options


def test_every_kind_role_grade_method_and_convention_is_described():
    definitions, methods = ((ROOT / "docs" / name).read_text() for name in ("definitions.md", "methods.md"))
    assert {kind for kind in get_args(Kind) if f"| `{kind}` | " not in definitions} == set()
    assert {role for role in get_args(Role) if f"`{role}`" not in definitions} == set()
    rows = {
        name for cell in re.findall(r"^\| (`.*?) \|", methods, re.MULTILINE) for name in re.findall(r"`(.+?)`", cell)
    }
    plain = {method for method in FORMULAS if not method.endswith("-skew")}
    assert rows >= {*get_args(Kind), *plain, *(str(grade) for grade in Grade), *get_args(Convention), "observed"}


def test_pictures_are_small():
    pictures = sorted((ROOT / "docs").glob("*.png"))
    assert [picture.name for picture in pictures] == ["page-dark.png", "page.png"]
    assert all(picture.stat().st_size < PICTURE_BYTES for picture in pictures)


def test_hillstrom_s_plain_estimates_are_those_of_its_readme(place):
    folder = data("hillstrom.csv.gz").parent
    (place.parent / "shared" / "data").symlink_to(folder, target_is_directory=True)
    run("liftledger report examples/hillstrom")
    report = json.loads((place / "examples/hillstrom/report/report.json").read_text())
    readme = (ROOT / "examples/hillstrom/README.md").read_text()
    for arm in ("Mens E-Mail", "Womens E-Mail"):
        (row,) = re.findall(rf"^\| {arm} \| (.*) \|$", readme, re.MULTILINE)
        (found,) = (
            one
            for one in report["estimates"]
            if (one["metric"], one["arm"], one["method"], one["segment"]) == ("spend", arm, "welch", None)
        )
        effect, lift = found["effect"], found["lift"]
        told = [float(number) for number in re.findall(r"[+-]?\d+\.\d+(?:e-\d+)?", row)]
        exact = [effect["value"], effect["low"], effect["high"], found["p_value"], lift["low"], lift["high"]]
        assert told == pytest.approx(exact, rel=5e-5, abs=5e-7)
