"""Every rule looks through whoever is not named: whom the client chooses, who holds the client, held it before, owns the plan.

A table of rule by kind of party. What is so for one provider that it may be is said, whichever the others are.
"""

from __future__ import annotations

import pytest

from tests.helpers import codes_of, findings_of
from tests.rules.examples import whole

NETWORK = """\
network Example network
    organiser County
    professions nurse, doctor, counsellor
    provider Health Centre
        sector public
        professions nurse, doctor
        register health
    provider Hospital
        sector public
        professions nurse, doctor
        register health
    provider Social Services
        sector public
        professions counsellor, nurse
        register social
    provider Club
        sector third
        professions counsellor, nurse
        register health
    provider Partner
        sector public
        professions nurse
        register partner
    agreement Basis
        with Partner
        mode own
        covers everything
        valid from 2020-01-01
        legal basis the law
    site House
        hosts Health Centre, Hospital
    site Hall
        hosts Social Services, Club, Partner
    item letter: document
    item picture: document
    service Photo
        window 12 months
    service Decision
        officials only
    service Massage
        requires a bath
"""
GROUP = """\
clients Adults
    item age: number of years
    event Emergency
    enter when age >= 18 years and letter is known
"""
DONE = "    end Done\n        closes the plan\n"
HEALTH = ("Hospital", "Health Centre")
MIXED = ("Hospital", "Social Services")


def choice(*options: str) -> str:
    return (
        "    client chooses place\n"
        + "".join(f"        option {option}\n" for option in options)
        + f"        guided by nurse at Health Centre\n        within 7 days\n        if no choice, {options[0]}\n"
    )


def step(name: str, by: str, *lines: str, orderer: str = "") -> str:
    order = (f"ordered by {orderer}", "accepted within 7 days") if orderer else ()
    return f"    step {name}\n" + "".join(f"        {line}\n" for line in (f"by {by}", *order, "within 30 days", *lines))


def handoff(
    sender: str, receiver: str, *lines: str, name: str = "Referral", plan: str = "keeps the plan with its owner"
) -> str:
    more = "".join(f"        {line}\n" for line in ("carries letter", *lines, "accepted within 3 days"))
    return (
        f"    handoff {name}\n        from {sender} to {receiver}\n{more}"
        f"        if not accepted, {sender} keeps the client\n        {plan}\n"
    )


def event(*body: str) -> str:
    return "whenever Emergency happens\n" + "".join(body) + "    resume\n"


def text(steps: str, more: str = "") -> str:
    group = GROUP if "Emergency" in steps + more else GROUP.replace("    event Emergency\n", "")
    return whole(NETWORK + group + "steps\n" + steps + DONE + more)


def found(steps: str, more: str = "") -> list[str]:
    return [code for _, code in codes_of(text(steps, more))]


HOLDER, BEFORE, OWNER = "whoever is accountable", "whoever was accountable", "its owner"
NURSE = "nurse at Health Centre"
TO_SOCIAL = handoff("Health Centre", "Social Services", "legal basis the law")
TO_CLUB = handoff("Health Centre", "Club")
VISIT = step("Visit", "nurse at Health Centre")

CASES: dict[tuple[str, str], tuple[str, str, list[str]]] = {
    # who holds the client
    ("G104", "the chosen one was handed the client"): (
        choice(*HEALTH) + handoff("Health Centre", "place") + step("Talk", "nurse at place"), "", [],
    ),
    ("G104", "one chosen elsewhere"): (choice(*HEALTH) + step("Talk", "nurse at place"), "", ["G104"]),
    ("G104", "one of those chosen is named"): (
        choice(*HEALTH) + handoff("Health Centre", "place") + step("Talk", "nurse at Hospital"), "", ["G104"],
    ),
    ("G104", "chosen anew after the handoff"): (
        "    repeat every 2 weeks, at most 3 times\n"
        + "".join("    " + line + "\n" for line in (
            choice(*HEALTH) + step("Talk", "nurse at place", orderer=HOLDER)).splitlines())
        + handoff("Health Centre", "place") + step("Walk", "nurse at place"), "", [],
    ),
    ("G104", "previous, in an event"): (VISIT, event(step("Talk", BEFORE)), []),
    ("G104", "previous, after the event moved the client"): (
        VISIT,
        event(handoff(HOLDER, "Hospital"), step("Talk", BEFORE), handoff("Hospital", BEFORE, name="Back")),
        ["G104"],
    ),
    ("G104", "the owner of the plan holds the client"): (step("Talk", OWNER), "", []),
    ("G104", "the owner of the plan no longer holds the client"): (
        handoff("Health Centre", "Hospital") + step("Talk", OWNER), "", ["G104"],
    ),
    ("G104", "the plan moved along"): (
        handoff("Health Centre", "Hospital", plan="moves the plan to doctor at Hospital") + step("Talk", OWNER), "", [],
    ),
    ("G109", "sent by one chosen who need not hold the client"): (choice(*HEALTH) + handoff("place", "Hospital"), "", ["G109"]),
    ("G109", "sent by the chosen one, who does"): (
        choice(*HEALTH) + handoff("Health Centre", "place") + step("Talk", "nurse at place")
        + handoff("place", "Health Centre", name="Back"), "", [],
    ),
    ("G106", "the plan moves to one chosen later"): (
        handoff("Health Centre", "Hospital", plan="moves the plan to nurse at place") + choice(*HEALTH), "", ["G106"],
    ),
    ("G110", "held by whom the client chose"): (
        choice(*HEALTH), event(handoff(HOLDER, "place"), step("Talk", "nurse at place")), ["G106", "G106", "G110"],
    ),
    # what is known where
    ("G301", "what the chosen one made is known to the same one"): (
        choice(*MIXED) + step("One", "nurse at place", "makes picture", orderer=NURSE)
        + step("Two", "nurse at place", "needs picture", orderer=NURSE), "", [],
    ),
    ("G301", "but not to all others"): (
        choice(*MIXED) + step("One", "nurse at place", "makes picture", orderer=NURSE)
        + step("Two", NURSE, "needs picture"), "", ["G301"],
    ),
    ("G301", "and not to another who is chosen later"): (
        "    repeat every 2 weeks, at most 3 times\n"
        + "".join("    " + line + "\n" for line in (
            choice(*MIXED) + step("One", "nurse at place", "makes picture", orderer=HOLDER)).splitlines())
        + choice(*MIXED).replace("chooses place", "chooses second place")
        + step("Two", "nurse at second place", "needs picture", orderer=NURSE), "", ["G301"],
    ),
    ("G301", "carried to whom the client chose"): (
        choice(*MIXED) + handoff("Health Centre", "place", "legal basis the law") + step("Talk", "nurse at place", "needs letter"),
        "", [],
    ),
    ("G301", "what the holder made is known to the holder, whoever it is"): (
        TO_SOCIAL + step("Visit", "nurse at Social Services"),
        event(step("One", HOLDER, "makes picture"), step("Two", HOLDER, "needs picture")), [],
    ),
    ("G302", "one of those chosen cannot read it"): (
        step("One", NURSE, "does Photo") + choice(*MIXED) + step("Two", "nurse at place", "does Photo", orderer=NURSE), "",
        ["G302"],
    ),
    ("G302", "one of those chosen has written it elsewhere"): (
        choice(*MIXED) + step("One", "nurse at place", "does Photo", orderer=NURSE) + step("Two", NURSE, "does Photo"), "",
        ["G302"],
    ),
    ("D101", "the chosen one does it twice"): (
        choice(*MIXED) + step("One", "nurse at place", "does Photo", orderer=NURSE)
        + step("Two", "nurse at place", "does Photo", orderer=NURSE), "", ["D101"],
    ),
    # registers
    ("G303", "an order to one chosen"): (
        choice(*MIXED) + step("Talk", "nurse at place", "carries letter", orderer=NURSE), "", ["G303"],
    ),
    ("G303", "an order to one chosen of the same register"): (
        choice(*HEALTH) + step("Talk", "nurse at place", "carries letter", orderer=NURSE), "", [],
    ),
    ("G303", "an agreement says why"): (
        choice("Hospital", "Partner") + step("Talk", "nurse at place", "carries letter", orderer=NURSE), "", [],
    ),
    ("G303", "a handoff to one chosen"): (choice(*MIXED) + handoff("Health Centre", "place"), "", ["G303"]),
    ("G303", "a handoff from the chosen one"): (
        choice(*MIXED) + handoff("Health Centre", "place", "legal basis the law")
        + handoff("place", "Hospital", name="Back"), "", ["G303"],
    ),
    ("G303", "advice of one chosen"): (
        choice(*MIXED) + "    consultation Question\n        from nurse at Health Centre to place\n        carries letter\n"
        "        answered within 3 days\n", "", ["G303"],
    ),
    ("G303", "the holder orders, and may be of another register"): (
        TO_SOCIAL + step("Visit", "nurse at Social Services"),
        event(step("Talk", "nurse at Hospital", "carries letter", orderer=HOLDER)), ["G303"],
    ),
    ("G303", "the holder and whoever was, who are the same"): (
        TO_SOCIAL + step("Visit", "nurse at Social Services"), event(step("Talk", BEFORE, "carries letter", orderer=HOLDER)), [],
    ),
    ("G303", "given back to whoever it was"): (
        TO_SOCIAL + step("Visit", "nurse at Social Services"),
        event(handoff(HOLDER, "Hospital", "legal basis the law", name="Stay"), step("Talk", HOLDER), handoff("Hospital", BEFORE, name="Back")), ["G303"],
    ),
    ("G303", "to the owner of the plan"): (TO_SOCIAL + step("Talk", OWNER, "carries letter", orderer=HOLDER), "", ["G303"]),
    ("G303", "what comes back as feedback"): (
        step("Talk", "nurse at Social Services", "feedback within 3 days", "makes picture", orderer=NURSE), "", ["G303"],
    ),
    ("G303", "what the client brings"): (step("Diary", "client", "carries letter", orderer=NURSE), "", []),
    # handed back
    ("G111", "back from the chosen one"): (
        choice(*HEALTH) + handoff("Health Centre", "place") + handoff("place", "Health Centre", name="Back"), "", ["G111"],
    ),
    ("G111", "to one who may be chosen"): (
        handoff("Health Centre", "Hospital", name="Referral") + choice("Health Centre", "Partner")
        + handoff("Hospital", "place", "legal basis the law", name="On"), "", ["G111"],
    ),
    ("G111", "back to whoever it was"): (
        VISIT, event(handoff(HOLDER, "Hospital"), handoff("Hospital", BEFORE, name="Back")), ["G111"],
    ),
    ("G111", "round in a circle"): (
        handoff("Health Centre", "Hospital") + handoff("Hospital", "Partner", "legal basis the law", name="On")
        + handoff("Partner", "Health Centre", "legal basis the law", name="Back"), "", ["G111"],
    ),
    ("G111", "on, and not back"): (
        handoff("Health Centre", "Hospital") + handoff("Hospital", "Partner", "legal basis the law", name="On"), "", [],
    ),
    ("G111", "something was done in between on one way only"): (
        handoff("Health Centre", "Hospital")
        + "    decide\n        if age > 50 years\n            step Talk\n                by nurse at Hospital\n"
        "                within 7 days\n        otherwise\n            continue\n"
        + handoff("Hospital", "Health Centre", name="Back"), "", ["G111"],
    ),
    ("G111", "only the client did something"): (
        handoff("Health Centre", "Hospital") + step("Diary", "client") + handoff("Hospital", "Health Centre", name="Back"), "",
        ["G111"],
    ),
    # agreements, professions, conditions, places
    ("G501", "one of those chosen has no agreement"): (
        choice("Hospital", "Club") + step("Talk", "nurse at place", orderer=NURSE), "", ["G501"],
    ),
    ("G501", "the holder has none"): (TO_CLUB + step("Talk", HOLDER), "", ["G501", "G501"]),
    ("G501", "whoever was accountable has none"): (
        TO_CLUB + step("Visit", HOLDER), event(step("Talk", BEFORE)), ["G501", "G501", "G501"],
    ),
    ("G502", "one of those chosen has nobody of the kind"): (
        choice("Hospital", "Social Services") + step("Talk", "doctor at place", orderer=NURSE), "", ["G502"],
    ),
    ("G503", "the holder does not meet it"): (step("Talk", HOLDER, "does Massage"), "", ["G503"]),
    ("G503", "whoever was accountable does not"): (VISIT, event(step("Talk", BEFORE, "does Massage")), ["G503"]),
    ("G503", "one chosen does not"): (
        choice(*HEALTH) + step("Talk", "nurse at place", "does Massage", orderer=NURSE), "", ["G503", "G503"],
    ),
    ("G503", "the owner does not"): (step("Talk", OWNER, "does Massage"), "", ["G503"]),
    ("G504", "the holder is no official"): (TO_CLUB + step("Ruling", HOLDER, "does Decision"), "", ["G501", "G501", "G504"]),
    ("G504", "one chosen is none"): (
        choice("Hospital", "Club") + step("Ruling", "nurse at place", "does Decision", orderer=NURSE), "", ["G501", "G504"],
    ),
    ("G505", "one chosen meets clients elsewhere"): (
        VISIT + choice(*MIXED) + step("Talk", "nurse at place", "same visit as Visit", orderer=NURSE), "", ["G505"],
    ),
    ("G505", "the other step is of one chosen"): (
        choice(*MIXED) + step("Talk", "nurse at place", orderer=NURSE) + step("Visit", NURSE, "same visit as Talk"), "", ["G505"],
    ),
    ("G505", "both are of the same one"): (
        choice(*MIXED) + step("Talk", "nurse at place", orderer=NURSE)
        + step("Visit", "nurse at place", "same visit as Talk", orderer=NURSE), "", [],
    ),
    ("G505", "the holder meets clients elsewhere"): (
        TO_SOCIAL + step("Talk", "nurse at Hospital", orderer=HOLDER) + step("Visit", HOLDER, "same visit as Talk"), "", ["G505"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[1]}")
def test_whoever_it_may_be(case: tuple[str, str]) -> None:
    steps, more, codes = CASES[case]
    assert found(steps, more) == codes


def test_it_is_said_for_whom_it_is_so() -> None:
    steps = choice(*MIXED) + step("Talk", "nurse at place", "carries letter", orderer=NURSE)
    (finding,) = findings_of(text(steps))
    assert "from `Health Centre` to `Social Services`" in finding.message


def test_a_profession_of_whoever_is_accountable_is_there_with_everybody_who_may_hold_the_client() -> None:
    """The message says how the provider comes to hold the client."""
    moved = handoff("nurse at whoever is accountable", "nurse at Hospital").replace(
        "nurse at whoever is accountable keeps the client", "Partner takes over"
    )
    visit = step("Look", "doctor at whoever is accountable")
    beside = "whenever Emergency happens, beside the main way\n" + visit.replace("Look", "Second look")
    told = [f.message for f in findings_of(text(visit + moved, beside)) if f.code == "G502"]
    assert told == ["`Partner` has no `doctor`, whom `Second look` names; it takes over where nobody accepts `Referral`"]
    after = handoff("Health Centre", "counsellor at Social Services", "legal basis the law") + visit
    told = [f.message for f in findings_of(text(after)) if f.code == "G502"]
    assert told == ["`Social Services` has no `doctor`, whom `Look` names; it holds the client after `Referral`"]
    first = step("Talk", "counsellor at whoever is accountable")
    told = [f.message for f in findings_of(text(first)) if f.code == "G502"]
    assert told == ["`Health Centre` has no `counsellor`, whom `Talk` names; it holds the client from the beginning"]
