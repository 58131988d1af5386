"""Who is responsible on which path: the matrix in short, and for each path the whole of it."""

from __future__ import annotations

from pathflow.engine.program import Program
from pathflow.handbook.blocks import Block, Cell, Facts, Inline, Page, Section, Table, Text
from pathflow.handbook.making import cell, line, prose, section
from pathflow.handbook.material import Edition
from pathflow.handbook.responsibility import CLIENT, Share, providers_of
from pathflow.handbook.voice import Voice

LETTERS_MEAN = {
    "R": "Responsible: does the step, or hands the client over.",
    "A": "Accountable: holds the client while it is done.",
    "C": "Consulted: is asked for advice.",
    "I": "Informed: gets what was found out, or what goes along.",
}


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "For every step: who does it, who holds the client meanwhile, who is asked, who is told. Worked "
        "out from the paths, not written by hand."
    )
    parts = [_of_path(voice.on(program.path), program) for program in voice.material.in_order]
    return Page(
        "responsibility",
        voice.text("Responsibility matrix"),
        "chapter",
        (section("letters", voice.text("What the letters mean"), legend(voice)), *parts),
        lead=line(lead),
    )


def legend(voice: Voice) -> Facts:
    """What the letters mean."""
    rows = tuple((letter, ((Text(voice.text(meaning)),),)) for letter, meaning in LETTERS_MEAN.items())
    many = (
        voice.text("In brackets"),
        ((Text(voice.text("One of several: it depends on the client's choice or on the way.")),),),
    )
    return Facts((*rows, many))


def _of_path(voice: Voice, program: Program) -> Section:
    path = program.path
    return section(voice.places.path(path), voice.path(path).text, matrix(voice, program))


def matrix(voice: Voice, program: Program) -> Block:
    """The matrix of one path."""
    found = voice.material.shares[program.key]
    names = providers_of(found)
    if not found:
        return prose(voice.text("Nobody does anything on this path."), "empty")
    columns = (voice.text("Step"), *(_called(voice, name).text for name in names))
    rows = tuple((cell(voice.step(share.name)), *(_letters(voice, share, name) for name in names)) for share in found)
    return Table(voice.text("Who has which part in each step"), columns, rows, "matrix")


def _called(voice: Voice, name: str) -> Inline:
    return Text(voice.text("Client")) if name == CLIENT else voice.provider(name)


def _letters(voice: Voice, share: Share, name: str) -> Cell:
    letters = [f"({letter})" if is_one_of_several else letter for letter, is_one_of_several in share.parts.get(name, ())]
    return cell(line(Text(" ".join(letters), mark="strong")) if letters else "")
