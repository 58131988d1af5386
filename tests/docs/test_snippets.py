"""Every block of code in the documents is run: paths are checked, commands give what is shown, Python runs."""

from __future__ import annotations

import io
import os
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from pathflow.cli.main import main
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.docs.markdown import DOCUMENTS, Block, blocks, matches
from tests.helpers import findings_of, program_of
from tests.rules.examples import whole

TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_what_a_document_shows_is_so(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of one document are run in order, in a folder of their own that has the shipped paths and examples."""
    for folder in ("paths", "examples"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks(document):
        run(block, tmp_path, names)


def run(block: Block, folder: Path, names: dict[str, Any]) -> None:
    if block.kind == "path" and block.name.startswith("from "):
        original = (ROOT / block.name.removeprefix("from ")).read_text("utf-8")
        assert matches("…\n" + block.text + "…\n", original), f"{block.place} is not in {block.name}"
    elif block.kind == "path" and (block.name == "finds" or block.name.startswith("finds ")):
        pass  # clauses of the specification: tests/spec/test_clauses.py
    elif block.kind == "path" and not block.name:
        text = block.text if block.text.startswith("network ") else whole(block.text)
        said = [f"{f.code} {f.message}" for f in findings_of(text) if f.level != "info"]
        assert said == [], block.place
        if "\ntest " in text:
            failed = [f.message for outcome in run_scenarios(program_of(text), watch_all) for f in outcome.failures]
            assert failed == [], block.place
    elif block.kind in ("path", "csv", "jsonl", "edit"):
        write(block, folder)
    elif block.kind == "console":
        for command, shown in commands(block):
            said = said_by(command)
            assert matches(shown, said), f"{block.place}: {command}\n{said}"
    elif block.kind == "python":
        exec(compile("\n" * block.line + block.text, str(block.document), "exec"), names)
    elif block.kind == "sh":
        for line in block.text.strip().split("\n"):
            target = re.fullmatch(r"make (\w+).*", line)
            assert target is None or target[1] in TARGETS, f"{block.place}: {line}"
    elif block.kind == "yaml":
        assert block.text == (ROOT / block.name.removeprefix("from ")).read_text("utf-8"), block.place
    else:
        assert block.kind == "text", f"{block.place}: nobody runs a block of kind {block.kind!r}"


def write(block: Block, folder: Path) -> None:
    """A file as the document has it by now: whole, from a word on, with an end, or with an edit."""
    name, _, where = block.name.partition(" ")
    file = folder / name
    before = file.read_text("utf-8") if file.exists() else ""
    if block.kind == "edit":
        old, _, new = block.text.partition("\0")
        assert before.count(old) == 1, f"{block.place}: {old!r} stands {before.count(old)} times in {name}"
        text = before.replace(old, new)
    elif where == "at the end":
        text = before + "\n" + block.text
    elif where.startswith("from "):
        text = before[: before.index(where.split()[1] + "\n")] + block.text
    else:
        assert not where, block.place
        text = block.text
    file.write_text(text, "utf-8")


def commands(block: Block) -> list[tuple[str, str]]:
    """Each command of a console block with what it is shown to say."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        found.append((command, shown))
    return found


def said_by(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "pathflow", command
    stream = io.StringIO()
    os.environ.pop("FORCE_COLOR", None)
    with redirect_stdout(stream), redirect_stderr(stream):
        main(words[1:])
    return stream.getvalue()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_to_a_heading(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", document.read_text("utf-8")):
        page = document.parent / target if target else document
        assert anchor in anchors(page), f"{document.name}: {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: each heading in small letters, without punctuation, with hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_wrong_snippet_is_seen() -> None:
    assert matches("a\n…\nd\n", "a\nb\nc\nd\n")
    assert matches("a\nb\n", "a\nb\n")
    assert not matches("a\n…\nd\n", "a\nb\nc\n")
    assert not matches("a\n", "a\nb\n")
