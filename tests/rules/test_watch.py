"""The second half of each rule: a record in which the promise is broken, and one in which it is kept."""

from __future__ import annotations

import pytest

from pathflow.base.durations import DAY
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.rules.registry import codes_of_pairs, rules
from tests.helpers import at, codes_of, machine_of
from tests.rules.examples import CLIENTS, HEAD, NETWORK, whole

VISIT = """\
    step Visit
        by doctor at Health Centre
        within 14 days, at most 3 months
"""
DONE = """\
    end Done
        closes the plan
"""
REFERRAL = """\
    handoff Referral
        from Health Centre to Hospital
        carries referral letter
        accepted within 3 days
        if not accepted, Hospital takes over
        keeps the plan with doctor at Health Centre
"""
BACK = REFERRAL.replace("Referral", "Back").replace("Health Centre to Hospital", "Hospital to Health Centre")
CHOICE = """\
    client chooses place
        option Hospital
        option Health Centre
        guided by nurse at Health Centre
        within 14 days
"""
ECHO = """\
    step Echo
        by specialist at Hospital
        within 6 weeks
"""
TEST = """\
    step Test
        by nurse at Health Centre
        within 9 months
        does ECG
    step Second test
        by nurse at Hospital
        ordered by nurse at Health Centre
        accepted within 9 months
        within 9 months
        does ECG because rhythm symptom
"""


TALK = """\
    step Talk
        by counsellor at Association
        ordered by doctor at Health Centre
        accepted within 9 days
        within 2 months
"""
CALL = """\
    step Call
        by nurse at Health Centre
        within 3 days
"""
SURGERY = (
    NETWORK.replace("        professions nurse, doctor\n", "        professions nurse, doctor\n        meets sterile room\n")
    + """\
    service surgery
        requires sterile room
    service decision
        officials only
"""
)


def steps(*parts: str) -> str:
    return "steps\n" + "".join(parts) + DONE


CASES: dict[str, tuple[str, str, str, str]] = {
    # code: the path, broken rows, kept rows, a part of what is said; rows without the client and the header
    "G101": (steps(VISIT, REFERRAL, ECHO), "2026-03-02,Visit", "2026-03-02,Visit\n2026-03-04,accepted Referral", "Hospital` became accountable"),
    "G102": (
        steps(VISIT, REFERRAL.replace("        if not accepted, Hospital takes over\n", ""), ECHO),
        "2026-03-02,Visit",
        "2026-03-02,Visit\n2026-03-04,accepted Referral",
        "fell back to `County`",
    ),
    "G103": (
        steps(VISIT, REFERRAL, ECHO),
        "2026-03-02,Visit\n2026-03-03,accepted Referral",
        "2026-03-02,Visit\n2026-03-02,observed,referral letter=made\n2026-03-03,accepted Referral",
        "without `referral letter`",
    ),
    "G104": (steps(VISIT), "2026-03-02,Visit,provider=Hospital", "2026-03-02,Visit,provider=Health Centre", "neither holds the client"),
    "G105": (
        steps(
            "    together\n        branch A\n",
            "".join("        " + line + "\n" for line in REFERRAL.splitlines()),
            "        branch B\n",
            "".join("        " + line + "\n" for line in VISIT.splitlines()),
        ),
        "2026-03-02,accepted Referral",
        "2026-03-02,Visit\n2026-03-03,accepted Referral",
        "still open in another branch",
    ),
    "G106": (steps(VISIT), "2026-03-02,Visit,provider=Someone else", "2026-03-02,Visit,provider=Health Centre", "which the network does not know"),
    "G107": (
        steps(TEST.replace("9 months\n        within", "3 days\n        within")),
        "2026-03-02,Test",
        "2026-03-02,Test\n2026-03-03,accepted Second test",
        "was not accepted in time by `Hospital`",
    ),
    "G108": (
        steps(
            "    consultation Advice\n        from doctor at Health Centre to specialist at Hospital\n"
            "        answered within 3 days\n"
        ),
        "2026-03-02,started Advice",
        "2026-03-02,answered Advice",
        "has not been answered",
    ),
    "G109": (
        steps(REFERRAL.replace("from Health Centre", "from Association")),
        "2026-03-02,accepted Referral",
        "2026-03-02,died",
        "while `Health Centre` was accountable",
    ),
    "G110": (
        steps(VISIT)
        + "whenever Emergency happens\n"
        + REFERRAL.replace("from Health Centre", "from whoever is accountable").replace("doctor at Health Centre", "its owner")
        + ECHO
        + "    resume\n",
        "2026-03-02,Emergency\n2026-03-03,accepted Referral",
        "2026-03-02,Emergency\n2026-03-03,accepted Referral\n2026-03-04,Echo\n2026-03-05,Visit",
        "has held the client for over 30 days",
    ),
    "G112": (
        steps(TALK.replace("ordered by doctor at Health Centre", "ordered by nurse at Hospital")),
        "2026-03-02,accepted Talk",
        "2026-03-02,died",
        "was ordered by `Hospital` while `Health Centre` was accountable",
    ),
    "G201": (steps(VISIT), "2026-03-02,Coffee", "2026-03-02,Visit", "is not on the path"),
    "G202": (steps(VISIT), "2026-03-02,started Visit", "2026-03-02,Visit", "nothing has happened for"),
    "G203": (
        steps(VISIT, "    decide Which?\n        if alone and not alone\n            continue\n"),
        "2026-03-02,Visit,alone=yes",
        "2026-03-02,started Visit,alone=yes",
        "fit no branch",
    ),
    "G204": (
        steps(VISIT, "    decide Which?\n        if alone\n            continue\n        if alone is yes\n            continue\n"),
        "2026-03-02,Visit,alone=yes",
        "2026-03-02,started Visit,alone=yes",
        "fitted 2 branches",
    ),
    "G205": (
        steps(VISIT, "    decide Which?\n        if alone\n            continue\n        otherwise\n            continue\n"),
        "2026-03-02,Visit",
        "2026-03-02,Visit,alone=no",
        "because `alone` is not known",
    ),
    "G206": (
        steps("    repeat at most 2 times\n", "".join("    " + line + "\n" for line in VISIT.splitlines()), "    until alone\n"),
        "2026-03-02,Visit,alone=no\n2026-03-03,Visit,alone=no",
        "2026-03-02,Visit,alone=no\n2026-03-03,Visit,alone=yes",
        "after 2 rounds",
    ),
    "G207": (steps(VISIT), "2025-03-02,Visit", "2026-03-02,Visit", "when the path was not in force"),
    "G208": (
        steps(VISIT, "    wait until alone is known, at most 2 weeks\n"),
        "2026-03-02,Visit",
        "2026-03-02,Visit\n2026-03-04,,alone=no",
        "after 2 weeks it is still not so",
    ),
    "G304": (
        steps(TALK.replace("        within", "        carries referral letter\n        legal basis alone\n        within")),
        "2026-03-02,Talk,alone=no",
        "2026-03-02,Talk,alone=yes",
        "rests on `alone`, which is no",
    ),
    "G405": (
        HEAD + "    promise Test\n        within 3 weeks, at most 2 months\n" + steps(VISIT, TEST),
        "2026-03-02,Visit\n2026-05-20,Test",
        "2026-03-02,Visit\n2026-03-20,Test",
        "came 18 days",
    ),
    "G404": (
        steps(VISIT.replace("Health Centre", "Health Centre, ward"), CALL),
        "2026-03-02,Visit\n2026-04-02,",
        "2026-03-02,Visit\n2026-03-04,Call",
        "nobody has seen the client since `Visit`",
    ),
    "G503": (
        SURGERY + steps(VISIT + "        does surgery\n"),
        "2026-03-02,Visit,provider=Hospital",
        "2026-03-02,Visit,provider=Health Centre",
        "not known to meet `sterile room`",
    ),
    "G504": (
        SURGERY + steps(VISIT + "        does decision\n"),
        "2026-03-02,Visit,provider=Association",
        "2026-03-02,Visit,provider=Hospital",
        "is for officials only",
    ),
    "G505": (
        steps(VISIT, CALL.replace("        within", "        same visit as Visit\n        within")),
        "2026-03-02,Visit\n2026-03-03,Call",
        "2026-03-02T09:00,Visit\n2026-03-02T10:00,Call",
        "on another day than `Visit`",
    ),
    "G301": (
        steps(VISIT + "        needs ECG recording\n"),
        "2026-03-02,Visit",
        "2026-03-02,observed,ECG recording=made\n2026-03-03,Visit",
        "without `ECG recording`",
    ),
    "G302": (
        steps(TEST).replace("nurse at Hospital", "counsellor at Association").replace(" because rhythm symptom", ""),
        "2026-03-02,Test\n2026-03-03,Second test",
        "2026-03-02,Test\n2027-04-03,Second test",
        "could not read the result",
    ),
    "G401": (
        steps(VISIT.replace("        within 14 days, at most 3 months\n", ""), ECHO),
        "2026-03-02,observed\n2026-04-30,observed",
        "2026-03-02,Visit",
        "has no time of its own",
    ),
    "G402": (steps(VISIT), "2026-03-02,started Visit\n2026-04-02,Visit", "2026-03-02,started Visit\n2026-03-04,Visit", "late; its target"),
    "G212": (
        steps(CHOICE),
        "2026-03-02,observed\n2026-05-02,observed",
        "2026-03-02,observed\n2026-03-03,chose place,provider=Hospital",
        "past its time",
    ),
    "G408": (
        steps(CALL, "        makes alone\n", VISIT.replace("at most 3 months", "when alone")),
        "2026-03-02,Call,alone=no\n2026-03-03,Visit",
        "2026-03-02,Call,alone=yes\n2026-03-03,Visit",
        "none of its limits holds",
    ),
    "G403": (
        steps(VISIT).replace("closes the plan", "keeps the plan with doctor at Health Centre\n        no Emergency within 28 days"),
        "2026-03-02,Visit\n2026-03-20,Emergency",
        "2026-03-02,Visit\n2026-05-20,Emergency",
        "promises none within 28 days",
    ),
    "G501": (
        steps("    step Talk\n        by counsellor at Association\n        ordered by doctor at Health Centre\n        accepted within 9 days\n"
              "        within 2 years\n"),
        "2019-03-02,Talk",
        "2026-03-02,Talk",
        "no agreement with it was in force",
    ),
    "G111": (
        steps(REFERRAL, REFERRAL.replace("Referral", "Back").replace("from Health Centre to Hospital", "from Hospital to Health Centre")
              .replace("Hospital takes over", "Hospital keeps the client")),
        "2026-03-02,accepted Referral\n2026-03-03,accepted Back",
        "2026-03-02,accepted Referral",
        "and nobody has done anything in between",
    ),
    "G209": (
        steps(VISIT, "    decide What comes?\n        if Emergency happens\n            continue\n"),
        "2026-03-02,Visit",
        "2026-03-02,Visit\n2026-03-09,Emergency",
        "the client has waited at `What comes?` for",
    ),
    "G306": (
        steps("    step Test\n        by nurse at Health Centre\n        within 7 days\n        does ECG\n"
              "    step Reading\n        by doctor at Health Centre\n        within 2 years\n        needs ECG recording\n"),
        "2026-03-02,Test",
        "2026-03-02,Test\n2026-03-10,Reading",
        "nobody has read `ECG recording` of `Test`",
    ),
    "G307": (
        NETWORK.replace("    item referral letter: document\n", "    item referral letter: document\n        checked at every handoff\n")
        + steps(VISIT + "        makes alone, referral letter\n", REFERRAL,
                "    decide\n        if alone\n            continue\n        if not alone\n"
                + "".join("        " + line + "\n" for line in (ECHO + "        makes referral letter\n").splitlines())),
        "2026-03-02,Visit,alone=yes,referral letter=written\n2026-03-04,accepted Referral",
        "2026-03-02,Visit,alone=no,referral letter=written\n2026-03-04,accepted Referral\n2026-03-20,Echo,referral letter=anew",
        "nobody has checked `referral letter` since it came with `Referral`",
    ),
    "G507": (
        NETWORK.replace("valid from 2020-01-01", "valid from 2020-01-01 to 2027-03-31")
        + steps("    step Talk\n        by counsellor at Association\n        ordered by doctor at Health Centre\n"
                "        accepted within 9 days\n        within 2 years\n"),
        "2027-03-02,accepted Talk",
        "2027-03-02,Talk",
        "the agreement with it ended on 2027-03-31",
    ),
    "G502": (steps(VISIT), "2026-03-02,Visit,performer=nurse", "2026-03-02,Visit,performer=doctor", "was done by a nurse"),
    "D101": (
        steps(TEST).replace(" because rhythm symptom", ""),
        "2026-03-02,Test\n2026-03-03,Second test",
        "2026-03-02,Test\n2027-04-03,Second test",
        "again after 1 day",
    ),
    "D102": (
        steps(TEST),
        "2026-03-02,Test\n2026-03-03,Second test,reason=we like to",
        "2026-03-02,Test\n2026-03-03,Second test,reason=rhythm symptom",
        "which is no reason to repeat `ECG`",
    ),
    "O101": (
        "plan Care plan\n    review every 6 months\n" + steps(VISIT), "2026-03-02,started Visit", "2026-03-02,Visit", "nobody owns the care plan",
    ),
    "O102": (
        steps(REFERRAL.replace("        keeps the plan with doctor at Health Centre\n", ""), ECHO),
        "2026-03-02,accepted Referral",
        "2026-03-02,died",
        "nobody said what becomes of the plan",
    ),
    "O103": (steps(VISIT).replace("        closes the plan\n", ""), "2026-03-02,Visit", "2026-03-02,started Visit", "nobody said what becomes"),
    "O104": (
        steps(REFERRAL.replace("doctor at Health Centre", "specialist at Hospital"), ECHO),
        "2026-03-02,accepted Referral",
        "2026-03-02,died",
        "while `doctor at Health Centre` owns it",
    ),
    "O109": (
        steps(REFERRAL.replace("keeps the plan with doctor at Health Centre", "moves the plan to counsellor at Association"), ECHO),
        "2026-03-02,accepted Referral",
        "2026-03-02,died",
        "who accepted nothing",
    ),
    "O105": ("", "", "", ""),  # two paths: tests/engine/test_records.py
    "O106": (steps(VISIT), "2026-03-02,started Visit", "2026-03-02,started Visit\n2026-09-01,reviewed", "overdue"),
}  # fmt: skip


def facts(program: Program, rows: str) -> list[Fact]:
    """`2026-03-02,Visit,provider,performer,value,…`: an event as a log has it, then the rest of the fact."""
    first = at(program, rows.split(",", 1)[0])
    found = [Fact("enrolled", first - DAY, program.path.name)]
    verbs = {"accepted": "accepted", "started": "started", "answered": "answered", "chose": "chose"}
    for number, row in enumerate(rows.splitlines(), start=1):
        day, event, *rest = row.split(",")
        more = dict(part.split("=", 1) for part in rest)
        items = {name: value for name, value in more.items() if name not in ("provider", "performer", "reason")}
        verb, _, name = event.partition(" ")
        kind = verbs.get(verb, "completed")
        subject = name if verb in verbs else event
        if event in ("observed", "died", "reviewed", "Emergency"):
            kind, subject = ("observed", event) if event == "Emergency" else (event, "")
        extra = {key: more.get(key) for key in ("provider", "performer", "reason")}
        found.append(Fact(kind, at(program, day), subject, items or None, number=number, **extra))
    return found


UNWATCHED = {
    "G213",
    "G113",
    "G114",
    "G115",
    "G211",
    "G303",
    "G305",
    "G406",
    "G409",
    "G410",
    "G411",
    "G506",
    "O108",
    *codes_of_pairs(),
}
"""Promises of the path alone and of two paths: a record says nothing more of them, or says it by another code (G301, G402)."""


def said(code: str, path: str, rows: str) -> list[str]:
    text = whole(path)
    if code != "G209":  # a path that limits silence has a clock for all that waits
        text = text.replace("    accountable Health Centre\n", "    accountable Health Centre\n    silence at most 30 days\n")
    machine = machine_of(text)
    program = next(iter(machine.programs.values()))
    record = machine.fold("c1", facts(program, rows))
    moment = at(program, "2027-06-01" if code not in ("O106", "G401", "G202") else "2026-12-01")
    machine.advance(record, moment)
    return [f.message for f in machine.findings(record, moment) if f.code == code]


@pytest.mark.parametrize("code", sorted(CASES.keys() - {"O105"}))
def test_a_broken_promise_is_seen_and_a_kept_one_is_not(code: str) -> None:
    path, broken, kept, words = CASES[code]
    found = said(code, path, broken)
    assert any(words in message for message in found), found
    assert not any(words in message for message in said(code, path, kept))


def test_a_repeat_whose_rounds_are_used_up_is_no_finding_where_the_path_decides_what_then() -> None:
    training = (
        "    repeat at most 2 times\n" + "".join("    " + line + "\n" for line in VISIT.splitlines()) + "    until alone\n"
    )
    then = "    decide\n        if alone\n            continue\n        if not alone\n" + "".join(
        "        " + line + "\n" for line in CALL.splitlines()
    )
    rows = "2026-03-02,Visit,alone=no\n2026-03-03,Visit,alone=no"
    assert said("G206", steps(training), rows) != []
    assert said("G206", steps(training, then), rows) == []


def test_a_handoff_within_one_house_brings_nothing_to_be_checked() -> None:
    """The list came with the referral: at the hospital it may wait for Echo, whoever has the client there until then."""
    letter = "    item referral letter: document\n"
    network = NETWORK.replace(letter, letter + "        checked at every handoff\n")
    echo = ECHO + "        makes referral letter\n"
    early = "".join("        " + line + "\n" for line in echo.replace("Echo", "Early echo").splitlines())
    decision = "    decide\n        if alone\n            continue\n        if not alone\n" + early
    house = REFERRAL.replace("Referral", "Down the hall").replace("Health Centre to", "nurse at Hospital to specialist at")
    rows = "2026-03-02,Visit,alone=yes,referral letter=written\n2026-03-04,accepted Referral\n"
    rows += "2026-03-05,accepted {}\n2026-03-20,Echo,referral letter=anew"
    for name, handoff, back, count in (
        ("Down the hall", house, "", 0),
        ("Back", BACK, REFERRAL.replace("Referral", "Again"), 1),
    ):
        path = network + steps(VISIT + "        makes alone, referral letter\n", REFERRAL, decision, handoff, back, echo)
        assert ("G307" in {code for _, code in codes_of(whole(path))}) == bool(count)
        assert len(said("G307", path, rows.format(name))) == count


def test_every_rule_is_here() -> None:
    assert set(CASES) | UNWATCHED == {entry.rule.code for entry in rules()}
    program = machine_of(whole(steps(VISIT))).programs["Example"]
    assert all(list(entry.watch(program)) == [] for entry in rules() if entry.rule.code in UNWATCHED)


@pytest.mark.parametrize(("rows", "count"), [
    ("2026-03-02,Visit,alone=yes\n2026-03-05,,alone=no\n2026-03-09,Talk", 0),
    ("2026-03-02,Visit,alone=no\n2026-03-05,,alone=yes\n2026-03-09,Talk", 0),
    ("2026-03-02,Visit,alone=no\n2026-03-09,Talk", 1),
    ("2026-03-02,Visit\n2026-03-09,Talk", 1),
    ("2026-03-02,Visit,alone=no\n2026-03-04,accepted Talk\n2026-03-09,Talk", 1),
    ("2026-03-02,Visit,alone=no\n2026-03-04,accepted Talk", 1),
    ("2026-03-02,Visit,alone=yes\n2026-03-04,accepted Talk\n2026-03-05,,alone=no\n2026-03-09,Talk", 0),
])  # fmt: skip
def test_a_consent_counts_when_it_is_sent_or_taken(rows: str, count: int) -> None:
    talk = TALK.replace("        within", "        carries referral letter\n        legal basis alone\n        within")
    assert len(said("G304", steps(VISIT, talk), rows)) == count


@pytest.mark.parametrize(("valid", "words"), [("", []), (", valid 7 days", ["which is too old"])])
def test_a_consent_grows_old(valid: str, words: list[str]) -> None:
    talk = TALK.replace("        within", "        carries referral letter\n        legal basis alone\n        within")
    clients = CLIENTS.replace("alone: yes or no", f"alone: yes or no{valid}")
    rows = "2026-03-02,Visit,alone=yes\n2026-03-20,Call\n2026-03-23,Talk"
    found = said("G304", clients + steps(VISIT, CALL, talk), rows)
    assert len(found) == len(words)
    assert all(word in message for word, message in zip(words, found, strict=True))
