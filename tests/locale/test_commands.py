"""The help of every command and option in Finnish and Swedish."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

from pathflow.cli.help import paragraphs
from pathflow.cli.main import _COMMANDS, cli, main
from pathflow.dsl.languages import Code
from pathflow.locale import catalogue

OTHERS: tuple[Code, ...] = ("fi", "sv")
WORDS = ("Usage", "Options", "Commands", "default", "required")


def wanted() -> dict[str, str]:
    """English to the command in whose help it stands."""
    found = dict.fromkeys(WORDS, "every command") | dict.fromkeys(_COMMANDS.values(), "pathflow")
    context = click.Context(cli, **cli.context_settings)
    for name in [None, *_COMMANDS]:
        command = cli.get_command(context, name) if name is not None else cli
        assert command is not None
        helps = [param.help for param in command.get_params(context) if isinstance(param, click.Option)]
        assert all(helps), name
        for text in [*paragraphs(command), *helps, *command.collect_usage_pieces(context)]:
            found.setdefault(text or "", name or "pathflow")
    return found


def lacking(code: Code) -> list[str]:
    return [f"{where}: {text}" for text, where in wanted().items() if text not in catalogue(code, "commands")]


@pytest.mark.parametrize("code", OTHERS)
def test_no_help_lacks_a_translation(code: Code) -> None:
    assert lacking(code) == [], "add them to pathflow/locale/fi_commands.toml and sv_commands.toml"
    assert set(catalogue(code, "commands")) == set(wanted())


@pytest.mark.parametrize("code", OTHERS)
def test_options_and_commands_are_named_alike(code: Code) -> None:
    for text, said in catalogue(code, "commands").items():
        for pattern in (r"--[a-z-]+", r"\bpathflow \w+", r"[A-Z]+_[A-Z]+"):
            assert re.findall(pattern, text) == [] or set(re.findall(pattern, text)) == set(re.findall(pattern, said)), text


def test_an_option_that_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    command = cli.get_command(click.Context(cli, **cli.context_settings), "check")
    assert command is not None
    monkeypatch.setattr(command, "params", [*command.params, click.Option(["--new"], help="A new one.")])
    assert lacking("fi") == lacking("sv") == ["check: A new one."]


def test_which_language_helps(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def says(*args: str) -> str:
        main(list(args))
        return str(capsys.readouterr().out)

    assert says("run", "--help").startswith("Usage: pathflow run [OPTIONS] WHERE...")
    for args in (("--language", "fi", "--help"), ("--help", "--language=fi"), ("-h", "--language", "fi")):
        assert says("run", *args).startswith("Käyttö: pathflow run [VALITSIMET] KOHDE...")
    assert "[standard: error]" in says("run", "--language", "sv", "--help")
    assert "  check     Prove" in says("--help")
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "sv")
    assert "Kommandon:\n  check     Bevisa" in says("--help")
    assert "Usage:" in says("fmt", "--language", "en", "--help")
    assert "Användning:" in says("fmt", "--help")


def test_a_catalogue_is_read_only_where_it_is_asked_for() -> None:
    script = (
        "import sys; from pathflow.cli.main import main; from pathflow.locale import catalogue;"
        "main(['explain', 'G101']); main(['check', '--help']); assert 'tomllib' not in sys.modules;"
        "main(['check', '--help', '--language', 'fi']); found = catalogue.cache_info().currsize;"
        "catalogue('fi', 'commands'); assert catalogue.cache_info().currsize == found;"
        "catalogue('fi', 'pages'); assert catalogue.cache_info().currsize == found + 1"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
