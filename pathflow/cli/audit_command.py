"""`pathflow audit`: whether what a store says about who did and read what is whole."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from pathflow.api import instant, open_store
from pathflow.base.visible import visible
from pathflow.cli.help import Command
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.tongue import chosen, language_option, said
from pathflow.compiler.library import read_bytes
from pathflow.dsl.languages import ENGLISH
from pathflow.host.auditing import Sign, seal_all, signed_by, verify
from pathflow.locale import spoken
from pathflow.store.port import StoreError


@click.command("audit", cls=Command)
@click.argument("store")
@click.option("--key", "key", type=Place(), metavar="FILE", help="A file with the key of the signatures: 16 bytes at least.")
@click.option("--seal", is_flag=True, help="Sign the end of every client's audit as it is now; needs --key.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(store: str, key: Path | None, seal: bool, output: str) -> int:
    """Verify the audit of a STORE: who did or read what, when, in which role and on what basis.

    Each row holds the hash of those before it, client by client, and each fact has its row: what was changed, taken out or put
    in between is found. Rows that were cut off at the end are found where the end was signed: sign now and then, with a key
    that is kept elsewhere than the store.

    Exit code: 0 whole, 1 something is not, 2 the store cannot be used.
    """
    use_utf8()
    code = chosen() or ENGLISH
    sign = _sign(key)
    if seal and sign is None:
        raise StoreError("to sign, say with which key: --key FILE")
    with closing(open_store(store, create=False)) as opened:
        broken = list(verify(opened, sign))
        n_rows = opened.counts()["audit rows"]
        n_signed = seal_all(opened, sign, instant(datetime.now(UTC))) if seal and sign is not None and not broken else 0
    if output == "json":
        found = [{"client": one.client, "row": one.number, "why": str(one.why)} for one in broken]
        click.echo(json.dumps({"rows": n_rows, "signed": n_signed, "broken": found}, ensure_ascii=False))
        return 1 if broken else 0
    for one in broken:
        why = spoken(one.why, code)
        client = visible(one.client)
        click.echo(f"{client}, {one.number}: {why}" if one.number else f"{client}: {why}")
    if broken:
        click.echo(said("{n} places are not as they must be", code, n=f"{len(broken):,}"))
        return 1
    click.echo(said("the audit is whole: {n} rows", code, n=f"{n_rows:,}"))
    if seal:
        click.echo(said("{n} clients were signed", code, n=f"{n_signed:,}"))
    return 0


def _sign(key: Path | None) -> Sign | None:
    if key is None:
        return None
    try:
        return signed_by(read_bytes(key).strip())
    except ValueError:
        raise StoreError("{file} holds no key: 16 bytes at least are needed", file=key) from None
