"""What each block must hold as a whole: lines that are missing, empty branches, branches in the wrong order."""

from __future__ import annotations

from pathflow.base.findings import Edit, Finding, Related
from pathflow.base.spans import Span
from pathflow.dsl.mistakes import finding
from pathflow.dsl.syntax import Occasion, Statement, walk
from pathflow.dsl.vocabulary import BLOCKS, Block

_OPENED = {line.keyword: line.opens for block in BLOCKS.values() for line in block.lines.values() if line.opens}
_ENDINGS = frozenset({"end", "continue", "resume", "stop", "restart from"})


def check_blocks(file: str, root: Statement, findings: list[Finding]) -> None:
    """Finds what is missing or out of order. Says nothing of a block in which something else went wrong."""
    for statement in walk(root):
        kind = _OPENED.get(statement.keyword)
        if kind is None or statement.is_orphan or statement.is_broken:
            continue
        block = BLOCKS[kind]
        if block.must_have_body and not statement.has_doubt and all(part.keyword == "allow" for part in statement.body):
            findings.append(_empty(file, statement, block))
            continue
        if not statement.has_doubt and not any(part.is_broken for part in statement.body):
            findings.extend(_missing(file, statement, block))
        if kind == "decide":
            findings.extend(_after_otherwise(file, statement))
        elif kind == "together":
            findings.extend(_single_branch(file, statement))
        elif kind == "whenever":
            findings.extend(_resumed_beside(file, statement))
        elif kind == "test":
            findings.extend(_given_late(file, statement))
        elif kind == "choice":
            findings.extend(_single_option(file, statement))


def _empty(file: str, statement: Statement, block: Block) -> Finding:
    place = statement.span(file)
    inside = ", ".join(line.keyword for line in block.lines.values() if line.count in ("one", "some"))
    helps = "Say what happens on this branch, or write `continue` in it" if "continue" in block.lines else "{more}"
    needed = f"It needs {inside}" if inside else "Write its lines below it, one level deeper"
    return finding("P105", "{block} has nothing in it", place, {"block": block.called, "more": needed}, helps)


def _missing(file: str, statement: Statement, block: Block) -> list[Finding]:
    wanted = [line for line in block.lines.values() if line.count in ("one", "some") and statement.one(line.keyword) is None]
    if not wanted:
        return []
    from pathflow.dsl.wording import EXPECTED

    result: list[Finding] = []
    for line in wanted:
        what, example = EXPECTED[line.value]
        result.append(
            finding(
                "P103",
                "{block} needs a line `{keyword}`",
                statement.span(file),
                {"block": block.called, "keyword": line.keyword, "what": what, "example": example},
                "Add it below, one level deeper, for example: {keyword} {example}",
            )
        )
    return result


def _after_otherwise(file: str, statement: Statement) -> list[Finding]:
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


def _single_branch(file: str, statement: Statement) -> list[Finding]:
    branches = list(statement.all("branch"))
    if len(branches) != 1 or statement.has_doubt:
        return []
    say = "`together` has one branch, and needs two or more"
    return [finding("P103", say, branches[0].span(file), {}, "Is a `branch` line missing? Otherwise take `together` away")]


def _single_option(file: str, statement: Statement) -> list[Finding]:
    options = list(statement.all("option"))
    if len(options) != 1 or statement.has_doubt:
        return []
    say = "there is one option, so the client has nothing to choose"
    return [finding("P103", say, options[0].span(file), {}, "Add another `option`, or name the provider in the steps")]


def _resumed_beside(file: str, statement: Statement) -> list[Finding]:
    """The main way cannot go on again where it has never stood still."""
    if not isinstance(statement.value, Occasion) or not statement.value.is_beside:
        return []
    late = [part for part in statement.body if part.keyword in ("resume", "restart from") and not part.is_orphan]
    if not late:
        return []
    late[0].has_doubt = True
    say = "`{keyword}` stands in an event's way beside the main way, which goes on all the time"
    help_ = "Take it away; or let the event interrupt: take `beside …` away from `whenever`"
    return [finding("P106", say, late[0].span(file), {"keyword": late[0].keyword}, help_)]


def _given_late(file: str, statement: Statement) -> list[Finding]:
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
