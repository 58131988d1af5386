"""The page of each code as something that an editor can open: where it says so, its own; else a file of the user's cache."""

from __future__ import annotations

import os
from pathlib import Path

from pathflow import __version__
from pathflow.dsl.languages import Code
from pathflow.rules.pages import page


class Pages:
    """Links to pages.

    Args:
        template: a link in which `{code}` stands for the code, as the editor gave it.
    """

    def __init__(self, template: str = "") -> None:
        self.template = template
        self._written: dict[tuple[str, Code], str | None] = {}

    def link(self, code: str, language: Code) -> str | None:
        """The link to the page of a code; None where there is nowhere to put it."""
        if self.template:
            return self.template.replace("{code}", code)
        key = (code, language)
        if key not in self._written:
            self._written[key] = _written(code, language)
        return self._written[key]


def _written(code: str, language: Code) -> str | None:
    text = page(code, language)
    if text is None:
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    file = Path(home, "pathflow", "pages", __version__, language, f"{code}.txt")
    try:
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write_text(text, "utf-8")
        return file.as_uri()
    except (OSError, ValueError):
        return None
