"""A few words about something that has a name, kept apart from it, so that they can be said in another language."""

from __future__ import annotations

from typing import NamedTuple


class Phrase(NamedTuple):
    """`form` is in English; in the place of its `{name}` comes the user's own word."""

    form: str
    name: str = ""

    @property
    def text(self) -> str:
        """The words in whole."""
        return self.form.replace("{name}", self.name)


OWN = "{name}"
"""The form of what is said by its name alone."""
