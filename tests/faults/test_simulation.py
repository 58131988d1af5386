"""The whole host under faults: a few seeds here, as many as there is time for in `python -m tests.faults`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.simulation import Broken, World, Wrong, quick_versions, run

STEPS = 60


@pytest.mark.parametrize("first", range(0, 24, 4))
def test_whatever_fails_nothing_is_lost_doubled_or_left_to_nobody(first: int) -> None:
    for seed in range(first, first + 4):
        run(seed, STEPS)


def test_a_seed_does_the_same_again_and_every_kind_of_fault_happens() -> None:
    faults: Counter[str] = Counter()
    for seed in (0, 2):
        one, other = (run(seed, STEPS, ("memory",), 0.3) for _ in range(2))
        assert one.trace.digest() == other.trace.digest()
        assert one.faults == other.faults
        faults += one.faults
    assert {fault.rpartition(" ")[0] for fault in faults} == {"fails", "reply lost", "crashes before", "crashes behind"}
    assert {"commit", "answer", "log_read", "claim_due"} <= {fault.rpartition(" ")[2] for fault in faults}


def test_a_seed_that_fails_says_how_it_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_world: World) -> None:
        raise Wrong("planted")

    monkeypatch.setattr(World, "drain", fail)
    with pytest.raises(Broken, match=r"planted\n  again: python -m tests.faults --seed 5 --steps 3"):
        run(5, 3)


def test_nothing_of_a_run_is_left_behind() -> None:
    from pathflow.host import definitions

    before = definitions.program_of_bundle
    with quick_versions():
        assert definitions.program_of_bundle is not before
    assert definitions.program_of_bundle is before
