"""The command line: `liftledger COMMAND`. It reads arguments, calls a verb, prints; imports wait until needed."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from liftledger import __version__

if TYPE_CHECKING:
    from liftledger.domain.cash import Money
    from liftledger.domain.mistake import Mistakes
    from liftledger.domain.report import Report
    from liftledger.prove.resources import Resources
    from liftledger.prove.verbs import Made
    from liftledger.report.progress import Progress

REPORT, PROVENANCE, PAGE = "report.json", "provenance.json", "index.html"
WORKBOOK, PDF = "case.xlsx", "case.pdf"
THREADS_MAX = 1024
DIALECTS = ("duckdb", "spark", "postgres", "snowflake", "bigquery", "clickhouse", "trino")  # imports must wait
COLUMNS = 80  # of a terminal that does not tell
WRONG = 2  # as argparse has it
INTERRUPTED, UNREAD = 130, 141  # as a shell has it: 128 + SIGINT, 128 + SIGPIPE


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 mistakes or differences, 2 wrong usage, 130 interrupted, 141 output not read on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows ?
    try:
        options = _parser().parse_args(arguments)
        status = _run(options)
        print(end="", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be flushed at the exit
        return UNREAD
    except KeyboardInterrupt:
        print("stopped; nothing is half-written", file=sys.stderr)
        return INTERRUPTED
    return status


def _run(options: argparse.Namespace) -> int:
    from liftledger.domain.mistake import Mistakes

    try:
        return int(options.command(options))
    except Mistakes as found:
        _complain(found)
        if options.command in (_report, _refresh, _case) and not getattr(options, "explain", False):
            print(f"{_number(len(found.mistakes), 'mistake')}; nothing was written", file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="liftledger",
        description="What personalization is worth: from the records to a report that can be recomputed.",
    )
    parser.add_argument("--version", action="version", version=f"liftledger {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    init = commands.add_parser("init", help="make a small company that works at once")
    init.add_argument("folder", type=Path, help="where; it must be new or empty")
    init.set_defaults(command=_init)

    simulate = commands.add_parser("simulate", help="make a whole company whose true effects are known")
    simulate.add_argument("folder", type=Path, help="where; it must be new or empty")
    simulate.add_argument(
        "--users", type=_whole, default=20_000, metavar="N", help="about how many sign up (default: 20000)"
    )
    simulate.add_argument("--seed", type=_whole, default=1, metavar="S", help="same seed, same bytes (default: 1)")
    simulate.add_argument(
        "--effect",
        action="append",
        default=[],
        metavar="NAME=CHANGE",
        help="such as ttv=-30%%, tickets.billing=+20%% or expansion@free=+10%%; ttv=-30%%~5%% loses 5%% of it a month",
    )
    simulate.add_argument("--holdout", default="10%", metavar="SHARE", help="of users held out (default: 10%%)")
    simulate.add_argument("--days", type=_whole, metavar="N", help="of study, after two quarters (default: 181)")
    simulate.add_argument("--flaw", choices=["sample_ratio"], help="spoil it: assignments of the treated get lost")
    simulate.set_defaults(command=_simulate)

    check = commands.add_parser("check", help="show every mistake in definitions and data")
    _project(check)
    check.set_defaults(command=_check)

    report = commands.add_parser("report", help="measure, and write report.json, provenance.json and index.html")
    _project(report)
    _made(report)
    report.set_defaults(command=_report)

    refresh = commands.add_parser("refresh", help="the same report, reading only what changed since the last refresh")
    _project(refresh)
    _made(refresh)
    which = refresh.add_mutually_exclusive_group()
    which.add_argument("--explain", action="store_true", help="show what would be read, and why; write nothing")
    which.add_argument("--full", action="store_true", help="read everything again, as the first time")
    refresh.set_defaults(command=_refresh)

    value = commands.add_parser("value", help="what customers are worth: retention, purchases, revenue, lifetime value")
    _project(value)
    value.add_argument("--as-of", type=_instant, metavar="DATE", help="rows from this date or UTC time on do not count")
    value.add_argument("--customers", type=_file, metavar="FILE", help="write each customer's expected value (Parquet)")
    value.add_argument("--base", metavar="NAME", help="whose customers, where there are several bases of purchases")
    value.set_defaults(command=_value)

    case = commands.add_parser("case", help="the business case: a workbook with live formulas, a PDF, and the page")
    case.add_argument("folder", type=Path, nargs="?", help="the folder that holds liftledger.yaml")
    case.add_argument(
        "--assumptions", type=_file, metavar="FILE", help="a plan instead of a folder: nothing is measured yet"
    )
    case.add_argument(
        "--scenario", action="append", default=[], metavar="NAME", help="which to show; several side by side"
    )
    _made(case)
    _resourced(case)
    case.set_defaults(command=_case)

    pilot = commands.add_parser("pilot", help="where the pilot stands against its criteria, today")
    _project(pilot)
    pilot.add_argument("--as-of", type=_instant, metavar="DATE", help="where it stood then; nothing is written")
    pilot.add_argument("--json", action="store_true", help="print all of it, each look too, as JSON")
    pilot.set_defaults(command=_pilot)

    explain = commands.add_parser("explain", help="show where one number comes from")
    _folder(explain)
    explain.add_argument("id", metavar="ID", help="as in report.json, or STUDY.METRIC.ARM for the headline")
    explain.add_argument(
        "--dialect", choices=DIALECTS, metavar="NAME", help=f"all SQL behind it, in the words of {_either(DIALECTS)}"
    )
    _stored(explain)
    explain.set_defaults(command=_explain)

    verify = commands.add_parser("verify", help="recompute a report from the records and compare")
    _project(verify)
    _stored(verify)
    verify.set_defaults(command=_verify)

    schema = commands.add_parser("schema", help="print a JSON Schema: of liftledger.yaml, or of report.json")
    schema.add_argument("of", nargs="?", choices=["definitions", "report", "provenance"], default="definitions")
    schema.set_defaults(command=_schema)
    return parser


def _project(command: argparse.ArgumentParser) -> None:
    _folder(command)
    _resourced(command)


def _resourced(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--threads", type=_threads, metavar="N", help="how many the engine may use (default: all cores)"
    )
    command.add_argument("--memory", type=_memory, metavar="SIZE", help="what the engine may use, for example 4GB")


def _made(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=_out, metavar="DIR", help="where to write (default: FOLDER/report)")
    command.add_argument(
        "--as-of", type=_instant, metavar="DATE", help="rows from this date or UTC time on do not count"
    )


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, help="the folder that holds liftledger.yaml")


def _stored(command: argparse.ArgumentParser) -> None:
    command.add_argument("--report", type=Path, metavar="FILE", help="default: FOLDER/report/report.json")


def _init(options: argparse.Namespace) -> int:
    from liftledger.simulate.starter import write_starter

    return _company(options.folder, write_starter)


def _simulate(options: argparse.Namespace) -> int:
    from liftledger.simulate.company.folder import ordered, write_company

    try:
        model = ordered(options.users, options.effect, options.holdout, options.days, options.flaw)
    except ValueError as error:
        print(f"liftledger simulate: error: {error}", file=sys.stderr)
        return WRONG
    return _company(options.folder, lambda folder: write_company(folder, model, seed=options.seed))


def _company(folder: Path, write: Callable[[Path], tuple[Path, ...]]) -> int:
    try:
        written = write(folder)
    except OSError as error:
        if error.strerror is None:  # its own words: what is in the way
            raise
        raise _mistake(str(folder), f"the company cannot be written here ({error.strerror})") from error
    for path in written:
        print(path)
    print(f"next: liftledger report {folder}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from liftledger.prove.verbs import check

    with _progress() as progress:
        checked = check(options.folder, resources=_resources(options), watch=progress.now)
    mistakes = checked.mistakes
    for line in (*mistakes, *checked.left_out):
        print(line)
    print(_number(len(mistakes), "mistake") if mistakes else "no mistakes")
    return 1 if mistakes else 0


def _report(options: argparse.Namespace) -> int:
    from liftledger.prove.verbs import make

    out = _place(options)
    with _progress() as progress:
        made = make(options.folder, as_of=options.as_of, resources=_resources(options), watch=progress.now)
        _publish(made, out, progress)
    _show(made.report, out)
    return 0


def _refresh(options: argparse.Namespace) -> int:
    from liftledger.prove.refresh import refresh
    from liftledger.report.numbers import plain
    from liftledger.report.stored import stored

    if options.explain:
        return _outlook(options)
    out = _place(options)
    with _progress() as progress:
        outcome = refresh(
            options.folder,
            out,
            lambda made: _publish(made, out, progress),
            as_of=options.as_of,
            full=options.full,
            resources=_resources(options),
            watch=progress.now,
        )
    for note in outcome.notes:
        print(plain(note))
    print()
    _show(outcome.made.report if outcome.made else stored(_read(out / REPORT), _read(out / PROVENANCE))[0], out)
    return 0


def _value(options: argparse.Namespace) -> int:
    from liftledger.prove.value import valued
    from liftledger.report.customers_summary import customer_tables

    with _progress() as progress:
        report = valued(
            options.folder,
            as_of=options.as_of,
            customers=options.customers,
            base=options.base,
            resources=_resources(options),
            watch=progress.now,
        )
    print(customer_tables(report), end="")
    if options.customers:
        print(f"\n{options.customers}")
    return 0


def _case(options: argparse.Namespace) -> int:
    from liftledger.prove.planning import planned
    from liftledger.prove.verbs import make
    from liftledger.report.case_summary import case_summary

    if (options.folder is None) == (options.assumptions is None):
        print("liftledger case: error: name either a folder or --assumptions FILE", file=sys.stderr)
        return WRONG
    plan: Path | None = options.assumptions
    out = Path(options.out or (plan.parent / plan.stem if plan else options.folder / "report"))
    with _progress() as progress:
        if plan:
            made = planned(plan)
        else:
            made = make(options.folder, as_of=options.as_of, resources=_resources(options), watch=progress.now)
        money = _priced(made.report, options.scenario, str(plan or options.folder))
        _publish_case(made, out, progress)
    print(case_summary(made.report, money, options.scenario))
    for name in (WORKBOOK, PDF, PAGE):
        print(out / name)
    return 0


def _priced(report: "Report", scenarios: list[str], place: str) -> "Money":
    """The money of the report. Raises Mistakes where none is declared, or a scenario is not."""
    from liftledger.report.case_summary import unknown

    money = report.money
    if money is None:
        raise _mistake(place, "nothing says what effects are worth", "add `value:`, see docs/money.md")
    if wrong := unknown(money, scenarios):
        known = ", ".join(one.name for one in money.workings.scenarios) if money.workings else ""
        cure = f"its scenarios are {known}" if known else "nothing is priced, so that there is none"
        raise _mistake("--scenario", f"there is no scenario {', '.join(map(repr, wrong))}", cure)
    return money


def _publish_case(made: "Made", out: Path, progress: "Progress") -> None:
    """The case beside its report."""
    from liftledger.domain.report import encode
    from liftledger.prove.publication import publish
    from liftledger.report.page import page
    from liftledger.report.pdf import pdf
    from liftledger.report.workbook import workbook

    progress.now("writing the workbook")
    try:
        files = {WORKBOOK: workbook(made.report, made.provenance)}
    except ImportError as error:
        found = f"a workbook needs XlsxWriter, which cannot be loaded ({error})"
        raise _mistake(WORKBOOK, found, "pip install 'liftledger[case]'") from error
    progress.now("writing the PDF")
    files[PDF] = pdf(made.report, made.provenance)
    progress.now("writing the page")
    html = page(made.report, made.provenance, downloads=(WORKBOOK, PDF)).encode()
    publish(files | {PROVENANCE: encode(made.provenance), PAGE: html, REPORT: made.encoded}, out)


def _pilot(options: argparse.Namespace) -> int:
    from liftledger.domain.report import encode
    from liftledger.prove.pilot import standing
    from liftledger.report.pilot_view import pilot_text

    with _progress() as progress:
        found = standing(options.folder, as_of=options.as_of, resources=_resources(options), watch=progress.now)
    print(encode(found).decode() if options.json else pilot_text(found), end="")
    return 0


def _outlook(options: argparse.Namespace) -> int:
    from liftledger.prove.refresh import explained
    from liftledger.report.due import outlook_table

    with _progress() as progress:
        progress.now("looking at files")
        outlook = explained(options.folder, _place(options), as_of=options.as_of)
    print(outlook_table(outlook))
    return 0


def _publish(made: "Made", out: Path, progress: "Progress") -> dict[str, bytes]:
    from liftledger.domain.report import encode
    from liftledger.prove.publication import publish
    from liftledger.report.page import page

    progress.now("writing the page")
    packed = _packed(out, made.encoded)
    html = page(made.report, made.provenance, downloads=packed).encode()
    files = {PROVENANCE: encode(made.provenance), PAGE: html, REPORT: made.encoded}
    if not packed:
        _clear(out)  # first: whatever happens then, no case stands beside a report that is not its own
    publish(files, out)
    return files


def _packed(out: Path, report: bytes) -> tuple[str, ...]:
    """The files of a case that lie there and are of this report."""
    there = tuple(name for name in (WORKBOOK, PDF) if (out / name).is_file())
    return there if there and (out / REPORT).is_file() and (out / REPORT).read_bytes() == report else ()


def _clear(out: Path) -> None:
    """Removes the files of a case of another report, and says so."""
    stale = [name for name in (WORKBOOK, PDF) if (out / name).is_file()]
    for name in stale:
        (out / name).unlink()
    if stale:
        print(f"{' and '.join(stale)} of another report: removed; `liftledger case` makes them again", file=sys.stderr)


def _show(report: "Report", out: Path) -> None:
    from liftledger.report.summary import summary

    print(summary(report, colour=_colourful()))
    print(out / PAGE)


def _explain(options: argparse.Namespace) -> int:
    from liftledger.prove.translation import script
    from liftledger.report.explanation import explanation, find
    from liftledger.report.stored import stored

    path = _path(options)
    report, provenance = stored(_read(path), _read(path.with_name(PROVENANCE)))
    try:
        found = find(report, options.id)
    except LookupError as unknown:
        raise _mistake(str(path), str(unknown)) from unknown
    known = getattr(found, "id", options.id)  # a number of the workings has a name and no other id
    print(explanation(report, provenance, known, script(provenance, known, options.dialect)), end="")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from liftledger.prove.verbs import verify

    path = _path(options)
    stored = _read(path)
    with _progress() as progress:
        found = verify(options.folder, stored, place=str(path), resources=_resources(options), watch=progress.now)
    if not found:
        print("identical")
        return 0
    more = f" (and {_number(len(found) - 1, 'more difference')})" if len(found) > 1 else ""
    print(f"{found[0]}{more}")
    return 1


def _schema(options: argparse.Namespace) -> int:
    import json

    print(json.dumps(_schema_of(options.of), indent=2))
    return 0


def _schema_of(name: str) -> dict[str, Any]:
    if name == "definitions":
        from liftledger.definitions.schema import schema

        return schema()
    import msgspec

    from liftledger.domain.provenance import Provenance
    from liftledger.domain.report import Report

    return msgspec.json.schema(Report if name == "report" else Provenance)


def _resources(options: argparse.Namespace) -> "Resources":
    from liftledger.prove.resources import Resources

    return Resources(options.threads, options.memory)


def _progress() -> "Progress":
    """On stderr, which may be a terminal that can go back in its line, another thing, or nothing."""
    from liftledger.report.progress import Progress

    stream = sys.stderr or io.StringIO()
    rewrites = stream.isatty() and os.environ.get("TERM") != "dumb"
    return Progress(stream, monotonic, width=partial(_columns, stream.fileno()) if rewrites else None)


def _columns(terminal: int) -> int:
    try:
        return os.get_terminal_size(terminal).columns or COLUMNS
    except OSError:
        return COLUMNS


def _place(options: argparse.Namespace) -> Path:
    return Path(options.out or options.folder / "report")


def _path(options: argparse.Namespace) -> Path:
    return Path(options.report or options.folder / "report" / REPORT)


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise _mistake(str(path), "it is a folder", f"name the file, such as {path / REPORT}")
    if not path.is_file():
        beside = path.parent.parent / REPORT  # the folder named is the one that --out made
        cure = f"add --report {beside}" if beside.is_file() else "make it: liftledger report FOLDER"
        raise _mistake(str(path), "there is no such file", cure)
    return path.read_bytes()


def _instant(text: str) -> int:
    from liftledger.domain.instant import micros

    try:
        return micros(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write 2026-01-31 or 2026-01-31T12:00") from error


def _threads(text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    if not 1 <= number <= THREADS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {THREADS_MAX}")
    return number


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _out(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("no folder is named")
    return Path(text)


def _file(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("no file is named")
    return Path(text)


def _memory(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?\s*[KMGT]i?B", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 500MB or 4GB")
    return text


def _colourful() -> bool:
    return bool(sys.stdout) and sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _mistake(place: str, found: str, cure: str = "") -> "Mistakes":
    from liftledger.domain.mistake import Mistake, Mistakes

    return Mistakes((Mistake(place, None, found, cure),))


def _complain(found: "Mistakes") -> None:
    for mistake in found.mistakes:
        print(mistake, file=sys.stderr)


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
