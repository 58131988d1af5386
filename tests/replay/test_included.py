"""A test on a path names what happens on the paths that it includes."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from tests.rules.examples import whole

PARENT = """\
steps
    step First
        by nurse at Health Centre
        within 2 days
    include Middle
    step Last
        by nurse at Health Centre
        within 2 days
    end Done
        closes the plan

test Through all three
    given age is 40 years
    given {given}
    {expected}
"""
MIDDLE = "steps\n    include Innermost\n    step First\n        by nurse at Health Centre\n        within 2 days\n    end Middle over\n        keeps the plan with its owner\n"
INNERMOST = """\
steps
    step Treatment
        by nurse at Health Centre
        within 6 weeks
    handoff Over
        from nurse at Health Centre to nurse at Hospital
        carries referral letter
        accepted within 3 days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    handoff Back
        from nurse at Hospital to nurse at Health Centre
        carries referral letter
        accepted within 3 days
        if not accepted, Hospital keeps the client
        keeps the plan with its owner
    end Innermost over
        keeps the plan with its owner

whenever Relapse happens, beside the main way
    step Call
        by nurse at whoever is accountable
        within 1 day
"""


def failures(folder: Path, given: str, expected: str) -> list[str]:
    for name, steps in (("Parent", PARENT), ("Middle", MIDDLE), ("Innermost", INNERMOST)):
        text = whole(steps.replace("{given}", given).replace("{expected}", expected)).replace(
            "path Example\n", f"path {name}\n", 1
        )
        text = text.replace("and alone is known", "").replace(
            "    event Emergency\n", "    event Emergency\n    event Relapse\n"
        )
        if name != "Innermost":
            text = text.replace("    event Relapse\n", "")
        (folder / f"{name.lower()}.path").write_text(text, "utf-8")
    report = pathflow.check(folder / "parent.path")
    assert [f"{f.code} {f.message}" for f in report.findings if f.code.startswith("P")] == []
    return [failure.message for outcome in pathflow.run_tests(folder / "parent.path") for failure in outcome.failures]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "Treatment is done after 3 weeks",
            "expect First, Treatment, Over, Back, Innermost over, First, Middle over, Last, Done",
        ),
        ("Treatment is done after 3 weeks", "on day 20 expect Treatment is not done"),
        ("Treatment is done after 3 weeks", "on day 22 expect Treatment is done"),
        ("Treatment is done after 3 weeks", "expect Treatment within 3 weeks of enrolment"),
        ("Over is not accepted", "expect finding is G101"),
        ("Over is accepted after 2 days", "expect Over within 2 days of Over"),
        ("Treatment is done after 3 weeks", "on day 2 Relapse happens\n    expect Call, Treatment"),
        ("Treatment is not done", "on day 1 expect Treatment is due on day 42"),
    ],
)
def test_what_happens_inside_is_given_and_expected(given: str, expected: str, tmp_path: Path) -> None:
    assert failures(tmp_path, given, expected) == []


def test_what_did_not_happen_inside_is_told(tmp_path: Path) -> None:
    (said,) = failures(tmp_path, "Treatment is done after 3 weeks", "expect Treatment within 2 weeks of enrolment")
    assert said.startswith("`Treatment` did not come within 2 weeks of enrolment")


def test_a_name_that_none_of_them_has_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="P301 `Tretment`"):
        failures(tmp_path, "Tretment is done", "expect Last")
    with pytest.raises(AssertionError, match="P301"):
        failures(tmp_path, "age is 40 years", "expect Last, Nothing of the kind")


def test_where_a_step_may_be_lost_its_name_in_a_test_is_no_finding(tmp_path: Path) -> None:
    """The include is there to be read, and the step of the mistaken line is not."""
    assert failures(tmp_path, "age is 40 years", "expect Last") == []
    parent = tmp_path / "parent.path"
    text = parent.read_text("utf-8").replace("steps\n    step First\n", "steps\n    step\n", 1)
    parent.write_text(text.replace("expect Last", "expect Opening, Last"), "utf-8")
    assert {finding.code for finding in pathflow.check(parent).findings} & {"P301"} == set()
