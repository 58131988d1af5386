"""What is drawn: boxes with their texts, before anybody knows where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field

from pathflow.base.findings import Level
from pathflow.base.spans import Span
from pathflow.model import path as model
from pathflow.picture.faces import Weight, width, wrapped
from pathflow.picture.lanes import Lanes
from pathflow.picture.voice import Voice

Shape = Literal[
    "start", "step", "handoff", "consultation", "choice", "wait", "include", "decide", "tag", "split", "join", "repeat",
    "event", "ending", "end", "nowhere", "folded",
]  # fmt: skip

State = Literal["", "done", "now", "ahead", "left", "added", "changed", "removed"]
"""How a box stands out: on one client's way, or in the difference of two versions."""

Icon = Literal["", "clock", "order", "letter", "loop", "flash", "back", "ask", "person", "fall", "plan", "tick"]

BOX: Final = 174.0
"""How wide a box is. Units: pixels, as everything here."""
PITCH: Final = 208.0
"""How far apart the middles of two lanes are at least."""
STUB: Final = 22.0
"""How much of a crossing's line is seen before and after its label."""
WIDEST: Final = 330.0
NAME: Final = 12.5
NOTE: Final = 10.5
LEADING: Final = 1.22
TITLE: Final = 13.0
"""How large the title of an event's own way is."""
TITLE_LESS: Final = 60.0
"""How much of its bar is not for words."""
CIRCLE: Final = 24.0
"""How broad the circles are where a path or an event's own way begins, and where a path ends."""
ICON: Final = 14.0
"""How much room an icon takes before its line."""


class Line(Struct, frozen=True):
    """A line of text in a box."""

    text: str
    size: float = NOTE
    weight: Weight = "regular"
    icon: Icon = ""
    is_quiet: bool = False
    is_hanging: bool = False
    """Whether it goes on from a line that has an icon."""

    @property
    def lead(self) -> float:
        """How much room there is before it."""
        return ICON if self.icon or self.is_hanging else 0.0

    @property
    def height(self) -> float:
        """How high the line is."""
        return self.size * LEADING


class Folded(Struct, frozen=True):
    """What stands for statements that are not shown. `first`: the one of them in which somebody acts first."""

    text: str
    span: Span
    first: model.Statement | None = None


Part = tuple[str, float, Weight, Icon]
"""A text in a box: its words, size, weight and the sign before it."""


def _note(text: str, icon: Icon = "", weight: Weight = "regular") -> Part:
    return text, NOTE, weight, icon


def _name(text: str, icon: Icon = "") -> Part:
    return text, NAME, "semibold", icon


class Element(Struct):
    """A box.

    `key` is the same in every drawing of the same path. `node`: its number in the program, or -1. `column` is where the way
    comes in, `out` where it goes on, `far` the column of somebody who is only asked. A crossing reserves all columns that it
    passes, and has its `parts` made into lines when it is known how much room there is. `row` is given when it is placed.
    """

    key: str
    shape: Shape
    column: int
    out: int
    lines: list[Line]
    width: float
    height: float
    node: int = -1
    line: int = 0
    file: str = ""
    title: str = ""
    row: int = -1
    state: State = ""
    findings: list[tuple[int, Level]] = field(default_factory=list[tuple[int, Level]])
    is_dashed: bool = False
    far: int = -1
    parts: list[Part] = field(default_factory=list[Part])

    @property
    def span(self) -> tuple[int, int]:
        """(first, last) column that it reserves."""
        end = self.far_end
        return (self.column, end) if self.column <= end else (end, self.column)

    @property
    def far_end(self) -> int:
        """The column to which a crossing leads."""
        return self.far if self.far >= 0 else self.out

    @property
    def is_crossing(self) -> bool:
        """Whether it leads from one column to another."""
        return self.column != self.far_end


def text_lines(
    text: str, size: float, room: float, weight: Weight = "regular", icon: Icon = "", most: int = 0, is_quiet: bool = False
) -> list[Line]:
    """A text in lines; the icon stands before the first."""
    room -= ICON if icon else 0
    lines = wrapped(text, size, room, weight, most)
    return [
        Line(line, size, weight, "" if number else icon, is_quiet, bool(number and icon)) for number, line in enumerate(lines)
    ]


class Maker:
    """Makes the box of each statement.

    Args:
        states, notes: how statements stand out and what is written in them besides, by their identity.
        is_lying: whether time runs to the right; then the label of a crossing has the same room everywhere.
    """

    def __init__(
        self, voice: Voice, lanes: Lanes, states: Mapping[int, State], notes: Mapping[int, str], is_lying: bool = False
    ) -> None:
        self.voice = voice
        self.lanes = lanes
        self.is_lying = is_lying
        self._states = states
        self._notes = notes
        self._nodes = {_place(node.statement): node.index for node in voice.program.nodes if node.statement is not None}

    def of(self, statement: model.Statement, column: int, key: str) -> Element:
        """The box of a statement; `column` is where it stands when nobody acts in it."""
        made = self._made(statement, column)
        made.title = self._title(statement) or made.title
        self.mark(made, statement)
        made.key = key
        return made

    def mark(self, made: Element, statement: model.Statement | model.Whenever | model.Branch) -> None:
        """What is known of a statement besides: its node, its place, how it stands out."""
        made.line, made.file = statement.span.line, statement.span.file
        made.node = self._nodes.get(_place(statement), -1)
        made.state = self._states.get(id(statement), "")
        note = self._notes.get(id(statement))
        if note:
            icon: Icon = "tick" if made.state == "done" else "clock"
            made.parts += [_note(note, icon, "semibold")] if made.parts else []
            more = [] if made.parts else text_lines(note, NOTE, made.width - 20, "semibold", icon)
            made.lines += more
            made.height += sum(one.height for one in more)
            made.title += f" · {note}"

    def _made(self, statement: model.Statement | Folded, column: int) -> Element:
        match statement:
            case model.Handoff():
                return self._crossing("handoff", statement, statement.accepted_within, "accepted within")
            case model.Consultation():
                return self._crossing("consultation", statement, statement.answered_within, "answered within")
            case model.Choice():
                return self._choice(statement)
            case model.Step():
                return self._step(statement, column)
            case model.End():
                return self._end(statement, column)
            case model.Repeat():
                return self._repeat(statement, column)
            case Folded():
                return self._folded(statement, column)
            case _:
                return self._plain(statement, column)

    def _plain(
        self, statement: model.Decision | model.Together | model.Wait | model.Include | model.Ending, column: int
    ) -> Element:
        voice = self.voice
        match statement:
            case model.Decision():
                return self.box("decide", column, [_name(voice.label(statement.name, statement.labels))], pad=20)
            case model.Together():
                return Element("", "split", column, column, [], 26, 26, title=voice.said("all of these ways are gone"))
            case model.Wait():
                text = voice.line("wait", str(statement).removeprefix("wait "))
                return self.box("wait", column, [_note(text, "clock")], pad=12)
            case model.Include():
                note: Part = _note(voice.said("a path of its own"))
                return self.box("include", column, [_name(voice.label(statement.path)), note])
            case model.Ending():
                return self._ending(statement, column)

    def box(self, shape: Shape, column: int, texts: list[Part], pad: float = 10, is_wide: bool = True) -> Element:
        """A box around texts."""
        lines = [one for text, size, weight, icon in texts for one in text_lines(text, size, BOX - 2 * pad, weight, icon)]
        broad = max((width(one.text, one.size, one.weight) + one.lead for one in lines), default=0) + 2 * pad
        made = Element("", shape, column, column, lines, BOX if is_wide else broad, sum(one.height for one in lines) + 12)
        made.title = " · ".join(text for text, *_ in texts)
        return made

    def tag(self, text: str, column: int, key: str) -> Element:
        """The words of a way out of a decision, or the name of one of several ways at once."""
        made = self.box("tag", column, [_note(text)], pad=9, is_wide=False)
        made.height -= 4
        made.key = key
        return made

    def start(self, column: int) -> Element:
        """Where clients begin."""
        clients = self.voice.program.path.clients
        name = self.voice.label(clients.name, clients.labels)
        texts = [_name(name)]
        if clients.enter_when is not None:
            texts.append(_note(self.voice.condition("enter when", clients.enter_when)))
        made = self._under("start", column, texts)
        made.key = "start"
        made.line, made.file = (clients.span.line, clients.span.file) if clients.span is not None else (0, "")
        return made

    def join(self, together: model.Together, column: int, key: str) -> Element:
        """Where several ways meet."""
        if together.until is None:
            return Element(key, "join", column, column, [], 26, 26, title=self.voice.said("all ways meet here"))
        text = self.voice.said("{n} of {all} is enough", n=together.needs, all=len(together.branches))
        made = self.box("wait", column, [_note(text)], pad=12, is_wide=False)
        made.key = key
        return made

    def nowhere(self, column: int, key: str) -> Element:
        """Where a way stops without an end."""
        made = self.box("nowhere", column, [_name(self.voice.said("the way stops here"))])
        made.key = key
        return made

    def over(self, place: int, key: str) -> Element:
        """Where an event's own way beside the main way is over."""
        made = self.box("ending", place, [_note(self.voice.said("it is over here"), "back")], pad=12)
        made.key = key
        return made

    def event(self, whenever: model.Whenever, column: int, key: str, text: str, note: str = "") -> Element:
        """What can happen at any time: a circle where nothing need be said, as it stands above."""
        texts: list[Part] = [_name(text, "flash")] if text else []
        texts += [_note(note)] if note else []
        made = self.box("event", column, texts) if texts else self._under("event", column, [])
        made.title = self.voice.condition("whenever", whenever.condition) + (f" · {note}" if note else "")
        self.mark(made, whenever)
        if not made.lines:
            made.width = made.height = CIRCLE
        made.key = key
        return made

    # ── one for each kind ───────────────────────────────────────────────────────────────────────────────────────────

    def _step(self, step: model.Step, column: int) -> Element:
        voice = self.voice
        texts: list[Part] = [_name(voice.label(step.name, step.labels))]
        if step.by is None:
            made = self.box("step", column, [*texts, _note(voice.said("nobody is named"))])
            made.is_dashed = True
            return made
        column = self.lanes.column(step.by, step)
        who = [voice.professions(step.by)] if step.by.professions and not self.lanes.is_said(column, step.by) else []
        who += [voice.value("channels", step.by.channel)] if step.by.channel else []
        if who:
            texts.append(_note(", ".join(who), "person"))
        if step.limits:
            texts.append(_note(self._limit(step.limits), "clock"))
        if step.ordered_by is not None:
            ordered = voice.line("ordered by", str(step.ordered_by))
            texts.append(_note(ordered, "order"))
            if step.accepted_within is not None:
                texts.append(_note(voice.line("accepted within", str(step.accepted_within)), "clock"))
        return self.box("step", column, texts)

    def _folded(self, folded: Folded, column: int) -> Element:
        """What stands for a part that is not shown."""
        if folded.first is not None:
            column = self.lanes.first(folded.first)
        return self.box("folded", column, [_note(text) for text in folded.text.split("\n")])

    def _limit(self, limits: tuple[model.Limit, ...]) -> str:
        limit = limits[0]
        text = self.voice.line("within", f"{limit.target}" + (f", at most {limit.at_most}" if limit.at_most else ""))
        return text + (f" (+{len(limits) - 1})" if len(limits) > 1 else "")

    def _crossing(self, shape: Shape, statement: model.Handoff | model.Consultation, within: object, keyword: str) -> Element:
        first, last = self.lanes.column(statement.sender, statement), self.lanes.column(statement.receiver, statement)
        comes_back = isinstance(statement, model.Consultation)  # advice is asked, and nothing moves
        made = Element("", shape, first, first if comes_back else last, [], BOX, 0, far=last if comes_back else -1)
        voice, said = self.voice, self.lanes.is_said(last, statement.receiver) or not statement.receiver.professions
        icon: Icon = "letter" if shape == "handoff" else "ask"
        parts: list[Part] = [_name(voice.label(statement.name, statement.labels), icon)]
        parts += [] if said else [_note("→ " + voice.professions(statement.receiver))]
        parts += [_note(voice.names(statement.carries))] if statement.carries else []
        parts += [_note(voice.line(keyword, str(within)), "clock")] if within is not None else []
        if isinstance(statement, model.Handoff):
            if statement.fallback is not None:
                parts.append(_note(voice.said("else {party}", party=voice.party(statement.fallback.party)), "fall"))
            if statement.plan_to is not None:
                goes = voice.said("the plan goes to {who}", who=voice.who(statement.plan_to))
                parts.append(_note(goes, "plan"))
        made.parts = parts
        return made

    def fit(self, element: Element) -> None:
        """The label of a crossing takes the room that there is between its ends."""
        if not element.parts:
            return
        n_across = abs(element.far_end - element.column)
        room = BOX if n_across == 0 or self.is_lying else min(WIDEST, n_across * PITCH - 2 * STUB)
        element.lines = []
        for text, size, weight, icon in element.parts:
            is_items = not icon and not text.startswith("→")
            most = 3 if is_items and room < 250 else 2 if is_items else 0
            element.lines += text_lines(text, size, room - 16, weight, icon, most, is_items)
        broad = max(width(one.text, one.size, one.weight) + one.lead for one in element.lines) + 16
        element.width = min(room, broad) if n_across else BOX
        element.height = sum(one.height for one in element.lines) + 10

    def _choice(self, choice: model.Choice) -> Element:
        voice = self.voice
        name = voice.label(choice.name, choice.labels)
        texts: list[Part] = [_name(f"{voice.line('client chooses')} {name}")]
        texts += [_note("– " + voice.label(option)) for option in choice.options]
        if choice.guided_by is not None:
            texts.append(_note(voice.line("guided by", str(choice.guided_by)), "person"))
        if choice.limit is not None:
            texts.append(_note(self._limit((choice.limit,)), "clock"))
        return self.box("choice", self.lanes.clients, texts)

    def _end(self, end: model.End, column: int) -> Element:
        texts: list[Part] = [_name(self.voice.label(end.name, end.labels))]
        if end.closes_plan:
            texts.append(_note(self.voice.said("the plan closes")))
        elif end.plan_with is not None:
            texts.append(_note(self.voice.said("the plan stays with {who}", who=self.voice.who(end.plan_with))))
        return self._under("end", column, texts)

    def _under(self, shape: Shape, column: int, texts: list[Part]) -> Element:
        """A circle with its texts under it."""
        lines = [one for text, size, weight, _ in texts for one in text_lines(text, size, BOX, weight)]
        height = CIRCLE + 4 + sum(one.height for one in lines)
        return Element("", shape, column, column, lines, BOX, height, title=" · ".join(text for text, *_ in texts))

    def _ending(self, ending: model.Ending, column: int) -> Element:
        words = {
            "resume": self.voice.said("back to where the client was"),
            "stop": self.voice.said("the main way stops"),
            "restart": self.voice.said("again from {step}", step=self.voice.label(ending.step or "")),
        }[ending.kind]
        return self.box("ending", column, [_note(words, "back")], pad=12)

    def _repeat(self, repeat: model.Repeat, column: int) -> Element:
        voice = self.voice
        parts = [repeat.rhythm] if repeat.rhythm else []
        parts += [repeat.count] if repeat.at_most else []
        texts: list[Part] = [_note(voice.line("repeat", ", ".join(parts)), "loop", "semibold")]
        if repeat.until is not None:
            texts.append(_note(voice.condition("until", repeat.until)))
        return self.box("repeat", column, texts, pad=14)

    def _title(self, statement: model.Statement) -> str:
        """All of it in a line, for those who point at it or hear it read."""
        voice = self.voice
        parts: list[str] = []
        if isinstance(statement, model.Step):
            parts += [voice.label(statement.name, statement.labels)]
            parts += [voice.line("by", str(statement.by))] if statement.by is not None else []
            parts += [voice.line("within", _whole(limit)) for limit in statement.limits]
        if isinstance(statement, model.Handoff | model.Consultation):
            parts += [voice.label(statement.name, statement.labels)]
            parts += [f"{voice.who(statement.sender)} → {voice.who(statement.receiver)}"]
        for keyword in ("needs", "carries", "makes") if parts else ():
            items: tuple[str, ...] = getattr(statement, keyword, ())
            parts += [f"{voice.line(keyword)} {voice.names(items)}"] if items else []
        return " · ".join(parts)


def _place(statement: object) -> tuple[str, Span]:
    """What a statement is known by: its kind and where it stands."""
    return type(statement).__name__, statement.span  # type: ignore[attr-defined]  # every statement has one


def _whole(limit: model.Limit) -> str:
    of = f" of {limit.of}" if limit.of else ""
    most = f", at most {limit.at_most}" if limit.at_most else ""
    own = f" of {limit.at_most_of}" if limit.at_most and limit.at_most_of else ""
    when = f", when {limit.when}" if limit.when is not None else ""
    return f"{limit.target}{of}{most}{own}{when}"
