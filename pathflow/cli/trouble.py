"""When something goes wrong: what the user can mend, and what is our own mistake."""

from __future__ import annotations

import traceback

from pathflow import __version__
from pathflow.base.errors import PathflowError


def is_users(wrong: Exception) -> bool:
    """Whether the user can do something about it."""
    return isinstance(wrong, PathflowError)


def users_line(wrong: Exception) -> str:
    """What is wrong, in one line."""
    return " ".join(str(wrong).split())


def report_bug(wrong: Exception) -> str:
    """What to send us."""
    frames = traceback.extract_tb(wrong.__traceback__)
    ours = [f for f in frames if "pathflow" in f.filename] or frames
    where = "; ".join(f"{f.filename.rsplit('pathflow', 1)[-1].lstrip('/')}:{f.lineno} {f.name}" for f in ours[-4:])
    return (
        f"pathflow: this is a bug in pathflow {__version__}, not in your file. Please report it, with these two lines "
        f"and if you can the file:\n  {wrong.__class__.__name__}: {users_line(wrong)}\n  {where}"
    )
