"""The versions of paths that a store keeps: each by the hash of its sources, with all that it can be compiled from again."""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.base.instants import Instant
from pathflow.compiler.bundle import program_of_bundle
from pathflow.engine.program import Program
from pathflow.store.port import Definition, Store


def publish(store: Store, paths: Iterable[tuple[Program, str]], at: Instant) -> None:
    """From `at` on each of these is the newest of its name. What the newest is already is left as it is.

    Args:
        paths: each with its bundle.
    """
    newest = {one.name: one.key for one in store.definitions()}
    new = [
        Definition(program.key, program.path.name, at, bundle)
        for program, bundle in paths
        if newest.get(program.path.name) != program.key
    ]
    if new:
        store.publish(new)


def versions_of(store: Store) -> tuple[list[Program], list[tuple[Instant, str]]]:
    """Every version that the store has, and when which became the newest of its name.

    All of them are compiled from what the store has, so that every worker finds the same, to the letter.

    Raises: PathflowError for a version that can no longer be compiled as it was.
    """
    found = store.definitions()
    bodies = {one.key: one.body for one in found}
    return [program_of_bundle(body, key) for key, body in bodies.items()], [(one.published, one.key) for one in found]
