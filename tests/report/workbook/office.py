"""LibreOffice without a screen: workbooks are recalculated, whatever their cells say that they come to."""

import csv
import shutil
import subprocess
from pathlib import Path

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
# comma, double quote, UTF-8, from row 1, values as they are and not as they are shown, every sheet
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
PATIENCE = 600  # seconds

Sheets = dict[str, dict[str, str | float]]  # sheet -> cell -> value


def recalculated(books: dict[str, bytes], folder: Path) -> dict[str, Sheets]:
    """One start for all of them, as a start takes seconds. Names of books are words."""
    profile, out = folder / "profile/user", folder / "out"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(SETTINGS)
    files = []
    for name, content in books.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(content)
    command = [office(), f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", CSV]
    subprocess.run(
        [*command, "--outdir", str(out), *map(str, files)], capture_output=True, check=True, timeout=PATIENCE
    )
    found = {
        name: {path.stem.removeprefix(f"{name}-"): cells(path) for path in out.glob(f"{name}-*.csv")} for name in books
    }
    assert all(found.values()), [name for name, sheets in found.items() if not sheets]
    return found


def office() -> str:
    found = shutil.which("soffice") or shutil.which("soffice", path="/usr/lib/libreoffice/program")
    assert found, "LibreOffice recalculates the workbooks: install it (Debian: apt install libreoffice-calc-nogui)"
    return found


def cells(path: Path) -> dict[str, str | float]:
    """Cell -> its value; numbers as numbers."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            f"{letters(column)}{row}": value(text)
            for row, texts in enumerate(csv.reader(file), start=1)
            for column, text in enumerate(texts)
            if text
        }


def value(text: str) -> str | float:
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return text


def letters(column: int) -> str:
    above, last = divmod(column, 26)
    return (letters(above - 1) if above else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[last]
