"""Whether a planted defect is found; and where it is not, whether it is a defect at all.

*Found*: `check` says something of the changed files that it does not say of the shipped ones, of a path by itself or of what it
does to a client who is on another shipped path too. Otherwise three things are asked, none of which the rules' proofs have a
part in:

1. Does the compiled path still mean the same? `pathflow diff` is asked. If so, the mutant is equivalent.
2. Does a client come to harm? Random ways are gone through the changed path by people who do everything in time; a finding in
   the client's record, or a broken law of the engine, that the same way through the shipped path does not give, is a witness:
   the mutant was missed.
3. Does its kind have a reason why this one breaks no promise (`reasons`)? If so, it is equivalent, and the reason is printed.

Whatever is left was missed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pathflow.api import _ways, report_of
from pathflow.base.findings import Finding
from pathflow.compare.sides import compare, side_of
from pathflow.compiler.library import Library, Unreadable
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.parse import parse_text
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.replay.exploring import Trouble, _Drawn, troubles_of
from pathflow.rules.registry import prove_pairs, watch_all
from pathflow.rules.together import pairs_of
from pathflow.rules.ways import Ways
from tests.mutants.kinds import KINDS
from tests.mutants.reasons import reason_of
from tests.mutants.source import Mutant, Source

NETWORK = "pirkanmaa.path"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. `state`: found, equivalent, missed. `codes`: by which it was found.

    `is_near`: whether a finding points into the block that was changed. `why`: why it is equivalent, or how it was seen to harm.
    """

    mutant: Mutant
    state: str
    codes: tuple[str, ...] = ()
    is_near: bool = False
    why: str = ""


@dataclass
class Case:
    """What a kind's reason may look at: the shipped programs and the changed ones, by file."""

    mutant: Mutant
    before: dict[str, Program]
    after: dict[str, Program]
    units: list[tuple[Unit, Unit]] = field(default_factory=list)


class Judge:
    """The shipped files, without their scenarios, and what is found when one of them is changed.

    Args:
        ways: how many random ways are gone in search of harm.
    """

    def __init__(self, folder: Path, ways: int = 60, seed: int = 1) -> None:
        self.folder, self.ways, self.seed = folder, ways, seed
        self.texts: dict[str, str] = {}
        self.files = sorted(file.name for file in folder.glob("*.path"))
        network = Compiler(Library(folder)).unit(folder / NETWORK).networks[0][0]
        self.sources = {name: Source(name, (folder / name).read_text("utf-8"), network) for name in self.files}
        self.library = Library(folder)
        for name in self.files:
            self._give(name, self.sources[name].text)
        self.compiler = Compiler(self.library)
        shipped = Compiler(self.library)
        self.shipped = {name: shipped.unit(folder / name) for name in self.files}

    @property
    def paths(self) -> list[str]:
        return [name for name in self.files if name != NETWORK]

    def _give(self, name: str, text: str) -> None:
        self.library.give(self.folder / name, parse_text(name, text), text.encode())

    def clean(self) -> list[Finding]:
        """What is said of the shipped files, without their scenarios."""
        return [finding for unit in self.shipped.values() for finding in report_of(unit).findings]

    def verdict(self, mutant: Mutant) -> Verdict:
        changed = self.folder / mutant.file
        self._give(mutant.file, mutant.text)
        self.compiler.forget(changed)
        try:
            units: list[tuple[Unit, Unit]] = []
            for name in [mutant.file] if mutant.file != NETWORK else self._in_order(mutant):
                unit = self.compiler.unit(self.folder / name)
                findings = report_of(unit).findings
                if findings:
                    near = any(self._is_near(mutant, finding) for finding in findings)
                    return Verdict(mutant, "found", tuple(sorted({f.code for f in findings})), near)
                units.append((self.shipped[name], unit))
            together = self._of_pairs(mutant.file, units[0][1]) if mutant.file != NETWORK else []
            if together:
                near = any(self._is_near(mutant, finding) for finding in together)
                return Verdict(mutant, "found", tuple(sorted({f.code for f in together})), near)
            return self._not_found(mutant, units)
        finally:
            self._give(mutant.file, self.sources[mutant.file].text)
            self.compiler.forget(changed)

    @cached_property
    def _ways(self) -> dict[str, Ways]:
        return {name: ways for name in self.paths if (ways := _ways(self.shipped[name])) is not None}

    @cached_property
    def _known_of_pairs(self) -> set[tuple[str, str]]:
        """What is said of two shipped paths, all of which a line of theirs allows."""
        return {(f.code, f.message) for f in prove_pairs(pairs_of(self._ways.values()))}

    def _of_pairs(self, file: str, unit: Unit) -> list[Finding]:
        """What is said of a changed path only where a client is on another shipped one too."""
        changed = _ways(unit)
        if changed is None:
            return []
        pairs = pairs_of([*(ways for name, ways in self._ways.items() if name != file), changed])
        mine = [pair for pair in pairs if changed.program in (pair.one.program, pair.other.program)]
        return [f for f in prove_pairs(mine) if (f.code, f.message) not in self._known_of_pairs]

    def _in_order(self, mutant: Mutant) -> list[str]:
        """The paths; those first that name what was changed."""
        name = mutant.text.split("\n")[mutant.first - 1].strip().partition(" ")[2]
        return sorted(self.paths, key=lambda path: name not in self.sources[path].text)

    def _is_near(self, mutant: Mutant, finding: Finding) -> bool:
        spans = [finding.span, *(related.span for related in finding.related)]
        return any(s is not None and Path(s.file).name == mutant.file and mutant.first <= s.line <= mutant.last for s in spans)

    def _not_found(self, mutant: Mutant, units: list[tuple[Unit, Unit]]) -> Verdict:
        differing = [(old, new) for old, new in units if _differ(old, new)]
        if not differing:
            return Verdict(mutant, "equivalent", why="the compiled path means the same")
        programs = [(o.program, n.program) for o, n in differing if o.program is not None and n.program is not None]
        for old, new in programs if self.ways else ():
            harm = self._harm(old, new, self.ways if len(programs) == 1 else max(5, self.ways // 5))
            if harm is not None:
                return Verdict(mutant, "missed", why=f"{harm.kind} in a record: {harm.message}")
        why = reason_of(mutant, [old for old, _ in programs], [new for _, new in programs])
        return Verdict(mutant, "equivalent" if why else "missed", why=why or "")

    def _harm(self, old: Program, new: Program, ways: int) -> Trouble | None:
        """A way through the changed path on which something is wrong that is right on the same way through the shipped one."""
        before, after = self._machine(old), Machine([new], watch_all)
        for number in range(ways):
            scenario = _Drawn(new, random.Random(f"{self.seed}:{number}"), False).scenario()
            troubles = troubles_of(after, new, scenario)
            if not troubles:
                continue
            known = {_plain(t) for t in troubles_of(before, old, scenario)}
            for trouble in troubles:
                if _plain(trouble) not in known:
                    return trouble
        return None

    @cached_property
    def _machines(self) -> dict[int, Machine]:
        return {}

    def _machine(self, program: Program) -> Machine:
        return self._machines.setdefault(id(program), Machine([program], watch_all))


def _plain(trouble: Trouble) -> tuple[str, str]:
    """The trouble without its lengths of time, which may differ by what was changed."""
    return trouble.kind, re.sub(r"\d+", "", trouble.message)


def _differ(old: Unit, new: Unit) -> bool:
    try:
        return bool(compare(side_of("old", [old]), side_of("new", [new])).changes)
    except Unreadable:
        return True


def planted(judge: Judge, most: int, seed: int, only: str | None = None, path: str | None = None) -> Iterator[Mutant]:
    """The mutants: so many at most of each kind and file, drawn by chance."""
    for name, source in judge.sources.items():
        if path is not None and path not in name:
            continue
        for kind in KINDS.values():
            if (kind.on == "network") is not (name == NETWORK) or (only is not None and only != kind.name):
                continue
            mutants = list({mutant.text: mutant for mutant in kind.mutants(source)}.values())
            chance = random.Random(f"{seed}:{name}:{kind.name}")
            drawn = sorted(chance.sample(range(len(mutants)), min(most, len(mutants)))) if most else range(len(mutants))
            yield from (mutants[n] for n in drawn)


def sample(judge: Judge, kind: str, most: int, seed: int = 1) -> list[Mutant]:
    """A few mutants of a kind, from as many files as there are."""
    chance = random.Random(f"{seed}:{kind}")
    names = [NETWORK] if KINDS[kind].on == "network" else chance.sample(judge.paths, len(judge.paths))
    found: list[Mutant] = []
    for name in names:
        mutants = list({mutant.text: mutant for mutant in KINDS[kind].mutants(judge.sources[name])}.values())
        found += chance.sample(mutants, min(len(mutants), 1 if len(names) > 1 else most))
        if len(found) >= most:
            break
    return found
