"""What a file allows: lines `allow CODE because REASON`, and the findings that they silence.

Such a line silences the findings of its code whose place lies in its block, the block's head included. The innermost block that
allows it counts. Mistakes in the text (P codes) cannot be allowed, and what happens to clients is never silenced here: a record
has overrides, each by somebody and with a reason. Why: docs/decisions/0013-what-is-allowed.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from pathflow.base.findings import Finding, Related, reading_order
from pathflow.base.spans import Span
from pathflow.dsl.mistakes import finding
from pathflow.dsl.syntax import Allowance, SourceFile, walk
from pathflow.rules.pages import codes, nearest_code


class Allow(Struct, frozen=True):
    """One `allow` line: its place, the place of its code, and the lines of its block, the first and the last."""

    code: str
    reason: str
    span: Span
    at_code: Span
    first: int
    last: int

    def holds_for(self, found: Finding) -> bool:
        """Whether the finding may stand."""
        place = found.span
        return (
            place is not None
            and found.code == self.code
            and place.file == self.span.file
            and self.first <= place.line <= self.last
        )


class Allowed(Struct, frozen=True):
    """A finding that is silenced, and by what."""

    finding: Finding
    by: Allow


def allows_of(file: SourceFile) -> Iterator[Allow]:
    """The `allow` lines of a file that can be read, from outer blocks to inner ones."""
    for block in walk(file.root):
        for line in block.all("allow"):
            if isinstance(line.value, Allowance):
                code = line.value.code
                at_code = line.span_of(file.name, code.start, code.end)
                last = max(part.line for part in walk(block))
                yield Allow(code.text.upper(), line.value.because.text, line.span(file.name), at_code, block.line, last)


def silence(findings: Iterable[Finding], allows: Iterable[Allow]) -> tuple[list[Finding], list[Allowed]]:
    """Findings that remain, and those that are allowed; both in the order in which they come."""
    inner_first = sorted(allows, key=lambda allow: (allow.last - allow.first, allow.span.line))
    kept: list[Finding] = []
    allowed: list[Allowed] = []
    for found in findings:
        by = next((allow for allow in inner_first if allow.holds_for(found)), None) if found.family != "path" else None
        if by is None:
            kept.append(found)
        else:
            allowed.append(Allowed(found, by))
    return kept, allowed


def wrong(allows: Iterable[Allow]) -> list[Finding]:
    """`allow` lines whose code nobody knows, or cannot be allowed."""
    found: list[Finding] = []
    known = frozenset(codes())
    for allow in allows:
        if allow.code not in known:
            guess = nearest_code(allow.code)
            words = {"code": allow.code, "guess": guess or ""}
            help_ = "Did you mean `{guess}`?" if guess else "`pathflow explain` lists all codes"
            found.append(finding("P601", "there is no finding with the code `{code}`", allow.at_code, words, help_))
        elif allow.code.startswith("P"):
            say = "`{code}` is a mistake in the text, and cannot be allowed"
            found.append(
                finding("P602", say, allow.at_code, {"code": allow.code}, "Mend what it speaks of, and take this line away")
            )
    return sorted(found, key=reading_order)


def idle(allows: Iterable[Allow], allowed: Iterable[Allowed], kept: Iterable[Finding] = ()) -> list[Finding]:
    """`allow` lines that silence nothing; where the same code is found elsewhere in the file, it is said where."""
    elsewhere: dict[tuple[str, str], Finding] = {}
    for one in kept:
        if one.span is not None:
            elsewhere.setdefault((one.code, one.span.file), one)
    used = {one.by for one in allowed}
    found: list[Finding] = []
    for allow in allows:
        if allow not in used and not wrong([allow]):
            say, help_ = "`allow {code}` silences nothing: there is no such finding here", "Take the line away"
            words = {"code": allow.code}
            related: tuple[Related, ...] = ()
            other = elsewhere.get((allow.code, allow.span.file))
            if other is not None and other.span is not None:
                words |= {"line": str(other.span.line)}
                help_ = "`{code}` is found at line {line}: put the line into the block there"
                related = (Related(other.span, "it is found here"),)
            found.append(finding("P603", say, allow.span, words, help_, related))
    return sorted(found, key=reading_order)
