"""The register of services: who may give each, how long its result holds, what it costs, who pays."""

from __future__ import annotations

from pathflow.handbook.blocks import Page, Section
from pathflow.handbook.making import facts, line, prose, section
from pathflow.handbook.material import Edition, each_once, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model
from pathflow.model.network import Service


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "What is offered: how long a result holds, so that nothing is done twice; who gives it, on which paths, and who pays."
    )
    services = [_service(voice, one) for one in voice.material.services.values()]
    empty = section("none", voice.text("Services"), prose(voice.text("No service is named."), "empty"))
    return Page("services", voice.text("Services"), "chapter", tuple(services or [empty]), lead=line(lead))


def _service(voice: Voice, one: Service) -> Section:
    file = one.span.file if one.span is not None else ""
    title = voice.name(one.name, one.labels, file)
    agreed = [a for a in voice.material.agreements if one.name in a.covers]
    paths = [path for path in voice.material.paths if one.name in _given(path)]
    packages = [p for p in voice.material.packages if one.name in (*p.must_have, *p.may_have)]
    made = facts(
        voice,
        ("A result holds for", [voice.length(one.window)]),
        ("It is right to repeat it when", [voice.condition(one.unless)] if one.unless is not None else []),
        ("It makes known", [voice.items(one.makes)]),
        ("Whoever gives it must meet", [voice.quoted(", ".join(one.requires), file)] if one.requires else []),
        ("Act of public authority", [voice.text("Only officials may do this.")] if one.is_official else []),
        ("It takes", [voice.length(one.takes)]),
        ("Price", [voice.price(one.price)]),
        ("Payer", [voice.payers(one.payers)] if one.payers else []),
        ("Code", [one.code or ""]),
        ("On the paths", [voice.listed(voice.path(path) for path in paths)]),
        ("In the packages", [voice.listed(voice.name(p.name, p.labels, file) for p in packages)]),
        ("Agreed with", [voice.listed(voice.provider(name) for name in each_once(a.provider for a in agreed))]),
        ("Sources", [voice.quoted(text, file) for text in one.sources]),
    )
    nothing = prose(voice.text("Only its name is given."), "empty")
    return section(voice.places.service(one.name), title.text, made if made.rows else nothing)


def _given(path: model.Path) -> set[str]:
    return {doing.service for one in statements(path) if isinstance(one, model.Step) for doing in one.does}
