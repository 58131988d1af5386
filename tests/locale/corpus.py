"""Findings of every kind, for the tests of what is said in other languages: from the pages' examples and the files at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pathflow import api
from pathflow.base.findings import Finding
from pathflow.dsl.mistakes import KINDS
from pathflow.rules.registry import rules
from tests.conftest import ROOT
from tests.helpers import checked_pair, findings_of
from tests.rules.examples import files_of, section, whole

RUNS = (
    ("examples/memory/first_draft.path", "examples/memory/events.csv"),
    ("examples/memory/memory.path", "examples/memory/events.csv"),
    ("paths/heart_failure.path", "examples/heart_failure/events.csv"),
)


def _bad(page: str) -> str:
    found = re.search(r"^Bad:\n(.*?)(?=^[A-Z][a-z]+:)", page, re.M | re.S)
    return re.sub(r"\s+# <-.*", "", found[1]) if found else ""


def _texts() -> Iterator[str]:
    for entry in rules():
        if entry.prove is not None and (bad := _bad(entry.page)):
            yield whole(bad)
    for kind in KINDS.values():
        if kind.bad:
            yield kind.bad
            yield whole(kind.bad)
    for file in sorted((ROOT / "tests/golden/input").glob("*.path")):
        yield file.read_text("utf-8")


def _of_pairs() -> Iterator[Finding]:
    """What the pages of the rules about two paths show."""
    for entry in rules():
        if entry.together is not None:
            with TemporaryDirectory() as folder:
                yield from checked_pair(files_of(section(entry.page, "Bad")), Path(folder)).findings


@lru_cache(maxsize=1)
def findings() -> tuple[Finding, ...]:
    """Each template once."""
    found: dict[tuple[str, str | None], Finding] = {}
    for text in _texts():
        for finding in findings_of(text):
            found.setdefault((finding.say, finding.help), finding)
    for finding in _of_pairs():
        found.setdefault((finding.say, finding.help), finding)
    for path, events in RUNS:
        for finding in api.run(ROOT / path, Path(ROOT / events), anyway=True).all_findings:
            found.setdefault((finding.say, finding.help), finding)
    return tuple(found.values())
