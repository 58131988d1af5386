"""What an included path makes grows old from where it is made there."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from tests.rules.examples import whole

PARENT = """\
steps
{before}    include Part
    step Use
        by nurse at Health Centre
        within 1 day
        needs ejection fraction
    end Done
        closes the plan
"""
MAKES = "    step {name}\n        by nurse at Health Centre\n        within 2 days\n        makes ejection fraction\n"
LONG = "    step {name}\n        by nurse at Health Centre\n        within 6 weeks\n"
END = "    end Done\n        keeps the plan with its owner\n"
FIRST = MAKES.format(name="First")
RENEWED = MAKES.format(name="Renewal")
TREATED = LONG.format(name="Treatment")
ASKED = "    decide\n        if age >= 65 years\n" + "".join(
    f"        {line}\n" for line in RENEWED.splitlines()
) + "        otherwise\n            continue\n"  # fmt: skip


@pytest.mark.parametrize(
    ("before", "part", "makers"),
    [
        (FIRST, TREATED, ["First"]),
        (FIRST, TREATED + RENEWED, []),
        (FIRST, RENEWED + TREATED, ["Part"]),
        (FIRST, TREATED + ASKED, ["First"]),
        ("", RENEWED + TREATED, ["Part"]),
        ("", RENEWED + TREATED + MAKES.format(name="Again"), []),
        ("", TREATED + RENEWED, []),
    ],
)
def test_what_is_made_inside_is_as_old_as_it_is(before: str, part: str, makers: list[str], tmp_path: Path) -> None:
    def file(name: str, steps: str) -> None:
        text = whole(steps).replace("path Example\n", f"path {name}\n", 1)
        text = text.replace("item ejection fraction: number of %", "item ejection fraction: number of %, valid 1 month")
        (tmp_path / f"{name.lower()}.path").write_text(text, "utf-8")

    file("Parent", PARENT.format(before=before))
    file("Part", "steps\n" + part + END)
    found = [f for f in pathflow.check(tmp_path / "parent.path").findings if f.code == "G305"]
    assert [f.words["maker"] for f in found] == makers
