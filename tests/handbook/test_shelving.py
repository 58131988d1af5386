"""A site in a folder: nothing is taken away that no handbook put there, and nothing is there in half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pathflow.compiler.library import Unreadable
from pathflow.handbook.shelving import LIST, put, refuse_strange

FILES = [("index.html", b"one"), ("en/a.html", b"two")]


def test_a_new_folder_is_made_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    refuse_strange(folder)
    first, again = put(folder, FILES), put(folder, FILES)
    assert (first.n_files, first.n_changed, first.n_removed) == (2, 2, 0)
    assert (again.n_changed, again.n_removed) == (0, 0)
    assert (folder / "en/a.html").read_bytes() == b"two"
    assert not list(folder.rglob(".*.new"))


def test_pages_that_are_no_more_are_taken_away_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    (tmp_path / "en/mine.txt").write_text("mine")
    refuse_strange(tmp_path)
    assert put(tmp_path, FILES[:1]).n_removed == 1
    assert not (tmp_path / "en/a.html").exists()
    assert (tmp_path / "en/mine.txt").read_text() == "mine"


def test_a_folder_with_other_things_is_refused_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(Unreadable, match="is not empty, and no handbook is in it"):
        refuse_strange(tmp_path)
    refuse_strange(tmp_path, force=True)
    put(tmp_path, FILES)
    assert (tmp_path / "thesis.doc").read_text() == "mine"


@pytest.mark.parametrize("names", [["../outside.txt"], ["/etc/hostname"], ["en/../../outside.txt"], [7], "no list"])
def test_a_list_that_somebody_changed_takes_nothing_away_outside(names: object, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    site = tmp_path / "site"
    put(site, FILES)
    (site / LIST).write_text(json.dumps({"format": "pathflow handbook 1", "files": names}))
    if isinstance(names, list):
        put(site, FILES)
    else:
        with pytest.raises(Unreadable):
            refuse_strange(site)
    assert outside.read_text() == "mine"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site = tmp_path / "site"
    put(site, FILES[:1])
    (site / "en").symlink_to(elsewhere)
    with pytest.raises(Unreadable, match="lies outside the folder of the handbook"):
        put(site, FILES)
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    with pytest.raises(Unreadable, match="is a file, and a folder is needed"):
        refuse_strange(tmp_path / "site")
