"""Reports as JSON: what `check` and `run` print, and others build on. Its schema: schema/report.schema.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pathflow.base.findings import Finding


def counts(findings: Iterable[Finding]) -> dict[str, Any]:
    """How many of each level, family and code."""
    listed = list(findings)
    levels = Counter(f.level for f in listed)
    return {
        "findings": len(listed),
        "errors": levels["error"],
        "warnings": levels["warning"],
        "infos": levels["info"],
        "by_family": dict(sorted(Counter(f.family for f in listed).items())),
        "by_code": dict(sorted(Counter(f.code for f in listed).items())),
    }


def as_json(document: dict[str, Any] | list[dict[str, Any]]) -> str:
    """The document as JSON text, one line's end at its end."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
