"""Lines of text as HTML. Every word is escaped here; nothing that somebody wrote is ever taken for markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from pathflow.handbook.blocks import Badge, Inline, Link, Outside, Rich, Text

_TAGS: Final = {"strong": "strong", "code": "code"}
_ANCHOR: Final = "anchor:"
SIGNS: Final = {
    "sector-public": "■",
    "sector-private": "▲",
    "sector-third": "●",
    "level-error": "✕",
    "level-warning": "!",
    "level-info": "ⓘ",
    "level-good": "✓",
    "weight-breaking": "✕",
    "weight-safe": "✓",
    "weight-note": "•",
}
"""A sign beside each colour: a kind is never told by its colour alone."""


def rich(line: Rich) -> Markup:
    """A line."""
    return Markup("").join(_inline(part) for part in line)


def _inline(part: Inline) -> Markup:
    match part:
        case Link():
            anchor = f"#{part.anchor}" if part.anchor else ""
            return Markup('<a href="{}.html{}"{}>{}</a>').format(part.page, anchor, _lang(part.lang), clean(part.text))
        case Outside():
            return Markup('<a href="{}" rel="external">{}</a>').format(part.url, clean(part.text))
        case Badge():
            sign = Markup('<span class="sign" aria-hidden="true">{}</span>').format(SIGNS.get(part.kind, "■"))
            return Markup('<span class="badge {}">{}{}</span>').format(part.kind, sign, clean(part.text))
        case Text():
            return _text(part)


def _text(part: Text) -> Markup:
    text = escape(clean(part.text))
    if part.mark.startswith(_ANCHOR):
        return Markup('<strong id="{}"{}>{}</strong>').format(part.mark.removeprefix(_ANCHOR), _lang(part.lang), text)
    tag = _TAGS.get(part.mark, "span")
    quiet = Markup(' class="quiet"') if part.mark == "quiet" else Markup("")
    if tag == "span" and not part.lang and not quiet:
        return text
    return Markup("<{0}{1}{2}>{3}</{0}>").format(Markup(tag), _lang(part.lang), quiet, text)  # noqa: S704  # of the closed table


def _lang(code: str) -> Markup:
    return Markup(' lang="{}"').format(code) if code else Markup("")


def clean(text: str) -> str:
    """Without signs that no page may hold, and with those that turn the direction of text made harmless."""
    return text if text.isascii() and text.isprintable() else text.translate(_FORBIDDEN)


_FORBIDDEN: Final[dict[int, None]] = dict.fromkeys(
    [
        *range(9),
        11,
        12,
        *range(14, 32),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFFFE,
        0xFFFF,
        *range(0xD800, 0xE000),
    ]
)
"""Control signs, halves of letters, and those that turn the direction of what stands after them."""


def plain(lines: Sequence[Rich]) -> str:
    """The words of lines, for an attribute."""
    return clean(" ".join(part.text for line in lines for part in line))
