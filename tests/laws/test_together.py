"""What is proved of two paths and one client agrees with trying everything in the engine."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler
from pathflow.dsl.parse import parse_text
from pathflow.model import conditions as model
from pathflow.rules.cells import UNKNOWN, client_with
from pathflow.rules.registry import prove_all, prove_pairs
from pathflow.rules.together import pair_of, pairs_of
from pathflow.rules.ways import Ways
from tests.laws.test_cells import CONDITIONS, GRID, ITEMS, holds
from tests.oracles.two_paths import Claim, Tried, TwoPaths

NETWORK = """\
network Shared network
    organiser County
    professions nurse, doctor, counsellor
    provider Health Centre
        sector public
        register health
    provider Hospital
        sector public
        register health
    provider Home Care
        sector public
        register social
    item letter: document
    item recording: document
    item alone: yes or no
    item in pain: yes or no
    event Fall
    service ECG
        window 30 days, unless worse
        makes recording
    service echo
        window 12 months
"""
OWNERS = ("nurse at Health Centre", "doctor at Hospital")
PLACES = ("nurse at Health Centre", "doctor at Hospital", "nurse at Home Care")


@st.composite
def paths(draw: DrawFn, name: str) -> str:
    """A small path on the shared network, whose steps have names of their own."""
    count = itertools.count(1)
    lines = [
        f"path {name}",
        "    version 1",
        "    valid from 2026-01-01",
        "    uses Shared network",
        "    responsible Hospital",
    ]
    lines += ["    accountable Health Centre", "", f"clients Group {name}"]
    enter = draw(st.sampled_from(["", "", "alone", "alone is no", "alone is known"]))
    lines += [f"    enter when {enter}"] if enter else ["    item of no use: text"]
    joining = draw(st.sampled_from(["the owner stays", "the owner stays", *(f"{owner} owns the plan" for owner in OWNERS)]))
    lines += ["", f"plan Plan {name}", f"    owner {draw(st.sampled_from(OWNERS))}", "    review every 6 months"]
    lines += [f"    if another path joins, {joining}", "", "steps"]
    for _ in range(draw(st.integers(1, 3))):
        lines += ["    " + line for line in draw(_statements(name, count))]
    lines += ["    end " + f"{name} Done", "        " + draw(_kept(st.just("closes the plan")))]
    if draw(st.integers(0, 3)) == 0:
        lines += ["", "whenever Fall happens", *("    " + line for line in draw(_steps(name, count))), "    resume"]
    return "\n".join(lines) + "\n"


@st.composite
def _kept(draw: DrawFn, other: st.SearchStrategy[str]) -> str:
    named = st.builds(lambda owner: f"keeps the plan with {owner}", st.sampled_from(OWNERS))
    return draw(st.one_of(other, other, named, named, st.just("keeps the plan with its owner")))


@st.composite
def _statements(draw: DrawFn, name: str, count: itertools.count[int]) -> list[str]:
    kind = draw(st.sampled_from(["step", "step", "handoff", "handoff", "repeat", "wait", "decide", "guarded", "together"]))
    inner = _steps(name, count)
    if kind == "handoff":
        taker = draw(st.sampled_from(["Health Centre", "Hospital", "Home Care"]))
        lines = [f"handoff {name} Handoff {next(count)}", f"    from whoever is accountable to {taker}", "    carries letter"]
        lines += ["    accepted within 3 days", "    if not accepted, whoever is accountable takes over"]
        moves = st.builds(lambda owner: f"moves the plan to {owner}", st.sampled_from(OWNERS))
        return [*lines, "    " + draw(_kept(moves))]
    if kind == "repeat":
        return ["repeat every 2 days, at most 2 times", *("    " + line for line in draw(inner))]
    if kind == "wait":
        return [f"wait {draw(st.sampled_from([2, 40]))} days"]
    if kind == "decide":
        return ["decide", "    if alone", *("        " + line for line in draw(inner)), "    otherwise", "        continue"]
    if kind == "together":
        parts = ["together"]
        for _ in range(2):
            parts += [f"    branch {name} branch {next(count)}", *("        " + line for line in draw(inner))]
        return parts
    if kind == "guarded":
        step = [f"step {name} Guarded {next(count)}", f"    by {draw(st.sampled_from(PLACES[:2]))}", "    does ECG"]
        lines = ["decide", "    if recording is unknown", *("        " + line for line in step)]
        return [*lines, "    otherwise", "        continue"]
    return draw(inner)


@st.composite
def _steps(draw: DrawFn, name: str, count: itertools.count[int]) -> list[str]:
    lines = [f"step {name} Step {next(count)}", f"    by {draw(st.sampled_from(PLACES))}"]
    does = draw(st.sampled_from(["", "    does ECG", "    does ECG", "    does echo", "    does ECG because worse"]))
    made = draw(st.sampled_from(["", "", "", "    makes alone"]))
    return [*lines, *([does] if does else []), *([made] if made else [])]


def ways_of(*texts: str) -> list[Ways]:
    folder = Path("/there-is-no-such-folder")
    library = Library(folder)
    for name, text in {"network": NETWORK, **{f"path{number}": text for number, text in enumerate(texts)}}.items():
        library.give(folder / f"{name}.path", parse_text(str(folder / f"{name}.path"), text), text.encode())
    compiler = Compiler(library)
    found = []
    for number in range(len(texts)):
        unit = compiler.unit(folder / f"path{number}.path")
        assert not unit.has_errors, [f.message for f in unit.findings]
        assert unit.program is not None
        found.append(Ways(unit.program, frozenset(unit.doubts), unit.is_whole))
    return found


def proved(one: Ways, other: Ways) -> set[Claim]:
    pair = pair_of(one, other)
    found: set[Claim] = set()
    for finding in prove_pairs([pair]) if pair is not None else ():
        if finding.code in ("D103", "G309"):
            found.add(("again" if finding.code == "D103" else "unread", finding.words["service"], finding.words["step"]))
        elif finding.code == "O107" and "name" in finding.words:
            found.add(("owner", "", finding.words["name"]))
    return found


def wrong_alone(*paths: Ways) -> set[Claim]:
    """What a path says of the owner that is not so even where it is the only one."""
    return {("owner", "", finding.words["name"]) for ways in paths for finding in prove_all(ways, ["O104"])}


def tried(one: Ways, other: Ways, states_max: int) -> Tried:
    guarded = frozenset(n.name for ways in (one, other) for n in ways.program.nodes if "Guarded" in n.name)
    return TwoPaths(one.program, other.program, guarded, states_max).explore()


def whatever_service(claims: set[Claim]) -> set[tuple[str, str]]:
    """One that some earlier step's result can be read of and another's cannot is told as the worse of the two."""
    return {("owner" if what == "owner" else "again", f"{service} {name}") for what, service, name in claims}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(paths("A"), paths("B"))
def test_whatever_two_paths_do_to_some_client_is_found(first: str, second: str) -> None:
    one, other = ways_of(first, second)
    found = tried(one, other, 250)
    assert whatever_service(found.claims) - whatever_service(proved(one, other) | wrong_alone(one, other)) == set()
    owners = TwoPaths(one.program, other.program).owners_when_joined()
    pair = pair_of(one, other)
    plans = [ways.path.plan for ways in (one, other)]
    if pair is not None and len(owners) == 2 and all(plan is not None and plan.joining_owner is not None for plan in plans):
        says = any(f.code == "O107" and "plan" in f.words for f in prove_pairs([pair]))
        assert says == (owners[0] != owners[1])


def test_little_is_found_that_comes_true_for_nobody() -> None:
    count: Counter[str] = Counter()

    @settings(
        max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(paths("A"), paths("B"))
    def look(first: str, second: str) -> None:
        one, other = ways_of(first, second)
        found = tried(one, other, 700)
        said = proved(one, other)
        if found.is_whole:
            count["true"] += len(whatever_service(said) & whatever_service(found.claims))
            count["for nobody"] += len(whatever_service(said) - whatever_service(found.claims))
            count["read or not"] += len({c for c in said if c[0] != "owner"} & found.claims)
            count["otherwise"] += len({c for c in said if c[0] != "owner"} - found.claims)

    look()
    assert count["true"] > 30, count
    assert count["for nobody"] <= 0.1 * count["true"], count
    assert count["otherwise"] <= 0.1 * count["read or not"], count


@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_a_client_is_found_exactly_where_there_is_one(conditions: list[model.Condition]) -> None:
    found = client_with(conditions, ITEMS)
    asked = sorted({item for condition in conditions for item in model.items_of(condition)})
    unsure = {a.item for condition in conditions for a in model.atoms(condition) if isinstance(a, model.IsUnknown)}
    grid = [[*GRID[item], *([UNKNOWN] if item in unsure else [])] for item in asked]
    every = (dict(zip(asked, values, strict=True)) for values in itertools.product(*grid))
    there_is = any(all(holds(condition, values) is True for condition in conditions) for values in every)
    assert (found is not None) == there_is


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["alone", "alone is no", "in pain", "alone or in pain", "alone is known", ""]), min_size=2, max_size=4
    )
)
def test_groups_meet_where_some_client_may_enter_both(enters: list[str]) -> None:
    texts = []
    for number, enter in enumerate(enters):
        lines = [f"    enter when {enter}"] if enter else ["    item of no use: text"]
        head = [
            f"path P{number}",
            "    version 1",
            "    valid from 2026-01-01",
            "    uses Shared network",
            "    responsible Hospital",
        ]
        tail = ["steps", f"    step S{number}", "        by nurse at Health Centre", "    end Done"]
        texts.append("\n".join([*head, "    accountable Health Centre", "clients Group", *lines, *tail]) + "\n")
    found = {frozenset({pair.one.path.name, pair.other.path.name}) for pair in pairs_of(ways_of(*texts), every=True)}
    fits = {
        "alone": {("yes", "yes"), ("yes", "no")}, "alone is no": {("no", "yes"), ("no", "no")},
        "in pain": {("yes", "yes"), ("no", "yes")}, "alone or in pain": {("yes", "yes"), ("yes", "no"), ("no", "yes")},
    }  # fmt: skip
    anybody = {("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")}
    for a, b in itertools.combinations(range(len(enters)), 2):
        meet = bool(fits.get(enters[a], anybody) & fits.get(enters[b], anybody))
        assert (frozenset({f"P{a}", f"P{b}"}) in found) == meet, (enters[a], enters[b])
