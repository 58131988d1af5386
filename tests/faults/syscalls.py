"""Every call to the system that writes to the store's files, failed or killed once, for every kind of command.

`python -m tests.faults.syscalls FOLDER` runs with `failing.c` loaded before the C library; `run` compiles it and starts that.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

from pathflow.host.service import CareService
from pathflow.store.port import StoreError
from pathflow.store.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.faults.crashes import whole
from tests.faults.mutants import MUTANTS
from tests.faults.simulation import HOUR, quick_versions
from tests.faults.writing import Journal, digest_of, forked, judged, service_on, unanswered, warm
from tests.host.world import BEGINNING, Done

MODES = "kbtsSeER"
"""Killed before it, behind it, in its midst; no room once, and from there on; an error once, and from there on; only to be read."""


class NoCompiler(Exception):
    """There is no C compiler here."""


COMMANDS: dict[str, Done] = {
    "enrol": Done("enrol", ("Veikko", "Memory", BEGINNING), {"items": {"age": 80}}),
    "refused": Done("enrol", ("Kaija", "Memory", BEGINNING + 2), {"items": {"age": 80}}),
    "complete": Done("complete", ("Kaija", "First talk", BEGINNING + 2), {"items": {"referral": "made", "wishes": "made"}}),
    "late": Done("record", ("observed", "Kaija", "", BEGINNING), {"items": {"age": 81}, "recorded": BEGINNING + 2}),
    "review": Done("review", ("Kaija", BEGINNING + 3), {}),
}


def others(service: CareService) -> dict[str, Callable[[], object]]:
    """What writes and is no command."""
    at = BEGINNING + 1000 * HOUR
    return {
        "read": lambda: service.desk("reader").plan("Kaija", BEGINNING + 5),
        "run_due": lambda: service.run_due(at),
        "deliver": lambda: service.deliver(at, lambda _: None),
        "close": service.store.close,
    }


def attempt(folder: Path, what: str, mode: str, number: int) -> None:
    """In a child: the fault, and whatever can still be done after it."""
    arm = ctypes.CDLL(None).failing_arm
    arm.argtypes = [ctypes.c_long, ctypes.c_char]
    journal = Journal(folder / "one.journal")
    if what == "open":
        arm(number, mode.encode())
    try:
        store: Any = SqliteStore(folder / "care.db")
        service = service_on(store)
        service.desk("reader").plan("Kaija", BEGINNING + 5)
    except StoreError as wrong:
        in_one_line(wrong)
        if what != "open":
            raise
        arm(0, b"\0")
        store = SqliteStore(folder / "care.db")
        service = service_on(store)
    calls = {key: given(service, journal, key) for key in COMMANDS} | others(service)
    if what != "open":
        arm(number, mode.encode())
        try:
            calls[what]()
        except StoreError as wrong:
            in_one_line(wrong)
    count = ctypes.CDLL(None).failing_count()
    (folder / "count").write_text(str(count))
    arm(0, b"\0")  # there is room again: the same worker goes on
    if what == "close":
        service = service_on(SqliteStore(folder / "care.db"))
        calls = {key: given(service, journal, key) for key in COMMANDS} | others(service)
    for key in COMMANDS:
        calls[key]()
    calls["read"]()


def in_one_line(wrong: StoreError) -> None:
    """What went wrong is said in one line."""
    if "\n" in str(wrong):
        raise AssertionError(str(wrong)) from wrong


def given(service: CareService, journal: Journal, key: str) -> Callable[[], None]:
    def given() -> None:
        done = COMMANDS[key]
        journal.say("try", key, done.arguments[1 if done.what == "record" else 0], time.monotonic_ns())
        answer = done.on(service.desk(key, "nurse", "care relation"), key)
        journal.say("ack", key, "", time.monotonic_ns(), getattr(answer, "number", 0), digest_of(answer))

    return given


def judge(folder: Path, status: int, mode: str) -> list[str]:
    """What is wrong after it: nothing, whatever was done to the process."""
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -9) or (code == -9 and mode not in "kbt"):
        return [f"the worker ended with {code}"]
    whole(folder / "care.db")
    with SqliteStore(folder / "care.db") as store:
        service = service_on(store)
        journal = Journal(folder / "one.journal")
        for key, _ in unanswered([folder / "one.journal"]):
            given(service, journal, key)()
        return judged(store, [folder / "one.journal"]).wrong


def main(folder: Path, most: int, seed: int, planted: str = "") -> int:
    """Every call of every command in every mode, or so many of them by chance. Prints a line of JSON."""
    with quick_versions(), MUTANTS[planted].planted() if planted else nullcontext():
        warm()
        base = folder / "base"
        base.mkdir()
        with SqliteStore(base / "care.db") as store:
            service = service_on(store)
            journal = Journal(base / "one.journal")
            COMMANDS["begin"] = Done("enrol", ("Kaija", "Memory", BEGINNING), {"items": {"age": 80}})
            given(service, journal, "begin")()
            del COMMANDS["begin"]
        kinds = ["open", *COMMANDS, "read", "run_due", "deliver", "close"]
        points, wrong = [], []
        for what in kinds:
            count, found = one(folder, base, what, "n", 0)
            wrong += [f"{what}, when nothing fails: {text}" for text in found]
            points += [(what, mode, n) for n in range(1, count + 1) for mode in MODES]
        chosen = Random(seed).sample(points, min(most, len(points))) if most else points
        for what, mode, n in chosen:
            _, found = one(folder, base, what, mode, n)
            wrong += [f"{what}, {mode} at call {n}: {text}" for text in found]
    print(json.dumps({"points": len(points), "tried": len(chosen), "wrong": wrong}))
    return int(bool(wrong))


def one(folder: Path, base: Path, what: str, mode: str, number: int) -> tuple[int, list[str]]:
    """One fault on a copy. Gives how many calls there were."""
    place = folder / "try"
    shutil.copytree(base, place)
    try:
        _, status = os.waitpid(forked(lambda: attempt(place, what, mode, number)), 0)
        count = int((place / "count").read_text()) if (place / "count").exists() else 0
        return count, judge(place, status, mode)
    finally:
        shutil.rmtree(place)


def compiled(name: str, folder: Path) -> Path:
    """What is loaded before the C library, made from a file beside this one. Raises: NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompiler("no C compiler is here: install gcc or clang")
    library = folder / Path(name).with_suffix(".so")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(Path(__file__).with_name(name)), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def run(folder: Path, most: int = 0, seed: int = 1, planted: str = "") -> dict[str, Any]:
    """Compiles what makes calls fail, and tries them, perhaps with a known mistake planted. Raises: NoCompiler."""
    library = compiled("failing.c", folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.syscalls", str(folder), str(most), str(seed), planted],
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not done.stdout.strip():
        raise AssertionError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1]) | {"stderr": done.stderr[-3000:]}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
