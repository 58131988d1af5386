"""The lines of a text as editors count them."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; after the last end there is one more, perhaps empty. Other signs end no line."""
    return _END.split(text)


def starts_of(text: str) -> list[int]:
    """Where each line begins, as offsets into the text."""
    return [0, *(found.end() for found in _END.finditer(text))]
