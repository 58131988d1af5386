"""pathflow: chains of health and social care as steps, responsible providers and handoffs; checked, drawn and run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

__all__ = [
    "CareEngine",
    "CheckReport",
    "CompiledPath",
    "Fact",
    "Finding",
    "PathError",
    "Refusal",
    "Unreadable",
    "__version__",
    "check",
    "check_text",
    "explain",
    "format_text",
    "instant",
    "load",
    "moment",
    "open_engine",
    "run",
    "run_tests",
]

if TYPE_CHECKING:
    from pathflow.api import (
        CheckReport,
        CompiledPath,
        PathError,
        Unreadable,
        check,
        check_text,
        explain,
        format_text,
        instant,
        load,
        moment,
        open_engine,
        run,
        run_tests,
    )
    from pathflow.base.findings import Finding
    from pathflow.engine.facts import Fact, Refusal
    from pathflow.host.live import CareEngine

_ELSEWHERE: Final = {
    "CareEngine": "pathflow.host.live",
    "Fact": "pathflow.engine.facts",
    "Finding": "pathflow.base.findings",
    "Refusal": "pathflow.engine.facts",
}
"""The public names that do not stand in `pathflow.api`."""


def __getattr__(name: str) -> object:
    """The public names, imported when first asked for: `import pathflow` alone costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'pathflow' has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "pathflow.api")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
