"""The network between workers and PostgreSQL loses requests and replies: nothing is lost or doubled, and it is told what may be done."""

from __future__ import annotations

import shutil
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.crashes import temporary
from tests.faults.network import PLANTED, cuts_on_postgres, every_exchange, fallen
from tests.faults.proxy import FAULTS, Proxy, _exchange
from tests.store.conftest import server  # noqa: F401 - a fixture
from tests.store.server import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    found = temporary()
    yield found
    shutil.rmtree(found, ignore_errors=True)


def test_every_exchange_may_fall(server: Server) -> None:  # noqa: F811
    found = every_exchange(server, 15, 1, ("open", "complete", "deliver"))
    assert found.wrong == []
    assert found.points > 100
    assert found.tried == 15


def test_whatever_the_network_loses_nothing_is_lost_or_doubled(server: Server, folder: Path) -> None:  # noqa: F811
    found = cuts_on_postgres(server, folder, 25, 1)
    assert found.wrong == []
    assert found.acked > 20
    assert len(fallen(folder)) > 3


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_done_wrong_is_found(server: Server, planted: str) -> None:  # noqa: F811
    with PLANTED[planted].planted():
        found = every_exchange(server, 4, 1, ("complete",), ("before",))
    assert found.wrong != []


# the network does what it says


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


FIRST = struct.pack("!ii", 8, 196608)
ASKED = message(b"P", b"parsed") + message(b"B", b"bound") + message(b"S", b"")


def test_an_exchange_ends_where_the_server_answers() -> None:
    assert _exchange(bytearray(FIRST + ASKED), True) == len(FIRST)
    assert _exchange(bytearray(ASKED + ASKED), False) == len(ASKED)
    assert [_exchange(bytearray(ASKED[:n]), False) for n in range(len(ASKED))] == [0] * len(ASKED)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_what_it_is_called(folder: Path, fault: str) -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "socket"))
    listening.listen()
    proxy = Proxy(lambda: folder / "socket", lambda number: fault if number == 2 else None, Random(1))
    try:
        with socket.create_connection(("127.0.0.1", proxy.port)) as worker:
            worker.sendall(FIRST)
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.recv(100) == FIRST
                accepted.sendall(b"welcome")
                assert worker.recv(100) == b"welcome"
                worker.sendall(ASKED)
                arrived = heard(accepted)
                if arrived == ASKED:
                    accepted.sendall(b"the reply")
                accepted.close()
                told = heard(worker)
        assert arrived == {"before": b"", "half a request": ASKED[: len(arrived)]}.get(fault, ASKED)
        assert told == (b"the reply"[: len(told)] if fault == "half a reply" else b"")
        assert len(told) < 9
        assert len(arrived) < len(ASKED) or fault not in ("before", "half a request")
    finally:
        proxy.close()
        listening.close()


def heard(end: socket.socket) -> bytes:
    """All that comes until nobody says any more."""
    found = b""
    try:
        while some := end.recv(100):
            found += some
    except ConnectionResetError:
        pass
    return found
