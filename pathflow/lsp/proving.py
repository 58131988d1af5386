"""What takes long, in a process of its own: the proofs, and what is so at each place. The server's own has its hands free.

Threads were tried first: a request then waits for the interpreter, which the proofs hold half of the time.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

from msgspec import Struct

from pathflow.api import report_of
from pathflow.base.findings import Finding
from pathflow.compiler.library import Unreadable
from pathflow.ide.here import Here, worked_out
from pathflow.workspace import Workspace


class Looked(Struct, frozen=True):
    """What was found in a text: findings, and what is so at each statement of the flow of care."""

    findings: tuple[Finding, ...]
    here: tuple[Here, ...]


_open: dict[str, Workspace] = {}


def look(folder: str, texts: Mapping[str, str | None], name: str, anew: bool = False) -> Looked:
    """Checks a file of a folder. Runs in the other process, which holds the folder open from one call to the next.

    Args:
        texts: what has changed since the last call; None for a file whose text is the disk's again.
        anew: whether files have changed on the disk.
    """
    workspace = _open.get(folder)
    if workspace is None:
        workspace = _open[folder] = Workspace(folder)
    elif anew:
        workspace.refresh()
    for file, text in texts.items():
        if text is None:
            workspace.close(file)
        else:
            workspace.edit(file, text)
    try:
        view = workspace.view(name)
    except Unreadable:
        return Looked((), ())
    return Looked(report_of(view.unit).findings, tuple(worked_out(view).values()))


def _begin() -> None:
    """The process ends with the one that started it, however that ends."""
    from pathflow.rules.registry import rules

    threading.Thread(target=_end_with_parent, daemon=True).start()
    rules()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def other_process() -> ProcessPoolExecutor:
    """A process of its own, begun when it is first asked."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin)
