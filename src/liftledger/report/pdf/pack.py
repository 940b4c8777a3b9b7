"""The pack: a business case as PDF, four pages at most, the same bytes for the same report."""

import base64
import functools
import unicodedata
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liftledger.domain.mistake import Mistake, Mistakes
from liftledger.domain.provenance import Provenance
from liftledger.domain.report import Report
from liftledger.report import numbers
from liftledger.report.pdf.brought import brought, long
from liftledger.report.pdf.checking import checking
from liftledger.report.pdf.decided import decided
from liftledger.report.pdf.resting import resting
from liftledger.report.pdf.room import SIZES, Size

if TYPE_CHECKING:
    from jinja2 import Environment
    from weasyprint import Document

HERE = Path(__file__).parent
PARTS = ("decided", "brought", "resting", "checking")  # a page each
VARIANT = "pdf/ua-1"  # tagged, with language and title
FAMILY = "Source Sans 3"
SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic")  # a file each; what they lack is taken from the machine's fonts
WEIGHTS = (400, 600)


def pdf(report: Report, provenance: Provenance) -> bytes:
    """The case on A4, tagged, with everything that it needs in it. Raises Mistakes where WeasyPrint is missing."""
    found, unseen = _printed(report, provenance, 0)
    return _printed(report, provenance, unseen)[0] if unseen else found


def _printed(report: Report, provenance: Provenance, unseen: int) -> tuple[bytes, int]:
    """The file, and how many letters stand in it as boxes; `unseen` of them are told to the reader."""
    press, sizes = _press(), dict.fromkeys(PARTS, 0)
    while True:
        used = {part: SIZES[size] for part, size in sizes.items()}
        document = press.laid_out(_text(report, provenance, used, unseen))
        scant = {part: min(sizes[part] + more, len(SIZES) - 1) for part, more in _overflowing(document).items()}
        if sizes | scant == sizes:
            break
        sizes |= scant
    # The date is the report's and the identifier its hash: there is no clock and no chance in the file.
    found: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=provenance.report_sha256[:32].encode())
    return found, len({letter for font in document.fonts.values() for letter in font.missing})


def _text(report: Report, provenance: Provenance, sizes: dict[str, Size], unseen: int) -> str:
    first = decided(report, sizes["decided"])
    shown = report.money if first.case and first.case.shown else None
    return (
        _environment()
        .get_template("pack.html")
        .render(
            report=report,
            provenance=provenance,
            date=report.as_of.partition("T")[0],
            planned=not report.studies,
            long=long(shown) if shown else False,
            unseen=_unseen(unseen),
            confidence=numbers.confidence(report.confidence),
            decided=first,
            brought=brought(shown, sizes["brought"]) if shown else None,
            resting=resting(report, shown, sizes["resting"]) if shown else None,
            checking=checking(report, provenance, shown, sizes["checking"]),
        )
    )


def _unseen(letters: int) -> str:
    if not letters:
        return ""
    boxes = "1 letter that stands as a box is" if letters == 1 else f"{letters} letters that stand as boxes are"
    return f"{boxes} in no font of the machine that printed this; the workbook and the page hold what was written."


def _overflowing(document: "Document") -> dict[str, int]:
    """Parts that take more than a page -> how many more: on each of their pages stands their anchor."""
    taken = {part: sum(part in page.anchors for page in document.pages) for part in PARTS}
    return {part: pages - 1 for part, pages in taken.items() if pages > 1}


class _Press:
    """Fonts and styles, loaded once; nothing is fetched but what stands in the document itself."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the machine has no fonts: they are in the styles
            from weasyprint import CSS
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher

        self.fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
        self.fonts = FontConfiguration()
        self.style = CSS(string=_style(), font_config=self.fonts, url_fetcher=self.fetcher)

    def laid_out(self, text: str) -> "Document":
        from weasyprint import HTML

        html = HTML(string=text, url_fetcher=self.fetcher)
        return html.render(font_config=self.fonts, stylesheets=[self.style], pdf_variant=VARIANT)


@functools.cache
def _press() -> _Press:
    try:
        return _Press()
    except (ImportError, OSError) as error:  # OSError: its own libraries, such as Pango
        found = f"a PDF needs WeasyPrint, which cannot be loaded ({str(error).splitlines()[0]})"
        cure = "pip install 'liftledger[case]'; WeasyPrint needs Pango, on Debian: apt install libpangoft2-1.0-0"
        raise Mistakes((Mistake("case.pdf", None, found, cure),)) from error


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    made.filters.update(
        label=numbers.label, capital=numbers.capital, isolated=numbers.isolated, plural=numbers.plural,
    )  # fmt: skip
    return made


def _printable(value: Any) -> Any:
    """Without control characters, which no reader of a PDF is to meet; spaces in numbers are those of the font."""
    if not isinstance(value, str):
        return value
    kept = "".join(one for one in value if unicodedata.category(one) != "Cc" or one in "\n\t")
    return type(value)(kept.replace(numbers.THIN, numbers.NO_BREAK))


@functools.cache
def _style() -> str:
    faces = "".join(_face(script, weight) for script in SCRIPTS for weight in WEIGHTS)
    families = ", ".join(f'"{FAMILY} {script}"' for script in SCRIPTS)
    return faces + (HERE / "pack.css").read_text(encoding="utf-8").replace("$families", families)


def _face(script: str, weight: int) -> str:
    """A font with its bytes, so that nothing is read when the page is laid out."""
    file = HERE / "fonts" / f"source-sans-3-{script}-{weight}.ttf"
    held = base64.b64encode(file.read_bytes()).decode()
    return (
        f'@font-face {{ font-family: "{FAMILY} {script}"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{held}) format('truetype'); }}\n"
    )
