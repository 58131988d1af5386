"""The preview's server: one page, its state as JSON, and a stream that says when something changed. On this machine alone."""

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from pathflow.web.watching import Watched

HOST: Final = "127.0.0.1"
_LOOK_SECONDS: Final = 0.3
"""How often the folder is looked at."""
_TYPES: Final = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self';"
    " font-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Preview(ThreadingHTTPServer):
    """Serves one path until it is closed.

    Args:
        port: 0 for any that is free.
    """

    daemon_threads = True

    def __init__(self, watched: Watched, port: int = 0) -> None:
        self.watched = watched
        self.reading = threading.Lock()
        self.stopped = threading.Event()
        super().__init__((HOST, port), _Answer)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"

    def server_close(self) -> None:
        """Ends the streams too."""
        self.stopped.set()
        super().server_close()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _preview(self) -> Preview:
        return cast("Preview", self.server)

    def do_GET(self) -> None:
        """The page, its state, or the stream of changes; nothing else is there."""
        if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"this preview is for this machine only\n")
            return
        asked = urlsplit(self.path)
        name = asked.path.lstrip("/") or "page.html"
        if name in _TYPES:
            self._send(HTTPStatus.OK, _TYPES[name], resources.files("pathflow.web").joinpath(name).read_bytes())
        elif name == "state":
            query = parse_qs(asked.query)
            self._send(HTTPStatus.OK, "application/json", self._state(query))
        elif name == "changes":
            self._changes()
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"there is nothing here\n")

    def _state(self, query: dict[str, list[str]]) -> bytes:
        view = query.get("view", [""])[0]
        with self._preview.reading:
            state = self._preview.watched.state(view, query.get("lying") == ["1"])
        return json.dumps(state, ensure_ascii=False).encode("utf-8", "replace")

    def _changes(self) -> None:
        """Says whenever the folder is another than before, until the page goes or the server ends."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        seen = self._preview.watched.seen()
        try:
            self.wfile.write(b"data: here\n\n")
            self.wfile.flush()
            quiet = 0
            while not self._preview.stopped.wait(_LOOK_SECONDS):
                now = self._preview.watched.seen()
                quiet += 1
                if now != seen:
                    seen, quiet = now, 0
                    self.wfile.write(b"data: changed\n\n")
                elif quiet % 50 == 0:
                    self.wfile.write(b": still here\n\n")  # otherwise a page that went would never be noticed
                self.wfile.flush()
        except OSError:
            return  # the page went

    def _send(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in _SAFE.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Nothing: a preview is quiet."""
