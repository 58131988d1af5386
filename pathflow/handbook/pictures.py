"""Pictures of paths, of a provider's part and of the network, where the room that draws them is there; else none."""

from __future__ import annotations

from pathflow.engine.program import Program
from pathflow.handbook.blocks import Picture
from pathflow.handbook.voice import Voice


def of_path(voice: Voice, program: Program) -> tuple[Picture, ...]:
    """The whole path."""
    return ()


def of_networks(voice: Voice) -> tuple[Picture, ...]:
    """Who hands over to whom, by sector."""
    return ()
