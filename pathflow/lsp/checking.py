"""Findings as one writes: a moment after the last key, beside the requests, and never for a text that is not there any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from pathflow.api import report_of
from pathflow.base.findings import Finding
from pathflow.lsp.documents import Documents

PAUSE: Final = 0.15
"""How long after the last key. Units: seconds."""

Publish = Callable[[str, list[Finding], Path], None]


class Checking:
    """Checks the documents that are open.

    Reading and compiling take 20 to 40 ms for 1,000 lines and stand in the loop; the proofs, which take 50 to 200, do not.

    Args:
        publish: is told the findings of a file, by its URI, and the folder of their files.
    """

    def __init__(self, documents: Documents, publish: Publish) -> None:
        self.documents = documents
        self.publish = publish
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool = ThreadPoolExecutor(1, "proofs")
        self._turn = asyncio.Lock()
        self._found: dict[str, dict[str, tuple[Path, list[Finding]]]] = {}
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
        async with self._turn:
            version = self.documents.open.get(uri)
            view = self.documents.view(uri) if version is not None else None
            if view is None:
                return
            unit = view.unit
            await asyncio.sleep(0)
            report = await asyncio.get_running_loop().run_in_executor(self._pool, report_of, unit)
            if version is not None and self.documents.open.get(uri) == version:
                self._checked[uri] = version
                self._tell(uri, report.findings)

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
        """What is said of a file as it is now: of its text surely, and what is proved where that was looked at since."""
        view = self.documents.view(uri)
        found = list(view.unit.findings) if view is not None else []
        if self._checked.get(uri) == self.documents.open.get(uri):
            found += [finding for checked in self._found.values() if uri in checked for finding in checked[uri][1]]
        return list({(finding.span, finding.code, finding.message): finding for finding in found}.values())

    def forget(self, uri: str) -> None:
        """The document is closed."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        self._checked.pop(uri, None)
        for where in self._found.pop(uri, {}):
            self._publish(where)

    def stop(self) -> None:
        """Nothing is checked any more."""
        for handle in self._waiting.values():
            handle.cancel()
        self._waiting.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)
