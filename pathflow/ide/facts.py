"""What is told of the thing under the cursor, in Markdown: its own lines, what is so here, and what findings mean."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.names import listing
from pathflow.base.spans import Span
from pathflow.dsl import syntax
from pathflow.dsl.expected import line_expected
from pathflow.dsl.languages import Code, language
from pathflow.dsl.syntax import Statement, walk
from pathflow.dsl.vocabulary import BLOCKS, HOMES
from pathflow.ide.here import places
from pathflow.ide.names import FileNames, Symbol, Use
from pathflow.ide.places import cursor_at, kind_of_value
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.locale import phrase, told
from pathflow.rules.pages import name, parts

LINES_MAX: Final = 14
"""How many lines of a thing are shown."""

_LEFT_OUT: Final = frozenset(
    {"note", "source", "in Finnish", "in Swedish", "in English", "known as", "allow", "contact", "options in Finnish",
     "options in Swedish", "options in English"}
)  # fmt: skip
_FLOW: Final = frozenset({"step", "handoff", "consultation", "choice"})

CALLED: Final = {
    "provider": "a provider", "service": "a service", "profession": "a profession", "event": "an event",
    "step": "a step, handoff or consultation", "choice": "a client's choice", "end": "an end", "site": "a site",
    "alliance": "an alliance", "linked": "a linked client", "path": "a path", "network": "a network", "option": "an option",
    "item": "an item", "branch": "a branch", "test": "a test", "plan": "a plan", "clients": "a client group",
    "agreement": "an agreement", "package": "a package", "target": "a target", "calendar": "a calendar", "load": "a load",
    "log": "a log", "decide": "a decision",
}  # fmt: skip
"""What a sort of thing is called."""


class Hover(Struct, frozen=True):
    """Markdown, and the place that it is about."""

    markdown: str
    span: Span | None = None


def hover(view: View, line: int, column: int, code: Code, findings: tuple[Finding, ...] = ()) -> Hover | None:
    """What is told at a place.

    Args:
        findings: of the file; what those mean is told that speak of the place.
    """
    texts: list[str] = []
    use = view.use_at(line, column)
    span = use.span if use is not None else None
    if use is not None:
        texts += _of_use(view, use, code)
    else:
        cursor = cursor_at(view.file, line, column, view.language)
        statement = view.statement_at(line)
        if cursor is not None and statement is not None and column < statement.value_column:
            texts += _of_keyword(view, statement, code)
            span = Span(view.file.name, line, statement.column, line, max(statement.value_column, statement.column))
    texts += [_of_finding(finding, code) for finding in findings if _is_at(finding, view.file.name, line, column)]
    texts = [text for text in texts if text]
    return Hover("\n\n---\n\n".join(dict.fromkeys(texts)), span) if texts else None


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_use(view: View, use: Use, code: Code) -> list[str]:
    symbol = use.symbol
    if use.mention.role == "code":
        return [rule_said(use.mention.name.text, code)]
    if symbol is None:
        return []
    if symbol.sort == "option":
        item = view.names.known.get(("item", symbol.of.partition("\n")[2]))
        return [_title(use.mention.name.text, "option", code), *([_of_thing(view, item, code)] if item is not None else [])]
    return [_of_thing(view, symbol, code)]


def _of_thing(view: View, symbol: Symbol, code: Code) -> str:
    names = view.index.names(Path(symbol.home))
    given = [use for use in names.uses if use.symbol == symbol and use.mention.is_given] if names is not None else []
    title = _title(given[0].mention.name.text if given else view.index.text(symbol), symbol.sort, code)
    if names is None or not given:
        return title
    first = given[0]
    text = [title, _lines(names, first.statement)] if symbol.sort != "profession" else [title]
    if symbol.home != view.names.home:
        text.append(said("In {file}, line {line}", code, file=Path(symbol.home).name, line=first.span.line))
    text += _computed(view, symbol, first, code)
    return "\n\n".join(part for part in text if part)


def _title(text: str, sort: str, code: Code) -> str:
    called = said(CALLED[sort], code) if sort in CALLED else ""
    return f"**{_plain(text)}** — {called}" if called else f"**{_plain(text)}**"


def _plain(text: str) -> str:
    """The text with what Markdown would read as its own signs taken as letters."""
    return "".join("\\" + c if c in "\\`*_{}[]<>#|" else c for c in text)


def _lines(names: FileNames, statement: Statement) -> str:
    """The thing as it stands in its file, without what is only for readers."""
    lines = names.file.lines
    own = [statement]
    has_flow = statement.keyword in ("path", "network", "steps", "decide", "branch", "repeat", "whenever", "clients", "test")
    parts = [part for part in (statement.body if has_flow else walk(statement)) if part.keyword not in _LEFT_OUT]
    own += [part for part in parts if not has_flow or not part.body]
    shown = [lines[part.line - 1].rstrip() for part in own[:LINES_MAX]]
    indent = len(shown[0]) - len(shown[0].lstrip())
    shown = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in shown]
    if len(own) > LINES_MAX:
        shown.append("    …")
    return fenced("\n".join(shown))


def fenced(text: str) -> str:
    """The text as a block of pathflow; the fence is longer than any in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}pathflow\n{text}\n{fence}"


def _computed(view: View, symbol: Symbol, first: Use, code: Code) -> list[str]:
    if symbol.sort in ("step", "choice", "end", "decide") and symbol.home == view.names.home:
        return here_said(view, first.span.line, code)
    if symbol.sort == "item":
        makers = _makers(view, symbol)
        return [said("Made by {names}", code, names=phrase(listing(makers), code))] if makers else []
    return []


def _makers(view: View, symbol: Symbol) -> list[str]:
    """The steps and consultations that find an item out."""
    found: list[str] = []
    holder = ""
    for row in view.names.rows:
        if row.statement.keyword in ("step", "consultation") and isinstance(row.statement.value, syntax.Text):
            holder = row.statement.value.text
        elif row.statement.keyword == "makes" and row.kind in ("step", "consultation"):
            found += [holder for mention in row.mentions if mention.name.key == symbol.key]
    return list(dict.fromkeys(found))


def here_said(view: View, line: int, code: Code) -> list[str]:
    """What is so when a client comes to the statement on a line."""
    here = places(view).get(line)
    if here is None:
        return []
    texts: list[str] = []
    if here.holders:
        texts.append(said("Accountable here: {names}", code, names=either(here.holders, code)))
    if here.owners:
        texts.append(said("Owner of the plan here: {names}", code, names=either(here.owners, code)))
    if here.longest is not None:
        if here.longest == "no time":
            texts.append(said("Comes first: nothing is waited for before it", code))
        else:
            texts.append(said("Comes after {length} at most", code, length=phrase(here.longest, code)))
    elif here.open is not None:
        texts.append(said("Nobody says how long `{name}` takes, which comes before", code, name=here.open))
    return ["  \n".join(texts)] if texts else []


def either(names: tuple[str, ...], code: Code) -> str:
    """Names of which it may be any."""
    return phrase(listing(list(names), "or"), code).replace("`", "")


def type_said(item: syntax.ItemType, code: Code) -> str:
    """An item's type in words."""
    if item.kind == "number":
        between = f" from {item.bounds[0]:g} to {item.bounds[1]:g}" if item.bounds is not None else ""
        kind = phrase(f"a number of {item.unit}{between}", code)
    elif item.kind == "one of":
        kind = phrase(f"one of {', '.join(option.text for option in item.options)}", code)
    else:
        words = {"yes or no": "YES_OR_NO", "date": "DATE_TYPE", "text": "TEXT_TYPE", "document": "DOCUMENT_TYPE"}
        kind = language(code).inner(words[item.kind])
    own = language(code)
    return f"{kind}, {own.inner('VALID')} {own.length(item.valid.count, item.valid.unit)}" if item.valid is not None else kind


# ── keywords and findings ───────────────────────────────────────────────────────────────────────────────────────────


def keyword_said(keyword: str, kind: str, view: View, code: Code) -> str:
    """What a keyword takes, with an example in the language of the file."""
    spelt = view.language.keywords[keyword]
    if kind == "none":
        return f"**{spelt}** — " + said("stands alone on its line", code)
    what, example = line_expected(keyword, kind, view.language)
    return f"**{spelt}** — {phrase(what, code)}\n\n{fenced(example)}"


def _of_keyword(view: View, statement: Statement, code: Code) -> list[str]:
    cursor = cursor_at(view.file, statement.line, statement.end_column, view.language)
    kind = kind_of_value(cursor) if cursor is not None and cursor.keyword == statement.keyword else "none"
    return [keyword_said(statement.keyword, kind, view, code), *here_said(view, statement.line, code)]


def _is_at(finding: Finding, file: str, line: int, column: int) -> bool:
    span = finding.span
    return (
        span is not None
        and span.file == file
        and (span.line, span.column) <= (line, column) <= (span.end_line, max(span.end_column, span.column + 1))
    )


def _of_finding(finding: Finding, code: Code) -> str:
    own = told(finding, code)
    advice = f"\n\n{own.advice}" if own.advice else ""
    return f"**{finding.code}** {own.message}{advice}\n\n{rule_said(finding.code, code)}"


def rule_said(rule: str, code: Code) -> str:
    """What a code means and why it matters, without its examples. "" for an unknown code."""
    page = parts(rule)
    if page is None:
        return ""
    from pathflow.locale import sentence

    texts = [f"**{page.code}** {name(page.code, code)}", sentence(page.what, code, "pages")]
    why = sentence("Why", code, "pages")
    texts.append(f"*{why}:* {sentence(page.why, code, 'pages')}")
    if page.source:
        texts.append(f"*{sentence('Source', code, 'pages')}:* {sentence(page.source, code, 'pages')}")
    texts.append(f"*{sentence('Fix', code, 'pages')}:* {sentence(page.fix, code, 'pages')}")
    return "\n\n".join(texts)


def candidate_said(view: View, line: int, label: str, sort: str, keyword: object, code: Code) -> str:
    """What is told of something that may be put in at a line: a keyword, or a name of a sort."""
    if isinstance(keyword, str):
        kinds = [BLOCKS[home].lines[keyword].value for home in HOMES.get(keyword, ())]
        return keyword_said(keyword, kinds[0], view, code) if kinds else ""
    if sort == "code":
        return rule_said(label, code)
    from pathflow.ide.nearby import Nearby

    symbol = Nearby(view, line).find((sort,), label)
    return _of_thing(view, symbol, code) if symbol is not None else ""
