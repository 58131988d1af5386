"""What is fuzzed, and what must be so of every input. A target says what new the input showed, or raises `Broken`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import NamedTuple
from unicodedata import category

from pathflow.api import check_text, load
from pathflow.base.findings import Finding
from pathflow.base.spans import Span
from pathflow.dsl import source, values
from pathflow.dsl.format import formatted
from pathflow.dsl.languages import CODES, ENGLISH
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.parse import parse_bytes, parse_text
from pathflow.dsl.reference import Plain, parse_whole, plain, plain_statements
from pathflow.dsl.syntax import SourceFile, walk
from pathflow.engine.program import Program
from pathflow.replay.log import LogError, read_log
from pathflow.replay.run import run_events
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.fuzz import mutate, seeds

NAME = "x.path"
Features = Iterable[object]


class Broken(AssertionError):
    """Something that must be so of every input is not."""


class Hang(Exception):
    """An input that took longer than its target may."""


@contextmanager
def watched(limit: float) -> Iterator[None]:
    """Raises: Hang once what is inside has taken more processor time than that; how busy the machine is does not count."""

    def stop(*_: object) -> None:
        raise Hang(f"longer than {limit:.0f} s")

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Target(NamedTuple):
    """`draw` makes an input from one that is kept; `run` tries it; `share` is its part of the time; `limit` in seconds of processor time."""

    name: str
    draw: Callable[[Random, str], str]
    run: Callable[[str], Features]
    seeds: Callable[[], tuple[str, ...]]
    share: float
    limit: float


def need(holds: object, what: str) -> None:
    if not holds:
        raise Broken(what)


# findings


def look_at(findings: Iterable[Finding], lines: list[str], text: str) -> Iterator[object]:
    """Every finding has its place in the text, and sentences with nothing left open in them."""
    for found in findings:
        span = found.span
        need(span is not None, f"{found.code} has no place")
        if span is not None and span.file == NAME:
            for place in (span, *(r.span for r in found.related), *((found.edit.span,) if found.edit else ())):
                _inside(found.code, place, lines)
        for said in (found.message, found.advice, *(related.say for related in found.related)):
            if said is not None:
                _sentence(found, said, text)
        yield found.code, found.say


def _inside(code: str, place: Span, lines: list[str]) -> None:
    if place.file != NAME:
        return
    row = lines[place.line - 1] if place.line <= len(lines) else ""
    last = lines[place.end_line - 1] if place.end_line <= len(lines) else ""
    need(1 <= place.line <= max(1, len(lines)), f"{code}: line {place.line} of {len(lines)}")
    need(place.line <= place.end_line <= max(1, len(lines)), f"{code}: ends on line {place.end_line} of {len(lines)}")
    need(1 <= place.column <= len(row) + 1, f"{code}: column {place.column} of {len(row)}")
    need(1 <= place.end_column <= len(last) + 1, f"{code}: ends in column {place.end_column} of {len(last)}")
    need(place.line < place.end_line or place.column <= place.end_column, f"{code}: ends before it begins")


def _sentence(found: Finding, said: str, text: str) -> None:
    need(said.strip(), f"{found.code}: an empty sentence")
    if "{" not in text and "}" not in text:
        need("{" not in said and "}" not in said, f"{found.code}: something left open: {said}")
    if "`" not in text:
        need("``" not in said, f"{found.code}: an empty word: {said}")
        need(said.count("`") % 2 == 0, f"{found.code}: a word without its end: {said}")
    if "None" not in text:
        need("None" not in said, f"{found.code}: {said}")
    unseen = next((letter for letter in said if category(letter) in ("Cc", "Cs", "Zl", "Zp")), None)
    need(unseen is None, f"{found.code}: what cannot be seen is passed on: {said!r}")


def same(first: list[Finding], second: list[Finding]) -> None:
    need(first == second, "the same text, and other findings")


# reading


class Shape(NamedTuple):
    """A line in a block, and how it was read: worth going on from, and too plentiful to keep."""

    block: str
    keyword: str
    value: str
    is_broken: bool
    is_orphan: bool


def _shape(file: SourceFile) -> Iterator[object]:
    for part in (file.root, *walk(file.root)):
        for inner in part.body:
            yield Shape(part.keyword, inner.keyword, type(inner.value).__name__, inner.is_broken, inner.is_orphan)


def read_text(text: str) -> Features:
    file = parse_text(NAME, text)
    yield from look_at(file.findings, file.lines, text)
    yield from _shape(file)
    if len(text) % 8 == 0:
        values._read.cache_clear()
        same(file.findings, parse_text(NAME, text).findings)


def read_bytes(written: str) -> Features:
    data = written.encode("latin-1")
    file = parse_bytes(NAME, data)
    text = data.decode("utf-8", "replace")
    yield from look_at(file.findings, file.lines or source.split(NAME, text).lines, text)
    yield from _shape(file)


def lay_out(text: str) -> Features:
    """Laying out twice changes nothing; what the text means, and what is wrong with it, does not change."""
    file = parse_text(NAME, text)
    first = formatted(file)
    if first is None:
        return
    yield from (f.code for f in file.findings)
    yield bool(file.comments), first == text, file.has_crlf
    again = parse_text(NAME, first)
    yield from _shape(again)
    need(formatted(again) == first, "laying out twice changes something")
    need(_meaning(again) == _meaning(file), "laying out changes what is meant")
    kept = [f.code for f in file.findings if f.code not in ("P004", "P010", "P011", "P108")]  # these it mends
    need(sorted(f.code for f in again.findings) == sorted(kept), "laying out changes what is wrong")
    words = [comment.lstrip("# ").split() for comment in file.comments.values()]
    need([comment.lstrip("# ").split() for comment in again.comments.values()] == words, "laying out changes a remark")


def three_languages(text: str) -> Features:
    """What can be laid out can be translated: it means the same in the other language, and comes back as it was."""
    file = parse_text(NAME, text)
    own = formatted(file)
    if own is None:
        return
    for code in CODES:
        if code == file.language:
            continue
        there = formatted(file, code)
        need(there is not None, f"it cannot be written in {code}")
        other = parse_text(NAME, there or "")
        yield from look_at(other.findings, other.lines, there or "")
        yield from (f"{file.language} {code} {type(part.value).__name__}" for part in walk(other.root))
        need(_meaning(other) == _meaning(file), f"in {code} it means something else")
        need(formatted(other) == there, f"laying out {code} again changes something")
        back = formatted(other, file.language)
        need(back is not None and _meaning(parse_text(NAME, back)) == _meaning(file), f"from {code} it does not come back")


def _meaning(file: SourceFile) -> tuple[Plain, ...]:
    return tuple(part for part in plain_statements(file.root) if part[0] != "language")


BEYOND_GRAMMAR = {"P103", "P104", "P105", "P106", "P012", "P013", "P003"}
LENIENT = {"P004", "P010", "P011", "P205"}


def two_readings(text: str) -> Features:
    """Line by line and by the reference grammar: both accept a text or neither does, and they read the same."""
    read = parse_text(NAME, text)
    codes = {f.code for f in read.findings if f.level == "error"}
    whole = parse_whole(text)
    yield whole is None, *sorted(codes)
    if read.language != ENGLISH:
        return  # the grammar is that of the English words
    if any(f.code in ("P106", "P013", "P012", "P003") for f in read.findings):
        return  # an `until` on its own is for the grammar in the wrong place, and what is too long or deep is not read
    if any(not read.lines[part.line - 1][: part.value_column - 1].isascii() for part in walk(read.root)):
        return  # keywords are known without their accents too
    if codes <= BEYOND_GRAMMAR and not any(part.is_orphan for part in walk(read.root)):
        need(whole == plain_statements(read.root), "the grammar reads something else" if whole else "the grammar refuses it")
    elif not codes <= BEYOND_GRAMMAR:
        need(whole is None or codes & LENIENT, f"the grammar accepts it: {sorted(codes)}")


def one_value(written: str) -> Features:
    """A value by its pattern and by the grammar; what is wrong with it has its place in it."""
    keyword, _, rest = written.partition("|")
    kind, _, text = rest.partition("|")
    text = " ".join(text.split())
    found = values.read_value(keyword, kind, text)
    if isinstance(found, Mistake):
        need(
            0 <= found.start <= max(found.end, found.start) <= max(1, len(text)),
            f"{found.code}: {found.start}–{found.end} of {len(text)}",
        )
        for said in (found.say, found.help):
            if said:
                said.format_map(found.words)
        yield kind, found.code, found.say
        return
    yield kind, type(found).__name__
    yield kind, *_kinds(found)
    rule = values.rule_of(kind)
    if rule is not None and text:
        need(
            plain(values.read_by_grammar(keyword, kind, rule, text)) == plain(found),
            "pattern and grammar read different things",
        )


def _kinds(value: object) -> Iterator[str]:
    for field in getattr(value, "__struct_fields__", ()):
        part = getattr(value, field)
        if not isinstance(part, str | int):
            yield f"{field} {type(part).__name__} {len(part) if isinstance(part, tuple) else ''}"


# the whole


def check(text: str) -> Features:
    report = check_text(text, NAME, "/there-is-no-such-folder")
    name = "/there-is-no-such-folder/" + NAME
    need(all(f.span is not None and f.span.file in (NAME, name) for f in report.findings), "a finding of another file")
    yield from look_at(report.findings, report.sources[NAME], text)
    if len(text) % 16 == 0:
        same(list(report.findings), list(check_text(text, NAME, "/there-is-no-such-folder").findings))


@lru_cache(maxsize=1)
def _program() -> Program:
    return load(ROOT / "examples/memory/memory.path").program


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def read_events(written: str) -> Features:
    """A log, read and run."""
    data = written.encode("latin-1")
    file = _folder() / ("x.jsonl" if data.lstrip()[:1] == b"{" else "x.csv")
    file.write_bytes(data)
    try:
        events = read_log(file, [_program()])
    except LogError as wrong:
        need(str(wrong) and "\n" not in str(wrong), "an error of two lines")
        yield "refused", str(wrong)[:12]
        return
    text = data.decode("utf-8", "replace")
    for found in events.findings:
        _sentence(found, found.message, text)
        yield found.code, found.say
    if sum(map(len, events.clients.values())) < 60:
        run = run_events([_program()], events, watch_all)
        for found in run.findings:
            _sentence(found, found.message, text)
            yield found.code, found.say


# drawing


def _a_text(chance: Random, base: str) -> str:
    if "\n" in base and chance.random() < 0.5:  # a few lines of it are soon read
        rows = base.split("\n")
        at = chance.randrange(len(rows))
        base = "\n".join(rows[at : at + chance.randint(1, 4)])
    if chance.random() < 0.15:
        base += "\n" + chance.choice(seeds.blocks())
    if chance.random() < 0.03:
        base = f"language {chance.choice(CODES)}\n{base}"
    return mutate.text(chance, base)


def _a_path(chance: Random, base: str) -> str:
    return mutate.text(chance, base, 3)


def _a_value(chance: Random, base: str) -> str:
    keyword, _, rest = base.partition("|")
    kind, _, text = rest.partition("|")
    if chance.random() < 0.3:
        text = chance.choice(seeds.values())[2]
    if chance.random() < 0.1:
        keyword, kind, _ = chance.choice(seeds.values())
    lines = mutate.text(chance, text, 3).split("\n")
    return f"{keyword}|{kind}|{' '.join(lines)}"


def _some_bytes(chance: Random, base: str) -> str:
    return mutate.data(chance, base.encode("latin-1")).decode("latin-1")


def _as_bytes() -> tuple[str, ...]:
    return tuple(block.encode().decode("latin-1") for block in seeds.blocks())


TARGETS = {
    target.name: target
    for target in (
        Target("text", _a_text, read_text, lambda: (*seeds.blocks(), *seeds.translated()), 0.3, 2),
        Target("bytes", _some_bytes, read_bytes, _as_bytes, 0.1, 2),
        Target("layout", _a_text, lay_out, seeds.blocks, 0.15, 2),
        Target("languages", _a_text, three_languages, lambda: (*seeds.blocks(), *seeds.translated()), 0.1, 4),
        Target("readings", _a_text, two_readings, seeds.blocks, 0.1, 4),
        Target("value", _a_value, one_value, lambda: tuple("|".join(value) for value in seeds.values()), 0.2, 2),
        Target("check", _a_path, check, seeds.small, 0.1, 20),
        Target("log", _some_bytes, read_events, lambda: tuple(log.decode("latin-1") for log in seeds.logs()), 0.05, 5),
    )
}


def tried(target: Target, given: str) -> tuple[set[object], str | None]:
    """What an input showed, and what was wrong with it."""
    try:
        return {(target.name, feature) for feature in target.run(given)}, None
    except Hang:
        raise
    except Exception as wrong:  # noqa: BLE001  # this is what a fuzzer is for
        return set(), f"{type(wrong).__name__}: {str(wrong)[:300]}"
