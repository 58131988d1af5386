"""The page of each code: a rule's from its module, a P code's from the table of mistakes."""

from __future__ import annotations

from pathflow.base.names import nearest
from pathflow.dsl.mistakes import KINDS
from pathflow.rules.lessons import EXAMPLES, FIX, SOURCE
from pathflow.rules.registry import rules


def codes() -> list[str]:
    """Every code there is, in order."""
    return sorted([*KINDS, *(entry.rule.code for entry in rules())])


def page(code: str) -> str | None:
    """What a code means, why it matters, a bad and a good example, how it is mended; None for an unknown code."""
    wanted = code.strip().upper()
    for entry in rules():
        if entry.rule.code == wanted:
            return entry.page.strip() + "\n"
    kind = KINDS.get(wanted)
    if kind is None:
        return None
    bad, good = EXAMPLES.get(wanted, (kind.bad, kind.good))
    lines = [f"{kind.code} {kind.name}", "", kind.what, "", f"Why: {kind.why}"]
    if wanted in SOURCE:
        lines.append(f"Source: {SOURCE[wanted]}")
    for title, example in (("Bad", bad), ("Good", good)):
        lines += [f"{title}:", *(f"    {line}" for line in example.rstrip().splitlines())]
    return "\n".join([*lines, f"Fix: {FIX[wanted]}"]) + "\n"


def nearest_code(code: str) -> str | None:
    """The code that was probably meant, by code or by a rule's name."""
    names = {entry.rule.name: entry.rule.code for entry in rules()} | {kind.name: kind.code for kind in KINDS.values()}
    wanted = code.strip()
    if wanted.lower() in names:
        return names[wanted.lower()]
    guess = nearest(wanted.lower(), names)
    return names[guess] if guess is not None else nearest(wanted.upper(), codes())
