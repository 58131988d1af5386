"""What must be so in every picture: on the shipped paths, on random ones, upright and lying, and in every language."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings

import pathflow
from bench.chain import LINES, NETWORK, chain
from pathflow.api import CompiledPath
from pathflow.dsl.languages import Code
from pathflow.picture import Look, Picture, draw, paint
from pathflow.picture.faces import width, wrapped
from tests.conftest import ROOT
from tests.helpers import program_of
from tests.picture import checks
from tests.strategies import paths

SHIPPED = sorted(
    str(file.relative_to(ROOT)) for folder in ("paths", "examples", "bench") for file in (ROOT / folder).rglob("*.path")
    if re.search(r"^(path|polku|väg|vårdväg) ", file.read_text("utf-8"), re.M)
)  # fmt: skip
MOST_BYTES = 300_000


@lru_cache
def loaded(file: str) -> CompiledPath:
    return pathflow.load(ROOT / file)


def drawn(file: str, code: Code = "en", lying: bool = False) -> Picture:
    compiled = loaded(file)
    return draw(compiled.program, compiled.findings, Look(code, lying))


@pytest.mark.parametrize("lying", [False, True])
@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_paths_are_drawn_well(file: str, lying: bool) -> None:
    for code in ("sv",) if lying else ("en", "fi"):
        picture = drawn(file, code, lying)
        assert checks.all_of(picture, picture.program) == []


@pytest.mark.parametrize("within", ["profession", "provider"])
@pytest.mark.parametrize("most", [1, 2, 7])
def test_so_they_are_with_other_lanes(within: str, most: int) -> None:
    program = loaded("paths/heart_failure.path").program
    picture = draw(program, (), Look(within=within, most=most))  # type: ignore[arg-type]
    assert checks.all_of(picture, program) == []


def test_professions_are_said_in_the_language_of_the_picture() -> None:
    said = {line.text for box in drawn("paths/heart_failure.path", "fi").boxes for line in box.element.lines}
    assert any("kardiologi" in text for text in said)
    assert not any("cardiologist" in text or "remote" in text for text in said)
    assert any(", etänä" in text for text in said)


def test_conditions_are_said_in_the_language_of_the_picture() -> None:
    said = " ".join(line.text for box in drawn("paths/rehabilitation.path", "fi").boxes for line in box.element.lines)
    assert "ikä ≥ 18 vuotta" in said
    assert "years" not in said
    assert "suostumus tietojen antamiseen: ei" in said
    said = " ".join(line.text for box in drawn("paths/child_welfare_matter.path", "sv").boxes for line in box.element.lines)
    assert "om Bedömningens resultat: stöd från socialservicen" in said


@settings(max_examples=60)
@given(paths(has_events=True, most=5))
def test_random_paths_are_drawn_well(text: str) -> None:
    program = program_of(text)
    for lying in (False, True):
        assert checks.all_of(draw(program, (), Look(is_lying=lying)), program) == []


@pytest.mark.parametrize("file", SHIPPED)
def test_a_picture_is_one_small_file_that_is_well_formed(file: str) -> None:
    picture = drawn(file, "fi")
    svg = picture.svg
    assert len(svg.encode()) < MOST_BYTES
    assert svg == drawn(file, "fi").svg
    tree = ET.fromstring(svg)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    wanted = {*re.findall(r"url\(#([^)]+)\)", svg), *re.findall(r'href="#([^"]+)"', svg)}
    assert {"arrow-a", "clock"} <= wanted <= set(ids)
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_a_path_of_200_steps_is_one_small_file_too() -> None:
    text = NETWORK + chain(200 * LINES // 7, 1)
    program = program_of(text)
    svg = draw(program, (), Look("fi")).svg
    acting = [node for node in program.nodes if node.kind in ("step", "handoff", "consultation", "choice")]
    assert len(acting) >= 195
    assert len(svg.encode()) < MOST_BYTES * 0.95
    ET.fromstring(svg)


def test_an_event_is_named_once_where_its_title_has_room() -> None:
    """Upright the bar above says it and a circle stands below; lying, or where the bar is short, the box says it."""
    for lying in (False, True):
        picture = drawn("paths/separation.path", "fi", lying)
        events = [box.element for box in picture.boxes if box.element.shape == "event"]
        assert len(events) == 2
        assert all(one.title.startswith("aina kun: ") for one in events)
        assert [bool(one.lines) for one in events] == [lying, lying]
        assert picture.svg.count(">aina kun: Väkivalta<") == 2  # in a text, and as what the box is called
        assert ("aina kun: Väkivalta" in [line.text for one in events for line in one.lines]) is lying
    text = (ROOT / "examples/memory/memory.path").read_text("utf-8")
    head = text[: text.index("\nsteps")].replace("    item ", f"    event {LONG}\n    item ", 1)
    narrow = draw(program_of(f"{head}\nsteps\n    {VISIT}\n    end Done\n\nwhenever {LONG} happens\n    {CALL}\n    resume\n"))
    events = [box.element for box in narrow.boxes if box.element.shape == "event"]
    assert [" ".join(line.text for line in one.lines) for one in events] == [f"whenever {LONG} happens"]


LONG = "Something that nobody at the health centre had thought of before"
VISIT = "step Visit\n        by memory nurse at Lakeside Health Centre\n        within 1 day"
CALL = VISIT.replace("Visit", "Call")


def test_each_box_says_what_it_is_and_where_it_stands() -> None:
    svg = ET.fromstring(drawn("paths/heart_failure.path").svg)
    boxes = [one for one in svg.iter() if (one.get("class") or "").startswith("box ")]
    text = (ROOT / "paths/heart_failure.path").read_text("utf-8").splitlines()
    for box in boxes:
        assert box.get("role") == "graphics-symbol"
        label = box.findtext("{http://www.w3.org/2000/svg}title") or ""
        assert label
        line = box.get("data-line")
        if "step" in (box.get("class") or "").split():
            name = label.split(" · ")[0]
            assert f"step {name}" in text[int(line or 0) - 1]
    assert len(boxes) > 60


def test_after_a_handoff_the_way_goes_on_with_the_receiver_and_after_a_question_with_whoever_asked() -> None:
    boxes = [box.element for file in ("paths/family_centre.path", "paths/heart_failure.path") for box in drawn(file).boxes]
    handoffs = [one for one in boxes if one.shape == "handoff" and one.is_crossing]
    questions = [one for one in boxes if one.shape == "consultation" and one.is_crossing]
    assert handoffs
    assert questions
    assert all(one.out == one.far_end != one.column for one in handoffs)
    assert all(one.out == one.column != one.far_end for one in questions)


HOSTILE = "<script>alert(1)</script> & \"x\" 'y' ]]> </svg>"


def test_nothing_that_is_written_becomes_markup() -> None:
    text = (ROOT / "examples/memory/memory.path").read_text("utf-8")
    name = HOSTILE.replace('"', "")
    svg = draw(program_of(text.replace("First talk", f'"{name}"'))).svg
    tree = ET.fromstring(svg)
    assert {one.tag.rpartition("}")[2] for one in tree.iter()}.isdisjoint({"script", "a", "foreignObject"})
    assert any(name in (one.text or "") for one in tree.iter())
    assert svg.count("</svg>") == 1


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ufffe", "\ud800"])
def test_signs_that_xml_cannot_hold_are_replaced(sign: str) -> None:
    ET.fromstring(f"<a b='{paint.clean(sign)}'>{paint.clean(sign)}</a>".encode())


def luminance(colour: str) -> float:
    parts = colour.lstrip("#")
    parts = "".join(sign * 2 for sign in parts) if len(parts) == 3 else parts
    channels = [int(parts[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_texts_can_be_read_on_what_they_stand_on() -> None:
    grounds = ["#fff", *(colour for _, head, lane in paint.SECTORS.values() for colour in (head, lane))]
    for ground in grounds:
        assert contrast(paint.INK, ground) >= 7
        assert contrast(paint.QUIET, ground) >= 4.5
    for filled in (paint.WRONG, "#8a5a00", "#2b3644", "#1b7f5c", "#8a6d00"):
        assert contrast("#fff", filled) >= 4.5
    for state in re.findall(r"fill:(#\w+)", str(paint._STATES)):
        assert contrast(paint.QUIET, state) >= 4.5
    for stroke, _, lane in paint.SECTORS.values():
        assert contrast(stroke, lane) >= 3  # what is no text: WCAG 2.2, 1.4.11


def test_long_words_are_parted_and_never_leave_their_box() -> None:
    word = "Lastenneuvolapalvelukokonaisuudensuunnittelutyöryhmä"
    for room in (20.0, 60.0, 150.0):
        lines = wrapped(f"{word} ja {word}", 12, room)
        assert all(width(line, 12) <= room for line in lines)
        assert "".join(lines).replace("-", "").replace(" ", "") == f"{word}ja{word}"
    assert wrapped("aa bb cc dd", 12, 30, most=1)[0].endswith("…")
    assert wrapped("", 12, 30) == []


def test_a_path_of_one_step_and_one_without_an_end() -> None:
    text = (ROOT / "examples/memory/memory.path").read_text("utf-8")
    head = text[: text.index("\nsteps")]
    one = program_of(
        head + "\nsteps\n    step Visit\n        by memory nurse at Lakeside Health Centre\n        within 1 day\n"
    )
    assert checks.all_of(draw(one), one) == []
    assert any(box.element.shape == "nowhere" for box in draw(one).boxes)


def test_a_step_that_is_added_moves_nothing_that_comes_before(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "paths", tmp_path, dirs_exist_ok=True)
    file = tmp_path / "heart_failure.path"
    before = pathflow.draw(file)
    lines = r"\1step Farewell\n\1    by cardiologist at Heart Hospital\n\1    within 3 days\n\n\1handoff Back to basic level"
    more, n = re.subn(r"( +)handoff Back to basic level", lines, file.read_text("utf-8"), count=1)
    assert n == 1
    file.write_text(more, "utf-8")
    after = pathflow.draw(file, findings=False)
    places = {box.element.key: (box.x, box.y) for box in after.boxes}
    at = next(box.element.row for box in after.boxes if box.element.title.startswith("Farewell"))
    earlier = [box for box in before.boxes if box.element.row < at]
    assert len(earlier) > 40
    assert [box.element.title for box in earlier if places[box.element.key] != (box.x, box.y)] == []


def test_png_and_pdf(tmp_path: Path) -> None:
    picture = drawn("examples/memory/memory.path")
    assert picture.png(1.0).startswith(b"\x89PNG")
    assert len(picture.png(2.0)) > len(picture.png(1.0))
    pdf = picture.pdf()
    assert pdf.startswith(b"%PDF-")
    assert b"SourceSans" in pdf
