"""`python -m editors.generate`: writes the grammar and the snippets of editors anew from the table of words.

A test holds that what lies in the folder is what would be written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pathflow.base.names import bare
from pathflow.dsl.languages import CALLED, CODES, language
from pathflow.dsl.vocabulary import BLOCKS, INNER, KEYWORDS
from pathflow.ide.snippets import BODIES, snippet

HERE: Final = Path(__file__).resolve().parent
PROSE: Final = frozenset({
    "source", "note", "contact", "legal form", "address", "timetable", "measured by", "in Finnish", "in Swedish", "in English",
    "legal basis", "code", "version",
})  # fmt: skip
"""Keywords before text that is for people."""
TESTING: Final = frozenset({"test", "given", "on day", "expect", "never"})


def labelled() -> frozenset[str]:
    """Keywords before a name that is given there."""
    lines = [line for block in BLOCKS.values() for line in block.lines.values()]
    return frozenset(line.keyword for line in lines if line.value.startswith("label")) | {"promise", "partner", "option"}


def spellings(keywords: Iterable[str]) -> list[str]:
    """The keywords in every language, with and without their accents, the longest first."""
    words = {spelt for keyword in keywords for code in CODES for spelt in _both(language(code).keywords[keyword])}
    return sorted(words, key=lambda word: (-len(word), word))


def inner_words() -> list[str]:
    """The words inside values in every language, the longest first."""
    words = {spelt for key in INNER for code in CODES for spelt in _both(language(code).inner(key))}
    words |= {
        spelt
        for code in CODES
        for kind in ("sector", "mode", "channel", "state", "clock", "counts", "covered")
        for word in language(code).lists[kind].values()
        for spelt in _both(word)
    }
    return sorted(words, key=lambda word: (-len(word), word))


def units() -> list[str]:
    """The units of time in every language and form."""
    return sorted({form for code in CODES for form in language(code).unit_forms}, key=lambda form: (-len(form), form))


def _both(word: str) -> tuple[str, str]:
    return word, bare(word) if not word.isascii() else word


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", "[ \\t]+") for word in words)


# ── TextMate ────────────────────────────────────────────────────────────────────────────────────────────────────────


def textmate() -> dict[str, Any]:
    """The grammar by which VS Code colours a file before the server is there."""
    named = labelled()
    others = [keyword for keyword in KEYWORDS if keyword not in named and keyword not in PROSE]
    end = r"(?=[ \t:,]|$)"
    return {
        "name": "pathflow",
        "scopeName": "source.pathflow",
        "fileTypes": ["path"],
        "patterns": [{"include": "#comment"}, *({"include": f"#{rule}"} for rule in ("prose", "label", "line"))],
        "repository": {
            "comment": {"name": "comment.line.number-sign.pathflow", "match": r"(?:^|(?<=\s))#.*$"},
            "prose": {
                "match": rf"^[ \t]*((?i:{_any(spellings(PROSE))})){end}[:]?[ \t]*((?:[^#]|(?<=\S)#)*)",
                "captures": {"1": {"name": "keyword.other.pathflow"}, "2": {"name": "string.unquoted.pathflow"}},
            },
            "label": {
                "match": rf"^[ \t]*((?i:{_any(spellings(named))})){end}[:]?[ \t]*((?:[^#]|(?<=\S)#)*)",
                "captures": {"1": {"name": "keyword.control.pathflow"}, "2": {"name": "entity.name.section.pathflow"}},
            },
            "line": {
                "begin": rf"^[ \t]*((?i:{_any(spellings(others))})){end}[:,]?",
                "beginCaptures": {"1": {"name": "keyword.control.pathflow"}},
                "end": "$",
                "patterns": [
                    {"include": "#comment"},
                    {"name": "string.quoted.double.pathflow", "match": r'"[^"]*"?'},
                    {"name": "constant.numeric.date.pathflow", "match": r"\b\d{4}-\d\d-\d\d\b"},
                    {
                        "match": rf"\b(\d+)[ \t]+((?i:{_any(units())}))(?=[ \t,]|$)",
                        "captures": {"1": {"name": "constant.numeric.pathflow"}, "2": {"name": "keyword.other.unit.pathflow"}},
                    },
                    {"name": "constant.numeric.pathflow", "match": r"(?<![\w-])\d+(?:[.,]\d+)?(?![\w-])"},
                    {"name": "keyword.operator.comparison.pathflow", "match": r"<=|>=|[<>=≤≥]"},
                    {
                        "name": "keyword.operator.word.pathflow",
                        "match": rf"(?<![\w-])(?i:{_any(inner_words())})(?![\w-])",
                    },
                    {"name": "punctuation.separator.pathflow", "match": ","},
                ],
            },
        },
    }


# ── snippets ────────────────────────────────────────────────────────────────────────────────────────────────────────


def snippets() -> dict[str, Any]:
    """The lines that usually come with a keyword, in every language; a keyword that two languages share comes once."""
    found: dict[str, Any] = {}
    for code in CODES:
        own = language(code)
        for keyword in BODIES:
            body = snippet(keyword, own)
            spelt = own.keywords[keyword]
            if body is None or (code != "en" and spelt == language("en").keywords[keyword]):
                continue
            found[f"{spelt} ({CALLED[code]})"] = {
                "prefix": spelt,
                "body": body.replace("    ", "\t").split("\n"),
                "description": f"{spelt} … ({code})",
            }
    return found


def language_configuration() -> dict[str, Any]:
    """How VS Code indents and comments."""
    lines = [line for block in BLOCKS.values() for line in block.lines.values() if line.opens]
    opening = {line.keyword for line in lines if line.keyword == "step" or (line.opens and BLOCKS[line.opens].must_have_body)}
    return {
        "comments": {"lineComment": "#"},
        "autoClosingPairs": [{"open": '"', "close": '"', "notIn": ["string", "comment"]}],
        "surroundingPairs": [['"', '"'], ["(", ")"]],
        "brackets": [["(", ")"]],
        "folding": {"offSide": True},
        "wordPattern": r"[^\s,\"()#<>=:]+",
        "onEnterRules": [
            {
                "beforeText": rf"^\s*(?:{_any(spellings(opening))})(?:\s|$)[^#]*$",
                "action": {"indent": "indent"},
            }
        ],
    }


def vim() -> str:
    """How Vim colours a file where no language server says more."""

    def match(group: str, pattern: str, more: str = "") -> str:
        return f"syntax match {group} `{pattern}`{more}"

    def any_of(words: Iterable[str]) -> str:
        return r"\%(" + r"\|".join(word.replace(".", r"\.").replace(" ", r"\s\+") for word in words) + r"\)"

    named = labelled()
    others = [keyword for keyword in KEYWORDS if keyword not in named and keyword not in PROSE]
    end = r"\ze\%([ \t:,]\|$\)"
    lines = [
        '" Colours of .path files. Made by `python -m editors.generate` from the table of words.',
        "if exists('b:current_syntax')",
        "  finish",
        "endif",
        "syntax case ignore",
        "syntax sync minlines=1",
        match("pathflowWord", rf"\<{any_of(inner_words())}\>"),
        match("pathflowNumber", r"\<\d\+\%([.,]\d\+\)\?\>"),
        match("pathflowNumber", r"\<\d\{4}-\d\d-\d\d\>"),
        match("pathflowString", r'"[^"]*"'),
        match("pathflowName", r".*", " contained contains=pathflowComment"),
        match("pathflowProse", r".*", " contained contains=pathflowComment"),
        match("pathflowKeyword", rf"^\s*{any_of(spellings(others))}{end}"),
        match("pathflowKeyword", rf"^\s*{any_of(spellings(named))}{end}", " nextgroup=pathflowName"),
        match("pathflowKeyword", rf"^\s*{any_of(spellings(PROSE))}{end}", " nextgroup=pathflowProse"),
        match("pathflowComment", r"\%(^\|\s\)\@<=#.*$"),
        "highlight default link pathflowKeyword Statement",
        "highlight default link pathflowWord Operator",
        "highlight default link pathflowNumber Number",
        "highlight default link pathflowString String",
        "highlight default link pathflowName Identifier",
        "highlight default link pathflowProse String",
        "highlight default link pathflowComment Comment",
        "let b:current_syntax = 'pathflow'",
    ]
    return "\n".join(lines) + "\n"


def made() -> Iterator[tuple[Path, str]]:
    """Every file that is made from the table, and what stands in it."""
    for name, content in (
        ("vscode/syntaxes/pathflow.tmLanguage.json", textmate()),
        ("vscode/snippets/pathflow.json", snippets()),
        ("vscode/language-configuration.json", language_configuration()),
    ):
        yield HERE / name, json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    yield HERE / "vim/syntax/pathflow.vim", vim()
    yield HERE / "vim/ftdetect/pathflow.vim", "autocmd BufRead,BufNewFile *.path setfiletype pathflow\n"
    yield HERE / "vim/ftplugin/pathflow.vim", "setlocal commentstring=#\\ %s expandtab shiftwidth=4 softtabstop=4\n"


def main() -> int:
    """Writes the files."""
    for file, text in made():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
