"""A network: syntax to meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pathflow.base.durations import Duration
from pathflow.base.names import fold, listing, nearest
from pathflow.compiler.conditions import meant
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.dsl.vocabulary import CHANNELS, WEEKDAYS
from pathflow.model import network as model
from pathflow.model.network import EVERYTHING, Period

COUNTRIES: Final = {
    "finland": "FI", "sweden": "SE", "norway": "NO", "denmark": "DK", "iceland": "IS", "estonia": "EE", "latvia": "LV",
    "lithuania": "LT", "germany": "DE", "netherlands": "NL", "united kingdom": "GB", "ireland": "IE", "france": "FR",
    "spain": "ES", "italy": "IT", "poland": "PL", "austria": "AT", "switzerland": "CH", "belgium": "BE",
}  # fmt: skip
"""Countries that may be named; any other by its two-letter code."""


def _is_doubtful(line: Statement) -> bool:
    """Whether a part of the statement could not be read."""
    return line.is_broken or line.has_doubt or any(part.is_broken for part in line.body)


_DECLARING: Final[Mapping[str, Sort]] = {"provider": "provider", "service": "service", "professions": "profession"}


class NetworkReader:
    """Reads one `network` block. `bases` are the networks it builds on."""

    def __init__(self, statement: Statement, report: Report, bases: list[tuple[model.Network, Scope]]) -> None:
        self.statement = statement
        self.report = report
        self.scope = Scope()
        self.bases = bases
        for _, scope in bases:
            self.scope.merge(scope)
        self.items: dict[str, model.Item] = {}

    def read(self) -> tuple[model.Network, Scope]:
        """The network, and the names that it declares. Names in broken lines are declared all the same."""
        self._declare()
        body = self.statement
        own_organiser = body.one("organiser")
        organiser = own_organiser.value.text if own_organiser and isinstance(own_organiser.value, Name) else ""
        organiser = organiser or next((base.organiser for base, _ in self.bases), "")
        if not organiser and not body.has_doubt:
            words = {"name": label(body)}
            say = "the network does not say who organises it"
            self.report.say("P103", say, body, None, words, "Add a line: organiser Wellbeing services county of …")
        professions = tuple(name.text for line in body.all("professions") for name in names_in(line))
        items = {i.name: i for base, _ in self.bases for i in base.items.values()}
        items |= {i.name: i for i in (read_item(x, self.report) for x in body.all("item")) if i is not None}
        self.items = items
        providers = {p.name: p for base, _ in self.bases for p in base.providers.values()}
        providers |= {p.name: p for p in map(self._provider, body.all("provider"))}
        services = {s.name: s for base, _ in self.bases for s in base.services.values()}
        services |= {s.name: s for s in map(self._service, body.all("service"))}
        agreements = [a for base, _ in self.bases for a in base.agreements]
        own = [(line, self._agreement(line)) for line in body.all("agreement")]
        agreements += [agreement for _, agreement in own if agreement is not None]
        is_whole = not body.has_doubt and not any(agreement is None or _is_doubtful(line) for line, agreement in own)
        calendars = [c for base, _ in self.bases for c in base.calendars]
        calendars += [self._calendar(line) for line in body.all("calendar")]
        network = model.Network(
            name=label(body),
            organiser=organiser,
            professions=tuple(dict.fromkeys([p for base, _ in self.bases for p in base.professions] + list(professions))),
            providers=providers,
            agreements=tuple(agreements),
            services=services,
            items=items,
            calendars=tuple(calendars),
            has_all_agreements=is_whole and all(base.has_all_agreements for base, _ in self.bases),
            span=body.span(self.report.file),
        )
        return network, self.scope

    def _declare(self) -> None:
        """Every name of the block, so that lines may use what is declared further down."""
        scope, report, body = self.scope, self.report, self.statement
        for line in body.body:
            if line.is_broken and line.keyword in _DECLARING:
                scope.open(_DECLARING[line.keyword])
            elif line.keyword == "provider":
                scope.declare("provider", label(line), line.span(report.file), report, line)
            elif line.keyword == "service":
                scope.declare("service", label(line), line.span(report.file), report, line)
            elif line.keyword == "item":
                declare_item(line, scope, report)
            elif line.keyword == "professions":
                self._declare_professions(line)
        if body.has_doubt:
            scope.open()
        organiser = body.one("organiser")
        if organiser is not None and isinstance(organiser.value, Name) and not scope.has("provider", organiser.value.text):
            scope.declare("provider", organiser.value.text, organiser.span(report.file), report, organiser)
        self._declare_aliases()

    def _declare_aliases(self) -> None:
        scope, report, body = self.scope, self.report, self.statement
        for line in body.body:
            if line.keyword in ("provider", "service", "item"):
                name = item_name(line) if line.keyword == "item" else label(line)
                read_aliases(line, line.keyword, name, scope, report)  # type: ignore[arg-type]  # one of the three sorts

    def _declare_professions(self, line: Statement) -> None:
        for name in names_in(line):
            if not self.scope.has("profession", name.text):
                self.scope.declare("profession", name.text, self.report.place(line, name), self.report, line)

    def _provider(self, line: Statement) -> model.Provider:
        sector = line.one("sector")
        word = sector.value.text if sector and isinstance(sector.value, Name) else "public"
        register = line.one("register")
        name = label(line)
        professions = [self._profession(p, part) for part in line.all("professions") for p in names_in(part)]
        offers = [self.scope.find("service", s, self.report, part) for part in line.all("offers") for s in names_in(part)]
        channels = [c for part in line.all("channels") for c in names_in(part)]
        for channel in channels:
            self._channel(channel, line.one("channels") or line)
        return model.Provider(
            name=name,
            sector=word,  # type: ignore[arg-type]  # the syntax admits the three sectors only
            legal_form=text_of(line, "legal form"),
            professions=tuple(p for p in professions if p is not None),
            offers=tuple(o for o in offers if o is not None),
            channels=tuple(c.text for c in channels),
            register=register.value.text if register and isinstance(register.value, Name) else name,
            aliases=aliases_of(line),
            span=line.span(self.report.file),
        )

    def _profession(self, name: Name, line: Statement) -> str | None:
        found = self.scope.get("profession", name.text)
        if found is None and not any(True for _ in self.scope.names("profession")):
            return name.text
        return found or self.scope.find("profession", name, self.report, line)

    def _channel(self, channel: Name, line: Statement) -> None:
        if channel.key not in CHANNELS:
            guess = nearest(channel.text, CHANNELS)
            words = {"channel": channel.text, "known": listing(CHANNELS, "or"), "guess": guess or ""}
            help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
            say = "`{channel}` is not a way of meeting the client"
            self.report.say("P206", say, line, channel, words, help_, replacement=guess)

    def _service(self, line: Statement) -> model.Service:
        window = line.one("window")
        value = window.value if window is not None else None
        unless = None
        length = None
        if isinstance(value, syntax.Window) and window is not None:
            length = value.length
            if length.count == 0:
                say = "a window of nothing protects nothing"
                self.report.say("P404", say, window, None, {}, "Say how long the result holds, or take the line away")
            if value.unless is not None:
                unless = meant(value.unless, self.scope, self.items, self.report, window, takes_reasons=True)
        makes = [self.scope.find("item", m, self.report, part) for part in line.all("makes") for m in names_in(part)]
        return model.Service(
            name=label(line),
            window=length,
            unless=unless,
            makes=tuple(m for m in makes if m is not None),
            code=text_of(line, "code"),
            aliases=aliases_of(line),
            sources=texts_of(line, "source"),
            span=line.span(self.report.file),
        )

    def _agreement(self, line: Statement) -> model.Agreement | None:
        party, mode, valid = line.one("with"), line.one("mode"), line.one("valid")
        if party is None or not isinstance(party.value, Name):
            return None
        provider = self.scope.find("provider", party.value, self.report, party)
        covers: list[str] = []
        for part in line.all("covers"):
            for service in names_in(part):
                found = EVERYTHING if service.key == EVERYTHING else self.scope.find("service", service, self.report, part)
                if found is not None:
                    covers.append(found)
        period = period_of(valid, self.report)
        if provider is None or period is None:
            return None
        return model.Agreement(
            name=label(line),
            provider=provider,
            mode=mode.value.text if mode and isinstance(mode.value, Name) else "purchase",  # type: ignore[arg-type]
            covers=tuple(covers),
            valid=period,
            accepted_within=duration_of(line, "accepted within"),
            feedback_within=duration_of(line, "feedback within"),
            span=line.span(self.report.file),
        )

    def _calendar(self, line: Statement) -> model.CalendarRule:
        zone, weekend, country, counts = (line.one(k) for k in ("time zone", "weekend", "holidays of", "counts"))
        if zone is not None and isinstance(zone.value, syntax.Text):
            self._zone(zone, zone.value)
        days: tuple[int, ...] = (5, 6)
        if weekend is not None and isinstance(weekend.value, syntax.Names):
            days = tuple(d for d in (self._weekday(n, weekend) for n in weekend.value.names) if d is not None)
            if len(set(days)) == 7:
                say = "a week of seven free days has no working day, so nothing would ever fall due"
                self.report.say("P404", say, weekend, None, {}, "Leave out the days on which somebody works")
                days = (5, 6)
        code = None
        if country is not None and isinstance(country.value, Name):
            code = self._country(country.value, country)
        closed = [period for part in line.all("closed") if (period := closed_of(part, self.report)) is not None]
        return model.CalendarRule(
            name=label(line),
            zone=zone.value.text if zone and isinstance(zone.value, syntax.Text) else None,
            weekend=days,
            country=code,
            closed=tuple(closed),
            counts=counts.value.text if counts and isinstance(counts.value, Name) else "working days",  # type: ignore[arg-type]
        )

    def _zone(self, line: Statement, value: syntax.Text) -> None:
        from pathflow.base.instants import zone

        if zone(value.text) is None:
            words = {"zone": value.text}
            say = "`{zone}` is not a time zone"
            self.report.say("P301", say, line, (value.start, value.end), words, "For example: time zone Europe/Helsinki")

    def _weekday(self, name: Name, line: Statement) -> int | None:
        keys = [fold(day) for day in WEEKDAYS]
        if name.key in keys:
            return keys.index(name.key)
        guess = nearest(name.text, WEEKDAYS)
        words = {"day": name.text, "known": listing(WEEKDAYS, "or"), "guess": guess or ""}
        help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
        self.report.say("P206", "`{day}` is not a day of the week", line, name, words, help_, replacement=guess)
        return None

    def _country(self, name: Name, line: Statement) -> str | None:
        code = COUNTRIES.get(name.key) or (name.text.upper() if len(name.text) == 2 else None)
        if code is not None and code not in COUNTRIES.values():
            from pathflow.almanac import countries

            code = countries().get(code.lower())
        if code is None:
            guess = nearest(name.text, [c.title() for c in COUNTRIES])
            words = {"country": name.text, "guess": guess or ""}
            help_ = "Did you mean `{guess}`?" if guess else "Write its two-letter code, as in: holidays of FI"
            say = "the holidays of `{country}` are not known"
            self.report.say("P301", say, line, name, words, help_, replacement=guess)
        return code


# ── small readings that networks and paths share ────────────────────────────────────────────────────────────────────


def label(line: Statement) -> str:
    """The name that a block's head gives it."""
    return line.value.text if isinstance(line.value, syntax.Text) else ""


def names_in(line: Statement) -> tuple[Name, ...]:
    """The names of a list."""
    return line.value.names if isinstance(line.value, syntax.Names) else ()


def text_of(line: Statement, keyword: str) -> str | None:
    """The text of the first such line."""
    part = line.one(keyword)
    return part.value.text if part is not None and isinstance(part.value, syntax.Text) else None


def texts_of(line: Statement, keyword: str) -> tuple[str, ...]:
    """The texts of all such lines."""
    return tuple(part.value.text for part in line.all(keyword) if isinstance(part.value, syntax.Text))


def duration_of(line: Statement, keyword: str) -> Duration | None:
    """The length of time of the first such line."""
    part = line.one(keyword)
    return part.value.length if part is not None and isinstance(part.value, syntax.Time) else None


def aliases_of(line: Statement) -> tuple[str, ...]:
    """The other spellings that sources of events use."""
    return tuple(name.text for part in line.all("known as") for name in names_in(part))


def read_aliases(line: Statement, sort: Sort, name: str, scope: Scope, report: Report) -> None:
    """Declares the other spellings."""
    for part in line.all("known as"):
        for word in names_in(part):
            scope.alias(sort, word, name, report, part)


def item_name(line: Statement) -> str:
    """The name of an `item` line."""
    return line.value.name.text if isinstance(line.value, syntax.ItemType) else ""


def declare_item(line: Statement, scope: Scope, report: Report) -> None:
    """The name of an `item` line, even of one that cannot be read."""
    if isinstance(line.value, syntax.ItemType):
        scope.declare("item", line.value.name.text, line.span(report.file), report, line)
    else:
        scope.open("item")


def read_item(line: Statement, report: Report) -> model.Item | None:
    """An `item` line: its type, its unit or options, its validity."""
    value = line.value
    if not isinstance(value, syntax.ItemType):
        return None
    if value.valid is not None and value.valid.count == 0:
        report.say("P404", "an item that is valid for no time is never known", line, None, {}, "Say how long it stays valid")
    seen: set[str] = set()
    for option in value.options:
        if option.key in seen:
            words = {"option": option.text}
            report.say("P302", "the option `{option}` is there already", line, option, words, "Take one of them away")
        seen.add(option.key)
    options = tuple(option.text for option in value.options)
    return model.Item(value.name.text, value.kind, value.unit, options, value.valid, aliases_of(line), line.span(report.file))


def period_of(line: Statement | None, report: Report) -> Period | None:
    """The dates of a `valid` line."""
    if line is None or not isinstance(line.value, syntax.Dates):
        return None
    return period_in(line.value, line, report)


_CLOSED_MAX: Final = 366
"""Units: days."""


def closed_of(line: Statement, report: Report) -> Period | None:
    """The dates of a `closed` line; one date is a period of a day."""
    if not isinstance(line.value, syntax.Dates):
        return None
    period = period_in(line.value, line, report)
    if period is None:
        return None
    last = period.last or period.first
    if (last - period.first).days > _CLOSED_MAX:
        say = "closed from {first} to {last}: in so long a time nothing would ever fall due"
        words = {"first": str(period.first), "last": str(last)}
        report.say("P404", say, line, None, words, "Say the dates of one closure, of a year at most")
        return None
    return Period(period.first, last)


def period_in(value: syntax.Dates, line: Statement, report: Report) -> Period | None:
    """The period of two dates; one that ends before it begins is a finding."""
    if value.last is not None and value.last < value.first:
        words = {"first": str(value.first), "last": str(value.last)}
        report.say("P404", "{first} to {last} ends before it begins", line, None, words, "Change the two dates round")
        return None
    return Period(value.first, value.last)
