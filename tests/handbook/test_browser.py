"""The site in a browser: axe-core, an HTML validator, keys alone. Needs node, Chromium and three npm packages.

They are found on NODE_PATH: `npm install --prefix DIR axe-core html-validate puppeteer-core`, then NODE_PATH=DIR/node_modules.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pathflow.handbook.shelving import put
from tests.handbook import town as made

PACKAGES = ("axe-core", "html-validate", "puppeteer-core")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = Path(__file__).parent
RULES = {"extends": ["html-validate:standard", "html-validate:a11y"], "root": True, "rules": {"long-title": "off"}}


class Absent(Exception):
    """What a browser's tests need, and is not here."""


def tools() -> tuple[str, str]:
    """Node and a browser. Raises: Absent."""
    node = shutil.which("node")
    chromium = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if node is None or chromium is None:
        raise Absent("node or Chromium is not here")
    asked = "; ".join(f"require.resolve('{name}/package.json')" for name in PACKAGES)
    if subprocess.run([node, "-e", asked], capture_output=True, check=False).returncode:
        raise Absent(f"NODE_PATH leads to no {', '.join(PACKAGES)}")
    return node, chromium


@pytest.fixture(scope="module")
def needed() -> tuple[str, str]:
    """Node and a browser; where they are absent the tests are skipped, unless PATHFLOW_NO_SKIPS says that this is not to be."""
    try:
        return tools()
    except Absent as missing:
        if os.environ.get("PATHFLOW_NO_SKIPS"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small library's site, on the disk."""
    found = made.material(made.town(tmp_path_factory.mktemp("town") / "paths"))
    site = tmp_path_factory.mktemp("site")
    put(site, ((name, text.encode()) for name, text in made.site(found, "fi", "sv", "en").items()))
    return site


def seen(needed: tuple[str, str], site: Path, *pages: str) -> dict[str, Any]:
    node, chromium = needed
    done = subprocess.run([node, str(HERE / "browser.js"), chromium, str(site), *pages],
                          capture_output=True, text=True, check=False, timeout=600)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_a_browser_sees(needed: tuple[str, str], folder: Path) -> None:
    names = [str(page.relative_to(folder)) for page in sorted((folder / "en").glob("*.html"))]
    found = seen(needed, folder, "index.html", "fi/index.html", "sv/client-headache.html", *names)
    assert found["violations"] == {}
    assert found["fetched"] == []
    assert found["errors"] == []
    assert found["wide"] == [], "a page is wider than the screen"
    keys = found["keys"]
    assert (keys["skip"], keys["main"], keys["outline"], keys["sorted"]) == ("skip", "main", "solid", "ascending")
    assert keys["hits"] > 0
    assert str(keys["hits"]) in keys["said"]


def test_a_fault_is_seen(needed: tuple[str, str], folder: Path, tmp_path: Path) -> None:
    bad = shutil.copytree(folder, tmp_path / "bad")
    page = bad / "en/plan.html"
    page.write_text(
        page.read_text("utf-8").replace('<html lang="en">', "<html>").replace("<h1>", '<h1 style="color:#ddd">'), "utf-8"
    )
    found = seen(needed, bad, "en/plan.html")
    assert {one.partition(":")[0] for several in found["violations"].values() for one in several} >= {
        "html-has-lang",
        "color-contrast",
    }


def test_the_html_is_valid(needed: tuple[str, str], folder: Path, tmp_path: Path) -> None:
    node, _ = needed
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    where = subprocess.run(
        [node, "-p", "require.resolve('html-validate/package.json')"], capture_output=True, text=True, check=True
    )
    program = Path(where.stdout.strip()).parent / "bin/html-validate.mjs"
    pages = [str(page) for page in sorted(folder.rglob("*.html"))]

    def complaints(*files: str) -> list[str]:
        done = subprocess.run([node, str(program), "-f", "json", "-c", str(tmp_path / "rules.json"), *files],
                              capture_output=True, text=True, check=False)  # fmt: skip
        return [
            f"{Path(one['filePath']).name}: {m['ruleId']}: {m['message']}"
            for one in json.loads(done.stdout)
            for m in one["messages"]
        ]

    assert complaints(*pages) == []
    bad = tmp_path / "bad.html"
    bad.write_text(Path(pages[0]).read_text("utf-8").replace("</main>", ""), "utf-8")
    assert complaints(str(bad)) != []
