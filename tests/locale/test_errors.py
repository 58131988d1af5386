"""What cannot be used, and what a failed test says, in Finnish and Swedish."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path

import click
import pytest

import pathflow
from pathflow.api import PathError, Unreadable, run_tests
from pathflow.base.errors import PathflowError
from pathflow.cli.main import _COMMANDS, cli, main
from pathflow.cli.misuse import MISUSES, meant
from pathflow.dsl.languages import Code
from pathflow.locale import catalogue, spoken
from tests.cli.test_commands import VISIT
from tests.conftest import ROOT
from tests.locale import errors as read
from tests.locale.errors import errors, unread
from tests.rules.examples import whole

OTHERS: tuple[Code, ...] = ("fi", "sv")
Capture = pytest.CaptureFixture[str]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in PLACEHOLDER.sub("", text))


def lacking(code: Code) -> list[str]:
    return [f"{where}: {text}" for text, where in errors().items() if has_words(text) and text not in catalogue(code, "errors")]


@pytest.mark.parametrize("code", OTHERS)
def test_no_error_lacks_a_translation(code: Code) -> None:
    assert unread() == [], "an error is a template and its words, not a text that is put together"
    assert lacking(code) == [], "add them to pathflow/locale/fi_errors.toml and sv_errors.toml"
    assert set(catalogue(code, "errors")) - set(errors()) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    for english, own in catalogue(code, "errors").items():
        assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(own)), english


def kinds(kind: type[Exception]) -> set[str]:
    return {kind.__name__}.union(*map(kinds, kind.__subclasses__()))


def test_every_class_of_errors_is_read() -> None:
    assert kinds(PathflowError) - {"PathError"} <= read.SAYING
    ours = {name for name in kinds(click.ClickException) if name.startswith("Misused")}
    assert ours <= read.SAYING


@pytest.mark.parametrize(
    ("line", "text", "call"),
    [
        ('raise Unreadable("{file} is of a new kind", file=file)', "{file} is of a new kind", None),
        ('say = "no {n}" if n else "none"\nraise Misused(say, n=n)', "none", None),
        ('raise Unreadable(f"{file} is of a new kind")', None, "Unreadable(f'{file} is of a new kind')"),
        ('raise click.UsageError(f"no {file}")', None, "click.UsageError(f'no {file}')"),
        ('raise click.UsageError(said("no file", code))', None, None),
    ],
)
def test_an_error_that_lacks_is_found(line: str, text: str | None, call: str | None, tmp_path: Path) -> None:
    file = tmp_path / "new.py"
    file.write_text(line, "utf-8")
    found = read.read(file)
    assert (text in found.texts) == (text is not None)
    assert found.unread == ([call] if call is not None else [])


# click's own


def wrong_calls() -> list[tuple[str, ...]]:
    """Every command with an option that is not there, and every option without its value and with a wrong one."""
    found: list[tuple[str, ...]] = [("--nothing",), ("nothing",), ("chekc",)]
    context = click.Context(cli, **cli.context_settings)
    for name in _COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found += [(name, "--nothing"), (name, "--formt", "text"), (name, *["x"] * 9, "--nothing")]
        if any(isinstance(param, click.Argument) and param.required for param in command.params):
            found.append((name,))
        if name in ("time", "explain", "new"):
            found.append((name, "x", "y"))
            found.append((name, "x", "y", "z"))
        for param in command.params:
            option = next((one for one in param.opts if one.startswith("--")), None)
            if option is None or not isinstance(param, click.Option):
                continue
            if param.is_flag:
                found.append((name, "x", f"{option}=1"))
            elif param.flag_value is None or not param._flag_needs_value:
                found.append((name, "x", option))
            if not param.is_flag and not isinstance(param.type, click.types.StringParamType | click.Path):
                found.append((name, "x", option, "wrong"))
                if isinstance(param.type, click.FloatRange):
                    found.append((name, "x", option, "101"))
    return found


@pytest.mark.parametrize("args", wrong_calls(), ids=" ".join)
def test_a_wrong_call_is_told_in_its_language(args: tuple[str, ...], capsys: Capture) -> None:
    def says(*more: str) -> str:
        assert main([args[0], *more, *args[1:]] if args[0] in _COMMANDS else [*args, *more]) == 2
        return str(capsys.readouterr().err)

    english = says().partition("  Help: ")[0].removeprefix("pathflow: ").strip()
    if args[0] in _COMMANDS:
        assert any(meant(english).say == template for template in MISUSES), english
    for code in OTHERS:
        own = says("--language", code)
        assert spoken(meant(english), code) in own or args[0] not in _COMMANDS
        for part in re.split(r"'[^']*'|`[^`]*`|--?\w+", english):
            assert len(part.split()) < 3 or part.strip() not in own, (part, own)


def test_click_is_taken_apart() -> None:
    said = meant("Invalid value for '--seed': 'x' is not a valid integer.")
    assert spoken(said, "fi") == "Valitsimen tai argumentin '--seed' arvo ei kelpaa: 'x' ei ole kokonaisluku."
    assert str(said) == "Invalid value for '--seed': 'x' is not a valid integer."
    assert str(meant("whatever {else}")) == spoken(meant("whatever {else}"), "sv") == "whatever {else}"


# files


def test_a_file_that_is_not_there(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def says(*args: str) -> str:
        assert main(list(args)) == 2
        return str(capsys.readouterr().err)

    gone, empty = str(tmp_path / "gone.path"), str(tmp_path)
    assert says("check", gone, "--language", "fi") == f"pathflow: tiedostoa tai kansiota {gone} ei ole\n"
    assert says("check", gone) == f"pathflow: there is no file or folder {gone}\n"
    heart = str(ROOT / "paths/heart_failure.path")
    log = ("run", heart, "--events", gone, "--language", "sv")
    assert says(*log).splitlines()[-1] == f"pathflow: det finns ingen fil {gone}"
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "sv")
    assert says("graph", empty) == f"pathflow: det finns ingen .path-fil i mappen {empty}\n"
    assert says("grpah", empty).startswith("pathflow: det finns inget kommando `grpah`. Menade du `pathflow graph`?  Hjälp: ")
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "xx")
    assert says("explain").startswith("pathflow: PATHFLOW_LANGUAGE is `xx`; write en, fi or sv")


def test_an_error_survives_being_sent() -> None:
    wrong = Unreadable("{path} cannot be read: {why}", path="{a}.path", why="x")
    again = pickle.loads(pickle.dumps(wrong))
    assert type(again) is Unreadable
    assert str(again) == str(wrong) == "{a}.path cannot be read: x"
    assert spoken(again.said, "sv") == "{a}.path kan inte läsas: x"
    assert str(PathflowError("{ not a template")) == "{ not a template"


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    from pathflow import load

    file = tmp_path / "a.path"
    file.write_text("path X\n    uses Y\n    wrong\n    wrong too\n", "utf-8")
    with pytest.raises(PathError) as wrong:
        load(file)
    assert spoken(wrong.value.said, "fi").endswith("muuta)")
    assert str(wrong.value).endswith("more)")


# failed tests

FAILING = """test All of it
    given Visit is done after 3 days
    expect Done, Visit
    expect Visit is open
    expect holder is Hospital
    expect owner is nobody
    expect finding is G101
    expect Visit within 1 day of enrolment
    expect Visit is due on day 3, at most on day 9
    on day 1 expect Visit is not open
    never Visit
    never Visit before day 20
    never Visit after day 1
    never owner is nobody
    never holder is Health Centre
test Findings
    given Visit is not done
    expect Visit
    never any finding
"""


def test_a_failed_test_says_what_happened_in_its_language(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "visit.path"
    file.write_text(whole(VISIT) + "\n" + FAILING, "utf-8")

    def says(*args: str) -> str:
        assert main(["test", str(file), *args]) == 1, capsys.readouterr()
        return str(capsys.readouterr().out)

    assert "did not come" in says()
    for code, came, kept in (("fi", "toteutui", "päivänä"), ("sv", "kom", "dag")):
        out = re.sub(r"`[^`]*`", "", says("--language", code))
        assert came in out
        assert kept in out
        lines = [line for line in out.splitlines() if "visit.path:" in line]
        assert len(lines) >= 10
        told = "\n".join(line.partition("visit.path:")[2] for line in lines)
        assert not re.search(r"\b(did not|came|on day|holder|owner|expected|never|there is|is|was|nobody|open)\b", told), told
        document = json.loads(says("--language", code, "--format", "json"))
        assert document["tests"][0]["failures"][0]["message"] in says("--language", code)
        assert came in says("--language", code, "--format", "junit")
    assert all("`" in f.message or f.message for outcome in run_tests(file) for f in outcome.failures)


# what is not granted


def test_a_refusal_is_told_in_its_language() -> None:
    engine = pathflow.open_engine(ROOT / "examples/memory/memory.path")
    engine.enrol("Kaija", "Memory", "2026-03-02T09:00", {"age": 74})
    engine.complete("Kaija", "First talk", "2026-03-02T10:00", {"memory test result": 21})
    engine.accept("Kaija", "Referral", "2026-03-04T10:00")
    found = {
        "twice": engine.enrol("Kaija", "Memory", "2026-03-04T11:00", {"age": 74}),
        "moved": engine.accept("Kaija", "Referral", "2026-03-04T11:00"),
        "known": engine.enrol("Kaija", "Nothing", "2026-03-04T11:00"),
    }
    refusals = {name: refusal for name, refusal in found.items() if isinstance(refusal, pathflow.Refusal)}
    assert len(refusals) == 3
    assert pathflow.spoken(refusals["twice"], "fi") == "asiakas `Kaija` on jo polulla `Memory`"
    assert pathflow.spoken(refusals["twice"], "sv") == "klienten `Kaija` är redan på `Memory`"
    assert pathflow.spoken(refusals["known"], "fi") == "polkua `Nothing` ei ole, vain `Memory`"
    for refusal in refusals.values():
        assert pathflow.spoken(refusal) == refusal.message
        for code in OTHERS:
            outside = re.sub(r"`[^`]*`", "", pathflow.spoken(refusal, code))
            assert not re.search(r"\b(is|not|on|the|accepted|cannot|only)\b", outside.replace(" on ", " ")), outside


def test_findings_and_errors_are_told_too() -> None:
    finding = pathflow.check_text("path X\n    uses Y\n").findings[0]
    assert pathflow.spoken(finding) == finding.message != pathflow.spoken(finding, "sv")
    assert pathflow.spoken(Unreadable("there is no file or folder {path}", path="x"), "fi") == "tiedostoa tai kansiota x ei ole"


@pytest.mark.parametrize("code", OTHERS)
def test_what_an_offer_is_and_cannot_become(code: Code) -> None:
    states = {"proposed", "accepted", "returned", "expired", "cancelled"}
    say, words = "`{subject}` is {state}, and cannot be {move}", {"subject": "accepted", "state": "expired", "move": "accepted"}
    own = pathflow.spoken(pathflow.Refusal(say, words), code)
    assert own.startswith("`accepted`")
    assert not any(state in own.removeprefix("`accepted`") for state in states)
