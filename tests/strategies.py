"""Random networks and paths, as text that can be read as meant. What they promise may be wrong; that is for the rules."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

PROVIDERS = ("Health Centre", "Hospital", "Ääni ja liike ry", "Home Care")
PROFESSIONS = ("nurse", "doctor", "peer counsellor")
NUMBERS = ("ejection fraction", "weight")
FLAGS = ("alone", "in pain")
LETTERS = ("letter", "summary")
SERVICES = ("ECG", "echo")

NETWORK = """\
network Random network
    organiser County
    calendar Office
        time zone Europe/Helsinki
        holidays of Finland
    professions nurse, doctor, peer counsellor
    provider Health Centre
        sector public
        register health
    provider Hospital
        sector public
        register health
    provider Ääni ja liike ry
        sector third
    provider Home Care
        sector private
        register social
    agreement One
        with Ääni ja liike ry
        mode grant
        covers everything
        valid from 2020-01-01
    agreement Two
        with Home Care
        mode purchase
        covers everything
        valid from 2020-01-01
        accepted within 5 days
    item ejection fraction: number of %
    item weight: number of kg, valid 30 days
    item letter: document
    item summary: document
    service ECG
        window 30 days, unless worse or alone
        makes letter
    service echo
        window 12 months
"""

HEAD = """\
path Random
    version 1
    valid from 2026-01-01
    uses Random network
    responsible Hospital
    accountable Health Centre

clients Everybody
    item alone: yes or no
    item in pain: yes or no
    item class: one of I, II, III
    event Fall
    event Call

plan Plan
    owner nurse at Health Centre
    review every 6 months
    if another path joins, the owner stays

"""

LENGTHS = st.builds(
    lambda count, unit: f"{count} {unit}",
    st.integers(1, 40),
    st.sampled_from(["hours", "days", "working days", "weeks", "months"]),
)


@st.composite
def conditions(draw: DrawFn, depth: int = 2) -> str:
    """A condition over the items of the random network."""
    kind = draw(st.integers(0, 6 if depth else 3))
    if kind == 0:
        sign = draw(st.sampled_from(["<", "<=", ">", ">=", "="]))
        return f"{draw(st.sampled_from(NUMBERS[:1]))} {sign} {draw(st.integers(0, 6)) * 10} %"
    if kind == 1:
        return draw(st.sampled_from(FLAGS)) + draw(st.sampled_from(["", " is yes", " is no"]))
    if kind == 2:
        return "class is one of " + ", ".join(draw(st.lists(st.sampled_from(["I", "II", "III"]), min_size=1, unique=True)))
    if kind == 3:
        return draw(st.sampled_from([*FLAGS, "class"])) + draw(st.sampled_from([" is unknown", " is known"]))
    if kind == 4:
        return f"not ({draw(conditions(depth - 1))})"
    word = " and " if kind == 5 else " or "
    return word.join(f"({draw(conditions(depth - 1))})" for _ in range(draw(st.integers(2, 3))))


class Names:
    """Fresh names for one path."""

    def __init__(self) -> None:
        self.count = 0
        self.clocks = ["enrolment", "Fall", "Call"]
        """What a wait may count from."""

    def new(self, word: str) -> str:
        self.count += 1
        name = f"{word} {self.count}"
        if word in ("Step", "Handoff", "Advice", "place"):
            self.clocks.append(name)
        return name


@st.composite
def paths(draw: DrawFn, has_handoffs: bool = True, has_events: bool = False, most: int = 4) -> str:
    """A whole file: network, head, steps."""
    names = Names()
    body = draw(_bodies(names, 3, has_handoffs, most, False))
    lines = ["steps", *("    " + line for line in body), "    end Done", "        closes the plan"]
    if has_events and draw(st.booleans()):
        lines += ["", "whenever Fall happens"]
        body = draw(_bodies(names, 1, False, 2, True))
        if draw(st.booleans()):
            body = draw(_there_and_back(names, body))
        lines += ["    " + line for line in body]
        lines += ["    " + draw(st.sampled_from(["resume", "resume", "stop"]))]
    if has_events and draw(st.booleans()):
        lines += ["", "whenever Call happens, beside the main way"]
        lines += ["    " + line for line in draw(_bodies(names, 1, False, 2, True))]
    return NETWORK + "\n" + HEAD + "\n".join(lines) + "\n"


@st.composite
def set_off(draw: DrawFn, most: int = 2) -> str:
    """A whole file whose events come at some points of the main way only, and may start it again."""
    names = Names()
    body = draw(_bodies(names, 2, True, most + 1, False))
    lines = ["steps", *("    " + line for line in body), "    end Done", "        closes the plan"]
    outermost = [line.split(" ", 1)[1] for line in body if line.startswith(("step ", "handoff ", "consultation "))]
    within = [line.split(" ", 1)[1] for line in map(str.strip, body) if line.startswith(("step ", "handoff ", "consultation "))]
    for event in draw(st.sampled_from([("Fall",), ("Call",), ("Fall", "Call")])):
        asked = f"{draw(st.sampled_from(['letter', 'summary', *FLAGS, 'class']))} is known"
        cause = f"{draw(st.sampled_from([event, *within]))} happens"
        if draw(st.integers(0, 2)) == 0:
            cause = f"({cause} or {draw(st.sampled_from([event, *within]))} happens)"
        so = draw(st.sampled_from(FLAGS))
        condition = draw(st.sampled_from([cause, f"{cause} and {asked}", f"{cause} and {asked}", asked, f"{cause} and {so}"]))
        if "Step" in cause and condition == f"{cause} and {asked}" and draw(st.booleans()):
            condition = cause
        is_beside = draw(st.booleans())
        lines += ["", f"whenever {condition}" + (", beside the main way" if is_beside else "")]
        inside = draw(_bodies(names, 1, False, 2, True))
        ways_out = ["resume", "stop", *(f"restart from {name}" for name in outermost)]
        if not is_beside and draw(st.booleans()):
            if draw(st.booleans()):
                inside = draw(_there_and_back(names, inside))
            else:
                inside, ways_out = [*inside, *draw(_handoffs(names))], ways_out[1:]
        lines += ["    " + line for line in inside]
        lines += [] if is_beside else ["    " + draw(st.sampled_from(ways_out))]
    return NETWORK + "\n" + HEAD + "\n".join(lines) + "\n"


@st.composite
def _bodies(draw: DrawFn, names: Names, depth: int, has_handoffs: bool, most: int, is_inside: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, most))):
        lines += draw(_statements(names, depth, has_handoffs, most, is_inside))
    if draw(st.integers(0, 15)) == 0:
        lines.append("allow G203 because nobody else can come")
    return lines


@st.composite
def _statements(draw: DrawFn, names: Names, depth: int, has_handoffs: bool, most: int, is_inside: bool) -> list[str]:
    kinds = ["step", "step", "step"]
    if has_handoffs and not is_inside:
        kinds += ["handoff", "handoff"]
    kinds += ["order", "wait", "choice", "consultation"]
    if depth:
        kinds += ["decide", "together", "repeat", "repeat"]
    kind = draw(st.sampled_from(kinds))
    if kind in ("step", "order"):
        return draw(_steps(names, kind == "order"))
    if kind == "handoff":
        return draw(_handoffs(names))
    if kind == "wait":
        if draw(st.integers(0, 2)) == 0:
            return [f"wait until {draw(st.integers(1, 60))} days after {draw(st.sampled_from(names.clocks))}"]
        if draw(st.booleans()):
            return [f"wait until {draw(conditions(1))}" + draw(st.sampled_from(["", ", at most 12 days"]))]
        return [f"wait {draw(st.integers(1, 20))} days"]
    if kind == "choice":
        return [f"client chooses {names.new('place')}", *(f"    option {p}" for p in PROVIDERS[:2])]
    if kind == "consultation":
        return [
            f"consultation {names.new('Advice')}",
            "    from doctor at Health Centre to doctor at Hospital",
            "    answered within 3 days",
        ]
    inner = _bodies(names, depth - 1, has_handoffs, most - 1 or 1, is_inside or kind == "together")
    if kind == "decide":
        lines = [f"decide {names.new('Which?')}"]
        for _ in range(draw(st.integers(1, 2))):
            lines += [
                f"    if {draw(conditions())}",
                *("        " + line for line in draw(st.one_of(inner, st.just(["continue"])))),
            ]
        if draw(st.booleans()):
            lines += ["    otherwise", *("        " + line for line in draw(st.one_of(inner, st.just(["continue"]))))]
        return lines
    if kind == "together":
        count = draw(st.integers(2, 3))
        lines = [draw(st.sampled_from(["together", "together until any is done", f"together until {count - 1} are done"]))]
        for _ in range(count):
            lines += [f"    branch {names.new('branch')}", *("        " + line for line in draw(inner))]
        return lines
    exact = ["repeat 3 times", "repeat every 10 days, 2 times", "repeat every 10 days from start to start, 3 times"]
    head = draw(
        st.sampled_from(
            [
                "repeat at most 2 times",
                "repeat every 10 days, at most 3 times",
                "repeat every 4 days from start to start, at most 3 times",
                "repeat",
                *exact,
            ]
        )
    )
    lines = [head, *("    " + line for line in draw(inner))]
    if head == "repeat" or (head not in exact and draw(st.booleans())):
        lines.append(f"until {draw(conditions(1))}")
    return lines


@st.composite
def _steps(draw: DrawFn, names: Names, is_order: bool) -> list[str]:
    lines = [f"step {names.new('Step')}"]
    lines.append(f"    by {draw(st.sampled_from(PROFESSIONS))} at {draw(st.sampled_from(PROVIDERS))}")
    if is_order:
        lines += [
            f"    ordered by nurse at {draw(st.sampled_from(PROVIDERS))}",
            f"    accepted within {draw(st.integers(1, 9))} days",
        ]
    if draw(st.booleans()):
        most = draw(st.sampled_from(["", ", at most 9 months", ", at most 9 months of enrolment"]))
        lines.append(f"    within {draw(LENGTHS)}{most}")
    if draw(st.booleans()):
        lines.append(f"    does {draw(st.sampled_from(SERVICES))}")
    made = draw(st.lists(st.sampled_from([*NUMBERS, *FLAGS, "class", *LETTERS]), unique=True, max_size=3))
    if made:
        lines.append("    makes " + ", ".join(made))
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"    needs {draw(st.sampled_from(LETTERS))}")
    if draw(st.integers(0, 7)) == 0:
        lines.append(
            f"    allow {draw(st.sampled_from(['G104', 'G401', 'g107']))} because of “what was said”,signed #1 in 2026"
        )
    return lines


@st.composite
def _there_and_back(draw: DrawFn, names: Names, body: list[str]) -> list[str]:
    """An event that moves the client, and gives the client back."""
    place = draw(st.sampled_from(PROVIDERS))
    there = [f"handoff {names.new('In')}", f"    from whoever is accountable to {place}", "    carries letter"]
    there += [f"    accepted within {draw(st.integers(1, 48))} hours", f"    if not accepted, {place} takes over"]
    back = [f"handoff {names.new('Out')}", f"    from {place} to whoever was accountable", "    carries letter"]
    back += [f"    accepted within {draw(st.integers(1, 5))} days"]
    back += [f"    if not accepted, {draw(st.sampled_from(['whoever was accountable', place]))} takes over"]
    return [*there, *body, *back]


@st.composite
def _handoffs(draw: DrawFn, names: Names) -> list[str]:
    giver, taker = draw(st.lists(st.sampled_from(PROVIDERS), min_size=2, max_size=2, unique=True))
    sender = draw(st.sampled_from([giver, "whoever is accountable"]))
    lines = [f"handoff {names.new('Handoff')}", f"    from {sender} to {taker}", "    carries letter"]
    lines.append(f"    accepted within {draw(st.integers(1, 9))} {draw(st.sampled_from(['days', 'working days', 'hours']))}")
    if draw(st.integers(0, 3)):
        fallback = draw(st.sampled_from([*PROVIDERS, "whoever is accountable"]))
        lines.append(f"    if not accepted, {fallback} takes over")
    lines.append(f"    moves the plan to nurse at {taker}" if draw(st.booleans()) else "    keeps the plan with its owner")
    return lines


VALUES = {
    "ejection fraction": st.integers(0, 60),
    "weight": st.integers(40, 120),
    "alone": st.sampled_from(["yes", "no"]),
    "in pain": st.sampled_from(["yes", "no"]),
    "class": st.sampled_from(["I", "II", "III"]),
    "letter": st.just("made"),
    "summary": st.just("made"),
}
"""A strategy for the values of each item."""
