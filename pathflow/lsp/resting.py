"""When memory is cleared: in the pause after a check, and never while an editor waits for an answer.

The trees of a folder's files are some hundred thousand objects, and to look through all of them takes 0.1 to 0.3 s. They are
set aside ("frozen") once they are there, and looked through again from time to time.
"""

from __future__ import annotations

import gc
from typing import Final

WHOLE_EVERY: Final = 100
"""After how many pauses all is looked through."""


class Resting:
    """Counts the pauses."""

    def __init__(self) -> None:
        self._pauses = 0

    def begin(self) -> None:
        """From now on only young objects are looked through unasked."""
        gc.set_threshold(200_000, 50, 100_000)

    def pause(self) -> None:
        """Nobody waits just now."""
        if self._pauses % WHOLE_EVERY == 0:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        else:
            gc.collect(1)
        self._pauses += 1
