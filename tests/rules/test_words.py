"""What findings say: the words that a writer knows, one or several, and which way is meant."""

from __future__ import annotations

from pathflow.base.findings import Finding
from tests.helpers import findings_of
from tests.rules.examples import whole
from tests.rules.test_proofs import DONE, MOVED, decide, step

ITEMS = "    event Emergency\n    item weight: number of kg\n    item pulse: number of bpm\n"


def one(steps: str, more: str = "", service: str = "") -> Finding:
    text = whole("steps\n" + steps + DONE + more).replace("    event Emergency\n", ITEMS)
    told = findings_of(text.replace("        window 12 months, unless rhythm symptom\n", service) if service else text)
    (found,) = (finding for finding in told if finding.code != "G306")  # that nobody reads the result is said beside it
    return found


def test_one_item_is_and_several_are() -> None:
    assert one(step("Use", "needs weight")).message == "`Use` needs `weight`, which is not made on every way to it"
    several = one(step("Use", "needs weight, pulse"))
    assert several.message == "`Use` needs `weight` and `pulse`, which are not all made on every way to it"
    assert several.advice is not None
    assert "`needs` in the path's head" in several.advice


def test_the_way_on_which_it_is_not_there_is_shown() -> None:
    again = "\nwhenever Emergency happens\n    restart from Second\n"
    found = one(step("First", "makes weight") + step("Second") + step("Use", "needs weight"), again)
    assert found.code == "G301"
    assert [(r.say, r.span.line - (found.span.line if found.span else 0)) for r in found.related] == [
        ("on the way that begins here it is not there", 8)
    ]
    inside = "\nwhenever Emergency happens\n" + step("Call", "needs weight", by="whoever is accountable") + "    resume\n"
    found = one(step("First", "makes weight"), inside)
    assert [r.say for r in found.related] == ["this can happen before it is made"]


def test_the_provider_that_lacks_it_is_named() -> None:
    moved = "".join("        " + line + "\n" for line in MOVED.replace("to Hospital", "to Association").splitlines())
    ways = step("First", "makes weight") + decide(("if age > 50 years", moved), ("otherwise", ""))
    found = one(ways + step("Use", "needs weight", by="whoever is accountable"))
    assert found.message == "`Use` needs `weight`, which `Association` cannot read"


def test_that_holders_of_several_registers_write_and_read_by_turns_is_said() -> None:
    rounds = (
        "    repeat at most 3 times\n"
        + step("Exercise", "makes walks", depth=2, by="whoever is accountable")
        + "    until walks\n"
    )
    beside = "\nwhenever First happens, beside the main way\n" + rounds
    moved = MOVED.replace("to Hospital", "to Association")
    text = whole("steps\n" + step("First") + moved + step("Last", by="counsellor at Association") + DONE + beside)
    told = findings_of(text.replace("    event Emergency\n", "    event Emergency\n    item walks: yes or no\n"))
    (found,) = told
    assert found.code == "G205"
    assert found.message == (
        "`repeat at most 3 times, until walks` asks for `walks`, which one of `Association` and `Health Centre` writes and another "
        "reads: they do not all keep the same register"
    )


def test_whoever_held_the_client_is_named_in_an_event() -> None:
    inside = "\nwhenever Emergency happens\n" + step("Call", by="specialist at Hospital") + "    resume\n"
    assert one(step("First"), inside).message == (
        "`Call` is done by `Hospital`, but `Health Centre` holds the client there, and nothing was handed over"
    )
    alone = "\nwhenever Emergency happens\n" + step("Call") + "    resume\n"
    assert findings_of(whole("steps\n" + step("First") + DONE + alone)) == []


def test_what_ends_a_window_is_said() -> None:
    twice = step("First", "does ECG") + step("Second", "does ECG") + step("Reading", "needs ECG recording")
    assert one(twice).advice == (
        "Use the first result; or ask first whether it still holds, in a decision: if ECG recording is unknown; or give a reason "
        "that the service allows (`rhythm symptom`): does ECG because …"
    )
    assert one(twice).message.endswith("can still hold (12 months): at the shortest, no time lies between them")
    assert one(twice, service="        window 12 months\n").advice == (
        "Use the first result; or ask first whether it still holds, in a decision: if ECG recording is unknown; or say in the "
        "service when it holds no longer, by a reason or by an item's value: window 12 months, unless …"
    )
    told = step("First", "does ECG") + step("Second", "does ECG because ejection fraction")
    item = findings_of(whole("steps\n" + told + DONE).replace("unless rhythm symptom", "unless ejection fraction < 40 %"))
    assert [f.advice for f in item if f.code == "D102"] == [
        "`ejection fraction` is an item: a value of it ends the window by itself; leave `because` out"
    ]


def test_a_wait_is_no_date() -> None:
    (found,) = (
        f for f in findings_of(whole("steps\n" + step("First") + "    wait until 1 March 2027\n" + DONE)) if f.code == "P202"
    )
    assert found.message.startswith("a path waits for no date: `until 1 March 2027`")
    assert found.advice == "Count from what happens to the client, for example: wait until 6 weeks after …"
    said = findings_of(whole("steps\n" + step("First") + "    wait 6 weeks after First\n" + DONE))
    assert [(f.code, f.advice) for f in said] == [("P202", "Write: wait until 6 weeks after First")]
