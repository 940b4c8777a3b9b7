"""Slugs: names as they stand in the ids of estimates, fit for a shell and a link."""

import re
import unicodedata


def slug(text: str) -> str:
    """Lower-case letters and digits of any script, joined by '-'; empty for a text without any."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")
