"""`pathflow store`: the store of a service, seen to by whoever runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import click

from pathflow.api import open_service, open_store
from pathflow.base.errors import why
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.tongue import chosen, language_option, said
from pathflow.cli.writing import write_lines
from pathflow.compiler.library import Unreadable
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.host.checking import check_store
from pathflow.locale import spoken
from pathflow.store.port import Store

ACTIONS: Final = ("init", "status", "check", "export", "restore")


@click.command("store", cls=Command)
@click.argument("action", metavar="init|status|check|export|restore")
@click.argument("store")
@click.option("--file", "file", type=Place(), metavar="FILE", help="What export writes and restore reads; else the terminal.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(action: str, store: str, file: Path | None, output: str) -> int:
    """See to a STORE: a file for SQLite (care.db), or the address of a database (postgresql://…).

    init makes it, or brings it to the newest form. status counts what is in it. check works everything out again from the facts
    and says what differs, with whom nobody sees to and where the audit is not whole. export writes everything as lines of JSON,
    as of one moment; restore reads them into a new store.

    Exit code: 0 done, or nothing is wrong; 1 check found something; 2 the store cannot be used.
    """
    use_utf8()
    code = chosen() or ENGLISH
    if action not in ACTIONS:
        say = "`{name}` is none of what can be done with a store: {known}"
        raise Misused(say, click.get_current_context(), name=action, known=", ".join(ACTIONS))
    with closing(open_store(store, create=action in ("init", "restore"))) as opened:
        if action == "check":
            return _check(opened, output, code)
        if action == "export":
            return _export(opened, file)
        if action == "restore":
            _restore(opened, file, code)
        return _status(opened, output, code)


def _status(store: Store, output: str, code: Code) -> int:
    counts = {**store.counts(), "paths": len({one.key for one in store.definitions()})}
    if output == "json":
        click.echo(json.dumps({"store": store.name, **counts}))
        return 0
    click.echo(store.name)
    called = {
        "clients": said("clients", code),
        "facts": said("facts", code),
        "work": said("open duties", code),
        "open flags": said("promises broken now", code),
        "notices waiting": said("notices to be delivered", code),
        "notices set aside": said("notices that never arrived", code),
        "audit rows": said("rows of the audit", code),
        "paths": said("versions of paths", code),
    }
    for name, what in called.items():
        click.echo(f"{counts[name]:>12,}  {what}")
    return 0


def _check(store: Store, output: str, code: Code) -> int:
    found = list(check_store(open_service([], store, at=0)))
    if output == "json":
        click.echo(json.dumps([{"client": one.client, "why": str(one.why)} for one in found], ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one.client}: {spoken(one.why, code)}")
        counts = store.counts()
        if found:
            click.echo(said("{n} places are not as they must be", code, n=f"{len(found):,}"))
        else:
            clients, facts = f"{counts['clients']:,}", f"{counts['facts']:,}"
            click.echo(said("the store is whole: {clients} clients, {facts} facts", code, clients=clients, facts=facts))
    return 1 if found else 0


def _export(store: Store, file: Path | None) -> int:
    lines = store.export()
    if file is None:
        for line in lines:
            click.echo(line)
    else:
        write_lines(file, lines)
    return 0


def _restore(store: Store, file: Path | None, code: Code) -> None:
    with _read(file) as lines:
        n_lines = store.restore(lines)
    click.echo(said("{n} rows were restored", code, n=f"{n_lines:,}"), err=True)


@contextmanager
def _read(file: Path | None) -> Generator[Iterable[str]]:
    """The lines of a file, or of what is given to the command."""
    if file is None:
        yield sys.stdin
        return
    try:
        with file.open(encoding="utf-8") as lines:
            yield lines
    except (OSError, UnicodeDecodeError) as wrong:
        raise Unreadable("{path} cannot be read: {why}", path=file, why=why(wrong)) from None
