"""Where everything is: the names of the pages' files and of the places on them, the same in every language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from pathflow.base.names import fold
from pathflow.handbook.material import Material, statements
from pathflow.model import path as model

_LONGEST: Final = 60
"""Units: letters of a name that go into the name of a file."""


def slug(name: str) -> str:
    """A name as a part of an address: plain letters and hyphens; empty where it has no letter that can be so written."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" if not unicodedata.combining(letter) else ""
                   for letter in plain)  # fmt: skip
    return "-".join(part for part in kept.split("-") if part)[:_LONGEST].strip("-")


def slugs(names: Iterable[str], prefix: str) -> dict[str, str]:
    """An address for each name; two names never get the same one."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name in found:
            continue
        wanted = f"{prefix}-{slug(name)}".strip("-")
        free, number = wanted, 1
        while free in taken:
            number += 1
            free = f"{wanted}-{number}"
        taken.add(free)
        found[name] = free
    return found


class Places:
    """Where each path, provider, service and step is told of."""

    def __init__(self, material: Material) -> None:
        self._providers = slugs((fold(name) for name in material.providers), "provider")
        self._services = slugs((fold(name) for name in material.services), "service")
        names = [fold(path.name) for path in material.paths]
        called = {_key(path): fold(path.name) if names.count(fold(path.name)) == 1 else _key(path) for path in material.paths}
        addresses = slugs(called.values(), "path")
        self._paths = {key: addresses[name] for key, name in called.items()}
        self._clients = {key: "client" + address.removeprefix("path") for key, address in self._paths.items()}
        self._steps = {_key(path): slugs(_named(path), "s") for path in material.paths}

    def provider(self, name: str) -> str:
        """The page of a provider; empty where there is none."""
        return self._providers.get(fold(name), "")

    def service(self, name: str) -> str:
        """The place of a service on the page of services; empty where there is none."""
        return self._services.get(fold(name), "")

    def path(self, path: model.Path) -> str:
        """The page of a path."""
        return self._paths.get(_key(path), "")

    def client(self, path: model.Path) -> str:
        """The plain page of a path."""
        return self._clients.get(_key(path), "")

    def step(self, path: model.Path, name: str) -> str:
        """The place of a step on its path's page; empty where there is none."""
        return self._steps.get(_key(path), {}).get(fold(name), "")


def _key(path: model.Path) -> str:
    return f"{fold(path.name)} {path.version}"


def _named(path: model.Path) -> list[str]:
    kinds = model.Step | model.Handoff | model.Consultation | model.Choice | model.End
    return [fold(one.name) for one in statements(path) if isinstance(one, kinds) and one.name]
