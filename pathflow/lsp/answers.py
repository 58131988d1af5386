"""What `ide` answers, in the types of the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from lsprotocol import types

from pathflow.ide.completion import Candidate
from pathflow.ide.moves import Place
from pathflow.ide.outline import Entry
from pathflow.ide.tokens import KINDS, MODIFIERS, Token
from pathflow.ide.view import View
from pathflow.lsp.documents import Documents
from pathflow.lsp.positions import Positions, units_in

_ITEM: Final = types.CompletionItemKind
_OF_CANDIDATE: Final = {
    "keyword": _ITEM.Keyword, "word": _ITEM.Operator, "unit": _ITEM.Unit, "code": _ITEM.Reference, "provider": _ITEM.Class,
    "service": _ITEM.Function, "item": _ITEM.Variable, "profession": _ITEM.TypeParameter, "event": _ITEM.Event,
    "step": _ITEM.Method, "choice": _ITEM.Method, "end": _ITEM.EnumMember, "option": _ITEM.EnumMember, "path": _ITEM.Module,
    "network": _ITEM.Module, "site": _ITEM.Class, "alliance": _ITEM.Class, "linked": _ITEM.Variable,
}  # fmt: skip
_SYMBOL: Final = types.SymbolKind
OF_KEYWORD: Final = {
    "path": _SYMBOL.Module, "network": _SYMBOL.Namespace, "clients": _SYMBOL.Object, "plan": _SYMBOL.Object,
    "steps": _SYMBOL.Namespace, "whenever": _SYMBOL.Event, "test": _SYMBOL.Function, "provider": _SYMBOL.Class,
    "agreement": _SYMBOL.Interface, "service": _SYMBOL.Function, "site": _SYMBOL.Class, "alliance": _SYMBOL.Class,
    "package": _SYMBOL.Package, "item": _SYMBOL.Variable, "event": _SYMBOL.Event, "linked": _SYMBOL.Variable,
    "step": _SYMBOL.Method, "handoff": _SYMBOL.Interface, "consultation": _SYMBOL.Interface, "decide": _SYMBOL.Boolean,
    "client chooses": _SYMBOL.Enum, "option": _SYMBOL.EnumMember, "end": _SYMBOL.EnumMember, "include": _SYMBOL.Module,
    "profession": _SYMBOL.TypeParameter, "choice": _SYMBOL.Enum,
}  # fmt: skip


def completion_item(
    candidate: Candidate, number: int, line: int, at: Positions, has_snippets: bool, asks_again: bool, uri: str
) -> types.CompletionItem:
    """A candidate; `number` keeps the order in which they come.

    Args:
        asks_again: whether what comes next is asked for as soon as this one is put in.
    """
    where = types.Range(at.position(line, candidate.start), at.position(line, candidate.end))
    is_snippet = has_snippets and candidate.snippet is not None
    text = candidate.snippet if is_snippet and candidate.snippet is not None else candidate.insert
    again = types.Command("", "editor.action.triggerSuggest") if asks_again and candidate.goes_on and not is_snippet else None
    return types.CompletionItem(
        label=candidate.label,
        kind=types.CompletionItemKind.Snippet if is_snippet else _OF_CANDIDATE.get(candidate.kind, _ITEM.Text),
        detail=candidate.detail or None,
        sort_text=f"{number:04}",
        filter_text=candidate.insert.strip() if candidate.insert[:1] in '",' else None,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if is_snippet else None,
        text_edit=types.TextEdit(where, text),
        command=again,
        data={"uri": uri, "line": line, "keyword": candidate.keyword, "sort": candidate.kind},
    )


def locations(places: Iterable[Place], view: View, documents: Documents) -> list[types.Location]:
    """The places of a thing that a view names."""
    found: list[types.Location] = []
    for path, group in groupby(places, key=lambda place: place.path):
        first, *others = group
        uri, at = documents.uri(path), documents.positions_from(view, path, first.span.file)
        found += [at.location(uri, place.span) for place in (first, *others)]
    return found


def document_symbol(entry: Entry, at: Positions) -> types.DocumentSymbol:
    """A line of the outline with those below it."""
    return types.DocumentSymbol(
        name=entry.name[:200] or entry.keyword,
        detail=entry.keyword,
        kind=OF_KEYWORD.get(entry.keyword, _SYMBOL.Property),
        range=at.range(entry.span),
        selection_range=at.range(entry.place),
        children=[document_symbol(part, at) for part in entry.parts],
    )


def token_data(tokens: Iterable[Token], at: Positions) -> list[int]:
    """Words as numbers, each relative to the one before."""
    found: list[int] = []
    line = start = 0
    for token in tokens:
        text = at.lines[token.line - 1]
        first, length = token.column - 1, token.end - token.column
        if not text.isascii():
            first, length = units_in(text[:first], at.encoding), units_in(text[first : first + length], at.encoding)
        row = token.line - 1
        modifiers = sum(_MODIFIER[modifier] for modifier in token.modifiers) if token.modifiers else 0
        found += (row - line, first - start if row == line else first, length, _KIND[token.kind], modifiers)
        line, start = row, first
    return found


_KIND: Final = {kind: number for number, kind in enumerate(KINDS)}
_MODIFIER: Final = {modifier: 1 << number for number, modifier in enumerate(MODIFIERS)}
LEGEND: Final = types.SemanticTokensLegend(list(KINDS), list(MODIFIERS))
