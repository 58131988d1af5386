"""The closed table of words: which keyword may stand in which block, what its value is, and how often it may come.

The parser, the formatter, the messages, the reference grammar's test and the docs read this one table. A keyword means the
same wherever it stands. The Finnish and Swedish of every word stand in `languages`.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Count = Literal["one", "maybe", "many", "some"]
"""one: exactly once; maybe: at most once; many: any number; some: at least once."""


class Line(Struct, frozen=True):
    """What a keyword takes in one block: the kind of its value, how often it comes, the block it opens."""

    keyword: str
    value: str
    count: Count
    opens: str | None


class Block(Struct, frozen=True):
    """A kind of block: how it is spoken of, and its lines by keyword."""

    kind: str
    called: str
    lines: dict[str, Line]
    must_have_body: bool


def _block(kind: str, called: str, *lines: tuple[str, ...], empty: bool = False) -> tuple[str, Block]:
    """Each line is (keyword, value, count) or (keyword, value, count, opens)."""
    table = {
        words[0]: Line(words[0], words[1], words[2], words[3] if len(words) > 3 else None)  # type: ignore[arg-type]
        for words in lines
    }
    return kind, Block(kind, called, table, not empty)


_PROSE = (("source", "text", "many"), ("note", "text", "many"))
_ALLOW = ("allow", "allowed", "many")
_SOURCES = (*_PROSE, _ALLOW)
_ABOUT = (*_SOURCES, ("contact", "text", "maybe"))
_ALIAS = ("known as", "names", "maybe")
_LABELS = (("in Finnish", "text", "maybe"), ("in Swedish", "text", "maybe"), ("in English", "text", "maybe"))
_COSTS = (("takes", "duration", "maybe"), ("price", "price", "maybe"), ("payer", "payers", "maybe"))
_BASIS = ("legal basis", "text", "maybe")
_CHANCE = ("chance", "share", "maybe")
_ITEM = ("item", "item", "many", "item")
_FLOW = (
    ("step", "label", "many", "step"),
    ("handoff", "label", "many", "handoff"),
    ("consultation", "label", "many", "consultation"),
    ("decide", "label?", "many", "decide"),
    ("together", "meeting?", "many", "together"),
    ("repeat", "repetition?", "many", "repeat"),
    ("until", "condition", "many"),
    ("client chooses", "label", "many", "choice"),
    ("include", "name", "many", "include"),
    ("wait", "waiting", "many"),
    ("end", "label", "many", "end"),
    _ALLOW,
)
_CONTINUE = ("continue", "none", "maybe")

BLOCKS: Final[dict[str, Block]] = dict(
    [
        _block(
            "file",
            "a file",
            ("language", "language", "maybe"),
            ("edition", "edition", "maybe"),
            ("path", "label", "maybe", "path"),
            ("network", "label", "many", "network"),
            ("clients", "label", "maybe", "clients"),
            ("plan", "label", "maybe", "plan"),
            ("steps", "none", "maybe", "steps"),
            ("whenever", "occasion", "many", "whenever"),
            ("test", "label", "many", "test"),
            ("load", "label?", "maybe", "load"),
            ("log", "label", "many", "log"),
            empty=True,
        ),
        _block(
            "path",
            "a path's head",
            ("version", "text", "one"),
            ("valid", "dates", "maybe"),
            ("uses", "use", "many"),
            ("organiser", "names", "maybe"),
            ("responsible", "name", "one"),
            ("accountable", "name", "one"),
            ("needs", "names", "maybe"),
            ("makes", "names", "maybe"),
            ("silence at most", "duration", "maybe"),
            ("promise", "name", "many", "promise"),
            *_LABELS,
            *_ABOUT,
        ),
        _block("promise", "a promise", ("within", "limit", "maybe"), ("without", "names", "many"), *_SOURCES),
        _block(
            "network",
            "a network",
            ("uses", "use", "many"),
            ("organiser", "names", "maybe"),
            ("professions", "names", "many", "profession"),
            ("provider", "label", "many", "provider"),
            ("agreement", "label", "many", "agreement"),
            ("service", "label", "many", "service"),
            ("site", "label", "many", "site"),
            ("alliance", "label", "many", "alliance"),
            ("package", "label", "many", "package"),
            ("calendar", "label", "many", "calendar"),
            _ITEM,
            ("event", "label", "many", "event"),
            *_LABELS,
            *_ABOUT,
        ),
        _block("profession", "a profession", *_LABELS, empty=True),
        _block(
            "provider",
            "a provider",
            ("sector", "sector", "one"),
            ("legal form", "text", "maybe"),
            ("professions", "names", "many"),
            ("offers", "names", "many"),
            ("channels", "names", "maybe"),
            ("register", "name", "maybe"),
            ("meets", "names", "many"),
            _ALIAS,
            *_LABELS,
            *_ABOUT,
        ),
        _block(
            "agreement",
            "an agreement",
            ("with", "name", "one"),
            ("mode", "mode", "one"),
            ("covers", "names", "some"),
            ("valid", "dates", "one"),
            ("accepted within", "duration", "maybe"),
            ("feedback within", "duration", "maybe"),
            ("carries", "names", "many"),
            ("price", "price", "many"),
            ("payer", "payers", "maybe"),
            ("part of", "name", "maybe"),
            _BASIS,
            *_ABOUT,
        ),
        _block(
            "service",
            "a service",
            ("window", "window", "maybe"),
            ("makes", "names", "maybe"),
            ("requires", "names", "many"),
            ("officials only", "none", "maybe"),
            *_COSTS,
            ("code", "text", "maybe"),
            _ALIAS,
            *_LABELS,
            *_SOURCES,
            empty=True,
        ),
        _block(
            "site",
            "a site",
            ("hosts", "names", "some"),
            ("address", "text", "maybe"),
            ("timetable", "text", "many"),
            *_LABELS,
            *_ABOUT,
        ),
        _block(
            "alliance",
            "an alliance",
            ("partner", "name", "some", "partner"),
            ("target cost", "price", "maybe"),
            ("target", "label", "many", "target"),
            ("valid", "dates", "maybe"),
            *_LABELS,
            *_ABOUT,
        ),
        _block(
            "partner",
            "a partner",
            ("gain", "share", "one"),
            ("pain", "share", "one"),
            ("leads", "names", "many"),
            *_SOURCES,
        ),
        _block("target", "a target", ("measured by", "text", "some"), *_LABELS, *_SOURCES),
        _block(
            "package",
            "a package",
            ("enter when", "condition", "maybe"),
            ("owner", "actor", "maybe"),
            ("must have", "names", "some"),
            ("may have", "names", "many"),
            *_LABELS,
            *_ABOUT,
        ),
        _block(
            "item",
            "an item",
            ("checked at every handoff", "none", "maybe"),
            _ALIAS,
            *_LABELS,
            ("options in Finnish", "names", "maybe"),
            ("options in Swedish", "names", "maybe"),
            ("options in English", "names", "maybe"),
            *_SOURCES,
            empty=True,
        ),
        _block(
            "calendar",
            "a calendar",
            ("time zone", "text", "maybe"),
            ("weekend", "names", "maybe"),
            ("holidays of", "name", "maybe"),
            ("closed", "dates", "many"),
            ("counts", "counts", "maybe"),
            *_SOURCES,
        ),
        _block(
            "clients",
            "a client group",
            _ITEM,
            ("event", "label", "many", "event"),
            ("enter when", "condition", "maybe"),
            ("linked", "label", "many", "linked"),
            *_LABELS,
            *_SOURCES,
        ),
        _block("event", "an event", _ALIAS, *_LABELS, *_SOURCES, empty=True),
        _block("linked", "a linked client", ("shares", "names", "many"), _BASIS, *_LABELS, *_SOURCES, empty=True),
        _block(
            "plan",
            "a plan",
            ("owner", "actor", "maybe"),
            ("review", "review", "maybe"),
            ("team", "names", "maybe"),
            ("team when needed", "names", "maybe"),
            ("contains", "names", "many"),
            ("if another path joins", "joining", "maybe"),
            *_LABELS,
            *_SOURCES,
        ),
        _block("steps", "the steps", *_FLOW),
        _block(
            "whenever",
            "a `whenever` block",
            *_FLOW,
            ("arrivals", "rate", "maybe"),
            ("resume", "none", "maybe"),
            ("stop", "none", "maybe"),
            ("restart from", "name", "maybe"),
        ),
        _block(
            "decide",
            "a decision",
            ("if", "condition", "some", "if"),
            ("otherwise", "none", "maybe", "otherwise"),
            *_LABELS,
            *_SOURCES,
        ),
        _block("if", "an `if` branch", *_FLOW, _CONTINUE, _CHANCE),
        _block("otherwise", "an `otherwise` branch", *_FLOW, _CONTINUE, _CHANCE),
        _block("together", "`together`", ("branch", "label", "some", "branch"), _ALLOW),
        _block("branch", "a branch", *_FLOW, _CONTINUE, *_LABELS),
        _block("repeat", "a `repeat`", *_FLOW),
        _block(
            "step",
            "a step",
            ("by", "actor", "maybe"),
            ("ordered by", "actor", "maybe"),
            ("place", "name", "maybe"),
            ("same visit as", "name", "maybe"),
            ("within", "limit", "many"),
            ("needs", "names", "maybe"),
            ("does", "does", "many"),
            ("makes", "names", "maybe"),
            ("carries", "names", "many"),
            ("accepted within", "duration", "maybe"),
            ("if not accepted", "fallback", "maybe"),
            ("feedback within", "duration", "maybe"),
            ("starts", "starting", "maybe"),
            _BASIS,
            *_COSTS,
            ("code", "text", "maybe"),
            _ALIAS,
            *_LABELS,
            *_SOURCES,
            empty=True,  # the rules say what it lacks
        ),
        _block(
            "handoff",
            "a handoff",
            ("from", "parties", "one"),
            ("within", "limit", "maybe"),
            ("carries", "names", "many"),
            ("accepted within", "duration", "maybe"),
            ("if not accepted", "fallback", "maybe"),
            ("moves the plan to", "actor", "maybe"),
            ("keeps the plan with", "actor", "maybe"),
            _BASIS,
            _ALIAS,
            *_LABELS,
            *_SOURCES,
        ),
        _block(
            "consultation",
            "a consultation",
            ("from", "parties", "one"),
            ("carries", "names", "many"),
            ("answered within", "duration", "maybe"),
            ("makes", "names", "maybe"),
            _BASIS,
            _ALIAS,
            *_LABELS,
            *_SOURCES,
        ),
        _block(
            "include",
            "an included path",
            ("version", "text", "maybe"),
            *_SOURCES,
            empty=True,
        ),
        _block(
            "choice",
            "a client's choice",
            ("option", "name", "some", "option"),
            ("guided by", "actor", "maybe"),
            ("within", "limit", "maybe"),
            ("if no choice", "name", "maybe"),
            *_LABELS,
            *_SOURCES,
        ),
        _block("option", "an option", _CHANCE, *_SOURCES, empty=True),
        _block(
            "end",
            "an end",
            ("closes the plan", "none", "maybe"),
            ("keeps the plan with", "actor", "maybe"),
            ("no", "no return", "many"),
            *_LABELS,
            *_SOURCES,
            empty=True,
        ),
        _block(
            "test",
            "a test",
            ("given", "given", "many"),
            ("on day", "on day", "many"),
            ("expect", "expect", "many"),
            ("never", "never", "many"),
            *_PROSE,
        ),
        _block(
            "load",
            "a load",
            ("arrivals", "rate", "one"),
            ("capacity", "capacity", "many"),
            *_SOURCES,
        ),
        _block(
            "log",
            "a log",
            ("client in", "text", "maybe"),
            ("time in", "text", "maybe"),
            ("event in", "text", "maybe"),
            ("provider in", "text", "maybe"),
            ("performer in", "text", "maybe"),
            ("reason in", "text", "maybe"),
            ("path in", "text", "maybe"),
            ("shows", "shows", "some"),
            *_PROSE,
        ),
    ]
)

WORD_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "sector": ("public", "private", "third"),
    "mode": ("own", "purchase", "voucher", "alliance", "grant", "cooperation"),
    "counts": ("working days", "school days"),
    "shows": ("completed", "started", "proposed", "accepted", "returned", "chosen", "ended", "reviewed", "providers"),
}
"""Values that are one of a few words; `shows` takes a list of them."""

CHANNELS: Final = ("on site", "home", "remote", "digital", "mobile", "ward")
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

INNER: Final[dict[str, str]] = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IS": "is",
    "IS_NOT": "is not",
    "ONE_OF": "one of",
    "HAPPENS": "happens",
    "WITHIN": "within",
    "FOR": "for",
    "FOR_WHAT": "for",
    "OF": "of",
    "OF_WHOM": "of",
    "AT": "at",
    "CLOCK": "at",
    "TO": "to",
    "TO_DATE": "to",
    "FROM": "from",
    "FROM_FILE": "from",
    "AT_MOST": "at most",
    "WHEN": "when",
    "SOURCE": "source",
    "VALID": "valid",
    "EVERY": "every",
    "START_TO_START": "from start to start",
    "TIMES": "times",
    "TIME_ONE": "time",
    "UNLESS": "unless",
    "AFTER": "after",
    "AFTER_TIME": "after",
    "AFTER_WHAT": "after",
    "BECAUSE": "because",
    "NUMBER_OF": "number of",
    "FROM_NUMBER": "from",
    "TO_NUMBER": "to",
    "YES_OR_NO": "yes or no",
    "DATE_TYPE": "date",
    "TEXT_TYPE": "text",
    "DOCUMENT_TYPE": "document",
    "CLIENT": "client",
    "WHOEVER_IS": "whoever is accountable",
    "WHOEVER_WAS": "whoever was accountable",
    "ITS_OWNER": "its owner",
    "TAKES_OVER": "takes over",
    "KEEPS": "keeps the client",
    "OWNS": "owns the plan",
    "OWNER_STAYS": "the owner stays",
    "EXPECT": "expect",
    "DUE_ON_DAY": "due on day",
    "ON_DAY": "on day",
    "BEFORE_DAY": "before day",
    "AFTER_DAY": "after day",
    "ANY_FINDING": "any finding",
    "DIED": "died",
    "MOVED_AWAY": "moved away",
    "REFUSED": "refused",
    "SAME": "the same",
    "UNTIL": "until",
    "ANY_IS_DONE": "any is done",
    "ARE_DONE": "are done",
    "BESIDE": "beside the main way",
    "PER": "per",
}
"""Words inside values, by the terminal of the value grammar that they are."""

ITEM_TYPES: Final = ("NUMBER_OF", "ONE_OF", "YES_OR_NO", "DATE_TYPE", "TEXT_TYPE", "DOCUMENT_TYPE")
"""The words with which an item's type begins."""

COMMA_AFTER: Final = frozenset({"if not accepted", "if no choice", "if another path joins"})
"""Keywords that read better with a comma after them."""

KEYWORDS: Final[tuple[str, ...]] = tuple(sorted({line.keyword for block in BLOCKS.values() for line in block.lines.values()}))

HOMES: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(kind for kind, block in BLOCKS.items() if word in block.lines) for word in KEYWORDS
}
"""The kinds of block in which each keyword may stand."""

HABITS: Final = {
    "else": "otherwise", "default": "otherwise", "elif": "if", "elseif": "if", "parallel": "together", "task": "step",
    "activity": "step", "action": "step", "transfer": "handoff", "deadline": "within", "actor": "by", "who": "by",
    "loop": "repeat", "switch": "decide", "org": "provider", "organisation": "provider", "organization": "provider",
    "patients": "clients", "customers": "clients", "group": "clients", "outputs": "makes", "produces": "makes",
    "inputs": "needs", "requires": "needs", "sends": "carries", "scenario": "test", "comment": "note", "ignore": "allow",
    "suppress": "allow", "handover": "handoff", "hand-off": "handoff", "hand-over": "handoff", "hand over": "handoff",
    "referral": "handoff", "else if": "if", "otherwise if": "if", "or if": "if", "elsif": "if", "when": "whenever",
    "askel": "step", "tekee": "does", "viimeistaan": "within", "siirto": "handoff", "muutoin": "otherwise", "polku": "path",
    "tarvitsee": "needs", "tuottaa": "makes", "toista": "repeat", "omistaja": "owner",
}  # fmt: skip
"""Words that other languages and forms have taught people, and the keyword that each stands for here."""
