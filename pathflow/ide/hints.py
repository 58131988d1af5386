"""What stands beside the text while one writes: who is accountable here and how long it may have taken; how a test went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pathflow.dsl import syntax
from pathflow.dsl.languages import Code
from pathflow.ide.facts import either, here_said
from pathflow.ide.here import places
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.locale import phrase

_TIMED: Final = frozenset({"step", "handoff", "consultation", "choice", "end"})


class Hint(Struct, frozen=True):
    """A few words behind a line, and more of them in Markdown. Units: the column counts from 1."""

    line: int
    column: int
    text: str
    more: str = ""


def hints(view: View, first: int, last: int, code: Code) -> list[Hint]:
    """Behind the statements of these lines: who is accountable, where that is another than before; the longest wait so far."""
    found: list[Hint] = []
    before: tuple[str, ...] | None = None
    for line, here in sorted(places(view).items()):
        parts: list[str] = []
        if here.holders and here.holders != before and here.kind != "decide":
            parts.append(either(here.holders, code))
            before = here.holders
        if here.kind in _TIMED and here.longest not in (None, "no time"):
            parts.append("≤ " + phrase(here.longest or "", code))
        if parts and first <= line <= last:
            text = view.file.lines[line - 1]
            comment = view.file.comments.get(line, "")
            end = len(text[: len(text.rstrip()) - len(comment)].rstrip())
            found.append(Hint(line, end + 1, " · ".join(parts), "\n\n".join(here_said(view, line, code))))
    return found


# ── tests ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Ran(Struct, frozen=True):
    """How a test went: what failed, in sentences; None of it where it passed."""

    name: str
    failures: tuple[str, ...]


class Lens(Struct, frozen=True):
    """What can be done at a line. `test`: the name of the test that is run; None for all of them."""

    line: int
    column: int
    title: str
    test: str | None
    failures: tuple[str, ...] = ()


def lenses(view: View, ran: Mapping[str, Ran], code: Code) -> list[Lens]:
    """Over each test: run it, and how it went when it ran on this text; over the first: run them all.

    Args:
        ran: by the name of a test, how it went.
    """
    found: list[Lens] = []
    tests = [row.statement for row in view.names.rows if row.kind == "file" and row.statement.keyword == "test"]
    for number, statement in enumerate(tests):
        name = statement.value.text if isinstance(statement.value, syntax.Text) else ""
        went = ran.get(name)
        if went is None:
            title = said("▶ Run this test", code)
        elif went.failures:
            title = said("✘ {why} – run again", code, why=went.failures[0])
        else:
            title = said("✔ Passed – run again", code)
        found.append(Lens(statement.line, statement.column, title, name, went.failures if went is not None else ()))
        if number == 0 and len(tests) > 1:
            found.append(Lens(statement.line, statement.column, said("▶ Run all {n} tests", code, n=len(tests)), None))
    return found
