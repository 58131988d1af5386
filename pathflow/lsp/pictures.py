"""The picture of a path beside its text."""

from __future__ import annotations

import importlib
from typing import Any

from pathflow.dsl.languages import Code
from pathflow.ide.view import View
from pathflow.ide.words import said


def picture(view: View | None, kind: str, code: Code) -> dict[str, Any]:
    """The picture as SVG, whose steps carry the line on which they are written; or why there is none."""
    if view is None or view.program is None:
        return {"svg": None, "message": said("There is no path here to draw", code)}
    try:
        draw = importlib.import_module("pathflow.picture").picture_svg
    except ImportError:
        return {"svg": None, "message": said("This version of pathflow draws no pictures", code)}
    return {"svg": draw(view.program), "message": None}
