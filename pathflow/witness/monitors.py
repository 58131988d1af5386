"""What is looked at along a way, for each kind of aim: a node that is come to, an item that is not known, a holder, an owner,
a service that is given again.

Each monitor follows one way where the data flow of `rules.ways` speaks of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from pathflow.base.durations import HOUR
from pathflow.base.findings import Aim
from pathflow.base.names import fold
from pathflow.engine.program import Edge, Node
from pathflow.model import conditions, network
from pathflow.model import path as model
from pathflow.rules.beginning import made_by
from pathflow.rules.holding import BEFORE
from pathflow.rules.known import EVERYWHERE
from pathflow.rules.ordering import is_at
from pathflow.rules.ways import Ways
from pathflow.witness.routes import Monitor, Value


def monitor_for(ways: Ways, aim: Aim) -> Monitor:
    """The monitor that sees whether an aim comes true."""
    if aim.kind in ("unknown", "unread"):
        return Information(ways, aim.items[0], aim.party if aim.kind == "unread" else None)
    if aim.kind == "holder":
        return Holder(ways, frozenset(aim.items), aim.party)
    if aim.kind in ("held", "left"):
        return _held_by(ways, aim)
    if aim.kind in ("stale", "late"):
        return Slow(ways, aim)
    if aim.kind == "open":
        return Opened(ways, aim)
    if aim.kind == "owner":
        return Owner(ways, aim.party)
    if aim.kind == "ordered":
        return Orderer(ways, frozenset(aim.items))
    if aim.kind == "unseen":
        return Unseen(ways, aim.earlier)
    if aim.kind == "again":
        return Again(ways, aim.earlier, aim.items[0])
    return Reached(ways)


class Reached:
    """Nothing but where the client is; what the others have in common."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways

    @property
    def first(self) -> Value:
        """What is so when the path begins."""
        return None

    @property
    def is_anywhere(self) -> bool:
        """Whether it is enough to come to a repeat; else a round must be over."""
        return type(self) is Reached

    def begun(self, event: Node, value: Value) -> Value:  # those that see more ask for it
        """What is so when an event begins."""
        return value

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """What may be so behind a node."""
        return (value,)

    def along(self, edge: Edge, value: Value) -> Value:
        """What is so at the end of an edge."""
        return value

    def expired(self, node: Node, value: Value) -> Iterable[Value]:
        """Nothing else, but for those who look at who holds the client."""
        return ()

    def over(self, event: Node, before: Value, value: Value) -> Value:
        """What is so on the main way when an event is over."""
        return value

    def met(self, values: Sequence[Value]) -> Value:
        """What is so where branches meet."""
        return values[0]

    def is_aim(self, node: Node, value: Value) -> bool:
        """Whether it has come true."""
        return True


class Information(Reached):
    """Where an item can be read: the registers, none while nobody knows it. Sought: not known, or not readable by a party."""

    def __init__(self, ways: Ways, item: str, party: str | None) -> None:
        super().__init__(ways)
        self.item = item
        self.party = party

    @property
    def first(self) -> Value:
        """What is told at the beginning is known everywhere."""
        path = self.ways.path
        entered = conditions.items_of(path.clients.enter_when) if path.clients.enter_when is not None else ()
        return frozenset({EVERYWHERE}) if self.item in (*entered, *path.needs) else None

    def begun(self, event: Node, value: Value) -> Value:
        """What sets an event off is known."""
        statement = event.statement
        if isinstance(statement, model.Whenever) and self.item in conditions.items_of(statement.condition):
            return frozenset({EVERYWHERE})
        return value

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """What is made and carried there."""
        known = {} if value is None else {self.item: cast("frozenset[str]", value)}
        return (self.ways.known_after(node, known).get(self.item),)

    def along(self, edge: Edge, value: Value) -> Value:
        """What a branch asked for is known behind it."""
        if value is None and any(self.item in conditions.items_of(part) for part in self.ways.taken(edge)):
            told = [part for part in self.ways.taken(edge) if self.item in conditions.items_of(part)]
            if not any(isinstance(part, conditions.IsUnknown) for part in told):
                return frozenset({EVERYWHERE})
        return value

    def met(self, values: Sequence[Value]) -> Value:
        """What any branch knows."""
        known = [cast("frozenset[str]", value) for value in values if value is not None]
        return frozenset[str]().union(*known) if known else None

    def is_aim(self, node: Node, value: Value) -> bool:
        """Nobody knows it; or somebody does, and not whoever needs it."""
        if self.party is None:
            return value is None
        places = cast("frozenset[str] | None", value)
        return places is not None and EVERYWHERE not in places and self.ways.register(self.party) not in places


class _Held(NamedTuple):
    holder: str
    before: str


class Holder(Reached):
    """Who holds the client. Sought: somebody else than those who are right."""

    def __init__(self, ways: Ways, right: frozenset[str], choice: str) -> None:
        super().__init__(ways)
        self.right = right
        self.options = ways.options(choice) if choice else ()

    @property
    def first(self) -> Value:
        """Whom the head names."""
        return _Held(self.ways.path.accountable, "")

    def begun(self, event: Node, value: Value) -> Value:
        """Whoever holds the client has held the client before."""
        held = cast("_Held", value)
        return _Held(held.holder, held.holder)

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """A handoff moves the client, and so does a path that is included."""
        held, statement = cast("_Held", value), node.statement
        if isinstance(statement, model.Handoff):
            party = statement.receiver.party
            if party.kind == "previous":
                return (_Held(held.before or held.holder, held.before),)
            found = self.ways.parties(party, frozenset({held.holder}))
        elif isinstance(statement, model.Include) and statement.path in self.ways.program.included:
            found = Ways(self.ways.program.included[statement.path]).last_holders(frozenset({held.holder}))
        else:
            return (value,)
        return [_Held(holder, held.before) for holder in sorted(found)]

    def expired(self, node: Node, value: Value) -> Iterable[Value]:
        """Whoever takes over a handoff that nobody accepts."""
        held, statement = cast("_Held", value), node.statement
        if not isinstance(statement, model.Handoff):
            return ()
        back, organiser = statement.fallback, frozenset({self.ways.network.organiser})
        found = self.ways.parties(back.party, frozenset({held.holder})) if back is not None else organiser
        return [_Held(holder, held.before) for holder in sorted(found - {held.holder, BEFORE})]

    def over(self, event: Node, before: Value, value: Value) -> Value:
        """The client stays where the event has brought them."""
        return _Held(cast("_Held", value).holder, cast("_Held", before).before)

    def met(self, values: Sequence[Value]) -> Value:
        """Whoever was handed the client in a branch; there should be none."""
        held = [cast("_Held", value) for value in values]
        return next((one for one in held if one.holder != held[0].holder), held[0])

    def is_aim(self, node: Node, value: Value) -> bool:
        """Somebody else holds the client than who should."""
        holder = cast("_Held", value).holder
        if self.options:
            return any(option != holder for option in self.options)
        right = {cast("_Held", value).before if provider == BEFORE else provider for provider in self.right}
        return holder not in right


class HeldBy(Holder):
    """Who holds the client. Sought: a certain provider, or one that did before an event began."""

    def __init__(self, ways: Ways, name: str, is_before: bool) -> None:
        super().__init__(ways, frozenset({name}), "")
        self.is_before = is_before

    def is_aim(self, node: Node, value: Value) -> bool:
        """It is the one."""
        held = cast("_Held", value)
        return (held.before if self.is_before else held.holder) in self.right


def _held_by(ways: Ways, aim: Aim) -> Monitor:
    """Of what is chosen, or has a name, it is enough to come there."""
    step = ways.program.nodes[aim.node].statement
    fallback = step.fallback if aim.kind == "left" and isinstance(step, model.Step) else None
    if aim.party or (fallback is not None and fallback.party.kind not in ("holder", "previous")):
        return Reached(ways)
    is_before = fallback.party.kind == "previous" if fallback is not None else aim.earlier >= 0
    return HeldBy(ways, aim.items[0], is_before)


class Owner(Reached):
    """Who owns the plan. Sought: another than the one that is named."""

    def __init__(self, ways: Ways, claimed: str) -> None:
        super().__init__(ways)
        self.claimed = fold(claimed)

    @property
    def first(self) -> Value:
        """Whom the plan names."""
        plan = self.ways.path.plan
        return str(plan.owner) if plan is not None and plan.owner is not None else ""

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """A handoff that says so moves the plan."""
        statement = node.statement
        if isinstance(statement, model.Handoff) and statement.plan_to is not None:
            return (str(statement.plan_to),)
        return (value,)

    def met(self, values: Sequence[Value]) -> Value:
        """Whoever was given the plan in a branch."""
        return next((value for value in values if value != values[0]), values[0])

    def is_aim(self, node: Node, value: Value) -> bool:
        """Another owns it."""
        return fold(str(value)) != self.claimed


class Orderer(Reached):
    """Who holds the client and who owns the plan. Sought: neither is one of those who order."""

    def __init__(self, ways: Ways, orderers: frozenset[str]) -> None:
        super().__init__(ways)
        self.orderers = orderers
        self.holder = Holder(ways, orderers, "")
        self.owner = Owner(ways, "")

    @property
    def first(self) -> Value:
        """Whom the head and the plan name."""
        return (self.holder.first, self.owner.first)

    def begun(self, event: Node, value: Value) -> Value:
        """Whoever holds the client has held the client before."""
        held, owned = cast("tuple[Value, Value]", value)
        return (self.holder.begun(event, held), owned)

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """A handoff moves the one, the other, or both."""
        held, owned = cast("tuple[Value, Value]", value)
        return [(one, other) for one in self.holder.after(node, held) for other in self.owner.after(node, owned)]

    def expired(self, node: Node, value: Value) -> Iterable[Value]:
        """A handoff that nobody accepts moves the client, and not the plan."""
        held, owned = cast("tuple[Value, Value]", value)
        return [(one, owned) for one in self.holder.expired(node, held)]

    def over(self, event: Node, before: Value, value: Value) -> Value:
        """The client stays where the event has brought them."""
        (held, _), (then, owned) = cast("tuple[Value, Value]", before), cast("tuple[Value, Value]", value)
        return (self.holder.over(event, held, then), owned)

    def met(self, values: Sequence[Value]) -> Value:
        """Whoever was given the client, or the plan, in a branch."""
        pairs = cast("Sequence[tuple[Value, Value]]", values)
        return (self.holder.met([held for held, _ in pairs]), self.owner.met([owned for _, owned in pairs]))

    def is_aim(self, node: Node, value: Value) -> bool:
        """Somebody else does both."""
        held, owned = cast("tuple[Value, str]", value)
        return self.holder.is_aim(node, held) and not any(is_at(owned, frozenset({one})) for one in self.orderers)


class _Given(NamedTuple):
    """Whether the earlier step has been done and its result holds, and how many hours have been waited since."""

    holds: bool
    hours: int


class Again(Reached):
    """Whether the result of a step still holds. Sought: that it does."""

    def __init__(self, ways: Ways, earlier: int, service: str) -> None:
        super().__init__(ways)
        self.earlier = earlier
        self.service = service
        found = ways.network.services.get(service)
        self.hours = found.window.longest // HOUR if found is not None and found.window is not None else 0
        self.ended = _ending_names(found) if found is not None else frozenset[str]()

    @property
    def first(self) -> Value:
        """It has not been done."""
        return _Given(False, 0)

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """It holds until it is done anew, something ends it, or its time is over."""
        given, statement = cast("_Given", value), node.statement
        if node.index == self.earlier:
            return (_Given(True, 0),)
        if not given.holds:
            return (value,)
        does = statement.does if isinstance(statement, model.Step) else ()
        if fold(node.name) in self.ended or any(doing.service == self.service for doing in does):
            return (_Given(False, 0),)
        if isinstance(statement, model.Wait) and statement.until is None and statement.length is not None:
            hours = given.hours + statement.length.shortest // HOUR
            return (_Given(True, hours) if hours < self.hours else _Given(False, 0),)
        return (value,)

    def met(self, values: Sequence[Value]) -> Value:
        """It holds if it does behind any branch; the longest of them was waited for."""
        holding = [given for value in values if (given := cast("_Given", value)).holds]
        return max(holding, key=lambda given: given.hours) if holding else _Given(False, 0)

    def is_aim(self, node: Node, value: Value) -> bool:
        """It still holds."""
        return cast("_Given", value).holds


class Slow(Reached):
    """At how many of the nodes that take their time a client has been since something was done; None before. Sought: all.

    Where it is asked how old an item is that was made there, it is none while another has made it anew.
    """

    def __init__(self, ways: Ways, aim: Aim) -> None:
        super().__init__(ways)
        self.items, self.first_node = frozenset(aim.items), aim.earlier
        self.late = aim.late - {aim.earlier, aim.node}

    @property
    def first(self) -> Value:
        """What was known at enrolment is as old as the enrolment."""
        return 0 if self.first_node == self.ways.program.start else None

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """It is made; or grows older; or is made anew, by another."""
        if node.index == self.first_node:
            return (0,)
        if value is None or not self.items.isdisjoint(made_by(self.ways.program, node)):
            return (None,)
        return (min(cast("int", value) + (node.index in self.late), len(self.late)),)

    def met(self, values: Sequence[Value]) -> Value:
        """The branch in which it has grown oldest."""
        return max((cast("int", value) for value in values if value is not None), default=None)

    def is_aim(self, node: Node, value: Value) -> bool:
        """It has been everywhere."""
        return value == len(self.late)


class Opened(Reached):
    """Whether something is open, which began at a node or with the path. Sought: that it is."""

    def __init__(self, ways: Ways, aim: Aim) -> None:
        super().__init__(ways)
        self.opening, self.closing = aim.earlier, aim.closing

    @property
    def first(self) -> Value:
        """Whether it is open from the beginning."""
        return self.opening < 0

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """It begins, or is closed."""
        return (True,) if node.index == self.opening else (value is True and node.index not in self.closing,)

    def met(self, values: Sequence[Value]) -> Value:
        """What any branch has opened, and none has closed that was open before."""
        return any(values) if self.opening >= 0 else all(values)

    def is_aim(self, node: Node, value: Value) -> bool:
        """It is open."""
        return value is True


class Unseen(Reached):
    """Whether a client has been seen in a set time since a stay. Sought: that nobody has."""

    def __init__(self, ways: Ways, stay: int) -> None:
        super().__init__(ways)
        self.stay = stay

    @property
    def first(self) -> Value:
        """There was no stay."""
        return False

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """A stay begins the wait, a step with a time of its own ends it."""
        if node.index == self.stay:
            return (True,)
        statement = node.statement
        sees = isinstance(statement, model.Include) or (isinstance(statement, model.Step) and statement.limits)
        return (False,) if sees else (value,)

    def met(self, values: Sequence[Value]) -> Value:
        """Whoever of them has seen the client."""
        return all(values)

    def is_aim(self, node: Node, value: Value) -> bool:
        """Nobody has."""
        return value is True


def _ending_names(service: network.Service) -> frozenset[str]:
    """What ends the window of a service early, by name."""
    if service.unless is None:
        return frozenset()
    atoms = conditions.atoms(service.unless)
    return frozenset(fold(a.name if isinstance(a, conditions.Reason) else a.event) for a in atoms
                     if isinstance(a, conditions.Reason | conditions.Happens))  # fmt: skip
