"""Pages as a browser reads them: ids, links, headings, landmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib

VOID = "{http://www.w3.org/1999/xhtml}"


def parsed(html: str) -> Any:
    """The page as a tree. Raises: html5lib's error where it is not as the standard has it."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def elements(page: Any, tag: str) -> Iterator[Any]:
    """The elements of a tag."""
    return page.iter(tag)


def ids(page: Any) -> list[str]:
    """Every id."""
    return [one.get("id") for one in page.iter() if isinstance(one.tag, str) and one.get("id")]


def links(page: Any) -> list[str]:
    """Where links, style sheets and scripts lead."""
    found = [one.get("href") for tag in ("a", "link") for one in page.iter(tag)]
    return [where for where in [*found, *(one.get("src") for one in page.iter("script"))] if where]


def words(page: Any) -> str:
    """All text that is shown."""
    body = next(iter(page.iter("body")))
    return " ".join("".join(_spoken(body)).split())


_BLOCKS = frozenset(
    {"td", "th", "li", "dd", "dt", "p", "h1", "h2", "h3", "h4", "caption", "div", "nav", "section", "figcaption", "title"}
)


def _spoken(one: Any) -> Iterator[str]:
    """The text, with a space around what stands by itself."""
    is_apart = not isinstance(one.tag, str) or one.tag in _BLOCKS or one.get("class") in ("line", "sign")
    yield " " if is_apart else ""
    yield one.text or "" if isinstance(one.tag, str) else ""
    for part in one:
        yield from _spoken(part)
        yield part.tail or ""
    yield " " if is_apart else ""


def headings(page: Any) -> list[int]:
    """The levels of the headings, in order."""
    return [
        int(one.tag[1]) for one in page.iter() if isinstance(one.tag, str) and one.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
    ]
