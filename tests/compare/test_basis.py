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


def test_what_options_are_called_is_compared() -> None:
    plain = NETWORK + "    item pain: one of mild, severe\n"
    changed = compared(plain, plain + "        options in Finnish lievä, kova\n")
    assert {one.kind for one in changed.changes} == {"label-changed"}
    assert [one.message for one in changed.changes] == [
        "In other languages `mild` is now called `lievä` (fi); it was nothing",
        "In other languages `severe` is now called `kova` (fi); it was nothing",
    ]
