"""What a handbook is made from: compiled paths and networks, what is found on them, what changed, and how it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.names import fold
from pathflow.compare.changes import Comparison
from pathflow.compare.revisions import Commit
from pathflow.dsl.languages import Code
from pathflow.engine.program import Program
from pathflow.handbook.responsibility import Share, shares
from pathflow.model import path as model
from pathflow.model.network import Agreement, Network, Package, Provider, Service
from pathflow.rules.allowing import Allowed
from pathflow.rules.ways import Ways


class Edition(Struct, frozen=True):
    """How the handbook is published.

    `day`: the date that it bears. `revision`: of git, in short. `title`: of the whole, where somebody gave one. `issues`: the
    address at which comments are written. `comparison`: with what `--against` named.
    """

    day: date
    revision: str = ""
    title: str = ""
    issues: str = ""
    comparison: Comparison | None = None
    history: tuple[Commit, ...] = ()


class Material(Struct, frozen=True, dict=True):
    """Paths and networks with what was found on them.

    `broken`: files that cannot be read as meant, and are left out. `languages`: in which language each file is written.
    """

    programs: tuple[Program, ...]
    networks: tuple[Network, ...]
    findings: tuple[Finding, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    broken: tuple[str, ...] = ()
    languages: Mapping[str, Code] = {}

    @cached_property
    def paths(self) -> tuple[model.Path, ...]:
        """What the paths mean, by name."""
        return tuple(program.path for program in self.in_order)

    @cached_property
    def in_order(self) -> tuple[Program, ...]:
        """The paths by name, then version."""
        return tuple(sorted(self.programs, key=lambda program: (fold(program.path.name), program.path.version)))

    @cached_property
    def ways(self) -> dict[str, Ways]:
        """What is so on the ways through each path, by its key."""
        return {program.key: Ways(program) for program in self.programs}

    @cached_property
    def shares(self) -> dict[str, list[Share]]:
        """Who has which part in the steps of each path, by its key."""
        return {program.key: shares(program, self.ways[program.key]) for program in self.programs}

    @cached_property
    def parts(self) -> dict[str, frozenset[str]]:
        """The providers that have a part on each path, by its key."""
        return {program.key: named_on(program.path) for program in self.programs}

    @cached_property
    def all_networks(self) -> tuple[Network, ...]:
        """The networks that the files hold and those that paths use, each once by name."""
        found = {fold(network.name): network for network in (*self.networks, *(path.network for path in self.paths))}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """Every provider, by name."""
        found = {name: one for network in self.all_networks for name, one in network.providers.items()}
        return dict(sorted(found.items(), key=lambda pair: fold(pair[0])))

    @cached_property
    def services(self) -> dict[str, Service]:
        """Every service, by name."""
        found = {name: one for network in self.all_networks for name, one in network.services.items()}
        return dict(sorted(found.items(), key=lambda pair: fold(pair[0])))

    @cached_property
    def agreements(self) -> tuple[Agreement, ...]:
        """Every agreement, by name."""
        found = {(a.name, a.provider): a for network in self.all_networks for a in network.agreements}
        return tuple(sorted(found.values(), key=lambda agreement: (fold(agreement.name), fold(agreement.provider))))

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """Every package, by name."""
        found = {package.name: package for network in self.all_networks for package in network.packages.values()}
        return tuple(sorted(found.values(), key=lambda package: fold(package.name)))

    @cached_property
    def organisers(self) -> tuple[str, ...]:
        """Who is legally responsible for the services as a whole."""
        return tuple(dict.fromkeys(name for network in self.all_networks for name in network.organisers))

    def path_named(self, name: str) -> model.Path | None:
        """The path of a name; the last version of it."""
        return next((path for path in reversed(self.paths) if fold(path.name) == fold(name)), None)


def bodies(path: model.Path) -> Iterator[tuple[model.Statement, ...]]:
    """The main way, and what is done whenever something happens."""
    yield path.body
    yield from (whenever.body for whenever in path.whenevers)


def statements(path: model.Path) -> Iterator[model.Statement]:
    """Every statement of a path, in reading order."""
    for body in bodies(path):
        yield from model.walk(body)


def named_on(path: model.Path) -> frozenset[str]:
    """The providers that have a part on a path by name."""
    found = {path.responsible, path.accountable}
    for one in statements(path):
        for field in ("by", "ordered_by", "sender", "receiver", "guided_by", "plan_to", "plan_with"):
            actor = getattr(one, field, None)
            if isinstance(actor, model.Actor) and actor.party.kind == "provider":
                found.add(actor.party.name)
        back = getattr(one, "fallback", None)
        if isinstance(back, model.Fallback) and back.party.kind == "provider":
            found.add(back.party.name)
        found |= set(one.options) if isinstance(one, model.Choice) else set()
    return frozenset(found)


def each_once(things: Iterable[str]) -> tuple[str, ...]:
    """In order, without those that came before."""
    return tuple(dict.fromkeys(things))
