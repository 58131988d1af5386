"""Findings as one writes: a moment after the last key, beside the requests, and never for a text that is not there any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Final, TypeVar

from pathflow.base.findings import Finding
from pathflow.ide.here import Here
from pathflow.lsp.documents import Documents
from pathflow.lsp.proving import Asked, Looked, look, other_process
from pathflow.lsp.resting import Resting

PAUSE: Final = 0.15
"""How long after the last key. Units: seconds."""

REST: Final = 0.5
"""How long after a check memory may be cleared, when no key has come. Units: seconds."""

_LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")

Publish = Callable[[str, list[Finding], Path], None]


class Checking:
    """Checks the documents that are open, in another process.

    Args:
        publish: is told the findings of a file, by its URI, and the folder of their files.
        refresh: is told that what is so at the places of a file has changed.
    """

    def __init__(self, documents: Documents, publish: Publish, refresh: Callable[[], None]) -> None:
        self.documents = documents
        self.publish = publish
        self.refresh = refresh
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool = other_process()
        self._turn = asyncio.Lock()
        self.resting = Resting()
        self._sent: dict[Path, dict[str, str]] = {}  # what the other process knows, by folder
        self._anew: set[Path] = set()
        self._found: dict[str, dict[str, tuple[Path, list[Finding]]]] = {}
        self._here: dict[str, tuple[Here, ...]] = {}
        self._checked: dict[str, int] = {}

    def soon(self, uri: str, pause: float = PAUSE) -> None:
        """Checks the document when no key comes for a moment."""
        before = self._waiting.pop(uri, None)
        if before is not None:
            before.cancel()
        loop = asyncio.get_running_loop()
        self._waiting[uri] = loop.call_later(pause, self._begin, uri)

    def all_soon(self) -> None:
        """Checks every document that is open: files have changed."""
        for uri in self.documents.open:
            self.soon(uri)

    def _begin(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        task = asyncio.get_running_loop().create_task(self._check(uri))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, uri: str) -> None:
        version = self.documents.open.get(uri)
        if version is None:
            return
        try:
            looked = await self.elsewhere(uri, look)
        except Exception:  # noqa: BLE001  # our own mistake: what the lines say is told all the same
            _LOG.exception("the proofs of %s failed", uri)
            view = self.documents.view(uri)
            looked = Looked(tuple(view.file.findings), ()) if view is not None else None
        if looked is None or self.documents.open.get(uri) != version:
            return
        self._checked[uri] = version
        self._tell(uri, looked.findings)
        if self._here.get(uri) != looked.here:
            self._here[uri] = looked.here
            self.refresh()
        asyncio.get_running_loop().call_later(REST, self._rest)

    async def elsewhere(self, uri: str, do: Callable[[Asked], T]) -> T | None:
        """Does something with a file in the other process, one after the other; one that is gone is begun again, once."""
        async with self._turn:
            document = self.documents.document(uri)
            folder = document.workspace.folder
            for _ in range(2):
                now = document.workspace.texts()
                sent = self._sent.get(folder, {})
                texts: dict[str, str | None] = {name: text for name, text in now.items() if sent.get(name) != text}
                texts |= {name: None for name in sent if name not in now}
                asked = Asked(str(folder), document.name, texts, folder in self._anew)
                try:
                    done = await asyncio.get_running_loop().run_in_executor(self._pool, do, asked)
                except BrokenExecutor:
                    self._pool = other_process()
                    self._sent.clear()
                    continue
                self._sent[folder] = now
                self._anew.discard(folder)
                return done
        return None

    def _rest(self) -> None:
        if not self._waiting:
            self.resting.pause()

    def changed_on_disk(self) -> None:
        """Files have changed: every document that is open is checked."""
        self._anew |= set(self._sent)
        self.all_soon()

    def here(self, uri: str) -> tuple[Here, ...] | None:
        """What was so at the places of a file when it was last looked at."""
        return self._here.get(uri)

    def _tell(self, uri: str, findings: tuple[Finding, ...]) -> None:
        """Findings of a check: on its own file, and on those that it uses."""
        folder = self.documents.document(uri).workspace.folder
        own: dict[str, tuple[Path, list[Finding]]] = {uri: (folder, [])}
        for finding in findings:
            where = self.documents.uri(folder / finding.span.file) if finding.span is not None else uri
            own.setdefault(where, (folder, []))[1].append(finding)
        before = self._found.get(uri, {})
        self._found[uri] = own
        for where in {**before, **own}:
            self._publish(where)

    def _publish(self, where: str) -> None:
        """What all checks together say of a file, each once."""
        folder = self.documents.document(where).workspace.folder
        once: dict[object, Finding] = {}
        for found in self._found.values():
            if where in found:
                folder = found[where][0]
                for finding in found[where][1]:
                    once.setdefault((finding.span, finding.code, finding.message), finding)
        self.publish(where, list(once.values()), folder)

    def findings(self, uri: str) -> list[Finding]:
        """What is said of a file as it is now: of its lines surely, and all the rest where it was looked at since."""
        view = self.documents.view(uri)
        found = list(view.file.findings) if view is not None else []
        if self._checked.get(uri) == self.documents.open.get(uri):
            found += [finding for checked in self._found.values() if uri in checked for finding in checked[uri][1]]
        return list({(finding.span, finding.code, finding.message): finding for finding in found}.values())

    def forget(self, uri: str) -> None:
        """The document is closed."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._checked.pop(uri, None)
        self._here.pop(uri, None)
        for where in self._found.pop(uri, {}):
            self._publish(where)

    def stop(self) -> None:
        """Nothing is checked any more."""
        for handle in self._waiting.values():
            handle.cancel()
        self._waiting.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
