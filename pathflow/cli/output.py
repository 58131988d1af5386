"""Standard output when nobody reads it any more, or when it cannot hold what is written."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import BinaryIO, cast


class Output(TextIOWrapper):
    """Text to a reader who may leave: what comes after that is dropped, so that the exit code is what it would have been."""

    def write(self, text: str, /) -> int:
        """Writes. Raises: OSError where it cannot be written, though somebody would read it."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self.drop()
            return len(text)

    def flush(self) -> None:
        """Writes what is held back. Raises: OSError."""
        try:
            super().flush()
        except BrokenPipeError:
            self.drop()
        except OSError:
            self.drop()  # at the end of the process nobody could catch it
            raise

    def drop(self) -> None:
        """From now on everything goes nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def take_over() -> None:
    """Makes standard output one of these."""
    stream = sys.stdout
    if isinstance(stream, TextIOWrapper):  # pyright: ignore[reportUnnecessaryIsInstance]  # may be replaced or missing
        settings = {"encoding": stream.encoding, "errors": stream.errors, "line_buffering": stream.line_buffering}
        stream.flush()
        sys.stdout = Output(cast("BinaryIO", stream.detach()), **settings)  # type: ignore[arg-type]  # of these three types
