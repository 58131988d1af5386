"""The example service, called as its users would."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[2]
NURSE = {"X-Actor": "nurse 7", "X-Role": "memory nurse", "X-Basis": "care relation"}


class Receiver(BaseHTTPRequestHandler):
    """Takes notices; the first of them fails."""

    got: ClassVar[list[dict[str, Any]]] = []
    fails = 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if type(self).fails:
            type(self).fails -= 1
            self.send_error(503)
            return
        self.got.append(body | {"header": json.loads(self.headers["Idempotency-Key"])})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def hook() -> Iterator[str]:
    """An address that takes notices."""
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Receiver.got, Receiver.fails = [], 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/notices"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: str) -> Iterator[Any]:
    """The service, on a new store."""
    monkeypatch.setenv("CARE_PATHS", str(ROOT / "examples" / "memory" / "memory.path"))
    monkeypatch.setenv("CARE_STORE", str(tmp_path / "care.db"))
    monkeypatch.setenv("CARE_WEBHOOK", hook)
    spec = importlib.util.spec_from_file_location("care_service", ROOT / "examples" / "service" / "care_service.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    monkeypatch.setitem(sys.modules, "care_service", module)
    spec.loader.exec_module(module)
    module.EVERY_SECONDS = 0.02
    from fastapi.testclient import TestClient

    with TestClient(module.app, headers=NURSE) as found:
        yield found


def test_a_client_is_enrolled_once_and_seen_to(client: Any) -> None:
    begin = {"path": "Memory", "items": {"age": 80}}
    first = client.post("/clients/Kaija/paths", json=begin, headers={"Idempotency-Key": "k1"})
    assert first.status_code == 200, first.text
    again = client.post("/clients/Kaija/paths", json=begin, headers={"Idempotency-Key": "k1"})
    assert again.json() == first.json()
    refused = client.post("/clients/Kaija/paths", json=begin, headers={"Idempotency-Key": "k2"})
    assert (refused.status_code, refused.json()) == (409, {"detail": "`Kaija` is already on `Memory`"})
    work = client.get("/work", params={"provider": "Lakeside Health Centre"}).json()
    assert [row["work"]["name"] for row in work["rows"]] == ["First talk"]
    done = client.post("/clients/Kaija/events", json={"subject": "First talk"})
    assert done.status_code == 200, done.text
    plan = client.get("/clients/Kaija/plan").json()
    assert plan["owner"] == "memory nurse at Lakeside Health Centre"
    assert client.get("/clients/Kaija/findings").json() == []
    assert client.get("/flags").status_code == 200


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda c: c.get("/clients/nobody/plan"), 404),
        (lambda c: c.post("/clients/K/paths", json={"path": "Memory", "items": {"colour": 1}}), 422),
        (lambda c: c.post("/clients/K/events", json={"subject": "a\u0000b"}), 422),
        (lambda c: c.post("/clients/K/events", json={"kind": "nonsense", "subject": "x"}), 422),
        (lambda c: c.get("/work", params={"after": "nonsense"}), 422),
        (lambda c: c.get("/work", headers={"X-Actor": ""}), 200),
        (lambda c: c.post("/clients/K/paths", json={"path": "Nowhere"}), 409),
    ],
)
def test_what_cannot_be_done_is_said(client: Any, call: Any, status: int) -> None:
    assert call(client).status_code == status


def test_notices_arrive_at_the_webhook(client: Any, hook: str) -> None:
    import time

    client.post("/clients/Kaija/paths", json={"path": "Memory", "items": {"age": 80}})
    for _ in range(200):
        if Receiver.got:
            break
        time.sleep(0.02)
    (notice,) = Receiver.got
    assert (notice["topic"], notice["notice"]["client"], notice["header"]) == ("owner", "Kaija", notice["key"])
