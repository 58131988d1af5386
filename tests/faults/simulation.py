"""The whole host in one thread under a seeded scheduler and a clock of its own: workers, clients, time and a receiver of notices.

Between any two calls to the store others may act; every call may fail, be done although its reply is lost, or be the last of a
worker that crashes. After each command everything that must be so is looked at, by other means than the host's own. Two runs of
one seed do the same.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pathflow
from pathflow.api import CompiledPath
from pathflow.base.durations import DAY, HOUR
from pathflow.base.errors import PathflowError
from pathflow.base.instants import Instant
from pathflow.compiler.bundle import program_of_bundle
from pathflow.engine.codec import canonical, decode_fact, encode_fact
from pathflow.engine.commands import Command, decide
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.machine import Machine
from pathflow.engine.record import Bond, Record
from pathflow.host import auditing, definitions
from pathflow.host.migrating import done
from pathflow.host.pairing import is_of_two
from pathflow.host.projecting import Told, view_of
from pathflow.host.service import SET_ASIDE, Actor, CareService
from pathflow.host.telling import LOG
from pathflow.store.memory import MemoryStore
from pathflow.store.port import AuditRow, Busy, Commit, Conflict, FlagsAsked, Notice, StoredFact, StoreError, WorkAsked
from tests.conftest import ROOT
from tests.host.world import Done, Hand

MINUTE = 60_000_000
BEGINNINGS = (1_772_434_800_000_000, 1_774_600_000_000_000, 1_792_700_000_000_000)
"""Instants: 2 March 2026, and two days before the clocks of Helsinki go forward (29 March) and back (25 October)."""

CALLS = frozenset({
    "commit", "log_read", "head", "facts", "answer", "clients", "work", "flags", "count_flags", "claim_due", "next_due",
    "claim_notices", "delivered", "failed", "publish", "definitions", "audit", "seal", "seals", "counts",
})  # fmt: skip
WRITES = frozenset({"commit", "log_read", "claim_due", "claim_notices", "delivered", "failed", "publish"})
POISON = "Poisoned"
READS = ("client", "where", "due", "findings", "plan", "history")


class Broken(AssertionError):
    """A seed in which something was not as it must always be; the text says how to run it again."""


class Wrong(BaseException):
    """Something that must always be so is not. Nothing in the host may catch it."""


class Crash(BaseException):
    """A worker is gone, in the midst of whatever it did."""


@cache
def shipped() -> dict[str, CompiledPath]:
    """The paths, and a second version of one of them."""
    found = {
        "memory": pathflow.load(ROOT / "examples" / "memory" / "memory.path"),
        "heart": pathflow.load(ROOT / "paths" / "heart_failure.path"),
    }
    text = (ROOT / "examples" / "memory" / "memory.path").read_text("utf-8")
    second = text.replace("within 14 days", "within 10 days").replace("version 1.0", "version 2.0")
    third = text.replace("First talk", "First meeting").replace("version 1.0", "version 3.0")
    fourth = text.replace("within 14 days", "within 12 days").replace("version 1.0", "version 4.0")
    return found | {"memory 2": _loaded(second), "memory 3": _loaded(third), "memory 4": _loaded(fourth)}


def _loaded(text: str) -> CompiledPath:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "memory.path"
        file.write_text(text, "utf-8")
        return pathflow.load(file)


@contextmanager
def quick_versions() -> Iterator[None]:
    """A version is compiled once in all workers of this process; and nothing is logged."""
    before = definitions.program_of_bundle
    definitions.program_of_bundle = _compiled  # type: ignore[assignment]
    LOG.disabled = True
    try:
        yield
    finally:
        definitions.program_of_bundle = before
        LOG.disabled = False


_compiled = cache(program_of_bundle)


class Request(NamedTuple):
    """A command on its way: the key is also the name of who sends it, so that the audit tells what came of it."""

    key: str
    client: str
    done: Done
    n_before: int
    tries: int


class Way:
    """A worker's way to the store, on which things go wrong."""

    def __init__(self, world: World, worker: int) -> None:
        self._world = world
        self._worker = worker
        self.name = "memory"

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._world.store, name)
        if name not in CALLS:
            return method
        return lambda *given, **named: self._world.call(self._worker, name, lambda: method(*given, **named), given)


class World:
    """One run.

    Args:
        seed: everything that happens follows from it.
        paths: names in `shipped`; by default as the seed has it.
        rate: how many of the calls to the store go wrong; None for as the seed has it.
    """

    def __init__(self, seed: int, paths: tuple[str, ...] = (), rate: float | None = None) -> None:
        self.seed = seed
        self.chance = chance = random.Random(seed)
        self.now: Instant = chance.choice(BEGINNINGS) + chance.randrange(DAY)
        names = paths or chance.choice([("memory",), ("memory",), ("heart",), ("memory", "heart")])
        self.paths = [shipped()[name] for name in names]
        self.rate = chance.choice([0.0, 0.05, 0.1, 0.1, 0.2, 0.2]) if rate is None else rate
        self.crowd = chance.choice([0.0, 0.1, 0.2])
        self.limit = chance.choice([1, 1, 2, 100])
        self.store = MemoryStore()
        self.is_quiet = False
        self.busy: set[int] = set()
        self.doing: list[Callable[[int], None]] = []
        self.about = ""
        self.commands: dict[int, Command | None] = {}
        self.faults: Counter[str] = Counter()
        self.trace = hashlib.sha256()
        self.mail: list[Request] = []
        self.n_keys = 0
        self.answers: dict[str, Fact | Refusal] = {}
        self.sent: dict[str, Request] = {}
        self.blocks: dict[str, tuple[Request, ...]] = {}
        self.waiting_blocks: list[str] = []
        self.acked: dict[str, int] = {}
        self.bodies: dict[str, list[str]] = {}
        self.links: dict[str, tuple[int, bytes]] = {}
        self.did: Counter[str] = Counter()
        self.was_read: Counter[tuple[str, str]] = Counter()
        self.held: dict[str, Instant] = {}
        self.held_notices: dict[str, Instant] = {}
        self.received: dict[str, Notice] = {}
        self.is_down = False
        self.skews = [0] * chance.choice([2, 3])
        self.workers: list[CareService | None] = [None for _ in self.skews]
        clients = ["Kaija", "Veikko", "Aino"][: chance.choice([1, 2, 3, 3])]
        self.hands = [Hand(chance.choice(self.paths).program, client, chance) for client in clients]
        self.is_poisoned = chance.random() < 0.9
        self.folded: dict[str, tuple[tuple[int, int], Record]] = {}
        self.n_spoken: dict[str, int] = {}
        self.observer = CareService(self.store, [(p.program, p.bundle) for p in self.paths], self.now - DAY)
        self.busy = set(range(len(self.workers)))  # nobody acts before everybody is there
        for worker in range(len(self.workers)):
            self.restart(worker)
        self.busy = set()

    # what goes wrong

    def call(self, worker: int, name: str, method: Callable[[], Any], given: tuple[Any, ...]) -> Any:
        """A call to the store. Before it others may act, and it may go wrong."""
        if self.is_quiet:
            return self.done(worker, name, method, given)
        chance = self.chance
        crowd = self.crowd * (3 if name == "commit" else 1)
        free = [w for w in range(len(self.workers)) if w not in self.busy]
        if len(self.busy) < 2 and free and chance.random() < crowd:
            before, self.about = self.about, given[0][0].client if name == "commit" and given[0] else ""
            self.act(chance.choice(free))
            self.about = before
        fault = self.fault(name)
        if fault is not None:
            self.faults[f"{fault} {name}"] += 1
            self.say(fault, name, worker)
        if fault == "fails":
            raise Busy("the store cannot be reached")
        if fault == "crashes before":
            raise Crash
        told = self.done(worker, name, method, given)
        if fault == "reply lost":
            raise Busy("the connection was lost")
        if fault == "crashes behind":
            raise Crash
        return told

    def fault(self, name: str) -> str | None:
        """What goes wrong with this call."""
        if self.chance.random() >= self.rate * (1 if name in WRITES else 0.25):
            return None
        return self.chance.choice(["fails", "reply lost", "crashes before", "crashes behind"])

    def done(self, worker: int, name: str, method: Callable[[], Any], given: tuple[Any, ...]) -> Any:
        """The call itself, and whether what came of it may be so."""
        if name == "commit":
            before = [(commit, self.stands(commit.client)) for commit in given[0]]
            told = method()
            command = self.commands.get(worker)
            for commit, stood in before:
                self.held.pop(commit.client, None)
                self.judge(commit, stood, None if command is not None and is_of_two(command) else command)
            self.whole_blocks()
            self.mutual(commit.client for commit, _ in before)
            return told
        told = method()
        if name == "claim_due":
            self.claimed(self.held, told, given)
        elif name == "claim_notices":
            self.claimed(self.held_notices, [one.notice.key for one in told], given)
        elif name == "failed":
            self.held_notices.pop(given[0], None)
        return told

    def claimed(self, held: dict[str, Instant], names: list[str], given: tuple[Any, ...]) -> None:
        """What one holds nobody else is given."""
        now, until = given[0], given[1]
        for name in names:
            if held.get(name, now) > now:
                raise Wrong(f"{name} is held until {held[name]}, and was given away at {now}")
            held[name] = until

    def restart(self, worker: int) -> None:
        """A new worker in the place of one that is gone."""
        self.commands[worker] = None
        for _ in range(50):
            try:
                service = CareService(Way(self, worker), [(p.program, p.bundle) for p in self.paths], self.clock(worker))  # type: ignore[arg-type]
            except (StoreError, Crash):
                continue
            break
        else:
            raise Wrong("a worker cannot be opened")
        intend = service.intend

        def intending(actor: Any, client: str, command: Command, *more: Any) -> Any:
            self.commands[worker] = command
            try:
                return intend(actor, client, command, *more)
            finally:
                self.commands[worker] = None

        service.intend = intending  # type: ignore[method-assign]
        self.workers[worker] = service

    def clock(self, worker: int) -> Instant:
        """What a worker's clock shows."""
        return self.now + self.skews[worker]

    def say(self, *what: object) -> None:
        """Adds to what happened, so that two runs can be compared."""
        self.trace.update(repr(what).encode())

    # what is done

    def run(self, steps: int = 80) -> World:
        """So many steps with faults; then they stop, and everything must come to rest."""
        for number in range(steps):
            self.now += self.chance.choice([0, 1, MINUTE, MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY])
            self.now += self.chance.randrange(1000)
            self.happens(number, steps)
            self.act(self.chance.randrange(len(self.workers)))
        self.drain()
        return self

    def happens(self, number: int, steps: int) -> None:
        """What nobody does: clocks jump, the receiver is away, a new version is published, a record goes bad."""
        chance = self.chance
        if chance.random() < 0.05:
            self.skews[chance.randrange(len(self.skews))] = chance.choice([-HOUR, 0, HOUR, 7 * MINUTE])
        if chance.random() < 0.05:
            self.is_down = not self.is_down
        newer = {steps // 3: ("memory", "memory 2"), steps * 2 // 3: ("memory 2", "memory 4")}.get(number)
        if newer is not None and self.paths[0] is shipped()[newer[0]] and chance.random() < 0.9:
            self.paths = [shipped()[newer[1]], *self.paths[1:]]
            self.busy.add(0)
            self.restart(0)
            self.busy.discard(0)
        if number == steps // 3 and self.is_poisoned:
            body = '{"at":1,"kind":"nonsense","subject":"x"}'
            told = {"fact": 1, "digest": hashlib.sha256(body.encode()).hexdigest()}
            audit = [AuditRow(self.now, "somebody", "", "", "nonsense", json.dumps(told))]
            self.store.commit([Commit(POISON, 0, 1, self.now, [StoredFact(1, 1, 1, body)], audit=audit)])

    def act(self, worker: int) -> None:
        """One thing that a worker does, and whatever happens to it meanwhile."""
        chance = self.chance
        doing = chance.choices(
            [self.new, self.again, self.time_passes, self.deliver, self.read, self.crash, self.block, self.link, self.migrate],
            [8, 5, 4, 4, 2, 1 if self.rate else 0, 2, 2, 3],
        )[0]
        if self.doing and (chance.random() < 0.4 or self.doing[-1] == self.migrate):  # at the same time often the same is done
            doing = self.doing[-1]
        self.busy.add(worker)
        self.doing.append(doing)
        try:
            doing(worker)
        except Crash:
            self.restart(worker)
        except (Busy, Conflict):
            pass
        except Wrong:
            raise
        except PathflowError as wrong:
            raise Wrong(f"{type(wrong).__name__}: {wrong}") from wrong
        finally:
            self.doing.pop()
            self.busy.discard(worker)

    def service(self, worker: int) -> CareService:
        """The worker's service."""
        found = self.workers[worker]
        assert found is not None
        return found

    def new(self, worker: int) -> None:
        """A client sends a command, which may be lost on its way."""
        hand = self.chance.choice([h for h in self.hands if h.client == self.about] or self.hands)
        self.n_keys += 1
        now = self.now + self.chance.choice([0, 0, 0, -HOUR, HOUR])
        done = hand.next(self.observer, now)
        head = self.store.head(hand.client)
        request = Request(f"k{self.n_keys}", hand.client, done, head.n_facts if head is not None else 0, 0)
        self.sent[request.key] = request
        if self.rate and self.chance.random() < 0.1:
            self.mail.append(request)
        else:
            self.give(worker, request)

    def block(self, worker: int) -> None:
        """Several commands in one block; one that was not kept, or of which nobody knows, is sent again as it was."""
        if self.waiting_blocks and self.chance.random() < 0.5:
            self.give_block(worker, self.waiting_blocks.pop(self.chance.randrange(len(self.waiting_blocks))))
            return
        self.n_keys += 1
        name, requests = f"b{self.n_keys}", list[Request]()
        for number in range(self.chance.choice([2, 3])):
            hand = self.chance.choice(self.hands)
            head = self.store.head(hand.client)
            done = hand.next(self.observer, self.now)
            requests.append(Request(f"{name}.{number}", hand.client, done, head.n_facts if head is not None else 0, 0))
        self.blocks[name] = tuple(requests)
        self.give_block(worker, name)

    def give_block(self, worker: int, name: str) -> None:
        """A block comes to a worker."""
        self.say("block", worker, name)
        requests = self.blocks[name]
        try:
            with self.service(worker).desk(name, "nurse", "care relation").together() as many:
                answers = [request.done.on(many, request.key) for request in requests]
        except (Busy, Conflict, Crash):
            self.waiting_blocks.append(name)
            raise
        for request, answer in zip(requests, answers, strict=True):
            self.say("answers", answer)
            if self.answers.setdefault(request.key, answer) != answer:
                raise Wrong(f"{request.key} was answered {self.answers[request.key]} and then {answer}")
            if isinstance(answer, Fact):
                self.is_there(request, answer)
        if self.rate and not self.is_quiet and self.chance.random() < 0.3:  # it comes once more
            self.waiting_blocks.append(name)
        if self.did[name] != len(requests):
            raise Wrong(f"the block {name} was left, and {self.did[name]} of its {len(requests)} commands are in the audit")

    def whole_blocks(self) -> None:
        """Of each block all is kept, or nothing."""
        for name, requests in self.blocks.items():
            if self.did[name] not in (0, len(requests)):
                raise Wrong(f"of the block {name} {self.did[name]} of {len(requests)} commands are kept")

    def link(self, worker: int) -> None:
        """Two clients are linked, or no longer."""
        chance = self.chance
        self.n_keys += 1
        client, other = (chance.choice(self.hands).client, chance.choice([*(hand.client for hand in self.hands), "Maija"]))
        kinds = chance.choice([("parent", "child"), ("child", "parent"), ("sibling", "sibling")])
        bonds = self.bonds(client)
        if bonds and chance.random() < 0.5:
            bond = chance.choice(bonds)
            done = Done("unlink", (client, bond.kind, bond.client, self.now), {})
        elif chance.random() < 0.8:
            done = Done("link", (client, kinds[0], other, kinds[1], self.now), {})
        else:
            done = Done("unlink", (client, kinds[0], other, self.now), {})
        head = self.store.head(client)
        request = Request(f"k{self.n_keys}", client, done, head.n_facts if head is not None else 0, 0)
        self.sent[request.key] = request
        self.give(worker, request)

    def mutual(self, clients: Iterable[str]) -> None:
        """Each of two clients who are linked says so of the other."""
        for client in clients:
            for bond in self.bonds(client):
                if (client, bond.back, bond.kind) not in [(one.client, one.kind, one.back) for one in self.bonds(bond.client)]:
                    raise Wrong(f"{client} is linked with {bond.client}, whose record does not say so")

    def bonds(self, client: str) -> list[Bond]:
        """With whom a client is linked, by the facts."""
        return self.fold(client, self.stands(client)).bonds if client != POISON and self.store.head(client) is not None else []

    def migrate(self, worker: int) -> None:
        """Clients are taken to the newest version of the path, as far as somebody comes who may stop in between."""
        versions = [one for one in self.store.definitions() if one.name == "Memory"]
        if len({one.key for one in versions}) < 2:
            return
        self.n_keys += 1
        service, actor = self.service(worker), Actor(f"m{self.n_keys}", "keeper of paths", "")
        if versions[-1].key not in service.machine.versions:
            return
        older = self.chance.choice(versions[:-1]).key
        for going in done(service, actor, "Memory", older, versions[-1].key, {}, self.clock(worker)):
            self.say("migrates", going.client, len(going.problems))
            if self.chance.random() < 0.2:
                break

    def again(self, worker: int) -> None:
        """A command that was sent before comes, in any order."""
        if not self.mail:
            self.new(worker)
            return
        self.give(worker, self.mail.pop(self.chance.randrange(len(self.mail))))

    def give(self, worker: int, request: Request) -> None:
        """A command comes to a worker."""
        self.say("gives", worker, request)
        chance = self.chance
        try:
            answer = request.done.on(self.service(worker).desk(request.key, "nurse", "care relation"), request.key)
        except (Busy, Conflict, Crash):
            self.mail.append(request._replace(tries=request.tries + 1))
            raise
        except Wrong:
            raise
        except Exception as wrong:
            raise Wrong(f"{request.done.what}: {type(wrong).__name__}: {wrong}") from wrong
        self.say("answers", answer)
        if self.answers.setdefault(request.key, answer) != answer:
            raise Wrong(f"{request.key} was answered {self.answers[request.key]} and then {answer}")
        if self.rate and not self.is_quiet and chance.random() < 0.15:
            self.mail.append(request)  # the reply was lost, or the command was sent twice
        self.ack(request, answer)

    def ack(self, request: Request, answer: Fact | Refusal) -> None:
        """What was answered is so, and stays so."""
        if not self.did[request.key]:
            raise Wrong(f"{request.key} was answered, and nothing of it is in the audit")
        if isinstance(answer, Refusal):
            return
        if answer.number <= request.n_before:
            raise Wrong(f"{request.key} was sent after fact {request.n_before}, and became fact {answer.number}")
        self.is_there(request, answer)
        if answer.kind == "enrolled":
            known = [one.key for one in self.store.definitions() if one.name == answer.subject]
            if answer.version not in known:
                raise Wrong(f"{request.client} was enrolled on a version that is not kept")
            if len(known) == 1 or answer.recorded < self.observer_published(answer.subject):
                expected = known[0]
                if answer.version != expected:
                    raise Wrong(f"{request.client} was enrolled on another version than the newest")
        self.acked[request.key] = answer.number

    def is_there(self, request: Request, answer: Fact) -> None:
        """What was acknowledged is in the store."""
        facts = self.store.facts(request.client)
        if len(facts) < answer.number or facts[answer.number - 1].body != encode_fact(answer):
            raise Wrong(f"fact {answer.number} of {request.client} was acknowledged, and is not there")

    def observer_published(self, name: str) -> Instant:
        """When the second version of a path was published."""
        return min(
            (d.published for d in self.store.definitions() if d.name == name and d.key != self._first(name)), default=1 << 62
        )

    def _first(self, name: str) -> str:
        return next(d.key for d in self.store.definitions() if d.name == name)

    def time_passes(self, worker: int) -> None:
        """A worker does what is due."""
        self.say("due", worker, self.service(worker).run_due(self.clock(worker), self.limit))

    def deliver(self, worker: int) -> None:
        """A worker takes notices along."""
        self.say("delivers", worker, self.service(worker).deliver(self.clock(worker), self.send, self.limit))

    def send(self, notice: Notice) -> None:
        """The receiver: it may be away, and its answer may be lost."""
        if self.is_quiet:
            self.receive(notice)
            return
        fault = self.chance.random()
        if self.is_down or fault < self.rate:
            raise OSError("nobody answers")
        self.receive(notice)
        if fault < 2 * self.rate:
            raise OSError("the answer was lost")
        if fault < 2.3 * self.rate:
            raise Crash

    def receive(self, notice: Notice) -> None:
        """A notice arrives; a second time is told by its key."""
        if self.received.setdefault(notice.key, notice) != notice:
            raise Wrong(f"two notices have the key {notice.key}")

    def read(self, worker: int) -> None:
        """Somebody reads a client, and sees what was acknowledged."""
        hand = self.chance.choice(self.hands)
        self.n_keys += 1
        reader = f"r{self.n_keys}"
        what = self.chance.choice(READS)
        head = self.store.head(hand.client)
        told: Any = None
        try:
            told = getattr(self.service(worker).desk(reader), what)(hand.client, self.now)
        except KeyError:
            return
        self.audited(hand.client)
        if not self.was_read[hand.client, reader]:
            raise Wrong(f"{what} of {hand.client} was read, and the audit does not say so")
        if what == "client" and head is not None and not self.busy - {worker}:
            seen, facts = {fact.number for fact in told.facts}, self.store.facts(hand.client)
            missing = [
                f.number for f in facts[: head.n_facts] if f.at <= self.now and f.recorded <= self.now and f.number not in seen
            ]
            if missing and told.now >= self.now:
                raise Wrong(f"{hand.client} was read without the facts {missing}")

    def crash(self, worker: int) -> None:
        """A worker is gone while it does nothing."""
        raise Crash

    # what must be so

    def stands(self, client: str) -> tuple[Any, ...]:
        """What the store has of a client: head, facts, work, open flags, notices."""
        work = {row.work.place: row.work for row in self.store.work(WorkAsked(client=client, limit=1 << 31))}
        flags = {row.flag.place: row.flag for row in self.store.flags(FlagsAsked(client=client, is_open=None, limit=1 << 31))}
        notices = {key for key, one in self.store._notices.items() if one.client == client}
        return self.store.head(client), list(self.store.facts(client)), work, flags, notices

    def judge(self, commit: Commit, before: tuple[Any, ...], command: Command | None) -> None:
        """Everything that must be so after a commit."""
        client = commit.client
        after = self.stands(client)
        self.say(client, after[0])
        self.numbered(client, after[1])
        self.audited(client)
        if client == POISON:
            return
        if SET_ASIDE in after[3]:
            raise Wrong(f"{client} was set aside")
        if command is not None:
            self.decided(commit, before, command)
        self.projected(client, before, after)

    def numbered(self, client: str, facts: list[StoredFact]) -> None:
        """Facts are numbered one after the other, and none is ever changed or lost."""
        bodies = [fact.body for fact in facts]
        known = self.bodies.get(client, [])
        if [fact.number for fact in facts] != list(range(1, len(facts) + 1)):
            raise Wrong(f"the facts of {client} are numbered {[fact.number for fact in facts]}")
        if bodies[: len(known)] != known:
            raise Wrong(f"facts of {client} were changed")
        if client != POISON and any(decode_fact(body).number != n for n, body in enumerate(bodies, 1)):
            raise Wrong(f"a fact of {client} says another number than it has")
        self.bodies[client] = bodies

    def audited(self, client: str) -> None:
        """The audit's new rows follow from those before, and each command is done once."""
        number, head = self.links.get(client, (0, bytes(32)))
        spoken = []
        for kept in self.store.audit(client, number, 1 << 31):
            row = kept.row
            values = [client, number + 1, [row.at, row.actor, row.role, row.basis, row.action, row.body]]
            head = hashlib.sha256(head + json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).digest()
            number += 1
            if kept.number != number or kept.hash != head:
                raise Wrong(f"row {number} of the audit of {client} does not follow from those before it")
            told = json.loads(row.body)
            if row.action == "read":
                self.was_read[client, row.actor] += 1
                continue
            if row.actor not in self.sent or self.sent[row.actor].client == client:  # not what it did to the other client
                self.did[row.actor] += 1
            if row.actor in self.sent and self.did[row.actor] > 1:
                raise Wrong(f"{row.actor} was done {self.did[row.actor]} times")
            if "fact" in told:
                spoken.append(told["fact"])
                body = self.store.facts(client)[told["fact"] - 1].body
                if hashlib.sha256(body.encode()).hexdigest() != told["digest"]:
                    raise Wrong(f"the audit speaks of another fact {told['fact']} of {client}")
        self.links[client] = number, head
        self.n_spoken[client] = n_spoken = self.n_spoken.get(client, 0) + len(spoken)
        if n_spoken != len(self.store.facts(client)):
            raise Wrong(f"{client} has facts of which the audit does not speak")

    def decided(self, commit: Commit, before: tuple[Any, ...], command: Command) -> None:
        """The command was decided by what the record was at that moment, and by nothing older."""
        record = self.fold(commit.client, before).copy()
        self.machine.advance(record, max(command.at, before[0].seen if before[0] is not None else 0))
        expected = decide(self.machine, record, command, len(before[1]) + 1)
        if isinstance(expected, Refusal) == bool(commit.facts):
            raise Wrong(f"{command.verb} {command.subject}: it should be {expected}")
        if isinstance(expected, Refusal):
            told = json.loads(commit.audit[0].body)["refused"] if commit.audit else None
            if told is not None and told != expected.message:
                raise Wrong(f"{command.verb} {command.subject}: refused as {told}, not as {expected}")

    def projected(self, client: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """What is kept follows from the facts, somebody is accountable, and whoever must hear of it is told."""
        if not after[1]:
            return
        record = self.fold(client, after)
        told = Told()
        told.bring_on(record)
        view, _ = view_of(self.machine, record, after[0].seen)
        if without_words(after[2:4]) != without_words((view.work, {**told.flags, **view.open})):
            raise Wrong(f"what is kept of {client} is not what its facts say")
        if record.active and (after[0].due is None or after[0].due <= after[0].seen):
            raise Wrong(f"{client} is on a path, and time does not come to it")
        for enrolment in record.active:
            if not enrolment.holder:
                raise Wrong(f"nobody is accountable for {client} on {enrolment.path}")
            spoken = [f for f in record.facts if f.kind in ("enrolled", "migrated") and f.subject == enrolment.path]
            if spoken and enrolment.parent is None and enrolment.version not in {f.version for f in spoken}:
                raise Wrong(f"{client} is on another version of {enrolment.path} than it began, or was taken to")
        roots = [e for e in record.active if e.parent is None and e.tables.program.path.plan is not None]
        if roots and record.owner is None:
            raise Wrong(f"{client} has a plan, and nobody owns it")
        self.told(client, before, after, record)
        if before[1] and any(decode_fact(fact.body).kind == "migrated" for fact in after[1][len(before[1]) :]):
            self.taken_over(client, before, after)

    def taken_over(self, client: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """A client who was taken to another version has lost nobody and nothing, and was not taken there before."""
        fact = decode_fact(after[1][-1].body)
        now, then = self.fold(client, after), self.machine.fold(client, [decode_fact(one.body) for one in before[1]])
        self.machine.advance(then, max(fact.at, before[0].seen))
        was, is_ = ({e.path: e for e in record.active if e.parent is None} for record in (then, now))
        if was[fact.subject].version == fact.version or is_[fact.subject].version != fact.version:
            raise Wrong(f"{client} was taken to the version on which they were, or not at all")
        if now.owner != then.owner:
            raise Wrong(f"{client} was taken to another version, and {then.owner} no longer owns the plan")
        for path, enrolment in was.items():
            if is_[path].holder != enrolment.holder:
                raise Wrong(f"{client} was taken to another version, and {enrolment.holder} is no longer accountable")
        for place, work in before[2].items():
            again = after[2].get(place)
            if work.due is not None and again is not None and (again.due is None or again.due > work.due):
                raise Wrong(f"{client} was taken to another version, and {work.what} has lost its deadline")

    def told(self, client: str, before: tuple[Any, ...], after: tuple[Any, ...], record: Any) -> None:
        """A notice is there for each change of which somebody must hear."""
        kept = [one.notice for one in self.store._notices.values() if one.client == client]
        old = self.fold(client, before) if before[1] else None
        for place, work in after[2].items():
            was = before[2].get(place)
            if work.act in ("accept", "answer") and (was is None or (was.since, was.provider) != (work.since, work.provider)):
                self.owed(kept, f"{client}/proposed/{place}.{work.since}.{work.provider}", "proposed", work.provider)
        for place, flag in after[3].items():
            if flag.level != "info" and place not in before[3]:
                self.owed(kept, f"{client}/{'breach' if flag.level == 'error' else 'warning'}/{place}", "", flag.who)
        if record.owner != (old.owner if old is not None else None):
            new = [n for n in kept if n.key not in before[4] and n.topic == "owner"]
            if not any(json.loads(n.body)["owner"] == record.owner for n in new):
                raise Wrong(f"{client} has another owner, {record.owner}, who is not told")
        was_held = {e.index: e.holder for e in old.enrolments} if old is not None else {}
        new = [json.loads(n.body) for n in kept if n.key not in before[4] and n.topic == "holder"]
        for e in record.active:
            is_told = any((n["path"], n["holder"], n["to"]) == (e.path, e.holder, e.holder) for n in new)
            if e.holder != was_held.get(e.index, e.holders[0][1]) and not is_told:
                raise Wrong(f"{client} has another holder, {e.holder}, who is not told")

    @property
    def machine(self) -> Machine:
        """Of the observer, which knows every version that the store has."""
        if len(self.observer.machine.versions) < len({one.key for one in self.store.definitions()}):
            self.observer._read_versions()
        return self.observer.machine

    def fold(self, client: str, stands: tuple[Any, ...]) -> Record:
        """The record by its facts alone, as of when it was kept; only to be read."""
        head, facts = stands[0], stands[1]
        known = self.folded.get(client)
        asked = head.version if head is not None else 0, len(facts)
        if known is None or known[0] != asked:
            record = self.machine.fold(client, [decode_fact(fact.body) for fact in facts])
            if head is not None:
                self.machine.advance(record, head.seen)
            self.folded[client] = known = asked, record
        return known[1]

    def owed(self, kept: list[Notice], key: str, topic: str, to: str) -> None:
        """A notice is there."""
        if not any(n.key == key and n.topic in (topic or n.topic, topic) and n.to == to for n in kept):
            raise Wrong(f"a notice is owed to {to}: {key}")

    # the end

    def drain(self) -> None:
        """Faults are over: within three days everything has come to rest, by itself. First somebody takes something on, and is gone."""
        claim = self.now, self.now + HOUR, self.limit
        self.done(-1, "claim_due", lambda: self.store.claim_due(*claim), claim)
        self.done(-1, "claim_notices", lambda: self.store.claim_notices(*claim), claim)
        self.is_quiet, self.is_down = True, False
        self.skews = [0 for _ in self.skews]
        last = max([self.now, *(head.seen for hand in self.hands if (head := self.store.head(hand.client)) is not None)])
        for _ in range(12):
            self.now += 6 * HOUR
            for worker in range(len(self.workers)):
                while self.mail:
                    self.give(worker, self.mail.pop())
                for _ in range(3 * len(self.waiting_blocks)):  # what a worker remembers may be old: then once more
                    with suppress(Conflict):
                        if self.waiting_blocks:
                            self.give_block(worker, self.waiting_blocks.pop())
                for _ in range(50):  # each claims somebody, who is then due later
                    if not self.service(worker).run_due(self.now, self.limit):
                        break
                else:
                    raise Wrong("what is due is never done")
                for _ in range(2000):
                    if not self.service(worker).deliver(self.now, self.send, self.limit).arrived:
                        break
                else:
                    raise Wrong("what is to be delivered never is")
        self.rests(last)

    def rests(self, _last: Instant) -> None:
        """Nothing waits, nothing was lost, and every worker sees the same."""
        due = self.store.next_due()
        if due is not None and due <= self.now:
            raise Wrong(f"something was due at {due} and was not done by {self.now}")
        counts = self.store.counts()
        if counts["notices waiting"] or counts["notices set aside"]:
            raise Wrong(f"notices were not delivered: {counts}")
        if set(self.received) != set(self.store._notices):
            raise Wrong("what was received is not what was kept to be sent")
        if self.is_poisoned:
            flags = [row.flag.place for row in self.store.flags(FlagsAsked(client=POISON))]
            if flags != [SET_ASIDE]:
                raise Wrong("a record that cannot be read was not set aside")
        unanswered = [key for key in self.sent if key not in self.answers]
        if unanswered:
            raise Wrong(f"never answered: {unanswered}")
        for requests in self.blocks.values():
            for request in requests:
                told = request.done.on(self.service(0).desk("n"), request.key)
                if told != self.answers[request.key]:
                    raise Wrong(f"{request.key} was answered {self.answers[request.key]} and then {told}")
        for key, answer in self.answers.items():
            if key not in self.sent:
                continue
            if self.did[key] != 1:
                raise Wrong(f"{key} is in the audit {self.did[key]} times")
            request = self.sent[key]
            told = request.done.on(self.service(0).desk(key, "nurse", "care relation"), key)
            if told != answer:
                raise Wrong(f"{key} was answered {answer} and then {told}")
            if isinstance(answer, Fact) and self.store.facts(request.client)[answer.number - 1].body != encode_fact(answer):
                raise Wrong(f"fact {answer.number} of {request.client} was acknowledged, and is not there")
        for wait in (0, 5 * HOUR, DAY, 3 * DAY, 9 * DAY, 9 * DAY, 9 * DAY):
            self.now += wait + self.chance.randrange(HOUR)
            while self.service(0).run_due(self.now):
                pass
            for hand in self.hands:
                self.at_rest(hand.client)
        self.whole()

    def at_rest(self, client: str) -> None:
        """What is kept is what it would be now, and the same in every worker."""
        head, _, work, flags, _ = self.stands(client)
        if head is None:
            return
        records = {canonical(self.service(w).as_of(client, self.now)) for w in range(len(self.workers))}
        if len(records) > 1:
            raise Wrong(f"workers see different records of {client}")
        self.folded.clear()
        record = self.fold(client, self.stands(client))
        if without_words((work, flags)) != without_words(self.observer.rebuilt(client)):
            raise Wrong(f"what is kept of {client} is not what is built anew")
        record = record.copy()
        self.machine.advance(record, self.now)
        if canonical(record) not in records:
            raise Wrong(f"workers see another record of {client} than its facts say")
        told = Told()
        told.bring_on(record)
        view, _ = view_of(self.machine, record, self.now)
        kept, now = without_words((work, flags)), without_words((view.work, {**told.flags, **view.open}))
        if head.due is not None and self.now < head.due < self.now + DAY + HOUR:  # what stands is looked at in the morning
            kept, now = ((one[0], {place: f for place, f in one[1].items() if place[0] != "*"}) for one in (kept, now))
        if kept != now:
            raise Wrong(f"something of {client} fell due, and time did not come to it")

    def whole(self) -> None:
        """The audit holds and tells what was changed; the whole store can be taken out and put back."""
        sign = auditing.signed_by(b"a key of sixteen and more")
        auditing.seal_all(self.store, sign, self.now)
        wrong = list(auditing.verify(self.store, sign))
        if wrong:
            raise Wrong(f"the audit is not whole: {wrong[0]}")
        lines = list(self.store.export())
        other = MemoryStore()
        other.restore(lines)
        if list(other.export()) != lines:
            raise Wrong("what was exported does not come back the same")
        try:
            other.restore(lines)
        except StoreError:
            pass
        else:
            raise Wrong("a store that is not empty was restored into")
        for part in ("audit", "fact", "seal"):
            rows = [n for n, line in enumerate(lines) if line.startswith(f'["{part}"')]
            number = self.chance.choice(rows)
            self.found([*lines[:number], _changed(json.loads(lines[number])), *lines[number + 1 :]], sign)
        last = max(n for n, line in enumerate(lines) if line.startswith('["audit"'))
        self.found([*lines[:last], *lines[last + 1 : -1], json.dumps({"rows": len(lines) - 3})], sign)

    def found(self, lines: list[str], sign: auditing.Sign) -> None:
        """An audit that was changed does not verify."""
        bad = MemoryStore()
        bad.restore(lines)
        if not list(auditing.verify(bad, sign)):
            raise Wrong("the audit was changed, and that is not found")


def _changed(row: list[Any]) -> str:
    if row[0] == "seal":
        row[5] = ("00" if row[5][:2] != "00" else "01") + row[5][2:]
    elif row[0] == "fact":
        row[5] += " "
    else:
        row[4] += "x"
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def without_words(kept: Any) -> tuple[Any, Any]:
    """Work and flags, but for how long something has been so."""
    flags = {place: (f.code, f.level, f.who, f.since, f.due, f.is_open) for place, f in kept[1].items() if place != SET_ASIDE}
    return dict(kept[0]), flags


def run(seed: int, steps: int = 80, paths: tuple[str, ...] = (), rate: float | None = None) -> World:
    """One seed. Raises: Broken, with the command that repeats it."""
    with quick_versions():
        try:
            return World(seed, paths, rate).run(steps)
        except (Exception, Wrong) as wrong:
            kind = "" if isinstance(wrong, Wrong) else f"{type(wrong).__name__}: "
            raise Broken(f"{kind}{wrong}\n  again: python -m tests.faults --seed {seed} --steps {steps}") from wrong
