"""The page on workflow patterns: all 43 stand there, counted as it says, and each one that is expressed shows an example or where it is."""

from __future__ import annotations

import re

from tests.conftest import ROOT

PAGE = (ROOT / "docs/explanation/patterns.md").read_text("utf-8")
ENTRIES = re.findall(
    r"^### (\d+) ([^\n]+)\n\n\*\*(Expressed|Partly|Left out)\.\*\* ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S
)


def test_all_patterns_are_there_once_and_counted() -> None:
    assert sorted(int(number) for number, *_ in ENTRIES) == list(range(1, 44))
    counts = {verdict: sum(v == verdict for _, _, v, *_ in ENTRIES) for verdict in ("Expressed", "Partly", "Left out")}
    said = "Of the 43, {Expressed} are expressed, {Partly} partly, {0} are left out on purpose.".format(
        counts["Left out"], **counts
    )
    assert said in PAGE
    for number, name, verdict, *_ in ENTRIES:
        assert f"| {number} | {name} | {verdict.lower()} |" in PAGE


def test_what_is_expressed_shows_how() -> None:
    shown = {number for number, _, _, _, rest in ENTRIES if "```path" in rest and "\ntest " in rest}
    for number, name, verdict, text, _ in ENTRIES:
        if verdict == "Expressed" and number not in shown:
            pointed = set(re.findall(r"\b(\d+)\b", text))
            assert pointed & shown or "professional withdraws" in text or "seen from the text" in text, name
