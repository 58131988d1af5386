"""A path as an indented tree for the terminal, in English or in the words of another language, which are handed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pathflow.engine.program import Program
from pathflow.model import path as model

Paint = Callable[[str, str], str]
"""(text, role) → the text, coloured for its role: name, who, when, mark, quiet."""


def plain(text: str, _role: str) -> str:
    """No colour."""
    return text


class Speech:
    """The words for what a path says and for what is said of it: in English; another language overrides them."""

    either: str = "or"

    def line(self, keyword: str, text: str = "") -> str:
        """A line of a path: its keyword, and its value."""
        return f"{keyword} {self.value(keyword, text)}" if text else keyword

    def value(self, keyword: str, text: str) -> str:
        """What stands after a keyword."""
        return text

    def said(self, text: str, /, **words: object) -> str:
        """What the tree says besides."""
        return text.format_map(words)

    def who(self, actor: object) -> str:
        """Who acts, and where."""
        return self.value("by", str(actor))


ENGLISH: Final = Speech()


def tree(program: Program, paint: Paint = plain, speech: Speech = ENGLISH) -> str:
    """The path as an indented tree: the main way downwards, what each step owes beside it."""
    path = program.path
    valid = f", {speech.line('valid', str(path.valid))}" if path.valid else ""
    held = speech.said(
        "accountable at the start: {first}; responsible for the whole: {whole}", first=path.accountable, whole=path.responsible
    )
    lines = [paint(path.name, "name") + f"  {speech.line('version')} {path.version}{valid}", paint(held, "quiet")]
    if path.plan is not None and path.plan.owner is not None:
        owned = speech.said("plan: {name}, owned by {owner}", name=path.plan.name, owner=speech.who(path.plan.owner))
        lines.append(paint(owned, "quiet"))
    drawing = _Tree(speech, paint)
    lines += ["", *drawing.body(path.body, "")]
    for whenever in path.whenevers:
        condition = speech.value("whenever", str(whenever.condition))
        beside = speech.said(", beside the main way") if whenever.is_beside else ""
        lines += ["", paint(f"⚡ {speech.line('whenever')} ", "mark") + condition + beside, *drawing.body(whenever.body, "")]
    return "\n".join(lines) + "\n"


class _Tree:
    def __init__(self, speech: Speech, paint: Paint) -> None:
        self.speech = speech
        self.paint = paint

    def body(self, body: tuple[model.Statement, ...], lead: str) -> list[str]:
        lines: list[str] = []
        for number, statement in enumerate(body):
            is_last = number + 1 == len(body)
            lines += self._statement(statement, lead + ("└─ " if is_last else "├─ "), lead + ("   " if is_last else "│  "))
        return lines

    def _statement(self, statement: model.Statement, head: str, lead: str) -> list[str]:
        speech, paint = self.speech, self.paint
        quiet = paint(head, "quiet")
        if isinstance(statement, model.Decision):
            lines = [quiet + paint("◇ ", "mark") + paint(statement.name, "name")]
            for number, branch in enumerate(statement.branches):
                condition = branch.condition
                words = speech.line("otherwise") if condition is None else speech.line("if", str(condition))
                on = "" if branch.body else paint("  → " + speech.said("goes on"), "quiet")
                lines += self._branch(words + on, branch.body, lead, number + 1 == len(statement.branches))
            return lines
        if isinstance(statement, model.Together):
            lines = [quiet + paint("∥ ", "mark") + paint(_together(statement, speech), "name")]
            for number, branch in enumerate(statement.branches):
                is_last = number + 1 == len(statement.branches)
                lines += self._branch(paint(branch.name, "name"), branch.body, lead, is_last)
            return lines
        if isinstance(statement, model.Repeat):
            return [quiet + paint("↻ ", "mark") + paint(_repeat(statement, speech), "name"), *self.body(statement.body, lead)]
        return [quiet + self._leaf(statement)]

    def _branch(self, words: str, body: tuple[model.Statement, ...], lead: str, is_last: bool) -> list[str]:
        mark = self.paint(lead + ("└─ " if is_last else "├─ "), "quiet")
        return [mark + words, *self.body(body, lead + ("   " if is_last else "│  "))]

    def _leaf(self, statement: model.Statement) -> str:  # one for each kind
        speech, paint = self.speech, self.paint
        times = "; ".join(times_of(statement, speech))
        when = paint(f"  {times}", "when") if times else ""
        if isinstance(statement, model.Step):
            by = speech.who(statement.by) if statement.by is not None else speech.said("nobody")
            ordered = f" ← {speech.line('ordered by', str(statement.ordered_by))}" if statement.ordered_by is not None else ""
            return paint("● ", "mark") + paint(statement.name, "name") + paint(f"  {by}{ordered}", "who") + when
        if isinstance(statement, model.Handoff):
            goes = (
                "; " + speech.said("the plan goes to {name}", name=speech.who(statement.plan_to)) if statement.plan_to else ""
            )
            who = f"  {speech.who(statement.sender)} → {speech.who(statement.receiver)}"
            plan = paint(goes, "when") if goes else ""
            return paint("⇒ ", "mark") + paint(statement.name, "name") + paint(who, "who") + when + plan
        if isinstance(statement, model.Consultation):
            asks = speech.said(
                "{sender} asks {receiver}", sender=speech.who(statement.sender), receiver=speech.who(statement.receiver)
            )
            return paint("? ", "mark") + paint(statement.name, "name") + paint(f"  {asks}", "who") + when
        if isinstance(statement, model.Choice):
            guided = statement.guided_by
            guide = paint(f"  {speech.line('guided by', str(guided))}", "who") if guided is not None else ""
            options = "  " + f" {speech.either} ".join(statement.options)
            chosen = paint(f"{speech.line('client chooses')} {statement.name}", "name")
            return paint("◆ ", "mark") + chosen + options + guide + when
        if isinstance(statement, model.End):
            plan = self._plan(statement)
            return paint("■ ", "mark") + paint(statement.name, "name") + paint(f"  {plan}" if plan else "", "quiet")
        return self._going(statement)

    def _plan(self, end: model.End) -> str:
        if end.closes_plan:
            return self.speech.said("the plan closes")
        return self.speech.said("the plan stays with {name}", name=self.speech.who(end.plan_with)) if end.plan_with else ""

    def _going(self, statement: model.Statement) -> str:
        """How the way goes on without anybody doing anything."""
        speech, paint = self.speech, self.paint
        if isinstance(statement, model.Wait):
            return paint("… ", "mark") + speech.line("wait", str(statement).removeprefix("wait "))
        if isinstance(statement, model.Include):
            return paint("▣ ", "mark") + paint(statement.path, "name") + "  " + speech.said("a path of its own")
        if isinstance(statement, model.Ending):
            words = f"{speech.line('restart from')} {statement.step}" if statement.step else speech.line(statement.kind)
            return paint("↩ ", "mark") + words
        return ""


def times_of(statement: object, speech: Speech) -> list[str]:
    """By when it must be accepted, answered, done."""
    times: list[str] = []
    if isinstance(statement, model.Step | model.Handoff) and statement.accepted_within is not None:
        times.append(speech.line("accepted within", str(statement.accepted_within)))
    if isinstance(statement, model.Consultation) and statement.answered_within is not None:
        times.append(speech.line("answered within", str(statement.answered_within)))
    if isinstance(statement, model.Handoff | model.Choice) and statement.limit is not None:
        limit = _limit(statement.limit, speech)
        times.append(speech.said("sent {limit}", limit=limit) if isinstance(statement, model.Handoff) else limit)
    if isinstance(statement, model.Step) and statement.limits:
        others = len(statement.limits) - 1
        more = "or {n} other limit" if others == 1 else "or {n} other limits"
        times.append(_limit(statement.limits[0], speech) + (f" ({speech.said(more, n=others)})" if others else ""))
    return times


def _limit(limit: model.Limit, speech: Speech) -> str:
    of = f" of {limit.of}" if limit.of else ""
    when = f", when {limit.when}" if limit.when is not None else ""
    own = f" of {limit.at_most_of}" if limit.at_most_of else ""
    return speech.line("within", f"{limit.target}{of}" + (f", at most {limit.at_most}{own}" if limit.at_most else "") + when)


def _together(statement: model.Together, speech: Speech) -> str:
    if statement.until is None:
        return speech.line("together")
    until = "until any is done" if statement.until == 1 else f"until {statement.until} are done"
    return f"{speech.line('together')}, {speech.value('together', until)}"


def _repeat(statement: model.Repeat, speech: Speech) -> str:
    parts = [statement.rhythm] if statement.rhythm else []
    parts += [statement.count] if statement.at_most else []
    often = speech.line("repeat", ", ".join(parts))
    if not statement.until:
        return often
    return f"{often}{',' if parts else ''} {speech.line('until', str(statement.until))}"
