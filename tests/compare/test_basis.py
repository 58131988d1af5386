"""Why information may cross: said of a step as a statute or a consent, of an agreement in words; both are compared."""

from __future__ import annotations

from tests.helpers import compared
from tests.rules.examples import NETWORK

BASIS = "        legal basis the client's permission\n"


def test_the_basis_of_an_agreement_is_compared() -> None:
    changed = compared(NETWORK, NETWORK.replace(BASIS, "        legal basis Client Data Act 703/2023\n"))
    gone = compared(NETWORK, NETWORK.replace(BASIS, ""))
    assert [one.kind for one in changed.changes] == ["basis-changed"]
    assert "`Client Data Act 703/2023`" in changed.changes[0].message
    assert [one.kind for one in gone.changes] == ["basis-removed"]


def test_what_a_profession_is_called_is_compared() -> None:
    alone = NETWORK.replace("professions nurse, doctor,", "professions nurse\n    professions doctor,", 1)
    called = alone.replace("professions nurse\n", "professions nurse\n        in Finnish hoitaja\n", 1)
    changed = compared(alone, called)
    assert [one.kind for one in changed.changes] == ["label-changed"]
    assert changed.changes[0].message == "In other languages `nurse` is now called `hoitaja` (fi); it was nothing"
    assert not compared(NETWORK, alone).changes
