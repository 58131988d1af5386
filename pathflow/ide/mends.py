"""What an editor offers to do about findings: their own edits, all safe ones at once, and the file in another language."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pathflow.base.findings import Edit, Finding
from pathflow.dsl.edits import all_of, apart
from pathflow.dsl.languages import CALLED, CODES, Code
from pathflow.ide.layout import Replaced, laid_out
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.locale import phrase


class Action(Struct, frozen=True):
    """A change that is offered. `finding`: the one that it mends; `kind`: as the protocol calls it.

    `language`: into which the file is to be translated; its changes are worked out when they are wanted.
    """

    title: str
    kind: str
    changes: tuple[Replaced, ...]
    finding: Finding | None = None
    is_preferred: bool = False
    language: Code | None = None


def actions(view: View, first: int, last: int, findings: Iterable[Finding], code: Code) -> list[Action]:
    """What is offered between two lines.

    Args:
        findings: of the file as it is.
    """
    own = [f for f in findings if f.span is not None and f.span.file == view.file.name]
    found: list[Action] = []
    for finding in own:
        edit, span = finding.edit, finding.span
        if edit is None or span is None or not first <= span.line <= last:
            continue
        found.append(Action(_title(view, edit, code), "quickfix", replaced([edit]), finding, edit.is_safe))
    safe = apart(f.edit for f in own if f.edit is not None and f.edit.is_safe)
    if safe:
        title = said("Mend all that is safe to mend ({n})", code, n=len(safe))
        found.append(Action(title, "source.fixAll.pathflow", replaced(safe)))
    for other in CODES:
        if other != view.file.language and not any(f.level == "error" for f in view.file.findings):
            title = said("Write the keywords in {language}", code, language=phrase(CALLED[other], code))
            found.append(Action(title, "refactor.rewrite", (), language=other))
    return found


def translated(view: View, language: Code) -> tuple[Replaced, ...]:
    """The file with its keywords in another language; nothing where it has errors. Cost: 0.5 s for 1,000 lines."""
    return tuple(laid_out(view.file, view.lines, language=language))


def replaced(edits: Iterable[Edit]) -> tuple[Replaced, ...]:
    """The edits and those that belong with them."""
    return tuple(Replaced(edit.span, edit.text) for edit in all_of(edits))


def _title(view: View, edit: Edit, code: Code) -> str:
    """What the change does, in a few words."""
    before = view.file.lines[edit.span.line - 1][edit.span.column - 1 : edit.span.end_column - 1]
    after = edit.text
    if not before.strip() and not after.strip():
        return said("Mend the indentation", code)
    if not before.strip():
        return said("Put in `{after}`", code, after=after.strip())
    if not after.strip():
        return said("Take `{before}` away", code, before=before.strip())
    return said("Write `{after}`", code, after=after.strip())
