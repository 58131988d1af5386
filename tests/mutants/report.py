"""What was planted and what was found: as a table for people, and as JSON."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.mutants.judge import Verdict
from tests.mutants.kinds import KINDS

FAMILIES = {"P": "language", "G": "gap", "D": "duplicate", "O": "owner"}


@dataclass
class Row:
    """One kind: its mutants by what became of them."""

    kind: str
    found: list[Verdict] = field(default_factory=list)
    missed: list[Verdict] = field(default_factory=list)
    equivalent: list[Verdict] = field(default_factory=list)

    @property
    def planted(self) -> int:
        return len(self.found) + len(self.missed) + len(self.equivalent)

    @property
    def codes(self) -> Counter[str]:
        return Counter(code for verdict in self.found for code in verdict.codes)


class Report:
    """All verdicts, by kind."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self.rows = {name: Row(name) for name in KINDS}
        for verdict in verdicts:
            getattr(self.rows[verdict.mutant.kind], verdict.state).append(verdict)

    def of(self, is_beyond: bool) -> list[Row]:
        return [row for name, row in self.rows.items() if KINDS[name].is_beyond is is_beyond and row.planted]

    def count(self, state: str, is_beyond: bool = False) -> int:
        return sum(len(getattr(row, state)) for row in self.of(is_beyond))

    @property
    def rate(self) -> float:
        """The share that is found, of those that are not equivalent. Units: per cent."""
        found, missed = self.count("found"), self.count("missed")
        return 100 * found / max(1, found + missed)

    @property
    def near(self) -> float:
        """The share of what is found that is found in the block that was changed. Units: per cent."""
        found = [verdict for row in self.of(False) for verdict in row.found]
        return 100 * sum(verdict.is_near for verdict in found) / max(1, len(found))

    def families(self) -> Mapping[str, int]:
        """How many are found by each family of findings; by several, where several speak."""
        found = [verdict for row in self.of(False) for verdict in row.found]
        return {
            name: sum(any(code.startswith(letter) for code in verdict.codes) for verdict in found)
            for letter, name in FAMILIES.items()
        }

    def groups(self) -> list[tuple[str, int, int, int, int, int]]:
        """Each group with its kinds and their mutants: planted, found, not found, equivalent."""
        found: dict[str, list[Row]] = {}
        for row in self.of(False):
            found.setdefault(KINDS[row.kind].group, []).append(row)
        return [
            (group, len(rows), sum(r.planted for r in rows), sum(len(r.found) for r in rows), sum(len(r.missed) for r in rows),
             sum(len(r.equivalent) for r in rows))
            for group, rows in found.items()
        ]  # fmt: skip

    def reasons(self) -> list[tuple[str, int, Verdict]]:
        """Why mutants are equivalent, with how often, and one of them."""
        told: dict[str, list[Verdict]] = {}
        for row in self.rows.values():
            for verdict in row.equivalent:
                told.setdefault(f"{row.kind}: {verdict.why}", []).append(verdict)
        return sorted(((why, len(all_), all_[0]) for why, all_ in told.items()), key=lambda one: -one[1])

    def as_text(self, texts: Mapping[str, str], samples: int = 40) -> str:
        lines = [f"{'kind':<36}{'planted':>8}{'found':>7}{'missed':>8}{'equivalent':>12}  by"]
        lines += [_line(row) for row in self.of(False)]
        lines += ["", "beyond the text: only a reader or a scenario can tell"]
        lines += [_line(row) for row in self.of(True)]
        lines += ["", "Equivalent, and why (the most frequent, one of each):"]
        for why, count, verdict in self.reasons()[:samples]:
            lines += [f"  {count} × {why}", f"      {verdict.mutant.file}: {verdict.mutant.what}"]
        missed = [verdict for row in self.of(False) for verdict in row.missed]
        lines += ["", f"Not found ({len(missed)}):"]
        for verdict in missed:
            lines.append(f"  {verdict.mutant.name}" + (f"\n    harm: {verdict.why}" if verdict.why else ""))
            lines += [f"    {line}" for line in diff(texts[verdict.mutant.file], verdict.mutant.text)]
        lines += ["", f"{'group':<44}{'kinds':>6}{'planted':>8}{'found':>7}{'missed':>8}{'equivalent':>12}"]
        lines += [f"{name:<44}{kinds:>6}{p:>8}{f:>7}{m:>8}{e:>12}" for name, kinds, p, f, m, e in self.groups()]
        lines += ["", self.summary()]
        return "\n".join(lines)

    def summary(self) -> str:
        found, missed, equal = (self.count(state) for state in ("found", "missed", "equivalent"))
        families = ", ".join(f"{name} {count}" for name, count in self.families().items())
        return (
            f"{len(self.of(False))} kinds, {found + missed + equal} planted: {found} found, {missed} not found, {equal} equivalent.\n"
            f"{self.rate:.1f} % of those that are not equivalent are found; {self.near:.1f} % of these in the block that was changed.\n"
            f"By family: {families}.\n"
            f"Beyond the text: {self.count('found', True)} of {sum(row.planted for row in self.of(True))} found."
        )

    def as_dict(self, texts: Mapping[str, str]) -> dict[str, Any]:
        return {
            "kinds": [
                {
                    "kind": row.kind, "story": KINDS[row.kind].story, "beyond": KINDS[row.kind].is_beyond, "planted": row.planted,
                    "found": len(row.found), "near": sum(v.is_near for v in row.found), "codes": dict(row.codes.most_common()),
                    "equivalent": [{"file": v.mutant.file, "what": v.mutant.what, "why": v.why} for v in row.equivalent],
                    "missed": [
                        {"file": v.mutant.file, "what": v.mutant.what, "harm": v.why,
                         "diff": diff(texts[v.mutant.file], v.mutant.text)} for v in row.missed
                    ],
                }
                for row in self.rows.values() if row.planted
            ],
            "summary": {
                "found": self.count("found"), "missed": self.count("missed"), "equivalent": self.count("equivalent"),
                "rate": round(self.rate, 2), "near": round(self.near, 2), "families": dict(self.families()),
            },
        }  # fmt: skip


def _line(row: Row) -> str:
    codes = " ".join(f"{code}:{count}" for code, count in row.codes.most_common(6))
    return f"{row.kind:<36}{row.planted:>8}{len(row.found):>7}{len(row.missed):>8}{len(row.equivalent):>12}  {codes}"


def diff(old: str, new: str) -> list[str]:
    """The lines that differ."""
    lines = difflib.unified_diff(old.split("\n"), new.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))][:12]
