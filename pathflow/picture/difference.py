"""Two versions of a path in one picture: what came is green, what changed is yellow, what is gone stands where it stood."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pathflow.compare.match import Entry, Matching, tree_of
from pathflow.compare.paths import names_changed
from pathflow.compare.plain import NOTHING_RENAMED, plain
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.picture.elements import State
from pathflow.picture.views import View
from pathflow.picture.voice import Voice


def difference(old: Program, new: Program, voice: Voice) -> View:
    """The new path, with what is gone from the old one, each statement marked by what became of it."""
    return _Merging(old, new).view(voice)


class _Merging:
    def __init__(self, old: Program, new: Program) -> None:
        self._old, self._new = old.path, new.path
        self._renames = names_changed(old.path, new.path)
        self._before, self._now = tree_of(old.path), tree_of(new.path)
        self._matching = Matching(self._before, self._now, self._renames)
        self._states: dict[int, State] = {}
        self._held: list[Any] = []

    def view(self, voice: Voice) -> View:
        body = self._body(self._before.parts[0], self._now.parts[0])
        whenevers: list[model.Whenever] = []
        for entry in self._now.parts[1:]:
            old = self._matching.old_of.get(entry)
            whenevers.append(self._marked(entry.value, old, entry, body=self._body(old, entry)))
        whenevers += [self._gone(entry) for entry in self._before.parts[1:] if entry not in self._matching.new_of]
        path = replace(self._new, body=body, whenevers=tuple(whenevers))
        n = {state: sum(one == state for one in self._states.values()) for state in ("added", "changed", "removed")}
        said = voice.said(
            "since version {old}: {added} added, {changed} changed, {removed} removed", old=self._old.version, **n
        )
        return View(path, self._states, subtitle=said, held=self._held)

    def _body(self, old: Entry | None, new: Entry) -> tuple[model.Statement, ...]:
        """The statements of the new side, and after each those of the old side that followed it and are gone."""
        gone: dict[Entry | None, list[Entry]] = {}
        before: Entry | None = None
        for part in old.parts if old is not None else []:
            here = self._matching.new_of.get(part)
            if here is None:
                gone.setdefault(before, []).append(part)
            elif here.parent is new:
                before = here
        found = [self._gone(entry) for entry in gone.get(None, [])]
        for part in new.parts:
            found += [self._statement(part), *(self._gone(entry) for entry in gone.get(part, []))]
        return tuple(_with_ends_last(found))

    def _statement(self, entry: Entry) -> Any:
        old = self._matching.old_of.get(entry)
        statement = entry.value
        if isinstance(statement, model.Decision | model.Together):
            branches = [self._branch(part) for part in entry.parts]
            branches += [
                self._gone(part) for part in (old.parts if old is not None else []) if part not in self._matching.new_of
            ]
            return self._marked(statement, old, entry, branches=tuple(branches))
        if isinstance(statement, model.Repeat):
            return self._marked(statement, old, entry, body=self._body(old, entry))
        return self._marked(statement, old, entry)

    def _branch(self, entry: Entry) -> Any:
        old = self._matching.old_of.get(entry)
        return self._marked(entry.value, old, entry, body=self._body(old, entry))

    def _marked(self, value: Any, old: Entry | None, entry: Entry, **inside: Any) -> Any:
        made = replace(value, **inside)
        self._held.append(made)
        if old is None:
            self._states[id(made)] = "added"
        elif entry in self._matching.evidence or plain(_own(old.value), NOTHING_RENAMED) != plain(
            _own(entry.value), self._renames
        ):
            self._states[id(made)] = "changed"
        return made

    def _gone(self, entry: Entry) -> Any:
        """What is gone, with everything that is gone in it."""
        value = entry.value
        if isinstance(value, model.Decision | model.Together):
            value = replace(value, branches=tuple(self._gone(p) for p in entry.parts if p not in self._matching.new_of))
        elif isinstance(value, model.Repeat | model.Branch | model.Whenever):
            value = replace(value, body=tuple(self._gone(p) for p in entry.parts if p not in self._matching.new_of))
        else:
            value = replace(value)
        self._held.append(value)
        self._states[id(value)] = "removed"
        return value


def _own(value: Any) -> Any:
    """What a statement says itself, without what stands inside."""
    if isinstance(value, model.Decision | model.Together):
        return replace(value, branches=())
    return replace(value, body=()) if isinstance(value, model.Repeat | model.Branch | model.Whenever) else value


def _with_ends_last(body: list[Any]) -> list[Any]:
    """Nothing is drawn behind an end: what is gone there comes before it."""
    ends = [one for one in body[:-1] if isinstance(one, model.End | model.Ending)]
    return [one for one in body if all(one is not end for end in ends)] + ends if ends else body
