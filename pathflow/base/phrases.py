"""A few words about something that has a name, kept apart from it, so that they can be said in another language."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_PLACE: Final = re.compile(r"\{(name|by)\}")


class Phrase(NamedTuple):
    """`form` is in English; in the place of its `{name}` and `{by}` come the user's own words."""

    form: str
    name: str = ""
    by: str = ""

    @property
    def text(self) -> str:
        """The words in whole."""
        return _PLACE.sub(lambda place: self.name if place[1] == "name" else self.by, self.form)


OWN: Final = "{name}"
"""The form of what is said by its name alone."""
