"""The command line: `liftledger COMMAND`. It reads arguments, calls a verb, prints; imports wait until needed."""

import argparse
import sys
from pathlib import Path

from liftledger import __version__

REPORT, PROVENANCE, PAGE = "report.json", "provenance.json", "index.html"


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 mistakes or differences, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    from liftledger.domain.mistake import Mistakes

    try:
        return int(options.command(options))
    except Mistakes as found:
        return _complain(found, options)
    except (OSError, LookupError) as error:
        return _fail(_sentence(error))
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="liftledger",
        description="What personalization is worth: from the records to a report that can be recomputed.",
    )
    parser.add_argument("--version", action="version", version=f"liftledger {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    init = commands.add_parser("init", help="make a small company that works at once")
    init.add_argument("folder", type=Path)
    init.set_defaults(command=_init)

    check = commands.add_parser("check", help="show every mistake in definitions and data")
    _project(check)
    check.set_defaults(command=_check)

    report = commands.add_parser("report", help="measure, and write report.json, provenance.json and index.html")
    _project(report)
    report.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: FOLDER/report)")
    report.add_argument("--as-of", metavar="DATE", help="rows from this date or UTC time on do not count")
    report.set_defaults(command=_report)

    explain = commands.add_parser("explain", help="show where one number comes from")
    explain.add_argument("folder", type=Path)
    explain.add_argument("id", metavar="ID", help="as in report.json, or STUDY.METRIC.ARM for the headline")
    explain.add_argument("--report", type=Path, metavar="FILE", help="report.json (default: FOLDER/report/report.json)")
    explain.set_defaults(command=_explain)

    verify = commands.add_parser("verify", help="recompute a report from the records and compare")
    _project(verify)
    verify.add_argument("--report", type=Path, metavar="FILE", help="report.json (default: FOLDER/report/report.json)")
    verify.set_defaults(command=_verify)

    schema = commands.add_parser("schema", help="print a JSON Schema: of liftledger.yaml, or of report.json")
    schema.add_argument("of", nargs="?", choices=["definitions", "report", "provenance"], default="definitions")
    schema.set_defaults(command=_schema)
    return parser


def _project(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, help="the folder that holds liftledger.yaml")
    command.add_argument(
        "--threads", type=_positive, metavar="N", help="how many the engine may use (default: all cores)"
    )
    command.add_argument("--memory", type=_memory, metavar="SIZE", help="what the engine may use, for example 4GB")


def _init(options: argparse.Namespace) -> int:
    from liftledger.simulate.starter import write_starter

    for path in write_starter(options.folder):
        print(path)
    print(f"next: liftledger report {options.folder}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from liftledger.prove.verbs import check

    mistakes = check(options.folder, resources=_resources(options))
    for mistake in mistakes:
        print(mistake)
    print(_number(len(mistakes), "mistake") if mistakes else "no mistakes")
    return 1 if mistakes else 0


def _report(options: argparse.Namespace) -> int:
    from liftledger.domain.report import encode
    from liftledger.prove.publication import publish
    from liftledger.prove.verbs import make
    from liftledger.report.page import page
    from liftledger.report.summary import summary

    as_of = None if options.as_of is None else _instant(options.as_of)
    made = make(options.folder, as_of=as_of, resources=_resources(options))
    out = options.out or options.folder / "report"
    html = page(made.report, made.provenance).encode()
    publish({PROVENANCE: encode(made.provenance), PAGE: html, REPORT: made.encoded}, out)
    print(summary(made.report))
    print(out / PAGE)
    return 0


def _explain(options: argparse.Namespace) -> int:
    from liftledger.report.explanation import explanation
    from liftledger.report.stored import stored

    path = options.report or options.folder / "report" / REPORT
    report, provenance = stored(_read(path), _read(path.with_name(PROVENANCE)))
    print(explanation(report, provenance, options.id))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from liftledger.prove.verbs import verify

    path = options.report or options.folder / "report" / REPORT
    found = verify(options.folder, _read(path), resources=_resources(options))
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


def _schema_of(name: str) -> object:
    if name == "definitions":
        from liftledger.definitions.schema import schema

        return schema()
    import msgspec

    from liftledger.domain.provenance import Provenance
    from liftledger.domain.report import Report

    return msgspec.json.schema(Report if name == "report" else Provenance)


def _resources(options: argparse.Namespace):  # type: ignore[no-untyped-def]
    from liftledger.prove.verbs import Resources

    return Resources(options.threads, options.memory)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; make it: liftledger report FOLDER")
    return path.read_bytes()


def _instant(text: str) -> int:
    from liftledger.domain.instant import micros
    from liftledger.domain.mistake import Mistake, Mistakes

    try:
        return micros(text)
    except ValueError as error:
        cure = "write 2026-01-31 or 2026-01-31T12:00:00"
        raise Mistakes((Mistake("--as-of", None, f"{text!r} is no date", cure),)) from error


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a whole number from 1 on")
    return number


def _memory(text: str) -> str:
    import re

    if not re.fullmatch(r"\d+(\.\d+)?\s*([KMGT]i?B)", text):
        raise argparse.ArgumentTypeError(f"{text!r}: a size such as 500MB or 4GB")
    return text


def _complain(found, options: argparse.Namespace) -> int:  # type: ignore[no-untyped-def]
    for mistake in found.mistakes:
        print(mistake, file=sys.stderr)
    folder = getattr(options, "folder", "")
    print(f"{folder}: {_number(len(found.mistakes), 'mistake')}; nothing was written", file=sys.stderr)
    return 1


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error.args[0]) if error.args else str(error)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
