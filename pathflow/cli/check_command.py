"""`pathflow check`: what paths promise, proved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import replace

from pathflow import __version__
from pathflow.api import CheckReport, check
from pathflow.base.findings import Finding, Level
from pathflow.cli.help import Command
from pathflow.cli.options import Place, fail_options, failing, places_argument, use_utf8
from pathflow.cli.render import frames, tally
from pathflow.cli.tongue import chosen, for_programs, language_option, many, of_files, said
from pathflow.dsl.languages import ENGLISH, Code

FORMATS: Final = click.Choice(["text", "json", "sarif", "github", "gitlab", "junit"])


class Checked(Struct, frozen=True):
    """What a check found, and what of it is accepted for now.

    `findings`: those that are not accepted. `gone`: how many are accepted and no longer occur.
    """

    report: CheckReport
    findings: list[Finding]
    accepted: list[Finding] = []
    baseline: Path | None = None
    gone: int = 0


@click.command("check", cls=Command)
@places_argument
@click.option(
    "--format", "output", type=FORMATS, default="text", show_default=True,
    help="How results are printed: for people, for programs, for GitHub and GitLab, or as JUnit XML.",
)  # fmt: skip
@click.option(
    "--pairs",
    is_flag=True,
    help="Look at any two paths that one client can be on; otherwise at those of one package and those that begin each other.",
)
@fail_options
@click.option(
    "--baseline", type=Place(), help="A file of findings that are accepted for now; they are counted and do not fail."
)
@click.option("--write-baseline", type=Place(), help="Accept what is found now: write it into this file.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, write it, and say what remains.")
@click.option(
    "--fix-unsafe", "--unsafe-fixes", "is_unsafe", is_flag=True, help="Mend also where something else may have been meant."
)
@language_option
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would be mended.")
def command(
    where: tuple[Path, ...], output: str, pairs: bool, fail_on: Level, strict: bool, baseline: Path | None,
    write_baseline: Path | None, fix: bool, is_unsafe: bool, show_diff: bool,
) -> int:  # fmt: skip
    """Prove what the paths in files and folders promise: no gap, no duplicate, one owner, for every client and every way.

    Exit code: 0 clean, 1 errors (or what --fail-on says; with --diff, something to mend), 2 unreadable input.
    """
    use_utf8()
    if baseline is not None and write_baseline is not None:
        both = "--baseline reads a file and --write-baseline writes one; use one of the two"
        raise click.UsageError(said(both, chosen() or ENGLISH))
    if fix or is_unsafe or show_diff:
        from pathflow.cli.fixing import fixed, shown

        if show_diff:
            return shown(where, is_unsafe)
        if not fixed(where, is_unsafe, is_talk=output != "text"):
            return 2
    report = check(where, pairs=pairs)
    fails = failing(fail_on, strict)
    if write_baseline is not None:
        checked = _accept(report, write_baseline)
    elif baseline is not None:
        checked = _compare(report, baseline)
    else:
        checked = Checked(report, list(report.findings))
    if output != "text" and chosen() is not None:
        checked = _told(checked)
    if output == "text":
        _print(checked)
    else:
        click.echo(_written(checked, output, fails), nl=False)
    if checked.gone:
        one = "{n} finding of {file} no longer occurs; --write-baseline {file} takes it out"
        more = "{n} findings of {file} no longer occur; --write-baseline {file} takes them out"
        text = one if checked.gone == 1 else more
        click.echo(said(text, of_files(map(Path, report.files)), n=checked.gone, file=baseline), err=True)
    return int(any(map(fails, checked.findings)))


def _told(checked: Checked) -> Checked:
    """The same in the language that was asked for; which of them are accepted stays as it was."""
    new = {id(finding): for_programs(finding) for finding in (*checked.report.findings, *checked.findings, *checked.accepted)}
    report = replace(checked.report, findings=tuple(new[id(finding)] for finding in checked.report.findings))
    findings, accepted = ([new[id(f)] for f in part] for part in (checked.findings, checked.accepted))
    return replace(checked, report=report, findings=findings, accepted=accepted)


def _compare(report: CheckReport, file: Path) -> Checked:
    """The findings without those that the baseline accepts. Raises: BaselineError."""
    from pathflow.report.baseline import Keys, read_baseline, split

    keys = Keys(Path.cwd() / file.parent, Path.cwd(), report.sources)
    new, accepted, gone = split(report.findings, read_baseline(file), keys)
    return Checked(report, new, accepted, file, gone.total())


def _accept(report: CheckReport, file: Path) -> Checked:
    """Writes the baseline. Raises: BaselineError."""
    from pathflow.report.baseline import Baseline, Keys, read_baseline, renewed, split, write_baseline

    keys = Keys(Path.cwd() / file.parent, Path.cwd(), report.sources)
    after = renewed(report.findings, read_baseline(file) if file.exists() else Baseline(), keys)
    write_baseline(file, after)
    new, accepted, _ = split(report.findings, after, keys)
    return Checked(report, new, accepted, file)


def _written(checked: Checked, output: str, fails: Callable[[Finding], bool]) -> str:
    """The report in one of the forms for programs."""
    from pathflow.report import as_json

    if output == "json":
        return as_json(_document(checked))
    from pathflow.report.results import Silenced, results

    report = checked.report
    silenced = {id(finding): Silenced("accepted", f"accepted in {checked.baseline}") for finding in checked.accepted}
    pairs = [(finding, silenced.get(id(finding))) for finding in report.findings]
    pairs += [(one.finding, Silenced("allowed", one.by.reason, one.by.span)) for one in report.allowed]
    listed = results(pairs, Path.cwd(), report.sources, fails)
    if output == "sarif":
        from pathflow.report.sarif import as_sarif

        return as_json(as_sarif(listed, Path.cwd(), __version__))
    if output == "gitlab":
        from pathflow.report.gitlab import as_gitlab

        return as_json(as_gitlab(listed))
    if output == "github":
        from pathflow.report.github import as_github

        return as_github(listed) + _summary(checked) + "\n"
    from datetime import UTC, datetime

    from pathflow.report.junit import as_junit
    from pathflow.report.results import place
    from pathflow.report.suites import suites_of

    return as_junit(suites_of([place(file, Path.cwd()) for file in report.files], listed), datetime.now(UTC))


def _document(checked: Checked) -> dict[str, Any]:
    """The JSON report; with a baseline, what it accepts stands apart."""
    from pathflow.report import counts

    report = checked.report
    document = report.as_dict()
    if checked.baseline is None:
        return document
    accepted = {"accepted": [finding.as_dict(report.zone) for finding in checked.accepted]}
    document["findings"] = [finding.as_dict(report.zone) for finding in checked.findings]
    document["summary"] |= {"accepted": len(checked.accepted), "gone": checked.gone} | counts(checked.findings)
    return document | accepted


def _print(checked: Checked) -> None:
    for text in frames(checked.findings, checked.report.sources):
        click.echo(text + "\n")
    code = of_files(map(Path, checked.report.files))
    summary, clean = _summary(checked, code), said("clean", code)
    if not checked.findings:
        summary = click.style(clean, fg="green", bold=True) + summary.removeprefix(clean)
    click.echo(summary)
    if checked.report.paths and not checked.report.findings and not checked.report.allowed:
        told = (
            "for every client and on every way somebody owes each thing, and by when; `pathflow test --explore N` and "
            "`pathflow time` show more"
        )
        click.echo(click.style(said(told, code), dim=True))
    can = sum(f.edit is not None and f.edit.is_safe for f in checked.findings)
    if can:
        text = "`pathflow check --fix` mends {n} of them" if can > 1 else "`pathflow check --fix` mends one of them"
        click.echo(said(text, code, n=can), err=True)


def _summary(checked: Checked, code: Code = ENGLISH) -> str:
    """What was looked at, and how many findings there are."""
    report = checked.report
    what = many(len(report.files), "file", code)
    if report.paths:
        what = said("{files} with {paths}", code, files=what, paths=many(len(report.paths), "path", code))
    if report.pairs:
        what += f" ({said('{pairs} looked at', code, pairs=many(report.pairs, 'pair', code))})"
    silent = ", " + said("{n} allowed", code, n=len(report.allowed)) if report.allowed else ""
    if checked.baseline is not None:
        silent += ", " + said("{n} accepted in {file}", code, n=len(checked.accepted), file=checked.baseline)
    if not checked.findings:
        nothing = said("no new findings" if checked.accepted else "no findings", code)
        return f"{said('clean', code)}: {what}, {nothing}{silent}"
    places = {f.span.file for f in checked.findings if f.span is not None} - set(report.files)
    used = ", " + said("and {files} that it uses", code, files=many(len(places), "file", code)) if places else ""
    hidden = ""
    if any(f.family == "path" and f.level == "error" for f in checked.findings):
        hidden = "; " + said("more may be found once the mistakes in the text (P) are mended", code)
    return said("{findings} in {files}", code, findings=tally(checked.findings, code), files=what) + used + silent + hidden
