"""The one ancestor of what pathflow raises about files, paths and logs that cannot be used."""

from __future__ import annotations

from typing import Any, Final

from pathflow.base.phrases import Said
from pathflow.base.visible import visible

SYSTEM: Final = (
    "Permission denied", "No such file or directory", "Is a directory", "Not a directory", "No space left on device",
    "Read-only file system", "File name too long", "Too many levels of symbolic links", "Input/output error",
    "Disk quota exceeded", "Device or resource busy", "File too large", "Operation not permitted",
)  # fmt: skip
"""Why the system cannot read or write: what is said of it in other languages too; the rest stays as the system says it."""


class PathflowError(Exception):
    """Something that was given cannot be used; its text says what is wrong, and what would mend it, in one line.

    Args:
        say: a template.
        words: what comes into it; `said` holds both, to be said in another language.
    """

    def __init__(self, say: str, /, **words: object) -> None:
        self.said = Said(say, **words)
        super().__init__(str(self.said))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.said.say, self.said.words)


def _again(kind: type[PathflowError], say: str, words: dict[str, object]) -> PathflowError:
    return kind(say, **words)


def why(wrong: BaseException) -> Said:
    """Why the system could not do it."""
    return Said(visible(getattr(wrong, "strerror", None) or str(wrong) or wrong.__class__.__name__))
