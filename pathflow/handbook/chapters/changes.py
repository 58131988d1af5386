"""The change log of the paths and networks, from git where there is one; and the versions that hold now."""

from __future__ import annotations

from pathflow.handbook.blocks import Page, Text
from pathflow.handbook.making import cell, line, prose, section, table, table_or
from pathflow.handbook.material import Edition
from pathflow.handbook.voice import Voice


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    rows = [
        (
            cell(voice.day(one.day), sort=str(one.day)),
            voice.quoted(one.subject),
            ", ".join(one.files),
            Text(one.short, mark="code"),
        )
        for one in edition.history
    ]
    made = table(voice, voice.text("Changes of the files, the latest first"), ("Date", "Change", "Files", "Revision"), rows)
    nothing = voice.text("The files are not kept in git, so there is no log of their changes.")
    versions = [
        (
            voice.path(path),
            path.version,
            cell(voice.period(path.valid), sort=str(path.valid)),
            path.span.file.rpartition("/")[2],
        )
        for path in voice.material.paths
    ]
    now = table(voice, voice.text("Versions in this handbook"), ("Path", "Version", "Valid", "File"), versions)
    sections = (
        section("versions", voice.text("Versions"), table_or(versions, now, voice.text("There is no path here yet."))),
        section("log", voice.text("Change log"), table_or(rows, made, nothing)),
        *([section("comments", voice.text("Comments"), prose(_comments(voice)))] if edition.issues else []),
    )
    lead = voice.text("What changed in the files from which this handbook is made.")
    return Page("changes", voice.text("Versions and change log"), "chapter", sections, lead=line(lead))


def _comments(voice: Voice) -> str:
    return voice.text("Every page has a link at its end with which a comment on it can be written.")
