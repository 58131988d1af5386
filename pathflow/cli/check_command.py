"""`pathflow check`: what paths promise, proved."""

from __future__ import annotations

from pathlib import Path

import click

from pathflow.api import CheckReport, check
from pathflow.base.names import counted
from pathflow.cli.options import exit_code, format_option, places_argument, strict_option, use_utf8
from pathflow.cli.render import frame, tally


@click.command("check")
@places_argument
@format_option
@strict_option
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, write it, and say what remains.")
@click.option(
    "--fix-unsafe", "--unsafe-fixes", "is_unsafe", is_flag=True, help="Mend also where something else may have been meant."
)
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would be mended.")
def command(where: tuple[Path, ...], output: str, strict: bool, fix: bool, is_unsafe: bool, show_diff: bool) -> int:
    """Prove what the paths in files and folders promise: no gap, no duplicate, one owner, for every client and every way.

    Exit code: 0 clean, 1 errors (any finding with --strict; with --diff, something to mend), 2 unreadable input.
    """
    use_utf8()
    if fix or is_unsafe or show_diff:
        from pathflow.cli.fixing import fixed, shown

        if show_diff:
            return shown(where, is_unsafe)
        if not fixed(where, is_unsafe, is_talk=output == "json"):
            return 2
    report = check(where)
    if output == "json":
        from pathflow.report import as_json

        click.echo(as_json(report.as_dict()), nl=False)
    else:
        _print(report)
    return exit_code(list(report.findings), strict)


def _print(report: CheckReport) -> None:
    for finding in report.findings:
        click.echo(frame(finding, report.sources) + "\n")
    what = counted(len(report.files), "file")
    if report.paths:
        what += f" with {counted(len(report.paths), 'path')}"
    silent = f", {len(report.allowed)} allowed" if report.allowed else ""
    if report.is_clean:
        click.echo(click.style("clean", fg="green", bold=True) + f": {what}, no findings{silent}")
    else:
        places = {f.span.file for f in report.findings if f.span is not None} - set(report.files)
        used = f", and {counted(len(places), 'file')} that it uses" if places else ""
        click.echo(f"{tally(list(report.findings))} in {what}{used}{silent}")
        can = sum(f.edit is not None and f.edit.is_safe for f in report.findings)
        if can:
            click.echo(f"`pathflow check --fix` mends {can if can > 1 else 'one'} of them", err=True)
