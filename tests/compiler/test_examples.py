"""Examples in messages are of the writer's own names, and each can be read where it is meant to stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathflow.api import check_text
from pathflow.compiler.examples import with_own_names
from pathflow.dsl.languages import CODES, Code, language
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile, walk
from tests.rules.examples import whole

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


PATH = "path Ours\n    version 1.0\n    valid from 2026-01-01\n    responsible County\n    accountable County\n"


@pytest.mark.parametrize(
    ("networks", "uses", "help_"),
    [
        ([], "", "Add a line: uses Its network; or write the network in this file"),
        (["Lake"], "", "Add a line: uses Lake"),
        (["Hill", "Lake"], "", "Add a line: uses, and the name of the network: `Hill` or `Lake`"),
        ([], "Sea shore", "A network is found by its name, in a .path file of the same folder"),
        (["Lake"], "Sea shore", "The only network of this folder is `Lake`"),
        (["Hill", "Lake"], "Sea shore", "The networks of this folder are `Hill` and `Lake`"),
        (["Hill", "Lake"], "Laek", "Did you mean `Lake`?"),
    ],
)
def test_which_networks_there_are(tmp_path: Path, networks: list[str], uses: str, help_: str) -> None:
    for name in networks:
        (tmp_path / f"{name}.path").write_text(f"network {name}\n    organiser County\n", "utf-8")
    text = PATH + (f"    uses {uses}\n" if uses else "")
    found = [
        f for f in check_text(text, "ours.path", tmp_path).findings if f.code in ("P103", "P304") and "network" in f.message
    ]
    assert [f.advice for f in found] == [help_]


@pytest.mark.parametrize(
    ("written", "help_"),
    [
        (
            "by physician at Hospital",
            "professions physician; or take one that is there: `nurse`, `doctor`, `specialist` or `counsellor`",
        ),
        (
            "by doctor at Clinic",
            "provider Clinic; or take one that is there: `Health Centre`, `Hospital`, `Association` or `County`",
        ),
        ("by Hospital at Hospital", "Give the name of a profession: `nurse`, `doctor`, `specialist` or `counsellor`"),
    ],
)
def test_few_names_are_told_where_one_is_unknown(written: str, help_: str) -> None:
    text = whole(f"steps\n    step Visit\n        {written}\n        within 14 days\n    end Done\n        closes the plan\n")
    (found,) = (f for f in check_text(text, "x.path").findings if f.code in ("P301", "P303"))
    assert (found.advice or "").endswith(help_)


def test_many_names_are_not_told() -> None:
    others = "".join(f"    provider Home {n}\n        sector public\n" for n in range(9))
    text = whole(
        "steps\n    step Visit\n        by doctor at Clinic\n        within 14 days\n    end Done\n        closes the plan\n"
    )
    (found,) = (
        f for f in check_text(text.replace("    provider", others + "    provider", 1), "x.path").findings if f.code == "P301"
    )
    assert found.advice == "Declare it in the network: provider Clinic"
