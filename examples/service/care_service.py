"""A care coordination service in one file: clients on paths, worklists, plans and flags over HTTP.

    pip install 'pathflow-lang[postgres]' fastapi uvicorn
    CARE_PATHS=examples/memory CARE_STORE=care.db uvicorn care_service:app --app-dir examples/service

Every call names who calls, in which role and on what basis (`X-Actor`, `X-Role`, `X-Basis`): a real service takes them from
its own sign-in, and asks its own rules whether this actor may see this client. A call that is sent again with its
`Idempotency-Key` is the same call. The loop below does what time brings about and delivers notices; several of these services
may share one PostgreSQL.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import pathflow
from pathflow import AsyncDesk, AsyncService, Fact, Notice, Refusal, Webhook

log = logging.getLogger("care")
EVERY_SECONDS = 5.0


def now() -> datetime:
    """The one place where the clock is read."""
    return datetime.now(UTC)


def show(notice: Notice) -> None:
    """Where there is no webhook: that there is something to tell, and no word of whom."""
    log.info("notice: %s", notice.topic)


async def keep_going(care: AsyncService, send: Callable[[Notice], None]) -> None:
    """What falls due, and the notices, for as long as the service runs."""
    while True:
        try:
            busy = await care.run_due(now()) + (await care.deliver(now(), send)).arrived
        except pathflow.PathflowError as wrong:
            log.warning("the store: %s", wrong)
            busy = 0
        await asyncio.sleep(0 if busy else EVERY_SECONDS)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens the store, and closes it in the end."""
    hook = os.environ.get("CARE_WEBHOOK")
    paths, store = os.environ.get("CARE_PATHS", "paths"), os.environ.get("CARE_STORE", "care.db")
    with ThreadPoolExecutor(8) as pool, pathflow.open_service(paths, store, at=now()) as service:
        app.state.care = AsyncService(service, pool)
        going = asyncio.create_task(keep_going(app.state.care, Webhook(hook) if hook else show))
        yield
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going


app = FastAPI(title="Care coordination", lifespan=lifespan)


def desk_of(
    request: Request, x_actor: Annotated[str, Header()], x_role: Annotated[str, Header()] = "",
    x_basis: Annotated[str, Header()] = "", idempotency_key: Annotated[str | None, Header()] = None,
) -> AsyncDesk:  # fmt: skip
    """The service as this caller uses it."""
    desk: AsyncDesk = request.app.state.care.desk(x_actor, x_role, x_basis)
    return desk.once(idempotency_key) if idempotency_key else desk


Caller = Annotated[AsyncDesk, Depends(desk_of)]


class Begin(BaseModel):
    """A client begins on a path."""

    path: str
    items: dict[str, Any] | None = None


class Intent(BaseModel):
    """Something that is wanted: choose, propose, accept, return, answer, cancel, end, review, override."""

    verb: str
    subject: str
    provider: str | None = None
    reason: str | None = None
    items: dict[str, Any] | None = None
    path: str | None = None


class Happened(BaseModel):
    """Something that happened: a step was done, an event came, something became known."""

    kind: str = "completed"
    subject: str
    at: datetime | None = None
    items: dict[str, Any] | None = None
    provider: str | None = None
    performer: str | None = None
    reason: str | None = None
    path: str | None = None


def answered(told: Fact | Refusal) -> dict[str, Any]:
    """A fact as JSON; what is refused is 409, with the reason."""
    if isinstance(told, Refusal):
        raise HTTPException(409, told.message)
    return {"number": told.number, "kind": told.kind, "subject": told.subject, "at": told.at}


@app.exception_handler(ValueError)
async def unusable(_request: Request, wrong: ValueError) -> JSONResponse:
    """What was given cannot be used."""
    return JSONResponse({"detail": str(wrong)}, 422)


@app.exception_handler(KeyError)
async def unknown(_request: Request, _wrong: KeyError) -> JSONResponse:
    """There is no such client, or none that this caller may know of."""
    return JSONResponse({"detail": "no such client"}, 404)


@app.exception_handler(pathflow.PathflowError)
async def busy(_request: Request, wrong: pathflow.PathflowError) -> JSONResponse:
    """The store cannot be used now; the same call with the same key may be sent again."""
    return JSONResponse({"detail": str(wrong)}, 503, {"Retry-After": "1"})


@app.post("/clients/{client}/paths")
async def begin(client: str, given: Begin, desk: Caller) -> dict[str, Any]:
    """The client begins on a path."""
    return answered(await desk.enrol(client, given.path, now(), given.items))


@app.post("/clients/{client}/intents")
async def intend(client: str, given: Intent, desk: Caller) -> dict[str, Any]:
    """Something is wanted, and may be refused."""
    told = await desk.intend(
        given.verb, client, given.subject, now(), given.provider, None, given.reason, given.items, given.path
    )  # type: ignore[arg-type]
    return answered(told)


@app.post("/clients/{client}/events")
async def happened(client: str, given: Happened, desk: Caller) -> dict[str, Any]:
    """Something happened, and is recorded; a late one says when."""
    moment = now()
    told = await desk.record(
        given.kind, client, given.subject, given.at or moment, given.items, given.provider, given.performer, given.reason,
        moment, given.path,
    )  # fmt: skip  # type: ignore[arg-type]
    return answered(told)


@app.get("/clients/{client}/plan")
async def plan(client: str, desk: Caller) -> Any:
    """Who owns the plan, who is accountable, and every active service."""
    return msgspec.to_builtins(await desk.plan(client, now()))


@app.get("/clients/{client}/findings")
async def findings(client: str, desk: Caller, at: datetime | None = None) -> list[dict[str, Any]]:
    """Broken promises, as of a moment."""
    return [{"code": f.code, "message": f.message, "who": f.who} for f in await desk.findings(client, at or now())]


@app.get("/work")
async def work(
    desk: Caller, provider: str | None = None, profession: str | None = None, worker: str | None = None,
    after: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Any:  # fmt: skip
    """A worklist, the most urgent first."""
    page = await desk.work(now(), provider=provider, profession=profession, worker=worker, after=after, limit=limit)
    return msgspec.to_builtins(page)


@app.get("/flags")
async def flags(desk: Caller) -> dict[str, dict[str, int]]:
    """How many promises are broken now, by who must act."""
    return await desk.board()
