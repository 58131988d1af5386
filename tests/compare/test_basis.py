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
