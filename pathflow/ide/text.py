"""The lines of a text as editors count them."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; after the last end there is one more, perhaps empty. Other signs end no line."""
    return _END.split(text)


def written_in(data: bytes) -> list[str]:
    """The lines of a file as they were written."""
    return lines_of(data.decode("utf-8", "replace").removeprefix("\ufeff"))


def starts_of(text: str) -> list[int]:
    """Where each line begins, as offsets into the text."""
    return [0, *(found.end() for found in _END.finditer(text))]
