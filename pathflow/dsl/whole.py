"""What each block must hold as a whole: lines that are missing, empty branches, branches in the wrong order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from pathflow.base.findings import Edit, Finding, Related
from pathflow.base.spans import Span
from pathflow.dsl.languages import Language
from pathflow.dsl.mistakes import finding
from pathflow.dsl.syntax import Occasion, Statement, walk
from pathflow.dsl.vocabulary import BLOCKS, Block

_OPENED = {line.keyword: line.opens for block in BLOCKS.values() for line in block.lines.values() if line.opens}
_REQUIRED = {
    kind: tuple(line for line in block.lines.values() if line.count in ("one", "some")) for kind, block in BLOCKS.items()
}


def check_blocks(file: str, root: Statement, lines: list[str], findings: list[Finding], language: Language) -> None:
    """Finds what is missing or out of order. Says nothing of a block in which something else went wrong."""
    findings.extend(_late_head(file, root, language))
    check_each(file, walk(root), lines, findings, language)


def check_each(
    file: str, statements: Iterable[Statement], lines: list[str], findings: list[Finding], language: Language
) -> None:  # fmt: skip
    """The same of some statements, each with the lines right below it."""
    for statement in statements:
        kind = _OPENED.get(statement.keyword)
        if kind is None or statement.is_orphan or statement.is_broken:
            continue
        block = BLOCKS[kind]
        if block.must_have_body and not statement.has_doubt and all(part.keyword == "allow" for part in statement.body):
            findings.append(_empty(file, statement, block, language))
            statement.has_doubt = True
            continue
        if not statement.has_doubt and not any(part.is_broken for part in statement.body):
            findings.extend(_missing(file, statement, block, language))
        if "continue" in block.lines:
            findings.extend(_continue_with_others(file, statement, language))
        for look in _LOOKS.get(kind, ()):
            findings.extend(look(file, statement, language))
        if kind in _PARTED:
            findings.extend(_PARTED[kind](file, statement, lines))


def _late_head(file: str, root: Statement, language: Language) -> list[Finding]:
    """`language` and `edition` come before anything else."""
    found: list[Finding] = []
    seen: Statement | None = None
    for part in root.body:
        if part.is_orphan:
            continue
        if part.keyword not in ("language", "edition"):
            seen = seen or part
        elif seen is not None:
            words = {"keyword": language.keywords[part.keyword]}
            first = (Related(seen.span(file), "this comes after it"),)
            say = "`{keyword}` stands below what it should come before"
            found.append(finding("P106", say, part.span(file), words, "Move it to the top of the file", first))
    return found


def _empty(file: str, statement: Statement, block: Block, language: Language) -> Finding:
    inside = ", ".join(language.keywords[line.keyword] for line in block.lines.values() if line.count in ("one", "some"))
    help_ = "It needs {inside}" if inside else "Write its lines below it, one level deeper"
    if "continue" in block.lines:
        help_ = "Say what happens on this branch, or write `{continue}` in it"
    called = re.sub(r"^an? ", "this ", block.called)
    words = {"block": called, "inside": inside, "continue": language.keywords["continue"]}
    return finding("P105", "there is nothing in {block}", statement.span(file), words, help_)


def _missing(file: str, statement: Statement, block: Block, language: Language) -> list[Finding]:
    wanted = [line for line in _REQUIRED[block.kind] if statement.one(line.keyword) is None]
    if not wanted:
        return []
    from pathflow.dsl.expected import line_expected

    result: list[Finding] = []
    for line in wanted:
        what, example = line_expected(line.keyword, line.value, language)
        result.append(
            finding(
                "P103",
                "{block} needs a line `{keyword}`",
                statement.span(file),
                {"block": block.called, "keyword": language.keywords[line.keyword], "what": what, "example": example},
                "Add it below, one level deeper, for example: {example}",
            )
        )
    return result


def _after_otherwise(file: str, statement: Statement, language: Language) -> list[Finding]:
    """`otherwise` is the last branch."""
    parts = [part for part in statement.body if not part.is_orphan and part.keyword != "allow"]
    for at, part in enumerate(parts):
        if part.keyword == "otherwise" and at + 1 < len(parts):
            late = parts[at + 1]
            late.has_doubt = True
            say = "a branch stands after `otherwise`, which takes all that is left"
            first = Related(part.span(file), "`otherwise` is here")
            return [finding("P106", say, late.span(file), {}, "Move `otherwise` to the end of the decision", (first,))]
    return []


def _single_branch(file: str, statement: Statement, language: Language) -> list[Finding]:
    branches = list(statement.all("branch"))
    if len(branches) != 1 or statement.has_doubt:
        return []
    say = "`together` has one branch, and needs two or more"
    return [finding("P103", say, branches[0].span(file), {}, "Is a `branch` line missing? Otherwise take `together` away")]


def _parted_branch(file: str, statement: Statement, lines: list[str]) -> list[Finding]:
    """A blank line inside a branch, where blank lines part the branches: there a `branch` line may have been lost.

    Nothing else shows it: what would be two branches is one sound branch without the line between.
    """
    branches = [part for part in statement.body if part.keyword == "branch" and not part.is_orphan]
    if statement.has_doubt or not all(_is_parted(branch, lines) for branch in branches[1:]):
        return []
    inside = (part for branch in branches if not branch.has_doubt for part in branch.body[1:] if part.keyword not in _BESIDE)
    late = next((part for part in inside if _is_parted(part, lines)), None)
    if late is None:
        return []
    say = "a blank line stands inside a branch, where blank lines part the branches"
    help_ = "Is a `branch` line missing above this one? Otherwise take the blank line away"
    return [finding("P107", say, late.span(file), {}, help_)]


def _parted_event(file: str, statement: Statement, lines: list[str]) -> list[Finding]:
    """A blank line inside an event's way that needs no end of its own: there a `whenever` line may have been lost."""
    if statement.has_doubt or any(part.keyword in _AFTER_EVENTS for part in statement.body):
        return []
    late = next((part for part in statement.body[1:] if part.keyword not in _BESIDE and _is_parted(part, lines)), None)
    if late is None:
        return []
    say = "a blank line stands inside an event's way, and blank lines part the blocks of a file"
    help_ = "Is a `whenever` line missing above this one? Otherwise take the blank line away"
    return [finding("P107", say, late.span(file), {}, help_)]


def _is_parted(part: Statement, lines: list[str]) -> bool:
    """Whether a blank line stands above a line, or above the comments above it."""
    at = part.line - 2
    while at >= 0 and lines[at].lstrip().startswith("#"):
        at -= 1
    return at >= 0 and not lines[at].strip()


def _single_option(file: str, statement: Statement, language: Language) -> list[Finding]:
    options = list(statement.all("option"))
    if len(options) != 1 or statement.has_doubt:
        return []
    say = "there is one option, so the client has nothing to choose"
    return [finding("P103", say, options[0].span(file), {}, "Add another `option`, or name the provider in the steps")]


def _resumed_beside(file: str, statement: Statement, language: Language) -> list[Finding]:
    """The main way cannot go on again where it has never stood still."""
    if not isinstance(statement.value, Occasion) or not statement.value.is_beside:
        return []
    late = [part for part in statement.body if part.keyword in ("resume", "restart from") and not part.is_orphan]
    if not late:
        return []
    late[0].has_doubt = True
    say = "`{keyword}` stands in an event's way beside the main way, which goes on all the time"
    help_ = "Take it away; or let the event interrupt: take `{beside}` away from `{whenever}`"
    words = {
        "keyword": language.keywords[late[0].keyword],
        "beside": language.inner("BESIDE"),
        "whenever": language.keywords["whenever"],
    }
    return [finding("P106", say, late[0].span(file), words, help_)]


def _after_the_ending(file: str, statement: Statement, language: Language) -> list[Finding]:
    """An event's way ends with `resume`, `stop` or `restart from`: what comes after is most probably another event's."""
    ending: Statement | None = None
    for part in statement.body:
        if part.is_orphan or part.keyword in _BESIDE:
            continue
        if ending is not None and part.keyword not in _AFTER_EVENTS:
            statement.has_doubt = part.has_doubt = True
            first = Related(ending.span(file), "the event's way ends here")
            say = "a line stands after `{keyword}`, with which the event's way ends"
            return [
                finding(
                    "P106",
                    say,
                    part.span(file),
                    {"keyword": language.keywords[ending.keyword]},
                    "Is a `whenever` line missing above it?",
                    (first,),
                )
            ]
        if part.keyword in _AFTER_EVENTS:
            ending = ending or part
    return []


_AFTER_EVENTS: Final = ("resume", "stop", "restart from")
_BESIDE: Final = ("source", "note", "allow")
_DONE: Final = frozenset(BLOCKS["steps"].lines) - {"allow"} | {"continue"}
"""What a branch does, as against what is said about it."""


def _continue_with_others(file: str, statement: Statement, language: Language) -> list[Finding]:
    """`continue` says that a branch holds nothing: where it holds something, the two are most probably two branches."""
    parts = [part for part in statement.body if not part.is_orphan and part.keyword in _DONE]
    at = next((n for n, part in enumerate(parts) if part.keyword == "continue"), None)
    if at is None or len(parts) == 1 or statement.has_doubt:
        return []
    statement.has_doubt = True
    late = parts[at] if at else parts[1]
    opener = "branch" if statement.keyword == "branch" else "otherwise" if at else "if"
    say = "`continue` says that nothing is done here, and something is"
    help_ = "Is a line with `{opener}` missing above this one? Otherwise take `continue` away"
    return [finding("P106", say, late.span(file), {"opener": language.keywords[opener]}, help_)]


def _given_late(file: str, statement: Statement, language: Language) -> list[Finding]:
    """What is given comes first: a `given` after an `expect` is most probably another test's."""
    seen: Statement | None = None
    for part in statement.body:
        if part.is_orphan:
            continue
        if part.keyword != "given" and part.keyword not in ("source", "note"):
            seen = seen or part
        elif seen is not None and part.keyword == "given":
            place = part.span(file)
            first = Related(seen.span(file), "this comes after it")
            statement.has_doubt = True
            insert = Edit(Span(file, part.line, 1, part.line, 1), "test \n", is_safe=False)
            say = "`given` stands after what it should come before"
            return [finding("P106", say, place, {}, "Is a `test` line missing above it?", (first,), insert)]
    return []


_LOOKS: Final[dict[str, tuple[Callable[[str, Statement, Language], list[Finding]], ...]]] = {
    "decide": (_after_otherwise,),
    "together": (_single_branch,),
    "whenever": (_resumed_beside, _after_the_ending),
    "test": (_given_late,),
    "choice": (_single_option,),
}
"""What is looked at in each kind of block besides."""

_PARTED: Final[dict[str, Callable[[str, Statement, list[str]], list[Finding]]]] = {
    "together": _parted_branch,
    "whenever": _parted_event,
}
"""Kinds of block of which a lost header shows in nothing but the blank line before it."""
