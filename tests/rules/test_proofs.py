"""What a path surely tells at each place: cases in which a proof must see more than one line, and must not see ghosts."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import codes_of, findings_of, program_of
from tests.rules.examples import whole

WEIGHT = "    item note: text\n    event Release\n"
WEIGHINGS = """\
    item weight: number of kg, valid 7 days
    item retinopathy: yes or no
    item grade: number of points
    item long weight: number of kg, valid 30 days
    service weighing
        window 30 days
        makes weight
    service long weighing
        window 30 days
        makes long weight
"""
DONE = "    end Done\n        closes the plan\n"


def step(name: str, *lines: str, depth: int = 1, by: str = "nurse at Health Centre") -> str:
    lead = "    " * depth
    more = "".join(f"{lead}    {line}\n" for line in lines)
    return f"{lead}step {name}\n{lead}    by {by}\n{lead}    within 7 days\n{more}"


def found(steps: str, more: str = "") -> list[str]:
    reading = step("Reading", "needs ECG recording") if steps.count("does ECG") > 1 else ""
    text = whole("steps\n" + steps + reading + DONE + more).replace("    event Emergency\n", "    event Emergency\n" + WEIGHT)
    text = text.replace("unless rhythm symptom", "unless rhythm symptom or retinopathy or grade > 70 points")
    text = text.replace("and after Emergency", "and after Emergency, Release")
    return [code for _, code in codes_of(text.replace("    service ECG\n", WEIGHINGS + "    service ECG\n"))]


def decide(*branches: tuple[str, str]) -> str:
    return "    decide\n" + "".join(f"        {head}\n{body or '            continue' + chr(10)}" for head, body in branches)


WEIGHING = step("Weighing", "makes weight")
TEST = step("Test", "does ECG")
FINDING = step("Test", "does ECG", "makes retinopathy, grade")
READING = step("Look", "needs ECG recording", depth=3)
ORDER = ("ordered by nurse at Health Centre", "accepted within 3 days")
PLACE = """\
    client chooses place
        option Hospital
        option Health Centre
        guided by nurse at Health Centre
        within 7 days
        if no choice, Hospital
"""

AGAIN = """\
            decide
                if weight > 9 kg
                    continue
                if weight > 5 kg and weight <= 9 kg
                    continue
"""

MOVED = """\
    handoff Referral
        from Health Centre to Hospital
        carries referral letter
        accepted within 3 working days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
"""
TALK = step("Talk", "accepted within 3 days", "ordered by nurse at Health Centre", by="counsellor at Association")

CASES: dict[str, tuple[str, list[str]]] = {
    "that something is unknown is a branch of its own": (
        decide(("if weight is unknown", ""), ("if weight > 5 kg", ""), ("if weight <= 5 kg", "")),
        [],
    ),
    "asking whether it is known leaves a hole": (
        decide(("if weight is known and age > 50 years", ""), ("if weight is known and age <= 50 years", "")),
        ["G203"],
    ),
    "what a branch asked for is known behind it": (
        decide(("if weight is known", ""), ("otherwise", step("Weighing", "makes weight", depth=3))) + step("Use", "needs weight"),
        [],
    ),
    "what only one branch makes is not": (
        decide(("if age > 50 years", ""), ("otherwise", step("Weighing", "makes weight", depth=3))) + step("Use", "needs weight"),
        ["G301"],
    ),
    "texts are told apart": (
        step("Talk", "makes note") + decide(("if note is red", ""), ("if note is blue", ""), ("otherwise", "")),
        [],
    ),
    "nobody under age is on a path for adults": (decide(("if age >= 18 years and age < 65 years", ""), ("if age >= 65 years", "")), []),
    "a decision inside a branch need not ask again": (
        WEIGHING + decide((
            "if weight > 5 kg",
            AGAIN,
        ), ("otherwise", "")),
        [],
    ),
    "but after a step what was so may have changed": (
        WEIGHING + decide((
            "if weight > 5 kg",
            step("Wait a little", depth=3) + AGAIN,
        ), ("otherwise", "")),
        ["G203"],
    ),
    "a branch that cannot be taken by those who come": (
        WEIGHING + decide(("if weight > 5 kg", "            decide\n                if weight < 3 kg\n                    continue\n                otherwise\n                    continue\n"), ("otherwise", "")),
        ["G201"],
    ),
    "a branch after one that always fits is taken while that one waits": (
        decide(("if retinopathy or not retinopathy", ""), ("if age > 70 years", step("Use", "needs weight", depth=3))),
        ["G205", "G204", "G301"],
    ),
    "a value of three days is a value": (WEIGHING + decide(("if weight >= 2 kg within 3 days", ""), ("if weight < 2 kg", "")), []),
    "whoever is to be chosen was chosen on every way": (
        decide(("if age > 50 years", "".join("        " + line + "\n" for line in PLACE.splitlines())), ("otherwise", ""))
        + step("Exercise", *ORDER, by="nurse at place"),
        ["G106"],
    ),
    "and is, where the client chose before": (PLACE + step("Exercise", *ORDER, by="nurse at place"), []),
    "a wait as long as the window ends it": (step("One", "does ECG") + "    wait 12 months\n" + step("Two", "does ECG"), []),
    "a wait of 49 weeks does not end a window of 12 months": (
        step("One", "does ECG") + "    wait 49 weeks\n" + step("Two", "does ECG"), ["D101"],
    ),
    "a result that was carried along is a duplicate": (
        step("One", "does ECG")
        + step("Two", *ORDER, "carries ECG recording", "does ECG", by="counsellor at Association"),
        ["D101"],
    ),
    "a clock that starts with what comes later": (
        step("One").replace("within 7 days", "within 7 days of Two") + step("Two"), ["G401"],
    ),
    "a clock that starts with what only some have had": (
        decide(("if age > 50 years", step("One", depth=3)), ("otherwise", "")) + step("Two").replace("within 7 days", "within 7 days of One"), ["G401"],
    ),
    "a clock that starts with what all have had": (step("One") + step("Two").replace("within 7 days", "within 7 days of One"), []),
    "what a repeat went on until is so behind it": (
        "    repeat every 2 months\n" + step("Meeting", "makes weight", depth=2) + "    until weight < 5 kg\n"
        + decide(("if weight < 5 kg", ""), ("if weight >= 5 kg", "")),
        ["G201"],
    ),
    "but not behind one with a cap": (
        "    repeat every 2 months, at most 3 times\n" + step("Meeting", "makes weight", depth=2) + "    until weight < 5 kg\n"
        + decide(("if weight < 5 kg", ""), ("if weight >= 5 kg", "")),
        [],
    ),
    "the owner of the plan orders while another holds the client": (MOVED + TALK, []),
    "who no longer owns it does not": (
        MOVED.replace("keeps the plan with its owner", "moves the plan to specialist at Hospital") + TALK, ["G112"],
    ),
    "who has done an order passes a part of it on": (
        TALK + step("Test", "accepted within 3 days", "ordered by counsellor at Association", by="nurse at Hospital"), [],
    ),
    "who has done one on some ways only does not": (
        decide(("if age > 50 years", "".join("        " + line + "\n" for line in TALK.splitlines())), ("otherwise", ""))
        + step("Test", "accepted within 3 days", "ordered by counsellor at Association", by="nurse at Hospital"),
        ["G112"],
    ),
    "what whoever holds the client has, whichever way was gone": (
        decide(("if age > 50 years", "".join("        " + line + "\n" for line in MOVED.splitlines()) + step("One", "makes weight", depth=3, by="whoever is accountable")), ("otherwise", step("Two", "makes weight", depth=3)))
        + MOVED.replace("Referral", "On").replace("from Health Centre to Hospital", "from whoever is accountable to Association").replace("referral letter", "weight").replace("Health Centre keeps the client", "Association takes over"),
        [],
    ),
    "a wait that counts from what all have had": (step("One") + "    wait until 6 weeks after One\n", []),
    "a wait that counts from what only some have had": (
        decide(("if age > 50 years", step("One", depth=3)), ("otherwise", "")) + "    wait until 6 weeks after One\n", ["G401"],
    ),
    "a wait that may be over at once lets no window pass": (
        step("One", "does ECG") + "    wait until 12 months after enrolment\n" + step("Two", "does ECG"), ["D101"],
    ),
    "a repeat in which one only waits for a time that has passed": (
        step("One") + "    repeat at most 3 times\n        wait until 6 weeks after One\n", ["G206"],
    ),
    "cover that nobody can tell": (step("Talk", *ORDER, by="counsellor at Association"), []),
    "a clock that only the first round has": (
        step("One") + "    repeat every 2 weeks, at most 3 times\n" + step("Two", depth=2).replace("within 7 days", "within 7 days of One"),
        ["G401"],
    ),
    "a result that is read on one way only": (
        TEST + decide(("if age > 50 years", READING), ("otherwise", "")), ["G306"],
    ),
    "a result that a branch beside the other reads": (
        TEST + "    together\n        branch One\n" + READING + "        branch Two\n" + step("Walk", depth=3), [],
    ),
    "a result that a round reads": (
        "    repeat every 2 weeks, at most 3 times\n" + step("Test", "does ECG", depth=2) + step("Look", "needs ECG recording", depth=2),
        [],
    ),
    "a result that a decision at the end of each round asks for": (
        "    repeat every 2 weeks, at most 3 times\n" + step("Test", "does ECG", depth=2)
        + "        decide\n            if ECG recording is known\n                continue\n            otherwise\n                continue\n",
        [],
    ),
    "a result that only what may come out of a round leaves unread": (
        "    repeat every 2 weeks, at most 3 times\n" + step("Test", "does ECG", depth=2)
        + "        decide\n            if age > 50 years\n" + step("Look", "needs ECG recording", depth=4)
        + "            otherwise\n                continue\n",
        ["G306"],
    ),
    "who reads what the examining step concluded has read its result": (
        step("Test", "does ECG", "makes weight") + decide(("if weight > 5 kg", ""), ("if weight <= 5 kg", "")), [],
    ),
    "a result that is carried to whoever goes on": (
        TEST + "    consultation Question\n        from nurse at Health Centre to Hospital\n        carries ECG recording\n"
        "        answered within 3 days\n", [],
    ),
    "a repeat in a branch that asks for what excuses it": (
        FINDING + decide(("if retinopathy", step("Again", "does ECG", depth=3)), ("otherwise", "")), [],
    ),
    "a repeat in the branch where it is not so": (
        FINDING + decide(("if retinopathy", ""), ("otherwise", step("Again", "does ECG", depth=3))), ["D101"],
    ),
    "a repeat after something else was done, when it may be so no longer": (
        FINDING + decide(("if retinopathy", step("Walk", depth=3) + step("Again", "does ECG", depth=3)), ("otherwise", "")), ["D101"],
    ),
    "a repeat where more is so than excuses it": (
        FINDING + decide(("if grade > 80 points", step("Again", "does ECG", depth=3)), ("otherwise", "")), [],
    ),
    "a repeat where less is so than excuses it": (
        FINDING + decide(("if grade > 60 points", step("Again", "does ECG", depth=3)), ("otherwise", "")), ["D101"],
    ),
    "a repeat because the result is known no longer": (
        TEST + decide(("if ECG recording is unknown", step("Again", "does ECG", depth=3)), ("otherwise", "")), [],
    ),
    "a repeat because a value is unknown that grows too old before the window ends": (
        step("Weigh", "does weighing") + decide(("if weight is unknown", step("Again", "does weighing", depth=3)), ("otherwise", ""))
        + step("Use", "needs weight"), ["D101"],
    ),
    "a repeat because a value is unknown that holds as long as the window": (
        step("Weigh", "does long weighing")
        + decide(("if long weight is unknown", step("Again", "does long weighing", depth=3)), ("otherwise", ""))
        + step("Use", "needs long weight"), [],
    ),
    "a decision that waits for what need not happen": (decide(("if Release happens", "")), ["G209"]),
    "a decision that waits beside a time": (
        "    together until any is done\n        branch One\n"
        + "".join("        " + line + "\n" for line in decide(("if Release happens", "")).splitlines())
        + "        branch Two\n            wait 3 weeks\n", [],
    ),
    "a decision that waits beside a time, and both are waited for": (
        "    together\n        branch One\n"
        + "".join("        " + line + "\n" for line in decide(("if Release happens", "")).splitlines())
        + "        branch Two\n            wait 3 weeks\n", ["G209"],
    ),
    "an end in a branch ends what is beside it": (
        "    together\n        branch One\n" + step("Walk", depth=3) + "        branch Two\n" + step("Talk", depth=3)
        + "            end Over\n                closes the plan\n", ["G201"],
    ),
    "an order that may be accepted after it is due": (
        step("Talk", "ordered by nurse at Health Centre", "accepted within 3 weeks", by="counsellor at Association"), ["G107"],
    ),
}  # fmt: skip

EVENT = "whenever Emergency happens\n{body}    resume\n"


def ask(depth: int = 1) -> str:
    return step("Ask", "makes alone", depth=depth)


def cross(depth: int = 1, name: str = "Talk") -> str:
    return step(name, *ORDER, "carries referral letter", "legal basis alone", depth=depth, by="counsellor at Association")


def deeper(text: str, levels: int = 1) -> str:
    return "".join("    " * levels + line + "\n" for line in text.splitlines())


def both(one: str, two: str) -> str:
    return f"            together\n                branch One\n{one}                branch Two\n{two}"


ASKED = decide(("if alone", cross(3)), ("if not alone", ""))
CONSENT: dict[str, tuple[str, str, list[str]]] = {
    "asked and decided": (ask() + ASKED, "", []),
    "asked and not decided": (ask() + cross(), "", ["G304"]),
    "decided in the last branch": (ask() + decide(("if alone is no", ""), ("otherwise", cross(3))), "", []),
    "sent where it is no": (ask() + decide(("if alone is yes", ""), ("otherwise", cross(3))), "", ["G304"]),
    "together with something else": (
        ask() + decide(("if alone and age > 50 years", cross(3)), ("if not alone or age <= 50 years", "")), "", [],
    ),
    "one of two is not enough": (
        ask() + decide(("if alone or age > 50 years", cross(3)), ("if not alone and age <= 50 years", "")), "", ["G304"],
    ),
    "the rest of one of two noes": (
        ask() + decide(("if not alone or age > 50 years", ""), ("otherwise", cross(3))), "", [],
    ),
    "asked on each of two ways": (
        decide(("if age > 50 years", ask(3)), ("otherwise", "")) + ASKED, "", [],
    ),
    "whoever says no leaves": (
        ask() + decide(("if alone", ""), ("otherwise", "            end Not now\n                closes the plan\n")) + cross(), "", [],
    ),
    "asked until it is yes": ("    repeat\n" + ask(2) + "    until alone\n" + cross(), "", []),
    "asked three times at most": ("    repeat at most 3 times\n" + ask(2) + "    until alone\n" + cross(), "", ["G304"]),
    "waited for": ("    wait until alone\n" + cross(), "", ["G208"]),
    "waited for, but not for ever": ("    wait until alone, at most 2 weeks\n" + cross(), "", ["G304"]),
    "asked anew and not decided anew": (
        ask() + decide(("if alone", ask(3).replace("Ask", "Ask again") + cross(3)), ("if not alone", "")), "", ["G304"],
    ),
    "sent in one branch while another asks": (
        ask() + decide(("if alone", both(cross(5), ask(5).replace("Ask", "Ask again"))), ("if not alone", "")),
        "",
        [],
    ),
    "sent after another branch has asked": (
        ask()
        + decide((
            "if alone",
            both(step("Visit", depth=5) + cross(5), ask(5).replace("Ask", "Ask again")),
        ), ("if not alone", "")),
        "",
        ["G304"],
    ),
    "decided in one of two branches, while somebody has something to do in the other": (
        ask()
        + "    together\n        branch One\n"
        + deeper(decide(("if alone", ""), ("otherwise", "            end Not now\n                closes the plan\n")), 2)
        + "        branch Two\n" + step("Visit", depth=3) + cross(),
        "",
        ["G304"],
    ),
    "an event comes with what the main way has decided": (ask() + ASKED, EVENT.format(body=cross(1, "Call")), ["G304"]),
    "an event decides itself": (
        ask() + ASKED,
        EVENT.format(body=decide(("if alone", cross(3, "Call")), ("if not alone", ""))),
        [],
    ),
    "an event may ask meanwhile": (
        ask() + decide(("if alone", step("Visit", depth=3) + cross(3)), ("if not alone", "")),
        EVENT.format(body=ask().replace("Ask", "Ask again").replace("by nurse", "ordered by whoever is accountable\n        accepted within 1 day\n        by nurse")),
        ["G304"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSENT)
def test_what_rests_on_a_consent_comes_where_it_was_given(name: str) -> None:
    steps, events, codes = CONSENT[name]
    assert found(steps, events) == codes


def test_whoever_enters_with_a_consent_has_given_it() -> None:
    text = whole("steps\n" + cross() + DONE)
    assert [code for _, code in codes_of(text)] == ["G304"]
    assert codes_of(text.replace("alone is known", "alone is yes")) == []


def test_a_path_that_enters_with_a_consent_is_included_where_it_was_given(tmp_path: Path) -> None:
    child = whole("steps\n" + cross() + DONE).replace("alone is known", "alone is yes").replace("path Example", "path Child")
    child = child.replace("    version 1.0\n", "    version 1.0\n    needs referral letter, alone\n", 1)
    (tmp_path / "child.path").write_text(child, "utf-8")
    include = "    include Child\n"
    for steps, codes in (
        (ask() + include, ["G304"]),
        (ask() + decide(("if alone", deeper(include, 2)), ("if not alone", "")), []),
    ):
        parent = whole("steps\n" + steps + DONE).replace(
            "enter when age >= 18 years", "enter when age >= 18 years and referral letter is known"
        )
        (tmp_path / "parent.path").write_text(parent.replace("path Example", "path Parent"), "utf-8")
        assert [f.code for f in pathflow.check(tmp_path / "parent.path").findings] == codes


@pytest.mark.parametrize("name", CASES)
def test_proof(name: str) -> None:
    steps, codes = CASES[name]
    assert found(steps) == codes


def test_what_begins_again_by_itself_may_never_end() -> None:
    event = "\nwhenever weight > 90 kg\n" + step("Advice", "ordered by whoever is accountable", "accepted within 1 day")
    assert found(WEIGHING + step("Use", "needs weight"), event + "    restart from Weighing\n") == ["G209"]
    assert found(WEIGHING + step("Use", "needs weight"), event + "    restart from Use\n") == []
    assert (
        found(
            WEIGHING + step("Use", "needs weight"),
            event.replace("weight > 90 kg", "Release happens") + "    restart from Weighing\n",
        )
        == []
    )


AGAIN = "\nwhenever referral letter is known and alone\n" + step("Call") + "    restart from Case\n"


@pytest.mark.parametrize(
    ("steps", "event", "codes"),
    [
        (step("Case") + step("Meeting", "makes referral letter") + step("Check", "makes alone"), AGAIN, ["G209"]),
        (step("Case") + decide(("if age > 60 years", deeper(step("Meeting", "makes referral letter"), 2)),
                               ("otherwise", "")) + step("Check", "makes alone"), AGAIN, ["G209"]),
        (step("Case") + step("Check", "makes alone") + step("Meeting", "makes referral letter"), AGAIN, []),
        (step("Case") + step("Meeting", "makes referral letter, alone"), AGAIN, []),
        (step("Case") + step("Meeting") + step("Check", "makes alone"), AGAIN, []),
        (step("Before", "makes referral letter") + step("Case") + step("Check", "makes alone"), AGAIN, []),
        (step("Case") + step("Meeting", "makes referral letter") + step("Check", "makes alone"),
         AGAIN.replace("referral letter is known and alone", "Check happens and alone"), []),
        (step("Case") + step("Meeting", "makes referral letter") + step("Check", "makes alone"),
         AGAIN.replace("letter is known", "letter is unknown"), []),
    ],
)  # fmt: skip
def test_what_is_surely_so_again_behind_the_step_from_which_it_begins_never_ends(
    steps: str, event: str, codes: list[str]
) -> None:
    assert [code for code in found(steps, event) if code == "G209"] == codes


def test_an_event_can_come_before_the_choice() -> None:
    event = "\nwhenever Emergency happens\n" + step("Exercise", *ORDER, by="nurse at place").replace(
        "nurse at Health", "nurse at Health"
    )
    assert found(
        PLACE, event.replace("ordered by nurse at Health Centre", "ordered by whoever is accountable") + "    resume\n"
    ) == ["G106"]


def test_what_an_included_path_makes_is_known(tmp_path: Path) -> None:
    folder = tmp_path
    inner = whole("steps\n" + WEIGHING + DONE).replace(
        "    event Emergency\n", "    item weight: number of kg, valid 7 days\n    event Emergency\n" + WEIGHT
    )
    inner = inner.replace("and after Emergency", "and after Emergency, Release")
    outer = inner.replace(WEIGHING, "    include Inner\n" + step("Use", "needs weight"))
    (folder / "inner.path").write_text(inner.replace("path Example", "path Inner"), "utf-8")
    (folder / "outer.path").write_text(outer.replace("path Example", "path Outer"), "utf-8")
    assert [f.code for f in pathflow.check(folder / "outer.path").findings] == []
    (folder / "inner.path").write_text(
        inner.replace("path Example", "path Inner").replace("        makes weight\n", ""), "utf-8"
    )
    assert [f.code for f in pathflow.check(folder / "outer.path").findings] == ["G301"]


def test_silence_is_no_clock_for_what_only_something_later_starts() -> None:
    late = step("One").replace("within 7 days", "within 7 days of Two")
    text = whole("steps\n" + late + step("Two") + DONE).replace(
        "    accountable Health Centre\n", "    accountable Health Centre\n    silence at most 30 days\n"
    )
    assert [code for _, code in codes_of(text)] == ["G401"]
    beside = "    together\n        branch A\n" + step("One", depth=3).replace("within 7 days", "within 7 days of Two")
    beside += "        branch B\n" + step("Two", depth=3)
    text = text.replace(late + step("Two"), beside)
    assert [code for _, code in codes_of(text)] == []


def test_an_agreement_for_some_services_covers_only_what_says_so() -> None:
    talk = step("Talk", *ORDER, by="counsellor at Association")
    text = whole("steps\n" + talk + DONE).replace("covers everything", "covers ECG")
    assert [code for _, code in codes_of(text)] == ["G501"]
    assert [code for _, code in codes_of(text.replace(talk, talk + "        does ECG\n"))] == ["G306"]


BESIDE = """\
steps
    step Test
        by nurse at Health Centre
        within 7 days
        does ECG
    together{until}
        branch One
            step Training
                by nurse at Health Centre
                within 7 days
        branch Two
            wait {wait}
    step Second test
        by nurse at Health Centre
        within 7 days
        does ECG
    step Reading
        by nurse at Health Centre
        within 7 days
        needs ECG recording
    end Done
        closes the plan
"""


@pytest.mark.parametrize(
    ("until", "wait", "codes"),
    [("", "12 months", []), ("", "11 months", ["D101"]), (" until any is done", "12 months", ["D101"])],
)
def test_branches_that_meet_take_as_long_as_the_slowest(until: str, wait: str, codes: list[str]) -> None:
    assert [code for _, code in codes_of(whole(BESIDE.format(until=until, wait=wait)))] == codes


CHOSEN = """\
network Example network
    organiser County
    professions nurse, doctor, counsellor
    provider Health Centre
        sector public
        professions nurse, doctor
        register health
    provider Club
        sector third
        professions counsellor
        register club
    provider Company
        sector private
        professions counsellor
        register company
    agreement Grant
        with Club
        mode grant
        covers everything
        valid from 2020-01-01
        accepted within 5 days
        feedback within 2 days
        legal basis the client's permission
    agreement Purchase
        with Company
        mode purchase
        covers everything
        valid from 2020-01-01
        accepted within 9 days
        feedback within 2 days
        legal basis the client's permission
    item summary: document

steps
    client chooses place
        option Club
        option Company
        guided by nurse at Health Centre
        within 2 weeks
        if no choice, Club
    step Talk
        by counsellor at place
        ordered by nurse at Health Centre
        within 30 days
        makes summary
        legal basis The act
    step Reading
        by nurse at Health Centre
        within 7 days
        needs summary
    end Done
        closes the plan

test The club has five days
    given place is Club, Talk is not accepted
    on day 5 expect Talk is proposed
    on day 6 expect Talk is expired

test The company has nine days
    given place is Company, Talk is not accepted
    on day 9 expect Talk is proposed
    on day 10 expect finding is G107
"""


def test_an_order_to_whom_the_client_chooses_is_accepted_as_agreed_with_each() -> None:
    text = (
        whole(CHOSEN).replace(" and referral letter is known and alone is known", "").replace("    item alone: yes or no\n", "")
    )
    assert [(f.code, f.message) for f in findings_of(text)] == []
    assert [f.message for outcome in run_scenarios(program_of(text), watch_all) for f in outcome.failures] == []
    for term, said in (("accepted within 9 days", ["`Company`"]), ("accepted within 5 days", ["`Club`"])):
        (lacking,) = findings_of(text.replace(f"        {term}\n", ""))
        assert (lacking.code, lacking.help) == ("G107", HELP)
        assert lacking.message.endswith(f"by when it must be accepted, nor does the agreement with {said[0]}")
    late = findings_of(text.replace("accepted within 9 days", "accepted within 9 weeks"))
    assert [(f.code, f.level) for f in late] == [("G107", "warning")]
    unread = findings_of(text.replace("        feedback within 2 days\n", "", 1))
    assert [f.code for f in unread] == ["G301"]


HELP = "Add a line to the step, or once for all to the agreement: accepted within 3 working days"
