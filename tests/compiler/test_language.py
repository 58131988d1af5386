"""What the words of a network and a path mean once they are read, and what is said when they cannot mean anything."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.base.durations import Duration
from pathflow.model import network as net
from pathflow.model import path as model
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import codes_of, findings_of, program_of
from tests.rules.examples import NETWORK, whole

MORE = (
    NETWORK
    + """\
    provider Care Company
        sector private
        meets registration, physician on call
        in Finnish Hoivayhtiö
        in Swedish Vårdbolaget
    service home nursing
        requires registration
        officials only
        takes 45 minutes
        price 60,50 € per visit
        payer client fee
    agreement Nursing
        with Care Company
        mode purchase
        covers home nursing
        valid from 2020-01-01
        carries referral letter
        price 55 € per visit for home nursing
        price 900 €
        payer County
        part of Lake alliance
        legal basis the client's permission
    site Lake House
        hosts Health Centre, Care Company
        address Lake Street 1
        timetable Mondays 9–15
        timetable Fridays 9–12
    alliance Lake alliance
        partner Health Centre
            gain 60 %
            pain 55 %
        partner Care Company
            gain 40 %
            pain 45 %
            leads home nursing
        target cost 2000000 €
        target Longer at home
            measured by share of over-75s at home
    package Older people
        enter when ejection fraction < 50 %
        must have home nursing
        may have ECG
"""
)


def network_of(text: str) -> net.Network:
    return program_of(whole(text)).path.network


def steps(*lines: str) -> str:
    return "steps\n" + "\n".join(lines) + "\n    end Done\n        closes the plan\n"


VISIT = ("    step Visit", "        by doctor at Health Centre", "        within 14 days")


def test_a_network_says_what_providers_meet_and_what_things_cost() -> None:
    network = network_of(MORE)
    company = network.providers["Care Company"]
    assert company.meets == ("registration", "physician on call")
    assert company.labels == (("fi", "Hoivayhtiö"), ("sv", "Vårdbolaget"))
    nursing = network.services["home nursing"]
    assert (nursing.requires, nursing.is_official, nursing.takes) == (("registration",), True, Duration(45, "minute"))
    assert nursing.price == net.Price(60.5, "€", "visit")
    assert list(map(str, nursing.payers)) == ["client fee"]
    agreement = network.agreements_with("Care Company")[0]
    assert agreement.prices == (net.Price(55, "€", "visit", "home nursing"), net.Price(900, "€"))
    assert (*map(str, agreement.payers), agreement.alliance, agreement.basis) == (
        "County",
        "Lake alliance",
        "the client's permission",
    )


def test_a_network_says_where_and_with_whom() -> None:
    network = network_of(MORE)
    site = network.sites["Lake House"]
    assert site.hosts == ("Health Centre", "Care Company")
    assert site.timetable == ("Mondays 9–15", "Fridays 9–12")
    assert network.sites_of("Health Centre") == ("Lake House",)
    alliance = network.alliances["Lake alliance"]
    assert [(p.name, p.gain, p.pain, p.leads) for p in alliance.partners] == [
        ("Health Centre", 60, 55, ()), ("Care Company", 40, 45, ("home nursing",)),
    ]  # fmt: skip
    assert alliance.targets[0].measures == ("share of over-75s at home",)
    assert alliance.cost == net.Price(2_000_000, "€")
    package = network.packages["Older people"]
    assert (package.must_have, package.may_have) == (("home nursing",), ("ECG",))
    assert str(package.enter_when) == "ejection fraction < 50 %"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("gain 60 %", "gain 50 %", "P404", "shares of gain in `Lake alliance` add up to 90 %"),
        ("pain 55 %", "pain 55", "P203", "55 what? A share is in per cent"),
        ("pain 55 %", "pain 55 kg", "P401", "a share is in per cent, not in kg"),
        ("pain 55 %", "pain 155 %", "P404", "155 % is no share"),
        ("price 900 €", "price 900", "P203", "900 what? A price needs its currency"),
        ("price 900 €", "price -900 €", "P404", "cannot be less than nothing"),
        ("partner Care Company", "partner Health Centre", "P302", "`Health Centre` is a partner already"),
        ("            gain 60 %", "            leads home nursing\n            gain 60 %", "P302", "is led by"),
        ("part of Lake alliance", "part of Late alliance", "P301", "is not an alliance"),
        ("hosts Health Centre", "hosts Heatlh Centre", "P301", "is not a provider"),
        ("must have home nursing", "must have home nursery", "P301", "neither a service of this network nor a path"),
        ("for home nursing", "for home nursery", "P301", "is not a service"),
    ],
)
def test_what_a_network_cannot_mean_is_said_where_it_stands(old: str, new: str, code: str, words: str) -> None:
    text = whole(MORE.replace(old, new, 1))
    found = [f for f in findings_of(text) if f.level == "error"]
    assert [(f.code, words in f.message) for f in found] == [(code, True)], [f.message for f in found]
    assert found[0].span is not None
    lines = text.splitlines()
    assert found[0].span.line in range(
        1 + next(i for i, line in enumerate(lines) if line.strip().startswith(("alliance", "site", "agreement N", "package"))),
        len(lines),
    )


def test_the_agreement_says_once_for_all_what_goes_along_and_why_it_may() -> None:
    order = ("    step Nursing", "        by nurse at Care Company", "        ordered by doctor at Health Centre")
    text = MORE.replace("        meets registration", "        professions nurse\n        meets registration")
    program = program_of(whole(text + steps(*order, "        accepted within 2 days", "        within 9 days")))
    step = program.nodes[program.find("Nursing") or 0].statement
    assert isinstance(step, model.Step)
    assert step.carries == ("referral letter",)
    assert step.basis == model.Basis("the client's permission")


def test_a_legal_basis_may_be_the_item_that_holds_the_consent() -> None:
    order = ("    step Talk", "        by counsellor at Association", "        ordered by doctor at Health Centre")
    program = program_of(
        whole(steps(*order, "        accepted within 2 days", "        within 9 days", "        legal basis Alone"))
    )
    step = program.nodes[program.find("Talk") or 0].statement
    assert isinstance(step, model.Step)
    assert step.basis == model.Basis("Alone", consent="alone")


def test_a_step_says_where_with_what_and_what_it_starts() -> None:
    more = (
        "        place Lake House",
        "        takes 30 minutes",
        "        price 120 €",
        "        payer County",
        "        code SPAT1",
    )
    call = (
        "    step Call",
        "        by nurse at Health Centre, remote",
        "        within 3 days",
        "        same visit as Visit",
    )
    program = program_of(whole(MORE + steps(*VISIT, *more, "        in Finnish Käynti", *call)))
    visit, second = (program.nodes[program.find(name) or 0].statement for name in ("Visit", "Call"))
    assert isinstance(visit, model.Step)
    assert isinstance(second, model.Step)
    assert (visit.place, visit.takes, visit.price) == ("Lake House", Duration(30, "minute"), net.Price(120, "€"))
    assert (*map(str, visit.payers), visit.code, visit.labels) == ("County", "SPAT1", (("fi", "Käynti"),))
    assert second.same_visit == "Visit"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("place Late House", "P301"),
        ("same visit as Visit", "P303"),
        ("same visit as Vista", "P301"),
        ("starts Nowhere", "P301"),
        ("takes 30", "P203"),
        ("price cheap", "P202"),
    ],
)
def test_what_a_step_cannot_mean_is_said(line: str, code: str) -> None:
    assert {c for _, c in codes_of(whole(MORE + steps(*VISIT, "        " + line)))} == {code}


TOGETHER = """\
steps
    together {0}
        branch One
            step First
                by nurse at Health Centre
                within 3 days
        branch Two
            step Second
                by nurse at Health Centre
                within 3 days
    end Done
        closes the plan
"""


def test_branches_of_which_any_is_enough() -> None:
    program = program_of(whole(TOGETHER.format("until any is done")))
    assert list(program.needed.values()) == [1]
    assert list(program_of(whole(TOGETHER.format(""))).needed.values()) == [2]
    for wrong in ("until 2 are done", "until 0 are done", "until 7 are done"):
        assert [c for _, c in codes_of(whole(TOGETHER.format(wrong)))] == ["P404"]
    for wrong in ("until any", "all", "until two are done"):
        assert [c for _, c in codes_of(whole(TOGETHER.format(wrong)))] == ["P202"]


def test_an_item_is_there_after_branches_only_if_enough_of_them_make_it() -> None:
    made = TOGETHER.replace(
        "        by nurse at Health Centre\n", "        by nurse at Health Centre\n                makes ECG recording\n", 1
    )
    needing = made.replace(
        "    end Done",
        "    step Read\n        by doctor at Health Centre\n        within 3 days\n        needs ECG recording\n    end Done",
    )
    assert codes_of(whole(needing.format(""))) == []
    assert [c for _, c in codes_of(whole(needing.format("until any is done")))] == ["G301"]
    both = needing.replace(
        "        by nurse at Health Centre\n                within",
        "        by nurse at Health Centre\n                makes ECG recording\n                within",
    )
    assert codes_of(whole(both.format("until any is done"))) == []


def test_an_event_beside_the_main_way_neither_moves_the_client_nor_resumes() -> None:
    call = "    step Call\n        by nurse at Health Centre\n        ordered by whoever is accountable\n"
    call += "        accepted within 1 day\n        if not accepted, whoever is accountable takes over\n        within 3 days\n"
    beside = whole(steps(*VISIT) + "whenever Emergency happens, beside the main way\n" + call)
    assert codes_of(beside) == []
    assert [c for _, c in codes_of(beside + "    resume\n")] == ["P106"]
    moved = "    handoff Away\n        from Health Centre to Hospital\n        carries referral letter\n        accepted within 3 days\n"
    moved += "        if not accepted, Health Centre keeps the client\n        keeps the plan with its owner\n"
    assert "G105" in [c for _, c in codes_of(beside + moved)]


def test_chances_add_up() -> None:
    decide = "    decide Which?\n        if alone\n            chance {0}\n            continue\n        if not alone\n            chance {1}\n            continue\n"
    text = whole(steps(*VISIT, decide.rstrip("\n")))
    assert codes_of(text.replace("{0}", "30 %").replace("{1}", "70 %")) == []
    for first, second in (("30 %", "60 %"), ("80 %", "70 %")):
        assert [c for _, c in codes_of(text.replace("{0}", first).replace("{1}", second))] == ["P404"]


def test_load_is_read_for_simulation() -> None:
    load = "load A year\n    arrivals 40 per month\n    capacity 20 hours per week of doctor at Health Centre\n"
    found = program_of(whole(steps(*VISIT) + load)).path.load
    assert found is not None
    assert str(found.arrivals) == "40 per month"
    assert [(str(c.actor), str(c.rate)) for c in found.capacities] == [("doctor at Health Centre", "20 hours per week")]
    assert [c for _, c in codes_of(whole(steps(*VISIT) + load.replace("40", "-40")))] == ["P404"]


# several files

HEAD = """\
path {name}
    version {version}
    valid from 2026-01-01
    uses Example network
    responsible Health Centre
    accountable Health Centre
{more}
clients Adults
    linked parent
        shares age
        legal basis Client Data Act
    enter when age >= 18 years

plan Care plan
    owner doctor at Health Centre
    review every 6 months
    if another path joins, the owner stays

"""


def write(folder: Path, name: str, version: str, more: str, body: str) -> Path:
    (folder / "network.path").write_text(NETWORK + "    item age: number of years\n", "utf-8")
    file = folder / f"{name.lower()}.path"
    file.write_text(HEAD.format(name=name, version=version, more=more) + body, "utf-8")
    return file


def test_an_included_path_is_in_the_version_that_is_meant(tmp_path: Path) -> None:
    write(tmp_path, "Inner", "2.0", "", steps(*VISIT))
    outer = write(tmp_path, "Outer", "1.0", "", steps("    include Inner", "        version 2.0"))
    assert pathflow.check(outer).findings == ()
    outer = write(tmp_path, "Outer", "1.0", "", steps("    include Inner", "        version 1.0"))
    found = pathflow.check(outer).findings
    assert [(f.code, f.span.line if f.span else 0) for f in found] == [("P308", 21)]


def test_what_passes_in_and_out_of_an_included_path(tmp_path: Path) -> None:
    write(tmp_path, "Inner", "2.0", "    needs referral letter\n    makes ECG recording\n", steps(*VISIT, "        does ECG"))
    use = ("    step Read", "        by doctor at Health Centre", "        within 3 days", "        needs ECG recording")
    outer = write(tmp_path, "Outer", "1.0", "", steps(*VISIT, "        makes referral letter", "    include Inner", *use))
    assert pathflow.check(outer).findings == ()
    outer = write(tmp_path, "Outer", "1.0", "", steps(*VISIT, "    include Inner", *use))
    assert ["needs `referral letter`" in f.message for f in pathflow.check(outer).findings] == [True]
    write(tmp_path, "Inner", "2.0", "    makes ejection fraction\n", steps(*VISIT, "        does ECG"))
    outer = write(tmp_path, "Outer", "1.0", "", steps(*VISIT, "    include Inner", *use))
    said = {(f.code, f.span.file.rpartition("/")[2] if f.span else "") for f in pathflow.check(tmp_path).findings}
    # the promise is not kept, and nothing else comes out: what was found out inside is read by nobody
    assert said == {("G301", "inner.path"), ("G306", "inner.path"), ("G301", "outer.path")}
    write(tmp_path, "Inner", "2.0", "    makes ECG recording\n", steps(*VISIT, "        does ECG"))
    outer = write(tmp_path, "Outer", "1.0", "", steps(*VISIT, "    include Inner"))
    assert [f.code for f in pathflow.check(outer).findings] == ["G306"]


def test_a_step_starts_another_path_for_the_client(tmp_path: Path) -> None:
    other = write(tmp_path, "Other", "1", "", steps("    step Talk", *VISIT[1:]))
    first = write(tmp_path, "First", "1", "", steps(*VISIT, "        starts Other", "    wait 1 year"))
    assert pathflow.check(tmp_path).findings == ()
    engine = pathflow.open_engine([first, other])
    now = engine.instant("2026-03-02T09:00")
    engine.enrol("c", "First", now, {"age": 30})
    engine.complete("c", "Visit", now)
    assert {place.name for place in engine.where("c", now)} == {"wait 1 year", "Talk"}
    engine.record("enrolled", "c", "Other", now + 1)  # it only says what the step has brought about
    assert [f.code for f in engine.findings("c", now + 2)] == []
    engine.record("enrolled", "c", "Other", now + 3)
    assert [f.code for f in engine.findings("c", now + 4)] == ["G201"]


def test_a_step_starts_a_path_for_somebody_who_is_linked(tmp_path: Path) -> None:
    write(tmp_path, "Other", "1", "", steps("    step Talk", *VISIT[1:]))
    first = write(tmp_path, "First", "1", "", steps(*VISIT, "        starts Other for parent", "    wait 1 year"))
    assert pathflow.check(tmp_path).findings == ()
    path = pathflow.load(first).program.path
    assert path.clients.linked["parent"].shares == ("age",)
    visit = path.body[0]
    assert isinstance(visit, model.Step)
    assert visit.starts == model.Start("Other", "parent")
    engine = pathflow.open_engine([first])
    now = engine.instant("2026-03-02T09:00")
    engine.enrol("c", "First", now, {"age": 30})
    engine.complete("c", "Visit", now)
    assert len(engine.client("c", now).enrolments) == 1  # the parent has a record of their own
    write(tmp_path, "First", "1", "", steps(*VISIT, "        starts Other for aunt"))
    assert [f.code for f in pathflow.check(first).findings] == ["P301"]


def test_an_event_of_the_network_ends_a_window_on_every_path() -> None:
    text = whole(
        NETWORK.replace("unless rhythm symptom", "unless New fracture happens")
        + "    event New fracture\n        known as fx\n"
        + steps(*VISIT)
    )
    assert codes_of(text) == []
    program = program_of(text)
    assert set(program.path.events) == {"New fracture", "Emergency"}
    assert str(program.path.network.services["ECG"].unless) == "New fracture happens"
    lost = NETWORK.replace("unless rhythm symptom", "unless New fracture happens") + steps(*VISIT)
    assert [(f.code, "in this network" in (f.advice or "")) for f in findings_of(whole(lost))] == [("P301", True)]


def test_a_consultation_may_be_from_afar() -> None:
    asked = (
        "    consultation Advice",
        "        from doctor at Health Centre to specialist at Hospital, remote",
        "        answered within 3 days",
    )
    statement = program_of(whole(steps(*asked))).path.body[0]
    assert isinstance(statement, model.Consultation)
    assert str(statement.receiver) == "specialist at Hospital, remote"


CLASSES = """\
clients Adults
    item finding class: one of 1, 2, 3
    item mental health or substance use: yes or no
    item age: number of years

steps
    step Visit
        by doctor at Health Centre
        within 14 days
        makes finding class
    decide Which?
        if finding class is one of 1, 2
            continue
        if finding class is 3
            continue
    end Done
        closes the plan

test Three
    given finding class is 3, age is 40 years
    expect Visit, Done
"""


def test_options_may_be_numbers() -> None:
    text = whole(CLASSES)
    assert codes_of(text) == []
    assert [f.message for outcome in run_scenarios(program_of(text), watch_all) for f in outcome.failures] == []
    assert [c for _, c in codes_of(whole(CLASSES.replace("class is 3\n", "class is 4\n", 1)))] == ["P403"]


def test_a_name_that_a_condition_would_cut_is_asked_for_in_quotes() -> None:
    text = whole(CLASSES.replace("if finding class is 3", "if mental health or substance use"))
    assert {("double quotes" in (f.advice or ""), f.code) for f in findings_of(text) if f.level == "error"} == {(True, "P309")}


def test_a_limit_that_can_never_apply_is_seen() -> None:
    text = whole(steps(*VISIT, "        within 9 days of enrolment"))
    assert codes_of(text) == [(text.splitlines().index("        within 9 days of enrolment") + 1, "G401")]
    assert codes_of(whole(steps(*VISIT[:2], "        within 3 days, when age >= 65 years", "        within 9 days"))) == []


NUMBERED = """\
clients Adults
    item age: number of years
    item class: one of 0, 1, 2, 3
    item dose: one of 1 kg, 2.5 kg, none
    item "mood and sleep": one of "good or bad", 7
    item "a, b": number of kg
    enter when age >= 18 years and ({})
"""


@pytest.mark.parametrize(
    ("written", "example"),
    [
        ("class >= 2", "class is one of 2, 3"),
        ("class < 1", "class is 0"),
        ("class > 8", "class is 0"),
        ("class", "class is 0"),
        ("dose <= 3 kg", 'dose is one of "1 kg", "2.5 kg"'),
        ("dose > 2 kg", "dose is 2.5 kg"),
        ('"mood and sleep" < 9', '"mood and sleep" is 7'),
        ('"mood and sleep"', '"mood and sleep" is "good or bad"'),
        ('"a, b"', '"a, b" < 10 kg'),
    ],
)
def test_the_example_in_a_message_is_right_for_the_item(written: str, example: str) -> None:
    text = whole(NUMBERED.format(written))
    assert [(f.code, f.advice) for f in findings_of(text)] == [("P402", f"For example: {example}")]
    assert findings_of(whole(NUMBERED.format(example))) == []


def test_an_option_that_is_a_number_with_a_unit_is_one() -> None:
    for written in ("dose is 1 kg", 'dose is "1 kg"', "dose is 2,5 kg", "dose = 2.5 kg", "class = 3"):
        assert findings_of(whole(NUMBERED.format(written))) == [], written
    assert [f.code for f in findings_of(whole(NUMBERED.format("dose is 1")))] == ["P403"]


CUT = {
    "    item mood and sleep: yes or no": "        if mood and sleep",
    "    event Fall, hard": "        if Fall, hard happens",
    "    event First is best": "        if First is best happens",
}


@pytest.mark.parametrize("given", CUT)
@pytest.mark.parametrize("is_quoted", [False, True])
def test_a_name_that_is_cut_where_it_is_used_is_said_once(given: str, is_quoted: bool) -> None:
    use = CUT[given]
    name = given.split(maxsplit=1)[1].split(":", maxsplit=1)[0]
    if is_quoted:
        given = given.replace(name, f'"{name}"')
    clients = f"clients Adults\n    item age: number of years\n{given}\n\n"
    lines = ["    decide Which?", use, "            continue", "    decide Which again?", use, "            continue"]
    text = whole(clients + steps(*VISIT, *lines))
    (found,) = [f for f in findings_of(text) if f.level == "error" and f.code[0] == "P"]
    assert (found.code, found.advice) == ("P309", f'Put it in double quotes wherever it is used: "{name}"')
    places = [found.span, *(related.span for related in found.related)]
    shown = [text.splitlines()[p.line - 1][p.column - 1 : p.end_column - 1].strip('"') for p in places if p is not None]
    assert shown == [name] * 3
    assert (found.span is not None and text.splitlines()[found.span.line - 1] == given) is not is_quoted
    mended = text.replace(use, use.replace(name, f'"{name}"'))
    assert [f.code for f in findings_of(mended) if f.code[0] == "P"] == []


def test_professions_are_called_otherwise_in_other_languages() -> None:
    alone = MORE.replace(
        "    professions nurse, doctor,", "    professions nurse\n        in Finnish hoitaja\n    professions doctor,", 1
    )
    network = network_of(alone)
    assert network.called == {"nurse": (("fi", "hoitaja"),)}
    assert network.professions == network_of(MORE).professions
    several = MORE.replace("specialist, counsellor\n", "specialist, counsellor\n        in Finnish hoitaja\n", 1)
    assert [(f.code, f.words["count"], f.words["example"]) for f in findings_of(several) if f.level == "error"] == [
        ("P102", "4", "professions nurse")
    ]


def test_a_network_takes_over_what_professions_are_called(tmp_path: Path) -> None:
    base = "network Base\n    organiser County\n    professions nurse\n        in Swedish skötare\n"
    (tmp_path / "base.path").write_text(base, "utf-8")
    text = whole(NETWORK.replace("    organiser", "    uses Base\n    organiser", 1) + steps(*VISIT))
    (tmp_path / "own.path").write_text(text, "utf-8")
    assert pathflow.load(tmp_path / "own.path").path.network.called == {"nurse": (("sv", "skötare"),)}


def test_of_several_networks_what_professions_are_called_is_known_too(tmp_path: Path) -> None:
    for name, word in (("One", "nurse"), ("Two", "doctor")):
        network = f"network {name}\n    organiser County\n    professions {word}\n        in Swedish {word}n\n"
        (tmp_path / f"{name}.path").write_text(network, "utf-8")
    text = whole(NETWORK + steps(*VISIT)).replace(
        "    uses Example network", "    uses Example network\n    uses One\n    uses Two", 1
    )
    (tmp_path / "own.path").write_text(text, "utf-8")
    called = pathflow.load(tmp_path / "own.path").path.network.called
    assert called == {"nurse": (("sv", "nursen"),), "doctor": (("sv", "doctorn"),)}


def test_options_are_called_otherwise_in_other_languages() -> None:
    item = "    item pain: one of mild, severe\n"
    named = MORE + item + "        options in Finnish lievä, kova\n        options in Swedish lindrig, svår\n"
    assert network_of(named).items["pain"].called == (
        ("mild", (("fi", "lievä"), ("sv", "lindrig"))),
        ("severe", (("fi", "kova"), ("sv", "svår"))),
    )
    too_few = MORE + item + "        options in Finnish lievä\n"
    none = MORE + "    item pain: yes or no\n        options in Finnish lievä, kova\n"
    said = [f.message for text in (too_few, none) for f in findings_of(text) if f.level == "error"]
    assert said == [
        "`pain` has 2 options, and 1 names for them in another language",
        "`pain` has 0 options, and 2 names for them in another language",
    ]


def test_of_two_names_on_a_line_the_one_is_told_that_cuts_it() -> None:
    """`First is best` ends at `is`, and the line cannot be read on from there; `To the ward` stands beside it, whole."""
    named = [*VISIT, "    step First is best", *VISIT[1:], "    step To the ward", *VISIT[1:]]
    text = whole(steps(*named) + "test One\n    given age is 50 years\n    expect First is best, To the ward\n")
    (found,) = [f for f in findings_of(text) if f.code[0] == "P"]
    assert (found.code, found.words["name"]) == ("P309", "First is best")
    assert found.edit is not None
    assert found.edit.is_safe  # with the quotes the line is read


def test_a_name_of_which_only_a_part_is_not_known_is_not_quoted_without_asking() -> None:
    """`mood and sleep` may be one item, or two of which one is written wrong."""
    clients = "clients Adults\n    item age: number of years\n    item mood and sleep: yes or no\n\n"
    text = whole(clients + steps(*VISIT, "    decide Which?", "        if mood and sleep", "            continue"))
    (found,) = [f for f in findings_of(text) if f.code == "P309"]
    assert found.edit is not None
    assert not found.edit.is_safe
