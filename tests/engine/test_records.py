"""The corners that the meaning settles (section 4), one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.base.durations import DAY, HOUR
from pathflow.engine.codec import canonical
from pathflow.engine.facts import FACTS, Fact, Link, Refusal
from pathflow.engine.offers import MOVES
from pathflow.engine.record import Record
from pathflow.host.live import CareEngine
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.helpers import at, machine_of, program_of, where
from tests.rules.examples import whole

VISIT = "    step Visit\n        by doctor at Health Centre\n        within 14 days\n"
DONE = "    end Done\n        closes the plan\n"
REFERRAL = """\
    handoff Referral
        from Health Centre to Hospital
        carries referral letter
        accepted within 3 days
        if not accepted, Association takes over
        moves the plan to specialist at Hospital
"""
ECHO = "    step Echo\n        by specialist at Hospital\n        within 6 weeks\n"


class Case:
    """An engine with one client on one path, and a clock that the test turns."""

    def __init__(self, steps: str, more: str = "") -> None:
        text = whole("steps\n" + steps + more).replace(" and referral letter is known and alone is known", "")
        self.program = program_of(text)
        self.engine = CareEngine([self.program], watch_all)
        self.now = at(self.program, "2026-03-02T09:00")
        result = self.engine.enrol("c", "Example", self.now, {"age": 70})
        assert isinstance(result, Fact)

    def later(self, days: float) -> Case:
        self.now += round(days * DAY)
        return self

    @property
    def record(self) -> Record:
        return self.engine.client("c", self.now)

    @property
    def holder(self) -> str:
        return self.record.enrolments[0].holder

    def do(self, step: str, **items: object) -> Case:
        self.engine.complete("c", step, self.now, items or None)  # type: ignore[arg-type]
        return self

    def codes(self) -> set[str]:
        return {f.code for f in self.engine.findings("c", self.now)}


def test_the_sender_is_accountable_until_the_receiver_accepts() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    assert (case.holder, case.record.owner) == ("Health Centre", "doctor at Health Centre")
    case.later(2)
    assert case.holder == "Health Centre"
    assert isinstance(case.engine.accept("c", "Referral", case.now), Fact)
    assert (case.holder, case.record.owner) == ("Hospital", "specialist at Hospital")
    assert where(case.record) == {"Echo"}


def test_the_fallback_is_accountable_from_the_moment_the_deadline_passes() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    last = at(case.program, "2026-03-05T23:59:59.999999")
    case.now = last
    assert case.holder == "Health Centre"
    case.now = last + 1
    assert case.holder == "Association"
    assert case.record.owner == "doctor at Health Centre"
    case.now = last + DAY
    assert "G101" in case.codes()
    assert isinstance(case.engine.accept("c", "Referral", case.now), Fact)
    assert case.holder == "Hospital"


def test_undeclared_the_organiser_is_accountable_and_it_is_a_finding() -> None:
    case = (
        Case(VISIT + REFERRAL.replace("        if not accepted, Association takes over\n", "") + ECHO + DONE)
        .do("Visit")
        .later(9)
    )
    assert case.holder == "County"
    assert "G102" in case.codes()


def test_a_returned_handoff_is_sent_again_within_the_first_deadline() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit").later(1)
    assert isinstance(case.engine.send_back("c", "Referral", case.now, "no letter"), Fact)
    assert case.holder == "Health Centre"
    assert [duty.what for duty in case.engine.due("c", case.now)] == ["send Referral again"]
    assert isinstance(case.engine.propose("c", "Referral", case.now), Fact)
    case.later(4)
    assert case.holder == "Association"


def test_a_handoff_can_go_to_another_receiver() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit").later(1)
    case.engine.send_back("c", "Referral", case.now, "full")
    case.engine.propose("c", "Referral", case.now, "Association")
    case.engine.accept("c", "Referral", case.now)
    assert case.holder == "Association"


def test_an_intent_may_be_refused_with_a_reason() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE)
    for refused in (
        case.engine.accept("c", "Referral", case.now),
        case.engine.accept("c", "Nothing", case.now),
        case.engine.enrol("c", "Example", case.now),
        case.engine.enrol("d", "Nothing", case.now),
        case.engine.enrol("d", "Example", case.now, {"age": 12}),
        case.engine.choose("c", "Visit", "Hospital", case.now),
        case.engine.answer("c", "Visit", case.now),
        case.engine.end("c", "Visit", case.now),
        case.engine.override("c", "G402", case.now, ""),
        case.engine.accept("nobody", "Referral", case.now),
        case.engine.cancel("c", "Visit", case.now - DAY),
    ):
        assert isinstance(refused, Refusal)
        assert str(refused)
        assert "{" not in str(refused)
    assert len(case.record.facts) == 1


def test_a_return_needs_a_reason() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    assert isinstance(case.engine.send_back("c", "Referral", case.now, ""), Refusal)


def test_reality_is_never_refused() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE)
    before = where(case.record)
    case.do("Echo").do("Something else")
    assert where(case.record) == before  # an unaccepted handoff lies between
    assert "G201" in case.codes()
    assert [fact.subject for fact in case.record.facts][-2:] == ["Echo", "Something else"]


def test_a_step_before_its_turn_advances_the_client_and_what_was_passed_stays_owed() -> None:
    second = VISIT.replace("Visit", "Second visit")
    third = VISIT.replace("Visit", "Third visit")
    case = Case(VISIT + second + third + DONE).do("Second visit")
    assert where(case.record) == {"Third visit"}
    assert [duty.what for duty in case.engine.due("c", case.now)] == ["Visit", "Third visit"]
    case.later(1).do("Visit")
    assert [duty.what for duty in case.engine.due("c", case.now)] == ["Third visit"]


def test_a_step_before_its_turn_passes_parallel_branches() -> None:
    steps = (
        "    together\n        branch A\n            step A\n                by nurse at Health Centre\n                within 7 days\n"
        "        branch B\n            step B\n                by nurse at Health Centre\n                within 7 days\n"
        + VISIT
        + DONE
    )
    case = Case(steps).do("A").do("Visit")
    assert case.record.enrolments[0].ended is not None
    case = Case(steps).do("Visit")
    assert case.record.enrolments[0].ended is not None


def test_no_undecided_branch_is_passed() -> None:
    decide = "    decide Which?\n        if ejection fraction < 40 %\n            step Low\n                by doctor at Health Centre\n"
    decide += "                within 7 days\n        otherwise\n            continue\n"
    case = Case(VISIT + decide + VISIT.replace("Visit", "Last") + DONE).do("Visit").do("Last")
    assert where(case.record) == {"Which?"}
    assert "G205" in case.codes()
    case.engine.observe("c", "", case.now, {"ejection fraction": 30})
    assert where(case.record) == {"Low"}
    case.do("Low")
    assert case.record.enrolments[0].ended is not None  # the last one was done already


def test_unknown_waits_and_otherwise_never_catches_it() -> None:
    decide = "    decide Which?\n        if ejection fraction < 40 %\n            end Low\n                closes the plan\n"
    case = Case(VISIT + decide + "        otherwise\n            end High\n                closes the plan\n").do("Visit")
    assert where(case.record) == {"Which?"}
    case.engine.observe("c", "", case.now, {"ejection fraction": 60})
    ended = case.record.enrolments[0].ended
    assert ended is not None
    assert ended.outcome == "High"


def test_an_interrupting_event_suspends_and_clocks_run_on() -> None:
    more = "whenever Emergency happens\n    step Assess\n        by specialist at Hospital\n        ordered by whoever is accountable\n"
    more += "        accepted within 1 day\n        within 1 day\n    resume\n"
    case = Case(VISIT + DONE, more)
    case.engine.observe("c", "Emergency", case.now)
    assert where(case.record) == {"Visit", "Assess"}
    case.later(20)
    assert {"G402", "G107"} <= case.codes()
    case.do("Assess")
    assert where(case.record) == {"Visit"}


@pytest.mark.parametrize(("ending", "left"), [("stop", set()), ("restart from Visit", {"Visit"})])
def test_an_event_may_stop_or_restart_the_path(ending: str, left: set[str]) -> None:
    more = (
        f"whenever Emergency happens\n    step Assess\n        by nurse at Health Centre\n        within 1 day\n    {ending}\n"
    )
    case = Case(VISIT + VISIT.replace("Visit", "Second visit") + DONE, more).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.do("Assess")
    assert where(case.record) == left
    assert (case.record.enrolments[0].ended is not None) == (not left)


def test_an_event_by_its_condition_begins_when_it_becomes_so() -> None:
    more = "whenever ejection fraction < 40 %\n    step Assess\n        by nurse at Health Centre\n        within 1 day\n    resume\n"
    case = Case(VISIT + DONE, more)
    case.engine.observe("c", "", case.now, {"ejection fraction": 55})
    assert where(case.record) == {"Visit"}
    case.engine.observe("c", "", case.now, {"ejection fraction": 35})
    case.engine.observe("c", "", case.now, {"ejection fraction": 30})
    assert where(case.record) == {"Visit", "Assess"}


def test_the_client_chooses_or_the_default_holds() -> None:
    steps = "    client chooses place\n        option Hospital\n        option Health Centre\n        within 7 days\n        if no choice, Health Centre\n"
    steps += VISIT.replace("doctor at Health Centre", "nurse at place") + DONE
    case = Case(steps)
    assert isinstance(case.engine.choose("c", "place", "Association", case.now), Refusal)
    case.engine.choose("c", "place", "Hospital", case.now)
    assert "nurse at Hospital" in {duty.who for duty in case.engine.due("c", case.now)}
    case = Case(steps).later(9)
    assert "nurse at Health Centre" in {duty.who for duty in case.engine.due("c", case.now)}


def test_rounds_come_when_planned_or_sooner_and_end_when_it_is_so() -> None:
    steps = "    repeat every 2 weeks, at most 3 times\n        step Look\n            by nurse at Health Centre\n            within 3 days\n"
    case = Case(steps + "    until alone\n" + DONE).do("Look")
    assert where(case.record) == {"repeat every 2 weeks, at most 3 times, until alone"}
    case.later(13.9)
    assert where(case.record) != {"Look"}
    case.later(0.2)
    assert where(case.record) == {"Look"}
    case.do("Look").do("Look")  # the third comes before it was planned
    assert case.record.enrolments[0].ended is not None
    case = Case(steps + "    until alone\n" + DONE).do("Look")
    case.engine.observe("c", "", case.now, {"alone": "yes"})
    assert case.record.enrolments[0].ended is not None


@pytest.mark.parametrize("kind", ["died", "moved away", "refused"])
def test_refusal_death_and_moving_away_are_legitimate_ends(kind: str) -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE)
    case.engine.record(kind, "c", "", case.now)  # type: ignore[arg-type]
    assert case.record.enrolments[0].ended is not None
    assert case.record.owner is None
    assert case.later(400).codes() == set()


def test_an_override_with_a_reason_silences_and_stays_in_the_log() -> None:
    case = Case(VISIT + DONE).later(30)
    assert "G402" in case.codes()
    assert isinstance(case.engine.override("c", "G402", case.now, "the client was abroad"), Fact)
    assert "G402" not in case.codes()
    assert case.record.facts[-1].reason == "the client was abroad"


def test_cancelling_a_step_makes_its_duty_void() -> None:
    case = Case(VISIT + ECHO.replace("specialist at Hospital", "nurse at Health Centre") + DONE)
    case.engine.cancel("c", "Visit", case.now, "not needed")
    assert where(case.record) == {"Echo"}
    assert not any("Visit" in f.message for f in case.engine.findings("c", case.now + 30 * DAY))


def test_a_late_fact_takes_its_place() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit").later(9)
    assert case.holder == "Association"
    accepted = case.now - 8 * DAY
    case.engine.record("accepted", "c", "Referral", accepted, recorded=case.now)
    assert case.holder == "Hospital"
    assert case.record.enrolments[0].holder_at(accepted - HOUR) == "Health Centre"
    assert "G101" not in case.codes()


def test_as_of_a_moment() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).later(1).do("Visit").later(1)
    case.engine.accept("c", "Referral", case.now)
    assert where(case.engine.client("c", case.now - 2 * DAY)) == {"Visit"}
    assert where(case.engine.client("c", case.now - DAY)) == {"Referral"}


def test_a_second_path_only_proposes_its_owner() -> None:
    one = program_of(whole("steps\n" + VISIT + DONE))
    two = program_of(
        whole("steps\n" + ECHO.replace("Hospital", "Health Centre").replace("specialist", "nurse") + DONE)
        .replace("path Example\n", "path Other\n")
        .replace("owner doctor at Health Centre", "owner nurse at Health Centre")
    )
    engine = CareEngine([one, two], watch_all)
    now = at(one, "2026-03-02T09:00")
    engine.enrol("c", "Example", now, {"age": 70})
    engine.enrol("c", "Other", now + HOUR)
    record = engine.client("c")
    assert record.owner == "doctor at Health Centre"
    assert "O105" in {f.code for f in engine.findings("c", now + HOUR)}
    engine.complete("c", "Visit", now + 2 * HOUR)
    assert record.owner == "doctor at Health Centre"  # the other path is still active
    engine.complete("c", "Echo", now + 3 * HOUR)
    assert record.owner is None


def test_a_sub_path_is_a_child_that_inherits_the_holder() -> None:
    folder = ROOT / "tests" / "engine" / "include"
    program = pathflow.load(folder / "outer.path").program
    engine = CareEngine([program], watch_all)
    now = at(program, "2026-03-02T09:00")
    engine.enrol("c", "Outer", now)
    engine.complete("c", "First", now)
    record = engine.client("c")
    assert [(e.path, e.parent is not None, e.holder) for e in record.enrolments] == [
        ("Outer", False, "Health Centre"), ("Inner", True, "Health Centre"),
    ]  # fmt: skip
    assert where(record) == {"Inner", "Inner visit"}
    engine.complete("c", "Inner visit", now + HOUR)
    assert where(record) == {"Last"}
    assert record.owner == "doctor at Health Centre"
    engine.complete("c", "Last", now + 2 * HOUR)
    assert record.active == []


def test_repeating_for_ever_without_anything_to_do_does_not_hang() -> None:
    steps = "    repeat\n        decide\n            if alone\n                continue\n            otherwise\n                continue\n"
    case = Case(steps + "    until ejection fraction < 40 %\n" + DONE)
    case.engine.observe("c", "", case.now, {"alone": "yes"})
    case.later(1)
    case.engine.observe("c", "", case.now, {"ejection fraction": 30})
    assert case.record.enrolments[0].ended is not None


def test_every_kind_of_fact_is_taken() -> None:
    for kind in FACTS:
        case = Case(VISIT + REFERRAL + ECHO + DONE)
        for subject in ("Visit", "Referral", "Done", "Emergency", "Example", "nothing", "", "ä" * 500):
            items = {"age": 3, "referral letter": "\x00"}
            for link in (None, Link("other"), Link("", "child"), Link("c", "c")):
                case.engine.observed("c", Fact(kind, case.now, subject, items, "Nobody", "x", "y", link=link))
        assert case.holder


def test_the_table_of_offers_is_closed() -> None:
    states = {state for state, _ in MOVES} | set(MOVES.values())
    assert states == {"reached", "proposed", "accepted", "returned", "expired", "cancelled"}
    assert not any(state == "accepted" for state, _ in MOVES)  # what is accepted stays so


# what does not fit is refused before anything is recorded, and nothing is silent


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda e: e.complete("c", "Visit", 1.5), TypeError),
        (lambda e: e.complete("c", "Visit", True), TypeError),
        (lambda e: e.complete("c", None, "2026-03-03"), TypeError),
        (lambda e: e.complete("c", "Visit", "yesterday"), ValueError),
        (lambda e: e.complete("c", "Visit", "2026-03-03", {"agee": 70}), ValueError),
        (lambda e: e.complete("c", "Visit", "2026-03-03", {"age": "old"}), ValueError),
        (lambda e: e.complete("c", "Visit", "2026-03-03", ["age"]), AttributeError),
        (lambda e: e.record("bogus", "c", "Visit", "2026-03-03"), ValueError),
        (lambda e: e.enrol("d", "Example", "2026-03-03", {"alone": 7}), ValueError),
    ],
)
def test_a_call_that_cannot_be_meant_leaves_the_record_as_it_was(wrong: object, error: type[Exception]) -> None:
    case = Case(VISIT + DONE)
    facts = list(case.record.facts)
    with pytest.raises(error):
        wrong(case.engine)  # type: ignore[operator]
    assert case.record.facts == facts
    assert list(case.engine) == ["c"]


def test_items_are_read_as_a_log_reads_them() -> None:
    case = Case(VISIT + DONE)
    given = {"AGE": "71 years", "alone": True, "ejection fraction": None}
    fact = case.engine.complete("c", "Visit", "2026-03-03T10:00", given)
    assert fact.items == {"age": 71, "alone": "yes"}
    given["AGE"] = 3
    assert fact.items == {"age": 71, "alone": "yes"}
    assert fact.at == at(case.program, "2026-03-03T10:00") == case.engine.instant("2026-03-03T08:00+00:00")


def test_what_happens_to_a_client_on_no_path_is_a_finding() -> None:
    case = Case(VISIT + DONE)
    case.engine.complete("new", "Visit", case.now)
    assert [f.message for f in case.engine.findings("new", case.now)] == ["`Visit` was recorded of a client who is on no path"]
    case.engine.record("enrolled", "newer", "Elsewhere", case.now)
    assert [f.message for f in case.engine.findings("newer", case.now)] == ["there is no path `Elsewhere`"]
    case.engine.record("died", "c", "", case.now)
    case.do("Visit")
    assert "`Visit` was recorded after `Example` had ended (died)" in {f.message for f in case.engine.findings("c", case.now)}


def test_an_end_that_leaves_something_owed_is_a_finding() -> None:
    case = Case(VISIT + DONE)
    case.engine.end("c", "Done", case.now)
    messages = [f.message for f in case.engine.findings("c", case.now) if f.code == "G201"]
    assert messages == ["the path was ended with `Done` while `Visit` was still owed"]
    assert "G201" not in Case(VISIT + DONE).do("Visit").codes()


def test_a_step_that_nobody_ordered_cannot_be_returned() -> None:
    case = Case(VISIT + ECHO + DONE)
    case.engine.record("returned", "c", "Echo", case.now)
    assert where(case.record) == {"Visit"}
    assert [f.message for f in case.engine.findings("c", case.now)] == [
        "`Echo` (returned) was not expected where the client is on the path"
    ]


def test_sent_again_after_a_return_it_is_not_said_to_lie() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit").later(0.1)
    case.engine.send_back("c", "Referral", case.now, "no letter")
    case.engine.propose("c", "Referral", case.later(0.1).now)
    case.later(6)
    assert [f.message for f in case.engine.findings("c", case.now) if f.code == "G101"] == [
        "`Referral` was not accepted in time by `Hospital`; `Association` became accountable"
    ]


def test_a_finding_is_set_aside_only_where_there_is_one() -> None:
    case = Case(VISIT + DONE)
    for client, code in (("c", "X999"), ("c", "G402"), ("nobody", "G402")):
        assert isinstance(case.engine.override(client, code, case.now, "because"), Refusal)
    assert list(case.engine) == ["c"]
    case.later(30)
    assert isinstance(case.engine.override("c", "G402", case.now, "the client was abroad"), Fact)
    assert "G402" not in case.codes()


def test_a_name_on_two_paths_asks_which_is_meant() -> None:
    text = whole("steps\n" + VISIT + REFERRAL + ECHO + DONE).replace(" and referral letter is known and alone is known", "")
    one, two = program_of(text), program_of(text.replace("path Example", "path Other"))
    engine = CareEngine([one, two])
    now = engine.instant("2026-03-02T09:00")
    for name in ("Example", "other"):
        assert isinstance(engine.enrol("c", name, now, {"age": 70}), Fact)
        engine.complete("c", "Visit", now, path="Example" if name == "Example" else "Other")
    refused = engine.accept("c", "Referral", now)
    assert isinstance(refused, Refusal)
    assert str(refused) == "`Referral` is on several paths of `c`: `Example` and `Other`; say which"
    assert isinstance(engine.accept("c", "Referral", now, path="Other"), Fact)
    again = engine.accept("c", "Referral", now, path="Other")
    assert isinstance(again, Refusal)
    assert [e.holder for e in engine.client("c").active] == ["Health Centre", "Hospital"]
    assert [place.name for place in engine.where("c")] == ["Referral", "Echo"]


def test_an_engine_runs_one_version_of_a_path() -> None:
    text = whole("steps\n" + VISIT + DONE)
    with pytest.raises(ValueError, match="two versions of Example"):
        CareEngine([program_of(text), program_of(text.replace("version 1.0", "version 2.0"))])


def test_kept_facts_are_restored_once_and_only_where_their_path_is() -> None:
    case = Case(VISIT + ECHO + DONE).do("Visit")
    facts = case.record.facts
    engine = CareEngine([case.program])
    assert where(engine.restore("c", [*facts, *facts])) == {"Echo"}
    assert engine.findings("c", case.now) == []
    other = CareEngine([program_of(whole("steps\n" + VISIT + DONE).replace("path Example", "path Other"))])
    with pytest.raises(ValueError, match="does not have"):
        other.restore("c", facts)
    with pytest.raises(ValueError, match="the number 1"):
        CareEngine([case.program]).restore("c", [facts[0], Fact("completed", case.now, "Visit", number=facts[0].number)])


def test_the_past_is_asked_as_it_was() -> None:
    case = Case(VISIT + ECHO + DONE).later(3).do("Visit")
    before = case.now - DAY
    assert [duty.what for duty in case.engine.due("c", before)] == ["Visit"]
    assert [duty.what for duty in case.engine.due("c", case.now)] == ["Echo"]


# what an adversary found


def test_a_round_done_before_its_time_does_not_stop_the_repeat() -> None:
    repeat = "    repeat every 2 weeks, at most 3 times\n" + "".join("    " + line + "\n" for line in VISIT.splitlines())
    for early in (0.0, 1 / 24):
        case = Case(repeat + DONE).do("Visit").later(14 - early).do("Visit").later(30)
        assert where(case.record) == {"Visit"}
        assert case.record.enrolments[0].rounds[1].number == 3


def test_values_in_any_row_become_known() -> None:
    decide = "    decide\n        if alone\n            continue\n        otherwise\n            end Other\n                closes the plan\n"
    case = Case(REFERRAL + decide + ECHO + DONE)
    case.engine.record("accepted", "c", "Referral", case.now, {"alone": True})
    assert where(case.record) == {"Echo"}
    case = Case(VISIT + decide + ECHO + DONE).do("Visit")
    assert "G205" in case.codes()
    case.engine.record("reviewed", "c", "", case.now, {"alone": "no"})
    assert case.record.active == []


@pytest.mark.parametrize(
    ("provider", "holder"), [("Hospital", "Hospital"), ("Association", "Association"), ("Nowhere Clinic", "Health Centre")]
)
def test_who_accepts_what_was_sent_to_another(provider: str, holder: str) -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    case.engine.record("accepted", "c", "Referral", case.now, provider=provider)
    assert case.holder == holder
    assert ("G104" in case.codes()) == (provider != "Hospital")


EMERGENCY = """
whenever Emergency happens
    handoff In
        from whoever is accountable to Hospital
        carries referral letter
        accepted within 1 hour
        if not accepted, Hospital takes over
        its owner keeps the plan
    step Ward
        by specialist at Hospital
        within 3 days
    handoff Out
        from Hospital to whoever was accountable
        carries referral letter
        accepted within 2 days
        if not accepted, whoever was accountable takes over
        its owner keeps the plan
    resume
"""


def test_the_main_way_stands_still_while_an_event_runs() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, EMERGENCY.replace("        its owner keeps the plan\n", "")).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.engine.accept("c", "In", case.now)
    assert case.holder == "Hospital"
    # sent before, the referral expires while the client is on the ward: it comes about only when the way goes on
    case.later(5)
    assert case.holder == "Hospital"
    case.do("Ward")
    case.engine.accept("c", "Out", case.now)
    assert [holder for _, holder in case.record.enrolments[0].holders] == [
        "Health Centre",
        "Hospital",
        "Health Centre",
        "Association",
    ]


def test_what_is_accepted_while_the_main_way_stands_still_comes_about_when_it_goes_on() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, EMERGENCY.replace("        its owner keeps the plan\n", "")).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.engine.accept("c", "In", case.now)
    case.engine.accept("c", "Referral", case.later(0.1).now)
    assert where(case.record) == {"Referral", "Ward"}
    case.do("Ward")
    case.engine.accept("c", "Out", case.later(0.1).now)
    assert where(case.record) == {"Echo"}
    assert (case.holder, case.record.owner) == ("Hospital", "specialist at Hospital")


def test_a_finding_set_aside_does_not_set_aside_the_next() -> None:
    case = Case(VISIT + ECHO + DONE).later(30)
    case.engine.override("c", "G402", case.now, "the client was abroad")
    assert "G402" not in case.codes()
    case.do("Visit").later(90)
    assert "G402" in case.codes()
    case.engine.record("overridden", "c", "G402", case.now)
    assert "G402" in case.codes()


def test_a_withdrawn_handoff_is_not_forgotten() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    case.engine.cancel("c", "Referral", case.now, "wrong clinic")
    assert "`Referral` was withdrawn, and the client waits at it with `Health Centre`" in {
        f.message for f in case.engine.findings("c", case.later(90).now)
    }
    case.engine.propose("c", "Referral", case.now)
    assert not any("withdrawn" in f.message for f in case.engine.findings("c", case.now))


def test_what_is_known_at_the_beginning_may_set_off_an_event() -> None:
    program = program_of(
        whole(
            "steps\n"
            + VISIT
            + DONE
            + "\nwhenever alone\n"
            + ECHO.replace("by specialist", "by specialist").replace(
                "\n        within",
                "\n        ordered by whoever is accountable\n        accepted within 3 days\n        within",
            )
            + "    resume\n"
        ).replace(" and referral letter is known and alone is known", "")
    )
    engine = CareEngine([program])
    engine.enrol("c", "Example", engine.instant("2026-03-02"), {"age": 70, "alone": True})
    assert {place.name for place in engine.where("c")} == {"Visit", "Echo"}


def test_a_question_changes_nothing() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    before = canonical(case.engine.client("c"))
    case.engine.due("c", case.now + 90 * DAY)
    case.engine.findings("c", case.now + 90 * DAY)
    case.engine.client("c", case.now + 90 * DAY)
    assert isinstance(case.engine.propose("c", "Echo", case.now + 90 * DAY), Refusal)
    assert canonical(case.engine.client("c")) == before
    assert isinstance(case.engine.accept("c", "Referral", case.now + HOUR), Fact)


def test_the_plan_follows_the_path_that_goes_on() -> None:
    text = whole("steps\n" + VISIT + REFERRAL + ECHO + DONE).replace(" and referral letter is known and alone is known", "")
    other = text.replace("path Example", "path Other").replace("the owner stays", "nurse at Hospital owns the plan")
    engine = CareEngine([program_of(text), program_of(other)])
    now = engine.instant("2026-03-02T09:00")
    engine.enrol("c", "Other", now, {"age": 70})
    engine.enrol("c", "Example", now, {"age": 70})
    assert engine.client("c").owner == "nurse at Hospital"
    engine.end("c", "Done", now, path="Other")
    assert engine.client("c").owner == "nurse at Hospital"
    engine.complete("c", "Visit", now)
    engine.accept("c", "Referral", now)
    assert engine.client("c").owner == "specialist at Hospital"


CALL = """
whenever Emergency happens
    step Call
        by doctor at Health Centre
        ordered by whoever is accountable
        accepted within 3 days
        within 7 days
    resume
"""


def test_an_event_that_comes_again_while_the_first_is_answered_leaves_a_trace() -> None:
    case = Case(VISIT + DONE, CALL)
    case.engine.observe("c", "Emergency", case.now)
    assert case.codes() == set()
    case.engine.observe("c", "Emergency", case.later(1).now)
    assert [f.message for f in case.engine.findings("c", case.now)] == [
        "`Emergency` came while what it sets off was going on already, and sets off nothing a second time"
    ]


def test_a_sending_that_is_told_counts_from_then_and_once() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit").later(2)
    assert isinstance(case.engine.propose("c", "Referral", case.now), Fact)
    (duty,) = case.engine.due("c", case.now)
    assert (duty.what, duty.since) == ("accept Referral", case.now)
    assert case.codes() == set()
    refused = case.engine.propose("c", "Referral", case.now)
    assert str(refused) == "`Referral` is proposed, and cannot be proposed"
    assert "G101" not in case.later(2).codes()
    assert "G101" in case.later(2).codes()


ORDERED = """\
    step Talk
        by counsellor at Association
        ordered by nurse at Hospital
        accepted within 3 days
        within 9 days
"""


def test_an_order_that_nobody_accepts_is_with_whoever_ordered_it() -> None:
    case = Case(ORDERED + DONE)
    assert [(d.what, d.who) for d in case.engine.due("c", case.now)] == [
        ("accept Talk", "Association"), ("Talk", "counsellor at Association"),
    ]  # fmt: skip
    case.later(5)
    assert ("order Talk again", "nurse at Hospital") in [(d.what, d.who) for d in case.engine.due("c", case.now)]
    (finding,) = [f for f in case.engine.findings("c", case.now) if f.code == "G107"]
    assert (finding.who, finding.message) == ("Hospital", "the order `Talk` was not accepted in time by `Association`")


def test_where_a_client_waits_it_is_told_until_when() -> None:
    repeat = "    repeat every 2 weeks, at most 3 times\n" + "".join("    " + line + "\n" for line in VISIT.splitlines())
    case = Case(repeat + "    wait 3 days\n" + DONE).do("Visit")
    (place,) = case.engine.where("c", case.now)
    assert place.until == case.now + 14 * DAY


# what a second adversary found

ASK = "    decide\n        if alone\n            end Alone\n                closes the plan\n        otherwise\n            continue\n"


def test_rounds_that_pass_by_time_alone_go_on() -> None:
    case = Case("    repeat every 2 weeks, at most 3 times\n        wait 2 days\n" + DONE)
    assert case.later(33).record.enrolments[0].rounds[1].number == 3
    assert case.later(30).record.active == []


def test_what_an_unknown_row_tells_is_used() -> None:
    for tell in (
        lambda c: c.engine.complete("c", "Lab result", c.now, {"alone": True}),
        lambda c: c.engine.observe("c", "zzz", c.now, {"alone": True}),
    ):
        case = Case(VISIT + ASK + ECHO + DONE).do("Visit")
        assert case.record.active
        tell(case)
        assert case.record.active == []


def test_what_another_path_finds_out_sets_off_an_event() -> None:
    one = whole("steps\n" + VISIT + DONE + CALL.replace("Emergency happens", "alone")).replace(
        " and referral letter is known and alone is known", ""
    )
    two = (
        whole("steps\n" + VISIT.replace("Visit", "Talk") + "        makes alone\n" + ECHO + DONE)
        .replace("path Example", "path Other")
        .replace(" and referral letter is known and alone is known", "")
    )
    engine = CareEngine([program_of(one), program_of(two)])
    for path in ("Example", "Other"):
        engine.enrol("c", path, "2026-03-02", {"age": 70})
    engine.complete("c", "Talk", "2026-03-03", {"alone": True})
    assert "Call" in {place.name for place in engine.where("c")}


def test_a_decision_of_the_main_way_waits_while_an_event_runs() -> None:
    event = CALL.replace(
        "        within 7 days\n",
        "        within 7 days\n        makes alone\n    step Second call\n        by doctor at Health Centre\n        ordered by whoever is accountable\n        accepted within 3 days\n        within 7 days\n",
    )
    case = Case(VISIT + ASK + DONE, event).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.do("Call", alone=True)
    assert where(case.record) == {"decide", "Second call"}
    case.do("Second call")
    assert case.record.enrolments[0].ended is not None
    assert case.record.enrolments[0].ended.outcome == "Alone"


def test_a_choice_made_before_the_way_comes_to_it_is_kept() -> None:
    choice = "    client chooses place\n        option Hospital\n        option Health Centre\n        guided by nurse at Health Centre\n        within 3 days\n        if no choice, Health Centre\n"
    case = Case(
        VISIT
        + choice
        + ECHO.replace(
            "specialist at Hospital",
            "nurse at place\n        ordered by nurse at Health Centre\n        accepted within 9 days",
        )
        + DONE
    )
    case.engine.record("chose", "c", "place", case.now, provider="hospital")
    case.do("Visit").later(5)
    assert where(case.record) == {"Echo"}
    assert case.record.enrolments[0].chosen == {"place": "Hospital"}


def test_acceptance_while_the_way_stands_still_can_be_taken_back_and_is_granted_once() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, EMERGENCY.replace("        its owner keeps the plan\n", "")).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.engine.accept("c", "In", case.now)
    assert isinstance(case.engine.accept("c", "Referral", case.now), Fact)
    assert isinstance(case.engine.accept("c", "Referral", case.now), Refusal)
    assert isinstance(case.engine.send_back("c", "Referral", case.now, "mistaken"), Fact)
    case.do("Ward")
    case.engine.accept("c", "Out", case.now)
    assert (where(case.record), case.holder) == ({"Referral"}, "Health Centre")


def test_clocks_run_on_while_the_way_stands_still() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, EMERGENCY.replace("        its owner keeps the plan\n", "")).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.engine.accept("c", "In", case.now)
    case.later(9)
    assert [f.code for f in case.engine.findings("c", case.now) if f.code == "G101"] == ["G101"]
    case.engine.accept("c", "Referral", case.now)
    case.do("Ward")
    case.engine.accept("c", "Out", case.now)
    assert (where(case.record), case.holder) == ({"Echo"}, "Hospital")
    assert [f.code for f in case.engine.findings("c", case.now) if f.code == "G101"] == ["G101"]


def test_nobody_unknown_is_ever_accountable() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE).do("Visit")
    case.engine.send_back("c", "Referral", case.now, "full")
    refused = case.engine.propose("c", "Referral", case.now, "Narnia")
    assert str(refused) == "the network of `Referral` does not know `Narnia`"
    case.engine.record("proposed", "c", "Referral", case.now, provider="Narnia")
    assert "`Referral` was sent to `Narnia`, which the network does not know; it counts as sent to `Hospital`" in {
        f.message for f in case.engine.findings("c", case.now)
    }
    case.engine.accept("c", "Referral", case.now)
    assert case.holder == "Hospital"


def test_names_are_found_however_they_are_spelt() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, CALL.replace("Emergency happens", "Visit happens"))
    case.engine.complete("c", "VISIT", case.now, provider="health centre", path="EXAMPLE")
    assert where(case.record) == {"Referral", "Call"}
    assert case.codes() == set()
    assert isinstance(case.engine.accept("c", "referral", case.now, "HOSPITAL", path="example"), Fact)


def test_the_one_who_was_asked_may_still_accept_an_order_that_fell_to_another() -> None:
    case = Case(
        ORDERED.replace("        within 9 days", "        if not accepted, Health Centre takes over\n        within 9 days")
        + DONE
    ).later(5)
    assert isinstance(case.engine.accept("c", "Talk", case.now, "Association"), Fact)
    assert "G104" not in case.codes()


def test_a_refusal_inside_an_included_path_ends_the_whole() -> None:
    engine = pathflow.open_engine(ROOT / "tests/engine/include/outer.path")
    name = next(iter(engine.machine.programs))
    outer = next(program for program in engine.machine.programs.values() if program.included)
    engine.enrol("c", outer.path.name, "2026-03-02")
    for _ in range(9):
        inside = [e for e in engine.client("c").active if e.parent is not None]
        if inside:
            break
        engine.complete("c", engine.where("c")[0].name, "2026-03-03")
    assert inside, name
    assert {e.holder for e in engine.client("c").active} == {engine.client("c").enrolments[0].holder}
    engine.record("refused", "c", engine.where("c")[0].name, "2026-03-04")
    assert engine.client("c").active == []


NEXT = """\
    repeat
        decide What comes next?
            if Visit happens
                step Visit
                    by doctor at Health Centre
                    within 14 days
            if Echo happens
                step Echo
                    by doctor at Health Centre
                    within 14 days
                end Seen
                    closes the plan
"""


def test_what_began_a_round_does_not_begin_the_next() -> None:
    case = Case(NEXT.rstrip("\n") + "\n").do("Visit")
    assert where(case.record) == {"What comes next?"}
    case.later(1).do("Visit")
    assert where(case.record) == {"What comes next?"}
    case.do("Echo")  # at the same moment, and another thing
    assert case.record.active == []
    assert case.codes() == set()


# a path that another includes

NETWORK = """\
network Family network
    organiser County
    professions doctor, nurse, specialist
    provider Health Centre
        sector public
    provider Hospital
        sector public
    item letter: document
    service ECG
        window 12 months
"""
HEADING = """\
path {0}
    version 1
    uses Family network
    responsible Health Centre
    accountable Health Centre

clients Everybody
    event Emergency
    enter when letter is known

plan {0} plan
    owner doctor at Health Centre
    review every 6 months
    if another path joins, the owner stays

"""
AWAY = """\
    handoff {0}
        from {1} to {2}
        carries letter
        accepted within 2 days
        if not accepted, {3}
        keeps the plan with its owner
"""
CHILD_VISIT = "    step Inner visit\n        by nurse at Health Centre\n        within 7 days\n        does ECG\n"


class Family:
    """An engine with one client on a path that includes another."""

    def __init__(self, folder: Path, outer: str, inner: str) -> None:
        (folder / "net.path").write_text(NETWORK, "utf-8")
        (folder / "inner.path").write_text(
            HEADING.format("Inner") + "steps\n" + inner + "    end Inner done\n        closes the plan\n", "utf-8"
        )
        (folder / "outer.path").write_text(HEADING.format("Outer") + outer, "utf-8")
        self.engine = pathflow.open_engine(folder / "outer.path", anyway=True)
        self.now = self.engine.instant("2026-03-02T09:00")
        assert isinstance(self.engine.enrol("c", "Outer", self.now, {"letter": "made"}), Fact)

    def do(self, step: str) -> Family:
        self.now += HOUR
        self.engine.complete("c", step, self.now)
        return self

    def holders(self) -> set[str]:
        return {e.holder for e in self.engine.client("c", self.now).active}

    def places(self) -> list[str]:
        return [place.name for place in self.engine.where("c", self.now)]


FIRST = "    step First\n        by doctor at Health Centre\n        within 7 days\n"
IN = AWAY.format("In", "whoever is accountable", "Hospital", "Hospital takes over")
OUT = AWAY.format("Out", "Hospital", "whoever was accountable", "whoever was accountable takes over")
WARD = "    step Ward\n        by specialist at Hospital\n        within 3 days\n"


def test_an_event_moves_the_client_on_the_path_and_on_the_one_it_includes(tmp_path: Path) -> None:
    event = "\nwhenever Emergency happens\n" + IN + WARD + OUT + "    resume\n"
    handoff = AWAY.format("Inner referral", "Health Centre", "Hospital", "Health Centre keeps the client")
    family = Family(tmp_path, "steps\n" + FIRST + "    include Inner\n" + DONE + event, handoff + CHILD_VISIT).do("First")
    engine = family.engine
    engine.observe("c", "Emergency", family.now)
    engine.accept("c", "In", family.now)
    assert family.holders() == {"Hospital"}
    # the included path stands still with the other
    engine.accept("c", "Inner referral", family.now)
    assert family.places() == ["Inner referral", "Ward"]
    family.do("Ward")
    engine.accept("c", "Out", family.now)
    assert family.places() == ["Inner visit"]
    assert family.holders() == {"Hospital"}


def test_beginning_again_leaves_no_included_path_behind(tmp_path: Path) -> None:
    event = "\nwhenever Emergency happens\n    step Ward\n        by doctor at Health Centre\n        within 3 days\n    restart from First\n"
    family = Family(tmp_path, "steps\n" + FIRST + "    include Inner\n" + DONE + event, CHILD_VISIT).do("First")
    family.engine.observe("c", "Emergency", family.now)
    family.do("Ward")
    assert family.places() == ["First"]
    assert len(family.engine.client("c").active) == 1
    assert family.do("First").places() == ["Inner visit"]


def test_a_later_round_of_an_included_path_is_scheduled(tmp_path: Path) -> None:
    outer = "steps\n" + FIRST + "    repeat every 1 week, at most 3 times\n        include Inner\n" + DONE
    family = Family(tmp_path, outer, CHILD_VISIT).do("First").do("Inner visit")
    family.now += 8 * DAY
    family.do("Inner visit")
    assert len(family.engine.client("c").enrolments) == 3
    assert "D101" not in {f.code for f in family.engine.findings("c", family.now)}


def test_a_duplicate_after_an_override_is_a_finding_again() -> None:
    test = "    step {0}\n        by nurse at Health Centre\n        within 9 months\n        does ECG\n"
    case = Case(test.format("One") + test.format("Two") + test.format("Three") + DONE).do("One").later(1).do("Two")
    assert "D101" in case.codes()
    case.engine.override("c", "D101", case.later(1).now, "the first was unreadable")
    assert "D101" not in case.codes()
    case.later(1).do("Three")
    assert "D101" in case.codes()


def test_a_deadline_that_passed_while_the_way_stood_still_is_said_once() -> None:
    case = Case(VISIT + REFERRAL + ECHO + DONE, EMERGENCY.replace("        its owner keeps the plan\n", "")).do("Visit")
    case.engine.observe("c", "Emergency", case.now)
    case.engine.accept("c", "In", case.now)
    case.later(9).do("Ward")
    case.engine.accept("c", "Out", case.now)
    case.later(1)
    assert case.holder == "Association"
    assert [f.code for f in case.engine.findings("c", case.now) if f.code == "G101" and "Referral" in f.message] == ["G101"]


ANY_ROUND = """\
steps
    repeat at most 3 times
        together until any is done
            branch One
                step A
                    by nurse at Health Centre
                    within 3 days
            branch Two
                step B
                    by nurse at Health Centre
                    within 3 days
    handoff Referral
        from nurse at Health Centre to specialist at Hospital
        carries referral letter
        accepted within 9 days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    step Visit
        by specialist at Hospital
        within 3 days
    end Done
        closes the plan
"""


def test_a_branch_of_which_any_is_enough_in_a_repeat_is_passed_once_on_the_way_to_what_cannot_be_reached() -> None:
    machine = machine_of(whole(ANY_ROUND))
    program = next(iter(machine.programs.values()))
    facts = [
        Fact("enrolled", at(program, "2026-03-02T09:00"), "Example", {"age": 70}),
        Fact("completed", at(program, "2026-03-03T09:00"), "Visit", number=1),
    ]
    record = machine.fold("c", facts)
    assert sorted(program.nodes[n].name for n in record.enrolments[0].tokens) == ["A", "B"]


REVIEWED = """\
steps
    repeat at most 3 times
        together until any is done
            branch Time
                wait 2 weeks
            branch Visits
                repeat every 1 week, 9 times
                    step Visit
                        by nurse at Health Centre
                        within 3 days
        step Review
            by nurse at Health Centre
            within 3 days
            makes well
    until well
    end Done
        closes the plan
"""


@pytest.mark.parametrize("late", ["2026-03-16T09:00", "2026-03-20T09:00"])
def test_a_visit_after_the_visits_have_ended_does_not_carry_the_client_past_the_review(late: str) -> None:
    machine = machine_of(whole(REVIEWED).replace("    item age", "    item well: yes or no\n    item age"))
    program = next(iter(machine.programs.values()))
    enrolled = Fact("enrolled", at(program, "2026-03-02T09:00"), "Example", {"age": 70})
    visits = [Fact("completed", at(program, day), "Visit", number=1) for day in ("2026-03-03T09:00", late)]
    record = machine.fold("c", [enrolled, *visits])
    assert [program.nodes[n].name for n in record.enrolments[0].tokens] == ["Review"]
    assert not record.enrolments[0].owed
    reviewed = Fact("completed", at(program, "2026-03-20T10:00"), "Review", {"well": False}, number=2)
    third = Fact("completed", at(program, "2026-03-21T09:00"), "Visit", number=3)
    again = machine.fold("c", [enrolled, *visits, reviewed, third]).enrolments[0]
    assert sorted(now.number for now in again.rounds.values()) == [1, 2]  # the first visit of the second round
    assert not again.dropped
    assert not any("before `Review`" in f.message for f in machine.fold("c", [enrolled, *visits, reviewed, third]).findings)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_document_that_a_step_makes_sets_off_what_waits_for_it(is_there: bool) -> None:
    """Whether or not the fact names it; and only where the rest of the condition holds."""
    card = "steps\n    step Visit\n        by doctor at Health Centre\n        within 14 days\n        makes referral letter\n"
    alarm = "\nwhenever referral letter is known and age >= 65 years, beside the main way\n" + ECHO
    text = whole(card + VISIT.replace("Visit", "Second visit") + DONE + alarm).replace(
        " and referral letter is known and alone is known", ""
    )
    machine = machine_of(text.replace("specialist at Hospital", "doctor at Health Centre"))
    program = next(iter(machine.programs.values()))
    facts = [
        Fact("enrolled", at(program, "2026-03-02T09:00"), "Example", {"age": 70 if is_there else 30}),
        Fact("completed", at(program, "2026-03-03T09:00"), "Visit", number=1),
    ]
    enrolment = machine.fold("c", facts).enrolments[0]
    assert ("Echo" in {program.nodes[n].name for n in enrolment.tokens}) == is_there


def test_who_is_handed_over_on_the_main_way_is_not_missed_by_a_way_beside_it() -> None:
    calls = "    repeat every 1 week, 20 times\n        step Call\n            by nurse at whoever is accountable\n            within 7 days\n"
    case = Case(VISIT + REFERRAL + ECHO + DONE, "\nwhenever Visit happens, beside the main way\n" + calls).do("Visit")
    case.engine.propose("c", "Referral", case.now)
    case.engine.accept("c", "Referral", case.now)
    case.later(40)
    assert (case.holder, list(case.record.enrolments[0].events)) == (
        "Hospital",
        [case.record.enrolments[0].tables.triggers[0].node],
    )
    assert "G110" not in case.codes()
