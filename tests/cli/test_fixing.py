"""`pathflow check --fix`: files as they lie on the disk, before and after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import VISIT, Capture, run
from tests.rules.examples import whole

SLIP = VISIT.replace("within 14 days", "withn two weks")
MENDED = VISIT.replace("within 14 days", "within 2 weeks")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "wrong.path"
    place.write_text(whole(SLIP), "utf-8")
    return place


def line_of(text: str) -> int:
    return whole(SLIP).splitlines().index(text) + 1


def test_what_is_plain_is_mended_and_said(capsys: Capture, file: Path) -> None:
    code, out, err = run(capsys, "check", "--fix", file)
    assert file.read_text("utf-8") == whole(MENDED)
    line = line_of("        withn two weks")
    assert out.splitlines()[:4] == [
        f"{file}:{line}: `withn` is now `within` (P101)",
        f"{file}:{line}: `two` is now `2` (P202)",
        f"{file}:{line}: `weks` is now `weeks` (P204)",
        "mended 3 places in 1 file",
    ]
    assert (code, err) == (0, "")
    code, out, err = run(capsys, "check", "--fix", file)
    first, *more = out.splitlines()
    assert (code, first, len(more), err) == (0, "clean: 1 file with 1 path, no findings", 1, "")


def test_windows_files_keep_their_line_ends_mark_and_rights(capsys: Capture, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + whole(SLIP).replace("\n", "\r\n").encode())
    file.chmod(0o640)
    run(capsys, "check", "--fix", file)
    assert file.read_bytes() == b"\xef\xbb\xbf" + whole(MENDED).replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_difference_is_shown_and_nothing_written(capsys: Capture, file: Path) -> None:
    code, out, err = run(capsys, "check", "--fix", "--diff", file)
    assert file.read_text("utf-8") == whole(SLIP)
    assert "-        withn two weks\n+        within 2 weeks\n" in out
    assert (code, err) == (1, "3 places in 1 file can be mended; nothing was written\n")
    file.write_text(whole(VISIT), "utf-8")
    assert run(capsys, "check", "--diff", file) == (0, "", "nothing can be mended; nothing was written\n")


def test_what_may_mean_something_else_is_mended_on_request(capsys: Capture, file: Path) -> None:
    text = whole(VISIT.replace("within 14 days", "within 14"))
    file.write_text(text, "utf-8")
    assert run(capsys, "check", "--fix", file)[0] == 1
    assert file.read_text("utf-8") == text
    code, out, _ = run(capsys, "check", "--fix-unsafe", file)
    assert code == 0
    assert "`14` is now `14 days` (P203)" in out
    assert file.read_text("utf-8") == whole(VISIT)


def test_a_read_only_file_is_one_line(capsys: Capture, file: Path) -> None:
    file.chmod(0o444)
    code, out, err = run(capsys, "check", "--fix", file)
    assert (code, out) == (2, "")
    assert err == f"pathflow: {file} cannot be written, and stays as it was: it is read-only\n"
    assert file.read_text("utf-8") == whole(SLIP)


def test_with_json_the_changes_are_talk(capsys: Capture, file: Path) -> None:
    code, out, err = run(capsys, "check", "--fix", "--format", "json", file)
    assert code == 0
    assert json.loads(out)["findings"] == []
    assert "`withn` is now `within`" in err


def test_a_change_with_which_the_file_reads_worse_is_not_made(capsys: Capture, file: Path) -> None:
    """A direction mark between two words: taken away, it would make them one."""
    text = whole(VISIT.replace("doctor at", "doctor\u200eat"))
    file.write_text(text, "utf-8")
    code, _, err = run(capsys, "check", "--fix", file)
    assert file.read_text("utf-8") == text
    assert code == 1
    assert "`<U+200E>` is left: the file would read worse with the change (P004)" in err


def test_a_network_and_the_path_that_uses_it_are_mended_together(capsys: Capture, tmp_path: Path) -> None:
    text = whole(VISIT.replace("doctor at Health Centre", "doctor at Health Cetnre"))
    head, network = text.index("path Example"), text.index("network Example network")
    end = text.index("clients")
    (tmp_path / "net.path").write_text(text[network:end].replace("network Example network", "netwrk Example network"), "utf-8")
    (tmp_path / "path.path").write_text(text[head:network] + text[end:], "utf-8")
    code, out, _ = run(capsys, "check", "--fix", tmp_path)
    assert "`netwrk` is now `network` (P101)" in out
    assert "`Health Cetnre` is now `Health Centre` (P301)" in out
    assert code == 0, out
