"""Lines of text as HTML. Every word is escaped here; nothing that somebody wrote is ever taken for markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from markupsafe import Markup

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
    return Markup("".join(map(_inline, line)))  # noqa: S704  # every word is escaped below


def _inline(part: Inline) -> str:
    match part:
        case Text():
            return _text(part)
        case Link():
            anchor = f"#{part.anchor}" if part.anchor else ""
            return f'<a href="{escape(part.page + ".html" + anchor)}"{_lang(part.lang)}>{_shown(part.text)}</a>'
        case Outside():
            return f'<a href="{escape(part.url)}" rel="external">{_shown(part.text)}</a>'
        case Badge():
            sign = f'<span class="sign" aria-hidden="true">{SIGNS.get(part.kind, "■")}</span>'
            return f'<span class="badge {escape(part.kind)}">{sign}{_shown(part.text)}</span>'


def _text(part: Text) -> str:
    text = _shown(part.text)
    if part.mark.startswith(_ANCHOR):
        return f'<strong id="{escape(part.mark.removeprefix(_ANCHOR))}"{_lang(part.lang)}>{text}</strong>'
    tag = _TAGS.get(part.mark, "span")
    quiet = ' class="quiet"' if part.mark == "quiet" else ""
    if tag == "span" and not part.lang and not quiet:
        return text
    return f"<{tag}{_lang(part.lang)}{quiet}>{text}</{tag}>"


def _shown(text: str) -> str:
    return escape(clean(text))


def _lang(code: str) -> str:
    return f' lang="{escape(code)}"' if code else ""


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
