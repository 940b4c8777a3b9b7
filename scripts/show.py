"""Prints where a page lies and opens it where there is a screen."""

import os
import sys
import webbrowser
from pathlib import Path


def screen() -> bool:
    """Whether someone could see it, and did not ask to be left alone."""
    if os.environ.get("LIFTLEDGER_NO_OPEN") == "1" or os.environ.get("CI") == "true":
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


page = Path(sys.argv[1]).resolve(strict=True)
print(f"The page: {page}")
if screen():
    webbrowser.open(page.as_uri())
