"""pathflow: chains of health and social care as steps, responsible providers and handoffs; checked, drawn and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "AsyncDesk",
    "AsyncService",
    "CareEngine",
    "CareService",
    "Change",
    "CheckReport",
    "ClientState",
    "Comparison",
    "CompiledPath",
    "Desk",
    "Duty",
    "Enrolment",
    "Fact",
    "Finding",
    "LogError",
    "Notice",
    "Outcome",
    "Page",
    "PathError",
    "PathflowError",
    "Picture",
    "Place",
    "Plan",
    "Record",
    "Refusal",
    "Run",
    "Shift",
    "StoreError",
    "Unreadable",
    "View",
    "Webhook",
    "Workspace",
    "__version__",
    "check",
    "check_text",
    "decode_fact",
    "diff",
    "draw",
    "encode_fact",
    "explain",
    "format_text",
    "instant",
    "load",
    "moment",
    "network_map",
    "open_engine",
    "open_service",
    "open_store",
    "run",
    "run_tests",
    "spoken",
    "stories",
    "stories_of_pairs",
    "view_of",
    "view_of_client",
]

if TYPE_CHECKING:
    from pathflow.api import (
        CheckReport,
        CompiledPath,
        PathError,
        Unreadable,
        check,
        check_text,
        diff,
        explain,
        format_text,
        instant,
        load,
        moment,
        open_engine,
        open_service,
        open_store,
        run,
        run_tests,
        spoken,
        stories,
        stories_of_pairs,
    )
    from pathflow.base.errors import PathflowError
    from pathflow.base.findings import Finding
    from pathflow.compare.changes import Change, Comparison, Shift
    from pathflow.engine.codec import decode_fact, encode_fact
    from pathflow.engine.duties import Duty
    from pathflow.engine.facts import Fact, Refusal
    from pathflow.engine.record import Enrolment, Record
    from pathflow.host.aio import AsyncDesk, AsyncService
    from pathflow.host.desk import Desk, Page, Plan
    from pathflow.host.live import CareEngine
    from pathflow.host.outbox import Webhook
    from pathflow.host.service import CareService
    from pathflow.pictures import Picture, View, draw, network_map, view_of, view_of_client
    from pathflow.replay.log import LogError
    from pathflow.replay.run import ClientState, Place, Run
    from pathflow.replay.scenario import Outcome
    from pathflow.store.port import Notice, StoreError
    from pathflow.workspace import Workspace
else:
    _ELSEWHERE = {
        "pathflow.base.errors": ("PathflowError",),
        "pathflow.base.findings": ("Finding",),
        "pathflow.compare.changes": ("Change", "Comparison", "Shift"),
        "pathflow.engine.codec": ("decode_fact", "encode_fact"),
        "pathflow.engine.duties": ("Duty",),
        "pathflow.engine.facts": ("Fact", "Refusal"),
        "pathflow.engine.record": ("Enrolment", "Record"),
        "pathflow.host.aio": ("AsyncDesk", "AsyncService"),
        "pathflow.host.desk": ("Desk", "Page", "Plan"),
        "pathflow.host.live": ("CareEngine",),
        "pathflow.host.outbox": ("Webhook",),
        "pathflow.host.service": ("CareService",),
        "pathflow.pictures": ("Picture", "View", "draw", "network_map", "view_of", "view_of_client"),
        "pathflow.replay.log": ("LogError",),
        "pathflow.replay.run": ("ClientState", "Place", "Run"),
        "pathflow.replay.scenario": ("Outcome",),
        "pathflow.store.port": ("Notice", "StoreError"),
        "pathflow.workspace": ("Workspace",),
    }
    """The public names that do not stand in `pathflow.api`, by module."""

    def __getattr__(name):
        """The public names, imported when first asked for: `import pathflow` alone costs nothing."""
        if name not in __all__:
            raise AttributeError(f"module 'pathflow' has no attribute {name!r}")
        from importlib import import_module

        module = next((module for module, names in _ELSEWHERE.items() if name in names), "pathflow.api")
        return getattr(import_module(module), name)

    def __dir__():
        return sorted(__all__)
