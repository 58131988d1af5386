"""Values with structure, read by Lark: conditions, limits, actors. The only place that imports it, and only when needed.

Every kind of value has its rule in `grammar/values.lark`; plain spellings are read faster by a pattern (values.py), and a
law checks that both read the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any as Anything
from typing import Final

from lark import Lark, Token, Transformer, UnexpectedInput, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import VisitError
from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.dsl import syntax
from pathflow.dsl.languages import CODES, Language
from pathflow.dsl.plain import name_at, read_number
from pathflow.dsl.syntax import Name
from pathflow.dsl.vocabulary import INNER, ITEM_TYPES

STARTS: Final = (
    "condition", "limit", "actor", "parties", "fallback", "item", "repetition", "window", "review", "names", "does",
    "joining", "no_return", "use", "dates", "given", "on_day", "expect", "never", "time", "name", "waiting", "occasion",
    "meeting", "share", "rate", "capacity", "price", "starting", "payers",
)  # fmt: skip
"""The kinds of value that may be asked for, by their rule."""

GRAMMAR: Final = Path(__file__).with_name("grammar")

_STOP = r'(?=[\s,()"]|$)'
_KEPT: Final = frozenset({"YES_OR_NO", "DATE_TYPE", "TEXT_TYPE", "DOCUMENT_TYPE", "EXPECT", "START_TO_START"})
"""Words whose presence is the value; the others only mark places."""
_ALONE: Final = ("CLIENT", "ITS_OWNER")
"""Words that are a whole actor; anything after them but a comma makes them part of a name: `client adviser at Home Care`."""


_WITHOUT_SHARE: Final = r"(?![-+]?\d+(?:[.,]\d+)?\s*(?:%|€|,|$))"
"""What stands here is no share in per cent, with or without its sign."""

_LETTERS: Final = {"ä": "(?:ä|a\u0308?)", "ö": "(?:ö|o\u0308?)", "å": "(?:å|a\u030a?)"}
"""Letters with their accents as one character or two, or left out."""


_GAP: Final = r"[^\S\n]+"
"""Between the words of a phrase: never the end of a line."""


def _words(phrase: str) -> str:
    return _GAP.join("".join(_LETTERS.get(letter, re.escape(letter)) for letter in word) for word in phrase.split())


class Terminals:
    """The terminals of the grammars, made from the table of words: a language's own, and English beside them."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def any_of(self, *keys: str) -> str:
        """A pattern for any of these words."""
        phrases = [phrase for key in keys for phrase in self.language.spellings(key)]
        return "(?:" + "|".join(map(_words, phrases)) + ")" + _STOP

    def plain(self, key: str) -> str:
        """A pattern for the word, whatever comes after it."""
        return "|".join(map(_words, self.language.spellings(key)))

    def states(self, *states: str) -> str:
        """A pattern for any of these states."""
        return "|".join(map(_words, dict.fromkeys(s for state in states for s in (self.language.lists["state"][state], state))))

    def clause(self, key: str) -> str:
        """A comma and a word: read as one, so that a list before it knows that it has ended."""
        return rf"/,[^\S\n]*(?:{self.any_of('AND')}{_GAP})?{self.any_of(key)}/i"

    def name(self, *reserved: str, first: str = "", letters: str = r'[^\s,"]', also: str = "") -> str:
        """A name of several words that ends before a reserved word, or before a length of time that such a word follows.

        Args:
            also: another pattern that it ends before.
        """
        stops = [self.any_of(*reserved), *([also] if also else [])]
        stops += [self.length_and(key) for key in reserved if key in self.language.after_a_length]
        stop = f"(?!{'|'.join(stops)})"
        return rf"/{first}{stop}{letters}+(?:[ \t]+{stop}{letters}+)*/i"

    def length_and(self, key: str) -> str:
        """A pattern for a length of time and the word after it."""
        return rf"\d{{1,6}}\s+{self.unit}\s+{self.any_of(key)}"

    def with_length(self, key: str) -> str:
        """A pattern for the beginning of a word and a length of time, in either order that the language has."""
        before = rf"{self.any_of(key)}\s+(?:\d|{self.any_of('SAME')})"
        return f"(?:{before}|{self.length_and(key)})" if key in self.language.after_a_length else before

    @property
    def unit(self) -> str:
        """A pattern for a unit of time in any of its forms."""
        return "(?:" + "|".join(map(_words, self.language.unit_forms)) + ")"

    def text(self) -> str:
        """The terminals, and the three rules whose words stand before a length of time or after it."""
        because = self.any_of("BECAUSE")
        types = self.any_of(*ITEM_TYPES)
        names = {key: key if key in _KEPT else "_" + key for key in INNER if key != "TIME_ONE"}
        table = {f"{name}.{4 if key == 'IS_NOT' else 3}": f"/{self.any_of(key)}/i" for key, name in names.items()}
        table |= {f"_C_{key}.4": self.clause(key) for key in ("AT_MOST", "WHEN", "SOURCE", "VALID", "UNLESS", "AFTER")}
        table["C_BESIDE.4"] = self.clause("BESIDE")
        channels = dict.fromkeys(word for pair in self.language.lists["channel"].items() for word in pair)
        table |= {
            **{f"_{key}.3": rf"/(?:{self.plain(key)})(?=\s*(?:\n|\Z|,))/i" for key in _ALONE},
            "_TIMES.3": f"/{self.any_of('TIMES', 'TIME_ONE')}/i",
            "CHANNEL.3": "/(?:" + "|".join(map(_words, channels)) + f"){_STOP}/i",
            "TIME_UNIT.3": f"/{self.unit}{_STOP}/i",
            "DATE.4": r"/\d{4}-\d{2}-\d{2}(?!\d)/",
            "NUMBER.2": r"/[-+]?\d+(?:[.,]\d+)?(?=[\s,)%€°]|$)/",
            "INTEGER.3": r"/\d{1,6}(?=[\s,]|$)/",
            "OPERATOR": "/<=|>=|<|>|=|≤|≥/",
            "UNIT": rf"/(?!{self.any_of('AND', 'OR', 'WITHIN', 'FOR', 'PER')}|\d+(?:[.,]\d+)?(?:\s|$))[^\s,\"()<>=]+/i",
            "QUOTED.5": r'/"[^"\n]*"/',
            "_COMMA": "/,/",
            "_COLON": rf"/:(?=\s|{types})/i",
            "_LPAR": r"/\(/",
            "_RPAR": r"/\)/",
            "TO_COMMA": r'/[^\s,"](?:[^,"\n]|(?<=\d),(?=\d))*/',
            "NAME_COLON": rf'/[^\s",:](?:[^",:\n]|:(?!\s|{types}))*/i',
            "NAME_DOES": rf'/(?!{because})[^\s,"](?:(?!\s+{because})(?:[^,"\n]|(?<=\d),(?=\d)))*/i',
            "NAME_COND": self.name(
                "AND", "OR", "NOT", "IS", "IS_NOT", "WITHIN", "FOR", "HAPPENS", "ONE_OF",
                first=r"(?![-+]?\d)", letters=r'[^\s,"()<>=≤≥]',
            ),
            "NAME_ACTOR": self.name("AND", "OR", "AT", "TO"),
            "NAME_FALLBACK": self.name("TAKES_OVER", "KEEPS"),
            "NAME_OWNS": self.name("OWNS"),
            "NAME_WITHIN": self.name("WITHIN"),
            "NAME_FROM": self.name("FROM_FILE"),
            "NAME_PAYER": rf"/{_WITHOUT_SHARE}[^\s,\"]+(?:[ \t]+{_WITHOUT_SHARE}[^\s,\"]+)*/i",
            "NAME_FOR": self.name("FOR_WHAT"),
            # scenario tests
            "NAME_IS": self.name("IS", "HAPPENS", "EXPECT", also=self.with_length("WITHIN")),
            "NAME_NEVER": self.name("IS", also=rf"{self.any_of('BEFORE_DAY', 'AFTER_DAY')}\s+\d"),
            "AT_CLOCK.4": rf"/{self.any_of('CLOCK')}\s+(?:[01]?\d|2[0-3])[:.][0-5]\d{_STOP}/i",
            "OUTCOME.4": f"/(?:{self.states('done', 'accepted', 'returned')})(?=\\s+{self.with_length('AFTER_TIME')})/i",
            "CLIENT_LEAVES.4": rf"/(?:{self.plain('CLIENT')})\s+{self.any_of('DIED', 'MOVED_AWAY', 'REFUSED')}/i",
            "_IS_DUE.4": rf"/(?:{self.plain('IS')})\s+{self.any_of('DUE_ON_DAY')}/i",
            "SIDE_OF_DAY.4": f"/{self.any_of('BEFORE_DAY', 'AFTER_DAY')}/i",
        }  # fmt: skip
        rules = [f"{rule}: _{key} duration" + self._after(key) for rule, key in _WITH_A_LENGTH.items()]
        return "\n".join([*rules, *(f"{name}: {pattern}" for name, pattern in table.items())]) + "\n"

    def _after(self, key: str) -> str:
        return f" | duration _{key}" if key in self.language.after_a_length else ""


_WITH_A_LENGTH: Final = {"every": "EVERY", "within": "WITHIN", "lasting": "FOR", "after": "AFTER_TIME"}
"""The rules in which a word and a length of time belong together."""


def named(token: Token) -> Name:
    """The name in a token, with its place in the value."""
    name, shift = name_at(str(token), 0, len(token)), token.start_pos or 0
    return Name(name.text, name.start + shift, name.end + shift)


def _day(token: Token) -> date:
    return date.fromisoformat(str(token))


def _as_party(party: Name | syntax.Actor) -> syntax.Actor:
    if isinstance(party, Name):
        return syntax.Actor("provider", provider=party, start=party.start, end=party.end)
    return party


def _flat(condition: syntax.Condition, kind: type[syntax.All] | type[syntax.Any]) -> tuple[syntax.Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


_TYPE_WORDS: Final = {key: INNER[key] for key in ("YES_OR_NO", "DATE_TYPE", "TEXT_TYPE", "DOCUMENT_TYPE")}


@v_args(inline=True)
class Values(Transformer[Token, Anything]):
    """Parse results to syntax, bottom up. Every method is named after its rule."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.own = language
        self._before = frozenset(fold(word) for word in language.spellings("BEFORE_DAY"))

    def _leaving(self, words: str) -> str:
        said = fold(words)
        keys = ("DIED", "MOVED_AWAY", "REFUSED")
        return next(INNER[key] for key in keys for word in self.own.spellings(key) if said.endswith(" " + fold(word)))

    def item_name(self, token: Token) -> Name:
        return named(token)

    listed_name = cond_name = actor_name = fallback_name = item_head = does_name = item_name
    owns_name = within_name = use_name = payer_name = is_name = number_name = for_name = never_name = item_name

    # conditions
    def condition(self, part: syntax.Condition) -> syntax.When:
        return syntax.When(part)

    def any_of(self, *parts: syntax.Condition) -> syntax.Condition:
        return syntax.Any(tuple(p for part in parts for p in _flat(part, syntax.Any)))

    def all_of(self, *parts: syntax.Condition) -> syntax.Condition:
        return syntax.All(tuple(p for part in parts for p in _flat(part, syntax.All)))

    def not_(self, part: syntax.Condition) -> syntax.Condition:
        return syntax.Not(part)

    def compare(
        self, item: Name, operator: Token, amount: syntax.Amount, within: Duration | None, lasting: Duration | None
    ) -> syntax.Condition:
        sign = {"≤": "<=", "≥": ">="}.get(operator, str(operator))
        return syntax.Compare(item, sign, amount, within, lasting)  # type: ignore[arg-type]  # OPERATOR admits these only

    def equals(self, item: Name, amount: syntax.Amount) -> syntax.Condition:
        return syntax.Compare(item, "=", amount)

    def is_(self, item: Name, *options: Name) -> syntax.Condition:
        return syntax.Is(item, options)

    def is_not(self, item: Name, *options: Name) -> syntax.Condition:
        return syntax.Not(syntax.Is(item, options))

    def holds(self, item: Name) -> syntax.Condition:
        return syntax.Holds(item)

    def happens(self, event: Name) -> syntax.Condition:
        return syntax.Happens(event)

    # amounts and times
    def amount(self, number: Token, unit: Token | None) -> syntax.Amount:
        start, last = number.start_pos or 0, unit or number
        return syntax.Amount(read_number(number), str(unit) if unit else None, start, (last.start_pos or 0) + len(last))

    def duration(self, count: Token, unit: Token) -> Duration:
        known = self.own.unit(unit)
        if known is None:
            raise AssertionError(f"the terminal TIME_UNIT let {unit!r} through")
        return Duration(int(count), known)

    def same_day(self, unit: Token) -> Duration:
        return self.duration(Token("INTEGER", "0"), unit)

    def every(self, length: Duration) -> Duration:
        return length

    within = lasting = after = every

    def time(self, length: Duration) -> syntax.Time:
        return syntax.Time(length)

    def wait_until(self, part: syntax.Condition, at_most: Duration | None) -> syntax.Waiting:
        return syntax.Waiting(part, at_most)

    def wait_after(self, length: Duration, of: Name) -> syntax.After:
        return syntax.After(length, of)

    def occasion(self, part: syntax.Condition, beside: Token | None) -> syntax.Occasion:
        return syntax.Occasion(part, beside is not None)

    def meeting_any(self) -> syntax.Meeting:
        return syntax.Meeting(1)

    def meeting_some(self, count: Token) -> syntax.Meeting:
        return syntax.Meeting(int(count))

    def share(self, amount: syntax.Amount) -> syntax.Amount:
        return amount

    def rate(self, amount: syntax.Amount, unit: Token) -> syntax.Rate:
        return syntax.Rate(amount, self.duration(Token("INTEGER", "1"), unit))

    def capacity(
        self, amount: syntax.Amount, unit: Token, group: tuple[str, tuple[Name, ...]], provider: Name
    ) -> syntax.Capacity:
        return syntax.Capacity(self.rate(amount, unit), self.actor_at(group, provider))

    def price(self, amount: syntax.Amount, per: Name | None, service: Name | None) -> syntax.Price:
        return syntax.Price(amount, per, service)

    def payer(self, name: Name, share: syntax.Amount | None) -> syntax.Payer:
        return syntax.Payer(name, share)

    def payers(self, *payers: syntax.Payer) -> syntax.Payers:
        return syntax.Payers(payers)

    def starting(self, path: Name, client: Name | None) -> syntax.Starting:
        return syntax.Starting(path, client)

    def dates(self, first: Token, last: Token | None) -> syntax.Dates:
        return syntax.Dates(_day(first), _day(last) if last else None)

    # limits
    def at_most(self, length: Duration, of: Name | None) -> tuple[str, Anything]:
        return ("at_most", (length, of))

    def when(self, part: syntax.Condition) -> tuple[str, Anything]:
        return ("when", part)

    def source(self, text: Token) -> tuple[str, Anything]:
        return ("source", named(text).text)

    def valid(self, dates: syntax.Dates) -> tuple[str, Anything]:
        return ("valid", dates)

    def limit(self, target: Duration, of: Name | None, *clauses: tuple[str, Anything]) -> syntax.Limit:
        if len({word for word, _ in clauses}) < len(clauses):
            raise ValueError("the same clause twice")
        said = dict(clauses)
        at_most, at_most_of = said.pop("at_most", (None, None))
        return syntax.Limit(target, of, at_most, at_most_of, **said)

    # actors
    def professions_any(self, *names: Name) -> tuple[str, tuple[Name, ...]]:
        return ("or", names)

    def professions_all(self, *names: Name) -> tuple[str, tuple[Name, ...]]:
        return ("and", names)

    def actor_at(
        self, group: tuple[str, tuple[Name, ...]], provider: Name | syntax.Actor, channel: Token | None = None
    ) -> syntax.Actor:
        joint, professions = group
        if isinstance(provider, syntax.Actor):  # `nurse at whoever is accountable`
            where = named(channel) if channel else None
            return syntax.Actor(provider.kind, professions, joint, None, where)  # type: ignore[arg-type]  # "and" or "or"
        end = (channel.start_pos or 0) + len(channel) if channel else provider.end
        where = named(channel) if channel else None
        return syntax.Actor("provider", professions, joint, provider, where, professions[0].start, end)  # type: ignore[arg-type]  # "and" or "or"

    actor_at_party = actor_at

    def actor_provider(self, provider: Name) -> syntax.Actor:
        return _as_party(provider)

    def actor_client(self, channel: Token | None = None) -> syntax.Actor:
        return syntax.Actor("client", channel=named(channel) if channel else None)

    def actor_holder(self) -> syntax.Actor:
        return syntax.Actor("holder")

    def actor_previous(self) -> syntax.Actor:
        return syntax.Actor("previous")

    def actor_owner(self) -> syntax.Actor:
        return syntax.Actor("owner")

    def parties(self, sender: syntax.Actor, receiver: syntax.Actor, channel: Token | None = None) -> syntax.Parties:
        if channel is None:
            return syntax.Parties(sender, receiver)
        end = (channel.start_pos or 0) + len(channel)
        return syntax.Parties(sender, replace(receiver, channel=named(channel), end=end))

    def takes_over(self, party: Name | syntax.Actor) -> syntax.Fallback:
        return syntax.Fallback(_as_party(party), False)

    def keeps(self, party: Name | syntax.Actor) -> syntax.Fallback:
        return syntax.Fallback(_as_party(party), True)

    # items and services
    def type_number(self, unit: Token, low: Token | None, high: Token | None) -> dict[str, Anything]:
        bounds = (read_number(low), read_number(high)) if low is not None and high is not None else None
        return {"kind": "number", "unit": str(unit), "bounds": bounds}

    def type_word(self, word: Token) -> dict[str, Anything]:
        return {"kind": _TYPE_WORDS[word.type]}

    def type_options(self, *options: Name) -> dict[str, Anything]:
        return {"kind": "one of", "options": options}

    def item(self, name: Name, kind: dict[str, Anything], valid: Duration | None) -> syntax.ItemType:
        return syntax.ItemType(name, valid=valid, **kind)

    def does_names(self, *names: Name) -> tuple[Name, ...]:
        return names

    def does(self, services: tuple[Name, ...], because: Name | None) -> syntax.Does:
        return syntax.Does(services, because)

    def window(self, length: Duration, unless: syntax.Condition | None = None) -> syntax.Window:
        return syntax.Window(length, unless)

    # the rest
    def rhythm(self, every: Duration, from_start: Token | None) -> tuple[Duration, bool]:
        return every, from_start is not None

    def repetition(self, rhythm: tuple[Duration, bool], at_most: Token | None) -> syntax.Repetition:
        return syntax.Repetition(rhythm[0], int(at_most) if at_most else None, from_start=rhythm[1])

    def repetition_capped(self, at_most: Token) -> syntax.Repetition:
        return syntax.Repetition(None, int(at_most))

    def repetition_exact(self, rhythm: tuple[Duration, bool] | None, count: Token) -> syntax.Repetition:
        every, from_start = rhythm if rhythm is not None else (None, False)
        return syntax.Repetition(every, int(count), True, from_start)

    def review(self, every: Duration, after: syntax.Names | None) -> syntax.Review:
        return syntax.Review(every, after.names if after else ())

    def names(self, *names: Name) -> syntax.Names:
        return syntax.Names(names)

    def name(self, name: Name) -> Name:
        return name

    def owner_stays(self) -> syntax.Joining:
        return syntax.Joining(None)

    def owner_changes(self, group: tuple[str, tuple[Name, ...]], provider: Name) -> syntax.Joining:
        return syntax.Joining(self.actor_at(group, provider))

    def no_return(self, event: Name, within: Duration) -> syntax.NoReturn:
        return syntax.NoReturn(event, within)

    def use(self, name: Name, file: Token | None) -> syntax.Use:
        quoted = named(file) if file else None
        return syntax.Use(name, syntax.Text(quoted.text, quoted.start, quoted.end) if quoted else None)

    def assumption(self, subject: Name, value: Name | syntax.Amount) -> syntax.Assumption:
        return syntax.Assumption(subject, value)

    def given(self, *assumptions: syntax.Assumption) -> syntax.Given:
        return syntax.Given(assumptions)

    def assumption_after(self, subject: Name, outcome: Token, after: Duration) -> syntax.Assumption:
        return syntax.Assumption(subject, named(outcome), after)

    def moment(self, day: Token, clock: Token | None) -> syntax.Moment:
        if clock is None:
            return syntax.Moment(int(day))
        hours, minutes = re.split("[:.]", str(clock).split()[-1])
        return syntax.Moment(int(day), 60 * int(hours) + int(minutes))

    def on_day(self, moment: syntax.Moment, expects: Token | None, assumption: syntax.Assumption) -> syntax.OnDay:
        return syntax.OnDay(moment, expects is not None, assumption)

    def on_day_happens(self, moment: syntax.Moment, event: Name) -> syntax.OnDay:
        return syntax.OnDay(moment, False, happens=event)

    def on_day_leaves(self, moment: syntax.Moment, words: Token) -> syntax.OnDay:
        return syntax.OnDay(moment, False, leaves=self._leaving(str(words)))

    def on_day_due(self, moment: syntax.Moment, _expect: Token, due: syntax.Due) -> syntax.OnDay:
        return syntax.OnDay(moment, True, due=due)

    def due(self, subject: Name, on: syntax.Moment, at_most: syntax.Moment | None) -> syntax.Due:
        return syntax.Due(subject, on, at_most)

    def expect_state(self, assumption: syntax.Assumption) -> syntax.Expect:
        return syntax.Expect((), assumption)

    def expect_due(self, due: syntax.Due) -> syntax.Expect:
        return syntax.Expect(due=due)

    def expect_within(self, subject: Name, length: Duration, of: Name | None) -> syntax.Expect:
        return syntax.Expect(within=syntax.Within(subject, length, of))

    def expect_names(self, *names: Name) -> syntax.Expect:
        return syntax.Expect(names)

    def never_names(self, *parts: Name | Token | None) -> syntax.Never:
        names = tuple(part for part in parts if isinstance(part, Name))
        side, day = parts[-2:]
        if isinstance(side, Token) and isinstance(day, Token):
            return syntax.Never(names, "before" if fold(str(side)) in self._before else "after", int(day))
        return syntax.Never(names)

    def never_state(self, subject: Name, value: Name) -> syntax.Never:
        return syntax.Never(assumption=syntax.Assumption(subject, value))

    def never_any_finding(self) -> syntax.Never:
        return syntax.Never(has_any_finding=True)


def cache_file(text: str, name: str = "values") -> str | bool:
    """Where Lark may keep a compiled grammar: the user's own cache folder, never a shared one; False when there is none."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(home, "pathflow")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError:
        return False
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    return os.path.join(folder, f"{name}-{key}-{sys.version_info[0]}{sys.version_info[1]}.lark")


def grammar_text(language: Language) -> str:
    """The value grammar in a language."""
    return (GRAMMAR / "values.lark").read_text("utf-8") + Terminals(language).text() + "%ignore /[ \\t]+/\n"


@lru_cache(maxsize=len(CODES))
def _parser(language: Language) -> Lark:
    text = grammar_text(language)
    to_syntax = Values(language)  # pyright: ignore[reportUnknownVariableType]  # lark types what `v_args` returns loosely
    return Lark(text, parser="lalr", start=list(STARTS), transformer=to_syntax, cache=cache_file(text), maybe_placeholders=True)


def read(rule: str, text: str, language: Language) -> syntax.Value | int:
    """The value that `text` spells by a rule of the grammar, or the place from which it cannot be read on.

    Units: the place is an offset into the text.
    """
    try:
        return _parser(language).parse(text, start=rule)  # type: ignore[return-value]  # the transformer returns syntax, not a tree
    except UnexpectedInput as wrong:
        is_end = str(getattr(getattr(wrong, "token", None), "type", "")) == "$END"
        return len(text) if is_end else max(wrong.pos_in_stream or 0, 0)
    except (VisitError, ValueError):  # a date that no calendar has, a clause given twice
        return 0
