"""A small library that says something of everything that a handbook tells: one network, two paths, hostile names on demand."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pathflow.api import check
from pathflow.cli.handbook_command import material_of
from pathflow.dsl.languages import Code
from pathflow.handbook.book import Book, bind
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.places import Places
from pathflow.handbook.site import files_of

NETWORK = """\
network Town network
    organiser County
    contact The county's exchange
    in Finnish Kaupungin verkosto
    source "Organising Act 612/2021"
    calendar Office days
        weekend Saturday, Sunday
        holidays of Finland
        counts working days
    professions nurse
        in Finnish sairaanhoitaja
    professions doctor, specialist, counsellor, official
    provider County
        sector public
        in Finnish Hyvinvointialue
    provider Health Centre
        sector public
        legal form county's own production
        professions nurse, doctor
        channels on site, remote
        register patients
        contact The nurses' desk
        in Finnish Terveysasema
        in Swedish Hälsostation
    provider Clinic Ltd
        sector private
        professions specialist
        register patients
        meets registration
    provider Other Clinic
        sector private
        professions specialist
        register patients
        meets registration
    provider Association
        sector third
        professions counsellor
        register members
    agreement Clinic's services
        with Clinic Ltd
        mode voucher
        covers imaging
        valid from 2026-01-01 to 2027-12-31
        accepted within 3 working days
        feedback within 5 days
        price 90 € per visit
        payer County
        contact The clinic's office
        source "Voucher Act 569/2009"
    agreement Other services
        with Other Clinic
        mode purchase
        covers everything
        valid from 2026-01-01
        accepted within 3 working days
        feedback within 5 days
    agreement Peers
        with Association
        mode grant
        covers peer support
        valid from 2026-01-01
        accepted within 14 days
        feedback within 14 days
        legal basis The client's own permission
    item age: number of years
        in Finnish ikä
    item letter: document, valid 6 months
    item medicines: document
        checked at every handoff
    item image: document
    item consent: yes or no
    service imaging
        window 12 months, unless new symptoms
        makes image
        requires registration
        takes 20 minutes
        price 120 €
        payer County
        code RADLEX 1
        source "No routine imaging"
    service peer support
        payer Kind Foundation 70 %, County 30 %
    service placement decision
        officials only
    site Town House
        hosts Health Centre, Association
        address Main street 1
        timetable Mondays 9–12
    alliance Town alliance
        partner County
            gain 60 %
            pain 60 %
            leads placement decision
        partner Health Centre
            gain 40 %
            pain 40 %
            leads imaging, peer support
        target cost 1000000 €
        target Fewer waits
            measured by median wait in days
        valid from 2026-01-01 to 2030-12-31
    package Headache care
        enter when age >= 18 years
        must have Headache, imaging
        may have peer support
"""

PATH = """\
path Headache
    version 1.2
    valid from 2026-01-01 to 2027-12-31
    uses Town network
    responsible Health Centre
    accountable Health Centre
    contact The headache nurses
    promise Examination
        within 3 months of enrolment, at most 6 months, source "1326/2010 §52"
        without medicines, placement decision
    in Finnish Päänsärky
    source "A guideline"

clients Adults with headache
    item severe: yes or no
        in Finnish kova särky
    item wishes: document
    event Collapse
    linked carer
        shares wishes
        legal basis consent
    enter when age >= 18 years
    in Finnish Aikuiset, joilla on päänsärky

plan Headache plan
    owner doctor at Health Centre
    review every 6 months
    team nurse, doctor
    team when needed counsellor
    contains goals, whom to call
    if another path joins, the owner stays

steps
    step Visit
        by doctor at Health Centre, on site
        place Town House
        within 14 days of enrolment, at most 3 months, source "1326/2010 §51a"
        makes letter, severe, wishes, medicines, consent
        takes 30 minutes
        price 100 € per visit
        in Finnish Käynti
        note Bring your diary
    decide Is it severe?
        if severe
            client chooses clinic
                option Clinic Ltd
                option Other Clinic
                guided by nurse at Health Centre
                within 7 days
                if no choice, Other Clinic
            step Examination
                by specialist at clinic
                ordered by doctor at Health Centre
                carries letter
                if not accepted, Health Centre takes over
                within 4 weeks
                does imaging
            step Reading
                by doctor at Health Centre
                within 7 days
                needs image
            repeat every 2 weeks, at most 3 times
                step Call
                    by nurse at Health Centre, remote
                    within 3 days
                    makes severe
            until not severe
        if not severe
            step Talk with peers
                by counsellor at Association
                ordered by doctor at Health Centre
                carries wishes
                legal basis consent
                if not accepted, Health Centre takes over
                within 4 weeks
                does peer support
    end Done
        keeps the plan with doctor at Health Centre
        no Collapse within 30 days

whenever Collapse happens
    step First aid
        by nurse at Health Centre
        within 1 day
    resume

load Planned
    arrivals 20 per month
    capacity 30 hours per week of doctor at Health Centre
"""

ONE_STEP = """\
path One
    version 1
    uses Little
    responsible Desk
    accountable Desk

network Little
    organiser Desk
    professions nurse
    provider Desk
        sector public

clients Everybody
    item age: number of years

plan Plan
    owner nurse at Desk
    review every 6 months
    if another path joins, the owner stays

steps
    step Hello
        by nurse at Desk
        within 1 day
    end Done
        closes the plan
"""

HOSTILE = (
    "<script>alert(1)</script>", "a ' or & sign", "ääkkönen 🙂 Ω", "\u05d0\u05d1\u05d2 שלום", "{{ 7 * 7 }}", "</title><b>x", "javascript:x",
    "#set page", "$x$ *bold* _it_",
)  # fmt: skip
"""Names that somebody might write, or paste."""


def written(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def town(folder: Path) -> Path:
    """The small library."""
    return written(folder, {"town.path": NETWORK, "headache.path": PATH})


def material(folder: Path) -> Material:
    """What a handbook of a folder is made from."""
    return material_of(check(folder))


def book(found: Material, code: Code = "en", edition: Edition | None = None) -> Book:
    """The handbook in one language."""
    return bind(found, edition or Edition(date(2026, 11, 27)), code, Places(found))


def site(found: Material, *codes: Code, edition: Edition | None = None) -> dict[str, str]:
    """The site's files by their place."""
    kept = edition or Edition(date(2026, 11, 27))
    places = Places(found)
    books = [bind(found, kept, code, places) for code in codes or ("en",)]
    return {name: data.decode() for name, data in files_of(books, found, kept, places)}


@cache
def shipped() -> Material:
    """The shipped library."""
    from tests.conftest import ROOT

    return material(ROOT / "paths")
