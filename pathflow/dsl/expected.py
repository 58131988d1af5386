"""What may stand after each keyword, in words and as an example, in each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pathflow.dsl.languages import ENGLISH, Code, Language
from pathflow.dsl.languages import language as language_of
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.vocabulary import COMMA_AFTER

ENGLISH_WORDS: Final = language_of(ENGLISH)
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
    "payers": ("who pays, and the share of each where it is known", "Lakeside County 60 %, Hillside County 40 %"),
    "starting": ("the name of a path", "Services for older people"),
    "language": ("en, fi or sv", "fi"),
    "edition": ("the year of an edition", "2026"),
}
"""Each kind of value: what it is, and an example."""
EXAMPLES_IN: Final[Mapping[Code, Mapping[str, str]]] = {
    "fi": {
        "label": "Lähete kardiologialle",
        "text": "Terveydenhuoltolaki 1326/2010 §51",
        "name": "Sydänsairaala",
        "names": "EKG, lähete",
        "use": "Pirkanmaan verkosto",
        "dates": "alkaen 2026-01-01 päättyen 2027-12-31",
        "duration": "3 työpäivää",
        "actor": "sairaanhoitaja yksikössä Tesoman terveysasema",
        "limit": "14 päivää alkaen Lähete kardiologialle, enintään 3 kuukautta",
        "parties": "Tesoman terveysasema vastaanottaja Sydänsairaala",
        "fallback": "Koordinaatiokeskus ottaa vastuun",
        "item": "NT-proBNP: luku yksikkönä ng/l, voimassa 30 päivää",
        "repetition?": "2 viikon välein, enintään 6 kertaa",
        "window": "12 kuukautta, ellei kliininen muutos tai uusi sivuääni",
        "review": "6 kuukauden välein, ja aina kun tapahtuu Kotiutus",
        "does": "EKG, verikoe syynä voinnin heikkeneminen",
        "joining": "vastuutaho pysyy",
        "no return": "Paluu päivystykseen 28 päivän kuluessa",
        "condition": "NT-proBNP < 125 ng/l",
        "given": "NT-proBNP on 80 ng/l",
        "on day": "20 painonnousu on 2,5 kg",
        "expect": "Ensitutkimus, Sydämen ultraääni",
        "never": "Sydämen ultraääni, Lähete kardiologialle",
        "sector": "julkinen",
        "mode": "ostopalvelu",
        "counts": "työpäivät",
        "shows": "tehdyt, palveluntuottajat",
        "allowed": "G104 syynä vuoden 2026 sopimus",
        "waiting": "kunnes Laboratoriotulokset tapahtuu, enintään 14 päivää",
        "occasion": "painonnousu >= 2 kg 3 päivän kuluessa",
        "meeting?": "kunnes jokin on valmiina",
        "share": "40 %",
        "rate": "40 per kuukausi",
        "capacity": "20 tuntia per viikko ammatissa kardiologi yksikössä Sydänsairaala",
        "price": "120 € per käynti",
        "payers": "Järviseudun hyvinvointialue 60 %, Mäkiseudun hyvinvointialue 40 %",
        "starting": "Iäkkäiden palvelut",
        "language": "fi",
        "edition": "2026",
    },
    "sv": {
        "label": "Remiss till kardiologi",
        "text": "Hälso- och sjukvårdslagen 1326/2010 §51",
        "name": "Hjärtsjukhuset",
        "names": "EKG, remiss",
        "use": "Birkalands nätverk",
        "dates": "från 2026-01-01 till 2027-12-31",
        "duration": "3 arbetsdagar",
        "actor": "sjukskötare vid Tesoma hälsostation",
        "limit": "14 dagar efter Remiss till kardiologi, högst 3 månader",
        "parties": "Tesoma hälsostation till Hjärtsjukhuset",
        "fallback": "Koordineringscentralen tar över ansvaret",
        "item": "NT-proBNP: tal i ng/l, giltig 30 dagar",
        "repetition?": "med intervallet 2 veckor, högst 6 gånger",
        "window": "12 månader, om inte klinisk förändring eller nytt blåsljud",
        "review": "med intervallet 6 månader, och efter Utskrivning",
        "does": "EKG, blodprov på grund av försämring",
        "joining": "planansvarig kvarstår",
        "no return": "Återbesök på jouren inom 28 dagar",
        "condition": "NT-proBNP < 125 ng/l",
        "given": "NT-proBNP är 80 ng/l",
        "on day": "20 viktökning är 2,5 kg",
        "expect": "Första undersökning, Ultraljud av hjärtat",
        "never": "Ultraljud av hjärtat, Remiss till kardiologi",
        "sector": "offentlig",
        "mode": "köpt tjänst",
        "counts": "arbetsdagar",
        "shows": "utförda, tjänsteproducenter",
        "allowed": "G104 på grund av avtalet från 2026",
        "waiting": "tills Laboratorieresultat inträffar, högst 14 dagar",
        "occasion": "viktökning >= 2 kg inom 3 dagar",
        "meeting?": "tills någon är klar",
        "share": "40 %",
        "rate": "40 per månad",
        "capacity": "20 timmar per vecka av kardiolog vid Hjärtsjukhuset",
        "price": "120 € per besök",
        "payers": "Sjölandets välfärdsområde 60 %, Backlandets välfärdsområde 40 %",
        "starting": "Tjänster för äldre",
        "language": "sv",
        "edition": "2026",
    },
}
"""The examples in Finnish and in Swedish."""


def expected(kind: str, language: Language) -> tuple[str, str]:
    """What a value of that kind is, and an example in the language of the file."""
    known = kind if kind in EXPECTED else kind.removesuffix("?")
    what, example = EXPECTED[known]
    return what, example if language.is_english else EXAMPLES_IN[language.code][known]


class Places(NamedTuple):
    """The names in the examples for which others can be put."""

    handoff: str
    fallback: str
    event: str


_PLACES: Final[Mapping[Code, Places]] = {
    "en": Places("Referral to cardiology", "Coordination centre", "Discharge"),
    "fi": Places("Lähete kardiologialle", "Koordinaatiokeskus", "Kotiutus"),
    "sv": Places("Remiss till kardiologi", "Koordineringscentralen", "Utskrivning"),
}


def place_names(language: Language) -> Places:
    """The names in the examples of a language for which others can be put."""
    return _PLACES[language.code]


def example_of_kind(example: str, language: Language) -> tuple[str, str] | None:
    """Of which kind of value an example is, and what stands before the value; the kind of the longest that fits."""
    fits = [kind for kind in EXPECTED if example.endswith(expected(kind, language)[1])]
    if not fits:
        return None
    kind = max(fits, key=lambda kind: len(expected(kind, language)[1]))
    return kind, example.removesuffix(expected(kind, language)[1])


def keyword_of(text: str, language: Language) -> str:
    """The keyword in English of which this is the spelling."""
    word = text.strip().rstrip(",")
    return next((key for key, spelt in language.keywords.items() if spelt == word), word)


_EXAMPLES: Final = {
    "version": "1.0", "time zone": "Europe/Helsinki", "code": "AA123", "contact": "Heart failure nurses, weekdays 8–16",
    "legal form": "limited company", "client in": "patient id", "time in": "timestamp", "event in": "activity",
    "provider in": "unit", "performer in": "user", "reason in": "reason", "path in": "pathway",
}  # fmt: skip
"""Examples of keywords whose value is free text."""

_CALLED_SO: Final[Mapping[Code, Mapping[str, str]]] = {
    "en": {
        "step": "First visit", "handoff": "Referral", "consultation": "Second opinion", "branch": "At home",
        "client chooses": "place of training", "end": "In good care", "clients": "Adults with a broken hip",
        "plan": "Care plan", "path": "Hip fracture", "network": "Lakeside", "provider": "Health Centre",
        "service": "blood test", "site": "Hill House", "agreement": "Laboratory", "event": "Fall",
        "test": "An ordinary client", "linked": "carer",
    },
    "fi": {
        "step": "Ensikäynti", "handoff": "Lähete", "consultation": "Toinen mielipide", "branch": "Kotona",
        "client chooses": "harjoittelun paikka", "end": "Hoito kunnossa", "clients": "Aikuiset, joilla on lonkkamurtuma",
        "plan": "Hoitosuunnitelma", "path": "Lonkkamurtuma", "network": "Järviseutu", "provider": "Terveysasema",
        "service": "verikoe", "site": "Mäkitalo", "agreement": "Laboratorio", "event": "Kaatuminen",
        "test": "Tavallinen asiakas", "linked": "omaishoitaja",
    },
    "sv": {
        "step": "Första besök", "handoff": "Remiss", "consultation": "Andra åsikt", "branch": "Hemma",
        "client chooses": "träningsplats", "end": "I god vård", "clients": "Vuxna med höftfraktur", "plan": "Vårdplan",
        "path": "Höftfraktur", "network": "Sjölandet", "provider": "Hälsostation", "service": "blodprov", "site": "Backhuset",
        "agreement": "Laboratorium", "event": "Fall", "test": "En vanlig klient", "linked": "närståendevårdare",
    },
}  # fmt: skip
"""What a block could be called."""


def line_expected(keyword: str, kind: str, language: Language) -> tuple[str, str]:
    """What a keyword takes, and an example of the whole line."""
    what, example = expected(kind, language)
    comma = "," if keyword in COMMA_AFTER else ""
    example = _EXAMPLES.get(keyword, _CALLED_SO[language.code].get(keyword, example) if kind.startswith("label") else example)
    return what, f"{language.keywords.get(keyword, keyword)}{comma} {example}"


def any_of(language: Language, *keys: str) -> str:
    """A pattern of all the spellings of these words of the language."""
    return "|".join(re.escape(word) for key in keys for word in language.spellings(key))


def missing_value(keyword: str, kind: str, language: Language) -> Mistake:
    """The keyword stands alone."""
    what, example = line_expected(keyword, kind, language)
    name = language.keywords.get(keyword, keyword)
    if keyword == "keeps the plan with":
        what, example = "its owner, or a profession and where it works,", f"{name} {language.inner('ITS_OWNER')}"
    keyword = name
    return Mistake(
        "P201",
        "`{keyword}` needs {what} after it",
        {"keyword": keyword, "what": what, "example": example},
        "For example: {example}",
    )


Look = Callable[[str, str, Language], Mistake | None]
