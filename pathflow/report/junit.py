"""Results as JUnit XML, which nearly every CI server shows: of `check`, of `test`, of whatever comes as suites of cases.

Source: the JUnit schema of Apache Ant as Windy Road published it, JUnit.xsd (2011); what is written here is valid there, and in
the wider schema of the Jenkins xUnit plugin, junit-10.xsd.
Law: tests/report/test_junit.py (whatever characters come in, the XML is well-formed and says the same).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from msgspec import Struct


class Failure(Struct, frozen=True):
    """Why a case failed: one sentence, its kind (a code of pathflow), and what a reader wants to know besides."""

    message: str
    kind: str
    details: str = ""


class Case(Struct, frozen=True):
    """One case. `group` is what servers sort cases by; `skipped` says why a case counts for nothing.

    Units: `seconds` that it took.
    """

    name: str
    group: str
    failure: Failure | None = None
    skipped: str | None = None
    seconds: float = 0.0


class Suite(Struct, frozen=True):
    """The cases of one file."""

    name: str
    cases: tuple[Case, ...]


def as_junit(suites: Iterable[Suite], at: datetime) -> str:
    """The suites as one XML document.

    Args:
        at: when this was found out; the schema demands it.
    """
    root = ET.Element("testsuites")
    for number, suite in enumerate(suites):
        root.append(_suite(number, suite, at))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(number: int, suite: Suite, at: datetime) -> ET.Element:
    element = _element(
        "testsuite",
        name=suite.name,
        package="pathflow",
        id=str(number),
        timestamp=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
        tests=str(len(suite.cases)),
        failures=str(sum(case.failure is not None for case in suite.cases)),
        errors="0",
        skipped=str(sum(case.failure is None and case.skipped is not None for case in suite.cases)),
        time=f"{sum(case.seconds for case in suite.cases):.3f}",
    )
    element.append(_element("properties"))
    element.extend(_case(case) for case in suite.cases)
    element.extend((_element("system-out"), _element("system-err")))
    return element


def _case(case: Case) -> ET.Element:
    element = _element("testcase", name=case.name, classname=case.group, time=f"{case.seconds:.3f}")
    if case.failure is not None:
        why = _element("failure", message=case.failure.message, type=case.failure.kind)
        why.text = clean(case.failure.details or case.failure.message)
        element.append(why)
    elif case.skipped is not None:
        element.append(_element("skipped", message=case.skipped))
    return element


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: clean(value) for name, value in attributes.items()})


_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: Extensible Markup Language 1.0, fifth edition, production 2."""


def clean(text: str) -> str:
    """The text, with the sign for an unreadable character where one stands that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
