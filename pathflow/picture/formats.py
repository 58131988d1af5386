"""The picture in other formats, by resvg and Typst: without a browser and without system libraries."""

from __future__ import annotations

from pathflow.base.errors import PathflowError
from pathflow.picture.faces import FAMILY, files


def png(svg: str, scale: float) -> bytes:
    """SVG to PNG; `scale`: pixels of the image for one of the picture."""
    try:
        import resvg_py
    except ImportError as missing:
        raise PathflowError('pictures need packages that are not installed: pip install "pathflow-lang[pictures]"') from missing
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=scale, font_files=[str(file) for file in files()], skip_system_fonts=True,
            sans_serif_family=FAMILY, font_family=FAMILY,
        )
    )  # fmt: skip


def pdf(svg: str, title: str, language: str) -> bytes:
    """SVG to PDF, on one page of its size; text stays text."""
    try:
        import typst
    except ImportError as missing:
        raise PathflowError('pictures need packages that are not installed: pip install "pathflow-lang[pictures]"') from missing
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "picture.svg").write_text(svg, encoding="utf-8")
        page = Path(folder) / "picture.typ"
        page.write_text(
            f'#set document(title: "{_quoted(title)}")\n#set text(lang: "{language}")\n'
            "#set page(width: auto, height: auto, margin: 8pt)\n"
            f'#image("picture.svg", alt: "{_quoted(title)}")\n',
            encoding="utf-8",
        )
        return bytes(typst.compile(str(page), font_paths=[str(files()[0].parent)]))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
