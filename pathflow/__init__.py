"""pathflow: chains of health and social care as steps, responsible providers and handoffs; checked, drawn and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "CareEngine",
    "CheckReport",
    "CompiledPath",
    "Finding",
    "PathError",
    "Refusal",
    "__version__",
    "check",
    "explain",
    "format_text",
    "load",
    "open_engine",
    "run",
    "run_tests",
]

if TYPE_CHECKING:
    from pathflow.api import (
        CheckReport,
        CompiledPath,
        PathError,
        check,
        explain,
        format_text,
        load,
        open_engine,
        run,
        run_tests,
    )
    from pathflow.base.findings import Finding
    from pathflow.engine.facts import Refusal
    from pathflow.host.live import CareEngine


def __getattr__(name: str) -> object:
    """The public names, imported when first asked for: `import pathflow` alone costs nothing."""
    if name == "Finding":
        from pathflow.base.findings import Finding

        return Finding
    if name == "Refusal":
        from pathflow.engine.facts import Refusal

        return Refusal
    if name == "CareEngine":
        from pathflow.host.live import CareEngine

        return CareEngine
    if name in __all__:
        from pathflow import api

        return getattr(api, name)
    raise AttributeError(f"module 'pathflow' has no attribute {name!r}")
