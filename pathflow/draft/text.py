"""The first path, as text: a visit, a decision, care, a follow-up, an end, and tests, all from the answers.

The figures in it are examples for its writer to change. The text goes through the formatter, so it stands in the one layout.

Law: tests/laws/test_draft.py (whatever the names, the file checks clean, passes its tests and is laid out).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pathflow.base.names import fold
from pathflow.draft.answers import Answers, Party, written
from pathflow.dsl.format import formatted
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.dsl.parse import parse_text

_MODES: Final = {"private": "purchase", "third": "grant"}


def path_text(answers: Answers, code: Code = ENGLISH) -> str:
    """The path's file, with the keywords of that language; with the network, where that is new and has no file of its own."""
    lines = _network(answers) if answers.place == "own" else []
    return _laid_out("\n".join([*lines, *_path(answers)]) + "\n", code)


def network_text(answers: Answers, code: Code = ENGLISH) -> str:
    """The file of a new network."""
    return _laid_out("\n".join(_network(answers)) + "\n", code)


def _laid_out(text: str, code: Code) -> str:
    result = formatted(parse_text("first.path", text), code)
    if result is None:
        raise AssertionError("a first path was written that cannot be read")
    return result


def _network(answers: Answers) -> list[str]:
    professions: dict[str, str] = {}
    for party in answers.parties:
        for name in party.professions:
            professions.setdefault(fold(name), name)
    lines = [
        "# Who works together. Written by `pathflow new`; other paths can use it too.",
        f"network {written(answers.network)}",
        f"    organiser {written(answers.organiser)}  # answers for the services as a whole",
        f"    professions {_list(professions.values())}",
        "",
        "    calendar Office days",
        "        holidays of Finland  # or another country",
    ]
    for party in answers.parties:
        lines += [
            "",
            f"    provider {written(party.name)}",
            f"        sector {party.sector}",
            f"        professions {_list(professions[fold(name)] for name in party.professions)}",
        ]
    for party in answers.parties:
        if party.sector in _MODES and fold(party.name) != fold(answers.organiser):
            lines += [
                "",
                f"    agreement {written(f'{party.name} and {answers.organiser}')}",
                f"        with {written(party.name)}",
                f"        mode {_MODES[party.sector]}",
                "        covers everything  # or the services that were agreed",
                f"        valid from {answers.begins}",
            ]
    return lines


class _Names:
    """What the writer of the path will rename, in one place. Items that the network has already get another name."""

    def __init__(self, taken: frozenset[str]) -> None:
        self.summary = _fresh("summary", taken)
        self.more = _fresh("needs more care", taken)
        self.feedback = _fresh("feedback", taken)


def _fresh(name: str, taken: frozenset[str]) -> str:
    count = 2
    found = name
    while fold(found) in taken:
        found, count = f"{name} {count}", count + 1
    return found


def _path(answers: Answers) -> list[str]:
    names = _Names(answers.taken)
    first = answers.parties[0]
    return [
        "# Written by `pathflow new`. Lengths of time, items and the names of steps are examples: make them yours.",
        f"path {written(answers.name)}",
        "    version 0.1",
        f"    valid from {answers.begins}",
        *_uses(answers),
        f"    responsible {written(answers.organiser)}  # answers for the whole path and its result",
        f"    accountable {written(first.name)}  # holds the client at the start",
        f"clients {written(answers.group)}",
        f"    item {names.summary}: document",
        f"    item {names.more}: yes or no",
        f"    item {names.feedback}: document",
        "plan Care plan",
        f"    owner {_at(first)}",
        "    review every 6 months",
        *_team(answers),
        "    contains goals, agreed care, who to call",
        "    if another path joins, the owner stays",
        "steps",
        *_steps(answers, names),
        *_tests(answers, names),
    ]


def _team(answers: Answers) -> list[str]:
    """Whoever acts in the first draft must be on the team; the others join when needed."""
    acting = dict.fromkeys(party.professions[0] for party in answers.parties)
    if len(answers.parties) == 1:
        acting[answers.parties[0].professions[-1]] = None
    others = dict.fromkeys(name for party in answers.parties for name in party.professions if name not in acting)
    return [f"    team {_list(acting)}", *([f"    team when needed {_list(others)}"] if others else [])]


def _uses(answers: Answers) -> list[str]:
    source = f' from "{answers.source}"' if answers.source else ""
    return [] if answers.place == "own" else [f"    uses {written(answers.network)}{source}"]


def _steps(answers: Answers, names: _Names) -> list[str]:
    first = answers.parties[0]
    return [
        "    step First visit",
        f"        by {_at(first)}",
        "        within 14 days",
        f"        makes {names.summary}, {names.more}",
        "",
        "    decide Is more care needed?",
        f"        if {names.more}",
        *_care(answers, names),
        f"        if not {names.more}",
        "            continue",
        *(line for number, party in enumerate(answers.parties[2:], 1) for line in _order(first, party, number, answers, names)),
        "",
        "    wait 3 months",
        "",
        "    step Follow-up visit",
        f"        by {_at(first)}",
        "        within 14 days",
        "",
        "    end Care has ended",
        "        closes the plan",
    ]


def _care(answers: Answers, names: _Names) -> list[str]:
    """By the second provider, there and back; or by another profession of the first."""
    first = answers.parties[0]
    if len(answers.parties) == 1:
        return [
            "            step Care",
            f"                by {_at(first, -1)}",
            "                within 30 days",
            f"                needs {names.summary}",
        ]
    second = answers.parties[1]
    return [
        *_handoff("Referral", first, second, names.summary),
        "            step Care",
        f"                by {_at(second)}",
        "                within 30 days of Referral, at most 3 months",
        f"                needs {names.summary}",
        f"                makes {names.feedback}",
        *_handoff("Back", second, first, names.feedback),
    ]


def _handoff(name: str, sender: Party, receiver: Party, item: str) -> list[str]:
    return [
        f"            handoff {name}",
        f"                from {_at(sender)} to {_at(receiver)}",
        f"                carries {item}",
        "                legal basis The client's permission",
        "                accepted within 5 working days",
        f"                if not accepted, {written(sender.name)} keeps the client",
        "                keeps the plan with its owner",
    ]


def _order(first: Party, party: Party, number: int, answers: Answers, names: _Names) -> list[str]:
    """What each further provider does while the client stays where they are."""
    name = "Support" if len(answers.parties) == 3 else f"Support {number}"
    return [
        "",
        f"    step {name}",
        f"        by {_at(party)}",
        f"        ordered by {_at(first)}",
        f"        carries {names.summary}",
        "        legal basis The client's permission",
        "        accepted within 7 days",
        f"        if not accepted, {written(first.name)} takes over",
        "        within 30 days",
    ]


def _tests(answers: Answers, names: _Names) -> list[str]:
    first = answers.parties[0]
    there = "Referral, Care, Back" if len(answers.parties) > 1 else "Care"
    lines = [
        "test Who needs more care gets it, and is followed up",
        f"    given {names.more} is yes",
        f"    expect First visit, {there}, Follow-up visit, Care has ended",
        f"    expect holder is {written(first.name)}",
        "test Who needs no more care is followed up",
        f"    given {names.more} is no",
        "    expect First visit, Follow-up visit",
        "    never Care",
    ]
    if len(answers.parties) > 1:
        lines += [
            "test Nobody accepts the referral",
            f"    given {names.more} is yes",
            "    given Referral is not accepted",
            f"    on day 14 expect holder is {written(first.name)}",
            "    expect finding is G101",
            "    never Care",
        ]
    return lines


def _at(party: Party, profession: int = 0) -> str:
    return f"{written(party.professions[profession])} at {written(party.name)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(written(name) for name in names)
