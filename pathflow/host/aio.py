"""The service for those who wait with `await`: the same calls, each on a thread of an executor that the host gives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from pathflow.host.desk import Desk
from pathflow.host.service import CareService

P = ParamSpec("P")
T = TypeVar("T")


def _of_desk(method: Callable[Concatenate[Desk, P], T]) -> Callable[Concatenate[AsyncDesk, P], Coroutine[Any, Any, T]]:
    async def call(self: AsyncDesk, /, *given: P.args, **named: P.kwargs) -> T:
        return await self.within_executor(partial(method, self.desk, *given, **named))

    call.__name__, call.__doc__ = method.__name__, method.__doc__
    return call


class AsyncDesk:
    """A desk whose calls are awaited; see `Desk` for what they do.

    A call that is cancelled may have been done: its key tells when it comes again.
    """

    __slots__ = ("_executor", "desk")

    def __init__(self, desk: Desk, executor: Executor) -> None:
        self.desk = desk
        self._executor = executor

    def once(self, key: str) -> AsyncDesk:
        """For one command, which is known by this key."""
        return AsyncDesk(self.desk.once(key), self._executor)

    async def within_executor(self, call: Callable[[], T]) -> T:
        """What a call gives, done on a thread of the executor."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    accept = _of_desk(Desk.accept)
    ahead = _of_desk(Desk.ahead)
    answer = _of_desk(Desk.answer)
    assign = _of_desk(Desk.assign)
    begin_for = _of_desk(Desk.begin_for)
    board = _of_desk(Desk.board)
    cancel = _of_desk(Desk.cancel)
    choose = _of_desk(Desk.choose)
    client = _of_desk(Desk.client)
    come_back = _of_desk(Desk.come_back)
    complete = _of_desk(Desk.complete)
    due = _of_desk(Desk.due)
    end = _of_desk(Desk.end)
    enrol = _of_desk(Desk.enrol)
    family = _of_desk(Desk.family)
    findings = _of_desk(Desk.findings)
    flags = _of_desk(Desk.flags)
    history = _of_desk(Desk.history)
    intend = _of_desk(Desk.intend)
    let_be = _of_desk(Desk.let_be)
    link = _of_desk(Desk.link)
    observe = _of_desk(Desk.observe)
    override = _of_desk(Desk.override)
    pause = _of_desk(Desk.pause)
    plan = _of_desk(Desk.plan)
    propose = _of_desk(Desk.propose)
    record = _of_desk(Desk.record)
    review = _of_desk(Desk.review)
    send_back = _of_desk(Desk.send_back)
    shared = _of_desk(Desk.shared)
    start = _of_desk(Desk.start)
    unlink = _of_desk(Desk.unlink)
    where = _of_desk(Desk.where)
    withdraw = _of_desk(Desk.withdraw)
    work = _of_desk(Desk.work)


class AsyncService:
    """A service whose calls are awaited.

    Args:
        executor: of the host: how many threads it has is how many calls go on at once.
    """

    __slots__ = ("_executor", "service")

    def __init__(self, service: CareService, executor: Executor) -> None:
        self.service = service
        self._executor = executor

    def desk(self, name: str, role: str = "", basis: str = "") -> AsyncDesk:
        """The service as one person or system uses it."""
        return AsyncDesk(self.service.desk(name, role, basis), self._executor)

    async def run_due(self, *given: Any, **named: Any) -> int:
        """As `CareService.run_due`."""
        call = partial(self.service.run_due, *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    async def deliver(self, *given: Any, **named: Any) -> Any:
        """As `CareService.deliver`; `send` is called on a thread."""
        call = partial(self.service.deliver, *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)
