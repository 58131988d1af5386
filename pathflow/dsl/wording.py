"""What is said about a value that cannot be read: as people err, not as the grammar fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from msgspec.structs import replace

from pathflow.base.durations import UNITS, unit_of
from pathflow.base.names import bare, fold, is_slip, listing, nearest
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.vocabulary import CHANNELS, INNER, ITEM_TYPES, WORD_LISTS

EXPECTED: Final[dict[str, tuple[str, str]]] = {
    "label": ("a name", "Referral to cardiology"),
    "text": ("some words", "Health Care Act 1326/2010 §51"),
    "name": ("one name", "Heart Hospital"),
    "names": ("names with commas between them", "ECG, referral letter"),
    "use": ("the name of a network", "Pirkanmaa network"),
    "dates": ("a date, or two", "from 2026-01-01 to 2027-12-31"),
    "duration": ("a length of time", "3 working days"),
    "actor": ("a profession and where it works", "nurse at Tesoma Health Centre"),
    "limit": ("a length of time", "14 days of Referral to cardiology, at most 3 months"),
    "parties": ("from whom to whom", "Tesoma Health Centre to Heart Hospital"),
    "fallback": ("who takes over", "Coordination centre takes over"),
    "item": ("a name, a colon and a type", "NT-proBNP: number of ng/l, valid 30 days"),
    "repetition?": ("how often, how many times, or both", "every 2 weeks, at most 6 times"),
    "window": ("how long a result holds", "12 months, unless clinical change or new murmur"),
    "review": ("how often", "every 6 months, and after Discharge"),
    "does": ("the services given", "ECG, blood sample because worsening"),
    "joining": ("what becomes of the owner", "the owner stays"),
    "no return": ("an event and a time", "Return to the emergency room within 28 days"),
    "condition": ("a condition", "NT-proBNP < 125 ng/l"),
    "given": ("what is so", "NT-proBNP is 80 ng/l"),
    "on day": ("a day and what happens or is so on it", "20 weight gain is 2.5 kg"),
    "expect": ("what should come", "First examination, Echocardiography"),
    "never": ("what must not come", "Echocardiography, Referral to cardiology"),
    "sector": ("public, private or third", "public"),
    "mode": ("how it is bought", "purchase"),
    "counts": ("working days or school days", "working days"),
    "shows": ("the kinds of fact that the log shows", "completed, providers"),
    "allowed": ("the code of a finding and the reason", "G104 because the agreement of 2026 says so"),
    "waiting": ("a length of time, or what is waited for", "until Laboratory results happens, at most 14 days"),
    "occasion": ("a condition", "weight gain >= 2 kg within 3 days"),
    "meeting?": ("when the path goes on", "until any is done"),
    "share": ("a share in per cent", "40 %"),
    "rate": ("so many in a unit of time", "40 per month"),
    "capacity": ("how much, per what, and of whom", "20 hours per week of cardiologist at Heart Hospital"),
    "price": ("an amount with its currency", "120 € per visit"),
    "starting": ("the name of a path", "Services for older people"),
}
"""Each kind of value: what it is, and an example."""


def missing_value(keyword: str, kind: str) -> Mistake:
    """The keyword stands alone."""
    what, example = EXPECTED[kind.removesuffix("?") if kind not in EXPECTED else kind]
    if keyword == "keeps the plan with":
        what, example = "its owner, or a profession and where it works,", "its owner"
    return Mistake(
        "P201",
        "`{keyword}` needs {what} after it",
        {"keyword": keyword, "what": what, "example": example},
        "For example: {keyword} {example}",
    )


def explain_value(keyword: str, kind: str, text: str, at: int | None) -> Mistake:
    """What is wrong with a value that could not be read from offset `at` on."""
    if kind == "none":
        return Mistake(
            "P207",
            "`{keyword}` stands alone on its line, and `{rest}` follows it",
            {"keyword": keyword, "rest": text},
            "Take `{rest}` away, or put it on a line of its own",
            replacement="",
        )
    if text.count('"') % 2:
        return Mistake(
            "P208",
            "a quotation mark is opened and not closed",
            {},
            "Put the second mark where the name ends",
            text.rindex('"'),
            len(text),
        )
    for look in _LOOKS.get(kind, ()):
        found = look(keyword, text)
        if found is not None:
            return found
    what, example = EXPECTED[kind]
    start = min(at or 0, max(len(text) - 1, 0))
    rest = text[start:].strip() if at is not None and at < len(text) else ""
    say = "`{keyword}` needs {what}; `{rest}` cannot be read here" if rest and start else "`{keyword}` needs {what}"
    return Mistake(
        "P202",
        say,
        {"keyword": keyword, "what": what, "example": example, "rest": rest},
        "For example: {keyword} {example}",
        start,
        len(text),
    )


_Look = Callable[[str, str], Mistake | None]

_NUMBERS: Final = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_NUMBER_WORDS: Final = {word: str(number) for number, word in enumerate(_NUMBERS.split(), start=1)} | {
    "a": "1", "an": "1", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
}  # fmt: skip
_UNIT_LIST: Final = listing([f"{unit}s" for unit in UNITS], "or")
_NUMBER_AND_WORD: Final = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?)[ \t]*((?:working |school )?[^\W\d_]+)?", re.I)
_NOT_UNITS: Final = frozenset(
    INNER[key].split(maxsplit=1)[0] for key in ("OF", "AT_MOST", "WHEN", "SOURCE", "UNLESS", "AND", "TIMES", "TIME_ONE")
)  # fmt: skip


def _time(keyword: str, text: str) -> Mistake | None:
    """Lengths of time: a unit left out or misspelt, a number in words, part of a unit."""
    head = text.split(",", 1)
    for offset, part in ((0, head[0]), (len(head[0]) + 1, head[1] if len(head) > 1 else "")):
        lead = re.match(rf"\s*(?:(?:{INNER['AND']}\s+)?(?:{INNER['EVERY']}|{INNER['AT_MOST']})\s+)?", part, re.I)
        start = lead.end() if lead else 0
        first = part[start:].split(" ", 1)[0].lower()
        if first in _NUMBER_WORDS and _begins_with_unit(part[start + len(first) :].strip()):
            number = _NUMBER_WORDS[first]
            return Mistake(
                "P202",
                "`{word}` is written as a word",
                {"word": first, "number": number},
                "Write the number in digits: {number}",
                offset + start,
                offset + start + len(first),
                number,
                True,
            )
        found = _NUMBER_AND_WORD.match(part, start)
        if found is None:
            continue
        wrong = _wrong_time(keyword, found, offset)
        if wrong is not None:
            return wrong
    return None


def _begins_with_unit(text: str) -> bool:
    """Whether the words are a unit of time, or near one."""
    words = [bare(word.rstrip(",.")) for word in text.split(" ")[:2]]
    return any(unit_of(word) is not None or nearest(word, UNITS) is not None for word in (words[0], " ".join(words)))


def _wrong_time(keyword: str, found: re.Match[str], offset: int) -> Mistake | None:
    number, word = found[1], found[2]
    begin, end = offset + found.start(1), offset + found.end(1)
    if word is None or bare(word) in _NOT_UNITS:
        return Mistake(
            "P203",
            "{number} what? `{keyword}` needs a unit of time",
            {"number": number, "keyword": keyword, "units": _UNIT_LIST},
            "Write {units} after the number",
            begin,
            end,
            f"{number} days",
        )
    if unit_of(bare(word)) is None:
        guess = nearest(bare(word), UNITS)
        guess = guess + "s" if guess is not None and number != "1" else guess
        return Mistake(
            "P204",
            "`{word}` is not a unit of time",
            {"word": word, "guess": guess or "", "units": _UNIT_LIST},
            "Did you mean `{guess}`?" if guess else "Times are in {units}",
            offset + found.start(2),
            offset + found.end(2),
            guess,
            is_slip(word, guess),
        )
    if "." in number or "," in number:
        return Mistake(
            "P202",
            "`{number}` is not a whole number of {unit}",
            {"number": number, "unit": word},
            "Use a smaller unit, so that the number is whole",
            begin,
            end,
        )
    return None


def _actor(keyword: str, text: str) -> Mistake | None:
    """Who acts: the place is missing, or joined by another word than `at`."""
    for other in (" of ", " from ", " in ", " @ "):
        if other in text and f" {INNER['AT']} " not in text:
            start = text.index(other)
            return Mistake(
                "P202",
                "`{keyword}` needs a profession and where it works, joined by `{at}`",
                {"keyword": keyword, "at": INNER["AT"], "other": other.strip()},
                "Write `{at}` for `{other}`",
                start + 1,
                start + len(other) - 1,
                INNER["AT"],
            )
    if f" {INNER['AT']} " not in f" {text} ":
        return Mistake(
            "P202",
            "`{text}` does not say where: a step is done by a profession at a provider",
            {"text": text.strip(), "keyword": keyword},
            "Write who and where: {keyword} nurse at Tesoma Health Centre. A step of the client's own is: {keyword} client",
            0,
            len(text),
        )
    channel = text.rpartition(",")[2].strip()
    if "," in text and not channel:
        say, help_ = "there is nothing after the comma", "Take the comma away, or say how the client is met: {known}"
        return Mistake("P206", say, {"known": listing(CHANNELS, "or")}, help_, text.rindex(","), text.rindex(",") + 1)
    if "," in text and bare(channel) not in {bare(c) for c in CHANNELS}:
        guess = nearest(channel, CHANNELS)
        return Mistake(
            "P206",
            "`{channel}` is not a way of meeting the client",
            {"channel": channel, "known": listing(CHANNELS, "or"), "guess": guess or ""},
            "Did you mean `{guess}`?" if guess else "It is {known}",
            len(text) - len(channel),
            len(text),
            guess,
            is_slip(channel, guess),
        )
    return None


_LOCAL_DATE: Final = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")


_DATE: Final = r"(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4})"
_TWO_DATES: Final = re.compile(rf"\s*(?:from\s+)?{_DATE}\s*(?:-|–|—|\.\.+|/|until|till|through)\s*{_DATE}\s*$", re.I)


def _iso(written: str) -> str:
    """A date, day first or year first, as ISO 8601 has it."""
    parts = [int(part) for part in re.split(r"[./-]", written)]
    year, month, day = parts if parts[0] > 31 else reversed(parts)
    return f"{year:04}-{month:02}-{day:02}"


def _day_first(local: re.Match[str]) -> Mistake:
    """A date that begins with its day, or with its month where it cannot be the day."""
    written, start, end = local[0], local.start(), local.end()
    day, month, year = (int(part) for part in local.groups())
    if month > 12 >= day and "/" in written:
        day, month = month, day
    try:
        fixed = date(year, month, day).isoformat()
    except ValueError:
        return Mistake("P205", "`{text}` is no day of the calendar", {"text": written}, _DATES_ARE, start, end)
    words = {"text": written, "fixed": fixed}
    is_certain = "/" not in written or day > 12 or day == month
    help_ = "Dates are year-month-day: {fixed}" + ("" if is_certain else ", if the day stands first")
    return Mistake("P205", "`{text}` is not a date as pathflow writes them", words, help_, start, end, fixed, is_certain)


_DATES_ARE: Final = "Dates are year-month-day: 2026-01-31"


def _date(keyword: str, text: str) -> Mistake | None:
    """Dates written day first, and dates that no calendar has."""
    between = _TWO_DATES.match(text)
    if between:
        first, last = (_iso(between[n]) for n in (1, 2))
        meant = f"from {first} to {last}"
        words = {"text": text.strip(), "meant": meant, "keyword": keyword}
        return Mistake(
            "P205", "`{text}` is not how pathflow writes a time", words, "Write: {keyword} {meant}", 0, len(text), meant
        )
    local = _LOCAL_DATE.search(text)
    if local:
        return _day_first(local)
    lead = re.match(r"[^\W\d_]+(?=\s+\d)", text)
    if lead and fold(lead[0]) != INNER["FROM"] and nearest(lead[0], (INNER["FROM"],)):
        words = {"text": lead[0], "guess": INNER["FROM"]}
        return Mistake("P202", "`{text}` is no word here", words, "Did you mean `{guess}`?", 0, lead.end(), INNER["FROM"], True)
    if re.match(r"\s*(?:until|till|to|before)\b", text, re.I):
        example = EXPECTED["dates"][1]
        words = {"keyword": keyword, "example": example}
        return Mistake("P202", "`{keyword}` needs a first day", words, "For example: {keyword} {example}", 0, len(text))
    wrong = re.search(r"\d[\d.\-/]*|[^\W\d_]+\s+\d{4}", text)
    if wrong:
        return Mistake(
            "P205",
            "`{text}` is not a date",
            {"text": wrong[0]},
            _DATES_ARE,
            wrong.start(),
            wrong.end(),
        )
    return None


_LONE_COMMA: Final = re.compile(r"^\s*(,)|(,)\s*(?:,|$)")


def _word_list(kind: str) -> _Look:
    def look(keyword: str, text: str) -> Mistake | None:
        words = WORD_LISTS[kind]
        wrong = next((p for p in text.split(",") if bare(p.strip()) not in words), text)
        if not wrong.strip():
            comma = _LONE_COMMA.search(text)
            place = comma.span(comma.lastindex or 0) if comma is not None else (0, len(text))
            return Mistake("P206", "there is nothing before or after the comma", {}, "Take the comma away", *place)
        start = text.index(wrong) + len(wrong) - len(wrong.lstrip())
        guess = nearest(wrong.strip(), words) or next((word for word in words if word in bare(wrong).split()), None)
        return Mistake(
            "P206",
            "`{keyword}` is {known}, not `{text}`",
            {"keyword": keyword, "known": listing(words, "or"), "text": wrong.strip(), "guess": guess or ""},
            "Did you mean `{guess}`?" if guess else None,
            start,
            start + len(wrong.strip()),
            guess,
            is_slip(wrong.strip(), guess),
        )

    return look


def _list(keyword: str, text: str) -> Mistake | None:
    """Lists: a comma with nothing before or after it."""
    if text.rstrip().endswith(","):
        return Mistake(
            "P202",
            "the list ends in a comma, so something seems to be missing",
            {"list": keyword},
            "Write the last name, or take the comma away",
            len(text.rstrip()) - 1,
            len(text.rstrip()),
            "",
        )
    empty = re.search(r"^\s*,|,\s*,", text)
    if empty:
        return Mistake(
            "P202", "a name is missing between two commas", {}, "Write the name, or take one comma away", *empty.span()
        )
    return None


def _one_name(keyword: str, text: str) -> Mistake | None:
    if "," in text:
        return Mistake(
            "P202",
            "`{keyword}` takes one name, and there is a comma",
            {"keyword": keyword, "text": text.strip()},
            'A name with a comma in it is put in double quotes: "{text}"',
            text.index(","),
            text.index(",") + 1,
        )
    return None


_SYMBOLS: Final = {"==": "=", "=>": ">=", "=<": "<=", "!=": "is not", "<>": "is not", "&&": "and", "||": "or", "&": "and"}


def _condition(keyword: str, text: str) -> Mistake | None:
    """Conditions: signs from other languages, comparisons in words."""
    for sign, word in _SYMBOLS.items():
        if sign in text:
            start = text.index(sign)
            return Mistake(
                "P202",
                "`{sign}` is not a sign that pathflow knows",
                {"sign": sign, "word": word},
                "Write `{word}`",
                start,
                start + len(sign),
                word,
                True,
            )
    spoken_sign = comparison_in_words(text)
    if spoken_sign is not None:
        return spoken_sign
    if re.search(r"[<>=]\s*$", text):
        return Mistake(
            "P202", "the comparison ends before the value", {}, "Write the number and its unit: < 125 ng/l", 0, len(text)
        )
    return None


def comparison_in_words(text: str) -> Mistake | None:
    """A comparison written in words: `at least` for `>=`."""
    words = re.search(
        r"\b(?:is |are )?(less|lower|smaller|under|below|more|greater|higher|larger|over|above|at least|at most)(?: than)?\b",
        text,
        re.I,
    )
    if words:
        less = words[1].lower() in ("less", "lower", "smaller", "under", "below", "at most")
        sign = ("<" if less else ">") + ("=" if words[1].lower().startswith("at ") else "")
        return Mistake(
            "P202",
            "`{words}` is written as a sign",
            {"words": words[0].strip(), "sign": sign},
            "Write `{sign}`",
            words.start(),
            words.end(),
            sign,
        )
    return None


def _wait(keyword: str, text: str) -> Mistake | None:
    """A wait: for so long, or until something is so."""
    if fold(text).startswith(("for ", "till ", "on ")):
        word = text.split(" ", 1)[0]
        words = {"word": word, "until": INNER["UNTIL"], "keyword": keyword}
        help_ = "Write a length of time, or what is waited for: {keyword} {until} Laboratory results happens"
        return Mistake("P202", "`{word}` cannot stand after `{keyword}`", words, help_, 0, len(word))
    if not fold(text).startswith(INNER["UNTIL"]):
        return _time(keyword, text)
    return _condition(keyword, text)


_TYPES: Final = tuple(INNER[key] for key in ITEM_TYPES)


def _item(keyword: str, text: str) -> Mistake | None:
    if ":" not in text:
        return Mistake(
            "P202",
            "`{keyword}` needs a colon after the item's name, and then its type",
            {"keyword": keyword, "text": text.strip()},
            "For example: {keyword} {text}: number of kg. Or: yes or no; one of A, B; date; text; document",
            0,
            len(text),
        )
    kind = text.split(":", 1)[1].strip()
    start = len(text.rstrip()) - len(kind)
    if not kind or kind.startswith(","):
        help_ = "It is {known}"
        return Mistake("P202", "the item has no type", {"known": listing(_TYPES, "or")}, help_, 0, len(text))
    if re.match(r"number\b(?!\s+of\s+\S)", kind, re.I):
        unit = re.match(r"number\s+([^\s,]+)", kind, re.I)
        help_ = "Write: number of {unit}" if unit else "For example: number of ng/l"
        words = {"unit": unit[1]} if unit else {}
        return Mistake("P203", "a number of what? The item needs its unit", words, help_, start, len(text))
    written = kind.split(",")[0].rstrip()
    two = " ".join(written.split()[:2])
    guess = nearest(written, _TYPES) or nearest(two, _TYPES[:2])
    if any(re.match(rf"{re.escape(known)}\b", written, re.I) for known in _TYPES):
        return None
    wrong = two if guess in _TYPES[:2] else written
    words = {"text": wrong, "guess": guess or "", "known": listing(_TYPES, "or")}
    help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
    is_safe = is_slip(wrong, guess)
    return Mistake("P202", "`{text}` is no type of item", words, help_, start, start + len(wrong), guess, is_safe)


_TAKING: Final = re.compile(r"^(.+?)\s+(?:does|takes|gets|will|is|has|keeps|holds)\b", re.I)
_STAYING: Final = re.compile(r"^(?:the )?(?:client|it)\s+(?:stays|remains|is kept)\s+(?:with|at)\s+(.+)$", re.I)


def _fallback(keyword: str, text: str) -> Mistake | None:
    said = text.strip(" ,")
    staying, taking = _STAYING.match(said), _TAKING.match(said)
    meant = f"{staying[1]} keeps the client" if staying else f"{taking[1] if taking else said} takes over"
    return Mistake(
        "P202",
        "`{keyword}` must say what then: who takes over, or that the sender keeps the client",
        {"keyword": keyword, "meant": meant},
        "Write: {keyword}, {meant}",
        0,
        len(text),
        meant,
    )


_OUTCOME: Final = re.compile(r"^(.+?)\s+(not done|not accepted|done|accepted|returned)$", re.I)


def _given(keyword: str, text: str) -> Mistake | None:
    """What a test takes for given: an outcome without its `is`."""
    start = 0
    for part in text.split(","):
        said = part.strip()
        lead = start + len(part) - len(part.lstrip())
        start += len(part) + 1
        outcome = _OUTCOME.match(said)
        if not said:
            at = max(lead - 1, 0)
            say, help_ = "there is nothing between or after the commas", "Say what is so, or take the comma away"
            return Mistake("P202", say, {}, help_, at, at + 1)
        if outcome is None and re.search(r"\b(?:is|happens|finding)\b|[<>=]", said):
            continue
        meant = f"{outcome[1]} is {outcome[2]}" if outcome else f"{said} is yes"
        words = {"said": said, "meant": meant, "keyword": keyword}
        return Mistake("P202", "`{said}` does not say what is so", words, "Write: {meant}", lead, lead + len(said), meant)
    return None


_WITHIN: Final = re.compile(rf"\b{INNER['WITHIN']}\s+(?=\d|the same\b)", re.I)


def _expect(keyword: str, text: str) -> Mistake | None:
    """What a test expects within a time that cannot be read."""
    found = _WITHIN.search(text)
    if found is None:
        return None
    wrong = _time(INNER["WITHIN"], text[found.end() :])
    if wrong is None:
        return None
    return replace(wrong, start=wrong.start + found.end(), end=wrong.end + found.end() if wrong.end else wrong.end)


_LEAVING: Final = re.compile(r"^(?:(?:the )?(?:client|patient) )?(died|dies|moved away|refused)\b", re.I)


def _on_day(keyword: str, text: str) -> Mistake | None:
    """What a test lets happen on a day: an event without its `happens`, an outcome without its `is`."""
    day = re.match(r"\s*\d+\s+", text)
    if day is None:
        return None
    said = text[day.end() :].strip()
    leaving = _LEAVING.match(said)
    if leaving is not None:
        meant = f"client {bare(leaving[1])}"
        words = {"said": said, "meant": meant, "keyword": keyword, "day": day[0].strip()}
        say, help_ = "`{said}` does not say who", "Write: {keyword} {day} {meant}"
        return Mistake("P202", say, words, help_, day.end(), len(text), meant)
    if bare(said).startswith("never "):
        words = {"said": said}
        return Mistake(
            "P202", "`never` is about the whole test", words, "Write it on a line of its own: {said}", day.end(), len(text)
        )
    outcome = _OUTCOME.match(said)
    if (
        not said
        or re.match(r"at\s+\d", said, re.I)
        or (outcome is None and re.search(r"\b(?:is|happens|expect|finding)\b|[<>=]", said))
    ):
        return None
    meant = f"{outcome[1]} is {outcome[2]}" if outcome else f"{said} happens"
    words = {"said": said, "meant": meant, "keyword": keyword, "day": day[0].strip()}
    say, help_ = "`{said}` does not say what happens or is so on that day", "Write: {keyword} {day} {meant}"
    return Mistake("P202", say, words, help_, day.end(), len(text), meant)


def _repeated_until(keyword: str, text: str) -> Mistake | None:
    """`until` on the line of its repeat."""
    found = re.search(r"(?:^|,)\s*(until\b.*)$", text, re.I)
    if found is None:
        return None
    words = {"until": found[1].strip()}
    help_ = "Write it on a line of its own below what is repeated, level with `repeat`: {until}"
    return Mistake("P202", "`until` stands below what is repeated", words, help_, found.start(1), len(text))


_CODE: Final = re.compile(r"\s*([A-Z]\d+)\b[\s,:;–-]*", re.I)


def _allowed(keyword: str, text: str) -> Mistake | None:
    """A code without its reason, several codes at once, a reason without its word."""
    first = _CODE.match(text)
    if first is None:
        return None
    code, rest = first[1].upper(), text[first.end() :].strip()
    words = {"keyword": keyword, "code": code, "rest": rest}
    if _CODE.match(rest):
        return Mistake(
            "P202", "`{keyword}` takes one code", words, "Write a line for each code, each with its reason", 0, len(text)
        )
    if not rest or fold(rest).rstrip(' :"') == INNER["BECAUSE"]:
        say = "`{keyword} {code}` does not say why it may be so"
        return Mistake("P202", say, words, "Write who agreed to it and where: {keyword} {code} because …", 0, len(text))
    if re.match(INNER["BECAUSE"] + r"\b", rest, re.I):
        return None
    say = "the reason is not led by `because`"
    return Mistake("P202", say, words, "Write: {keyword} {code} because {rest}", 0, len(text), f"{code} because {rest}")


_LOOKS: Final[dict[str, tuple[_Look, ...]]] = {
    "duration": (_time,),
    "limit": (_time,),
    "window": (_time,),
    "waiting": (_wait,),
    "occasion": (_condition,),
    "review": (_time,),
    "repetition?": (_repeated_until, _time),
    "actor": (_actor,),
    "dates": (_date,),
    "names": (_list,),
    "does": (_list,),
    "name": (_one_name,),
    "condition": (_condition,),
    "item": (_item,),
    "fallback": (_fallback,),
    "given": (_given,),
    "on day": (_on_day,),
    "expect": (_expect, _list),
    "never": (_list,),
    "sector": (_word_list("sector"),),
    "mode": (_word_list("mode"),),
    "counts": (_word_list("counts"),),
    "shows": (_word_list("shows"),),
    "allowed": (_allowed,),
}
