"""From a file to a compiled path, pass by pass. PASSES is the whole order; each pass adds to the unit and to its findings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from pathflow.base.findings import Finding, reading_order
from pathflow.base.names import fold, is_plainly, listing, nearest
from pathflow.compiler.calendar import calendar_of
from pathflow.compiler.examples import with_own_names
from pathflow.compiler.flow import program_of
from pathflow.compiler.library import Library, Unreadable
from pathflow.compiler.network import NetworkReader, label, names_in
from pathflow.compiler.path import PathReader
from pathflow.compiler.quoting import cut_names
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl import syntax
from pathflow.dsl.keywords import HEAD
from pathflow.dsl.languages import language
from pathflow.dsl.syntax import SourceFile, Statement
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.model.network import Network

CHAIN_MAX: Final = 30
"""How many files may use each other in a chain."""

DEFAULT_ZONE: Final = "Europe/Helsinki"
"""Where a network has no calendar of its own: pathflow comes from Finland."""


class Unit(Struct, eq=False):
    """One file on its way through the passes.

    `doubts`: (file, line) of statements that could not be read whole. `is_whole`: nothing of the flow of care is lost.
    `told`: findings that another one says already.
    """

    file: SourceFile
    path: Path
    library: Library
    compiler: Compiler
    report: Report
    networks: list[tuple[Network, Scope]] = []
    head: Statement | None = None
    meaning: model.Path | None = None
    program: Program | None = None
    included: dict[str, Program] = {}
    is_whole: bool = True
    used: list[Unit] = []
    told: list[Finding] = []

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with this file, in reading order."""
        found = [*self.file.findings, *self.report.findings]
        if self.told:
            found = [f for f in found if not any(f is one for one in self.told)]
        return sorted(found, key=reading_order)

    @property
    def all_used(self) -> list[Unit]:
        """The files that this one uses, and those that they use, each once."""
        found: dict[str, Unit] = {}
        waiting = list(self.used)
        while waiting:
            unit = waiting.pop(0)
            if unit.file.name not in found and unit is not self:
                found[unit.file.name] = unit
                waiting += unit.used
        return list(found.values())

    @property
    def has_errors(self) -> bool:
        """Whether the file, or one it uses, cannot be read as meant."""
        return any(f.level == "error" for unit in (self, *self.all_used) for f in unit.findings)

    @property
    def doubts(self) -> set[tuple[str, int]]:
        """Lines of which nothing certain is known, with the lines they belong to."""
        found: set[tuple[str, int]] = set()
        for unit in (self, *self.all_used):
            name = unit.file.name
            for statement in (unit.file.root, *syntax.walk(unit.file.root)):
                for part in statement.body:
                    if part.is_broken or part.has_doubt or part.is_orphan or part.line in unit.report.doubts:
                        found |= {(name, part.line), (name, statement.line)}
        if self.head is not None and "plan" in self.file.lost:
            found.add((self.file.name, self.head.line))
        return found


def _networks(unit: Unit) -> None:
    """The network blocks of the file, and those that it uses."""
    blocks = list(unit.file.root.all("network"))
    for block in blocks:
        wanted = list(block.all("uses"))
        bases = [found for line in wanted if (found := _used(unit, line)) is not None]
        reader = NetworkReader(block, unit.report, bases)
        if len(bases) < len(wanted):
            reader.scope.open()
        unit.networks.append(reader.read())
        _packages(unit, block, unit.networks[-1][1])


def _packages(unit: Unit, block: Statement, scope: Scope) -> None:
    """A package names services of the network, and paths of the folder."""
    lines = [line for package in block.all("package") for word in ("must have", "may have") for line in package.all(word)]
    known = unit.library.names("path", unit.path.parent) if lines and not scope.opened else []
    for line in lines if not scope.opened else []:
        for name in names_in(line):
            if scope.has("service", name.text) or name.key in {fold(path) for path in known}:
                continue
            guess = nearest(name.text, [*scope.names("service"), *known])
            words = {"name": name.text, "guess": guess or ""}
            help_ = (
                "Did you mean `{guess}`?" if guess else "Declare the service in the network, or write the path in this folder"
            )
            say = "`{name}` is neither a service of this network nor a path of this folder"
            unit.report.say("P301", say, line, name, words, help_, replacement=guess)


def _used(unit: Unit, line: Statement) -> tuple[Network, Scope] | None:
    """The network that a `uses` line names: in this file, in a file of the same folder, or in the file named."""
    value = line.value
    if not isinstance(value, syntax.Use):
        return None
    report, library = unit.report, unit.library
    for network, scope in unit.networks:
        if fold(network.name) == value.name.key:
            return network, scope
    folder = unit.path.parent
    if value.file is not None:
        file = folder / value.file.text
        if not library.is_inside(file):
            words = {"file": value.file.text}
            say = "`{file}` lies outside this folder"
            at = (value.file.start, value.file.end)
            report.say("P306", say, line, at, words, "Copy it into the folder, or start pathflow from a folder above both")
            return None
    else:
        found = library.named("network", value.name.text, folder)
        if found is None:
            _not_found(unit, line, value)
            return None
        file = folder / found.name
    return _network_in(unit, line, value, file)


def _network_in(unit: Unit, line: Statement, value: syntax.Use, file: Path) -> tuple[Network, Scope] | None:
    if unit.compiler.is_reading_networks(file):
        words = {"name": value.name.text}
        say = "`{name}` uses this file in turn, so they use each other in a circle"
        unit.report.say("P305", say, line, value.name, words, "Put what both need into a network of its own")
        return None
    if unit.compiler.is_too_deep:
        _too_deep(unit, line, value.name)
        return None
    try:
        other = unit.compiler.network_unit(file)
    except Unreadable as wrong:
        words = {word: str(what) for word, what in wrong.said.words.items()}
        unit.report.say("P304", wrong.said.say, line, None, words, "Check the file's name")
        return None
    unit.used.append(other)
    for network, scope in other.networks:
        if fold(network.name) == value.name.key:
            return network, scope
    words = {"name": value.name.text, "file": file.name}
    unit.report.say("P304", "there is no network `{name}` in {file}", line, value.name, words, "Check the name")
    return None


def _too_deep(unit: Unit, line: Statement, name: syntax.Name) -> None:
    words = {"name": name.text, "most": str(CHAIN_MAX)}
    say = "`{name}` is the end of a chain of more than {most} files that use each other"
    unit.report.say("P012", say, line, name, words, "Put what they share into one network")


def _not_found(unit: Unit, line: Statement, value: syntax.Use) -> None:
    found = [*unit.library.names("network", unit.path.parent), *(n.name for n, _ in unit.networks)]
    known = [name for name in dict.fromkeys(found) if name]
    guess = nearest(value.name.text, known)
    words = {"name": value.name.text, "guess": guess or ""}
    help_ = "Did you mean `{guess}`?" if guess else "A network is found by its name, in a .path file of the same folder"
    if known and not guess:
        words["known"] = listing(known, "and", most=4)
        help_ = "The networks of this folder are {known}" if len(known) > 1 else "The only network of this folder is {known}"
    is_safe = is_plainly(value.name.text, guess, known)
    say = "the network `{name}` is not found"
    unit.report.say("P304", say, line, value.name, words, help_, replacement=guess, is_safe=is_safe)


def _path(unit: Unit) -> None:
    """The path of the file, over the networks it uses."""
    root = unit.file.root
    unit.head = root.one("path")
    if unit.head is None:
        _headless(unit)
        return
    if root.one("steps") is None and not root.has_doubt and "steps" not in unit.file.lost:
        words = {"path": label(unit.head)}
        say = "the path `{path}` has no steps" if words["path"] else "the path has no steps"
        unit.report.say("P103", say, unit.head, None, words, "Add a block: steps")
    merged, scope = _merged(unit)
    paths = _paths_to_include(unit)
    parts = _parts(unit) if root.one("test") is not None else []
    reader = PathReader(root, unit.head, merged, scope, paths, unit.report, parts)
    unit.meaning = reader.read()
    unit.is_whole = not reader.has_lost
    organiser = unit.head.one("organiser")
    if organiser is None or not isinstance(organiser.value, syntax.Names) or "provider" in scope.opened or not merged.organiser:
        return
    names = organiser.value.names
    other = next((name for name in names if name.key not in map(fold, merged.organisers)), None)
    if other is None and len(names) == len(merged.organisers):
        return
    words = {"name": listing([name.text for name in names], "and"), "organiser": listing(list(merged.organisers), "and")}
    say = "the network is organised by {organiser}, not by {name}"
    unit.report.say("P301", say, organiser, other, words, "One of the two must change")


def _headless(unit: Unit) -> None:
    root = unit.file.root
    parts = [line for line in root.body if not line.is_orphan and line.keyword not in ("network", *HEAD)]
    if parts and not root.has_doubt and "path" not in unit.file.lost:
        words = {"keyword": language(unit.file.language).keywords[parts[0].keyword]}
        say = "`{keyword}` belongs to a path, and the file does not say which"
        unit.report.say("P307", say, parts[0], None, words, "Begin the file with a line: path Its name")


def _merged(unit: Unit) -> tuple[Network, Scope]:
    """The networks a path uses, as one."""
    head = unit.head
    used = [found for line in head.all("uses") if (found := _used(unit, line)) is not None] if head else []
    own = [pair for pair in unit.networks if pair not in used]
    pairs = used + own
    scope = Scope()
    wanted = len(list(head.all("uses"))) if head else 0
    if len(used) < wanted or not pairs:
        scope.open()
    for _, other in pairs:
        scope.merge(other)
    if not pairs:
        if head is not None and not wanted and not head.has_doubt:
            say = "the path does not say which network it uses"
            known = unit.library.names("network", unit.path.parent)
            help_ = "Add a line: uses Its network; or write the network in this file"
            if len(known) == 1:
                help_ = "Add a line: uses {network}"
            elif known:
                help_ = "Add a line: uses, and the name of the network: {known}"
            words = {"network": known[0] if known else "", "known": listing(known, "or", most=4)}
            unit.report.say("P103", say, head, None, words, help_)
        return Network(name="", organiser="the organiser", providers={}, services={}, items={}), scope
    first = pairs[0][0]
    if len(pairs) == 1:
        return first, scope
    return (
        Network(
            name=first.name,
            organiser=first.organiser,
            also=first.also,
            professions=tuple(p for n, _ in pairs for p in n.professions),
            called={k: v for n, _ in reversed(pairs) for k, v in n.called.items()},
            providers={k: v for n, _ in reversed(pairs) for k, v in n.providers.items()},
            agreements=tuple(a for n, _ in pairs for a in n.agreements),
            services={k: v for n, _ in reversed(pairs) for k, v in n.services.items()},
            items={k: v for n, _ in reversed(pairs) for k, v in n.items.items()},
            calendars=tuple(c for n, _ in pairs for c in n.calendars),
            events={k: v for n, _ in reversed(pairs) for k, v in n.events.items()},
            sites={k: v for n, _ in reversed(pairs) for k, v in n.sites.items()},
            alliances={k: v for n, _ in reversed(pairs) for k, v in n.alliances.items()},
            packages={k: v for n, _ in reversed(pairs) for k, v in n.packages.items()},
            contact=first.contact,
            labels=first.labels,
            has_all_agreements=all(n.has_all_agreements for n, _ in pairs),
            span=first.span,
        ),
        scope,
    )


def _paths_to_include(unit: Unit) -> list[str]:
    """Names of the paths in the folder, as they are written there, read only when the path includes one."""
    if not any(line.keyword in ("include", "starts") for line in syntax.walk(unit.file.root)):
        return []
    names: list[str] = []
    for name in unit.library.names("path", unit.path.parent):
        file = unit.library.named("path", name, unit.path.parent)
        head = unit.library.file(unit.path.parent / file.name).root.one("path") if file is not None else None
        names.append(label(head) if head is not None else name)
    return names


def _parts(unit: Unit) -> list[syntax.Statement]:
    """The statements of the paths that this one includes, and of those that they include, each once."""
    found: dict[Path, syntax.Statement] = {}
    waiting = [unit.file.root]
    while waiting:
        for line in syntax.walk(waiting.pop()):
            if line.keyword == "include" and not line.is_orphan and isinstance(line.value, syntax.Name):
                file = unit.library.named("path", line.value.text, unit.path.parent)
                if file is not None and file.name != unit.path.name and file not in found:
                    found[file] = unit.library.file(unit.path.parent / file.name).root
                    waiting.append(found[file])
    return list(found.values())


def _includes(unit: Unit) -> None:
    """The programs of the paths that this one includes."""
    if unit.meaning is None:
        return
    for line in syntax.walk(unit.file.root):
        if line.keyword != "include" or line.is_orphan or not isinstance(line.value, syntax.Name):
            continue
        found = unit.library.named("path", line.value.text, unit.path.parent)
        if found is None:
            continue
        file = unit.path.parent / found.name
        if unit.compiler.is_open(file):
            words = {"name": line.value.text}
            say = "`{name}` includes this path in turn, so neither would ever end"
            unit.report.say("P305", say, line, line.value, words, "Take one of the two `include` lines away")
            continue
        if unit.compiler.is_too_deep:
            _too_deep(unit, line, line.value)
            continue
        other = unit.compiler.unit(file)
        unit.used.append(other)
        if other.program is not None:
            unit.included[other.program.path.name] = other.program
            _check_version(unit, line, other.program.path)


def _check_version(unit: Unit, line: Statement, other: model.Path) -> None:
    """The version that an `include` names is the one that is there."""
    meant = line.one("version")
    if meant is None or not isinstance(meant.value, syntax.Text) or meant.value.text == other.version:
        return
    words = {"path": other.name, "meant": meant.value.text, "found": other.version}
    say = "`{path}` is in version {found} here, and version {meant} is meant"
    help_ = "Look at what has changed (pathflow diff), then write: version {found}"
    at = (meant.value.start, meant.value.end)
    unit.report.say("P308", say, meant, at, words, help_, replacement=other.version)


def _program(unit: Unit) -> None:
    """The tables of nodes and edges."""
    if unit.meaning is None:
        return
    missing = [s for s in model.walk(unit.meaning.body) if isinstance(s, model.Include) and s.path not in unit.included]
    missing += [
        s for w in unit.meaning.whenevers for s in model.walk(w.body)
        if isinstance(s, model.Include) and s.path not in unit.included
    ]  # fmt: skip
    if missing:
        unit.is_whole = False
    unit.program = program_of(unit.meaning, _key(unit), calendar_of(unit.meaning.network, DEFAULT_ZONE), unit.included)


def _key(unit: Unit) -> str:
    """A hash of all the sources, without regard to the folder they lie in."""
    digest = hashlib.sha256()
    for one in (unit, *unit.all_used):
        digest.update(os.fsencode(Path(one.file.name).name) + b"\0" + one.library.bytes.get(one.file.name, b"") + b"\0")
    return digest.hexdigest()


def _quotes(unit: Unit) -> None:
    """Names that are cut where they are used are told once."""
    said, unit.told = cut_names(unit.file, [one.file for one in unit.all_used], unit.findings)
    unit.report.findings += said


def _examples(unit: Unit) -> None:
    """What is said with an example is said with the writer's own names."""
    general, own = with_own_names(unit.file, [one.file for one in unit.all_used])
    left = {id(f) for f in unit.told}
    unit.told = [*unit.told, *(f for f in general if id(f) not in left)]
    unit.report.findings += [f for before, f in zip(general, own, strict=True) if id(before) not in left]


PASSES: Final[tuple[Callable[[Unit], None], ...]] = (_networks, _path, _includes, _program, _quotes, _examples)
"""All passes after parsing, in their order."""


class Compiler:
    """Compiles files of one library; a file that several use is compiled once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._units: dict[Path, Unit] = {}
        self._network_units: dict[Path, Unit] = {}
        self._open: list[Path] = []
        self._reading_networks: list[Path] = []

    def begin_again(self) -> None:
        """Keeps networks that are sound, and nothing else: what was wrong may have been wrong only where it was asked from."""
        self._units.clear()
        self._network_units = {key: unit for key, unit in self._network_units.items() if not unit.has_errors}

    def forget(self, file: Path) -> None:
        """Drops the file and all that use it, when its text has changed."""
        changed = file.resolve()
        self._units.clear()
        self._network_units = {
            key: unit for key, unit in self._network_units.items()
            if key != changed and all(one.path.resolve() != changed for one in unit.all_used)
        }  # fmt: skip

    def is_open(self, file: Path) -> bool:
        """Whether the file is being compiled just now, so that using it would be a circle."""
        return file.resolve() in self._open

    @property
    def is_too_deep(self) -> bool:
        """Whether files use each other in a chain longer than anyone could follow."""
        return len(self._open) > CHAIN_MAX

    def is_reading_networks(self, file: Path) -> bool:
        """Whether the networks of the file are being read just now."""
        return file.resolve() in self._reading_networks

    def unit(self, path: Path) -> Unit:
        """The compiled file. Raises: Unreadable."""
        return self._compiled(path, self._units, PASSES)

    def network_unit(self, path: Path) -> Unit:
        """The file as far as its networks. Raises: Unreadable."""
        known = self._units.get(path.resolve())
        return known or self._compiled(path, self._network_units, PASSES[:1])

    def _compiled(self, path: Path, known: dict[Path, Unit], passes: tuple[Callable[[Unit], None], ...]) -> Unit:
        key = path.resolve()
        found = known.get(key)
        if found is not None:
            return found
        file = self.library.file(path)
        unit = Unit(file, path, self.library, self, Report(file.name, file.lost))
        self._open.append(key)
        self._reading_networks.append(key)
        try:
            passes[0](unit)
        finally:
            self._reading_networks.pop()
        try:
            for run in passes[1:]:
                run(unit)
        finally:
            self._open.pop()
        known[key] = unit
        return unit
