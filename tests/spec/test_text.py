"""Clauses of the specification about bytes, which no example in a document can show."""

from __future__ import annotations

import pytest

from pathflow.dsl.parse import parse_bytes
from pathflow.dsl.source import SIZE_MAX


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("path Käypä".encode("utf-16"), "P001"),
        ("path Käypä".encode("cp1252"), "P001"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "P001"),
        (b"#" * (SIZE_MAX + 1), "P002"),
        (b"", "P003"),
        (b"path Pa\xe2\x80\x8bth\n    version 1\n", "P004"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, code: str) -> None:
    """Clause 1.1."""
    assert code in [f.code for f in parse_bytes("x.path", data).findings]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends(end: str, mark: bytes) -> None:
    """Clause 1.1."""
    file = parse_bytes("x.path", mark + f"clients Ääni{end}    item ikä: number of years{end}".encode())
    assert file.findings == []
    assert [part.line for part in file.root.body[0].body] == [2]
