"""What is known where the cursor is, and what is likely there: what was made so far, who works where, who offers what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from pathflow.base.names import fold
from pathflow.dsl import syntax
from pathflow.dsl.languages import Code
from pathflow.dsl.syntax import Statement
from pathflow.ide.facts import CALLED, type_said
from pathflow.ide.names import Known, Symbol
from pathflow.ide.places import blocks_at
from pathflow.ide.view import View
from pathflow.ide.words import said

_UNITS: Final = ("%", "kg", "years", "points", "times", "ng/l", "mmol/l", "mmHg", "days", "€")
"""Units that many items have."""


class Nearby:
    """The names that a line may use."""

    def __init__(self, view: View, line: int) -> None:
        self.view = view
        self.line = line

    @cached_property
    def _known(self) -> Known:
        network = 0
        for row in self.view.names.rows:
            if row.statement.line > self.line:
                break
            if row.kind == "file":
                network = row.statement.line if row.statement.keyword == "network" else 0
        return self.view.names.known_in(network) if network else self.view.names.known

    def known(self, sorts: tuple[str, ...]) -> Iterator[tuple[str, Symbol]]:
        """The names of these sorts, as they are given."""
        for (sort, _), symbol in self._known.items():
            if sort in sorts:
                yield self.view.index.text(symbol), symbol

    def find(self, sorts: tuple[str, ...], name: str) -> Symbol | None:
        """What the name means, the first of the sorts that has it."""
        return next((found for sort in sorts if (found := self._known.get((sort, fold(name)))) is not None), None)

    def item(self, name: str) -> syntax.ItemType | None:
        """The type of an item."""
        symbol = self._known.get(("item", fold(name)))
        return self.view.index.item_of(symbol) if symbol is not None else None

    def headed(self, kind: str) -> list[str]:
        """The networks or paths of the folder, by their names."""
        return self.view.index.library.names(kind, self.view.path.parent)

    def units(self) -> list[str]:
        """Units that the items known here have, and others that are common."""
        items = (self.view.index.item_of(symbol) for _, symbol in self.known(("item",)))
        return list(dict.fromkeys([*(item.unit for item in items if item is not None and item.unit), *_UNITS]))

    def requirements(self) -> list[str]:
        """What services require and providers meet."""
        found: list[str] = []
        for home in dict.fromkeys([self.view.names.home, *(symbol.home for symbol in self._known.values())]):
            names = self.view.index.names(Path(home))
            for row in names.rows if names is not None else ():
                if row.statement.keyword in ("requires", "meets") and isinstance(row.statement.value, syntax.Names):
                    found += [name.text for name in row.statement.value.names]
        return list(dict.fromkeys(found))

    # ── what is likely ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def made(self) -> dict[str, str]:
        """What steps and services above the line find out, by item, and who does."""
        found: dict[str, str] = {}
        holder = ""
        for row in self.view.names.rows:
            if row.statement.line >= self.line:
                break
            if row.kind in ("steps", "if", "otherwise", "branch", "repeat", "whenever") and isinstance(
                row.statement.value, syntax.Text
            ):
                holder = row.statement.value.text
            elif row.statement.keyword == "makes" and row.kind in ("step", "consultation"):
                found |= {mention.name.key: holder for mention in row.mentions if mention.name.key not in found}
            elif row.statement.keyword == "needs" and row.kind == "path":
                found |= {mention.name.key: "" for mention in row.mentions}
        return found

    @cached_property
    def _near(self) -> Statement | None:
        """The step, or what else, in which the line stands."""
        text = self.view.file.lines[self.line - 1] if 0 < self.line <= len(self.view.file.lines) else ""
        indent = len(text) - len(text.lstrip())
        blocks = blocks_at(self.view.file, self.line, indent)
        return blocks[-1].statement if len(blocks) > 1 else None

    @cached_property
    def _at(self) -> Symbol | None:
        """The provider that does the step in which the line stands."""
        by = self._near.one("by") if self._near is not None else None
        actor = by.value if by is not None else None
        if not isinstance(actor, syntax.Actor) or actor.provider is None:
            return None
        return self._known.get(("provider", actor.provider.key))

    def of_provider(self, symbol: Symbol, keyword: str) -> frozenset[str]:
        """The names on a provider's lines of a keyword, folded."""
        return self.view.index.lists_of(symbol.home).get((symbol.of, symbol.key, keyword), frozenset())

    def rank(self, symbol: Symbol, keyword: str, role: str, beside: list[str]) -> tuple[int, str]:
        """How likely a thing is, and why: what was made so far, who has the profession, what the provider offers."""
        if symbol.sort == "item" and keyword in ("needs", "carries", "given", "if", "until", "shares"):
            if symbol.key in self.made:
                return 1, ""
            return 3, ""
        if symbol.sort == "service" and keyword == "does" and self._at is not None:
            offers = self.of_provider(self._at, "offers")
            return (1 if symbol.key in offers else 3, "") if offers else (2, "")
        if symbol.sort == "provider" and role == "party" and beside:
            has = self.of_provider(symbol, "professions")
            wanted = {fold(name) for name in beside}
            return (1 if has & wanted else 3, "")
        return 2, ""

    def described(self, symbol: Symbol, code: Code) -> str:
        """A few words on a thing."""
        if symbol.sort == "item":
            item = self.view.index.item_of(symbol)
            kind = type_said(item, code) if item is not None else ""
            maker = self.made.get(symbol.key)
            return f"{kind} · {said('made by {name}', code, name=maker)}" if maker else kind
        return said(CALLED.get(symbol.sort, ""), code) if symbol.sort in CALLED else ""

    def workers(self) -> Iterator[tuple[str, str]]:
        """Each profession and where it works."""
        for text, symbol in self.known(("provider",)):
            for key in sorted(self.of_provider(symbol, "professions")):
                found = self._known.get(("profession", key))
                yield (self.view.index.text(found) if found is not None else key), text

    def own_names(self) -> dict[str, str]:
        """A provider and a profession that are there, to stand in what is proposed."""
        found: dict[str, str] = {}
        for text, symbol in self.known(("provider",)):
            works = sorted(self.of_provider(symbol, "professions"))
            if works:
                who = self._known.get(("profession", works[0]))
                return {
                    "provider": text,
                    "profession": self.view.index.text(who) if who is not None else works[0],
                }
            found.setdefault("provider", text)
        return found
