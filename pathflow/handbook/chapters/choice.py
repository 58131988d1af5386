"""Choice and the rights of clients: where the client chooses, who guides, what rests on consent, what can be declined."""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.handbook.blocks import Block, Page
from pathflow.handbook.making import Row, Some, cell, line, listing, prose, section, table, table_or
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "Where the client may choose a provider, guidance is a duty, and every promise holds for every "
        "provider that may be chosen."
    )
    choices = [row for path in voice.material.paths for row in choice_rows(voice.on(path), path, with_path=True)]
    columns = ("Path", *CHOICE)
    made = table(voice, voice.text("Choices of the client"), columns, choices)
    vouchers = [one for one in voice.material.agreements if one.mode == "voucher"]
    voucher = table(
        voice,
        voice.text("Services given for a voucher"),
        ("Agreement", "Provider", "Covers", "Source"),
        [
            (
                voice.quoted(a.name),
                voice.provider(a.provider),
                voice.listed(voice.service(s) for s in a.covers if s != "everything"),
                cell(*(voice.quoted(t) for t in a.sources)),
            )
            for a in vouchers
        ],
    )
    sections = (
        section(
            "choices",
            voice.text("What the client chooses"),
            table_or(choices, made, voice.text("The client chooses no provider on these paths.")),
        ),
        section("consents", voice.text("What rests on the client's consent"), _consents(voice)),
        section(
            "vouchers", voice.text("Vouchers"), table_or(vouchers, voucher, voice.text("No service is given for a voucher."))
        ),
        section("rights", voice.text("Rights that hold on every path"), listing(rights(voice))),
    )
    return Page("choice", voice.text("Choice, guidance and client rights"), "chapter", sections, lead=line(lead))


CHOICE = ("Choice", "Options", "Who guides", "Target", "At most", "Without a choice", "Source")


def choice_rows(voice: Voice, path: model.Path, *, with_path: bool = False) -> Iterator[Row]:
    """The choices of one path."""
    for one in statements(path):
        if isinstance(one, model.Choice):
            options = [_option(voice, name) for name in one.options]
            row = (
                voice.step(one.name),
                cell(*options),
                voice.actor(one.guided_by) if one.guided_by is not None else voice.text("nobody is named"),
                voice.length(one.limit.target) if one.limit is not None else "",
                voice.length(one.limit.at_most) if one.limit is not None else "",
                voice.provider(one.default) if one.default else "",
                cell(*(voice.quoted(text) for text in one.sources)),
            )
            yield (voice.path(path), *row) if with_path else row


def _option(voice: Voice, name: str) -> Some:
    provider = voice.material.providers.get(name)
    sector = (voice.sector(provider.sector),) if provider is not None else ()
    return voice.listed([voice.provider(name), *sector], " ")


def _consents(voice: Voice) -> Block:
    rows = []
    for path in voice.material.paths:
        speaker = voice.on(path)
        for one in statements(path):
            own = getattr(one, "basis", None)
            if own is not None and own.consent is not None:
                carried = cell(*(speaker.item(name) for name in getattr(one, "carries", ())))
                rows.append((speaker.path(path), speaker.step(getattr(one, "name", "")), speaker.item(own.consent), carried))
    made = table(
        voice, voice.text("Nothing goes along without the client's yes"), ("Path", "Step", "Consent", "Goes along"), rows
    )
    return table_or(rows, made, voice.text("Nothing on these paths rests on a consent alone."))


def rights(voice: Voice) -> list[str]:
    """What holds for every client by the meaning of a path."""
    return [
        voice.text("Somebody is always accountable for the client, also while the client waits."),
        voice.text("The client has one plan, and one owner of it."),
        voice.text("The client may refuse; the path then ends, and refusing is no failure."),
        voice.text("What is not known is asked, and never taken for a no."),
        voice.text("A result that still holds is used, and the examination is not repeated for nothing."),
    ]


def no_choice(voice: Voice) -> Block:
    """That a path has no choice of provider."""
    return prose(voice.text("The client chooses no provider on this path."), "empty")
