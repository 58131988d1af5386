"""A baseline: the findings that a team accepts for now, so that new ones fail and old ones wait.

The file is JSON, an entry a line, sorted: a finding more or less is a line more or less in a diff. An entry names the file
(from the baseline's own folder), the code, the line's own words, and how many such findings there are; no line numbers, so that
edits elsewhere in a file change nothing.
"""

from __future__ import annotations

import codecs
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from msgspec import DecodeError, Meta, Struct
from msgspec.json import decode

from pathflow.base.errors import PathflowError, why
from pathflow.base.findings import Finding
from pathflow.report.results import own_words, place

VERSION: Final = 1


class BaselineError(PathflowError):
    """A baseline that cannot be read or written, in one line for the user."""


class Key(NamedTuple):
    """What a baseline knows a finding by."""

    file: str
    code: str
    words: str


Baseline = Counter[Key]
"""How many findings of each key are accepted."""


class Keys(Struct, frozen=True):
    """How findings are known.

    `folder`: the baseline's own. `here`: what the files are named from now. `sources`: the lines of all that were looked at.
    """

    folder: Path
    here: Path
    sources: Mapping[str, Sequence[str]]

    def of(self, finding: Finding) -> Key | None:
        """The key of a finding; None for what cannot be accepted: a mistake in the text."""
        if finding.family == "path" or finding.span is None:
            return None
        return Key(self.name(finding.span.file), finding.code, own_words(finding, self.sources))

    def name(self, file: str) -> str:
        """The file from the baseline's folder; what is no character in its name, as the sign for that."""
        return os.fsencode(place(file, self.folder, self.here)).decode("utf-8", "replace")

    def judged(self, baseline: Baseline) -> Baseline:
        """The entries of files that were looked at or are no longer there: what does not occur of them is gone."""
        seen = {self.name(file) for file in self.sources}
        files = {key.file for key in baseline}
        known = {file for file in files if file in seen or not (self.folder / file).exists()}
        return Counter({key: count for key, count in baseline.items() if key.file in known})


class _Entry(Struct):
    file: str
    code: str
    words: str
    count: Annotated[int, Meta(ge=1)] = 1


class _Head(Struct):
    version: int


class _Document(_Head):
    accepted: list[_Entry]


def read_baseline(file: Path) -> Baseline:
    """The accepted findings in a file. Raises: BaselineError."""
    try:
        data = file.read_bytes().removeprefix(codecs.BOM_UTF8)
        version = decode(data, type=_Head).version
        document = decode(data, type=_Document) if version == VERSION else None
    except FileNotFoundError:
        raise BaselineError(
            "there is no baseline {file}; pathflow check … --write-baseline {file} writes it", file=file
        ) from None
    except (OSError, ValueError) as wrong:
        if isinstance(wrong, DecodeError):
            raise BaselineError("{file} is not a baseline that pathflow wrote: {why}", file=file, why=wrong) from None
        raise BaselineError("the baseline {file} cannot be read: {why}", file=file, why=why(wrong)) from None
    except RecursionError:
        raise BaselineError("{file} is not a baseline that pathflow wrote: it is nested too deep", file=file) from None
    if document is None:
        say = "the baseline {file} is of version {version}, and this pathflow reads version {own}"
        raise BaselineError(say, file=file, version=version, own=VERSION)
    found: Baseline = Counter()
    for entry in document.accepted:
        found[Key(entry.file, entry.code, entry.words)] += entry.count
    return found


def text_of(baseline: Baseline) -> str:
    """The file's text."""
    entries = [
        {"file": key.file, "code": key.code, "words": key.words} | ({"count": count} if count > 1 else {})
        for key, count in sorted(baseline.items())
        if count > 0
    ]
    lines = ",\n".join("    " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    inside = f"\n{lines}\n  " if entries else ""
    return f'{{\n  "version": {VERSION},\n  "accepted": [{inside}]\n}}\n'


def write_baseline(file: Path, baseline: Baseline) -> None:
    """Writes beside the file first, then in its stead: it is never there in half. Raises: BaselineError."""
    target = file.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_text(text_of(baseline), "utf-8", newline="\n")
        beside.replace(target)
    except (OSError, ValueError) as wrong:
        beside.unlink(missing_ok=True)
        raise BaselineError("the baseline {file} cannot be written: {why}", file=file, why=why(wrong)) from None


def split(findings: Iterable[Finding], baseline: Baseline, keys: Keys) -> tuple[list[Finding], list[Finding], Baseline]:
    """Findings that are new, those that are accepted, and what is accepted though it no longer occurs.

    Of several that are alike, the first are the accepted ones.
    """
    left = Counter(baseline)
    new: list[Finding] = []
    accepted: list[Finding] = []
    for finding in findings:
        key = keys.of(finding)
        if key is not None and left[key] > 0:
            left[key] -= 1
            accepted.append(finding)
        else:
            new.append(finding)
    return new, accepted, keys.judged(+left)


def renewed(findings: Iterable[Finding], before: Baseline, keys: Keys) -> Baseline:
    """The baseline after these findings: theirs, and what it held before of files that were not looked at."""
    return before - keys.judged(before) + Counter(key for finding in findings if (key := keys.of(finding)) is not None)
