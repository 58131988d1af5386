"""What an embedding service calls: load, check, run, format_text, explain, open_engine.

Every function takes paths as text or `Path`. Files and folders that cannot be read raise `Unreadable`, with one line that says
what is wrong; what is wrong *in* a file is a finding, never an exception, except that `load` raises `PathError` for a path that
cannot be read as meant, and `run` and `open_engine` for one that breaks a promise it must keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from pathflow.base.errors import PathflowError
from pathflow.base.findings import Finding, Related, reading_order
from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.base.phrases import Said
from pathflow.base.spans import Span
from pathflow.compiler.bundle import bundle_of
from pathflow.compiler.library import Library, Unreadable, heads_in, path_files, read_bytes
from pathflow.compiler.passes import DEFAULT_ZONE, Compiler, Unit
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.dsl.mistakes import finding as mistake
from pathflow.dsl.parse import parse_text
from pathflow.engine.facts import Refusal
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.model.network import Network
from pathflow.rules.allowing import Allow, Allowed, allows_of, idle, silence, wrong
from pathflow.rules.causes import together
from pathflow.rules.kept import Kept
from pathflow.rules.registry import codes_of_pairs, prove_pairs, watch_all
from pathflow.rules.together import Pair, pairs_of
from pathflow.rules.ways import Ways

if TYPE_CHECKING:
    from pathflow.compare.changes import Comparison
    from pathflow.graph.build import Graph
    from pathflow.host.live import CareEngine
    from pathflow.host.service import CareService
    from pathflow.replay.run import Run
    from pathflow.replay.scenario import Outcome
    from pathflow.store.port import Store
    from pathflow.witness.story import Story

__all__ = [
    "CheckReport", "CompiledPath", "PathError", "Unreadable", "check", "check_text", "diff", "explain", "format_text",
    "instant", "load", "moment", "open_engine", "open_service", "open_store", "run", "run_tests", "stories", "stories_of_pairs",
]  # fmt: skip

PathLike = str | Path


class PathError(PathflowError):
    """A path that cannot be compiled, or must not be run. `findings` say what is wrong in it, each with its place."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        errors = [f for f in findings if f.level == "error"]
        first = errors[0]
        place = f"{first.span.file}:{first.span.line}: " if first.span is not None else ""
        say = "{place}{code}: {finding} (and {n} more)" if len(errors) > 1 else "{place}{code}: {finding}"
        said = Said(say, place=place, code=first.code, finding=first, n=len(errors) - 1)
        super().__init__(said.say, **said.words)

    def __reduce__(self) -> tuple[type[PathError], tuple[list[Finding]]]:
        return type(self), (self.findings,)


class CompiledPath:
    """A path that was read and compiled.

    Attributes:
        program: its tables of nodes and edges, which the engine runs.
        findings: what cannot be kept on it, and what is questionable.
        allowed: the findings that the path allows, each with its reason.
        bundle: all the files that it was read from, in one text: what a store keeps of it.
    """

    def __init__(
        self, program: Program, findings: list[Finding], sources: dict[str, list[str]], allowed: tuple[Allowed, ...] = (),
        bundle: str = "",
    ) -> None:  # fmt: skip
        self.program = program
        self.bundle = bundle
        self.findings = findings
        self.sources = sources
        self.allowed = allowed

    @property
    def path(self) -> model.Path:
        """What the path means."""
        return self.program.path

    @property
    def name(self) -> str:
        """The path's name."""
        return self.program.path.name

    @cached_property
    def graph(self) -> Graph:
        """The path as a frozen `networkx.MultiDiGraph`; its attributes are listed in `pathflow.graph.build`."""
        from pathflow.graph.build import graph_of

        return graph_of(self.program)

    @property
    def has_errors(self) -> bool:
        """Whether the path breaks a promise that it must keep."""
        return any(f.level == "error" for f in self.findings)


class CheckReport(Struct, frozen=True):
    """What a check found. `sources`: the lines of the files that findings speak of. `allowed`: what the files allow.

    `pairs`: how many pairs of paths were looked at, that one client can be on both; `together`: those. `programs` and
    `networks`: of the files that can be read as meant; `broken`: those that cannot.
    """

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    paths: tuple[str, ...]
    sources: dict[str, list[str]]
    zone: ZoneInfo
    allowed: tuple[Allowed, ...] = ()
    pairs: int = 0
    together: tuple[Pair, ...] = ()
    programs: tuple[Program, ...] = ()
    networks: tuple[Network, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """The report as the JSON contract has it."""
        from pathflow.report import counts

        return {
            "findings": [f.as_dict(self.zone) for f in self.findings],
            "allowed": [one.finding.as_dict(self.zone) | {"reason": one.by.reason} for one in self.allowed],
            "summary": {
                "files": len(self.files),
                "paths": len(self.paths),
                "allowed": len(self.allowed),
                **({"pairs": self.pairs} if self.pairs else {}),
                **counts(self.findings),
            },
        }


def check(
    where: PathLike | Iterable[PathLike], *, pairs: bool = False, progress: Callable[[int, int], None] | None = None
) -> CheckReport:
    """Proves the promises of every path in files and folders, and what two of them do to one client.

    Args:
        pairs: looks at any two paths that one client can be on; otherwise at those that a package names together and those of
            which a step of one begins the other.
        progress: is told how many of how many files are done.

    Raises: Unreadable for a file or folder that cannot be read, and for a folder without paths.
    """
    places = [Path(where)] if isinstance(where, str | Path) else [Path(place) for place in where]
    findings: list[Finding] = []
    said = _Silence()
    files: list[str] = []
    paths: list[str] = []
    sources: dict[str, list[str]] = {}
    seen: set[Path] = set()
    known: dict[tuple[str, str], model.Path] = {}
    proved: list[Ways] = []
    zone: ZoneInfo | None = None
    whole: list[Unit] = []
    broken: list[str] = []
    listed = [(place, path_files([place])) for place in places]
    n_files = sum(len(found) for _, found in listed)
    for place, found in listed:
        root = place if place.is_dir() else place.parent
        compiler = Compiler(Library(root))
        for file in found:
            if file.resolve() in seen:
                continue
            seen.add(file.resolve())
            unit = compiler.unit(file)
            files.append(str(file))
            if unit.meaning is not None:
                paths.append(unit.meaning.name)
                twice = _twice(unit.meaning, known)
                findings += [twice] if twice is not None else []
            if unit.program is not None and zone is None:
                zone = unit.program.calendar.zone
            kept = Kept()
            ways = _ways(unit, kept)
            findings += _of_unit(unit, kept.findings(ways) if ways is not None else ())
            proved += [ways] if ways is not None and not unit.has_errors else []
            said.add(unit)
            sources |= _sources(unit)
            if unit.has_errors:
                broken.append(unit.file.name)
            else:
                whole.append(unit)
            if progress is not None:
                progress(len(files), n_files)
    looked_at = pairs_of(proved, every=pairs)
    remaining, allowed = said.over(
        [*findings, *prove_pairs(looked_at)], has_all_pairs=pairs and any(p.is_dir() for p in places)
    )
    zone = zone or ZoneInfo(DEFAULT_ZONE)
    return CheckReport(
        tuple(remaining), tuple(files), tuple(paths), sources, zone, tuple(allowed), len(looked_at), tuple(looked_at),
        programs=tuple(unit.program for unit in whole if unit.program is not None),
        networks=tuple(network for unit in whole for network, _ in unit.networks),
        broken=tuple(broken),
    )  # fmt: skip


class _Silence:
    """What the files of a check allow, all together: a network's file may allow what only one of several paths does."""

    def __init__(self) -> None:
        self.allows: dict[Span, Allow] = {}
        self.named: set[str] = set()
        self.doubtful: set[str] = set()
        self.with_path: set[str] = set()

    def add(self, unit: Unit) -> None:
        """Takes in a file that was asked for, and those that it uses."""
        self.named.add(unit.file.name)
        for one in (unit, *unit.all_used):
            self.allows |= {allow.span: allow for allow in allows_of(one.file)}
            if unit.program is not None:
                self.with_path.add(one.file.name)
            if unit.has_errors or not unit.is_whole:
                self.doubtful.add(one.file.name)

    def over(self, findings: list[Finding], *, has_all_pairs: bool = False) -> tuple[list[Finding], list[Allowed]]:
        """Findings that remain, in reading order and each once, and those that are allowed.

        That a line allows nothing is said only of files that were asked for together with a path that uses them, and where
        all of it was understood; of what two paths do, only where all pairs were looked at.
        """
        once = {(f.span, f.code, f.say, tuple(f.words.items())): f for f in findings}
        kept, allowed = silence(sorted(once.values(), key=reading_order), self.allows.values())
        judged = (self.named & self.with_path) - self.doubtful
        kept += wrong(self.allows.values())
        unseen = frozenset[str]() if has_all_pairs else codes_of_pairs()
        lines = [allow for allow in self.allows.values() if allow.span.file in judged and allow.code not in unseen]
        kept += idle(lines, allowed, kept)
        return together(kept), allowed


def _twice(path: model.Path, known: dict[tuple[str, str], model.Path]) -> Finding | None:
    """That another file holds a path of the same name and version."""
    first = known.setdefault((fold(path.name), path.version), path)
    if first is path or first.span.file == path.span.file:
        return None
    words = {"path": path.name, "version": path.version, "file": first.span.file}
    say, help_ = "`{path}` {version} stands in {file} too", "Give one of them another name or another version"
    return mistake("P302", say, path.span, words, help_, (Related(first.span, "the first is here"),))


def check_text(text: str, name: str = "text.path", folder: PathLike = ".") -> CheckReport:
    """The same for a text that need not lie on the disk; networks that it uses are looked for in `folder`."""
    return report_of(_unit_of_text(text, name, Path(folder)))


def report_of(unit: Unit, kept: Kept | None = None) -> CheckReport:
    """The report on one compiled file.

    Args:
        kept: what was proved of it before, which is not proved again where its meaning is the same.
    """
    zone = unit.program.calendar.zone if unit.program is not None else ZoneInfo(DEFAULT_ZONE)
    paths = (unit.meaning.name,) if unit.meaning is not None else ()
    findings, allowed = _judged(unit, kept or Kept())
    return CheckReport(tuple(findings), (unit.file.name,), paths, _sources(unit), zone, tuple(allowed))


def _judged(unit: Unit, kept: Kept) -> tuple[list[Finding], list[Allowed]]:
    said = _Silence()
    said.add(unit)
    ways = _ways(unit, kept)
    return said.over(_of_unit(unit, kept.findings(ways) if ways is not None else ()))


def _unit_of_text(text: str, name: str, folder: Path) -> Unit:
    library = Library(folder)
    path = folder / name
    library.give(path, parse_text(name, text), text.encode("utf-8", "replace"))
    return Compiler(library).unit(path)


def _ways(unit: Unit, kept: Kept | None = None) -> Ways | None:
    """What is so on the ways through a file's path; None where it holds none."""
    return (kept or Kept()).ways(unit.program, frozenset(unit.doubts), unit.is_whole) if unit.program is not None else None


def _of_unit(unit: Unit, proved: Iterable[Finding]) -> list[Finding]:
    """What is wrong with a file and those it uses, and what cannot be proved of its path."""
    found = list(unit.findings)
    for used in unit.all_used:
        found += used.findings
    return sorted([*found, *proved], key=reading_order)


def _sources(unit: Unit) -> dict[str, list[str]]:
    return {one.file.name: one.file.lines for one in (unit, *unit.all_used)}


def load(file: PathLike) -> CompiledPath:
    """A path, compiled.

    Raises: Unreadable; PathError for a path that cannot be read as meant. What is only questionable is in `findings`.
    """
    path = Path(file)
    unit = Compiler(Library(path.parent)).unit(path)
    return _compiled(unit)


def _compiled(unit: Unit) -> CompiledPath:
    findings, allowed = _judged(unit, Kept())
    if unit.has_errors:
        raise PathError([f for f in findings if f.family == "path"])
    if unit.program is None:
        raise Unreadable("{file} holds no path: it begins with no line `path`", file=unit.file.name)
    return CompiledPath(unit.program, findings, _sources(unit), tuple(allowed), bundle_of(unit))


def format_text(text: str, name: str = "text.path", language: Literal["en", "fi", "sv"] | None = None) -> str:
    """The text in its one layout.

    Args:
        language: the language of its keywords, where that is to change.

    Raises: PathError where something in it was not understood.
    """
    from pathflow.dsl.format import formatted

    file = parse_text(name, text)
    result = formatted(file, language)
    if result is None:
        raise PathError(file.findings)
    return result


def diff(old: PathLike, new: PathLike) -> Comparison:
    """What changed in meaning from one file or folder to another, and what of it breaks something for clients on the way.

    Args:
        old, new: a file or folder; as a text also `REVISION:PLACE` of a git revision, as in `v1.0:paths/heart_failure.path`.

    Raises: Unreadable, also for a file that cannot be read as meant.
    """
    from pathflow.compare.asked import compare_places

    return compare_places(old, new)


def run(
    path: PathLike, events: PathLike, *, at: datetime | str | None = None, client: str | None = None,
    log: PathLike | None = None, anyway: bool = False, progress: Callable[[int, int], None] | None = None,
) -> Run:  # fmt: skip
    """Executes a path over the events in a file.

    Args:
        anyway: runs a path although it breaks a promise that it must keep.
        at: the moment asked about, a datetime or a text in ISO 8601; by default the last event.
        client: one client alone.
        log: a file with a `log` block that says how the events are to be read.

    Raises: Unreadable, PathError, and LogError for an events file that cannot be used; ValueError for an `at` that is no time,
    KeyError for a client who is not in the events.
    """
    from pathflow.replay.log import read_log
    from pathflow.replay.run import run_events

    compiled = _sound(path, anyway)
    how = load_log(log) if log is not None else None
    read = read_log(Path(events), [compiled.program], how)
    asked = instant(at, compiled.program.calendar.zone.key) if at is not None else None
    if client is not None and client not in read.clients:
        raise KeyError(client)
    return run_events([compiled.program], read, watch_all, asked, client, progress)


class Told(Struct, frozen=True):
    """A finding of `check`, and the story of a client for whom it comes true; None where nobody is found or comes there."""

    finding: Finding
    story: Story | None


def stories(path: PathLike | CompiledPath) -> list[Told]:
    """For each finding of a path a client for whom it comes true, step by step, as the engine has run it.

    Raises: Unreadable; PathError for a path that cannot be read as meant.
    """
    from pathflow.witness.story import machine_for, story_of

    compiled = path if isinstance(path, CompiledPath) else load(path)
    program = compiled.program
    ways = Ways(program)
    proved = [finding for finding in compiled.findings if finding.family != "path"]
    machine = machine_for(ways, proved, watch_all)
    return [Told(finding, story_of(machine, ways, finding, program.first_morning)) for finding in proved]


def stories_of_pairs(report: CheckReport) -> list[Told]:
    """For each finding of a check on two paths a client for whom it comes true, who comes onto both, as the engine has run it.

    Args:
        report: from `check`, of files or a folder with several paths.
    """
    from pathflow.witness.meeting import machine_of, story_of_two

    found: list[Told] = []
    for pair in report.together:
        names = {pair.one.path.name, pair.other.path.name}
        mine = [f for f in report.findings if f.meeting is not None and {f.meeting.path, f.meeting.other} == names]
        machine = machine_of(pair, mine, watch_all) if mine else None
        found += [Told(finding, story_of_two(machine, pair, finding)) for finding in mine if machine is not None]
    return sorted(found, key=lambda told: reading_order(told.finding))


def load_log(file: PathLike) -> model.Log:
    """The `log` block of a file. Raises: Unreadable."""
    from pathflow.compiler.logs import read_log_block

    path = Path(file)
    found = read_log_block(Library(path.parent).file(path))
    if found is None:
        raise Unreadable("{file} holds no `log` block", file=path)
    return found


def run_tests(file: PathLike, name: str | None = None) -> list[Outcome]:
    """Runs the scenario tests of a path, or those whose name holds `name`. Raises: Unreadable, PathError."""
    from pathflow.replay.scenario import run_scenarios

    return list(run_scenarios(load(file).program, watch_all, name))


def spoken(what: Finding | Refusal | PathflowError, in_language: Code = ENGLISH) -> str:
    """What is found, refused or wrong, in one plain sentence.

    Args:
        in_language: en, fi or sv. The user's own words, in backticks, stay as they are.
    """
    from pathflow import locale

    if isinstance(what, Refusal):
        return locale.refused(what.say, what.words, in_language)
    return locale.spoken(what if isinstance(what, Finding) else what.said, in_language)


def explain(code: str, language: Code = "en") -> str | None:
    """The page of a finding's code: what it says, why, its source, a bad and a good example, what to do. None if unknown.

    Args:
        language: en, fi or sv.
    """
    from pathflow.rules.pages import page

    return page(code, language)


def instant(when: datetime | str, zone: str = "UTC") -> Instant:
    """A moment as the engine counts it: whole microseconds since 1970 in UTC.

    Args:
        when: a datetime, or a text in ISO 8601; without an offset it is read on the clocks of `zone`.

    Raises: ValueError for a text that is no time, or an unknown zone.
    """
    from pathflow.base.instants import instant_of, read_instant

    clocks = _clocks(zone)
    found = read_instant(when, clocks) if isinstance(when, str) else instant_of(when, clocks)
    if found is None:
        raise ValueError(f"{when!r} is not a time; write 2026-01-31 or 2026-01-31T14:30")
    return found


def moment(at: Instant, zone: str = "UTC") -> datetime:
    """The datetime of an instant, on the clocks of `zone`. Raises: ValueError for an unknown zone."""
    from pathflow.base.instants import local_datetime

    return local_datetime(at, _clocks(zone))


def _clocks(name: str) -> ZoneInfo:
    from pathflow.base.instants import zone

    found = zone(name)
    if found is None:
        raise ValueError(f"{name!r} is not a time zone; write for example Europe/Helsinki")
    return found


def open_engine(path: PathLike | CompiledPath | Iterable[PathLike | CompiledPath], *, anyway: bool = False) -> CareEngine:
    """An engine in memory for one path or several, from their files or as `load` gives them.

    Args:
        anyway: also for a path that breaks a promise that it must keep.

    Raises: Unreadable, PathError; ValueError for two versions of one path.
    """
    from pathflow.host.live import CareEngine

    places = [path] if isinstance(path, str | Path | CompiledPath) else list(path)
    return CareEngine([_sound(place, anyway).program for place in places])


def open_store(where: str | Path, create: bool = True) -> Store:
    """A store: `memory`; a file, for SQLite, also as `sqlite:care.db`; or the address of a database, as `postgresql://…`.

    Args:
        create: whether one is made where there is none.

    Raises: StoreError, also for a store that might lose what it has acknowledged.
    """
    from pathflow.store.opening import opened

    return opened(str(where), create)


def open_service(
    paths: PathLike | CompiledPath | Iterable[PathLike | CompiledPath], store: Store | str | Path = "pathflow.db", *,
    at: datetime | str | Instant, anyway: bool = False,
) -> CareService:  # fmt: skip
    """The engine over a store: what it acknowledges is safe, and goes on after any crash.

    Args:
        paths: a folder, files, or paths as `load` gives them. With none the service has the versions that the store has.
        store: as `open_store` has it, or one that is open. It is closed with the service.
        at: now. Clients who begin on a path from then on begin on the version that is given here; those on the way stay.
        anyway: also for a path that breaks a promise that it must keep.

    Raises: Unreadable, PathError, StoreError; ValueError for an `at` that is no time.
    """
    from pathflow.host.service import CareService

    given = [paths] if isinstance(paths, str | Path | CompiledPath) else list(paths)
    compiled: list[CompiledPath] = []
    for one in given:
        if isinstance(one, CompiledPath) or not Path(one).is_dir():
            compiled.append(_sound(one, anyway))
        else:
            compiled += [_sound(file, anyway) for file in path_files([Path(one)]) if _holds_path(file)]
    kept = open_store(store) if isinstance(store, str | Path) else store
    now = at if isinstance(at, int) else instant(at, compiled[0].program.calendar.zone.key if compiled else "UTC")
    try:
        return CareService(kept, [(one.program, one.bundle) for one in compiled], now)
    except BaseException:
        kept.close()
        raise


def _holds_path(file: Path) -> bool:
    """Whether a file holds a path, and not only networks for others."""
    return any(kind == "path" for kind, _ in heads_in(read_bytes(file)))


def _sound(path: PathLike | CompiledPath, anyway: bool) -> CompiledPath:
    compiled = path if isinstance(path, CompiledPath) else load(path)
    if compiled.has_errors and not anyway:
        raise PathError(compiled.findings)
    return compiled
