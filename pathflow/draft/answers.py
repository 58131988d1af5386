"""What a first path is made from. A name is tried on the parser before it is taken, so that the file can be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

from msgspec import Struct

from pathflow.base.errors import PathflowError
from pathflow.base.names import bare, fold
from pathflow.base.phrases import Listed, Said
from pathflow.dsl import syntax
from pathflow.dsl.languages import CODES, language, standing_in
from pathflow.dsl.parse import parse_text
from pathflow.dsl.plain import composed, tidied
from pathflow.dsl.vocabulary import WORD_LISTS

NAME_MAX: Final = 120
"""Units: characters of a name."""


class Unusable(PathflowError):
    """An answer that cannot stand in a path, in one line that says why and what to write: a template and its words."""


class Party(Struct, frozen=True):
    """A provider on the path: who of its people act, and the sector where it is new."""

    name: str
    professions: tuple[str, ...]
    sector: str = "public"


class Answers(Struct, frozen=True):
    """All that a first path needs.

    Attributes:
        parties: the first holds the client at the start; the second takes over where there is one; the others are ordered from.
        network: the name of a network that is there already, or of the new one.
        place: where the network is: in a file that is there, in the path's own file, or in a new file beside it.
        source: the network's file as the path names it, "" where its name is enough.
        taken: folded names of items that the network has already.
    """

    name: str
    organiser: str
    group: str
    parties: tuple[Party, ...]
    begins: date
    network: str
    place: Literal["there", "own", "beside"] = "own"
    source: str = ""
    taken: frozenset[str] = frozenset()


_EVERY_PLACE: Final = """\
network {0}
    organiser {0}
    professions {0}, other
    provider {0}
        register {0}
    agreement {0}
        with {0}
path {0}
    uses {0}
    accountable {0}
clients {0}
plan {0}
    owner {0} at {0}
steps
    handoff other
        from {0} at {0} to {0} at {0}
        if not accepted, {0} keeps the client
        moves the plan to {0} at {0}
    handoff other
        from {0} at "other" to "other" at {0}
    step other
        by {0} at {0}
    step other
        by {0} at "other"
    step other
        by "other" at {0}
test other
    expect holder is {0}
"""
"""Each place in which a name of the answers is written."""

_INCOMPLETE: Final = frozenset({"P103", "P105"})


def name_of(answer: str, what: str) -> str:
    """The answer as a name, single-spaced and in composed letters.

    Args:
        what: what it names, for the message.

    Raises: Unusable.
    """
    called = Said(what)
    name = composed(tidied(" ".join(answer.split())))
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].strip()
    if not fold(name):
        raise Unusable("{what} needs a name", what=called)
    if len(name) > NAME_MAX:
        raise Unusable(
            "the name of {what} has {n} characters, and {most} are enough: write a shorter one",
            what=called,
            n=len(name),
            most=NAME_MAX,
        )
    if fold(name) in standing_in():
        raise Unusable("`{name}` is a word of the language, and nothing can be called so", name=name)
    if '"' in name:
        raise Unusable("the name of {what} holds a double quote: leave it out, or write a single one", what=called)
    if not _reads_back(name, f'"{name}"'):
        raise Unusable("the name of {what} holds a character that cannot be seen or written: type it anew", what=called)
    return name


@lru_cache(maxsize=1024)
def written(name: str) -> str:
    """The name as it stands in a file: in double quotes where it would not be read back without."""
    return name if _reads_back(name, name) else f'"{name}"'


def _reads_back(name: str, spelt: str) -> bool:
    """Whether the parser finds the name, and nothing else, in each place where it may be written."""
    file = parse_text("answers.path", _EVERY_PLACE.format(spelt))
    if any(found.code not in _INCOMPLETE for found in file.findings) or file.comments:
        return False
    found = [text for statement in syntax.walk(file.root) for text in _texts(statement.value)]
    return [text for text in found if text not in _FIXED or text == name] == [name] * _PLACES


def _texts(value: Any) -> Iterator[str]:
    """The names in a value, in their order."""
    if isinstance(value, syntax.Name | syntax.Text):
        yield value.text
    elif isinstance(value, tuple):
        for part in value:  # pyright: ignore[reportUnknownVariableType]  # of names, conditions or lengths
            yield from _texts(part)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field))


_FIXED: Final = frozenset({"other", "holder"})
_PLACES: Final = _EVERY_PLACE.count("{0}")

_UNSAFE: Final = re.compile(r"[^\w-]+")


def file_name(name: str) -> str:
    """A file's name for a path's, in letters that every disk can hold: `Käypä hoito` becomes `kaypa_hoito.path`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    stem = _UNSAFE.sub("_", plain).strip("_-")[:60]
    return f"{stem or 'first'}.path"


_PARTS: Final = re.compile(r'\s*("[^"]*"|[^,]*)\s*(?:,|\Z)')
_JOINED: Final = re.compile(
    rf"\s+(?:{'|'.join(language(code).inner(key) for code in CODES for key in ('AND', 'OR'))})\s+", re.I
)


def split_list(text: str) -> list[str]:
    """The parts between commas; what stands in double quotes is one part, and keeps its quotes."""
    return [part for part in (found[1].strip() for found in _PARTS.finditer(tidied(text))) if part]


def professions_of(parts: Sequence[str], provider: str) -> tuple[str, ...]:
    """The professions in a list of answers, each once; `and` joins them too, unless it stands in quotes. Raises: Unusable."""
    words = [word for part in parts for word in ([part] if part.startswith('"') else _JOINED.split(part))]
    names: dict[str, str] = {}
    for word in words:
        name = name_of(word, "a profession")
        names.setdefault(fold(name), name)
    if not names:
        raise Unusable("{name} needs a profession, for example: {name}, public, nurse and general practitioner", name=provider)
    return tuple(names.values())


def sector_of(word: str) -> str | None:
    """The sector that is meant, in the words of any of the languages; None for another word."""
    return next((found for code in CODES if (found := language(code).canon["sector"].get(bare(fold(word)))) is not None), None)


def read_party(text: str) -> Party:
    """`Name, public, nurse and general practitioner`; the name may hold commas. Raises: Unusable."""
    parts = split_list(text)
    at = next((n for n, part in enumerate(parts) if n and sector_of(part) is not None), None)
    if at is None:
        words = Listed(WORD_LISTS["sector"], "or")
        say = "`{text}` does not say its sector, {words}: write for example Home Care, public, nurse and doctor"
        raise Unusable(say, text=text, words=words)
    name = name_of(", ".join(parts[:at]), "a provider")
    return Party(name, professions_of(parts[at + 1 :], name), sector_of(parts[at]) or "")


def differing(parties: Sequence[Party]) -> tuple[Party, ...]:
    """The parties. Raises: Unusable where there is none, or two have one name."""
    seen: set[str] = set()
    for party in parties:
        if fold(party.name) in seen:
            raise Unusable("the provider {name} is named twice: give one of them another name", name=party.name)
        seen.add(fold(party.name))
    if not parties:
        raise Unusable("a path needs a provider")
    return tuple(parties)
