"""All kinds of defect: those of paths (`care`) and those of the network that they share (`network`)."""

from __future__ import annotations

from tests.mutants import care, network
from tests.mutants.kind import KINDS, Kind

__all__ = ["KINDS", "Kind", "care", "network"]
