"""Takes the pictures of the README: the top of the made-up company's page, light and dark.

python scripts/picture.py       # docs/page.png and docs/page-dark.png
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from liftledger.cli import main as liftledger

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTH, HEIGHT = 1080, 1080
PICTURES = {"light": "page.png", "dark": "page-dark.png"}
MAKEFILE = DOCS.parent / "Makefile"
DEMO = next(line for line in MAKEFILE.read_text().splitlines() if line.startswith("DEMO := ")).removeprefix("DEMO := ")


with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
    company = Path(place, "demo")
    liftledger(["simulate", str(company), *DEMO.split()])
    liftledger(["report", str(company)])
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"])
    for scheme, name in PICTURES.items():
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)
        tab.goto((company / "report" / "index.html").as_uri())
        tab.screenshot(path=DOCS / name)
        print(DOCS / name)
    browser.close()
