"""The picture of a path beside its text. It is drawn in the other process."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pathflow.base.errors import PathflowError
from pathflow.base.findings import Finding
from pathflow.dsl.languages import Code
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.locale import spoken


class Drawn(Struct, frozen=True):
    """A picture as SVG, whose steps carry the line on which they are written; or why there is none."""

    svg: str | None = None
    message: str | None = None


def picture(view: View, kind: str, code: Code, findings: Iterable[Finding] = ()) -> Drawn:
    """The picture of a file's path.

    Args:
        kind: `overview`, `lying`, both with a space between them, or nothing for the whole path upright.
        findings: what stands at its steps.
    """
    program = view.program
    if program is None:
        return Drawn(message=said("There is no path here to draw", code))
    try:
        from pathflow.picture import Look, picture_svg
        from pathflow.picture.views import overview
        from pathflow.picture.voice import Voice

        words = kind.split()
        shown = overview(program, Voice(program, code)) if "overview" in words else None
        return Drawn(svg=picture_svg(program, findings, Look(code, is_lying="lying" in words), shown))
    except PathflowError as wrong:
        return Drawn(message=spoken(wrong.said, code))
    except Exception:  # noqa: BLE001  # a path that is half written may be one that nobody can draw
        return Drawn(message=said("The path cannot be drawn as it is now", code))
