"""The typeface: how wide a text is, how it is broken into lines, and the part of it that a picture carries along.

Source Sans (SIL Open Font License), from the package font-source-sans-pro: narrow enough for Finnish words, clear in print.
A picture that is measured with the face it is shown in has no text that leaves its box.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from pathflow.base.errors import PathflowError

Weight = Literal["regular", "semibold"]

FAMILY: Final = "Source Sans Pro"
_FILES: Final[Mapping[Weight, str]] = {"regular": "SourceSansPro-Regular.ttf", "semibold": "SourceSansPro-Semibold.ttf"}
_NUMBERS: Final[Mapping[Weight, int]] = {"regular": 400, "semibold": 600}
_UNKNOWN: Final = 1.0
"""How wide a sign is taken to be that the face does not have. Units: of the size."""
_VOWELS: Final = frozenset("aeiouyåäöAEIOUYÅÄÖ")


def files() -> list[Path]:
    """Where the two weights lie. Raises: PathflowError where the package is not installed."""
    try:
        import font_source_sans_pro
    except ImportError as missing:
        raise PathflowError('pictures need packages that are not installed: pip install "pathflow-lang[pictures]"') from missing
    folder = Path(str(font_source_sans_pro.__file__)).parent / "files"
    return [folder / name for name in _FILES.values()]


def _font(weight: Weight) -> Any:
    """A weight, opened; whoever asks closes it."""
    try:
        from fontTools.ttLib import TTFont
    except ImportError as missing:
        raise PathflowError('pictures need packages that are not installed: pip install "pathflow-lang[pictures]"') from missing
    return TTFont(files()[list(_FILES).index(weight)], lazy=True, recalcTimestamp=False)


@lru_cache(maxsize=2)
def _advances(weight: Weight) -> dict[str, float]:
    with closing(_font(weight)) as font:
        metrics, size = font["hmtx"], font["head"].unitsPerEm
        return {chr(code): metrics[glyph][0] / size for code, glyph in font.getBestCmap().items()}


def width(text: str, size: float, weight: Weight = "regular") -> float:
    """How wide a line is. Units: those of `size`."""
    known = _advances(weight)
    return size * sum(known.get(sign, _UNKNOWN) for sign in text)


def wrapped(text: str, size: float, room: float, weight: Weight = "regular", most: int = 0) -> list[str]:
    """A text in lines that fit in the room; with `most`, the last line ends in … where there would be more.

    A word that is wider than the room is parted before a consonant and a vowel, as Finnish parts its words, else anywhere.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, weight) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, weight) > room and len(line) > 1:
            head, line = _parted(line, size, room, weight)
            lines.append(head)
    if line:
        lines.append(line)
    if most and len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join([lines[most - 1], lines[most]]), size, room, weight, is_cut=True)]
    return lines


def cut(text: str, size: float, room: float, weight: Weight = "regular", is_cut: bool = False) -> str:
    """A text on one line, with … where it does not fit."""
    if not is_cut and width(text, size, weight) <= room:
        return text
    while text and width(text + "…", size, weight) > room:
        text = text[:-1]
    return text.rstrip(" ,;·") + "…"


def _parted(word: str, size: float, room: float, weight: Weight) -> tuple[str, str]:
    """(what fits, with a hyphen; the rest)"""
    fits = 1
    while fits < len(word) - 1 and width(word[: fits + 1] + "-", size, weight) <= room:
        fits += 1
    for at in range(fits, max(2, fits - 7), -1):
        if word[at - 1] in "-–/":
            return word[:at], word[at:]
        if at + 1 < len(word) and word[at] not in _VOWELS and word[at + 1] in _VOWELS and word[at].isalpha():
            return word[:at] + "-", word[at:]
    return word[:fits] + "-", word[fits:]


def embedded(texts: Iterable[tuple[str, Weight]], name: str) -> str:
    """CSS that carries along the signs of these texts under a name: the picture looks the same on every machine."""
    signs: dict[Weight, set[str]] = {weight: set() for weight in _FILES}
    for text, weight in texts:
        signs[weight].update(text)
    return "".join(
        f"@font-face{{font-family:'{name}';font-weight:{_NUMBERS[weight]};src:{_source(weight, frozenset(some))}}}"
        for weight, some in signs.items()
        if some
    )


@lru_cache(maxsize=64)
def _source(weight: Weight, signs: frozenset[str]) -> str:
    from fontTools.subset import Options, Subsetter

    stream = BytesIO()
    with closing(_font(weight)) as font:
        options = Options(layout_features=["kern"], hinting=False, name_IDs=[1, 2], notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted(signs)))
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(stream)
    data = b64encode(stream.getvalue()).decode("ascii")
    return f"url(data:font/woff;base64,{data})format('woff')"
