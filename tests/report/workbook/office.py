"""LibreOffice without a screen: workbooks are recalculated, whatever their cells say they come to."""

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def office() -> str:
    found = shutil.which("soffice") or shutil.which("soffice", path="/usr/lib/libreoffice/program")
    assert found, "LibreOffice recalculates the workbooks: install it (Debian: apt install libreoffice-calc-nogui)"
    return found


def recalculated(books: dict[str, bytes], folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    """Workbook -> sheet -> cell -> value. One start for all of them, as a start takes seconds."""
    profile, out = folder / "profile/user", folder / "out"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(SETTINGS)
    files = []
    for name, content in books.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(content)
    command = [office(), f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", "xlsx"]
    done = subprocess.run(
        [*command, "--outdir", str(out), *map(str, files)], capture_output=True, text=True, check=True
    )
    assert len(list(out.iterdir())) == len(books), done.stderr
    return {name: values((out / f"{name}.xlsx").read_bytes()) for name in books}


def values(book: bytes) -> dict[str, dict[str, object]]:
    """Sheet -> cell -> value as it is kept in the file."""
    read = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in read
    }
