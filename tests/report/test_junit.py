"""JUnit XML: as the schema wants it, whatever the words are."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st
from junitparser import JUnitXml

from pathflow.report.junit import Case, Failure, Suite, as_junit, clean

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

REQUIRED = {
    "testsuites": set[str](),
    "testsuite": {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type"},
    "properties": set[str](),
    "skipped": set[str](),
    "system-out": set[str](),
    "system-err": set[str](),
}
"""What JUnit.xsd of Windy Road (2011) demands of each element."""

MAY = {"testsuite": {"skipped"}, "failure": {"message"}, "skipped": {"message"}}
"""What it allows besides; `skipped` is of any type there."""

words = st.text(st.characters(), max_size=30)
failures = st.builds(Failure, words, words, words)
cases = st.builds(Case, words, words, st.none() | failures, st.none() | words, st.floats(0, 9))
suites = st.lists(st.builds(Suite, words, st.lists(cases, max_size=4).map(tuple)), max_size=3)


def suite(*cases: Case) -> ET.Element:
    return ET.fromstring(as_junit([Suite("a.path", cases)], AT))


@given(suites)
@example([Suite("å & ä.path", (Case("<b>\x00\x1b[31m\ud800\ufffe]]>", "\"\n\t'", Failure("a\nb", "G104", " c ")),))])
def test_any_words_come_back_as_they_were(listed: list[Suite]) -> None:
    root = ET.fromstring(as_junit(listed, AT).encode())
    assert [element.get("name") for element in root] == [clean(one.name) for one in listed]
    for element, one in zip(root, listed, strict=True):
        found = element.findall("testcase")
        assert [(c.get("name"), c.get("classname")) for c in found] == [(clean(c.name), clean(c.group)) for c in one.cases]
        assert int(element.get("failures", "")) == len(element.findall("testcase/failure"))
        assert int(element.get("skipped", "")) == len(element.findall("testcase/skipped"))
        assert int(element.get("tests", "")) == len(one.cases)
        for said, case in zip(found, one.cases, strict=True):
            failure = said.find("failure")
            assert (failure is None) == (case.failure is None)
            if failure is not None and case.failure is not None:
                assert failure.get("message") == clean(case.failure.message)


@given(suites)
def test_the_schema_gets_what_it_demands_and_no_more(listed: list[Suite]) -> None:
    root = ET.fromstring(as_junit(listed, AT).encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        assert REQUIRED[element.tag] <= set(element.keys()) <= REQUIRED[element.tag] | MAY.get(element.tag, set())
    for number, one in enumerate(root):
        assert one.get("id") == str(number)
        tags = [part.tag for part in one]
        assert tags == ["properties", *["testcase"] * (len(tags) - 3), "system-out", "system-err"]
        assert all(len(case) <= 1 for case in one.iter("testcase"))


def test_what_servers_read() -> None:
    failed = Failure("`Visit` has no clock", "G401", "a.path:7:5")
    text = as_junit(
        [Suite("a.path", (Case("G401 line 7", "a.path", failed), Case("P503 line 1", "a.path", skipped="allowed")))], AT
    )
    (read,) = JUnitXml.fromstring(text.encode())
    assert (read.name, read.tests, read.failures, read.skipped, read.errors) == ("a.path", 2, 1, 1, 0)
    first, second = read
    assert (first.result[0].message, first.result[0].type, first.result[0].text) == (
        "`Visit` has no clock",
        "G401",
        "a.path:7:5",
    )
    assert (second.name, second.result[0].message) == ("P503 line 1", "allowed")


def test_a_failed_case_that_is_skipped_too_has_failed() -> None:
    (case,) = suite(Case("x", "y", Failure("z", "G401"), skipped="why")).iter("testcase")
    assert [part.tag for part in case] == ["failure"]


def test_the_time_is_of_the_world() -> None:
    (one,) = suite()
    assert one.get("timestamp") == "2026-03-02T09:30:00"
