"""One file as an editor sees it now: its text, its names, and what it compiles to, each worked out when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pathflow.compiler.passes import Unit
from pathflow.dsl.languages import Language, language
from pathflow.dsl.syntax import SourceFile, Statement
from pathflow.engine.program import Node, Program
from pathflow.ide.names import FileNames, Index, Use, at
from pathflow.ide.text import written_in
from pathflow.rules.kept import Kept
from pathflow.rules.ways import Ways

if TYPE_CHECKING:
    from pathflow.ide.here import Here


class View:
    """A file of a folder, as it is at this moment. When any text of the folder changes, another view takes its place.

    Args:
        name: the file as the folder calls it.
        path: where it lies.
        index: the names of the folder.
        compile_it: compiles the file.
        files: every file of the folder.
        kept: what was proved of the file before.
    """

    def __init__(
        self, name: str, path: Path, file: SourceFile, index: Index, compile_it: Callable[[], Unit],
        files: Callable[[], list[Path]], kept: Kept,
    ) -> None:  # fmt: skip
        self.name = name
        self.path = path
        self.file = file
        self.index = index
        self.told_before: tuple[Here, ...] | None = None  # what was so at its places, worked out elsewhere
        self.language: Language = language(file.language)
        self.kept = kept
        self._compile = compile_it
        self._files = files

    @cached_property
    def lines(self) -> list[str]:
        """The lines as they were written: with characters that cannot be seen, which `file.lines` has as spaces."""
        return written_in(self.index.library.bytes.get(self.file.name, b""))

    @cached_property
    def names(self) -> FileNames:
        """The names in the file."""
        found = self.index.names(self.path)
        return found if found is not None else FileNames(self.index, self.path.resolve(), self.file)

    @cached_property
    def unit(self) -> Unit:
        """The compiled file. Cost: 10 to 20 ms for 1,000 lines."""
        return self._compile()

    @property
    def program(self) -> Program | None:
        """The path as tables; None where the file holds none."""
        return self.unit.program

    @cached_property
    def ways(self) -> Ways | None:
        """What is so on the ways through the path."""
        unit = self.unit
        return self.kept.ways(unit.program, frozenset(unit.doubts), unit.is_whole) if unit.program is not None else None

    @cached_property
    def nodes(self) -> dict[int, Node]:
        """The nodes of the program by the line on which they are written."""
        found: dict[int, Node] = {}
        for node in self.program.nodes if self.program is not None else ():
            if node.statement is not None and node.span.file == self.file.name:
                found.setdefault(node.span.line, node)
        return found

    @cached_property
    def files(self) -> list[Path]:
        """Every file of the folder, this one among them."""
        return self._files()

    def use_at(self, line: int, column: int) -> Use | None:
        """The name at a place. Units: both count from 1, in code points."""
        return at(self.names, line, column)

    def statement_at(self, line: int) -> Statement | None:
        """The statement on a line."""
        return next((row.statement for row in self.names.rows if row.statement.line == line), None)
