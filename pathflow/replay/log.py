"""A log of events, as systems export them: CSV or JSON Lines, one event a row, to facts about clients.

Columns are found by the path's `log` block, or by their names: pathflow's own and those of XES exports (IEEE 1849). A row that
cannot be read is set aside with a finding; the others go on.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from pathflow.base.errors import PathflowError, why
from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, read_instant
from pathflow.base.names import counted, fold, nearest
from pathflow.base.phrases import Listed, Said
from pathflow.base.spans import Span
from pathflow.dsl.mistakes import finding
from pathflow.engine.facts import FactKind, Value
from pathflow.engine.items import is_unknown, word_in
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.model.network import Item
from pathflow.replay.words import Words

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("client", "case", "case:concept:name", "case id", "case_id", "patient"),
    "time": ("time", "time:timestamp", "timestamp", "occurred"),
    "event": ("event", "concept:name", "activity"),
    "provider": ("provider", "org:group"),
    "performer": ("performer", "org:resource"),
    "reason": ("reason",),
    "path": ("path",),
    "lifecycle": ("lifecycle:transition",),
}
"""What each column is called, our own name first, then those of XES exports."""

TRANSITIONS: Final[Mapping[str, FactKind]] = {
    "complete": "completed", "start": "started", "withdraw": "cancelled", "ate_abort": "cancelled", "pi_abort": "cancelled",
    "autoskip": "cancelled", "manualskip": "cancelled",
}  # fmt: skip
"""What a transition of an activity says; the others (schedule, assign, suspend, …) say nothing of what was done.

Source: IEEE 1849-2016, the standard model of the lifecycle extension.
"""

_HALF_LETTER: Final = re.compile("[\ud800-\udfff]")

_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

NEEDED: Final = ("client", "time", "event")


class Row(NamedTuple):
    """One event of one client. `line` is its line in the file."""

    line: int
    client: str
    at: Instant
    kind: FactKind
    subject: str
    items: dict[str, Value] | None
    provider: str | None
    performer: str | None
    reason: str | None
    path: str | None


class _Layout(NamedTuple):
    """What the columns of a row are. `columns`: by meaning; `items`: by column; `names`: all of them."""

    columns: dict[str, str]
    items: dict[str, Item]
    names: tuple[str, ...]
    unused: tuple[str, ...]


class LogError(PathflowError):
    """The events file cannot be used at all: what is wrong, and what would mend it, in one line."""


class Events(NamedTuple):
    """The rows of a log by client, in the order of time, and what was wrong with it.

    `n_rows`: the rows that say what happened, those that stand twice included; `n_aside`: those that could not be read.
    """

    clients: dict[str, list[Row]]
    findings: list[Finding]
    shows: frozenset[str]
    n_rows: int
    n_aside: int
    unused: tuple[str, ...]


def read_log(
    file: Path, programs: Iterable[Program], log: model.Log | None = None, progress: Callable[[int, int], None] | None = None
) -> Events:
    """The events of a file.

    Args:
        log: how the source is to be read; by default the block of the first path that has one.
        progress: called with (rows read, lines of the file).

    Raises: LogError where no event can be read.
    """
    known = list(programs)
    if log is None:
        log = next((path_log for p in known for path_log in p.path.logs), None)
    reader = _Reader(file, known, log)
    return reader.read(progress)


class _Reader:
    def __init__(self, file: Path, programs: list[Program], log: model.Log | None) -> None:
        self.file = file
        self.name = str(file)
        self.log = log
        self.zone: ZoneInfo = programs[0].calendar.zone
        self.words = Words(programs)
        self.findings: list[Finding] = []
        self.transitions: dict[str, list[int]] = {}
        self.n_aside = 0

    def read(self, progress: Callable[[int, int], None] | None) -> Events:
        text = self._text()
        records = self._json(text) if _is_json(self.file, text) else self._csv(text)
        clients: dict[str, list[Row]] = {}
        layouts: dict[tuple[str, ...], _Layout] = {}
        total = text.count("\n") + 1
        for count, (line, record) in enumerate(records, start=1):
            names = tuple(record)
            layout = layouts.get(names)
            if layout is None:
                layout = layouts[names] = self._layout(names)
            row = self._row(line, record, layout)
            if row is not None:
                clients.setdefault(row.client, []).append(row)
            if progress is not None and count % 2_000 == 0:
                progress(count, total)
        if not clients:
            if not self.findings:
                raise LogError("{file} holds no events", file=self.name)
            if layouts:
                self._must_have(self._layout(dict.fromkeys(name for names in layouts for name in names)))
            line = self.findings[0].span.line if self.findings[0].span is not None else 1
            say = "no event of {file} could be read; line {line}: {finding}"
            raise LogError(say, file=self.name, line=line, finding=self.findings[0])
        self.findings += self.words.misfits(self.name)
        for transition, lines in self.transitions.items():
            say = f"`{transition}` says nothing of what was done{{more}}"
            self._once("P507", lines, say, "Rows of `complete` and `start` are taken, and those that withdraw or skip")
        taken = sum(len(rows) for rows in clients.values())
        self._order(clients)
        shown = {meaning for layout in layouts.values() for meaning in layout.columns}
        unused = tuple(dict.fromkeys(name for layout in layouts.values() for name in layout.unused))
        return Events(clients, self.findings, self._shows(clients, shown), taken, self.n_aside, unused)

    def _text(self) -> str:
        try:
            if self.file.is_char_device() or self.file.is_block_device():
                raise LogError("{file} is a device, not a file of events", file=self.name)
            data = self.file.read_bytes()
        except FileNotFoundError:
            raise LogError("there is no file {path}", path=self.name) from None
        except (OSError, ValueError) as wrong:
            raise LogError("{path} cannot be read: {why}", path=self.name, why=why(wrong)) from None
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise LogError("{file} is saved as UTF-16; save it as UTF-8", file=self.name)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = data.count(b"\n", 0, wrong.start) + 1
            raise LogError("{file}, line {line}: not UTF-8 text; save the file as UTF-8", file=self.name, line=line) from None
        if not text.strip():
            raise LogError("{file} is empty", file=self.name)
        if text.lstrip()[:1] == "[":
            say = "{file} is one JSON array; write one object a line (JSON Lines), or CSV"
            raise LogError(say, file=self.name)
        return text

    def _csv(self, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
        lines = io.StringIO(text, newline="").readlines()
        first = next(number for number, line in enumerate(lines) if line.strip())
        if lines[first].startswith("sep="):  # a spreadsheet's own line
            first += 1
        delimiter = max(",;\t", key=lines[first].count) if first < len(lines) else ","
        names = [name.strip() for name in next(csv.reader([lines[first]] if first < len(lines) else [""], delimiter=delimiter))]
        twice = next((name for place, name in enumerate(names) if name and name in names[:place]), None)
        if twice is not None:
            say = "{file} has two columns `{name}`; give one of them another name"
            raise LogError(say, file=self.name, name=twice)
        self._must_have(self._layout(names))
        at = first + 1
        while at < len(lines):
            begin, cells = at, None
            reader = csv.reader((lines[n] for n in range(begin, len(lines))), delimiter=delimiter, strict=True)
            try:
                cells = next(reader)
                at += reader.line_num
            except (csv.Error, StopIteration) as wrong:
                at += 1
                reason = "a quotation mark in it is never closed" if "end of data" in str(wrong) else str(wrong)
                self._set_aside("P505", begin + 1, "the row cannot be read: {why}", {"why": reason})
                continue
            if at - begin > 1 and any(line.count(delimiter) >= len(names) - 1 for line in lines[begin + 1 : at]):
                at = begin + 1  # a cell that takes in whole rows: its quotation mark was never closed
                reason = "a quotation mark in it is never closed"
                self._set_aside("P505", at, "the row cannot be read: {why}", {"why": reason})
            elif len(cells) == len(names):
                yield begin + 1, dict(zip(names, cells, strict=True))
            elif any(cell.strip() for cell in cells):
                words = {"count": counted(len(cells), "cell"), "wanted": counted(len(names), "column")}
                self._set_aside("P505", begin + 1, "the row has {count} and the file {wanted}", words)

    def _json(self, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
        for line, written in enumerate(text.split("\n"), start=1):
            if not written.strip():
                continue
            try:
                record: Any = json.loads(written, object_pairs_hook=_once_each)
            except (ValueError, RecursionError) as wrong:
                reason = "nested too deep" if isinstance(wrong, RecursionError) else getattr(wrong, "msg", str(wrong))
                reason = "a number has too many digits" if "digits" in reason else reason
                self._set_aside("P505", line, "the row is not JSON: {why}", {"why": reason})
                continue
            if not isinstance(record, dict):
                self._set_aside("P505", line, "the row is not a JSON object", {})
                continue
            row: dict[str, Any] = dict(record)  # pyright: ignore[reportUnknownArgumentType]  # JSON objects have text keys
            items: Any = row.pop("items", None)
            if "\\u" in written and _HALF_LETTER.search(json.dumps(row, ensure_ascii=False)):
                self._set_aside("P505", line, "the row holds half of a letter (a lone surrogate)", {})
                continue
            yield line, {**items, **row} if isinstance(items, dict) else row

    def _set_aside(
        self, code: str, line: int, say: str, words: dict[str, str], help_: str = "The row is set aside; the others go on",
        client: str | None = None,
    ) -> None:  # fmt: skip
        self.n_aside += 1
        found = finding(code, say, Span(self.name, line, 1, line, 1), words, help_)
        self.findings.append(replace(found, client=client) if client else found)

    def _layout(self, names: Iterable[str]) -> _Layout:
        """Which column says what, which are items, and which nobody asks for."""
        present = list(names)
        by_key = {fold(name): name for name in present}
        columns: dict[str, str] = {}
        for meaning, words in COLUMNS.items():
            named = self.log.columns.get(meaning) if self.log is not None else None
            for word in (named,) if named is not None else words:
                if fold(word) in by_key:
                    columns[meaning] = by_key[fold(word)]
                    break
        rest = [name for name in present if name not in columns.values()]
        items = {name: self.words.items[fold(name)] for name in rest if fold(name) in self.words.items}
        return _Layout(columns, items, tuple(present), tuple(name for name in rest if name not in items))

    def _must_have(self, layout: _Layout) -> None:
        """Raises: LogError where a column is missing without which no event can be read."""
        missing = [meaning for meaning in NEEDED if meaning not in layout.columns]
        if missing:
            wanted = (self.log.columns.get(missing[0]) if self.log is not None else None) or missing[0]
            guess = nearest(wanted, layout.names)
            hint = Said("it has no columns")
            if layout.names:
                hint = Said("its columns are {names}", names=Listed(layout.names, most=12))
            if guess:
                hint = Said("is it `{guess}`? Say so in the path: log …, {what} in {guess}", guess=guess, what=missing[0])
            raise LogError("{file} has no column `{name}` (P501); {hint}", file=self.name, name=wanted, hint=hint)

    def _row(self, line: int, record: Mapping[str, Any], layout: _Layout) -> Row | None:
        columns = layout.columns
        head = self._head(line, record, columns)
        if head is None:
            return None
        client, event, at = head
        kind, subject = self.words.meaning(event)
        if kind == "completed" and "lifecycle" in columns:
            transition = fold(word_in(record.get(columns["lifecycle"]))) or "complete"
            found = TRANSITIONS.get(transition)
            if found is None:
                self.transitions.setdefault(transition, []).append(line)
                return None
            kind = found
        items: dict[str, Value] | None = None
        for column, item in layout.items.items():
            cell = record.get(column)
            if cell is None or cell == "":
                continue
            value = self.words.value(cell, item, column, line)
            if value is not None:
                if items is None:
                    items = {}
                items[item.name] = value
        performer, reason, path = (_cell(record, columns, meaning) for meaning in ("performer", "reason", "path"))
        provider = self._provider(record, columns)
        return Row(line, client, at, kind, subject, items, provider, performer, reason, path)

    def _head(self, line: int, record: Mapping[str, Any], columns: Mapping[str, str]) -> tuple[str, str, Instant] | None:
        """The client, the event and its time; or None for a row that is set aside."""
        client, event, written = (word_in(record.get(columns.get(meaning, ""))) for meaning in ("client", "event", "time"))
        client = unicodedata.normalize("NFC", client)
        if any(isinstance(record.get(columns.get(meaning, "")), list | dict) for meaning in NEEDED):
            self._set_aside("P505", line, "the row's client, time or event is a list or an object", {})
        elif not client or not event:
            self._set_aside("P505", line, "the row names no {what}", {"what": "event" if client else "client"}, client=client)
        elif _UNSEEN.search(client + event):
            self._set_aside("P505", line, "the row's client or event holds a character that cannot be seen", {})
        else:
            at = read_instant(written, self.zone) if written else None
            if at is not None:
                return client, event, at
            say = "`{time}` is not a time" if written else "the row says no time"
            help_ = "Write it as 2026-01-31 or 2026-01-31T14:30; the row is set aside, the others go on"
            self._set_aside("P502", line, say, {"time": written}, help_, client)
        return None

    def _provider(self, record: Mapping[str, Any], columns: Mapping[str, str]) -> str | None:
        written = _cell(record, columns, "provider")
        return self.words.providers.get(fold(written), written) if written is not None else None

    def _order(self, clients: dict[str, list[Row]]) -> None:
        """Each client's rows by time; rows that stand twice once."""
        late: list[int] = []
        twice: list[int] = []
        for client, rows in clients.items():
            late += [row.line for before, row in pairwise(rows) if row.at < before.at]
            rows.sort(key=lambda row: (row.at, row.line))
            seen: set[object] = set()
            kept: list[Row] = []
            for row in rows:
                if kept and row.at != kept[-1].at:
                    seen.clear()
                key = (row.kind, row.subject, row.provider, row.performer, row.reason, row.path, _frozen(row.items))
                if key in seen:
                    twice.append(row.line)
                    continue
                seen.add(key)
                kept.append(row)
            clients[client] = kept
        self._once(
            "P504", late, "this row comes after a later event of the same client{more}", "They were put in the order of time"
        )
        self._once("P503", twice, "this row stands in the file already{more}", "Each is counted once")

    def _once(self, code: str, lines: list[int], say: str, help_: str) -> None:
        """What is so of many rows is said once, at the first."""
        if lines:
            more = (
                f", and so {'does' if len(lines) == 2 else 'do'} {counted(len(lines) - 1, 'other')}" if len(lines) > 1 else ""
            )
            place = Span(self.name, min(lines), 1, min(lines), 1)
            self.findings.append(finding(code, say, place, {"more": more}, help_))

    def _shows(self, clients: Mapping[str, list[Row]], columns: Collection[str]) -> frozenset[str]:
        """The kinds of fact that the source can show: as its block says, or as the rows themselves show."""
        if self.log is not None and self.log.shows:
            return self.log.shows
        kinds = {row.kind for rows in clients.values() for row in rows}
        words = {"chose": "chosen", "observed": "completed"}
        shown = {words.get(kind, kind) for kind in kinds}
        if "provider" in columns:
            shown.add("providers")
        return frozenset(shown)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys differ. Raises: ValueError."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _is_json(file: Path, text: str) -> bool:
    return file.suffix.lower() in (".jsonl", ".ndjson", ".json") or text.lstrip()[:1] == "{"


def _cell(record: Mapping[str, Any], columns: Mapping[str, str], meaning: str) -> str | None:
    column = columns.get(meaning)
    if column is None:
        return None
    word = word_in(record.get(column))
    return None if is_unknown(word) else word


def _frozen(items: Mapping[str, Value] | None) -> frozenset[tuple[str, Value]] | None:
    return frozenset(items.items()) if items else None
