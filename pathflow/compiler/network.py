"""A network: syntax to meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pathflow.base.durations import Duration
from pathflow.base.names import fold, is_slip, listing, nearest
from pathflow.compiler.conditions import meant
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.dsl.vocabulary import CHANNELS, WEEKDAYS
from pathflow.model import network as model
from pathflow.model.network import EVERYTHING, Period
from pathflow.model.path import Rate

COUNTRIES: Final = {
    "finland": "FI", "sweden": "SE", "norway": "NO", "denmark": "DK", "iceland": "IS", "estonia": "EE", "latvia": "LV",
    "lithuania": "LT", "germany": "DE", "netherlands": "NL", "united kingdom": "GB", "ireland": "IE", "france": "FR",
    "spain": "ES", "italy": "IT", "poland": "PL", "austria": "AT", "switzerland": "CH", "belgium": "BE",
}  # fmt: skip
"""Countries that may be named; any other by its two-letter code."""


def _is_doubtful(line: Statement) -> bool:
    """Whether a part of the statement could not be read."""
    return line.is_broken or line.has_doubt or any(part.is_broken for part in line.body)


_DECLARING: Final[Mapping[str, Sort]] = {
    "provider": "provider", "service": "service", "professions": "profession", "site": "site", "alliance": "alliance",
    "event": "event",
}  # fmt: skip


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
        organisers = self._organisers(own_organiser) if own_organiser is not None else ()
        organisers = organisers or next((base.organisers for base, _ in self.bases), ())
        if not organisers and not body.has_doubt:
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
        events = {e.name: e for base, _ in self.bases for e in base.events.values()}
        events |= {e.name: e for e in (read_event(line, self.report) for line in body.all("event"))}
        sites = {s.name: s for base, _ in self.bases for s in base.sites.values()}
        sites |= {s.name: s for s in map(self._site, body.all("site"))}
        alliances = {a.name: a for base, _ in self.bases for a in base.alliances.values()}
        alliances |= {a.name: a for a in map(self._alliance, body.all("alliance"))}
        packages = {p.name: p for base, _ in self.bases for p in base.packages.values()}
        packages |= {p.name: p for p in map(self._package, body.all("package"))}
        network = model.Network(
            name=label(body),
            organiser=organisers[0] if organisers else "",
            also=organisers[1:],
            professions=tuple(dict.fromkeys([p for base, _ in self.bases for p in base.professions] + list(professions))),
            called=self._called(),
            providers=providers,
            agreements=tuple(agreements),
            services=services,
            items=items,
            calendars=tuple(calendars),
            events=events,
            sites=sites,
            alliances=alliances,
            packages=packages,
            contact=text_of(body, "contact"),
            labels=labels_of(body),
            has_all_agreements=is_whole and all(base.has_all_agreements for base, _ in self.bases),
            span=body.span(self.report.file),
        )
        return network, self.scope

    def _organisers(self, line: Statement) -> tuple[str, ...]:
        """All who organise together; the first answers for what nobody holds."""
        found: dict[str, str] = {}
        for name in names_in(line):
            if name.key in found:
                words = {"name": name.text}
                self.report.say("P302", "`{name}` is an organiser already", line, name, words, "Take one away")
            found.setdefault(name.key, self.scope.get("provider", name.text) or name.text)
        return tuple(found.values())

    def _declare(self) -> None:
        """Every name of the block, so that lines may use what is declared further down."""
        scope, report, body = self.scope, self.report, self.statement
        scope.opened |= report.lost
        for line in body.body:
            if line.is_broken and line.keyword in _DECLARING:
                scope.open(_DECLARING[line.keyword])
            elif line.keyword in ("provider", "service", "site", "alliance", "event"):
                scope.declare(_DECLARING[line.keyword], label(line), line.span(report.file), report, line)
            elif line.keyword == "item":
                declare_item(line, scope, report)
            elif line.keyword == "professions":
                self._declare_professions(line)
        if body.has_doubt:
            scope.open()
        organiser = body.one("organiser")
        if organiser is not None:
            for name in names_in(organiser):
                if not scope.has("provider", name.text):
                    scope.declare("provider", name.text, organiser.span(report.file), report, organiser)
        self._declare_aliases()

    def _declare_aliases(self) -> None:
        scope, report, body = self.scope, self.report, self.statement
        for line in body.body:
            if line.keyword in ("provider", "service", "item", "event"):
                name = item_name(line) if line.keyword == "item" else label(line)
                read_aliases(line, line.keyword, name, scope, report)  # type: ignore[arg-type]  # one of the three sorts

    def _declare_professions(self, line: Statement) -> None:
        for name in names_in(line):
            if not self.scope.has("profession", name.text):
                self.scope.declare("profession", name.text, self.report.place(line, name), self.report, line)

    def _called(self) -> dict[str, model.Labels]:
        """What professions are called in other languages: of each it is said below a line of its own."""
        found = {name: labels for base, _ in self.bases for name, labels in base.called.items()}
        for line in self.statement.all("professions"):
            labels, names = labels_of(line), names_in(line)
            if labels and len(names) > 1:
                part = next(part for part in line.body if not part.is_orphan)
                say = "a name in another language is of one profession, and {count} stand above it"
                help_ = "Give it a line of its own: {example}"
                words = {"count": str(len(names)), "example": f"professions {names[0].text}"}
                self.report.say("P102", say, part, None, words, help_)
            elif labels and names:
                found[self.scope.get("profession", names[0].text) or names[0].text] = labels
        return found

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
            meets=tuple(name.text for part in line.all("meets") for name in names_in(part)),
            aliases=aliases_of(line),
            contact=text_of(line, "contact"),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
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
            self.report.say("P206", say, line, channel, words, help_, replacement=guess, is_safe=is_slip(channel.text, guess))

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
            requires=tuple(name.text for part in line.all("requires") for name in names_in(part)),
            is_official=line.one("officials only") is not None,
            takes=duration_of(line, "takes"),
            price=self._price(line.one("price")),
            payers=payers_of(line, self.scope, self.report),
            code=text_of(line, "code"),
            aliases=aliases_of(line),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
            span=line.span(self.report.file),
        )

    def _agreement(self, line: Statement) -> model.Agreement | None:
        party, mode, valid, alliance = (line.one(word) for word in ("with", "mode", "valid", "part of"))
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
            carries=tuple(i for p in line.all("carries") for n in names_in(p) if (i := self._found("item", n, p)) is not None),
            prices=tuple(price for part in line.all("price") if (price := self._price(part)) is not None),
            payers=payers_of(line, self.scope, self.report),
            alliance=self._found("alliance", alliance.value, alliance) if alliance is not None else None,
            basis=text_of(line, "legal basis"),
            contact=text_of(line, "contact"),
            sources=texts_of(line, "source"),
            span=line.span(self.report.file),
        )

    def _found(self, sort: Sort, name: object, line: Statement) -> str | None:
        return self.scope.find(sort, name, self.report, line) if isinstance(name, Name) else None

    def _price(self, line: Statement | None) -> model.Price | None:
        return read_price(line, self.scope, self.report)

    def _site(self, line: Statement) -> model.Site:
        hosts = [self._found("provider", name, part) for part in line.all("hosts") for name in names_in(part)]
        return model.Site(
            name=label(line),
            hosts=tuple(dict.fromkeys(host for host in hosts if host is not None)),
            address=text_of(line, "address"),
            timetable=texts_of(line, "timetable"),
            contact=text_of(line, "contact"),
            labels=labels_of(line),
            span=line.span(self.report.file),
        )

    def _alliance(self, line: Statement) -> model.Alliance:
        partners = [self._partner(part) for part in line.all("partner")]
        self._check_shares(line, [partner for partner in partners if partner is not None])
        targets = tuple(
            model.Target(label(part), texts_of(part, "measured by"), labels_of(part), part.span(self.report.file))
            for part in line.all("target")
        )
        return model.Alliance(
            name=label(line),
            partners=tuple(partner for partner in partners if partner is not None),
            targets=targets,
            cost=self._price(line.one("target cost")),
            valid=period_of(line.one("valid"), self.report),
            contact=text_of(line, "contact"),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
            span=line.span(self.report.file),
        )

    def _check_shares(self, line: Statement, partners: list[model.Partner]) -> None:
        """Gains and pains are shared out whole; a partner stands once; a service is led by one."""
        if len(partners) < sum(1 for _ in line.all("partner")) or line.has_doubt:
            return
        for word in ("gain", "pain"):
            total = sum(getattr(partner, word) for partner in partners)
            if abs(total - 100) > 1e-6:
                words = {"alliance": label(line), "word": word, "total": f"{total:g}"}
                say = "the shares of {word} in `{alliance}` add up to {total} %"
                self.report.say("P404", say, line, None, words, "Together they are 100 %")
        leads: dict[str, str] = {}
        for partner, part in zip(partners, line.all("partner"), strict=True):
            if partner.name in [other.name for other in partners[: partners.index(partner)]]:
                self.report.say("P302", "`{name}` is a partner already", part, None, {"name": partner.name}, "Take one away")
            for service in partner.leads:
                if service in leads:
                    words = {"service": service, "first": leads[service], "second": partner.name}
                    say = "`{service}` is led by `{first}` and by `{second}`"
                    self.report.say("P302", say, part, None, words, "One partner leads a service; take it from the other")
                leads.setdefault(service, partner.name)

    def _partner(self, line: Statement) -> model.Partner | None:
        name = self._found("provider", line.value, line)
        gain, pain = (share_of(line.one(word), self.report) for word in ("gain", "pain"))
        if name is None or gain is None or pain is None:
            self.report.doubts.add(line.line)
            return None
        leads = [self._found("service", service, part) for part in line.all("leads") for service in names_in(part)]
        return model.Partner(name, gain, pain, tuple(s for s in leads if s is not None), line.span(self.report.file))

    def _package(self, line: Statement) -> model.Package:
        condition = line.one("enter when")
        group = None
        if condition is not None and isinstance(condition.value, syntax.When):
            group = meant(condition.value.condition, self.scope, self.items, self.report, condition)
        return model.Package(
            name=label(line),
            must_have=tuple(name.text for part in line.all("must have") for name in names_in(part)),
            may_have=tuple(name.text for part in line.all("may have") for name in names_in(part)),
            enter_when=group,
            contact=text_of(line, "contact"),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
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
        is_safe = is_slip(name.text, guess)
        self.report.say(
            "P206", "`{day}` is not a day of the week", line, name, words, help_, replacement=guess, is_safe=is_safe
        )
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
            self.report.say("P301", say, line, name, words, help_, replacement=guess, is_safe=is_slip(name.text, guess))
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


_LANGUAGES: Final = {"in Finnish": "fi", "in Swedish": "sv", "in English": "en"}


def labels_of(line: Statement) -> model.Labels:
    """What something is called in other languages."""
    return tuple(
        (_LANGUAGES[part.keyword], part.value.text)
        for part in line.body
        if part.keyword in _LANGUAGES and not part.is_orphan and isinstance(part.value, syntax.Text)
    )


def payers_of(line: Statement, scope: Scope, report: Report) -> tuple[model.Payer, ...]:
    """Who pays, each once; shares that are said for all of them are 100 % together."""
    part = line.one("payer")
    if part is None or not isinstance(part.value, syntax.Payers):
        return ()
    found: list[model.Payer] = []
    for one in part.value.payers:
        payer = _payer(one, len(part.value.payers) == 1, part, scope, report)
        if payer is None:
            return ()
        if fold(payer.name) in {fold(other.name) for other in found}:
            report.say("P302", "`{name}` is a payer already", part, one.name, {"name": payer.name}, "Take one away")
            return ()
        found.append(payer)
    shares = [payer.share for payer in found if payer.share is not None]
    total, is_whole = sum(shares), len(shares) == len(found)
    if shares and (abs(total - 100) > 1e-6 if is_whole else total >= 100):
        words = {"total": f"{total:g}"}
        say = "the shares of those who pay add up to {total} %"
        help_ = "Together they are 100 %" if is_whole else "Something is left for those whose share is not said"
        report.say("P404", say, part, None, words, help_)
        return ()
    return tuple(found)


def _payer(one: syntax.Payer, is_alone: bool, part: Statement, scope: Scope, report: Report) -> model.Payer | None:
    amount = one.share
    if amount is None:
        parts = _JOINED.split(one.name.text)
        if len(parts) > 1 and not scope.has("provider", one.name.text) and all(scope.has("provider", name) for name in parts):
            words = {"text": one.name.text, "meant": ", ".join(parts)}
            say, help_ = "several who pay are parted by commas", "Write: {meant}"
            report.say("P202", say, part, one.name, words, help_, replacement=words["meant"])
            return None
        shared = _SHARE_IN_NAME.fullmatch(one.name.text)
        if shared is not None:
            meant = f"{shared[1]} {shared[2]} %"
            say = "the share stands plainly behind who pays"
            report.say("P202", say, part, one.name, {"meant": meant}, "Write: {meant}", replacement=meant)
            return None
        return model.Payer(one.name.text)
    whole = f"{one.name.text} {amount.number:g}"
    if amount.unit is None and (is_alone or amount.number > 100 or scope.has("provider", whole)):  # a name: `grant of 2026`
        return model.Payer(whole)
    share = read_share(amount, part, report)
    return model.Payer(one.name.text, share) if share is not None else None


_SHARE_IN_NAME: Final = re.compile(r"(.*\w)[\s:(–-]+(\d+(?:[.,]\d+)?) ?(?:%|per ?cent|prosenttia|procent)\)?", re.I)
_JOINED: Final = re.compile(r"\s+(?:and|ja|och)\s+", re.I)


def share_of(line: Statement | None, report: Report) -> float | None:
    """A share in per cent, from 0 to 100."""
    if line is None or not isinstance(line.value, syntax.Amount):
        return None
    return read_share(line.value, line, report)


def read_share(amount: syntax.Amount, line: Statement, report: Report) -> float | None:
    """A share in per cent, from 0 to 100."""
    at, words = (amount.start, amount.end), {"number": f"{amount.number:g}", "unit": amount.unit or ""}
    if amount.unit is None:
        report.say(
            "P203", "{number} what? A share is in per cent", line, at, words, "Write: {number} %", (), f"{number_of(amount)} %"
        )
        return None
    if amount.unit != "%":
        report.say("P401", "a share is in per cent, not in {unit}", line, at, words, "Write: {number} %")
        return None
    if not 0 <= amount.number <= 100:
        report.say("P404", "{number} % is no share", line, at, words, "A share is from 0 % to 100 %")
        return None
    return amount.number


def number_of(amount: syntax.Amount) -> str:
    """A number as people write it."""
    return f"{amount.number:g}"


def rate_of(line: Statement | None, report: Report) -> Rate | None:
    """So many in a unit of time."""
    return read_rate(line.value, line, report) if line is not None and isinstance(line.value, syntax.Rate) else None


def read_rate(value: syntax.Rate, line: Statement, report: Report) -> Rate | None:
    """So many in a unit of time; less than none is a finding."""
    amount = value.amount
    if amount.number < 0:
        report.say("P404", "a rate cannot be less than nothing", line, (amount.start, amount.end), {}, "Write how many come")
        return None
    return Rate(amount.number, value.per, amount.unit)


def read_price(line: Statement | None, scope: Scope, report: Report) -> model.Price | None:
    """What something costs, with its currency."""
    if line is None or not isinstance(line.value, syntax.Price):
        return None
    value = line.value
    amount = value.amount
    at, words = (amount.start, amount.end), {"number": number_of(amount)}
    if amount.unit is None:
        report.say(
            "P203",
            "{number} what? A price needs its currency",
            line,
            at,
            words,
            "Write: {number} €",
            (),
            f"{number_of(amount)} €",
        )
        return None
    if amount.number < 0:
        report.say("P404", "a price cannot be less than nothing", line, at, words, "Write the price as a positive number")
        return None
    service = scope.find("service", value.service, report, line) if value.service is not None else None
    return model.Price(amount.number, amount.unit, value.per.text if value.per is not None else None, service)


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
    limits = None
    if value.bounds is not None:
        low, high = value.bounds
        if low < high:
            limits = model.Range(low, high)
        else:
            words = {"low": f"{low:g}", "high": f"{high:g}"}
            say = "from {low} to {high} there is no other number"
            report.say("P404", say, line, None, words, "Say the lowest value first, then the highest")
    return model.Item(
        value.name.text, value.kind, value.unit, options, value.valid, aliases_of(line), labels_of(line),
        line.span(report.file), line.one("checked at every handoff") is not None, _options_called(line, value, report), limits,
    )  # fmt: skip


_OPTIONS: Final = {f"options {keyword}": language for keyword, language in _LANGUAGES.items()}


def _options_called(line: Statement, value: syntax.ItemType, report: Report) -> tuple[tuple[str, model.Labels], ...]:
    """What the options of an item are called in other languages: as many names as there are options, in their order."""
    found: dict[str, list[tuple[str, str]]] = {option.text: [] for option in value.options}
    for part in line.body:
        if part.keyword not in _OPTIONS or part.is_orphan or not isinstance(part.value, syntax.Names):
            continue
        names = part.value.names
        if len(names) != len(value.options):
            say = "`{item}` has {count} options, and {named} names for them in another language"
            help_ = "Name each option in the order in which the line of the item has them"
            words = {"item": value.name.text, "count": str(len(value.options)), "named": str(len(names))}
            report.say("P402", say, part, None, words, help_)
            continue
        for option, name in zip(value.options, names, strict=True):
            found[option.text].append((_OPTIONS[part.keyword], name.text))
    return tuple((option, tuple(labels)) for option, labels in found.items() if labels)


def read_event(line: Statement, report: Report) -> model.Event:
    """An `event` line: something that can be observed of a client."""
    return model.Event(label(line), aliases_of(line), labels_of(line), line.span(report.file))


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
