"""The preview: what it serves, and to whom; in a real browser, that it follows the file, and that everybody can use it."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pathflow.cli.main import main
from pathflow.web.serving import Preview
from pathflow.web.watching import Watched
from tests.browser import barriers, chromium, page  # noqa: F401 - fixtures
from tests.conftest import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "memory.path"
    shutil.copy(ROOT / "examples/memory/memory.path", place)
    return place


@pytest.fixture
def server(file: Path) -> Iterator[Preview]:
    with Preview(Watched(file)) as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def ask(server: Preview, path: str, host: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def state(server: Preview, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(server, f"/state{query}")[1])
    return found


def test_the_state_holds_all_that_the_page_shows(server: Preview) -> None:
    found = state(server)
    assert found["svg"].startswith("<svg")
    assert found["text"].startswith("#") or "path Memory" in found["text"]
    assert found["findings"] == []
    assert found["trouble"] == ""
    assert all(one["failures"] == [] for one in found["tests"])
    assert {"Lakeside Hospital", "Lakeside Health Centre"} <= {one["name"] for one in found["providers"]}


def test_it_follows_the_file_and_keeps_the_last_good_picture(server: Preview, file: Path) -> None:
    before = state(server)
    text = file.read_text("utf-8")
    file.write_text(text.replace("step First talk", "stp First talk"), "utf-8")
    broken = state(server)
    assert broken["version"] != before["version"]
    assert broken["svg"] == before["svg"]
    assert broken["trouble"]
    assert "P101" in {one["code"] for one in broken["findings"]}
    file.write_text(text.replace("First talk", "First meeting"), "utf-8")
    mended = state(server)
    assert "First meeting" in mended["svg"]
    assert mended["trouble"] == ""
    file.unlink()
    assert "memory.path" in state(server)["trouble"]


def test_views_and_a_provider_that_is_not_there(server: Preview) -> None:
    whole = state(server)["svg"]
    assert state(server, "?view=overview")["svg"]
    assert state(server, "?view=Memory%20Association")["svg"] != whole
    assert state(server, "?view=Nobody")["svg"] == whole
    assert state(server, "?lying=1")["svg"] != whole


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/memory.path", "/state/../x", "/%2e%2e/serving.py", "/page.html/x", "/serving.py"]
)
def test_nothing_else_is_served(server: Preview, path: str) -> None:
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example:1"])
def test_only_this_machine_is_answered(server: Preview, host: str) -> None:
    assert ask(server, "/state", host or "x")[0] == 403
    assert server.server_address[0] == "127.0.0.1"


def test_the_stream_says_when_something_changed(server: Preview, file: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", "/changes")
    stream = connection.getresponse()
    assert stream.readline() == b"data: here\n"
    assert stream.readline() == b"\n"
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    assert stream.readline() == b"data: changed\n"
    connection.close()


def test_the_command_says_where_and_ends_with_ctrl_c(file: Path) -> None:
    heeded = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # tests in the background ignore it, and so would the command
    process = subprocess.Popen([sys.executable, "-m", "pathflow", "preview", str(file)], stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "PYTHONUNBUFFERED": "1"})  # fmt: skip
    signal.signal(signal.SIGINT, heeded)
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 60)[0]
    line = process.stdout.readline()
    assert re.search(r"http://127\.0\.0\.1:\d+/", line)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    process.stdout.close()


def test_what_cannot_be_previewed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], server: Preview, file: Path
) -> None:
    for asked in ([str(tmp_path)], [str(tmp_path / "nothing.path")], [str(file), "--port", str(server.server_port)]):
        assert main(["preview", *asked]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "Traceback" not in said


# in a browser


def test_a_click_on_a_step_goes_to_its_line_and_back(page: Any, server: Preview, file: Path) -> None:  # noqa: F811
    page.goto(server.url)
    page.wait_for_selector(".box.step")
    page.locator(".box.step", has_text="First talk").first.click()
    assert "step First talk" in page.locator("#lines li.here").text_content()
    page.locator("#lines li", has_text="step Examination").first.click()
    assert "Examination" in page.locator(".box.here").text_content()


def test_the_page_follows_what_is_saved(page: Any, server: Preview, file: Path) -> None:  # noqa: F811
    page.goto(server.url)
    page.wait_for_selector(".box.step")
    text = file.read_text("utf-8")
    file.write_text(text.replace("First talk", "First meeting"), "utf-8")
    page.wait_for_selector(".box.step text >> text=First meeting")
    file.write_text(text.replace("accepted within", "acepted within"), "utf-8")
    page.wait_for_selector("#trouble:not([hidden])")
    assert page.locator("#findings li").count() > 0
    file.write_text(text, "utf-8")
    page.wait_for_selector("#trouble[hidden]", state="attached")


def test_the_keyboard_is_enough(page: Any, server: Preview) -> None:  # noqa: F811
    page.goto(server.url)
    page.wait_for_selector(".box.step")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('step')"):
            break
    page.keyboard.press("Enter")
    assert "step " in page.locator("#lines li.here").text_content()
    page.locator("#view").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert page.locator("#view").input_value() == "overview"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anybody(page: Any, server: Preview, scheme: str) -> None:  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    page.goto(server.url)
    page.wait_for_selector(".box.step")
    assert barriers(page) == []
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(page) == []
