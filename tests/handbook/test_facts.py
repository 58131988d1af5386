"""Each thing that a management handbook must hold, as the paths know it, stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathflow.handbook.material import Material
from tests.handbook import town as made
from tests.handbook.pages import parsed, words

FACTS: dict[str, tuple[str, ...]] = {
    "purpose": ("Adults with headache", "age ≥ 18 years", "carer", "20 per month", "30 hours per week", "The headache nurses", "A guideline",
                "Examination: without medicines, placement decision"),
    "network": ("County", "The county's exchange", "Public sector: 2", "Private sector: 2", "Third sector: 1", "county's own production",
                "on site, remote", "Town House", "Main street 1", "Mondays 9–12", "Saturday, Sunday"),
    "services": ("imaging", "12 months", "new symptoms", "registration", "20 minutes", "RADLEX 1", "Only officials may do this.", "Kind Foundation", "70 %, County 30 %"),
    "packages": ("Headache care", "Headache", "imaging", "peer support", "1.2", "1 January 2026 – 31 December 2027", "placement decision"),
    "duties": ("Visit Do it", "14 days", "3 months", "1326/2010 §51a", "when the client comes onto the path", "Accept or return", "3 working days",
               "Give feedback", "5 days", "Guide the choice", "Review the plan", "Keep the promise", "6 months", "No routine imaging"),
    "responsibility": ("Visit R A", "Examination A I (R) (R)", "Accountable: holds the client while it is done."),
    "plan": ("Headache plan", "doctor, Health Centre", "every 6 months", "nurse, doctor", "goals, whom to call", "The owner stays.", "it stays open"),
    "handoffs": ("Orders: another provider does it", "From: doctor, Health Centre", "letter", "Health Centre is accountable", "3 working days"),
    "information": ("patients", "members", "consent: consent", "agreement: The client's own permission", "wishes", "6 months",
                    "checked anew at every handoff", "number, in years"),
    "contracts": ("Clinic's services", "service voucher", "90 € per visit", "paid by: County", "31 December 2027", "Voucher Act 569/2009",
                  "Alliance: Town alliance", "60 %", "A double role", "1 000 000 €", "Fewer waits", "median wait in days", "The clinic's office"),
    "conditions": ("registration", "Clinic Ltd", "placement decision", "12 months", "medicines"),
    "choice": ("Clinic Ltd ▲ Private sector", "nurse, Health Centre", "7 days", "Other Clinic", "consent", "The client may refuse"),
    "costs": ("100 € per visit", "30 minutes", "120 €", "Kind Foundation", "money from outside the organiser", "in part"),
    "indicators": ("sent to accepted", "3 months", "Collapse", "30 days", "Fewer waits", "every 6 months"),
    "findings": ("State of the paths",),
    "changes": ("1.2", "headache.path"),
    "providers": ("Health Centre", "Association"),
    "clients": ("Headache",),
    "provider-health-centre": ("Your steps", "you do it", "Your duties", "Visit", "The nurses' desk", "30 hours per week", "Town House"),
    "provider-clinic-ltd": ("Examination", "or another does, as the client or the way decides", "Clinic's services"),
    "client-headache": ("This path is for: Adults with headache.", "Visit", "Who does it: doctor, Health Centre (on site).", "Where: Town House.",
                        "The goal is within 14 days, counted from when you came onto this path. At the latest within 3 months.",
                        "What happens next depends on this: Is it severe?", "If severe: yes", "You choose: Clinic Ltd or Other Clinic.",
                        "If you do not choose: Other Clinic.", "You are asked for your consent: consent.", "The headache nurses",
                        "If this happens: Collapse", "every 2 weeks", "You may refuse."),
    "path-headache": ("Path, version 1.2", "Bring your diary", "Whenever", "Collapse", "It is severe".replace("It is", "If"), "Repeated: every 2 weeks"),
}  # fmt: skip
"""By page: what must stand on it. The list of what a handbook holds is the domain's."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = made.site(made.material(made.town(tmp_path_factory.mktemp("town") / "paths")), "en")
    return {
        name.removeprefix("en/").removesuffix(".html"): words(parsed(text))
        for name, text in found.items()
        if name.endswith(".html")
    }


@pytest.mark.parametrize("page", FACTS)
def test_what_a_page_must_hold_is_there(page: str, pages: dict[str, str]) -> None:
    text = pages[page].replace("\N{NO-BREAK SPACE}", " ")
    assert [fact for fact in FACTS[page] if fact not in text] == []


def test_the_small_library_is_clean(tmp_path: Path) -> None:
    found = made.material(made.town(tmp_path / "paths"))
    assert [f"{f.code} {f.span} {f.message}" for f in found.findings if f.level == "error"] == []


def test_findings_are_told_with_what_they_mean(tmp_path: Path) -> None:
    text = made.PATH.replace('        within 14 days of enrolment, at most 3 months, source "1326/2010 §51a"\n', "")
    files = made.site(made.material(made.written(tmp_path / "paths", {"town.path": made.NETWORK, "headache.path": text})), "fi")
    page = words(parsed(files["fi/findings.html"]))
    assert "G401" in page
    assert "Miksi sillä on väliä" in page
    assert "headache.path:" in page


def test_a_file_with_mistakes_is_told_of_and_the_others_are_there(tmp_path: Path) -> None:
    files = {
        "town.path": made.NETWORK,
        "headache.path": made.PATH,
        "bad.path": made.PATH.replace("path Headache", "path Bad").replace("within 14 days", "within 14"),
    }
    site = made.site(made.material(made.written(tmp_path / "paths", files)), "en")
    assert "en/path-headache.html" in site
    assert "en/path-bad.html" not in site
    for page in ("index", "findings"):
        assert "left out of this handbook bad.path" in words(parsed(site[f"en/{page}.html"]))


def test_every_sentence_is_told_in_its_language(shipped: Material) -> None:
    english = made.site(shipped, "en")
    for code, other in (("fi", made.site(shipped, "fi")), ("sv", made.site(shipped, "sv"))):
        same = [
            name
            for name in english
            if name.startswith("en/")
            and name.endswith(".html")
            and words(parsed(english[name])) == words(parsed(other[code + name[2:]]))
        ]
        assert same == []


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return made.material(made.town(tmp_path_factory.mktemp("again") / "paths"))


def test_what_is_not_in_the_language_says_which_it_is_in(shipped: Material) -> None:
    page = made.site(shipped, "fi")["fi/provider-clinic-ltd.html"]
    assert '<h1 lang="en">Clinic Ltd</h1>' in page
    own = made.site(shipped, "fi")["fi/provider-health-centre.html"]
    assert "<h1>Terveysasema</h1>" in own
    assert '<dd>sairaanhoitaja, <span lang="en">doctor</span></dd>' in own


def test_the_comparison_is_a_chapter(tmp_path: Path) -> None:
    from datetime import date

    from pathflow.compare.asked import compare_places
    from pathflow.handbook.material import Edition

    new = made.town(tmp_path / "new")
    old = made.written(
        tmp_path / "old",
        {"town.path": made.NETWORK, "headache.path": made.PATH.replace("within 14 days of", "within 21 days of")},
    )
    edition = Edition(date(2026, 1, 1), comparison=compare_places(old, new))
    site = made.site(made.material(new), "en", "fi", edition=edition)
    assert "21 days" in words(parsed(site["en/comparison.html"]))
    assert "fi/comparison.html" in site
