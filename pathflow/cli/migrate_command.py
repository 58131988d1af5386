"""`pathflow migrate`: clients from one version of a path to another."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from pathflow.api import CompiledPath, PathError, instant, load, open_store
from pathflow.base.phrases import Said
from pathflow.cli.help import Command
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.tongue import chosen, language_option, said
from pathflow.compiler.library import Unreadable
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.engine.migrating import LOSSES, Problem
from pathflow.host.definitions import publish
from pathflow.host.migrating import Going, done, tried
from pathflow.host.service import Actor, CareService
from pathflow.locale import spoken
from pathflow.store.port import Store, StoreError


@click.command("migrate", cls=Command)
@click.argument("old")
@click.argument("new", type=Place())
@click.option("--store", "store", required=True, help="Where the clients are: a file for SQLite, or postgresql://…")
@click.option("--map", "pairs", multiple=True, metavar="OLD=NEW", help="A place is called otherwise in the new version.")
@click.option("--do", "is_done", is_flag=True, help="Take them over. Without it nothing is changed.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(old: str, new: Path, store: str, pairs: tuple[str, ...], is_done: bool, output: str) -> int:
    """Take every client on the OLD version of a path to the NEW one: OLD is its file as it was, or the beginning of its key.

    For each of them it is proved that nobody who is accountable, no owner of the plan, no deadline and no item is lost. Who
    would lose something stays on the old version, with the reason. It can be stopped and begun again at any time.

    Exit code: 0 all go over, 1 some stay, 2 something cannot be read.
    """
    use_utf8()
    code = chosen() or ENGLISH
    mapping = dict(_pair(pair) for pair in pairs)
    try:
        compiled = load(new)
    except PathError as wrong:
        raise Unreadable("{file}: {why}", file=new, why=wrong) from None
    if compiled.has_errors:
        raise Unreadable("{file}: {why}", file=new, why=PathError(compiled.findings))
    now = instant(datetime.now(UTC))
    with closing(open_store(store, create=False)) as opened:
        key = _old_key(opened, old, compiled.name)
        if is_done:
            publish(opened, [(compiled.program, compiled.bundle)], now)
        service = CareService(opened, also=[compiled.program])
        going = done(service, Actor("pathflow migrate", "operator"), compiled.name, key, compiled.program.key, mapping, now) \
            if is_done else tried(service, compiled.name, key, compiled.program.key, mapping, now)  # fmt: skip
        return _tell(list(going), compiled, key, is_done, output, code)


def _pair(text: str) -> tuple[str, str]:
    before, sign, after = text.partition("=")
    if not sign or not before.strip() or not after.strip():
        raise StoreError('`{text}` is no pair of names; write --map "its old name=its new name"', text=text)
    return before.strip(), after.strip()


def _old_key(store: Store, old: str, name: str) -> str:
    """The key of the old version, as the store has it."""
    known = {one.key: one for one in store.definitions() if one.name == name}
    found = [key for key in known if len(old) >= 6 and key.startswith(old.lower())]
    if not found and Path(old).is_file():
        key = load(old).program.key
        found = [key] if key in known else []
    if len(found) != 1:
        versions = ", ".join(key[:12] for key in known) or "–"
        say = "`{old}` is no version that this store has of `{name}`; it has {versions}"
        raise StoreError(say, old=old, name=name, versions=versions)
    return found[0]


def _tell(going: list[Going], new: CompiledPath, old: str, is_done: bool, output: str, code: Code) -> int:
    stay = [one for one in going if one.problems]
    if output == "json":
        clients = [
            {"client": g.client, "where": g.where, "goes": not g.problems, "why": [p.message for p in g.problems]}
            for g in going
        ]
        told = {"path": new.name, "old": old, "new": new.program.key, "done": is_done, "clients": clients}
        click.echo(json.dumps(told, ensure_ascii=False))
        return 1 if stay else 0
    click.echo(f"{new.name}: {old[:12]} → {new.program.key[:12]}")
    n_going = len(going) - len(stay)
    if is_done:
        click.echo("  " + said("{n} went over", code, n=f"{n_going:,}"))
    else:
        click.echo("  " + said("{n} would go over", code, n=f"{n_going:,}"))
    for place, count in Counter(", ".join(one.where) for one in going if not one.problems).most_common():
        click.echo(f"    {count:>8,}  {place}")
    for problems, count in Counter(one.problems for one in stay).most_common():
        why = "; ".join(dict.fromkeys(spoken(_said(problem), code) for problem in problems))
        if is_done:
            click.echo("  " + said("{n} stay: {why}", code, n=f"{count:,}", why=why))
        else:
            click.echo("  " + said("{n} would stay: {why}", code, n=f"{count:,}", why=why))
    return 1 if stay else 0


def _said(problem: Problem) -> Said:
    return Said(LOSSES[problem.loss], place=problem.place)
