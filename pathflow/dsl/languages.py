"""The languages of a file: for every word of the closed table its one word in Finnish and in Swedish.

English is the canon: what a line means is kept by its English keyword, whatever language it was written in, and English is
accepted in every file. Names are never translated. How the words were chosen: docs/decisions/0020-three-languages.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Final, Literal

from pathflow.base.durations import UNITS, Unit
from pathflow.base.names import bare, fold
from pathflow.dsl.vocabulary import CHANNELS, INNER, KEYWORDS, WEEKDAYS, WORD_LISTS

Code = Literal["en", "fi", "sv"]

CODES: Final[tuple[Code, ...]] = ("en", "fi", "sv")
ENGLISH: Final[Code] = "en"
CALLED: Final[Mapping[Code, str]] = {"en": "English", "fi": "Finnish", "sv": "Swedish"}

Pair = tuple[str, str]
"""Finnish, Swedish."""

KEYWORDS_IN: Final[Mapping[str, Pair]] = {
    # a file
    "language": ("kieli", "språk"),
    "edition": ("painos", "utgåva"),
    "path": ("hoitopolku", "vårdväg"),
    "network": ("verkosto", "nätverk"),
    "clients": ("asiakkaat", "klienter"),
    "plan": ("suunnitelma", "plan"),
    "steps": ("vaiheet", "förlopp"),
    "whenever": ("aina kun", "närhelst"),
    "test": ("testi", "test"),
    "log": ("loki", "logg"),
    # a path's head
    "version": ("versio", "version"),
    "valid": ("voimassa", "giltig"),
    "uses": ("käytössä", "använder"),
    "organiser": ("järjestäjä", "anordnare"),
    "responsible": ("kokonaisvastuu", "helhetsansvar"),
    "accountable": ("asiakasvastuu", "klientansvar"),
    "silence at most": ("hiljaisuus enintään", "tystnad högst"),
    "promise": ("lupaus", "löfte"),
    "without": ("ilman ehtoa", "utan villkor"),
    "source": ("lähde", "källa"),
    "note": ("huomautus", "anmärkning"),
    "contact": ("yhteystiedot", "kontakt"),
    # a network
    "professions": ("ammatit", "yrken"),
    "provider": ("palveluntuottaja", "tjänsteproducent"),
    "agreement": ("sopimus", "avtal"),
    "service": ("palvelu", "tjänst"),
    "calendar": ("kalenteri", "kalender"),
    "item": ("tieto", "uppgift"),
    "sector": ("sektori", "sektor"),
    "legal form": ("oikeudellinen muoto", "juridisk form"),
    "offers": ("tarjolla", "erbjuder"),
    "channels": ("asiointitavat", "kanaler"),
    "register": ("rekisteri", "register"),
    "known as": ("myös nimellä", "även kallad"),
    "with": ("osapuoli", "med"),
    "mode": ("tuottamistapa", "produktionssätt"),
    "covers": ("piirissä", "omfattar"),
    "accepted within": ("vastaanoton määräaika", "mottas inom"),
    "feedback within": ("palautteen määräaika", "respons inom"),
    "answered within": ("vastauksen määräaika", "besvaras inom"),
    "window": ("voimassaoloaika", "giltighetstid"),
    "makes": ("tuloksena", "ger"),
    "code": ("koodi", "kod"),
    "time zone": ("aikavyöhyke", "tidszon"),
    "weekend": ("viikonloppu", "veckoslut"),
    "holidays of": ("pyhäpäivät maassa", "helgdagar i"),
    "closed": ("suljettu", "stängt"),
    "counts": ("laskee", "räknar"),
    # clients and plan
    "event": ("tapahtuma", "händelse"),
    "enter when": ("mukaan kun", "tas in när"),
    "owner": ("vastuutaho", "planansvarig"),
    "review": ("tarkistus", "översyn"),
    "team": ("tiimi", "team"),
    "contains": ("sisältö", "innehåll"),
    "if another path joins": ("jos tulee toinen polku", "om en annan väg ansluter"),
    # the flow of care
    "step": ("vaihe", "steg"),
    "handoff": ("vastuun siirto", "överföring av ansvar"),
    "consultation": ("konsultaatio", "konsultation"),
    "decide": ("päätös", "beslut"),
    "if": ("jos", "om"),
    "otherwise": ("muuten", "annars"),
    "together": ("rinnakkain", "parallellt"),
    "branch": ("haara", "gren"),
    "repeat": ("toistetaan", "upprepas"),
    "until": ("kunnes", "tills"),
    "client chooses": ("asiakkaan valinta", "klienten väljer"),
    "include": ("osapolku", "innefattar"),
    "wait": ("odota", "vänta"),
    "end": ("loppu", "slut"),
    "continue": ("jatka", "fortsätt"),
    "resume": ("palaa polulle", "återuppta"),
    "stop": ("keskeytä", "avbryt"),
    "restart from": ("aloita uudelleen vaiheesta", "börja om från"),
    # a step, a handoff, a choice, an end
    "by": ("tekijä", "utförs av"),
    "ordered by": ("tilaaja", "beställs av"),
    "guided by": ("opastaja", "vägleds av"),
    "within": ("määräaika", "inom"),
    "needs": ("tarvitaan", "behöver"),
    "does": ("tehdään", "utför"),
    "carries": ("mukana", "skickar med"),
    "if not accepted": ("ellei vastaanoteta", "om den inte mottas"),
    "from": ("lähettäjä", "från"),
    "moves the plan to": ("suunnitelman vastuutahoksi tulee", "flyttar planen till"),
    "keeps the plan with": ("suunnitelman vastuutahona pysyy", "planen stannar hos"),
    "closes the plan": ("suunnitelma päättyy", "planen avslutas"),
    "option": ("vaihtoehto", "alternativ"),
    "if no choice": ("ellei valita", "om inget väljs"),
    "no": ("ei tapahtumaa", "utan"),
    # labels, costs, law
    "in Finnish": ("suomeksi", "på finska"),
    "in Swedish": ("ruotsiksi", "på svenska"),
    "in English": ("englanniksi", "på engelska"),
    "options in Finnish": ("vaihtoehdot suomeksi", "alternativen på finska"),
    "options in Swedish": ("vaihtoehdot ruotsiksi", "alternativen på svenska"),
    "options in English": ("vaihtoehdot englanniksi", "alternativen på engelska"),
    "takes": ("kesto", "tar"),
    "price": ("hinta", "pris"),
    "payer": ("maksaja", "betalare"),
    "legal basis": ("oikeusperuste", "rättslig grund"),
    "allow": ("sallitaan", "tillåt"),
    # sites, alliances, packages
    "site": ("toimipaikka", "verksamhetsställe"),
    "hosts": ("toimijat", "verksamma"),
    "address": ("osoite", "adress"),
    "timetable": ("aikataulu", "tidtabell"),
    "alliance": ("allianssi", "allians"),
    "partner": ("kumppani", "partner"),
    "gain": ("osuus hyödystä", "andel av vinsten"),
    "pain": ("osuus haitasta", "andel av förlusten"),
    "leads": ("johtaa", "leder"),
    "target cost": ("tavoitekustannus", "målkostnad"),
    "target": ("tulostavoite", "resultatmål"),
    "measured by": ("mittarina", "mäts med"),
    "package": ("palvelukokonaisuus", "servicehelhet"),
    "must have": ("pakolliset", "obligatoriska"),
    "may have": ("mahdolliset", "möjliga"),
    "meets": ("täyttää", "uppfyller"),
    "requires": ("edellyttää", "förutsätter"),
    "checked at every handoff": ("tarkistetaan joka siirrossa", "kontrolleras vid varje överföring"),
    "officials only": ("vain viranhaltija", "endast tjänsteinnehavare"),
    "part of": ("osana", "del av"),
    "linked": ("läheinen", "närstående"),
    "shares": ("yhteistä", "gemensamt"),
    "team when needed": ("tiimi tarvittaessa", "team vid behov"),
    "place": ("paikka", "plats"),
    "same visit as": ("samalla käynnillä kuin", "samma besök som"),
    "starts": ("käynnistyy", "startar"),
    # load
    "load": ("kuormitus", "belastning"),
    "arrivals": ("saapuvia", "ankomster"),
    "capacity": ("kapasiteetti", "kapacitet"),
    "chance": ("todennäköisyys", "sannolikhet"),
    # tests
    "given": ("lähtötilanne", "givet"),
    "on day": ("päivänä", "dag"),
    "expect": ("odotetaan", "förväntas"),
    "never": ("ei koskaan", "aldrig"),
    # logs
    "client in": ("asiakas sarakkeessa", "klient i kolumnen"),
    "time in": ("aika sarakkeessa", "tid i kolumnen"),
    "event in": ("tapahtuma sarakkeessa", "händelse i kolumnen"),
    "provider in": ("palveluntuottaja sarakkeessa", "tjänsteproducent i kolumnen"),
    "performer in": ("tekijä sarakkeessa", "utförare i kolumnen"),
    "reason in": ("syy sarakkeessa", "orsak i kolumnen"),
    "path in": ("hoitopolku sarakkeessa", "vårdväg i kolumnen"),
    "shows": ("näyttää", "visar"),
}
"""Each keyword's word: chosen to read well before names in their dictionary form."""

INNER_IN: Final[Mapping[str, Pair]] = {
    "AND": ("ja", "och"),
    "OR": ("tai", "eller"),
    "NOT": ("ei ole", "inte"),
    "IS": ("on", "är"),
    "IS_NOT": ("ei ole", "är inte"),
    "ONE_OF": ("yksi seuraavista", "någon av"),
    "HAPPENS": ("tapahtuu", "inträffar"),
    "WITHIN": ("kuluessa", "inom"),
    "FOR": ("ajan", "under"),
    "FOR_WHAT": ("kohteena", "för"),
    "UNTIL": ("kunnes", "tills"),
    "ANY_IS_DONE": ("jokin on valmiina", "någon är klar"),
    "ARE_DONE": ("on valmiina", "är klara"),
    "BESIDE": ("pääpolun rinnalla", "vid sidan av huvudvägen"),
    "PER": ("per", "per"),
    "OF": ("alkaen", "efter"),
    "OF_WHOM": ("ammatissa", "av"),
    "AT": ("yksikössä", "vid"),
    "CLOCK": ("klo", "klockan"),
    "TO": ("vastaanottaja", "till"),
    "TO_DATE": ("päättyen", "till"),
    "FROM": ("alkaen", "från"),
    "FROM_FILE": ("tiedostosta", "från"),
    "AT_MOST": ("enintään", "högst"),
    "WHEN": ("kun", "när"),
    "SOURCE": ("lähde", "källa"),
    "VALID": ("voimassa", "giltig"),
    "EVERY": ("välein", "med intervallet"),
    "START_TO_START": ("alusta alkuun", "från start till start"),
    "TIMES": ("kertaa", "gånger"),
    "TIME_ONE": ("kerran", "gång"),
    "UNLESS": ("ellei", "om inte"),
    "AFTER": ("aina kun tapahtuu", "efter"),
    "AFTER_TIME": ("kuluttua", "efter"),
    "AFTER_WHAT": ("on kulunut alkaen", "efter"),
    "BECAUSE": ("syynä", "på grund av"),
    "NUMBER_OF": ("luku yksikkönä", "tal i"),
    "FROM_NUMBER": ("vähintään", "från"),
    "TO_NUMBER": ("ja enintään", "till"),
    "YES_OR_NO": ("kyllä tai ei", "ja eller nej"),
    "DATE_TYPE": ("päivämäärä", "datum"),
    "TEXT_TYPE": ("teksti", "text"),
    "DOCUMENT_TYPE": ("asiakirja", "dokument"),
    "CLIENT": ("asiakas", "klienten"),
    "WHOEVER_IS": ("kulloinkin vastuussa oleva", "den som är ansvarig"),
    "WHOEVER_WAS": ("aiemmin vastuussa ollut", "den som var ansvarig"),
    "ITS_OWNER": ("nykyinen vastuutaho", "nuvarande planansvarig"),
    "TAKES_OVER": ("ottaa vastuun", "tar över ansvaret"),
    "KEEPS": ("säilyttää vastuun", "behåller ansvaret"),
    "OWNS": ("vastaa suunnitelmasta", "ansvarar för planen"),
    "OWNER_STAYS": ("vastuutaho pysyy", "planansvarig kvarstår"),
    "EXPECT": ("odotetaan", "förväntas"),
    "DUE_ON_DAY": ("tehtävä viimeistään päivänä", "att utföra senast dag"),
    "ON_DAY": ("päivänä", "dag"),
    "BEFORE_DAY": ("ennen päivää", "före dag"),
    "AFTER_DAY": ("myöhemmin kuin päivänä", "efter dag"),
    "ANY_FINDING": ("mikään havainto", "någon observation"),
    "DIED": ("kuoli", "avled"),
    "MOVED_AWAY": ("muutti pois", "flyttade"),
    "REFUSED": ("kieltäytyi", "avböjde"),
    "SAME": ("sama", "samma"),
}
"""Each word inside values."""

AFTER_A_LENGTH: Final[Mapping[Code, frozenset[str]]] = {
    "en": frozenset(),
    "fi": frozenset({"EVERY", "WITHIN", "FOR", "AFTER_TIME"}),
    "sv": frozenset(),
}
"""Words that come after a length of time where English has them before: `2 viikon välein` for `every 2 weeks`."""

UNITS_IN: Final[Mapping[Code, Mapping[Unit, tuple[str, str, str]]]] = {
    "en": {unit: (unit, f"{unit}s", f"{unit}s") for unit in UNITS},
    "fi": {
        "minute": ("minuutti", "minuuttia", "minuutin"),
        "hour": ("tunti", "tuntia", "tunnin"),
        "day": ("päivä", "päivää", "päivän"),
        "working day": ("työpäivä", "työpäivää", "työpäivän"),
        "school day": ("koulupäivä", "koulupäivää", "koulupäivän"),
        "week": ("viikko", "viikkoa", "viikon"),
        "month": ("kuukausi", "kuukautta", "kuukauden"),
        "year": ("vuosi", "vuotta", "vuoden"),
    },
    "sv": {
        "minute": ("minut", "minuter", "minuter"),
        "hour": ("timme", "timmar", "timmar"),
        "day": ("dag", "dagar", "dagar"),
        "working day": ("arbetsdag", "arbetsdagar", "arbetsdagar"),
        "school day": ("skoldag", "skoldagar", "skoldagar"),
        "week": ("vecka", "veckor", "veckor"),
        "month": ("månad", "månader", "månader"),
        "year": ("år", "år", "år"),
    },
}
"""One of a unit, several, and several before a word that follows them (`2 viikon välein`). Any of them is read as the unit."""

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    **WORD_LISTS,
    "channel": CHANNELS,
    "weekday": WEEKDAYS,
    "covered": ("everything",),
    "clock": ("enrolment",),
    "state": (
        "yes", "no", "known", "unknown", "done", "not done", "proposed", "not proposed", "accepted", "not accepted", "returned",
        "not returned", "expired", "not expired", "open", "not open", "overdue", "not overdue", "not chosen", "nobody",
    ),
    "subject": ("holder", "owner", "finding"),
}  # fmt: skip
"""Words that stand where a name may stand, by the list that they are of. In quotes each of them is a name."""

LISTS_IN: Final[Mapping[str, Mapping[str, Pair]]] = {
    "sector": {"public": ("julkinen", "offentlig"), "private": ("yksityinen", "privat"), "third": ("kolmas", "tredje")},
    "mode": {
        "own": ("oma tuotanto", "egen produktion"),
        "purchase": ("ostopalvelu", "köpt tjänst"),
        "voucher": ("palveluseteli", "servicesedel"),
        "alliance": ("allianssi", "allians"),
        "grant": ("avustus", "understöd"),
        "cooperation": ("yhteistyö", "samarbete"),
    },
    "counts": {"working days": ("työpäivät", "arbetsdagar"), "school days": ("koulupäivät", "skoldagar")},
    "shows": {
        "completed": ("tehdyt", "utförda"),
        "started": ("aloitetut", "påbörjade"),
        "proposed": ("tarjotut", "föreslagna"),
        "accepted": ("vastaanotetut", "mottagna"),
        "returned": ("palautetut", "returnerade"),
        "chosen": ("valitut", "valda"),
        "ended": ("päättyneet", "avslutade"),
        "reviewed": ("tarkistetut", "granskade"),
        "providers": ("palveluntuottajat", "tjänsteproducenter"),
    },
    "channel": {
        "on site": ("paikan päällä", "på plats"),
        "home": ("kotona", "hemma"),
        "remote": ("etänä", "på distans"),
        "digital": ("digitaalisesti", "digitalt"),
        "mobile": ("liikkuvana", "mobilt"),
        "ward": ("osastolla", "på avdelning"),
    },
    "weekday": {
        "Monday": ("maanantai", "måndag"),
        "Tuesday": ("tiistai", "tisdag"),
        "Wednesday": ("keskiviikko", "onsdag"),
        "Thursday": ("torstai", "torsdag"),
        "Friday": ("perjantai", "fredag"),
        "Saturday": ("lauantai", "lördag"),
        "Sunday": ("sunnuntai", "söndag"),
    },
    "covered": {"everything": ("kaikki", "allt")},
    "clock": {"enrolment": ("polulle tulo", "inskrivning")},
    "state": {
        "yes": ("kyllä", "ja"),
        "no": ("ei", "nej"),
        "known": ("tiedossa", "känd"),
        "unknown": ("tuntematon", "okänd"),
        "done": ("tehty", "utförd"),
        "not done": ("tekemättä", "inte utförd"),
        "accepted": ("vastaanotettu", "mottagen"),
        "not accepted": ("vastaanottamatta", "inte mottagen"),
        "proposed": ("tarjottu", "föreslagen"),
        "not proposed": ("tarjoamatta", "inte föreslagen"),
        "returned": ("palautettu", "returnerad"),
        "not returned": ("palauttamatta", "inte returnerad"),
        "expired": ("rauennut", "förfallen"),
        "not expired": ("raukeamatta", "inte förfallen"),
        "open": ("avoinna", "öppen"),
        "not open": ("ei avoinna", "inte öppen"),
        "overdue": ("myöhässä", "försenad"),
        "not overdue": ("ei myöhässä", "inte försenad"),
        "not chosen": ("valitsematta", "inte vald"),
        "nobody": ("ei kukaan", "ingen"),
    },
    "subject": {
        "holder": ("asiakasvastuussa", "klientansvarig"),
        "owner": ("suunnitelman vastuutaho", "planansvarig"),
        "finding": ("havainto", "observation"),
    },
}
"""The words of each list."""


HABITS_IN: Final[Mapping[Code, Mapping[str, str]]] = {
    "en": {},
    "fi": {
        "muutoin": "otherwise", "muussa": "otherwise", "yhtaaikaa": "together", "samanaikaisesti": "together",
        "rinnan": "together", "tehtava": "step", "toimenpide": "step", "toiminto": "step", "askel": "step", "siirto": "handoff",
        "luovutus": "handoff", "takaraja": "within", "aikaraja": "within", "viimeistaan": "within", "kuluessa": "within",
        "kuka": "by",
        "suorittaja": "by", "toimija": "by", "toista": "repeat", "toisto": "repeat", "organisaatio": "provider",
        "tuottaja": "provider", "potilaat": "clients", "asiakasryhma": "clients", "tuottaa": "makes", "tulos": "makes",
        "tulokset": "makes", "tarvitsee": "needs", "tarvitsevat": "needs", "tekee": "does", "valittaa": "carries",
        "tiedot": "carries", "skenaario": "test", "esimerkki": "test", "kommentti": "note", "huom": "note", "polku": "path",
        "palveluketju": "path", "hoitoketju": "path", "paatetaan": "decide", "valinta": "client chooses", "lopetus": "end",
        "omistaja": "owner", "arviointi": "review",
    },
    "sv": {
        "annat": "otherwise", "samtidigt": "together", "uppgiften": "step", "aktivitet": "step", "atgard": "step",
        "overlamning": "handoff", "senast": "within", "tidsgrans": "within", "vem": "by", "av": "by",
        "upprepa": "repeat", "organisation": "provider", "producent": "provider", "patienter": "clients",
        "klientgrupp": "clients", "resultat": "makes", "kraver": "needs", "gor": "does", "skickar": "carries",
        "scenario": "test", "exempel": "test", "kommentar": "note", "obs": "note", "servicekedja": "path", "vardkedja": "path",
        "val": "client chooses", "agare": "owner", "stegen": "steps",
    },
}  # fmt: skip
"""Words that people try, bare, and the keyword that each stands for; the English ones are `vocabulary.HABITS`."""


def _column(table: Mapping[str, Pair], code: Code) -> dict[str, str]:
    at = CODES.index(code) - 1
    return {word: pair[at] for word, pair in table.items()}


class Language:
    """One language: its word for every word of the table, and the way back.

    Attributes:
        keywords: by English keyword.
        lists: by list, by English word.
    """

    def __init__(self, code: Code) -> None:
        self.code: Code = code
        self.is_english = code == ENGLISH
        english = self.is_english
        self.keywords: dict[str, str] = {k: k for k in KEYWORDS} if english else _column(KEYWORDS_IN, code)
        self._inner: dict[str, str] = dict(INNER) if english else _column(INNER_IN, code)
        self.lists: dict[str, dict[str, str]] = {
            kind: {word: word for word in words} if english else _column(LISTS_IN[kind], code) for kind, words in LISTS.items()
        }
        self.units = UNITS_IN[code]
        self.after_a_length = AFTER_A_LENGTH[code]

    def inner(self, key: str) -> str:
        """The word inside values that a terminal of the value grammar is."""
        return self._inner[key]

    def spellings(self, key: str) -> tuple[str, ...]:
        """The word and its English, which is accepted too."""
        return tuple(dict.fromkeys((self._inner[key], INNER[key])))

    @cached_property
    def canon(self) -> dict[str, dict[str, str]]:
        """By list: each word in this language, folded and without its accents, to the English word."""
        return {
            kind: {bare(fold(spelt)): word for word, own in words.items() for spelt in (word, own)}
            for kind, words in self.lists.items()
        }

    @cached_property
    def options(self) -> dict[str, str]:
        """Words for a state that stand among an item's options, exactly so spelt, to the English word."""
        return {spelt: word for word, own in self.lists["state"].items() for spelt in (word, own)}

    @cached_property
    def unit_words(self) -> dict[str, Unit]:
        """Every form of every unit, bare, in this language and in English."""
        both = (UNITS_IN[ENGLISH], self.units)
        return {bare(form): unit for table in both for unit, forms in table.items() for form in forms}

    def unit(self, word: str) -> Unit | None:
        """The unit that a word names, in any of its forms."""
        return self.unit_words.get(bare(" ".join(word.split())))

    def length(self, count: int, unit: Unit, is_before_a_word: bool = False) -> str:
        """`14 days`: so many of a unit."""
        forms = self.units[unit]
        return f"{count} {forms[2] if is_before_a_word else forms[0] if count == 1 else forms[1]}"

    @property
    def unit_forms(self) -> list[str]:
        """Every form of every unit, in this language and in English, the longest first."""
        forms = {form for table in (UNITS_IN[ENGLISH], self.units) for several in table.values() for form in several}
        return sorted(sorted(forms), key=len, reverse=True)


_STANDING_IN: Final = ("CLIENT", "WHOEVER_IS", "WHOEVER_WAS", "ITS_OWNER")


@lru_cache(maxsize=1)
def standing_in() -> Mapping[str, str]:
    """The words that stand for somebody else at each moment, in every language: folded, and which each is."""
    return {fold(word): key for code in CODES for key in _STANDING_IN for word in language(code).spellings(key)}


@lru_cache(maxsize=len(CODES))
def language(code: Code) -> Language:
    """The language of that code."""
    return Language(code)


def lacking() -> list[str]:
    """Every word of the closed table that has no column here, and every column whose word has left the table."""
    pairs: list[tuple[str, set[str], set[str]]] = [
        ("keyword", set(KEYWORDS), set(KEYWORDS_IN)),
        ("word inside values", set(INNER), set(INNER_IN)),
    ]
    pairs += [(f"word of the list `{kind}`", set(words), set(LISTS_IN.get(kind, {}))) for kind, words in LISTS.items()]
    found = [f"{what} `{word}` has no Finnish and Swedish" for what, here, there in pairs for word in sorted(here - there)]
    return found + [f"{what} `{word}` is no word of the table" for what, here, there in pairs for word in sorted(there - here)]
