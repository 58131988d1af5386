"""What takes long, in a process of its own: the proofs, and what is so at each place. The server's own has its hands free.

Threads were tried first: a request then waits for the interpreter, which the proofs hold half of the time.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor

from msgspec import Struct

from pathflow.api import report_of
from pathflow.base.findings import Finding
from pathflow.compiler.library import Unreadable
from pathflow.dsl.languages import Code
from pathflow.ide.here import Here, worked_out
from pathflow.ide.view import View
from pathflow.lsp.pictures import Drawn, picture
from pathflow.workspace import Workspace


class Looked(Struct, frozen=True):
    """What was found in a text: findings, and what is so at each statement of the flow of care."""

    findings: tuple[Finding, ...]
    here: tuple[Here, ...]


_open: dict[str, Workspace] = {}


class Asked(Struct, frozen=True):
    """A file of a folder, and what has changed there since the last question.

    `texts`: by file; None for one whose text is the disk's again. `anew`: whether files have changed on the disk.
    """

    folder: str
    name: str
    texts: dict[str, str | None]
    anew: bool = False


def look(asked: Asked) -> Looked:
    """Checks a file. Runs in the other process, which holds the folder open from one call to the next."""
    view = _view(asked)
    if view is None:
        return Looked((), ())
    return Looked(report_of(view.unit, view.kept).findings, tuple(worked_out(view).values()))


def draw(asked: Asked, kind: str, code: Code) -> Drawn:
    """Draws a file's path, with what is found on it. Runs in the other process."""
    view = _view(asked)
    if view is None:
        return Drawn()
    findings = [finding for finding in report_of(view.unit, view.kept).findings if finding.family != "path"]
    return picture(view, kind, code, findings)


def _view(asked: Asked) -> View | None:
    workspace = _open.get(asked.folder)
    if workspace is None:
        workspace = _open[asked.folder] = Workspace(asked.folder)
    elif asked.anew:
        workspace.refresh()
    for file, text in asked.texts.items():
        if text is None:
            workspace.close(file)
        else:
            workspace.edit(file, text)
    try:
        return workspace.view(asked.name)
    except Unreadable:
        return None


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
