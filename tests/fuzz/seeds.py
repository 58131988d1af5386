"""What mutations begin from: the shipped files, the pages of the rules, and every line and value in them."""

from __future__ import annotations

from functools import lru_cache

from pathflow.dsl.format import formatted
from pathflow.dsl.languages import Code
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import walk
from pathflow.dsl.vocabulary import BLOCKS
from pathflow.rules.pages import codes, page
from tests.conftest import ROOT
from tests.rules.examples import section, whole

FILES = sorted(
    path for folder in ("paths", "examples", "bench", "tests/golden/input") for path in (ROOT / folder).rglob("*.path")
)


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Whole files, the shipped ones first."""
    found = [file.read_text("utf-8") for file in FILES]
    pages = ((code, page(code) or "") for code in codes())
    examples = ((code, section(said, title)) for code, said in pages for title in ("Bad", "Good") if f"\n{title}:" in said)
    found += [example if code.startswith("P") else whole(example) for code, example in examples]
    return tuple(found)


@lru_cache(maxsize=1)
def small() -> tuple[str, ...]:
    """Whole files that are soon checked: the examples of the pages, and the shipped ones without a network elsewhere."""
    return tuple(text for text in texts() if len(text) < 4_000 and "\npath " in "\n" + text)


@lru_cache(maxsize=1)
def lines() -> tuple[str, ...]:
    return tuple(sorted({line for text in texts() for line in text.splitlines() if line.strip()}))


@lru_cache(maxsize=1)
def blocks() -> tuple[str, ...]:
    """Stretches of a file: each statement with what is indented below it, of 2 to 14 lines."""
    found: set[str] = set()
    for text in texts():
        rows = text.splitlines()
        for at, row in enumerate(rows):
            depth = len(row) - len(row.lstrip())
            end = at + 1
            while end < len(rows) and (not rows[end].strip() or len(rows[end]) - len(rows[end].lstrip()) > depth):
                end += 1
            if row.strip() and 2 <= end - at <= 14:
                found.add("\n".join(line[depth:] for line in rows[at:end]))
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def translated() -> tuple[str, ...]:
    """Every fourth of the blocks in Finnish, and every fourth in Swedish."""
    codes: tuple[Code, ...] = ("fi", "sv")
    found = (
        formatted(parse_text("seed.path", block), codes[number % 2]) for number, block in enumerate(blocks()) if number % 4 < 2
    )
    return tuple(text for text in found if text)


@lru_cache(maxsize=1)
def values() -> tuple[tuple[str, str, str], ...]:
    """(keyword, kind, text) of every value."""
    kinds = {line.keyword: line.value for block in BLOCKS.values() for line in block.lines.values()}
    found: set[tuple[str, str, str]] = set()
    for text in texts():
        file = parse_text("seed.path", text)
        for part in walk(file.root):
            value = file.lines[part.line - 1][part.value_column - 1 : part.end_column - 1].strip()
            if value:
                found.add((part.keyword, kinds[part.keyword], value))
    return tuple(sorted(found))


@lru_cache(maxsize=1)
def logs() -> tuple[bytes, ...]:
    found = [file.read_bytes()[:3_000] for file in sorted((ROOT / "examples").rglob("*.csv"))]
    found.append(
        b'{"client":"1","time":"2026-01-05T09:00","event":"First talk","memory test result":20}\n'
        b'{"client":"1","time":"2026-01-06","event":"proposed Referral"}\n{"client":1,"time":"2026-01-08","event":"died"}\n'
    )
    return tuple(found)
