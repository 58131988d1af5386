"""Findings and changes in the words of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from lsprotocol import types

from pathflow.base.findings import Edit, Finding
from pathflow.base.visible import filled
from pathflow.dsl.edits import all_of
from pathflow.dsl.languages import Code
from pathflow.ide.layout import Replaced
from pathflow.locale import told
from pathflow.lsp.documents import Documents
from pathflow.lsp.pages import Pages
from pathflow.lsp.positions import Positions

_SEVERITY: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


def diagnostic(
    finding: Finding, at: Positions, documents: Documents, folder: Path, pages: Pages, code: Code
) -> types.Diagnostic:
    """A finding on a text. `folder`: where the names of files in findings are looked for."""
    own = told(finding, code)
    span = finding.span
    where = at.range(span) if span is not None else types.Range(types.Position(0, 0), types.Position(0, 0))
    link = pages.link(finding.code, code)
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(
                documents.uri(folder / one.span.file), documents.positions_at(folder / one.span.file).range(one.span)
            ),
            filled(one.say, own.words) if "{" in one.say else one.say,
        )
        for one in own.related
    ]
    message = own.message + (f"\n{own.advice}" if own.advice else "")
    return types.Diagnostic(
        range=where,
        message=message,
        severity=_SEVERITY[finding.level],
        code=finding.code,
        code_description=types.CodeDescription(link) if link is not None else None,
        source="pathflow",
        tags=[types.DiagnosticTag.Unnecessary] if _is_idle(finding) else None,
        related_information=related or None,
        data=_data(finding, at),
    )


def _is_idle(finding: Finding) -> bool:
    """Whether what stands there says nothing and can go."""
    return finding.edit is not None and finding.edit.is_safe and not finding.edit.text and finding.level != "error"


def _data(finding: Finding, at: Positions) -> dict[str, Any]:
    """What mends it, for the editor to send back."""
    found: dict[str, Any] = {"rule": finding.rule, "family": finding.family}
    if finding.edit is not None:
        found["safe"] = finding.edit.is_safe
        found["edits"] = [_edit(edit, at) for edit in all_of([finding.edit])]
    return found


def _edit(edit: Edit, at: Positions) -> dict[str, Any]:
    where = at.range(edit.span)
    return {
        "range": {
            "start": {"line": where.start.line, "character": where.start.character},
            "end": {"line": where.end.line, "character": where.end.character},
        },
        "newText": edit.text,
    }


def text_edits(changes: Iterable[Replaced], at: Positions) -> list[types.TextEdit]:
    """Changes of one text."""
    return [types.TextEdit(at.range(change.span), change.text) for change in changes]
