"""The whole handbook in one language: which pages there are, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from pathflow.dsl.languages import Code
from pathflow.handbook import pictures
from pathflow.handbook.blocks import Page
from pathflow.handbook.chapters import (
    changes,
    choice,
    client_pages,
    comparison,
    conditions,
    contracts,
    costs,
    cover,
    duties,
    findings,
    handoffs,
    indicators,
    information,
    lists,
    network,
    packages,
    paths,
    plan,
    provider_pages,
    purpose,
    responsibility,
    services,
)  # fmt: skip
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.places import Places
from pathflow.handbook.voice import Voice

Chapter = Callable[[Voice, Edition], Page | None]

CHAPTERS: Final[tuple[Chapter, ...]] = (
    purpose.chapter, network.chapter, packages.chapter, services.chapter, duties.chapter, responsibility.chapter, plan.chapter,
    handoffs.chapter, information.chapter, contracts.chapter, conditions.chapter, choice.chapter, costs.chapter,
    indicators.chapter, findings.chapter, comparison.chapter, changes.chapter, lists.providers, lists.clients,
)  # fmt: skip
"""In the order of the contents."""


class Book(Struct, frozen=True):
    """The pages of a handbook in one language. `chapters` are what the contents list; the others lie under them."""

    code: Code
    title: str
    organisers: str
    cover: Page
    chapters: tuple[Page, ...]
    paths: tuple[Page, ...]
    providers: tuple[Page, ...]
    clients: tuple[Page, ...]

    def pages(self) -> Iterator[Page]:
        """Every page, in reading order."""
        yield self.cover
        yield from self.chapters
        yield from self.paths
        yield from self.providers
        yield from self.clients


def bind(material: Material, edition: Edition, code: Code, places: Places) -> Book:
    """The handbook in one language.

    Args:
        places: of the same material; the same for every language, so that a page has one name in all of them.
    """
    voice = Voice(code, material, places)
    made = [network.chapter(voice, edition, pictures.of_networks(voice)) if one is network.chapter else one(voice, edition)
            for one in CHAPTERS]  # fmt: skip
    chapters = tuple(page for page in made if page is not None)
    of_paths = [
        paths.page(speaker, edition, program, pictures.of_path(speaker, program))
        for program in material.in_order
        for speaker in [voice.on(program.path)]
    ]
    return Book(
        code=code,
        title=cover.title(voice, edition),
        organisers=", ".join(voice.provider(name).text for name in material.organisers),
        cover=cover.page(voice, edition, chapters),
        chapters=chapters,
        paths=tuple(of_paths),
        providers=tuple(
            provider_pages.page(voice, edition, name, pictures.of_provider(voice, name)) for name in material.providers
        ),
        clients=tuple(client_pages.page(voice.on(path), edition, path) for path in material.paths),
    )
