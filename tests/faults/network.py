"""The network between workers and PostgreSQL loses requests and replies: at every exchange of every command, and at random."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

import psycopg

from pathflow.store import postgres
from pathflow.store.port import Busy
from pathflow.store.postgres import PostgresStore
from tests.faults.crashes import temporary, until
from tests.faults.mutants import MUTANTS, Edit, Mutant
from tests.faults.proxy import ALL, FAULTS, Proxy, address_by
from tests.faults.servers import NAMES, all_ended
from tests.faults.simulation import quick_versions
from tests.faults.syscalls import COMMANDS, given, in_one_line, others
from tests.faults.writing import Journal, Judged, drained, forked, judged, lines_of, service_on, unanswered, warm, write
from tests.host.world import BEGINNING, Done
from tests.store.server import Server

_SCHEMAS = count(1)


def new_schema(server: Server) -> str:
    """A place for a store of its own."""
    schema = f"network_{os.getpid()}_{next(_SCHEMAS)}"
    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute(f"create schema {schema}")
    return schema


def socket_of(server: Server) -> Path:
    """Where a server listens."""
    return server.folder / ".s.PGSQL.5432"


# every exchange


class Point(NamedTuple):
    """What becomes of which exchange of what."""

    what: str
    fault: str
    number: int


class Cut:
    """What becomes of exchanges: one of them falls, counted from when this was armed."""

    def __init__(self) -> None:
        self.is_armed, self.count, self.number, self.fault = False, 0, 0, ""

    def arm(self, number: int, fault: str) -> None:
        """From here on."""
        self.is_armed, self.count, self.number, self.fault = True, 0, number, fault

    def __call__(self, _number: int) -> str | None:
        self.count += self.is_armed
        return self.fault if self.is_armed and self.count == self.number else None


def attempt(server: Server, folder: Path, point: Point, seed: int) -> tuple[int, list[str]]:
    """One fault on a new store. Returns: how many exchanges there were, and what was wrong."""
    folder.mkdir()
    schema, cut, journal = new_schema(server), Cut(), Journal(folder / "one.journal")
    proxy = Proxy(lambda: socket_of(server), cut, Random(seed))
    wrong: list[str] = []
    with ExitStack() as stack:
        stack.callback(proxy.close)
        first = PostgresStore(server.address(schema))
        stack.callback(first.close)
        COMMANDS["begin"] = Done("enrol", ("Kaija", "Memory", BEGINNING), {"items": {"age": 80}})
        given(service_on(first), journal, "begin")()
        del COMMANDS["begin"]

        def opened() -> None:
            store = PostgresStore(proxy.address(schema))
            stack.callback(store.close)
            service = service_on(store)
            service.desk("reader").plan("Kaija", BEGINNING + 5)
            calls.update({key: given(service, journal, key) for key in COMMANDS} | others(service))

        calls: dict[str, Callable[[], object]] = {"open": opened}
        if point.what != "open":
            opened()
        cut.arm(point.number, point.fault)
        try:
            calls[point.what]()
        except Busy as told:
            in_one_line(told)
        except Exception as told:  # noqa: BLE001 - whatever it is, it is wrong
            wrong.append(f"it is not told as what may be tried again: {type(told).__name__}: {told}")
        n, cut.is_armed = cut.count, False
        if "read" not in calls:
            opened()
        for key in [*COMMANDS, "read"]:  # the same worker goes on at once
            try:
                calls[key]()
            except Exception as told:  # noqa: BLE001 - the same
                wrong.append(f"{key} fails though the network is well again: {type(told).__name__}: {told}")
        for key, _ in unanswered([folder / "one.journal"]):
            given(service_on(first), journal, key)()
        return n, wrong + judged(first, [folder / "one.journal"]).wrong


class Tried(NamedTuple):
    """How many points there are, how many were tried, and what was wrong."""

    points: int
    tried: int
    wrong: list[str]


KINDS = ("open", *COMMANDS, "read", "run_due", "deliver")


def every_exchange(
    server: Server, most: int = 0, seed: int = 1, kinds: tuple[str, ...] = KINDS, faults: tuple[str, ...] = FAULTS
) -> Tried:
    """Every exchange of every kind of command falls in every way, or so many of them by chance."""
    folder, points, wrong = temporary(), list[Point](), list[str]()
    told = logging.getLogger("psycopg")
    before, told.disabled = told.disabled, True  # it says of each connection that it was lost
    try:
        with quick_versions():
            warm()
            for what in kinds:
                n, found = attempt(server, folder / f"all {what}", Point(what, "", 0), seed)
                wrong += [f"{what}, when nothing falls: {one}" for one in found]
                points += [Point(what, fault, number) for number in range(1, n + 1) for fault in faults]
            chosen = Random(seed).sample(points, min(most, len(points))) if most else points
            for number, point in enumerate(chosen):
                _, found = attempt(server, folder / str(number), point, seed + number)
                wrong += [f"{point.what}, exchange {point.number}, {point.fault}: {one}" for one in found]
    finally:
        told.disabled = before
        shutil.rmtree(folder, ignore_errors=True)
    return Tried(len(points), len(chosen), wrong)


# at random


def cuts_on_postgres(server: Server, folder: Path, cuts: int, seed: int, share: float = 0.01) -> Judged:
    """So many times a connection falls, or all of them, while three processes write; whoever gets no answer asks again.

    Args:
        share: of the exchanges, that fall.
    """
    schema, begun = new_schema(server), time.monotonic_ns()
    first = PostgresStore(server.address(schema))
    warm()
    journals = [folder / f"{name}.journal" for name in NAMES]
    pids = [forked(lambda: between(lambda: socket_of(server), folder, seed, share))]
    until((folder / "port").exists)
    address = address_by(int((folder / "port").read_text()), schema)
    try:
        pids += [forked(lambda name=name: write(patient(address), folder, name, begun)) for name in NAMES]
        until(lambda: fallen(folder).total() >= cuts, 60 + cuts)
    finally:
        all_ended(pids)
    drained(first, folder, begun, NAMES)
    try:
        return judged(first, journals, [*folder.glob("*.received")])
    finally:
        first.close()


def between(target: Callable[[], Path], folder: Path, seed: int, share: float) -> None:
    """A process that is the network, until it is killed. Where it listens is in the file `port`, what fell in `fallen`."""
    chance, told = Random(seed), Journal(folder / "fallen")

    def falls(_number: int) -> str | None:
        if chance.random() >= share:
            return None
        fault = ALL if chance.random() < 0.1 else chance.choice(FAULTS)
        told.say(fault)
        return fault

    proxy = Proxy(target, falls, Random(seed + 1))
    (folder / "port.new").write_text(str(proxy.port))
    (folder / "port.new").rename(folder / "port")
    while True:
        time.sleep(60)


def patient(address: str) -> Callable[[], PostgresStore]:
    """Opens a store; while that fails it is tried again."""

    def open_store() -> PostgresStore:
        end = time.monotonic() + 60
        while True:
            try:
                return PostgresStore(address)
            except Busy:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    return open_store


def fallen(folder: Path) -> Counter[str]:
    """What fell until now, by how."""
    return Counter(line[0] for line in lines_of([folder / "fallen"]))


def many_cuts(seconds: float, seed: int, least: int = 0) -> int:
    """Every exchange once, or some of them where there is little time, and then cuts at random for as long as is told.

    Returns: how many things were wrong.
    """
    end, cuts, commands, wrong = time.monotonic() + seconds, Counter[str](), 0, 0
    server = Server("synchronous_commit=on").start()
    try:
        tried = every_exchange(server, 0 if seconds > 200 else 40, seed)
        wrong += len(tried.wrong)
        for one in tried.wrong:
            print(f"network: {one}", flush=True)
        print(
            f"network: {tried.tried} of {tried.points} points at which an exchange falls: {len(tried.wrong)} wrong", flush=True
        )
        while time.monotonic() < end or cuts.total() < least:
            folder, number = temporary(), seed + cuts.total()
            try:
                found = cuts_on_postgres(server, folder, 50, number)
                cuts += fallen(folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            commands += found.acked
            wrong += len(found.wrong)
            for one in found.wrong:
                print(f"network, seed {number}: {one}", flush=True)
    finally:
        server.close()
    print(f"network: {cuts.total():,} cuts at random, {commands:,} commands acknowledged: {wrong} lost, doubled or torn")
    return wrong


# what it must find

PLANTED = {
    mutant.name: mutant
    for mutant in (
        MUTANTS["answers are not kept"],
        Mutant(
            "a reply that was lost is taken for done",
            (
                Edit(
                    PostgresStore,
                    "_telling",
                    'raise Busy("PostgreSQL cannot be used now: {why}", why=_first_line(wrong)) from None',
                    "return",
                ),
            ),
            lambda _folder: None,
        ),
        Mutant(
            "a connection that was lost is used again",
            (
                Edit(postgres.PlainPool, "connection", "if db is None or not _is_open(db):", "if db is None:"),
                Edit(postgres.PlainPool, "connection", "if not db.closed:", "if True:"),
                Edit(PostgresStore, "_telling", "self._own.drop_idle()", "pass"),
            ),
            lambda _folder: None,
        ),
        Mutant(
            "a lost connection is told as what cannot be helped",
            (Edit(PostgresStore, "_telling", 'raise Busy("PostgreSQL cannot', 'raise StoreError("PostgreSQL cannot'),),
            lambda _folder: None,
        ),
    )
}
"""Ways of doing it wrong that are seen where the network fails: each is found by `every_exchange`."""
