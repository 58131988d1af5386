"""A `log` block by itself: how a source of events is to be read."""

from __future__ import annotations

from pathflow.compiler.network import label, names_in
from pathflow.dsl import syntax
from pathflow.dsl.syntax import SourceFile, Statement
from pathflow.model import path as model


def log_of(line: Statement, file: str) -> model.Log:
    """The meaning of one `log` block."""
    columns: dict[str, str] = {}
    for part in line.body:
        if part.keyword.endswith(" in") and isinstance(part.value, syntax.Text) and not part.is_orphan:
            columns[part.keyword.removesuffix(" in")] = part.value.text
    shows = frozenset(name.key for part in line.all("shows") for name in names_in(part))
    return model.Log(label(line), columns, shows, line.span(file))


def read_log_block(file: SourceFile) -> model.Log | None:
    """The first `log` block of a file, or None."""
    line = file.root.one("log")
    return log_of(line, file.name) if line is not None else None
