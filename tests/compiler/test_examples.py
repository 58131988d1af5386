"""Examples in messages are of the writer's own names, and each can be read where it is meant to stand."""

from __future__ import annotations

import pytest

from pathflow.compiler.examples import with_own_names
from pathflow.dsl.languages import CODES, Code, language
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile, walk

NAMES = {
    "en": """\
network Ours
    organiser County
    professions night nurse, doctor
    provider Home, Care and Rest
        sector public
        professions night nurse, doctor
    provider Clinic
        sector public
        professions doctor
    item pain score: number of points
    item lives alone: yes or no
    service wound care
    site Hill House
""",
    "fi": """\
kieli fi
verkosto Omat
    järjestäjä Alue
    ammatit yöhoitaja, lääkäri
    palveluntuottaja Koti, hoito ja lepo
        sektori julkinen
        ammatit yöhoitaja, lääkäri
    palveluntuottaja Poli
        sektori julkinen
        ammatit lääkäri
    tieto kipu: luku yksikkönä pistettä
    tieto asuu yksin: kyllä vai ei
    palvelu haavahoito
    toimipaikka Mäkitalo
""",
    "sv": """\
språk sv
nätverk Vårt
    organisatör Området
    yrken nattskötare, läkare
    tjänsteproducent Hem, vård och vila
        sektor offentlig
        yrken nattskötare, läkare
    tjänsteproducent Kliniken
        sektor offentlig
        yrken läkare
    uppgift smärta: tal i poäng
    uppgift bor ensam: ja eller nej
    tjänst sårvård
    verksamhetsställe Backhuset
""",
}
BLOCK = {
    "steps": ("step", "handoff", "client chooses"),
    "step": ("by", "ordered by", "within", "needs", "does", "makes", "place", "if not accepted"),
    "handoff": ("from", "carries", "moves the plan to"),
    "decide": ("if",),
    "client chooses": ("option", "guided by", "if no choice"),
    "path": ("uses", "responsible", "accountable"),
    "plan": ("owner", "team"),
    "test": ("given", "on day", "expect", "never"),
}


def text_with(code: Code, block: str, keyword: str, value: str) -> str:
    words = language(code).keywords
    lines = [f"{words['step']} A1", f"    {words['within']} 1 x", f"{words['handoff']} A2"]
    steps = f"{words['steps']}\n" + "".join(f"    {line}\n" for line in lines)
    if block == "steps":
        return NAMES[code] + steps + f"    {words[keyword]} {value}\n"
    inner = (
        f"{words[block]} B\n    {words[keyword]} {value}\n"
        if block != "decide"
        else f"{words[block]}\n    {words[keyword]} {value}\n"
    )
    if block in ("path", "plan", "test"):
        return NAMES[code] + steps + inner
    return NAMES[code] + steps + "".join(f"    {line}\n" for line in inner.splitlines())


def broken(file: SourceFile, keyword: str) -> bool:
    return next(line for line in reversed(list(walk(file.root))) if line.keyword == keyword).is_broken


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("block", "keyword"), [(block, keyword) for block, keywords in BLOCK.items() for keyword in keywords])
def test_the_example_can_be_read_and_is_of_the_writers_names(code: Code, block: str, keyword: str) -> None:
    file = parse_text("a.path", text_with(code, block, keyword, ""))
    assert broken(file, keyword)
    _, found = with_own_names(file, [])
    example = next(f.words["example"] for f in found if f.span is not None and f.code == "P201")
    own = language(code).keywords[keyword]
    assert example.startswith(own)
    assert not broken(parse_text("a.path", text_with(code, block, keyword, example.removeprefix(own).lstrip(" ,"))), keyword), (
        example
    )
    general = (
        "Tesoma",
        "Heart Hospital",
        "Sydänsairaala",
        "Hjärtsjukhuset",
        "NT-proBNP",
        "EKG",
        "ECG",
        "cardiology",
        "kardiologi",
    )
    assert not any(word in example for word in general), example


@pytest.mark.parametrize(
    ("line", "example"),
    [
        ("by doctor", 'doctor at "Home, Care and Rest"'),
        ("by Clinic", "doctor at Clinic"),
        ("by", 'by night nurse at "Home, Care and Rest"'),
    ],
)
def test_who_acts_is_one_that_the_line_names(line: str, example: str) -> None:
    _, found = with_own_names(parse_text("a.path", f"{NAMES['en']}steps\n    step A\n        {line}\n"), [])
    assert [f.words["example"] for f in found if f.code != "P103"] == [example]


def test_a_value_is_the_one_that_stands_there() -> None:
    text = f"{NAMES['en']}steps\n    decide\n        if 2 points <= pain score <= 1 900 points\n            continue\n"
    _, found = with_own_names(parse_text("a.path", text), [])
    assert [f.words["example"] for f in found if f.code == "P202"] in ([], ["if pain score >= 1900 points"])
