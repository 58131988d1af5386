"""Where notices go: a callback of the host, or a webhook. They arrive at least once; the key tells a second time."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.store.port import Notice

Send = Callable[[Notice], None]
"""Takes a notice to where it belongs; whatever it raises means that it did not arrive."""

MINUTE: Final = 60_000_000
FIRST_WAIT: Final = MINUTE
LONGEST_WAIT: Final = 6 * 60 * MINUTE

MOST_ATTEMPTS: Final = 30
"""After so many, a notice is set aside, where `pathflow store status` shows it: with the waits here after about a week."""


class Delivery(Struct, frozen=True):
    """How many notices arrived, are tried again later, and were set aside."""

    arrived: int
    again: int
    aside: int


def wait_after(attempts: int) -> Instant:
    """How long until it is tried again: twice as long each time, six hours at most. Units: microseconds."""
    return min(FIRST_WAIT << min(attempts - 1, 20), LONGEST_WAIT)


class Webhook:
    """Posts each notice as JSON to an address.

    The header `Idempotency-Key` is the notice's key. With a secret, `X-Pathflow-Signature` is `sha256=` and the body's HMAC
    in hex, so that the receiver can tell that it comes from here.

    Args:
        url: http or https.
        timeout_seconds: how long an answer is waited for. Any answer from 200 to 299 means that it has arrived.
    """

    def __init__(self, url: str, secret: bytes | None = None, timeout_seconds: float = 10.0) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"a webhook is an address that begins with https:// or http://, not {url!r}")
        self._url = url
        self._secret = secret
        self._timeout = timeout_seconds
        self._open = urllib.request.build_opener(_NoRedirect()).open

    def __call__(self, notice: Notice) -> None:
        """Sends it. Raises: OSError where it did not arrive."""
        body = json.dumps(
            {"key": notice.key, "topic": notice.topic, "to": notice.to, "at": notice.at, "notice": json.loads(notice.body)}
        ).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": _header(notice.key)}
        if self._secret is not None:
            headers["X-Pathflow-Signature"] = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 - the scheme was looked at
        with self._open(request, timeout=self._timeout) as answer:
            if not 200 <= answer.status < 300:
                raise OSError(f"the webhook answered {answer.status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A notice goes where it was told to go, and nowhere else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """None: a redirect is an error."""


def _header(key: str) -> str:
    """The key as a header can have it: names have letters that headers have not."""
    return json.dumps(key)
