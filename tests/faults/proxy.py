"""A network between workers and PostgreSQL, over TCP, that loses what goes over it at exact points.

What a worker sends is told apart by the protocol: an exchange ends with a message to which the server answers (Sync, Flush, a query,
or the first message of all). Of each exchange it is asked what becomes of it. Where a reply must not come, the server is told at once
that nobody listens any more, and everything it says is read to its end; so it has done what it was asked, and no clock is needed.

Source: postgresql.org/docs, chapter Frontend/Backend Protocol, Message Formats.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

FAULTS = ("before", "half a request", "no reply", "half a reply", "late")
"""Nothing arrives; a part of it arrives; it arrives and no reply comes back; a part of the reply; it arrives after the worker was
told that the connection is lost."""
ALL = "all"
"""Every connection is cut at once."""
LATE_SECONDS = 0.1
_ENDS = b"SHQX"
_UNASKED = (b"X", b"H")
"""Nobody waits for what comes of these alone: a farewell, and a Flush behind which nothing is left to send."""


class Proxy:
    """Listens on a port of this machine, in threads of its own.

    Args:
        target: where the server's socket is now.
        falls: what becomes of an exchange, by its number; None for nothing.
        chance: for where something is cut.
    """

    def __init__(self, target: Callable[[], Path], falls: Callable[[int], str | None], chance: Random) -> None:
        self._target, self._falls, self._chance = target, falls, chance
        self._numbers = count(1)
        self.n_exchanges = 0
        self._lock = threading.Lock()
        self._open: set[Link] = set()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self._threads = [_started(self._accept)]

    def address(self, schema: str = "public") -> str:
        """How to connect through it, with a schema of one's own."""
        return address_by(self.port, schema)

    def _accept(self) -> None:
        while True:
            try:
                worker, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self._target()))
            except OSError:  # nobody is there
                _reset(worker)
                continue
            link = Link(self, worker, server)
            with self._lock:
                self._open.add(link)
            link.begin()

    def fate(self) -> str | None:
        """What becomes of the next exchange."""
        with self._lock:
            self.n_exchanges = number = next(self._numbers)
        return self._falls(number)

    def part(self, size: int) -> int:
        """Where something is cut."""
        with self._lock:
            return self._chance.randrange(size) if size else 0

    def over(self, link: Link) -> None:
        """A connection is over."""
        with self._lock:
            self._open.discard(link)

    def cut_all(self) -> None:
        """Every connection is cut."""
        with self._lock:
            links, self._open = list(self._open), set[Link]()
        for link in links:
            link.cut()

    def close(self) -> None:
        """Nothing goes over it any more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut_all()


def address_by(port: int, schema: str) -> str:
    """How to connect through a network that listens there, with a schema of one's own."""
    return (
        f"host=127.0.0.1 port={port} user=postgres dbname=postgres sslmode=disable gssencmode=disable"
        f" options='-csearch_path={schema}'"
    )


class Link:
    """One connection: what the worker sends goes to the server exchange by exchange, what the server says goes back."""

    def __init__(self, proxy: Proxy, worker: socket.socket, server: socket.socket) -> None:
        self._proxy, self._worker, self._server = proxy, worker, server
        worker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_kept_back = False
        self._kept = bytearray()
        self._back = threading.Thread(target=self._replies, daemon=True)

    def begin(self) -> None:
        """Both ways, each in a thread of its own."""
        self._back.start()
        _started(self._requests)

    def _replies(self) -> None:
        with suppress(OSError):
            while said := self._server.recv(65536):
                if self._is_kept_back:
                    self._kept += said
                else:
                    self._worker.sendall(said)
        if not self._is_kept_back:
            self.cut()

    def _requests(self) -> None:
        waiting, is_first = bytearray(), True
        with suppress(OSError):
            while sent := self._worker.recv(65536):
                waiting += sent
                while size := _exchange(waiting, is_first):
                    exchange, is_first = bytes(waiting[:size]), False
                    del waiting[:size]
                    fate = None if exchange[:1] in _UNASKED else self._proxy.fate()
                    if fate == ALL:
                        self._proxy.cut_all()
                    if fate is not None:
                        self._falls(fate, exchange)
                        return
                    self._server.sendall(exchange)
        self.cut()

    def _falls(self, fate: str, exchange: bytes) -> None:
        """The last exchange of this connection."""
        self._is_kept_back = fate in ("no reply", "half a reply", "late", "half a request")
        if fate == "late":
            _reset(self._worker)
            time.sleep(LATE_SECONDS * self._proxy.part(10) / 10)
        if fate == "half a request":
            exchange = exchange[: self._proxy.part(len(exchange))]
        with suppress(OSError):
            if self._is_kept_back:
                self._server.sendall(exchange)
                self._server.shutdown(socket.SHUT_WR)
                self._back.join()
            if fate == "half a reply":
                self._worker.sendall(self._kept[: self._proxy.part(len(self._kept))])
        self.cut(is_gentle=fate == "half a reply")

    def cut(self, is_gentle: bool = False) -> None:
        """Neither side hears any more of the other."""
        for end in (self._worker, self._server):
            if is_gentle:
                end.close()
            else:
                _reset(end)
        self._proxy.over(self)


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _exchange(waiting: bytearray, is_first: bool) -> int:
    """How long the first whole exchange is; 0 where it is not yet there."""
    at = 0
    while True:
        head = 0 if is_first else 1
        if len(waiting) < at + head + 4:
            return 0
        (size,) = struct.unpack_from("!i", waiting, at + head)
        end = at + head + size
        if len(waiting) < end:
            return 0
        if is_first or waiting[at] in _ENDS:
            return end
        at = end


def _reset(end: socket.socket) -> None:
    """Cuts without a word."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
