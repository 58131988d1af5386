"""What editors say of a file, in the languages: whole sentences in the catalogue `editor`."""

from __future__ import annotations

from pathflow.base.visible import filled
from pathflow.dsl.languages import Code
from pathflow.locale import sentence


def said(text: str, code: Code, /, **words: object) -> str:
    """A sentence with its words."""
    template = sentence(text, code, "editor")
    return filled(template, words) if words else template
