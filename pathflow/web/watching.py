"""A path on the disk, seen anew whenever a file of its folder changes: picture, findings, tests and text as one value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pathflow.api import CompiledPath, PathError, check, load, run_tests
from pathflow.base.errors import PathflowError
from pathflow.base.findings import Finding
from pathflow.dsl.keywords import declared
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import sentence, spoken, told
from pathflow.picture.views import providers_in
from pathflow.picture.voice import Voice
from pathflow.pictures import UnknownWords, draw, view_of

Seen = tuple[tuple[str, int, int], ...]


class Watched:
    """One path's file.

    Args:
        code: the language of what is said; None for the file's own.
    """

    def __init__(self, file: Path, code: Code | None = None) -> None:
        self.file = file
        self._asked: Code | None = code
        self._good: CompiledPath | None = None
        self._seen: Seen | None = None
        self._pictures: dict[tuple[str, bool], str] = {}
        self._state: dict[str, Any] = {}

    def seen(self) -> Seen:
        """What lies in the folder, and since when: another value whenever a file changes."""
        found: list[tuple[str, int, int]] = []
        for place in sorted(self.file.parent.glob("*.path")):
            try:
                stat = place.stat()
            except OSError:
                continue
            found.append((place.name, stat.st_mtime_ns, stat.st_size))
        return tuple(found)

    def state(self, view: str = "", lying: bool = False) -> dict[str, Any]:
        """Everything that the page shows.

        Args:
            view: empty for all of the path, `overview`, or a provider's name.
        """
        seen = self.seen()
        if seen != self._seen:
            self._read()
            self._seen = seen
        key = (view, lying)
        if key not in self._pictures:
            self._pictures[key] = self._picture(view, lying)
        return self._state | {"svg": self._pictures[key], "version": hash(seen), "view": view}

    def _read(self) -> None:
        """Reads the file again. What cannot be read keeps the picture of the last version that could."""
        self._pictures = {}
        try:
            text = self.file.read_text("utf-8-sig", errors="replace")
            report = check(self.file)
        except (OSError, PathflowError) as wrong:
            self._state = self._said([], str(wrong), text="", tests=[])
            return
        code = self._language(text)
        tests: list[dict[str, Any]] = []
        trouble = ""
        try:
            self._good = load(self.file)
            tests = [
                {
                    "name": one.name, "line": one.span.line,
                    "failures": [{"line": f.span.line, "said": spoken(f.said, code)} for f in one.failures],
                }
                for one in run_tests(self.file)
            ]  # fmt: skip
        except PathError:
            trouble = _said("the picture is that of the last version that could be read", code)
        except PathflowError as wrong:
            trouble = spoken(wrong.said, code)
        self._state = self._said(list(report.findings), trouble, text, tests, code)

    def _language(self, text: str) -> Code:
        return self._asked or declared(text.splitlines()) or ENGLISH

    def _said(
        self, findings: list[Finding], trouble: str, text: str, tests: list[dict[str, Any]], code: Code = ENGLISH
    ) -> dict[str, Any]:
        said = [told(one, code) for one in findings]
        return {
            "file": self.file.name,
            "place": str(self.file.resolve()),
            "language": code,
            "trouble": trouble,
            "text": text,
            "tests": tests,
            "findings": [
                {
                    "code": one.code, "level": one.level, "message": one.message, "help": one.advice or "",
                    "file": one.span.file if one.span is not None else "", "line": one.span.line if one.span is not None else 0,
                    "here": one.span is not None and Path(one.span.file).name == self.file.name,
                }
                for one in said
            ],
            "providers": self._providers(code),
            "words": {name: _said(words, code) for name, words in _WORDS.items()},
        }  # fmt: skip

    def _providers(self, code: Code) -> list[dict[str, str]]:
        if self._good is None:
            return []
        voice = Voice(self._good.program, code)
        return [{"name": name, "label": voice.label(name)} for name in providers_in(self._good.program)]

    def _picture(self, view: str, lying: bool) -> str:
        if self._good is None:
            return ""
        code: Code = self._state["language"]
        try:
            shown = view_of(
                self._good,
                provider=view if view not in ("", "overview") else None,
                is_overview=view == "overview",
                in_language=code,
            )
        except UnknownWords:
            shown = view_of(self._good)
        return draw(self._good, shown, in_language=code, lying=lying, findings=False).svg


_WORDS = {
    "picture": "Picture", "text": "Text", "findings": "Findings", "tests": "Tests", "whole": "all of the path",
    "overview": "overview", "show": "Show", "lying": "time to the right", "passed": "passed", "failed": "failed",
    "clean": "nothing is found", "none": "there are no tests", "larger": "larger", "smaller": "smaller", "fit": "fit",
    "lost": "the preview has stopped; start it again", "editor": "open in the editor",
}  # fmt: skip


def _said(text: str, code: Code) -> str:
    return sentence(text, code, "pictures")
