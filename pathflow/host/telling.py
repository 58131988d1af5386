"""What operators see: log lines and spans, in which no client, no name and no value ever stands."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

LOG: Final = logging.getLogger("pathflow")
"""Each line has a short message and its figures in `extra`, under keys that begin with `pathflow_`."""


def tell(level: int, what: str, **figures: int | str) -> None:
    """One line of the log."""
    if LOG.isEnabledFor(level):
        LOG.log(level, what, extra={f"pathflow_{name}": value for name, value in figures.items()})


@contextmanager
def span(name: str, **figures: int | str) -> Generator[None]:
    """A span of OpenTelemetry, where its package is installed; otherwise nothing."""
    tracer = _tracer()
    if tracer is None:
        yield
        return
    with tracer.start_as_current_span(f"pathflow.{name}", attributes={f"pathflow.{key}": v for key, v in figures.items()}):
        yield


@cache
def _tracer() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("pathflow")
