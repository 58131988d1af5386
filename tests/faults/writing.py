"""Processes that write as clients do, what they wrote down of it, and whether the store agrees: linear in the history's length.

A record is a list of facts that only grows, and each command has a name of its own in the audit; so the list is the order, and
nothing has to be searched for. What is written down lives on when the process is killed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import sys
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pathflow.base.instants import Instant
from pathflow.engine.codec import encode_fact
from pathflow.engine.facts import Fact, Refusal
from pathflow.host.checking import check_store
from pathflow.host.service import CareService
from pathflow.store.memory import MemoryStore
from pathflow.store.port import Busy, Conflict, Notice, StoreError
from tests.faults.simulation import MINUTE, quick_versions, shipped
from tests.host.world import BEGINNING, Done

CLIENTS = ("Kaija", "Veikko", "Aino")
END = "."
"""Stands at the end of each line that was written down whole."""
FAST = 2_000
"""How much faster than the clock on the wall care goes on."""


def service_on(store: Any) -> CareService:
    """A worker."""
    path = shipped()["memory"]
    return CareService(store, [(path.program, path.bundle)], BEGINNING)


def warm() -> None:
    """What children need is made before they are."""
    with quick_versions():
        service_on(MemoryStore())


def now_for(begun: int) -> Instant:
    """The moment in the life of the clients."""
    return BEGINNING + (time.monotonic_ns() - begun) // 1000 * FAST


def done_by(key: str, client: str, at: Instant) -> Done:
    """The command of a key: always the same."""
    chance = Random(key)
    items = {"age": chance.randrange(20, 99), "memory test result": chance.randrange(30)}
    choices = [
        Done("enrol", (client, "Memory", at), {"items": items}),
        Done("observe", (client, "", at), {"items": items}),
        Done("observe", (client, "", at), {"items": {"age": items["age"]}}),
        Done(
            "complete", (client, "First talk", at), {"items": {"memory test result": 3, "referral": "made", "wishes": "made"}}
        ),
        Done("accept", (client, "Referral", at), {}),
        Done("send_back", (client, "Referral", at, "no room"), {}),
        Done("record", ("observed", client, "", at - 600 * MINUTE), {"items": items, "recorded": at}),
        Done("review", (client, at), {}),
    ]
    return chance.choice(choices)


class Journal:
    """What a process did, line by line, on a file that lives on.

    A write that is killed may end at the border of a page: a line counts only with its end, and the next process begins anew.
    """

    def __init__(self, file: Path) -> None:
        self._to = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(self._to, b"\n")

    def say(self, *words: object) -> None:
        """One line."""
        os.write(self._to, ("\t".join([*map(str, words), END]) + "\n").encode())


def give(service: CareService, journal: Journal, key: str, client: str, begun: int) -> None:
    """A command, written down before and behind it."""
    at = now_for(begun)
    journal.say("try", key, client, time.monotonic_ns())
    answer = done_by(key, client, at).on(service.desk(key, "nurse", "care relation"), key)
    number = answer.number if isinstance(answer, Fact) else 0
    journal.say("ack", key, client, time.monotonic_ns(), number, digest_of(answer))


def digest_of(answer: Fact | Refusal) -> str:
    """What is compared of an answer."""
    return hashlib.sha256((encode_fact(answer) if isinstance(answer, Fact) else answer.message).encode()).hexdigest()


def look(service: CareService, journal: Journal, client: str, begun: int) -> None:
    """A read of all that is known of a client."""
    before = time.monotonic_ns()
    try:
        facts = service.desk("reader").history(client, now_for(begun) + 1_000_000 * MINUTE)
    except KeyError:
        return
    numbers = sorted(fact.number for fact in facts)
    if numbers != list(range(1, len(numbers) + 1)):
        journal.say("wrong", f"{client} was read with the facts {numbers}")
    journal.say("read", client, before, time.monotonic_ns(), len(numbers))


def write(
    open_store: Callable[[], Any], folder: Path, name: str, begun: int, most: int = 1 << 30, clients: tuple[str, ...] = CLIENTS
) -> None:
    """Commands without end, by turns with reads, time and notices; what fails is sent again with its key."""
    chance = Random(f"{name} {begun}")
    journal = Journal(folder / f"{name}.journal")
    received = Journal(folder / f"{name}.received")

    def send(notice: Notice) -> None:
        received.say(notice.key)
        if chance.random() < 0.05:
            raise OSError("the answer was lost")

    service: CareService | None = None
    pending = unanswered([folder / f"{name}.journal"])
    number = 0
    while number < most:
        try:
            if service is None:
                service = service_on(open_store())
            while pending:
                give(service, journal, *pending[-1], begun)
                pending.pop()
            number += 1
            kind = chance.random()
            if kind < 0.1:
                look(service, journal, chance.choice(clients), begun)
            elif kind < 0.15:
                service.run_due(now_for(begun))
            elif kind < 0.2:
                service.deliver(now_for(begun), send, 5)
            else:
                pending.append((f"{name}.{time.monotonic_ns()}", chance.choice(clients)))
        except (Busy, Conflict) as wrong:
            if "\n" in str(wrong):
                journal.say("wrong", f"more than one line: {str(wrong)!r}")
            time.sleep(0.002)


def unanswered(journals: Iterable[Path]) -> list[tuple[str, str]]:
    """Commands that were sent and of which nobody knows what became."""
    tried, known = {}, set()
    for line in lines_of(journals):
        if line[0] == "try":
            tried[line[1]] = line[2]
        elif line[0] == "ack":
            known.add(line[1])
    return [(key, client) for key, client in tried.items() if key not in known]


def lines_of(journals: Iterable[Path]) -> list[list[str]]:
    """What was written down; a line that was cut off does not count."""
    found: list[list[str]] = []
    for journal in journals:
        if journal.exists():
            found += [line.split("\t")[:-1] for line in journal.read_text().split("\n") if line.endswith("\t" + END)]
    return found


def forked(work: Callable[[], object]) -> int:
    """A child that does it; what goes wrong it says, and ends with 3."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pid = os.fork()
    if pid:
        return pid
    status = 3
    try:
        logging.disable(logging.CRITICAL)
        with quick_versions():
            work()
        status = 0
    except BaseException:  # noqa: BLE001 - the child ends here whatever it is
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)
    raise AssertionError("not to be reached")


def killed(pid: int, after: float) -> None:
    """Kills a child of ours after a while. It must have lived until then."""
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"the child ended by itself: {os.waitstatus_to_exitcode(status)}"


# the judge


class Command(NamedTuple):
    """A command as its client saw it: when it was sent first, and when and what was answered first."""

    key: str
    client: str
    sent: int
    answered: int | None
    number: int
    digest: str


class Judged(NamedTuple):
    """How much was looked at, and what was wrong."""

    acked: int
    unknown: int
    reads: int
    wrong: list[str]


def history_of(lines: Iterable[list[str]]) -> tuple[dict[str, Command], list[tuple[str, int, int, int]], list[str]]:
    """Commands by key, reads (client, from, until, how many facts), and what was said to be wrong."""
    commands: dict[str, Command] = {}
    reads: list[tuple[str, int, int, int]] = []
    wrong: list[str] = []
    for line in lines:
        if line[0] == "try":
            commands.setdefault(line[1], Command(line[1], line[2], int(line[3]), None, 0, ""))
        elif line[0] == "ack":
            before = commands[line[1]]
            if before.answered is not None and (before.number, before.digest) != (int(line[4]), line[5]):
                wrong.append(f"{line[1]} was answered twice, and differently")
            if before.answered is None:
                commands[line[1]] = before._replace(answered=int(line[3]), number=int(line[4]), digest=line[5])
        elif line[0] == "read":
            reads.append((line[1], int(line[2]), int(line[3]), int(line[4])))
        else:
            wrong.append(line[1])
    return commands, reads, wrong


def judged(store: Any, journals: Iterable[Path], received: Iterable[Path] = (), is_quick: bool = False) -> Judged:
    """Compares a store with what its clients wrote down.

    Args:
        received: what notices came; given, they must be those that the store has sent.
        is_quick: leaves out whether projections and audit are whole.
    """
    commands, reads, wrong = history_of(lines_of(journals))
    done: Counter[str] = Counter()
    at_number: dict[str, dict[int, str]] = defaultdict(dict)
    for client in store.clients():
        facts = store.facts(client)
        if [fact.number for fact in facts] != list(range(1, len(facts) + 1)):
            wrong.append(f"the facts of {client} have gaps")
        bodies = {fact.number: hashlib.sha256(fact.body.encode()).hexdigest() for fact in facts}
        for row in store.audit(client, 0, 1 << 30):
            if row.row.action in ("read", "set aside"):
                continue
            done[row.row.actor] += 1
            if row.row.actor not in commands:
                wrong.append(f"{row.row.actor} was done, and nobody sent it")
            elif '"fact"' in row.row.body:
                number = int(row.row.body.split('"fact":')[1].split(",")[0])
                at_number[client][number] = row.row.actor
        wrong += [
            f"{c.key} was acknowledged as fact {c.number} of {client}, and is not there"
            for c in commands.values()
            if c.client == client and c.number and bodies.get(c.number) != c.digest
        ]
    for command in commands.values():
        if done[command.key] > 1:
            wrong.append(f"{command.key} was done {done[command.key]} times")
        if command.answered is not None and not done[command.key]:
            wrong.append(f"{command.key} was acknowledged, and is lost")
    wrong += out_of_order(commands, at_number, reads)
    if received:
        wrong += _not_received(store, {line[0] for line in lines_of(received)})
    if not is_quick:
        with quick_versions():
            wrong += [f"{one.client}: {one.why}" for one in check_store(service_on(store))]
    return Judged(
        sum(c.answered is not None for c in commands.values()),
        sum(c.answered is None for c in commands.values()),
        len(reads),
        wrong,
    )


def out_of_order(
    commands: dict[str, Command], at_number: dict[str, dict[int, str]], reads: list[tuple[str, int, int, int]]
) -> list[str]:
    """Where the order of the facts is not one that clients could have seen: linearizability, client by client."""
    wrong: list[str] = []
    for client, numbers in at_number.items():
        order = [commands[numbers[number]] for number in sorted(numbers) if numbers[number] in commands]
        earliest = 1 << 62
        for command in reversed(order):
            if earliest < command.sent:
                wrong.append(f"{command.key} was sent after a later fact of {client} was acknowledged")
            earliest = min(earliest, command.answered or 1 << 62)
        sent = [c.sent for c in order]
        first_sent_from = _suffix_min(sent)
        acked = sorted((c.answered, n) for n, c in enumerate(order, 1) if c.answered is not None)
        wrong += _reads(client, [read for read in reads if read[0] == client], first_sent_from, acked, sent)
    return wrong


def _suffix_min(values: list[int]) -> list[int]:
    found = values.copy()
    for n in range(len(found) - 2, -1, -1):
        found[n] = min(found[n], found[n + 1])
    return found


def _reads(
    client: str, reads: list[tuple[str, int, int, int]], _first: list[int], acked: list[tuple[int, int]], sent: list[int]
) -> list[str]:
    """Reads see everything that was acknowledged before, nothing that was sent later, and never less than a read before them."""
    wrong: list[str] = []
    events = sorted(
        [(answered, 0, n) for answered, n in acked]
        + [(begun, 1, n) for _, begun, _, n in reads]
        + [(over, 2, n) for _, _, over, n in reads]
    )
    least = seen = 0
    for _, kind, n in events:
        if kind == 0:
            least = max(least, n)
        elif kind == 1 and n < max(least, seen):
            wrong.append(f"a read of {client} saw {n} facts, and {max(least, seen)} had been acknowledged or seen before")
        elif kind == 2:
            seen = max(seen, n)
    latest = [0]
    for when in sent:
        latest.append(max(latest[-1], when))
    wrong += [
        f"a read of {client} saw a fact that was sent later" for _, _, over, n in reads if n < len(latest) and latest[n] > over
    ]
    return wrong


def _not_received(store: Any, keys: set[str]) -> list[str]:
    kept = {json.loads(line)[1] for line in store.export() if line.startswith('["notice"')}
    return [f"the notice {key} was not received" for key in kept - keys] + [
        f"the notice {key} was received and is not kept" for key in keys - kept
    ]


def drained(store: Any, folder: Path, begun: int, names: Iterable[str]) -> None:
    """Faults are over: what is unknown is sent again, time comes to rest and notices arrive."""
    with quick_versions():
        service = service_on(store)
        for name in names:
            journal = Journal(folder / f"{name}.journal")
            for key, client in unanswered([folder / f"{name}.journal"]):
                give(service, journal, key, client, begun)
        received = Journal(folder / "drain.received")
        now = now_for(begun)
        for _ in range(400):
            now += 7 * 60 * MINUTE
            while service.run_due(now):
                pass
            while service.deliver(now, lambda notice: received.say(notice.key)).arrived:
                pass
            if not store.counts()["notices waiting"]:
                return
        raise StoreError("not drained")
