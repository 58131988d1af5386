"""The first path, as text: a visit, a decision, care, a follow-up, an end, and tests, all from the answers.

The figures in it are examples for its writer to change. Names and remarks are in the language of the file, from a catalogue;
the keywords are put into it by the formatter, so the text stands in the one layout.

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
from pathflow.locale import sentence

_MODES: Final = {"private": "purchase", "third": "grant"}


def path_text(answers: Answers, code: Code = ENGLISH) -> str:
    """The path's file, with the keywords of that language; with the network, where that is new and has no file of its own."""
    own = _Own(code)
    lines = _network(answers, own) if answers.place == "own" else []
    return _laid_out("\n".join([*lines, *_path(answers, own)]) + "\n", code)


def network_text(answers: Answers, code: Code = ENGLISH) -> str:
    """The file of a new network."""
    return _laid_out("\n".join(_network(answers, _Own(code))) + "\n", code)


def _laid_out(text: str, code: Code) -> str:
    result = formatted(parse_text("first.path", text), code)
    if result is None:
        raise AssertionError("a first path was written that cannot be read")
    return result


class _Own:
    """The words of the file's language."""

    def __init__(self, code: Code) -> None:
        self.code: Code = code

    def said(self, text: str, /, **words: object) -> str:
        """A remark, or what is named inside a value that is written as it stands."""
        return sentence(text, self.code, "draft").format_map(words)

    def named(self, text: str, /, **words: object) -> str:
        """A name, as it stands in the file."""
        return written(self.said(text, **words))


def network_name(path: str, code: Code, number: int = 1) -> str:
    """What a new network is called, after its path."""
    own = _Own(code)
    return own.said("{name} network", name=path) if number == 1 else own.said("{name} network {n}", name=path, n=number)


def _network(answers: Answers, own: _Own) -> list[str]:
    professions: dict[str, str] = {}
    for party in answers.parties:
        for name in party.professions:
            professions.setdefault(fold(name), name)
    lines = [
        own.said("# Who works together. Written by `pathflow new`; other paths can use it too."),
        f"network {written(answers.network)}",
        f"    organiser {written(answers.organiser)}  " + own.said("# answers for the services as a whole"),
        f"    professions {_list(professions.values())}",
        "",
        f"    calendar {own.named('Office days')}",
        f"        holidays of Finland  {own.said('# or another country')}",
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
                f"    agreement {own.named('{party} and {organiser}', party=party.name, organiser=answers.organiser)}",
                f"        with {written(party.name)}",
                f"        mode {_MODES[party.sector]}",
                f"        covers everything  {own.said('# or the services that were agreed')}",
                f"        valid from {answers.begins}",
            ]
    return lines


class _Names:
    """What the writer of the path will rename, in one place. Items that the network has already get another name."""

    def __init__(self, taken: frozenset[str], own: _Own) -> None:
        self.own = own
        self.summary = _fresh("summary", taken, own)
        self.more = _fresh("needs more care", taken, own)
        self.feedback = _fresh("feedback", taken, own)
        self.visit = own.named("First visit")
        self.care = own.named("Care")
        self.referral = own.named("Referral")
        self.back = own.named("Back")
        self.follow_up = own.named("Follow-up visit")
        self.ended = own.named("Care has ended")
        self.basis = own.named("The client's permission")


def _fresh(text: str, taken: frozenset[str], own: _Own) -> str:
    count = 2
    found = name = own.said(text)
    while fold(found) in taken:
        found, count = f"{name} {count}", count + 1
    return written(found)


def _path(answers: Answers, own: _Own) -> list[str]:
    names = _Names(answers.taken, own)
    first = answers.parties[0]
    return [
        own.said("# Written by `pathflow new`. Lengths of time, items and the names of steps are examples: make them yours."),
        f"path {written(answers.name)}",
        "    version 0.1",
        f"    valid from {answers.begins}",
        *_uses(answers),
        f"    responsible {written(answers.organiser)}  " + own.said("# answers for the whole path and its result"),
        f"    accountable {written(first.name)}  " + own.said("# holds the client at the start"),
        f"clients {written(answers.group)}",
        f"    item {names.summary}: document",
        f"    item {names.more}: yes or no",
        f"    item {names.feedback}: document",
        f"plan {own.named('Care plan')}",
        f"    owner {_at(first)}",
        "    review every 6 months",
        *_team(answers),
        f"    contains {own.said('goals, agreed care, who to call')}",
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
        f"    step {names.visit}",
        f"        by {_at(first)}",
        "        within 14 days",
        f"        makes {names.summary}, {names.more}",
        "",
        f"    decide {names.own.named('Is more care needed?')}",
        f"        if {names.more}",
        *_care(answers, names),
        f"        if not {names.more}",
        "            continue",
        *(line for number, party in enumerate(answers.parties[2:], 1) for line in _order(first, party, number, answers, names)),
        "",
        "    wait 3 months",
        "",
        f"    step {names.follow_up}",
        f"        by {_at(first)}",
        "        within 14 days",
        "",
        f"    end {names.ended}",
        "        closes the plan",
    ]


def _care(answers: Answers, names: _Names) -> list[str]:
    """By the second provider, there and back; or by another profession of the first."""
    first = answers.parties[0]
    if len(answers.parties) == 1:
        return [
            f"            step {names.care}",
            f"                by {_at(first, -1)}",
            "                within 30 days",
            f"                needs {names.summary}",
        ]
    second = answers.parties[1]
    return [
        *_handoff(names.referral, first, second, names.summary, names),
        f"            step {names.care}",
        f"                by {_at(second)}",
        f"                within 30 days of {names.referral}, at most 3 months",
        f"                needs {names.summary}",
        f"                makes {names.feedback}",
        *_handoff(names.back, second, first, names.feedback, names),
    ]


def _handoff(name: str, sender: Party, receiver: Party, item: str, names: _Names) -> list[str]:
    return [
        f"            handoff {name}",
        f"                from {_at(sender)} to {_at(receiver)}",
        f"                carries {item}",
        f"                legal basis {names.basis}",
        "                accepted within 5 working days",
        f"                if not accepted, {written(sender.name)} keeps the client",
        "                keeps the plan with its owner",
    ]


def _order(first: Party, party: Party, number: int, answers: Answers, names: _Names) -> list[str]:
    """What each further provider does while the client stays where they are."""
    name = names.own.named("Support") if len(answers.parties) == 3 else names.own.named("Support {n}", n=number)
    return [
        "",
        f"    step {name}",
        f"        by {_at(party)}",
        f"        ordered by {_at(first)}",
        f"        carries {names.summary}",
        f"        legal basis {names.basis}",
        "        accepted within 7 days",
        f"        if not accepted, {written(first.name)} takes over",
        "        within 30 days",
    ]


def _tests(answers: Answers, names: _Names) -> list[str]:
    first = answers.parties[0]
    there = f"{names.referral}, {names.care}, {names.back}" if len(answers.parties) > 1 else names.care
    lines = [
        f"test {names.own.named('Who needs more care gets it, and is followed up')}",
        f"    given {names.more} is yes",
        f"    expect {names.visit}, {there}, {names.follow_up}, {names.ended}",
        f"    expect holder is {written(first.name)}",
        f"test {names.own.named('Who needs no more care is followed up')}",
        f"    given {names.more} is no",
        f"    expect {names.visit}, {names.follow_up}",
        f"    never {names.care}",
    ]
    if len(answers.parties) > 1:
        lines += [
            f"test {names.own.named('Nobody accepts the referral')}",
            f"    given {names.more} is yes",
            f"    given {names.referral} is not accepted",
            f"    on day 14 expect holder is {written(first.name)}",
            "    expect finding is G101",
            f"    never {names.care}",
        ]
    return lines


def _at(party: Party, profession: int = 0) -> str:
    return f"{written(party.professions[profession])} at {written(party.name)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(written(name) for name in names)
