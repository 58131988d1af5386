"""What embedding services rest on: every public name, what it gives and what it raises."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import networkx as nx
import pytest

import pathflow
from tests.conftest import ROOT

MEMORY = ROOT / "examples/memory/memory.path"
DRAFT = ROOT / "examples/memory/first_draft.path"
EVENTS = ROOT / "examples/memory/events.csv"
SCHEMA = json.loads((ROOT / "pathflow/schema/report.schema.json").read_text("utf-8"))


def test_every_public_name_is_there_and_documented() -> None:
    for name in pathflow.__all__:
        found = getattr(pathflow, name)
        assert name == "__version__" or found.__doc__, name
    assert dir(pathflow) == sorted(pathflow.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pathflow.nothing  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import pathflow; print(sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)), 'pathflow.api' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "['pathflow'] False\n"


@pytest.mark.parametrize("command", ["check", "run"])
def test_checking_and_running_import_no_graph(command: str) -> None:
    more = ["--events", str(EVENTS)] if command == "run" else []
    code = (
        "import sys; from pathflow.cli.main import main; code = main(sys.argv[1:]); "
        "print('networkx' in sys.modules or 'rich' in sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, command, str(MEMORY), *more], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "False"


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "pathflow/py.typed").is_file()


def test_load_gives_a_frozen_graph_of_the_path() -> None:
    compiled = pathflow.load(MEMORY)
    assert (compiled.name, compiled.has_errors, compiled.findings) == ("Memory", False, [])
    assert isinstance(compiled.graph, nx.MultiDiGraph)
    assert nx.is_frozen(compiled.graph)
    assert compiled.graph is compiled.graph
    names = {attributes["name"] for _, attributes in compiled.graph.nodes(data=True)}
    assert {"First talk", "Referral", "Back home", "Known and supported"} <= names


def test_load_raises_what_can_be_mended(tmp_path: Path) -> None:
    with pytest.raises(pathflow.Unreadable, match="there is no file"):
        pathflow.load(tmp_path / "none.path")
    file = tmp_path / "wrong.path"
    file.write_text("path X\n    versoin 1\n", "utf-8")
    with pytest.raises(pathflow.PathError, match=r"wrong.path:\d+: P\d+") as wrong:
        pathflow.load(file)
    assert wrong.value.findings
    assert pickle.loads(pickle.dumps(wrong.value)).findings == wrong.value.findings
    for error in (pathflow.Unreadable, pathflow.PathError, pathflow.LogError):
        assert issubclass(error, pathflow.PathflowError)


def test_check_reports_as_the_schema_says() -> None:
    report = pathflow.check([MEMORY, DRAFT])
    assert not report.is_clean
    assert report.files == (str(MEMORY), str(DRAFT))
    jsonschema.validate(report.as_dict(), SCHEMA)
    assert report.as_dict()["summary"]["errors"] == 9
    assert pathflow.check(MEMORY).is_clean


def test_two_paths_of_one_name_and_version(tmp_path: Path) -> None:
    text = MEMORY.read_text("utf-8")
    (tmp_path / "a.path").write_text(text, "utf-8")
    (tmp_path / "b.path").write_text(text.replace("within 14 days", "within 15 days", 1), "utf-8")
    found = pathflow.check(tmp_path).findings
    assert [(f.code, Path(f.span.file).name) for f in found if f.span] == [("P302", "b.path")]
    (tmp_path / "b.path").write_text(text.replace("version 1.0", "version 1.1", 1), "utf-8")
    assert pathflow.check(tmp_path).is_clean
    with pytest.raises(ValueError, match="two versions of Memory"):
        pathflow.open_engine([tmp_path / "a.path", tmp_path / "b.path"])


def test_check_text_looks_for_networks_in_its_folder() -> None:
    text = (ROOT / "paths/heart_failure.path").read_text("utf-8")
    assert pathflow.check_text(text, "heart_failure.path", ROOT / "paths").is_clean
    assert {f.code for f in pathflow.check_text(text, folder=ROOT / "docs").findings} == {"P304"}


def test_run_over_a_file() -> None:
    result = pathflow.run(MEMORY, EVENTS)
    jsonschema.validate(result.as_dict(), SCHEMA)
    clients = {state.client: state for state in result.clients}
    assert clients["Kaija"].path == "Memory"
    assert result.as_dict()["summary"]["clients"] == len(clients)
    early = pathflow.run(MEMORY, EVENTS, at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert early.at == pathflow.instant("2026-03-03T12:00")
    assert early.n_rows < result.n_rows
    assert [c.client for c in pathflow.run(MEMORY, EVENTS, client="Kaija").clients] == ["Kaija"]


def test_run_raises_what_can_be_mended(tmp_path: Path) -> None:
    with pytest.raises(pathflow.PathError):
        pathflow.run(DRAFT, EVENTS)
    assert pathflow.run(DRAFT, EVENTS, anyway=True).clients
    with pytest.raises(pathflow.LogError, match="there is no file"):
        pathflow.run(MEMORY, tmp_path / "none.csv")
    with pytest.raises(KeyError):
        pathflow.run(MEMORY, EVENTS, client="Nobody")
    with pytest.raises(ValueError, match="not a time"):
        pathflow.run(MEMORY, EVENTS, at="tomorrow")


def test_an_engine_from_a_file_or_from_what_was_loaded() -> None:
    with pytest.raises(pathflow.PathError):
        pathflow.open_engine(DRAFT)
    for given in (MEMORY, str(MEMORY), pathflow.load(MEMORY), [pathflow.load(MEMORY)]):
        engine = pathflow.open_engine(given)
        engine.enrol("Kaija", "memory", "2026-03-02T09:00", {"age": 74})
        assert [place.name for place in engine.where("Kaija")] == ["First talk"]
        assert [duty.what for duty in engine.due("Kaija", datetime(2026, 3, 2, 12, tzinfo=UTC))] == ["First talk"]
        assert [f.code for f in engine.findings("Kaija", "2026-05-01")] == ["G402"]
        assert engine.findings("Kaija", "2026-03-03") == []


def test_facts_go_out_and_come_in_again() -> None:
    engine = pathflow.open_engine(MEMORY)
    engine.enrol("Kaija", "Memory", "2026-03-02T09:00", {"age": 74})
    engine.complete("Kaija", "First talk", "2026-03-02T10:00", {"memory test result": 21})
    lines = [pathflow.encode_fact(fact) for fact in engine.client("Kaija").facts]
    other = pathflow.open_engine(MEMORY)
    assert other.restore("Kaija", map(pathflow.decode_fact, lines)).facts == engine.client("Kaija").facts
    with pytest.raises(ValueError, match="has a record here already"):
        other.restore("Kaija", [])
    with pytest.raises(ValueError, match="this is no fact"):
        pathflow.decode_fact("{}")
    assert other.forget("Kaija").client == "Kaija"
    assert list(other) == []


def test_moments() -> None:
    at = pathflow.instant("2026-03-29T03:30", "Europe/Helsinki")
    assert pathflow.moment(at, "Europe/Helsinki").isoformat() == "2026-03-29T04:30:00+03:00"  # 3:30 is not shown that night
    assert pathflow.instant(pathflow.moment(at)) == at
    for wrong in ("tomorrow", "1026-03-02", "2026-13-01"):
        with pytest.raises(ValueError, match="not a time"):
            pathflow.instant(wrong)
    with pytest.raises(ValueError, match="not a time zone"):
        pathflow.instant("2026-03-02", "Europe/Tesoma")


def test_the_one_layout() -> None:
    text = MEMORY.read_text("utf-8")
    assert pathflow.format_text(text) == text
    assert pathflow.format_text(text.replace("    ", "\t")) == text
    assert pathflow.format_text("path   X\n  version 1\n") == "path X\n    version 1\n"
    with pytest.raises(pathflow.PathError):
        pathflow.format_text("path X\n    versoin 1\n")


def test_pages() -> None:
    assert (pathflow.explain("G101") or "").startswith("G101 handoff-deadline")
    assert pathflow.explain("G999") is None


def test_scenarios() -> None:
    assert [outcome.failures for outcome in pathflow.run_tests(MEMORY)] == [(), (), ()]
    assert len(pathflow.run_tests(MEMORY, "nobody")) <= 1


def test_an_engine_in_memory_takes_the_same_calls_as_a_store() -> None:
    engine = pathflow.open_engine(ROOT / "examples/memory/memory.path")
    engine.enrol("a", "memory", "2026-03-02T09:00", {"age": 74})
    assert engine.start("a", "First talk", "2026-03-02T10:00", performer="Maija").performer == "Maija"
    with pytest.raises(ValueError, match="before it occurred"):
        engine.record("observed", "a", "", "2026-03-02T10:00", recorded="2026-03-02T09:00")
    assert [fact.number for fact in engine.client("a").facts] == [1, 2]
