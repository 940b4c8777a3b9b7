"""Builds the browser library into the package: once, when the wheel is built, not when a report is."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BrowserLibrary(BuildHookInterface):  # type: ignore[type-arg]
    """Bundles Vega, Vega-Lite and vega-embed into one script that sets `window.vegaEmbed`."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        target = Path(self.root, "src/liftledger/report/assets/vega.js")
        if target.exists():
            return
        import vl_convert

        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(vl_convert.javascript_bundle(), encoding="utf-8")
