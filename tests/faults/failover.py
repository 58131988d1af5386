"""The server that is written to is gone for good; its standby takes over, and workers go on there.

What was acknowledged is at the standby only where commits wait for it (`synchronous_standby_names`). Between the two servers is a
relay that stops passing on what it hears a while before the first is killed, as a slow network does; without it a standby on the
same machine has always heard everything, and nothing could be found.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random

from pathflow.store.postgres import PostgresStore
from tests.faults.crashes import temporary, until
from tests.faults.network import between, patient, socket_of
from tests.faults.power import is_over
from tests.faults.proxy import address_by
from tests.faults.servers import NAMES, acked, by_itself
from tests.faults.writing import Judged, drained, forked, judged, warm, write
from tests.store.server import Server

WAITS = "synchronous_standby_names=standby"
"""Commits wait for the standby."""


def relay(target: Path, folder: Path) -> None:
    """A process between two servers, until it is killed. While there is a file `hold`, nothing that the first says goes on."""
    os.umask(0)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / target.name))
    listening.listen()

    def passes(of: socket.socket, to: socket.socket, is_held: bool) -> None:
        with suppress(OSError):
            while said := of.recv(65536):
                while is_held and (folder / "hold").exists():
                    time.sleep(0.001)
                to.sendall(said)
        for end in (of, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    while True:
        standby, _ = listening.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(target))
        for pair in ((standby, server, False), (server, standby, True)):
            threading.Thread(target=passes, args=pair, daemon=True).start()


class Pair:
    """A server, its standby, and what is between them.

    Args:
        setting: of both.
    """

    def __init__(self, setting: str, stack: ExitStack) -> None:
        self._settings = ("synchronous_commit=on", "wal_receiver_status_interval=1s", setting)
        self._stack = stack
        self._between: tuple[int, Path] | None = None
        self.first = Server(*self._settings).start()
        stack.callback(self.first.close)
        stack.callback(self._cut)
        self.standby = self._follow()

    def _follow(self) -> Server:
        folder = temporary()
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        first = self.first
        self._between = forked(lambda: relay(socket_of(first), folder)), folder
        until((folder / socket_of(first).name).exists)
        standby = Server(*self._settings, f"primary_conninfo=host={folder} user=postgres application_name=standby", of=first)
        self._stack.callback(standby.close)
        return standby.start()

    def hold(self) -> None:
        """From now on the standby hears nothing."""
        assert self._between is not None
        (self._between[1] / "hold").touch()

    def _cut(self) -> None:
        if self._between is not None:
            os.kill(self._between[0], signal.SIGKILL)
            os.waitpid(self._between[0], 0)
            self._between = None

    def lose_first(self) -> None:
        """The first server is gone, with what the standby has not heard."""
        self.first.kill()
        self._cut()
        shutil.rmtree(self.first.data)

    def take_over(self) -> None:
        """The standby is the first from now on, and gets a standby of its own."""
        self.standby.promote()
        self.first = self.standby
        self.standby = self._follow()


def failovers(times: int, seed: int, setting: str = WAITS) -> Judged:
    """So many times the server is lost and the standby takes over, while three processes write. Raises: NoServer.

    Args:
        setting: whether commits wait for the standby.
    """
    folder, chance, begun = temporary(), Random(seed), time.monotonic_ns()
    journals = [folder / f"{name}.journal" for name in NAMES]
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        pair = Pair(setting, stack)
        target = folder / "target"
        target.write_text(str(socket_of(pair.first)))
        PostgresStore(pair.first.address()).close()
        warm()
        pids = [forked(lambda: between(lambda: Path(target.read_text()), folder, seed, 0.002))]
        until((folder / "port").exists)
        address = address_by(int((folder / "port").read_text()), "public")
        pids += [forked(lambda name=name: write(patient(address), folder, name, begun)) for name in NAMES]

        def more(least: int) -> None:
            wanted = acked(journals) + least
            until(lambda: acked(journals) >= wanted or any(map(is_over, pids)))

        gone: list[int] = []
        try:
            for _ in range(times):
                more(chance.randrange(10, 40))
                pair.hold()
                if setting == WAITS:
                    time.sleep(chance.random() * 0.3)
                else:
                    more(chance.randrange(5, 20))
                pair.lose_first()
                (folder / "new").write_text(str(socket_of(pair.standby)))
                (folder / "new").rename(target)  # workers come to the standby before it may be written to
                time.sleep(chance.random() * 0.1)
                pair.take_over()
            more(10)
        finally:
            gone += by_itself(pids)
        assert not gone or setting != WAITS, f"workers ended by themselves: {gone}"
        store = PostgresStore(pair.first.address())
        try:
            drained(store, folder, begun, NAMES)
            found = judged(store, journals, [*folder.glob("*.received")])
            found.wrong.extend("something is lost: a worker knew more of a record than the server" for _ in gone)
            return found
        finally:
            store.close()


def many_failovers(seconds: float, seed: int, least: int = 0) -> int:
    """Rounds of failovers for as long as is told. Returns: how many things were wrong."""
    end, times, commands, wrong = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end or times < least:
        found = failovers(5, seed + times)
        times, commands = times + 5, commands + found.acked
        wrong += len(found.wrong)
        for one in found.wrong:
            print(f"failover, seed {seed + times - 5}: {one}", flush=True)
    print(f"failover: a standby took over {times:,} times; {commands:,} commands acknowledged: {wrong} lost, doubled or torn")
    return wrong
