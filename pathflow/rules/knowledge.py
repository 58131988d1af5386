"""What is surely known where, and in which places it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cache, cached_property
from heapq import heapify, heappop, heappush
from operator import attrgetter
from typing import Final, Self, cast

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.program import Edge, Node
from pathflow.model import path as model
from pathflow.model.conditions import (
    Compare,
    Condition,
    IsUnknown,
    Not,
    OneOf,
    conjuncts,
    items_of,
)
from pathflow.rules.beginning import surely_happened
from pathflow.rules.consents import Consents
from pathflow.rules.holding import CHOSEN, chosen_by
from pathflow.rules.known import (
    ANYTHING,
    BEFORE_IT,
    CONSENTED,
    EVERYWHERE,
    HERE,
    Known,
    acted,
    chosen_at,
    happened,
    meet,
    meet_perhaps,
    met_by,
    one_happened,
    union,
    without_place,
)
from pathflow.rules.limits import clock_starts, either_starts

FEW: Final = 200
"""Up to so many items all that is known is kept, whether or not anything speaks of it."""

_ALWAYS: Final = 1 << 62
_WORDLESS: Final = (Span, Duration)
_SPOKEN_IN_EDGES: Final = (model.Decision, model.Together, model.Repeat, model.Whenever)


class Knowledge(Consents):
    """What is known: sets that shrink to what all ways agree on, except at a join, where every branch has been gone."""

    @cached_property
    def _known(self) -> tuple[list[Known | None], dict[int, Known]]:
        """What is surely known at each node on every way to it, and at the end of each repeat's round."""
        known: list[Known | None] = [None] * len(self.program.nodes)
        rounds: dict[int, Known] = {}
        entered = items_of(self.path.clients.enter_when) if self.path.clients.enter_when is not None else ()
        told = (*entered, *self.path.needs, *self._given_by(self.path.clients.enter_when))
        first: dict[int, Known] = {self.program.start: dict.fromkeys(told, frozenset({EVERYWHERE}))}
        first |= {
            event: dict.fromkeys((*entered, *self._told_by_event(event)), frozenset({EVERYWHERE}))
            for event in self.program.events
        }
        out: dict[int, dict[Edge, Known]] = {}
        waiting = [self.program.start, *(event for event, points in self.beginnings.points.items() if not points)]
        for start in waiting:
            known[start] = first[start]
        heapify(waiting)
        while waiting:
            index = _first(waiting)
            value = known[index]
            if value is None:
                continue
            node = self.program.nodes[index]
            after = self._consented_after(node, self.known_after(node, value))
            if (
                fold(node.name) in self._starting
                and node.statement is not None
                and node.kind not in ("decide", "repeat", "event")
            ):
                after = {**after, **dict.fromkeys(self._come(node.name), frozenset({EVERYWHERE}))}
            for event in self.beginnings.at[index]:
                begun = {**self._known_beginning(node, value, after, event), **first[event]}
                if self._begin(event, begun, known):
                    heappush(waiting, event)
            for edge in self.program.edges[index]:
                carried = rounds.get(index) if edge.kind == "leave" else after
                if carried is None:
                    continue
                if self._arrive(edge, self._known_along(edge, carried), known, out, rounds):
                    heappush(waiting, edge.target)
        return known, rounds

    def _told_by_event(self, event: int) -> list[str]:
        """What is known when an event's own way begins."""
        asked = {CONSENTED + item for _, items in self._askers for item in items}
        told = [key for part in self.of_the_group for key in self._given_by(part) if key not in asked]
        statement = self.program.nodes[event].statement
        if isinstance(statement, model.Whenever):
            told += items_of(statement.condition)
            told += [key for name in surely_happened(statement.condition) for key in self._come(name)]
            told += self._given_by(statement.condition)
        return told

    def _begin(self, event: int, value: Known, known: list[Known | None]) -> bool:
        """Brings a value to where an event's own way begins. Says whether anything changed there."""
        before = known[event]
        known[event] = met = value if before is None else self._meet([before, value])
        return met != before

    def _known_beginning(self, node: Node, before: Known, after: Known, event: int) -> dict[str, frozenset[str]]:
        """What is known as an event's way begins at a node or right behind it, but for what others may ask anew."""
        known = after if event in self.beginnings.behind else before
        if self.beginnings.whenever(event).is_beside or (known is before and node.kind in ("handoff", "include")):
            known = without_place(without_place(known, HERE), BEFORE_IT)  # the client moves on meanwhile, or is moving just now
        else:
            known = {item: places | {BEFORE_IT} if HERE in places else places for item, places in known.items()}
        return {item: places for item, places in known.items() if not item.startswith(CONSENTED)}

    def _known_along(self, edge: Edge, known: Known) -> Known:
        """What is known along a way, with what taking it tells."""
        if edge.kind == "leave":
            known = self._consented_after(self.program.nodes[edge.source], known)
        told = [key for event in eventstaken(edge) for key in self._come(event)]
        for part in self.taken(edge):
            item = _told(part)
            if item is not None and item not in known:
                told.append(item)
            told += self._given_by(part)
        return {**known, **dict.fromkeys(told, frozenset({EVERYWHERE}))} if told else known

    def _arrive(
        self, edge: Edge, value: Known, known: list[Known | None], out: dict[int, dict[Edge, Known]], rounds: dict[int, Known]
    ) -> bool:
        """Brings a value along an edge. Says whether anything changed at its target."""
        target = edge.target
        came = out.setdefault(target, {})
        if len(self.incoming[target]) > 1:
            value = self._with_holder(value, self.program.nodes[edge.source])
        if came.get(edge) == value:
            return False
        came[edge] = value
        is_head = self.program.nodes[target].kind == "repeat"
        if is_head:
            back = [v for e, v in came.items() if self.is_round(e)]
            if back:
                rounds[target] = self._meet(back)
        if target in self.program.joins:
            by_branch: dict[int, list[Known]] = {}
            for arrived, carried in came.items():
                by_branch.setdefault(self.branch_of(arrived, target), []).append(carried)
            needed = self.program.needed[target]
            if len(by_branch) < needed:
                return False
            branches = [self._meet(values) for values in by_branch.values()]
            joined = union(branches) if self.is_perhaps else met_by(needed, branches)
        else:
            joined = self._meet(list(came.values()))
        if len(joined) > FEW:
            joined = self._still_wanted(joined, target)
        changed = joined != known[target]
        known[target] = joined
        return changed or is_head

    def _meet(self, values: list[Known]) -> Known:
        return meet_perhaps(values) if self.is_perhaps else meet(values)

    @cached_property
    def perhaps(self) -> Self:
        """The same, where what is known on some ways counts as known: it tells who can read something, if it is known."""
        other = copy(self)
        other.__dict__.pop("_known", None)
        other.is_perhaps = True
        return other

    def _still_wanted(self, known: Known, node: int) -> Known:
        """What is known, without what nothing at a node or behind it speaks of: so that a long path costs no more a step.

        Law: tests/laws/test_ways.py (nothing else is found with it).
        """
        if self._last_spoken is None:
            return known
        last = self._last_spoken
        return {key: places for key, places in known.items() if last.get(key, _ALWAYS) >= node}

    @cached_property
    def _last_spoken(self) -> dict[str, int] | None:
        """The last node that speaks of each item; None where a way leads back to what stands before it, or all is asked for."""
        program = self.program
        if self.keeps_all or any(node.kind == "restart" for node in program.nodes):
            return None
        ends: dict[int, int] = {}
        for node in program.nodes:
            loop = node.loop
            while loop >= 0:
                ends[loop] = max(ends.get(loop, loop), node.index)
                loop = program.nodes[loop].loop
        kept = {*(self.path.makes or ()), *(self.path.plan.contains if self.path.plan is not None else ())}
        last: dict[str, int] = {name: 0 for name in self.path.items if name not in kept}
        for node in program.nodes:
            at, loop = ends.get(node.index, node.index), node.loop  # what a repeat goes on until is asked after its last line
            while loop >= 0:
                at, loop = ends[loop], program.nodes[loop].loop
            for name in self._spoken_of(node):
                if name in last or name.startswith("\0"):
                    last[name] = max(last.get(name, 0), at)
        return last

    def _spoken_of(self, node: Node) -> Iterator[str]:
        """The items that a node speaks of, and what a clock there counts from."""
        statement = node.statement
        if not isinstance(statement, _SPOKEN_IN_EDGES):
            yield from _words_in(statement)
        if isinstance(statement, model.Repeat | model.Whenever):
            condition = statement.until if isinstance(statement, model.Repeat) else statement.condition
            yield from items_of(condition) if condition is not None else ()
        for edge in self.program.edges[node.index]:
            yield from items_of(edge.condition) if edge.condition is not None else ()
        if isinstance(statement, model.Step):
            for doing in statement.does:
                yield from _words_in(self.network.services[doing.service])
        if isinstance(statement, model.Include) and statement.path in self.program.included:
            yield from self.program.included[statement.path].path.items
        yield from (key for of in clock_starts(statement) for key in self._come(of))

    def is_round(self, edge: Edge) -> bool:
        """Whether an edge into a repeat's head comes from its own body."""
        loop = self.program.nodes[edge.source].loop
        while loop >= 0:
            if loop == edge.target:
                return True
            loop = self.program.nodes[loop].loop
        return edge.source == edge.target

    @cached_property
    def _starting(self) -> frozenset[str]:
        """The names, folded, of what starts a clock somewhere."""
        return frozenset(fold(of) for node in self.program.nodes for of in clock_starts(node.statement))

    @cached_property
    def _either(self) -> dict[str, list[str]]:
        """What is known, besides that it has happened, once something has that starts one of several clocks. Keys: folded."""
        found: dict[str, dict[str, None]] = {}
        for node in self.program.nodes:
            starts = either_starts(node.statement)
            for of in starts:
                found.setdefault(fold(of), {})[one_happened(starts)] = None
        return {name: list(keys) for name, keys in found.items()}

    def _come(self, name: str) -> list[str]:
        """What is known once something has come."""
        return [happened(name), *self._either.get(fold(name), ())]

    def known(self, node: int) -> Known:
        """What is surely known when a client comes to the node, whichever way it came."""
        return self._known[0][node] or {}

    def known_after_round(self, repeat: int) -> Known:
        """What is surely known when a round of a repeat is over."""
        return self._known[1].get(repeat, {})

    def _does_doubtful(self, node: Node) -> bool:
        """Whether it is a step that does a service of which something could not be read, such as what it makes."""
        statement = node.statement
        if not self.doubts or not isinstance(statement, model.Step):
            return False
        services = [self.network.services[doing.service] for doing in statement.does]
        return any(s.span is not None and (s.span.file, s.span.line) in self.doubts for s in services)

    def known_after(self, node: Node, known: Known) -> Known:
        """What is known behind a node, where so much is known before it."""
        statement = node.statement
        is_nobodys = isinstance(statement, model.Step) and statement.by is None
        if is_nobodys or (statement is not None and self.is_doubtful(node)) or self._does_doubtful(node):
            return {**known, ANYTHING: frozenset({EVERYWHERE})}
        if isinstance(statement, model.Step):
            return self._known_after_step(statement, node, known)
        if isinstance(statement, model.Handoff):
            return self._known_after_handoff(statement, node, known)
        if isinstance(statement, model.Consultation):
            return self._known_after_advice(statement, node, known)
        if isinstance(statement, model.Choice):
            return {**without_place(known, chosen_by(statement.name)), chosen_at(statement.name): frozenset({EVERYWHERE})}
        if isinstance(statement, model.Include):
            return self._known_after_include(statement, node, known)
        if isinstance(statement, model.Wait):
            return self._known_after_wait(statement, known)
        return without_place(known, BEFORE_IT) if node.kind == "restart" else known

    def _known_after_step(self, step: model.Step, node: Node, known: Known) -> Known:
        places = self.places_at(node)
        result = self._carried(known, step.carries, places)
        made = set(places)
        if step.ordered_by is not None and self._comes_back(step):
            made |= self.places_of(step.ordered_by.party, node)
        for item in step.makes:
            result[item] = result.get(item, frozenset()) | made
        if step.ordered_by is not None and step.by is not None and step.by.party.kind == "provider":
            result[acted(step.by.party.name)] = frozenset({EVERYWHERE})
        return result

    def _known_after_wait(self, wait: model.Wait, known: Known) -> Known:
        """What is waited for has come, unless the wait ends without it."""
        if wait.until is None or wait.length is not None:
            return known
        told = [key for name in surely_happened(wait.until) for key in self._come(name)]
        told += [item for part in conjuncts(wait.until) if (item := _told(part)) is not None and item not in known]
        return {**known, **dict.fromkeys(told, frozenset({EVERYWHERE}))}

    def _known_after_handoff(self, handoff: model.Handoff, node: Node, known: Known) -> Known:
        """What is carried goes along; of the rest the new holder has what was in the new holder's register before."""
        party = handoff.receiver.party
        there = self.places_of(party, node)
        result = self._carried(known, handoff.carries, there | self._symbol(HERE, node))
        if party.kind == "holder":
            return result
        here = self._symbol(HERE, node)
        after: dict[frozenset[str], frozenset[str]] = {}  # there are few sets of places, and many items
        for item, places in known.items():
            if item in handoff.carries:
                continue
            if places not in after:
                is_read = self._reads(places, party, node)
                after[places] = places | here if is_read and HERE not in places else places if is_read else places - {HERE}
            result[item] = after[places]
        return result

    def _known_after_include(self, include: model.Include, node: Node, known: Known) -> Known:
        child = self.program.included.get(include.path)
        if child is None:
            return known
        inside = type(self)(child)
        if any(isinstance(n.statement, model.Handoff | model.Include) for n in child.nodes):
            registers = {self.register(holder) for holder in inside.last_holders(self.holders[node.index])}
            known = {item: places if registers <= places else places - {HERE} for item, places in known.items()}
        told = inside.known_outside()
        return union([known, {item: there for item, there in told.items() if not item.startswith(CONSENTED)}])

    def _with_holder(self, known: Known, node: Node) -> Known:
        """What is known after a node, with what its holder can read told as the holder's: so it stays true where ways meet."""
        here = self._symbol(HERE, node)
        held = self._holders_after(node, self.holders[node.index], self._held.came)
        registers = {self.register(holder) for holder in self.expand(held, node)}
        if not here or not registers:
            return known
        more = {i: p | here for i, p in known.items() if HERE not in p and EVERYWHERE not in p and registers <= p}
        return {**known, **more} if more else known

    def _comes_back(self, order: model.Step) -> bool:
        """Whether the results come back to whoever ordered: the order says so, or the agreement of each who may be chosen."""
        if order.feedback_within is not None or order.by is None or order.by.party.kind != "chosen":
            return order.feedback_within is not None
        options = self.options(order.by.party.name)
        return bool(options) and all(self.network.feedback_within(one) is not None for one in options)

    def _known_after_advice(self, asked: model.Consultation, node: Node, known: Known) -> Known:
        there = self.places_of(asked.receiver.party, node)
        result = self._carried(known, asked.carries, there)
        here = self.places_of(asked.sender.party, node)
        for item in asked.makes:
            result[item] = result.get(item, frozenset()) | here | there
        return result

    def known_outside(self) -> Known:
        """What the path gives to one that includes it: what it says that it makes, or else all that it surely makes."""
        self.keeps_all = True
        known = {
            item: frozenset(place for place in places if not place.startswith(CHOSEN))
            for item, places in self.known_at_end().items()
        }
        if self.path.makes is None:
            return known
        return {item: known.get(item, frozenset[str]()) for item in self.path.makes}

    def known_at_end(self) -> Known:
        """What the path has surely made when it ends."""
        ends = [self.known(n.index) for n in self.program.nodes if n.kind == "end" and n.index in self.reachable]
        return meet(ends) if ends else {}

    def _carried(self, known: Known, items: Iterable[str], places: frozenset[str]) -> dict[str, frozenset[str]]:
        result = dict(known)
        for item in items:
            if item in result:
                result[item] = result[item] | places
        return result

    def known_at_step(self, node: Node) -> Known:
        """What can surely be known at a step, with what its order carries to it."""
        known = self.known(node.index)
        if isinstance(node.statement, model.Step):
            return self._carried(known, node.statement.carries, self.places_at(node))
        return known


def _first(waiting: list[int]) -> int:
    """The next node in reading order, so that what several ways lead to is mostly looked at once; it waits no more."""
    index = heappop(waiting)
    while waiting and waiting[0] == index:
        heappop(waiting)
    return index


def _words_in(thing: object) -> list[str]:
    """Every word in a statement, whatever its fields are called."""
    found: list[str] = []
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        kind: type = one.__class__
        if kind is str:
            found.append(cast("str", one))
        elif kind is tuple:
            waiting += cast("tuple[object, ...]", one)
        elif (read := _fields_of(kind)) is not None:
            waiting += read(one)
    return found


@cache
def _fields_of(kind: type) -> Callable[[object], tuple[object, ...]] | None:
    """What reads all fields of a thing of a kind at once; None where there is no word in them."""
    names: tuple[str, ...] = kind.__struct_fields__ if issubclass(kind, Struct) and not issubclass(kind, _WORDLESS) else ()
    return attrgetter(*names, "__class__") if names else None  # with the class, so that one field is read as a tuple too


def eventstaken(edge: Edge) -> tuple[str, ...]:
    """The events that a way of a decision waited for."""
    return surely_happened(edge.condition) if edge.kind == "if" and edge.condition is not None else ()


def tells(conditions: Iterable[Condition]) -> frozenset[str]:
    """The items that are known where all of these conditions hold."""
    return frozenset(item for condition in conditions if (item := _told(condition)) is not None)


def _told(condition: Condition) -> str | None:
    """The item that must be known for a condition to hold."""
    if isinstance(condition, Not):
        part = condition.part
        return part.item if isinstance(part, IsUnknown | Compare | OneOf) else None
    return condition.item if isinstance(condition, Compare | OneOf) else None
