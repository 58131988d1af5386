"""What may stand where: keywords of the block, names of the right sort, words and units of the value, in each language."""

from __future__ import annotations

import pytest

from pathflow import format_text
from pathflow.dsl.languages import CODES, Code, language
from pathflow.dsl.parse import parse_text
from pathflow.dsl.vocabulary import BLOCKS
from pathflow.ide.completion import Candidate, complete
from pathflow.ide.snippets import BODIES, snippet
from tests.ide.texts import NETWORK, PATH, folder, place_of


def offered(
    line: str, before: str = "        within 7 days of enrolment", name: str = "hip.path", code: Code = "en"
) -> list[Candidate]:
    """What is offered at the end of a line that is put in before another."""
    text = PATH if name == "hip.path" else NETWORK
    new = text.replace(before, line + "\n" + before, 1)
    files = {"path": new} if name == "hip.path" else {"network": new}
    with folder(**files) as workspace:
        number, _ = place_of(new, line + "\n" + before)
        return complete(workspace.view(name), number, len(line) + 1, code)


def labels(line: str, **more: str) -> list[str]:
    return [one.label for one in offered(line, **more)]  # type: ignore[arg-type]  # names of files and codes


def first(line: str, count: int = 1, **more: str) -> list[str]:
    return labels(line, **more)[:count]


def test_keywords_of_the_block_at_that_place() -> None:
    found = labels("        ")
    assert {"within", "needs", "ordered by", "carries"} <= set(found)
    assert not {"by", "place", "step", "given", "sector"} & set(found)  # `by` and `place` are there already
    found = labels("    ")
    assert {"step", "handoff", "decide", "end"} <= set(found)
    assert "until" not in found
    assert "within" not in found
    assert "test" in labels("", before="test Mild")
    assert "steps" not in labels("", before="test Mild")
    assert "until" in labels("            ", before="            until pain")
    assert {"sector", "offers"} & set(labels("        ", before="        sector private", name="net.path"))


def test_what_must_stand_comes_first() -> None:
    text = "    provider New\n        "
    assert first(text.split("\n")[1], before="        sector public", name="net.path", count=1) != []
    new = NETWORK + "    provider New\n        \n"
    with folder(network=new) as workspace:
        view = workspace.view("net.path")
        found = complete(view, new.count("\n"), 9, "en")
        assert found[0].label == "sector"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("        by ", {"nurse", "doctor", "social worker", "client", "whoever is accountable"}),
        ("        by nurse ", {"at", "or", "and"}),
        ("        by nurse a", {"at"}),
        (
            "        by nurse at ",
            {"Health Centre", "Åland Hospital 🏥", "Care Oy", "place of training", "whoever is accountable"},
        ),
        ("        by nurse at Health Centre, ", {"home", "remote", "on site"}),
        ("        within ", {"3 working days", "2 weeks"}),
        ("        within 3 ", {"days", "working days", "months"}),
        ("        within 3 days ", {"of", ", at most", ", when"}),
        ("        within 3 days, ", {"at most", "when", "source"}),
        ("        within 3 days of ", {"Visit", "Fall", "To the hospital", "enrolment", "Training"}),
        ("        within 3 days, when ", {"severity", "pain", "consent", "not"}),
        ("        within 3 days, when severity is ", {"mild", "severe", "known"}),
        ("        within 3 days, when pain > 3 ", {"points", "and", "within", "for"}),
        ("        makes ", {"letter", "severity", "weight", "pain"}),
        ("        makes letter, ", {"severity", "weight"}),
        ("        does ", {"X-ray"}),
        ("        does X-ray ", {"because"}),
        ("        place ", {"Hill House"}),
        ("        same visit as ", {"Visit", "Training"}),
        ("        starts ", {"Hip fracture"}),
        ("        starts Hip fracture for ", {"carer"}),
        ("        if not accepted, ", {"Health Centre", "whoever is accountable"}),
        ("        if not accepted, Health Centre ", {"takes over", "keeps the client"}),
        ("        allow ", {"G101", "G303"}),
        ("        allow G101 ", {"because"}),
        ("        legal basis ", {"consent"}),
        ("        price 40 ", {"€", "per"}),
        ("        repeat ", {"every 2 weeks", "at most"}),
        ("        repeat every 2 weeks ", {"from start to start", ", at most"}),
        ("        without ", {"severity", "pain", "Visit", "X-ray", "Fall"}),
    ],
)
def test_values(line: str, wanted: set[str]) -> None:
    assert wanted <= set(labels(line)), sorted(set(labels(line)))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("    given ", {"severity", "place of training", "Visit"}),
        ("    given severity is ", {"mild", "severe"}),
        ("    given place of training is ", {"Care Oy", "not chosen"}),
        ("    given Visit is ", {"done", "not accepted"}),
        ("    given weight is 60 ", {"kg"}),
        ("    given weight is 60 kg, ", {"severity"}),
        ("    on day 3 ", {"Fall", "severity", "expect"}),
        ("    on day 3 expect ", {"holder is", "owner is"}),
        ("    on day 3 expect owner is ", {"nurse at Health Centre", "nobody"}),
        ("    expect ", {"Visit", "Well", "Fall", "finding is"}),
        ("    expect holder is ", {"Health Centre"}),
        ("    expect finding is ", {"G101"}),
        ("    expect Visit, ", {"Well"}),
        ("    never ", {"To the hospital", "any finding"}),
    ],
)
def test_in_tests(line: str, wanted: set[str]) -> None:
    assert wanted <= set(labels(line, before="    on day 3 Fall")), sorted(set(labels(line, before="    on day 3 Fall")))


@pytest.mark.parametrize(
    ("line", "before", "wanted"),
    [
        ("        sector ", "        sector public", {"public", "private", "third"}),
        ("        offers ", "        sector public", {"X-ray"}),
        ("        channels ", "        sector public", {"home", "remote"}),
        ("        meets ", "        sector public", {"night duty"}),
        ("        covers ", "        covers everything", {"everything", "X-ray"}),
        ("        mode ", "        mode purchase", {"voucher", "purchase"}),
        ("    item age: ", "    item letter", {"number of", "yes or no", "date"}),
        ("    item age: number of ", "    item letter", {"kg", "years"}),
        ("    item pain: number of points ", "    item letter", {"from"}),
        ("    item pain: number of points from 0 ", "    item letter", {"to"}),
        ("        payer ", "        covers everything", {"Health Centre", "Care Oy"}),
        ("        payer Care Oy 60 ", "        covers everything", {"%"}),
        ("        hosts Care Oy, ", "        hosts Health", {"Health Centre"}),
        ("        must have ", "        must have X", {"X-ray", "Hip fracture"}),
        ("    uses ", "    organiser", {"Shared"}),
    ],
)
def test_in_networks(line: str, before: str, wanted: set[str]) -> None:
    assert wanted <= set(labels(line, before=before, name="net.path")), labels(line, before=before, name="net.path")


def test_what_is_likely_comes_first() -> None:
    assert first("        by doctor at ") == ["Åland Hospital 🏥"]
    assert set(first("                carries ", 2, before="                carries letter")) == {"letter", "severity"}
    offers = offered("        does ")
    assert next(one for one in offers if one.label == "X-ray").rank == 1


def test_nothing_in_comments_and_labels() -> None:
    assert labels("    # by nurse ") == []
    assert labels("        note by nurse at ") == []
    assert labels("    step by nurse at ") == []


def test_names_that_need_quotes_have_them() -> None:
    new = NETWORK.replace("item severity:", "item is it severe:")
    text = PATH.replace("severity", '"is it severe"') + "test More\n    given "
    with folder(new, text) as workspace:
        found = complete(workspace.view("hip.path"), text.count("\n") + 1, 11, "en")
        assert next(one.insert for one in found if one.label == "is it severe") == '"is it severe"'
    found = offered('        within 3 days, when "sev')
    assert next(one.insert for one in found if one.label == "severity") == '"severity"'
    assert all(one.insert.startswith('"') for one in found)


@pytest.mark.parametrize("code", CODES)
def test_in_every_language(code: Code) -> None:
    own = language(code)
    text = format_text(PATH, language=code)
    with folder(path=text) as workspace:
        view = workspace.view("hip.path")
        number = next(at for at, line in enumerate(view.lines, 1) if line.strip().startswith(own.keywords["by"] + " "))
        line = view.lines[number - 1]
        keywords = {one.label for one in complete(view, number, 9, code) if one.kind == "keyword"}
        assert own.keywords["within"] in keywords
        column = line.index(f" {own.inner('AT')} ") + len(own.inner("AT")) + 3
        assert "Health Centre" in {one.label for one in complete(view, number, column, code)}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("keyword", BODIES)
def test_a_snippet_is_of_the_language(keyword: str, code: Code) -> None:
    """Filled in as it stands, it has no mistake of grammar in the block in which its keyword may stand."""
    import re

    own = language(code)
    text = snippet(keyword, own)
    assert text is not None
    filled = re.sub(r"\$\{\d+:((?:[^}\\]|\\.)*)\}", r"\1", text).replace("\\}", "}").replace("…", "something")
    home = next(kind for kind, block in BLOCKS.items() if keyword in block.lines)
    head = {"file": [], "network": ["network"], "steps": ["steps"], "path": ["path"]}[home]
    lines = [own.keywords[word] + (" X" if word != "steps" else "") for word in head]
    body = [("    " * len(head)) + line for line in filled.split("\n")]
    language_line = [f"{own.keywords['language']} {code}"] if code != "en" else []
    file = parse_text("a.path", "\n".join([*language_line, *lines, *body]) + "\n")
    wrong = [f"{f.code} {f.message}" for f in file.findings if f.code not in ("P103", "P105", "P107")]
    assert wrong == [], filled
